//! Tags: the seller's own words for customers.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::storage::{Change, Op, Shop};
use crate::time::Seconds;

/// A tag and how many have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct TagCount {
    /// The tag.
    pub name: String,
    /// How many customers have it.
    pub customers: i64,
}

/// The tags of a customer.
pub(crate) fn of(connection: &Connection, customer: i64) -> Result<Vec<String>> {
    let mut statement = connection
        .prepare_cached("SELECT t.name FROM customer_tags ct JOIN tags t ON t.id = ct.tag_id WHERE ct.customer_id = ?1 ORDER BY t.name")?;
    Ok(statement.query_map([customer], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// The id of a tag, made where it is new.
pub(crate) fn id_of(connection: &Connection, name: &str, run: Option<i64>) -> Result<i64> {
    let known = connection.prepare_cached("SELECT id FROM tags WHERE name = ?1")?.query_row([name], |r| r.get(0)).optional()?;
    match known {
        Some(id) => Ok(id),
        None => {
            connection.execute("INSERT INTO tags (name, created_run) VALUES (?1, ?2)", params![name, run])?;
            Ok(connection.last_insert_rowid())
        }
    }
}

/// Remembers when a tag was put on or taken off, for the timeline.
fn note(tx: &Connection, customer: i64, tag: &str, put_on: bool, now: Seconds) -> Result<()> {
    tx.prepare_cached("INSERT INTO tag_events (customer_id, tag, put_on, at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![customer, tag, put_on, now])?;
    Ok(())
}

impl Shop {
    /// All tags with their counts, by name.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn tags(&self) -> Result<Vec<TagCount>> {
        self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT name, (SELECT count(*) FROM customer_tags WHERE tag_id = tags.id) FROM tags ORDER BY name")?;
            Ok(statement.query_map([], |r| Ok(TagCount { name: r.get(0)?, customers: r.get(1)? }))?.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Puts a tag on customers or takes it off; one change for all of them.
    ///
    /// # Errors
    /// [`Error::BadValue`] for a blank tag.
    pub fn tag_customers(&self, customers: &[i64], tag: &str, on: bool, now: Seconds) -> Result<Change> {
        let tag = tag.trim();
        if tag.is_empty() {
            return Err(Error::BadValue { field: "tag", value: tag.to_owned(), reason: "blank" });
        }
        let (change, ()) = self.transact(Op::TagCustomers, now, |tx| {
            if on {
                let id = id_of(tx, tag, None)?;
                let mut add = tx.prepare_cached("INSERT OR IGNORE INTO customer_tags (customer_id, tag_id) VALUES (?1, ?2)")?;
                for customer in customers {
                    if add.execute((customer, id))? > 0 {
                        note(tx, *customer, tag, true, now)?;
                    }
                }
            } else {
                let mut remove = tx.prepare_cached(
                    "DELETE FROM customer_tags WHERE customer_id = ?1 AND tag_id = (SELECT id FROM tags WHERE name = ?2)",
                )?;
                for customer in customers {
                    if remove.execute((customer, tag))? > 0 {
                        note(tx, *customer, tag, false, now)?;
                    }
                }
                tx.execute("DELETE FROM tags WHERE name = ?1 AND NOT EXISTS (SELECT 1 FROM customer_tags WHERE tag_id = tags.id)", [tag])?;
            }
            Ok((tag.to_owned(), ()))
        })?;
        Ok(change)
    }
}
