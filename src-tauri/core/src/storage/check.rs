//! Integrity of the file and the invariants of its content.

use rusqlite::Connection;
use serde::Serialize;

use super::open::Shop;
use crate::error::{Error, Result};

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Check {
    /// A stable name.
    pub name: String,
    /// How many violations; 0 is good.
    pub violations: i64,
}

const INVARIANTS: &[(&str, &str)] = &[
    ("foreign_keys", "SELECT count(*) FROM pragma_foreign_key_check"),
    (
        "customer_order_counts",
        "SELECT count(*) FROM customers c WHERE order_count <> (SELECT count(*) FROM orders o WHERE o.customer_id = c.id)",
    ),
    (
        "customer_paid",
        "SELECT count(*) FROM customers c WHERE currency IS NOT NULL AND paid <>
           (SELECT coalesce(sum(o.paid), 0) FROM orders o WHERE o.customer_id = c.id AND o.currency = c.currency)",
    ),
    (
        "customer_last_order",
        "SELECT count(*) FROM customers c WHERE last_order_at IS NOT (SELECT max(placed_at) FROM orders o WHERE o.customer_id = c.id)",
    ),
    ("customers_without_keys", "SELECT count(*) FROM customers c WHERE name GLOB '*[a-zA-Z0-9一-龥]*' AND id NOT IN (SELECT customer_id FROM customer_keys)"),
    ("keys_without_customer", "SELECT count(*) FROM customer_keys WHERE customer_id NOT IN (SELECT id FROM customers)"),
    ("orders_of_unknown_runs", "SELECT count(*) FROM orders WHERE created_run IS NOT NULL AND created_run NOT IN (SELECT id FROM import_runs)"),
    ("orders_of_undone_runs", "SELECT count(*) FROM orders o JOIN import_runs r ON r.id = o.created_run WHERE r.undone_at IS NOT NULL AND o.hand_edited = ''
        AND o.id NOT IN (SELECT order_id FROM complaints WHERE order_id IS NOT NULL UNION SELECT order_id FROM contacts WHERE order_id IS NOT NULL
            UNION SELECT order_id FROM promises WHERE order_id IS NOT NULL UNION SELECT order_id FROM reviews WHERE order_id IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM import_before b JOIN import_runs k ON k.id = b.run_id WHERE b.order_id = o.id AND k.undone_at IS NULL)"),
    ("several_default_templates", "SELECT max(0, count(*) - 1) FROM shipping_templates WHERE is_default = 1"),
    ("templates_without_version", "SELECT count(*) FROM shipping_templates t WHERE NOT EXISTS (SELECT 1 FROM shipping_versions v WHERE v.template_id = t.id)"),
    ("negative_refunds", "SELECT count(*) FROM orders WHERE refunded < 0"),
    ("masked_identities", "SELECT count(*) FROM identities WHERE buyer_id LIKE '%*%'"),
];

impl Shop {
    /// Compares every page of the file with its checksum, asks SQLite whether the file is whole, and counts what breaks
    /// the invariants. Where pages changed on the disk, the tables they belong to are named.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn check(&self) -> Result<Vec<Check>> {
        let path = self.path();
        let changed = self.at_rest(|file| {
            let found = zhanggui_pages::scan(file, u64::MAX).map_err(|e| Error::file(&path, e))?;
            Ok(found.map_or(0, |scan| scan.wrong as i64))
        })?;
        self.read(|connection| checks(connection, changed))
    }
}

fn checks(connection: &Connection, changed_pages: i64) -> Result<Vec<Check>> {
    let mut checks = vec![Check { name: "pages".to_owned(), violations: changed_pages }];
    if changed_pages > 0 {
        checks.extend(damaged_tables(connection)?);
    }
    checks.push(Check { name: "integrity".to_owned(), violations: counted(integrity(connection, "100"))? });
    for (name, sql) in INVARIANTS {
        let found = connection.query_row(sql, [], |r| r.get(0)).map_err(Error::from);
        checks.push(Check { name: (*name).to_owned(), violations: counted(found)? });
    }
    Ok(checks)
}

/// What cannot be read is a violation, and no reason to stop looking.
fn counted(found: Result<i64>) -> Result<i64> {
    match found {
        Err(Error::Corrupt(_)) => Ok(1),
        other => other,
    }
}

/// How many faults SQLite finds in the whole file (`scope` is how many at most) or in one table (`scope` is its name).
fn integrity(connection: &Connection, scope: &str) -> Result<i64> {
    let mut statement = connection.prepare(&format!("PRAGMA integrity_check({scope})"))?;
    let answers: Vec<String> = statement.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(answers.iter().filter(|a| *a != "ok").count() as i64)
}

/// The tables with pages that are not what they were.
fn damaged_tables(connection: &Connection) -> Result<Vec<Check>> {
    let mut statement = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY name")?;
    let names: Vec<String> = statement.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut damaged = Vec::new();
    for name in names {
        let violations = counted(integrity(connection, &format!("'{}'", name.replace('\'', "''"))))?;
        if violations > 0 {
            damaged.push(Check { name: format!("table {name}"), violations });
        }
    }
    Ok(damaged)
}
