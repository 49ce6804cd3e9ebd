//! Verified copies of the shop file, and which of them to keep.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use serde::{Deserialize, Serialize};

use super::files;
use super::open::{APPLICATION_ID, SCHEMA_VERSION, Shop};
use super::transact::revision;
use crate::error::{Error, Result};
use crate::task::{Phase, Task};
use crate::time::Seconds;

/// Why a backup was made; part of its file name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum BackupReason {
    /// The seller asked.
    ByHand,
    /// Before a change of the schema.
    BeforeMigration,
    /// Before an import.
    BeforeImport,
    /// Once a day.
    Daily,
    /// The file that a restore replaced.
    Replaced,
}

impl BackupReason {
    const ALL: [BackupReason; 5] =
        [BackupReason::ByHand, BackupReason::BeforeMigration, BackupReason::BeforeImport, BackupReason::Daily, BackupReason::Replaced];

    fn as_str(self) -> &'static str {
        match self {
            BackupReason::ByHand => "manual",
            BackupReason::BeforeMigration => "migration",
            BackupReason::BeforeImport => "import",
            BackupReason::Daily => "daily",
            BackupReason::Replaced => "replaced",
        }
    }
}

/// One backup on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct BackupFile {
    /// File name inside the backups folder.
    pub file: String,
    /// When it was taken, UTC seconds.
    pub at: i64,
    /// Size in bytes.
    pub bytes: i64,
    /// Why.
    pub reason: BackupReason,
}

/// A copy at a place of the seller's choice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct CopyMade {
    /// The copy's file name.
    pub file: String,
    /// Files of complaints and reviews that were copied into the folder beside it now; it may have had others.
    pub files: u32,
    /// Files that are no longer what they were when they were added; they were not copied.
    pub damaged: u32,
    /// Files that somebody removed from the data folder before.
    pub missing: u32,
}

/// How long a backup made before one import serves the imports after it.
const FRESH_FOR: Seconds = 3600;

/// How long a backup serves for the backup of the day.
const FRESH_FOR_A_DAY: Seconds = 86_400;

impl Shop {
    /// Takes a verified backup into the shop's backups folder and thins the older ones.
    ///
    /// # Errors
    /// [`Error::BackupFailed`] where the copy does not verify; it is removed then.
    pub fn backup(&self, now: Seconds, reason: BackupReason) -> Result<BackupFile> {
        let taken = take(&self.writer(), self.folder(), now, reason)?;
        thin(self.folder(), now)?;
        Ok(taken)
    }

    /// Takes the backup of the day where one is due: none is of the last 24 hours, and the shop is not as the newest one
    /// has it. `None` where none is.
    ///
    /// # Errors
    /// As [`Shop::backup`].
    pub fn backup_of_the_day(&self, now: Seconds) -> Result<Option<BackupFile>> {
        // One from the future was taken under a clock that was wrong then, or is wrong now; it says nothing of today.
        // What a restore replaced may have been damaged, and is not what the shop is now.
        let newest = list(self.folder())?.into_iter().filter(|b| b.at <= now && b.reason != BackupReason::Replaced).max_by_key(|b| b.at);
        if newest.as_ref().is_some_and(|b| now - b.at < FRESH_FOR_A_DAY) {
            return Ok(None);
        }
        let present = self.read(state)?;
        // A copy of nothing would only stand before the backups of a shop whose file has gone.
        if present == EMPTY {
            return Ok(None);
        }
        let known = newest.map(|b| state_of(&folder_of(self.folder()).join(b.file)));
        // What cannot be read is no backup.
        let due = !matches!(known, Some(Ok(known)) if known == present);
        if due { self.backup(now, BackupReason::Daily).map(Some) } else { Ok(None) }
    }

    /// Makes sure that a backup of the last hour exists, taking one if not. An empty shop needs none.
    ///
    /// # Errors
    /// As [`Shop::backup`].
    pub fn backup_before_import(&self, now: Seconds) -> Result<()> {
        let newest = list(self.folder())?.into_iter().map(|b| b.at).max();
        if newest.is_some_and(|at| (now - FRESH_FOR..=now).contains(&at)) {
            return Ok(());
        }
        let empty: bool = self.read(|c| Ok(c.query_row("SELECT NOT EXISTS (SELECT 1 FROM undo_log)", [], |r| r.get(0))?))?;
        if !empty {
            self.backup(now, BackupReason::BeforeImport)?;
        }
        Ok(())
    }

