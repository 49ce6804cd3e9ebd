//! Writes exactly what a plan says, in one transaction: the whole import or none of it.

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, sync_channel};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::draft::{Draft, ItemDraft};
use super::matching::{Adds, Decision, Person};
use super::merge::merge;
use super::plan::{Choices, Fate, FileReport, Kind, Plan, ShopTarget, plan};
use super::platforms::{Provides, Status};
use super::reading::read_ahead;
use super::source::Source;
use crate::customers;
use crate::error::{Error, Result};
use crate::orders::store::{self, ItemRow, OrderRow, next_id};
use crate::storage::transact::{bump_revision, record, revision};
use crate::storage::{Op, Shop};
use crate::task::{Phase, Task};
use crate::text::Phone;
use crate::time::Seconds;

/// How a file was read, stored with its run so that it can be read again the same way.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredReading {
    pub choices: Choices,
    pub decisions: Vec<(u32, Decision)>,
    /// Shops that got their name from this file: id and the name before.
    pub renamed: Vec<(i64, String)>,
}

impl Shop {
    /// Plans several files as they would be imported one after the other: a later file sees what an earlier one
    /// would write. Nothing is kept.
    ///
    /// # Errors
    /// As [`Shop::plan_import`], for the first file that fails, with its place in the list.
    pub fn plan_imports(&self, files: &[(Source, Choices)], task: &Task, now: Seconds) -> std::result::Result<Vec<Plan>, (usize, Error)> {
        if let [(source, choices)] = files {
            return self.plan_import(source, choices, task).map(|p| vec![p]).map_err(|e| (0, e));
        }
        let mut writer = self.writer();
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| (0, e.into()))?;
        let mut plans = Vec::with_capacity(files.len());
        for (index, (source, choices)) in files.iter().enumerate() {
            let planned = plan(&tx, source, choices, task).map_err(|e| (index, e))?;
            if index + 1 < files.len() {
                write(&tx, &planned, &[], None, task, now).map_err(|e| (index, e))?;
            }
            plans.push(planned);
        }
        drop(tx);
        Ok(plans)
    }

    /// Imports what the plans say, all of them or none. A verified backup of the last hour is made sure of
    /// before. `decisions` answer the questions of each plan; what is not answered stays open.
    ///
    /// # Errors
    /// [`Error::PlanStale`] where the shop changed since the plans were made, [`Error::FileChanged`] where a file
    /// did, [`Error::Cancelled`]; then nothing was changed.
    pub fn apply_imports(&self, plans: &[(&Plan, Vec<(u32, Decision)>)], task: &Task, now: Seconds) -> Result<Vec<FileReport>> {
        task.step(Phase::BackingUp, 0, 0)?;
        self.backup_before_import(now)?;
        let mut writer = self.writer();
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let present = revision(&tx)?;
        if plans.iter().any(|(plan, _)| plan.revision != present) {
            return Err(Error::PlanStale);
        }
        let mut reports = Vec::with_capacity(plans.len());
        for (plan, decisions) in plans {
            let run = write(&tx, plan, decisions, None, task, now)?;
            record(&tx, Op::Import, &plan.source.name, None, Some(run), now)?;
            reports.push(FileReport { applied: true, import_id: Some(run), ..plan.report.clone() });
        }
        bump_revision(&tx)?;
        task.step(Phase::Indexing, 0, 0)?;
        tx.commit()?;
        Ok(reports)
    }
}

