//! What is given for a fault. A remedy answers the cause of its case and nothing else: it is never given for a
//! review, neither for writing one nor for changing one, which the law of China (反不正当竞争法, 电子商务法) and the
//! rules of every platform forbid.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::clock::{self, Clocks, RemedyDates};
use super::state::{Refused, Stage};
use super::store;
use super::words::Cause;
use crate::error::{Error, Result};
use crate::money::{Currency, DecimalMark, parse_amount};
use crate::reviews::incentive;
use crate::storage::{Change, Op, Shop};
use crate::text::checked_text;
use crate::time::{Moment, Seconds, plausible};

/// What is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum RemedyKind {
    /// The fault is owned in words: the one that is not material.
    Apology,
    /// Money back.
    Refund,
    /// Another piece for the one sent back.
    Exchange,
    /// Repaired.
    Repair,
    /// Sent again.
    Reship,
    /// A coupon.
    Coupon,
    /// A present.
    Gift,
    /// Something off the next order.
    NextOrderDiscount,
}

impl RemedyKind {
    const ALL: [RemedyKind; 8] = [
        RemedyKind::Apology,
        RemedyKind::Refund,
        RemedyKind::Exchange,
        RemedyKind::Repair,
        RemedyKind::Reship,
        RemedyKind::Coupon,
        RemedyKind::Gift,
        RemedyKind::NextOrderDiscount,
    ];

    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            RemedyKind::Apology => "apology",
            RemedyKind::Refund => "refund",
            RemedyKind::Exchange => "exchange",
            RemedyKind::Repair => "repair",
            RemedyKind::Reship => "reship",
            RemedyKind::Coupon => "coupon",
            RemedyKind::Gift => "gift",
            RemedyKind::NextOrderDiscount => "next_order_discount",
        }
    }

    /// Reads the stored text.
    ///
    /// # Errors
    /// [`Error::Stored`].
    pub fn parse(text: &str) -> Result<RemedyKind> {
        RemedyKind::ALL
            .into_iter()
            .find(|k| k.as_str() == text)
            .ok_or_else(|| Error::Stored { field: "remedies.kind", value: text.to_owned() })
    }
}

/// A remedy as the seller writes it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct RemedyText {
    /// What.
    pub kind: RemedyKind,
    /// In words, such as what the gift is.
    pub note: String,
    /// What it costs the seller, in minor units; 0 where it costs nothing.
    pub cost: i64,
    /// ISO code.
    pub currency: String,
    /// By when it was promised.
    pub due_at: Option<Seconds>,
}

/// A remedy as the seller fills it in: its cost is text until it is understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct RemedyForm {
    /// What.
    pub kind: RemedyKind,
    /// In words.
    pub note: String,
    /// `12`, `1,000.50`; blank where it costs nothing.
    pub cost: String,
    /// ISO code.
    pub currency: String,
    /// By when it was promised.
    pub due_at: Option<Seconds>,
}

impl RemedyForm {
    /// What it says.
    ///
    /// # Errors
    /// [`Error::BadValue`] for a cost that is none.
    pub fn read(&self) -> Result<RemedyText> {
        let cost = RemedyText::read_cost(&self.cost, &self.currency)?;
        Ok(RemedyText { kind: self.kind, note: self.note.clone(), cost, currency: self.currency.clone(), due_at: self.due_at })
    }
}

/// A remedy that is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct Remedy {
    pub id: i64,
    pub complaint_id: i64,
    #[serde(flatten)]
    pub remedy: RemedyText,
    /// The fault it answers.
    pub cause: Cause,
    pub promised_at: Seconds,
    pub delivered_at: Option<Seconds>,
    pub withdrawn_at: Option<Seconds>,
}

/// What remedies cost together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct RemedySum {
    /// What it is the sum of: a month (`2026-11`), or empty.
    pub of: String,
    /// ISO code.
    pub currency: String,
    /// How many remedies, withdrawn ones left out.
    pub count: i64,
    /// Minor units.
    pub cost: i64,
}

/// Whose remedies are summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum RemedyOf {
    /// All of the shop.
    Shop,
    /// What one person received.
    Customer(i64),
    /// What one product cost.
    Product(i64),
}

impl RemedyText {
    /// Reads what a remedy costs as it was typed: `12`, `1,000.50`, `¥8`; blank is nothing. In minor units of `currency`.
    ///
    /// # Errors
    /// [`Error::BadValue`] with the reason `not_an_amount` or `negative`.
    pub fn read_cost(text: &str, currency: &str) -> Result<i64> {
        let bad = |reason| Error::BadValue { field: "remedy.cost", value: text.chars().take(40).collect(), reason };
        if text.trim().is_empty() {
            return Ok(0);
        }
        let own = Currency::parse(currency).ok_or_else(|| bad("unknown"))?;
        let amount = parse_amount(text, own, DecimalMark::Point).filter(|a| a.currency.is_none_or(|c| c == own));
        match amount.ok_or_else(|| bad("not_an_amount"))?.minor {
            minor if minor < 0 => Err(bad("negative")),
            minor => Ok(minor),
        }
    }

