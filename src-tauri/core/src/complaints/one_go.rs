//! A small complaint made good and closed in one form: the five steps are recorded one after the other, as one change.

use serde::{Deserialize, Serialize};

use super::remedies::{self, RemedyForm, RemedyKind, RemedyText};
use super::state::{Move, Stage};
use super::steps::{self, FormEdit};
use super::store;
use super::words::Cause;
use crate::error::{Error, Result};
use crate::storage::{Change, Op, Shop};
use crate::time::Moment;

/// What is written down of each step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct OneGo {
    /// Step 1: what was said to the buyer.
    pub said: String,
    /// Step 2: the problem in own words; blank: as the buyer said it.
    pub problem: String,
    /// Step 3: what it meant to the buyer.
    pub meaning: String,
    /// Step 3: what was at fault.
    pub cause: Cause,
    /// Step 4: owning the fault, in words; blank where that was done before.
    pub owning: String,
    /// Step 4: what makes it good; it is delivered.
    pub remedy: RemedyForm,
    /// Step 5: the thanks.
    pub thanks: String,
}

impl Shop {
    /// Takes an open case through what is left of its five steps and closes it: the buyer is satisfied.
    ///
    /// # Errors
    /// [`Error::Refused`] naming the step and what it lacks, [`Error::BadValue`], [`Error::NotFound`]; then nothing changed.
    pub fn make_good_and_close(&self, id: i64, form: &OneGo, now: Moment) -> Result<Change> {
        let (change, ()) = self.transact(Op::MoveComplaint, now.at, |tx| {
            let mut row = store::by_id(tx, id)?;
            let problem = if form.problem.trim().is_empty() { row.words.clone() } else { form.problem.clone() };
            // The buyer hears of it at once: what is promised is over a minute later.
            let soon = now.at.saturating_add(60);
            let edits = [
                (Stage::Soothe, vec![FormEdit::Said { value: form.said.clone() }]),
                (
                    Stage::Respond,
                    vec![
                        FormEdit::Problem { value: problem },
                        FormEdit::Agrees { value: Some(true) },
                        FormEdit::NextUpdate { value: Some(soon) },
                    ],
                ),
                (Stage::Empathise, vec![FormEdit::Meaning { value: form.meaning.clone() }, FormEdit::Cause { value: Some(form.cause) }]),
                (Stage::Compensate, Vec::new()),
                (Stage::FollowUp, vec![FormEdit::Thanks { value: form.thanks.clone() }, FormEdit::Satisfied { value: Some(true) }]),
            ];
            let remedy = form.remedy.read()?;
            if remedy.kind == RemedyKind::Apology {
                return Err(Error::BadValue { field: "remedy.kind", value: "apology".to_owned(), reason: "makes_nothing_good" });
            }
            for (stage, edits) in edits {
                // Steps that were made before stay as they were recorded.
                if row.stage != stage {
                    continue;
                }
                for edit in &edits {
                    steps::write(tx, &mut row, edit, now)?;
                }
                if stage == Stage::Compensate {
                    // Nobody is said to have owned what nobody did: without words the step asks for them.
                    if !form.owning.trim().is_empty() {
                        let owning =
                            RemedyText { kind: RemedyKind::Apology, note: form.owning.clone(), cost: 0, due_at: None, ..remedy.clone() };
                        remedies::add_checked(tx, id, &owning, now)?;
                    }
                    let given = remedies::add_checked(tx, id, &remedy, now)?;
                    remedies::deliver(tx, given, id, now)?;
                    row = store::by_id(tx, id)?;
                }
                steps::make(tx, &mut row, &Move::Done, now)?;
            }
            Ok((row.subject(tx)?, ()))
        })?;
        Ok(change)
    }
}
