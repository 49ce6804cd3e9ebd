//! Reviews as lists: those to be seen to, the most urgent first; positive ones that wait for a reply; all.

use rusqlite::Connection;
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};

use super::follow::{Attempts, ReviewStep, next_attempt_from, next_step};
use super::store::{self, Row};
use super::words::{Rating, ReviewCause, ReviewOutcome};
use crate::calendar::rules::{ReviewRules, rules};
use crate::error::Result;
use crate::storage::Shop;
use crate::text::{LONGEST_QUESTION, check_length};
use crate::time::{Moment, Seconds, Zone};

/// Which list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ReviewList {
    /// Negative and neutral ones that are not closed, the one that is due first at the top.
    #[default]
    Queue,
    /// Positive ones without a reply, the freshest first.
    ToThank,
    /// Those whose buyer is not known.
    Unlinked,
    /// All.
    All,
}

/// Which reviews.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct ReviewQuery {
    /// The list.
    pub list: ReviewList,
    /// A name or another handle, an order number, words of the review, of its reply, of the product.
    pub text: String,
    /// By rating.
    pub rating: Option<Rating>,
    /// By cause.
    pub cause: Option<ReviewCause>,
    /// By outcome.
    pub outcome: Option<ReviewOutcome>,
    /// By product, in its own words.
    pub product: Option<String>,
    /// Of this person.
    pub customer_id: Option<i64>,
    /// Written at this second or later.
    pub since: Option<Seconds>,
}

/// A review in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct ReviewLine {
    pub id: i64,
    pub rating: Rating,
    pub stars: Option<u8>,
    /// The beginning of the buyer's words.
    pub text: String,
    pub appended: bool,
    pub pictures: u32,
    pub customer_id: Option<i64>,
    /// The customer's name, else what the platform shows of the buyer.
    pub name: String,
    pub order_number: String,
    pub product: String,
    pub reviewed_at: Seconds,
    /// Whole hours since it last needed an answer: written, added to, or changed for the worse.
    pub hours: i64,
    pub replied: bool,
    pub gone: bool,
    pub cause: Option<ReviewCause>,
    pub refused: bool,
    pub attempts: Attempts,
    pub step: ReviewStep,
    /// By when the next step should be done; `None` where there is none.
    pub due_at: Option<Seconds>,
    /// Until when the buyer can change it on its platform, as the seller's rules have it.
    pub change_until: Option<Seconds>,
    pub outcome: Option<ReviewOutcome>,
    pub complaint_id: Option<i64>,
}

/// A window of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ReviewPage {
    /// How many fit in all.
    pub total: i64,
    /// In the queue, to be thanked, without a known buyer, all: whatever is filtered.
    pub counts: (i64, i64, i64, i64),
    /// Position of the first row here.
    pub from: i64,
    /// The rows.
    pub rows: Vec<ReviewLine>,
}

const QUEUE: &str = "closed_at IS NULL AND gone_at IS NULL AND rating <> 'positive'";
const TO_THANK: &str = "closed_at IS NULL AND gone_at IS NULL AND rating = 'positive' AND reply = ''";
const UNLINKED: &str = "customer_id IS NULL";

