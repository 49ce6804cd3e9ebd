//! What records of reviews would do to the ledger, shown before it is done; then exactly that is done.
//!
//! A review is known by its key ([`ReviewDraft::match_key`]). One that comes again with other words, stars or reply
//! changes, and what it was stays as a version; one that looks as it once did is an older file and changes nothing.

use rusqlite::{Connection, OptionalExtension, Transaction};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::draft::ReviewDraft;
use super::store::{self, Row};
use super::table::{self, ReviewColumns};
use super::words::Rating;
use crate::error::{Error, Result};
use crate::import::plain_table::PlainTable;
use crate::products::table_file::RejectedCell;
use crate::storage::{Change, Op, Shop};
use crate::task::{Phase, Task};
use crate::text::{is_masked, normalised};
use crate::time::{Moment, Seconds, Zone};

/// What becomes of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ReviewFate {
    New,
    Changed,
    Unchanged,
}

/// A record and what becomes of it.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct PlannedReview {
    /// Row of the file; its place from 1 in a paste.
    pub row: u32,
    /// What becomes of it.
    pub fate: ReviewFate,
    /// What it says.
    pub draft: ReviewDraft,
    /// Its rating, from words or stars.
    pub rating: Rating,
    /// Which of its fields differ from what is known.
    pub changes: Vec<String>,
    /// The known review it is.
    pub review_id: Option<i64>,
    /// Whose it is.
    pub customer_id: Option<i64>,
    /// The customer's name, for the list.
    pub customer: String,
    /// The order it is about.
    pub order_id: Option<i64>,
    /// The product it is about.
    pub product_id: Option<i64>,
    #[serde(skip)]
    shop_id: Option<i64>,
    #[serde(skip)]
    key: String,
}

/// What a source would do.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct ReviewPlan {
    /// The file; empty for a paste or an entry by hand.
    pub file: String,
    /// The file's header.
    pub header: Vec<String>,
    /// Which columns were taken.
    pub columns: ReviewColumns,
    /// Rows of the source.
    pub rows: u32,
    /// Reviews not known yet.
    pub new: u32,
    /// Known ones that look different now.
    pub changed: u32,
    /// Known ones as they are.
    pub unchanged: u32,
    /// Of new ones: those whose buyer is known.
    pub linked: u32,
    /// Of new ones: those to be given to a buyer by hand.
    pub unlinked: u32,
    /// New ones by rating: negative, neutral, positive.
    pub ratings: (u32, u32, u32),
    /// The records; for the window only the first of them.
    pub reviews: Vec<PlannedReview>,
    /// Rows that cannot come in, and why.
    pub rejected: Vec<RejectedCell>,
    #[serde(skip)]
    revision: i64,
}

/// What a source did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct ReviewImport {
    pub new: u32,
    pub changed: u32,
    pub unchanged: u32,
    pub linked: u32,
    pub unlinked: u32,
    pub rejected: Vec<RejectedCell>,
}

impl Shop {
    /// What a table of reviews would do. Nothing is written. `columns`: as the seller mapped them; else as their
    /// names say, or as the same header was mapped before.
    ///
    /// # Errors
    /// [`Error::BadMapping`] where a column that is needed is not known; [`Error::Cancelled`].
    pub fn plan_reviews(&self, table: &PlainTable, columns: Option<&ReviewColumns>, task: &Task, now: Moment) -> Result<ReviewPlan> {
        let columns = match columns {
            Some(columns) => columns.clone(),
            None => match self.read(|connection| remembered(connection, &table.header))? {
                Some(known) => known,
                None => ReviewColumns::proposed(table),
            },
        };
        columns.check(table)?;
        let zone = self.read(|connection| clock_of(connection, now))?;
        let (mut drafts, mut rejected) = (Vec::new(), Vec::new());
        for read in table::read(table, &columns, zone, now.at) {
            match read {
                Ok(row) => drafts.push(row),
                Err(cell) => rejected.push(cell),
            }
        }
        let mut plan = self.plan_drafts(drafts, task)?;
        plan.file.clone_from(&table.file);
        plan.header.clone_from(&table.header);
        plan.columns = columns;
        plan.rows = table.rows.len() as u32;
        plan.rejected = rejected;
        Ok(plan)
    }