/// Imports again what a run brought, from its kept file, in its old place in the history.
pub(crate) fn again(tx: &Transaction<'_>, run: i64, now: Seconds) -> Result<()> {
    let (name, reading): (String, String) = tx
        .query_row("SELECT file_name, reading FROM import_runs WHERE id = ?1", [run], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?
        .ok_or_else(|| Error::NotFound { what: "import", key: run.to_string() })?;
    let reading: StoredReading =
        serde_json::from_str(&reading).map_err(|e| Error::Stored { field: "import_runs.reading", value: e.to_string() })?;
    let file = super::history::unpack(tx, run)?;
    let source = Source { path: file.path().to_owned(), name };
    let task = Task::quiet();
    let planned = plan(tx, &source, &reading.choices, &task)?;
    write(tx, &planned, &reading.decisions, Some(run), &task, now)?;
    Ok(())
}

/// Writes one plan; the run's id.
pub(super) fn write(
    tx: &Transaction<'_>,
    plan: &Plan,
    decisions: &[(u32, Decision)],
    rerun: Option<i64>,
    task: &Task,
    now: Seconds,
) -> Result<i64> {
    let run = match rerun {
        Some(run) => {
            tx.execute("UPDATE import_runs SET undone_at = NULL WHERE id = ?1", [run])?;
            run
        }
        None => next_id(tx, "import_runs")?,
    };
    let shops = write_shops(tx, plan, run)?;
    if rerun.is_none() {
        let stored = StoredReading { choices: plan.choices.clone(), decisions: decisions.to_vec(), renamed: shops.renamed.clone() };
        write_run(tx, plan, run, &stored, now)?;
    }
    if plan.reading.platform.provides == Provides::Customers {
        super::customers_file::write(tx, plan, run, rerun.is_none(), task, now)?;
        return Ok(run);
    }
    let counts = plan.report.orders;
    let bulk = Bulk::begin(tx, counts)?;
    let mut writer = Writer::new(tx, plan, decisions, run, shops.ids, now)?;
    let digest = std::thread::scope(|scope| -> Result<[u8; 32]> {
        let (pieces, packed) = sync_channel::<Vec<u8>>(4);
        let packer = scope.spawn(move || if rerun.is_some() { Ok(()) } else { pack(&plan.source, &pieces) });
        let total = plan.fates.len() as u64;
        let written = read_ahead(&plan.source, &plan.reading, &plan.survey, &Task::quiet(), |draft| {
            if writer.at.is_multiple_of(256) {
                task.step(Phase::Writing, writer.at as u64, total)?;
                writer.keep_some(&packed)?;
            }
            writer.take(draft)
        });
        let kept = written.and_then(|pass| writer.keep_rest(&packed).map(|()| pass.digest));
        drop(packed);
        let packing = packer.join().map_err(|_| Error::FileChanged(plan.source.name.clone()))?;
        kept.and_then(|digest| packing.map(|()| digest))
    })?;
    if digest != plan.digest || writer.at != plan.fates.len() {
        return Err(Error::FileChanged(plan.source.name.clone()));
    }
    let touched = writer.finish()?;
    task.step(Phase::Indexing, 0, 0)?;
    bulk.rebuild(tx, &["orders", "items", "identities", "phones", "emails"])?;
    match touched {
        Touched::Some(ids) => {
            customers::figures::recompute(tx, ids.iter().copied())?;
            customers::keys::add(tx, &ids)?;
        }
        Touched::Many => {
            // Figures move three indexes of customers; those are built after them.
            customers::figures::recompute_all(tx)?;
            customers::keys::rebuild_all(tx)?;
        }
    }
    bulk.rebuild(tx, &["customers"])?;
    Ok(run)
}

struct WrittenShops {
    ids: Vec<i64>,
    renamed: Vec<(i64, String)>,
}

fn write_shops(tx: &Transaction<'_>, plan: &Plan, run: i64) -> Result<WrittenShops> {
    let mut written = WrittenShops { ids: Vec::new(), renamed: Vec::new() };
    for ShopTarget { name, named, stored, renames, time_zone, currency } in &plan.shops {
        match stored {
            Some(id) => {
                if *renames {
                    let before: String = tx.query_row("SELECT name FROM shops WHERE id = ?1", [id], |r| r.get(0))?;
                    tx.execute("UPDATE shops SET name = ?2, named = 1 WHERE id = ?1", params![id, name])?;
                    written.renamed.push((*id, before));
                }
                written.ids.push(*id);
            }
            // A shop that only waited for an answer has no orders.
            None if name.is_empty() => written.ids.push(0),
            None => {
                let id = next_id(tx, "shops")?;
                tx.execute(
                    "INSERT INTO shops (id, platform, name, named, currency, time_zone, created_run) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    params![id, plan.reading.platform.platform, name, named, currency, time_zone, run],
                )?;
                written.ids.push(id);
            }
        }
    }
    Ok(written)
}

fn write_run(tx: &Transaction<'_>, plan: &Plan, run: i64, reading: &StoredReading, now: Seconds) -> Result<()> {
    let json = |e: serde_json::Error| Error::Stored { field: "import_runs", value: e.to_string() };
    let report = FileReport { rejected: Vec::new(), applied: true, import_id: Some(run), ..plan.report.clone() };
    let hex: String = plan.digest.iter().map(|b| format!("{b:02x}")).collect();
    tx.execute(
        "INSERT INTO import_runs (id, file_name, platform, encoding, applied_at, reading, report, content_sha256, content_bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            run,
            plan.source.name,
            plan.report.platform,
            plan.report.encoding,
            now,
            serde_json::to_string(reading).map_err(json)?,
            serde_json::to_string(&report).map_err(json)?,
            hex,
            plan.bytes as i64
        ],
    )?;
    let mut statement =
        tx.prepare("INSERT OR IGNORE INTO import_rejects (run_id, row, column, value, code) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for reject in &plan.report.rejected {
        statement.execute(params![run, reject.row, reject.column, reject.value, reject.code.code()])?;
    }
    Ok(())
}

