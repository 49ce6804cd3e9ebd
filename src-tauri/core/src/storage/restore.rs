//! Putting a backup in the place of a shop. Nothing is thrown away for it: the shop as it was is kept among the backups,
//! whole or not.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use serde::Serialize;

use super::backup::{BackupFile, BackupReason, folder_of, free_name, list, missing_files, take, thin_out};
use super::files;
use super::open::{FILE_NAME, Shop};
use super::prepare::{self, prepared};
use super::proof::{Proof, prove, prove_foreign};
use crate::error::{Error, Result};
use crate::files::sync_folder;
use crate::task::{Phase, Task};
use crate::time::Seconds;

/// A shop that was put in the place of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Restored {
    /// The shop as it was before, where there was one.
    pub kept: Option<BackupFile>,
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
    /// How much can be said of its content.
    pub proof: Proof,
}

/// What a backup holds, after it was proven.
///
/// # Errors
/// [`Error::BackupFailed`], [`Error::BackupChanged`], [`Error::ForeignShop`], [`Error::NotAShop`], [`Error::NewerShop`].
pub fn look_into(source: &Path) -> Result<BackupContent> {
    let proof = prove_foreign(source, &Task::quiet())?;
    let copy = Connection::open_with_flags(source, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let count = |table: &str| copy.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get(0));
    Ok(BackupContent {
        customers: count("customers")?,
        orders: count("orders")?,
        changed_at: copy.query_row("SELECT max(at) FROM undo_log", [], |r| r.get(0))?,
        proof,
    })
}

/// Replaces the shop in `folder` by a backup. The present file is kept among the backups. The shop must not be
/// open anywhere. Files of complaints and reviews that lie [`files::beside`] the backup come back with it; no file is
/// ever taken away. The backup is proven, copied, brought to the present version and proven again before anything of the
/// shop is touched.
///
/// # Errors
/// [`Error::BackupFailed`], [`Error::BackupChanged`], [`Error::ForeignShop`], [`Error::NotAShop`], [`Error::NewerShop`]
/// where `source` is no backup that can be trusted; then nothing was changed. [`Error::Cancelled`] before the shop was
/// replaced.
pub fn restore(folder: &Path, source: &Path, task: &Task, now: Seconds) -> Result<Restored> {
    zhanggui_pages::register()?;
    prove_foreign(source, task)?;
    // Said before gigabytes are copied for nothing.
    super::open::make_private_folder(folder)?;
    drop(super::open::lock_folder(folder)?);
    let attachments = folder.join(files::FOLDER);
    let copied = files::copy_new(&files::beside(source), &attachments, files::Present::LookedInto, task)?;
    task.step(Phase::BackingUp, 0, 0)?;
    let kept = replace(folder, source, now)?;
    let shop = Shop::open(folder, now)?;
    thin_out(folder, now)?;
    let missing = missing_files(&shop)?;
    Ok(Restored { kept, files: copied.files, damaged: copied.damaged.len() as u32, missing })
}

/// What became of the shop that was there.
enum Present {
    /// There was none.
    Nothing,
    /// A verified copy of it is among the backups.
    Copied(BackupFile),
    /// It is damaged: no copy of it can be made, and it is kept as it is.
    Damaged,
}

