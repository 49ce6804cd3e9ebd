//! A neutral invitation to review, some days after the order ended: never with a reward, once per order, and not to
//! someone with an open case, with a review already, who was spoken to within two days, who is asked today how the goods are, or who wants no contact. Off until the seller sets the days.

use rusqlite::params;

use super::arrivals::Arrivals;
use super::{Day, Due, Said, Source, id_in, marks};
use crate::contacts::preference::MayContact;
use crate::contacts::record::About;
use crate::error::Result;
use crate::phrases::values::PhraseAbout;
use crate::time::{local_day, second_of_day};

pub(crate) struct Invitations;

const DAY: i64 = 86_400;
/// After so many more days an invitation comes too late.
const LAPSES: i64 = 10;
/// So many of the newest orders are looked at to find those to invite.
const LOOKED_AT: i64 = 300;

impl Source for Invitations {
    fn name(&self) -> &'static str {
        "invitation"
    }

    fn due(&self, day: &Day<'_>) -> Result<Vec<Due>> {
        let Some(days) = day.reviews.invite_days.map(i64::from) else { return Ok(Vec::new()) };
        let began = local_day(day.now.at, day.now.zone).and_then(|d| second_of_day(d, 0, day.now.zone)).unwrap_or(day.now.at);
        let left = i64::from(day.reviews.invites_a_day) - marks::over_since(day.connection, self.name(), began)?;
        let mut statement = day.connection.prepare_cached(&format!(
            "SELECT o.id, o.customer_id FROM orders o WHERE o.completed_at BETWEEN ?1 AND ?2 AND o.customer_id IS NOT NULL
             AND o.refunded = 0 AND o.status <> 'closed'
             AND NOT EXISTS (SELECT 1 FROM complaints c WHERE c.customer_id = o.customer_id AND c.stage <> 'closed')
             AND NOT EXISTS (SELECT 1 FROM reviews v WHERE v.order_id = o.id)
             AND NOT EXISTS (SELECT 1 FROM reviews v WHERE v.customer_id = o.customer_id AND (v.refused_at IS NOT NULL OR v.closed_at IS NULL AND v.rating <> 'positive'))
             AND NOT EXISTS (SELECT 1 FROM contacts t WHERE t.customer_id = o.customer_id AND t.at >= ?3)
             ORDER BY o.completed_at DESC LIMIT {LOOKED_AT}"
        ))?;
        let (from, to) = (day.now.at - (days + LAPSES) * DAY, day.now.at - days * DAY);
        let orders: Vec<(i64, i64)> = statement
            .query_map(params![from, to, day.now.at - 2 * DAY], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        // Nobody hears from the shop twice about the same parcel: who is asked how the goods are is not invited too.
        let asked = Arrivals.due(day)?;
        let mut people: rustc_hash::FxHashSet<i64> = asked.iter().filter_map(|due| due.about.about.customer_id).collect();
        let mut found = Vec::new();
        for (order, customer) in orders {
            let key = format!("order:{order}");
            let wanted = day.may_contact(Some(customer)) != MayContact::Never;
            if found.len() as i64 >= left {
                break;
            }
            if wanted && !marks::is_over(day.connection, self.name(), &key)? && people.insert(customer) {
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
            scene: "review_invitation",
            ..Said::default()
        })
    }
}
