//! Reviews that wait for their next step: the cause, a contact, a reply, an end.

use super::{Day, Due, Said, Source, id_in};
use crate::contacts::preference::MayContact;
use crate::contacts::record::About;
use crate::error::{Error, Result};
use crate::phrases::values::PhraseAbout;
use crate::reviews::follow::{Attempts, ReviewStep, next_step};
use crate::reviews::list::due_at;
use crate::reviews::store;
use crate::reviews::words::Rating;
use rusqlite::Transaction;

use crate::time::Moment;

pub(crate) struct Reviews;

/// So many of the newest of each kind are listed; older ones wait on the page of reviews.
const LISTED: i64 = 300;
/// A file may bring years of reviews; those older than this are history.
const FRESH_DAYS: i64 = 60;

impl Source for Reviews {
    fn name(&self) -> &'static str {
        "review"
    }

    fn due(&self, day: &Day<'_>) -> Result<Vec<Due>> {
        let mut found = Vec::new();
        for condition in ["rating <> 'positive'", "rating = 'positive' AND reply = ''"] {
            let condition = format!(
                " WHERE closed_at IS NULL AND gone_at IS NULL AND {condition} AND fresh_at >= ?1 ORDER BY fresh_at DESC, id DESC LIMIT {LISTED}"
            );
            for row in store::all(day.connection, &condition, &[(day.now.at - FRESH_DAYS * 86_400).into()])? {
                let may_contact = day.may_contact(row.customer_id) != MayContact::Never;
                let attempts = Attempts::of(day.connection, row.id)?;
                let step = next_step(&row, attempts, &day.reviews, may_contact);
                let Some(at) = due_at(&row, attempts, step, &day.reviews, day.now.zone) else { continue };
                // What is left out is this step, and not what comes after it.
                // A step that was left out comes again with the next attempt, and with what the buyer adds.
                let key = format!("review:{}:{}:{}:{}", row.id, step.as_str(), attempts.made, row.fresh_at);
                if super::marks::is_over(day.connection, self.name(), &key)? {
                    continue;
                }
                let about = About { customer_id: row.customer_id, order_id: row.order_id, complaint_id: None, review_id: Some(row.id) };
                // Thanks for praise are a wish and not a duty.
                let wish = row.rating == Rating::Positive;
                let at = if wish && at < day.now.at { day.ends } else { at };
                found.push(Due { key, at, wish, about: PhraseAbout { about, promise_id: None } });
            }
        }
        Ok(found)
    }

    fn say(&self, day: &Day<'_>, due: &Due) -> Result<Said> {
        let row = store::by_id(day.connection, id_in(&due.key)?)?;
        let may_contact = day.may_contact(row.customer_id) != MayContact::Never;
        let step = next_step(&row, Attempts::of(day.connection, row.id)?, &day.reviews, may_contact);
        Ok(Said {
            subject: if row.text.is_empty() { row.product.clone() } else { row.text.chars().take(120).collect() },
            detail: row.product,
            days: None,
            word: step.as_str().to_owned(),
            scene: match row.rating {
                Rating::Positive => "review_positive",
                Rating::Neutral => "review_neutral",
                Rating::Negative => "review_negative",
            },
        })
    }

    /// A review is done where its next step is done; that of a contact is the contact itself.
    fn done(&self, tx: &Transaction<'_>, key: &str, now: Moment) -> Result<()> {
        let row = store::by_id(tx, id_in(key)?)?;
        let rules = crate::calendar::rules::rules(tx)?.reviews;
        let may_contact = match row.customer_id {
            Some(customer) => !crate::contacts::preference::of(tx, customer)?.no_contact,
            None => true,
        };
        match next_step(&row, Attempts::of(tx, row.id)?, &rules, may_contact) {
            ReviewStep::SetCause => Err(Error::ReviewRefused { reason: "cause_first" }),
            ReviewStep::Contact => Err(Error::ReviewRefused { reason: "contact_first" }),
            ReviewStep::Reply if row.rating != Rating::Positive => Err(Error::ReviewRefused { reason: "reply_first" }),
            ReviewStep::Close => Err(Error::ReviewRefused { reason: "outcome_first" }),
            ReviewStep::Reply | ReviewStep::Done => super::marks::set(tx, self.name(), key, &super::marks::Mark::Done, now.at),
        }
    }
}
