//! What was given for a fault: when it was promised, and when it was delivered.

use rusqlite::Connection;

use super::{TimelineEntry, Window};
use crate::error::Result;

pub(super) fn read(connection: &Connection, window: Window) -> Result<Vec<TimelineEntry>> {
    let mut statement = connection.prepare_cached(
        "SELECT r.id, r.promised_at, CASE WHEN r.withdrawn_at IS NULL THEN 'promised' ELSE 'withdrawn' END, r.kind, r.note, r.cost, r.currency, c.id
         FROM remedies r JOIN complaints c ON c.id = r.complaint_id WHERE c.customer_id = ?1 AND r.kind <> 'apology'
         UNION ALL
         SELECT r.id, r.delivered_at, 'delivered', r.kind, r.note, r.cost, r.currency, c.id
         FROM remedies r JOIN complaints c ON c.id = r.complaint_id WHERE c.customer_id = ?1 AND r.delivered_at IS NOT NULL
         ORDER BY 2 DESC LIMIT ?2",
    )?;
    let rows = statement.query_map((window.customer, window.count), |r| {
        Ok(TimelineEntry {
            id: r.get(0)?,
            at: r.get(1)?,
            word: r.get(2)?,
            also: r.get(3)?,
            text: r.get(4)?,
            amount: Some((r.get(5)?, r.get(6)?)),
            complaint_id: Some(r.get(7)?),
            ..TimelineEntry::default()
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
