//! From which amount or number of pieces free shipping pays, on the shop's own baskets.

use serde::{Deserialize, Serialize};

use super::past::{Past, Period};
use super::rulebook::Rulebook;
use super::template::{Bound, Template};
use crate::error::{Error, Result};
use crate::storage::Shop;
use crate::task::Task;

/// What free shipping depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The amount paid for goods.
    Amount,
    /// The number of pieces.
    Pieces,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
pub struct FinderQuery {
    /// The template whose fees would be waived; its own free conditions are left out.
    pub template: Template,
    /// Its method; the first where none is named.
    pub method: Option<String>,
    /// Which orders.
    pub period: Period,
    /// What free shipping depends on.
    pub by: By,
    /// Of a hundred buyers just below a threshold, how many would fill up to it. An assumption.
    pub fill_up_percent: u32,
    /// How far below a threshold is just below, in percent of it. An assumption.
    pub near_percent: u32,
}

/// What came out. Money in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Finder {
    /// ISO 4217.
    pub currency: String,
    /// Orders that could be computed.
    pub orders: u64,
    /// Orders that could not, and are in none of the numbers.
    pub left_out: u64,
    /// Of the computed, those whose goods and courier cost is known: the margins stand on these.
    pub margin_known: u64,
    /// Of a hundred paid for goods, what is left after the goods' cost, in hundredths of a percent; none where no
    /// cost is known. The fill-up is valued with it.
    pub margin_rate: Option<i64>,
    /// Each threshold, ascending.
    pub thresholds: Vec<Threshold>,
    /// The lowest threshold whose fill-up carries what it waives.
    pub break_even: Option<i64>,
}

/// What a threshold would have meant. Money in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Threshold {
    /// Minor units, or pieces.
    pub from: i64,
    /// Orders sent free.
    pub free: u64,
    /// Fees waived.
    pub waived: i64,
    /// Fees still charged.
    pub charged: i64,
    /// What is left over the orders of known cost: amount + fee − goods − courier.
    pub margin: Option<i64>,
    /// Orders just below it.
    pub near: u64,
    /// What these are short of it together: minor units, or pieces.
    pub short: i64,
    /// What their fill-up would bring, less the fees they would no longer pay; none where no margin is known.
    pub fill_up: Option<i64>,
    /// Whether it is a threshold the template has now.
    pub current: bool,
}

struct Basket {
    value: i64,
    fee: i64,
    /// The part of the fee that free shipping waives.
    waivable: i64,
    /// Amount − goods − courier, where known.
    left: Option<i64>,
}

impl Shop {
    /// What each threshold would have meant over past orders.
    ///
    /// # Errors
    /// What [`super::validate::template`] finds, [`Error::BadValue`] for percentages above 100, [`Error::Cancelled`].
    pub fn find_free_from(&self, query: &FinderQuery, task: &Task) -> Result<Finder> {
        super::validate::template(&query.template)?;
        for (field, percent) in [("finder.fill_up", query.fill_up_percent), ("finder.near", query.near_percent)] {
            if percent > 100 {
                return Err(Error::BadValue { field, value: percent.to_string(), reason: "above_100" });
            }
        }
        let past = Past::load(self, query.period, query.template.currency.as_str(), task)?;
        find(&past, query)
    }
}

