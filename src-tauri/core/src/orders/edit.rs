//! Changing an order by hand. What is written here no import overwrites.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::store;
use crate::customers::edit::orders_moved;
use crate::error::{Error, Result};
use crate::import::platforms::Status;
use crate::storage::{Change, Op, Shop};
use crate::time::Seconds;

/// One change of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[allow(missing_docs)]
pub enum OrderEdit {
    SellerNote { value: String },
    Courier { value: String },
    Tracking { value: String },
    Status { value: Status },
}

impl OrderEdit {
    fn column(&self) -> &'static str {
        match self {
            OrderEdit::SellerNote { .. } => "seller_note",
            OrderEdit::Courier { .. } => "courier",
            OrderEdit::Tracking { .. } => "tracking",
            OrderEdit::Status { .. } => "status",
        }
    }
}

impl Shop {
    /// Changes one thing of an order and remembers that it was by hand.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::BadValue`].
    pub fn edit_order(&self, id: i64, edit: &OrderEdit, now: Seconds) -> Result<Change> {
        let column = edit.column();
        let value = match edit {
            OrderEdit::SellerNote { value } | OrderEdit::Courier { value } | OrderEdit::Tracking { value } => value.trim(),
            OrderEdit::Status { value } => value.as_str(),
        };
        if value.chars().count() > 5_000 {
            return Err(Error::BadValue { field: column, value: value.chars().take(40).collect(), reason: "too_long" });
        }
        let (change, ()) = self.transact(Op::EditOrder, now, |tx| {
            let order = store::by_id(tx, id)?;
            let hand = with_column(&order.hand_edited, column);
            tx.prepare_cached(&format!("UPDATE orders SET {column} = ?2, hand_edited = ?3 WHERE id = ?1"))?
                .execute(params![id, value, hand])?;
            Ok((order.number, ()))
        })?;
        Ok(change)
    }

    /// Gives an order to a customer, or takes it from one.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn link_order(&self, id: i64, customer: Option<i64>, now: Seconds) -> Result<Change> {
        let (change, ()) = self.transact(Op::LinkOrder, now, |tx| {
            let order = store::by_id(tx, id)?;
            if let Some(customer) = customer {
                crate::customers::edit::name_of(tx, customer)?;
            }
            tx.execute(
                "UPDATE orders SET customer_id = ?2, review_id = NULL, hand_edited = ?3 WHERE id = ?1",
                params![id, customer, with_column(&order.hand_edited, "customer_id")],
            )?;
            for table in ["complaints", "contacts", "promises"] {
                // What happened about the order goes with it, unless the seller gave it to somebody else.
                tx.execute(
                    &format!("UPDATE {table} SET customer_id = ?2 WHERE order_id = ?1 AND customer_id IS ?3"),
                    params![id, customer, order.customer_id],
                )?;
            }
            orders_moved(tx, &[order.customer_id, customer])?;
            Ok((order.number, ()))
        })?;
        Ok(change)
    }
}

fn with_column(columns: &str, column: &str) -> String {
    let mut all: Vec<&str> = columns.split(',').filter(|c| !c.is_empty()).collect();
    if !all.contains(&column) {
        all.push(column);
    }
    all.join(",")
}
