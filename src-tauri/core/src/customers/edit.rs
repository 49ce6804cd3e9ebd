//! Changing a customer by hand: every change is one undoable step.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::birthday::{Birthday, parse_birthday};
use super::{figures, keys};
use crate::contacts::preference::{self, Preference};
use crate::error::{Error, Result};
use crate::language::Language;
use crate::phone::Phone;
use crate::storage::{Change, Op, Shop};
use crate::text::sort_key;
use crate::time::Seconds;

/// The name of a field of the seller's own has no more characters.
pub(crate) const LONGEST_FIELD: usize = 40;

/// A text of the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum TextField {
    Name,
    AddressAs,
    Wechat,
    Qq,
    Temperament,
    Likes,
    Notes,
    IntroducedBy,
    Occupation,
    GroupChat,
}

impl TextField {
    fn column(self) -> &'static str {
        match self {
            TextField::Name => "name",
            TextField::AddressAs => "address_as",
            TextField::Wechat => "wechat",
            TextField::Qq => "qq",
            TextField::Temperament => "temperament",
            TextField::Likes => "likes",
            TextField::Notes => "notes",
            TextField::IntroducedBy => "introduced_by",
            TextField::Occupation => "occupation",
            TextField::GroupChat => "group_chat",
        }
    }

    /// Longest text that is kept, in characters.
    fn limit(self) -> usize {
        match self {
            TextField::Notes => 20_000,
            TextField::Likes | TextField::Temperament => 2_000,
            _ => 200,
        }
    }
}

/// One change of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[allow(missing_docs)]
pub enum CustomerEdit {
    Text { field: TextField, value: String },
    Gender { value: Option<Gender> },
    Birthday { value: Option<Birthday> },
    AddPhone { number: String },
    RemovePhone { number: String },
    AddEmail { address: String },
    RemoveEmail { address: String },
    AddIdentity { platform: String, buyer_id: String },
    RemoveIdentity { platform: String, buyer_id: String },
    AddAddress { address: AddressText },
    EditAddress { id: i64, address: AddressText },
    RemoveAddress { id: i64 },
    CustomValue { field_id: i64, value: String },
    Preference { value: Preference },
}

/// Gender as the seller knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Gender {
    Female,
    Male,
    Other,
}

impl Gender {
    /// As a list says it.
    pub fn in_words(self, language: Language) -> &'static str {
        match self {
            Gender::Female => language.say("女", "female"),
            Gender::Male => language.say("男", "male"),
            Gender::Other => language.say("其他", "other"),
        }
    }

    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            Gender::Female => "female",
            Gender::Male => "male",
            Gender::Other => "other",
        }
    }

    /// Reads what platforms and sellers write.
    pub fn parse(text: &str) -> Option<Gender> {
        match text.trim().to_lowercase().as_str() {
            "female" | "f" | "女" | "女士" => Some(Gender::Female),
            "male" | "m" | "男" | "先生" => Some(Gender::Male),
            "other" | "其他" => Some(Gender::Other),
            _ => None,
        }
    }
}

/// An address as the seller types it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)]
pub struct AddressText {
    pub recipient: String,
    pub phone: String,
    pub province: String,
    pub city: String,
    pub district: String,
    pub detail: String,
    pub zip: String,
}

impl Shop {
    /// Adds a customer by hand; their id.
    ///
    /// # Errors
    /// [`Error::BadValue`] for a blank name.
    pub fn add_customer(&self, name: &str, now: Seconds) -> Result<(Change, i64)> {
        let name = checked_text(TextField::Name, name)?;
        if name.is_empty() {
            return Err(Error::BadValue { field: "name", value: name, reason: "blank" });
        }
        self.transact(Op::AddCustomer, now, |tx| {
            let id = crate::orders::store::next_id(tx, "customers")?;
            tx.execute(
                "INSERT INTO customers (id, name, sort_name, created_at, edited_at) VALUES (?1, ?2, ?3, ?4, ?4)",
                params![id, name, sort_key(&name), now],
            )?;
            keys::add(tx, &[id])?;
            Ok((name.clone(), id))
        })
    }

