//! The list of customers: searched, filtered, sorted, a window at a time.

use std::sync::{Arc, LazyLock};

use rusqlite::{Connection, types::Value};
use serde::{Deserialize, Serialize};

use super::search;
use crate::error::{Error, Result};
use crate::money::{DecimalMark, ODD_EXPONENTS, parse_decimal};
use crate::storage::Shop;
use crate::text::{LONGEST_QUESTION, check_length};

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The newest order.
    #[default]
    LastOrder,
    /// Name, as a Chinese dictionary has it.
    Name,
    /// Number of orders.
    Orders,
    /// Total paid.
    Paid,
}

/// Which customers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct CustomerQuery {
    /// What was typed.
    pub text: String,
    /// Who ordered in this shop.
    pub shop_id: Option<i64>,
    /// Who has this tag.
    pub tag: Option<String>,
    /// Whose newest order went to this province.
    pub province: Option<String>,
    /// Whose newest order is not before this second.
    pub last_order_from: Option<i64>,
    /// Whose newest order is before this second.
    pub last_order_before: Option<i64>,
    /// Who has at least so many orders.
    pub orders_at_least: Option<i64>,
    /// Who has at most so many orders.
    pub orders_at_most: Option<i64>,
    /// Who paid at least so much, as typed (`1,000.50`), in whatever currency they pay.
    pub paid_at_least: Option<String>,
    /// Who paid at most so much.
    pub paid_at_most: Option<String>,
    /// Order.
    pub sort: Sort,
    /// Smallest first.
    pub ascending: bool,
}

/// A customer in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct CustomerLine {
    pub id: i64,
    pub name: String,
    pub address_as: String,
    /// (platform, buyer id)
    pub identities: Vec<(String, String)>,
    pub phones: Vec<String>,
    pub orders: i64,
    pub currency: Option<String>,
    pub paid: i64,
    pub refunded: i64,
    pub last_order_at: Option<i64>,
    pub province: String,
    pub city: String,
    pub tags: Vec<String>,
}

/// A window of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct CustomerPage {
    /// How many fit the query in all.
    pub total: i64,
    /// Position of the first row here.
    pub from: i64,
    /// The rows.
    pub rows: Vec<CustomerLine>,
}

impl Shop {
    /// A window of the customers that fit a query.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn customers(&self, query: &CustomerQuery, from: i64, count: i64) -> Result<CustomerPage> {
        self.read(|connection| {
            let (total, ids) = window(connection, query, from, count)?;
            let rows = ids.iter().map(|id| line(connection, *id)).collect::<Result<Vec<_>>>()?;
            Ok(CustomerPage { total, from, rows })
        })
    }

    /// The ids of all customers that fit a query, in its order: for "select all" and exports.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn customer_ids(&self, query: &CustomerQuery) -> Result<Vec<i64>> {
        self.read(|connection| Ok(window(connection, query, 0, i64::MAX)?.1))
    }
}

struct Conditions {
    sql: String,
    values: Vec<Value>,
}

/// SQL: minor units of a customer's currency as thousandths of its main unit, in which currencies can be compared.
static FACTOR: LazyLock<String> = LazyLock::new(|| {
    let of = |exponent: u32| {
        let codes = ODD_EXPONENTS.iter().filter(|(_, e)| *e == exponent).map(|(code, _)| format!("'{code}'"));
        codes.collect::<Vec<_>>().join(", ")
    };
    format!("(CASE WHEN currency IN ({}) THEN 1000 WHEN currency IN ({}) THEN 1 ELSE 10 END)", of(0), of(3))
});

/// A typed amount in thousandths of the main unit.
fn thousandths(typed: &str) -> Result<i64> {
    let wrong = || Error::BadValue { field: "amount", value: typed.to_owned(), reason: "not_an_amount" };
    let digits = typed.trim().trim_start_matches(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '.'));
    parse_decimal(digits, 3, DecimalMark::Point).ok_or_else(wrong)
}

fn conditions(query: &CustomerQuery) -> Result<Conditions> {
    let mut parts: Vec<String> = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    let mut add = |condition: &str, value: Value| {
        values.push(value);
        parts.push(condition.replace('?', &format!("?{}", values.len())));
    };
    if let Some(shop) = query.shop_id {
        add("EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = customers.id AND o.shop_id = ?)", shop.into());
    }
    if let Some(tag) = &query.tag {
        add("id IN (SELECT ct.customer_id FROM customer_tags ct JOIN tags t ON t.id = ct.tag_id WHERE t.name = ?)", tag.clone().into());
    }
    if let Some(province) = &query.province {
        add("province = ?", province.clone().into());
    }
    for (condition, value) in [
        ("last_order_at >= ?", query.last_order_from),
        ("last_order_at < ?", query.last_order_before),
        ("order_count >= ?", query.orders_at_least),
        ("order_count <= ?", query.orders_at_most),
    ] {
        if let Some(value) = value {
            add(condition, value.into());
        }
    }
    for (comparison, typed) in [(">=", &query.paid_at_least), ("<=", &query.paid_at_most)] {
        if let Some(typed) = typed {
            add(&format!("paid * {} {comparison} ?", *FACTOR), thousandths(typed)?.into());
        }
    }
    let sql = if parts.is_empty() { String::new() } else { format!(" WHERE {}", parts.join(" AND ")) };
    Ok(Conditions { sql, values })
}

