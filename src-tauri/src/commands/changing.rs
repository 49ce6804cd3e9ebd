//! How commands read and change the open shop: off the window's thread, and telling the window what changed.

use serde::Serialize;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;
use zhanggui_core::error::Result;
use zhanggui_core::import::source::Source;
use zhanggui_core::storage::{Change, Shop};
use zhanggui_core::task::Task;

use crate::desk::{Desk, changed, desk};
use crate::failure::{Answer, off_thread};
use crate::kept::Kept;

/// Tells the window and the menu what changed.
pub fn change(app: &AppHandle, done: &Change) {
    changed(app, done.op.as_str());
}

/// Reads from the open shop.
pub async fn reads<T: Send + 'static>(app: AppHandle, read: impl FnOnce(&Shop) -> Result<T> + Send + 'static) -> Answer<T> {
    off_thread(move || read(&*desk(&app).shop()?)).await
}

/// Changes the open shop.
pub async fn changes(app: AppHandle, make: impl FnOnce(&Shop) -> Result<Change> + Send + 'static) -> Answer<Change> {
    off_thread(move || {
        let done = make(&*desk(&app).shop()?)?;
        change(&app, &done);
        Ok(done)
    })
    .await
}

/// Changes the open shop from a thread that is not the window's already.
pub fn apply(app: &AppHandle, change: impl FnOnce(&Shop) -> Result<Change>) -> Result<Change> {
    let done = change(&*desk(app).shop()?)?;
    self::change(app, &done);
    Ok(done)
}

/// Runs long work under the window's number, so that it can be watched and stopped.
pub fn watched<T>(app: &AppHandle, task: u32, work: impl FnOnce(&Shop, &Task) -> Result<T>) -> Result<T> {
    let desk = desk(app);
    let shop = desk.shop()?;
    let watch = desk.begin(app, task);
    work(&shop, &watch)
}

/// A plan with the number to apply it by.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct KeptPlan<T> {
    /// Its number.
    pub id: u32,
    /// What it would do.
    pub plan: T,
}

impl<T> KeptPlan<T> {
    /// Keeps what is to be applied, and says of it what is to be seen.
    pub fn keep<K>(desk: &Desk, place: &Kept<K>, whole: K, seen: T) -> KeptPlan<T> {
        let id = desk.number();
        place.put(id, whole);
        KeptPlan { id, plan: seen }
    }
}

/// Asks for a file with a table; `None` where the dialog was left.
pub fn pick_table(app: &AppHandle, chinese: &'static str, english: &'static str) -> Option<Source> {
    let language = crate::menu::language(app);
    let dialog = app.dialog().file().set_title(language.say(chinese, english));
    let dialog = dialog.add_filter(language.say("表格", "Tables"), &["csv", "tsv", "txt", "xlsx", "xls", "CSV", "XLSX", "XLS"]);
    dialog.blocking_pick_file().and_then(|p| p.into_path().ok()).map(|path| Source::new(&path))
}
