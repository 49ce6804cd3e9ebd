//! An open shop: its file, its lock, the connections that read and write it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::access::{self, ReadOnly};
use super::connection::{Access, connect, has_room, identify, prepare_writer};
use super::proof::SEALED_FROM;
use super::upgrade::{SCHEMA_VERSION, migrate, version_of, write_anew};
use crate::error::{Error, Result};
use crate::time::Seconds;

/// The shop file's name inside its folder.
pub const FILE_NAME: &str = "shop.zhanggui";

const READERS_KEPT: usize = 4;

/// One open shop: a writer connection, a few readers, and the lock that keeps other processes out.
#[derive(Debug)]
pub struct Shop {
    folder: PathBuf,
    // Readers close before the writer: the last connection to close empties the log, and a reader cannot.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
    /// Why it can be read and not changed, where that is so; the writer is its one connection then.
    read_only: Option<ReadOnly>,
    /// The earlier replies, ready to be compared with.
    pub(crate) twin_cache: crate::reviews::reply::SharedTwins,
    /// The shop file past SQLite, for looking at its pages. Closing any handle of a file ends all locks that this process
    /// has on it, so this one is opened before SQLite opens the file and closed after it has closed it.
    raw: Mutex<File>,
    /// Held for as long as the shop is open; released by the operating system whatever happens.
    _lock: Option<File>,
}

impl Shop {
    /// Opens the shop in `folder`, creating folder and file where there are none. Older files are brought to
    /// the present schema after a verified backup; newer ones are refused untouched. A restore that the computer's end
    /// interrupted is finished first. A shop on a full disk or in a folder that cannot be written to is opened for
    /// reading: [`read_only`](Shop::read_only).
    ///
    /// # Errors
    /// [`Error::InUse`] where another process has it open, [`Error::NewerShop`], [`Error::NotAShop`],
    /// [`Error::CannotOpen`], [`Error::Corrupt`], [`Error::DiskFull`].
    pub fn open(folder: &Path, now: Seconds) -> Result<Shop> {
        zhanggui_pages::register()?;
        let error = match Shop::open_for_changes(folder, now) {
            Ok(shop) => return Ok(shop),
            Err(error) => error,
        };
        let Some(why) = access::why_read_only(folder, &error) else { return Err(error) };
        match Shop::open_for_reading(folder, why) {
            Ok(shop) => Ok(shop),
            Err(Error::InUse) => Err(Error::InUse),
            Err(second) => {
                tracing::warn!(code = second.code(), "the shop cannot be read either");
                Err(why.into())
            }
        }
    }

    fn open_for_changes(folder: &Path, now: Seconds) -> Result<Shop> {
        make_private_folder(folder)?;
        let lock = lock_folder(folder)?;
        for place in [folder.to_owned(), super::backup::folder_of(folder), folder.join(super::files::FOLDER)] {
            crate::files::sweep(&place);
        }
        let path = folder.join(FILE_NAME);
        let mut is_new = !path.exists();
        if is_new {
            is_new = !super::restore::finish(folder, now)?;
        } else {
            super::restore::forget_prepared(folder);
        }
        if is_new {
            create_private_file(&path)?;
        }
        let mut raw = File::open(&path).map_err(|e| cannot_open(&path, &e))?;
        let mut writer = connect(&path, Access::Writing)?;
        identify(&writer, is_new)?;
        let found = version_of(&writer)?;
        match (has_room(&mut raw, &path)?, found >= SEALED_FROM) {
            (true, _) => {}
            (false, true) => return Err(Error::Corrupt("its pages have no checksums any more".into())),
            (false, false) => {
                // The connection empties the log when it closes, before the file is replaced.
                write_anew(writer, raw, folder, found, now)?;
                raw = File::open(&path).map_err(|e| cannot_open(&path, &e))?;
                writer = connect(&path, Access::Writing)?;
            }
        }
        prepare_writer(&writer)?;
        migrate(&mut writer, folder, now)?;
        Ok(Shop {
            folder: folder.to_owned(),
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
            raw: Mutex::new(raw),
            read_only: None,
            twin_cache: Mutex::default(),
            _lock: Some(lock),
        })
    }

    /// Opens a shop of the present version without writing anything beside it.
    fn open_for_reading(folder: &Path, why: ReadOnly) -> Result<Shop> {
        let lock = access::lock_for_reading(folder)?;
        let path = folder.join(FILE_NAME);
        let raw = File::open(&path).map_err(|e| cannot_open(&path, &e))?;
        let connection = access::connect_for_reading(&path)?;
        identify(&connection, false)?;
        let found = version_of(&connection)?;
        if found != SCHEMA_VERSION {
            return Err(Error::CannotOpen(format!("version {found} cannot be brought up to date here")));
        }
        Ok(Shop {
            folder: folder.to_owned(),
            writer: Mutex::new(connection),
            readers: Mutex::default(),
            raw: Mutex::new(raw),
            read_only: Some(why),
            twin_cache: Mutex::default(),
            _lock: lock,
        })
    }

