//! What looks wrong in a template that may be saved: each finding names its place and, where there is one way to
//! mend it, holds the mended template.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::compiled::Compiled;
use super::fee::{self, Pool};
use super::margin::ThinMargin;
use super::template::{Bound, Method, Payer, Place, Rule, Template};
use crate::regions::RegionCode;
use crate::regions::changes::{Resolved, resolve};
use crate::regions::groups::REMOTE;
use crate::regions::table::{RegionIndex, table};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// The template cannot be saved so.
    Wrong,
    /// Orders will fail or money will be lost.
    Risk,
    /// Perhaps meant so.
    Note,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// Regions without a rule.
    Gap {
        /// The outermost of them by name.
        regions: Vec<String>,
    },
    /// A region in two rules.
    Overlap {
        /// Its name, or `default`.
        region: String,
    },
    /// A rule that can never apply.
    Unreachable,
    /// A region that has ended.
    EndedRegion {
        /// Its old name.
        name: String,
        /// Since when.
        year: u16,
        /// What it is today.
        today: Vec<String>,
    },
    /// More costs less: the fee falls where free shipping begins.
    MoreCostsLess {
        /// The bound that makes it free.
        bound: Bound,
        /// The fee just below it.
        fee: i64,
    },
    /// A free condition that none of the last orders met.
    FreeNever {
        /// Orders looked at.
        orders: u32,
    },
    /// A free condition that nearly all of the last orders met.
    FreeNearlyAlways {
        /// Orders looked at.
        orders: u32,
        /// Those that met it.
        met: u32,
    },
    /// More of it never costs more.
    NoStepFee,
    /// The default covers remote regions at the near price.
    RemoteAtNearPrice {
        /// They.
        regions: Vec<String>,
    },
    /// Free shipping reaches regions that the table lists apart at a dearer price.
    DearRegionsGoFree {
        /// They.
        regions: Vec<String>,
        /// What sending there costs by the table, for the first quantity.
        fee: i64,
        /// What it takes.
        bounds: Vec<Bound>,
    },
    /// A first weight or a step that no courier has.
    OddWeight {
        /// Grams.
        grams: i64,
    },
    /// A fee far above the others of the template.
    OddFee {
        /// It.
        fee: i64,
        /// A usual one: the middle of the others, or what the last parcels were charged.
        usual: i64,
    },
    /// Products bound to nothing while there is no default template.
    UnboundProducts {
        /// How many.
        products: u32,
    },
    /// Products that sold and have no weight or volume.
    MissingWeights {
        /// How many.
        products: u32,
        /// Some of them.
        examples: Vec<String>,
    },
    /// Free shipping on a product whose margin cannot carry it.
    ThinMargin(ThinMargin),
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Finding {
    /// How much it matters.
    pub weight: Weight,
    /// Where in the template, as a path: `methods[0].rules[1]`; empty for the whole.
    pub place: String,
    /// What it is.
    pub what: What,
    /// The template mended, where there is one way to.
    pub mended: Option<Template>,
}

/// What a look at the template alone finds. Cheap enough for every keystroke.
pub fn look_over(template: &Template) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, method) in template.methods.iter().enumerate() {
        let path = format!("methods[{at}]");
        overlaps(template, at, method, &path, &mut findings);
        ended(template, at, method, &path, &mut findings);
        if let Ok(compiled) = Compiled::new(template, Some(&method.method)) {
            unreachable(template, at, &compiled, &path, &mut findings);
            if template.payer == Payer::Buyer {
                gaps(template, at, &compiled, &path, &mut findings);
                remote(template, at, method, &compiled, &path, &mut findings);
                more_costs_less(&compiled, &path, &mut findings);
                dear_regions_go_free(&compiled, &path, &mut findings);
            }
        }
        odd_numbers(template, method, &path, &mut findings);
        // One fee for any number everywhere is a flat fee, and meant so.
        let flat = method.rules.iter().all(|r| r.step_fee == 0);
        for (index, _) in method.rules.iter().enumerate().filter(|(_, r)| r.step_fee == 0 && !flat) {
            findings.push(found(Weight::Note, format!("{path}.rules[{index}].step_fee"), What::NoStepFee, None));
        }
    }
    findings.sort_by_key(|f| f.weight);
    findings
}

