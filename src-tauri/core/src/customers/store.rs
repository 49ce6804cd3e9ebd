//! How customers are stored.

use rusqlite::{Connection, Statement, params};

use crate::error::Result;
use crate::text::{is_masked, sort_key};
use crate::time::Seconds;

/// The name to store of a customer that an import found. A name that the platform masked is none.
pub fn customer_name(name: &str) -> &str {
    if is_masked(name) { "" } else { name.trim() }
}

/// The statement that adds customers, prepared once for all of an import.
///
/// # Errors
/// Failures of the file.
pub fn insert_customer(connection: &Connection) -> Result<Statement<'_>> {
    Ok(connection.prepare("INSERT INTO customers (id, name, sort_name, created_at, created_run) VALUES (?1, ?2, ?3, ?4, ?5)")?)
}

/// Adds a customer through [`insert_customer`]; the name as [`customer_name`] gives it.
///
/// # Errors
/// Failures of the file.
pub fn insert(insert_customer: &mut Statement<'_>, id: i64, name: &str, now: Seconds, run: Option<i64>) -> Result<()> {
    insert_customer.execute(params![id, name, sort_key(name), now, run])?;
    Ok(())
}
