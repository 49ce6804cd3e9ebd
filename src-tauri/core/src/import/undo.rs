//! Taking an import back. What it brought goes, what it changed is as before; what the seller or a later file
//! built on it stays, and is named.

use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

use super::held::Holders;
use super::record_run::StoredReading;
use crate::customers;
use crate::customers::figures::Places;
use crate::error::{Error, Result};
use crate::orders::store::{self, ItemRow, OrderRow};
use crate::storage::transact::{bump_revision, record};
use crate::storage::{Op, Shop};
use crate::time::Seconds;

/// An order as it was, with its items.
#[derive(Debug, Serialize, Deserialize)]
struct Image {
    order: OrderRow,
    items: Vec<ItemRow>,
}

/// Why something an import brought stays when the import is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum KeptBecause {
    /// The seller edited it.
    EditedByHand,
    /// A later import has it too.
    LaterImport,
    /// Orders that stay belong to it.
    HasOrders,
    /// A complaint, a contact or a promise is about it.
    HasHistory,
}

impl KeptBecause {
    /// Why, in English.
    pub fn in_words(self) -> &'static str {
        match self {
            KeptBecause::EditedByHand => "it was edited by hand",
            KeptBecause::LaterImport => "another import has it too",
            KeptBecause::HasOrders => "it has other orders",
            KeptBecause::HasHistory => "a complaint, a review, a contact or a promise is about it",
        }
    }
}

/// Something that stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Kept {
    /// `order` or `customer`.
    pub what: String,
    /// Order number or customer name.
    pub name: String,
    /// Why.
    pub because: KeptBecause,
}

/// What taking an import back did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct UndoReport {
    /// Orders that went.
    pub orders_removed: u32,
    /// Orders that are as before.
    pub orders_restored: u32,
    /// Customers that went.
    pub customers_removed: u32,
    /// Known customers that are as before a list filled their blanks.
    pub customers_restored: u32,
    /// How much stays.
    pub kept_count: u32,
    /// What stays; at most a thousand are named.
    pub kept: Vec<Kept>,
    /// It was the newest change: redo brings it again. Else the next undo does.
    pub by_redo: bool,
}

const MOST_NAMED: usize = 1000;
/// The tables of what is known of customers, each row with the run that brought it.
const FACTS: [&str; 6] = ["identities", "phones", "emails", "addresses", "custom_values", "contact_preferences"];

/// Keeps what an order was before a run changes it; the first image of a run counts.
pub(super) fn keep_image(tx: &Transaction<'_>, run: i64, order: &OrderRow, items: &[ItemRow]) -> Result<()> {
    let image = Image { order: order.clone(), items: items.to_vec() };
    let text = serde_json::to_string(&image).map_err(|e| Error::Stored { field: "import_before.image", value: e.to_string() })?;
    tx.prepare_cached("INSERT OR IGNORE INTO import_before (run_id, order_id, image) VALUES (?1, ?2, ?3)")?
        .execute(params![run, order.id, text])?;
    Ok(())
}

impl Shop {
    /// What taking imports back would do, in the order given; nothing changes.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one is not there or is undone already.
    pub fn preview_undo_imports(&self, runs: &[i64], now: Seconds) -> Result<UndoReport> {
        let mut writer = self.writer()?;
        // Never committed: all of it is rolled back at the end.
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut sum = UndoReport::default();
        for &run in runs {
            name_of_applied(&tx, run)?;
            let report = take_back(&tx, run, now)?;
            sum.orders_removed += report.orders_removed;
            sum.orders_restored += report.orders_restored;
            sum.customers_removed += report.customers_removed;
            sum.customers_restored += report.customers_restored;
            sum.kept_count += report.kept_count;
            sum.kept.extend(report.kept);
        }
        sum.kept.truncate(MOST_NAMED);
        Ok(sum)
    }

