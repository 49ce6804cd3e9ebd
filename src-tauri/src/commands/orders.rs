//! Orders: lists, details, edits, their original rows.

use tauri::AppHandle;
use zhanggui_core::import::history::OriginalRows;
use zhanggui_core::orders::add::{NewOrder, PastedOrder};
use zhanggui_core::orders::detail::OrderDetail;
use zhanggui_core::orders::edit::OrderEdit;
use zhanggui_core::orders::list::{OrderPage, OrderQuery};
use zhanggui_core::storage::Change;

use crate::desk::{changed, desk, now, zone};
use crate::failure::{Answer, off_thread};

/// A window of the list.
#[tauri::command]
#[specta::specta]
pub async fn orders(app: AppHandle, query: OrderQuery, from: i64, count: i64) -> Answer<OrderPage> {
    off_thread(move || desk(&app).shop()?.orders(&query, from.max(0), count.clamp(0, 1000))).await
}

/// One order, whole.
#[tauri::command]
#[specta::specta]
pub async fn order(app: AppHandle, id: i64) -> Answer<OrderDetail> {
    off_thread(move || desk(&app).shop()?.order(id)).await
}

/// A pasted message as the beginning of an order.
#[tauri::command]
#[specta::specta]
pub async fn read_pasted_order(app: AppHandle, text: String) -> Answer<PastedOrder> {
    off_thread(move || desk(&app).shop()?.read_pasted_order(&text)).await
}

/// Adds an order by hand; its id comes back.
#[tauri::command]
#[specta::specta]
pub async fn add_order(app: AppHandle, order: NewOrder) -> Answer<i64> {
    off_thread(move || {
        let (change, id) = desk(&app).shop()?.add_order(&order, &zone(), now())?;
        changed(&app, change.op.as_str());
        Ok(id)
    })
    .await
}

/// Changes one thing of an order.
#[tauri::command]
#[specta::specta]
pub async fn edit_order(app: AppHandle, id: i64, edit: OrderEdit) -> Answer<Change> {
    off_thread(move || {
        let change = desk(&app).shop()?.edit_order(id, &edit, now())?;
        changed(&app, change.op.as_str());
        Ok(change)
    })
    .await
}

/// Gives an order to a customer, or takes it from one.
#[tauri::command]
#[specta::specta]
pub async fn link_order(app: AppHandle, id: i64, customer: Option<i64>) -> Answer<Change> {
    off_thread(move || {
        let change = desk(&app).shop()?.link_order(id, customer, now())?;
        changed(&app, change.op.as_str());
        Ok(change)
    })
    .await
}

/// The rows of the file an order came from.
#[tauri::command]
#[specta::specta]
pub async fn original_rows(app: AppHandle, id: i64) -> Answer<Vec<OriginalRows>> {
    off_thread(move || desk(&app).shop()?.original_rows(id)).await
}
