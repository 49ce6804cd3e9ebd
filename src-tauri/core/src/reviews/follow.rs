//! Following a review up: the cause first, then the contact, then the reply; a refusal ends the contact.

use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};

use super::store::{self, Row};
use super::words::{Rating, ReviewCause, ReviewOutcome};
use crate::calendar::rules::ReviewRules;
use crate::contacts::hold::Hold;
use crate::contacts::record::ContactText;
use crate::error::{Error, Result};
use crate::storage::{Change, Op, Shop};
use crate::text::checked_text;
use crate::time::{Seconds, Zone, local_day, minute_of_day, second_of_day};

/// What is to be done next about a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ReviewStep {
    /// Say what was at fault.
    SetCause,
    /// Call, or write where they were not reached.
    Contact,
    /// Reply in public.
    Reply,
    /// Say how it ended.
    Close,
    /// Nothing: it is closed, or gone from the platform.
    Done,
}

impl ReviewStep {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            ReviewStep::SetCause => "set_cause",
            ReviewStep::Contact => "contact",
            ReviewStep::Reply => "reply",
            ReviewStep::Close => "close",
            ReviewStep::Done => "done",
        }
    }
}

/// The attempts to reach a buyer about a review.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct Attempts {
    /// Outgoing calls and messages.
    pub made: u32,
    /// They were spoken with, or answered.
    pub reached: bool,
    /// When the first was made.
    pub first_at: Option<Seconds>,
    /// When the last was made.
    pub last_at: Option<Seconds>,
    /// A call that nobody answered is among them.
    pub called_in_vain: bool,
}

impl Attempts {
    pub(crate) fn of(connection: &Connection, review: i64) -> Result<Attempts> {
        let mut statement =
            connection.prepare_cached("SELECT at, channel, outgoing, outcome FROM contacts WHERE review_id = ?1 ORDER BY at")?;
        let mut rows = statement.query([review])?;
        let mut attempts = Attempts::default();
        while let Some(row) = rows.next()? {
            let (at, channel, outgoing, outcome): (Seconds, String, bool, String) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            if outgoing {
                attempts.made += 1;
                attempts.first_at = attempts.first_at.or(Some(at));
                attempts.last_at = Some(at);
                attempts.called_in_vain |= channel == "phone" && outcome == "no_answer";
            }
            // Whoever writes or calls of their own accord was reached.
            attempts.reached |= !outgoing || outcome == "reached";
        }
        Ok(attempts)
    }
}

/// From when on the next attempt may be proposed: after the seller's pause, else in another half of a day.
pub(crate) fn next_attempt_from(attempts: Attempts, rules: &ReviewRules, zone: Zone) -> Option<Seconds> {
    const NOON: u16 = 12 * 60;
    let last = attempts.last_at?;
    let another_half = || {
        let day = local_day(last, zone)?;
        if minute_of_day(last, zone)? < NOON { second_of_day(day, NOON, zone) } else { second_of_day(day.succ_opt()?, 0, zone) }
    };
    Some(match rules.attempt_pause_hours {
        Some(hours) => last + i64::from(hours) * 3_600,
        None => another_half().unwrap_or(last),
    })
}

/// What is to be done next.
pub(crate) fn next_step(row: &Row, attempts: Attempts, rules: &ReviewRules, may_contact: bool) -> ReviewStep {
    let reply = || if row.reply.is_empty() { ReviewStep::Reply } else { ReviewStep::Close };
    match row.rating {
        _ if !row.is_open() => ReviewStep::Done,
        Rating::Positive if row.reply.is_empty() => ReviewStep::Reply,
        Rating::Positive => ReviewStep::Done,
        _ if row.cause.is_none() => ReviewStep::SetCause,
        _ if attempts.reached || !may_contact || hold_of(row, attempts, rules, Seconds::MAX).is_some() => reply(),
        _ => ReviewStep::Contact,
    }
}

/// What the seller says of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ReviewEdit {
    /// What was at fault; `None`: not said after all.
    Cause {
        /// The cause.
        cause: Option<ReviewCause>,
        /// In the seller's words.
        note: String,
    },
    /// Whose it is.
    Customer {
        /// `None`: nobody's.
        id: Option<i64>,
    },
    /// Which order it is about; its customer comes with it.
    Order {
        /// `None`: unknown.
        id: Option<i64>,
    },
    /// The buyer asked to leave the platform's chat, with what was said.
    OffPlatform {
        /// Whether.
        asked: bool,
        /// What was said, where.
        note: String,
    },
    /// The refusal was none.
    NotRefused,
    /// It is gone from the platform, or it is there after all.
    Gone {
        /// Whether.
        gone: bool,
    },
    /// How it ended; `None`: it is open again.
    Outcome {
        /// The end.
        outcome: Option<ReviewOutcome>,
    },
    /// What the review says, corrected by hand: it stays as a version.
    Words {
        /// Positive, neutral, negative.
        rating: Rating,
        /// 1 to 5.
        stars: Option<u8>,
        /// The text.
        text: String,
        /// What was added later.
        appended: String,
    },
}

