//! The calculator: what the seller types or an order holds, as a basket, and its answer in words.

use chrono::NaiveDate;
use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};

use super::basket::{Basket, Line};
use super::explain;
use super::quantity;
use super::quote::{Quote, Templates, quote};
use super::template::{Combine, Template};
use crate::address::Habits;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::money::{Currency, DecimalMark, parse_amount, to_decimal};
use crate::storage::Shop;

/// What the seller fills in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct CalculatorForm {
    /// A region code, an address, or a whole pasted message.
    pub to: String,
    /// The template for everything; none: each product's own, else the default one.
    pub template: Option<i64>,
    /// The way to send; the first where none is named.
    pub method: Option<String>,
    /// How several templates combine; as they say where none is named.
    pub combine: Option<Combine>,
    /// The lines.
    pub lines: Vec<CalculatorLine>,
}

/// A line of the calculator, numbers as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct CalculatorLine {
    /// A product of the shop, whose weight, volume and template hold where the line says nothing else.
    pub product: Option<i64>,
    /// Its name.
    pub name: String,
    /// How many.
    pub pieces: String,
    /// Of one piece, such as `450 g`; empty: as the product has it.
    pub weight: String,
    /// Of one piece, such as `1200 cm³`; empty: as the product has it.
    pub volume: String,
    /// What the line costs; empty: not known.
    pub amount: String,
}

/// A quote with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct QuoteView {
    /// The quote.
    pub quote: Quote,
    /// Its steps in words.
    pub words: Vec<String>,
    /// The answer as a message to the buyer.
    pub message: String,
    /// Name, phone and street, where a message with them was pasted.
    pub address: crate::address::AddressParts,
}

/// One template for everything, whatever a product is bound to.
struct Only<'t>(&'t Template);

impl Templates for Only<'_> {
    fn usual(&self) -> Option<&Template> {
        Some(self.0)
    }
    fn named(&self, _name: &str) -> Option<&Template> {
        Some(self.0)
    }
}

impl Shop {
    /// Answers the calculator on a day.
    ///
    /// # Errors
    /// [`Error::BadValue`] for a number that is none, and every reason of [`super::FeeError`].
    pub fn calculate(&self, form: &CalculatorForm, language: Language, today: NaiveDate) -> Result<QuoteView> {
        let book = self.template_book()?;
        let products = self.products()?;
        let only = match form.template {
            Some(id) => Some(self.template(id)?),
            None => None,
        };
        let chosen = match &only {
            Some(stored) => Some(stored.on(today).ok_or_else(|| Error::NotFound { what: "template", key: stored.line.name.clone() })?),
            None => None,
        };
        let currency = chosen.or(book.usual().and_then(|t| t.on(today))).map_or(Currency::CNY, |t| t.currency);
        let counted = |line: &CalculatorLine| !(line.pieces.trim().is_empty() && line.name.trim().is_empty());
        let mut lines = Vec::with_capacity(form.lines.len());
        for line in form.lines.iter().filter(|l| counted(l)) {
            let product = line.product.and_then(|id| products.iter().find(|p| p.id == id));
            let bound = product.and_then(|p| p.template).and_then(|id| book.all.iter().find(|t| t.line.id == id));
            lines.push(Line {
                name: line.name.trim().to_owned(),
                pieces: read(&line.pieces, "calculator.pieces", "not_a_number", |t| crate::money::parse_decimal(t, 0, DecimalMark::Point))?
                    .unwrap_or(1),
                weight: read(&line.weight, "calculator.weight", "not_a_weight", quantity::grams)?.or(product.and_then(|p| p.weight)),
                volume: read(&line.volume, "calculator.volume", "not_a_volume", quantity::cubic_centimetres)?
                    .or(product.and_then(|p| p.volume)),
                amount: read(&line.amount, "calculator.amount", "not_an_amount", |t| {
                    parse_amount(t, currency, DecimalMark::Point).map(|a| a.minor)
                })?
                .unwrap_or(0),
                template: bound.filter(|t| !t.line.archived).map(|t| t.line.name.clone()),
                own_fee: product.and_then(|p| p.own_fee),
                always_free: product.is_some_and(|p| p.always_free),
                excluded_from_free: product.is_some_and(|p| p.excluded_from_free),
            });
        }
        let basket = Basket { to: form.to.clone(), method: form.method.clone(), combine: form.combine, lines };
        super::validate::basket(&basket)?;
        let mut quote = match chosen {
            Some(template) => quote(&Only(template), &basket, &Habits::default())?,
            None => quote(&book.on(today), &basket, &Habits::default())?,
        };
        // A line that has no part in free shipping has none in the amount either.
        let pooled = basket.lines.iter().map(|l| !l.always_free && l.own_fee.is_none() && !l.excluded_from_free);
        if form.lines.iter().filter(|l| counted(l)).zip(pooled).any(|(l, pooled)| pooled && l.amount.trim().is_empty()) {
            quote.forget_amount();
        }
        let (words, message) = (explain::words(&quote, language), explain::message(&quote, language));
        Ok(QuoteView { quote, words, message, address: crate::address::parse(&form.to, &Habits::default()) })
    }

