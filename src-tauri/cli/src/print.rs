//! One value, as JSON or as a line for people.

use serde::Serialize;
use zhanggui_core::error::{Error, Result};

/// Prints a value.
pub fn value<T: Serialize>(json: bool, value: &T, words: impl FnOnce(&T) -> String) -> Result<()> {
    if json {
        let text = serde_json::to_string_pretty(value).map_err(|e| Error::CannotOpen(e.to_string()))?;
        println!("{text}");
    } else {
        println!("{}", words(value));
    }
    Ok(())
}

/// Minor units with their currency: `2356.66 CNY`.
pub fn money(minor: i64, currency: &str) -> String {
    match zhanggui_core::money::Currency::parse(currency) {
        Some(c) => format!("{} {currency}", zhanggui_core::money::to_decimal(minor, c)),
        None => minor.to_string(),
    }
}

/// A time in UTC.
pub fn time(at: Option<i64>) -> String {
    at.map(|t| zhanggui_core::time::format_local(t, zhanggui_core::time::parse_zone("UTC").unwrap_or_default())).unwrap_or_default()
}
