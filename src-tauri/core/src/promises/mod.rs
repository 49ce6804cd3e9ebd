//! What the seller said they would do: what, to whom, by when; kept, late or broken.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::contacts::record::About;
use crate::error::{Error, Result};
use crate::storage::{Change, Op, Shop};
use crate::text::checked_text;
use crate::time::{Seconds, plausible};

/// A promise as the seller writes it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct PromiseText {
    /// To whom, about what.
    pub about: About,
    /// What was promised.
    pub what: String,
    /// By when.
    pub due_at: Seconds,
}

/// How a promise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum PromiseState {
    /// There is time.
    Open,
    /// The time is over and it is not kept.
    Overdue,
    /// Kept in time.
    Kept,
    /// Kept after its time.
    Late,
    /// It will not be kept.
    Broken,
}

/// A promise that is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct MadePromise {
    pub id: i64,
    #[serde(flatten)]
    pub promise: PromiseText,
    pub made_at: Seconds,
    pub state: PromiseState,
    /// When it was kept or given up.
    pub ended_at: Option<Seconds>,
}

/// What becomes of a promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PromiseEnd {
    /// It is kept.
    Kept {
        /// When.
        at: Seconds,
    },
    /// It will not be kept.
    Broken {
        /// When that was clear.
        at: Seconds,
    },
    /// It is open after all.
    Open,
}

/// How promises were kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct KeptRate {
    /// In time.
    pub kept: i64,
    /// After their time.
    pub late: i64,
    /// Not at all.
    pub broken: i64,
    /// Not decided yet, and past their time.
    pub overdue: i64,
    /// Share kept in time of those decided, in percent; `None` where none is.
    pub percent: Option<i64>,
}

fn state(due_at: Seconds, kept_at: Option<Seconds>, broken_at: Option<Seconds>, now: Seconds) -> PromiseState {
    match (kept_at, broken_at) {
        (Some(kept), _) if kept <= due_at => PromiseState::Kept,
        (Some(_), _) => PromiseState::Late,
        (None, Some(_)) => PromiseState::Broken,
        (None, None) if due_at < now => PromiseState::Overdue,
        (None, None) => PromiseState::Open,
    }
}

const COLUMNS: &str = "id, customer_id, complaint_id, order_id, what, made_at, due_at, kept_at, broken_at";

fn promise_of(r: &rusqlite::Row<'_>, now: Seconds) -> rusqlite::Result<MadePromise> {
    let (due_at, kept_at, broken_at) = (r.get(6)?, r.get(7)?, r.get(8)?);
    Ok(MadePromise {
        id: r.get(0)?,
        promise: PromiseText {
            about: About { customer_id: r.get(1)?, complaint_id: r.get(2)?, order_id: r.get(3)?, review_id: None },
            what: r.get(4)?,
            due_at,
        },
        made_at: r.get(5)?,
        state: state(due_at, kept_at, broken_at, now),
        ended_at: kept_at.or(broken_at),
    })
}

/// A promise by its id.
pub(crate) fn by_id(connection: &Connection, id: i64, now: Seconds) -> Result<MadePromise> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM promises WHERE id = ?1"))?
        .query_row([id], |r| promise_of(r, now))
        .optional()?
        .ok_or_else(|| Error::NotFound { what: "promise", key: id.to_string() })
}

fn of(connection: &Connection, condition: &str, id: i64, now: Seconds) -> Result<Vec<MadePromise>> {
    let sql =
        format!("SELECT {COLUMNS} FROM promises WHERE {condition} ORDER BY (kept_at IS NOT NULL OR broken_at IS NOT NULL), due_at, id");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_map([id], |r| promise_of(r, now))?.collect::<rusqlite::Result<_>>()?)
}

/// The promises of a case, open ones first.
pub(crate) fn of_complaint(connection: &Connection, complaint: i64, now: Seconds) -> Result<Vec<MadePromise>> {
    of(connection, "complaint_id = ?1", complaint, now)
}

/// The open promises to a person, the next one first.
pub(crate) fn open_of_customer(connection: &Connection, customer: i64, now: Seconds) -> Result<Vec<MadePromise>> {
    of(connection, "customer_id = ?1 AND kept_at IS NULL AND broken_at IS NULL", customer, now)
}

