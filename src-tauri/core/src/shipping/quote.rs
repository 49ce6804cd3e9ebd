//! A basket with its fee and every step of it.

use serde::Serialize;

use super::basket::{Basket, Line};
use super::compiled::Compiled;
use super::explain::{Gap, Step};
use super::fault::FeeError;
use super::fee::{self, Free, Pool, Trouble, Verdict};
use super::template::{Combine, Measure, Place, Template, When};
use crate::address::Habits;
use crate::regions::RegionCode;
use crate::regions::changes::{Resolved, resolve};
use crate::regions::table::{RegionIndex, table};

/// A fee with its explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Quote {
    /// What the buyer pays, in minor units.
    pub fee: i64,
    /// ISO 4217.
    pub currency: String,
    /// Whether nothing is paid.
    pub free: bool,
    /// Each line's share; they add up to the fee.
    pub lines: Vec<Share>,
    /// How it came about.
    pub steps: Vec<Step>,
    /// The fee under each way to combine templates.
    pub alternatives: Alternatives,
    /// The region it is sent to.
    pub region: RegionCode,
    /// The region with what it lies in.
    pub region_name: String,
    /// Regions inside it where the answer would be another, because the address does not say more.
    pub depends_on: Vec<RegionCode>,
    /// How far from free, where it can become free.
    pub to_free: Option<Gap>,
}

impl Quote {
    /// What was paid for the goods is not known after all: how much more has to be bought is not said then, only from
    /// which amount shipping is free.
    pub fn forget_amount(&mut self) {
        let told = self.steps.iter_mut().filter_map(|step| match step {
            Step::FreeMissed { gap } => Some(gap),
            _ => None,
        });
        told.chain(&mut self.to_free).for_each(Gap::forget_amount);
    }
}

/// A line's share of the fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Share {
    /// The product.
    pub name: String,
    /// Minor units.
    pub share: i64,
}

/// The fee under each way to combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)] // as `Combine`
pub struct Alternatives {
    pub sum: i64,
    pub highest_first: i64,
    pub max: i64,
}

impl Alternatives {
    fn of(&self, combine: Combine) -> i64 {
        match combine {
            Combine::Sum => self.sum,
            Combine::HighestFirst => self.highest_first,
            Combine::Max => self.max,
        }
    }
}

/// The templates a basket may name.
pub trait Templates {
    /// The template of a line that names none.
    fn usual(&self) -> Option<&Template>;
    /// A template by its name.
    fn named(&self, name: &str) -> Option<&Template>;
}

impl Templates for Template {
    fn usual(&self) -> Option<&Template> {
        Some(self)
    }
    fn named(&self, name: &str) -> Option<&Template> {
        (self.name == name).then_some(self)
    }
}

/// The first is the usual one.
impl Templates for [Template] {
    fn usual(&self) -> Option<&Template> {
        self.first()
    }
    fn named(&self, name: &str) -> Option<&Template> {
        self.iter().find(|t| t.name == name)
    }
}

/// Where a basket goes.
///
/// # Errors
/// [`FeeError::UnknownRegion`] and [`FeeError::AmbiguousRegion`].
pub fn destination(to: &str, habits: &Habits) -> Result<RegionIndex, FeeError> {
    let unknown = || FeeError::UnknownRegion { region: to.trim().to_owned(), place: String::new() };
    let one_of = |regions: &[RegionIndex]| match regions {
        [one] => Ok(*one),
        [] => Err(unknown()),
        several => Err(FeeError::AmbiguousRegion {
            address: to.trim().to_owned(),
            candidates: several.iter().map(|r| (table().get(*r).code.to_string(), table().path(*r))).collect(),
        }),
    };
    if let Some(code) = RegionCode::parse(to) {
        return match resolve(code) {
            Resolved::Current(index) => Ok(index),
            Resolved::Gone(change) => one_of(&change.becomes),
            Resolved::Unknown => Err(unknown()),
        };
    }
    let parts = crate::address::parse(to, habits);
    match parts.code.map(resolve) {
        Some(Resolved::Current(index)) => Ok(index),
        _ => one_of(&parts.candidates.iter().filter_map(|c| table().find(*c)).collect::<Vec<_>>()),
    }
}

