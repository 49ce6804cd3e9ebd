//! What is open: the shop, the files that wait to be imported, the plans that were shown, the running work.
//!
//! The window names files, plans and work by numbers given out here; no path ever comes from it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager};
use tauri_specta::Event;
use zhanggui_core::error::{Error, Result};
use zhanggui_core::import::plain_table::PlainTable;
use zhanggui_core::import::plan::Plan;
use zhanggui_core::products::table_file::ProductTablePlan;
use zhanggui_core::reviews::plan::ReviewPlan;
use zhanggui_core::shipping::bill::BillPlan;
use zhanggui_core::storage::Shop;
use zhanggui_core::storage::locate::{DEMO_FOLDER, SHOP_FOLDER, locate};
use zhanggui_core::task::Task;
use zhanggui_core::time::{Moment, parse_zone};

use crate::events::{FilesArrived, ShopChanged, TaskProgress};
use crate::failure::Failure;
use crate::kept::Kept;

/// Which of the two shops is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Book {
    /// The seller's own.
    Own,
    /// The invented one, in a folder of its own.
    Demo,
}

/// A file that waits to be imported.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct WaitingFile {
    /// Its number.
    pub id: u32,
    /// Its name.
    pub name: String,
}

/// Everything the shell holds.
#[derive(Debug)]
pub struct Desk {
    root: PathBuf,
    /// The folder of the seller's own shop.
    own: PathBuf,
    /// The shops among which the data folder does not choose.
    several: Vec<String>,
    book: RwLock<(Book, Option<Arc<Shop>>)>,
    /// Shops that were left for another while somebody still read them.
    left: Mutex<Vec<(Book, Weak<Shop>)>>,
    files: Mutex<Vec<(u32, PathBuf)>>,
    plans: Mutex<HashMap<u32, Arc<Vec<Plan>>>>,
    tasks: Mutex<HashMap<u32, Task>>,
    /// A table of products and what it would change.
    pub products: Kept<ProductTablePlan>,
    /// A courier's bill and what it says.
    pub bill: Kept<(Arc<PlainTable>, BillPlan)>,
    /// A table of reviews and what it would do, once its columns are known.
    pub reviews: Kept<(Arc<PlainTable>, Option<ReviewPlan>)>,
    /// A backup file that is asked about.
    pub backup: Kept<PathBuf>,
    /// Why the last backup of the day of the seller's own shop could not be taken, where it could not.
    backup_failure: Mutex<Option<Failure>>,
    next: AtomicU32,
}

/// Work that runs under a number of the window's; it is over when this goes, however the work ended.
#[derive(Debug)]
pub struct Running<'d> {
    desk: &'d Desk,
    id: u32,
    task: Task,
}