const PIECE: usize = 1 << 20;

/// Compresses a file piece by piece.
pub(super) fn pack(source: &Source, pieces: &std::sync::mpsc::SyncSender<Vec<u8>>) -> Result<()> {
    let (mut file, _) = source.open()?;
    let error = |e| Error::File { path: source.name.clone(), source: e };
    let mut piece = Vec::with_capacity(PIECE);
    loop {
        piece.clear();
        Read::by_ref(&mut file).take(PIECE as u64).read_to_end(&mut piece).map_err(error)?;
        if piece.is_empty() {
            return Ok(());
        }
        let mut encoder = zstd::Encoder::new(Vec::with_capacity(PIECE / 4), 1).map_err(error)?;
        encoder.write_all(&piece).map_err(error)?;
        if pieces.send(encoder.finish().map_err(error)?).is_err() {
            return Ok(()); // the writer failed; its error is the one that counts
        }
    }
}

/// The customers whose figures an import moved.
enum Touched {
    Some(Vec<i64>),
    Many,
}

/// From this many on it is cheaper to recompute all figures in one pass.
const MANY: usize = 20_000;

struct Writer<'a> {
    tx: &'a Transaction<'a>,
    insert_order: rusqlite::Statement<'a>,
    insert_items: rusqlite::Statement<'a>,
    plan: &'a Plan,
    run: i64,
    now: Seconds,
    shops: Vec<i64>,
    decisions: FxHashMap<u32, Decision>,
    next_order: i64,
    first_customer: i64,
    next_customer: i64,
    next_review: i64,
    next_piece: i64,
    new_people: Vec<i64>,
    asked: Vec<Option<Asked>>,
    products: FxHashMap<u64, (ItemDraft, i64)>,
    addresses: FxHashSet<(i64, u64)>,
    touched: FxHashSet<i64>,
    at: usize,
}

#[derive(Clone, Copy)]
enum Asked {
    Open(i64),
    Answered(i64),
}

impl<'a> Writer<'a> {
    fn new(
        tx: &'a Transaction<'a>,
        plan: &'a Plan,
        decisions: &[(u32, Decision)],
        run: i64,
        shops: Vec<i64>,
        now: Seconds,
    ) -> Result<Self> {
        Ok(Writer {
            tx,
            insert_order: store::insert_order(tx)?,
            insert_items: store::insert_items(tx)?,
            plan,
            run,
            now,
            shops,
            decisions: decisions.iter().copied().collect(),
            next_order: next_id(tx, "orders")?,
            first_customer: next_id(tx, "customers")?,
            next_customer: next_id(tx, "customers")?,
            next_review: next_id(tx, "match_reviews")?,
            next_piece: 0,
            new_people: Vec::new(),
            asked: vec![None; plan.questions.len()],
            products: FxHashMap::default(),
            addresses: FxHashSet::default(),
            touched: FxHashSet::default(),
            at: 0,
        })
    }

    /// Writes the next order of the file by its fate.
    fn take(&mut self, draft: Draft) -> Result<()> {
        let fate = *self.plan.fates.get(self.at).ok_or_else(|| Error::FileChanged(self.plan.source.name.clone()))?;
        self.at += 1;
        self.write(draft, fate)
    }

    /// Stores the pieces of the original file that are packed by now.
    fn keep_some(&mut self, packed: &Receiver<Vec<u8>>) -> Result<()> {
        packed.try_iter().try_for_each(|piece| self.keep(&piece))
    }

