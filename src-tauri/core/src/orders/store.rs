//! The orders table: one struct, one mapper, one way in.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::import::platforms::Status;
use crate::money::Currency;
use crate::time::Seconds;

/// A row of the orders table. Blank text and `None` mean unknown; `paid` is before refunds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // the fields are the columns, explained in 0001_shop.sql
pub struct OrderRow {
    pub id: i64,
    pub shop_id: i64,
    pub number: String,
    pub customer_id: Option<i64>,
    pub review_id: Option<i64>,
    pub status: Status,
    pub status_text: String,
    pub currency: Currency,
    pub goods: Option<i64>,
    pub shipping_fee: Option<i64>,
    pub discount: Option<i64>,
    pub paid: Option<i64>,
    pub refunded: i64,
    pub placed_at: Option<Seconds>,
    pub paid_at: Option<Seconds>,
    pub shipped_at: Option<Seconds>,
    pub completed_at: Option<Seconds>,
    pub recipient: String,
    pub phone: String,
    pub province: String,
    pub city: String,
    pub district: String,
    pub address: String,
    pub zip: String,
    pub country: String,
    pub courier: String,
    pub tracking: String,
    pub buyer_message: String,
    pub seller_note: String,
    pub hand_edited: String,
    pub created_run: Option<i64>,
    pub order_print: Option<i64>,
    pub order_run: Option<i64>,
    pub order_rows: String,
    pub items_print: Option<i64>,
    pub items_run: Option<i64>,
    pub items_rows: String,
}

/// A row of the items table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ItemRow {
    pub product_id: Option<i64>,
    pub title: String,
    pub code: String,
    pub variant: String,
    pub quantity: Option<i64>,
    pub unit_price: Option<i64>,
    pub refunded: Option<i64>,
}

const TAIL: usize = 8;

/// The end of an order number, reversed, as the index of tails holds it.
pub fn tail_of(number: &str) -> String {
    number.chars().rev().take(TAIL).collect()
}

impl OrderRow {
    /// Whether the seller changed this column by hand.
    pub fn is_hand_edited(&self, column: &str) -> bool {
        self.hand_edited.split(',').any(|c| c == column)
    }

    /// Reads a row of `select.sql`.
    fn from_row(r: &Row<'_>) -> Result<OrderRow> {
        let status: String = r.get(5)?;
        let currency: String = r.get(7)?;
        Ok(OrderRow {
            shop_id: r.get(0)?,
            number: r.get(1)?,
            customer_id: r.get(3)?,
            review_id: r.get(4)?,
            status: Status::parse(&status)?,
            status_text: r.get(6)?,
            currency: Currency::parse(&currency).ok_or(Error::Stored { field: "orders.currency", value: currency })?,
            goods: r.get(8)?,
            shipping_fee: r.get(9)?,
            discount: r.get(10)?,
            paid: r.get(11)?,
            refunded: r.get(12)?,
            placed_at: r.get(13)?,
            paid_at: r.get(14)?,
            shipped_at: r.get(15)?,
            completed_at: r.get(16)?,
            recipient: r.get(17)?,
            phone: r.get(18)?,
            province: r.get(19)?,
            city: r.get(20)?,
            district: r.get(21)?,
            address: r.get(22)?,
            zip: r.get(23)?,
            country: r.get(24)?,
            courier: r.get(25)?,
            tracking: r.get(26)?,
            buyer_message: r.get(27)?,
            seller_note: r.get(28)?,
            hand_edited: r.get(29)?,
            created_run: r.get(30)?,
            order_print: r.get(31)?,
            order_run: r.get(32)?,
            order_rows: r.get(33)?,
            items_print: r.get(34)?,
            items_run: r.get(35)?,
            items_rows: r.get(36)?,
            id: r.get(37)?,
        })
    }