impl std::ops::Deref for Running<'_> {
    type Target = Task;
    fn deref(&self) -> &Task {
        &self.task
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        lock(&self.desk.tasks).remove(&self.id);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long those who still read a shop are waited for.
const PATIENCE: Duration = if cfg!(test) { Duration::from_millis(50) } else { Duration::from_secs(10) };

/// Closes a shop once those who still read it have ended.
///
/// # Errors
/// [`Error::StillRunning`] where they do not end: nothing is changed under work that goes on, an import for one.
fn close(open: &mut Option<Arc<Shop>>, patience: Duration) -> Result<()> {
    let began = Instant::now();
    let mut closing = open.take();
    while let Some(shop) = closing {
        match Arc::try_unwrap(shop) {
            Ok(shop) => {
                drop(shop);
                return Ok(());
            }
            Err(shared) if began.elapsed() > patience => {
                *open = Some(shared);
                return Err(Error::StillRunning);
            }
            Err(shared) => {
                std::thread::sleep(Duration::from_millis(20));
                closing = Some(shared);
            }
        }
    }
    Ok(())
}

impl Desk {
    /// A desk over a data folder, or over the folder of a shop; no shop is open yet.
    pub fn new(folder: PathBuf) -> Desk {
        let (found, several) = match locate(&folder) {
            Ok(found) => (found, Vec::new()),
            Err(Error::SeveralShops { folders }) => (None, folders),
            Err(error) => {
                tracing::warn!(code = error.code(), "the data folder was not looked through");
                (None, Vec::new())
            }
        };
        let own = found.unwrap_or_else(|| folder.join(SHOP_FOLDER));
        // The folder around a shop is the window's only where that was named.
        let root = if own == folder.join(SHOP_FOLDER) { folder } else { own.clone() };
        Desk {
            root,
            own,
            several,
            book: RwLock::new((Book::Own, None)),
            left: Mutex::default(),
            files: Mutex::default(),
            plans: Mutex::default(),
            tasks: Mutex::default(),
            products: Kept::new("plan"),
            bill: Kept::new("plan"),
            reviews: Kept::new("plan"),
            backup: Kept::new("backup"),
            backup_failure: Mutex::default(),
            next: AtomicU32::new(1),
        }
    }

    /// Where the log and the invented shop lie.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A number nothing else has.
    pub fn number(&self) -> u32 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// The folder of a shop.
    pub fn folder(&self, book: Book) -> PathBuf {
        match book {
            Book::Own => self.own.clone(),
            Book::Demo => self.root.join(DEMO_FOLDER),
        }
    }

    /// Opens a shop in the place of the one that is open. Those who still read that one end by themselves; only where
    /// the same shop is opened again they are waited for.
    ///
    /// # Errors
    /// [`Error::StillRunning`] where they do not end; those of [`Shop::open`].
    pub fn open(&self, book: Book) -> Result<Arc<Shop>> {
        let mut open = self.book.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(shop) = open.1.take() {
            lock(&self.left).push((open.0, Arc::downgrade(&shop)));
        }
        lock(&self.plans).clear();
        *open = (book, None);
        self.wait_for_the_last_of(book)?;
        if book == Book::Own && !self.several.is_empty() {
            return Err(Error::SeveralShops { folders: self.several.clone() });
        }
        let shop = Arc::new(Shop::open(&self.folder(book), now())?);
        *open = (book, Some(Arc::clone(&shop)));
        Ok(shop)
    }

    fn wait_for_the_last_of(&self, book: Book) -> Result<()> {
        let began = Instant::now();
        loop {
            let mut left = lock(&self.left);
            left.retain(|(_, shop)| shop.strong_count() > 0);
            if !left.iter().any(|(known, _)| *known == book) {
                return Ok(());
            }
            drop(left);
            if began.elapsed() > PATIENCE {
                return Err(Error::StillRunning);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Closes the shop when the program ends, so that everything is in its file and nothing in the log beside it: sellers
    /// copy the file by hand. Work that still goes on keeps it open for a moment, and then the log stays, which loses
    /// nothing.
    pub fn leave(&self) {
        const MOMENT: Duration = Duration::from_secs(2);
        let Ok(mut open) = self.book.try_write() else { return };
        if let Err(error) = close(&mut open.1, MOMENT) {
            tracing::info!(code = error.code(), "the shop is left open at the end");
        }
    }

    /// Closes the shop, lets its file be replaced, and opens it again, whether or not that went well. Whoever asks for
    /// the shop meanwhile waits; those who still read it are waited for.
    ///
    /// # Errors
    /// [`Error::StillRunning`] where they do not end; what the work says.
    pub fn replace<T>(&self, work: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
        let mut open = self.book.write().unwrap_or_else(PoisonError::into_inner);
        close(&mut open.1, PATIENCE)?;
        lock(&self.plans).clear();
        let folder = self.folder(open.0);
        let done = work(&folder);
        open.1 = Some(Arc::new(Shop::open(&folder, now())?));
        done
    }

    /// Closes the shop and opens it again, as [`Desk::replace`] does.
    ///
    /// # Errors
    /// [`Error::StillRunning`] where those who read it do not end; those of [`Shop::open`].
    pub fn reopen(&self) -> Result<Arc<Shop>> {
        self.replace(|_| Ok(()))?;
        self.shop()
    }

    /// The open shop; opening it is tried again where it failed before. Whoever keeps what this gives lets nobody close the
    /// shop, and must not ask for it once more meanwhile: the one who closes waits for both.
    pub fn shop(&self) -> Result<Arc<Shop>> {
        if let Some(shop) = &self.book.read().unwrap_or_else(PoisonError::into_inner).1 {
            return Ok(Arc::clone(shop));
        }
        let mut open = self.book.write().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have opened it since.
        if let Some(shop) = &open.1 {
            return Ok(Arc::clone(shop));
        }
        let shop = Arc::new(Shop::open(&self.folder(open.0), now())?);
        open.1 = Some(Arc::clone(&shop));
        Ok(shop)
    }

    /// Why the last backup of the day could not be taken.
    pub fn backup_failure(&self) -> Option<Failure> {
        lock(&self.backup_failure).clone()
    }

    /// Remembers how the backup of the day ended.
    pub fn set_backup_failure(&self, failure: Option<Failure>) {
        *lock(&self.backup_failure) = failure;
    }

    /// The shop that is open, where one is; opening is not tried.
    pub fn open_shop(&self) -> Option<(Book, Arc<Shop>)> {
        let open = self.book.read().unwrap_or_else(PoisonError::into_inner);
        open.1.as_ref().map(|shop| (open.0, Arc::clone(shop)))
    }

    /// Which shop is open.
    pub fn book(&self) -> Book {
        self.book.read().unwrap_or_else(PoisonError::into_inner).0
    }

    /// Takes files in and tells the window.
    pub fn arrive(&self, app: &AppHandle, paths: impl IntoIterator<Item = PathBuf>) -> Vec<WaitingFile> {
        let mut files = lock(&self.files);
        let mut added = Vec::new();
        for path in paths {
            let id = self.number();
            added.push(WaitingFile { id, name: zhanggui_core::error::file_name(&path) });
            files.push((id, path));
        }
        drop(files);
        if !added.is_empty() {
            tell(&FilesArrived { files: added.iter().map(|f| f.id).collect() }, app);
        }
        added
    }

    /// The files that wait, given to the window once.
    pub fn waiting(&self) -> Vec<WaitingFile> {
        lock(&self.files).iter().map(|(id, path)| WaitingFile { id: *id, name: zhanggui_core::error::file_name(path) }).collect()
    }

    /// The path behind a number.
    pub fn path(&self, id: u32) -> Result<PathBuf> {
        lock(&self.files)
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, path)| path.clone())
            .ok_or_else(|| Error::NotFound { what: "file", key: id.to_string() })
    }

    /// Forgets files that were imported or put away.
    pub fn forget_files(&self, ids: &[u32]) {
        lock(&self.files).retain(|(id, _)| !ids.contains(id));
    }

    /// Keeps plans until they are applied or put away.
    pub fn keep_plans(&self, plans: Vec<Plan>) -> u32 {
        let id = self.number();
        lock(&self.plans).insert(id, Arc::new(plans));
        id
    }

    /// The plans behind a number.
    pub fn plans(&self, id: u32) -> Result<Arc<Vec<Plan>>> {
        lock(&self.plans).get(&id).cloned().ok_or_else(|| Error::NotFound { what: "plan", key: id.to_string() })
    }

    /// Puts plans away.
    pub fn drop_plans(&self, id: u32) {
        lock(&self.plans).remove(&id);
    }

    /// A handle on long work under the window's own number, reporting to the window ten times a second at most.
    pub fn begin(&self, app: &AppHandle, id: u32) -> Running<'_> {
        let app = app.clone();
        let last = Mutex::new((Instant::now(), String::new()));
        let task = Task::new(move |p| {
            let phase = serde_json::to_value(p.phase).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
            let mut last = lock(&last);
            if last.1 == phase && last.0.elapsed().as_millis() < 100 {
                return;
            }
            *last = (Instant::now(), phase.clone());
            tell(&TaskProgress { task: id, phase, done: p.done, total: p.total }, &app);
        });
        self.run(id, task)
    }

    fn run(&self, id: u32, task: Task) -> Running<'_> {
        lock(&self.tasks).insert(id, task.clone());
        Running { desk: self, id, task }
    }

    /// Asks work to stop.
    pub fn cancel(&self, id: u32) {
        if let Some(task) = lock(&self.tasks).get(&id) {
            task.cancel();
        }
    }
}