impl Shop {
    /// A window of a list of reviews.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn reviews(&self, query: &ReviewQuery, from: i64, count: i64, now: Moment) -> Result<ReviewPage> {
        self.read(|connection| {
            let (condition, values) = conditions(connection, query)?;
            let total = connection
                .prepare_cached(&format!("SELECT count(*) FROM reviews{condition}"))?
                .query_row(rusqlite::params_from_iter(&values), |r| r.get(0))?;
            let counts = connection
                .prepare_cached(&format!(
                    "SELECT (SELECT count(*) FROM reviews WHERE {QUEUE}), (SELECT count(*) FROM reviews WHERE {TO_THANK}),
                     (SELECT count(*) FROM reviews WHERE {UNLINKED}), (SELECT count(*) FROM reviews)"
                ))?
                .query_row([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
            let rules = rules(connection)?.reviews;
            let freshest = format!("{condition} ORDER BY fresh_at DESC, id DESC");
            let rows = if query.list == ReviewList::Queue {
                by_urgency(connection, store::all(connection, &freshest, &values)?, &rules, now)?
                    .into_iter()
                    .skip(from.max(0) as usize)
                    .take(count.max(0) as usize)
                    .collect()
            } else {
                store::all(connection, &format!("{freshest} LIMIT {} OFFSET {}", count.max(0), from.max(0)), &values)?
            };
            let rows = rows.into_iter().map(|row| line(connection, row, &rules, now)).collect::<Result<_>>()?;
            Ok(ReviewPage { total, counts, from, rows })
        })
    }
}

/// What has to be done for a review next, after how many attempts, and by when.
fn next(connection: &Connection, row: &Row, rules: &ReviewRules, now: Moment) -> Result<(Attempts, ReviewStep, Option<Seconds>)> {
    let may_contact = match row.customer_id {
        Some(customer) => !crate::contacts::preference::of(connection, customer)?.no_contact,
        None => true,
    };
    let attempts = Attempts::of(connection, row.id)?;
    let step = next_step(row, attempts, rules, may_contact);
    Ok((attempts, step, due_at(row, attempts, step, rules, now.zone)))
}

/// The one that is due first at the top, those without a time at the end; of two alike the fresher one first, as they came.
fn by_urgency(connection: &Connection, rows: Vec<Row>, rules: &ReviewRules, now: Moment) -> Result<Vec<Row>> {
    let mut timed = Vec::with_capacity(rows.len());
    for row in rows {
        let (_, _, due) = next(connection, &row, rules, now)?;
        timed.push((due.is_none(), due, row));
    }
    timed.sort_by_key(|(never, due, _)| (*never, *due));
    Ok(timed.into_iter().map(|(_, _, row)| row).collect())
}

/// A review as a line.
pub(crate) fn line(connection: &Connection, row: Row, rules: &ReviewRules, now: Moment) -> Result<ReviewLine> {
    const WORDS: usize = 160;
    let name = row.customer_id.map(|id| crate::customers::edit::name_of(connection, id)).transpose()?.filter(|n| !n.is_empty());
    let (attempts, step, due_at) = next(connection, &row, rules, now)?;
    Ok(ReviewLine {
        id: row.id,
        rating: row.rating,
        stars: row.stars,
        text: row.text.chars().take(WORDS).collect(),
        appended: !row.appended.is_empty(),
        pictures: row.pictures,
        customer_id: row.customer_id,
        name: name.unwrap_or_else(|| row.buyer.clone()),
        order_number: row.order_number.clone(),
        product: row.product.clone(),
        reviewed_at: row.reviewed_at,
        hours: (now.at.saturating_sub(row.fresh_at) / 3_600).max(0),
        replied: !row.reply.is_empty(),
        gone: row.gone_at.is_some(),
        cause: row.cause,
        refused: row.refused_at.is_some(),
        attempts,
        step,
        due_at,
        change_until: change_until(connection, &row, rules)?,
        outcome: row.outcome,
        complaint_id: row.complaint_id,
    })
}

/// By when the next step should be done.
pub(crate) fn due_at(row: &Row, attempts: Attempts, step: ReviewStep, rules: &ReviewRules, zone: Zone) -> Option<Seconds> {
    const DAY: i64 = 86_400;
    let first = row.fresh_at + i64::from(rules.first_contact_hours) * 3_600;
    // A day after what was done last; what the buyer added since then begins anew.
    let after = |last: Seconds| if row.fresh_at > last { first } else { last + DAY };
    match (step, row.rating) {
        (ReviewStep::Done, _) => None,
        (ReviewStep::Reply, Rating::Positive) => rules.thank_days.map(|days| row.fresh_at + i64::from(days) * DAY),
        (ReviewStep::SetCause, _) => Some(first),
        // The next attempt comes within a day of the one before it, and never before the pause is over.
        (ReviewStep::Contact, _) => {
            Some(attempts.last_at.map_or(first, after).max(next_attempt_from(attempts, rules, zone).unwrap_or(first)))
        }
        (ReviewStep::Reply, _) => Some(attempts.last_at.or(row.refused_at).map_or(first, after)),
        // It ends when there was time to change one's mind.
        (ReviewStep::Close, _) => Some(row.replied_at.or(attempts.last_at).unwrap_or(first).max(row.fresh_at) + 7 * DAY),
    }
}

fn change_until(connection: &Connection, row: &Row, rules: &ReviewRules) -> Result<Option<Seconds>> {
    let Some(shop) = row.shop_id else { return Ok(None) };
    let platform: String = connection.prepare_cached("SELECT platform FROM shops WHERE id = ?1")?.query_row([shop], |r| r.get(0))?;
    // taobao_orders and taobao_items are both of taobao.
    let days = rules.change_days.iter().find(|(name, _)| platform.starts_with(name.as_str())).map(|(_, days)| *days);
    Ok(days.map(|days| row.reviewed_at + i64::from(days) * 86_400))
}

fn conditions(connection: &Connection, query: &ReviewQuery) -> Result<(String, Vec<Value>)> {
    let mut parts: Vec<String> = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    match query.list {
        ReviewList::Queue => parts.push(QUEUE.to_owned()),
        ReviewList::ToThank => parts.push(TO_THANK.to_owned()),
        ReviewList::Unlinked => parts.push(UNLINKED.to_owned()),
        ReviewList::All => {}
    }
    let mut add = |part: &str, value: Value| {
        values.push(value);
        parts.push(part.replace('?', &format!("?{}", values.len())));
    };
    if let Some(rating) = query.rating {
        add("rating = ?", rating.as_str().to_owned().into());
    }
    if let Some(cause) = query.cause {
        add("cause = ?", cause.as_str().to_owned().into());
    }
    if let Some(outcome) = query.outcome {
        add("outcome = ?", outcome.as_str().to_owned().into());
    }
    if let Some(product) = &query.product {
        add("product = ?", product.clone().into());
    }
    if let Some(customer) = query.customer_id {
        add("customer_id = ?", customer.into());
    }
    if let Some(since) = query.since {
        add("reviewed_at >= ?", since.into());
    }
    check_length("search", &query.text, LONGEST_QUESTION)?;
    for word in query.text.split_whitespace() {
        let people: Vec<i64> = crate::customers::search::find(connection, word)?.unwrap_or_default().into_iter().collect();
        values.push(serde_json::to_string(&people).unwrap_or_else(|_| "[]".to_owned()).into());
        let people = values.len();
        values.push(word.to_lowercase().into());
        let word_at = values.len();
        parts.push(format!(
            "(customer_id IN (SELECT value FROM json_each(?{people})) OR
              instr(lower(text || ' ' || appended || ' ' || product || ' ' || buyer || ' ' || order_number || ' ' || reply), ?{word_at}))"
        ));
    }
    Ok((if parts.is_empty() { String::new() } else { format!(" WHERE {}", parts.join(" AND ")) }, values))
}
