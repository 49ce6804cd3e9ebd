//! Whether a product's margin can carry the free shipping a template promises.

use serde::Serialize;

use super::compiled::Compiled;
use super::fee::{self, Pool};
use super::past::{self, Past};
use super::template::{Bound, Payer, Template, When};
use crate::error::Result;
use crate::products::list::{ProductLine, ProductSales};
use crate::regions::table::{Level, RegionIndex, table};

/// A product that reaches free shipping with less margin than the parcel costs. Minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ThinMargin {
    /// The product.
    pub product: String,
    /// Place of the method.
    pub method: u32,
    /// Place of the condition; none where the seller pays for everything.
    pub condition: Option<u32>,
    /// The smallest number of it that is sent free.
    pub pieces: i64,
    /// Its usual price.
    pub price: i64,
    /// Its cost.
    pub cost: i64,
    /// What is left of these pieces: pieces × (price − cost).
    pub margin: i64,
    /// Where the parcel goes.
    pub region: String,
    /// What the parcel costs there.
    pub shipping: i64,
    /// Whether the template's own fee stands for the parcel's cost, because no courier's table is there.
    pub estimated: bool,
    /// Whether this is the region most orders go to, and not only the dearest one.
    pub usual: bool,
}

/// Pieces that look too many to be one basket.
const MOST_PIECES: i64 = 200;

/// Products whose margin cannot carry a template's free shipping: in the region most orders go to, else in the
/// dearest one. The price is the one most items had.
///
/// # Errors
/// None that input can cause.
pub fn guard(template: &Template, past: &Past, products: &[ProductLine], sales: &[ProductSales]) -> Result<Vec<ThinMargin>> {
    let mut found = Vec::new();
    let busiest = past.busiest_courier();
    let table_of_courier = busiest.and_then(|courier| past.cost_table(courier));
    for (at, method) in template.methods.iter().enumerate() {
        let compiled = Compiled::new(template, Some(&method.method))?;
        let costs = match table_of_courier {
            Some(table) => Compiled::new(table, None)?,
            None => Compiled::new(template, Some(&method.method))?,
        };
        let estimated = table_of_courier.is_none();
        let always = When::All(Vec::new());
        let conditions: Vec<(Option<usize>, &When)> = match template.payer {
            Payer::Seller => vec![(None, &always)],
            Payer::Buyer => method.free.iter().enumerate().map(|(index, free)| (Some(index), &free.when)).collect(),
        };
        for (index, when) in conditions {
            // Provinces, and whatever the condition names itself.
            let named = index.and_then(|i| method.free.get(i)).into_iter().flat_map(|f| &f.regions);
            let named: Vec<RegionIndex> = named.filter_map(|p| Compiled::region_of(*p)).collect();
            let covered: Vec<RegionIndex> = table()
                .all()
                .filter(|(i, r)| {
                    let cell = compiled.at(*i);
                    let holds = index.is_none() || cell.free.map(usize::from) == index;
                    (r.level == Level::Province || named.contains(i)) && holds && cell.no_delivery.is_none()
                })
                .map(|(i, _)| i)
                .collect();
            let usual = past.busiest_region(&covered);
            for product in products.iter().filter(|p| !p.always_free && p.own_fee.is_none() && !p.excluded_from_free) {
                let price = sales.iter().find(|s| s.id == product.id).and_then(|s| s.price);
                let (Some(price), Some(cost)) = (price.filter(|p| *p > 0), product.cost) else { continue };
                if product.cost_currency.as_deref() != Some(template.currency.as_str()) {
                    continue;
                }
                let Some(pieces) = smallest(when, price, product.weight) else { continue };
                let Some(margin) = price.checked_sub(cost).and_then(|m| m.checked_mul(pieces)) else { continue };
                let mut pool = Pool::EMPTY;
                if pool.add(pieces, product.weight, product.volume, 0).is_err() {
                    continue;
                }
                let parcel =
                    |region: RegionIndex| fee::judge(&costs, costs.at(region), &pool, false).ok().map(|v| v.unwaived.unwrap_or(v.fee));
                let dearest = covered.iter().filter_map(|r| Some((parcel(*r)?, *r))).max_by_key(|(fee, r)| (*fee, std::cmp::Reverse(*r)));
                let thin = |shipping: i64, region: RegionIndex, usual: bool| ThinMargin {
                    product: product.title.clone(),
                    method: at as u32,
                    condition: index.map(|i| i as u32),
                    pieces,
                    price,
                    cost,
                    margin,
                    region: table().path(region),
                    shipping,
                    estimated,
                    usual,
                };
                match (usual.and_then(|r| Some((parcel(r)?, r))), dearest) {
                    (Some((shipping, region)), _) if shipping > margin => found.push(thin(shipping, region, true)),
                    (_, Some((shipping, region))) if shipping > margin => found.push(thin(shipping, region, false)),
                    _ => {}
                }
            }
        }
    }
    found.sort_by_key(|t| (!t.usual, t.margin - t.shipping));
    Ok(found)
}