    fn keep_rest(&mut self, packed: &Receiver<Vec<u8>>) -> Result<()> {
        packed.iter().try_for_each(|piece| self.keep(&piece))
    }

    fn keep(&mut self, piece: &[u8]) -> Result<()> {
        self.tx.prepare_cached("INSERT INTO import_content (run_id, piece, zstd) VALUES (?1, ?2, ?3)")?.execute(params![
            self.run,
            self.next_piece,
            piece
        ])?;
        self.next_piece += 1;
        Ok(())
    }

    fn write(&mut self, draft: Draft, fate: Fate) -> Result<()> {
        match fate.kind {
            Kind::Rejected | Kind::Unchanged => Ok(()),
            Kind::New => self.write_new(draft, fate),
            Kind::Changed(id) => self.write_changed(&draft, fate, id),
        }
    }

    fn write_new(&mut self, draft: Draft, fate: Fate) -> Result<()> {
        let (customer_id, review_id) = self.person(&draft, fate.person, fate.adds)?;
        let id = self.next_order;
        self.next_order += 1;
        let provides = self.plan.reading.platform.provides;
        let (order_print, items_print) = draft.prints(provides);
        let rows = draft.rows_text();
        let is_items_file = provides == Provides::Items;
        let currency = draft.currency();
        let order = OrderRow {
            id,
            shop_id: self.shops[usize::from(fate.shop)],
            number: draft.number,
            customer_id,
            review_id,
            status: draft.status.unwrap_or(Status::Unknown),
            status_text: draft.status_text,
            currency,
            goods: draft.goods,
            shipping_fee: draft.shipping_fee,
            discount: draft.discount,
            paid: draft.paid,
            refunded: draft.refunded.unwrap_or(0),
            placed_at: draft.placed_at,
            paid_at: draft.paid_at,
            shipped_at: draft.shipped_at,
            completed_at: draft.completed_at,
            recipient: draft.recipient,
            phone: draft.phone.map(Phone::into_text).unwrap_or_default(),
            province: draft.province,
            city: draft.city,
            district: draft.district,
            address: draft.address,
            zip: draft.zip,
            country: draft.country,
            courier: draft.courier,
            tracking: draft.tracking,
            buyer_message: draft.buyer_message,
            seller_note: draft.seller_note,
            hand_edited: String::new(),
            created_run: Some(self.run),
            order_print,
            order_run: (!is_items_file).then_some(self.run),
            order_rows: if is_items_file { String::new() } else { rows.clone() },
            items_print,
            items_run: items_print.map(|_| self.run),
            items_rows: if items_print.is_some() { rows } else { String::new() },
        };
        order.insert(&mut self.insert_order)?;
        for item in &draft.items {
            let item = self.item_row(item)?;
            store::insert_item(&mut self.insert_items, id, &item)?;
        }
        Ok(())
    }

    fn write_changed(&mut self, draft: &Draft, fate: Fate, id: i64) -> Result<()> {
        let stored = store::by_id(self.tx, id)?;
        let items = store::items_of(self.tx, id)?;
        let numbers = self.plan.reading.platform.numbers;
        let merged = merge(&stored, &items, draft, numbers).ok_or_else(|| Error::FileChanged(self.plan.source.name.clone()))?;
        super::undo::keep_image(self.tx, self.run, &stored, &items)?;
        let mut order = merged.order;
        let provides = self.plan.reading.platform.provides;
        let (order_print, items_print) = draft.prints(provides);
        let rows = draft.rows_text();
        if order_print.is_some() {
            (order.order_print, order.order_run) = (order_print, Some(self.run));
            order.order_rows.clone_from(&rows);
        }
        if items_print.is_some() {
            (order.items_print, order.items_run) = (items_print, Some(self.run));
            order.items_rows = rows;
        }
        if order.customer_id.is_none() && fate.person != Person::Nobody {
            (order.customer_id, order.review_id) = self.person(draft, fate.person, fate.adds)?;
        }
        if let Some(customer) = order.customer_id {
            self.touched.insert(customer);
        }
        order.update(self.tx)?;
        if let Some(items) = &merged.items {
            let rows = items.iter().map(|item| self.item_row(item)).collect::<Result<Vec<_>>>()?;
            store::replace_items(self.tx, id, &rows)?;
        }
        Ok(())
    }

