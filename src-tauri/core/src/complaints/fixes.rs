//! What is changed so that a cause does not come back, and whether it helped.

use chrono::NaiveDate;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::causes::per_hundred;
use super::words::Cause;
use crate::error::{Error, Result};
use crate::storage::{Change, Op, Shop};
use crate::text::checked_text;
use crate::time::Seconds;

/// The longest time before and after that is compared.
const MOST_DAYS: i64 = 90;
const DAY: i64 = 86_400;
/// Below so many cases before and after together a change of their share may be chance.
const TOO_FEW_CASES: i64 = 5;

/// A fix as the seller writes it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct FixText {
    /// The cause it answers.
    pub cause: Cause,
    /// The product, by its title; empty: any.
    pub product: String,
    /// The product where it is known.
    pub product_id: Option<i64>,
    /// The courier; empty: any.
    pub courier: String,
    /// What will be changed.
    pub what: String,
    /// By when, `YYYY-MM-DD`.
    pub due_on: String,
}

/// Complaints of the fix's cause against orders, in a time before or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct CaseShare {
    /// Cases.
    pub cases: i64,
    /// Orders of the same product and courier.
    pub orders: i64,
    /// Cases per hundred orders in tenths; `None` where there are too few orders.
    pub per_hundred: Option<i64>,
}

/// A fix that is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct CauseFix {
    /// Its id.
    pub id: i64,
    /// What it says.
    #[serde(flatten)]
    pub fix: FixText,
    /// When it was decided.
    pub created_at: Seconds,
    /// When it was done.
    pub done_at: Option<Seconds>,
    /// The days compared on each side: as long as it is done, at most ninety; 0 where it is not done.
    pub days: i64,
    /// Before it was done; `None` where it is not.
    pub before: Option<CaseShare>,
    /// After.
    pub after: Option<CaseShare>,
    /// Too little happened to say whether it helped.
    pub too_few: bool,
}

impl Shop {
    /// Writes a fix down, or corrects one (`id`).
    ///
    /// # Errors
    /// [`Error::BadValue`] for a blank text or a date that does not exist; [`Error::NotFound`].
    pub fn save_fix(&self, id: Option<i64>, fix: &FixText, now: Seconds) -> Result<Change> {
        let what = checked_text("fix.what", &fix.what, 1_000)?;
        if what.is_empty() {
            return Err(Error::BadValue { field: "fix.what", value: what, reason: "blank" });
        }
        let due_on: NaiveDate = fix.due_on.trim().parse().map_err(|_| Error::BadValue {
            field: "fix.due_on",
            value: fix.due_on.clone(),
            reason: "no_such_day",
        })?;
        let (change, ()) = self.transact(Op::EditFix, now, |tx| {
            let changed = match id {
                Some(id) => tx.execute(
                    "UPDATE fixes SET cause = ?2, product_id = ?3, product = ?4, courier = ?5, what = ?6, due_on = ?7 WHERE id = ?1",
                    params![id, fix.cause.as_str(), fix.product_id, fix.product, fix.courier, what, due_on.to_string()],
                )?,
                None => tx.execute(
                    "INSERT INTO fixes (cause, product_id, product, courier, what, due_on, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    params![fix.cause.as_str(), fix.product_id, fix.product, fix.courier, what, due_on.to_string(), now],
                )?,
            };
            if changed == 0 {
                return Err(Error::NotFound { what: "fix", key: id.unwrap_or_default().to_string() });
            }
            Ok((what.chars().take(40).collect(), ()))
        })?;
        Ok(change)
    }

    /// Marks a fix as done, or as not done after all.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn finish_fix(&self, id: i64, done: bool, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::EditFix, now, |tx| {
            if tx.execute("UPDATE fixes SET done_at = ?2 WHERE id = ?1", params![id, done.then_some(now)])? == 0 {
                return Err(Error::NotFound { what: "fix", key: id.to_string() });
            }
            Ok((String::new(), ()))
        })?;
        Ok(change)
    }

    /// Removes a fix.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_fix(&self, id: i64, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::EditFix, now, |tx| {
            if tx.execute("DELETE FROM fixes WHERE id = ?1", [id])? == 0 {
                return Err(Error::NotFound { what: "fix", key: id.to_string() });
            }
            Ok((String::new(), ()))
        })?;
        Ok(change)
    }

    /// All fixes with their effect: open ones first by their date, then the done ones, the newest first.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn fixes(&self, now: Seconds) -> Result<Vec<CauseFix>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, cause, product_id, product, courier, what, due_on, created_at, done_at FROM fixes
                 ORDER BY done_at IS NOT NULL, CASE WHEN done_at IS NULL THEN due_on END, done_at DESC, id",
            )?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let fix = FixText {
                    cause: Cause::parse(&row.get::<_, String>(1)?)?,
                    product_id: row.get(2)?,
                    product: row.get(3)?,
                    courier: row.get(4)?,
                    what: row.get(5)?,
                    due_on: row.get(6)?,
                };
                found.push(with_effect(connection, row.get(0)?, fix, row.get(7)?, row.get(8)?, now)?);
            }
            Ok(found)
        })
    }
}

fn with_effect(
    connection: &Connection,
    id: i64,
    fix: FixText,
    created_at: Seconds,
    done_at: Option<Seconds>,
    now: Seconds,
) -> Result<CauseFix> {
    let days = done_at.map_or(0, |done| ((now - done) / DAY).clamp(0, MOST_DAYS));
    let (before, after) = match done_at {
        Some(done) if days > 0 => {
            (Some(share(connection, &fix, done - days * DAY, done)?), Some(share(connection, &fix, done, done + days * DAY)?))
        }
        _ => (None, None),
    };
    let too_few = match (&before, &after) {
        (Some(b), Some(a)) => b.per_hundred.is_none() || a.per_hundred.is_none() || a.cases + b.cases < TOO_FEW_CASES,
        _ => true,
    };
    Ok(CauseFix { id, fix, created_at, done_at, days, before, after, too_few })
}

fn share(connection: &Connection, fix: &FixText, from: Seconds, to: Seconds) -> Result<CaseShare> {
    let cases: i64 = connection
        .prepare_cached(
            "SELECT count(*) FROM complaints WHERE cause = ?1 AND received_at >= ?2 AND received_at < ?3 AND outcome IS NOT 'duplicate'
             AND (?4 = '' OR product = ?4) AND (?5 = '' OR courier = ?5)",
        )?
        .query_row(params![fix.cause.as_str(), from, to, fix.product, fix.courier], |r| r.get(0))?;
    let orders: i64 = connection
        .prepare_cached(
            "SELECT count(*) FROM orders o WHERE placed_at >= ?1 AND placed_at < ?2 AND (?4 = '' OR courier = ?4)
             AND (?3 = '' OR EXISTS (SELECT 1 FROM items i WHERE i.order_id = o.id AND i.title = ?3))",
        )?
        .query_row(params![from, to, fix.product, fix.courier], |r| r.get(0))?;
    Ok(CaseShare { cases, orders, per_hundred: per_hundred(cases, orders) })
}
