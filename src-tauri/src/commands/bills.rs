//! Couriers' bills.

use std::sync::Arc;

use tauri::AppHandle;
use zhanggui_core::import::plain_table::PlainTable;
use zhanggui_core::money::Currency;
use zhanggui_core::shipping::bill::{BillColumns, BillPlan, KeptBill};
use zhanggui_core::storage::Change;

use super::changing::{KeptPlan, apply, pick_table, watched};
use crate::desk::{desk, now};
use crate::failure::{Answer, off_thread};

/// Lines of a bill the window shows.
const SHOWN_LINES: usize = 500;

/// What a courier's bill says; the system's dialog asks for it.
#[tauri::command]
#[specta::specta]
pub async fn plan_bill(app: AppHandle, currency: Currency, task: u32) -> Answer<Option<KeptPlan<BillPlan>>> {
    off_thread(move || {
        let Some(source) = pick_table(&app, "选择快递账单", "Choose a courier's bill") else { return Ok(None) };
        let table = watched(&app, task, |shop, watch| PlainTable::read(shop, &source, watch))?;
        let plan = watched(&app, task, |shop, watch| shop.plan_bill(&table, None, currency, watch))?;
        Ok(Some(shown_bill(&app, Arc::new(table), plan, None)))
    })
    .await
}

/// The same bill with other columns.
#[tauri::command]
#[specta::specta]
pub async fn map_bill(app: AppHandle, plan: u32, columns: BillColumns, currency: Currency, task: u32) -> Answer<KeptPlan<BillPlan>> {
    off_thread(move || {
        let table = desk(&app).bill.get(plan)?.0.clone();
        let mapped = watched(&app, task, |shop, watch| shop.plan_bill(&table, Some(columns), currency, watch))?;
        Ok(shown_bill(&app, table, mapped, Some(plan)))
    })
    .await
}

/// The differences first: they are what a bill is looked through for. `after` is what it comes from.
fn shown_bill(app: &AppHandle, table: Arc<PlainTable>, plan: BillPlan, after: Option<u32>) -> KeptPlan<BillPlan> {
    let mut shown = plan.clone();
    shown.lines.sort_by_key(|l| (l.expected.is_none_or(|e| e == l.cost) && l.order.is_some(), l.row));
    shown.lines.truncate(SHOWN_LINES);
    shown.rejected.truncate(SHOWN_LINES);
    let desk = desk(app);
    let id = desk.number();
    match after {
        Some(old) => desk.bill.put_after(old, id, (table, plan)),
        None => desk.bill.put(id, (table, plan)),
    }
    KeptPlan { id, plan: shown }
}

/// Keeps a bill.
#[tauri::command]
#[specta::specta]
pub async fn keep_bill(app: AppHandle, plan: u32, courier: String, currency: Currency) -> Answer<Change> {
    off_thread(move || desk(&app).bill.once(plan, |(_, kept)| apply(&app, |shop| shop.keep_bill(kept, &courier, currency, now())))).await
}

/// The bills that were kept.
#[tauri::command]
#[specta::specta]
pub async fn bills(app: AppHandle) -> Answer<Vec<KeptBill>> {
    off_thread(move || desk(&app).shop()?.bills()).await
}

/// Takes a kept bill away.
#[tauri::command]
#[specta::specta]
pub async fn delete_bill(app: AppHandle, id: i64) -> Answer<Change> {
    off_thread(move || apply(&app, |shop| shop.delete_bill(id, now()))).await
}
