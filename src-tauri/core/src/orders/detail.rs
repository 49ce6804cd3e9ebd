//! One order, whole.

use rusqlite::OptionalExtension;
use serde::Serialize;

use super::store;
use crate::error::{Error, Result};
use crate::import::platforms::Status;
use crate::storage::Shop;
use crate::text::is_encrypted;

/// Everything the detail shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct OrderDetail {
    pub id: i64,
    pub shop: String,
    pub platform: String,
    pub time_zone: String,
    pub number: String,
    pub customer_id: Option<i64>,
    pub customer: Option<String>,
    /// It waits for the answer whether its buyer is a known customer.
    pub waits_for_match: bool,
    pub status: Status,
    pub status_text: String,
    pub currency: String,
    pub goods: Option<i64>,
    pub shipping_fee: Option<i64>,
    pub discount: Option<i64>,
    pub paid: Option<i64>,
    pub refunded: i64,
    pub placed_at: Option<i64>,
    pub paid_at: Option<i64>,
    pub shipped_at: Option<i64>,
    pub completed_at: Option<i64>,
    /// Blank where the platform encrypts it, as the number and the address are.
    pub recipient: String,
    pub phone: String,
    pub province: String,
    pub city: String,
    pub district: String,
    pub address: String,
    pub zip: String,
    pub country: String,
    /// Which of recipient, phone and address the platform encrypts.
    pub encrypted: Vec<String>,
    pub courier: String,
    pub tracking: String,
    pub buyer_message: String,
    pub seller_note: String,
    /// Columns the seller wrote by hand.
    pub hand_edited: Vec<String>,
    pub items: Vec<ItemDetail>,
    /// File and rows it came from: (file name, imported at, rows).
    pub sources: Vec<(String, i64, String)>,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct ItemDetail {
    pub title: String,
    pub code: String,
    pub variant: String,
    pub quantity: Option<i64>,
    pub unit_price: Option<i64>,
    pub refunded: Option<i64>,
}

impl Shop {
    /// An order with its items and where it came from.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn order(&self, id: i64) -> Result<OrderDetail> {
        self.read(|connection| {
            let mut order = store::by_id(connection, id)?;
            let (shop, platform, time_zone) = connection
                .prepare_cached("SELECT name, platform, time_zone FROM shops WHERE id = ?1")?
                .query_row([order.shop_id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
            let customer = order.customer_id.map(|c| crate::customers::edit::name_of(connection, c)).transpose()?;
            let mut sources = Vec::new();
            for (run, rows) in [(order.order_run, &order.order_rows), (order.items_run, &order.items_rows)] {
                let Some(run) = run else { continue };
                let file: Option<(String, i64)> = connection
                    .prepare_cached("SELECT file_name, applied_at FROM import_runs WHERE id = ?1")?
                    .query_row([run], |r| Ok((r.get(0)?, r.get(1)?)))
                    .optional()?;
                if let Some((file, at)) = file {
                    let source = (file, at, rows.clone());
                    if !sources.contains(&source) {
                        sources.push(source);
                    }
                }
            }
            let items = store::items_of(connection, id)?
                .into_iter()
                .map(|i| ItemDetail {
                    title: i.title,
                    code: i.code,
                    variant: i.variant,
                    quantity: i.quantity,
                    unit_price: i.unit_price,
                    refunded: i.refunded,
                })
                .collect();
            let mut encrypted = Vec::new();
            for (column, value) in [("recipient", &mut order.recipient), ("phone", &mut order.phone), ("address", &mut order.address)] {
                if is_encrypted(value) {
                    value.clear();
                    encrypted.push(column.to_owned());
                }
            }
            Ok(OrderDetail {
                id,
                shop,
                platform,
                time_zone,
                number: order.number,
                customer_id: order.customer_id,
                customer,
                waits_for_match: order.review_id.is_some(),
                status: order.status,
                status_text: order.status_text,
                currency: order.currency.to_string(),
                goods: order.goods,
                shipping_fee: order.shipping_fee,
                discount: order.discount,
                paid: order.paid,
                refunded: order.refunded,
                placed_at: order.placed_at,
                paid_at: order.paid_at,
                shipped_at: order.shipped_at,
                completed_at: order.completed_at,
                recipient: order.recipient,
                phone: order.phone,
                province: order.province,
                city: order.city,
                district: order.district,
                address: order.address,
                zip: order.zip,
                country: order.country,
                encrypted,
                courier: order.courier,
                tracking: order.tracking,
                buyer_message: order.buyer_message,
                seller_note: order.seller_note,
                hand_edited: order.hand_edited.split(',').filter(|c| !c.is_empty()).map(str::to_owned).collect(),
                items,
                sources,
            })
        })
    }

    /// The id of the order with this number: the exact one, else the only one that ends with it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none or several.
    pub fn order_by_number(&self, number: &str) -> Result<i64> {
        self.read(|connection| {
            let missing = || Error::NotFound { what: "order", key: number.to_owned() };
            let ids = super::list::ids_by_number(connection, number)?;
            let mut exact = Vec::new();
            for id in &ids {
                if store::by_id(connection, *id)?.number == number {
                    exact.push(*id);
                }
            }
            match (exact.as_slice(), ids.as_slice()) {
                ([id, ..], _) | ([], [id]) => Ok(*id),
                _ => Err(missing()),
            }
        })
    }
}
