//! How a person wants to be spoken to, and what follows from it for every proposed contact.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::channel::ContactChannel;
use crate::calendar::quiet::QuietHours;
use crate::error::{Error, Result};
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
         no_contact = excluded.no_contact, reason = excluded.reason, avoid = excluded.avoid",
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
