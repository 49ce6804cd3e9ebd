//! A template over the shop's own past orders: who would have paid more, what the seller would have borne, which
//! orders would have lost money, and what could not be computed, counted and never dropped.
//!
//! What it takes for granted is said with its result: the buyers would have bought the same; the amount that
//! free shipping asks about is what was paid for the goods, shared by price where not all of an order counts;
//! refunds are left out.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::past::{Past, PastOrder, Period, Place};
use super::rulebook::{Rulebook, Uncounted};
use super::template::Template;
use crate::error::{Error, Result};
use crate::regions::table::table;
use crate::storage::Shop;
use crate::task::{Phase, Task};

/// What the template is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// What buyers were really charged.
    #[default]
    Charged,
    /// What the shop's templates say, each order by the version of its day.
    Templates,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
pub struct ReplayQuery {
    /// The template, stored or just being edited.
    pub template: Template,
    /// Its method; the first where none is named.
    pub method: Option<String>,
    /// Which orders.
    pub period: Period,
    /// What it is held against.
    pub against: Against,
}

/// What came out. Money in minor units of the template's currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct Replay {
    /// The template's name.
    pub template: String,
    /// ISO 4217.
    pub currency: String,
    /// Orders of the period that were sent or are to be sent, in this currency.
    pub orders: u64,
    /// Of these, the ones with a fee by the template.
    pub computed: u64,
    /// Orders that were never paid or were closed.
    pub not_sent: u64,
    /// Orders in other currencies.
    pub other_currency: u64,
    /// Orders left out of the period because no file says when they were placed.
    pub undated: u64,
    /// Why the others have no fee, the most frequent first.
    pub not_computed: Vec<NotComputed>,
    /// Products whose weight or volume is missing, by how many orders wait for it.
    pub missing: Vec<MissingProduct>,
    /// Orders of which the old fee is known as well: the ones compared below.
    pub compared: u64,
    /// Orders without an old fee.
    pub old_unknown: u64,
    /// What buyers paid for shipping, over the compared orders.
    pub old_fees: i64,
    /// What they would pay.
    pub new_fees: i64,
    /// Orders whose buyers pay more, and how much more together.
    pub more: Shift,
    /// Orders whose buyers pay less, and how much less together.
    pub less: Shift,
    /// Orders that stay the same.
    pub same: u64,
    /// Orders that would be sent free, of the computed.
    pub free: u64,
    /// Orders whose fee depends on a city their address does not name.
    pub depends_on_city: u64,
    /// What couriers took for the compared orders.
    pub cost: CostSide,
    /// Orders that lose money: amount + fee − goods − courier below 0. Only where all four are known.
    pub loss: LossSide,
    /// The change of the fee per order, in bars from much less to much more.
    pub bars: Vec<Bar>,
}

/// How many orders, how much money.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct Shift {
    /// Orders.
    pub orders: u64,
    /// Minor units, always positive.
    pub amount: i64,
}

/// What couriers took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct CostSide {
    /// Compared orders whose cost is known, by a bill or the courier's table.
    pub known: u64,
    /// Their cost.
    pub sum: i64,
    /// What they were charged, and what the seller bore (cost above the fee).
    pub old_fees: i64,
    /// As above, by the template.
    pub new_fees: i64,
    /// Orders charged below their cost, and by how much together.
    pub old_below: Shift,
    /// As above, by the template.
    pub new_below: Shift,
}

/// Orders that lose money.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct LossSide {
    /// Orders of which everything is known.
    pub known: u64,
    /// Those that lost money, and how much together.
    pub old: Shift,
    /// Those that would.
    pub new: Shift,
}

/// Orders without a fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct NotComputed {
    /// Why.
    pub reason: Uncounted,
    /// How many.
    pub orders: u64,
    /// Some of them.
    pub examples: Vec<i64>,
}

/// A product some orders wait for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct MissingProduct {
    /// Its id.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Orders with it that could not be computed.
    pub orders: u64,
}