    /// Writes a verified copy to a path of the seller's choice, replacing what is there only when it is whole. The files
    /// of complaints and reviews go into the folder [`files::beside`] it; those it has already stay.
    ///
    /// # Errors
    /// As [`Shop::backup`]; [`Error::BadValue`] (`own_file`) for the shop's own file; [`Error::Cancelled`].
    pub fn backup_to(&self, target: &Path, task: &Task) -> Result<CopyMade> {
        let same = |a: &Path, b: &Path| matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b);
        if same(target, &self.path()) {
            return Err(Error::BadValue { field: "backup", value: crate::error::file_name(target), reason: "own_file" });
        }
        let folder = self.attachments_folder();
        let beside = files::beside(target);
        // The files first: a copy that is there has its files.
        let mut copied = files::copy_new(&folder, &beside, files::Present::Taken, task)?;
        task.step(Phase::BackingUp, 0, 0)?;
        copy_verified(&self.writer(), target)?;
        // One that was added meanwhile may be named by the copy already.
        copied.files += files::copy_new(&folder, &beside, files::Present::Taken, task)?.files;
        let missing = missing_files(self)?;
        Ok(CopyMade { file: crate::error::file_name(target), files: copied.files, damaged: copied.damaged.len() as u32, missing })
    }

    /// The newest backup of a shop in which nothing was ever done: its file has gone, or was put there empty.
    ///
    /// # Errors
    /// Failures of the file, or to list the folder.
    pub fn lost_to_a_backup(&self) -> Result<Option<BackupFile>> {
        if self.read(state)? != EMPTY {
            return Ok(None);
        }
        Ok(list(self.folder())?.into_iter().find(|b| b.reason != BackupReason::Replaced))
    }

    /// The backups on disk, newest first.
    ///
    /// # Errors
    /// Failures to list the folder.
    pub fn backups(&self) -> Result<Vec<BackupFile>> {
        list(self.folder())
    }
}

/// What tells two states of a shop apart: its revision, which goes back with a restore, and the newest change with its time.
type State = (i64, Option<(i64, Seconds)>);

/// A shop in which nothing was ever done.
const EMPTY: State = (0, None);

fn state(connection: &Connection) -> Result<State> {
    let newest =
        connection.query_row("SELECT id, at FROM undo_log ORDER BY id DESC LIMIT 1", [], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
    Ok((revision(connection)?, newest))
}

/// The state of the shop in a backup.
fn state_of(path: &Path) -> Result<State> {
    state(&Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?)
}

/// How many files of complaints and reviews are not in the data folder.
pub(super) fn missing_files(shop: &Shop) -> Result<u32> {
    let named: Vec<String> = shop.read(|connection| {
        let mut statement = connection.prepare("SELECT DISTINCT file FROM attachments")?;
        let rows = statement.query_map([], |r| r.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })?;
    let folder = shop.attachments_folder();
    Ok(named.iter().filter(|name| !folder.join(name).exists()).count() as u32)
}

/// The folder of backups beside a shop.
pub fn folder_of(shop_folder: &Path) -> PathBuf {
    shop_folder.join("backups")
}

pub(super) fn take(source: &Connection, shop_folder: &Path, now: Seconds, reason: BackupReason) -> Result<BackupFile> {
    let folder = folder_of(shop_folder);
    fs::create_dir_all(&folder).map_err(|e| Error::file(&folder, e))?;
    let name = free_name(&folder, now, reason);
    let path = folder.join(&name);
    copy_verified(source, &path)?;
    let bytes = fs::metadata(&path).map_err(|e| Error::file(&path, e))?.len() as i64;
    Ok(BackupFile { file: name, at: now, bytes, reason })
}

/// A name that says when and why, and that no other backup has.
pub(super) fn free_name(folder: &Path, now: Seconds, reason: BackupReason) -> String {
    let stamp = DateTime::from_timestamp(now, 0).unwrap_or_default().format("%Y%m%dT%H%M%SZ");
    let mut name = format!("{stamp}-{}.zhanggui", reason.as_str());
    let mut twin = 1;
    while folder.join(&name).exists() {
        twin += 1;
        name = format!("{stamp}-{}-{twin}.zhanggui", reason.as_str());
    }
    name
}

/// Copies to a temporary file in the target's folder, verifies that, and only then renames it into place.
pub(super) fn copy_verified(source: &Connection, target: &Path) -> Result<()> {
    let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let temporary = tempfile::Builder::new().prefix(".backup-").tempfile_in(folder).map_err(|e| Error::file(target, e))?;
    {
        let mut copy = Connection::open(temporary.path())?;
        // The whole file counts or none of it; the journal would only cost time.
        copy.pragma_update(None, "synchronous", "OFF")?;
        run(&Backup::new(source, &mut copy)?)?;
        copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    }
    verify(temporary.path())?;
    temporary.as_file().sync_all().map_err(|e| Error::file(target, e))?;
    temporary.persist(target).map_err(|e| Error::file(target, e.error))?;
    sync_folder(folder)
}

pub(super) fn run(backup: &Backup<'_, '_>) -> Result<()> {
    loop {
        match backup.step(4096)? {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            _ => return Err(Error::InUse),
        }
    }
}

/// Opens a copy read-only and asks SQLite whether it is whole.
pub(super) fn verify(path: &Path) -> Result<()> {
    let metadata = fs::metadata(path).map_err(|e| Error::file(path, e))?;
    if metadata.len() == 0 {
        return Err(Error::BackupFailed("the file is empty".into()));
    }
    let copy = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let id: i32 = copy.pragma_query_value(None, "application_id", |r| r.get(0))?;
    if id != APPLICATION_ID {
        return Err(Error::NotAShop);
    }
    let found: i64 = copy.pragma_query_value(None, "user_version", |r| r.get(0))?;
    if found > SCHEMA_VERSION {
        return Err(Error::NewerShop { found, known: SCHEMA_VERSION });
    }
    let answer: String = copy.query_row("PRAGMA quick_check(1)", [], |r| r.get(0))?;
    if answer == "ok" { Ok(()) } else { Err(Error::BackupFailed(answer)) }
}

#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| Error::file(folder, e))
}

#[cfg(not(unix))]
pub(super) fn sync_folder(_folder: &Path) -> Result<()> {
    Ok(())
}

/// The backups beside a shop, newest first, whether or not the shop opens.
///
/// # Errors
/// Failures to list the folder.
pub fn list(shop_folder: &Path) -> Result<Vec<BackupFile>> {
    let folder = folder_of(shop_folder);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(Error::file(&folder, e)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| Error::file(&folder, e))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some((at, reason)) = read_name(&name) {
            let bytes = entry.metadata().map_err(|e| Error::file(&folder, e))?.len() as i64;
            found.push(BackupFile { file: name, at, bytes, reason });
        }
    }
    found.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| b.file.cmp(&a.file)));
    Ok(found)
}