    /// Takes any import of the history back, the newest or not.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such run or it is undone already.
    pub fn undo_import(&self, run: i64, now: Seconds) -> Result<UndoReport> {
        let mut writer = self.writer()?;
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let name = name_of_applied(&tx, run)?;
        let mut report = take_back(&tx, run, now)?;
        let newest: Option<i64> =
            tx.query_row("SELECT run_id FROM undo_log WHERE undone = 0 ORDER BY id DESC LIMIT 1", [], |r| r.get(0)).optional()?.flatten();
        report.by_redo = newest == Some(run);
        if report.by_redo {
            // The newest change: the same as Ctrl+Z, and so redone the same way.
            tx.execute("UPDATE undo_log SET undone = 1 WHERE run_id = ?1 AND op = 'import'", [run])?;
        } else {
            tx.execute("DELETE FROM undo_log WHERE run_id = ?1", [run])?;
            record(&tx, Op::UndoImport, &name, None, Some(run), now)?;
        }
        bump_revision(&tx)?;
        tx.commit()?;
        Ok(report)
    }
}

/// Takes a run back inside a transaction.
pub(crate) fn take_back(tx: &Transaction<'_>, run: i64, now: Seconds) -> Result<UndoReport> {
    match touched_customers(tx, run)? {
        None => {
            let report = take_rows_back(tx, run, now)?;
            customers::figures::recompute_all(tx, &Places::default())?;
            customers::keys::rebuild_all(tx)?;
            Ok(report)
        }
        Some(ids) => {
            let report = customers::keys::following(tx, &ids, || take_rows_back(tx, run, now))?;
            customers::figures::recompute(tx, ids.iter().copied())?;
            Ok(report)
        }
    }
}

fn take_rows_back(tx: &Transaction<'_>, run: i64, now: Seconds) -> Result<UndoReport> {
    let mut report = UndoReport::default();
    let holders = Holders::besides(tx, run)?;
    restore_changed(tx, run, &holders, &mut report)?;
    hand_over_orders(tx, run, &holders, &mut report)?;
    remove_orders(tx, run, &mut report)?;
    remove_reviews(tx, run)?;
    remove_facts(tx, run)?;
    report.customers_restored = super::customers_file::count_restored(tx, run)?;
    super::customers_file::restore(tx, run)?;
    remove_customers(tx, run, &mut report)?;
    super::customers_file::remove_fields(tx, run)?;
    tx.execute(
        "DELETE FROM products WHERE created_run = ?1 AND edited_at IS NULL AND NOT EXISTS (SELECT 1 FROM items WHERE product_id = products.id)
         AND NOT EXISTS (SELECT 1 FROM reviews WHERE product_id = products.id)",
        [run],
    )?;
    remove_shops(tx, run)?;
    tx.execute("DELETE FROM import_before WHERE run_id = ?1", [run])?;
    tx.execute("DELETE FROM import_seen WHERE run_id = ?1", [run])?;
    tx.execute("UPDATE import_runs SET undone_at = ?2 WHERE id = ?1", params![run, now])?;
    Ok(report)
}

/// Customers whose figures the run moved; `None` where they are so many that all are recomputed.
fn touched_customers(tx: &Transaction<'_>, run: i64) -> Result<Option<Vec<i64>>> {
    let mut statement = tx.prepare(
        "SELECT DISTINCT customer_id FROM orders WHERE customer_id IS NOT NULL AND (created_run = ?1 OR order_run = ?1 OR items_run = ?1)
         UNION SELECT customer_id FROM identities WHERE created_run = ?1 UNION SELECT customer_id FROM phones WHERE created_run = ?1
         UNION SELECT customer_id FROM emails WHERE created_run = ?1 UNION SELECT customer_id FROM addresses WHERE created_run = ?1
         UNION SELECT id FROM customers WHERE created_run = ?1
         UNION SELECT -order_id FROM import_before WHERE run_id = ?1 AND order_id < 0",
    )?;
    let mut ids = Vec::new();
    let mut rows = statement.query([run])?;
    while let Some(row) = rows.next()? {
        ids.push(row.get(0)?);
        if ids.len() > 20_000 {
            return Ok(None);
        }
    }
    Ok(Some(ids))
}

/// The file name of an import that is not undone.
fn name_of_applied(tx: &Transaction<'_>, run: i64) -> Result<String> {
    tx.query_row("SELECT file_name FROM import_runs WHERE id = ?1 AND undone_at IS NULL", [run], |r| r.get(0))
        .optional()?
        .ok_or_else(|| Error::NotFound { what: "import", key: run.to_string() })
}

fn keep(report: &mut UndoReport, what: &str, name: &str, because: KeptBecause) {
    report.kept_count += 1;
    if report.kept.len() < MOST_NAMED {
        report.kept.push(Kept { what: what.to_owned(), name: name.to_owned(), because });
    }
}

