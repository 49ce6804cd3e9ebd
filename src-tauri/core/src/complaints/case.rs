//! One case, whole.

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::attachments::{self, Attachment};
use super::clock::{self, Clock, Clocks, RemedyDates};
use super::remedies::{self, Remedy};
use super::state::Stage;
use super::store::{self, Row};
use super::take_in;
use super::words::{Asked, Cause, Outcome};
use crate::contacts::channel::ContactChannel;
use crate::contacts::preference::{self, MayContact, Preference};
use crate::contacts::record::{self, Contact};
use crate::error::Result;
use crate::promises::{self, MadePromise};
use crate::storage::Shop;
use crate::time::{Moment, Seconds};

/// Everything a case's page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct Case {
    pub id: i64,
    pub customer_id: Option<i64>,
    /// The person's name; empty where the person is unknown or was deleted.
    pub name: String,
    pub address_as: String,
    /// Whether the person may be contacted now.
    pub may_contact: MayContact,
    pub preference: Preference,
    pub order_id: Option<i64>,
    pub order_number: String,
    pub order_value: Option<i64>,
    pub currency: Option<String>,
    pub product: String,
    /// Titles of the order's items, among which the product is chosen.
    pub titles: Vec<String>,
    pub courier: String,
    pub channel: ContactChannel,
    pub words: String,
    pub received_at: Seconds,
    pub stage: Stage,
    pub stage_since: Seconds,
    pub waiting_since: Option<Seconds>,
    pub due_at: Option<Seconds>,
    pub clock: Option<Clock>,
    /// Moves that lead somewhere from here.
    pub offers: Vec<String>,
    /// Why the step cannot be marked done yet; `None`: it can.
    pub lacks: Option<super::state::Refused>,
    pub said: String,
    pub problem: String,
    pub agrees: Option<bool>,
    pub next_update_at: Option<Seconds>,
    pub meaning: String,
    pub cause: Option<Cause>,
    pub satisfied: Option<bool>,
    pub follow_note: String,
    /// When and how the buyer is asked.
    pub asked: Option<Asked>,
    pub asked_channel: Option<ContactChannel>,
    pub thanks: String,
    /// By when a remedy promised now is due by the seller's own standard.
    pub remedy_due_at: Seconds,
    pub outcome: Option<Outcome>,
    pub closed_at: Option<Seconds>,
    pub reopened: i64,
    /// When the person ordered again after the complaint: (order id, number, when).
    pub ordered_again: Option<(i64, String, Seconds)>,
    pub remedies: Vec<Remedy>,
    pub promises: Vec<MadePromise>,
    pub contacts: Vec<Contact>,
    pub attachments: Vec<Attachment>,
    pub events: Vec<CaseEvent>,
    /// Other open cases about the same order.
    pub others: Vec<i64>,
}

/// Something that happened in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct CaseEvent {
    pub id: i64,
    pub at: Seconds,
    /// `taken_in`, the name of a move, `edited`, `notice`, `attached`, `remedy_added`…
    pub kind: String,
    pub stage: Stage,
    pub stage_after: Stage,
    /// A reason, or what was attached, given or edited: the field, and after a tab its new value where that is one of a
    /// few (a time in seconds UTC).
    pub text: String,
}

impl Shop {
    /// A case with everything that belongs to it.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`].
    pub fn complaint(&self, id: i64, now: Moment) -> Result<Case> {
        let folder = self.attachments_folder();
        self.read(|connection| {
            let row = store::by_id(connection, id)?;
            let clocks = Clocks::load(connection, now.zone)?;
            let clock = clock::due(&row, RemedyDates::of(connection, id)?, clocks.standards, &clocks.calendar).map(|d| d.clock);
            let lacks = row.state().after(&super::state::Move::Done, &row.facts(connection, now.at)?).err();
            let (name, address_as) = person(connection, row.customer_id)?;
            let preference = row.customer_id.map(|c| preference::of(connection, c)).transpose()?.unwrap_or_default();
            Ok(Case {
                may_contact: preference.at(now),
                titles: row.order_id.map(|order| take_in::titles_of(connection, order)).transpose()?.unwrap_or_default(),
                ordered_again: ordered_again(connection, &row)?,
                remedies: remedies::of_complaint(connection, id)?,
                promises: promises::of_complaint(connection, id, now.at)?,
                contacts: record::of_complaint(connection, id)?,
                attachments: attachments::of(connection, &folder, attachments::Owner::Complaint(id))?,
                events: events(connection, id)?,
                others: others(connection, &row)?,
                offers: row.state().offers().into_iter().map(str::to_owned).collect(),
                preference,
                name,
                address_as,
                clock,
                lacks,
                id,
                customer_id: row.customer_id,
                order_id: row.order_id,
                order_number: row.order_number,
                order_value: row.order_value,
                currency: row.currency,
                product: row.product,
                courier: row.courier,
                channel: row.channel,
                words: row.words,
                received_at: row.received_at,
                stage: row.stage,
                stage_since: row.stage_since,
                waiting_since: row.waiting_since,
                due_at: row.due_at,
                said: row.said,
                problem: row.problem,
                agrees: row.agrees,
                next_update_at: row.next_update_at,
                meaning: row.meaning,
                cause: row.cause,
                satisfied: row.satisfied,
                follow_note: row.follow_note,
                asked: row.asked,
                asked_channel: row.asked_channel,
                thanks: row.thanks,
                remedy_due_at: now.at.saturating_add(i64::from(clocks.standards.remedy_days) * 86_400),
                outcome: row.outcome,
                closed_at: row.closed_at,
                reopened: row.reopened,
            })
        })
    }
}

fn person(connection: &Connection, customer: Option<i64>) -> Result<(String, String)> {
    let Some(id) = customer else { return Ok((String::new(), String::new())) };
    Ok(connection
        .prepare_cached("SELECT name, address_as FROM customers WHERE id = ?1")?
        .query_row([id], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?
        .unwrap_or_default())
}

/// The person's first order after the complaint.
fn ordered_again(connection: &Connection, row: &Row) -> Result<Option<(i64, String, Seconds)>> {
    let Some(customer) = row.customer_id else { return Ok(None) };
    Ok(connection
        .prepare_cached(
            "SELECT id, number, placed_at FROM orders WHERE customer_id = ?1 AND placed_at > ?2 AND id IS NOT ?3 AND status <> 'closed'
             ORDER BY placed_at LIMIT 1",
        )?
        .query_row((customer, row.received_at, row.order_id), |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .optional()?)
}

fn events(connection: &Connection, id: i64) -> Result<Vec<CaseEvent>> {
    let mut statement = connection
        .prepare_cached("SELECT id, at, kind, stage, stage_after, text FROM complaint_events WHERE complaint_id = ?1 ORDER BY id")?;
    let mut rows = statement.query([id])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(CaseEvent {
            id: row.get(0)?,
            at: row.get(1)?,
            kind: row.get(2)?,
            stage: Stage::parse(&row.get::<_, String>(3)?)?,
            stage_after: Stage::parse(&row.get::<_, String>(4)?)?,
            text: row.get(5)?,
        });
    }
    Ok(found)
}

/// Other open cases about the same order.
pub(super) fn others(connection: &Connection, row: &Row) -> Result<Vec<i64>> {
    let Some(order) = row.order_id else { return Ok(Vec::new()) };
    let mut statement =
        connection.prepare_cached("SELECT id FROM complaints WHERE order_id = ?1 AND id <> ?2 AND stage <> 'closed' ORDER BY id")?;
    Ok(statement.query_map([order, row.id], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
}