fn order_by(query: &CustomerQuery) -> String {
    let column = match query.sort {
        Sort::LastOrder => "last_order_at",
        Sort::Name => "sort_name",
        Sort::Orders => "order_count",
        Sort::Paid => "paid",
    };
    let direction = if query.ascending { "ASC" } else { "DESC" };
    format!(" ORDER BY {column} {direction}, id {direction}")
}

/// From this share of all customers on, walking the index in order is cheaper than sorting what was found.
const WALK_FROM: usize = 4;

fn window(connection: &Connection, query: &CustomerQuery, from: i64, count: i64) -> Result<(i64, Vec<i64>)> {
    let Conditions { sql, values } = conditions(query)?;
    check_length("search", &query.text, LONGEST_QUESTION)?;
    let found = search::find(connection, &query.text)?;
    let Some(found) = found else {
        let total = connection
            .prepare_cached(&format!("SELECT count(*) FROM customers{sql}"))?
            .query_row(rusqlite::params_from_iter(&values), |r| r.get(0))?;
        let limit = if count == i64::MAX { -1 } else { count };
        let sql = format!("SELECT id FROM customers{sql}{} LIMIT {limit} OFFSET {from}", order_by(query));
        let ids = connection
            .prepare_cached(&sql)?
            .query_map(rusqlite::params_from_iter(&values), |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        return Ok((total, ids));
    };
    let slice = |ids: &[i64]| -> Vec<i64> {
        let from = usize::try_from(from).unwrap_or(0).min(ids.len());
        let to = from.saturating_add(usize::try_from(count).unwrap_or(usize::MAX)).min(ids.len());
        ids[from..to].to_vec()
    };
    let everyone: i64 = connection.query_row("SELECT coalesce(max(id), 0) FROM customers", [], |r| r.get(0))?;
    if values.is_empty() && found.len() * WALK_FROM >= everyone as usize {
        let mut statement = connection.prepare_cached(&format!("SELECT id FROM customers{}", order_by(query)))?;
        let mut rows = statement.query([])?;
        let mut ids = Vec::new();
        let wanted = from.saturating_add(count).min(found.len() as i64);
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            if found.contains(&id) {
                ids.push(id);
                if ids.len() as i64 >= wanted {
                    break;
                }
            }
        }
        return Ok((found.len() as i64, slice(&ids)));
    }
    let ids = sorted(connection, &found, query, &sql, &values)?;
    Ok((ids.len() as i64, slice(&ids)))
}

/// The found customers that fit the filters, sorted.
fn sorted(
    connection: &Connection,
    found: &rustc_hash::FxHashSet<i64>,
    query: &CustomerQuery,
    sql: &str,
    values: &[Value],
) -> Result<Vec<i64>> {
    let column = match query.sort {
        Sort::LastOrder => "last_order_at",
        Sort::Name => "sort_name",
        Sort::Orders => "order_count",
        Sort::Paid => "paid",
    };
    let id_condition = if sql.is_empty() { " WHERE id = ?1".to_owned() } else { format!("{sql} AND id = ?{}", values.len() + 1) };
    let mut statement = connection.prepare_cached(&format!("SELECT {column} FROM customers{id_condition}"))?;
    let mut by_id: Vec<i64> = found.iter().copied().collect();
    by_id.sort_unstable();
    let mut keyed: Vec<(SortValue, i64)> = Vec::with_capacity(by_id.len());
    for id in by_id {
        let mut bound: Vec<Value> = values.to_vec();
        bound.push(id.into());
        let mut rows = statement.query(rusqlite::params_from_iter(bound))?;
        if let Some(row) = rows.next()? {
            keyed.push((SortValue::from(row.get_ref(0)?), id));
        }
    }
    keyed.sort_unstable();
    if !query.ascending {
        keyed.reverse();
    }
    Ok(keyed.into_iter().map(|(_, id)| id).collect())
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum SortValue {
    Nothing,
    Number(i64),
    Text(Arc<str>),
}

impl From<rusqlite::types::ValueRef<'_>> for SortValue {
    fn from(value: rusqlite::types::ValueRef<'_>) -> Self {
        match value {
            rusqlite::types::ValueRef::Integer(n) => SortValue::Number(n),
            rusqlite::types::ValueRef::Text(t) => SortValue::Text(String::from_utf8_lossy(t).into()),
            _ => SortValue::Nothing,
        }
    }
}

/// One customer as a list shows them.
pub(crate) fn line(connection: &Connection, id: i64) -> Result<CustomerLine> {
    let mut line = connection
        .prepare_cached(
            "SELECT id, name, address_as, order_count, currency, paid, refunded, last_order_at, province, city FROM customers WHERE id = ?1",
        )?
        .query_row([id], |r| {
            Ok(CustomerLine {
                id: r.get(0)?,
                name: r.get(1)?,
                address_as: r.get(2)?,
                identities: Vec::new(),
                phones: Vec::new(),
                orders: r.get(3)?,
                currency: r.get(4)?,
                paid: r.get(5)?,
                refunded: r.get(6)?,
                last_order_at: r.get(7)?,
                province: r.get(8)?,
                city: r.get(9)?,
                tags: Vec::new(),
            })
        })?;
    line.identities = connection
        .prepare_cached("SELECT platform, buyer_id FROM identities WHERE customer_id = ?1 ORDER BY id")?
        .query_map([id], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    line.phones = connection
        .prepare_cached("SELECT number FROM phones WHERE customer_id = ?1 ORDER BY id")?
        .query_map([id], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    line.tags = super::tags::of(connection, id)?;
    Ok(line)
}
