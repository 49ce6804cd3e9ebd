//! How a complaint is stored.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::state::{Facts, Stage, State};
use super::words::{Asked, Cause, Outcome};
use crate::contacts::channel::ContactChannel;
use crate::error::{Error, Result};
use crate::time::Seconds;

/// A row of `complaints`; the columns are explained in 0003_care.sql.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub id: i64,
    pub customer_id: Option<i64>,
    pub order_id: Option<i64>,
    pub product_id: Option<i64>,
    pub order_number: String,
    pub order_value: Option<i64>,
    pub currency: Option<String>,
    pub product: String,
    pub courier: String,
    pub channel: ContactChannel,
    pub words: String,
    pub received_at: Seconds,
    pub created_at: Seconds,
    pub stage: Stage,
    pub stage_since: Seconds,
    pub clock_from: Seconds,
    pub clock_used: i64,
    pub clock_worked: i64,
    pub waiting_since: Option<Seconds>,
    pub due_at: Option<Seconds>,
    pub said: String,
    pub problem: String,
    pub agrees: Option<bool>,
    pub next_update_at: Option<Seconds>,
    pub meaning: String,
    pub cause: Option<Cause>,
    pub satisfied: Option<bool>,
    pub follow_note: String,
    pub outcome: Option<Outcome>,
    pub closed_at: Option<Seconds>,
    pub reopened: i64,
    pub asked: Option<Asked>,
    pub asked_channel: Option<ContactChannel>,
    pub thanks: String,
}

const COLUMNS: &str = "id, customer_id, order_id, product_id, order_number, order_value, currency, product, courier, channel, words,
    received_at, created_at, stage, stage_since, clock_from, clock_used, clock_worked, waiting_since, due_at, said, problem, agrees,
    next_update_at, meaning, cause, satisfied, follow_note, outcome, closed_at, reopened, asked, asked_channel, thanks";

fn row_of(r: &rusqlite::Row<'_>) -> Result<Row> {
    let cause: Option<String> = r.get(25)?;
    let outcome: Option<String> = r.get(28)?;
    Ok(Row {
        id: r.get(0)?,
        customer_id: r.get(1)?,
        order_id: r.get(2)?,
        product_id: r.get(3)?,
        order_number: r.get(4)?,
        order_value: r.get(5)?,
        currency: r.get(6)?,
        product: r.get(7)?,
        courier: r.get(8)?,
        channel: ContactChannel::parse(&r.get::<_, String>(9)?)?,
        words: r.get(10)?,
        received_at: r.get(11)?,
        created_at: r.get(12)?,
        stage: Stage::parse(&r.get::<_, String>(13)?)?,
        stage_since: r.get(14)?,
        clock_from: r.get(15)?,
        clock_used: r.get(16)?,
        clock_worked: r.get(17)?,
        waiting_since: r.get(18)?,
        due_at: r.get(19)?,
        said: r.get(20)?,
        problem: r.get(21)?,
        agrees: r.get(22)?,
        next_update_at: r.get(23)?,
        meaning: r.get(24)?,
        cause: cause.map(|c| Cause::parse(&c)).transpose()?,
        satisfied: r.get(26)?,
        follow_note: r.get(27)?,
        outcome: outcome.map(|o| Outcome::parse(&o)).transpose()?,
        closed_at: r.get(29)?,
        reopened: r.get(30)?,
        asked: r.get::<_, Option<String>>(31)?.map(|a| Asked::parse(&a)).transpose()?,
        asked_channel: r.get::<_, Option<String>>(32)?.map(|c| ContactChannel::parse(&c)).transpose()?,
        thanks: r.get(33)?,
    })
}

/// A complaint by its number.
pub(crate) fn by_id(connection: &Connection, id: i64) -> Result<Row> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM complaints WHERE id = ?1"))?;
    let mut rows = statement.query([id])?;
    match rows.next()? {
        Some(row) => row_of(row),
        None => Err(Error::NotFound { what: "complaint", key: id.to_string() }),
    }
}

/// The complaints that fit a condition, as `condition` orders them.
pub(crate) fn all(connection: &Connection, condition: &str, values: &[rusqlite::types::Value]) -> Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM complaints {condition}"))?;
    let mut rows = statement.query(rusqlite::params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(row_of(row)?);
    }
    Ok(found)
}

impl Row {
    /// Where the case is in the state table.
    pub(crate) fn state(&self) -> State {
        State { stage: self.stage, waiting: self.waiting_since.is_some() }
    }

