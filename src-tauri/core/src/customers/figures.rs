//! What a customer's orders add up to. Stored with the customer so that lists can sort by it; always computed
//! here, from the orders, never counted up or down.

use std::collections::BTreeMap;
use std::hash::BuildHasher;

use rusqlite::{Connection, OptionalExtension, Statement, params};
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::error::{Error, Result};
use crate::money::Currency;
use crate::time::Seconds;

/// Sums over orders in one currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Orders, those never paid included.
    pub orders: u32,
    /// Orders that were paid.
    pub paid_orders: u32,
    /// Paid in minor units, before refunds.
    pub paid: i64,
    /// Refunded in minor units.
    pub refunded: i64,
}

#[derive(Default)]
struct Figures {
    by_currency: BTreeMap<Currency, Sums>,
    first: Option<Seconds>,
    last: Option<Seconds>,
    /// The newest order; of those of one second, or without a time, the one that was added last.
    newest: Option<i64>,
}

impl Figures {
    fn add(&mut self, order: i64, placed_at: Option<Seconds>, currency: Currency, paid: Option<i64>, refunded: i64) -> Result<()> {
        let sums = self.by_currency.entry(currency).or_default();
        sums.orders += 1;
        sums.paid_orders += u32::from(paid.is_some_and(|p| p > 0));
        sums.paid = sums.paid.checked_add(paid.unwrap_or(0)).ok_or(Error::Overflow)?;
        sums.refunded = sums.refunded.checked_add(refunded).ok_or(Error::Overflow)?;
        if let Some(at) = placed_at {
            self.first = Some(self.first.map_or(at, |f| f.min(at)));
        }
        if self.newest.is_none_or(|newest| (placed_at, order) > (self.last, newest)) {
            self.newest = Some(order);
        }
        self.last = self.last.max(placed_at);
        Ok(())
    }
}

/// The currency of most orders, with its sums.
fn main_sums(by_currency: &BTreeMap<Currency, Sums>) -> Option<(Currency, Sums)> {
    by_currency.iter().max_by_key(|(_, s)| s.orders).map(|(c, s)| (*c, *s))
}

/// A customer's sums by currency.
///
/// # Errors
/// [`Error::Stored`], [`Error::Overflow`].
pub fn of(connection: &Connection, customer: i64) -> Result<BTreeMap<Currency, Sums>> {
    Ok(read(connection, customer)?.by_currency)
}

fn read(connection: &Connection, customer: i64) -> Result<Figures> {
    let mut statement = connection
        .prepare_cached("SELECT id, placed_at, currency, paid, refunded FROM orders WHERE customer_id = ?1 ORDER BY placed_at, id")?;
    let mut rows = statement.query([customer])?;
    let mut figures = Figures::default();
    while let Some(row) = rows.next()? {
        figures.add(row.get(0)?, row.get(1)?, currency_at(row, 2)?, row.get(3)?, row.get(4)?)?;
    }
    Ok(figures)
}

fn currency_at(row: &rusqlite::Row<'_>, column: usize) -> Result<Currency> {
    let text = row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?;
    Currency::parse(text).ok_or_else(|| Error::Stored { field: "orders.currency", value: text.to_owned() })
}

/// Where orders that were just written went: looking up the newest of each customer again costs more than
/// remembering it.
#[derive(Debug, Default)]
pub struct Places {
    names: Vec<[String; 2]>,
    numbers: FxHashMap<u64, u32>,
    newest: FxHashMap<i64, Newest>,
}

#[derive(Debug, Clone, Copy)]
struct Newest {
    placed_at: Option<Seconds>,
    order: i64,
    place: u32,
}

impl Places {
    /// Remembers where an order of a customer went, if it is their newest so far.
    pub fn note(&mut self, customer: i64, order: i64, placed_at: Option<Seconds>, province: &str, city: &str) {
        let hash = FxBuildHasher.hash_one((province, city));
        let place = *self.numbers.entry(hash).or_insert_with(|| {
            self.names.push([province.to_owned(), city.to_owned()]);
            self.names.len() as u32 - 1
        });
        if self.names[place as usize] != [province, city] {
            return; // it will be looked up
        }
        let newest = Newest { placed_at, order, place };
        self.newest
            .entry(customer)
            .and_modify(|known| {
                if (placed_at, order) > (known.placed_at, known.order) {
                    *known = newest;
                }
            })
            .or_insert(newest);
    }

    fn of(&self, customer: i64, order: i64) -> Option<&[String; 2]> {
        let newest = self.newest.get(&customer).filter(|n| n.order == order)?;
        self.names.get(newest.place as usize)
    }
}

/// Computes the figures of these customers anew.
///
/// # Errors
/// As [`of`].
pub fn recompute(connection: &Connection, customers: impl Iterator<Item = i64>) -> Result<()> {
    let mut writer = Writer::new(connection)?;
    for customer in customers {
        let figures = read(connection, customer)?;
        writer.write(customer, &figures, &Places::default())?;
    }
    Ok(())
}

