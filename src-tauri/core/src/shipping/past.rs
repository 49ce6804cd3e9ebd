//! The shop's past orders as fees need them: read once, compactly, on both cores.

use rusqlite::Connection;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::fee::Pool;
use super::store::TemplateBook;
use super::template::Template;
use crate::error::{Error, Result};
use crate::regions::table::RegionIndex;
use crate::storage::Shop;
use crate::task::{Phase, Task};
use crate::time::{Seconds, parse_zone};

/// Which orders are looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Period {
    /// Placed at this second or later.
    pub since: Option<Seconds>,
    /// Placed before this second.
    pub until: Option<Seconds>,
}

/// Where an order went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// One region.
    Known(RegionIndex),
    /// A name that fits several.
    Ambiguous,
    /// No region that is known.
    Unknown,
    /// Another country.
    Abroad,
}

/// A past order.
#[derive(Debug, Clone, Copy)]
pub struct PastOrder {
    /// Its id.
    pub id: i64,
    /// When it was placed.
    pub placed_at: Option<Seconds>,
    /// Where it went.
    pub place: Place,
    /// What the goods cost the buyer after discounts, minor units.
    pub amount: Option<i64>,
    /// What was charged for shipping, minor units.
    pub charged: Option<i64>,
    /// When the parcel left.
    pub shipped_at: Option<Seconds>,
    /// When the order was completed: the buyer confirmed the parcel, or the platform did after its term.
    pub completed_at: Option<Seconds>,
    /// Whether it is over: the buyer has it.
    pub completed: bool,
    pub(super) courier: u16,
    pub(super) shop: u16,
    lines: (u32, u32),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct PastLine {
    /// Place in the list of products; `u32::MAX` where the item names none.
    product: u32,
    pub(super) pieces: Option<i64>,
    /// What one piece cost the buyer before discounts of the order.
    price: Option<i64>,
}

impl PastLine {
    pub(super) fn worth(&self) -> Option<i64> {
        self.price?.checked_mul(self.pieces?)
    }
}

/// What a product adds to a fee.
#[derive(Debug, Clone)]
pub struct PastProduct {
    /// Its id.
    pub id: i64,
    /// Its title with its variant.
    pub title: String,
    pub(super) weight: Option<i64>,
    pub(super) volume: Option<i64>,
    /// What one piece costs the seller, in the currency that is looked at.
    pub cost: Option<i64>,
    pub(super) template: Option<i64>,
    pub(super) own_fee: Option<i64>,
    pub(super) always_free: bool,
    pub(super) excluded: bool,
}

impl PastProduct {
    /// Whether the seller has not filled in the volume, or the weight.
    pub fn lacks(&self, volume: bool) -> bool {
        if volume { self.volume.is_none() } else { self.weight.is_none() }
    }
}

/// Past orders with what belongs to them.
#[derive(Debug)]
pub struct Past {
    /// The orders that were sent or are to be sent, by id.
    pub orders: Vec<PastOrder>,
    lines: Vec<PastLine>,
    /// The products.
    pub products: Vec<PastProduct>,
    /// Couriers as orders name them.
    pub couriers: Vec<String>,
    pub(super) zones: Vec<chrono_tz::Tz>,
    /// What couriers charged, by order.
    pub(super) billed: FxHashMap<i64, i64>,
    /// Orders left out because they were never paid or were closed.
    pub not_sent: u64,
    /// Orders left out because they are in another currency.
    pub other_currency: u64,
    /// Orders left out of a period because no file says when they were placed.
    pub undated: u64,
    pub(super) book: TemplateBook,
}

const NO_PRODUCT: u32 = u32::MAX;

impl Past {
    /// Reads the orders of a period in one currency.
    ///
    /// # Errors
    /// Failures of the file, [`Error::Cancelled`].
    pub fn load(shop: &Shop, period: Period, currency: &str, task: &Task) -> Result<Past> {
        let (products, billed, zones, book) =
            shop.read(|c| Ok((products(c, currency)?, super::bill::costs(c, currency)?, zones(c)?, super::store::load(c, None)?)))?;
        let by_id: FxHashMap<i64, u32> = products.iter().enumerate().map(|(at, p)| (p.id, at as u32)).collect();
        let (orders, lines) = std::thread::scope(|scope| {
            let reading = scope.spawn(|| shop.read(|c| read_lines(c, &by_id, task)));
            let orders = shop.read(|c| read_orders(c, period, currency, &zones, task));
            let lines = reading.join().map_err(|_| Error::Cancelled).and_then(|r| r);
            Ok::<_, Error>((orders?, lines?))
        })?;
        let OrdersRead { mut orders, couriers, not_sent, other_currency, undated } = orders;
        let mut book = book;
        // Amounts of another currency are no amounts here.
        for stored in &mut book {
            stored.versions.retain(|v| v.currency.as_str() == currency);
        }
        book.retain(|stored| !stored.versions.is_empty());
        let mut past = Past {
            lines: lines.iter().map(|(_, line)| *line).collect(),
            orders: Vec::new(),
            products,
            couriers,
            zones: zones.into_iter().map(|(_, zone)| zone).collect(),
            billed,
            not_sent,
            other_currency,
            undated,
            book: TemplateBook { all: book },
        };
        // Both are in the order of the orders' ids: one walk joins them.
        let mut at = 0;
        for order in &mut orders {
            while lines.get(at).is_some_and(|(id, _)| *id < order.id) {
                at += 1;
            }
            let from = at;
            while lines.get(at).is_some_and(|(id, _)| *id == order.id) {
                at += 1;
            }
            order.lines = (from as u32, at as u32);
        }
        past.orders = orders;
        Ok(past)
    }

