//! What is open, preferences, the demo shop.

use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager};
use tauri_plugin_opener::OpenerExt;
use zhanggui_core::complaints::list::{CaseQuery, ClockState};
use zhanggui_core::customers::list::CustomerQuery;
use zhanggui_core::import::choices::Choices;
use zhanggui_core::import::source::Source;
use zhanggui_core::orders::list::OrderQuery;
use zhanggui_core::reviews::list::ReviewQuery;
use zhanggui_core::shops::ShopRow;
use zhanggui_core::storage::Op;
use zhanggui_core::storage::access::ReadOnly;
use zhanggui_core::storage::backup::{BackupFile, clock_doubt};

use crate::desk::{Book, changed, desk, moment, now, zone};
use crate::failure::{Answer, Failure, off_thread};
use crate::words::Language;

/// What the shell around every page shows.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct DeskState {
    book: Book,
    /// Why the shop is not open, where it is not.
    failure: Option<Failure>,
    customers: i64,
    orders: i64,
    open_matches: i64,
    shops: Vec<ShopRow>,
    last_backup: Option<BackupFile>,
    /// The backup to offer where the shop's file has gone.
    lost_to: Option<BackupFile>,
    /// Why the backup of the day could not be taken, where it could not.
    backup_failure: Option<Failure>,
    /// Why the shop can be read and not changed, where that is so.
    read_only: Option<ReadOnly>,
    /// When the nearest backup was taken, where this computer's clock is so far from it that it may be wrong.
    clock_doubt: Option<i64>,
    zone: String,
    provinces: Vec<String>,
    version: String,
    /// `zh-CN` or `en`, of the system.
    system_language: String,
    data_folder: String,
    /// Seconds UTC by the shell's clock, which the window follows.
    now: i64,
    /// Open complaints, and how many of them are overdue.
    complaints: (i64, i64),
    /// Lines of today's list that are overdue or due today, and how many of them are overdue.
    due_today: (i64, i64),
    /// Reviews to be seen to, and how many of their steps are overdue.
    reviews: (i64, i64),
}

/// The window says that its first page can be used. The log says when, which is what `cargo xtask bench` reads.
#[tauri::command]
#[specta::specta]
pub fn window_usable() {
    tracing::info!("the window can be used");
}

/// Everything the frame of the window shows.
#[tauri::command]
#[specta::specta]
pub async fn desk_state(app: AppHandle) -> Answer<DeskState> {
    off_thread(move || {
        let desk = desk(&app);
        let mut state = DeskState {
            book: desk.book(),
            failure: None,
            customers: 0,
            orders: 0,
            open_matches: 0,
            shops: Vec::new(),
            last_backup: None,
            lost_to: None,
            read_only: None,
            clock_doubt: None,
            backup_failure: if desk.book() == Book::Own { desk.backup_failure() } else { None },
            zone: zone(),
            provinces: zhanggui_core::regions::provinces().into_iter().map(str::to_owned).collect(),
            version: app.package_info().version.to_string(),
            system_language: if crate::words::system_language() == Language::Chinese { "zh-CN" } else { "en" }.to_owned(),
            data_folder: desk.folder(desk.book()).display().to_string(),
            now: now(),
            complaints: (0, 0),
            due_today: (0, 0),
            reviews: (0, 0),
        };
        let shop = match desk.shop() {
            Ok(shop) => shop,
            Err(error) => {
                state.failure = Some(error.into());
                return Ok(state);
            }
        };
        state.read_only = shop.read_only();
        state.customers = shop.customers(&CustomerQuery::default(), 0, 0)?.total;
        state.orders = shop.orders(&OrderQuery::default(), 0, 0)?.total;
        state.open_matches = shop.open_match_count()?;
        state.shops = shop.read(zhanggui_core::shops::list)?;
        match shop.backups().and_then(|backups| Ok((backups, shop.lost_to_a_backup()?))) {
            Ok((backups, lost_to)) => {
                state.clock_doubt = clock_doubt(&backups, now());
                (state.last_backup, state.lost_to) = (backups.into_iter().next(), lost_to);
            }
            // The shop can be worked in all the same.
            Err(error) => state.backup_failure = Some(error.into()),
        }
        let day = shop.today(0, Language::Chinese, moment())?;
        state.due_today = (day.counts.first + day.counts.today, day.counts.complaints.1 + day.counts.promises.1 + day.counts.reviews.1);
        state.reviews = (shop.reviews(&ReviewQuery::default(), 0, 0, moment())?.counts.0, day.counts.reviews.1);
        let overdue = CaseQuery { clock: Some(ClockState::Overdue), ..CaseQuery::default() };
        state.complaints =
            (shop.complaints(&CaseQuery::default(), 0, 0, moment())?.total, shop.complaints(&overdue, 0, 0, moment())?.total);
        Ok(state)
    })
    .await
}

