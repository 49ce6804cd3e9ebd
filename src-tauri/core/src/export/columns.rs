//! The columns a list of customers can have. Their headers are what our own import knows them by.

use rusqlite::Connection;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::contacts::preference::{self, Preference};
use crate::customers::birthday::{Birthday, birthday_text};
use crate::customers::edit::Gender;
use crate::customers::list::CustomerLine;
use crate::error::Result;
use crate::language::Language;
use crate::money::{Currency, to_decimal};
use crate::text::{join_list, mask_email, mask_name, mask_phone};
use crate::time::format_local;

/// A column of an exported list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Column {
    Name,
    AddressAs,
    Identities,
    Phones,
    Emails,
    Gender,
    Birthday,
    Wechat,
    Qq,
    Temperament,
    Likes,
    Notes,
    IntroducedBy,
    Occupation,
    GroupChat,
    ContactWish,
    Tags,
    Province,
    City,
    District,
    Address,
    Zip,
    Orders,
    Currency,
    Paid,
    Refunded,
    FirstOrder,
    LastOrder,
}

impl Column {
    /// All columns in their usual order.
    pub const ALL: [Column; 28] = [
        Column::Name,
        Column::AddressAs,
        Column::Identities,
        Column::Phones,
        Column::Emails,
        Column::Gender,
        Column::Birthday,
        Column::Wechat,
        Column::Qq,
        Column::Temperament,
        Column::Likes,
        Column::Notes,
        Column::IntroducedBy,
        Column::Occupation,
        Column::GroupChat,
        Column::ContactWish,
        Column::Tags,
        Column::Province,
        Column::City,
        Column::District,
        Column::Address,
        Column::Zip,
        Column::Orders,
        Column::Currency,
        Column::Paid,
        Column::Refunded,
        Column::FirstOrder,
        Column::LastOrder,
    ];

    /// The header in a file; our own import knows both languages.
    pub fn header(self, language: Language) -> &'static str {
        match self {
            Column::Name => language.say("姓名", "Name"),
            Column::AddressAs => language.say("称呼", "Form of address"),
            Column::Identities => language.say("账号", "Accounts"),
            Column::Phones => language.say("电话", "Phones"),
            Column::Emails => language.say("邮箱", "E-mails"),
            Column::Gender => language.say("性别", "Gender"),
            Column::Birthday => language.say("生日", "Birthday"),
            Column::Wechat => language.say("微信", "WeChat"),
            Column::Qq => "QQ",
            Column::Temperament => language.say("性格", "Temperament"),
            Column::Likes => language.say("喜好", "Likes"),
            Column::Notes => language.say("备注", "Notes"),
            Column::IntroducedBy => language.say("来源", "Introduced by"),
            Column::Occupation => language.say("职业", "Occupation"),
            Column::GroupChat => language.say("群聊", "Group chat"),
            Column::ContactWish => language.say("联系意愿", "Contact wish"),
            Column::Tags => language.say("标签", "Tags"),
            Column::Province => language.say("省", "Province"),
            Column::City => language.say("市", "City"),
            Column::District => language.say("区县", "District"),
            Column::Address => language.say("详细地址", "Street address"),
            Column::Zip => language.say("邮编", "Postcode"),
            Column::Orders => language.say("订单数", "Orders"),
            Column::Currency => language.say("币种", "Currency"),
            Column::Paid => language.say("实付合计", "Paid in all"),
            Column::Refunded => language.say("退款合计", "Refunded in all"),
            Column::FirstOrder => language.say("首次下单", "First order"),
            Column::LastOrder => language.say("最近下单", "Last order"),
        }
    }

    /// Whether the import takes it up again. The others are worked out from the orders.
    pub fn is_kept(self) -> bool {
        !matches!(self, Column::Orders | Column::Currency | Column::Paid | Column::Refunded | Column::FirstOrder | Column::LastOrder)
    }

    /// Reads the name used on the command line: `name`, `address_as`…
    pub fn parse(name: &str) -> Option<Column> {
        serde_json::from_value(serde_json::Value::String(name.trim().to_owned())).ok()
    }
}

/// What is hidden in an exported list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct Masking {
    /// Names keep their first character.
    pub names: bool,
    /// Numbers keep their last four digits, e-mail addresses their first letter and where they are.
    pub phones: bool,
    /// Street addresses are left out.
    pub addresses: bool,
}

impl Masking {
    /// Whether anything is hidden.
    pub fn any(self) -> bool {
        self.names || self.phones || self.addresses
    }
}

/// A customer with all that columns can show.
pub(super) struct Row {
    line: CustomerLine,
    gender: Option<String>,
    birthday: Option<Birthday>,
    emails: Vec<String>,
    texts: [String; 8],
    wish: Preference,
    /// Values of the seller's own fields, by field.
    own: FxHashMap<i64, String>,
    first_order_at: Option<i64>,
    /// province, city, district, detail, zip
    address: [String; 5],
}