pub(super) fn found(weight: Weight, place: String, what: What, mended: Option<Template>) -> Finding {
    Finding { weight, place, what, mended }
}

fn mended(template: &Template, at: usize, mend: impl FnOnce(&mut Method)) -> Option<Template> {
    let mut copy = template.clone();
    mend(copy.methods.get_mut(at)?);
    Some(copy)
}

fn name_of(place: Place) -> String {
    match place {
        Place::Default | Place::Everywhere => String::from(place),
        Place::Region(code) => match resolve(code) {
            Resolved::Current(index) => table().path(index),
            Resolved::Gone(change) => change.name.to_owned(),
            Resolved::Unknown => code.to_string(),
        },
    }
}

fn overlaps(template: &Template, at: usize, method: &Method, path: &str, findings: &mut Vec<Finding>) {
    let mut first: FxHashMap<Place, usize> = FxHashMap::default();
    for (index, rule) in method.rules.iter().enumerate() {
        for place in &rule.regions {
            match first.get(place) {
                Some(known) if *known != index => {
                    let mend = mended(template, at, |m| {
                        m.rules[index].regions.retain(|p| p != place);
                        if m.rules[index].regions.is_empty() {
                            m.rules.remove(index);
                        }
                    });
                    findings.push(found(Weight::Wrong, format!("{path}.rules[{index}]"), What::Overlap { region: name_of(*place) }, mend));
                }
                _ => drop(first.insert(*place, index)),
            }
        }
    }
}

fn ended(template: &Template, at: usize, method: &Method, path: &str, findings: &mut Vec<Finding>) {
    let lists: [(&str, Vec<&Vec<Place>>); 3] = [
        ("rules", method.rules.iter().map(|r| &r.regions).collect()),
        ("free", method.free.iter().map(|f| &f.regions).collect()),
        ("no_delivery", method.no_delivery.iter().map(|n| &n.regions).collect()),
    ];
    for (kind, entries) in lists {
        for (index, places) in entries.iter().enumerate() {
            for place in places.iter() {
                let Place::Region(code) = place else { continue };
                let Resolved::Gone(change) = resolve(*code) else { continue };
                let today: Vec<RegionCode> = change.becomes.iter().map(|i| table().get(*i).code).collect();
                let named_already = |code: &RegionCode| entries.iter().any(|list| list.contains(&Place::Region(*code)));
                let mend = mended(template, at, |m| {
                    let list = match kind {
                        "rules" => &mut m.rules[index].regions,
                        "free" => &mut m.free[index].regions,
                        _ => &mut m.no_delivery[index].regions,
                    };
                    list.retain(|p| p != place);
                    list.extend(today.iter().filter(|c| !named_already(c)).map(|c| Place::Region(*c)));
                });
                // A list that would be left without any region is the seller's to decide.
                let mend = mend.filter(|_| places.len() > 1 || today.iter().any(|c| !named_already(c)));
                let what = What::EndedRegion {
                    name: change.name.to_owned(),
                    year: change.year,
                    today: change.becomes.iter().map(|i| table().path(*i)).collect(),
                };
                findings.push(found(Weight::Risk, format!("{path}.{kind}[{index}]"), what, mend));
            }
        }
    }
}

/// Regions where something else than the frame of the standard stands.
fn places() -> impl Iterator<Item = RegionIndex> {
    table().all().filter(|(index, _)| !table().is_frame(*index)).map(|(index, _)| index)
}

fn unreachable(template: &Template, at: usize, compiled: &Compiled<'_>, path: &str, findings: &mut Vec<Finding>) {
    let mut used = vec![false; compiled.method.rules.len()];
    for index in places() {
        let cell = compiled.at(index);
        if let Some(rule) = cell.rule.filter(|_| cell.no_delivery.is_none())
            && let Some(flag) = used.get_mut(usize::from(rule))
        {
            *flag = true;
        }
    }
    for (index, _) in used.iter().enumerate().filter(|(_, used)| !**used) {
        // One that only names ended regions says so already.
        let all_ended = |rule: &Rule| rule.regions.iter().all(|p| *p != Place::Default && Compiled::region_of(*p).is_none());
        if compiled.method.rules.get(index).is_some_and(|rule| !rule.regions.is_empty() && !all_ended(rule)) {
            let mend = mended(template, at, |m| drop(m.rules.remove(index)));
            findings.push(found(
                Weight::Note,
                format!("{path}.rules[{index}]"),
                What::Unreachable,
                mend.filter(|m| !m.methods[at].rules.is_empty()),
            ));
        }
    }
}

