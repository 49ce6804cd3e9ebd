//! Products: the table that is typed into, and tables from files and pastes.

use tauri::AppHandle;
use zhanggui_core::import::plain_table::PlainTable;
use zhanggui_core::money::Currency;
use zhanggui_core::products::edit::ProductValue;
use zhanggui_core::products::list::{ProductLine, ProductSales};
use zhanggui_core::products::table_file::ProductTablePlan;
use zhanggui_core::storage::Change;

use super::changing::{KeptPlan, apply, pick_table, watched};
use crate::desk::{desk, now};
use crate::failure::{Answer, off_thread};

/// Every product.
#[tauri::command]
#[specta::specta]
pub async fn products(app: AppHandle) -> Answer<Vec<ProductLine>> {
    off_thread(move || desk(&app).shop()?.products()).await
}

/// What was sold of each product.
#[tauri::command]
#[specta::specta]
pub async fn product_sales(app: AppHandle) -> Answer<Vec<ProductSales>> {
    off_thread(move || desk(&app).shop()?.product_sales()).await
}

/// Sets values of products.
#[tauri::command]
#[specta::specta]
pub async fn edit_products(app: AppHandle, values: Vec<ProductValue>, currency: Currency) -> Answer<Change> {
    off_thread(move || apply(&app, |shop| shop.edit_products(&values, currency, now()))).await
}

/// What a pasted table of products would change.
#[tauri::command]
#[specta::specta]
pub async fn plan_pasted_products(app: AppHandle, text: String, currency: Currency) -> Answer<KeptPlan<ProductTablePlan>> {
    off_thread(move || {
        let desk = desk(&app);
        let plan = desk.shop()?.plan_product_table(&PlainTable::pasted(&text)?, currency)?;
        Ok(KeptPlan::keep(&desk, &desk.products, plan.clone(), plan))
    })
    .await
}

/// What a file of products would change; the system's dialog asks for it.
#[tauri::command]
#[specta::specta]
pub async fn plan_product_file(app: AppHandle, currency: Currency, task: u32) -> Answer<Option<KeptPlan<ProductTablePlan>>> {
    off_thread(move || {
        let Some(source) = pick_table(&app, "选择商品表", "Choose a table of products") else { return Ok(None) };
        let plan = watched(&app, task, |shop, watch| shop.plan_product_table(&PlainTable::read(shop, &source, watch)?, currency))?;
        let desk = desk(&app);
        Ok(Some(KeptPlan::keep(&desk, &desk.products, plan.clone(), plan)))
    })
    .await
}

/// Sets what a plan says.
#[tauri::command]
#[specta::specta]
pub async fn apply_product_plan(app: AppHandle, plan: u32, currency: Currency) -> Answer<Change> {
    off_thread(move || desk(&app).products.once(plan, |kept| apply(&app, |shop| shop.apply_product_table(kept, currency, now())))).await
}