/// Writes a promise inside another change.
pub(crate) fn write(tx: &Transaction<'_>, promise: &PromiseText, now: Seconds) -> Result<i64> {
    let what = checked_text("promise.what", &promise.what, 500)?;
    if what.is_empty() {
        return Err(Error::BadValue { field: "promise.what", value: what, reason: "blank" });
    }
    plausible("promise.due_at", promise.due_at)?;
    tx.execute(
        "INSERT INTO promises (customer_id, complaint_id, order_id, what, made_at, due_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![promise.about.customer_id, promise.about.complaint_id, promise.about.order_id, what, now, promise.due_at],
    )?;
    Ok(tx.last_insert_rowid())
}

impl Shop {
    /// Writes a promise down; its id.
    ///
    /// # Errors
    /// [`Error::BadValue`] for nobody, a blank text or a far date; [`Error::NotFound`].
    pub fn make_promise(&self, promise: &PromiseText, now: Seconds) -> Result<(Change, i64)> {
        self.transact(Op::EditPromise, now, |tx| {
            let (about, subject) = promise.about.complete(tx)?;
            Ok((subject, write(tx, &PromiseText { about, ..promise.clone() }, now)?))
        })
    }

    /// Corrects what was promised and by when.
    ///
    /// # Errors
    /// As [`make_promise`](Shop::make_promise).
    pub fn edit_promise(&self, id: i64, what: &str, due_at: Seconds, now: Seconds) -> Result<Change> {
        let what = checked_text("promise.what", what, 500)?;
        if what.is_empty() {
            return Err(Error::BadValue { field: "promise.what", value: what, reason: "blank" });
        }
        plausible("promise.due_at", due_at)?;
        let (change, ()) = self.transact(Op::EditPromise, now, |tx| {
            let known = by_id(tx, id, now)?;
            tx.execute("UPDATE promises SET what = ?2, due_at = ?3 WHERE id = ?1", params![id, what, due_at])?;
            Ok((known.promise.about.complete(tx)?.1, ()))
        })?;
        Ok(change)
    }

    /// Says what became of a promise.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::BadValue`] for a time in the future.
    pub fn end_promise(&self, id: i64, end: &PromiseEnd, now: Seconds) -> Result<Change> {
        let (kept, broken) = match end {
            PromiseEnd::Kept { at } => (Some(*at), None),
            PromiseEnd::Broken { at } => (None, Some(*at)),
            PromiseEnd::Open => (None, None),
        };
        if let Some(at) = kept.or(broken) {
            crate::complaints::take_in::check_received(at, now)?;
        }
        let (change, ()) = self.transact(Op::EditPromise, now, |tx| {
            let known = by_id(tx, id, now)?;
            tx.execute("UPDATE promises SET kept_at = ?2, broken_at = ?3 WHERE id = ?1", params![id, kept, broken])?;
            Ok((known.promise.about.complete(tx)?.1, ()))
        })?;
        Ok(change)
    }

    /// Removes a promise that was written down by mistake.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_promise(&self, id: i64, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::EditPromise, now, |tx| {
            let known = by_id(tx, id, now)?;
            tx.execute("DELETE FROM promises WHERE id = ?1", [id])?;
            Ok((known.promise.about.complete(tx)?.1, ()))
        })?;
        Ok(change)
    }

    /// How promises made since a second were kept.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn kept_rate(&self, since: Seconds, now: Seconds) -> Result<KeptRate> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT due_at, kept_at, broken_at FROM promises WHERE made_at >= ?1")?;
            let mut rows = statement.query([since])?;
            let mut rate = KeptRate::default();
            while let Some(row) = rows.next()? {
                match state(row.get(0)?, row.get(1)?, row.get(2)?, now) {
                    PromiseState::Kept => rate.kept += 1,
                    PromiseState::Late => rate.late += 1,
                    PromiseState::Broken => rate.broken += 1,
                    PromiseState::Overdue => rate.overdue += 1,
                    PromiseState::Open => {}
                }
            }
            let decided = rate.kept + rate.late + rate.broken;
            rate.percent = (decided > 0).then(|| rate.kept * 100 / decided);
            Ok(rate)
        })
    }
}
