//! Customers: lists, profiles, edits, tags, open questions.

use tauri::AppHandle;
use zhanggui_core::customers::decide::OpenMatch;
use zhanggui_core::customers::edit::CustomerEdit;
use zhanggui_core::customers::list::{CustomerPage, CustomerQuery};
use zhanggui_core::customers::profile::{OwnField, Profile};
use zhanggui_core::customers::tags::TagCount;
use zhanggui_core::import::matching::Decision;
use zhanggui_core::storage::Change;

use crate::desk::{changed, desk, now};
use crate::failure::{Answer, off_thread};

/// A window of the list.
#[tauri::command]
#[specta::specta]
pub async fn customers(app: AppHandle, query: CustomerQuery, from: i64, count: i64) -> Answer<CustomerPage> {
    off_thread(move || desk(&app).shop()?.customers(&query, from.max(0), count.clamp(0, 1000))).await
}

/// The ids of all that fit a query.
#[tauri::command]
#[specta::specta]
pub async fn customer_ids(app: AppHandle, query: CustomerQuery) -> Answer<Vec<i64>> {
    off_thread(move || desk(&app).shop()?.customer_ids(&query)).await
}

/// One customer, whole.
#[tauri::command]
#[specta::specta]
pub async fn profile(app: AppHandle, id: i64) -> Answer<Profile> {
    off_thread(move || desk(&app).shop()?.profile(id)).await
}

/// Adds a customer by hand.
#[tauri::command]
#[specta::specta]
pub async fn add_customer(app: AppHandle, name: String) -> Answer<i64> {
    off_thread(move || {
        let (change, id) = desk(&app).shop()?.add_customer(&name, now())?;
        changed(&app, change.op.as_str());
        Ok(id)
    })
    .await
}

/// Changes one thing of a profile.
#[tauri::command]
#[specta::specta]
pub async fn edit_customer(app: AppHandle, id: i64, edit: CustomerEdit) -> Answer<Change> {
    off_thread(move || {
        let change = desk(&app).shop()?.edit_customer(id, &edit, now())?;
        changed(&app, change.op.as_str());
        Ok(change)
    })
    .await
}

/// Deletes customers; their orders stay.
#[tauri::command]
#[specta::specta]
pub async fn delete_customers(app: AppHandle, ids: Vec<i64>) -> Answer<Change> {
    off_thread(move || {
        let change = desk(&app).shop()?.delete_customers(&ids, now())?;
        changed(&app, change.op.as_str());
        Ok(change)
    })
    .await
}

/// All tags.
#[tauri::command]
#[specta::specta]
pub async fn tags(app: AppHandle) -> Answer<Vec<TagCount>> {
    off_thread(move || desk(&app).shop()?.tags()).await
}

/// Puts a tag on customers or takes it off.
#[tauri::command]
#[specta::specta]
pub async fn tag_customers(app: AppHandle, ids: Vec<i64>, tag: String, on: bool) -> Answer<Change> {
    off_thread(move || {
        let change = desk(&app).shop()?.tag_customers(&ids, &tag, on, now())?;
        changed(&app, change.op.as_str());
        Ok(change)
    })
    .await
}

/// The fields of the seller's own.
#[tauri::command]
#[specta::specta]
pub async fn own_fields(app: AppHandle) -> Answer<Vec<OwnField>> {
    off_thread(move || desk(&app).shop()?.own_fields()).await
}

/// Adds or renames a field of the seller's own.
#[tauri::command]
#[specta::specta]
pub async fn save_field(app: AppHandle, id: Option<i64>, name: String) -> Answer<Change> {
    off_thread(move || {
        let change = desk(&app).shop()?.save_field(id, &name, now())?;
        changed(&app, change.op.as_str());
        Ok(change)
    })
    .await
}

/// Removes a field of the seller's own.
#[tauri::command]
#[specta::specta]
pub async fn delete_field(app: AppHandle, id: i64) -> Answer<Change> {
    off_thread(move || {
        let change = desk(&app).shop()?.delete_field(id, now())?;
        changed(&app, change.op.as_str());
        Ok(change)
    })
    .await
}

/// Buyers who may be known customers.
#[tauri::command]
#[specta::specta]
pub async fn open_matches(app: AppHandle) -> Answer<Vec<OpenMatch>> {
    off_thread(move || desk(&app).shop()?.open_matches()).await
}

/// Answers whether two are one.
#[tauri::command]
#[specta::specta]
pub async fn decide_match(app: AppHandle, id: i64, decision: Decision) -> Answer<Option<Change>> {
    off_thread(move || {
        let change = desk(&app).shop()?.decide_match(id, decision, now())?;
        if let Some(change) = &change {
            changed(&app, change.op.as_str());
        }
        Ok(change)
    })
    .await
}
