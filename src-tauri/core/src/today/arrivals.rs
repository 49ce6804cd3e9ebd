//! Asking how the goods are, some days after they arrived: the shop's own number of days, or the product's.
//!
//! The day of arrival is the order's end, which is when the buyer confirmed it or the platform did. Nobody is asked
//! who was spoken to since, who has an open complaint, or whose money went back. Only so many are proposed a day.

use rusqlite::params;
use rustc_hash::FxHashSet;

use super::{Day, Due, Said, Source, id_in, marks};
use crate::contacts::preference::MayContact;
use crate::contacts::record::About;
use crate::error::Result;
use crate::phrases::values::PhraseAbout;
use crate::time::{local_day, second_of_day};

pub(crate) struct Arrivals;

const DAY: i64 = 86_400;
/// After so many more days the question comes too late.
const LAPSES: i64 = 7;
/// So many of the newest are looked at to find those to propose.
const LOOKED_AT: i64 = 300;

impl Source for Arrivals {
    fn name(&self) -> &'static str {
        "check_in"
    }

    fn due(&self, day: &Day<'_>) -> Result<Vec<Due>> {
        let began = local_day(day.now.at, day.now.zone).and_then(|d| second_of_day(d, 0, day.now.zone)).unwrap_or(day.now.at);
        let left = i64::from(day.day.check_ins_a_day) - marks::over_since(day.connection, self.name(), began)?;
        let own: Vec<u32> = day
            .connection
            .prepare_cached("SELECT DISTINCT check_in_days FROM products WHERE check_in_days IS NOT NULL")?
            .query_map([], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut people = FxHashSet::default();
        let mut found = Vec::new();
        for (days, of_product) in own.into_iter().map(|d| (d, true)).chain(day.day.check_in_days.map(|d| (d, false))) {
            for (order, customer) in candidates(day, i64::from(days), of_product)? {
                if found.len() as i64 >= left {
                    return Ok(found);
                }
                let key = format!("order:{order}");
                if day.may_contact(Some(customer)) == MayContact::Never
                    || people.contains(&customer)
                    || marks::is_over(day.connection, self.name(), &key)?
                {
                    continue;
                }
                people.insert(customer);
                let about = About { customer_id: Some(customer), order_id: Some(order), ..About::default() };
                found.push(Due { key, at: day.ends, wish: true, about: PhraseAbout { about, promise_id: None } });
            }
        }
        Ok(found)
    }

    fn say(&self, day: &Day<'_>, due: &Due) -> Result<Said> {
        let order = crate::orders::store::by_id(day.connection, id_in(&due.key)?)?;
        let items = crate::orders::store::items_of(day.connection, order.id)?;
        Ok(Said {
            subject: items.first().map(|i| i.title.clone()).unwrap_or_default(),
            detail: order.number,
            days: order.completed_at.map(|at| (day.now.at - at) / DAY),
            scene: "arrived",
            ..Said::default()
        })
    }
}

/// Orders that ended so many days ago, the newest first, as (order, customer).
fn candidates(day: &Day<'_>, days: i64, of_product: bool) -> Result<Vec<(i64, i64)>> {
    const OWN: &str = "(SELECT min(p.check_in_days) FROM items i JOIN products p ON p.id = i.product_id WHERE i.order_id = o.id)";
    let condition = if of_product { format!("{OWN} = ?3") } else { format!("{OWN} IS NULL AND ?3 IS NOT NULL") };
    let mut statement = day.connection.prepare_cached(&format!(
        "SELECT o.id, o.customer_id FROM orders o WHERE o.completed_at BETWEEN ?1 AND ?2 AND o.customer_id IS NOT NULL
         AND o.refunded = 0 AND o.status <> 'closed' AND {condition}
         AND NOT EXISTS (SELECT 1 FROM complaints c WHERE c.customer_id = o.customer_id AND c.stage <> 'closed')
         AND NOT EXISTS (SELECT 1 FROM contacts t WHERE t.customer_id = o.customer_id AND t.at >= o.completed_at)
         ORDER BY o.completed_at DESC LIMIT {LOOKED_AT}"
    ))?;
    let (from, to) = (day.now.at - (days + LAPSES) * DAY, day.now.at - days * DAY);
    Ok(statement.query_map(params![from, to, days], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?)
}
