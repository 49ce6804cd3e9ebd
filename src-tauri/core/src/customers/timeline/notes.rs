//! Dated notes.

use rusqlite::Connection;

use super::{TimelineEntry, Window};
use crate::error::Result;

pub(super) fn read(connection: &Connection, window: Window) -> Result<Vec<TimelineEntry>> {
    let mut statement =
        connection.prepare_cached("SELECT id, at, text FROM customer_notes WHERE customer_id = ?1 ORDER BY at DESC LIMIT ?2")?;
    let rows = statement.query_map((window.customer, window.count), |r| {
        Ok(TimelineEntry { id: r.get(0)?, at: r.get(1)?, text: r.get(2)?, ..TimelineEntry::default() })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
