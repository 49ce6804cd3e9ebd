//! Templates made ready to be asked about many past orders, and the fee each order has by them.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::compiled::Compiled;
use super::fee::{self, Part, Pool, Trouble, Verdict};
use super::past::{Past, PastOrder, PastProduct, Place};
use super::store::StoredTemplate;
use super::template::{Bound, Combine, Template};
use crate::error::Result;
use crate::time::Seconds;

/// Why an order has no fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Uncounted {
    /// No rule and no default.
    NoRuleForRegion,
    /// Nothing is sent there.
    NotDelivered,
    /// A product without weight.
    MissingWeight,
    /// A product without volume.
    MissingVolume,
    /// An address that is no region.
    UnknownRegion,
    /// An address that fits several.
    AmbiguousRegion,
    /// Another country.
    Abroad,
    /// No file says what was in it.
    NoItems,
    /// No file says how many.
    UnknownPieces,
    /// A free condition asks for the amount, and no file says it.
    UnknownAmount,
    /// A product bound to no template.
    MissingTemplate,
    /// Too large.
    Overflow,
}

impl From<Trouble> for Uncounted {
    fn from(trouble: Trouble) -> Uncounted {
        match trouble {
            Trouble::NoRule => Uncounted::NoRuleForRegion,
            Trouble::NotDelivered(_) => Uncounted::NotDelivered,
            Trouble::Weight => Uncounted::MissingWeight,
            Trouble::Volume => Uncounted::MissingVolume,
            Trouble::Overflow => Uncounted::Overflow,
        }
    }
}

/// A fee of a past order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastFee {
    /// Minor units.
    pub fee: i64,
    /// What it would be without free shipping.
    pub unwaived: i64,
    /// The part of `unwaived` that free shipping would waive: without flat fees and products that are never free.
    pub waivable: i64,
    /// Whether it depends on a city the address does not name.
    pub depends_on_city: bool,
}

/// The versions of a template, the newest first: the second each begins at by the clock of each shop, and its place
/// among the compiled ones.
type Versions = Vec<(Vec<Seconds>, usize)>;

/// Templates made ready to be asked about many orders.
pub struct Rulebook<'t> {
    compiled: Vec<Compiled<'t>>,
    binding: Binding,
    combine: Combine,
}

enum Binding {
    /// One template for everything.
    One,
    /// Each product's own, else the default, in the version of the order's day: by template id.
    Book { by_id: FxHashMap<i64, Versions>, usual: Option<i64> },
    /// By courier: place in `couriers` → versions.
    Couriers(Vec<Option<Versions>>),
}