    /// What records entered by hand or from a paste would do; all of them must be sound.
    ///
    /// # Errors
    /// [`Error::BadValue`] for the first that is not.
    pub fn plan_review_drafts(&self, drafts: Vec<ReviewDraft>, now: Moment) -> Result<ReviewPlan> {
        let checked = drafts.into_iter().enumerate().map(|(at, draft)| {
            if draft.platform_id.trim().is_empty() && draft.order_number.trim().is_empty() && draft.buyer.trim().is_empty() {
                return Err(Error::BadValue { field: "review.who", value: String::new(), reason: "nobody" });
            }
            Ok((at as u32 + 1, draft.checked(now.at)?))
        });
        let drafts = checked.collect::<Result<Vec<_>>>()?;
        self.plan_drafts(drafts, &Task::quiet())
    }

    fn plan_drafts(&self, drafts: Vec<(u32, ReviewDraft)>, task: &Task) -> Result<ReviewPlan> {
        self.read(|connection| {
            let mut plan = ReviewPlan {
                file: String::new(),
                header: Vec::new(),
                columns: ReviewColumns::default(),
                rows: drafts.len() as u32,
                new: 0,
                changed: 0,
                unchanged: 0,
                linked: 0,
                unlinked: 0,
                ratings: (0, 0, 0),
                reviews: Vec::with_capacity(drafts.len()),
                rejected: Vec::new(),
                revision: crate::storage::transact::revision(connection)?,
            };
            let mut same: FxHashMap<String, Vec<usize>> = FxHashMap::default();
            let total = drafts.len() as u64;
            for (at, (row, draft)) in drafts.into_iter().enumerate() {
                if at % 1_000 == 0 {
                    task.step(Phase::Computing, at as u64, total)?;
                }
                let before = same.entry(draft.match_key(0)).or_default();
                // The same record twice in one source is one review.
                if before.iter().any(|earlier| plan.reviews.get(*earlier).is_some_and(|r: &PlannedReview| r.draft == draft)) {
                    plan.unchanged += 1;
                    continue;
                }
                let key = draft.match_key(before.len());
                before.push(plan.reviews.len());
                let planned = planned(connection, row, draft, key)?;
                match planned.fate {
                    ReviewFate::New => {
                        plan.new += 1;
                        let count = match planned.rating {
                            Rating::Negative => &mut plan.ratings.0,
                            Rating::Neutral => &mut plan.ratings.1,
                            Rating::Positive => &mut plan.ratings.2,
                        };
                        *count += 1;
                        *(if planned.customer_id.is_some() { &mut plan.linked } else { &mut plan.unlinked }) += 1;
                    }
                    ReviewFate::Changed => plan.changed += 1,
                    ReviewFate::Unchanged => plan.unchanged += 1,
                }
                plan.reviews.push(planned);
            }
            Ok(plan)
        })
    }

    /// Does what a plan says; one change to undo. The mapping of the file's header is remembered.
    ///
    /// # Errors
    /// [`Error::PlanStale`] where the shop changed since; [`Error::Cancelled`], and nothing is done.
    pub fn apply_reviews(&self, plan: &ReviewPlan, task: &Task, now: Seconds) -> Result<(Change, ReviewImport)> {
        self.transact(Op::ImportReviews, now, |tx| {
            if crate::storage::transact::revision(tx)? != plan.revision {
                return Err(Error::PlanStale);
            }
            let total = plan.reviews.len() as u64;
            for (at, review) in plan.reviews.iter().enumerate() {
                if at % 1_000 == 0 {
                    task.step(Phase::Writing, at as u64, total)?;
                }
                apply_one(tx, review, now)?;
            }
            if !plan.header.is_empty() {
                remember(tx, &plan.header, &plan.columns, now)?;
            }
            let subject = if plan.file.is_empty() { (plan.new + plan.changed).to_string() } else { plan.file.clone() };
            let done = ReviewImport {
                new: plan.new,
                changed: plan.changed,
                unchanged: plan.unchanged,
                linked: plan.linked,
                unlinked: plan.unlinked,
                rejected: plan.rejected.clone(),
            };
            Ok((subject, done))
        })
    }
}

