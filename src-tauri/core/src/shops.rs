//! Shops: a platform and a name, with a currency and a time zone.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::storage::{Change, Op, Shop};
use crate::time::Seconds;

/// A shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)] // the fields are the columns, explained in 0001_shop.sql
pub struct ShopRow {
    pub id: i64,
    pub platform: String,
    pub name: String,
    pub named: bool,
    pub currency: String,
    pub time_zone: String,
}

/// All shops, in the order they came in.
///
/// # Errors
/// Failures of the file.
pub fn list(connection: &Connection) -> Result<Vec<ShopRow>> {
    let mut statement = connection.prepare_cached("SELECT id, platform, name, named, currency, time_zone FROM shops ORDER BY id")?;
    let rows = statement.query_map([], |r| {
        Ok(ShopRow { id: r.get(0)?, platform: r.get(1)?, name: r.get(2)?, named: r.get(3)?, currency: r.get(4)?, time_zone: r.get(5)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

impl Shop {
    /// Renames a shop or moves it to another time zone.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Exists`], [`Error::BadValue`] for a blank name or an unknown zone.
    pub fn edit_shop(&self, id: i64, name: &str, time_zone: &str, now: Seconds) -> Result<Change> {
        let name = name.trim();
        if name.is_empty() {
            return Err(Error::BadValue { field: "shop.name", value: name.to_owned(), reason: "blank" });
        }
        if crate::time::parse_zone(time_zone).is_none() {
            return Err(Error::BadValue { field: "shop.time_zone", value: time_zone.to_owned(), reason: "unknown" });
        }
        let (change, ()) = self.transact(Op::EditShop, now, |tx| {
            let taken: bool = tx.query_row(
                "SELECT EXISTS (SELECT 1 FROM shops WHERE name = ?2 AND id <> ?1 AND platform = (SELECT platform FROM shops WHERE id = ?1))",
                params![id, name],
                |r| r.get(0),
            )?;
            if taken {
                return Err(Error::Exists { field: "shop.name", value: name.to_owned() });
            }
            // Where files tell times by the shop's own clock, its orders were read by it: another one would make
            // other orders of them.
            let (platform, zone): (String, String) = tx
                .query_row("SELECT platform, time_zone FROM shops WHERE id = ?1", [id], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()?
                .ok_or_else(|| Error::NotFound { what: "shop", key: id.to_string() })?;
            let has_orders: bool = tx.query_row("SELECT EXISTS (SELECT 1 FROM orders WHERE shop_id = ?1)", [id], |r| r.get(0))?;
            if zone != time_zone && has_orders && !crate::import::platforms::names_its_zone(&platform)? {
                return Err(Error::BadValue { field: "shop.time_zone", value: time_zone.to_owned(), reason: "orders_read_in_it" });
            }
            let changed = tx.execute("UPDATE shops SET name = ?2, named = 1, time_zone = ?3 WHERE id = ?1", params![id, name, time_zone])?;
            if changed == 0 {
                return Err(Error::NotFound { what: "shop", key: id.to_string() });
            }
            Ok((name.to_owned(), ()))
        })?;
        Ok(change)
    }
}
