//! The words of a complaint as the file stores them: causes, outcomes, and the stages.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What was at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Product: the buyer suspects a fake.
    SuspectedFake,
    /// Product: its price, such as one that fell after the purchase.
    Price,
    /// Product: not as described.
    Description,
    /// Product: its quality.
    Quality,
    /// Product: arrived damaged.
    Damaged,
    /// Service: how the seller spoke.
    Attitude,
    /// Service: something promised was not done.
    PromiseNotKept,
    /// Service: something else was sent.
    WrongItem,
    /// Service: sent or arrived late.
    Late,
    /// Service: the courier.
    Courier,
    /// Service: anything else.
    Other,
}

impl Cause {
    /// All causes, those of the product first.
    pub const ALL: [Cause; 11] = [
        Cause::SuspectedFake,
        Cause::Price,
        Cause::Description,
        Cause::Quality,
        Cause::Damaged,
        Cause::Attitude,
        Cause::PromiseNotKept,
        Cause::WrongItem,
        Cause::Late,
        Cause::Courier,
        Cause::Other,
    ];

    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            Cause::SuspectedFake => "suspected_fake",
            Cause::Price => "price",
            Cause::Description => "description",
            Cause::Quality => "quality",
            Cause::Damaged => "damaged",
            Cause::Attitude => "attitude",
            Cause::PromiseNotKept => "promise_not_kept",
            Cause::WrongItem => "wrong_item",
            Cause::Late => "late",
            Cause::Courier => "courier",
            Cause::Other => "other",
        }
    }

    /// Reads the stored text.
    ///
    /// # Errors
    /// [`Error::Stored`].
    pub fn parse(text: &str) -> Result<Cause> {
        Cause::ALL
            .into_iter()
            .find(|c| c.as_str() == text)
            .ok_or_else(|| Error::Stored { field: "complaints.cause", value: text.to_owned() })
    }
}

/// When the buyer is asked whether it is put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// With the remedy.
    AtOnce,
    /// Some days after it arrived.
    Later,
}

impl Asked {
    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            Asked::AtOnce => "at_once",
            Asked::Later => "later",
        }
    }

    /// Reads the stored text.
    ///
    /// # Errors
    /// [`Error::Stored`].
    pub fn parse(text: &str) -> Result<Asked> {
        [Asked::AtOnce, Asked::Later]
            .into_iter()
            .find(|a| a.as_str() == text)
            .ok_or_else(|| Error::Stored { field: "complaints.asked", value: text.to_owned() })
    }
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The buyer says that it is put right.
    Satisfied,
    /// The buyer is not satisfied and nothing more can be done.
    NotSatisfied,
    /// The buyer took it back.
    Withdrawn,
    /// The buyer does not answer.
    NoAnswer,
    /// The same case was taken in twice.
    Duplicate,
}

impl Outcome {
    const ALL: [Outcome; 5] = [Outcome::Satisfied, Outcome::NotSatisfied, Outcome::Withdrawn, Outcome::NoAnswer, Outcome::Duplicate];

    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Satisfied => "satisfied",
            Outcome::NotSatisfied => "not_satisfied",
            Outcome::Withdrawn => "withdrawn",
            Outcome::NoAnswer => "no_answer",
            Outcome::Duplicate => "duplicate",
        }
    }

    /// Reads the stored text.
    ///
    /// # Errors
    /// [`Error::Stored`].
    pub fn parse(text: &str) -> Result<Outcome> {
        Outcome::ALL
            .into_iter()
            .find(|o| o.as_str() == text)
            .ok_or_else(|| Error::Stored { field: "complaints.outcome", value: text.to_owned() })
    }
}
