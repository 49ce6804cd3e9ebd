//! The recognition card: who this is, at one glance, from anything they are known by.

use rusqlite::{Connection, OptionalExtension};
use rustc_hash::FxHashSet;
use serde::Serialize;

use super::keys;
use super::search::{after_prefix, key_of, of_orders, words_of};
use super::tags;
use crate::complaints::state::Stage;
use crate::complaints::words::{Cause, Outcome};
use crate::contacts::preference::{self, MayContact, Preference};
use crate::error::{Error, Result};
use crate::orders::list::{OrderLine, line_of};
use crate::promises::{self, MadePromise};
use crate::storage::Shop;
use crate::text::{LONGEST_QUESTION, check_length};
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

    /// Cards of those whom a handle fits: a name, its pinyin or initials, an account, a telephone number or its last
    /// four digits, an order number or its end. Exact ones first, then who ordered last.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn recognise(&self, text: &str, count: usize, now: Moment) -> Result<Vec<Card>> {
        check_length("search", text, LONGEST_QUESTION)?;
        self.read(|connection| find(connection, text, count)?.into_iter().map(|id| card(connection, id, now)).collect())
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

/// At most so many people are looked at for one handle: a handle that fits more names nobody.
const LOOKED_AT: usize = 400;

/// Who fits all words, by as few lookups as a single screen needs.
fn find(connection: &Connection, text: &str, count: usize) -> Result<Vec<i64>> {
    let words = words_of(text);
    let mut fewest: Option<(&String, Vec<i64>)> = None;
    for word in &words {
        let people = by_word(connection, word)?;
        if fewest.as_ref().is_none_or(|(_, known)| people.len() < known.len()) {
            fewest = Some((word, people));
        }
    }
    let Some((first, mut people)) = fewest else { return Ok(Vec::new()) };
    for word in words.iter().filter(|w| *w != first) {
        let mut kept = Vec::new();
        for person in people {
            if keys::fits(connection, person, &key_of(word))? || of_orders(connection, word, LOOKED_AT)?.contains(&person) {
                kept.push(person);
            }
        }
        people = kept;
    }
    let exact = key_of(text);
    let mut ranked = Vec::with_capacity(people.len());
    let mut of_person = connection.prepare_cached(
        "SELECT last_order_at, EXISTS (SELECT 1 FROM customer_keys WHERE key = ?2 AND customer_id = ?1) FROM customers WHERE id = ?1",
    )?;
    for person in people {
        let found: Option<(Option<Seconds>, bool)> = of_person.query_row((person, &exact), |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
        if let Some((last, is_exact)) = found {
            ranked.push((std::cmp::Reverse(is_exact), std::cmp::Reverse(last), person));
        }
    }
    ranked.sort_unstable();
    Ok(ranked.into_iter().take(count).map(|(_, _, person)| person).collect())
}

fn by_word(connection: &Connection, word: &str) -> Result<Vec<i64>> {
    let key = key_of(word);
    let mut seen = FxHashSet::default();
    let mut people = Vec::new();
    if !key.is_empty() {
        // In the order of the keys, so that whoever has the word itself comes first.
        let mut statement =
            connection.prepare_cached("SELECT customer_id FROM customer_keys WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3")?;
        let mut rows = statement.query((&key, after_prefix(&key), LOOKED_AT as i64))?;
        while let Some(row) = rows.next()? {
            let person = row.get(0)?;
            if seen.insert(person) {
                people.push(person);
            }
        }
    }
    for person in of_orders(connection, word, LOOKED_AT)? {
        if seen.insert(person) {
            people.push(person);
        }
    }
    Ok(people)
}