    /// Why the shop can be read and not changed, where that is so.
    pub fn read_only(&self) -> Option<ReadOnly> {
        self.read_only
    }

    /// The folder that holds the shop file and its backups.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Path of the shop file.
    pub fn path(&self) -> PathBuf {
        self.folder.join(FILE_NAME)
    }

    /// Reads from one consistent snapshot, beside a running write.
    ///
    /// # Errors
    /// Whatever `read` returns, and failures to open a connection.
    pub fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        if self.read_only.is_some() {
            let mut only = lock(&self.writer);
            let snapshot = only.transaction()?;
            return read(&snapshot);
        }
        let kept = lock(&self.readers).pop();
        let mut connection = match kept {
            Some(connection) => connection,
            None => connect(&self.path(), Access::Reading).map_err(|e| access::called_by_its_name(&self.folder, e))?,
        };
        let snapshot = connection.transaction()?;
        let result = read(&snapshot).map_err(|e| access::called_by_its_name(&self.folder, e));
        let ended = snapshot.finish();
        let mut kept = lock(&self.readers);
        if kept.len() < READERS_KEPT && ended.is_ok() {
            kept.push(connection);
        }
        result
    }

    /// [`writer`](Shop::writer) for a transaction that gives out every key it refers to itself, so that nothing is
    /// gained by looking each of them up: for a million orders that is a fifth of the work.
    pub(crate) fn writer_without_foreign_keys(&self) -> Result<UncheckedWriter<'_>> {
        let connection = self.writer()?;
        connection.pragma_update(None, "foreign_keys", "OFF")?;
        Ok(UncheckedWriter(connection))
    }

    /// The one connection that writes. Only [`transact`](super::transact) and its siblings take it.
    ///
    /// # Errors
    /// [`Error::DiskFull`] or [`Error::ReadOnlyFolder`] where the shop can only be read.
    pub(crate) fn writer(&self) -> Result<MutexGuard<'_, Connection>> {
        match self.read_only {
            Some(why) => Err(why.into()),
            None => Ok(lock(&self.writer)),
        }
    }

    /// Lets `look` look at the file itself, while nobody moves pages from the log into it. What the log holds is moved
    /// before: after a power cut a page may be torn in the file and whole in the log.
    pub(super) fn at_rest<T>(&self, look: impl FnOnce(&mut File) -> Result<T>) -> Result<T> {
        let held = lock(&self.writer);
        if self.read_only.is_none() {
            // Where a reader or a full disk keeps it from all of it, the rest stays in the log, which is as good a place.
            if let Err(error) = held.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
                tracing::info!(code = Error::from(error).code(), "the log is not emptied before the file is looked at");
            }
        }
        look(&mut lock(&self.raw))
    }

    /// Whether a shop that was opened for reading could be opened for changes by now.
    pub fn could_be_changed(&self) -> bool {
        self.read_only.is_none() || access::try_to_write(&self.folder).is_none()
    }
}

/// The writer while it does not look foreign keys up; dropping it turns that on again.
pub(crate) struct UncheckedWriter<'a>(MutexGuard<'a, Connection>);

impl UncheckedWriter<'_> {
    pub(crate) fn transaction(&mut self) -> Result<Transaction<'_>> {
        Ok(self.0.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }
}

impl Drop for UncheckedWriter<'_> {
    fn drop(&mut self) {
        // Setting a flag of the connection does not touch the file; outside a transaction it cannot fail.
        if let Err(error) = self.0.pragma_update(None, "foreign_keys", "ON") {
            tracing::error!(%error, "foreign keys stay off");
        }
    }
}

/// A poisoned lock means a panic in another thread; the connection itself rolled back and is sound.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn make_private_folder(folder: &Path) -> Result<()> {
    crate::files::make_private_folder(folder).map_err(|e| cannot_open(folder, &e))
}

pub(super) fn cannot_open(path: &Path, source: &std::io::Error) -> Error {
    match source.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Error::DiskFull,
        _ => Error::CannotOpen(format!("{}: {source}", crate::error::file_name(path))),
    }
}

pub(super) fn lock_folder(folder: &Path) -> Result<File> {
    let path = folder.join(LOCK);
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    private(&mut options);
    let file = options.open(&path).map_err(|e| cannot_open(&path, &e))?;
    lock_file(file, &path)
}

/// The file whose lock says that a shop is open.
pub(super) const LOCK: &str = "lock";

