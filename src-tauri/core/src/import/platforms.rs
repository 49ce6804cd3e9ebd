//! The exports that are known by their header. Each is one file in `assets/platforms/`; adding one needs no
//! Rust: describe the columns, add a sample to `tests/fixtures`, run the tests.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};

use crate::error::{Error, NearMiss, Result};
use crate::money::DecimalMark;
use crate::text::normalised;
use crate::time::DateOrder;

pub use super::field::Field;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../assets/platforms");

/// What a file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, Default)]
#[serde(rename_all = "snake_case")]
pub enum Provides {
    /// Orders with money and buyer; items as far as the file knows them.
    #[default]
    Orders,
    /// Items of orders whose money and buyer stand in another file.
    Items,
    /// A list of customers.
    Customers,
}

/// How rows make an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, Default)]
#[serde(rename_all = "snake_case")]
pub enum RowsAre {
    /// One row is one order.
    #[default]
    Orders,
    /// One row is one item; what concerns the order stands on the first row or on each.
    Items,
}

/// Whether one order number can stand for two orders of different shops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type, Default)]
#[serde(rename_all = "snake_case")]
pub enum NumbersAre {
    /// The platform gives each number once.
    #[default]
    Global,
    /// Each shop counts for itself (#1001).
    PerShop,
}

/// What a status word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Placed and not paid.
    Unpaid,
    /// Paid and not sent.
    Paid,
    /// On its way.
    Shipped,
    /// Received or settled.
    Completed,
    /// Cancelled, void or refunded as a whole.
    Closed,
    /// A word that is not known.
    Unknown,
}

impl Status {
    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Unpaid => "unpaid",
            Status::Paid => "paid",
            Status::Shipped => "shipped",
            Status::Completed => "completed",
            Status::Closed => "closed",
            Status::Unknown => "unknown",
        }
    }

    /// Reads the stored text.
    ///
    /// # Errors
    /// [`Error::Stored`] for any other text.
    pub fn parse(text: &str) -> Result<Status> {
        [Status::Unpaid, Status::Paid, Status::Shipped, Status::Completed, Status::Closed, Status::Unknown]
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or_else(|| Error::Stored { field: "orders.status", value: text.to_owned() })
    }
}

/// The headers that fill a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(untagged)]
pub enum Headers {
    /// One header.
    One(String),
    /// The first of these that is not blank in a row.
    First(Vec<String>),
    /// The sum of these (money only).
    Sum {
        /// The headers to add.
        sum: Vec<String>,
    },
}

impl Headers {
    /// All the headers named.
    pub fn names(&self) -> &[String] {
        match self {
            Headers::One(name) => std::slice::from_ref(name),
            Headers::First(names) | Headers::Sum { sum: names } => names,
        }
    }
}

