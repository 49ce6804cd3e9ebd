//! The fee of a pool of lines: integers only, every operation checked.

use super::compiled::{Cell, Compiled};
use super::template::{Bound, Combine, Measure, Payer, Rule, When};

/// What the lines that share a template come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pool {
    /// Pieces.
    pub pieces: i64,
    /// Goods amount after discounts, minor units.
    pub amount: i64,
    /// Grams; `None` where a line does not know its weight.
    pub weight: Option<i64>,
    /// cm³; `None` where a line does not know its volume.
    pub volume: Option<i64>,
}

/// Why a pool has no fee, without the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// Neither rule nor default.
    NoRule,
    /// Not delivered; the place of the reason in its list.
    NotDelivered(u16),
    /// A weight is needed and missing.
    Weight,
    /// A volume is needed and missing.
    Volume,
    /// Too large.
    Overflow,
}

/// The fee of a pool and how it came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The fee in minor units.
    pub fee: i64,
    /// The billed quantity, in the template's measure.
    pub quantity: i64,
    /// Begun steps above the first quantity.
    pub steps: i64,
    /// Why it is free, where it is.
    pub free: Option<Free>,
    /// What holds in the region.
    pub cell: Cell,
    /// What the rule would charge without free shipping; none where no rule names the region.
    pub unwaived: Option<i64>,
}

/// Why a pool pays nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Free {
    /// The seller pays.
    SellerPays,
    /// A condition is met.
    Condition,
}

impl Pool {
    /// An empty pool, to which lines are added.
    pub const EMPTY: Pool = Pool { pieces: 0, amount: 0, weight: Some(0), volume: Some(0) };

    /// Adds a line: pieces, grams and cm³ of one piece, and the amount of the line.
    ///
    /// # Errors
    /// [`Trouble::Overflow`].
    pub fn add(&mut self, pieces: i64, weight: Option<i64>, volume: Option<i64>, amount: i64) -> Result<(), Trouble> {
        let times = |total: Option<i64>, each: Option<i64>| match (total, each) {
            // Nothing of a line weighs nothing, whatever one piece weighs.
            (total, _) if pieces == 0 => Ok(total),
            (Some(total), Some(each)) => each.checked_mul(pieces).and_then(|sum| total.checked_add(sum)).map(Some).ok_or(Trouble::Overflow),
            _ => Ok(None),
        };
        let (weight, volume) = (times(self.weight, weight)?, times(self.volume, volume)?);
        let pieces = self.pieces.checked_add(pieces).ok_or(Trouble::Overflow)?;
        let amount = self.amount.checked_add(amount).ok_or(Trouble::Overflow)?;
        *self = Pool { pieces, amount, weight, volume };
        Ok(())
    }

    /// The quantity a template bills.
    ///
    /// # Errors
    /// [`Trouble::Weight`] and [`Trouble::Volume`] where it is missing, [`Trouble::Overflow`].
    pub fn billed(&self, measure: Measure, divisor: Option<i64>) -> Result<i64, Trouble> {
        match (measure, divisor) {
            (Measure::Piece, _) => Ok(self.pieces),
            (Measure::Weight, None) => self.weight.filter(|w| *w > 0).ok_or(Trouble::Weight),
            (Measure::Weight, Some(divisor)) => {
                let (actual, volume) = (self.weight.ok_or(Trouble::Weight)?, self.volume.ok_or(Trouble::Volume)?);
                let volumetric = i128::from(volume).checked_mul(1000).ok_or(Trouble::Overflow)?;
                let volumetric = i64::try_from(ceil_div(volumetric, i128::from(divisor))).map_err(|_| Trouble::Overflow)?;
                Some(actual.max(volumetric)).filter(|w| *w > 0).ok_or(Trouble::Weight)
            }
            (Measure::Volume, _) => self.volume.filter(|v| *v > 0).ok_or(Trouble::Volume),
        }
    }
}

fn ceil_div(value: i128, by: i128) -> i128 {
    if by <= 0 { value } else { (value + by - 1) / by }
}

/// Begun steps above the first quantity: `ceil((q − first) / step)`, 0 up to `first`.
pub fn steps(rule: &Rule, quantity: i64) -> i64 {
    if quantity <= rule.first {
        return 0;
    }
    begun(quantity - rule.first, rule.step)
}

fn begun(quantity: i64, step: i64) -> i64 {
    // A template is refused with a step below 1.
    let step = step.max(1);
    quantity / step + i64::from(quantity % step != 0)
}

/// `first_fee + steps × step_fee`.
///
/// # Errors
/// [`Trouble::Overflow`].
pub fn charge(rule: &Rule, quantity: i64) -> Result<i64, Trouble> {
    steps(rule, quantity).checked_mul(rule.step_fee).and_then(|more| more.checked_add(rule.first_fee)).ok_or(Trouble::Overflow)
}

/// `ceil(q / step) × step_fee`: what a template pays beside one with a higher first fee.
///
/// # Errors
/// [`Trouble::Overflow`].
pub fn steps_only(rule: &Rule, quantity: i64) -> Result<i64, Trouble> {
    begun(quantity.max(0), rule.step).checked_mul(rule.step_fee).ok_or(Trouble::Overflow)
}

