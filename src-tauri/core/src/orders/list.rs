//! The list of orders: searched, filtered, a window at a time, the newest first.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, types::Value};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::store;
use crate::customers::search::after_prefix;
use crate::error::{Error, Result};
use crate::import::platforms::Status;
use crate::storage::Shop;
use crate::text::{LONGEST_QUESTION, check_length, is_encrypted};

/// Which orders.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct OrderQuery {
    /// A number, its beginning or its end, a name, an account, a tracking number; a title, a variant or a code of what was ordered.
    pub text: String,
    /// Of this shop.
    pub shop_id: Option<i64>,
    /// In this status.
    pub status: Option<Status>,
    /// Placed on this day (`YYYY-MM-DD`) or later, by the clock of the order's shop.
    pub from_day: Option<String>,
    /// Placed on this day or earlier.
    pub to_day: Option<String>,
    /// Of this customer.
    pub customer_id: Option<i64>,
    /// Only those without a customer.
    pub without_customer: bool,
    /// With money refunded.
    pub refunded: bool,
    /// The oldest first.
    pub ascending: bool,
}

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct OrderLine {
    pub id: i64,
    pub shop: String,
    pub platform: String,
    /// IANA zone of the shop, in which its times are shown.
    pub time_zone: String,
    pub number: String,
    pub customer_id: Option<i64>,
    /// The customer's name, else the recipient; empty where that is encrypted.
    pub name: String,
    /// There is no name because the platform encrypts it.
    pub encrypted: bool,
    pub status: Status,
    pub status_text: String,
    pub currency: String,
    pub paid: Option<i64>,
    pub refunded: i64,
    pub placed_at: Option<i64>,
    /// Titles and pieces of the first items.
    pub items: String,
    pub province: String,
    pub city: String,
}

/// A window of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct OrderPage {
    /// How many fit the query in all.
    pub total: i64,
    /// Position of the first row here.
    pub from: i64,
    /// The rows.
    pub rows: Vec<OrderLine>,
}

impl Shop {
    /// A window of the orders that fit a query.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn orders(&self, query: &OrderQuery, from: i64, count: i64) -> Result<OrderPage> {
        self.read(|connection| {
            let (sql, values) = conditions(connection, query)?;
            let total = connection
                .prepare_cached(&format!("SELECT count(*) FROM orders{sql}"))?
                .query_row(rusqlite::params_from_iter(&values), |r| r.get(0))?;
            let direction = if query.ascending { "ASC" } else { "DESC" };
            let sql = format!("SELECT id FROM orders{sql} ORDER BY placed_at {direction}, id {direction} LIMIT {count} OFFSET {from}");
            let ids: Vec<i64> = connection
                .prepare_cached(&sql)?
                .query_map(rusqlite::params_from_iter(&values), |r| r.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let rows = ids.into_iter().map(|id| line_of(connection, id)).collect::<Result<Vec<_>>>()?;
            Ok(OrderPage { total, from, rows })
        })
    }
}