fn restore_changed(tx: &Transaction<'_>, run: i64, holders: &Holders, report: &mut UndoReport) -> Result<()> {
    let mut statement = tx.prepare("SELECT order_id, image FROM import_before WHERE run_id = ?1 AND order_id > 0 ORDER BY order_id")?;
    let images: Vec<(i64, String)> = statement.query_map([run], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    for (id, text) in images {
        let image: Image = serde_json::from_str(&text).map_err(|e| Error::Stored { field: "import_before.image", value: e.to_string() })?;
        let now = match store::by_id(tx, id) {
            Ok(now) => now,
            Err(Error::NotFound { .. }) => continue,
            Err(e) => return Err(e),
        };
        if let Some(later) = holders.later(id) {
            // Taken back too, the later one leaves what was before both.
            tx.prepare_cached("INSERT OR REPLACE INTO import_before (run_id, order_id, image) VALUES (?1, ?2, ?3)")?
                .execute(params![later, id, text])?;
            keep(report, "order", &now.number, KeptBecause::LaterImport);
            continue;
        }
        let restored = without_hand_edits(image.order, &now);
        if !restored.hand_edited.is_empty() && restored.hand_edited == now.hand_edited && now.hand_edited.split(',').any(|c| !c.is_empty())
        {
            keep(report, "order", &now.number, KeptBecause::EditedByHand);
        }
        restored.update(tx)?;
        store::replace_items(tx, id, &image.items)?;
        report.orders_restored += 1;
    }
    Ok(())
}

/// The image, but for the columns the seller has edited by hand since.
fn without_hand_edits(image: OrderRow, now: &OrderRow) -> OrderRow {
    let mut restored = image;
    for column in now.hand_edited.split(',') {
        match column {
            "status" => restored.status = now.status,
            "courier" => restored.courier.clone_from(&now.courier),
            "tracking" => restored.tracking.clone_from(&now.tracking),
            "seller_note" => restored.seller_note.clone_from(&now.seller_note),
            "customer_id" => (restored.customer_id, restored.review_id) = (now.customer_id, now.review_id),
            _ => {}
        }
    }
    restored.hand_edited.clone_from(&now.hand_edited);
    restored
}

/// Orders that another run holds as well become that run's, with the facts of the people behind them.
fn hand_over_orders(tx: &Transaction<'_>, run: i64, holders: &Holders, report: &mut UndoReport) -> Result<()> {
    let mut statement = tx.prepare("SELECT id, number, customer_id FROM orders WHERE created_run = ?1")?;
    let held: Vec<(i64, i64, String, Option<i64>)> = statement
        .query_map([run], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?, r.get(2)?)))?
        .filter_map(|row| match row {
            Ok((id, number, customer)) => holders.of(id).map(|of| Ok((id, of, number, customer))),
            Err(e) => Some(Err(e)),
        })
        .collect::<rusqlite::Result<_>>()?;
    let mut heirs: std::collections::BTreeMap<i64, i64> = std::collections::BTreeMap::new();
    for (id, of, number, customer) in held {
        tx.prepare_cached("UPDATE orders SET created_run = ?2 WHERE id = ?1")?.execute([id, of])?;
        // What was before it is nothing now.
        tx.prepare_cached("DELETE FROM import_before WHERE run_id = ?2 AND order_id = ?1")?.execute([id, of])?;
        if let Some(customer) = customer {
            heirs.entry(customer).and_modify(|first| *first = (*first).min(of)).or_insert(of);
        }
        keep(report, "order", &number, KeptBecause::LaterImport);
    }
    for (customer, of) in heirs {
        tx.prepare_cached("UPDATE customers SET created_run = ?3 WHERE id = ?1 AND created_run = ?2")?.execute([customer, run, of])?;
        for table in FACTS {
            tx.prepare_cached(&format!("UPDATE {table} SET created_run = ?3 WHERE customer_id = ?1 AND created_run = ?2"))?
                .execute([customer, run, of])?;
        }
    }
    Ok(())
}

