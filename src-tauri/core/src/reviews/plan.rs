//! What records of reviews would do to the ledger, shown before it is done; then exactly that is done.
//!
//! A review is known by its key ([`ReviewDraft::match_key`]). One that comes again with other words, stars or reply
//! changes, and what it was stays as a version; one that looks as it once did is an older file and changes nothing.

use rusqlite::{Connection, OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};

use super::draft::ReviewDraft;
use super::matching::{Matching, without_repeats};
use super::store::{self, Row};
use super::table::{self, ReviewColumns};
use super::words::Rating;
use crate::error::{Error, Result};
use crate::import::plain_table::PlainTable;
use crate::products::table_file::RejectedCell;
use crate::storage::{Change, Op, Shop};
use crate::task::{Phase, Task};
use crate::text::normalised;
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
    pub(super) shop_id: Option<i64>,
    #[serde(skip)]
    pub(super) key: String,
    /// The known review gets a key that says more.
    #[serde(skip)]
    pub(super) rekeyed: bool,
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

impl ReviewPlan {
    /// The same plan with at most so many records and refused rows: what changes and what is bad first.
    pub fn excerpt(&self, most: usize) -> ReviewPlan {
        let mut first: Vec<&PlannedReview> = self.reviews.iter().collect();
        first.sort_by_key(|r| (r.fate == ReviewFate::Unchanged, r.fate == ReviewFate::New, r.rating, r.row));
        ReviewPlan {
            reviews: first.into_iter().take(most).cloned().collect(),
            rejected: self.rejected.iter().take(most).cloned().collect(),
            file: self.file.clone(),
            header: self.header.clone(),
            columns: self.columns.clone(),
            ..*self
        }
    }
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
            let drafts = without_repeats(drafts, &mut plan.unchanged);
            let mut matching = Matching::default();
            let total = drafts.len() as u64;
            // What is there letter by letter is taken first, so that it cannot be mistaken for a change of another.
            let mut known = Vec::with_capacity(drafts.len());
            for (at, (_, draft)) in drafts.iter().enumerate() {
                if at % 1_000 == 0 {
                    task.step(Phase::Computing, at as u64, total * 2)?;
                }
                known.push(matching.exact(connection, draft)?);
            }
            for (at, ((row, draft), known)) in drafts.into_iter().zip(known).enumerate() {
                if at % 1_000 == 0 {
                    task.step(Phase::Computing, total + at as u64, total * 2)?;
                }
                let planned = matching.planned(connection, row, draft, known)?;
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
        (ReviewFate::Unchanged, Some(id)) if planned.rekeyed => {
            tx.execute("UPDATE reviews SET match_key = ?2 WHERE id = ?1", (id, &planned.key))?;
            Ok(())
        }
        (ReviewFate::Unchanged, _) => Ok(()),
        (ReviewFate::Changed, Some(id)) => {
            let mut row = store::by_id(tx, id)?;
            row.keep_version(tx, now)?;
            let before = row.clone();
            row.take_from(draft, planned.rating, now);
            row.after_change(&before, now);
            // Reviews may come in before their orders.
            row.customer_id = row.customer_id.or(planned.customer_id);
            row.order_id = row.order_id.or(planned.order_id);
            row.product_id = row.product_id.or(planned.product_id);
            row.shop_id = row.shop_id.or(planned.shop_id);
            row.match_key.clone_from(&planned.key);
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
                fresh_at: draft.appended_at.map_or(draft.reviewed_at, |at| at.max(draft.reviewed_at)),
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
        set(&mut self.order_number, &draft.order_number);
        self.appended_at = draft.appended_at.or(self.appended_at);
        self.replied_at = draft.replied_at.or(self.replied_at);
        self.pictures = self.pictures.max(draft.pictures);
        self.gone_at = match draft.gone {
            Some(true) => self.gone_at.or(Some(now)),
            Some(false) => None,
            None => self.gone_at,
        };
    }

    pub(super) fn changes(&self, draft: &ReviewDraft, rating: Rating) -> Vec<String> {
        let differs = |mine: &str, theirs: &str| !theirs.is_empty() && mine != theirs;
        [
            ("rating", self.rating != rating),
            ("stars", draft.stars.is_some() && draft.stars != self.stars),
            ("text", differs(&self.text, &draft.text)),
            ("appended", differs(&self.appended, &draft.appended)),
            ("pictures", draft.pictures > self.pictures),
            ("reply", differs(&self.reply, &draft.reply)),
            ("gone", draft.gone.is_some_and(|gone| gone != self.gone_at.is_some())),
        ]
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(name, _)| name.to_owned())
        .collect()
    }
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