/// Opens the seller's own shop or the invented one.
#[tauri::command]
#[specta::specta]
pub async fn switch_book(app: AppHandle, book: Book) -> Answer<()> {
    off_thread(move || {
        desk(&app).open(book)?;
        changed(&app, "");
        Ok(())
    })
    .await
}

/// Opens the invented shop, making it where there is none.
#[tauri::command]
#[specta::specta]
pub async fn make_demo(app: AppHandle, orders: u32, task: u32) -> Answer<()> {
    off_thread(move || {
        let desk = desk(&app);
        let shop = desk.open(Book::Demo)?;
        if shop.orders(&OrderQuery::default(), 0, 0)?.total == 0 {
            let watch = desk.begin(&app, task);
            let folder = tempfile::tempdir().map_err(|e| zhanggui_core::Error::CannotOpen(e.to_string()))?;
            let path = folder.path().join("ExportOrderList-demo.csv");
            let demo = zhanggui_core::demo::Demo { orders: orders.min(100_000), seed: 1, until: now() };
            zhanggui_core::demo::write_taobao(demo, &path)?;
            let plan = shop.plan_import(&Source::new(&path), &Choices::default(), &watch)?;
            let applied = shop.apply_imports(&[(&plan, Vec::new())], &watch, now());
            applied?;
            shop.furnish_demo(now())?;
            shop.furnish_care(moment())?;
            shop.furnish_reviews(moment())?;
            shop.learn_courier_days()?;
        }
        drop(shop);
        changed(&app, Op::Import.as_str());
        Ok(())
    })
    .await
}

/// Shows the data folder in the system's file manager.
#[tauri::command]
#[specta::specta]
pub async fn reveal_data(app: AppHandle) -> Answer<()> {
    let folder = desk(&app).folder(desk(&app).book());
    off_thread(move || {
        app.opener().open_path(folder.to_string_lossy(), None::<&str>).map_err(|e| zhanggui_core::Error::CannotOpen(e.to_string()))
    })
    .await
}

/// Puts the native menu into a language.
#[tauri::command]
#[specta::specta]
pub async fn set_language(app: AppHandle, language: String) -> Answer<()> {
    if let Err(error) = crate::menu::show(&app, Language::of(&language)) {
        tracing::warn!(%error, "menu");
    }
    if let Some(window) = app.get_webview_window("main") {
        let _ = window.set_title(Language::of(&language).say("掌柜", "Zhanggui")).inspect_err(|error| tracing::debug!(%error, "title"));
    }
    Ok(())
}

/// What the seller chose about the look. Kept in the shop that is open.
#[derive(Debug, Clone, Default, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct Preferences {
    /// `zh-CN`, `en`; blank: the system's.
    pub language: String,
    /// `light`, `dark`; blank: the system's.
    pub theme: String,
    /// Columns of the list of customers; blank: the usual ones.
    pub customer_columns: Vec<String>,
    /// The last export, as JSON of the export dialog.
    pub export: String,
    /// The minute of the day at which the system tells what is due; none: it does not.
    pub remind_at: Option<u16>,
}

/// The stored preferences.
#[tauri::command]
#[specta::specta]
pub async fn preferences(app: AppHandle) -> Answer<Preferences> {
    off_thread(move || Ok(desk(&app).shop()?.setting("preferences")?.unwrap_or_default())).await
}

/// Stores the preferences.
#[tauri::command]
#[specta::specta]
pub async fn set_preferences(app: AppHandle, preferences: Preferences) -> Answer<()> {
    off_thread(move || desk(&app).shop()?.set_setting("preferences", &preferences)).await
}