fn read_name(name: &str) -> Option<(Seconds, BackupReason)> {
    let (stamp, rest) = name.strip_suffix(".zhanggui")?.split_once('-')?;
    let at = chrono::NaiveDateTime::parse_from_str(stamp, "%Y%m%dT%H%M%SZ").ok()?.and_utc().timestamp();
    let word = rest.split('-').next()?;
    Some((at, BackupReason::ALL.into_iter().find(|r| r.as_str() == word)?))
}

pub(super) fn thin(shop_folder: &Path, now: Seconds) -> Result<()> {
    let backups = list(shop_folder)?;
    let times: Vec<Seconds> = backups.iter().map(|b| b.at).collect();
    for index in to_remove(&times, now) {
        let path = folder_of(shop_folder).join(&backups[index].file);
        fs::remove_file(&path).map_err(|e| Error::file(&path, e))?;
    }
    Ok(())
}

/// Which of the backups (newest first) are no longer kept: all of the last two days stay, then one a day for
/// two weeks, one a week for ten weeks, one a month after that. The newest always stays.
fn to_remove(times: &[Seconds], now: Seconds) -> Vec<usize> {
    const DAY: Seconds = 86_400;
    let mut kept = std::collections::HashSet::new();
    let mut remove = Vec::new();
    for (index, at) in times.iter().enumerate() {
        let age = now - at;
        let Some(date) = DateTime::from_timestamp(*at, 0) else { continue };
        let slot = if age < 2 * DAY {
            continue;
        } else if age < 14 * DAY {
            (0, date.num_days_from_ce())
        } else if age < 70 * DAY {
            (1, date.num_days_from_ce() / 7)
        } else {
            (2, date.year() * 12 + date.month0() as i32)
        };
        if !kept.insert(slot) && index > 0 {
            remove.push(index);
        }
    }
    remove
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Seconds = 3600;
    const DAY: Seconds = 24 * HOUR;

    #[test]
    fn old_backups_thin_out_and_young_ones_stay() {
        let now = 1_800_000_000;
        let hourly: Vec<Seconds> = (0..24 * 200).map(|h| now - h * HOUR).collect();
        let gone: std::collections::HashSet<usize> = to_remove(&hourly, now).into_iter().collect();
        let kept: Vec<Seconds> = hourly.iter().enumerate().filter(|(i, _)| !gone.contains(i)).map(|(_, t)| (now - t) / DAY).collect();
        assert_eq!(kept.iter().filter(|d| **d < 2).count(), 48, "all of two days");
        assert_eq!(kept.iter().filter(|d| (2..14).contains(*d)).count(), 13, "one a day, the edges sharing a calendar day");
        assert!((8..=9).contains(&kept.iter().filter(|d| (14..70).contains(*d)).count()), "one a week");
        assert!((4..=6).contains(&kept.iter().filter(|d| **d >= 70).count()), "one a month");
    }

    #[test]
    fn a_single_old_backup_is_never_removed() {
        assert!(to_remove(&[0], 1_800_000_000).is_empty());
    }
}