fn conditions(connection: &Connection, query: &OrderQuery) -> Result<(String, Vec<Value>)> {
    let mut parts: Vec<String> = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    let mut add = |condition: &str, value: Value| {
        values.push(value);
        parts.push(condition.replace('?', &format!("?{}", values.len())));
    };
    if let Some(shop) = query.shop_id {
        add("shop_id = ?", shop.into());
    }
    if let Some(status) = query.status {
        add("status = ?", status.as_str().to_owned().into());
    }
    if let Some(customer) = query.customer_id {
        add("customer_id = ?", customer.into());
    }
    check_length("search", &query.text, LONGEST_QUESTION)?;
    for word in query.text.split_whitespace() {
        let mut ids = ids_by_number(connection, word)?;
        // A name that fits half the shop is not what anyone looks for among orders.
        const MOST: usize = 2_000;
        let people: Vec<i64> = crate::customers::search::find(connection, word)?.unwrap_or_default().into_iter().take(MOST).collect();
        let mut of_person = connection.prepare_cached("SELECT id FROM orders WHERE customer_id = ?1")?;
        for person in people {
            let mut rows = of_person.query([person])?;
            while let Some(row) = rows.next()? {
                ids.push(row.get(0)?);
            }
        }
        ids.extend(by_recipient_or_tracking(connection, word)?);
        values.push(serde_json::to_string(&ids).unwrap_or_else(|_| "[]".to_owned()).into());
        values.push(word.to_owned().into());
        let (found, typed) = (values.len() - 1, values.len());
        let beginning = if word.chars().count() < SHORTEST_BEGINNING {
            String::new()
        } else {
            values.push(after_prefix(word).into());
            format!(" OR number >= ?{typed} AND number < ?{}", values.len())
        };
        parts.push(format!(
            "(id IN (SELECT value FROM json_each(?{found})){beginning} OR id IN (SELECT order_id FROM items
              WHERE instr(lower(title || char(10) || variant || char(10) || code), lower(?{typed})) > 0))"
        ));
    }
    if query.from_day.is_some() || query.to_day.is_some() {
        parts.push(days(connection, query)?);
    }
    if query.without_customer {
        parts.push("customer_id IS NULL".to_owned());
    }
    if query.refunded {
        parts.push("refunded > 0".to_owned());
    }
    Ok((if parts.is_empty() { String::new() } else { format!(" WHERE {}", parts.join(" AND ")) }, values))
}

/// The condition for the days of a query, which begin and end by each shop's own clock.
fn days(connection: &Connection, query: &OrderQuery) -> Result<String> {
    let bound = |day: &Option<String>, later: u64, zone| -> Result<Option<i64>> {
        let Some(text) = day else { return Ok(None) };
        let wrong = || Error::BadValue { field: "day", value: text.clone(), reason: "not_a_day" };
        let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| wrong())?;
        let day = day.checked_add_days(chrono::Days::new(later)).ok_or_else(wrong)?;
        crate::time::start_of_day(day, zone).ok_or_else(wrong).map(Some)
    };
    let mut by_zone: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for shop in crate::shops::list(connection)? {
        by_zone.entry(shop.time_zone).or_default().push(shop.id);
    }
    let one_zone = by_zone.len() == 1;
    let mut alternatives = Vec::new();
    for (name, shops) in by_zone {
        let zone = crate::time::parse_zone(&name).ok_or(Error::Stored { field: "shops.time_zone", value: name })?;
        let mut all = Vec::new();
        if !one_zone {
            all.push(format!("shop_id IN ({})", shops.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")));
        }
        if let Some(from) = bound(&query.from_day, 0, zone)? {
            all.push(format!("placed_at >= {from}"));
        }
        if let Some(before) = bound(&query.to_day, 1, zone)? {
            all.push(format!("placed_at < {before}"));
        }
        alternatives.push(format!("({})", all.join(" AND ")));
    }
    Ok(if alternatives.is_empty() { "FALSE".to_owned() } else { format!("({})", alternatives.join(" OR ")) })
}

/// Orders whose number is this text or ends with it.
pub(crate) fn ids_by_number(connection: &Connection, text: &str) -> Result<Vec<i64>> {
    if text.chars().count() < 3 {
        // Too short for an end of a number, but it may be a whole one.
        let mut statement = connection.prepare_cached("SELECT id FROM orders WHERE number_tail = ?1 AND number = ?2")?;
        return Ok(statement.query_map((store::tail_of(text), text), |r| r.get(0))?.collect::<rusqlite::Result<_>>()?);
    }
    let tail = store::tail_of(text);
    let mut statement = connection.prepare_cached("SELECT id, number FROM orders WHERE number_tail >= ?1 AND number_tail < ?2")?;
    let mut rows = statement.query((&tail, after_prefix(&tail)))?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        if row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?.ends_with(text) {
            ids.push(row.get(0)?);
        }
    }
    Ok(ids)
}

/// Fewer characters are the beginning of too many numbers.
const SHORTEST_BEGINNING: usize = 4;

