//! Products as a table.

use rusqlite::{Connection, Row};
use serde::Serialize;

use crate::error::Result;
use crate::storage::Shop;

/// A product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ProductLine {
    /// Its id.
    pub id: i64,
    /// The seller's own code (SKU).
    pub code: String,
    /// Its title.
    pub title: String,
    /// Its variant.
    pub variant: String,
    /// Grams of one piece.
    pub weight: Option<i64>,
    /// cm³ of one piece.
    pub volume: Option<i64>,
    /// What one piece costs the seller, minor units of `cost_currency`.
    pub cost: Option<i64>,
    /// ISO 4217.
    pub cost_currency: Option<String>,
    /// The template it is bound to.
    pub template: Option<i64>,
    /// A flat shipping fee of its own, minor units.
    pub own_fee: Option<i64>,
    /// Whether it is always sent free.
    pub always_free: bool,
    /// Whether it has no part in free shipping.
    pub excluded_from_free: bool,
    /// Whether it breaks easily on its way.
    pub fragile: bool,
    /// Days after the order's end until the buyer is asked how the goods are; none: the shop's own number.
    pub check_in_days: Option<i64>,
}

const COLUMNS: &str = "id, code, title, variant, weight_grams, volume_cm3, cost, cost_currency, template_id, own_fee, always_free,
     excluded_from_free, check_in_days, fragile";

fn line(r: &Row<'_>) -> rusqlite::Result<ProductLine> {
    Ok(ProductLine {
        id: r.get(0)?,
        code: r.get(1)?,
        title: r.get(2)?,
        variant: r.get(3)?,
        weight: r.get(4)?,
        volume: r.get(5)?,
        cost: r.get(6)?,
        cost_currency: r.get(7)?,
        template: r.get(8)?,
        own_fee: r.get(9)?,
        always_free: r.get(10)?,
        excluded_from_free: r.get(11)?,
        check_in_days: r.get(12)?,
        fragile: r.get(13)?,
    })
}

/// Every product, by title.
pub(crate) fn all(connection: &Connection) -> Result<Vec<ProductLine>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM products ORDER BY title, variant, id"))?;
    Ok(statement.query_map([], line)?.collect::<rusqlite::Result<_>>()?)
}

/// How much of a product was sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct ProductSales {
    /// The product.
    pub id: i64,
    /// Orders with it.
    pub orders: i64,
    /// Pieces, as far as files say how many.
    pub pieces: i64,
    /// The usual price of one piece in minor units: the one most items had.
    pub price: Option<i64>,
}

impl Shop {
    /// Every product, by title. A shop of this kind has hundreds, so that they are given whole.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn products(&self) -> Result<Vec<ProductLine>> {
        self.read(all)
    }

    /// What was sold of each product. Reads every item once.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn product_sales(&self) -> Result<Vec<ProductSales>> {
        self.read(sales)
    }
}

pub(crate) fn sales(connection: &Connection) -> Result<Vec<ProductSales>> {
    let mut statement = connection.prepare_cached("SELECT product_id, quantity, unit_price FROM items WHERE product_id IS NOT NULL")?;
    let mut rows = statement.query([])?;
    let mut all: rustc_hash::FxHashMap<i64, (ProductSales, rustc_hash::FxHashMap<i64, u32>)> = Default::default();
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let (sales, prices) = all.entry(id).or_insert_with(|| (ProductSales { id, orders: 0, pieces: 0, price: None }, Default::default()));
        sales.orders += 1;
        sales.pieces = sales.pieces.saturating_add(row.get::<_, Option<i64>>(1)?.unwrap_or(0));
        if let Some(price) = row.get::<_, Option<i64>>(2)? {
            *prices.entry(price).or_default() += 1;
        }
    }
    let mut sales: Vec<ProductSales> = all
        .into_values()
        .map(|(sales, prices)| ProductSales {
            price: prices.into_iter().max_by_key(|(price, count)| (*count, std::cmp::Reverse(*price))).map(|(price, _)| price),
            ..sales
        })
        .collect();
    sales.sort_unstable_by_key(|s| s.id);
    Ok(sales)
}
