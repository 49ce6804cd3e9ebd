//! Who is this? Cards of those whom a handle fits, and the orders it fits whose buyer the platform hides.

use rusqlite::{Connection, OptionalExtension};
use rustc_hash::FxHashSet;
use serde::Serialize;

use super::card::{Card, card};
use super::keys;
use super::search::{after_prefix, key_of, of_orders, words_of};
use crate::error::Result;
use crate::orders::list::{OrderLine, line_of, without_customer};
use crate::storage::Shop;
use crate::text::{LONGEST_QUESTION, check_length};
use crate::time::{Moment, Seconds};

/// Whom a handle fits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct WhoIs {
    /// Customers: whoever has exactly this first, then who ordered last.
    pub people: Vec<Card>,
    /// Orders that name no customer, as of a platform that hides its buyers, the newest first.
    pub orders: Vec<OrderLine>,
}

impl Shop {
    /// Who and what a handle fits, at most `count` of each: a name, its pinyin or initials, an account, a telephone number
    /// or its last four digits, an order number, its beginning or its end.
    ///
    /// # Errors
    /// Failures of the file; a question longer than [`LONGEST_QUESTION`].
    pub fn who_is(&self, text: &str, count: usize, now: Moment) -> Result<WhoIs> {
        check_length("search", text, LONGEST_QUESTION)?;
        self.read(|connection| {
            let people = find(connection, text, count)?.into_iter().map(|id| card(connection, id, now)).collect::<Result<_>>()?;
            let orders = without_customer(connection, &words_of(text), count)?;
            let orders = orders.into_iter().map(|id| line_of(connection, id)).collect::<Result<_>>()?;
            Ok(WhoIs { people, orders })
        })
    }
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
