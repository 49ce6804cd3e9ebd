//! Adding customers, and the texts of their columns.

use rusqlite::{Connection, params};

use crate::error::Result;
use crate::text::{is_masked, sort_key};
use crate::time::Seconds;

/// Adds a customer that an import found. A name that the platform masked is none.
///
/// # Errors
/// Failures of the file.
pub fn insert_imported(connection: &Connection, id: i64, name: &str, now: Seconds, run: Option<i64>) -> Result<()> {
    let name = if is_masked(name) { "" } else { name.trim() };
    connection
        .prepare_cached("INSERT INTO customers (id, name, sort_name, created_at, created_run) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![id, name, sort_key(name), now, run])?;
    Ok(())
}