/// Computes the figures of everyone anew, in one pass over the index of orders by customer.
///
/// # Errors
/// As [`of`].
pub fn recompute_all(connection: &Connection, places: &Places) -> Result<()> {
    connection.execute(
        "UPDATE customers SET order_count = 0, currency = NULL, paid = 0, refunded = 0, first_order_at = NULL, last_order_at = NULL
         WHERE order_count > 0 AND NOT EXISTS (SELECT 1 FROM orders WHERE customer_id = customers.id)",
        [],
    )?;
    let mut writer = Writer::new(connection)?;
    let mut statement = connection.prepare(
        "SELECT customer_id, id, placed_at, currency, paid, refunded FROM orders INDEXED BY orders_by_customer
         WHERE customer_id IS NOT NULL ORDER BY customer_id, placed_at",
    )?;
    let mut rows = statement.query([])?;
    let mut current: Option<(i64, Figures)> = None;
    while let Some(row) = rows.next()? {
        let customer: i64 = row.get(0)?;
        if current.as_ref().is_none_or(|(id, _)| *id != customer) {
            if let Some((id, figures)) = current.take() {
                writer.write(id, &figures, places)?;
            }
            current = Some((customer, Figures::default()));
        }
        if let Some((_, figures)) = &mut current {
            figures.add(row.get(1)?, row.get(2)?, currency_at(row, 3)?, row.get(4)?, row.get(5)?)?;
        }
    }
    match current {
        Some((id, figures)) => writer.write(id, &figures, places),
        None => Ok(()),
    }
}

struct Writer<'c> {
    update: Statement<'c>,
    of_order: Statement<'c>,
    of_addresses: Statement<'c>,
}

impl<'c> Writer<'c> {
    fn new(connection: &'c Connection) -> Result<Self> {
        Ok(Writer {
            update: connection.prepare(
                "UPDATE customers SET order_count = ?2, currency = ?3, paid = ?4, refunded = ?5, first_order_at = ?6, last_order_at = ?7,
                   province = ?8, city = ?9
                 WHERE id = ?1",
            )?,
            of_order: connection.prepare("SELECT province, city FROM orders WHERE id = ?1")?,
            of_addresses: connection.prepare("SELECT province, city FROM addresses WHERE customer_id = ?1 ORDER BY id DESC LIMIT 1")?,
        })
    }

    fn write(&mut self, customer: i64, figures: &Figures, places: &Places) -> Result<()> {
        let (currency, sums) = match main_sums(&figures.by_currency) {
            Some((currency, sums)) => (Some(currency), sums),
            None => (None, Sums::default()),
        };
        let orders: u32 = figures.by_currency.values().map(|s| s.orders).sum();
        let known = figures.newest.and_then(|order| places.of(customer, order));
        let stored = match (known, figures.newest) {
            (Some(_), _) => None,
            (None, Some(order)) => self.of_order.query_row([order], place).optional()?,
            (None, None) => self.of_addresses.query_row([customer], place).optional()?,
        };
        let (province, city) = match known.or(stored.as_ref()) {
            Some([province, city]) => (province.as_str(), city.as_str()),
            None => ("", ""),
        };
        self.update.execute(params![
            customer,
            orders,
            currency.as_ref().map(Currency::as_str),
            sums.paid,
            sums.refunded,
            figures.first,
            figures.last,
            province,
            city
        ])?;
        Ok(())
    }
}

fn place(row: &rusqlite::Row<'_>) -> rusqlite::Result<[String; 2]> {
    Ok([row.get(0)?, row.get(1)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_order_is_the_same_in_whatever_order_they_come() {
        let orders = [(1, None), (2, Some(50)), (3, Some(90)), (4, Some(90)), (5, None)];
        let newest = |orders: &mut dyn Iterator<Item = &(i64, Option<i64>)>| {
            let mut figures = Figures::default();
            orders.for_each(|(id, at)| figures.add(*id, *at, Currency::CNY, None, 0).unwrap());
            (figures.newest, figures.first, figures.last)
        };
        assert_eq!(newest(&mut orders.iter()), (Some(4), Some(50), Some(90)));
        assert_eq!(newest(&mut orders.iter().rev()), (Some(4), Some(50), Some(90)));
        assert_eq!(newest(&mut [(1, None), (5, None)].iter()), (Some(5), None, None));
    }

    #[test]
    fn only_the_place_of_the_very_order_is_remembered() {
        let mut places = Places::default();
        places.note(7, 1, Some(10), "浙江省", "杭州市");
        places.note(7, 2, Some(5), "西藏自治区", "拉萨市");
        assert_eq!(places.of(7, 1).map(|p| p[1].as_str()), Some("杭州市"));
        assert_eq!(places.of(7, 2), None);
    }
}