    fn item_row(&mut self, item: &ItemDraft) -> Result<ItemRow> {
        Ok(ItemRow {
            product_id: Some(self.product(item)?),
            title: item.title.clone(),
            code: item.code.clone(),
            variant: item.variant.clone(),
            quantity: item.quantity,
            unit_price: item.unit_price,
            refunded: item.refunded,
        })
    }

    /// The product of an item: by the seller's own code, else by title and variant.
    fn product(&mut self, item: &ItemDraft) -> Result<i64> {
        let hash = fx(&(&item.code, &item.title, &item.variant));
        if let Some((known, id)) = self.products.get(&hash)
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
        // Hand-made goods may each have a title of their own; the table is a cache, not a list.
        if self.products.len() > 50_000 {
            self.products.clear();
        }
        self.products.insert(hash, (item.clone(), id));
        Ok(id)
    }

    /// The customer, or the open question, of an order's person; makes them where they are new.
    fn person(&mut self, draft: &Draft, person: Person, adds: Adds) -> Result<(Option<i64>, Option<i64>)> {
        let customer = match person {
            Person::Nobody => return Ok((None, None)),
            Person::StillOpen(review) => return Ok((None, Some(review))),
            Person::Known(id) => id,
            Person::New(n) => {
                if n as usize == self.new_people.len() {
                    let id = self.add_customer(draft)?;
                    self.new_people.push(id);
                }
                self.new_people[n as usize]
            }
            Person::Asked(n) => match self.asked_person(draft, n)? {
                Asked::Open(review) => return Ok((None, Some(review))),
                Asked::Answered(customer) => customer,
            },
        };
        self.touched.insert(customer);
        self.add_facts(customer, draft, adds)?;
        Ok((Some(customer), None))
    }

    fn add_customer(&mut self, draft: &Draft) -> Result<i64> {
        let id = self.next_customer;
        self.next_customer += 1;
        let own = if draft.buyer_name.is_empty() { &draft.recipient } else { &draft.buyer_name };
        customers::store::insert_imported(self.tx, id, own, self.now, Some(self.run))?;
        Ok(id)
    }

    fn add_facts(&mut self, customer: i64, draft: &Draft, adds: Adds) -> Result<()> {
        let platform = &self.plan.reading.platform.platform;
        let phone = draft.phone.as_ref().filter(|p| p.identifies()).map(|p| p.as_str()).unwrap_or("");
        if adds.identity {
            let buyer_id = if draft.buyer_id.is_empty() { &draft.email } else { &draft.buyer_id };
            self.tx
                .prepare_cached("INSERT OR IGNORE INTO identities (customer_id, platform, buyer_id, created_run) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![customer, platform, buyer_id, self.run])?;
        }
        if adds.phone && !phone.is_empty() {
            self.tx
                .prepare_cached("INSERT OR IGNORE INTO phones (customer_id, number, created_run) VALUES (?1, ?2, ?3)")?
                .execute(params![customer, phone, self.run])?;
        }
        if adds.email {
            self.tx
                .prepare_cached("INSERT OR IGNORE INTO emails (customer_id, address, created_run) VALUES (?1, ?2, ?3)")?
                .execute(params![customer, draft.email, self.run])?;
        }
        self.add_address(customer, draft)
    }

    fn add_address(&mut self, customer: i64, draft: &Draft) -> Result<()> {
        if draft.address.is_empty() && draft.city.is_empty() || crate::text::is_masked(&draft.address) {
            return Ok(());
        }
        let phone = draft.phone.as_ref().map_or("", |p| p.as_str());
        let parts = [&draft.recipient, phone, &draft.province, &draft.city, &draft.district, &draft.address, &draft.zip, &draft.country];
        let hash = fx(&parts);
        if !self.addresses.insert((customer, hash)) {
            return Ok(());
        }
        let [recipient, phone, province, city, district, detail, zip, country] = parts;
        let known: bool = customer < self.first_customer
            && self
                .tx
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM addresses WHERE customer_id = ?1 AND recipient = ?2 AND phone = ?3 AND province = ?4
                     AND city = ?5 AND district = ?6 AND detail = ?7)",
                )?
                .query_row(params![customer, recipient, phone, province, city, district, detail], |r| r.get(0))?;
        if !known {
            self.tx
                .prepare_cached(
                    "INSERT INTO addresses (customer_id, recipient, phone, province, city, district, detail, zip, country, created_run)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                )?
                .execute(params![customer, recipient, phone, province, city, district, detail, zip, country, self.run])?;
        }
        Ok(())
    }