/// The lines of a basket that share a template.
struct Group<'t> {
    compiled: Compiled<'t>,
    /// Lines billed together.
    pooled: Vec<usize>,
    verdict: Option<Verdict>,
    /// Lines that pay their own share, as if alone.
    alone: Vec<(usize, Verdict)>,
}

impl Group<'_> {
    fn alone_fee(&self) -> Result<i64, FeeError> {
        total(self.alone.iter().map(|(_, v)| v.fee))
    }

    fn rule(&self) -> Option<&super::template::Rule> {
        self.verdict?.cell.rule.and_then(|at| self.compiled.method.rules.get(usize::from(at)))
    }
}

/// The fee of a basket.
///
/// # Errors
/// Every reason of [`FeeError`]; a basket with one line that has no fee has none.
pub fn quote<T: Templates + ?Sized>(templates: &T, basket: &Basket, habits: &Habits) -> Result<Quote, FeeError> {
    let region = destination(&basket.to, habits)?;
    let groups = grouped(templates, basket, region)?;
    let currency = groups.first().map_or(crate::money::Currency::CNY, |g| g.compiled.template.currency);
    if let Some((first, other)) = groups.first().zip(groups.iter().find(|g| g.compiled.template.currency != currency)) {
        return Err(FeeError::MixedCurrencies {
            first: first.compiled.template.name.clone(),
            first_currency: currency.to_string(),
            second: other.compiled.template.name.clone(),
            second_currency: other.compiled.template.currency.to_string(),
        });
    }
    let own = total(basket.lines.iter().filter(|l| !l.always_free).filter_map(|l| l.own_fee))?;
    let alternatives = combined(&groups, own)?;
    // Not as the first line's template says: the order of lines does not matter.
    let usual = templates.usual().or(groups.first().map(|g| g.compiled.template));
    let combine = basket.combine.or(usual.map(|t| t.combine)).unwrap_or_default();
    let fee = alternatives.of(combine);
    let shares = shares(basket, &groups, combine)?;
    let mut steps = vec![Step::Region { name: table().path(region), code: table().get(region).code }];
    for group in &groups {
        steps_of(group, region, basket, &mut steps);
    }
    for line in &basket.lines {
        if line.always_free {
            steps.push(Step::AlwaysFree { product: line.name.clone() });
        } else if let Some(fee) = line.own_fee {
            steps.push(Step::OwnFee { product: line.name.clone(), fee });
        }
    }
    if groups.len() > 1 {
        steps.push(Step::Combined { combine, fee, groups: groups.len() as u32 });
    }
    let mut depends_on: Vec<RegionIndex> = groups.iter().flat_map(|g| g.compiled.exceptions(region)).collect();
    depends_on.sort_unstable();
    depends_on.dedup();
    if !depends_on.is_empty() {
        steps.push(Step::DependsOn { regions: depends_on.iter().map(|r| table().get(*r).name.to_owned()).collect() });
    }
    let to_free = match &groups[..] {
        [one] => gap(one, basket),
        _ => None,
    };
    Ok(Quote {
        fee,
        currency: currency.to_string(),
        free: fee == 0,
        lines: basket.lines.iter().zip(shares).map(|(line, share)| Share { name: line.name.clone(), share }).collect(),
        steps,
        alternatives,
        region: table().get(region).code,
        region_name: table().path(region),
        depends_on: depends_on.into_iter().map(|r| table().get(r).code).collect(),
        to_free,
    })
}

fn grouped<'t, T: Templates + ?Sized>(templates: &'t T, basket: &Basket, region: RegionIndex) -> Result<Vec<Group<'t>>, FeeError> {
    let mut groups: Vec<Group<'t>> = Vec::new();
    for (at, line) in basket.lines.iter().enumerate() {
        if line.always_free || line.own_fee.is_some() {
            continue;
        }
        let template = match &line.template {
            Some(name) => templates.named(name),
            None => templates.usual(),
        };
        let template = template
            .ok_or_else(|| FeeError::MissingTemplate { product: line.name.clone(), template: line.template.clone().unwrap_or_default() })?;
        let known = groups.iter().position(|g| std::ptr::eq(g.compiled.template, template));
        let group = match known {
            Some(index) => &mut groups[index],
            None => {
                let compiled = Compiled::new(template, basket.method.as_deref())?;
                groups.push(Group { compiled, pooled: Vec::new(), verdict: None, alone: Vec::new() });
                let last = groups.len() - 1;
                &mut groups[last]
            }
        };
        if line.excluded_from_free {
            let verdict = judged(&group.compiled, region, basket, &[at], false)?;
            group.alone.push((at, verdict));
        } else {
            group.pooled.push(at);
        }
    }
    for group in groups.iter_mut().filter(|g| !g.pooled.is_empty()) {
        group.verdict = Some(judged(&group.compiled, region, basket, &group.pooled, true)?);
    }
    Ok(groups)
}

