//! Files of the seller's: read only up to a bound, written whole or not at all.

use std::fs::{self, File};
use std::io::{BufWriter, Read};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Bound of a text that is read whole: a template, a mapping, phrases.
pub const MOST_TEXT: u64 = 8 << 20;

/// Opens an ordinary file. A folder, a device or a pipe is none: reading one may never end.
///
/// # Errors
/// [`Error::NotAFile`], [`Error::File`].
pub fn open_ordinary(path: &Path) -> Result<(File, u64)> {
    let failed = |e| Error::file(path, e);
    // Looked at before it is opened: opening a pipe waits for whoever writes into it.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(Error::NotAFile(crate::error::file_name(path)));
    }
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(Error::NotAFile(crate::error::file_name(path)));
    }
    Ok((file, metadata.len()))
}

/// The content of an ordinary file of at most [`MOST_TEXT`] bytes.
///
/// # Errors
/// [`Error::FileTooLarge`], [`Error::NotAFile`], [`Error::File`].
pub fn read_bounded(path: &Path) -> Result<Vec<u8>> {
    let (file, _) = open_ordinary(path)?;
    bounded(file, path)
}

/// Text of an ordinary file of at most [`MOST_TEXT`] bytes.
///
/// # Errors
/// As [`read_bounded`]; [`Error::Undecodable`] where it is not UTF-8.
pub fn read_text(path: &Path) -> Result<String> {
    text_of(read_bounded(path)?)
}

/// Text that comes in from elsewhere (standard input), of at most [`MOST_TEXT`] bytes. `name` is what errors call it.
///
/// # Errors
/// As [`read_text`].
pub fn read_text_from(input: impl Read, name: &Path) -> Result<String> {
    text_of(bounded(input, name)?)
}

fn bounded(input: impl Read, name: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(MOST_TEXT + 1).read_to_end(&mut bytes).map_err(|e| Error::file(name, e))?;
    if bytes.len() as u64 > MOST_TEXT {
        return Err(Error::FileTooLarge { file: crate::error::file_name(name), limit_mib: MOST_TEXT >> 20 });
    }
    Ok(bytes)
}

fn text_of(bytes: Vec<u8>) -> Result<String> {
    let bytes = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => rest.to_vec(),
        None => bytes,
    };
    String::from_utf8(bytes).map_err(|e| {
        let before = &e.as_bytes()[..e.utf8_error().valid_up_to()];
        let row = 1 + before.iter().filter(|b| **b == b'\n').count();
        Error::Undecodable { row: u32::try_from(row).unwrap_or(u32::MAX), encoding: "UTF-8".to_owned() }
    })
}

/// Refuses a place where a file is not to be written: something stands there that is no ordinary file (a device, a
/// pipe, a folder, a link to anything), and would be replaced by one.
///
/// # Errors
/// [`Error::NotReplaced`], [`Error::File`].
pub fn check_target(target: &Path) -> Result<()> {
    match fs::symlink_metadata(target) {
        Ok(metadata) if metadata.is_file() => Ok(()),
        Ok(_) => Err(Error::NotReplaced(crate::error::file_name(target))),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(Error::file(target, e)),
    }
}

/// The folder a file lies in.
pub(crate) fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Begins of the names that files have while they are not whole. Those of a program that was killed are swept when the
/// shop is opened again.
pub(crate) const UNFINISHED: [&str; 4] = [".zhanggui-", ".backup-", ".copy-", ".tmp"];

/// Writes a file through `write`; the target is replaced only when all of it is on disk. Only the seller can read it.
///
/// # Errors
/// Those of `write` and of the file system, and of [`check_target`]; then the target is as before.
pub fn write_whole<T>(target: &Path, write: impl FnOnce(&mut BufWriter<&File>) -> Result<T>) -> Result<T> {
    check_target(target)?;
    let failed = |e| Error::file(target, e);
    let folder = folder_of(target);
    let temporary = tempfile::Builder::new().prefix(".zhanggui-").tempfile_in(folder).map_err(failed)?;
    let mut buffered = BufWriter::with_capacity(1 << 16, temporary.as_file());
    let value = write(&mut buffered)?;
    std::io::Write::flush(&mut buffered).map_err(failed)?;
    drop(buffered);
    temporary.as_file().sync_all().map_err(failed)?;
    temporary.persist(target).map_err(|e| failed(e.error))?;
    sync_folder(folder)?;
    Ok(value)
}

/// Writes a text file whole.
///
/// # Errors
/// As [`write_whole`].
pub fn write_text(target: &Path, text: &str) -> Result<()> {
    write_whole(target, |file| std::io::Write::write_all(file, text.as_bytes()).map_err(|e| Error::file(target, e)))
}

/// Makes the names in a folder outlast a power cut.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| Error::file(folder, e))
}

/// Other systems keep the names of a folder by themselves.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> Result<()> {
    Ok(())
}

/// Lets nobody but the seller read what this process writes from now on, whatever its parent allows.
pub fn keep_private() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

/// Creates a folder, with those above it, that only the seller can look into; one that is there is closed to others.
///
/// # Errors
/// Those of the file system.
pub fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder)?.permissions().mode();
        if mode & 0o777 != 0o700 {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
    }
    Ok(())
}

/// Removes what a killed program left unfinished in a folder; nothing else is touched. A file that cannot be removed
/// stays, which does no harm.
pub(crate) fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let left: Vec<PathBuf> = entries
        .flatten()
        .filter(|e| e.file_name().to_str().is_some_and(|name| UNFINISHED.iter().any(|begin| name.starts_with(begin))))
        .filter(|e| e.file_type().is_ok_and(|t| t.is_file()))
        .map(|e| e.path())
        .collect();
    for path in left {
        if let Err(error) = fs::remove_file(path) {
            tracing::warn!(%error, "an unfinished file stays");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_a_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, "\u{feff}{}").unwrap();
        assert_eq!(read_text(&path).unwrap(), "{}");
        fs::write(&path, vec![b' '; MOST_TEXT as usize + 1]).unwrap();
        assert!(matches!(read_text(&path), Err(Error::FileTooLarge { limit_mib: 8, .. })));
        fs::write(&path, b"one\ntwo \xff").unwrap();
        assert!(matches!(read_text(&path), Err(Error::Undecodable { row: 2, .. })));
        assert!(matches!(read_text(folder.path()), Err(Error::NotAFile(_))));
    }

    #[cfg(unix)]
    #[test]
    fn only_ordinary_files_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.csv"), folder.path().join("link.csv"));
        fs::write(&real, "before").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        assert!(matches!(write_text(&link, "x"), Err(Error::NotReplaced(name)) if name == "link.csv"));
        assert!(matches!(write_text(folder.path(), "x"), Err(Error::NotReplaced(_))));
        assert!(matches!(write_text(Path::new("/dev/null"), "x"), Err(Error::NotReplaced(_))));
        assert_eq!(fs::read_to_string(&real).unwrap(), "before");
        write_text(&real, "after").unwrap();
        assert_eq!(fs::read_to_string(&real).unwrap(), "after");
    }

    #[test]
    fn what_was_left_unfinished_is_swept_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for name in [".backup-abc", ".backup-abc-journal", ".zhanggui-x", ".copy-1", ".tmp9", "mine.csv", ".hidden"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        sweep(folder.path());
        let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        left.sort();
        assert_eq!(left, [".hidden", "mine.csv"]);
    }
}
