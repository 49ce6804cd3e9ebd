//! What makes a large file cheaper to write than the sum of its rows: secondary indexes are dropped and built
//! again at the end, inside the same transaction (sorting once is cheaper than a million searches), and foreign
//! keys, all of which an import gives out itself, are not looked up row by row.

use rusqlite::{Connection, Transaction};

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
pub(super) struct Indexes {
    /// Table and statement.
    dropped: Vec<(&'static str, String)>,
}

impl Indexes {
    /// Keeps all of them.
    pub(super) fn kept() -> Indexes {
        Indexes { dropped: Vec::new() }
    }

    /// Drops them where the file is large against what is stored.
    pub(super) fn drop_for(tx: &Transaction<'_>, counts: OrderCounts) -> Result<Indexes> {
        let stored: i64 = tx.query_row("SELECT coalesce(max(id), 0) FROM orders", [], |r| r.get(0))?;
        if !is_large(counts) || i64::from(counts.new) * 2 < stored {
            return Ok(Indexes::kept());
        }
        Indexes::drop_all(tx)
    }

    fn drop_all(tx: &Transaction<'_>) -> Result<Indexes> {
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
        Ok(Indexes { dropped })
    }

    /// Builds the dropped indexes of these tables again.
    pub(super) fn rebuild(&self, tx: &Connection, tables: &[&str]) -> Result<()> {
        self.dropped.iter().filter(|(table, _)| tables.contains(table)).try_for_each(|(_, sql)| Ok(tx.execute_batch(sql)?))
    }
}