fn pool_of(basket: &Basket, lines: &[usize]) -> Result<Pool, FeeError> {
    let mut pool = Pool::EMPTY;
    for &at in lines {
        let line = &basket.lines[at];
        pool.add(line.pieces, line.weight, line.volume, line.amount)
            .map_err(|_| FeeError::Overflow { what: format!("{} × {}", line.name, line.pieces) })?;
    }
    Ok(pool)
}

fn judged(compiled: &Compiled<'_>, region: RegionIndex, basket: &Basket, lines: &[usize], may_be_free: bool) -> Result<Verdict, FeeError> {
    let pool = pool_of(basket, lines)?;
    fee::judge(compiled, compiled.at(region), &pool, may_be_free).map_err(|trouble| named(trouble, compiled, region, basket, lines))
}

/// A trouble with the names that say what to mend.
fn named(trouble: Trouble, compiled: &Compiled<'_>, region: RegionIndex, basket: &Basket, lines: &[usize]) -> FeeError {
    let template = compiled.template.name.clone();
    let method = compiled.method.method.clone();
    let (code, name) = (table().get(region).code.to_string(), table().path(region));
    let product_without = |missing: fn(&Line) -> Option<i64>| {
        let lines = || lines.iter().map(|at| &basket.lines[*at]).filter(|l| l.pieces > 0);
        let found = lines().find(|l| missing(l).is_none()).or_else(|| lines().find(|l| missing(l) == Some(0))).or_else(|| lines().next());
        found.map(|l| l.name.clone()).unwrap_or_default()
    };
    match trouble {
        Trouble::NoRule => FeeError::NoRuleForRegion { template, method, region: code, region_name: name },
        Trouble::NotDelivered(at) => FeeError::NotDelivered {
            template,
            method,
            region: code,
            region_name: name,
            reason: compiled.method.no_delivery.get(usize::from(at)).map(|n| n.reason.clone()).unwrap_or_default(),
        },
        Trouble::Weight => FeeError::MissingWeight { product: product_without(|l| l.weight) },
        Trouble::Volume => FeeError::MissingVolume { product: product_without(|l| l.volume) },
        Trouble::Overflow => FeeError::Overflow { what: format!("{template} → {name}") },
    }
}

fn total(mut parts: impl Iterator<Item = i64>) -> Result<i64, FeeError> {
    parts.try_fold(0i64, i64::checked_add).ok_or_else(|| FeeError::Overflow { what: "sum".to_owned() })
}