/// One kind of export: a file of `assets/platforms`, or a mapping the seller made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// `taobao-orders`
    pub id: String,
    /// The account and shop name space: `taobao`.
    pub platform: String,
    /// What the seller calls it, in Chinese.
    pub name_zh: String,
    /// And in English.
    pub name_en: String,
    /// What the file is about.
    #[serde(default)]
    pub provides: Provides,
    /// How rows make an order.
    #[serde(default)]
    pub rows: RowsAre,
    /// Whether a row without a number belongs to the order above it.
    #[serde(default)]
    pub continuation: bool,
    /// Whether numbers are unique over all shops of the platform.
    #[serde(default)]
    pub numbers: NumbersAre,
    /// IANA zone of times without an offset; none: the shop's own.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// Currency of amounts that name none.
    pub currency: String,
    /// Shops of this platform have many currencies and its files do not name theirs.
    #[serde(default)]
    pub currency_assumed: bool,
    /// The model, and then the count, stand in brackets behind the title.
    #[serde(default)]
    pub model_in_title: bool,
    /// How amounts are written.
    #[serde(default)]
    pub decimal: DecimalMark,
    /// Which of day and month comes first in numeric dates, where the platform is known to be consistent.
    #[serde(default)]
    pub date_order: Option<DateOrder>,
    /// Quotes are ordinary characters.
    #[serde(default)]
    pub literal_quotes: bool,
    /// Cells are taken to the letter, but for the formula guard: our own lists.
    #[serde(default)]
    pub exact: bool,
    /// An order whose number reads `YYMMDD-…` was placed on that day, where the file does not say when.
    #[serde(default)]
    pub number_has_date: bool,
    /// A status that says "refunded" without an amount means the whole sum.
    #[serde(default)]
    pub refund_is_whole: bool,
    /// The column of what was paid says what has come in: where it is less than what is due, it is a deposit.
    #[serde(default)]
    pub paid_is_received: bool,
    /// Headers that must all be present; of alternatives, one.
    pub require: Vec<Headers>,
    /// Headers that must not be present: those that tell a later generation of the same export.
    #[serde(default)]
    pub without: Vec<String>,
    /// Words that mark a row below the data.
    #[serde(default)]
    pub footer: Vec<String>,
    /// Which headers fill which field.
    pub columns: BTreeMap<Field, Headers>,
    /// Status words; a text has the meaning whose longest word it contains.
    #[serde(default)]
    pub status: BTreeMap<Status, Vec<String>>,
    /// What an order is whose status is blank and whose times tell nothing: a platform that lists an order only once it
    /// is paid.
    #[serde(default)]
    pub blank_status: Option<Status>,
    /// Words of a status that mean money went back to the buyer.
    #[serde(default)]
    pub refunded_words: Vec<String>,
    /// Words of a status that mean the order never counted, whatever its other columns say.
    #[serde(default)]
    pub void_words: Vec<String>,
}

impl Platform {
    /// What a status text means. Case and width do not matter; the longest known word in it decides.
    pub fn status_of(&self, text: &str) -> Status {
        let text = normalised(text);
        let mut best = (0, Status::Unknown);
        for (status, words) in &self.status {
            for word in words {
                let word = normalised(word);
                if word.len() > best.0 && text.contains(&word) {
                    best = (word.len(), *status);
                }
            }
        }
        best.1
    }

    /// Whether a status text says that the order never counted.
    pub fn says_void(&self, text: &str) -> bool {
        let text = normalised(text);
        self.void_words.iter().any(|w| text.contains(&normalised(w)))
    }

    /// Whether a status text says that money went back.
    pub fn says_refunded(&self, text: &str) -> bool {
        let text = normalised(text);
        self.refunded_words.iter().any(|w| text.contains(&normalised(w)))
    }
}

static ALL: LazyLock<std::result::Result<Vec<Platform>, (String, String)>> = LazyLock::new(|| {
    let mut platforms = Vec::new();
    for file in FILES.files().filter(|f| f.path().extension().is_some_and(|e| e == "toml")) {
        let name = file.path().display().to_string();
        let text = file.contents_utf8().ok_or_else(|| (name.clone(), "not UTF-8".to_owned()))?;
        platforms.push(toml::from_str::<Platform>(text).map_err(|e| (name, e.to_string()))?);
    }
    platforms.sort_by(|a: &Platform, b: &Platform| a.id.cmp(&b.id));
    Ok(platforms)
});

/// Every platform that is known, by id.
///
/// # Errors
/// [`Error::PlatformFile`] where a description cannot be read: a defect of the build, found by a test.
pub fn all() -> Result<&'static [Platform]> {
    match &*ALL {
        Ok(platforms) => Ok(platforms),
        Err((file, reason)) => Err(Error::PlatformFile { file: file.clone(), reason: reason.clone() }),
    }
}

/// Whether all files of a platform (`taobao`) are written by one clock that their description names, so that the
/// zone of a shop there only decides how times are shown.
///
/// # Errors
/// [`Error::PlatformFile`].
pub fn names_its_zone(platform: &str) -> Result<bool> {
    let mut own = all()?.iter().filter(|p| p.platform == platform).peekable();
    Ok(own.peek().is_some() && own.all(|p| p.time_zone.is_some()))
}

/// One platform by its id.
///
/// # Errors
/// [`Error::UnknownPlatform`].
pub fn by_id(id: &str) -> Result<&'static Platform> {
    all()?.iter().find(|p| p.id == id).ok_or_else(|| Error::UnknownPlatform(id.to_owned()))
}

