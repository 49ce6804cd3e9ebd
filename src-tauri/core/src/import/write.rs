//! Writes orders and their items by the fates of a plan.

use rusqlite::{OptionalExtension, Statement, Transaction, params};
use rustc_hash::FxHashMap;

use super::draft::{Draft, ItemDraft};
use super::fates::{Fate, Kind};
use super::matching::{Decision, Person};
use super::merge::merge;
use super::plan::Plan;
use super::platforms::{Provides, Status};
use super::write_people::{LateCustomers, People, Touched};
use crate::customers::keys::Found;
use crate::error::{Error, Result};
use crate::orders::store::{self, ItemRow, OrderInserter, OrderRow, next_id};
use crate::phone::Phone;
use crate::time::Seconds;

/// Writes the orders of one file, one after the other.
pub(super) struct Writer<'a> {
    tx: &'a Transaction<'a>,
    orders: OrderInserter<'a>,
    insert_items: Statement<'a>,
    plan: &'a Plan,
    run: i64,
    shops: Vec<i64>,
    next_order: i64,
    people: People<'a>,
    products: Products<'a>,
    at: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        tx: &'a Transaction<'a>,
        plan: &'a Plan,
        decisions: &[(u32, Decision)],
        run: i64,
        shops: Vec<i64>,
        now: Seconds,
        found: impl FnMut(Found<'_>) + 'a,
    ) -> Result<Self> {
        Ok(Writer {
            tx,
            orders: OrderInserter::new(tx)?,
            insert_items: store::insert_items(tx)?,
            plan,
            run,
            shops,
            next_order: next_id(tx, "orders")?,
            people: People::new(tx, plan, decisions, run, now, Box::new(found))?,
            products: Products { tx, run, known: FxHashMap::default() },
            at: 0,
        })
    }

    /// How many orders of the file are written, and how many there are.
    pub(super) fn progress(&self) -> (u64, u64) {
        (self.at as u64, self.plan.fates.len() as u64)
    }

    /// Writes the next order of the file by its fate.
    pub(super) fn take(&mut self, draft: &Draft) -> Result<()> {
        let fate = self.plan.fates.get(self.at).ok_or_else(|| self.changed())?;
        self.at += 1;
        match fate.kind {
            Kind::Rejected | Kind::Unchanged => Ok(()),
            Kind::New => self.write_new(draft, fate),
            Kind::Changed(id) => self.write_changed(draft, fate, id),
        }
    }

    fn changed(&self) -> Error {
        Error::FileChanged(self.plan.source.name.clone())
    }

    fn write_new(&mut self, draft: &Draft, fate: Fate) -> Result<()> {
        let (customer_id, review_id) = self.people.of_order(draft, fate.person, fate.adds)?;
        let id = self.next_order;
        self.next_order += 1;
        if let Some(customer) = customer_id {
            self.people.note_place(customer, id, draft);
        }
        let is_items_file = self.plan.reading.platform.provides == Provides::Items;
        let rows = draft.rows_text.as_str();
        let order = OrderRow {
            id,
            shop_id: self.shops[usize::from(fate.shop)],
            number: draft.number.as_str(),
            customer_id,
            review_id,
            status: draft.status.unwrap_or(Status::Unknown),
            status_text: &draft.status_text,
            currency: draft.currency(),
            goods: draft.goods,
            shipping_fee: draft.shipping_fee,
            discount: draft.discount,
            paid: draft.paid,
            refunded: draft.refunded.unwrap_or(0),
            placed_at: draft.placed_at,
            paid_at: draft.paid_at,
            shipped_at: draft.shipped_at,
            completed_at: draft.completed_at,
            recipient: &draft.recipient,
            phone: draft.phone.as_ref().map_or("", Phone::as_str),
            province: &draft.province,
            city: &draft.city,
            district: &draft.district,
            address: &draft.address,
            zip: &draft.zip,
            country: &draft.country,
            courier: &draft.courier,
            tracking: &draft.tracking,
            buyer_message: &draft.buyer_message,
            seller_note: &draft.seller_note,
            hand_edited: "",
            created_run: Some(self.run),
            order_print: draft.order_print,
            order_run: (!is_items_file).then_some(self.run),
            order_rows: if is_items_file { "" } else { rows },
            items_print: draft.items_print,
            items_run: draft.items_print.map(|_| self.run),
            items_rows: if draft.items_print.is_some() { rows } else { "" },
        };
        self.orders.insert(&order)?;
        draft.items.iter().try_for_each(|item| store::insert_item(&mut self.insert_items, id, &self.products.row(item)?))
    }

    fn write_changed(&mut self, draft: &Draft, fate: Fate, id: i64) -> Result<()> {
        let stored = store::by_id(self.tx, id)?;
        let items = store::items_of(self.tx, id)?;
        let numbers = self.plan.reading.platform.numbers;
        let merged = merge(&stored, &items, draft, numbers).ok_or_else(|| self.changed())?;
        super::undo::keep_image(self.tx, self.run, &stored, &items)?;
        let mut order = merged.order;
        if draft.order_print.is_some() {
            (order.order_print, order.order_run) = (draft.order_print, Some(self.run));
            order.order_rows.clone_from(&draft.rows_text);
        }
        if draft.items_print.is_some() {
            (order.items_print, order.items_run) = (draft.items_print, Some(self.run));
            order.items_rows.clone_from(&draft.rows_text);
        }
        if order.customer_id.is_none() && fate.person != Person::Nobody {
            (order.customer_id, order.review_id) = self.people.of_order(draft, fate.person, fate.adds)?;
        }
        if let Some(customer) = order.customer_id {
            self.people.touch(customer);
        }
        order.update(self.tx)?;
        if let Some(items) = &merged.items {
            let rows = items.iter().map(|item| self.products.row(item)).collect::<Result<Vec<_>>>()?;
            store::replace_items(self.tx, id, &rows)?;
        }
        Ok(())
    }

    /// The customers whose figures moved, and those that are not stored yet. Fails where the file had fewer orders
    /// than the plan.
    pub(super) fn finish(self) -> Result<(Touched, LateCustomers)> {
        if self.at != self.plan.fates.len() {
            return Err(self.changed());
        }
        Ok(self.people.finish())
    }
}