fn remove_orders(tx: &Transaction<'_>, run: i64, report: &mut UndoReport) -> Result<()> {
    const HISTORY: &str = "id IN (SELECT order_id FROM complaints WHERE order_id IS NOT NULL
         UNION SELECT order_id FROM contacts WHERE order_id IS NOT NULL UNION SELECT order_id FROM promises WHERE order_id IS NOT NULL
         UNION SELECT order_id FROM reviews WHERE order_id IS NOT NULL)";
    let stays = format!("hand_edited <> '' OR {HISTORY}");
    let mut statement = tx.prepare(&format!("SELECT number, hand_edited <> '' FROM orders WHERE created_run = ?1 AND ({stays})"))?;
    let mut rows = statement.query([run])?;
    while let Some(row) = rows.next()? {
        let because = if row.get(1)? { KeptBecause::EditedByHand } else { KeptBecause::HasHistory };
        keep(report, "order", &row.get::<_, String>(0)?, because);
    }
    drop(rows);
    drop(statement);
    report.orders_removed = tx.execute(&format!("DELETE FROM orders WHERE created_run = ?1 AND NOT ({stays})"), [run])? as u32;
    Ok(())
}

fn remove_reviews(tx: &Transaction<'_>, run: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM match_reviews WHERE run_id = ?1 AND NOT EXISTS (SELECT 1 FROM orders WHERE review_id = match_reviews.id)",
        [run],
    )?;
    Ok(())
}

/// What the run added to customers who were there before it; those it brought itself and that stay keep it.
fn remove_facts(tx: &Transaction<'_>, run: i64) -> Result<()> {
    for table in FACTS {
        tx.execute(
            &format!(
                "DELETE FROM {table} WHERE created_run = ?1
                 AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.id = {table}.customer_id AND c.created_run = ?1)"
            ),
            [run],
        )?;
    }
    Ok(())
}

fn remove_customers(tx: &Transaction<'_>, run: i64, report: &mut UndoReport) -> Result<()> {
    const EDITED: &str = "edited_at IS NOT NULL OR EXISTS (SELECT 1 FROM customer_tags t WHERE t.customer_id = customers.id)
         OR EXISTS (SELECT 1 FROM custom_values v WHERE v.customer_id = customers.id AND v.created_run IS NULL)";
    const HISTORY: &str = "id IN (SELECT customer_id FROM complaints WHERE customer_id IS NOT NULL
         UNION SELECT customer_id FROM contacts WHERE customer_id IS NOT NULL
         UNION SELECT customer_id FROM promises WHERE customer_id IS NOT NULL UNION SELECT customer_id FROM customer_notes
         UNION SELECT customer_id FROM reviews WHERE customer_id IS NOT NULL)";
    const HAS_ORDERS: &str = "EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = customers.id)
         OR EXISTS (SELECT 1 FROM identities i WHERE i.customer_id = customers.id AND i.created_run IS NOT ?1)";
    let mut statement = tx.prepare(&format!(
        "SELECT name, {EDITED}, {HISTORY} FROM customers WHERE created_run = ?1 AND ({EDITED} OR {HISTORY} OR {HAS_ORDERS})"
    ))?;
    let mut rows = statement.query([run])?;
    while let Some(row) = rows.next()? {
        let because = match (row.get(1)?, row.get(2)?) {
            (true, _) => KeptBecause::EditedByHand,
            (false, true) => KeptBecause::HasHistory,
            (false, false) => KeptBecause::HasOrders,
        };
        keep(report, "customer", &row.get::<_, String>(0)?, because);
    }
    drop(rows);
    drop(statement);
    let gone = format!("created_run = ?1 AND NOT ({EDITED}) AND NOT ({HISTORY}) AND NOT ({HAS_ORDERS})");
    report.customers_removed = tx.execute(&format!("DELETE FROM customers WHERE {gone}"), [run])? as u32;
    Ok(())
}

fn remove_shops(tx: &Transaction<'_>, run: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM shops WHERE created_run = ?1 AND NOT EXISTS (SELECT 1 FROM orders WHERE shop_id = shops.id)
         AND NOT EXISTS (SELECT 1 FROM reviews WHERE shop_id = shops.id)",
        [run],
    )?;
    let text: String = tx.query_row("SELECT reading FROM import_runs WHERE id = ?1", [run], |r| r.get(0))?;
    let reading: StoredReading =
        serde_json::from_str(&text).map_err(|e| Error::Stored { field: "import_runs.reading", value: e.to_string() })?;
    for (id, name) in reading.renamed {
        tx.execute("UPDATE shops SET name = ?2, named = 0 WHERE id = ?1", params![id, name])?;
    }
    Ok(())
}
