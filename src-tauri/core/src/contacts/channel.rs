//! The ways a person is reached.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::language::Language;

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

    /// As a list says it.
    pub fn in_words(self, language: Language) -> &'static str {
        match self {
            ContactChannel::Phone => language.say("电话", "Phone"),
            ContactChannel::Sms => language.say("短信", "SMS"),
            ContactChannel::Wechat => language.say("微信", "WeChat"),
            ContactChannel::Qq => "QQ",
            ContactChannel::PlatformChat => language.say("平台聊天", "Platform chat"),
            ContactChannel::Email => language.say("邮件", "E-mail"),
            ContactChannel::InPerson => language.say("当面", "In person"),
        }
    }

    /// Reads what [`in_words`](ContactChannel::in_words) says, in either language.
    pub fn from_words(text: &str) -> Option<ContactChannel> {
        let said = |channel: &ContactChannel| [Language::Chinese, Language::English].map(|language| channel.in_words(language));
        ContactChannel::ALL.into_iter().find(|channel| said(channel).iter().any(|words| words.eq_ignore_ascii_case(text)))
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