    fn check(&self) -> Result<RemedyText> {
        let note = checked_text("remedy.note", &self.note, 1_000)?;
        if self.cost < 0 {
            return Err(Error::BadValue { field: "remedy.cost", value: self.cost.to_string(), reason: "negative" });
        }
        if Currency::parse(&self.currency).is_none() {
            return Err(Error::BadValue { field: "remedy.currency", value: self.currency.clone(), reason: "unknown" });
        }
        if incentive::mentions_review(&note) {
            return Err(Error::BadValue { field: "remedy.note", value: note.chars().take(40).collect(), reason: "tied_to_review" });
        }
        let due_at = self.due_at.map(|at| plausible("remedy.due_at", at)).transpose()?;
        Ok(RemedyText { note, due_at, ..self.clone() })
    }
}

impl Shop {
    /// Adds a remedy to an open case whose cause is set; owning the fault in words is delivered at once.
    ///
    /// # Errors
    /// [`Error::Refused`] in a closed case or without a cause; [`Error::BadValue`], also where the note ties it to a
    /// review; [`Error::NotFound`].
    pub fn add_remedy(&self, complaint: i64, remedy: &RemedyText, now: Moment) -> Result<(Change, i64)> {
        let remedy = remedy.check()?;
        self.transact(Op::EditRemedy, now.at, |tx| {
            let id = add(tx, complaint, &remedy, now)?;
            Ok((store::by_id(tx, complaint)?.subject(tx)?, id))
        })
    }

    /// Corrects a remedy that is neither delivered nor withdrawn.
    ///
    /// # Errors
    /// As [`add_remedy`](Shop::add_remedy).
    pub fn edit_remedy(&self, id: i64, remedy: &RemedyText, now: Moment) -> Result<Change> {
        let remedy = remedy.check()?;
        self.change_remedy(id, "remedy_edited", now, |tx| {
            Ok(tx.execute(
                "UPDATE remedies SET kind = ?2, note = ?3, cost = ?4, currency = ?5, due_at = ?6
                 WHERE id = ?1 AND delivered_at IS NULL AND withdrawn_at IS NULL",
                params![id, remedy.kind.as_str(), remedy.note, remedy.cost, remedy.currency, remedy.due_at],
            )?)
        })
    }

    /// Marks a remedy as delivered at a time, or as not delivered after all.
    ///
    /// # Errors
    /// [`Error::NotFound`] also for one that was withdrawn; [`Error::BadValue`] for a time in the future.
    pub fn deliver_remedy(&self, id: i64, at: Option<Seconds>, now: Moment) -> Result<Change> {
        if let Some(at) = at {
            super::take_in::check_received(at, now.at)?;
        }
        self.change_remedy(id, if at.is_some() { "remedy_delivered" } else { "remedy_undelivered" }, now, |tx| {
            Ok(tx.execute("UPDATE remedies SET delivered_at = ?2 WHERE id = ?1 AND withdrawn_at IS NULL", params![id, at])?)
        })
    }

    /// Takes a remedy back that was not delivered; it stays in the ledger as withdrawn.
    ///
    /// # Errors
    /// [`Error::NotFound`] also for one that was delivered.
    pub fn withdraw_remedy(&self, id: i64, now: Moment) -> Result<Change> {
        self.change_remedy(id, "remedy_withdrawn", now, |tx| {
            Ok(tx.execute("UPDATE remedies SET withdrawn_at = ?2 WHERE id = ?1 AND delivered_at IS NULL", params![id, now.at])?)
        })
    }

    fn change_remedy(&self, id: i64, event: &str, now: Moment, change: impl FnOnce(&Transaction<'_>) -> Result<usize>) -> Result<Change> {
        let (change, ()) = self.transact(Op::EditRemedy, now.at, |tx| {
            let not_found = || Error::NotFound { what: "remedy", key: id.to_string() };
            let (complaint, kind): (i64, String) = tx
                .query_row("SELECT complaint_id, kind FROM remedies WHERE id = ?1", [id], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()?
                .ok_or_else(not_found)?;
            if change(tx)? == 0 {
                return Err(not_found());
            }
            after_change(tx, complaint, event, RemedyKind::parse(&kind)?, now)?;
            Ok((store::by_id(tx, complaint)?.subject(tx)?, ()))
        })?;
        Ok(change)
    }

    /// What remedies cost, by month of their promise, the newest first; the last line of each currency, with an
    /// empty `of`, is the whole.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn remedy_sums(&self, of: RemedyOf, zone: crate::time::Zone) -> Result<Vec<RemedySum>> {
        self.read(|connection| sums(connection, of, zone))
    }
}

/// Adds a remedy inside another change; its id.
pub(super) fn add(tx: &Transaction<'_>, complaint: i64, remedy: &RemedyText, now: Moment) -> Result<i64> {
    let row = store::by_id(tx, complaint)?;
    let refused = |refused| Error::Refused { id: complaint, stage: row.stage.as_str(), made: "add_remedy", refused };
    if row.stage == Stage::Closed {
        return Err(refused(Refused::Closed));
    }
    let cause = row.cause.ok_or_else(|| refused(Refused::CauseMissing))?;
    let delivered = (remedy.kind == RemedyKind::Apology).then_some(now.at);
    tx.execute(
        "INSERT INTO remedies (complaint_id, kind, cause, note, cost, currency, promised_at, due_at, delivered_at, round)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            complaint,
            remedy.kind.as_str(),
            cause.as_str(),
            remedy.note,
            remedy.cost,
            remedy.currency,
            now.at,
            remedy.due_at,
            delivered,
            row.reopened
        ],
    )?;
    let id = tx.last_insert_rowid();
    after_change(tx, complaint, "remedy_added", remedy.kind, now)?;
    Ok(id)
}