/// The desk of a running app.
pub fn desk(app: &AppHandle) -> tauri::State<'_, Desk> {
    app.state::<Desk>()
}

/// Tells the window; it may be gone, which is no error.
pub fn tell<E: Event + Serialize + Clone>(event: &E, app: &AppHandle) {
    if let Err(error) = event.emit(app) {
        tracing::debug!(%error, "the window could not be told");
    }
}

/// Tells the window and the menu that the shop changed.
pub fn changed(app: &AppHandle, op: &str) {
    crate::menu::refresh(app);
    tell(&ShopChanged { op: op.to_owned() }, app);
}

/// The one clock of the shell. A build for tests can be told to be ahead of the computer's, to see what a week brings.
pub fn now() -> i64 {
    let ahead = if cfg!(debug_assertions) { std::env::var("ZHANGGUI_CLOCK_AHEAD").ok().and_then(|s| s.parse().ok()) } else { None };
    zhanggui_core::time::clock(std::time::SystemTime::now()) + ahead.unwrap_or(0)
}

/// Now, on the seller's clock.
pub fn moment() -> Moment {
    Moment { at: now(), zone: parse_zone(&zone()).unwrap_or_default() }
}

/// The day it is on this computer.
pub fn today() -> chrono::NaiveDate {
    let now = moment();
    zhanggui_core::time::local_day(now.at, now.zone).unwrap_or_default()
}

