//! Whom the seller had better not write to or call: decided here for every contact that is written down.

use rusqlite::Connection;
use serde::Serialize;

use super::record::ContactText;
use crate::error::{Error, Result};
use crate::text::checked_text;

/// Why a contact to somebody is held back until the seller says why it is made anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// They do not want to be contacted.
    DoNotContact,
    /// They refused to be spoken to about this review.
    Refused,
    /// The seller's number of attempts for a review is made.
    AttemptsUsed,
}

impl Hold {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Hold::DoNotContact => "do_not_contact",
            Hold::Refused => "refused",
            Hold::AttemptsUsed => "attempts_used",
        }
    }

    /// The reason as a part of an English sentence.
    pub fn in_words(self) -> &'static str {
        match self {
            Hold::DoNotContact => "they do not want to be contacted",
            Hold::Refused => "they refused to be contacted about this review",
            Hold::AttemptsUsed => "the attempts for this review are used up",
        }
    }
}

/// Longest reason for a contact that is made anyway, in characters.
const LONGEST: usize = 500;

/// Lets a contact to somebody pass, with the reason why it is made anyway where something held it back; else an empty
/// text. What they write or say themselves is never held back.
///
/// # Errors
/// [`Error::HeldBack`] where a reason is needed and none is given; [`Error::BadValue`] for an overlong reason.
pub(crate) fn pass(connection: &Connection, contact: &ContactText) -> Result<String> {
    let Some(hold) = of(connection, contact)? else { return Ok(String::new()) };
    let reason = checked_text("contact.anyway", contact.anyway.as_deref().unwrap_or_default(), LONGEST)?;
    if reason.is_empty() { Err(Error::HeldBack { hold }) } else { Ok(reason) }
}

fn of(connection: &Connection, contact: &ContactText) -> Result<Option<Hold>> {
    if !contact.outgoing {
        return Ok(None);
    }
    if let Some(customer) = contact.about.customer_id
        && super::preference::of(connection, customer)?.no_contact
    {
        return Ok(Some(Hold::DoNotContact));
    }
    match contact.about.review_id {
        Some(review) => crate::reviews::follow::hold(connection, review, contact.at),
        None => Ok(None),
    }
}
