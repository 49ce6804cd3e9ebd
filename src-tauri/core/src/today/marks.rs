//! What the seller did with a line that keeps no state of its own, and lines that were put off.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use rustc_hash::FxHashSet;

use crate::error::Result;
use crate::time::Seconds;

/// What was done with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mark {
    Done,
    Skipped { reason: String },
    Snoozed { until: Seconds },
}

/// Leaves a mark; a later one takes its place.
pub(crate) fn set(tx: &Transaction<'_>, source: &str, key: &str, mark: &Mark, now: Seconds) -> Result<()> {
    let (state, until, reason) = match mark {
        Mark::Done => ("done", None, ""),
        Mark::Skipped { reason } => ("skipped", None, reason.as_str()),
        Mark::Snoozed { until } => ("snoozed", Some(*until), ""),
    };
    tx.execute(
        "INSERT INTO task_marks (source, key, state, until, reason, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (source, key) DO UPDATE SET state = excluded.state, until = excluded.until, reason = excluded.reason, at = excluded.at",
        params![source, key, state, until, reason, now],
    )?;
    Ok(())
}

/// Lines that are put off beyond now, as `source/key`.
pub(crate) fn snoozed(connection: &Connection, now: Seconds) -> Result<FxHashSet<String>> {
    let mut statement = connection.prepare_cached("SELECT source || '/' || key FROM task_marks WHERE state = 'snoozed' AND until > ?1")?;
    Ok(statement.query_map([now], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// Whether a line was done or skipped.
pub(crate) fn is_over(connection: &Connection, source: &str, key: &str) -> Result<bool> {
    let state: Option<String> = connection
        .prepare_cached("SELECT state FROM task_marks WHERE source = ?1 AND key = ?2")?
        .query_row([source, key], |r| r.get(0))
        .optional()?;
    Ok(state.is_some_and(|s| s != "snoozed"))
}

/// How many lines of a source were done or skipped since a second.
pub(crate) fn over_since(connection: &Connection, source: &str, since: Seconds) -> Result<i64> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM task_marks WHERE at >= ?2 AND source = ?1 AND state <> 'snoozed'")?
        .query_row(params![source, since], |r| r.get(0))?)
}
