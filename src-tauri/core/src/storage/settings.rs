//! Small preferences kept in the shop file: columns of the list, masking, language.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::open::Shop;
use crate::error::{Error, Result};
use rusqlite::OptionalExtension;

impl Shop {
    /// A stored preference, `None` where it was never set.
    ///
    /// # Errors
    /// [`Error::Stored`] where the stored text is not what is asked for.
    pub fn setting<T: DeserializeOwned>(&self, key: &'static str) -> Result<Option<T>> {
        self.read(|connection| {
            let text: Option<String> =
                connection.prepare_cached("SELECT value FROM settings WHERE key = ?1")?.query_row([key], |r| r.get(0)).optional()?;
            text.map(|t| serde_json::from_str(&t).map_err(|_| Error::Stored { field: "settings.value", value: key.to_owned() })).transpose()
        })
    }

    /// Stores a preference. Preferences are not part of undo.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn set_setting<T: Serialize>(&self, key: &'static str, value: &T) -> Result<()> {
        let text =
            serde_json::to_string(value).map_err(|e| Error::BadValue { field: "setting", value: e.to_string(), reason: "not_json" })?;
        self.writer()?.execute(
            "INSERT INTO settings (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, text),
        )?;
        Ok(())
    }
}
