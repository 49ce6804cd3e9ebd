//! Writing contacts and notes down.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::channel::{ContactChannel, ContactOutcome};
use crate::error::{Error, Result};
use crate::storage::{Change, Op, Shop};
use crate::text::checked_text;
use crate::time::{Seconds, day_of, plausible};

/// Whom something is about: a person, their complaint, their order. What is left out is filled in from the rest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
#[allow(missing_docs)]
pub struct About {
    pub customer_id: Option<i64>,
    pub complaint_id: Option<i64>,
    pub order_id: Option<i64>,
    pub review_id: Option<i64>,
}

impl About {
    /// Fills in the person and the order, and says whom it is about in words: a name, an order number, `#3`.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::BadValue`] where it is about nobody.
    pub(crate) fn complete(mut self, connection: &Connection) -> Result<(About, String)> {
        let mut subject = String::new();
        if let Some(id) = self.review_id {
            let review = crate::reviews::store::by_id(connection, id)?;
            self.customer_id = self.customer_id.or(review.customer_id);
            self.order_id = self.order_id.or(review.order_id);
            subject = if review.buyer.is_empty() { review.product } else { review.buyer };
        }
        if let Some(id) = self.complaint_id {
            let (customer, order): (Option<i64>, Option<i64>) = connection
                .prepare_cached("SELECT customer_id, order_id FROM complaints WHERE id = ?1")?
                .query_row([id], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()?
                .ok_or_else(|| Error::NotFound { what: "complaint", key: id.to_string() })?;
            self.customer_id = self.customer_id.or(customer);
            self.order_id = self.order_id.or(order);
            subject = format!("#{id}");
        }
        if let Some(id) = self.order_id {
            let order = crate::orders::store::by_id(connection, id)?;
            self.customer_id = self.customer_id.or(order.customer_id);
            if subject.is_empty() {
                subject = order.number;
            }
        }
        if let Some(id) = self.customer_id {
            let name = crate::customers::edit::name_of(connection, id)?;
            if !name.is_empty() {
                subject = name;
            }
        }
        if self == About::default() {
            return Err(Error::BadValue { field: "about", value: String::new(), reason: "nobody" });
        }
        Ok((self, subject))
    }
}

/// A contact as the seller writes it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct ContactText {
    /// With whom.
    pub about: About,
    /// When.
    pub at: Seconds,
    /// How.
    pub channel: ContactChannel,
    /// From the seller to the person; else the other way.
    pub outgoing: bool,
    /// How it ended.
    pub outcome: ContactOutcome,
    /// What was said.
    pub text: String,
    /// Why it was made although something held it back ([`Hold`](super::hold::Hold)).
    #[serde(default)]
    pub anyway: Option<String>,
}

/// What came of a contact and is stored with it, as one change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct ContactResult {
    /// What the seller promised in it, and by when (UTC).
    pub promise: Option<(String, Seconds)>,
    /// They do not want to be contacted any more; the reason kept with the wish.
    pub no_more: Option<String>,
    /// How they are, as the seller came to know them.
    pub temperament: Option<String>,
}

/// A contact that is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct Contact {
    pub id: i64,
    #[serde(flatten)]
    pub contact: ContactText,
}

/// Longest text of a contact or a note, in characters.
const LONGEST: usize = 5_000;

/// A contact has been made: its time is not to come.
fn check_time(at: Seconds, now: Seconds) -> Result<()> {
    plausible("contact.at", at)?;
    if at > now {
        return Err(Error::BadValue { field: "contact.at", value: day_of(at), reason: "in_future" });
    }
    Ok(())
}