fn contributions(groups: &[Group<'_>], combine: Combine) -> Result<Vec<i64>, FeeError> {
    let parts: Vec<fee::Part<'_>> = groups
        .iter()
        .map(|group| Ok(fee::Part { verdict: group.verdict, rule: group.rule(), alone: group.alone_fee()? }))
        .collect::<Result<_, FeeError>>()?;
    fee::contributions(&parts, combine).map_err(|_| FeeError::Overflow { what: "sum".to_owned() })
}

fn combined(groups: &[Group<'_>], own: i64) -> Result<Alternatives, FeeError> {
    let under = |combine| total(contributions(groups, combine)?.into_iter().chain([own]));
    Ok(Alternatives { sum: under(Combine::Sum)?, highest_first: under(Combine::HighestFirst)?, max: under(Combine::Max)? })
}

fn shares(basket: &Basket, groups: &[Group<'_>], combine: Combine) -> Result<Vec<i64>, FeeError> {
    let mut shares: Vec<i64> = basket.lines.iter().map(|l| if l.always_free { 0 } else { l.own_fee.unwrap_or(0) }).collect();
    for (group, paid) in groups.iter().zip(contributions(groups, combine)?) {
        let alone = group.alone_fee()?;
        // Under `max` a group may pay nothing at all, its lone lines included.
        let lone_pay = paid >= alone && (paid > 0 || alone == 0);
        if lone_pay {
            for (at, verdict) in &group.alone {
                shares[*at] = verdict.fee;
            }
        }
        let pooled = if lone_pay { paid - alone } else { paid };
        let by_volume = group.compiled.template.measure == Measure::Volume;
        let quantity = |line: &Line| match group.compiled.template.measure {
            Measure::Piece => line.pieces,
            _ if by_volume => line.volume.unwrap_or(0).saturating_mul(line.pieces),
            _ => line.weight.unwrap_or(0).saturating_mul(line.pieces),
        };
        let quantities: Vec<i64> = group.pooled.iter().map(|at| quantity(&basket.lines[*at])).collect();
        for (at, share) in group.pooled.iter().zip(fee::split(pooled, &quantities)) {
            shares[*at] = share;
        }
    }
    Ok(shares)
}

/// The entry of a list that holds in a region, as the nearest region it names.
fn entry_region(places: &[Place], region: RegionIndex) -> Option<RegionIndex> {
    table().upwards(region).find(|up| places.iter().any(|p| Compiled::region_of(*p) == Some(*up)))
}

fn steps_of(group: &Group<'_>, region: RegionIndex, basket: &Basket, steps: &mut Vec<Step>) {
    let Compiled { template, method, .. } = &group.compiled;
    steps.push(Step::Uses { template: template.name.clone(), valid_from: template.valid_from.clone(), method: method.method.clone() });
    let all = group.pooled.first().map(|_| group.verdict).into_iter().flatten().map(|v| (None, v));
    for (product, verdict) in all.chain(group.alone.iter().map(|(at, v)| (Some(basket.lines[*at].name.clone()), *v))) {
        let pool = match &product {
            None => pool_of(basket, &group.pooled),
            Some(_) => Ok(Pool::EMPTY),
        };
        let lines = if product.is_none() { group.pooled.len() } else { 1 };
        if let Some(product) = product {
            steps.push(Step::Alone { product });
        }
        if let Some(rule) = verdict.cell.rule.and_then(|at| method.rules.get(usize::from(at))) {
            let named = entry_region(&rule.regions, region).map(|r| table().get(r).name.to_owned());
            if verdict.quantity > 0 {
                steps.push(Step::Quantity { lines: lines as u32, quantity: verdict.quantity, measure: template.measure });
                if let (Some(divisor), Ok(Pool { weight: Some(actual), .. })) = (template.volumetric_divisor, &pool)
                    && *actual != verdict.quantity
                {
                    steps.push(Step::Volumetric { actual: *actual, billed: verdict.quantity, divisor });
                }
                steps.push(Step::Rule {
                    region: named,
                    rule: rule.clone(),
                    measure: template.measure,
                    steps: verdict.steps,
                    fee: verdict.unwaived.unwrap_or(verdict.fee),
                });
            }
        }
        match verdict.free {
            Some(Free::SellerPays) => steps.push(Step::SellerPays),
            Some(Free::Condition) => {
                if let Some(free) = verdict.cell.free.and_then(|at| method.free.get(usize::from(at))) {
                    let met = pool.map(|p| free.when.bounds().iter().copied().filter(|b| fee::keeps(*b, &p) == Some(true)).collect());
                    steps.push(Step::FreeMet { bounds: met.unwrap_or_default() });
                }
            }
            None => {}
        }
    }
    if let Some(gap) = gap(group, basket) {
        steps.push(Step::FreeMissed { gap });
    }
}

/// How far a group is from free, where a condition holds in its region and is not met.
fn gap(group: &Group<'_>, basket: &Basket) -> Option<Gap> {
    let verdict = group.verdict.filter(|v| v.free.is_none())?;
    let free = verdict.cell.free.and_then(|at| group.compiled.method.free.get(usize::from(at)))?;
    let pool = pool_of(basket, &group.pooled).ok()?;
    let missing = free.when.bounds().iter().copied().filter(|b| fee::keeps(*b, &pool) == Some(false));
    let missing = missing.map(|bound| (bound, super::explain::distance(bound, &pool))).collect();
    Some(Gap { all: matches!(free.when, When::All(_)), missing })
}
