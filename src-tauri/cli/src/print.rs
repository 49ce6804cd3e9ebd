//! One value, as JSON or as a line for people. What buyers wrote never reaches the terminal as a command to it.

use std::io::Write;

use serde::Serialize;
use zhanggui_core::error::{Error, Result};
use zhanggui_core::visible::{escaped, escaped_json};

/// Prints a value.
pub fn value<T: Serialize>(json: bool, value: &T, words: impl FnOnce(&T) -> String) -> Result<()> {
    if json {
        let text = serde_json::to_string_pretty(value).map_err(|e| Error::CannotOpen(e.to_string()))?;
        say(&escaped_json(&text))
    } else {
        say(&escaped(&words(value)))
    }
}

/// Writes a line to standard output. Whoever reads it may have gone, which ends quietly.
fn say(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => other.map_err(|source| Error::File { path: "standard output".to_owned(), source }),
    }
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