    /// Changes one thing of a profile.
    ///
    /// # Errors
    /// [`Error::BadValue`], [`Error::Exists`] (an account that another customer has), [`Error::NotFound`].
    pub fn edit_customer(&self, id: i64, edit: &CustomerEdit, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::EditCustomer, now, |tx| {
            let before = name_of(tx, id)?;
            keys::following(tx, &[id], || apply(tx, id, edit))?;
            tx.execute("UPDATE customers SET edited_at = ?2 WHERE id = ?1", params![id, now])?;
            let after = name_of(tx, id)?;
            Ok((if after.is_empty() { before } else { after }, ()))
        })?;
        Ok(change)
    }

    /// Deletes customers; their orders stay, without a customer.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_customers(&self, ids: &[i64], now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::DeleteCustomer, now, |tx| {
            let mut names = Vec::new();
            for id in ids {
                names.push(name_of(tx, *id)?);
            }
            keys::following(tx, ids, || {
                for id in ids {
                    tx.execute("DELETE FROM customers WHERE id = ?1", [id])?;
                }
                Ok(())
            })?;
            let subject = match names.as_slice() {
                [only] => only.clone(),
                many => many.len().to_string(),
            };
            Ok((subject, ()))
        })?;
        Ok(change)
    }

    /// Adds or renames a field of the seller's own.
    ///
    /// # Errors
    /// [`Error::BadValue`], [`Error::Exists`].
    pub fn save_field(&self, id: Option<i64>, name: &str, now: Seconds) -> Result<Change> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_FIELD {
            return Err(Error::BadValue { field: "field", value: name.to_owned(), reason: "blank_or_long" });
        }
        let (change, ()) = self.transact(Op::EditFields, now, |tx| {
            let taken: bool =
                tx.query_row("SELECT EXISTS (SELECT 1 FROM custom_fields WHERE name = ?1 AND id IS NOT ?2)", params![name, id], |r| {
                    r.get(0)
                })?;
            if taken {
                return Err(Error::Exists { field: "field", value: name.to_owned() });
            }
            match id {
                Some(id) => tx.execute("UPDATE custom_fields SET name = ?2 WHERE id = ?1", params![id, name])?,
                None => tx.execute(
                    "INSERT INTO custom_fields (name, position) VALUES (?1, (SELECT coalesce(max(position), 0) + 1 FROM custom_fields))",
                    [name],
                )?,
            };
            Ok((name.to_owned(), ()))
        })?;
        Ok(change)
    }

    /// Removes a field of the seller's own with all its values; undo brings them back.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn delete_field(&self, id: i64, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::EditFields, now, |tx| {
            let name: Option<String> = tx.query_row("SELECT name FROM custom_fields WHERE id = ?1", [id], |r| r.get(0)).optional()?;
            let name = name.ok_or_else(|| Error::NotFound { what: "field", key: id.to_string() })?;
            tx.execute("DELETE FROM custom_fields WHERE id = ?1", [id])?;
            Ok((name, ()))
        })?;
        Ok(change)
    }
}

pub(crate) fn name_of(connection: &Connection, id: i64) -> Result<String> {
    connection
        .prepare_cached("SELECT name FROM customers WHERE id = ?1")?
        .query_row([id], |r| r.get(0))
        .optional()?
        .ok_or_else(|| Error::NotFound { what: "customer", key: id.to_string() })
}

/// An e-mail address as it is stored: without spaces around it, in small letters.
fn checked_email(address: &str) -> Result<String> {
    let text = crate::text::checked_text("email", address, 254)?.to_lowercase();
    let whole = text.split_once('@').is_some_and(|(name, place)| !name.is_empty() && place.contains('.') && !place.starts_with('.'));
    if !whole || text.contains(char::is_whitespace) || crate::text::is_masked(&text) {
        return Err(Error::BadValue { field: "email", value: address.to_owned(), reason: "not_an_email" });
    }
    Ok(text)
}

