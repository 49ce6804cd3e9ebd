//! What is sent where: the lines of a basket.

use serde::{Deserialize, Serialize};

use super::template::Combine;

/// What is sent where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct Basket {
    /// A region code or a plain address.
    pub to: String,
    /// The way to send; the template's first where none is named.
    #[serde(default)]
    pub method: Option<String>,
    /// How several templates combine; as the usual template says where this does not.
    #[serde(default)]
    pub combine: Option<Combine>,
    /// What is in it.
    pub lines: Vec<Line>,
}

/// One line of a basket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The product, for words.
    #[serde(default)]
    pub name: String,
    /// How many.
    pub pieces: i64,
    /// Grams of one piece.
    #[serde(default)]
    pub weight: Option<i64>,
    /// cm³ of one piece.
    #[serde(default)]
    pub volume: Option<i64>,
    /// What the line costs after discounts, in minor units.
    #[serde(default)]
    pub amount: i64,
    /// The template of the product; the one asked about where none is named.
    #[serde(default)]
    pub template: Option<String>,
    /// A flat fee of the product's own instead of a template's.
    #[serde(default)]
    pub own_fee: Option<i64>,
    /// Whether the product is always sent free.
    #[serde(default)]
    pub always_free: bool,
    /// Whether the product pays its own share, as if alone, and has no part in free shipping (oversize).
    #[serde(default)]
    pub excluded_from_free: bool,
}