/// Orders whose fee changes by about as much.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct Bar {
    /// Change of at least this, minor units; none: no lower end.
    pub from: Option<i64>,
    /// Change of at most this; none: no upper end.
    pub to: Option<i64>,
    /// How many.
    pub orders: u64,
    /// The newest of them.
    pub examples: Vec<Changed>,
}

/// An order with its old and new fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Changed {
    /// The order.
    pub order: i64,
    /// Where it went.
    pub region: String,
    /// The old fee.
    pub old: i64,
    /// The new fee.
    pub new: i64,
}

/// Bounds of the bars, in major units: up to −20, −20 to −10 … 0 … over 20.
const EDGES: [i64; 5] = [2, 5, 10, 20, i64::MAX];
const BARS: usize = EDGES.len() * 2 + 1;
const EXAMPLES: usize = 50;

impl Shop {
    /// Plays a template over past orders.
    ///
    /// # Errors
    /// What [`super::validate::template`] finds, [`Error::Cancelled`], failures of the file.
    pub fn replay(&self, query: &ReplayQuery, task: &Task) -> Result<Replay> {
        super::validate::template(&query.template)?;
        let past = Past::load(self, query.period, query.template.currency.as_str(), task)?;
        replay(&past, query, task)
    }
}

/// Plays a template over orders that were read already.
///
/// # Errors
/// [`super::FeeError::UnknownMethod`], [`Error::Cancelled`].
pub fn replay(past: &Past, query: &ReplayQuery, task: &Task) -> Result<Replay> {
    let new = Rulebook::of_one(&query.template, query.method.as_deref())?;
    let old = match query.against {
        Against::Charged => None,
        Against::Templates => Some(Rulebook::of_book(past)?),
    };
    let couriers = Rulebook::of_couriers(past)?;
    let unit = 10i64.pow(query.template.currency.exponent());
    let run = Run { past, new: &new, old: old.as_ref(), couriers: &couriers, unit, task };
    let cores = std::thread::available_parallelism().map_or(2, usize::from).min(8);
    let piece = past.orders.len().div_ceil(cores).max(1);
    let tallies: Vec<Result<Tally>> = std::thread::scope(|scope| {
        let running: Vec<_> = past.orders.chunks(piece).map(|orders| scope.spawn(|| run.over(orders))).collect();
        running.into_iter().map(|r| r.join().unwrap_or(Err(Error::Cancelled))).collect()
    });
    let mut whole = Tally::default();
    for tally in tallies {
        whole.add(tally?)?;
    }
    Ok(whole.finish(past, query, unit))
}

struct Run<'a> {
    past: &'a Past,
    new: &'a Rulebook<'a>,
    old: Option<&'a Rulebook<'a>>,
    couriers: &'a Rulebook<'a>,
    unit: i64,
    task: &'a Task,
}

/// Orders between two looks at whether to stop.
const WATCH: usize = 1 << 14;

