//! The recognition card: who this is, at one glance, from anything they are known by.

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::tags;
use crate::complaints::state::Stage;
use crate::complaints::words::{Cause, Outcome};
use crate::contacts::preference::{self, MayContact, Preference};
use crate::error::{Error, Result};
use crate::orders::list::{OrderLine, line_of};
use crate::promises::{self, MadePromise};
use crate::storage::Shop;
use crate::time::{Moment, Seconds};

/// A person at one glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct Card {
    pub id: i64,
    pub name: String,
    pub address_as: String,
    /// Which order the newest one is: 5 for the fifth.
    pub order_count: i64,
    pub currency: Option<String>,
    /// Minor units, before refunds.
    pub paid: i64,
    pub province: String,
    pub city: String,
    pub tags: Vec<String>,
    pub temperament: String,
    pub last_order: Option<OrderLine>,
    pub last_trouble: Option<Trouble>,
    /// The complaint before it, for a place that shows the last one already.
    pub trouble_before: Option<Trouble>,
    pub promises: Vec<MadePromise>,
    pub preference: Preference,
    pub may_contact: MayContact,
}

/// The last complaint of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct Trouble {
    pub complaint_id: i64,
    pub received_at: Seconds,
    pub stage: Stage,
    pub cause: Option<Cause>,
    pub outcome: Option<Outcome>,
    pub product: String,
    /// The newest remedy that was not withdrawn, as its kind.
    pub remedy: String,
}

impl Shop {
    /// A person's card.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn card(&self, id: i64, now: Moment) -> Result<Card> {
        self.read(|connection| card(connection, id, now))
    }
}

/// A card inside another reading.
pub(crate) fn card(connection: &Connection, id: i64, now: Moment) -> Result<Card> {
    let preference = preference::of(connection, id)?;
    let mut card = connection
        .prepare_cached("SELECT name, address_as, order_count, currency, paid, province, city, temperament FROM customers WHERE id = ?1")?
        .query_row([id], |r| {
            Ok(Card {
                id,
                name: r.get(0)?,
                address_as: r.get(1)?,
                order_count: r.get(2)?,
                currency: r.get(3)?,
                paid: r.get(4)?,
                province: r.get(5)?,
                city: r.get(6)?,
                temperament: r.get(7)?,
                tags: Vec::new(),
                last_order: None,
                last_trouble: None,
                trouble_before: None,
                promises: Vec::new(),
                may_contact: preference.at(now),
                preference,
            })
        })
        .optional()?
        .ok_or_else(|| Error::NotFound { what: "customer", key: id.to_string() })?;
    card.tags = tags::of(connection, id)?;
    card.last_order = newest_order(connection, id)?.map(|order| line_of(connection, order)).transpose()?;
    let mut troubles = last_troubles(connection, id)?.into_iter();
    (card.last_trouble, card.trouble_before) = (troubles.next(), troubles.next());
    card.promises = promises::open_of_customer(connection, id, now.at)?;
    Ok(card)
}

fn newest_order(connection: &Connection, customer: i64) -> Result<Option<i64>> {
    Ok(connection
        .prepare_cached("SELECT id FROM orders WHERE customer_id = ?1 ORDER BY placed_at DESC, id DESC LIMIT 1")?
        .query_row([customer], |r| r.get(0))
        .optional()?)
}

/// The two newest.
fn last_troubles(connection: &Connection, customer: i64) -> Result<Vec<Trouble>> {
    let rows = connection
        .prepare_cached(
            "SELECT id, received_at, stage, cause, outcome, product,
             coalesce((SELECT kind FROM remedies r WHERE r.complaint_id = complaints.id AND withdrawn_at IS NULL ORDER BY kind = 'apology', id DESC LIMIT 1), '')
             FROM complaints WHERE customer_id = ?1 ORDER BY received_at DESC, id DESC LIMIT 2",
        )?
        .query_map([customer], |r| {
            let texts: (String, Option<String>, Option<String>) = (r.get(2)?, r.get(3)?, r.get(4)?);
            Ok((r.get(0)?, r.get(1)?, texts, r.get(5)?, r.get(6)?))
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    rows.into_iter()
        .map(|(complaint_id, received_at, (stage, cause, outcome), product, remedy)| {
            Ok(Trouble {
                complaint_id,
                received_at,
                stage: Stage::parse(&stage)?,
                cause: cause.map(|c| Cause::parse(&c)).transpose()?,
                outcome: outcome.map(|o| Outcome::parse(&o)).transpose()?,
                product,
                remedy,
            })
        })
        .collect()
}
