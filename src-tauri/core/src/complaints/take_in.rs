//! Taking a complaint in: who, what about, through which channel, in which words, since when.

use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};

use super::clock::Clocks;
use super::state::{FIRST, Stage};
use super::store::{self, Row};
use crate::contacts::channel::ContactChannel;
use crate::error::{Error, Result};
use crate::orders::store as orders;
use crate::storage::{Change, Op, Shop};
use crate::text::checked_text;
use crate::time::{Moment, Seconds, plausible};

/// A complaint as the seller takes it in. The person may be unknown; then an order or the words must do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct NewComplaint {
    /// Who complains.
    pub customer_id: Option<i64>,
    /// About which order; its customer is taken where none is given.
    pub order_id: Option<i64>,
    /// About which product, in the words of the order or the seller's; empty: the order's only item, else unknown.
    pub product: String,
    /// Through which channel.
    pub channel: ContactChannel,
    /// In the buyer's own words.
    pub words: String,
    /// Since when.
    pub received_at: Seconds,
}

/// An open case about the same order, which a second one is taken in beside, not into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Taken {
    /// The new case's number.
    pub id: i64,
    /// Open cases about the same order, which the seller may want to go on with instead.
    pub others: Vec<i64>,
}

/// Longest words of a buyer that are kept, in characters.
pub(crate) const LONGEST: usize = 5_000;

impl Shop {
    /// Takes a complaint in; its clock runs from when it was received.
    ///
    /// # Errors
    /// [`Error::BadValue`]: no words, no person and no order, a time in the future or a far one;
    /// [`Error::NotFound`].
    pub fn take_complaint(&self, new: &NewComplaint, now: Moment) -> Result<(Change, Taken)> {
        self.transact(Op::TakeComplaint, now.at, |tx| {
            let row = store::by_id(tx, write(tx, new, now)?)?;
            let others = super::case::others(tx, &row)?;
            Ok((row.subject(tx)?, Taken { id: row.id, others }))
        })
    }

    /// Removes a complaint that was taken in by mistake, with all that belongs to it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_complaint(&self, id: i64, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::DeleteComplaint, now, |tx| {
            let subject = store::by_id(tx, id)?.subject(tx)?;
            tx.execute("DELETE FROM complaints WHERE id = ?1", [id])?;
            Ok((subject, ()))
        })?;
        Ok(change)
    }
}

/// Takes a complaint in inside another change; its number.
pub(crate) fn write(tx: &Transaction<'_>, new: &NewComplaint, now: Moment) -> Result<i64> {
    let words = checked_text("words", &new.words, LONGEST)?;
    if words.is_empty() {
        return Err(Error::BadValue { field: "words", value: words, reason: "blank" });
    }
    let product = checked_text("product", &new.product, 500)?;
    check_received(new.received_at, now.at)?;
    let mut row = row_of(tx, new, words, now.at)?;
    about_order(tx, &mut row, new, product)?;
    if row.customer_id.is_none() && row.order_id.is_none() {
        return Err(Error::BadValue { field: "about", value: String::new(), reason: "nobody" });
    }
    Clocks::load(tx, now.zone)?.set(tx, &mut row)?;
    row.insert(tx)?;
    store::record(tx, row.id, now.at, "taken_in", (Stage::Soothe, Stage::Soothe), "")?;
    Ok(row.id)
}

/// A complaint came in before now; a few minutes of a laptop's clock set back are forgiven.
pub(crate) fn check_received(at: Seconds, now: Seconds) -> Result<()> {
    plausible("received_at", at)?;
    if at > now + 300 {
        return Err(Error::BadValue { field: "received_at", value: crate::time::format_local(at, chrono_tz::UTC), reason: "in_future" });
    }
    Ok(())
}

fn row_of(tx: &Transaction<'_>, new: &NewComplaint, words: String, now: Seconds) -> Result<Row> {
    if let Some(customer) = new.customer_id {
        crate::customers::edit::name_of(tx, customer)?;
    }
    let received_at = new.received_at.min(now);
    Ok(Row {
        id: orders::next_id(tx, "complaints")?,
        customer_id: new.customer_id,
        order_id: None,
        product_id: None,
        order_number: String::new(),
        order_value: None,
        currency: None,
        product: String::new(),
        courier: String::new(),
        channel: new.channel,
        words,
        received_at,
        created_at: now,
        stage: FIRST.stage,
        stage_since: received_at,
        clock_from: received_at,
        clock_used: 0,
        clock_worked: 0,
        waiting_since: None,
        due_at: None,
        said: String::new(),
        problem: String::new(),
        agrees: None,
        next_update_at: None,
        meaning: String::new(),
        cause: None,
        satisfied: None,
        asked: None,
        asked_channel: None,
        thanks: String::new(),
        follow_note: String::new(),
        outcome: None,
        closed_at: None,
        reopened: 0,
    })
}

/// Takes from the order what outlives it: number, value, courier, product.
fn about_order(connection: &Connection, row: &mut Row, new: &NewComplaint, product: String) -> Result<()> {
    row.product = product;
    let Some(id) = new.order_id else { return Ok(()) };
    let order = orders::by_id(connection, id)?;
    row.order_id = Some(id);
    row.customer_id = row.customer_id.or(order.customer_id);
    row.order_number = order.number;
    row.order_value = order.paid;
    row.currency = Some(order.currency.to_string());
    row.courier = order.courier;
    let mut statement = connection.prepare_cached("SELECT product_id, title FROM items WHERE order_id = ?1 ORDER BY id")?;
    let items: Vec<(Option<i64>, String)> = statement.query_map([id], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let meant = match items.as_slice() {
        [only] if row.product.is_empty() => Some(only),
        items => items.iter().find(|(_, title)| !title.is_empty() && *title == row.product),
    };
    if let Some((product, title)) = meant {
        row.product_id = *product;
        row.product.clone_from(title);
    }
    Ok(())
}

/// The titles of an order's items, to choose the product a complaint is about.
pub(crate) fn titles_of(connection: &Connection, order: i64) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached("SELECT DISTINCT title FROM items WHERE order_id = ?1 AND title <> '' ORDER BY id")?;
    Ok(statement.query_map([order], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
}
