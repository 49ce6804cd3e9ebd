//! Quick order entry: an order that came by chat, from a pasted message.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::message;
use super::store::{self, ItemRow, OrderInserter, OrderRow};
use crate::address::Habits;
use crate::customers::edit::{name_of, orders_moved};
use crate::customers::keys;
use crate::error::{Error, Result};
use crate::import::platforms::Status;
use crate::money::{Currency, DecimalMark, parse_amount, parse_decimal};
use crate::phone::Phone;
use crate::storage::{Change, Op, Shop};
use crate::text::sort_key;
use crate::time::{Seconds, format_local, parse_zone};

/// What the seller fills in. Numbers are text until they are understood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)] // the fields are those of an order
pub struct NewOrder {
    /// The shop; none: the first, or one of the seller's own where there is none yet.
    pub shop: Option<i64>,
    /// The customer; none: a new one.
    pub customer: Option<i64>,
    pub recipient: String,
    pub phone: String,
    pub province: String,
    pub city: String,
    pub district: String,
    pub address: String,
    pub zip: String,
    pub lines: Vec<NewLine>,
    pub shipping_fee: String,
    pub seller_note: String,
}

/// One thing that was ordered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)]
pub struct NewLine {
    pub title: String,
    pub quantity: String,
    pub unit_price: String,
}

/// Who a message may be from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct KnownBuyer {
    /// The customer.
    pub id: i64,
    /// Their name.
    pub name: String,
    /// Their orders so far.
    pub orders: i64,
    /// Whether the name is the same as well as the phone, so that it is this person.
    pub same_name: bool,
}

/// A pasted message as the beginning of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct PastedOrder {
    /// What the message says.
    pub order: NewOrder,
    /// Regions it may mean where a name fits several: code and path.
    pub candidates: Vec<(String, String)>,
    /// Customers with this phone.
    pub buyers: Vec<KnownBuyer>,
}