    /// What the state table asks for at a time. What was given in an earlier round answers nothing, and neither does an
    /// update that was promised for a time that is over.
    pub(crate) fn facts(&self, connection: &Connection, now: Seconds) -> Result<Facts> {
        let (owned, made_good, undelivered): (bool, bool, u32) = connection
            .prepare_cached(
                "SELECT count(*) FILTER (WHERE kind = 'apology') > 0, count(*) FILTER (WHERE kind <> 'apology') > 0,
                   count(*) FILTER (WHERE delivered_at IS NULL)
                 FROM remedies WHERE complaint_id = ?1 AND round = ?2 AND withdrawn_at IS NULL",
            )?
            .query_row(params![self.id, self.reopened], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
        Ok(Facts {
            said: !self.said.is_empty(),
            problem: !self.problem.is_empty(),
            agrees: self.agrees == Some(true),
            next_update: self.next_update_at.is_some_and(|at| at > now),
            meaning: !self.meaning.is_empty(),
            cause: self.cause.is_some(),
            owned,
            made_good,
            undelivered,
            satisfied: self.satisfied,
        })
    }

    /// Adds it; the id is given out.
    pub(crate) fn insert(&self, tx: &Transaction<'_>) -> Result<()> {
        tx.execute(
            &format!("INSERT INTO complaints ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
                ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34)"),
            params![
                self.id,
                self.customer_id,
                self.order_id,
                self.product_id,
                self.order_number,
                self.order_value,
                self.currency,
                self.product,
                self.courier,
                self.channel.as_str(),
                self.words,
                self.received_at,
                self.created_at,
                self.stage.as_str(),
                self.stage_since,
                self.clock_from,
                self.clock_used,
                self.clock_worked,
                self.waiting_since,
                self.due_at,
                self.said,
                self.problem,
                self.agrees,
                self.next_update_at,
                self.meaning,
                self.cause.map(Cause::as_str),
                self.satisfied,
                self.follow_note,
                self.outcome.map(Outcome::as_str),
                self.closed_at,
                self.reopened,
                self.asked.map(Asked::as_str),
                self.asked_channel.map(ContactChannel::as_str),
                self.thanks
            ],
        )?;
        Ok(())
    }

    /// Writes all of it back.
    pub(crate) fn update(&self, tx: &Transaction<'_>) -> Result<()> {
        const NAMES: &str = "customer_id = ?2, order_id = ?3, product_id = ?4, order_number = ?5, order_value = ?6, currency = ?7, product = ?8,
            courier = ?9, channel = ?10, words = ?11, received_at = ?12, stage = ?13, stage_since = ?14, clock_from = ?15, clock_used = ?16,
            clock_worked = ?17, waiting_since = ?18, due_at = ?19, said = ?20, problem = ?21, agrees = ?22, next_update_at = ?23, meaning = ?24,
            cause = ?25, satisfied = ?26, follow_note = ?27, outcome = ?28, closed_at = ?29, reopened = ?30, asked = ?31,
            asked_channel = ?32, thanks = ?33";
        tx.prepare_cached(&format!("UPDATE complaints SET {NAMES} WHERE id = ?1"))?.execute(params![
            self.id,
            self.customer_id,
            self.order_id,
            self.product_id,
            self.order_number,
            self.order_value,
            self.currency,
            self.product,
            self.courier,
            self.channel.as_str(),
            self.words,
            self.received_at,
            self.stage.as_str(),
            self.stage_since,
            self.clock_from,
            self.clock_used,
            self.clock_worked,
            self.waiting_since,
            self.due_at,
            self.said,
            self.problem,
            self.agrees,
            self.next_update_at,
            self.meaning,
            self.cause.map(Cause::as_str),
            self.satisfied,
            self.follow_note,
            self.outcome.map(Outcome::as_str),
            self.closed_at,
            self.reopened,
            self.asked.map(Asked::as_str),
            self.asked_channel.map(ContactChannel::as_str),
            self.thanks
        ])?;
        Ok(())
    }

    /// What a change of it is called in the Undo menu: the person's name, else the order, else its number.
    pub(crate) fn subject(&self, connection: &Connection) -> Result<String> {
        let name: Option<String> = match self.customer_id {
            Some(customer) => {
                connection.prepare_cached("SELECT name FROM customers WHERE id = ?1")?.query_row([customer], |r| r.get(0)).optional()?
            }
            None => None,
        };
        Ok(name
            .filter(|n| !n.is_empty())
            .unwrap_or_else(|| if self.order_number.is_empty() { format!("#{}", self.id) } else { self.order_number.clone() }))
    }
}

/// Writes an event down. Events stay; only undo takes one back, together with what it did.
pub(crate) fn record(tx: &Transaction<'_>, complaint: i64, at: Seconds, kind: &str, stages: (Stage, Stage), text: &str) -> Result<()> {
    tx.prepare_cached("INSERT INTO complaint_events (complaint_id, at, kind, stage, stage_after, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![complaint, at, kind, stages.0.as_str(), stages.1.as_str(), text])?;
    Ok(())
}
