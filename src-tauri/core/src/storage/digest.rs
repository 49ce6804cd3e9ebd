//! The digest a backup carries: behind its last page, where SQLite does not look, stand the SHA-256 of all before it and
//! a mark. It goes wherever the file goes, and it says that the file is what it was when it was made.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::task::{Phase, Task};

const MARK: &[u8; 8] = b"ZGsha256";
const DIGEST: usize = 32;
/// Bytes that stand behind the last page.
const FOOTER: u64 = (DIGEST + MARK.len()) as u64;

/// Whether a file is what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// Its digest fits.
    Same,
    /// It has a digest, and is something else.
    Changed,
    /// It carries none.
    Without,
}

/// Puts the digest behind the content of a file that nobody writes to.
pub(super) fn append(file: &mut File, path: &Path) -> Result<()> {
    let wrap = |e| Error::file(path, e);
    let bytes = file.seek(SeekFrom::End(0)).map_err(wrap)?;
    let digest = digest_of(file, bytes, path, &Task::quiet())?;
    file.seek(SeekFrom::Start(bytes)).map_err(wrap)?;
    file.write_all(&digest).and_then(|()| file.write_all(MARK)).map_err(wrap)
}

/// Compares a file with the digest it carries. Also gives how many bytes come before that.
pub(super) fn hold(file: &mut File, path: &Path, task: &Task) -> Result<(Held, u64)> {
    let wrap = |e| Error::file(path, e);
    let all = file.seek(SeekFrom::End(0)).map_err(wrap)?;
    let Some(bytes) = all.checked_sub(FOOTER) else { return Ok((Held::Without, all)) };
    let mut footer = [0; FOOTER as usize];
    file.seek(SeekFrom::Start(bytes)).and_then(|_| file.read_exact(&mut footer)).map_err(wrap)?;
    if &footer[DIGEST..] != MARK {
        return Ok((Held::Without, all));
    }
    let same = digest_of(file, bytes, path, task)?[..] == footer[..DIGEST];
    Ok((if same { Held::Same } else { Held::Changed }, bytes))
}

fn digest_of(file: &mut File, bytes: u64, path: &Path, task: &Task) -> Result<[u8; DIGEST]> {
    let wrap = |e| Error::file(path, e);
    file.seek(SeekFrom::Start(0)).map_err(wrap)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    let mut done = 0;
    while done < bytes {
        task.step(Phase::BackingUp, done, bytes)?;
        let wanted = usize::try_from(bytes - done).unwrap_or(usize::MAX).min(piece.len());
        file.read_exact(&mut piece[..wanted]).map_err(wrap)?;
        hash.update(&piece[..wanted]);
        done += wanted as u64;
    }
    Ok(hash.finalize().into())
}