impl Shop {
    /// Reads a pasted message. Nothing is written.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn read_pasted_order(&self, text: &str) -> Result<PastedOrder> {
        let products = self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT DISTINCT title FROM products WHERE title <> ''")?;
            Ok(statement.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?)
        })?;
        crate::text::check_length("message", text, crate::text::LONGEST_MESSAGE)?;
        let ordered = message::read(text, &products);
        let parts = crate::address::read(&ordered.rest, &Habits::default())?;
        let table = crate::regions::table::table();
        let mut order = NewOrder {
            recipient: parts.name.unwrap_or_default(),
            phone: parts.phone.unwrap_or_default(),
            province: parts.province.unwrap_or_default(),
            city: parts.city.unwrap_or_default(),
            district: parts.district.unwrap_or_default(),
            address: parts.detail,
            zip: parts.zip.unwrap_or_default(),
            lines: ordered.lines,
            shipping_fee: ordered.shipping_fee,
            seller_note: ordered.note,
            ..NewOrder::default()
        };
        // Orders say a municipality twice: 北京市 北京市 朝阳区.
        if matches!(order.city.as_str(), "市辖区" | "县") {
            order.city = order.province.clone();
        }
        let candidates = parts.candidates.iter().filter_map(|code| Some((code.to_string(), table.path(table.find(*code)?)))).collect();
        let buyers = self.read(|connection| buyers(connection, &order.recipient, &order.phone))?;
        Ok(PastedOrder { order, candidates, buyers })
    }

    /// Adds an order by hand, with its buyer where that is a new one; one change to undo.
    ///
    /// # Errors
    /// [`Error::BadValue`] naming the field, [`Error::NotFound`] for a shop or customer. Then nothing was added.
    pub fn add_order(&self, new: &NewOrder, zone: &str, now: Seconds) -> Result<(Change, i64)> {
        let recipient = new.recipient.trim();
        if recipient.is_empty() {
            return Err(Error::BadValue { field: "order.recipient", value: String::new(), reason: "blank" });
        }
        if new.lines.iter().all(|l| l.title.trim().is_empty()) {
            return Err(Error::BadValue { field: "order.lines", value: String::new(), reason: "blank" });
        }
        let phone = match new.phone.trim() {
            "" => String::new(),
            text => Phone::parse(text).map(Phone::into_text).ok_or_else(|| Error::BadValue {
                field: "order.phone",
                value: text.to_owned(),
                reason: "not_a_number",
            })?,
        };
        self.transact(Op::AddOrder, now, |tx| {
            let (shop, currency, zone) = shop_for(tx, new.shop, zone)?;
            let amount = |text: &str, field: &'static str| match text.trim() {
                "" => Ok(0),
                text => parse_amount(text, currency, DecimalMark::Point)
                    .filter(|a| a.minor >= 0 && a.currency.is_none_or(|c| c == currency))
                    .map(|a| a.minor)
                    .ok_or_else(|| Error::BadValue { field, value: text.to_owned(), reason: "not_an_amount" }),
            };
            let shipping = amount(&new.shipping_fee, "order.shipping_fee")?;
            let mut goods: i64 = 0;
            let mut items = Vec::new();
            for line in new.lines.iter().filter(|l| !l.title.trim().is_empty()) {
                let price = amount(&line.unit_price, "order.unit_price")?;
                let quantity = match line.quantity.trim() {
                    "" => Some(1),
                    text => parse_decimal(text, 0, DecimalMark::Point).filter(|n| *n > 0),
                };
                let quantity = quantity.ok_or_else(|| Error::BadValue {
                    field: "order.quantity",
                    value: line.quantity.clone(),
                    reason: "not_a_number",
                })?;
                goods = price.checked_mul(quantity).and_then(|sum| goods.checked_add(sum)).ok_or(Error::Overflow)?;
                items.push(ItemRow {
                    product_id: Some(product_of(tx, line.title.trim())?),
                    title: line.title.trim().to_owned(),
                    code: String::new(),
                    variant: String::new(),
                    quantity: Some(quantity),
                    unit_price: Some(price),
                    refunded: None,
                });
            }
            let customer = match new.customer {
                Some(id) => {
                    name_of(tx, id)?;
                    id
                }
                None => add_buyer(tx, recipient, &phone, new, now)?,
            };
            let id = store::next_id(tx, "orders")?;
            let number = free_number(tx, shop, &format_local(now, zone))?;
            let order = OrderRow {
                id,
                shop_id: shop,
                number: number.clone(),
                customer_id: Some(customer),
                review_id: None,
                status: Status::Paid,
                status_text: String::new(),
                currency,
                goods: Some(goods),
                shipping_fee: Some(shipping),
                discount: None,
                paid: Some(goods.checked_add(shipping).ok_or(Error::Overflow)?),
                refunded: 0,
                placed_at: Some(now),
                paid_at: Some(now),
                shipped_at: None,
                completed_at: None,
                recipient: recipient.to_owned(),
                phone: phone.clone(),
                province: new.province.trim().to_owned(),
                city: new.city.trim().to_owned(),
                district: new.district.trim().to_owned(),
                address: new.address.trim().to_owned(),
                zip: new.zip.trim().to_owned(),
                country: String::new(),
                courier: String::new(),
                tracking: String::new(),
                buyer_message: String::new(),
                seller_note: new.seller_note.trim().to_owned(),
                hand_edited: String::new(),
                created_run: None,
                order_print: None,
                order_run: None,
                order_rows: String::new(),
                items_print: None,
                items_run: None,
                items_rows: String::new(),
            };
            OrderInserter::new(tx)?.insert(&order)?;
            store::replace_items(tx, id, &items)?;
            orders_moved(tx, &[Some(customer)])?;
            Ok((number, id))
        })
    }
}

