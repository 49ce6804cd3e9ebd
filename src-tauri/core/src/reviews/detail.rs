//! One review, whole: what was written and how it changed, whose it is, what was done, what comes next.

use rusqlite::Connection;
use serde::Serialize;

use super::contact_plan::{self, Basis, ContactPlan};
use super::follow::Attempts;
use super::list::{ReviewLine, line};
use super::store;
use super::words::Rating;
use crate::calendar::rules::{calendar, rules};
use crate::complaints::attachments::{self, Attachment};
use crate::contacts::record::{self, Contact};
use crate::error::Result;
use crate::orders::list::{OrderLine, line_of};
use crate::storage::Shop;
use crate::time::{Moment, Seconds};

/// How a review was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct ReviewVersion {
    /// When it was found to have changed.
    pub seen_at: Seconds,
    pub rating: Rating,
    pub stars: Option<u8>,
    pub text: String,
    pub appended: String,
    pub pictures: u32,
    pub reply: String,
    pub gone: bool,
}

/// One review, whole.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct Review {
    #[serde(flatten)]
    pub line: ReviewLine,
    /// The whole text.
    pub words: String,
    pub appended_text: String,
    pub appended_at: Option<Seconds>,
    pub buyer: String,
    pub reply: String,
    pub replied_at: Option<Seconds>,
    pub recorded_at: Seconds,
    /// When it was seen to be deleted on the platform.
    pub gone_at: Option<Seconds>,
    pub cause_note: String,
    pub off_platform: bool,
    pub off_platform_note: String,
    /// The newest change first.
    pub versions: Vec<ReviewVersion>,
    pub order: Option<OrderLine>,
    /// Titles of the order's items.
    pub items: Vec<String>,
    /// The telephone numbers a call may use.
    pub phones: Vec<String>,
    /// The newest first.
    pub contacts: Vec<Contact>,
    pub plan: ContactPlan,
    pub attachments: Vec<Attachment>,
}

impl Shop {
    /// One review, whole.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`].
    pub fn review(&self, id: i64, now: Moment) -> Result<Review> {
        let folder = self.attachments_folder();
        self.read(|connection| review(connection, &folder, id, now))
    }
}

pub(crate) fn review(connection: &Connection, folder: &std::path::Path, id: i64, now: Moment) -> Result<Review> {
    let row = store::by_id(connection, id)?;
    let rules = rules(connection)?.reviews;
    let preference = row.customer_id.map(|c| crate::contacts::preference::of(connection, c)).transpose()?.unwrap_or_default();
    let order = row.order_id.map(|order| line_of(connection, order)).transpose()?;
    let items = match row.order_id {
        Some(order) => crate::complaints::take_in::titles_of(connection, order)?,
        None => Vec::new(),
    };
    let phones = phones_of(connection, row.customer_id)?;
    let attempts = Attempts::of(connection, id)?;
    let calendar = calendar(connection, now.zone)?;
    let basis = Basis { row: &row, attempts, rules: &rules, preference: &preference, calendar: &calendar, has_phone: !phones.is_empty() };
    let plan = contact_plan::plan(connection, &basis, now)?;
    Ok(Review {
        words: row.text.clone(),
        appended_text: row.appended.clone(),
        appended_at: row.appended_at,
        buyer: row.buyer.clone(),
        reply: row.reply.clone(),
        replied_at: row.replied_at,
        recorded_at: row.recorded_at,
        gone_at: row.gone_at,
        cause_note: row.cause_note.clone(),
        off_platform: row.off_platform,
        off_platform_note: row.off_platform_note.clone(),
        versions: versions(connection, id)?,
        order,
        items,
        phones,
        contacts: record::of_review(connection, id)?,
        plan,
        attachments: attachments::of(connection, folder, attachments::Owner::Review(id))?,
        line: line(connection, row, &rules, now)?,
    })
}

fn versions(connection: &Connection, id: i64) -> Result<Vec<ReviewVersion>> {
    let mut statement = connection.prepare_cached(
        "SELECT seen_at, rating, stars, text, appended, pictures, reply, gone FROM review_versions WHERE review_id = ?1 ORDER BY id DESC",
    )?;
    let mut rows = statement.query([id])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(ReviewVersion {
            seen_at: row.get(0)?,
            rating: Rating::parse(&row.get::<_, String>(1)?)?,
            stars: row.get(2)?,
            text: row.get(3)?,
            appended: row.get(4)?,
            pictures: row.get(5)?,
            reply: row.get(6)?,
            gone: row.get(7)?,
        });
    }
    Ok(found)
}

fn phones_of(connection: &Connection, customer: Option<i64>) -> Result<Vec<String>> {
    let Some(customer) = customer else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached("SELECT number FROM phones WHERE customer_id = ?1 ORDER BY id")?;
    Ok(statement.query_map([customer], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
}
