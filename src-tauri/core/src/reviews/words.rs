//! The words of a review as the file stores them: ratings, causes, outcomes.

use serde::{Deserialize, Serialize};

use crate::complaints::words::Cause;
use crate::error::{Error, Result};

/// How a buyer rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Rating {
    Negative,
    Neutral,
    Positive,
}

impl Rating {
    /// All of them, the most urgent first.
    pub const ALL: [Rating; 3] = [Rating::Negative, Rating::Neutral, Rating::Positive];

    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            Rating::Negative => "negative",
            Rating::Neutral => "neutral",
            Rating::Positive => "positive",
        }
    }

    /// Reads the stored text.
    ///
    /// # Errors
    /// [`Error::Stored`].
    pub fn parse(text: &str) -> Result<Rating> {
        Rating::ALL
            .into_iter()
            .find(|r| r.as_str() == text)
            .ok_or_else(|| Error::Stored { field: "reviews.rating", value: text.to_owned() })
    }

    /// What stars say where a platform has no words: four and five are positive, three is neutral.
    pub fn of_stars(stars: u8) -> Rating {
        match stars {
            4.. => Rating::Positive,
            3 => Rating::Neutral,
            _ => Rating::Negative,
        }
    }
}

/// What was at fault, as the seller found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ReviewCause {
    Product,
    Description,
    Size,
    ColourDifference,
    Damage,
    Late,
    Courier,
    Service,
    /// They meant well and misread the scale.
    MisunderstoodScale,
    WrongItem,
    ExtortionSuspected,
    Other,
    /// Not known yet: the contact asks.
    UnknownAsk,
}

impl ReviewCause {
    /// All of them, as the list shows them.
    pub const ALL: [ReviewCause; 13] = [
        ReviewCause::UnknownAsk,
        ReviewCause::Product,
        ReviewCause::Description,
        ReviewCause::Size,
        ReviewCause::ColourDifference,
        ReviewCause::Damage,
        ReviewCause::Late,
        ReviewCause::Courier,
        ReviewCause::Service,
        ReviewCause::MisunderstoodScale,
        ReviewCause::WrongItem,
        ReviewCause::ExtortionSuspected,
        ReviewCause::Other,
    ];

    /// The same fault as a complaint names it; `None` where a complaint has no such one.
    pub fn as_cause(self) -> Option<Cause> {
        match self {
            ReviewCause::Product => Some(Cause::Quality),
            ReviewCause::Description | ReviewCause::Size | ReviewCause::ColourDifference => Some(Cause::Description),
            ReviewCause::Damage => Some(Cause::Damaged),
            ReviewCause::Late => Some(Cause::Late),
            ReviewCause::Courier => Some(Cause::Courier),
            ReviewCause::Service => Some(Cause::Attitude),
            ReviewCause::WrongItem => Some(Cause::WrongItem),
            ReviewCause::MisunderstoodScale | ReviewCause::ExtortionSuspected | ReviewCause::Other | ReviewCause::UnknownAsk => None,
        }
    }

    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            ReviewCause::Product => "product",
            ReviewCause::Description => "description",
            ReviewCause::Size => "size",
            ReviewCause::ColourDifference => "colour_difference",
            ReviewCause::Damage => "damage",
            ReviewCause::Late => "late",
            ReviewCause::Courier => "courier",
            ReviewCause::Service => "service",
            ReviewCause::MisunderstoodScale => "misunderstood_scale",
            ReviewCause::WrongItem => "wrong_item",
            ReviewCause::ExtortionSuspected => "extortion_suspected",
            ReviewCause::Other => "other",
            ReviewCause::UnknownAsk => "unknown_ask",
        }
    }

    /// Reads the stored text.
    ///
    /// # Errors
    /// [`Error::Stored`].
    pub fn parse(text: &str) -> Result<ReviewCause> {
        ReviewCause::ALL
            .into_iter()
            .find(|c| c.as_str() == text)
            .ok_or_else(|| Error::Stored { field: "reviews.cause", value: text.to_owned() })
    }
}

/// How the follow-up of a review ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ReviewOutcome {
    /// The buyer changed it of their own accord.
    Changed,
    /// It stays as it is.
    Kept,
    /// The buyer or the platform took it away.
    Deleted,
    /// The buyer was never reached.
    NoAnswer,
}

impl ReviewOutcome {
    /// All of them.
    pub const ALL: [ReviewOutcome; 4] = [ReviewOutcome::Changed, ReviewOutcome::Kept, ReviewOutcome::Deleted, ReviewOutcome::NoAnswer];

    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            ReviewOutcome::Changed => "changed",
            ReviewOutcome::Kept => "kept",
            ReviewOutcome::Deleted => "deleted",
            ReviewOutcome::NoAnswer => "no_answer",
        }
    }

    /// Reads the stored text.
    ///
    /// # Errors
    /// [`Error::Stored`].
    pub fn parse(text: &str) -> Result<ReviewOutcome> {
        ReviewOutcome::ALL
            .into_iter()
            .find(|o| o.as_str() == text)
            .ok_or_else(|| Error::Stored { field: "reviews.outcome", value: text.to_owned() })
    }
}