/// [`add`] of one that was not looked over yet.
pub(super) fn add_checked(tx: &Transaction<'_>, complaint: i64, remedy: &RemedyText, now: Moment) -> Result<i64> {
    add(tx, complaint, &remedy.check()?, now)
}

/// Marks a remedy as delivered now, inside another change.
pub(super) fn deliver(tx: &Transaction<'_>, id: i64, complaint: i64, now: Moment) -> Result<()> {
    tx.execute("UPDATE remedies SET delivered_at = ?2 WHERE id = ?1", params![id, now.at])?;
    let kind: String = tx.query_row("SELECT kind FROM remedies WHERE id = ?1", [id], |r| r.get(0))?;
    after_change(tx, complaint, "remedy_delivered", RemedyKind::parse(&kind)?, now)
}

/// Writes the event and moves the clock, which a remedy's dates set.
fn after_change(tx: &Transaction<'_>, complaint: i64, event: &str, kind: RemedyKind, now: Moment) -> Result<()> {
    let mut row = store::by_id(tx, complaint)?;
    store::record(tx, complaint, now.at, event, (row.stage, row.stage), kind.as_str())?;
    if row.stage == Stage::FollowUp && row.waiting_since.is_none() {
        let since = row.stage_since;
        clock::start(&mut row, RemedyDates::of(tx, complaint)?, now.at);
        row.stage_since = since;
    }
    Clocks::load(tx, now.zone)?.set(tx, &mut row)?;
    row.update(tx)
}

/// The remedies of a case, in the order they were given.
pub(crate) fn of_complaint(connection: &Connection, complaint: i64) -> Result<Vec<Remedy>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, complaint_id, kind, note, cost, currency, due_at, cause, promised_at, delivered_at, withdrawn_at FROM remedies
         WHERE complaint_id = ?1 ORDER BY id",
    )?;
    let mut rows = statement.query([complaint])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Remedy {
            id: row.get(0)?,
            complaint_id: row.get(1)?,
            remedy: RemedyText {
                kind: RemedyKind::parse(&row.get::<_, String>(2)?)?,
                note: row.get(3)?,
                cost: row.get(4)?,
                currency: row.get(5)?,
                due_at: row.get(6)?,
            },
            cause: Cause::parse(&row.get::<_, String>(7)?)?,
            promised_at: row.get(8)?,
            delivered_at: row.get(9)?,
            withdrawn_at: row.get(10)?,
        });
    }
    Ok(found)
}

fn sums(connection: &Connection, of: RemedyOf, zone: crate::time::Zone) -> Result<Vec<RemedySum>> {
    use std::collections::BTreeMap;
    let (condition, id) = match of {
        RemedyOf::Shop => ("?1 IS NOT NULL", 0),
        RemedyOf::Customer(id) => ("c.customer_id = ?1", id),
        RemedyOf::Product(id) => ("c.product_id = ?1", id),
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT r.promised_at, r.currency, r.cost FROM remedies r JOIN complaints c ON c.id = r.complaint_id
         WHERE r.withdrawn_at IS NULL AND {condition}"
    ))?;
    let mut months: BTreeMap<(String, std::cmp::Reverse<String>), (i64, i64)> = BTreeMap::new();
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        let month = crate::time::local_day(row.get(0)?, zone).map(|day| day.format("%Y-%m").to_string()).unwrap_or_default();
        let (currency, cost): (String, i64) = (row.get(1)?, row.get(2)?);
        for key in [month, String::new()] {
            let sum = months.entry((currency.clone(), std::cmp::Reverse(key))).or_default();
            sum.0 += 1;
            sum.1 = sum.1.checked_add(cost).ok_or(Error::Overflow)?;
        }
    }
    Ok(months.into_iter().map(|((currency, of), (count, cost))| RemedySum { of: of.0, currency, count, cost }).collect())
}
