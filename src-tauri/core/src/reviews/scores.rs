//! The three scores a platform gives a shop (description, service, logistics), by day, beside what happened in the
//! shop: what the seller noted, and fixes that were done.

use chrono::NaiveDate;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::storage::{Change, Op, Shop};
use crate::text::checked_text;
use crate::time::{Moment, Seconds, local_day};

/// A day's scores, in hundredths: 4.86 is 486.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)]
pub struct ShopScore {
    /// `None` for one that is added.
    pub id: Option<i64>,
    /// The shop in the seller's words; empty where there is one.
    pub shop: String,
    /// `YYYY-MM-DD`.
    pub day: String,
    pub description: Option<i64>,
    pub service: Option<i64>,
    pub logistics: Option<i64>,
}

/// Something that happened on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ShopEvent {
    /// The note's id; `None` for a fix.
    pub id: Option<i64>,
    /// `YYYY-MM-DD`.
    pub day: String,
    /// What.
    pub text: String,
}

/// The log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ScoreLog {
    /// The newest first.
    pub scores: Vec<ShopScore>,
    /// The newest first.
    pub events: Vec<ShopEvent>,
}

fn day_of(text: &str) -> Result<NaiveDate> {
    text.trim().parse().map_err(|_| Error::BadValue { field: "score.day", value: text.to_owned(), reason: "not_a_date" })
}

impl Shop {
    /// The scores and what happened beside them.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn score_log(&self, now: Moment) -> Result<ScoreLog> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, shop, day, description, service, logistics FROM shop_scores ORDER BY day DESC, shop LIMIT 1000",
            )?;
            let scores = statement
                .query_map([], |r| {
                    Ok(ShopScore {
                        id: r.get(0)?,
                        shop: r.get(1)?,
                        day: r.get(2)?,
                        description: r.get(3)?,
                        service: r.get(4)?,
                        logistics: r.get(5)?,
                    })
                })?
                .collect::<rusqlite::Result<_>>()?;
            let mut notes = connection.prepare_cached("SELECT id, day, text FROM shop_notes ORDER BY day DESC, id DESC LIMIT 1000")?;
            let mut events: Vec<ShopEvent> = notes
                .query_map([], |r| Ok(ShopEvent { id: r.get(0)?, day: r.get(1)?, text: r.get(2)? }))?
                .collect::<rusqlite::Result<_>>()?;
            let mut fixes = connection.prepare_cached("SELECT done_at, what FROM fixes WHERE done_at IS NOT NULL")?;
            let mut rows = fixes.query([])?;
            while let Some(row) = rows.next()? {
                let day = local_day(row.get(0)?, now.zone).map(|d| d.to_string()).unwrap_or_default();
                events.push(ShopEvent { id: None, day, text: row.get(1)? });
            }
            events.sort_by(|a, b| b.day.cmp(&a.day));
            Ok(ScoreLog { scores, events })
        })
    }

    /// Writes the scores of a day down; what is given takes the place of what the same shop and day had.
    ///
    /// # Errors
    /// [`Error::BadValue`] for no day, a day to come, no score, or one above 100.
    pub fn save_score(&self, score: &ShopScore, now: Moment) -> Result<Change> {
        let day = day_of(&score.day)?;
        if local_day(now.at, now.zone).is_some_and(|today| day > today) {
            return Err(Error::BadValue { field: "score.day", value: score.day.clone(), reason: "in_future" });
        }
        let values = [score.description, score.service, score.logistics];
        if values.iter().all(Option::is_none) {
            return Err(Error::BadValue { field: "score", value: String::new(), reason: "blank" });
        }
        if let Some(wrong) = values.into_iter().flatten().find(|v| !(0..=10_000).contains(v)) {
            return Err(Error::BadValue { field: "score", value: wrong.to_string(), reason: "out_of_range" });
        }
        let shop = checked_text("score.shop", &score.shop, 200)?;
        let (change, ()) = self.transact(Op::EditScores, now.at, |tx| {
            if let Some(id) = score.id {
                tx.execute("DELETE FROM shop_scores WHERE id = ?1", [id])?;
            }
            tx.execute(
                "INSERT INTO shop_scores (shop, day, description, service, logistics) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (shop, day) DO UPDATE SET description = coalesce(excluded.description, description),
                 service = coalesce(excluded.service, service), logistics = coalesce(excluded.logistics, logistics)",
                params![shop, day.to_string(), score.description, score.service, score.logistics],
            )?;
            Ok((day.to_string(), ()))
        })?;
        Ok(change)
    }

    /// Takes a day's scores away.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_score(&self, id: i64, now: Seconds) -> Result<Change> {
        self.delete_of("DELETE FROM shop_scores WHERE id = ?1", id, now)
    }

    /// Notes what happened on a day.
    ///
    /// # Errors
    /// [`Error::BadValue`] for no day or no text.
    pub fn add_shop_note(&self, day: &str, text: &str, now: Seconds) -> Result<Change> {
        let day = day_of(day)?;
        let text = checked_text("note", text, 500)?;
        if text.is_empty() {
            return Err(Error::BadValue { field: "note", value: text, reason: "blank" });
        }
        let (change, ()) = self.transact(Op::EditScores, now, |tx| {
            tx.execute("INSERT INTO shop_notes (day, text) VALUES (?1, ?2)", (day.to_string(), &text))?;
            Ok((text, ()))
        })?;
        Ok(change)
    }

    /// Takes a note away.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_shop_note(&self, id: i64, now: Seconds) -> Result<Change> {
        self.delete_of("DELETE FROM shop_notes WHERE id = ?1", id, now)
    }

    fn delete_of(&self, sql: &'static str, id: i64, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::EditScores, now, |tx| match tx.execute(sql, [id])? {
            0 => Err(Error::NotFound { what: "score", key: id.to_string() }),
            _ => Ok((String::new(), ())),
        })?;
        Ok(change)
    }
}
