//! A copy made ready to be the shop before it takes its place: of this version, with our pages and their checksums.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use zhanggui_pages::{reserve, seal};

use super::backup::run;
use super::connection::PAGE_SIZE;
use super::open::FILE_NAME;
use super::proof::{self, layout_of};
use super::upgrade::{migration_error, migrations};
use crate::error::{Error, Result};
use crate::files::sync_folder;
use crate::task::Task;

/// Where the copy stands that goes into the shop's place.
pub(super) fn prepared(folder: &Path) -> PathBuf {
    folder.join(format!("{FILE_NAME}.restored"))
}

/// Where a copy is written anew.
fn rewritten(folder: &Path) -> PathBuf {
    folder.join(format!("{FILE_NAME}.rewritten"))
}

/// Everything that preparing may leave in the folder.
pub(super) fn leftovers(folder: &Path) -> Vec<PathBuf> {
    let ending = |path: PathBuf| ["", "-journal", "-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", path.display())));
    [prepared(folder), rewritten(folder)].into_iter().flat_map(ending).collect()
}

/// Copies a shop and makes the copy ready, at [`prepared`]. Whatever fails, the shop in the folder is as before.
///
/// # Errors
/// Those of [`proof::prove`] on the finished copy; [`Error::DiskFull`] and the like.
pub(super) fn prepare(from: &Connection, folder: &Path) -> Result<PathBuf> {
    for left in leftovers(folder) {
        match fs::remove_file(&left) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Error::file(&left, e)),
            _ => {}
        }
    }
    let prepared = prepared(folder);
    let made = make(from, folder, &prepared);
    if made.is_err() {
        for left in leftovers(folder) {
            let _ = fs::remove_file(left);
        }
    }
    made.map(|()| prepared)
}

fn make(from: &Connection, folder: &Path, prepared: &Path) -> Result<()> {
    super::open::create_private_file(prepared)?;
    {
        let mut copy = plain(prepared)?;
        run(&Backup::new(from, &mut copy)?)?;
        copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    }
    let mut file = OpenOptions::new().read(true).write(true).open(prepared).map_err(|e| Error::file(prepared, e))?;
    let layout = layout_of(&mut file, prepared)?.ok_or(Error::NotAShop)?;
    drop(file);
    if !layout.has_room || layout.page_size != PAGE_SIZE {
        // Page size and room of a file that has content change only when it is written anew.
        let target = rewritten(folder);
        super::open::create_private_file(&target)?;
        let copy = plain(prepared)?;
        // In this order: setting the page size forgets the room.
        copy.pragma_update(None, "page_size", PAGE_SIZE as i64)?;
        reserve(&copy)?;
        copy.execute("VACUUM INTO ?1", [text_of(&target)?])?;
        drop(copy);
        fs::rename(&target, prepared).map_err(|e| Error::file(prepared, e))?;
    }
    {
        let mut copy = plain(prepared)?;
        copy.set_transaction_behavior(TransactionBehavior::Immediate);
        copy.pragma_update(None, "foreign_keys", "OFF")?;
        migrations().to_latest(&mut copy).map_err(migration_error)?;
    }
    let mut file = OpenOptions::new().read(true).write(true).open(prepared).map_err(|e| Error::file(prepared, e))?;
    seal(&mut file).and_then(|()| file.sync_all()).map_err(|e| Error::file(prepared, e))?;
    proof::prove(prepared, &Task::quiet())?;
    sync_folder(folder)
}

/// A connection to a file that nobody else has, and that counts whole or not at all.
fn plain(path: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    for (pragma, value) in [("synchronous", "OFF"), ("trusted_schema", "OFF"), ("temp_store", "FILE")] {
        connection.pragma_update(None, pragma, value)?;
    }
    Ok(connection)
}

fn text_of(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| Error::CannotOpen("the folder's name is not text".to_owned()))
}

/// Puts the prepared copy into the shop's place at once. The shop was closed, so that nothing of it is left in its log;
/// the caller has the lock.
///
/// # Errors
/// Those of the file system; [`Error::CannotOpen`] where the log still holds something. The shop is as before then.
pub(super) fn put_in_place(folder: &Path) -> Result<()> {
    let target = folder.join(FILE_NAME);
    for part in ["-wal", "-shm"] {
        let path = folder.join(format!("{FILE_NAME}{part}"));
        match fs::metadata(&path) {
            Ok(left) if part == "-wal" && left.len() > 0 => {
                return Err(Error::CannotOpen("the shop's log is not empty".to_owned()));
            }
            Ok(_) => fs::remove_file(&path).map_err(|e| Error::file(&path, e))?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(Error::file(&path, e)),
        }
    }
    fs::rename(prepared(folder), &target).map_err(|e| Error::file(&target, e))?;
    sync_folder(folder)
}