/// The fee of a pool in a region. `no_delivery` goes before everything, free shipping included; without a rule
/// there is no fee, not even a free one, unless the seller pays.
///
/// # Errors
/// See [`Trouble`].
pub fn judge(compiled: &Compiled<'_>, cell: Cell, pool: &Pool, may_be_free: bool) -> Result<Verdict, Trouble> {
    if let Some(reason) = cell.no_delivery {
        return Err(Trouble::NotDelivered(reason));
    }
    let template = compiled.template;
    let rule = cell.rule.and_then(|at| compiled.method.rules.get(usize::from(at)));
    let free = if template.payer == Payer::Seller {
        Some(Free::SellerPays)
    } else if rule.is_none() {
        return Err(Trouble::NoRule);
    } else {
        let condition = cell.free.filter(|_| may_be_free).and_then(|at| compiled.method.free.get(usize::from(at)));
        let met = condition.map(|c| is_met(&c.when, pool)).transpose()?;
        (met == Some(true)).then_some(Free::Condition)
    };
    let quantity = pool.billed(template.measure, template.volumetric_divisor);
    match (free, rule) {
        (Some(why), rule) => {
            // What is free needs no weight; where there is one, what it would cost is still told.
            let known = rule.zip(quantity.ok());
            let unwaived = known.map(|(rule, quantity)| charge(rule, quantity)).transpose()?;
            let (quantity, steps) = known.map_or((0, 0), |(rule, quantity)| (quantity, steps(rule, quantity)));
            Ok(Verdict { fee: 0, quantity, steps, free: Some(why), cell, unwaived })
        }
        (None, Some(rule)) => {
            let quantity = quantity?;
            let fee = charge(rule, quantity)?;
            Ok(Verdict { fee, quantity, steps: steps(rule, quantity), free: None, cell, unwaived: Some(fee) })
        }
        (None, None) => Err(Trouble::NoRule),
    }
}

/// Whether a free condition is met. An unknown weight decides nothing that another bound has not decided.
///
/// # Errors
/// [`Trouble::Weight`] where only the unknown weight could decide.
pub fn is_met(when: &When, pool: &Pool) -> Result<bool, Trouble> {
    let mut unknown = false;
    for bound in when.bounds() {
        match (keeps(*bound, pool), when) {
            (Some(true), When::Any(_)) => return Ok(true),
            (Some(false), When::All(_)) => return Ok(false),
            (None, _) => unknown = true,
            _ => {}
        }
    }
    if unknown { Err(Trouble::Weight) } else { Ok(matches!(when, When::All(_))) }
}

/// Whether a pool keeps one bound; `None` where its weight is not known.
pub fn keeps(bound: Bound, pool: &Pool) -> Option<bool> {
    match bound {
        Bound::AmountAtLeast(n) => Some(pool.amount >= n),
        Bound::PiecesAtLeast(n) => Some(pool.pieces >= n),
        Bound::WeightAtMost(n) => pool.weight.map(|w| w <= n),
        Bound::WeightAtLeast(n) => pool.weight.map(|w| w >= n),
    }
}

/// What one template contributes to a basket.
#[derive(Debug, Clone, Copy)]
pub struct Part<'r> {
    /// Its pooled lines; none where all of them pay alone.
    pub verdict: Option<Verdict>,
    /// The rule that holds.
    pub rule: Option<&'r Rule>,
    /// What lines pay that are not pooled, together.
    pub alone: i64,
}

impl Part<'_> {
    fn whole(&self) -> Result<i64, Trouble> {
        self.verdict.map_or(0, |v| v.fee).checked_add(self.alone).ok_or(Trouble::Overflow)
    }

    fn pays(&self) -> bool {
        self.verdict.is_some_and(|v| v.free.is_none())
    }
}

/// What each template of a basket pays under a way to combine them. Of several with the same first fee, or the
/// same fee, the first in the basket leads.
///
/// # Errors
/// [`Trouble::Overflow`].
pub fn contributions(parts: &[Part<'_>], combine: Combine) -> Result<Vec<i64>, Trouble> {
    let whole: Vec<i64> = parts.iter().map(Part::whole).collect::<Result<_, _>>()?;
    let first_of_highest = |key: &dyn Fn(usize) -> Option<i64>| {
        (0..parts.len()).filter_map(|at| Some((key(at)?, std::cmp::Reverse(at)))).max().map(|(_, at)| at.0)
    };
    match combine {
        Combine::Sum => Ok(whole),
        Combine::HighestFirst => {
            let lead = first_of_highest(&|at| parts[at].rule.filter(|_| parts[at].pays()).map(|r| r.first_fee));
            let others = parts.iter().enumerate().map(|(at, part)| match (part.verdict, part.rule) {
                (Some(verdict), Some(rule)) if part.pays() && lead != Some(at) => {
                    steps_only(rule, verdict.quantity)?.checked_add(part.alone).ok_or(Trouble::Overflow)
                }
                _ => Ok(whole[at]),
            });
            others.collect()
        }
        Combine::Max => {
            let lead = first_of_highest(&|at| Some(whole[at]));
            Ok(whole.iter().enumerate().map(|(at, fee)| if lead == Some(at) { *fee } else { 0 }).collect())
        }
    }
}

/// A fee split by quantity, rounded down, remainders to the last, so that the parts add up.
pub fn split(fee: i64, quantities: &[i64]) -> Vec<i64> {
    let total: i128 = quantities.iter().map(|q| i128::from(*q)).sum();
    let mut shares: Vec<i64> =
        quantities.iter().map(|q| if total == 0 { 0 } else { (i128::from(fee) * i128::from(*q) / total) as i64 }).collect();
    let given: i64 = shares.iter().sum();
    if let Some(last) = shares.last_mut() {
        *last += fee - given;
    }
    shares
}
