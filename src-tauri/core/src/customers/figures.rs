//! What a customer's orders add up to. Stored with the customer so that lists can sort by it; always computed
//! here, from the orders, never counted up or down.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

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
            if self.last.is_none_or(|l| at >= l) {
                self.last = Some(at);
                self.newest = Some(order);
            }
        }
        if self.newest.is_none() {
            self.newest = Some(order);
        }
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

/// Computes the figures of these customers anew.
///
/// # Errors
/// As [`of`].
pub fn recompute(connection: &Connection, customers: impl Iterator<Item = i64>) -> Result<()> {
    for customer in customers {
        let figures = read(connection, customer)?;
        write(connection, customer, &figures)?;
    }
    Ok(())
}

/// Computes the figures of everyone anew, in one pass over the index of orders by customer.
///
/// # Errors
/// As [`of`].
pub fn recompute_all(connection: &Connection) -> Result<()> {
    connection.execute(
        "UPDATE customers SET order_count = 0, currency = NULL, paid = 0, refunded = 0, first_order_at = NULL, last_order_at = NULL
         WHERE order_count > 0 AND NOT EXISTS (SELECT 1 FROM orders WHERE customer_id = customers.id)",
        [],
    )?;
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
                write(connection, id, &figures)?;
            }
            current = Some((customer, Figures::default()));
        }
        if let Some((_, figures)) = &mut current {
            figures.add(row.get(1)?, row.get(2)?, currency_at(row, 3)?, row.get(4)?, row.get(5)?)?;
        }
    }
    if let Some((id, figures)) = current {
        write(connection, id, &figures)?;
    }
    Ok(())
}

fn write(connection: &Connection, customer: i64, figures: &Figures) -> Result<()> {
    let main = main_sums(&figures.by_currency);
    let (currency, sums) = match main {
        Some((currency, sums)) => (Some(currency), sums),
        None => (None, Sums::default()),
    };
    let orders: u32 = figures.by_currency.values().map(|s| s.orders).sum();
    connection
        .prepare_cached(
            "UPDATE customers SET order_count = ?2, currency = ?3, paid = ?4, refunded = ?5, first_order_at = ?6, last_order_at = ?7,
               (province, city) = (SELECT coalesce(max(province), ''), coalesce(max(city), '') FROM orders WHERE id = ?8)
             WHERE id = ?1",
        )?
        .execute(params![
            customer,
            orders,
            currency.as_ref().map(Currency::as_str),
            sums.paid,
            sums.refunded,
            figures.first,
            figures.last,
            figures.newest
        ])?;
    if figures.newest.is_none() {
        connection
            .prepare_cached(
                "UPDATE customers SET (province, city) = (SELECT province, city FROM addresses WHERE customer_id = ?1 ORDER BY id DESC LIMIT 1)
                 WHERE id = ?1 AND EXISTS (SELECT 1 FROM addresses WHERE customer_id = ?1)",
            )?
            .execute([customer])?;
    }
    Ok(())
}
