//! Filters that the seller keeps under a name, by the page they belong to.

use rusqlite::params;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::storage::{Change, Op, Shop};
use crate::text::checked_text;
use crate::time::Seconds;

/// A kept filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct SavedView {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The page's query as JSON.
    pub query: String,
}

impl Shop {
    /// The filters kept for a page, by name.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn saved_views(&self, page: &str) -> Result<Vec<SavedView>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT id, name, query FROM saved_views WHERE page = ?1 ORDER BY name")?;
            Ok(statement
                .query_map([page], |r| Ok(SavedView { id: r.get(0)?, name: r.get(1)?, query: r.get(2)? }))?
                .collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Keeps a filter under a name; one of the same name is replaced.
    ///
    /// # Errors
    /// [`Error::BadValue`] for a blank or overlong name, or a query that is not JSON.
    pub fn save_view(&self, page: &str, name: &str, query: &str, now: Seconds) -> Result<Change> {
        let name = checked_text("view.name", name, 60)?;
        if name.is_empty() {
            return Err(Error::BadValue { field: "view.name", value: name, reason: "blank" });
        }
        if serde_json::from_str::<serde_json::Value>(query).is_err() {
            return Err(Error::BadValue { field: "view.query", value: query.chars().take(40).collect(), reason: "not_json" });
        }
        let (change, ()) = self.transact(Op::SaveView, now, |tx| {
            tx.execute(
                "INSERT INTO saved_views (page, name, query) VALUES (?1, ?2, ?3) ON CONFLICT (page, name) DO UPDATE SET query = excluded.query",
                params![page, name, query],
            )?;
            Ok((name.clone(), ()))
        })?;
        Ok(change)
    }

    /// Drops a kept filter.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_view(&self, id: i64, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::SaveView, now, |tx| {
            if tx.execute("DELETE FROM saved_views WHERE id = ?1", [id])? == 0 {
                return Err(Error::NotFound { what: "view", key: id.to_string() });
            }
            Ok((String::new(), ()))
        })?;
        Ok(change)
    }
}
