//! Moving a case through its steps, and writing its forms. What is allowed is the table of [`super::state`];
//! every move and every change of a form is an event that stays, and one undoable change.

use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};

use super::clock::{self, Clocks, RemedyDates};
use super::state::{Move, Refused, Stage};
use super::store::{self, Row};
use super::take_in::{LONGEST, check_received};
use super::words::{Asked, Cause, Outcome};
use crate::contacts::channel::{ContactChannel, ContactOutcome};
use crate::contacts::record::{self, About, ContactText};
use crate::error::{Error, Result};
use crate::storage::{Change, Op, Shop};
use crate::text::checked_text;
use crate::time::{Moment, Seconds, plausible};

/// One change of a case's forms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[allow(missing_docs)]
pub enum FormEdit {
    Words {
        value: String,
    },
    Product {
        value: String,
    },
    ReceivedAt {
        value: Seconds,
    },
    ContactChannel {
        value: ContactChannel,
    },
    /// Step 1.
    Said {
        value: String,
    },
    /// Step 2.
    Problem {
        value: String,
    },
    Agrees {
        value: Option<bool>,
    },
    NextUpdate {
        value: Option<Seconds>,
    },
    /// Step 3.
    Meaning {
        value: String,
    },
    Cause {
        value: Option<Cause>,
    },
    /// Step 5.
    Satisfied {
        value: Option<bool>,
    },
    FollowNote {
        value: String,
    },
    /// When the buyer is asked, and how.
    Asked {
        value: Option<Asked>,
    },
    AskedChannel {
        value: Option<ContactChannel>,
    },
    /// What was said in thanks for the complaint.
    Thanks {
        value: String,
    },
    /// Whose case it is.
    Customer {
        value: Option<i64>,
    },
}

impl FormEdit {
    /// The name of the field, for the event.
    fn name(&self) -> &'static str {
        match self {
            FormEdit::Words { .. } => "words",
            FormEdit::Product { .. } => "product",
            FormEdit::ReceivedAt { .. } => "received_at",
            FormEdit::ContactChannel { .. } => "channel",
            FormEdit::Said { .. } => "said",
            FormEdit::Problem { .. } => "problem",
            FormEdit::Agrees { .. } => "agrees",
            FormEdit::NextUpdate { .. } => "next_update",
            FormEdit::Meaning { .. } => "meaning",
            FormEdit::Cause { .. } => "cause",
            FormEdit::Satisfied { .. } => "satisfied",
            FormEdit::FollowNote { .. } => "follow_note",
            FormEdit::Asked { .. } => "asked",
            FormEdit::AskedChannel { .. } => "asked_channel",
            FormEdit::Thanks { .. } => "thanks",
            FormEdit::Customer { .. } => "customer",
        }
    }

    /// What the event says: the field, and after a tab its new value where that is one of a few. Words are not repeated
    /// there: who asks to be forgotten is forgotten once.
    fn logged(&self) -> String {
        let answer = |value: &Option<bool>| value.map(|v| if v { "yes" } else { "no" }.to_owned());
        let value = match self {
            FormEdit::Cause { value } => value.map(|cause| cause.as_str().to_owned()),
            FormEdit::Asked { value } => value.map(|asked| asked.as_str().to_owned()),
            FormEdit::AskedChannel { value } => value.map(|channel| channel.as_str().to_owned()),
            FormEdit::ContactChannel { value } => Some(value.as_str().to_owned()),
            FormEdit::Agrees { value } | FormEdit::Satisfied { value } => answer(value),
            FormEdit::NextUpdate { value } => value.map(|at| at.to_string()),
            _ => None,
        };
        value.map_or_else(|| self.name().to_owned(), |value| format!("{}\t{value}", self.name()))
    }

    fn apply(&self, tx: &Transaction<'_>, row: &mut Row, now: Seconds) -> Result<()> {
        let text = |field, value: &str| checked_text(field, value, LONGEST);
        match self {
            FormEdit::Words { value } => {
                row.words = text("words", value)?;
                if row.words.is_empty() {
                    return Err(Error::BadValue { field: "words", value: String::new(), reason: "blank" });
                }
            }
            FormEdit::Product { value } => {
                row.product = checked_text("product", value, 500)?;
                row.product_id = product_of(tx, row)?;
            }
            FormEdit::ReceivedAt { value } => {
                check_received(*value, now)?;
                if row.stage == Stage::Soothe && row.clock_from == row.received_at {
                    row.clock_from = *value;
                    row.stage_since = *value;
                }
                row.received_at = *value;
            }
            FormEdit::ContactChannel { value } => row.channel = *value,
            FormEdit::Said { value } => row.said = text("said", value)?,
            FormEdit::Problem { value } => row.problem = text("problem", value)?,
            FormEdit::Agrees { value } => row.agrees = *value,
            FormEdit::NextUpdate { value } => row.next_update_at = value.map(|at| plausible("next_update", at)).transpose()?,
            FormEdit::Meaning { value } => row.meaning = text("meaning", value)?,
            FormEdit::Cause { value } => {
                if value.is_none() && row.cause.is_some() && row.stage > Stage::Empathise {
                    return Err(refused(row, Refused::CauseStays));
                }
                row.cause = *value;
            }
            FormEdit::Satisfied { value } => {
                if row.stage != Stage::FollowUp {
                    return Err(refused(row, Refused::AskedAtTheEnd));
                }
                row.satisfied = *value;
            }
            FormEdit::FollowNote { value } => row.follow_note = text("follow_note", value)?,
            FormEdit::Asked { value } => row.asked = *value,
            FormEdit::AskedChannel { value } => row.asked_channel = *value,
            FormEdit::Thanks { value } => row.thanks = text("thanks", value)?,
            FormEdit::Customer { value } => {
                if let Some(customer) = value {
                    crate::customers::edit::name_of(tx, *customer)?;
                }
                row.customer_id = *value;
                for table in ["contacts", "promises"] {
                    tx.execute(&format!("UPDATE {table} SET customer_id = ?2 WHERE complaint_id = ?1"), params![row.id, value])?;
                }
            }
        }
        Ok(())
    }
}

