//! Promises: when they were made, and when they were kept or given up.

use rusqlite::Connection;

use super::{TimelineEntry, Window};
use crate::error::Result;

pub(super) fn read(connection: &Connection, window: Window) -> Result<Vec<TimelineEntry>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, made_at, 'made', what, due_at, order_id, complaint_id FROM promises WHERE customer_id = ?1
         UNION ALL
         SELECT id, kept_at, CASE WHEN kept_at <= due_at THEN 'kept' ELSE 'late' END, what, due_at, order_id, complaint_id FROM promises
         WHERE customer_id = ?1 AND kept_at IS NOT NULL
         UNION ALL
         SELECT id, broken_at, 'broken', what, due_at, order_id, complaint_id FROM promises WHERE customer_id = ?1 AND broken_at IS NOT NULL
         ORDER BY 2 DESC LIMIT ?2",
    )?;
    let rows = statement.query_map((window.customer, window.count), |r| {
        Ok(TimelineEntry {
            id: r.get(0)?,
            at: r.get(1)?,
            word: r.get(2)?,
            text: r.get(3)?,
            detail: r.get::<_, i64>(4)?.to_string(),
            order_id: r.get(5)?,
            complaint_id: r.get(6)?,
            ..TimelineEntry::default()
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