impl Shop {
    /// Says something of a review: one change to undo.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::BadValue`]; [`Error::ReviewRefused`] where the follow-up is not that far.
    pub fn edit_review(&self, id: i64, edit: &ReviewEdit, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::EditReview, now, |tx| {
            let mut row = store::by_id(tx, id)?;
            let before = row.clone();
            apply(tx, &mut row, edit, now)?;
            if matches!(edit, ReviewEdit::Gone { .. } | ReviewEdit::Words { .. }) {
                row.after_change(&before, now);
            }
            row.update(tx)?;
            Ok((row.subject(tx)?, ()))
        })?;
        Ok(change)
    }

    /// Keeps the public reply that was put on the platform.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::BadValue`] for a blank text; [`Error::ReviewRefused`] with `offers_for_review` or
    /// `private_data`: such a reply is not kept as one.
    pub fn keep_reply(&self, id: i64, text: &str, now: Seconds) -> Result<Change> {
        let text = checked_text("review.reply", text, super::draft::LONGEST)?;
        if text.is_empty() {
            return Err(Error::BadValue { field: "review.reply", value: text, reason: "blank" });
        }
        let (change, ()) = self.transact(Op::AnswerReview, now, |tx| {
            let mut row = store::by_id(tx, id)?;
            super::reply::refuse(tx, &row, &text)?;
            if !row.reply.is_empty() && row.reply != text {
                row.keep_version(tx, now)?;
            }
            row.reply.clone_from(&text);
            row.replied_at = Some(now);
            row.update(tx)?;
            Ok((row.subject(tx)?, ()))
        })?;
        Ok(change)
    }

    /// Opens a case for the fault behind a review, or joins the open one about the same order; the case's number.
    /// What is given for the fault is given there, never for the review.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::BadValue`] (`nobody`) for a review that is nobody's.
    pub fn open_case_of_review(&self, id: i64, now: crate::time::Moment) -> Result<(Change, i64)> {
        self.transact(Op::TakeComplaint, now.at, |tx| {
            let row = store::by_id(tx, id)?;
            if row.customer_id.is_none() && row.order_id.is_none() {
                return Err(Error::BadValue { field: "about", value: String::new(), reason: "nobody" });
            }
            let open: Option<i64> = match row.order_id {
                Some(order) => tx
                    .prepare_cached("SELECT max(id) FROM complaints WHERE order_id = ?1 AND stage <> 'closed'")?
                    .query_row([order], |r| r.get(0))?,
                None => None,
            };
            let case = match row.complaint_id.or(open) {
                Some(case) => case,
                None => crate::complaints::take_in::write(
                    tx,
                    &crate::complaints::take_in::NewComplaint {
                        customer_id: row.customer_id,
                        order_id: row.order_id,
                        product: row.product.clone(),
                        channel: crate::contacts::channel::ContactChannel::PlatformChat,
                        words: words_of(&row),
                        received_at: row.reviewed_at.min(now.at),
                    },
                    now,
                )?,
            };
            let mut row = store::by_id(tx, id)?;
            row.complaint_id = Some(case);
            row.update(tx)?;
            Ok((row.subject(tx)?, case))
        })
    }

    /// Removes a review that came in by mistake, with its versions.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_review(&self, id: i64, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::DeleteReview, now, |tx| {
            let subject = store::by_id(tx, id)?.subject(tx)?;
            tx.execute("DELETE FROM reviews WHERE id = ?1", [id])?;
            Ok((subject, ()))
        })?;
        Ok(change)
    }
}

