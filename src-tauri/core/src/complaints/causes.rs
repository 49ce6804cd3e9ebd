//! What keeps going wrong: causes by product, courier and month, and what comes back often enough to be mended.

use rusqlite::Connection;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::words::Cause;
use crate::error::Result;
use crate::storage::Shop;
use crate::time::{Moment, Seconds, local_day};

/// Below so many orders a share per hundred says nothing.
pub const TOO_FEW_ORDERS: i64 = 50;
/// So many cases of one cause and product within [`REPEAT_DAYS`] are a repeat.
const REPEAT: i64 = 2;
const REPEAT_DAYS: i64 = 90;
const DAY: i64 = 86_400;

/// What causes are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum CauseBy {
    /// The product of the case.
    Product,
    /// The courier of its order.
    Courier,
    /// The month in which it came in, on the seller's clock.
    Month,
}

/// A line: a product, a courier or a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct CauseLine {
    /// The product's title, the courier, or `2026-11`; empty where the case does not say.
    pub key: String,
    /// Cases.
    pub total: i64,
    /// By cause, the most frequent first; cases without a cause yet are only part of the total.
    pub causes: Vec<(Cause, i64)>,
    /// Orders of the same product, courier or month; `None` where that cannot be known.
    pub orders: Option<i64>,
    /// Cases per hundred orders in tenths; `None` where there are too few orders.
    pub per_hundred: Option<i64>,
}

/// A cause that came back and that nothing is done about yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Repeat {
    /// The cause.
    pub cause: Cause,
    /// The product's title; empty: of no product in particular.
    pub product: String,
    /// The product where it is known.
    pub product_id: Option<i64>,
    /// The courier, for causes of the way; else empty.
    pub courier: String,
    /// Cases within the last ninety days.
    pub count: i64,
    /// Their numbers, the newest first.
    pub complaints: Vec<i64>,
}

impl Shop {
    /// Causes of the cases that came in within a period, the most cases first.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn causes(&self, by: CauseBy, from: Seconds, to: Seconds, now: Moment) -> Result<Vec<CauseLine>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT product, courier, received_at, cause FROM complaints
                 WHERE received_at >= ?1 AND received_at < ?2 AND outcome IS NOT 'duplicate'",
            )?;
            let mut lines: FxHashMap<String, (i64, FxHashMap<Cause, i64>)> = FxHashMap::default();
            let mut rows = statement.query([from, to])?;
            while let Some(row) = rows.next()? {
                let key = match by {
                    CauseBy::Product => row.get(0)?,
                    CauseBy::Courier => row.get(1)?,
                    CauseBy::Month => month(row.get(2)?, now),
                };
                let line = lines.entry(key).or_default();
                line.0 += 1;
                if let Some(cause) = row.get::<_, Option<String>>(3)? {
                    *line.1.entry(Cause::parse(&cause)?).or_default() += 1;
                }
            }
            let orders = if lines.is_empty() { FxHashMap::default() } else { orders_by(connection, by, from, to, now)? };
            let mut lines: Vec<CauseLine> = lines
                .into_iter()
                .map(|(key, (total, causes))| {
                    let mut causes: Vec<(Cause, i64)> = causes.into_iter().collect();
                    causes.sort_by_key(|(cause, count)| (std::cmp::Reverse(*count), *cause));
                    let orders = orders.get(&key).copied().filter(|_| !key.is_empty());
                    CauseLine { total, causes, per_hundred: orders.and_then(|orders| per_hundred(total, orders)), orders, key }
                })
                .collect();
            match by {
                CauseBy::Month => lines.sort_by(|a, b| b.key.cmp(&a.key)),
                _ => lines.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.key.cmp(&b.key))),
            }
            Ok(lines)
        })
    }

    /// Causes that came back within ninety days and that no open fix answers.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn repeats(&self, now: Moment) -> Result<Vec<Repeat>> {
        self.read(|connection| repeats(connection, now.at))
    }
}