fn apply_one(tx: &Transaction<'_>, planned: &PlannedReview, now: Seconds) -> Result<()> {
    let draft = &planned.draft;
    match (planned.fate, planned.review_id) {
        (ReviewFate::Unchanged, _) => Ok(()),
        (ReviewFate::Changed, Some(id)) => {
            let mut row = store::by_id(tx, id)?;
            row.keep_version(tx, now)?;
            row.take_from(draft, planned.rating, now);
            row.update(tx)
        }
        _ => {
            let mut row = Row {
                id: 0,
                match_key: planned.key.clone(),
                shop_id: planned.shop_id,
                customer_id: planned.customer_id,
                order_id: planned.order_id,
                product_id: planned.product_id,
                order_number: draft.order_number.clone(),
                buyer: draft.buyer.clone(),
                product: draft.product.clone(),
                rating: planned.rating,
                stars: None,
                text: String::new(),
                appended: String::new(),
                appended_at: None,
                pictures: 0,
                reply: String::new(),
                replied_at: None,
                reviewed_at: draft.reviewed_at,
                recorded_at: now,
                gone_at: None,
                cause: None,
                cause_note: String::new(),
                refused_at: None,
                outcome: None,
                closed_at: None,
                complaint_id: None,
                off_platform: false,
                off_platform_note: String::new(),
            };
            row.take_from(draft, planned.rating, now);
            row.insert(tx).map(drop)
        }
    }
}

impl Row {
    /// What a record says takes the place of what was known; what it does not say stays.
    pub(crate) fn take_from(&mut self, draft: &ReviewDraft, rating: Rating, now: Seconds) {
        let set = |mine: &mut String, theirs: &str| {
            if !theirs.is_empty() {
                theirs.clone_into(mine);
            }
        };
        self.rating = rating;
        self.stars = draft.stars.or(self.stars);
        set(&mut self.text, &draft.text);
        set(&mut self.appended, &draft.appended);
        set(&mut self.reply, &draft.reply);
        set(&mut self.product, &draft.product);
        set(&mut self.buyer, &draft.buyer);
        self.appended_at = draft.appended_at.or(self.appended_at);
        self.replied_at = draft.replied_at.or(self.replied_at).or((!draft.reply.is_empty()).then_some(now));
        self.pictures = self.pictures.max(draft.pictures);
        self.gone_at = if draft.gone { self.gone_at.or(Some(now)) } else { None };
    }

    fn changes(&self, draft: &ReviewDraft, rating: Rating) -> Vec<String> {
        let differs = |mine: &str, theirs: &str| !theirs.is_empty() && mine != theirs;
        [
            ("rating", self.rating != rating),
            ("stars", draft.stars.is_some() && draft.stars != self.stars),
            ("text", differs(&self.text, &draft.text)),
            ("appended", differs(&self.appended, &draft.appended)),
            ("pictures", draft.pictures > self.pictures),
            ("reply", differs(&self.reply, &draft.reply)),
            ("gone", draft.gone != self.gone_at.is_some()),
        ]
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(name, _)| name.to_owned())
        .collect()
    }
}

/// Whether a record looks as the review did once before: then it is from an older file.
fn looked_so_before(connection: &Connection, review: i64, draft: &ReviewDraft, rating: Rating) -> Result<bool> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM review_versions WHERE review_id = ?1 AND rating = ?2 AND text = ?3 AND appended = ?4
             AND (?5 = '' OR reply = ?5) AND gone = ?6)",
        )?
        .query_row((review, rating.as_str(), &draft.text, &draft.appended, &draft.reply, draft.gone), |r| r.get(0))?)
}

fn planned(connection: &Connection, row: u32, draft: ReviewDraft, key: String) -> Result<PlannedReview> {
    let rating = draft.settled_rating()?;
    let known = store::by_key(connection, &key)?;
    if let Some(known) = known {
        let mut changes = known.changes(&draft, rating);
        if !changes.is_empty() && looked_so_before(connection, known.id, &draft, rating)? {
            changes.clear();
        }
        let customer = known.customer_id.map(|id| crate::customers::edit::name_of(connection, id)).transpose()?.unwrap_or_default();
        return Ok(PlannedReview {
            row,
            fate: if changes.is_empty() { ReviewFate::Unchanged } else { ReviewFate::Changed },
            draft,
            rating,
            changes,
            review_id: Some(known.id),
            customer_id: known.customer_id,
            customer,
            order_id: known.order_id,
            product_id: known.product_id,
            shop_id: known.shop_id,
            key,
        });
    }
    let links = Links::find(connection, &draft.order_number, &draft.buyer, &draft.product)?;
    let customer = links.customer.map(|id| crate::customers::edit::name_of(connection, id)).transpose()?.unwrap_or_default();
    Ok(PlannedReview {
        row,
        fate: ReviewFate::New,
        draft,
        rating,
        changes: Vec::new(),
        review_id: None,
        customer_id: links.customer,
        customer,
        order_id: links.order,
        product_id: links.product,
        shop_id: links.shop,
        key,
    })
}

/// What a review belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Links {
    pub customer: Option<i64>,
    pub order: Option<i64>,
    pub product: Option<i64>,
    pub shop: Option<i64>,
}

