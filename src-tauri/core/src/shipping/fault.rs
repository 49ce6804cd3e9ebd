//! Why there is no fee. Each names what to mend; none of them is ever a silent 0.

use serde::Serialize;
use serde_json::{Value, json};

/// Why a fee cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FeeError {
    /// No rule names the region and there is no default.
    #[error("{template}, {method}: no rule for {region_name} ({region}) and no default; add one of them")]
    NoRuleForRegion {
        /// The template.
        template: String,
        /// Its method.
        method: String,
        /// The region's code.
        region: String,
        /// Its name.
        region_name: String,
    },
    /// The template says that nothing is sent there.
    #[error("{template}, {method}: nothing is sent to {region_name} ({region}): {reason}")]
    NotDelivered {
        /// The template.
        template: String,
        /// Its method.
        method: String,
        /// The region's code.
        region: String,
        /// Its name.
        region_name: String,
        /// The seller's reason.
        reason: String,
    },
    /// The template counts weight and this product has none.
    #[error("the weight of {product} is missing; fill it in at the product")]
    MissingWeight {
        /// The product.
        product: String,
    },
    /// The template counts volume and this product has none.
    #[error("the volume of {product} is missing; fill it in at the product")]
    MissingVolume {
        /// The product.
        product: String,
    },
    /// The product is bound to no template and there is no default one.
    #[error("{product} has no shipping template: there is none named {template:?}")]
    MissingTemplate {
        /// The product.
        product: String,
        /// The template that was named, if one was.
        template: String,
    },
    /// The template has no such way to send.
    #[error("{template} has no method {method:?}; it has {known}")]
    UnknownMethod {
        /// The template.
        template: String,
        /// What was asked for.
        method: String,
        /// What there is.
        known: String,
    },
    /// A code or an address that is no region.
    #[error("{region:?} is no known region{}", if place.is_empty() { String::new() } else { format!(" (at {place})") })]
    UnknownRegion {
        /// The code or the text.
        region: String,
        /// Where it stands, where it stands in a file.
        place: String,
    },
    /// An address that fits several places.
    #[error("{address:?} fits several places: {}", candidates.iter().map(|(code, name)| format!("{name} ({code})")).collect::<Vec<_>>().join(", "))]
    AmbiguousRegion {
        /// The address.
        address: String,
        /// All of them, code and path.
        candidates: Vec<(String, String)>,
    },
    /// The templates of a basket are in several currencies.
    #[error("{first} is in {first_currency} and {second} in {second_currency}; one basket has one currency")]
    MixedCurrencies {
        /// A template.
        first: String,
        /// Its currency.
        first_currency: String,
        /// Another one.
        second: String,
        /// Its currency.
        second_currency: String,
    },
    /// Two rules name the same region.
    #[error("{region} is named by {first} and again by {second}; only one rule may name a region")]
    OverlappingRules {
        /// The region's code, or `default`.
        region: String,
        /// The first rule.
        first: String,
        /// The second rule.
        second: String,
    },
    /// A step of 0 would never end.
    #[error("{place} is 0; a step must be at least 1")]
    ZeroStep {
        /// Where.
        place: String,
    },
    /// A quantity or fee beyond what can be computed exactly.
    #[error("the numbers are too large: {what}")]
    Overflow {
        /// What does not fit.
        what: String,
    },
}

impl FeeError {
    /// The stable name.
    pub fn code(&self) -> &'static str {
        match self {
            FeeError::NoRuleForRegion { .. } => "no_rule_for_region",
            FeeError::NotDelivered { .. } => "not_delivered",
            FeeError::MissingWeight { .. } => "missing_weight",
            FeeError::MissingVolume { .. } => "missing_volume",
            FeeError::MissingTemplate { .. } => "missing_template",
            FeeError::UnknownMethod { .. } => "unknown_method",
            FeeError::UnknownRegion { .. } => "unknown_region",
            FeeError::AmbiguousRegion { .. } => "ambiguous_region",
            FeeError::MixedCurrencies { .. } => "mixed_currencies",
            FeeError::OverlappingRules { .. } => "overlapping_rules",
            FeeError::ZeroStep { .. } => "zero_step",
            FeeError::Overflow { .. } => "overflow",
        }
    }

    /// The values behind it.
    pub fn details(&self) -> Value {
        match serde_json::to_value(self) {
            Ok(Value::Object(mut map)) => {
                map.remove("code");
                Value::Object(map)
            }
            _ => json!({}),
        }
    }
}
