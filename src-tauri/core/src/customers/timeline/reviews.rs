//! Reviews: written, changed, replied to.

use rusqlite::Connection;

use super::{TimelineEntry, Window};
use crate::error::Result;

pub(super) fn read(connection: &Connection, window: Window) -> Result<Vec<TimelineEntry>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, reviewed_at, rating, 'written', text, product FROM reviews WHERE customer_id = ?1
         UNION ALL SELECT id, coalesce(appended_at, recorded_at), rating, 'appended', appended, product FROM reviews WHERE customer_id = ?1 AND appended <> ''
         UNION ALL SELECT id, coalesce(replied_at, recorded_at), rating, 'replied', reply, product FROM reviews WHERE customer_id = ?1 AND reply <> ''
         UNION ALL SELECT id, gone_at, rating, 'gone', '', product FROM reviews WHERE customer_id = ?1 AND gone_at IS NOT NULL
         UNION ALL SELECT r.id, v.seen_at, v.rating, 'changed', v.text, r.product FROM review_versions v JOIN reviews r ON r.id = v.review_id
         WHERE r.customer_id = ?1 ORDER BY 2 DESC, 1 DESC LIMIT ?2",
    )?;
    let rows = statement.query_map((window.customer, window.count), |r| {
        Ok(TimelineEntry {
            id: r.get(0)?,
            at: r.get(1)?,
            word: r.get(3)?,
            also: r.get(2)?,
            text: r.get(4)?,
            detail: r.get(5)?,
            review_id: Some(r.get(0)?),
            ..TimelineEntry::default()
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
