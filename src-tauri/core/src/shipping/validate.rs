//! What must hold before a template is saved or used.

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::basket::Basket;
use super::compiled::Compiled;
use super::fault::FeeError;
use super::template::{Bound, Place, Template, When};
use crate::error::{Error, Result};
use crate::regions::RegionCode;
use crate::regions::changes::{Resolved, resolve};
use crate::regions::table::RegionIndex;

/// The largest amount or quantity of a template: far above any parcel, far below what could overflow.
pub const MOST: i64 = 1_000_000_000_000;

/// Looks a template over.
///
/// # Errors
/// [`Error::BadTemplate`] naming the place; [`FeeError::OverlappingRules`], [`FeeError::ZeroStep`] and
/// [`FeeError::UnknownRegion`].
pub fn template(template: &Template) -> Result<()> {
    let name = template.name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(bad("name", "1 to 100 characters"));
    }
    if let Some(code) = template.origin
        && resolve(code) == Resolved::Unknown
    {
        return Err(FeeError::UnknownRegion { region: code.to_string(), place: "origin".to_owned() }.into());
    }
    if let Some(day) = &template.valid_from
        && (NaiveDate::parse_from_str(day, "%Y-%m-%d").is_err() || day.len() != 10)
    {
        return Err(bad("valid_from", "a day as YYYY-MM-DD"));
    }
    if let Some(divisor) = template.volumetric_divisor {
        if template.measure != super::template::Measure::Weight {
            return Err(bad("volumetric_divisor", "only with the measure weight"));
        }
        if !(1..=MOST).contains(&divisor) {
            return Err(bad("volumetric_divisor", "a whole number of cm³ per kg, at least 1"));
        }
    }
    if template.methods.is_empty() {
        return Err(bad("methods", "at least one method"));
    }
    for (at, method) in template.methods.iter().enumerate() {
        let path = format!("methods[{at}]");
        if method.method.trim().is_empty() {
            return Err(bad(&format!("{path}.method"), "a word"));
        }
        if template.methods[..at].iter().any(|m| m.method == method.method) {
            return Err(bad(&format!("{path}.method"), "a method that is not there twice"));
        }
        let payer_is_seller = template.payer == super::template::Payer::Seller;
        if method.rules.is_empty() && !payer_is_seller {
            return Err(bad(&format!("{path}.rules"), "at least one rule"));
        }
        for (index, rule) in method.rules.iter().enumerate() {
            let path = format!("{path}.rules[{index}]");
            for (field, value) in [("first", rule.first), ("first_fee", rule.first_fee), ("step", rule.step), ("step_fee", rule.step_fee)] {
                if !(0..=MOST).contains(&value) {
                    return Err(bad(&format!("{path}.{field}"), "a whole number from 0 to 1,000,000,000,000"));
                }
            }
            if rule.step == 0 {
                return Err(FeeError::ZeroStep { place: format!("{path}.step") }.into());
            }
        }
        for (index, free) in method.free.iter().enumerate() {
            let path = format!("{path}.free[{index}]");
            if free.when.bounds().is_empty() {
                let which = if matches!(free.when, When::Any(_)) { "any" } else { "all" };
                return Err(bad(&format!("{path}.{which}"), "at least one condition; from 1 piece on is always"));
            }
            for bound in free.when.bounds() {
                let (Bound::AmountAtLeast(n) | Bound::PiecesAtLeast(n) | Bound::WeightAtMost(n) | Bound::WeightAtLeast(n)) = bound;
                if !(0..=MOST).contains(n) {
                    return Err(bad(&path, "bounds from 0 to 1,000,000,000,000"));
                }
            }
        }
        for (index, closed) in method.no_delivery.iter().enumerate() {
            if closed.reason.trim().is_empty() {
                return Err(bad(&format!("{path}.no_delivery[{index}].reason"), "a reason, which the buyer reads"));
            }
        }
        if let Some(index) = method.rules.iter().position(|r| r.regions.contains(&Place::Everywhere)) {
            return Err(bad(&format!("{path}.rules[{index}].regions"), "\"default\" in a table of fees, which is everywhere else"));
        }
        regions(&path, "rules", method.rules.iter().map(|r| (&r.regions, &r.except)))?;
        regions(&path, "free", method.free.iter().map(|f| (&f.regions, &f.except)))?;
        regions(&path, "no_delivery", method.no_delivery.iter().map(|n| (&n.regions, &n.except)))?;
    }
    Ok(())
}

/// Every entry names regions that exist or existed, and no two entries name the same.
fn regions<'a>(path: &str, kind: &str, entries: impl Iterator<Item = (&'a Vec<Place>, &'a Vec<RegionCode>)>) -> Result<()> {
    // Two codes may mean one region: 330101 is 市辖区 of 330100.
    let mut named: FxHashMap<(Place, Option<RegionIndex>), usize> = FxHashMap::default();
    for (index, (places, except)) in entries.enumerate() {
        if places.is_empty() {
            return Err(bad(&format!("{path}.{kind}[{index}].regions"), "at least one region"));
        }
        if let Some(position) = except.iter().position(|code| resolve(*code) == Resolved::Unknown) {
            let place = format!("{path}.{kind}[{index}].except[{position}]");
            return Err(FeeError::UnknownRegion { region: except[position].to_string(), place }.into());
        }
        for (position, place) in places.iter().enumerate() {
            if let Place::Region(code) = place
                && resolve(*code) == Resolved::Unknown
            {
                let place = format!("{path}.{kind}[{index}].regions[{position}]");
                return Err(FeeError::UnknownRegion { region: code.to_string(), place }.into());
            }
            let region = Compiled::region_of(*place);
            // One entry can be for everywhere else, in either way to say it.
            let meant = if region.is_some() || *place == Place::Everywhere { Place::Default } else { *place };
            if let Some(first) = named.insert((meant, region), index)
                && first != index
            {
                return Err(FeeError::OverlappingRules {
                    region: String::from(*place),
                    first: format!("{path}.{kind}[{first}]"),
                    second: format!("{path}.{kind}[{index}]"),
                }
                .into());
            }
        }
    }
    Ok(())
}

/// Looks a basket over.
///
/// # Errors
/// [`Error::BadTemplate`] naming the place.
pub fn basket(basket: &Basket) -> Result<()> {
    if basket.lines.is_empty() || basket.lines.iter().all(|l| l.pieces == 0) {
        return Err(bad("lines", "at least one piece of something"));
    }
    for (at, line) in basket.lines.iter().enumerate() {
        let values = [
            ("pieces", Some(line.pieces)),
            ("weight", line.weight),
            ("volume", line.volume),
            ("amount", Some(line.amount)),
            ("own_fee", line.own_fee),
        ];
        for (field, value) in values {
            if value.is_some_and(|v| v < 0) {
                return Err(bad(&format!("lines[{at}].{field}"), "not below 0"));
            }
        }
    }
    Ok(())
}

fn bad(place: &str, wanted: &str) -> Error {
    Error::BadTemplate { place: place.to_owned(), reason: format!("must be {wanted}") }
}
