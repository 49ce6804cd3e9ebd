//! Putting a backup in the place of a shop. Nothing is thrown away for it: the shop as it was is kept among the backups,
//! whole or not.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;

use super::backup::{BackupFile, BackupReason, copy_verified, folder_of, free_name, missing_files, run, take, thin, verify};
use super::files;
use super::open::{FILE_NAME, Shop};
use crate::error::{Error, Result};
use crate::task::{Phase, Task};
use crate::time::Seconds;

/// A shop that was put in the place of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Restored {
    /// The shop as it was before.
    #[serde(flatten)]
    pub kept: BackupFile,
    /// Files of complaints and reviews that came back with it.
    pub files: u32,
    /// Files beside the copy that were damaged, and were left there.
    pub damaged: u32,
    /// Files that the shop names and that lie nowhere.
    pub missing: u32,
}

/// What is in a backup, for the seller who has to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct BackupContent {
    /// Customers in it.
    pub customers: i64,
    /// Orders in it.
    pub orders: i64,
    /// When it was changed last.
    pub changed_at: Option<Seconds>,
}

/// What a backup holds, after it was verified.
///
/// # Errors
/// [`Error::BackupFailed`], [`Error::NotAShop`], [`Error::NewerShop`].
pub fn look_into(source: &Path) -> Result<BackupContent> {
    verify(source)?;
    let copy = Connection::open_with_flags(source, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let count = |table: &str| copy.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get(0));
    Ok(BackupContent {
        customers: count("customers")?,
        orders: count("orders")?,
        changed_at: copy.query_row("SELECT max(at) FROM undo_log", [], |r| r.get(0))?,
    })
}

/// Replaces the shop in `folder` by a backup. The present file is kept among the backups. The shop must not be
/// open anywhere. Files of complaints and reviews that lie [`files::beside`] the backup come back with it; no file is
/// ever taken away.
///
/// # Errors
/// [`Error::BackupFailed`], [`Error::NotAShop`], [`Error::NewerShop`] where `source` does not verify; then nothing was
/// changed. [`Error::Cancelled`] before the shop was replaced.
pub fn restore(folder: &Path, source: &Path, task: &Task, now: Seconds) -> Result<Restored> {
    verify(source)?;
    // Said before gigabytes are copied for nothing.
    super::open::make_private_folder(folder)?;
    drop(super::open::lock_folder(folder)?);
    let attachments = folder.join(files::FOLDER);
    let copied = files::copy_new(&files::beside(source), &attachments, files::Present::LookedInto, task)?;
    task.step(Phase::BackingUp, 0, 0)?;
    let kept = replace(folder, source, now)?;
    let shop = Shop::open(folder, now)?;
    let missing = missing_files(&shop)?;
    Ok(Restored { kept, files: copied.files, damaged: copied.damaged.len() as u32, missing })
}

