//! The ways a person is reached.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A way to reach a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ContactChannel {
    Phone,
    Sms,
    Wechat,
    Qq,
    PlatformChat,
    Email,
    InPerson,
}

impl ContactChannel {
    /// All of them, as lists show them.
    pub const ALL: [ContactChannel; 7] = [
        ContactChannel::PlatformChat,
        ContactChannel::Wechat,
        ContactChannel::Phone,
        ContactChannel::Sms,
        ContactChannel::Qq,
        ContactChannel::Email,
        ContactChannel::InPerson,
    ];

    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            ContactChannel::Phone => "phone",
            ContactChannel::Sms => "sms",
            ContactChannel::Wechat => "wechat",
            ContactChannel::Qq => "qq",
            ContactChannel::PlatformChat => "platform_chat",
            ContactChannel::Email => "email",
            ContactChannel::InPerson => "in_person",
        }
    }

    /// Reads the stored text.
    ///
    /// # Errors
    /// [`Error::Stored`].
    pub fn parse(text: &str) -> Result<ContactChannel> {
        ContactChannel::ALL
            .into_iter()
            .find(|c| c.as_str() == text)
            .ok_or_else(|| Error::Stored { field: "channel", value: text.to_owned() })
    }
}

/// How a contact ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ContactOutcome {
    /// They spoke with each other, or the message was answered.
    Reached,
    /// A message went out.
    Sent,
    /// Nobody answered.
    NoAnswer,
    /// The person does not want to be contacted.
    Refused,
}

impl ContactOutcome {
    const ALL: [ContactOutcome; 4] = [ContactOutcome::Reached, ContactOutcome::Sent, ContactOutcome::NoAnswer, ContactOutcome::Refused];

    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            ContactOutcome::Reached => "reached",
            ContactOutcome::Sent => "sent",
            ContactOutcome::NoAnswer => "no_answer",
            ContactOutcome::Refused => "refused",
        }
    }

    /// Reads the stored text.
    ///
    /// # Errors
    /// [`Error::Stored`].
    pub fn parse(text: &str) -> Result<ContactOutcome> {
        ContactOutcome::ALL
            .into_iter()
            .find(|o| o.as_str() == text)
            .ok_or_else(|| Error::Stored { field: "contacts.outcome", value: text.to_owned() })
    }
}