/// Writes a contact inside another change.
pub(crate) fn write(tx: &Transaction<'_>, contact: &ContactText, now: Seconds) -> Result<i64> {
    check_time(contact.at, now)?;
    let anyway = super::hold::pass(tx, contact)?;
    let text = checked_text("contact.text", &contact.text, LONGEST)?;
    if let Some(review) = contact.about.review_id {
        crate::reviews::follow::about_to_contact(tx, review, contact)?;
    }
    tx.prepare_cached(
        "INSERT INTO contacts (customer_id, complaint_id, order_id, at, channel, outgoing, outcome, text, review_id, anyway)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        contact.about.customer_id,
        contact.about.complaint_id,
        contact.about.order_id,
        contact.at,
        contact.channel.as_str(),
        contact.outgoing,
        contact.outcome.as_str(),
        text,
        contact.about.review_id,
        anyway
    ])?;
    let id = tx.last_insert_rowid();
    crate::reviews::follow::contacts_changed(tx, contact.about.review_id)?;
    Ok(id)
}

/// The contacts of a complaint, the newest first.
pub(crate) fn of_complaint(connection: &Connection, complaint: i64) -> Result<Vec<Contact>> {
    of(connection, "complaint_id", complaint)
}

/// The contacts about a review, the newest first.
pub(crate) fn of_review(connection: &Connection, review: i64) -> Result<Vec<Contact>> {
    of(connection, "review_id", review)
}

fn of(connection: &Connection, column: &'static str, id: i64) -> Result<Vec<Contact>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id, customer_id, complaint_id, order_id, at, channel, outgoing, outcome, text, review_id, anyway FROM contacts
         WHERE {column} = ?1 ORDER BY at DESC, id DESC"
    ))?;
    let mut rows = statement.query([id])?;
    let mut contacts = Vec::new();
    while let Some(row) = rows.next()? {
        contacts.push(contact_of(row)?);
    }
    Ok(contacts)
}

fn by_id(connection: &Connection, id: i64) -> Result<ContactText> {
    match of(connection, "id", id)?.pop() {
        Some(found) => Ok(found.contact),
        None => Err(Error::NotFound { what: "contact", key: id.to_string() }),
    }
}

/// A row of `id, customer_id, complaint_id, order_id, at, channel, outgoing, outcome, text, review_id, anyway`.
fn contact_of(row: &rusqlite::Row<'_>) -> Result<Contact> {
    Ok(Contact {
        id: row.get(0)?,
        contact: ContactText {
            about: About { customer_id: row.get(1)?, complaint_id: row.get(2)?, order_id: row.get(3)?, review_id: row.get(9)? },
            at: row.get(4)?,
            channel: ContactChannel::parse(&row.get::<_, String>(5)?)?,
            outgoing: row.get(6)?,
            outcome: ContactOutcome::parse(&row.get::<_, String>(7)?)?,
            text: row.get(8)?,
            anyway: Some(row.get::<_, String>(10)?).filter(|reason| !reason.is_empty()),
        },
    })
}

impl Shop {
    /// Writes a contact down; its id.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::BadValue`] for nobody, a time that is far or to come, or a text that is too long;
    /// [`Error::HeldBack`] for one to somebody who wants none, about a review that was refused or tried often enough,
    /// without a reason why it is made anyway.
    pub fn record_contact(&self, contact: &ContactText, now: Seconds) -> Result<(Change, i64)> {
        self.transact(Op::RecordContact, now, |tx| {
            let (about, subject) = contact.about.complete(tx)?;
            Ok((subject, write(tx, &ContactText { about, ..contact.clone() }, now)?))
        })
    }

    /// Writes a contact down with the promise and the wish that came of it: all of it or nothing.
    ///
    /// # Errors
    /// As [`record_contact`](Shop::record_contact) and [`make_promise`](Shop::make_promise);
    /// [`Error::BadValue`] where a wish is kept and nobody is known to keep it for.
    pub fn record_contact_with(&self, contact: &ContactText, result: &ContactResult, now: Seconds) -> Result<(Change, i64)> {
        self.transact(Op::RecordContact, now, |tx| {
            let (about, subject) = contact.about.complete(tx)?;
            let id = write(tx, &ContactText { about, ..contact.clone() }, now)?;
            if let Some((what, due_at)) = &result.promise {
                let promise = crate::promises::PromiseText { about, what: what.clone(), due_at: *due_at };
                let promise = crate::promises::write(tx, &promise, now)?;
                tx.execute("UPDATE promises SET contact_id = ?2 WHERE id = ?1", [promise, id])?;
            }
            if let Some(reason) = &result.no_more {
                let customer = about.customer_id.ok_or(Error::BadValue { field: "about", value: String::new(), reason: "nobody" })?;
                let known = super::preference::of(tx, customer)?;
                super::preference::set(tx, customer, &super::preference::Preference { no_contact: true, reason: reason.clone(), ..known })?;
            }
            if let (Some(text), Some(customer)) = (&result.temperament, about.customer_id) {
                let text = checked_text("temperament", text, 500)?;
                tx.execute("UPDATE customers SET temperament = ?2, edited_at = ?3 WHERE id = ?1", params![customer, text, now])?;
            }
            Ok((subject, id))
        })
    }