pub(super) fn lock_file(file: File, path: &Path) -> Result<File> {
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse),
        Err(TryLockError::Error(e)) => Err(cannot_open(path, &e)),
    }
}

/// Lets only the seller read and write what is created.
fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = options;
}

pub(super) fn create_private_file(path: &Path) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options);
    options.open(path).map(drop).map_err(|e| cannot_open(path, &e))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::upgrade::migrations;
    use super::*;

    #[test]
    fn the_schema_is_sound() {
        migrations().validate().expect("migrations apply to an empty file");
    }

    #[test]
    fn an_open_shop_keeps_its_promises() {
        let folder = tempfile::tempdir().unwrap();
        let shop = Shop::open(folder.path(), 0).unwrap();
        let pragma = |name: &str| shop.writer().unwrap().pragma_query_value(None, name, |r| r.get::<_, rusqlite::types::Value>(0)).unwrap();
        assert_eq!(pragma("journal_mode"), rusqlite::types::Value::Text("wal".into()));
        assert_eq!(pragma("synchronous"), rusqlite::types::Value::Integer(2));
        assert_eq!(pragma("trusted_schema"), rusqlite::types::Value::Integer(0));
        let version = rusqlite::version_number();
        assert!(version >= 3_051_003, "SQLite {version} can corrupt a WAL file when two connections checkpoint");
    }

    #[test]
    fn a_second_process_is_told_that_the_shop_is_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let _first = Shop::open(folder.path(), 0).unwrap();
        assert!(matches!(Shop::open(folder.path(), 0), Err(Error::InUse)));
    }

    #[test]
    fn files_of_cases_and_the_way_back_survive_the_step_to_reviews() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        {
            zhanggui_pages::register().unwrap();
            create_private_file(&path).unwrap();
            let mut old = connect(&path, Access::Writing).unwrap();
            identify(&old, true).unwrap();
            migrations().to_version(&mut old, 3).unwrap();
            old.execute_batch(
                "INSERT INTO complaints (id, channel, words, received_at, created_at, stage, stage_since, clock_from)
                 VALUES (1, 'wechat', '裂了', 0, 0, 'soothe', 0, 0);
                 INSERT INTO attachments (id, complaint_id, file, original_name, kind, bytes, sha256, added_at)
                 VALUES (1, 1, 'a.jpg', '杯.jpg', 'picture', 3, 'aa', 0), (2, 1, 'b.jpg', '盖.jpg', 'picture', 3, 'bb', 0);",
            )
            .unwrap();
            // As the version before recorded the removal of a file.
            let mut session = rusqlite::session::Session::new(&old).unwrap();
            session.attach(Some("attachments")).unwrap();
            old.execute("DELETE FROM attachments WHERE id = 2", []).unwrap();
            let mut changes = Vec::new();
            session.changeset_strm(&mut changes).unwrap();
            drop(session);
            old.execute("INSERT INTO undo_log (at, op, subject, changeset) VALUES (0, 'attach', '', ?1)", [changes]).unwrap();
        }
        let shop = Shop::open(folder.path(), 0).unwrap();
        let names = || -> Vec<String> {
            shop.read(|c| {
                let mut statement = c.prepare("SELECT original_name || coalesce(review_id, '') FROM attachments ORDER BY id")?;
                Ok(statement.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
            })
            .unwrap()
        };
        assert_eq!(names(), ["杯.jpg"]);
        shop.undo(1).unwrap();
        assert_eq!(names(), ["杯.jpg", "盖.jpg"], "what an older version recorded is still taken back");
        assert!(shop.check().unwrap().iter().all(|c| c.violations == 0));
    }

    #[test]
    fn a_newer_shop_is_refused_and_left_untouched() {
        let folder = tempfile::tempdir().unwrap();
        drop(Shop::open(folder.path(), 0).unwrap());
        let path = folder.path().join(FILE_NAME);
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
        zhanggui_pages::seal(&mut OpenOptions::new().read(true).write(true).open(&path).unwrap()).unwrap();
        let before = fs::read(&path).unwrap();
        assert!(matches!(Shop::open(folder.path(), 0), Err(Error::NewerShop { found: 99, .. })));
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_file_of_another_program_is_refused_and_left_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
        let before = fs::read(&path).unwrap();
        assert!(matches!(Shop::open(folder.path(), 0), Err(Error::NotAShop)));
        assert_eq!(fs::read(&path).unwrap(), before);
        fs::write(&path, b"a text, not a database, but long enough to have a header of one hundred bytes, so that SQLite looks at it")
            .unwrap();
        assert!(matches!(Shop::open(folder.path(), 0), Err(Error::NotAShop)));
    }
}