/// A header as it is compared: widths, case, white space and a leading byte order mark do not matter.
pub fn header_key(header: &str) -> String {
    normalised(header.trim().trim_start_matches('\'').trim_start_matches('"').trim_end_matches('"'))
}

/// The export whose headers an unknown header has most of, where that is a good part of both.
///
/// # Errors
/// As [`all`].
pub fn nearest(header: &[String]) -> Result<Option<NearMiss>> {
    /// Fewer headers in common are common words.
    const KNOWN: usize = 4;
    let present = keys_of(header);
    let has = |name: &String| present.contains(&header_key(name));
    let is_met = |headers: &Headers| headers.names().iter().any(has);
    let mut best: Option<(&'static Platform, (usize, usize))> = None;
    for platform in all()?.iter().filter(|p| !p.exact && !p.without.iter().any(has)) {
        let known = platform.columns.values().flat_map(Headers::names).filter(|n| has(n)).count();
        let met = platform.require.iter().filter(|headers| is_met(headers)).count();
        let number = if platform.provides == Provides::Customers { Field::Name } else { Field::Number };
        let enough = known >= KNOWN && known * 2 >= present.len() && met * 2 >= platform.require.len().min(4);
        let score = (known, met);
        if enough && platform.columns.get(&number).is_some_and(is_met) && best.is_none_or(|(_, best)| score > best) {
            best = Some((platform, score));
        }
    }
    Ok(best.map(|(platform, _)| NearMiss {
        platform: platform.id.clone(),
        name_zh: platform.name_zh.clone(),
        name_en: platform.name_en.clone(),
        missing: platform.require.iter().filter(|headers| !is_met(headers)).filter_map(|h| h.names().first().cloned()).collect(),
    }))
}

fn keys_of(header: &[String]) -> std::collections::HashSet<String> {
    header.iter().map(|h| header_key(h)).filter(|key| !key.is_empty()).collect()
}

/// The platform whose description fits this header best, with how many of its columns it knows.
///
/// # Errors
/// As [`all`].
pub fn recognise(header: &[String]) -> Result<Option<(&'static Platform, usize)>> {
    let present = keys_of(header);
    let has = |name: &String| present.contains(&header_key(name));
    let is_met = |headers: &Headers| headers.names().iter().any(has);
    let mut best: Option<(&'static Platform, (usize, usize))> = None;
    for platform in all()? {
        if !platform.require.iter().all(is_met) || platform.without.iter().any(has) {
            continue;
        }
        let known = platform.columns.values().flat_map(Headers::names).filter(|n| has(n)).count();
        let score = (platform.require.len(), known);
        if best.is_none_or(|(_, best)| score > best) {
            best = Some((platform, score));
        }
    }
    Ok(best.map(|(platform, (_, known))| (platform, known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_description_is_sound() {
        let platforms = all().expect("assets/platforms");
        assert!(platforms.len() >= 20, "only {}", platforms.len());
        for platform in platforms {
            assert!(crate::money::Currency::parse(&platform.currency).is_some(), "{}: currency", platform.id);
            if let Some(zone) = &platform.time_zone {
                assert!(crate::time::parse_zone(zone).is_some(), "{}: {zone}", platform.id);
            }
            assert!(!platform.require.is_empty(), "{}: would fit any file", platform.id);
            let key = if platform.provides == Provides::Customers { Field::Name } else { Field::Number };
            assert!(platform.columns.contains_key(&key) || platform.columns.contains_key(&Field::FirstName), "{}: no {key:?}", platform.id);
        }
    }

    #[test]
    fn the_longest_status_word_decides() {
        let taobao = by_id("taobao-orders").unwrap();
        assert_eq!(taobao.status_of("买家已付款，等待卖家发货"), Status::Paid);
        assert_eq!(taobao.status_of("卖家已发货，等待买家确认"), Status::Shipped);
        assert_eq!(taobao.status_of("等待买家付款"), Status::Unpaid);
        assert_eq!(taobao.status_of("交易成功"), Status::Completed);
        assert_eq!(taobao.status_of("别的"), Status::Unknown);
    }
}
