//! Cases as a list and as a board: found, filtered, the most urgent first.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use super::state::Stage;
use super::store::{self, Row};
use super::words::{Cause, Outcome};
use crate::calendar::rules::end_of_day;
use crate::contacts::channel::ContactChannel;
use crate::error::Result;
use crate::storage::Shop;
use crate::text::{LONGEST_QUESTION, check_length};
use crate::time::{Moment, Seconds};

/// How the clock of a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// Past its time.
    Overdue,
    /// Due by the end of today.
    Today,
    /// Due later.
    Later,
    /// Standing while the buyer is waited for.
    Waiting,
}

/// Which cases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct CaseQuery {
    /// A number (`12`, `#12`), a name or another handle, an order number, words of the case.
    pub text: String,
    /// In one of these stages; empty: in any.
    pub stages: Vec<Stage>,
    /// By the clock.
    pub clock: Option<ClockState>,
    /// By the cause.
    pub cause: Option<Cause>,
    /// By the product, in its own words.
    pub product: Option<String>,
    /// By the courier, in its own words.
    pub courier: Option<String>,
    /// Of this person.
    pub customer_id: Option<i64>,
    /// Of this order.
    pub order_id: Option<i64>,
    /// Closed ones too; they are always there where a closed stage is asked for.
    pub closed: bool,
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct CaseLine {
    pub id: i64,
    pub customer_id: Option<i64>,
    pub name: String,
    pub order_number: String,
    pub product: String,
    pub channel: ContactChannel,
    /// The beginning of the buyer's words.
    pub words: String,
    pub received_at: Seconds,
    pub stage: Stage,
    pub waiting_since: Option<Seconds>,
    pub due_at: Option<Seconds>,
    pub cause: Option<Cause>,
    pub outcome: Option<Outcome>,
    pub closed_at: Option<Seconds>,
    pub reopened: i64,
}

/// A window of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct CasePage {
    /// How many fit the query in all.
    pub total: i64,
    /// Of those, how many are in each stage, in the order of the stages.
    pub by_stage: Vec<(Stage, i64)>,
    /// Position of the first row here.
    pub from: i64,
    /// The rows, the most urgent first; closed ones last, the newest first.
    pub rows: Vec<CaseLine>,
}

impl Shop {
    /// A window of the cases that fit a query.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn complaints(&self, query: &CaseQuery, from: i64, count: i64, now: Moment) -> Result<CasePage> {
        self.read(|connection| {
            let (condition, values) = conditions(connection, query, now)?;
            let mut by_stage = Vec::new();
            let mut counts = connection.prepare_cached(&format!("SELECT stage, count(*) FROM complaints{condition} GROUP BY stage"))?;
            let mut rows = counts.query(rusqlite::params_from_iter(&values))?;
            while let Some(row) = rows.next()? {
                by_stage.push((Stage::parse(&row.get::<_, String>(0)?)?, row.get(1)?));
            }
            by_stage.sort();
            let order = format!(
                "{condition} ORDER BY stage = 'closed', waiting_since IS NOT NULL, due_at, received_at DESC, id DESC LIMIT {} OFFSET {}",
                count.max(0),
                from.max(0)
            );
            let rows = store::all(connection, &order, &values)?;
            Ok(CasePage {
                total: by_stage.iter().map(|(_, n)| n).sum(),
                by_stage,
                from,
                rows: rows.into_iter().map(|row| line(connection, row)).collect::<Result<_>>()?,
            })
        })
    }
}

/// A case as a line.
pub(crate) fn line(connection: &Connection, row: Row) -> Result<CaseLine> {
    const WORDS: usize = 120;
    let name: Option<String> = match row.customer_id {
        Some(customer) => {
            connection.prepare_cached("SELECT name FROM customers WHERE id = ?1")?.query_row([customer], |r| r.get(0)).optional()?
        }
        None => None,
    };
    Ok(CaseLine {
        id: row.id,
        customer_id: row.customer_id,
        name: name.unwrap_or_default(),
        order_number: row.order_number,
        product: row.product,
        channel: row.channel,
        words: row.words.chars().take(WORDS).collect(),
        received_at: row.received_at,
        stage: row.stage,
        waiting_since: row.waiting_since,
        due_at: row.due_at,
        cause: row.cause,
        outcome: row.outcome,
        closed_at: row.closed_at,
        reopened: row.reopened,
    })
}

fn conditions(connection: &Connection, query: &CaseQuery, now: Moment) -> Result<(String, Vec<Value>)> {
    let mut parts: Vec<String> = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    let mut add = |condition: &str, value: Value| {
        values.push(value);
        parts.push(condition.replace('?', &format!("?{}", values.len())));
    };
    if !query.closed && !query.stages.contains(&Stage::Closed) {
        add("stage <> ?", "closed".to_owned().into());
    }
    if !query.stages.is_empty() {
        let stages: Vec<&str> = query.stages.iter().map(|s| s.as_str()).collect();
        add("instr(?, ',' || stage || ',')", format!(",{},", stages.join(",")).into());
    }
    match query.clock {
        Some(ClockState::Overdue) => add("due_at < ?", now.at.into()),
        Some(ClockState::Today) => {
            add("due_at >= ?", now.at.into());
            add("due_at <= ?", end_of_day(now).into());
        }
        Some(ClockState::Later) => add("due_at > ?", end_of_day(now).into()),
        Some(ClockState::Waiting) => add("waiting_since IS NOT NULL AND ? = 1", 1.into()),
        None => {}
    }
    if let Some(cause) = query.cause {
        add("cause = ?", cause.as_str().to_owned().into());
    }
    if let Some(product) = &query.product {
        add("product = ?", product.clone().into());
    }
    if let Some(courier) = &query.courier {
        add("courier = ?", courier.clone().into());
    }
    if let Some(customer) = query.customer_id {
        add("customer_id = ?", customer.into());
    }
    if let Some(order) = query.order_id {
        add("order_id = ?", order.into());
    }
    check_length("search", &query.text, LONGEST_QUESTION)?;
    let text = query.text.trim();
    if let Some(id) = text.strip_prefix('#').and_then(|n| n.parse::<i64>().ok()) {
        add("id = ?", id.into());
    } else {
        for word in text.split_whitespace() {
            let people: Vec<i64> = crate::customers::search::find(connection, word)?.unwrap_or_default().into_iter().collect();
            let people = serde_json::to_string(&people).unwrap_or_else(|_| "[]".to_owned());
            values.push(people.into());
            let people = values.len();
            values.push(word.to_lowercase().into());
            let word_at = values.len();
            parts.push(format!(
                "(customer_id IN (SELECT value FROM json_each(?{people})) OR CAST(id AS TEXT) = ?{word_at} OR
                  instr(lower(words || ' ' || product || ' ' || problem || ' ' || order_number), ?{word_at}))"
            ));
        }
    }
    Ok((if parts.is_empty() { String::new() } else { format!(" WHERE {}", parts.join(" AND ")) }, values))
}