    /// An order as the calculator's form, with what its goods cost and weigh as far as anything tells: a line's weight is that
    /// of its product, else that of the parcel as the courier weighed it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn calculator_form_of(&self, order: i64) -> Result<CalculatorForm> {
        self.read(|connection| {
            let found = connection
                .query_row(
                    "SELECT province, city, district, address, currency, coalesce(paid - coalesce(shipping_fee, 0), goods - coalesce(discount, 0)),
                     (SELECT sum(weight_grams) FROM courier_charges c WHERE c.order_id = orders.id) FROM orders WHERE id = ?1",
                    [order],
                    |r| {
                        let place = [r.get::<_, String>(0)?, r.get(1)?, r.get(2)?, r.get(3)?];
                        Ok((place, r.get::<_, String>(4)?, r.get::<_, Option<i64>>(5)?, r.get::<_, Option<i64>>(6)?))
                    },
                )
                .optional()?;
            let (place, currency, paid, weighed) = found.ok_or_else(|| Error::NotFound { what: "order", key: order.to_string() })?;
            let currency = Currency::parse(&currency).unwrap_or(Currency::CNY);
            let mut statement = connection.prepare_cached(
                "SELECT i.product_id, i.title, i.variant, i.quantity, i.unit_price, p.weight_grams
                 FROM items i LEFT JOIN products p ON p.id = i.product_id WHERE i.order_id = ?1 ORDER BY i.id",
            )?;
            let mut rows = statement.query([order])?;
            let mut lines = Vec::new();
            let mut prices = Vec::new();
            let mut weights: Vec<Option<i64>> = Vec::new();
            let mut pieces_of = Vec::new();
            while let Some(row) = rows.next()? {
                let (title, variant): (String, String) = (row.get(1)?, row.get(2)?);
                let (pieces, price): (Option<i64>, Option<i64>) = (row.get(3)?, row.get(4)?);
                lines.push(CalculatorLine {
                    product: row.get(0)?,
                    name: [title.as_str(), variant.as_str()].join(" ").trim().to_owned(),
                    pieces: pieces.map(|n| n.to_string()).unwrap_or_default(),
                    ..CalculatorLine::default()
                });
                prices.push(pieces.zip(price).and_then(|(n, p)| n.checked_mul(p)));
                weights.push(row.get(5)?);
                pieces_of.push(pieces.unwrap_or(1).max(1));
            }
            for (line, amount) in lines.iter_mut().zip(amounts(&prices, &pieces_of, paid)) {
                line.amount = to_decimal(amount, currency);
            }
            // Of a parcel that was weighed whole, each piece whose own weight is not known has its part of what is left, rounded up
            // to the gram.
            let known: i64 = weights.iter().zip(&pieces_of).map(|(weight, pieces)| weight.unwrap_or(0).saturating_mul(*pieces)).sum();
            let unknown: i64 = weights.iter().zip(&pieces_of).filter(|(weight, _)| weight.is_none()).map(|(_, pieces)| pieces).sum();
            let part = weighed.map(|grams| grams - known).filter(|left| *left > 0 && unknown > 0).map(|left| (left + unknown - 1) / unknown);
            for (line, weight) in lines.iter_mut().zip(weights) {
                let weight = weight.or(part);
                line.weight = weight.map(|grams| format!("{grams} g")).unwrap_or_default();
            }
            let to = place.iter().filter(|p| !p.is_empty()).cloned().collect::<Vec<_>>().join(" ");
            Ok(CalculatorForm { to, template: None, method: None, combine: None, lines })
        })
    }
}

/// What each line of an order cost, from its price and from what was paid for all goods together: discounts are spread by
/// price; where prices are not known, by pieces. Empty where nothing tells.
fn amounts(prices: &[Option<i64>], pieces: &[i64], paid: Option<i64>) -> Vec<i64> {
    let known: Option<Vec<i64>> = prices.iter().copied().collect();
    match (known, paid.filter(|p| *p > 0)) {
        (Some(known), Some(paid)) if known.iter().any(|a| *a > 0) => super::fee::split(paid, &known),
        (_, Some(paid)) if !pieces.is_empty() => super::fee::split(paid, pieces),
        (known, _) => known.unwrap_or_default(),
    }
}

fn read(text: &str, field: &'static str, reason: &'static str, read: impl Fn(&str) -> Option<i64>) -> Result<Option<i64>> {
    match text.trim() {
        "" => Ok(None),
        text => match read(text) {
            Some(value) if value >= 0 => Ok(Some(value)),
            _ => Err(Error::BadValue { field, value: text.to_owned(), reason }),
        },
    }
}