/// The smallest number of one product alone that meets a condition.
fn smallest(when: &When, price: i64, weight: Option<i64>) -> Option<i64> {
    let needs = |bound: &Bound| match bound {
        Bound::PiecesAtLeast(n) => Some(*n),
        Bound::AmountAtLeast(n) => Some(n / price + i64::from(n % price != 0)),
        Bound::WeightAtLeast(n) => weight.filter(|w| *w > 0).map(|w| n / w + i64::from(n % w != 0)),
        Bound::WeightAtMost(_) => Some(1),
    };
    let mut tried: Vec<i64> = match when {
        When::All(bounds) => vec![bounds.iter().map(needs).try_fold(1, |most, n| n.map(|n| most.max(n)))?],
        When::Any(bounds) => bounds.iter().filter_map(needs).map(|n| n.max(1)).collect(),
    };
    tried.sort_unstable();
    tried.into_iter().filter(|pieces| *pieces <= MOST_PIECES).find(|pieces| {
        let amount = price.checked_mul(*pieces);
        let weight = weight.and_then(|w| w.checked_mul(*pieces));
        amount.is_some_and(|amount| fee::is_met(when, &Pool { pieces: *pieces, amount, weight, volume: None }) == Ok(true))
    })
}

impl Past {
    /// The courier most orders went with.
    fn busiest_courier(&self) -> Option<&str> {
        let mut counts: rustc_hash::FxHashMap<&str, u32> = Default::default();
        self.orders.iter().map(|o| self.courier(o)).filter(|c| !c.is_empty()).for_each(|c| *counts.entry(c).or_default() += 1);
        counts.into_iter().max_by_key(|(courier, count)| (*count, std::cmp::Reverse(*courier))).map(|(courier, _)| courier)
    }

    /// Of some regions the one most orders went to.
    fn busiest_region(&self, among: &[RegionIndex]) -> Option<RegionIndex> {
        let mut counts = vec![0u32; among.len()];
        for order in &self.orders {
            if let past::Place::Known(region) = order.place
                && let Some(at) = among.iter().position(|outer| table().contains(*outer, region))
            {
                counts[at] += 1;
            }
        }
        let most = counts.iter().enumerate().filter(|(_, n)| **n > 0).max_by_key(|(at, n)| (**n, std::cmp::Reverse(*at)))?;
        among.get(most.0).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_basket_of_one_product_is_found() {
        let any = When::Any(vec![Bound::AmountAtLeast(9900), Bound::PiecesAtLeast(3)]);
        assert_eq!(smallest(&any, 2000, None), Some(3));
        assert_eq!(smallest(&any, 5000, None), Some(2));
        let all = When::All(vec![Bound::AmountAtLeast(9900), Bound::PiecesAtLeast(3)]);
        assert_eq!(smallest(&all, 2000, None), Some(5));
        let light = When::All(vec![Bound::AmountAtLeast(9900), Bound::WeightAtMost(1000)]);
        assert_eq!(smallest(&light, 2000, Some(200)), Some(5));
        let either = When::Any(vec![Bound::AmountAtLeast(9900), Bound::WeightAtMost(500)]);
        assert_eq!(smallest(&either, 2000, Some(600)), Some(5), "one of them is too heavy, five cost enough");
        assert_eq!(smallest(&light, 2000, Some(300)), None, "five of them are too heavy");
    }
}
