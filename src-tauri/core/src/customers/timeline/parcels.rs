//! Parcels: when they left, and when the order ended with them.

use rusqlite::Connection;

use super::{TimelineEntry, Window};
use crate::error::Result;

pub(super) fn read(connection: &Connection, window: Window) -> Result<Vec<TimelineEntry>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, shipped_at, 'left', courier, tracking, number FROM orders WHERE customer_id = ?1 AND shipped_at IS NOT NULL
         UNION ALL
         SELECT id, completed_at, 'arrived', courier, tracking, number FROM orders
         WHERE customer_id = ?1 AND completed_at IS NOT NULL AND shipped_at IS NOT NULL
         ORDER BY 2 DESC LIMIT ?2",
    )?;
    let rows = statement.query_map((window.customer, window.count), |r| {
        Ok(TimelineEntry {
            id: r.get(0)?,
            at: r.get(1)?,
            word: r.get(2)?,
            text: r.get(3)?,
            detail: r.get(4)?,
            order_id: Some(r.get(0)?),
            ..TimelineEntry::default()
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