impl Row {
    pub(super) fn read(connection: &Connection, id: i64) -> Result<Row> {
        let line = crate::customers::list::line(connection, id)?;
        let mut row = connection
            .prepare_cached(
                "SELECT gender, birth_calendar, birth_year, birth_month, birth_leap, birth_day, wechat, qq, temperament, likes, notes, first_order_at,
                 introduced_by, occupation, group_chat FROM customers WHERE id = ?1",
            )?
            .query_row([id], |r| {
                let calendar: Option<String> = r.get(1)?;
                Ok(Row {
                    line,
                    gender: r.get(0)?,
                    birthday: match (calendar, r.get(3)?, r.get(5)?) {
                        (Some(calendar), Some(month), Some(day)) => {
                            Some(Birthday { lunar: calendar == "lunar", year: r.get(2)?, month, leap: r.get(4)?, day })
                        }
                        _ => None,
                    },
                    emails: Vec::new(),
                    texts: [r.get(6)?, r.get(7)?, r.get(8)?, r.get(9)?, r.get(10)?, r.get(12)?, r.get(13)?, r.get(14)?],
                    wish: Preference::default(),
                    own: FxHashMap::default(),
                    first_order_at: r.get(11)?,
                    address: Default::default(),
                })
            })?;
        let mut statement = connection.prepare_cached(
            "SELECT province, city, district, detail, zip FROM addresses WHERE customer_id = ?1 ORDER BY id DESC LIMIT 1",
        )?;
        let mut rows = statement.query([id])?;
        if let Some(r) = rows.next()? {
            row.address = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?];
        }
        row.emails = connection
            .prepare_cached("SELECT address FROM emails WHERE customer_id = ?1 ORDER BY id")?
            .query_map([id], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        row.wish = preference::of(connection, id)?;
        row.own = connection
            .prepare_cached("SELECT field_id, value FROM custom_values WHERE customer_id = ?1")?
            .query_map([id], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(row)
    }

    /// A cell of one of the seller's own fields: it may hold anything, and is left out where anything is hidden.
    pub(super) fn own_cell(&self, field: i64, masking: Masking) -> String {
        if masking.any() { String::new() } else { self.own.get(&field).cloned().unwrap_or_default() }
    }

    /// A cell of the list; `zone` for the times.
    pub(super) fn cell(&self, column: Column, masking: Masking, language: Language, zone: chrono_tz::Tz) -> String {
        let currency = self.line.currency.as_deref().and_then(Currency::parse);
        let money = |minor: i64| currency.map(|c| to_decimal(minor, c)).unwrap_or_default();
        let name = |text: &str| if masking.names { mask_name(text) } else { text.to_owned() };
        let [wechat, qq, temperament, likes, notes, introduced_by, occupation, group_chat] = &self.texts;
        let [province, city, district, detail, zip] = &self.address;
        match column {
            Column::Name => name(&self.line.name),
            Column::AddressAs => name(&self.line.address_as),
            Column::Identities => {
                let parts: Vec<String> = self
                    .line
                    .identities
                    .iter()
                    .map(|(platform, id)| format!("{platform}:{}", if masking.names { mask_name(id) } else { id.clone() }))
                    .collect();
                join_list(parts.iter().map(String::as_str))
            }
            Column::Phones => {
                let parts: Vec<String> = self.line.phones.iter().map(|p| if masking.phones { mask_phone(p) } else { p.clone() }).collect();
                join_list(parts.iter().map(String::as_str))
            }
            Column::Emails => {
                let parts: Vec<String> = self.emails.iter().map(|e| if masking.phones { mask_email(e) } else { e.clone() }).collect();
                join_list(parts.iter().map(String::as_str))
            }
            Column::Gender => self.gender.as_deref().and_then(Gender::parse).map_or(String::new(), |g| g.in_words(language).to_owned()),
            Column::Birthday => self.birthday.as_ref().map(birthday_text).unwrap_or_default(),
            Column::Wechat => name(wechat),
            Column::Qq => name(qq),
            Column::Temperament => temperament.clone(),
            Column::Likes => likes.clone(),
            Column::Notes => notes.clone(),
            Column::IntroducedBy => name(introduced_by),
            Column::Occupation => occupation.clone(),
            Column::GroupChat => name(group_chat),
            // The seller's own words about somebody name them more often than not.
            Column::ContactWish if masking.names => {
                Preference { reason: String::new(), avoid: String::new(), ..self.wish.clone() }.in_words(language)
            }
            Column::ContactWish => self.wish.in_words(language),
            Column::Tags => join_list(self.line.tags.iter().map(String::as_str)),
            Column::Province => province.clone(),
            Column::City => city.clone(),
            Column::District => district.clone(),
            Column::Address => {
                if masking.addresses {
                    String::new()
                } else {
                    detail.clone()
                }
            }
            Column::Zip => {
                if masking.addresses {
                    String::new()
                } else {
                    zip.clone()
                }
            }
            Column::Orders => self.line.orders.to_string(),
            Column::Currency => self.line.currency.clone().unwrap_or_default(),
            Column::Paid => money(self.line.paid),
            Column::Refunded => money(self.line.refunded),
            Column::FirstOrder => self.first_order_at.map(|t| format_local(t, zone)).unwrap_or_default(),
            Column::LastOrder => self.line.last_order_at.map(|t| format_local(t, zone)).unwrap_or_default(),
        }
    }
}