fn refused(row: &Row, refused: Refused) -> Error {
    Error::Refused { id: row.id, stage: row.stage.as_str(), made: "edit", refused }
}

/// The product of the case's order that has this title.
fn product_of(tx: &Transaction<'_>, row: &Row) -> Result<Option<i64>> {
    use rusqlite::OptionalExtension;
    let Some(order) = row.order_id else { return Ok(None) };
    let found: Option<Option<i64>> = tx
        .prepare_cached("SELECT product_id FROM items WHERE order_id = ?1 AND title = ?2 LIMIT 1")?
        .query_row(params![order, row.product], |r| r.get(0))
        .optional()?;
    Ok(found.flatten())
}

impl Shop {
    /// Changes one thing in a case's forms. That the buyer of a closed case is not satisfied after all reopens it.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::BadValue`]; [`Error::Refused`] for an answer before the buyer is asked and for taking
    /// the cause away once its step is past.
    pub fn edit_complaint(&self, id: i64, edit: &FormEdit, now: Moment) -> Result<Change> {
        let op = if matches!(edit, FormEdit::Satisfied { .. }) { Op::MoveComplaint } else { Op::EditComplaint };
        let (change, ()) = self.transact(op, now.at, |tx| {
            let mut row = store::by_id(tx, id)?;
            if row.stage == Stage::Closed && matches!(edit, FormEdit::Satisfied { value: Some(false) }) {
                make(tx, &mut row, &Move::Reopen { reason: Outcome::NotSatisfied.as_str().to_owned() }, now)?;
            } else {
                write(tx, &mut row, edit, now)?;
            }
            Ok((row.subject(tx)?, ()))
        })?;
        Ok(change)
    }

