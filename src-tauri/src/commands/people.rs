//! What lies between the seller and a person: the card, the timeline, contacts, notes, promises.

use tauri::AppHandle;
use zhanggui_core::contacts::record::{ContactResult, ContactText};
use zhanggui_core::customers::card::Card;
use zhanggui_core::customers::recognise::WhoIs;
use zhanggui_core::customers::timeline::Timeline;
use zhanggui_core::promises::{KeptRate, PromiseEnd, PromiseText};
use zhanggui_core::storage::Change;

use crate::desk::{moment, now};
use crate::failure::Answer;

use super::changing::{changes, reads};

/// A person's card.
#[tauri::command]
#[specta::specta]
pub async fn card(app: AppHandle, id: i64) -> Answer<Card> {
    reads(app, move |shop| shop.card(id, moment())).await
}

/// Cards of those whom a handle fits, and the orders that name nobody.
#[tauri::command]
#[specta::specta]
pub async fn who_is(app: AppHandle, text: String, count: u32) -> Answer<WhoIs> {
    reads(app, move |shop| shop.who_is(&text, count.min(50) as usize, moment())).await
}

/// What happened with a person.
#[tauri::command]
#[specta::specta]
pub async fn timeline(app: AppHandle, customer: i64, kinds: Vec<String>, from: u32, count: u32) -> Answer<Timeline> {
    reads(app, move |shop| shop.timeline(customer, &kinds, from as usize, count.min(500) as usize)).await
}

/// Writes a contact down, with what came of it.
#[tauri::command]
#[specta::specta]
pub async fn record_contact(app: AppHandle, contact: ContactText, result: ContactResult) -> Answer<Change> {
    changes(app, move |shop| Ok(shop.record_contact_with(&contact, &result, now())?.0)).await
}

/// Removes a contact.
#[tauri::command]
#[specta::specta]
pub async fn delete_contact(app: AppHandle, id: i64) -> Answer<Change> {
    changes(app, move |shop| shop.delete_contact(id, now())).await
}

/// Adds a dated note or corrects it.
#[tauri::command]
#[specta::specta]
pub async fn save_note(app: AppHandle, id: Option<i64>, customer: i64, text: String) -> Answer<Change> {
    changes(app, move |shop| shop.save_note(id, customer, &text, now())).await
}

/// Removes a note.
#[tauri::command]
#[specta::specta]
pub async fn delete_note(app: AppHandle, id: i64) -> Answer<Change> {
    changes(app, move |shop| shop.delete_note(id, now())).await
}

/// Writes a promise down.
#[tauri::command]
#[specta::specta]
pub async fn make_promise(app: AppHandle, promise: PromiseText) -> Answer<Change> {
    changes(app, move |shop| Ok(shop.make_promise(&promise, now())?.0)).await
}

/// Corrects a promise.
#[tauri::command]
#[specta::specta]
pub async fn edit_promise(app: AppHandle, id: i64, what: String, due_at: i64) -> Answer<Change> {
    changes(app, move |shop| shop.edit_promise(id, &what, due_at, now())).await
}

/// Says what became of a promise.
#[tauri::command]
#[specta::specta]
pub async fn end_promise(app: AppHandle, id: i64, end: PromiseEnd) -> Answer<Change> {
    changes(app, move |shop| shop.end_promise(id, &end, now())).await
}

/// How promises of the last so many days were kept.
#[tauri::command]
#[specta::specta]
pub async fn kept_rate(app: AppHandle, days: u32) -> Answer<KeptRate> {
    reads(app, move |shop| shop.kept_rate(now() - i64::from(days) * 86_400, now())).await
}