fn gaps(template: &Template, at: usize, compiled: &Compiled<'_>, path: &str, findings: &mut Vec<Finding>) {
    let open = |index: &RegionIndex| {
        let cell = compiled.at(*index);
        cell.rule.is_none() && cell.no_delivery.is_none()
    };
    // The outermost regions all of whose inside is open, provinces first.
    let mut regions: Vec<RegionIndex> = Vec::new();
    for index in places().filter(open) {
        let covered = regions.iter().any(|outer| table().contains(*outer, index));
        if !covered && table().inside(index).all(|inner| open(&inner)) {
            regions.push(index);
        }
    }
    if regions.is_empty() {
        return;
    }
    let codes: Vec<Place> = regions.iter().map(|i| Place::Region(table().get(*i).code)).collect();
    let mend = mended(template, at, |m| {
        let no_reason =
            super::template::NoDelivery { regions: codes, except: Vec::new(), reason: "暂不发货 / not delivered".to_owned() };
        m.no_delivery.push(no_reason);
    });
    let what = What::Gap { regions: regions.iter().map(|i| table().path(*i)).collect() };
    findings.push(found(Weight::Risk, format!("{path}.rules"), what, mend));
}

fn remote(template: &Template, at: usize, method: &Method, compiled: &Compiled<'_>, path: &str, findings: &mut Vec<Finding>) {
    let Some(default) = method.rules.iter().position(|r| r.regions.contains(&Place::Default)) else { return };
    // A default that is the only rule and names one price for all is a choice as well, and the dearest one.
    let codes = REMOTE.iter().filter_map(|c| RegionCode::parse(c)).filter(|code| {
        let Some(index) = table().find(*code) else { return false };
        let cell = compiled.at(index);
        cell.rule.map(usize::from) == Some(default) && cell.no_delivery.is_none()
    });
    let codes: Vec<RegionCode> = codes.collect();
    if codes.is_empty() {
        return;
    }
    let mend = mended(template, at, |m| {
        let near = m.rules[default].clone();
        m.rules.push(Rule { regions: codes.iter().map(|c| Place::Region(*c)).collect(), ..near });
    });
    let what = What::RemoteAtNearPrice { regions: codes.iter().map(|c| name_of(Place::Region(*c))).collect() };
    findings.push(found(Weight::Risk, format!("{path}.rules[{default}]"), what, mend));
}

/// A free condition that says everywhere, or names them, takes the dear regions along: with what it costs.
fn dear_regions_go_free(compiled: &Compiled<'_>, path: &str, findings: &mut Vec<Finding>) {
    let method = compiled.method;
    let Some(usual) = method.rules.iter().find(|r| r.regions.contains(&Place::Default)) else { return };
    for (index, free) in method.free.iter().enumerate() {
        let mut dear: Vec<(RegionIndex, i64)> = Vec::new();
        for place in places() {
            let cell = compiled.at(place);
            let Some(rule) = compiled.rule(cell).filter(|r| r.first_fee > usual.first_fee) else { continue };
            let reached = cell.free == u16::try_from(index).ok() && cell.no_delivery.is_none();
            if reached && !dear.iter().any(|(outer, _)| table().contains(*outer, place)) {
                dear.push((place, rule.first_fee));
            }
        }
        // Somebody who names just these regions means them.
        let named = free.regions.iter().all(|p| matches!(p, Place::Region(_)));
        if let Some(fee) = dear.iter().map(|(_, fee)| *fee).max().filter(|_| !named) {
            let regions = dear.iter().map(|(place, _)| table().path(*place)).collect();
            let what = What::DearRegionsGoFree { regions, fee, bounds: free.when.bounds().to_vec() };
            findings.push(found(Weight::Note, format!("{path}.free[{index}]"), what, None));
        }
    }
}

