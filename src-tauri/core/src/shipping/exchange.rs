//! Templates and baskets from files and back. A file that is wrong is refused whole, with the place named.

use serde::de::DeserializeOwned;

use super::basket::Basket;
use super::template::Template;
use super::validate;
use crate::error::{Error, Result};

/// A file larger than this is no template.
const MOST_BYTES: usize = 4 << 20;

/// Reads a template and looks it over.
///
/// # Errors
/// [`Error::BadTemplate`] with the place inside the file, or [`Error::Fee`] for rules that overlap, a step of 0
/// and unknown regions.
pub fn read_template(text: &str) -> Result<Template> {
    let template: Template = read(text)?;
    validate::template(&template)?;
    Ok(template)
}

/// Reads a basket.
///
/// # Errors
/// [`Error::BadTemplate`] with the place inside the file.
pub fn read_basket(text: &str) -> Result<Basket> {
    let basket: Basket = read(text)?;
    validate::basket(&basket)?;
    Ok(basket)
}

/// A template as its file.
///
/// # Errors
/// None that input can cause.
pub fn write_template(template: &Template) -> Result<String> {
    let text = serde_json::to_string_pretty(template).map_err(|e| Error::BadTemplate { place: String::new(), reason: e.to_string() })?;
    Ok(text + "\n")
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MOST_BYTES {
        return Err(Error::BadTemplate { place: String::new(), reason: "the file is far too large".to_owned() });
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|e| {
        let place = e.path().to_string();
        Error::BadTemplate { place: if place == "." { String::new() } else { place }, reason: e.inner().to_string() }
    })?;
    reader.end().map_err(|e| Error::BadTemplate { place: String::new(), reason: e.to_string() })?;
    Ok(value)
}
