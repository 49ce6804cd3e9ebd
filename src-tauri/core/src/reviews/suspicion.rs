//! Five signs that a review may be an attempt at extortion, as facts with their source. They are no score and no
//! label of a person: a seller reads them beside the advice and keeps the evidence.

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::store::Row;
use crate::error::Result;
use crate::money::Currency;
use crate::storage::Shop;
use crate::time::Seconds;

/// Below this price an item is cheap, in minor units of yuan.
const CHEAP_CNY: i64 = 3_000;
/// A shop is young for so many days after its first sale.
const YOUNG_DAYS: i64 = 180;
/// So many of the shop's provinces with the most orders are its usual ones.
const USUAL_PROVINCES: i64 = 20;
/// Below so many orders a shop has no usual provinces.
const FEWEST_ORDERS: i64 = 50;
const DAY: i64 = 86_400;

/// A sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum SignKind {
    /// The buyer never bought here before.
    NewBuyer,
    /// The shop is young.
    YoungShop,
    /// The item is cheap and breaks easily.
    CheapFragile,
    /// The address is in none of the shop's usual provinces.
    UnusualProvince,
    /// The buyer asked to leave the platform's chat: ticked by hand.
    OffPlatform,
}

/// A sign with the facts behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Sign {
    /// Which.
    pub kind: SignKind,
    /// Whether it is there; `None`: the data does not say.
    pub present: Option<bool>,
    /// Numbers of the fact, in the order the text names them.
    pub numbers: Vec<i64>,
    /// Words of the fact: a province, a title, what was said.
    pub text: String,
    /// A price in minor units with its currency.
    pub price: Option<(i64, String)>,
}

impl Sign {
    fn of(kind: SignKind, present: Option<bool>) -> Sign {
        Sign { kind, present, numbers: Vec::new(), text: String::new(), price: None }
    }
}

impl Shop {
    /// The signs of a review, all five in their order.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`].
    pub fn review_signs(&self, id: i64) -> Result<Vec<Sign>> {
        self.read(|connection| signs(connection, &super::store::by_id(connection, id)?))
    }
}

/// All five, in their order.
pub(crate) fn signs(connection: &Connection, row: &Row) -> Result<Vec<Sign>> {
    Ok(vec![
        new_buyer(connection, row)?,
        young_shop(connection, row)?,
        cheap_fragile(connection, row)?,
        unusual_province(connection, row)?,
        Sign { text: row.off_platform_note.clone(), ..Sign::of(SignKind::OffPlatform, Some(row.off_platform)) },
    ])
}

/// Numbers: orders before this review.
fn new_buyer(connection: &Connection, row: &Row) -> Result<Sign> {
    let Some(customer) = row.customer_id else { return Ok(Sign::of(SignKind::NewBuyer, None)) };
    let orders: i64 = connection
        .prepare_cached("SELECT count(*) FROM orders WHERE customer_id = ?1 AND coalesce(placed_at, 0) <= ?2")?
        .query_row((customer, row.reviewed_at), |r| r.get(0))?;
    Ok(Sign { numbers: vec![orders], ..Sign::of(SignKind::NewBuyer, (orders > 0).then_some(orders <= 1)) })
}

/// Numbers: days from the shop's first sale to this order, or to the review where the order is not known.
fn young_shop(connection: &Connection, row: &Row) -> Result<Sign> {
    // From the oldest order on, until one of the shop comes.
    let first: Option<Seconds> = connection
        .prepare_cached(
            "SELECT placed_at FROM orders WHERE placed_at IS NOT NULL AND (?1 IS NULL OR +shop_id = ?1) ORDER BY placed_at LIMIT 1",
        )?
        .query_row([row.shop_id], |r| r.get(0))
        .optional()?;
    let ordered: Option<Seconds> = match row.order_id {
        Some(order) => crate::orders::store::by_id(connection, order)?.placed_at,
        None => None,
    };
    let days = first.map(|first| (ordered.unwrap_or(row.reviewed_at) - first) / DAY).filter(|days| *days >= 0);
    Ok(Sign { numbers: days.into_iter().collect(), ..Sign::of(SignKind::YoungShop, days.map(|days| days < YOUNG_DAYS)) })
}

/// Price: of one piece; numbers: 1 where it is marked fragile, else 0.
fn cheap_fragile(connection: &Connection, row: &Row) -> Result<Sign> {
    let found: Option<(Option<i64>, Option<i64>, String)> = connection
        .prepare_cached(
            // Where the file has no price of the piece, an order of one item has it.
            "SELECT coalesce(i.unit_price, CASE WHEN (SELECT count(*) FROM items k WHERE k.order_id = o.id) = 1
                 THEN coalesce(o.goods, o.paid) / max(1, coalesce(i.quantity, 1)) END), p.fragile, o.currency FROM orders o JOIN items i ON i.order_id = o.id LEFT JOIN products p ON p.id = i.product_id
             WHERE o.id = ?1 AND (?2 IS NULL OR i.product_id = ?2) ORDER BY i.id LIMIT 1",
        )?
        .query_row((row.order_id, row.product_id), |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .optional()?;
    let Some((Some(price), fragile, currency)) = found else { return Ok(Sign::of(SignKind::CheapFragile, None)) };
    let fragile = fragile == Some(1);
    // Only yuan have a bound; elsewhere the price is shown and the seller judges.
    let present = (currency == Currency::CNY.as_str()).then_some(price < CHEAP_CNY && fragile);
    Ok(Sign {
        numbers: vec![i64::from(fragile)],
        text: row.product.clone(),
        price: Some((price, currency)),
        ..Sign::of(SignKind::CheapFragile, present)
    })
}

/// Text: the province; numbers: orders the shop had from there, and its orders in all.
fn unusual_province(connection: &Connection, row: &Row) -> Result<Sign> {
    let province = match row.order_id {
        Some(order) => crate::orders::store::by_id(connection, order)?.province,
        None => String::new(),
    };
    if province.is_empty() {
        return Ok(Sign::of(SignKind::UnusualProvince, None));
    }
    let shop = row.shop_id;
    let mut statement = connection.prepare_cached(
        "SELECT province, count(*) FROM orders WHERE (?1 IS NULL OR shop_id = ?1) AND province <> '' GROUP BY province ORDER BY 2 DESC, 1",
    )?;
    let provinces: Vec<(String, i64)> = statement.query_map([shop], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let orders: i64 = provinces.iter().map(|(_, n)| n).sum();
    let place = provinces.iter().position(|(name, _)| *name == province);
    let from_there = place.and_then(|at| provinces.get(at)).map_or(0, |(_, n)| *n);
    Ok(Sign {
        numbers: vec![from_there, orders],
        text: province,
        ..Sign::of(SignKind::UnusualProvince, (orders >= FEWEST_ORDERS).then_some(place.is_none_or(|at| at as i64 >= USUAL_PROVINCES)))
    })
}
