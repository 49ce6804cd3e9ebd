//! What a shop file of each version is made of, object by object. A file from elsewhere is compared with it: a trigger,
//! a view or a table that we never made could do anything once the file is written to.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::upgrade::{migration_error, migrations};
use crate::error::{Error, Result};

/// Tables SQLite makes by itself when it counts what an index holds.
const COUNTED: [&str; 2] = ["sqlite_stat1", "sqlite_stat4"];

/// Shops of the very first builds have this table of orders, with the number's index as part of it. They keep it.
const EARLY_ORDERS: &str = include_str!("migrations/orders_of_early_shops.sql");
const INDEX_OF_LATER_ORDERS: &str = "orders_by_number";

/// The text of each object, by its kind and name.
type Objects = BTreeMap<(String, String), String>;

/// Refuses a file that is not made of exactly the objects of its version.
///
/// # Errors
/// [`Error::ForeignShop`] naming the first object that differs, is missing or is not ours.
pub(super) fn compare(file: &Connection, version: i64) -> Result<()> {
    let mut fresh = Connection::open_in_memory()?;
    let steps = usize::try_from(version).map_err(|_| Error::ForeignShop(format!("version {version}")))?;
    migrations().to_version(&mut fresh, steps).map_err(migration_error)?;
    let (mut ours, theirs) = (objects(&fresh)?, objects(file)?);
    let orders = ("table".to_owned(), "orders".to_owned());
    if theirs.get(&orders).is_some_and(|text| text == EARLY_ORDERS) {
        ours.insert(orders, EARLY_ORDERS.to_owned());
        ours.remove(&("index".to_owned(), INDEX_OF_LATER_ORDERS.to_owned()));
    }
    let name = |(kind, name): &(String, String)| Error::ForeignShop(format!("{kind} {name}"));
    // An index more, which somebody made by hand to look at the file, does nothing but cost room.
    let harmless = |(kind, name): &(String, String)| kind == "index" && !ours.contains_key(&(kind.clone(), name.clone()));
    if let Some((key, _)) = theirs.iter().find(|(key, text)| ours.get(*key) != Some(text) && !harmless(key)) {
        return Err(name(key));
    }
    match ours.keys().find(|key| !theirs.contains_key(*key)) {
        Some(missing) => Err(name(missing)),
        None => Ok(()),
    }
}

fn objects(connection: &Connection) -> Result<Objects> {
    let mut statement = connection.prepare("SELECT type, name, coalesce(sql, '') FROM sqlite_master")?;
    let rows = statement.query_map([], |r| Ok(((r.get(0)?, r.get(1)?), r.get(2)?)))?;
    let all: Objects = rows.collect::<rusqlite::Result<_>>()?;
    // An index that SQLite makes for a constraint is part of its table's text.
    let of_sqlite = |name: &str| COUNTED.contains(&name) || name.starts_with("sqlite_autoindex_");
    Ok(all.into_iter().filter(|((_, name), _)| !of_sqlite(name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::upgrade::SCHEMA_VERSION;

    fn shop(version: i64) -> Connection {
        let mut shop = Connection::open_in_memory().unwrap();
        migrations().to_version(&mut shop, version as usize).unwrap();
        shop
    }

    #[test]
    fn every_version_is_its_own() {
        for version in 1..=SCHEMA_VERSION {
            compare(&shop(version), version).unwrap();
        }
        assert!(matches!(compare(&shop(1), 2), Err(Error::ForeignShop(_))), "tables of version 2 are missing");
    }

    #[test]
    fn what_we_never_made_is_named() {
        for (planted, named) in [
            ("CREATE TRIGGER evil AFTER UPDATE ON customers BEGIN DELETE FROM orders; END", "trigger evil"),
            ("CREATE VIEW seen AS SELECT 1", "view seen"),
            ("CREATE TABLE more (x)", "table more"),
            ("DROP TABLE rules", "table rules"),
            ("ALTER TABLE tags ADD COLUMN extra TEXT", "table tags"),
        ] {
            let file = shop(SCHEMA_VERSION);
            file.execute_batch(planted).unwrap();
            match compare(&file, SCHEMA_VERSION) {
                Err(Error::ForeignShop(name)) => assert_eq!(name, named, "{planted}"),
                other => panic!("{planted}: {other:?}"),
            }
        }
    }

    #[test]
    fn an_index_that_somebody_made_is_no_foreign_shop() {
        let file = shop(SCHEMA_VERSION);
        file.execute_batch("CREATE INDEX mine ON customers (name)").unwrap();
        compare(&file, SCHEMA_VERSION).unwrap();
    }

    #[test]
    fn counts_that_sqlite_keeps_are_no_foreign_table() {
        let file = shop(SCHEMA_VERSION);
        file.execute_batch("ANALYZE").unwrap();
        compare(&file, SCHEMA_VERSION).unwrap();
    }
}
