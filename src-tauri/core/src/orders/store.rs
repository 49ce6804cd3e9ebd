//! The orders table: one struct, one mapper, one way in.

use rusqlite::{Connection, OptionalExtension, Row, Statement, ToSql, params};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::import::platforms::Status;
use crate::money::Currency;
use crate::time::Seconds;

/// A row of the orders table, with texts of its own or borrowed from a file. Blank text and `None` mean unknown; `paid` is before refunds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // the fields are the columns, explained in 0001_shop.sql
pub struct OrderRow<T = String> {
    pub id: i64,
    pub shop_id: i64,
    pub number: T,
    pub customer_id: Option<i64>,
    pub review_id: Option<i64>,
    pub status: Status,
    pub status_text: T,
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
    pub recipient: T,
    pub phone: T,
    pub province: T,
    pub city: T,
    pub district: T,
    pub address: T,
    pub zip: T,
    pub country: T,
    pub courier: T,
    pub tracking: T,
    pub buyer_message: T,
    pub seller_note: T,
    pub hand_edited: T,
    pub created_run: Option<i64>,
    pub order_print: Option<i64>,
    pub order_run: Option<i64>,
    pub order_rows: T,
    pub items_print: Option<i64>,
    pub items_run: Option<i64>,
    pub items_rows: T,
}

/// A row of the items table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ItemRow<T = String> {
    pub product_id: Option<i64>,
    pub title: T,
    pub code: T,
    pub variant: T,
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
}

/// A value of a column.
#[derive(Clone, Copy)]
enum Cell<'t> {
    Text(&'t str),
    Number(Option<i64>),
}

impl Cell<'_> {
    fn is_blank(self) -> bool {
        matches!(self, Cell::Text("") | Cell::Number(None))
    }

    fn bind(self, statement: &mut Statement<'_>, column: usize) -> rusqlite::Result<()> {
        match self {
            Cell::Text(text) => statement.raw_bind_parameter(column, text),
            Cell::Number(number) => statement.raw_bind_parameter(column, number),
        }
    }
}

/// Columns of the orders table but for the id, in the order of `insert.sql` and `update.sql`.
const COLUMNS: usize = 37;

impl<T: AsRef<str>> OrderRow<T> {
    /// The columns; `tail` is [`tail_of`] the number.
    fn cells<'t>(&'t self, tail: &'t str) -> [Cell<'t>; COLUMNS] {
        use Cell::{Number, Text};
        [
            Number(Some(self.shop_id)),
            Text(self.number.as_ref()),
            Text(tail),
            Number(self.customer_id),
            Number(self.review_id),
            Text(self.status.as_str()),
            Text(self.status_text.as_ref()),
            Text(self.currency.as_str()),
            Number(self.goods),
            Number(self.shipping_fee),
            Number(self.discount),
            Number(self.paid),
            Number(Some(self.refunded)),
            Number(self.placed_at),
            Number(self.paid_at),
            Number(self.shipped_at),
            Number(self.completed_at),
            Text(self.recipient.as_ref()),
            Text(self.phone.as_ref()),
            Text(self.province.as_ref()),
            Text(self.city.as_ref()),
            Text(self.district.as_ref()),
            Text(self.address.as_ref()),
            Text(self.zip.as_ref()),
            Text(self.country.as_ref()),
            Text(self.courier.as_ref()),
            Text(self.tracking.as_ref()),
            Text(self.buyer_message.as_ref()),
            Text(self.seller_note.as_ref()),
            Text(self.hand_edited.as_ref()),
            Number(self.created_run),
            Number(self.order_print),
            Number(self.order_run),
            Text(self.order_rows.as_ref()),
            Number(self.items_print),
            Number(self.items_run),
            Text(self.items_rows.as_ref()),
        ]
    }
}

impl OrderRow {
    /// Writes every column of an existing row.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn update(&self, connection: &Connection) -> Result<()> {
        let mut statement = connection.prepare_cached(include_str!("update.sql"))?;
        for (column, cell) in self.cells(&tail_of(&self.number)).into_iter().enumerate() {
            cell.bind(&mut statement, column + 1)?;
        }
        statement.raw_bind_parameter(COLUMNS + 1, self.id)?;
        statement.raw_execute()?;
        Ok(())
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

/// Adds orders, each after the last. Prepared once for an import: finding a long statement again in the cache
/// takes as long as running it.
pub struct OrderInserter<'c> {
    connection: &'c Connection,
    statement: Statement<'c>,
    /// Columns that were blank in the last order: a third of them always are, and need not be said again.
    blank: [bool; COLUMNS],
}

impl<'c> OrderInserter<'c> {
    /// Prepares adding orders.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn new(connection: &'c Connection) -> Result<Self> {
        Ok(OrderInserter { connection, statement: connection.prepare(include_str!("insert.sql"))?, blank: [false; COLUMNS] })
    }

    /// Adds an order, whose id must be the one after the highest.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn insert(&mut self, order: &OrderRow<impl AsRef<str>>) -> Result<()> {
        let tail = tail_of(order.number.as_ref());
        for (column, cell) in order.cells(&tail).into_iter().enumerate() {
            let blank = cell.is_blank();
            if !(blank && self.blank[column]) {
                cell.bind(&mut self.statement, column + 1)?;
                self.blank[column] = blank;
            }
        }
        // SQLite gives the id: appending a row is cheaper than looking whether an id is free.
        self.statement.raw_execute()?;
        match self.connection.last_insert_rowid() {
            id if id == order.id => Ok(()),
            other => Err(Error::Stored { field: "orders.id", value: other.to_string() }),
        }
    }
}

/// The statement that adds items.
///
/// # Errors
/// Failures of the file.
pub fn insert_items(connection: &Connection) -> Result<Statement<'_>> {
    Ok(connection.prepare(
        "INSERT INTO items (order_id, product_id, title, code, variant, quantity, unit_price, refunded) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?)
}

/// Adds an item to an order through [`insert_items`].
///
/// # Errors
/// Failures of the file.
pub fn insert_item(insert_items: &mut Statement<'_>, order: i64, item: &ItemRow<impl ToSql>) -> Result<()> {
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
pub fn replace_items(connection: &Connection, order: i64, items: &[ItemRow<impl ToSql>]) -> Result<()> {
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