/// The buyer's words; a review without any is known by its rating.
fn words_of(row: &Row) -> String {
    let words = [row.text.as_str(), row.appended.as_str()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("\n");
    let words: String = words.chars().take(crate::complaints::take_in::LONGEST).collect();
    match (words.is_empty(), row.stars) {
        (false, _) => words,
        (true, Some(stars)) => "★".repeat(usize::from(stars)),
        (true, None) => row.rating.as_str().to_owned(),
    }
}

fn apply(tx: &Transaction<'_>, row: &mut Row, edit: &ReviewEdit, now: Seconds) -> Result<()> {
    match edit {
        ReviewEdit::Cause { cause, note } => {
            row.cause = *cause;
            row.cause_note = if cause.is_some() { checked_text("review.cause_note", note, 1_000)? } else { String::new() };
        }
        ReviewEdit::Customer { id } => {
            if let Some(id) = id {
                crate::customers::edit::name_of(tx, *id)?;
            }
            row.customer_id = *id;
            tx.execute("UPDATE contacts SET customer_id = ?2 WHERE review_id = ?1", (row.id, *id))?;
        }
        ReviewEdit::Order { id } => {
            row.order_id = *id;
            if let Some(id) = id {
                let order = crate::orders::store::by_id(tx, *id)?;
                row.customer_id = order.customer_id.or(row.customer_id);
                row.shop_id = Some(order.shop_id);
                row.order_number = order.number;
                let items = crate::orders::store::items_of(tx, *id)?;
                if let ([only], true) = (items.as_slice(), row.product.is_empty()) {
                    row.product.clone_from(&only.title);
                }
                row.product_id = super::matching::product_of(tx, Some(*id), &row.product, &mut Default::default())?;
                tx.execute("UPDATE contacts SET customer_id = ?2, order_id = ?3 WHERE review_id = ?1", (row.id, row.customer_id, *id))?;
            }
        }
        ReviewEdit::OffPlatform { asked, note } => {
            row.off_platform = *asked;
            row.off_platform_note = checked_text("review.off_platform_note", note, 1_000)?;
        }
        ReviewEdit::NotRefused => {
            tx.execute("UPDATE contacts SET no_refusal = 1 WHERE review_id = ?1 AND outcome = 'refused'", [row.id])?;
            row.refused_at = None;
        }
        ReviewEdit::Gone { gone } => {
            if *gone != row.gone_at.is_some() {
                row.keep_version(tx, now)?;
            }
            row.gone_at = gone.then_some(now);
        }
        ReviewEdit::Outcome { outcome } => {
            if outcome.is_some() && row.rating != Rating::Positive && row.cause.is_none() {
                return Err(Error::ReviewRefused { reason: "cause_first" });
            }
            row.outcome = *outcome;
            row.closed_at = outcome.map(|_| now);
        }
        ReviewEdit::Words { rating, stars, text, appended } => {
            if stars.is_some_and(|s| !(1..=5).contains(&s)) {
                return Err(Error::BadValue { field: "review.stars", value: stars.unwrap_or_default().to_string(), reason: "one_to_five" });
            }
            let (text, appended) = (
                checked_text("review.text", text, super::draft::LONGEST)?,
                checked_text("review.appended", appended, super::draft::LONGEST)?,
            );
            if (*rating, *stars, &text, &appended) != (row.rating, row.stars, &row.text, &row.appended) {
                row.keep_version(tx, now)?;
            }
            if row.appended != appended {
                row.appended_at = (!appended.is_empty()).then_some(now);
            }
            (row.rating, row.stars, row.text, row.appended) = (*rating, *stars, text, appended);
        }
    }
    Ok(())
}

/// A contact about a review: none before its cause is set, and never one that offers something for it.
pub(crate) fn about_to_contact(tx: &Transaction<'_>, review: i64, contact: &ContactText) -> Result<()> {
    let row = store::by_id(tx, review)?;
    if contact.outgoing && row.rating != Rating::Positive && row.cause.is_none() {
        return Err(Error::ReviewRefused { reason: "cause_first" });
    }
    if contact.outgoing && super::incentive::check(&contact.text).is_some() {
        return Err(Error::ReviewRefused { reason: "offers_for_review" });
    }
    Ok(())
}

/// What holds a further contact about a review back at this second: a refusal before it, or attempts in vain. Whoever was
/// reached may be spoken with further.
pub(crate) fn hold(connection: &Connection, review: i64, at: Seconds) -> Result<Option<Hold>> {
    let row = store::by_id(connection, review)?;
    let rules = crate::calendar::rules::rules(connection)?.reviews;
    Ok(hold_of(&row, Attempts::of(connection, review)?, &rules, at))
}

/// As [`hold`], of what is read already.
pub(crate) fn hold_of(row: &Row, attempts: Attempts, rules: &ReviewRules, at: Seconds) -> Option<Hold> {
    if row.refused_at.is_some_and(|refused| refused <= at) {
        Some(Hold::Refused)
    } else if row.rating != Rating::Positive && !attempts.reached && attempts.made >= rules.attempts {
        Some(Hold::AttemptsUsed)
    } else {
        None
    }
}

/// The contacts about a review changed: whether the buyer refused is what they say, less what the seller said is none.
pub(crate) fn contacts_changed(tx: &Transaction<'_>, review: Option<i64>) -> Result<()> {
    if let Some(review) = review {
        tx.execute(
            "UPDATE reviews SET refused_at =
             (SELECT max(at) FROM contacts WHERE review_id = ?1 AND outcome = 'refused' AND no_refusal = 0) WHERE id = ?1",
            [review],
        )?;
    }
    Ok(())
}
