//! The files that belong to a shop and lie beside it (pictures, recordings, documents): how they go along with a copy at
//! another place, and how they come back from it.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::task::{Phase, Task};

/// The folder beside the shop file that holds them.
pub(crate) const FOLDER: &str = "attachments";

/// How many hexadecimal digits of the SHA-256 of its content a file is named by.
pub(crate) const NAME_DIGITS: usize = 32;

const THUMBNAIL: &str = ".thumbnail.jpg";

/// Where the small picture of a file lies.
pub(crate) fn thumbnail_path(folder: &Path, file: &str) -> PathBuf {
    folder.join(format!("{file}{THUMBNAIL}"))
}

/// Where the files of a copy lie: in a folder of its name beside it, `mine.zhanggui` → `mine.files`.
pub fn beside(copy: &Path) -> PathBuf {
    copy.with_extension("files")
}

/// What was done with files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Copied {
    /// Copied now.
    pub files: u32,
    /// Names of those whose content is not what their name says; they were not copied.
    pub damaged: Vec<String>,
}

/// How a file is treated that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Present {
    /// One of the same length is taken for the same.
    Taken,
    /// It is read, and replaced where its content is not what its name says.
    LookedInto,
}

/// Copies the files that `to` does not have yet. Each is verified by its name, which is made of its content, and put in
/// its place only when it is whole.
///
/// # Errors
/// [`Error::File`]; [`Error::Cancelled`]. What was copied by this call is removed then.
pub(super) fn copy_new(from: &Path, to: &Path, present: Present, task: &Task) -> Result<Copied> {
    let mut missing = Vec::new();
    for (name, bytes) in list(from)? {
        let there = to.join(&name);
        let same = match fs::metadata(&there) {
            Ok(_) if name.ends_with(THUMBNAIL) => true,
            Ok(metadata) if metadata.len() != bytes => false,
            Ok(_) => present == Present::Taken || is_whole(&there, &name, task)?,
            Err(_) => false,
        };
        if !same {
            missing.push((name, bytes));
        }
    }
    let mut copied = Copied::default();
    if missing.is_empty() {
        return Ok(copied);
    }
    let had_folder = to.exists();
    crate::files::make_private_folder(to).map_err(|e| Error::file(to, e))?;
    let total = missing.iter().map(|(_, bytes)| bytes).sum();
    let mut done = 0;
    let mut made = Vec::new();
    for (name, _) in missing {
        let target = to.join(&name);
        let is_new = !target.exists();
        match copy_one(&from.join(&name), to, &name, task, &mut done, total) {
            Ok(true) => {
                // What stood there before is not taken away.
                if is_new {
                    made.push(target);
                }
                copied.files += u32::from(!name.ends_with(THUMBNAIL));
            }
            Ok(false) => copied.damaged.push(name),
            Err(error) => {
                let left = made.iter().filter_map(|path| fs::remove_file(path).err()).count();
                if !had_folder && left == 0 {
                    // Only an empty folder can be removed so, and one that stays does no harm.
                    let _ = fs::remove_dir(to);
                }
                return Err(error);
            }
        }
    }
    crate::files::sync_folder(to)?;
    Ok(copied)
}

/// Whether a file's content is what its name says.
fn is_whole(path: &Path, name: &str, task: &Task) -> Result<bool> {
    let mut file = File::open(path).map_err(|e| Error::file(path, e))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0u8; 1 << 18];
    loop {
        task.step(Phase::Copying, 0, 0)?;
        let read = file.read(&mut buffer).map_err(|e| Error::file(path, e))?;
        if read == 0 {
            return Ok(is_named(hash, name));
        }
        hash.update(&buffer[..read]);
    }
}

fn is_named(hash: Sha256, name: &str) -> bool {
    let digest: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    name.starts_with(&digest[..NAME_DIGITS])
}

/// Names and sizes of the files in a folder; nothing else in it is looked at.
fn list(folder: &Path) -> Result<Vec<(String, u64)>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(Error::file(folder, e)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| Error::file(folder, e))?;
        let metadata = entry.metadata().map_err(|e| Error::file(&entry.path(), e))?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if metadata.is_file() && is_ours(&name) {
            found.push((name, metadata.len()));
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a name is one the program gives: digits of a hash, an ending, and for a small picture its own.
pub(crate) fn is_ours(name: &str) -> bool {
    let plain = name.strip_suffix(THUMBNAIL).unwrap_or(name);
    plain.split_once('.').is_some_and(|(stem, ending)| {
        stem.len() == NAME_DIGITS
            && stem.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            && !ending.is_empty()
            && ending.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// Copies one file; `false` where its content is not what its name says. Small pictures are made of the large ones and
/// have no name of their own to be held against.
fn copy_one(from: &Path, to: &Path, name: &str, task: &Task, done: &mut u64, total: u64) -> Result<bool> {
    let mut source = File::open(from).map_err(|e| Error::file(from, e))?;
    let target = to.join(name);
    let mut copy = tempfile::Builder::new().prefix(".copy-").tempfile_in(to).map_err(|e| Error::file(to, e))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0u8; 1 << 18];
    loop {
        task.step(Phase::Copying, *done, total)?;
        let read = source.read(&mut buffer).map_err(|e| Error::file(from, e))?;
        if read == 0 {
            break;
        }
        *done += read as u64;
        hash.update(&buffer[..read]);
        copy.write_all(&buffer[..read]).map_err(|e| Error::file(&target, e))?;
    }
    if !name.ends_with(THUMBNAIL) && !is_named(hash, name) {
        return Ok(false);
    }
    copy.as_file().sync_all().map_err(|e| Error::file(&target, e))?;
    copy.persist(&target).map_err(|e| Error::file(&target, e.error))?;
    Ok(true)
}