    fn write(&self, statement: &mut rusqlite::Statement<'_>) -> Result<()> {
        statement.execute(params![
            self.shop_id,
            self.number,
            tail_of(&self.number),
            self.customer_id,
            self.review_id,
            self.status.as_str(),
            self.status_text,
            self.currency.as_str(),
            self.goods,
            self.shipping_fee,
            self.discount,
            self.paid,
            self.refunded,
            self.placed_at,
            self.paid_at,
            self.shipped_at,
            self.completed_at,
            self.recipient,
            self.phone,
            self.province,
            self.city,
            self.district,
            self.address,
            self.zip,
            self.country,
            self.courier,
            self.tracking,
            self.buyer_message,
            self.seller_note,
            self.hand_edited,
            self.created_run,
            self.order_print,
            self.order_run,
            self.order_rows,
            self.items_print,
            self.items_run,
            self.items_rows,
            self.id,
        ])?;
        Ok(())
    }

    /// Adds the row through [`insert_order`]; the caller has chosen its id ([`next_id`]).
    ///
    /// # Errors
    /// Failures of the file.
    pub fn insert(&self, insert_order: &mut rusqlite::Statement<'_>) -> Result<()> {
        self.write(insert_order)
    }

    /// Writes every column of an existing row.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn update(&self, connection: &Connection) -> Result<()> {
        let mut statement = connection.prepare_cached(include_str!("update.sql"))?;
        self.write(&mut statement)
    }
}

/// One order by its id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn by_id(connection: &Connection, id: i64) -> Result<OrderRow> {
    let mut statement = connection.prepare_cached(concat!(include_str!("select.sql"), " WHERE id = ?1"))?;
    statement
        .query_row([id], |r| Ok(OrderRow::from_row(r)))
        .optional()?
        .unwrap_or_else(|| Err(Error::NotFound { what: "order", key: id.to_string() }))
}

/// The items of an order in the order of the file.
///
/// # Errors
/// Failures of the file.
pub fn items_of(connection: &Connection, order: i64) -> Result<Vec<ItemRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT product_id, title, code, variant, quantity, unit_price, refunded FROM items WHERE order_id = ?1 ORDER BY id",
    )?;
    let rows = statement.query_map([order], |r| {
        Ok(ItemRow {
            product_id: r.get(0)?,
            title: r.get(1)?,
            code: r.get(2)?,
            variant: r.get(3)?,
            quantity: r.get(4)?,
            unit_price: r.get(5)?,
            refunded: r.get(6)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The statement that adds orders. It is prepared once for an import: finding a long statement again in the
/// cache takes as long as running it.
///
/// # Errors
/// Failures of the file.
pub fn insert_order(connection: &Connection) -> Result<rusqlite::Statement<'_>> {
    Ok(connection.prepare(include_str!("insert.sql"))?)
}

/// The statement that adds items.
///
/// # Errors
/// Failures of the file.
pub fn insert_items(connection: &Connection) -> Result<rusqlite::Statement<'_>> {
    Ok(connection.prepare(
        "INSERT INTO items (order_id, product_id, title, code, variant, quantity, unit_price, refunded) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?)
}

/// Adds an item to an order through [`insert_items`].
///
/// # Errors
/// Failures of the file.
pub fn insert_item(insert_items: &mut rusqlite::Statement<'_>, order: i64, item: &ItemRow) -> Result<()> {
    insert_items.execute(params![
        order,
        item.product_id,
        item.title,
        item.code,
        item.variant,
        item.quantity,
        item.unit_price,
        item.refunded
    ])?;
    Ok(())
}

/// Replaces the items of an order.
///
/// # Errors
/// Failures of the file.
pub fn replace_items(connection: &Connection, order: i64, items: &[ItemRow]) -> Result<()> {
    connection.prepare_cached("DELETE FROM items WHERE order_id = ?1")?.execute([order])?;
    let mut statement = insert_items(connection)?;
    items.iter().try_for_each(|item| insert_item(&mut statement, order, item))
}

/// The id that the next row of a table gets. Ids are given out here and not by SQLite, so that a plan that was
/// computed twice on the same shop gives the same ids.
pub(crate) fn next_id(connection: &Connection, table: &'static str) -> Result<i64> {
    let last: Option<i64> = connection.query_row(&format!("SELECT max(id) FROM {table}"), [], |r| r.get(0))?;
    Ok(last.unwrap_or(0) + 1)
}