    /// Corrects a contact.
    ///
    /// # Errors
    /// As [`record_contact`](Shop::record_contact); it is held back only where what they said is turned into what was said
    /// to them.
    pub fn edit_contact(&self, id: i64, contact: &ContactText, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::EditContact, now, |tx| {
            check_time(contact.at, now)?;
            let known = by_id(tx, id)?;
            let about = About { review_id: known.about.review_id, customer_id: known.about.customer_id, ..contact.about };
            // What they said turns into what was said to them: that is held back as any other.
            let anyway = match (known.anyway, known.outgoing) {
                (anyway, true) => anyway.unwrap_or_default(),
                (_, false) => super::hold::pass(tx, &ContactText { about, ..contact.clone() })?,
            };
            let text = checked_text("contact.text", &contact.text, LONGEST)?;
            if let Some(review) = known.about.review_id {
                crate::reviews::follow::about_to_contact(tx, review, contact)?;
            }
            // A refusal that was said to be none is one again where it is entered anew.
            tx.execute(
                "UPDATE contacts SET at = ?2, channel = ?3, outgoing = ?4, outcome = ?5, text = ?6, anyway = ?7,
                 no_refusal = no_refusal AND outcome = ?5 WHERE id = ?1",
                params![id, contact.at, contact.channel.as_str(), contact.outgoing, contact.outcome.as_str(), text, anyway],
            )?;
            crate::reviews::follow::contacts_changed(tx, known.about.review_id)?;
            Ok((contact.about.complete(tx)?.1, ()))
        })?;
        Ok(change)
    }

    /// Removes a contact that was written down by mistake.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_contact(&self, id: i64, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::DeleteContact, now, |tx| {
            let review = by_id(tx, id)?.about.review_id;
            tx.execute("DELETE FROM contacts WHERE id = ?1", [id])?;
            crate::reviews::follow::contacts_changed(tx, review)?;
            Ok((String::new(), ()))
        })?;
        Ok(change)
    }

    /// Adds a dated note to a person, or corrects one (`id`).
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::BadValue`] for a blank or overlong note.
    pub fn save_note(&self, id: Option<i64>, customer: i64, text: &str, now: Seconds) -> Result<Change> {
        let text = checked_text("note", text, LONGEST)?;
        if text.is_empty() {
            return Err(Error::BadValue { field: "note", value: text, reason: "blank" });
        }
        let (change, ()) = self.transact(Op::EditNote, now, |tx| {
            let name = crate::customers::edit::name_of(tx, customer)?;
            let changed = match id {
                Some(id) => {
                    tx.execute("UPDATE customer_notes SET text = ?3 WHERE id = ?1 AND customer_id = ?2", params![id, customer, text])?
                }
                None => {
                    tx.execute("INSERT INTO customer_notes (customer_id, at, text) VALUES (?1, ?2, ?3)", params![customer, now, text])?
                }
            };
            if changed == 0 {
                return Err(Error::NotFound { what: "note", key: id.unwrap_or_default().to_string() });
            }
            Ok((name, ()))
        })?;
        Ok(change)
    }

    /// Removes a note.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_note(&self, id: i64, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::EditNote, now, |tx| {
            if tx.execute("DELETE FROM customer_notes WHERE id = ?1", [id])? == 0 {
                return Err(Error::NotFound { what: "note", key: id.to_string() });
            }
            Ok((String::new(), ()))
        })?;
        Ok(change)
    }
}