/// Orders whose number is this text or ends with it, and at most so many of those whose number begins with it: a year is the
/// beginning of nearly all of them. One that does both is here twice.
pub(crate) fn ids_by_part_of_number(connection: &Connection, text: &str, most: usize) -> Result<Vec<i64>> {
    let mut ids = ids_by_number(connection, text)?;
    if text.chars().count() < SHORTEST_BEGINNING {
        return Ok(ids);
    }
    // By shop, so that the index of a shop's numbers serves.
    let mut statement = connection
        .prepare_cached("SELECT o.id FROM shops s CROSS JOIN orders o ON o.shop_id = s.id AND o.number >= ?1 AND o.number < ?2 LIMIT ?3")?;
    let mut rows = statement.query((text, after_prefix(text), i64::try_from(most).unwrap_or(i64::MAX)))?;
    while let Some(row) = rows.next()? {
        ids.push(row.get(0)?);
    }
    Ok(ids)
}

/// The newest orders that name no customer and whose number, recipient or parcel every word fits.
pub(crate) fn without_customer(connection: &Connection, words: &[String], count: usize) -> Result<Vec<i64>> {
    /// What fits more numbers tells none apart.
    const LOOKED_AT: usize = 400;
    let mut fitting: Option<FxHashSet<i64>> = None;
    for word in words {
        let mut ids: FxHashSet<i64> = ids_by_part_of_number(connection, word, LOOKED_AT)?.into_iter().collect();
        ids.extend(by_recipient_or_tracking(connection, word)?);
        fitting = Some(match fitting {
            None => ids,
            Some(before) => before.intersection(&ids).copied().collect(),
        });
    }
    let mut found = Vec::new();
    let mut statement = connection.prepare_cached("SELECT placed_at FROM orders WHERE id = ?1 AND customer_id IS NULL")?;
    for id in fitting.unwrap_or_default() {
        if let Some(placed) = statement.query_row([id], |r| r.get::<_, Option<i64>>(0)).optional()? {
            found.push((placed, id));
        }
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    Ok(found.into_iter().take(count).map(|(_, id)| id).collect())
}

/// Orders without a customer are found by their recipient; all by their tracking number.
fn by_recipient_or_tracking(connection: &Connection, text: &str) -> Result<Vec<i64>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, recipient FROM orders WHERE customer_id IS NULL AND recipient <> '' AND length(?1) >= 2 AND instr(recipient, ?1) > 0
         UNION SELECT id, '' FROM orders WHERE length(?1) >= 8 AND tracking = ?1",
    )?;
    let mut rows = statement.query([text])?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        // Letters of a cipher are nobody's name.
        if !is_encrypted(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?) {
            ids.push(row.get(0)?);
        }
    }
    Ok(ids)
}

/// One order as a list shows it.
pub(crate) fn line_of(connection: &Connection, id: i64) -> Result<OrderLine> {
    const SHOWN: usize = 3;
    let order = store::by_id(connection, id)?;
    let (shop, platform, time_zone): (String, String, String) = connection
        .prepare_cached("SELECT name, platform, time_zone FROM shops WHERE id = ?1")?
        .query_row([order.shop_id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    let customer: Option<String> = match order.customer_id {
        Some(customer) => Some(connection.prepare_cached("SELECT name FROM customers WHERE id = ?1")?.query_row([customer], |r| r.get(0))?),
        None => None,
    };
    let items = store::items_of(connection, id)?;
    let mut titles: Vec<String> = items
        .iter()
        .take(SHOWN)
        .map(|i| match i.quantity {
            Some(quantity) if quantity > 1 => format!("{} ×{quantity}", i.title),
            _ => i.title.clone(),
        })
        .collect();
    if items.len() > SHOWN {
        titles.push("…".to_owned());
    }
    let known = customer.filter(|n| !n.is_empty());
    let encrypted = known.is_none() && is_encrypted(&order.recipient);
    Ok(OrderLine {
        id,
        shop,
        platform,
        time_zone,
        number: order.number,
        customer_id: order.customer_id,
        name: known.unwrap_or(if encrypted { String::new() } else { order.recipient }),
        encrypted,
        status: order.status,
        status_text: order.status_text,
        currency: order.currency.to_string(),
        paid: order.paid,
        refunded: order.refunded,
        placed_at: order.placed_at,
        items: titles.join("、"),
        province: order.province,
        city: order.city,
    })
}
