//! Calls and messages.

use rusqlite::Connection;

use super::{TimelineEntry, Window};
use crate::error::Result;

pub(super) fn read(connection: &Connection, window: Window) -> Result<Vec<TimelineEntry>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, at, outcome, channel, text, outgoing, order_id, complaint_id FROM contacts WHERE customer_id = ?1 ORDER BY at DESC LIMIT ?2",
    )?;
    let rows = statement.query_map((window.customer, window.count), |r| {
        Ok(TimelineEntry {
            id: r.get(0)?,
            at: r.get(1)?,
            word: r.get(2)?,
            also: r.get(3)?,
            text: r.get(4)?,
            detail: if r.get(5)? { "outgoing" } else { "incoming" }.to_owned(),
            order_id: r.get(6)?,
            complaint_id: r.get(7)?,
            ..TimelineEntry::default()
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