fn replace(folder: &Path, source: &Path, now: Seconds) -> Result<Option<BackupFile>> {
    let from = Connection::open_with_flags(source, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let present = keep_present(folder, now)?;
    let _lock = super::open::lock_folder(folder)?;
    if let Err(error) = prepare::prepare(&from, folder) {
        // The shop is as it was; a second copy of it would only leave less room for the next try.
        if let Present::Copied(kept) = present {
            let _ = fs::remove_file(folder_of(folder).join(kept.file));
        }
        return Err(error);
    }
    match present {
        Present::Nothing => prepare::put_in_place(folder).map(|()| None),
        Present::Copied(kept) => prepare::put_in_place(folder).map(|()| Some(kept)),
        Present::Damaged => replace_damaged(folder, now).map(Some),
    }
}

/// Keeps the shop that is there among the backups. Nothing is thinned: the source may be the one that would go.
fn keep_present(folder: &Path, now: Seconds) -> Result<Present> {
    let damaged = |error: &Error| {
        matches!(
            error,
            Error::Corrupt(_)
                | Error::DiskFailed(_)
                | Error::NotAShop
                | Error::Database(_)
                | Error::BackupFailed(_)
                | Error::BackupChanged(_)
                | Error::ForeignShop(_)
        )
    };
    if !folder.join(FILE_NAME).exists() && !prepared(folder).exists() {
        return Ok(Present::Nothing);
    }
    let taken = Shop::open(folder, now).and_then(|shop| {
        if let Some(why) = shop.read_only() {
            return Err(why.into());
        }
        shop.read(|shop| take(shop, folder, now, BackupReason::Replaced)).map(Present::Copied)
    });
    match taken {
        Err(error) if damaged(&error) => Ok(Present::Damaged),
        other => other,
    }
}

fn replace_damaged(folder: &Path, now: Seconds) -> Result<BackupFile> {
    let prepared = prepared(folder);
    let file = free_name(&folder_of(folder), now, BackupReason::Replaced);
    let note = aside(folder);
    fs::write(&note, &file).map_err(|e| Error::file(&note, e))?;
    let replaced = set_aside(folder, file, now).and_then(|kept| {
        let target = folder.join(FILE_NAME);
        match fs::rename(&prepared, &target).map_err(|e| Error::file(&target, e)).and_then(|()| sync_folder(folder)) {
            Ok(()) => Ok(kept),
            Err(error) => {
                bring_back(folder, &kept.file)?;
                Err(error)
            }
        }
    });
    // Where not even the way back was possible, the copy is what the next start mends it with.
    if folder.join(FILE_NAME).exists() {
        forget_prepared(folder);
    }
    replaced
}

/// Where it is noted under which name the old shop is set aside.
fn aside(folder: &Path) -> PathBuf {
    folder.join(format!("{FILE_NAME}.aside"))
}

/// Finishes a restore that ended, with the computer, after the old shop was set aside and before the copy took its place.
/// Says whether there was one. The caller has the lock, and there is no shop.
pub(super) fn finish(folder: &Path, now: Seconds) -> Result<bool> {
    let prepared = prepared(folder);
    if !prepared.exists() {
        return Ok(false);
    }
    put_log_away(folder, now)?;
    if let Err(error) = prove(&prepared, &Task::quiet()) {
        // It was whole once. The backups are at hand, and this one stays among them under a name that none has.
        tracing::error!(code = error.code(), "a restore that was interrupted cannot be finished");
        let kept = folder_of(folder).join(format!("{now}-not-whole"));
        fs::rename(&prepared, &kept).map_err(|e| Error::file(&kept, e))?;
        return Ok(false);
    }
    let target = folder.join(FILE_NAME);
    fs::rename(&prepared, &target).map_err(|e| Error::file(&target, e))?;
    forget_prepared(folder);
    Ok(true)
}

/// The log of the old shop must not be taken for one of the new: it goes to where its shop went. What is moved stays
/// moved, so that an attempt that fails is gone on with at the next start.
fn put_log_away(folder: &Path, now: Seconds) -> Result<()> {
    let backups = folder_of(folder);
    crate::files::make_private_folder(&backups).map_err(|e| Error::file(&backups, e))?;
    let old = fs::read_to_string(aside(folder)).ok().filter(|name| list(folder).is_ok_and(|all| all.iter().any(|b| b.file == *name)));
    for part in &PARTS[1..] {
        let from = folder.join(format!("{FILE_NAME}{part}"));
        let beside = old.as_ref().map(|name| backups.join(format!("{name}{part}"))).filter(|to| !to.exists());
        let to = beside.unwrap_or_else(|| backups.join(format!("{now}-left{part}")));
        match fs::rename(&from, to) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Error::file(&from, e)),
            _ => {}
        }
    }
    Ok(())
}

/// Takes a prepared copy away that is of no use: the shop is there. It would be a copy of long ago when it is not any more.
/// The caller has the lock.
pub(super) fn forget_prepared(folder: &Path) {
    for file in prepare::leftovers(folder).into_iter().chain([aside(folder)]) {
        match fs::remove_file(file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => tracing::warn!(%error, "a prepared copy stays"),
            _ => {}
        }
    }
}

/// What a shop file consists of while it is in use.
const PARTS: [&str; 3] = ["", "-wal", "-shm"];

