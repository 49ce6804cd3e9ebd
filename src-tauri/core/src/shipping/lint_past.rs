//! What the shop's products and last orders say against a template: the part of [`lint`](super::lint) that reads the shop.

use rusqlite::OptionalExtension;

use super::compiled::Compiled;
use super::fee;
use super::lint::{Finding, MANY_TIMES, Weight, What, found, look_over};
use super::margin;
use super::past::{Past, Period};
use super::template::Template;
use crate::error::Result;
use crate::storage::Shop;
use crate::task::Task;

/// Orders the free conditions are held against.
const LAST_ORDERS: usize = 500;
/// Fewer orders than this say nothing.
const TOO_FEW: usize = 20;

impl Shop {
    /// What a look at the template beside the shop's products and last orders finds.
    ///
    /// # Errors
    /// Failures of the file, [`crate::Error::Cancelled`].
    pub fn lint_template(&self, template: &Template, task: &Task) -> Result<Vec<Finding>> {
        let mut findings = look_over(template);
        let recent: Option<i64> = self.read(|c| {
            let sql =
                "SELECT min(placed_at) FROM (SELECT placed_at FROM orders WHERE placed_at IS NOT NULL ORDER BY placed_at DESC LIMIT 2000)";
            Ok(c.query_row(sql, [], |r| r.get(0))?)
        })?;
        let past = Past::load(self, Period { since: recent, until: None }, template.currency.as_str(), task)?;
        free_in_the_past(template, &past, &mut findings);
        fees_beside_the_past(template, &past, &mut findings);
        let (mut products, sales, has_default, others) = self.read(|c| {
            // The first template becomes the default one by itself.
            let has = c.query_row("SELECT is_default FROM shipping_templates WHERE kind = 'charge' AND archived_at IS NULL ORDER BY is_default DESC LIMIT 1", [], |r| r.get(0)).optional()?.unwrap_or(true);
            let mut statement = c.prepare_cached("SELECT id FROM shipping_templates WHERE name <> ?1")?;
            let others: Vec<i64> = statement.query_map([template.name.trim()], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok((crate::products::list::all(c)?, crate::products::list::sales(c)?, has, others))
        })?;
        if !has_default {
            let unbound = products.iter().filter(|p| p.template.is_none() && p.own_fee.is_none() && !p.always_free).count() as u32;
            if unbound > 0 {
                findings.push(found(Weight::Note, String::new(), What::UnboundProducts { products: unbound }, None));
            }
        }
        // What is bound to another template is no matter of this one.
        products.retain(|p| p.template.is_none_or(|id| !others.contains(&id)));
        let by_volume = template.measure == super::template::Measure::Volume;
        if template.measure != super::template::Measure::Piece {
            let sold = |id: i64| sales.iter().any(|s| s.id == id);
            let bare: Vec<String> = products
                .iter()
                .filter(|p| if by_volume { p.volume.is_none() } else { p.weight.is_none() })
                .filter(|p| p.own_fee.is_none() && !p.always_free && sold(p.id))
                .map(|p| p.title.clone())
                .collect();
            if !bare.is_empty() {
                let what = What::MissingWeights { products: bare.len() as u32, examples: bare.into_iter().take(3).collect() };
                findings.push(found(Weight::Risk, String::new(), what, None));
            }
        }
        for thin in margin::guard(template, &past, &products, &sales)? {
            let weight = if thin.usual { Weight::Risk } else { Weight::Note };
            let place = thin.condition.map(|at| format!("methods[{}].free[{at}]", thin.method)).unwrap_or_default();
            findings.push(found(weight, place, What::ThinMargin(thin), None));
        }
        findings.sort_by_key(|f| f.weight);
        Ok(findings)
    }
}

/// First fees that are many times what the last parcels were charged.
fn fees_beside_the_past(template: &Template, past: &Past, findings: &mut Vec<Finding>) {
    let mut charged: Vec<i64> = past.orders.iter().filter_map(|o| o.charged).filter(|fee| *fee > 0).collect();
    if charged.len() < TOO_FEW {
        return;
    }
    charged.sort_unstable();
    let usual = charged[charged.len() / 2];
    for (at, method) in template.methods.iter().enumerate() {
        for (index, rule) in method.rules.iter().enumerate().filter(|(_, r)| r.first_fee > usual.saturating_mul(MANY_TIMES)) {
            let place = format!("methods[{at}].rules[{index}].first_fee");
            findings.retain(|f| f.place != place || !matches!(f.what, What::OddFee { .. }));
            findings.push(found(Weight::Risk, place, What::OddFee { fee: rule.first_fee, usual }, None));
        }
    }
}

fn free_in_the_past(template: &Template, past: &Past, findings: &mut Vec<Finding>) {
    let mut orders: Vec<_> = past.orders.iter().filter(|o| o.placed_at.is_some()).collect();
    orders.sort_unstable_by_key(|o| std::cmp::Reverse(o.placed_at));
    orders.truncate(LAST_ORDERS);
    for (at, method) in template.methods.iter().enumerate() {
        let Ok(compiled) = Compiled::new(template, Some(&method.method)) else { continue };
        let mut counts = vec![(0u32, 0u32); method.free.len()];
        for order in &orders {
            let super::past::Place::Known(region) = order.place else { continue };
            let Some(index) = compiled.at(region).free.map(usize::from) else { continue };
            let Some(pool) = past.pool(order) else { continue };
            if let (Some(free), Some(count)) = (method.free.get(index), counts.get_mut(index))
                && let Ok(met) = fee::is_met(&free.when, &pool)
            {
                count.0 += 1;
                count.1 += u32::from(met);
            }
        }
        for (index, (seen, met)) in counts.into_iter().enumerate() {
            if (seen as usize) < TOO_FEW || method.free[index].when.bounds().is_empty() {
                continue;
            }
            let place = format!("methods[{at}].free[{index}]");
            if met == 0 {
                findings.push(found(Weight::Note, place, What::FreeNever { orders: seen }, None));
            } else if u64::from(met) * 100 >= u64::from(seen) * 95 {
                findings.push(found(Weight::Note, place, What::FreeNearlyAlways { orders: seen, met }, None));
            }
        }
    }
}