fn find(past: &Past, query: &FinderQuery) -> Result<Finder> {
    let mut plain = query.template.clone();
    plain.payer = super::template::Payer::Buyer;
    plain.methods.iter_mut().for_each(|m| m.free.clear());
    let fees = Rulebook::of_one(&plain, query.method.as_deref())?;
    let couriers = Rulebook::of_couriers(past)?;
    let mut baskets = Vec::with_capacity(past.orders.len());
    let (mut sold, mut kept) = (0i128, 0i128);
    let mut pieces_sold = 0i128;
    for order in &past.orders {
        let value = match query.by {
            By::Amount => order.amount,
            By::Pieces => past.pieces(order),
        };
        let (Some(value), Ok(fee)) = (value, fees.fee(past, order)) else { continue };
        let goods = past.goods_cost(order);
        if let (Some(goods), Some(amount)) = (goods, order.amount) {
            sold += i128::from(amount);
            kept += i128::from(amount - goods);
            pieces_sold += i128::from(past.pieces(order).unwrap_or(0));
        }
        let left = match (order.amount, goods, couriers.cost(past, order)) {
            (Some(amount), Some(goods), Some(cost)) => Some(amount.saturating_sub(goods).saturating_sub(cost)),
            _ => None,
        };
        baskets.push(Basket { value, fee: fee.fee, waivable: fee.waivable, left });
    }
    baskets.sort_unstable_by_key(|b| b.value);
    let unit = 10i64.pow(query.template.currency.exponent());
    let now = current(&query.template, query);
    let mut froms = candidates(&baskets, query.by, unit);
    froms.extend(&now);
    froms.sort_unstable();
    froms.dedup();
    // What one unit of value brings: of an amount the margin rate, of a piece its average margin.
    let worth = |short: i64| -> Option<i64> {
        let (brings, of) = match query.by {
            By::Amount => (kept, sold),
            By::Pieces => (kept, pieces_sold),
        };
        if of <= 0 { None } else { i64::try_from(i128::from(short) * brings / of).ok() }
    };
    let mut thresholds = Vec::with_capacity(froms.len());
    for from in froms {
        let at = baskets.partition_point(|b| b.value < from);
        let near_from = from - from.saturating_mul(i64::from(query.near_percent)) / 100;
        let near_from = if query.by == By::Pieces { near_from.min(from - 1) } else { near_from };
        let near_at = baskets.partition_point(|b| b.value < near_from);
        let sum = |baskets: &[Basket], each: fn(&Basket) -> i64| {
            baskets.iter().try_fold(0i64, |sum, b| sum.checked_add(each(b))).ok_or(Error::Overflow)
        };
        let waived = sum(&baskets[at..], |b| b.waivable)?;
        let charged = sum(&baskets, |b| b.fee)?.checked_sub(waived).ok_or(Error::Overflow)?;
        let known = baskets.iter().enumerate().filter_map(|(index, b)| Some(b.left? + b.fee - if index < at { 0 } else { b.waivable }));
        let margin = known.fold(None, |sum: Option<i64>, left| Some(sum.unwrap_or(0).saturating_add(left)));
        let short = baskets[near_at..at].iter().try_fold(0i64, |sum, b| sum.checked_add(from - b.value)).ok_or(Error::Overflow)?;
        // Who fills up pays no fee any more.
        let lost = sum(&baskets[near_at..at], |b| b.waivable)?;
        let lost = i64::try_from(i128::from(lost) * i128::from(query.fill_up_percent) / 100).map_err(|_| Error::Overflow)?;
        let filled = i64::try_from(i128::from(short) * i128::from(query.fill_up_percent) / 100).map_err(|_| Error::Overflow)?;
        thresholds.push(Threshold {
            from,
            free: (baskets.len() - at) as u64,
            waived,
            charged,
            margin,
            near: (at - near_at) as u64,
            short,
            fill_up: worth(filled).map(|gain| gain.saturating_sub(lost)),
            current: now.contains(&from),
        });
    }
    let break_even = thresholds.iter().find(|t| t.free > 0 && t.fill_up.is_some_and(|gain| gain >= t.waived)).map(|t| t.from);
    Ok(Finder {
        currency: query.template.currency.to_string(),
        orders: baskets.len() as u64,
        left_out: past.orders.len() as u64 - baskets.len() as u64,
        margin_known: baskets.iter().filter(|b| b.left.is_some()).count() as u64,
        margin_rate: if sold > 0 { i64::try_from(kept * 10_000 / sold).ok() } else { None },
        thresholds,
        break_even,
    })
}

/// Thresholds the template has now.
fn current(template: &Template, query: &FinderQuery) -> Vec<i64> {
    let method = template.methods.iter().find(|m| query.method.as_ref().is_none_or(|name| m.method == *name));
    let bounds = method.into_iter().flat_map(|m| &m.free).flat_map(|f| f.when.bounds());
    bounds
        .filter_map(|bound| match (bound, query.by) {
            (Bound::AmountAtLeast(n), By::Amount) | (Bound::PiecesAtLeast(n), By::Pieces) => Some(*n),
            _ => None,
        })
        .collect()
}

/// Thresholds worth looking at: round amounts spread over the shop's baskets, or every number of pieces.
fn candidates(ascending: &[Basket], by: By, unit: i64) -> Vec<i64> {
    let at =
        |percent: usize| ascending.get((ascending.len() * percent / 100).min(ascending.len().saturating_sub(1))).map_or(0, |b| b.value);
    match by {
        By::Pieces => (1..=at(99).clamp(1, 20)).collect(),
        By::Amount => (1..20).map(|step| round(at(step * 5), unit)).filter(|n| *n > 0).collect(),
    }
}

/// Rounded up to a number of few digits: 87.30 → 90, 123 → 130, 368 → 400.
fn round(amount: i64, unit: i64) -> i64 {
    let mut step = unit;
    while amount / step >= 20 {
        step = if amount / (step * 5) < 20 { step * 5 } else { step * 10 };
    }
    (amount + step - 1) / step * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_round_and_never_below_the_basket() {
        for (amount, rounded) in [(920, 1000), (8730, 9000), (12_300, 13_000), (36_800, 40_000), (1, 100)] {
            assert_eq!(round(amount, 100), rounded, "{amount}");
        }
    }
}