    pub(super) fn lines_of(&self, order: &PastOrder) -> &[PastLine] {
        self.lines.get(order.lines.0 as usize..order.lines.1 as usize).unwrap_or_default()
    }

    pub(super) fn product(&self, line: &PastLine) -> Option<&PastProduct> {
        self.products.get(line.product as usize)
    }

    /// The courier of an order; empty where none is named.
    pub fn courier(&self, order: &PastOrder) -> &str {
        self.couriers.get(usize::from(order.courier)).map_or("", String::as_str)
    }

    /// The products of an order with how many, as far as they are known.
    pub fn content<'p>(&'p self, order: &PastOrder) -> impl Iterator<Item = (Option<&'p PastProduct>, Option<i64>)> + use<'p> {
        self.lines_of(order).iter().map(|line| (self.product(line), line.pieces))
    }

    /// What the goods of an order cost the seller; `None` where a product's cost or number is not known.
    pub fn goods_cost(&self, order: &PastOrder) -> Option<i64> {
        let lines = self.lines_of(order);
        if lines.is_empty() {
            return None;
        }
        lines.iter().try_fold(0i64, |sum, line| sum.checked_add(self.product(line)?.cost?.checked_mul(line.pieces?)?))
    }

    /// What an order's lines come to together; `None` where a number of pieces is not known.
    pub fn pool(&self, order: &PastOrder) -> Option<Pool> {
        let mut pool = Pool::EMPTY;
        for line in self.lines_of(order) {
            let (weight, volume) = self.product(line).map_or((None, None), |p| (p.weight, p.volume));
            pool.add(line.pieces?, weight, volume, 0).ok()?;
        }
        pool.amount = order.amount?;
        Some(pool)
    }

    /// A courier's table in its newest version.
    pub fn cost_table(&self, courier: &str) -> Option<&Template> {
        self.book.cost_of(courier)?.versions.first()
    }

    /// Pieces in an order, where every file says how many.
    pub fn pieces(&self, order: &PastOrder) -> Option<i64> {
        self.lines_of(order).iter().try_fold(0i64, |sum, line| sum.checked_add(line.pieces?))
    }
}

fn products(connection: &Connection, currency: &str) -> Result<Vec<PastProduct>> {
    let lines = crate::products::list::all(connection)?;
    Ok(lines
        .into_iter()
        .map(|p| PastProduct {
            id: p.id,
            title: if p.variant.is_empty() { p.title } else { format!("{} {}", p.title, p.variant) },
            weight: p.weight,
            volume: p.volume,
            cost: p.cost.filter(|_| p.cost_currency.as_deref() == Some(currency)),
            template: p.template,
            own_fee: p.own_fee,
            always_free: p.always_free,
            excluded: p.excluded_from_free,
        })
        .collect())
}

/// The shops' clocks, by the shops' ids.
fn zones(connection: &Connection) -> Result<Vec<(i64, chrono_tz::Tz)>> {
    let shops = crate::shops::list(connection)?;
    Ok(shops.into_iter().map(|s| (s.id, parse_zone(&s.time_zone).unwrap_or(chrono_tz::Asia::Shanghai))).collect())
}

struct OrdersRead {
    orders: Vec<PastOrder>,
    couriers: Vec<String>,
    not_sent: u64,
    other_currency: u64,
    undated: u64,
}

/// How often long work looks whether it is to stop.
const WATCH: u64 = 1 << 15;

fn read_orders(connection: &Connection, period: Period, currency: &str, zones: &[(i64, chrono_tz::Tz)], task: &Task) -> Result<OrdersRead> {
    let total: i64 = connection.query_row("SELECT coalesce(max(id), 0) FROM orders", [], |r| r.get(0))?;
    let whole = period.since.is_none() && period.until.is_none();
    // Everything is read in the order of the table; of a part only the part, and sorted afterwards.
    let within = if whole { "" } else { "WHERE placed_at >= ?1 AND placed_at < ?2" };
    let sql = format!(
        "SELECT id, shop_id, status, currency, goods, shipping_fee, discount, paid, placed_at, province, city, district,
                CASE WHEN province = '' THEN address ELSE '' END, country, courier, shipped_at, completed_at FROM orders {within}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = if whole {
        statement.query([])?
    } else {
        statement.query([period.since.unwrap_or(Seconds::MIN), period.until.unwrap_or(Seconds::MAX)])?
    };
    let undated =
        if whole { 0 } else { connection.query_row("SELECT count(*) FROM orders WHERE placed_at IS NULL", [], |r| r.get::<_, i64>(0))? };
    let mut read =
        OrdersRead { orders: Vec::new(), couriers: vec![String::new()], not_sent: 0, other_currency: 0, undated: undated.unsigned_abs() };
    let mut couriers: FxHashMap<String, u16> = FxHashMap::default();
    couriers.insert(String::new(), 0);
    let mut places: FxHashMap<String, Place> = FxHashMap::default();
    let mut key = String::new();
    let mut seen = 0u64;
    while let Some(row) = rows.next()? {
        if seen.is_multiple_of(WATCH) {
            task.step(Phase::Computing, seen, total.unsigned_abs())?;
        }
        seen += 1;
        let text = |at: usize| -> Result<&str> { row.get_ref(at)?.as_str().map_err(|e| Error::Database(e.into())) };
        let paid: Option<i64> = row.get(7)?;
        let status = text(2)?;
        // A coupon may pay for all of an order: what was sent was bought.
        if matches!(status, "unpaid" | "closed") || paid == Some(0) && !matches!(status, "shipped" | "completed") {
            read.not_sent += 1;
            continue;
        }
        if text(3)? != currency {
            read.other_currency += 1;
            continue;
        }
        let (goods, charged, discount): (Option<i64>, Option<i64>, Option<i64>) = (row.get(4)?, row.get(5)?, row.get(6)?);
        let amount = match (paid, charged) {
            (Some(paid), Some(charged)) => Some(paid.saturating_sub(charged).max(0)),
            _ => goods.map(|g| g.saturating_sub(discount.unwrap_or(0).saturating_abs()).max(0)),
        };
        let (province, city, district, address, country) = (text(9)?, text(10)?, text(11)?, text(12)?, text(13)?);
        key.clear();
        for part in [country, province, city, district] {
            key.push_str(part);
            key.push('\u{1}');
        }
        // Addresses without a province are each their own; the others repeat.
        let place = match (address.is_empty(), places.get(&key)) {
            (true, Some(known)) => *known,
            _ => {
                let found = place_of(country, province, city, district, address);
                if address.is_empty() {
                    places.insert(key.clone(), found);
                }
                found
            }
        };
        let courier = text(14)?;
        let courier = match couriers.get(courier) {
            Some(known) => *known,
            None if couriers.len() < usize::from(u16::MAX) => {
                let next = couriers.len() as u16;
                couriers.insert(courier.to_owned(), next);
                read.couriers.push(courier.to_owned());
                next
            }
            None => 0,
        };
        let shop: i64 = row.get(1)?;
        let shop = zones.iter().position(|(id, _)| *id == shop).unwrap_or(0) as u16;
        read.orders.push(PastOrder {
            id: row.get(0)?,
            placed_at: row.get(8)?,
            place,
            amount,
            charged,
            shipped_at: row.get(15)?,
            completed_at: row.get(16)?,
            completed: status == "completed",
            courier,
            shop,
            lines: (0, 0),
        });
    }
    if !whole {
        read.orders.sort_unstable_by_key(|o| o.id);
    }
    Ok(read)
}

fn place_of(country: &str, province: &str, city: &str, district: &str, address: &str) -> Place {
    const HOME: [&str; 8] = ["", "中国", "中国大陆", "china", "cn", "chn", "中华人民共和国", "mainland china"];
    const BESIDE: [&str; 9] = ["hk", "hong kong", "香港", "mo", "macau", "澳门", "tw", "taiwan", "台湾"];
    let lower = country.trim().to_lowercase();
    if !HOME.contains(&lower.as_str()) && !BESIDE.contains(&lower.as_str()) {
        return Place::Abroad;
    }
    match crate::address::region_of(province, city, district, address)[..] {
        [one] => Place::Known(one),
        [] => Place::Unknown,
        _ => Place::Ambiguous,
    }
}

fn read_lines(connection: &Connection, products: &FxHashMap<i64, u32>, task: &Task) -> Result<Vec<(i64, PastLine)>> {
    let mut statement = connection.prepare_cached("SELECT order_id, product_id, quantity, unit_price FROM items")?;
    let mut rows = statement.query([])?;
    let mut lines: Vec<(i64, PastLine)> = Vec::new();
    let mut sorted = true;
    let mut last = i64::MIN;
    while let Some(row) = rows.next()? {
        if (lines.len() as u64).is_multiple_of(WATCH) {
            task.step(Phase::Computing, 0, 0)?;
        }
        let order: i64 = row.get(0)?;
        sorted &= order >= last;
        last = order;
        let product = row.get::<_, Option<i64>>(1)?.and_then(|id| products.get(&id).copied()).unwrap_or(NO_PRODUCT);
        lines.push((order, PastLine { product, pieces: row.get(2)?, price: row.get(3)? }));
    }
    if !sorted {
        lines.sort_by_key(|(order, _)| *order);
    }
    Ok(lines)
}