impl<'t> Rulebook<'t> {
    /// One template for everything that is sold.
    ///
    /// # Errors
    /// [`super::FeeError::UnknownMethod`].
    pub fn of_one(template: &'t Template, method: Option<&str>) -> Result<Rulebook<'t>> {
        let compiled = vec![Compiled::new(template, method)?];
        Ok(Rulebook { compiled, binding: Binding::One, combine: template.combine })
    }

    /// The shop's own templates, each order by those in force on its day.
    ///
    /// # Errors
    /// None that input can cause.
    pub fn of_book(past: &'t Past) -> Result<Rulebook<'t>> {
        let mut compiled = Vec::new();
        let mut by_id = FxHashMap::default();
        for stored in past.book.all.iter().filter(|t| t.line.kind == super::store::Kind::Charge) {
            by_id.insert(stored.line.id, versions(stored, &past.zones, &mut compiled)?);
        }
        let usual = past.book.usual();
        let combine = usual.and_then(|t| t.versions.first()).map_or(Combine::Sum, |t| t.combine);
        let usual = usual.map(|t| t.line.id);
        Ok(Rulebook { compiled, binding: Binding::Book { by_id, usual }, combine })
    }

    /// What couriers charge, by their tables.
    ///
    /// # Errors
    /// None that input can cause.
    pub fn of_couriers(past: &'t Past) -> Result<Rulebook<'t>> {
        let mut compiled = Vec::new();
        let mut tables = Vec::new();
        for courier in &past.couriers {
            tables.push(match past.book.cost_of(courier) {
                Some(stored) => Some(versions(stored, &past.zones, &mut compiled)?),
                None => None,
            });
        }
        Ok(Rulebook { compiled, binding: Binding::Couriers(tables), combine: Combine::Sum })
    }

    fn template_of(&self, order: &PastOrder, product: Option<&PastProduct>) -> Option<usize> {
        let in_force = |versions: &Versions| {
            let at = order.placed_at.unwrap_or(Seconds::MAX);
            let begun = |starts: &Vec<Seconds>| starts.get(usize::from(order.shop)).is_none_or(|start| *start <= at);
            versions.iter().find(|(starts, _)| begun(starts)).or(versions.last()).map(|(_, at)| *at)
        };
        match &self.binding {
            Binding::One => Some(0),
            Binding::Book { by_id, usual } => {
                let bound = product.and_then(|p| p.template).filter(|id| by_id.contains_key(id));
                in_force(by_id.get(&bound.or(*usual)?)?)
            }
            Binding::Couriers(tables) => in_force(tables.get(usize::from(order.courier))?.as_ref()?),
        }
    }

    /// The fee of a past order; the same numbers as [`super::quote()`] gives for its basket.
    ///
    /// # Errors
    /// Why it has none.
    pub fn fee(&self, past: &Past, order: &PastOrder) -> Result<PastFee, Uncounted> {
        let region = match order.place {
            Place::Known(region) => region,
            Place::Ambiguous => return Err(Uncounted::AmbiguousRegion),
            Place::Unknown => return Err(Uncounted::UnknownRegion),
            Place::Abroad => return Err(Uncounted::Abroad),
        };
        let lines = past.lines_of(order);
        if lines.is_empty() {
            return Err(Uncounted::NoItems);
        }
        let courier = matches!(self.binding, Binding::Couriers(_));
        let mut groups: [Option<(usize, Group)>; 8] = Default::default();
        let mut pooled = 0usize;
        let mut own: i64 = 0;
        let mut depends = false;
        for line in lines {
            let product = past.product(line);
            let pieces = line.pieces.ok_or(Uncounted::UnknownPieces)?;
            if !courier && let Some(product) = product {
                if product.always_free {
                    continue;
                }
                if let Some(fee) = product.own_fee {
                    own = own.checked_add(fee).ok_or(Uncounted::Overflow)?;
                    continue;
                }
            }
            let at = self.template_of(order, product).ok_or(Uncounted::MissingTemplate)?;
            let compiled = &self.compiled[at];
            depends |= compiled.varies_inside(region);
            let slot = groups.iter_mut().find(|g| g.as_ref().is_none_or(|(known, _)| *known == at)).ok_or(Uncounted::Overflow)?;
            let (_, group) = slot.get_or_insert_with(|| (at, Group { pool: Pool::EMPTY, pooled: false, worth: Some(0), alone: 0 }));
            let (weight, volume) = product.map_or((None, None), |p| (p.weight, p.volume));
            if !courier && product.is_some_and(|p| p.excluded) {
                let mut lone = Pool::EMPTY;
                lone.add(pieces, weight, volume, 0)?;
                let verdict = fee::judge(compiled, compiled.at(region), &lone, false)?;
                group.alone = group.alone.checked_add(verdict.fee).ok_or(Uncounted::Overflow)?;
            } else {
                group.pool.add(pieces, weight, volume, 0)?;
                group.pooled = true;
                group.worth = group.worth.zip(line.worth()).and_then(|(a, b)| a.checked_add(b));
                pooled += 1;
            }
        }
        let groups: &mut [Option<(usize, Group)>] = &mut groups;
        let count = groups.iter().flatten().count();
        for (at, group) in groups.iter_mut().flatten().filter(|(_, group)| group.pooled) {
            let compiled = &self.compiled[*at];
            if asks_amount(compiled, compiled.at(region)) {
                let amount = order.amount.ok_or(Uncounted::UnknownAmount)?;
                // Alone in the order it has all of the amount, else its share by price.
                group.pool.amount = if count == 1 && pooled == lines.len() {
                    amount
                } else {
                    let whole = lines.iter().try_fold(0i64, |sum, line| sum.checked_add(line.worth()?)).filter(|w| *w > 0);
                    let share = group.worth.zip(whole).map(|(part, whole)| i128::from(amount) * i128::from(part) / i128::from(whole));
                    share.and_then(|s| i64::try_from(s).ok()).ok_or(Uncounted::UnknownAmount)?
                };
            }
        }
        let judged = |(at, group): &(usize, Group)| -> Result<(Part<'t>, Option<i64>), Uncounted> {
            let compiled = &self.compiled[*at];
            let cell = compiled.at(region);
            let verdict = match group.pooled {
                true => Some(fee::judge(compiled, cell, &group.pool, true)?),
                false => None,
            };
            Ok((Part { verdict, rule: compiled.rule(cell), alone: group.alone }, verdict.and_then(|v: Verdict| v.unwaived)))
        };
        let sum = |a: i64, b: i64| a.checked_add(b).ok_or(Uncounted::Overflow);
        if count == 1
            && let Some(Some(group)) = groups.first()
        {
            // Nearly every order: one template, nothing to combine.
            let (part, unwaived) = judged(group)?;
            let fee = sum(sum(part.verdict.map_or(0, |v| v.fee), part.alone)?, own)?;
            let waivable = unwaived.unwrap_or(0);
            let unwaived = sum(sum(waivable, part.alone)?, own)?;
            return Ok(PastFee { fee, unwaived, waivable, depends_on_city: depends });
        }
        let mut parts = Vec::with_capacity(count);
        let mut unwaived = own;
        let mut waivable = 0;
        for group in groups.iter().flatten() {
            let (part, whole) = judged(group)?;
            unwaived = sum(unwaived, sum(whole.unwrap_or(0), part.alone)?)?;
            waivable = sum(waivable, whole.unwrap_or(0))?;
            parts.push(part);
        }
        let fee =
            fee::contributions(&parts, self.combine)?.into_iter().try_fold(own, |a, b| a.checked_add(b)).ok_or(Uncounted::Overflow)?;
        Ok(PastFee { fee, unwaived, waivable, depends_on_city: depends })
    }

    /// What sending an order cost the seller: the courier's bill, else the courier's table.
    pub fn cost(&self, past: &Past, order: &PastOrder) -> Option<i64> {
        past.billed.get(&order.id).copied().or_else(|| self.fee(past, order).ok().map(|f| f.fee))
    }
}

#[derive(Default)]
struct Group {
    pool: Pool,
    pooled: bool,
    /// Price × pieces of its lines, where every file says both.
    worth: Option<i64>,
    alone: i64,
}

/// Whether free shipping in this region asks for the amount.
fn asks_amount(compiled: &Compiled<'_>, cell: super::compiled::Cell) -> bool {
    let free = cell.free.and_then(|at| compiled.method.free.get(usize::from(at)));
    free.is_some_and(|f| f.when.bounds().iter().any(|b| matches!(b, Bound::AmountAtLeast(_))))
}

fn versions<'t>(stored: &'t StoredTemplate, zones: &[chrono_tz::Tz], compiled: &mut Vec<Compiled<'t>>) -> Result<Versions> {
    let mut all = Vec::new();
    for version in &stored.versions {
        let day = version.valid_from.as_deref().and_then(|d| chrono::NaiveDate::parse_from_str(d, "%Y-%m-%d").ok());
        let starts = zones.iter().map(|zone| day.and_then(|d| crate::time::start_of_day(d, *zone)).unwrap_or(Seconds::MIN)).collect();
        compiled.push(Compiled::new(version, None)?);
        all.push((starts, compiled.len() - 1));
    }
    Ok(all)
}
