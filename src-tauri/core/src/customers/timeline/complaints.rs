//! Complaints: taken in, moved from step to step, closed, reopened.

use rusqlite::Connection;

use super::{TimelineEntry, Window};
use crate::error::Result;

pub(super) fn read(connection: &Connection, window: Window) -> Result<Vec<TimelineEntry>> {
    let mut statement = connection.prepare_cached(
        "SELECT e.id, e.at, e.kind, e.stage_after, CASE WHEN e.kind = 'taken_in' THEN c.words ELSE e.text END, c.product, c.id
         FROM complaint_events e JOIN complaints c ON c.id = e.complaint_id
         WHERE c.customer_id = ?1 AND e.kind IN ('taken_in', 'done', 'skip', 'back', 'close', 'reopen') ORDER BY e.at DESC, e.id DESC LIMIT ?2",
    )?;
    let rows = statement.query_map((window.customer, window.count), |r| {
        Ok(TimelineEntry {
            id: r.get(0)?,
            at: r.get(1)?,
            word: r.get(2)?,
            also: r.get(3)?,
            text: r.get(4)?,
            detail: r.get(5)?,
            complaint_id: Some(r.get(6)?),
            ..TimelineEntry::default()
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
