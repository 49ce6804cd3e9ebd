//! Whom to contact now, and what to say: one list of everything that is due, the most urgent first.
//!
//! A source of lines is one file that implements [`Source`] and stands in [`SOURCES`]. A source that keeps state of
//! its own (a complaint, a promise) is done and skipped there; the others leave a mark ([`marks`]).

pub mod arrivals;
pub mod birthdays;
pub mod complaints;
pub mod fixes;
pub mod invitations;
pub mod list;
pub mod marks;
pub mod promises;
pub mod reviews;
pub mod snooze;
pub mod stuck;
pub mod summary;

use rusqlite::{Connection, Transaction};
use rustc_hash::FxHashMap;

use crate::calendar::rules::{DayRules, ReviewRules, Rules};
use crate::calendar::working_time::Calendar;
use crate::contacts::preference::{MayContact, Preference};
use crate::error::Result;
use crate::phrases::values::PhraseAbout;
use crate::time::{Moment, Seconds};

/// Every source, in the order in which lines of equal urgency stand.
pub(crate) const SOURCES: [&dyn Source; 8] = [
    &complaints::Complaints,
    &reviews::Reviews,
    &promises::Promises,
    &stuck::StuckParcels,
    &arrivals::Arrivals,
    &invitations::Invitations,
    &birthdays::Birthdays,
    &fixes::Fixes,
];

/// What a source needs to know of the day.
pub(crate) struct Day<'c> {
    pub connection: &'c Connection,
    pub now: Moment,
    pub day: DayRules,
    pub reviews: ReviewRules,
    pub calendar: Calendar,
    /// The last second of today.
    pub ends: Seconds,
    /// Lines due up to this second are listed.
    pub horizon: Seconds,
    /// Wishes of those who have any that forbid a contact now or at some hour.
    pub wishes: FxHashMap<i64, Preference>,
}

impl Day<'_> {
    /// Whether a person may be contacted now.
    pub fn may_contact(&self, customer: Option<i64>) -> MayContact {
        customer.and_then(|c| self.wishes.get(&c)).map_or(MayContact::Now, |wish| wish.at(self.now))
    }
}

/// Something due, as a source finds it; cheap, because there may be thousands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Due {
    /// The source's name for it, which does not change while it is due.
    pub key: String,
    /// When.
    pub at: Seconds,
    /// A wish and not a duty: it is never overdue, and not proposed to someone who wants no contact.
    pub wish: bool,
    /// Whom and what it is about.
    pub about: PhraseAbout,
}

/// What a line says, for the first lines of the list.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Said {
    /// A name, a title, the words of a promise.
    pub subject: String,
    /// A second text: the product, the courier.
    pub detail: String,
    /// Days, where the line counts some.
    pub days: Option<i64>,
    /// A word of the source's own, such as the stage of a case.
    pub word: String,
    /// The scene whose phrases are proposed; empty: none.
    pub scene: &'static str,
}

/// A source of lines.
pub(crate) trait Source: Sync {
    /// Its stable name.
    fn name(&self) -> &'static str;

    /// Everything due up to the day's horizon.
    fn due(&self, day: &Day<'_>) -> Result<Vec<Due>>;

    /// What a line says.
    fn say(&self, day: &Day<'_>, due: &Due) -> Result<Said>;

    /// The seller did it. Where the source keeps no state, a mark is left.
    fn done(&self, tx: &Transaction<'_>, key: &str, now: Moment) -> Result<()> {
        marks::set(tx, self.name(), key, &marks::Mark::Done, now.at)
    }

    /// The seller will not do it.
    fn skip(&self, tx: &Transaction<'_>, key: &str, reason: &str, now: Moment) -> Result<()> {
        marks::set(tx, self.name(), key, &marks::Mark::Skipped { reason: reason.to_owned() }, now.at)
    }
}

/// The number in a key such as `order:12`.
pub(crate) fn id_in(key: &str) -> Result<i64> {
    key.split(':').nth(1).and_then(|id| id.parse().ok()).ok_or_else(|| crate::Error::NotFound { what: "task", key: key.to_owned() })
}

pub(crate) fn day(connection: &Connection, now: Moment) -> Result<Day<'_>> {
    const SOON: i64 = 3 * 86_400;
    let Rules { day, reviews, .. } = crate::calendar::rules::rules(connection)?;
    let ends = crate::calendar::rules::end_of_day(now);
    let mut wishes = FxHashMap::default();
    let mut statement =
        connection.prepare_cached("SELECT customer_id FROM contact_preferences WHERE no_contact = 1 OR quiet_from IS NOT NULL")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let customer = row.get(0)?;
        wishes.insert(customer, crate::contacts::preference::of(connection, customer)?);
    }
    Ok(Day {
        connection,
        now,
        day,
        reviews,
        calendar: crate::calendar::rules::calendar(connection, now.zone)?,
        ends,
        horizon: ends.saturating_add(SOON),
        wishes,
    })
}