fn checked_text(field: TextField, value: &str) -> Result<String> {
    crate::text::checked_text(field.column(), value, field.limit())
}

fn apply(tx: &Transaction<'_>, id: i64, edit: &CustomerEdit) -> Result<()> {
    match edit {
        CustomerEdit::Text { field, value } => {
            let value = checked_text(*field, value)?;
            set_text(tx, id, field.column(), &value)
        }
        CustomerEdit::Gender { value } => {
            tx.execute("UPDATE customers SET gender = ?2 WHERE id = ?1", params![id, value.map(Gender::as_str)])?;
            Ok(())
        }
        CustomerEdit::Birthday { value } => {
            let value = value.map(Birthday::check).transpose()?;
            set_birthday(tx, id, value)
        }
        CustomerEdit::AddPhone { number } => {
            let Some(Phone::Full(number)) = Phone::parse(number) else {
                return Err(Error::BadValue { field: "phone", value: number.clone(), reason: "not_a_number" });
            };
            tx.execute("INSERT OR IGNORE INTO phones (customer_id, number) VALUES (?1, ?2)", params![id, number])?;
            Ok(())
        }
        CustomerEdit::RemovePhone { number } => {
            tx.execute("DELETE FROM phones WHERE customer_id = ?1 AND number = ?2", params![id, number])?;
            Ok(())
        }
        CustomerEdit::AddEmail { address } => {
            let address = checked_email(address)?;
            tx.execute("INSERT OR IGNORE INTO emails (customer_id, address) VALUES (?1, ?2)", params![id, address])?;
            Ok(())
        }
        CustomerEdit::RemoveEmail { address } => {
            tx.execute("DELETE FROM emails WHERE customer_id = ?1 AND address = ?2", params![id, address])?;
            Ok(())
        }
        CustomerEdit::AddIdentity { platform, buyer_id } => add_identity(tx, id, platform, buyer_id.trim()),
        CustomerEdit::RemoveIdentity { platform, buyer_id } => {
            tx.execute(
                "DELETE FROM identities WHERE customer_id = ?1 AND platform = ?2 AND buyer_id = ?3",
                params![id, platform, buyer_id],
            )?;
            Ok(())
        }
        CustomerEdit::AddAddress { address } => {
            let a = checked_address(address)?;
            tx.execute(
                "INSERT INTO addresses (customer_id, recipient, phone, province, city, district, detail, zip) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![id, a.recipient, a.phone, a.province, a.city, a.district, a.detail, a.zip],
            )?;
            Ok(())
        }
        CustomerEdit::EditAddress { id: address_id, address } => {
            let a = checked_address(address)?;
            tx.execute(
                "UPDATE addresses SET recipient = ?3, phone = ?4, province = ?5, city = ?6, district = ?7, detail = ?8, zip = ?9
                 WHERE id = ?2 AND customer_id = ?1",
                params![id, address_id, a.recipient, a.phone, a.province, a.city, a.district, a.detail, a.zip],
            )?;
            Ok(())
        }
        CustomerEdit::RemoveAddress { id: address_id } => {
            tx.execute("DELETE FROM addresses WHERE id = ?2 AND customer_id = ?1", params![id, address_id])?;
            Ok(())
        }
        CustomerEdit::Preference { value } => preference::set(tx, id, value),
        CustomerEdit::CustomValue { field_id, value } => {
            let value = checked_text(TextField::Likes, value)?;
            if value.is_empty() {
                tx.execute("DELETE FROM custom_values WHERE customer_id = ?1 AND field_id = ?2", params![id, field_id])?;
            } else {
                tx.execute(
                    "INSERT INTO custom_values (customer_id, field_id, value) VALUES (?1, ?2, ?3)
                     ON CONFLICT (customer_id, field_id) DO UPDATE SET value = excluded.value, created_run = NULL",
                    params![id, field_id, value],
                )?;
            }
            Ok(())
        }
    }
}

