//! What makes a large file cheaper to write than the sum of its rows: secondary indexes are dropped and built
//! again at the end, inside the same transaction (sorting once is cheaper than a million searches), and foreign
//! keys, all of which an import gives out itself, are not looked up row by row.

use rusqlite::{Connection, Statement, Transaction};

use super::report::OrderCounts;
use crate::error::Result;

/// From so many new orders on an import is large. The tests have smaller files.
const FROM: u32 = if cfg!(test) { 200 } else { 5_000 };
/// Changing an order searches its items; a few searches without the index are too many.
const MOST_CHANGED: u32 = 50;
/// Not those of addresses: writing an order looks there.
const TABLES: [&str; 6] = ["orders", "items", "customers", "identities", "phones", "emails"];

/// Whether an import of so many orders is a large one.
pub(super) fn is_large(counts: OrderCounts) -> bool {
    counts.new >= FROM && counts.changed <= MOST_CHANGED
}

/// The secondary indexes that an import does without while it writes.
pub(super) struct Indexes<'a> {
    /// Table and statement.
    dropped: Vec<(&'static str, String)>,
    /// Looks over the schema.
    look: Option<Statement<'a>>,
}

impl<'a> Indexes<'a> {
    /// Keeps all of them.
    pub(super) fn kept() -> Indexes<'a> {
        Indexes { dropped: Vec::new(), look: None }
    }

    /// Drops them where the file is large against what is stored.
    pub(super) fn drop_for(tx: &'a Transaction<'_>, counts: OrderCounts) -> Result<Indexes<'a>> {
        let stored: i64 = tx.query_row("SELECT coalesce(max(id), 0) FROM orders", [], |r| r.get(0))?;
        if !is_large(counts) || i64::from(counts.new) * 2 < stored {
            return Ok(Indexes::kept());
        }
        Indexes::drop_all(tx)
    }

    fn drop_all(tx: &'a Transaction<'_>) -> Result<Indexes<'a>> {
        let mut dropped = Vec::new();
        for table in TABLES {
            let mut statement =
                tx.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL")?;
            let found: Vec<(String, String)> =
                statement.query_map([table], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
            for (name, sql) in found {
                tx.execute_batch(&format!("DROP INDEX {name}"))?;
                dropped.push((table, sql));
            }
        }
        // Prepared after the schema changed for the last time before the rows.
        Ok(Indexes { dropped, look: Some(tx.prepare("SELECT count(*) FROM sqlite_master")?) })
    }

    /// Called now and then while rows are written: the pages of the schema, which dropping the indexes changed and
    /// building them will change again, stay in memory. Were they written to the log in between, SQLite would
    /// compute the checksums of the whole log once more at the commit.
    pub(super) fn keep_schema_near(&mut self) -> Result<()> {
        match &mut self.look {
            Some(look) => Ok(look.query_row([], |_| Ok(()))?),
            None => Ok(()),
        }
    }

    /// Builds the dropped indexes of these tables again.
    pub(super) fn rebuild(&self, tx: &Connection, tables: &[&str]) -> Result<()> {
        self.dropped.iter().filter(|(table, _)| tables.contains(table)).try_for_each(|(_, sql)| Ok(tx.execute_batch(sql)?))
    }
}