fn replace(folder: &Path, source: &Path, now: Seconds) -> Result<BackupFile> {
    let from = Connection::open_with_flags(source, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let damaged = |error: &Error| {
        matches!(error, Error::Corrupt(_) | Error::DiskFailed(_) | Error::NotAShop | Error::Database(_) | Error::BackupFailed(_))
    };
    match Shop::open(folder, now) {
        Ok(shop) => {
            // Not thinned before the copy is done: the source may be the one that would go.
            let taken = take(&shop.writer(), folder, now, BackupReason::Replaced);
            match taken {
                Ok(kept) => {
                    let mut writer = shop.writer();
                    run(&Backup::new(&from, &mut writer)?)?;
                    writer.pragma_update(None, "wal_checkpoint", "TRUNCATE").or_else(ignore_returned_row)?;
                    thin(folder, now)?;
                    return Ok(kept);
                }
                // It opens, but is not whole: a copy of it cannot be made, and it is kept as it is.
                Err(error) if damaged(&error) => {}
                Err(other) => return Err(other),
            }
        }
        Err(error) if damaged(&error) => {}
        Err(other) => return Err(other),
    }
    let _lock = super::open::lock_folder(folder)?;
    // The copy is whole before anything is moved; where the disk is full or the stick pulled, the shop stays as it is.
    let prepared = prepared(folder);
    copy_verified(&from, &prepared)?;
    let kept = set_aside(folder, now)?;
    let target = folder.join(FILE_NAME);
    if let Err(error) = fs::rename(&prepared, &target) {
        fs::rename(folder_of(folder).join(&kept.file), &target).map_err(|e| Error::file(&target, e))?;
        return Err(Error::file(&target, error));
    }
    Ok(kept)
}

/// Where the copy stands that goes into the shop's place.
fn prepared(folder: &Path) -> PathBuf {
    folder.join(format!("{FILE_NAME}.restored"))
}

/// Finishes a restore that ended, with the computer, after the old shop was set aside and before the copy took its place.
/// Says whether there was one. The caller has the lock, and there is no shop.
pub(super) fn finish(folder: &Path) -> Result<bool> {
    let prepared = prepared(folder);
    if !prepared.exists() {
        return Ok(false);
    }
    // It was whole before the old one was moved; it stays where it is if it no longer is.
    verify(&prepared)?;
    let target = folder.join(FILE_NAME);
    fs::rename(&prepared, &target).map_err(|e| Error::file(&target, e))?;
    Ok(true)
}

/// Moves a shop file that does not open among the backups, as it is, with what belongs to it. The caller has the lock.
fn set_aside(folder: &Path, now: Seconds) -> Result<BackupFile> {
    let backups = folder_of(folder);
    fs::create_dir_all(&backups).map_err(|e| Error::file(&backups, e))?;
    let file = free_name(&backups, now, BackupReason::Replaced);
    let mut bytes = 0;
    // The file itself first: while it cannot be moved, nothing is.
    for suffix in ["", "-wal", "-shm"] {
        let from = folder.join(format!("{FILE_NAME}{suffix}"));
        match fs::metadata(&from) {
            Ok(metadata) => bytes += metadata.len() as i64,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
            Err(e) => return Err(Error::file(&from, e)),
        }
        fs::rename(&from, backups.join(format!("{file}{suffix}"))).map_err(|e| Error::file(&from, e))?;
    }
    Ok(BackupFile { file, at: now, bytes, reason: BackupReason::Replaced })
}

fn ignore_returned_row(error: rusqlite::Error) -> Result<()> {
    match error {
        rusqlite::Error::ExecuteReturnedResults => Ok(()),
        other => Err(other.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Seconds = 3600;
    const DAY: Seconds = 24 * HOUR;

    #[test]
    fn a_backup_can_be_restored_and_the_present_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let shop = Shop::open(folder.path(), 100).unwrap();
        shop.set_setting("greeting", &"before").unwrap();
        let taken = shop.backup(200, BackupReason::ByHand).unwrap();
        shop.set_setting("greeting", &"after").unwrap();
        drop(shop);
        let kept = restore(folder.path(), &folder_of(folder.path()).join(&taken.file), &Task::quiet(), 300).unwrap();
        assert_eq!(kept.kept.reason, BackupReason::Replaced);
        let shop = Shop::open(folder.path(), 400).unwrap();
        assert_eq!(shop.setting::<String>("greeting").unwrap().as_deref(), Some("before"));
        assert_eq!(shop.backups().unwrap().len(), 2);
    }

    #[test]
    fn a_damaged_shop_is_kept_aside_and_its_backup_restored() {
        let folder = tempfile::tempdir().unwrap();
        let shop = Shop::open(folder.path(), 100).unwrap();
        shop.set_setting("greeting", &"whole").unwrap();
        let taken = shop.backup(200, BackupReason::ByHand).unwrap();
        drop(shop);
        let damaged = vec![b'x'; 20_000];
        fs::write(folder.path().join(FILE_NAME), &damaged).unwrap();
        assert!(Shop::open(folder.path(), 300).is_err());
        let kept = restore(folder.path(), &folder_of(folder.path()).join(&taken.file), &Task::quiet(), 300).unwrap();
        assert_eq!(fs::read(folder_of(folder.path()).join(kept.kept.file)).unwrap(), damaged, "the damaged file is kept as it was");
        let shop = Shop::open(folder.path(), 400).unwrap();
        assert_eq!(shop.setting::<String>("greeting").unwrap().as_deref(), Some("whole"));
    }

    #[test]
    fn a_restore_that_the_end_of_the_computer_interrupted_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let shop = Shop::open(folder.path(), 100).unwrap();
        shop.set_setting("greeting", &"before").unwrap();
        let copy = Connection::open_with_flags(shop.path(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        copy_verified(&copy, &prepared(folder.path())).unwrap();
        drop((copy, shop));
        set_aside(folder.path(), 200).unwrap();
        let shop = Shop::open(folder.path(), 300).unwrap();
        assert_eq!(shop.setting::<String>("greeting").unwrap().as_deref(), Some("before"));
        assert!(!prepared(folder.path()).exists());
    }

    #[test]
    fn a_damaged_backup_is_not_restored() {
        let folder = tempfile::tempdir().unwrap();
        drop(Shop::open(folder.path(), 100).unwrap());
        let bad = folder.path().join("bad.zhanggui");
        fs::write(&bad, vec![7u8; 8192]).unwrap();
        assert!(restore(folder.path(), &bad, &Task::quiet(), 200).is_err());
        assert!(folder.path().join(FILE_NAME).exists());
    }

    #[test]
    fn the_backup_that_is_restored_is_not_thinned_away_first() {
        let folder = tempfile::tempdir().unwrap();
        let shop = Shop::open(folder.path(), 100).unwrap();
        shop.set_setting("greeting", &"first").unwrap();
        let first = shop.backup(10 * DAY + HOUR, BackupReason::ByHand).unwrap();
        shop.set_setting("greeting", &"second").unwrap();
        shop.backup(10 * DAY + 9 * HOUR, BackupReason::ByHand).unwrap();
        drop(shop);
        // Over two days later only one of a day stays, and it is not the first.
        restore(folder.path(), &folder_of(folder.path()).join(&first.file), &Task::quiet(), 13 * DAY).unwrap();
        let shop = Shop::open(folder.path(), 13 * DAY).unwrap();
        assert_eq!(shop.setting::<String>("greeting").unwrap().as_deref(), Some("first"));
    }

    #[test]
    fn a_shop_that_opens_with_a_damaged_page_is_kept_aside_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let shop = Shop::open(folder.path(), 100).unwrap();
        shop.set_setting("greeting", &"whole").unwrap();
        let taken = shop.backup(200, BackupReason::ByHand).unwrap();
        drop(shop);
        // The last page belongs to an index or a table that opening does not look at.
        let file = folder.path().join(FILE_NAME);
        let mut bytes = fs::read(&file).unwrap();
        let last = bytes.len() - 16_384;
        bytes[last..].fill(0xAB);
        fs::write(&file, &bytes).unwrap();
        drop(Shop::open(folder.path(), 250).expect("it opens"));
        let kept = restore(folder.path(), &folder_of(folder.path()).join(&taken.file), &Task::quiet(), 300).unwrap();
        assert!(folder_of(folder.path()).join(kept.kept.file).exists());
        let shop = Shop::open(folder.path(), 400).unwrap();
        assert_eq!(shop.setting::<String>("greeting").unwrap().as_deref(), Some("whole"));
    }
}
