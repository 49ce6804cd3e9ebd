//! How a review is stored.

use rusqlite::{Connection, Row as SqlRow, Transaction, params};

use super::words::{Rating, ReviewCause, ReviewOutcome};
use crate::error::{Error, Result};
use crate::time::Seconds;

/// A row of `reviews`; the columns are explained in 0004_reviews.sql.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub id: i64,
    pub match_key: String,
    pub shop_id: Option<i64>,
    pub customer_id: Option<i64>,
    pub order_id: Option<i64>,
    pub product_id: Option<i64>,
    pub order_number: String,
    pub buyer: String,
    pub product: String,
    pub rating: Rating,
    pub stars: Option<u8>,
    pub text: String,
    pub appended: String,
    pub appended_at: Option<Seconds>,
    pub pictures: u32,
    pub reply: String,
    pub replied_at: Option<Seconds>,
    pub reviewed_at: Seconds,
    pub recorded_at: Seconds,
    pub fresh_at: Seconds,
    pub gone_at: Option<Seconds>,
    pub cause: Option<ReviewCause>,
    pub cause_note: String,
    pub refused_at: Option<Seconds>,
    pub outcome: Option<ReviewOutcome>,
    pub closed_at: Option<Seconds>,
    pub complaint_id: Option<i64>,
    pub off_platform: bool,
    pub off_platform_note: String,
}

const COLUMNS: &str = "id, match_key, shop_id, customer_id, order_id, product_id, order_number, buyer, product, rating, stars, text,
    appended, appended_at, pictures, reply, replied_at, reviewed_at, recorded_at, gone_at, cause, cause_note, refused_at, outcome,
    closed_at, complaint_id, off_platform, off_platform_note, fresh_at";

fn row_of(r: &SqlRow<'_>) -> Result<Row> {
    let cause: Option<String> = r.get(20)?;
    let outcome: Option<String> = r.get(23)?;
    Ok(Row {
        id: r.get(0)?,
        match_key: r.get(1)?,
        shop_id: r.get(2)?,
        customer_id: r.get(3)?,
        order_id: r.get(4)?,
        product_id: r.get(5)?,
        order_number: r.get(6)?,
        buyer: r.get(7)?,
        product: r.get(8)?,
        rating: Rating::parse(&r.get::<_, String>(9)?)?,
        stars: r.get(10)?,
        text: r.get(11)?,
        appended: r.get(12)?,
        appended_at: r.get(13)?,
        pictures: r.get(14)?,
        reply: r.get(15)?,
        replied_at: r.get(16)?,
        reviewed_at: r.get(17)?,
        recorded_at: r.get(18)?,
        gone_at: r.get(19)?,
        cause: cause.map(|c| ReviewCause::parse(&c)).transpose()?,
        cause_note: r.get(21)?,
        refused_at: r.get(22)?,
        outcome: outcome.map(|o| ReviewOutcome::parse(&o)).transpose()?,
        closed_at: r.get(24)?,
        complaint_id: r.get(25)?,
        off_platform: r.get(26)?,
        off_platform_note: r.get(27)?,
        fresh_at: r.get(28)?,
    })
}

/// A review by its id.
pub(crate) fn by_id(connection: &Connection, id: i64) -> Result<Row> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM reviews WHERE id = ?1"))?;
    let mut rows = statement.query([id])?;
    match rows.next()? {
        Some(row) => row_of(row),
        None => Err(Error::NotFound { what: "review", key: id.to_string() }),
    }
}

/// Reviews by a condition with its values, which may end in an order and a limit.
pub(crate) fn all(connection: &Connection, condition: &str, values: &[rusqlite::types::Value]) -> Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM reviews{condition}"))?;
    let mut rows = statement.query(rusqlite::params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(row_of(row)?);
    }
    Ok(found)
}

/// The reviews that share this key: the first, and those that carry a number behind it.
pub(crate) fn with_key(connection: &Connection, key: &str) -> Result<Vec<Row>> {
    let values = [key.to_owned().into(), format!("{key}#").into(), format!("{key}$").into()];
    all(connection, " WHERE match_key = ?1 OR match_key >= ?2 AND match_key < ?3 ORDER BY id", &values)
}

