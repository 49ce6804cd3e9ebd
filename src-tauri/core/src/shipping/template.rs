//! A shipping template, in memory and in its exchange format: one JSON file per template.

use serde::{Deserialize, Serialize};

use crate::money::Currency;
use crate::regions::RegionCode;

/// What shipping costs the buyer, or what a courier costs the seller.
///
/// Money is integer minor units of `currency`; quantities are pieces, grams or cubic centimetres by `measure`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Unique among the active ones.
    pub name: String,
    /// Where the parcels leave from.
    #[serde(default)]
    pub origin: Option<RegionCode>,
    /// Who pays.
    pub payer: Payer,
    /// What is counted.
    pub measure: Measure,
    /// How the fees of several templates in one basket become one.
    #[serde(default)]
    pub combine: Combine,
    /// cm³ per kg: billed weight = max(actual, ceil(volume × 1000 / divisor)) grams. Only by weight.
    #[serde(default)]
    pub volumetric_divisor: Option<i64>,
    /// The first day of this version, `YYYY-MM-DD`; none: since ever.
    #[serde(default)]
    pub valid_from: Option<String>,
    /// The currency of all its amounts; CNY where the file does not say.
    #[serde(default = "yuan", skip_serializing_if = "is_yuan")]
    pub currency: Currency,
    /// The ways to send, each with its own rules. The first is the usual one.
    pub methods: Vec<Method>,
}

fn yuan() -> Currency {
    Currency::CNY
}

fn is_yuan(currency: &Currency) -> bool {
    *currency == Currency::CNY
}

/// Who pays for shipping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Payer {
    /// The buyer pays what the rules say.
    Buyer,
    /// 包邮: the fee is 0; what the parcel costs is still known from the courier's table.
    Seller,
}

/// What a template counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Pieces.
    Piece,
    /// Grams.
    Weight,
    /// Cubic centimetres.
    Volume,
}

/// How the fees of several templates become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// Added.
    #[default]
    Sum,
    /// The one with the highest first fee whole, of every other only its steps, for its whole quantity.
    HighestFirst,
    /// Only the highest.
    Max,
}

/// One way to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// `express` 快递, `ems` EMS, `surface` 平邮, or the seller's own word.
    pub method: String,
    /// What it costs where.
    pub rules: Vec<Rule>,
    /// Where and when it is free.
    #[serde(default)]
    pub free: Vec<FreeCondition>,
    /// Where nothing is sent, and why.
    #[serde(default)]
    pub no_delivery: Vec<NoDelivery>,
}

/// A place in a list of regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Place {
    /// Everywhere that no other entry of that list's kind names. In a free condition: not the regions either that the
    /// table of fees lists apart at a dearer price, so that it means the same in every part of a template.
    Default,
    /// Every region that no other entry of that list's kind names, the dear ones too. Not in a table of fees.
    Everywhere,
    /// A region and everything inside it that is not named itself.
    Region(RegionCode),
}

impl specta::Type for Place {
    fn definition(types: &mut specta::Types) -> specta::datatype::DataType {
        <String as specta::Type>::definition(types)
    }
}

impl TryFrom<String> for Place {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "default" => Ok(Place::Default),
            "everywhere" => Ok(Place::Everywhere),
            code => RegionCode::parse(code)
                .map(Place::Region)
                .ok_or_else(|| format!("{text:?} is neither \"default\" nor \"everywhere\" nor a region code")),
        }
    }
}

impl From<Place> for String {
    fn from(place: Place) -> String {
        match place {
            Place::Default => "default".to_owned(),
            Place::Everywhere => "everywhere".to_owned(),
            Place::Region(code) => code.to_string(),
        }
    }
}

/// `fee = first_fee` up to `first`, then `step_fee` for each begun `step`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Where it holds.
    pub regions: Vec<Place>,
    /// Regions inside those where it does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<RegionCode>,
    /// Quantity covered by the first fee.
    pub first: i64,
    /// The fee up to it.
    pub first_fee: i64,
    /// Quantity of one step; at least 1.
    pub step: i64,
    /// The fee of each begun step.
    pub step_fee: i64,
}

/// Free shipping in some regions, under conditions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct FreeCondition {
    /// Where it holds.
    pub regions: Vec<Place>,
    /// Regions inside those where it does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<RegionCode>,
    /// When it holds.
    #[serde(flatten)]
    pub when: When,
}

/// Which of several bounds must be kept. Always written out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Every one of them; at least one. From one piece on is always.
    All(Vec<Bound>),
    /// At least one of them.
    Any(Vec<Bound>),
}

impl When {
    /// The bounds.
    pub fn bounds(&self) -> &[Bound] {
        match self {
            When::All(bounds) | When::Any(bounds) => bounds,
        }
    }
}

/// One bound, inclusive, on the pooled lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// Goods amount after discounts, in minor units.
    AmountAtLeast(i64),
    /// Pieces.
    PiecesAtLeast(i64),
    /// Actual weight in grams.
    WeightAtMost(i64),
    /// Actual weight in grams.
    WeightAtLeast(i64),
}

/// Regions nothing is sent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct NoDelivery {
    /// Where.
    pub regions: Vec<Place>,
    /// Regions inside those where something is sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<RegionCode>,
    /// Why, in the seller's words.
    pub reason: String,
}
