//! What earlier cases of the same cause received, so that like is treated alike.

use rusqlite::Connection;
use rusqlite::types::Value;
use serde::Serialize;

use super::remedies::{self, Remedy};
use super::store::{self, Row};
use super::words::Outcome;
use crate::error::Result;
use crate::storage::Shop;
use crate::time::Seconds;

/// Below so many cases a middle says nothing.
pub const TOO_FEW: usize = 3;
/// The newest so many are shown and counted.
const LOOKED_AT: i64 = 200;
const SHOWN: usize = 6;

/// Why cases count as alike: the closest of these that has enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// Same cause, same product.
    Product,
    /// Same cause, order value between half and double.
    Value,
    /// Same cause.
    Cause,
}

/// An earlier case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct Earlier {
    pub id: i64,
    pub received_at: Seconds,
    pub product: String,
    pub order_value: Option<i64>,
    pub outcome: Option<Outcome>,
    pub remedies: Vec<Remedy>,
    /// What they cost together, in minor units of the case's currency.
    pub cost: i64,
}

/// Earlier cases and what they received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Similar {
    /// How they are alike.
    pub likeness: Likeness,
    /// How many.
    pub count: u32,
    /// ISO code of the sums; empty where no currency is known.
    pub currency: String,
    /// What the case in the middle, the least and the most cost, in minor units; `None` where there are too few.
    pub median: Option<i64>,
    /// As above.
    pub least: Option<i64>,
    /// As above.
    pub most: Option<i64>,
    /// The newest of them.
    pub cases: Vec<Earlier>,
}

impl Shop {
    /// What earlier cases like this one received; `None` while its cause is not set.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`].
    pub fn similar_complaints(&self, id: i64) -> Result<Option<Similar>> {
        self.read(|connection| {
            let row = store::by_id(connection, id)?;
            similar(connection, &row)
        })
    }
}

fn similar(connection: &Connection, row: &Row) -> Result<Option<Similar>> {
    let Some(cause) = row.cause else { return Ok(None) };
    let mut cases = Vec::new();
    // Decided cases: closed ones, and those that something was given in.
    let decided = "WHERE cause = ?1 AND id <> ?2 AND outcome IS NOT 'duplicate'
         AND (stage = 'closed' OR EXISTS (SELECT 1 FROM remedies r WHERE r.complaint_id = complaints.id))
         ORDER BY received_at DESC, id DESC LIMIT ?3";
    for other in store::all(connection, decided, &[Value::from(cause.as_str().to_owned()), row.id.into(), LOOKED_AT.into()])? {
        let remedies = remedies::of_complaint(connection, other.id)?;
        let given = remedies.iter().filter(|r| r.withdrawn_at.is_none());
        // Sums of several currencies say nothing: only what was given in the currency of this case counts.
        let foreign = given.clone().any(|r| r.remedy.cost > 0 && row.currency.as_ref().is_some_and(|c| *c != r.remedy.currency));
        if foreign {
            continue;
        }
        let cost = given.map(|r| r.remedy.cost).sum();
        cases.push((other, remedies, cost));
    }
    let same_product =
        |o: &Row| !row.product.is_empty() && (o.product_id.is_some() && o.product_id == row.product_id || o.product == row.product);
    let same_value = |o: &Row| match (row.order_value, o.order_value) {
        (Some(mine), Some(theirs)) if o.currency == row.currency => theirs >= mine / 2 && theirs <= mine.saturating_mul(2),
        _ => false,
    };
    let count = |fits: &dyn Fn(&Row) -> bool| cases.iter().filter(|(o, _, _)| fits(o)).count();
    let likeness = match () {
        () if count(&same_product) >= TOO_FEW => Likeness::Product,
        () if count(&same_value) >= TOO_FEW => Likeness::Value,
        () => Likeness::Cause,
    };
    cases.retain(|(other, _, _)| match likeness {
        Likeness::Product => same_product(other),
        Likeness::Value => same_value(other),
        Likeness::Cause => true,
    });
    let mut costs: Vec<i64> = cases.iter().map(|(_, _, cost)| *cost).collect();
    costs.sort_unstable();
    let enough = costs.len() >= TOO_FEW;
    Ok(Some(Similar {
        likeness,
        count: costs.len() as u32,
        currency: row.currency.clone().unwrap_or_default(),
        median: costs.get(costs.len().saturating_sub(1) / 2).copied().filter(|_| enough),
        least: costs.first().copied().filter(|_| enough),
        most: costs.last().copied().filter(|_| enough),
        cases: cases
            .into_iter()
            .take(SHOWN)
            .map(|(o, remedies, cost)| Earlier {
                id: o.id,
                received_at: o.received_at,
                product: o.product,
                order_value: o.order_value,
                outcome: o.outcome,
                remedies,
                cost,
            })
            .collect(),
    }))
}
