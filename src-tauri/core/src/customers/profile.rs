//! One customer, whole.

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::birthday::Birthday;
use super::edit::AddressText;
use super::{figures, tags};
use crate::error::{Error, Result};
use crate::money::Currency;
use crate::orders::list::{OrderLine, line_of};
use crate::storage::Shop;

/// Everything the profile shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct Profile {
    pub id: i64,
    pub name: String,
    pub address_as: String,
    pub gender: Option<String>,
    pub birthday: Option<Birthday>,
    pub wechat: String,
    pub qq: String,
    pub temperament: String,
    pub likes: String,
    pub notes: String,
    /// Who or what brought them here.
    pub introduced_by: String,
    pub occupation: String,
    /// Chat group they are in.
    pub group_chat: String,
    pub created_at: i64,
    /// (platform, buyer id)
    pub identities: Vec<(String, String)>,
    pub phones: Vec<String>,
    pub emails: Vec<String>,
    pub addresses: Vec<ProfileAddress>,
    pub tags: Vec<String>,
    pub fields: Vec<FieldValue>,
    pub totals: Vec<CurrencyTotal>,
    pub order_count: i64,
    pub first_order_at: Option<i64>,
    pub last_order_at: Option<i64>,
    /// Days between orders on average, from the third order on.
    pub interval_days: Option<i64>,
    /// The newest orders, at most [`Profile::ORDERS`].
    pub orders: Vec<OrderLine>,
}

impl Profile {
    /// How many orders a profile holds; the list of orders has all.
    pub const ORDERS: i64 = 50;
}

/// An address with its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct ProfileAddress {
    pub id: i64,
    pub address: AddressText,
}

/// A field of the seller's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct FieldValue {
    pub field_id: i64,
    pub name: String,
    pub value: String,
}

/// What was paid in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct CurrencyTotal {
    /// ISO code.
    pub currency: String,
    /// Orders, those never paid included.
    pub orders: u32,
    /// Minor units, before refunds.
    pub paid: i64,
    /// Minor units.
    pub refunded: i64,
    /// Paid by each paid order on average; `None` without one.
    pub average: Option<i64>,
}

/// A field of the seller's own, whoever has a value for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct OwnField {
    pub id: i64,
    pub name: String,
}

impl Shop {
    /// The fields of the seller's own, in their order.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn own_fields(&self) -> Result<Vec<OwnField>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT id, name FROM custom_fields ORDER BY position")?;
            let rows = statement.query_map([], |r| Ok(OwnField { id: r.get(0)?, name: r.get(1)? }))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// A customer with everything that is known of them.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn profile(&self, id: i64) -> Result<Profile> {
        self.read(|connection| profile(connection, id))
    }
}

fn profile(connection: &Connection, id: i64) -> Result<Profile> {
    let mut profile = connection
        .prepare_cached(
            "SELECT name, address_as, gender, birth_calendar, birth_year, birth_month, birth_leap, birth_day, wechat, qq, temperament, likes,
             notes, created_at, order_count, first_order_at, last_order_at, introduced_by, occupation, group_chat
             FROM customers WHERE id = ?1",
        )?
        .query_row([id], |r| {
            let calendar: Option<String> = r.get(3)?;
            Ok(Profile {
                id,
                name: r.get(0)?,
                address_as: r.get(1)?,
                gender: r.get(2)?,
                birthday: match (calendar, r.get(5)?, r.get(7)?) {
                    (Some(calendar), Some(month), Some(day)) => {
                        Some(Birthday { lunar: calendar == "lunar", year: r.get(4)?, month, leap: r.get(6)?, day })
                    }
                    _ => None,
                },
                wechat: r.get(8)?,
                qq: r.get(9)?,
                temperament: r.get(10)?,
                likes: r.get(11)?,
                notes: r.get(12)?,
                created_at: r.get(13)?,
                order_count: r.get(14)?,
                first_order_at: r.get(15)?,
                last_order_at: r.get(16)?,
                introduced_by: r.get(17)?,
                occupation: r.get(18)?,
                group_chat: r.get(19)?,
                identities: Vec::new(),
                phones: Vec::new(),
                emails: Vec::new(),
                addresses: Vec::new(),
                tags: Vec::new(),
                fields: Vec::new(),
                totals: Vec::new(),
                interval_days: None,
                orders: Vec::new(),
            })
        })
        .optional()?
        .ok_or_else(|| Error::NotFound { what: "customer", key: id.to_string() })?;
    let line = super::list::line(connection, id)?;
    profile.identities = line.identities;
    profile.phones = line.phones;
    profile.tags = tags::of(connection, id)?;
    profile.emails = connection
        .prepare_cached("SELECT address FROM emails WHERE customer_id = ?1 ORDER BY id")?
        .query_map([id], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    profile.addresses = addresses(connection, id)?;
    profile.fields = connection
        .prepare_cached(
            "SELECT f.id, f.name, coalesce(v.value, '') FROM custom_fields f
             LEFT JOIN custom_values v ON v.field_id = f.id AND v.customer_id = ?1 ORDER BY f.position",
        )?
        .query_map([id], |r| Ok(FieldValue { field_id: r.get(0)?, name: r.get(1)?, value: r.get(2)? }))?
        .collect::<rusqlite::Result<_>>()?;
    profile.totals = totals(connection, id)?;
    profile.interval_days = match (profile.first_order_at, profile.last_order_at, profile.order_count) {
        (Some(first), Some(last), count) if count >= 3 => Some((last - first) / 86_400 / (count - 1)),
        _ => None,
    };
    let mut statement =
        connection.prepare_cached("SELECT id FROM orders WHERE customer_id = ?1 ORDER BY placed_at DESC, id DESC LIMIT ?2")?;
    let ids: Vec<i64> = statement.query_map((id, Profile::ORDERS), |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    profile.orders = ids.into_iter().map(|order| line_of(connection, order)).collect::<Result<_>>()?;
    Ok(profile)
}

fn addresses(connection: &Connection, id: i64) -> Result<Vec<ProfileAddress>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, recipient, phone, province, city, district, detail, zip FROM addresses WHERE customer_id = ?1 ORDER BY id DESC",
    )?;
    let rows = statement.query_map([id], |r| {
        Ok(ProfileAddress {
            id: r.get(0)?,
            address: AddressText {
                recipient: r.get(1)?,
                phone: r.get(2)?,
                province: r.get(3)?,
                city: r.get(4)?,
                district: r.get(5)?,
                detail: r.get(6)?,
                zip: r.get(7)?,
            },
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn totals(connection: &Connection, id: i64) -> Result<Vec<CurrencyTotal>> {
    let mut totals: Vec<CurrencyTotal> = figures::of(connection, id)?
        .into_iter()
        .map(|(currency, sums): (Currency, figures::Sums)| CurrencyTotal {
            currency: currency.to_string(),
            orders: sums.orders,
            paid: sums.paid,
            refunded: sums.refunded,
            average: (sums.paid_orders > 0).then(|| sums.paid / i64::from(sums.paid_orders)),
        })
        .collect();
    totals.sort_by_key(|t| std::cmp::Reverse(t.orders));
    Ok(totals)
}
