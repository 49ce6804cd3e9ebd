//! Weights, volumes, costs and templates of products, one or many at a time.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::money::{Currency, DecimalMark, parse_amount};
use crate::shipping::validate::MOST;
use crate::storage::{Change, Op, Shop};
use crate::time::Seconds;

/// A column of a product that the seller fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ProductField {
    /// `450`, `450g`, `1.2 kg`.
    Weight,
    /// `1200`, `1200 cm³`, `0.01 m³`, `20*15*4` in cm.
    Volume,
    /// What one piece costs.
    Cost,
    /// A flat fee of its own.
    OwnFee,
    /// The name of a template; empty for the default.
    Template,
    /// 是 / yes, 否 / no.
    AlwaysFree,
    /// 是 / yes, 否 / no.
    ExcludedFromFree,
    /// Breaks easily on its way: 是 / yes, 否 / no.
    Fragile,
    /// Days after which the buyer is asked how the goods are, 1 to 365; empty for the shop's own number.
    CheckInDays,
}

/// One value of one product, as text: typed, pasted or from a file. Empty text takes the value away.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
pub struct ProductValue {
    /// The product.
    pub id: i64,
    /// The column.
    pub field: ProductField,
    /// What was typed.
    pub text: String,
}

enum Cell {
    Number(Option<i64>),
    Flag(bool),
    Template(Option<String>),
}

fn read(value: &ProductValue, currency: Currency) -> Result<Cell> {
    let text = value.text.trim();
    let bad = |field: &'static str, reason: &'static str| Error::BadValue { field, value: text.to_owned(), reason };
    let within = |field: &'static str, number: Option<i64>, reason: &'static str| match number {
        Some(n) if (0..=MOST).contains(&n) => Ok(Cell::Number(Some(n))),
        _ => Err(bad(field, reason)),
    };
    Ok(match value.field {
        ProductField::Weight | ProductField::Volume | ProductField::Cost | ProductField::OwnFee | ProductField::CheckInDays
            if text.is_empty() =>
        {
            Cell::Number(None)
        }
        ProductField::Weight => within("product.weight", crate::shipping::quantity::grams(text), "not_a_weight")?,
        ProductField::Volume => within("product.volume", crate::shipping::quantity::cubic_centimetres(text), "not_a_volume")?,
        ProductField::Cost => {
            let amount = parse_amount(text, currency, DecimalMark::Point).filter(|a| a.currency.is_none_or(|c| c == currency));
            within("product.cost", amount.map(|a| a.minor), "not_an_amount")?
        }
        ProductField::OwnFee => {
            let amount = parse_amount(text, currency, DecimalMark::Point).filter(|a| a.currency.is_none_or(|c| c == currency));
            within("product.own_fee", amount.map(|a| a.minor), "not_an_amount")?
        }
        ProductField::CheckInDays => {
            let days =
                text.trim_end_matches(['天', '日']).trim_end_matches("days").trim_end().parse().ok().filter(|d| (1..=365).contains(d));
            within("product.check_in_days", days, "one_to_365_days")?
        }
        ProductField::Template => Cell::Template((!text.is_empty()).then(|| text.to_owned())),
        ProductField::AlwaysFree | ProductField::ExcludedFromFree | ProductField::Fragile => match text.to_lowercase().as_str() {
            "" | "否" | "no" | "n" | "0" | "false" | "不" => Cell::Flag(false),
            "是" | "yes" | "y" | "1" | "true" | "√" | "✓" | "✔" => Cell::Flag(true),
            _ => return Err(bad("product.flag", "yes_or_no")),
        },
    })
}

/// Whether a value can be; the reason where it cannot.
pub(super) fn check(value: &ProductValue, currency: Currency) -> std::result::Result<(), &'static str> {
    match read(value, currency) {
        Ok(_) => Ok(()),
        Err(Error::BadValue { reason, .. }) => Err(reason),
        Err(_) => Err("not_understood"),
    }
}

impl Shop {
    /// Sets values of products, all of them or none; one change to undo. Amounts are in `currency`.
    ///
    /// # Errors
    /// [`Error::BadValue`] naming the first value that cannot be, [`Error::NotFound`] for a product or template.
    pub fn edit_products(&self, values: &[ProductValue], currency: Currency, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::EditProducts, now, |tx| {
            for value in values {
                write(tx, value, currency, now)?;
            }
            let subject = match values {
                [] => String::new(),
                [first, rest @ ..] if rest.iter().all(|v| v.id == first.id) => {
                    tx.query_row("SELECT title FROM products WHERE id = ?1", [first.id], |r| r.get(0))?
                }
                several => {
                    let mut ids: Vec<i64> = several.iter().map(|v| v.id).collect();
                    ids.sort_unstable();
                    ids.dedup();
                    ids.len().to_string()
                }
            };
            Ok((subject, ()))
        })?;
        Ok(change)
    }
}

pub(super) fn write(tx: &rusqlite::Transaction<'_>, value: &ProductValue, currency: Currency, now: Seconds) -> Result<()> {
    let column = match value.field {
        ProductField::Weight => "weight_grams",
        ProductField::Volume => "volume_cm3",
        ProductField::Cost => "cost",
        ProductField::OwnFee => "own_fee",
        ProductField::Template => "template_id",
        ProductField::AlwaysFree => "always_free",
        ProductField::ExcludedFromFree => "excluded_from_free",
        ProductField::Fragile => "fragile",
        ProductField::CheckInDays => "check_in_days",
    };
    let sql = format!("UPDATE products SET {column} = ?2, edited_at = ?3 WHERE id = ?1");
    let changed = match read(value, currency)? {
        Cell::Number(number) => {
            if value.field == ProductField::Cost {
                tx.execute("UPDATE products SET cost_currency = ?2 WHERE id = ?1", params![value.id, number.map(|_| currency.as_str())])?;
            }
            tx.prepare_cached(&sql)?.execute(params![value.id, number, now])?
        }
        Cell::Flag(flag) => tx.prepare_cached(&sql)?.execute(params![value.id, flag, now])?,
        Cell::Template(None) => tx.prepare_cached(&sql)?.execute(params![value.id, None::<i64>, now])?,
        Cell::Template(Some(name)) => {
            let id: Option<i64> = tx
                .prepare_cached("SELECT min(id) FROM shipping_templates WHERE kind = 'charge' AND archived_at IS NULL AND name = ?1")?
                .query_row([&name], |r| r.get(0))?;
            let id = id.ok_or(Error::NotFound { what: "template", key: name })?;
            tx.prepare_cached(&sql)?.execute(params![value.id, id, now])?
        }
    };
    if changed == 0 {
        return Err(Error::NotFound { what: "product", key: value.id.to_string() });
    }
    Ok(())
}