impl Run<'_> {
    fn over(&self, orders: &[PastOrder]) -> Result<Tally> {
        let mut tally = Tally::default();
        let total = self.past.orders.len() as u64;
        for (at, order) in orders.iter().enumerate() {
            if at.is_multiple_of(WATCH) {
                self.task.step(Phase::Computing, at as u64, total)?;
            }
            self.one(order, &mut tally)?;
        }
        Ok(tally)
    }

    fn one(&self, order: &PastOrder, tally: &mut Tally) -> Result<()> {
        let new = match self.new.fee(self.past, order) {
            Ok(fee) => fee,
            Err(reason) => {
                tally.uncounted(reason, order);
                return Ok(());
            }
        };
        let r = &mut tally.report;
        r.computed += 1;
        r.free += u64::from(new.fee == 0);
        r.depends_on_city += u64::from(new.depends_on_city);
        let old = match self.old {
            None => order.charged,
            Some(book) => book.fee(self.past, order).ok().map(|f| f.fee),
        };
        let Some(old) = old else {
            r.old_unknown += 1;
            return Ok(());
        };
        r.compared += 1;
        let new = new.fee;
        add(&mut r.old_fees, old)?;
        add(&mut r.new_fees, new)?;
        let change = new.saturating_sub(old);
        match change.signum() {
            1 => r.more.count(change)?,
            -1 => r.less.count(-change)?,
            _ => r.same += 1,
        }
        tally.bars[bar_of(change, self.unit)].push(order, old, new);
        let Some(cost) = self.couriers.cost(self.past, order) else { return Ok(()) };
        r.cost.known += 1;
        add(&mut r.cost.sum, cost)?;
        add(&mut r.cost.old_fees, old)?;
        add(&mut r.cost.new_fees, new)?;
        if old < cost {
            r.cost.old_below.count(cost - old)?;
        }
        if new < cost {
            r.cost.new_below.count(cost - new)?;
        }
        let (Some(goods), Some(amount)) = (self.past.goods_cost(order), order.amount) else { return Ok(()) };
        r.loss.known += 1;
        let left = |fee: i64| amount.saturating_add(fee).saturating_sub(goods).saturating_sub(cost);
        if left(old) < 0 {
            r.loss.old.count(-left(old))?;
        }
        if left(new) < 0 {
            r.loss.new.count(-left(new))?;
        }
        Ok(())
    }
}

fn add(sum: &mut i64, value: i64) -> Result<()> {
    *sum = sum.checked_add(value).ok_or(Error::Overflow)?;
    Ok(())
}

impl Shift {
    fn count(&mut self, amount: i64) -> Result<()> {
        self.orders += 1;
        add(&mut self.amount, amount)
    }

    fn add(&mut self, other: Shift) -> Result<()> {
        self.orders += other.orders;
        add(&mut self.amount, other.amount)
    }
}

/// The bar of a change: the middle one is exactly 0.
fn bar_of(change: i64, unit: i64) -> usize {
    let size = change.saturating_abs();
    let step = EDGES.iter().position(|edge| size <= edge.saturating_mul(unit)).unwrap_or(EDGES.len() - 1);
    match change.signum() {
        0 => EDGES.len(),
        1 => EDGES.len() + 1 + step,
        _ => EDGES.len() - 1 - step,
    }
}

fn bounds(bar: usize, unit: i64) -> (Option<i64>, Option<i64>) {
    let middle = EDGES.len();
    let edges = |step: usize| {
        let inner = if step == 0 { 1 } else { EDGES[step - 1] * unit + 1 };
        let outer = (step + 1 < EDGES.len()).then(|| EDGES[step] * unit);
        (inner, outer)
    };
    match bar.cmp(&middle) {
        std::cmp::Ordering::Equal => (Some(0), Some(0)),
        std::cmp::Ordering::Greater => {
            let (inner, outer) = edges(bar - middle - 1);
            (Some(inner), outer)
        }
        std::cmp::Ordering::Less => {
            let (inner, outer) = edges(middle - 1 - bar);
            (outer.map(|o| -o), Some(-inner))
        }
    }
}

#[derive(Default)]
struct BarTally {
    orders: u64,
    /// The newest by id.
    last: std::collections::VecDeque<(PastOrder, i64, i64)>,
}

impl BarTally {
    fn push(&mut self, order: &PastOrder, old: i64, new: i64) {
        self.orders += 1;
        if self.last.len() == EXAMPLES {
            self.last.pop_front();
        }
        self.last.push_back((*order, old, new));
    }
}

#[derive(Default)]
struct Tally {
    report: Replay,
    bars: [BarTally; BARS],
    uncounted: FxHashMap<Uncounted, (u64, Vec<PastOrder>)>,
}

impl Tally {
    fn uncounted(&mut self, reason: Uncounted, order: &PastOrder) {
        let (count, examples) = self.uncounted.entry(reason).or_default();
        *count += 1;
        // Orders that wait for a product are all kept, so that the products can be counted.
        if examples.len() < EXAMPLES || matches!(reason, Uncounted::MissingWeight | Uncounted::MissingVolume) {
            examples.push(*order);
        }
    }