fn buyers(connection: &Connection, name: &str, phone: &str) -> Result<Vec<KnownBuyer>> {
    let Some(phone @ Phone::Full(_)) = Phone::parse(phone) else { return Ok(Vec::new()) };
    if !phone.identifies() {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare_cached(
        "SELECT c.id, c.name, c.order_count FROM phones p JOIN customers c ON c.id = p.customer_id WHERE p.number = ?1 ORDER BY c.order_count DESC LIMIT 5",
    )?;
    let name = crate::text::normalised(name);
    let found = statement.query_map([phone.as_str()], |r| Ok((r.get(0)?, r.get::<_, String>(1)?, r.get(2)?)))?;
    let mut all = Vec::new();
    for row in found {
        let (id, known, orders) = row?;
        all.push(KnownBuyer { id, same_name: crate::text::normalised(&known) == name, name: known, orders });
    }
    all.sort_by_key(|b| !b.same_name);
    Ok(all)
}

/// The shop an order is entered for: the one named, else the first, else a new one of the seller's own.
fn shop_for(tx: &Connection, wanted: Option<i64>, zone: &str) -> Result<(i64, Currency, chrono_tz::Tz)> {
    let shops = crate::shops::list(tx)?;
    let found = match wanted {
        Some(id) => Some(shops.into_iter().find(|s| s.id == id).ok_or_else(|| Error::NotFound { what: "shop", key: id.to_string() })?),
        None => shops.into_iter().next(),
    };
    if let Some(shop) = found {
        let currency = Currency::parse(&shop.currency).ok_or(Error::Stored { field: "shops.currency", value: shop.currency })?;
        return Ok((shop.id, currency, parse_zone(&shop.time_zone).unwrap_or_default()));
    }
    let tz = parse_zone(zone).unwrap_or(chrono_tz::Asia::Shanghai);
    tx.execute("INSERT INTO shops (platform, name, named, currency, time_zone) VALUES ('own', '', 0, 'CNY', ?1)", [tz.name()])?;
    Ok((tx.last_insert_rowid(), Currency::CNY, tz))
}

/// The product with this title and no variant, made where there is none; the same key as an import gives it.
fn product_of(tx: &Connection, title: &str) -> Result<i64> {
    let named = tx.prepare_cached("SELECT min(id) FROM products WHERE title = ?1")?.query_row([title], |r| r.get::<_, Option<i64>>(0))?;
    if let Some(id) = named {
        return Ok(id);
    }
    let key = format!("title:{}\u{1}", crate::text::normalised(title));
    let known = tx.prepare_cached("SELECT id FROM products WHERE match_key = ?1")?.query_row([&key], |r| r.get(0)).optional()?;
    match known {
        Some(id) => Ok(id),
        None => {
            tx.execute("INSERT INTO products (match_key, title) VALUES (?1, ?2)", params![key, title])?;
            Ok(tx.last_insert_rowid())
        }
    }
}

fn add_buyer(tx: &Connection, name: &str, phone: &str, new: &NewOrder, now: Seconds) -> Result<i64> {
    let id = store::next_id(tx, "customers")?;
    tx.execute(
        "INSERT INTO customers (id, name, sort_name, created_at, edited_at) VALUES (?1, ?2, ?3, ?4, ?4)",
        params![id, name, sort_key(name), now],
    )?;
    if !phone.is_empty() {
        tx.execute("INSERT INTO phones (customer_id, number) VALUES (?1, ?2)", params![id, phone])?;
    }
    tx.execute(
        "INSERT INTO addresses (customer_id, recipient, phone, province, city, district, detail, zip) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![id, name, phone, new.province.trim(), new.city.trim(), new.district.trim(), new.address.trim(), new.zip.trim()],
    )?;
    keys::add(tx, &[id])?;
    Ok(id)
}

/// `H20260301-0042`: the day by the shop's clock and the minute, counted on where it is taken.
fn free_number(tx: &Connection, shop: i64, at: &str) -> Result<String> {
    let digits: String = at.chars().filter(char::is_ascii_digit).collect();
    let (day, rest) = digits.split_at(digits.len().min(8));
    let mut counter: u32 = rest.get(..4).and_then(|t| t.parse().ok()).unwrap_or(0);
    loop {
        let number = format!("H{day}-{counter:04}");
        let taken: bool =
            tx.query_row("SELECT EXISTS (SELECT 1 FROM orders WHERE shop_id = ?1 AND number = ?2)", params![shop, number], |r| r.get(0))?;
        if !taken {
            return Ok(number);
        }
        counter += 1;
    }
}
