//! How a person wants to be spoken to, and what follows from it for every proposed contact.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::channel::ContactChannel;
use crate::calendar::quiet::QuietHours;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::text::{join_list, split_list};
use crate::time::{Moment, Seconds};

/// A person's wishes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct Preference {
    /// The channel they like best.
    pub channel: Option<ContactChannel>,
    /// Hours in which they want to be left alone, on the seller's clock.
    pub quiet: Option<QuietHours>,
    /// They do not want to be contacted at all.
    pub no_contact: bool,
    /// Why not, in the seller's words.
    pub reason: String,
    /// What not to do or say.
    pub avoid: String,
}

/// Whether a person may be contacted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum MayContact {
    /// Yes.
    Now,
    /// Their quiet hours last until this second.
    QuietUntil {
        /// UTC.
        at: Seconds,
    },
    /// They do not want to be contacted.
    Never,
}

/// What introduces each part of a wish in a list: no contact, the channel, the quiet hours, what to avoid.
const WISHES_ZH: [&str; 4] = ["勿联系", "首选", "免打扰", "避免"];
const WISHES_EN: [&str; 4] = ["Do not contact", "Prefers", "Quiet", "Avoid"];

impl Preference {
    /// Whether a contact may be proposed at this moment.
    pub fn at(&self, now: Moment) -> MayContact {
        if self.no_contact {
            return MayContact::Never;
        }
        match self.quiet.map(|quiet| quiet.next_allowed(now.at, now.zone)) {
            Some(at) if at > now.at => MayContact::QuietUntil { at },
            _ => MayContact::Now,
        }
    }

    /// As a list says it, in one cell: `首选: 微信; 免打扰: 22:00-08:00`. Empty where nothing is known.
    pub fn in_words(&self, language: Language) -> String {
        let [never, channel, quiet, avoid] = language.say(WISHES_ZH, WISHES_EN);
        let mut parts = Vec::new();
        if self.no_contact {
            parts.push(format!("{never}: {}", self.reason));
        }
        if let Some(liked) = self.channel {
            parts.push(format!("{channel}: {}", liked.in_words(language)));
        }
        if let Some(QuietHours { from, to }) = self.quiet {
            let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
            parts.push(format!("{quiet}: {}-{}", clock(from), clock(to)));
        }
        if !self.avoid.is_empty() {
            parts.push(format!("{avoid}: {}", self.avoid));
        }
        join_list(parts.iter().map(String::as_str))
    }

    /// Reads what [`in_words`](Preference::in_words) says, in either language; `None` where a part cannot be read.
    pub fn from_words(text: &str) -> Option<Preference> {
        let clock = |text: &str| -> Option<u16> {
            let (hours, minutes) = text.trim().split_once(':')?;
            Some(hours.parse::<u16>().ok()?.checked_mul(60)? + minutes.parse::<u16>().ok()?)
        };
        let mut wish = Preference::default();
        for part in split_list(text) {
            let (key, value) = part.split_once(':').or_else(|| part.split_once('：'))?;
            let (key, value) = (key.trim(), value.trim());
            match [WISHES_ZH, WISHES_EN].iter().find_map(|words| words.iter().position(|word| word.eq_ignore_ascii_case(key)))? {
                0 => (wish.no_contact, wish.reason) = (true, value.to_owned()),
                1 => wish.channel = Some(ContactChannel::from_words(value)?),
                2 => {
                    let (from, to) = value.split_once('-')?;
                    wish.quiet = Some(QuietHours { from: clock(from)?, to: clock(to)? });
                }
                _ => wish.avoid = value.to_owned(),
            }
        }
        wish.check().is_ok().then_some(wish)
    }

    pub(crate) fn check(&self) -> Result<()> {
        for (field, text) in [("reason", &self.reason), ("avoid", &self.avoid)] {
            if text.chars().count() > 500 {
                return Err(Error::BadValue { field, value: text.chars().take(40).collect(), reason: "too_long" });
            }
        }
        self.quiet.map(QuietHours::check).transpose().map(drop)
    }
}

/// What is known of a person's wishes; nothing is as good as none.
pub(crate) fn of(connection: &Connection, customer: i64) -> Result<Preference> {
    let row = connection
        .prepare_cached("SELECT channel, quiet_from, quiet_to, no_contact, reason, avoid FROM contact_preferences WHERE customer_id = ?1")?
        .query_row([customer], |r| {
            let quiet = match (r.get(1)?, r.get(2)?) {
                (Some(from), Some(to)) => Some(QuietHours { from, to }),
                _ => None,
            };
            let preference = Preference { channel: None, quiet, no_contact: r.get(3)?, reason: r.get(4)?, avoid: r.get(5)? };
            Ok((r.get::<_, String>(0)?, preference))
        })
        .optional()?;
    match row {
        None => Ok(Preference::default()),
        Some((channel, preference)) if channel.is_empty() => Ok(preference),
        Some((channel, preference)) => Ok(Preference { channel: Some(ContactChannel::parse(&channel)?), ..preference }),
    }
}

/// Stores a person's wishes.
pub(crate) fn set(tx: &Transaction<'_>, customer: i64, preference: &Preference) -> Result<()> {
    preference.check()?;
    let (reason, avoid) = (preference.reason.trim(), preference.avoid.trim());
    tx.execute(
        "INSERT INTO contact_preferences (customer_id, channel, quiet_from, quiet_to, no_contact, reason, avoid) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (customer_id) DO UPDATE SET channel = excluded.channel, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to,
         no_contact = excluded.no_contact, reason = excluded.reason, avoid = excluded.avoid, created_run = NULL",
        params![
            customer,
            preference.channel.map_or("", ContactChannel::as_str),
            preference.quiet.map(|q| q.from),
            preference.quiet.map(|q| q.to),
            preference.no_contact,
            if preference.no_contact { reason } else { "" },
            avoid
        ],
    )?;
    Ok(())
}