    fn add(&mut self, other: Tally) -> Result<()> {
        let (a, b) = (&mut self.report, other.report);
        a.computed += b.computed;
        a.free += b.free;
        a.depends_on_city += b.depends_on_city;
        a.old_unknown += b.old_unknown;
        a.compared += b.compared;
        a.same += b.same;
        add(&mut a.old_fees, b.old_fees)?;
        add(&mut a.new_fees, b.new_fees)?;
        a.more.add(b.more)?;
        a.less.add(b.less)?;
        a.cost.known += b.cost.known;
        add(&mut a.cost.sum, b.cost.sum)?;
        add(&mut a.cost.old_fees, b.cost.old_fees)?;
        add(&mut a.cost.new_fees, b.cost.new_fees)?;
        a.cost.old_below.add(b.cost.old_below)?;
        a.cost.new_below.add(b.cost.new_below)?;
        a.loss.known += b.loss.known;
        a.loss.old.add(b.loss.old)?;
        a.loss.new.add(b.loss.new)?;
        for (bar, more) in self.bars.iter_mut().zip(other.bars) {
            bar.orders += more.orders;
            bar.last.extend(more.last);
            while bar.last.len() > EXAMPLES {
                bar.last.pop_front();
            }
        }
        for (reason, (count, examples)) in other.uncounted {
            let known = self.uncounted.entry(reason).or_default();
            known.0 += count;
            known.1.extend(examples);
        }
        Ok(())
    }

    fn finish(self, past: &Past, query: &ReplayQuery, unit: i64) -> Replay {
        let mut report = self.report;
        report.template = query.template.name.clone();
        report.currency = query.template.currency.to_string();
        report.orders = past.orders.len() as u64;
        report.not_sent = past.not_sent;
        report.other_currency = past.other_currency;
        report.undated = past.undated;
        let mut waiting: FxHashMap<i64, (String, u64)> = FxHashMap::default();
        for (reason, (_, orders)) in &self.uncounted {
            for order in orders.iter().filter(|_| matches!(reason, Uncounted::MissingWeight | Uncounted::MissingVolume)) {
                for (product, _) in past.content(order) {
                    if let Some(product) = product.filter(|p| p.lacks(*reason == Uncounted::MissingVolume)) {
                        waiting.entry(product.id).or_insert_with(|| (product.title.clone(), 0)).1 += 1;
                    }
                }
            }
        }
        report.missing = waiting.into_iter().map(|(id, (title, orders))| MissingProduct { id, title, orders }).collect();
        report.missing.sort_unstable_by_key(|m| (std::cmp::Reverse(m.orders), m.id));
        report.not_computed = self
            .uncounted
            .into_iter()
            .map(|(reason, (orders, examples))| NotComputed {
                reason,
                orders,
                examples: examples.iter().rev().take(5).map(|o| o.id).collect(),
            })
            .collect();
        report.not_computed.sort_unstable_by_key(|n| (std::cmp::Reverse(n.orders), n.reason));
        report.bars = self
            .bars
            .into_iter()
            .enumerate()
            .map(|(at, bar)| {
                let (from, to) = bounds(at, unit);
                let examples = bar.last.into_iter().rev().map(|(order, old, new)| Changed {
                    order: order.id,
                    region: match order.place {
                        Place::Known(region) => table().path(region),
                        _ => String::new(),
                    },
                    old,
                    new,
                });
                Bar { from, to, orders: bar.orders, examples: examples.collect() }
            })
            .collect();
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_falls_into_the_bar_that_says_so() {
        for change in [-100_000, -2001, -2000, -1000, -999, -500, -201, -200, -1, 0, 1, 200, 201, 500, 1000, 1001, 2000, 2001, i64::MAX] {
            let (from, to) = bounds(bar_of(change, 100), 100);
            assert!(from.is_none_or(|f| f <= change) && to.is_none_or(|t| change <= t), "{change}: {from:?} to {to:?}");
        }
    }
}