/// The zone of this computer.
pub fn zone() -> String {
    // A session may have a clock of its own; the window shows times by it, and so does everything else.
    let own = std::env::var("TZ").ok().map(|name| name.trim_start_matches(':').to_owned());
    own.filter(|name| zhanggui_core::time::parse_zone(name).is_some())
        .or_else(|| iana_time_zone::get_timezone().ok())
        .unwrap_or_else(|| "Asia/Shanghai".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_fails_leaves_no_task_behind() {
        let root = tempfile::tempdir().unwrap();
        let desk = Desk::new(root.path().to_owned());
        let failing = |desk: &Desk| -> Result<()> {
            let _watch = desk.run(7, Task::quiet());
            assert_eq!(lock(&desk.tasks).len(), 1);
            desk.plans(1).map(drop)
        };
        assert!(failing(&desk).is_err());
        assert!(lock(&desk.tasks).is_empty());
    }

    #[test]
    fn a_shop_that_the_command_line_made_is_opened_where_it_lies() {
        let root = tempfile::tempdir().unwrap();
        let made = root.path().join("mine");
        drop(Shop::open(&made, now()).unwrap());
        assert_eq!(Desk::new(made.clone()).folder(Book::Own), made);
        assert_eq!(Desk::new(root.path().to_owned()).folder(Book::Own), made, "one level down");
        assert_eq!(Desk::new(root.path().join("new")).folder(Book::Own), root.path().join("new/shop"));
        drop(Shop::open(&root.path().join("yours"), now()).unwrap());
        assert!(matches!(Desk::new(root.path().to_owned()).open(Book::Own), Err(Error::SeveralShops { .. })), "nothing empty is shown");
    }

    #[test]
    fn another_shop_opens_beside_work_that_goes_on_and_the_same_one_after_it() {
        let root = tempfile::tempdir().unwrap();
        let desk = Desk::new(root.path().to_owned());
        let working = desk.open(Book::Own).unwrap();
        desk.open(Book::Demo).unwrap();
        assert!(matches!(desk.open(Book::Own), Err(Error::StillRunning)));
        drop(working);
        desk.open(Book::Own).unwrap();
    }

    #[test]
    fn a_shop_is_not_replaced_under_work_that_goes_on() {
        let root = tempfile::tempdir().unwrap();
        let desk = Desk::new(root.path().to_owned());
        let working = desk.open(Book::Own).unwrap();
        let refused = desk.replace(|_| -> Result<()> { panic!("the shop is still read") });
        assert!(matches!(refused, Err(Error::StillRunning)));
        assert!(Arc::ptr_eq(&working, &desk.shop().unwrap()), "it stays open");
        drop(working);
        desk.replace(|folder| Shop::open(folder, 0).map(drop)).unwrap();
    }
}
