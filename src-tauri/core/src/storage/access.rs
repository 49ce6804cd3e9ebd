//! A shop that can be read and not changed: the disk is full, or its folder cannot be written to.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use serde::Serialize;

use super::connection::{set_up, set_up_for_reading};
use super::open::{FILE_NAME, LOCK, lock_file};
use crate::error::{Error, Result};

/// Why a shop can only be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ReadOnly {
    /// Nothing fits on its disk.
    DiskFull,
    /// Its folder, or the disk it is on, does not let this program write.
    Folder,
}

impl From<ReadOnly> for Error {
    fn from(why: ReadOnly) -> Error {
        match why {
            ReadOnly::DiskFull => Error::DiskFull,
            ReadOnly::Folder => Error::ReadOnlyFolder,
        }
    }
}

/// Why a shop that failed to open with `error` might still be read; `None` where the failure has another cause.
pub(super) fn why_read_only(folder: &Path, error: &Error) -> Option<ReadOnly> {
    let may_be = matches!(
        error,
        Error::DiskFull | Error::ReadOnlyFolder | Error::CannotOpen(_) | Error::DiskFailed(_) | Error::File { .. } | Error::Database(_)
    );
    if !may_be || !folder.join(FILE_NAME).exists() {
        return None;
    }
    try_to_write(folder)
}

/// What stands in the way of writing a few pages into a folder.
pub(super) fn try_to_write(folder: &Path) -> Option<ReadOnly> {
    const PROBE: usize = 64 << 10;
    let tried = tempfile::Builder::new().prefix(".tmp").tempfile_in(folder).and_then(|mut file| {
        file.write_all(&vec![1; PROBE])?;
        file.as_file().sync_all()
    });
    match tried.err()?.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some(ReadOnly::DiskFull),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Some(ReadOnly::Folder),
        _ => None,
    }
}

/// A full disk makes itself known to SQLite in many ways; here all of them get its name.
pub(super) fn called_by_its_name(folder: &Path, error: Error) -> Error {
    match error {
        Error::DiskFailed(_) if try_to_write(folder) == Some(ReadOnly::DiskFull) => Error::DiskFull,
        other => other,
    }
}

/// The lock, where the folder lets one be held.
pub(super) fn lock_for_reading(folder: &Path) -> Result<Option<File>> {
    let path = folder.join(LOCK);
    let opened = File::options().write(true).open(&path).or_else(|_| File::open(&path));
    match opened {
        Ok(file) => lock_file(file, &path).map(Some),
        // Nobody who could write has opened the shop here.
        Err(_) => Ok(None),
    }
}

/// A connection that writes nothing beside the file. Where its log holds something, as after a power cut, the log is read
/// with its index in memory; else the file alone is all there is.
pub(super) fn connect_for_reading(path: &Path) -> Result<Connection> {
    let log = path.with_file_name(format!("{FILE_NAME}-wal"));
    let has_log = fs::metadata(&log).is_ok_and(|m| m.len() > 0);
    let connection = if has_log {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags_and_vfs(path, flags, zhanggui_pages::NAME)?;
        connection.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))?;
        connection
    } else {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        Connection::open_with_flags_and_vfs(immutable(path)?, flags, zhanggui_pages::NAME)?
    };
    set_up(&connection)?;
    set_up_for_reading(&connection)?;
    Ok(connection)
}

/// The file as an address that tells SQLite that nobody changes it.
fn immutable(path: &Path) -> Result<String> {
    let path = std::path::absolute(path).map_err(|e| Error::CannotOpen(e.to_string()))?;
    let text = path.to_str().ok_or_else(|| Error::CannotOpen("the folder's name is not text".to_owned()))?;
    let text = text.strip_prefix(r"\\?\").unwrap_or(text);
    // An empty authority, so that a share of the network is a path and no host.
    let mut address = String::from("file://");
    if !text.starts_with('/') {
        address.push('/');
    }
    for c in text.chars() {
        match c {
            '%' => address.push_str("%25"),
            '?' => address.push_str("%3f"),
            '#' => address.push_str("%23"),
            '\\' if cfg!(windows) => address.push('/'),
            c => address.push(c),
        }
    }
    address.push_str("?immutable=1");
    Ok(address)
}