    fn asked_person(&mut self, draft: &Draft, n: u32) -> Result<Asked> {
        if let Some(known) = self.asked[n as usize] {
            return Ok(known);
        }
        let question = &self.plan.questions[n as usize];
        let candidate = match question.candidate {
            Person::Known(id) => Some(id),
            Person::New(k) => self.new_people.get(k as usize).copied(),
            // It may be someone about whom there is a question already.
            Person::Asked(k) => match self.asked.get(k as usize).copied().flatten() {
                Some(Asked::Answered(id)) => Some(id),
                _ => None,
            },
            Person::StillOpen(_) | Person::Nobody => None,
        };
        let review = self.next_review;
        self.next_review += 1;
        let decision = self.decisions.get(&n).copied().unwrap_or_default();
        let (word, customer) = match (decision, candidate) {
            (Decision::Link, Some(id)) => (Some("linked"), Some(id)),
            (Decision::Apart, _) => (Some("apart"), Some(self.add_customer(draft)?)),
            _ => (None, None),
        };
        self.tx
            .prepare_cached(
                "INSERT INTO match_reviews (id, run_id, candidate, reason, platform, buyer_id, name, phone, email, decision, customer_id, decided_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                review, self.run, candidate, question.reason.as_str(), self.plan.reading.platform.platform, question.buyer_id, question.name,
                question.phone, question.email, word, customer, word.map(|_| self.now)
            ])?;
        let answer = match customer {
            Some(id) => {
                let apart = decision == Decision::Apart;
                let adds = Adds {
                    identity: !question.buyer_id.is_empty(),
                    phone: apart && !question.phone.is_empty(),
                    email: apart && !question.email.is_empty(),
                };
                self.add_facts(id, draft, adds)?;
                Asked::Answered(id)
            }
            None => Asked::Open(review),
        };
        self.asked[n as usize] = Some(answer);
        Ok(answer)
    }

    fn finish(self) -> Result<Touched> {
        if self.touched.len() > MANY {
            return Ok(Touched::Many);
        }
        let mut ids: Vec<i64> = self.touched.into_iter().collect();
        ids.sort_unstable();
        Ok(Touched::Some(ids))
    }
}

/// A fast hash for caches that last as long as one import.
fn fx(value: &impl std::hash::Hash) -> u64 {
    use std::hash::Hasher;
    let mut hasher = rustc_hash::FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// For a file that is large against what is stored, secondary indexes are dropped and built again at the end,
/// inside the same transaction: sorting once is cheaper than a million searches.
struct Bulk {
    /// Table and statement.
    indexes: Vec<(&'static str, String)>,
}

impl Bulk {
    const FROM: i64 = 50_000;
    /// Changing an order searches its items; a few searches without the index are too many.
    const MOST_CHANGED: u32 = 50;
    /// Not those of addresses: writing an order looks there.
    const TABLES: [&'static str; 6] = ["orders", "items", "customers", "identities", "phones", "emails"];

    fn begin(tx: &Transaction<'_>, counts: super::plan::OrderCounts) -> Result<Bulk> {
        let stored: i64 = tx.query_row("SELECT coalesce(max(id), 0) FROM orders", [], |r| r.get(0))?;
        let new = i64::from(counts.new);
        let mut indexes = Vec::new();
        if new >= Self::FROM && new * 2 >= stored && counts.changed <= Self::MOST_CHANGED {
            for table in Self::TABLES {
                let mut statement =
                    tx.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL")?;
                let found: Vec<(String, String)> =
                    statement.query_map([table], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
                for (name, sql) in found {
                    tx.execute_batch(&format!("DROP INDEX {name}"))?;
                    indexes.push((table, sql));
                }
            }
        }
        Ok(Bulk { indexes })
    }

    /// Builds the dropped indexes of these tables again.
    fn rebuild(&self, tx: &Connection, tables: &[&str]) -> Result<()> {
        self.indexes.iter().filter(|(table, _)| tables.contains(table)).try_for_each(|(_, sql)| Ok(tx.execute_batch(sql)?))
    }
}