/// The products of a file's items.
struct Products<'a> {
    tx: &'a Transaction<'a>,
    run: i64,
    known: FxHashMap<u64, (ItemDraft, i64)>,
}

impl Products<'_> {
    /// Hand-made goods may each have a title of their own; what is known is a cache, not a list.
    const MOST: usize = 50_000;

    /// An item as a row of its table.
    fn row<'i>(&mut self, item: &'i ItemDraft) -> Result<ItemRow<&'i str>> {
        Ok(ItemRow {
            product_id: Some(self.of(item)?),
            title: &item.title,
            code: &item.code,
            variant: &item.variant,
            quantity: item.quantity,
            unit_price: item.unit_price,
            refunded: item.refunded,
        })
    }

    /// The product of an item: by the seller's own code, else by title and variant.
    fn of(&mut self, item: &ItemDraft) -> Result<i64> {
        let hash = super::fx(&(&item.code, &item.title, &item.variant));
        if let Some((known, id)) = self.known.get(&hash)
            && (&known.code, &known.title, &known.variant) == (&item.code, &item.title, &item.variant)
        {
            return Ok(*id);
        }
        let key = if item.code.is_empty() {
            format!("title:{}\u{1}{}", crate::text::normalised(&item.title), crate::text::normalised(&item.variant))
        } else {
            format!("code:{}", item.code)
        };
        let stored: Option<i64> =
            self.tx.prepare_cached("SELECT id FROM products WHERE match_key = ?1")?.query_row([&key], |r| r.get(0)).optional()?;
        let id = match stored {
            Some(id) => id,
            None => {
                let id = next_id(self.tx, "products")?;
                self.tx
                    .prepare_cached(
                        "INSERT INTO products (id, match_key, code, title, variant, created_run) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    )?
                    .execute(params![id, key, item.code, item.title, item.variant, self.run])?;
                id
            }
        };
        if self.known.len() > Self::MOST {
            self.known.clear();
        }
        self.known.insert(hash, (item.clone(), id));
        Ok(id)
    }
}
