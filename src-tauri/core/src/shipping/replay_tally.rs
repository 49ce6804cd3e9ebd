//! Counting a [`replay`](super::replay): sums, the bars of its chart, what could not be computed. Pieces are counted apart
//! and added.

use rustc_hash::FxHashMap;

use super::past::{Past, PastOrder, Place};
use super::replay::{Bar, Changed, MissingProduct, NotComputed, Replay, ReplayQuery, Shift};
use super::rulebook::Uncounted;
use crate::error::{Error, Result};
use crate::regions::table::table;

/// Bounds of the bars, in major units: up to −20, −20 to −10 … 0 … over 20.
const EDGES: [i64; 5] = [2, 5, 10, 20, i64::MAX];
const BARS: usize = EDGES.len() * 2 + 1;
/// Orders kept as examples of a bar.
const EXAMPLES: usize = 50;

/// Adds money; more than a number holds is an error and no wrong sum.
pub(super) fn add(sum: &mut i64, value: i64) -> Result<()> {
    *sum = sum.checked_add(value).ok_or(Error::Overflow)?;
    Ok(())
}

impl Shift {
    /// One more order with so much.
    pub(super) fn count(&mut self, amount: i64) -> Result<()> {
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

/// The orders of one bar.
#[derive(Default)]
pub(super) struct BarTally {
    orders: u64,
    /// The newest by id.
    last: std::collections::VecDeque<(PastOrder, i64, i64)>,
}

impl BarTally {
    pub(super) fn push(&mut self, order: &PastOrder, old: i64, new: i64) {
        self.orders += 1;
        if self.last.len() == EXAMPLES {
            self.last.pop_front();
        }
        self.last.push_back((*order, old, new));
    }
}

/// The bars of the chart.
#[derive(Default)]
pub(super) struct Bars([BarTally; BARS]);

impl Bars {
    /// The bar of a change.
    pub(super) fn of(&mut self, change: i64, unit: i64) -> &mut BarTally {
        &mut self.0[bar_of(change, unit)]
    }
}

/// What a piece of the past comes to.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) report: Replay,
    pub(super) bars: Bars,
    uncounted: FxHashMap<Uncounted, (u64, Vec<PastOrder>)>,
}

impl Tally {
    /// An order without a fee.
    pub(super) fn uncounted(&mut self, reason: Uncounted, order: &PastOrder) {
        let (count, examples) = self.uncounted.entry(reason).or_default();
        *count += 1;
        // Orders that wait for a product are all kept, so that the products can be counted.
        if examples.len() < EXAMPLES || matches!(reason, Uncounted::MissingWeight | Uncounted::MissingVolume) {
            examples.push(*order);
        }
    }

    /// Another piece beside this one, which is the older.
    pub(super) fn add(&mut self, other: Tally) -> Result<()> {
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
        for (bar, more) in self.bars.0.iter_mut().zip(other.bars.0) {
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

    /// The whole, as it is shown.
    pub(super) fn finish(self, past: &Past, query: &ReplayQuery, unit: i64) -> Replay {
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
            .0
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