    /// Makes a move.
    ///
    /// # Errors
    /// [`Error::Refused`] with the stage and what is missing; [`Error::NotFound`].
    pub fn move_complaint(&self, id: i64, made: &Move, now: Moment) -> Result<Change> {
        let (change, ()) = self.transact(Op::MoveComplaint, now.at, |tx| {
            let mut row = store::by_id(tx, id)?;
            make(tx, &mut row, made, now)?;
            Ok((row.subject(tx)?, ()))
        })?;
        Ok(change)
    }

    /// Writes down that a message about a case went to the buyer, such as a progress notice that was copied.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::BadValue`] for a blank or overlong text; [`Error::HeldBack`] where they want no
    /// contact and nothing is said why it went to them anyway.
    pub fn record_notice(&self, id: i64, channel: ContactChannel, text: &str, anyway: Option<&str>, now: Seconds) -> Result<Change> {
        if text.trim().is_empty() {
            return Err(Error::BadValue { field: "contact.text", value: String::new(), reason: "blank" });
        }
        let (change, ()) = self.transact(Op::RecordContact, now, |tx| {
            let row = store::by_id(tx, id)?;
            let (about, subject) = About { complaint_id: Some(id), ..About::default() }.complete(tx)?;
            record::write(
                tx,
                &ContactText {
                    about,
                    at: now,
                    channel,
                    outgoing: true,
                    outcome: ContactOutcome::Sent,
                    text: text.to_owned(),
                    anyway: anyway.map(str::to_owned),
                },
                now,
            )?;
            store::record(tx, id, now, "notice", (row.stage, row.stage), "")?;
            Ok((subject, ()))
        })?;
        Ok(change)
    }
}

/// Changes one thing in a case's forms inside another change.
pub(super) fn write(tx: &Transaction<'_>, row: &mut Row, edit: &FormEdit, now: Moment) -> Result<()> {
    let before = row.clone();
    edit.apply(tx, row, now.at)?;
    if *row != before {
        Clocks::load(tx, now.zone)?.set(tx, row)?;
        row.update(tx)?;
        store::record(tx, row.id, now.at, "edited", (row.stage, row.stage), &edit.logged())?;
    }
    Ok(())
}

/// Makes a move inside another change.
pub(crate) fn make(tx: &Transaction<'_>, row: &mut Row, made: &Move, now: Moment) -> Result<()> {
    let before = row.stage;
    let refused = |refused: Refused| Error::Refused { id: row.id, stage: before.as_str(), made: made.name(), refused };
    let after = row.state().after(made, &row.facts(tx, now.at)?).map_err(refused)?;
    let reason = checked_text("reason", made.reason(), 1_000)?;
    let clocks = Clocks::load(tx, now.zone)?;
    let remedies = RemedyDates::of(tx, row.id)?;
    match made {
        Move::Wait { .. } => clock::stop(row, &clocks.calendar, now.at),
        Move::Answered => clock::resume(row, now.at),
        _ => {
            row.waiting_since = None;
            row.stage = after.stage;
            clock::start(row, remedies, now.at);
        }
    }
    let reopened =
        matches!(made, Move::Reopen { .. }) || (before == Stage::FollowUp && after.stage == Stage::Respond && *made == Move::Done);
    if reopened {
        // The second time round the buyer is asked again; what was found out stays.
        row.reopened += 1;
        row.outcome = None;
        row.closed_at = None;
        row.agrees = None;
        row.next_update_at = None;
        row.asked = None;
        row.asked_channel = None;
    }
    // Whoever is asked again has not answered yet.
    if reopened || before == Stage::FollowUp && after.stage < before {
        row.satisfied = None;
    }
    if after.stage == Stage::Closed {
        row.closed_at = Some(now.at);
        row.outcome = match made {
            Move::Close { outcome, .. } => Some(*outcome),
            _ => Some(Outcome::Satisfied),
        };
    }
    // The round is stored before the clock asks what was given in it.
    row.update(tx)?;
    clocks.set(tx, row)?;
    row.update(tx)?;
    store::record(tx, row.id, now.at, if reopened { "reopen" } else { made.name() }, (before, after.stage), &reason)
}
