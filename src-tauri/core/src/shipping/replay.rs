//! A template over the shop's own past orders: who would have paid more, what the seller would have borne, which
//! orders would have lost money, and what could not be computed, counted and never dropped.
//!
//! What it takes for granted is said with its result: the buyers would have bought the same; the amount that
//! free shipping asks about is what was paid for the goods, shared by price where not all of an order counts;
//! refunds are left out.

use serde::{Deserialize, Serialize};

use super::past::{Past, PastOrder, Period};
use super::replay_tally::{Tally, add};
use super::rulebook::{Rulebook, Uncounted};
use super::template::Template;
use crate::error::{Error, Result};
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
        tally.bars.of(change, self.unit).push(order, old, new);
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
