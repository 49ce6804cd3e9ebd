//! Orders: when they were placed, what was paid.

use rusqlite::Connection;

use super::{TimelineEntry, Window};
use crate::error::Result;

pub(super) fn read(connection: &Connection, window: Window) -> Result<Vec<TimelineEntry>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, placed_at, status, number, paid, currency, (SELECT group_concat(title, '、') FROM (SELECT title FROM items WHERE order_id = orders.id LIMIT 3))
         FROM orders WHERE customer_id = ?1 AND placed_at IS NOT NULL ORDER BY placed_at DESC LIMIT ?2",
    )?;
    let rows = statement.query_map((window.customer, window.count), |r| {
        Ok(TimelineEntry {
            id: r.get(0)?,
            at: r.get(1)?,
            word: r.get(2)?,
            detail: r.get(3)?,
            amount: r.get::<_, Option<i64>>(4)?.map(|paid| Ok::<_, rusqlite::Error>((paid, r.get(5)?))).transpose()?,
            text: r.get::<_, Option<String>>(6)?.unwrap_or_default(),
            order_id: Some(r.get(0)?),
            ..TimelineEntry::default()
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
