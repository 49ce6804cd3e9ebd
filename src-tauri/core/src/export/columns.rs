//! The columns a list of customers can have. Their headers are what our own import knows them by.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::customers::birthday::{Birthday, birthday_text};
use crate::customers::list::CustomerLine;
use crate::error::Result;
use crate::import::person_draft::join_list;
use crate::money::{Currency, to_decimal};
use crate::text::{mask_email, mask_name, mask_phone};
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
    pub const ALL: [Column; 24] = [
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

    /// The header in a file, the same in both languages so that a file can be read back anywhere.
    pub fn header(self) -> &'static str {
        match self {
            Column::Name => "姓名",
            Column::AddressAs => "称呼",
            Column::Identities => "账号",
            Column::Phones => "电话",
            Column::Emails => "邮箱",
            Column::Gender => "性别",
            Column::Birthday => "生日",
            Column::Wechat => "微信",
            Column::Qq => "QQ",
            Column::Temperament => "性格",
            Column::Likes => "喜好",
            Column::Notes => "备注",
            Column::Tags => "标签",
            Column::Province => "省",
            Column::City => "市",
            Column::District => "区县",
            Column::Address => "详细地址",
            Column::Zip => "邮编",
            Column::Orders => "订单数",
            Column::Currency => "币种",
            Column::Paid => "实付合计",
            Column::Refunded => "退款合计",
            Column::FirstOrder => "首次下单",
            Column::LastOrder => "最近下单",
        }
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
    texts: [String; 5],
    first_order_at: Option<i64>,
    /// province, city, district, detail, zip
    address: [String; 5],
}

impl Row {
    pub(super) fn read(connection: &Connection, id: i64) -> Result<Row> {
        let line = crate::customers::list::line(connection, id)?;
        let mut row = connection
            .prepare_cached(
                "SELECT gender, birth_calendar, birth_year, birth_month, birth_leap, birth_day, wechat, qq, temperament, likes, notes, first_order_at
                 FROM customers WHERE id = ?1",
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
                    texts: [r.get(6)?, r.get(7)?, r.get(8)?, r.get(9)?, r.get(10)?],
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
        Ok(row)
    }

    /// A cell of the list; `zone` for the times.
    pub(super) fn cell(&self, column: Column, masking: Masking, zone: chrono_tz::Tz) -> String {
        let currency = self.line.currency.as_deref().and_then(Currency::parse);
        let money = |minor: i64| currency.map(|c| to_decimal(minor, c)).unwrap_or_default();
        let name = |text: &str| if masking.names { mask_name(text) } else { text.to_owned() };
        let [wechat, qq, temperament, likes, notes] = &self.texts;
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
            Column::Gender => self.gender.clone().unwrap_or_default(),
            Column::Birthday => self.birthday.as_ref().map(birthday_text).unwrap_or_default(),
            Column::Wechat => name(wechat),
            Column::Qq => name(qq),
            Column::Temperament => temperament.clone(),
            Column::Likes => likes.clone(),
            Column::Notes => notes.clone(),
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
