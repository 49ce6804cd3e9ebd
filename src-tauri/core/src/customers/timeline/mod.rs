//! What happened with a person, in one stream, the newest first.
//!
//! A kind of entry is one file: a function that reads a person's newest entries, and a line in [`KINDS`].

mod complaints;
mod contacts;
mod notes;
mod orders;
mod parcels;
mod promises;
mod remedies;
mod reviews;
mod tags;

use rusqlite::Connection;
use serde::Serialize;

use crate::error::Result;
use crate::storage::Shop;
use crate::time::Seconds;

/// Something that happened. What its texts mean is the kind's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct TimelineEntry {
    /// `order`, `parcel`, `contact`, `note`, `tag`, `complaint`, `remedy`, `promise`, `review`.
    pub kind: String,
    /// Its id among entries of its kind.
    pub id: i64,
    /// When.
    pub at: Seconds,
    /// What happened to it, as a word: a status, an outcome, a stage.
    pub word: String,
    /// A second word: a channel, a cause.
    pub also: String,
    /// Text in the shop's own words.
    pub text: String,
    /// A second text: a number, a courier.
    pub detail: String,
    /// Money in minor units, with its currency.
    pub amount: Option<(i64, String)>,
    /// The order to open.
    pub order_id: Option<i64>,
    /// The complaint to open.
    pub complaint_id: Option<i64>,
    /// The review to open.
    pub review_id: Option<i64>,
}

type Read = fn(&Connection, Window) -> Result<Vec<TimelineEntry>>;

/// Every kind, in the order in which filters show them.
const KINDS: [(&str, Read); 9] = [
    ("order", orders::read),
    ("parcel", parcels::read),
    ("contact", contacts::read),
    ("complaint", complaints::read),
    ("remedy", remedies::read),
    ("promise", promises::read),
    ("review", reviews::read),
    ("note", notes::read),
    ("tag", tags::read),
];

/// Which entries a kind reads: the newest `count` of a person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub customer: i64,
    pub count: i64,
}

/// A part of the stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Timeline {
    /// All kinds there are.
    pub kinds: Vec<String>,
    /// The entries, the newest first.
    pub entries: Vec<TimelineEntry>,
    /// There is more before the last of them.
    pub more: bool,
}

impl Shop {
    /// The newest entries of a person: of these kinds (all where none is named), after skipping `from` of them.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`].
    pub fn timeline(&self, customer: i64, kinds: &[String], from: usize, count: usize) -> Result<Timeline> {
        self.read(|connection| {
            super::edit::name_of(connection, customer)?;
            let wanted = from.saturating_add(count).saturating_add(1);
            let window = Window { customer, count: i64::try_from(wanted).unwrap_or(i64::MAX) };
            let mut entries = Vec::new();
            for (kind, read) in KINDS.iter().filter(|(kind, _)| kinds.is_empty() || kinds.iter().any(|k| k == kind)) {
                entries.extend(read(connection, window)?.into_iter().map(|e| TimelineEntry { kind: (*kind).to_owned(), ..e }));
            }
            entries.sort_by_key(|e| std::cmp::Reverse((e.at, e.id)));
            let more = entries.len() > from + count;
            Ok(Timeline {
                kinds: KINDS.iter().map(|(kind, _)| (*kind).to_owned()).collect(),
                entries: entries.into_iter().skip(from).take(count).collect(),
                more,
            })
        })
    }
}