fn checked_address(address: &AddressText) -> Result<AddressText> {
    let mut a = address.clone();
    for part in [&mut a.recipient, &mut a.phone, &mut a.province, &mut a.city, &mut a.district, &mut a.detail, &mut a.zip] {
        *part = part.trim().to_owned();
        if part.chars().count() > 500 {
            return Err(Error::BadValue { field: "address", value: part.chars().take(40).collect(), reason: "too_long" });
        }
    }
    crate::regions::complete(&mut a.province, &mut a.city, &mut a.district, &mut a.detail, &mut a.zip);
    if [&a.province, &a.city, &a.district, &a.detail].iter().all(|p| p.is_empty()) {
        return Err(Error::BadValue { field: "address", value: String::new(), reason: "blank" });
    }
    Ok(a)
}

/// Gives a customer an account, unless another one has it.
pub(crate) fn add_identity(tx: &Connection, id: i64, platform: &str, buyer_id: &str) -> Result<()> {
    if buyer_id.is_empty() || crate::text::is_masked(buyer_id) {
        return Err(Error::BadValue { field: "identity", value: buyer_id.to_owned(), reason: "masked_or_blank" });
    }
    let other: bool = tx.query_row(
        "SELECT EXISTS (SELECT 1 FROM identities WHERE platform = ?2 AND buyer_id = ?3 AND customer_id <> ?1)",
        params![id, platform, buyer_id],
        |r| r.get(0),
    )?;
    if other {
        return Err(Error::Exists { field: "identity", value: buyer_id.to_owned() });
    }
    tx.execute("INSERT OR IGNORE INTO identities (customer_id, platform, buyer_id) VALUES (?1, ?2, ?3)", params![id, platform, buyer_id])?;
    Ok(())
}

fn set_text(connection: &Connection, id: i64, column: &str, value: &str) -> Result<()> {
    connection.prepare_cached(&format!("UPDATE customers SET {column} = ?2 WHERE id = ?1"))?.execute(params![id, value])?;
    if column == "name" {
        connection.prepare_cached("UPDATE customers SET sort_name = ?2 WHERE id = ?1")?.execute(params![id, sort_key(value)])?;
    }
    Ok(())
}

fn set_birthday(connection: &Connection, id: i64, value: Option<Birthday>) -> Result<()> {
    connection.execute(
        "UPDATE customers SET birth_calendar = ?2, birth_year = ?3, birth_month = ?4, birth_leap = ?5, birth_day = ?6 WHERE id = ?1",
        params![
            id,
            value.map(|b| if b.lunar { "lunar" } else { "solar" }),
            value.and_then(|b| b.year),
            value.map(|b| b.month),
            value.is_some_and(|b| b.leap),
            value.map(|b| b.day)
        ],
    )?;
    Ok(())
}

/// Fills a blank of a customer from a list. What cannot be read (a masked birthday) stays blank.
pub(crate) fn set_imported(connection: &Connection, id: i64, column: &'static str, text: &str) -> Result<()> {
    match column {
        "gender" => match Gender::parse(text) {
            Some(gender) => set_text(connection, id, "gender", gender.as_str()),
            None => Ok(()),
        },
        "birthday" => match parse_birthday(text) {
            Some(birthday) => set_birthday(connection, id, Some(birthday)),
            None => Ok(()),
        },
        column => set_text(connection, id, column, text),
    }
}

/// Computes the figures of customers whose orders changed hands.
pub(crate) fn orders_moved(tx: &Connection, customers: &[Option<i64>]) -> Result<()> {
    figures::recompute(tx, customers.iter().flatten().copied())
}
