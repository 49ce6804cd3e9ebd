//! The day's list, the seller's rules and days, kept filters.

use tauri::AppHandle;
use zhanggui_core::calendar::rules::{Rules, YearOfDays};
use zhanggui_core::language::Language;
use zhanggui_core::storage::Change;
use zhanggui_core::today::list::{Today, TodayAct};
use zhanggui_core::today::snooze::SnoozeTime;
use zhanggui_core::views::SavedView;

use crate::desk::{moment, now};
use crate::failure::{Answer, off_thread};

use super::changing::{changes, reads};

/// The day's list, its first lines.
#[tauri::command]
#[specta::specta]
pub async fn today(app: AppHandle, count: u32, language: Language) -> Answer<Today> {
    reads(app, move |shop| shop.today(count.min(1000) as usize, language, moment())).await
}

/// Does something with a line.
#[tauri::command]
#[specta::specta]
pub async fn act_today(app: AppHandle, source: String, key: String, act: TodayAct) -> Answer<Change> {
    changes(app, move |shop| shop.act_today(&source, &key, &act, moment())).await
}

/// Natural times to put a line off to.
#[tauri::command]
#[specta::specta]
pub async fn snooze_times(app: AppHandle, customer: Option<i64>) -> Answer<Vec<SnoozeTime>> {
    reads(app, move |shop| shop.snooze_times(customer, moment())).await
}

/// Shows what is due as the system shows notices, now: to see whether and how it does.
#[tauri::command]
#[specta::specta]
pub async fn remind_now(app: AppHandle) -> Answer<()> {
    off_thread(move || crate::reminder::show(&app)).await
}

/// Working hours, standards, what a day proposes.
#[tauri::command]
#[specta::specta]
pub async fn rules(app: AppHandle) -> Answer<Rules> {
    reads(app, |shop| shop.rules()).await
}

/// Sets them.
#[tauri::command]
#[specta::specta]
pub async fn set_rules(app: AppHandle, rules: Rules) -> Answer<Change> {
    changes(app, move |shop| shop.set_rules(&rules, moment())).await
}

/// The special days of a year.
#[tauri::command]
#[specta::specta]
pub async fn year_of_days(app: AppHandle, year: i32) -> Answer<YearOfDays> {
    reads(app, move |shop| shop.year_of_days(year)).await
}

/// Makes a day free or working.
#[tauri::command]
#[specta::specta]
pub async fn set_day(app: AppHandle, date: String, off: bool, name: String) -> Answer<Change> {
    changes(app, move |shop| shop.set_day(&date, Some((off, &name)), moment())).await
}

/// Gives a day back to the public calendar.
#[tauri::command]
#[specta::specta]
pub async fn reset_day(app: AppHandle, date: String) -> Answer<Change> {
    changes(app, move |shop| shop.set_day(&date, None, moment())).await
}

/// The filters kept for a page.
#[tauri::command]
#[specta::specta]
pub async fn saved_views(app: AppHandle, page: String) -> Answer<Vec<SavedView>> {
    reads(app, move |shop| shop.saved_views(&page)).await
}

/// Keeps a filter under a name.
#[tauri::command]
#[specta::specta]
pub async fn save_view(app: AppHandle, page: String, name: String, query: String) -> Answer<Change> {
    changes(app, move |shop| shop.save_view(&page, &name, &query, now())).await
}

/// Drops a kept filter.
#[tauri::command]
#[specta::specta]
pub async fn delete_view(app: AppHandle, id: i64) -> Answer<Change> {
    changes(app, move |shop| shop.delete_view(id, now())).await
}
