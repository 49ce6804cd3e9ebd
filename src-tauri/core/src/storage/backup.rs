//! Verified copies of the shop file, and which of them to keep.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use chrono::DateTime;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use serde::{Deserialize, Serialize};
use zhanggui_pages::seal;

use super::open::{Shop, create_private_file};
use super::transact::revision;
use super::{digest, files, proof, thin};
use crate::error::{Error, Result};
use crate::files::sync_folder;
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
        self.writer().map(drop)?;
        // Read beside whatever is written meanwhile: one moment of the shop, and nobody waits for the copy.
        let taken = self.read(|shop| take(shop, self.folder(), now, reason))?;
        thin_out(self.folder(), now)?;
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
        crate::files::check_target(target)?;
        // The files first: a copy that is there has its files.
        let mut copied = files::copy_new(&folder, &beside, files::Present::Taken, task)?;
        task.step(Phase::BackingUp, 0, 0)?;
        self.read(|shop| copy_verified(shop, target))?;
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

/// How many files of complaints and reviews are not in the data folder, or have a name that the program never gives.
pub(super) fn missing_files(shop: &Shop) -> Result<u32> {
    let named: Vec<String> = shop.read(|connection| {
        let mut statement = connection.prepare("SELECT DISTINCT file FROM attachments")?;
        let rows = statement.query_map([], |r| r.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })?;
    let folder = shop.attachments_folder();
    Ok(named.iter().filter(|name| !files::is_ours(name) || !folder.join(name).exists()).count() as u32)
}

/// Where the backups of a shop lie, within its folder.
pub(super) const FOLDER: &str = "backups";

/// The folder of backups beside a shop.
pub fn folder_of(shop_folder: &Path) -> PathBuf {
    shop_folder.join(FOLDER)
}

pub(super) fn take(source: &Connection, shop_folder: &Path, now: Seconds, reason: BackupReason) -> Result<BackupFile> {
    let folder = folder_of(shop_folder);
    crate::files::make_private_folder(&folder).map_err(|e| Error::file(&folder, e))?;
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

/// Copies to an unfinished file in the target's folder, proves that, and only then renames it into place.
pub(super) fn copy_verified(source: &Connection, target: &Path) -> Result<()> {
    let folder = crate::files::folder_of(target);
    let unfinished = Unfinished::create(folder, target)?;
    {
        let mut copy = Connection::open(&unfinished.path)?;
        // The whole file counts or none of it; the journal would only cost time.
        copy.pragma_update(None, "synchronous", "OFF")?;
        run(&Backup::new(source, &mut copy)?)?;
        copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    }
    let wrap = |e| Error::file(target, e);
    let mut file = OpenOptions::new().read(true).write(true).open(&unfinished.path).map_err(wrap)?;
    seal(&mut file).map_err(wrap)?;
    digest::append(&mut file, target)?;
    file.sync_all().map_err(wrap)?;
    proof::prove(&unfinished.path, &Task::quiet())?;
    fs::rename(&unfinished.path, target).map_err(wrap)?;
    sync_folder(folder)
}

/// A file that goes away unless it was renamed.
struct Unfinished {
    path: PathBuf,
}

impl Unfinished {
    /// Always under the same name for a target, so that a copy that was killed on a stick, which nobody sweeps, is
    /// replaced by the next one.
    fn create(folder: &Path, target: &Path) -> Result<Unfinished> {
        let path = folder.join(format!(".backup-{}", crate::error::file_name(target)));
        for end in ["", "-journal", "-wal", "-shm"] {
            let left = PathBuf::from(format!("{}{end}", path.display()));
            match fs::remove_file(&left) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Error::file(target, e)),
                _ => {}
            }
        }
        create_private_file(&path)?;
        Ok(Unfinished { path })
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Renamed, there is nothing; else what stays is swept at the next start.
        let _ = fs::remove_file(&self.path);
    }
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

/// Removes the backups that are no longer kept.
pub(super) fn thin_out(shop_folder: &Path, now: Seconds) -> Result<()> {
    let backups = list(shop_folder)?;
    for index in thinning(&backups, now).remove {
        let path = folder_of(shop_folder).join(&backups[index].file);
        fs::remove_file(&path).map_err(|e| Error::file(&path, e))?;
        // A damaged shop was set aside with its log.
        for end in ["-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{end}", path.display()));
        }
    }
    Ok(())
}

fn thinning(backups: &[BackupFile], now: Seconds) -> thin::Thinning {
    let dated: Vec<thin::Dated> = backups.iter().map(|b| thin::Dated { at: b.at, replaced: b.reason == BackupReason::Replaced }).collect();
    thin::thin(&dated, now)
}

/// When the nearest backup was taken, where the clock is so far from it that none is removed on its word: the clock may
/// be wrong.
pub fn clock_doubt(backups: &[BackupFile], now: Seconds) -> Option<Seconds> {
    thinning(backups, now).doubt
}
