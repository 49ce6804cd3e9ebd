//! Finding stored orders by number: one by one for a small file, from a table of all in memory for a large one.

use rusqlite::{Connection, OptionalExtension};
use rustc_hash::FxHashSet;

use crate::error::Result;

/// From this size on a file is worth reading all stored order numbers, accounts and phones for. The tests have
/// smaller files.
pub(super) const LARGE_FILE: u64 = if cfg!(test) { 32 << 10 } else { 16 << 20 };

/// The stored orders of the shops a file can be about.
pub struct StoredOrders<'c> {
    connection: &'c Connection,
    shops: Vec<i64>,
    /// Hashes of all stored numbers: what is not among them need not be looked for.
    all: Option<FxHashSet<u64>>,
    none: bool,
}

impl<'c> StoredOrders<'c> {
    /// Prepares look-ups among the orders of `shops` for a file of so many bytes.
    ///
    /// # Errors
    /// Failures of the shop file.
    pub fn new(connection: &'c Connection, shops: Vec<i64>, file_bytes: u64) -> Result<StoredOrders<'c>> {
        let none = !connection.query_row("SELECT EXISTS (SELECT 1 FROM orders)", [], |r| r.get::<_, bool>(0))?;
        let mut all = None;
        if file_bytes >= LARGE_FILE && !none {
            let mut hashes = FxHashSet::default();
            let mut statement = connection.prepare("SELECT number FROM orders WHERE shop_id = ?1")?;
            for shop in &shops {
                let mut rows = statement.query([shop])?;
                while let Some(row) = rows.next()? {
                    hashes.insert(hash(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?));
                }
            }
            all = Some(hashes);
        }
        Ok(StoredOrders { connection, shops, all, none })
    }

    /// The order of this number in `shop`, or in any of the shops where `shop` is `None`.
    ///
    /// # Errors
    /// Failures of the shop file.
    pub fn find(&self, shop: Option<i64>, number: &str) -> Result<Option<i64>> {
        if self.none || self.all.as_ref().is_some_and(|all| !all.contains(&hash(number))) {
            return Ok(None);
        }
        let shops = match &shop {
            Some(shop) => std::slice::from_ref(shop),
            None => &self.shops,
        };
        let mut statement = self.connection.prepare_cached("SELECT id FROM orders WHERE shop_id = ?1 AND number = ?2")?;
        for shop in shops {
            if let Some(id) = statement.query_row((shop, number), |r| r.get(0)).optional()? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }
}

fn hash(number: &str) -> u64 {
    use std::hash::{DefaultHasher, Hasher};
    let mut hasher = DefaultHasher::new();
    hasher.write(number.as_bytes());
    hasher.finish()
}