impl Row {
    /// Whether something is still to be done about it.
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none() && self.gone_at.is_none()
    }

    /// Whom it is about, in the seller's words: the buyer, else the order, else the product.
    pub fn subject(&self, connection: &Connection) -> Result<String> {
        let name = match self.customer_id {
            Some(customer) => crate::customers::edit::name_of(connection, customer)?,
            None => String::new(),
        };
        Ok([name, self.buyer.clone(), self.order_number.clone(), self.product.clone()]
            .into_iter()
            .find(|s| !s.is_empty())
            .unwrap_or_default())
    }

    /// Writes it as a new row; its id.
    pub fn insert(&self, tx: &Transaction<'_>) -> Result<i64> {
        tx.prepare_cached(
            "INSERT INTO reviews (match_key, shop_id, customer_id, order_id, product_id, order_number, buyer, product, rating, stars, text,
             appended, appended_at, pictures, reply, replied_at, reviewed_at, recorded_at, gone_at, cause, cause_note, refused_at, outcome,
             closed_at, complaint_id, off_platform, off_platform_note, fresh_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28)",
        )?
        .execute(params![
            self.match_key,
            self.shop_id,
            self.customer_id,
            self.order_id,
            self.product_id,
            self.order_number,
            self.buyer,
            self.product,
            self.rating.as_str(),
            self.stars,
            self.text,
            self.appended,
            self.appended_at,
            self.pictures,
            self.reply,
            self.replied_at,
            self.reviewed_at,
            self.recorded_at,
            self.gone_at,
            self.cause.map(ReviewCause::as_str),
            self.cause_note,
            self.refused_at,
            self.outcome.map(ReviewOutcome::as_str),
            self.closed_at,
            self.complaint_id,
            self.off_platform,
            self.off_platform_note,
            self.fresh_at,
        ])?;
        Ok(tx.last_insert_rowid())
    }

    /// Writes its columns back.
    pub fn update(&self, tx: &Transaction<'_>) -> Result<()> {
        tx.prepare_cached(
            "UPDATE reviews SET match_key = ?2, shop_id = ?3, customer_id = ?4, order_id = ?5, product_id = ?6, order_number = ?7, buyer = ?8,
             product = ?9, rating = ?10, stars = ?11, text = ?12, appended = ?13, appended_at = ?14, pictures = ?15, reply = ?16,
             replied_at = ?17, reviewed_at = ?18, gone_at = ?19, cause = ?20, cause_note = ?21, refused_at = ?22, outcome = ?23,
             closed_at = ?24, complaint_id = ?25, off_platform = ?26, off_platform_note = ?27, fresh_at = ?28 WHERE id = ?1",
        )?
        .execute(params![
            self.id,
            self.match_key,
            self.shop_id,
            self.customer_id,
            self.order_id,
            self.product_id,
            self.order_number,
            self.buyer,
            self.product,
            self.rating.as_str(),
            self.stars,
            self.text,
            self.appended,
            self.appended_at,
            self.pictures,
            self.reply,
            self.replied_at,
            self.reviewed_at,
            self.gone_at,
            self.cause.map(ReviewCause::as_str),
            self.cause_note,
            self.refused_at,
            self.outcome.map(ReviewOutcome::as_str),
            self.closed_at,
            self.complaint_id,
            self.off_platform,
            self.off_platform_note,
            self.fresh_at,
        ])?;
        Ok(())
    }

    /// What a change of its words means for the follow-up: something new to answer opens it again, a bad review that
    /// the buyer made good or took away has ended.
    pub fn after_change(&mut self, before: &Row, now: Seconds) {
        let worse = self.rating < before.rating;
        if worse || !self.appended.is_empty() && self.appended != before.appended {
            self.fresh_at = if worse { now } else { self.appended_at.unwrap_or(now) }.max(before.fresh_at);
            (self.outcome, self.closed_at) = (None, None);
        }
        if self.closed_at.is_none() && before.rating != Rating::Positive {
            let ended = match (self.rating, self.gone_at.is_some()) {
                (_, true) => Some(ReviewOutcome::Deleted),
                (Rating::Positive, false) => Some(ReviewOutcome::Changed),
                _ => None,
            };
            (self.outcome, self.closed_at) = (ended, ended.map(|_| now));
        }
        if before.gone_at.is_some() && self.gone_at.is_none() && self.outcome == Some(ReviewOutcome::Deleted) {
            (self.outcome, self.closed_at) = (None, None);
        }
    }

    /// Keeps how it was before it changes.
    pub fn keep_version(&self, tx: &Transaction<'_>, now: Seconds) -> Result<()> {
        tx.prepare_cached(
            "INSERT INTO review_versions (review_id, seen_at, rating, stars, text, appended, pictures, reply, gone)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            self.id,
            now,
            self.rating.as_str(),
            self.stars,
            self.text,
            self.appended,
            self.pictures,
            self.reply,
            self.gone_at.is_some()
        ])?;
        Ok(())
    }
}