/// Numbers that are rather a slip: a first weight of 1 g or 1 t, a fee twenty times the others.
fn odd_numbers(template: &Template, method: &Method, path: &str, findings: &mut Vec<Finding>) {
    /// Couriers count in steps of 100 g, 500 g, 1 kg; freight in tens of kilograms.
    const GRAMS: std::ops::RangeInclusive<i64> = 10..=100_000;
    if template.measure == super::template::Measure::Weight {
        for (index, rule) in method.rules.iter().enumerate() {
            // A first weight of nothing charges from the first gram on.
            for (field, grams) in [("first", rule.first), ("step", rule.step)] {
                if grams != 0 && !GRAMS.contains(&grams) {
                    findings.push(found(Weight::Risk, format!("{path}.rules[{index}].{field}"), What::OddWeight { grams }, None));
                }
            }
        }
    }
    for (index, rule) in method.rules.iter().enumerate() {
        for (field, fee, of) in
            [("first_fee", rule.first_fee, (|r: &Rule| r.first_fee) as fn(&Rule) -> i64), ("step_fee", rule.step_fee, |r| r.step_fee)]
        {
            let mut others: Vec<i64> =
                method.rules.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, r)| of(r)).filter(|f| *f > 0).collect();
            others.sort_unstable();
            // With nothing to compare with: what a parcel never costs.
            let usual = others.get(others.len() / 2).copied();
            let most = usual.map_or(never(template), |usual| usual.saturating_mul(MANY_TIMES));
            if fee > most {
                let what = What::OddFee { fee, usual: usual.unwrap_or(0) };
                findings.push(found(Weight::Risk, format!("{path}.rules[{index}].{field}"), what, None));
            }
        }
    }
}

/// A fee that is so many times the usual one is a slip of the point.
pub(super) const MANY_TIMES: i64 = 20;

/// Minor units that no parcel costs: 500 yuan, dollars, euros, pounds; 50,000 of a currency without cents.
fn never(template: &Template) -> i64 {
    if template.currency.exponent() == 0 { 50_000 } else { 500 * 10i64.pow(template.currency.exponent()) }
}