/// Complaints about the way, by order: how many, and how many of them about damaged goods.
pub(crate) fn of_the_way(connection: &Connection) -> Result<FxHashMap<i64, (u32, u32)>> {
    let mut statement = connection.prepare_cached(
        "SELECT order_id, count(*), sum(cause = 'damaged') FROM complaints
         WHERE order_id IS NOT NULL AND cause IN ('damaged', 'late', 'courier') AND outcome IS NOT 'duplicate' GROUP BY order_id",
    )?;
    Ok(statement.query_map([], |r| Ok((r.get(0)?, (r.get(1)?, r.get(2)?))))?.collect::<rusqlite::Result<_>>()?)
}

/// Tenths of cases per hundred orders; `None` where there are too few orders to say.
pub(crate) fn per_hundred(cases: i64, orders: i64) -> Option<i64> {
    (orders >= TOO_FEW_ORDERS).then(|| (cases * 1_000 + orders / 2) / orders)
}

fn month(at: Seconds, now: Moment) -> String {
    local_day(at, now.zone).map(|day| day.format("%Y-%m").to_string()).unwrap_or_default()
}

fn orders_by(connection: &Connection, by: CauseBy, from: Seconds, to: Seconds, now: Moment) -> Result<FxHashMap<String, i64>> {
    let mut counts: FxHashMap<String, i64> = FxHashMap::default();
    let sql = match by {
        CauseBy::Product => {
            "SELECT i.title, count(DISTINCT o.id) FROM orders o JOIN items i ON i.order_id = o.id
             WHERE o.placed_at >= ?1 AND o.placed_at < ?2 GROUP BY i.title"
        }
        CauseBy::Courier => "SELECT courier, count(*) FROM orders WHERE placed_at >= ?1 AND placed_at < ?2 GROUP BY courier",
        // Days of UTC are fine enough to be turned into the seller's months.
        CauseBy::Month => "SELECT placed_at / 3600, count(*) FROM orders WHERE placed_at >= ?1 AND placed_at < ?2 GROUP BY 1",
    };
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([from, to])?;
    while let Some(row) = rows.next()? {
        let key = match by {
            CauseBy::Month => month(row.get::<_, i64>(0)? * 3_600, now),
            _ => row.get(0)?,
        };
        *counts.entry(key).or_default() += row.get::<_, i64>(1)?;
    }
    Ok(counts)
}

/// Causes that lie with the way and not with the goods: they repeat by courier, not by product.
fn is_of_the_way(cause: Cause) -> bool {
    matches!(cause, Cause::Late | Cause::Courier)
}

fn repeats(connection: &Connection, now: Seconds) -> Result<Vec<Repeat>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, cause, product, product_id, courier FROM complaints
         WHERE cause IS NOT NULL AND received_at >= ?1 AND outcome IS NOT 'duplicate' ORDER BY received_at DESC",
    )?;
    let mut found: Vec<Repeat> = Vec::new();
    let mut rows = statement.query([now - REPEAT_DAYS * DAY])?;
    while let Some(row) = rows.next()? {
        let cause = Cause::parse(&row.get::<_, String>(1)?)?;
        let (product, courier): (String, String) =
            if is_of_the_way(cause) { (String::new(), row.get(4)?) } else { (row.get(2)?, String::new()) };
        if product.is_empty() && courier.is_empty() {
            continue;
        }
        let id: i64 = row.get(0)?;
        match found.iter_mut().find(|r| r.cause == cause && r.product == product && r.courier == courier) {
            Some(known) => {
                known.count += 1;
                known.complaints.push(id);
            }
            None => {
                let product_id = if product.is_empty() { None } else { row.get(3)? };
                found.push(Repeat { cause, product, product_id, courier, count: 1, complaints: vec![id] });
            }
        }
    }
    let mut open = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM fixes WHERE cause = ?1 AND product = ?2 AND courier = ?3 AND (done_at IS NULL OR done_at > ?4))",
    )?;
    let mut repeats = Vec::new();
    for repeat in found {
        let answered: bool =
            open.query_row((repeat.cause.as_str(), &repeat.product, &repeat.courier, now - REPEAT_DAYS * DAY), |r| r.get(0))?;
        if repeat.count >= REPEAT && !answered {
            repeats.push(repeat);
        }
    }
    repeats.sort_by_key(|r| std::cmp::Reverse(r.count));
    Ok(repeats)
}