/// Moves a shop file that does not open among the backups, as it is, with what belongs to it: all of it or none. The
/// caller has the lock.
fn set_aside(folder: &Path, file: String, now: Seconds) -> Result<BackupFile> {
    let backups = folder_of(folder);
    crate::files::make_private_folder(&backups).map_err(|e| Error::file(&backups, e))?;
    let mut bytes = 0;
    for part in PARTS {
        let from = folder.join(format!("{FILE_NAME}{part}"));
        let moved = fs::metadata(&from).and_then(|m| fs::rename(&from, backups.join(format!("{file}{part}"))).map(|()| m.len()));
        match moved {
            Ok(size) => bytes += size as i64,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                // A log without its file, or the reverse, would be worse than what there was.
                bring_back(folder, &file)?;
                return Err(Error::file(&from, error));
            }
        }
    }
    Ok(BackupFile { file, at: now, bytes, reason: BackupReason::Replaced })
}

/// Moves what was set aside back to where it was.
fn bring_back(folder: &Path, file: &str) -> Result<()> {
    for part in PARTS {
        let to = folder.join(format!("{FILE_NAME}{part}"));
        match fs::rename(folder_of(folder).join(format!("{file}{part}")), &to) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Error::file(&to, e)),
            _ => {}
        }
    }
    Ok(())
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
        assert_eq!(kept.kept.unwrap().reason, BackupReason::Replaced);
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
        assert_eq!(
            fs::read(folder_of(folder.path()).join(kept.kept.unwrap().file)).unwrap(),
            damaged,
            "the damaged file is kept as it was"
        );
        let shop = Shop::open(folder.path(), 400).unwrap();
        assert_eq!(shop.setting::<String>("greeting").unwrap().as_deref(), Some("whole"));
    }

    #[test]
    fn a_restore_that_the_end_of_the_computer_interrupted_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let shop = Shop::open(folder.path(), 100).unwrap();
        shop.set_setting("greeting", &"before").unwrap();
        let copy = Connection::open_with_flags(shop.path(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        prepare::prepare(&copy, folder.path()).unwrap();
        drop((copy, shop));
        let file = free_name(&folder_of(folder.path()), 200, BackupReason::Replaced);
        fs::write(aside(folder.path()), &file).unwrap();
        set_aside(folder.path(), file, 200).unwrap();
        // The log of the old shop was still there when the computer ended.
        let log = folder.path().join(format!("{FILE_NAME}-wal"));
        fs::write(&log, vec![7u8; 4096]).unwrap();
        let shop = Shop::open(folder.path(), 300).unwrap();
        assert_eq!(shop.setting::<String>("greeting").unwrap().as_deref(), Some("before"));
        assert!(!prepared(folder.path()).exists() && !aside(folder.path()).exists());
        let old = &shop.backups().unwrap()[0];
        let log = fs::read(folder_of(folder.path()).join(format!("{}-wal", old.file))).unwrap();
        assert_eq!(log, vec![7u8; 4096], "the old log is no log of the new shop, and is kept with its own");
    }

    #[test]
    fn a_prepared_copy_of_long_ago_is_never_put_in_place() {
        let folder = tempfile::tempdir().unwrap();
        let shop = Shop::open(folder.path(), 100).unwrap();
        shop.set_setting("greeting", &"old").unwrap();
        let copy = Connection::open_with_flags(shop.path(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        prepare::prepare(&copy, folder.path()).unwrap();
        drop((copy, shop));
        // The shop was not set aside: whatever stopped the restore, this copy is done with.
        drop(Shop::open(folder.path(), 200).unwrap());
        fs::remove_file(folder.path().join(FILE_NAME)).unwrap();
        let shop = Shop::open(folder.path(), 300).unwrap();
        assert_eq!(shop.setting::<String>("greeting").unwrap(), None);
    }

    #[test]
    fn a_prepared_copy_that_is_not_whole_is_kept_and_the_shop_opens() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(prepared(folder.path()), vec![7u8; 8192]).unwrap();
        drop(Shop::open(folder.path(), 300).unwrap());
        assert!(!prepared(folder.path()).exists() && folder_of(folder.path()).join("300-not-whole").exists());
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
        assert!(folder_of(folder.path()).join(kept.kept.unwrap().file).exists());
        let shop = Shop::open(folder.path(), 400).unwrap();
        assert_eq!(shop.setting::<String>("greeting").unwrap().as_deref(), Some("whole"));
    }
}