/// Three pieces cost less than two: the fee just below a bound, against nothing at it.
fn more_costs_less(compiled: &Compiled<'_>, path: &str, findings: &mut Vec<Finding>) {
    let template = compiled.template;
    for (index, free) in compiled.method.free.iter().enumerate() {
        let somewhere = places().find(|r| compiled.at(*r).free == u16::try_from(index).ok() && compiled.at(*r).no_delivery.is_none());
        let Some(rule) = somewhere.and_then(|r| compiled.rule(compiled.at(r))) else { continue };
        for bound in free.when.bounds() {
            let below = match bound {
                Bound::PiecesAtLeast(n) if *n > 1 && template.measure == super::template::Measure::Piece => n - 1,
                Bound::WeightAtLeast(n) if *n > 1 && template.measure == super::template::Measure::Weight => n - 1,
                _ => continue,
            };
            let pool = Pool { pieces: below, amount: 0, weight: Some(below), volume: Some(below) };
            let quantity = pool.billed(template.measure, None).unwrap_or(0);
            if let Ok(fee) = fee::charge(rule, quantity)
                && fee > 0
            {
                findings.push(found(Weight::Note, format!("{path}.free[{index}]"), What::MoreCostsLess { bound: *bound, fee }, None));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regions::table::Level;
    use crate::shipping::exchange::{read_template, write_template};
    use crate::shipping::validate;

    fn template(rules: &str, rest: &str) -> Template {
        let text = format!(
            r#"{{"name": "T", "payer": "buyer", "measure": "piece", "methods": [{{"method": "express", "rules": [{rules}]{rest}}}]}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    fn rule(regions: &str, fee: i64, step_fee: i64) -> String {
        format!(r#"{{"regions": [{regions}], "first": 1, "first_fee": {fee}, "step": 1, "step_fee": {step_fee}}}"#)
    }

    fn only(findings: &[Finding], pick: impl Fn(&What) -> bool) -> &Finding {
        let picked: Vec<&Finding> = findings.iter().filter(|f| pick(&f.what)).collect();
        assert_eq!(picked.len(), 1, "{findings:?}");
        picked[0]
    }

    #[test]
    fn regions_without_a_rule_are_named_and_can_be_closed() {
        let found = look_over(&template(&rule("\"330000\", \"310000\"", 800, 200), ""));
        let gap = only(&found, |w| matches!(w, What::Gap { .. }));
        let What::Gap { regions } = &gap.what else { panic!() };
        assert_eq!(regions.len(), 32);
        let mended = gap.mended.clone().unwrap();
        assert!(!look_over(&mended).iter().any(|f| matches!(f.what, What::Gap { .. })));
        assert!(validate::template(&mended).is_ok());
    }

    #[test]
    fn a_region_in_two_rules_is_taken_out_of_the_second() {
        let both = format!("{}, {}", rule("\"default\"", 800, 200), rule("\"330000\", \"default\"", 900, 200));
        let found = look_over(&template(&both, ""));
        let overlap = only(&found, |w| matches!(w, What::Overlap { .. }));
        assert_eq!((overlap.weight, overlap.place.as_str()), (Weight::Wrong, "methods[0].rules[1]"));
        assert!(validate::template(overlap.mended.as_ref().unwrap()).is_ok());
    }

    #[test]
    fn a_rule_that_can_never_apply_is_found() {
        let rules = format!("{}, {}", rule("\"default\"", 800, 200), rule("\"540000\"", 900, 200));
        let found = look_over(&template(&rules, r#", "no_delivery": [{"regions": ["540000"], "reason": "x"}]"#));
        assert_eq!(only(&found, |w| *w == What::Unreachable).place, "methods[0].rules[1]");
    }

    #[test]
    fn an_ended_region_says_what_it_is_today() {
        let rules = format!("{}, {}", rule("\"default\"", 800, 200), rule("\"330104\"", 900, 200));
        let found = look_over(&template(&rules, ""));
        let ended = only(&found, |w| matches!(w, What::EndedRegion { .. }));
        let What::EndedRegion { name, today, .. } = &ended.what else { panic!() };
        assert_eq!((name.as_str(), today.as_slice()), ("江干区", ["浙江省杭州市上城区".to_owned()].as_slice()));
        let mended = ended.mended.clone().unwrap();
        assert_eq!(mended.methods[0].rules[1].regions, [Place::Region(RegionCode::parse("330102").unwrap())]);
    }

    #[test]
    fn a_default_at_the_near_price_for_remote_regions_is_found_and_split() {
        let found = look_over(&template(&rule("\"default\"", 800, 200), ""));
        let remote = only(&found, |w| matches!(w, What::RemoteAtNearPrice { .. }));
        let mended = remote.mended.clone().unwrap();
        assert_eq!(mended.methods[0].rules.len(), 2);
        assert!(look_over(&mended).is_empty(), "{:?}", look_over(&mended));
        assert_eq!(read_template(&write_template(&mended).unwrap()).unwrap(), mended);
    }

    #[test]
    fn three_that_cost_less_than_two_are_found() {
        let free = r#", "free": [{"regions": ["330000"], "any": [{"pieces_at_least": 3}]}]"#;
        let rules = format!("{}, {}", rule("\"default\"", 800, 0), rule(&REMOTE.map(|c| format!("\"{c}\"")).join(","), 2000, 900));
        let found = look_over(&template(&rules, free));
        let less = only(&found, |w| matches!(w, What::MoreCostsLess { .. }));
        assert_eq!(less.what, What::MoreCostsLess { bound: Bound::PiecesAtLeast(3), fee: 800 });
        assert_eq!(only(&found, |w| *w == What::NoStepFee).place, "methods[0].rules[0].step_fee");
    }

    #[test]
    fn a_gap_inside_a_province_names_the_cities() {
        let others: Vec<String> = table()
            .all()
            .filter(|(_, r)| r.level == Level::Province && r.name != "浙江省")
            .map(|(_, r)| format!("\"{}\"", r.code))
            .collect();
        let found = look_over(&template(&rule(&format!("\"330100\", {}", others.join(",")), 800, 200), ""));
        let What::Gap { regions } = &only(&found, |w| matches!(w, What::Gap { .. })).what else { panic!() };
        assert_eq!(regions.len(), 10);
        assert_eq!(regions[0], "浙江省宁波市");
    }
}