impl Links {
    /// By the order's number; else by an account that one customer has. What could be two is nobody's.
    pub fn find(connection: &Connection, order_number: &str, buyer: &str, product: &str) -> Result<Links> {
        let mut links = Links::default();
        if !order_number.is_empty() {
            let mut statement =
                connection.prepare_cached("SELECT id, customer_id, shop_id FROM orders WHERE number_tail = ?2 AND number = ?1 LIMIT 2")?;
            let found: Vec<(i64, Option<i64>, i64)> = statement
                .query_map([order_number, &crate::orders::store::tail_of(order_number)], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
                .collect::<rusqlite::Result<_>>()?;
            if let [(order, customer, shop)] = found.as_slice() {
                links = Links { customer: *customer, order: Some(*order), product: None, shop: Some(*shop) };
            }
        }
        if links.customer.is_none() && !buyer.is_empty() && !is_masked(buyer) {
            // The keys know who may have the account; the accounts themselves decide.
            let mut statement = connection.prepare_cached(
                "SELECT DISTINCT i.customer_id FROM customer_keys k JOIN identities i ON i.customer_id = k.customer_id AND i.buyer_id = ?1
                 WHERE k.key = ?2 LIMIT 2",
            )?;
            let found: Vec<i64> = statement.query_map([buyer, &normalised(buyer)], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
            if let [only] = found.as_slice() {
                links.customer = Some(*only);
            }
        }
        links.product = product_of(connection, links.order, product)?;
        Ok(links)
    }
}

/// The order's item of this title, or its only item; else the one product of this title.
fn product_of(connection: &Connection, order: Option<i64>, title: &str) -> Result<Option<i64>> {
    if let Some(order) = order {
        let mut statement = connection.prepare_cached("SELECT product_id, title FROM items WHERE order_id = ?1 ORDER BY id")?;
        let items: Vec<(Option<i64>, String)> =
            statement.query_map([order], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
        let wanted = normalised(title);
        return Ok(match items.as_slice() {
            [(product, _)] => *product,
            items => items.iter().find(|(_, t)| !wanted.is_empty() && normalised(t) == wanted).and_then(|(product, _)| *product),
        });
    }
    if title.is_empty() {
        return Ok(None);
    }
    let product: Option<Option<i64>> = connection
        .prepare_cached("SELECT CASE WHEN count(*) = 1 THEN min(id) END FROM products WHERE title = ?1")?
        .query_row([title], |r| r.get(0))
        .optional()?;
    Ok(product.flatten())
}

/// The clock by which a file of reviews is read: that of the only shop, else the seller's.
pub(crate) fn clock_of(connection: &Connection, now: Moment) -> Result<Zone> {
    let mut statement = connection.prepare_cached("SELECT DISTINCT time_zone FROM shops LIMIT 2")?;
    let zones: Vec<String> = statement.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(match zones.as_slice() {
        [only] => crate::time::parse_zone(only).unwrap_or(now.zone),
        _ => now.zone,
    })
}

fn header_key(header: &[String]) -> String {
    format!("reviews\u{1}{}", header.iter().map(|h| normalised(h)).collect::<Vec<_>>().join("\u{1}"))
}

fn remembered(connection: &Connection, header: &[String]) -> Result<Option<ReviewColumns>> {
    let text: Option<String> = connection
        .prepare_cached("SELECT mapping FROM mappings WHERE header_key = ?1")?
        .query_row([header_key(header)], |r| r.get(0))
        .optional()?;
    text.map(|t| serde_json::from_str(&t).map_err(|e| Error::Stored { field: "mappings.mapping", value: e.to_string() })).transpose()
}

fn remember(tx: &Transaction<'_>, header: &[String], columns: &ReviewColumns, now: Seconds) -> Result<()> {
    let text = serde_json::to_string(columns).map_err(|e| Error::BadMapping(e.to_string()))?;
    let key = header_key(header);
    let known: Option<String> =
        tx.prepare_cached("SELECT mapping FROM mappings WHERE header_key = ?1")?.query_row([&key], |r| r.get(0)).optional()?;
    if known.as_deref() == Some(text.as_str()) {
        return Ok(());
    }
    tx.execute(
        "INSERT INTO mappings (header_key, name, mapping, saved_at) VALUES (?1, 'reviews', ?2, ?3)
         ON CONFLICT (header_key) DO UPDATE SET mapping = excluded.mapping, saved_at = excluded.saved_at",
        (key, text, now),
    )?;
    Ok(())
}
