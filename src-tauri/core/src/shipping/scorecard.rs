//! How couriers do: cost, days, stuck parcels and complaints by province, from the shop's own orders.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::past::{Past, Period, Place};
use super::rulebook::Rulebook;
use crate::error::Result;
use crate::regions::table::{RegionIndex, table};
use crate::storage::Shop;
use crate::task::Task;
use crate::time::Seconds;

/// Below so many parcels a line says nothing about a courier.
pub const TOO_FEW: u32 = 20;
/// A parcel without an end counts as stuck after this many days where the line's own days are too few to say.
const STUCK_DAYS: i64 = 15;
const DAY: i64 = 86_400;

/// A courier in a province; in all of them where the province is empty. Money in minor units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct CourierLine {
    /// The courier as orders name it.
    pub courier: String,
    /// The province; empty for all of them together.
    pub province: String,
    /// Parcels.
    pub parcels: u32,
    /// Parcels whose cost is known, by a bill or the courier's table.
    pub cost_known: u32,
    /// Their cost.
    pub cost: i64,
    /// What buyers were charged for them.
    pub charged: i64,
    /// Parcels of which both ends are known.
    pub days_known: u32,
    /// Tenths of days from leaving to the end of the order, in the middle and for nine of ten; none where too few are known.
    pub median_days: Option<i64>,
    /// As above.
    pub ninetieth_days: Option<i64>,
    /// Parcels under way for longer than nine of ten take, or than 15 days where too few are known.
    pub stuck: u32,
    /// Some of them.
    pub stuck_orders: Vec<i64>,
    /// Complaints about the way: damaged, late, or the courier.
    pub complaints: u32,
    /// Of those, about damaged goods.
    pub damaged: u32,
    /// Whether the courier's price list is kept.
    pub has_table: bool,
    /// Whether there are too few parcels to say anything.
    pub too_few: bool,
}

#[derive(Default)]
struct Tally {
    line: CourierLine,
    days: Vec<i64>,
    under_way: Vec<(i64, i64)>,
}

impl Shop {
    /// How couriers do, each in all provinces first, then by province; the busiest first.
    ///
    /// # Errors
    /// Failures of the file, [`crate::Error::Cancelled`].
    pub fn courier_scorecard(&self, period: Period, currency: &str, task: &Task, now: Seconds) -> Result<Vec<CourierLine>> {
        let past = Past::load(self, period, currency, task)?;
        let costs = Rulebook::of_couriers(&past)?;
        let complained = self.read(crate::complaints::causes::of_the_way)?;
        let mut tallies: FxHashMap<(&str, Option<RegionIndex>), Tally> = FxHashMap::default();
        for order in &past.orders {
            let courier = past.courier(order);
            if courier.is_empty() {
                continue;
            }
            let province = match order.place {
                Place::Known(region) => table().upwards(region).last(),
                _ => None,
            };
            let cost = costs.cost(&past, order);
            for key in [Some((courier, None)), province.map(|p| (courier, Some(p)))].into_iter().flatten() {
                let tally = tallies.entry(key).or_default();
                let line = &mut tally.line;
                line.parcels += 1;
                if let Some((complaints, damaged)) = complained.get(&order.id) {
                    line.complaints += complaints;
                    line.damaged += damaged;
                }
                if let Some(cost) = cost {
                    line.cost_known += 1;
                    line.cost = line.cost.saturating_add(cost);
                    line.charged = line.charged.saturating_add(order.charged.unwrap_or(0));
                }
                match (order.shipped_at, order.completed_at) {
                    (Some(from), Some(to)) if to >= from => tally.days.push((to - from) * 10 / DAY),
                    (Some(from), None) if now > from && !order.completed => tally.under_way.push((now - from, order.id)),
                    _ => {}
                }
            }
        }
        let mut lines: Vec<CourierLine> = tallies
            .into_iter()
            .map(|((courier, province), tally)| tally.finish(courier, province, past.cost_table(courier).is_some()))
            .collect();
        let whole: FxHashMap<String, u32> =
            lines.iter().filter(|l| l.province.is_empty()).map(|l| (l.courier.clone(), l.parcels)).collect();
        lines.sort_by_key(|l| {
            let of_courier = whole.get(&l.courier).copied().unwrap_or(0);
            (std::cmp::Reverse(of_courier), l.courier.clone(), !l.province.is_empty(), std::cmp::Reverse(l.parcels), l.province.clone())
        });
        Ok(lines)
    }
}

impl Tally {
    fn finish(mut self, courier: &str, province: Option<RegionIndex>, has_table: bool) -> CourierLine {
        self.days.sort_unstable();
        let at = |percent: usize| self.days.get((self.days.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        let enough = self.days.len() >= TOO_FEW as usize;
        let limit = at(90).filter(|_| enough).map_or(STUCK_DAYS * DAY, |tenths| (tenths * DAY / 10).max(DAY));
        self.under_way.retain(|(seconds, _)| *seconds > limit);
        self.under_way.sort_unstable_by_key(|(seconds, _)| std::cmp::Reverse(*seconds));
        CourierLine {
            courier: courier.to_owned(),
            province: province.map(|p| table().get(p).name.to_owned()).unwrap_or_default(),
            days_known: self.days.len() as u32,
            median_days: at(50).filter(|_| enough),
            ninetieth_days: at(90).filter(|_| enough),
            has_table,
            stuck: self.under_way.len() as u32,
            stuck_orders: self.under_way.iter().take(50).map(|(_, id)| *id).collect(),
            too_few: self.line.parcels < TOO_FEW,
            ..self.line
        }
    }
}
