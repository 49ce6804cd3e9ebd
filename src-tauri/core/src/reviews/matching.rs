//! Which known review a record is, and to whom it belongs.
//!
//! A record is a known review where the key is the same ([`ReviewDraft::match_key`]). Where several known reviews
//! share it, what is there letter by letter comes first; then one that is left over. A record of the same order that
//! was written down before with less (by hand, without the product) is that one.

use rusqlite::Connection;
use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::ReviewDraft;
use super::plan::{PlannedReview, ReviewFate};
use super::store::{self, Row};
use super::words::Rating;
use crate::error::Result;
use crate::text::{is_masked, normalised};

/// A source without rows that say the same again; of a platform's number that stands twice, the later row adds to the
/// one before.
pub(super) fn without_repeats(drafts: Vec<(u32, ReviewDraft)>, repeated: &mut u32) -> Vec<(u32, ReviewDraft)> {
    let mut kept: Vec<(u32, ReviewDraft)> = Vec::with_capacity(drafts.len());
    let mut places: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (row, draft) in drafts {
        let same = places.entry(draft.match_key()).or_default();
        let numbered = !draft.platform_id.is_empty();
        match same.iter().copied().find(|at| kept.get(*at).is_some_and(|(_, earlier)| numbered || *earlier == draft)) {
            Some(at) => {
                *repeated += 1;
                if let Some((_, earlier)) = kept.get_mut(at) {
                    earlier.add(draft);
                }
            }
            None => {
                same.push(kept.len());
                kept.push((row, draft));
            }
        }
    }
    kept
}

/// Compares the records of one source with what is known.
#[derive(Debug, Default)]
pub(super) struct Matching {
    /// Known reviews that a record of this source is.
    taken: FxHashSet<i64>,
    /// How many reviews share a key, once this source is in.
    numbers: FxHashMap<String, usize>,
    titles: Titles,
}

impl Matching {
    /// The known review that is this record letter by letter.
    pub fn exact(&mut self, connection: &Connection, draft: &ReviewDraft) -> Result<Option<Row>> {
        let same = store::with_key(connection, &draft.match_key())?;
        let found = same.into_iter().find(|row| {
            !self.taken.contains(&row.id) && row.reviewed_at == draft.reviewed_at && row.text == draft.text && row.has_rating_of(draft)
        });
        if let Some(row) = &found {
            self.taken.insert(row.id);
        }
        Ok(found)
    }

    /// What becomes of a record.
    pub fn planned(&mut self, connection: &Connection, row: u32, mut draft: ReviewDraft, exact: Option<Row>) -> Result<PlannedReview> {
        let rating = draft.settled_rating()?;
        let links = Links::find(connection, &draft.order_number, &draft.buyer, &draft.product, &mut self.titles)?;
        let base = draft.match_key();
        let known = match exact {
            Some(known) => Some(known),
            None => self.changed_from(connection, &draft, &base, &links)?,
        };
        if let (true, Some(title)) = (draft.product.is_empty(), only_title(connection, links.order)?) {
            draft.product = title;
        }
        let Some(known) = known else {
            let key = self.next_key(connection, &base)?;
            let customer = links.customer.map(|id| crate::customers::edit::name_of(connection, id)).transpose()?.unwrap_or_default();
            return Ok(PlannedReview {
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
                rekeyed: false,
            });
        };
        self.taken.insert(known.id);
        let mut changes = known.changes(&draft, rating);
        if !changes.is_empty() && !changes.iter().any(|c| c == "gone") && looked_so_before(connection, known.id, &draft, rating)? {
            changes.clear();
        }
        // Reviews may come in before their orders.
        if known.customer_id.is_none() && links.customer.is_some() || known.order_id.is_none() && links.order.is_some() {
            changes.push("links".to_owned());
        }
        // A key that says more takes the place of one that said less.
        let key = if known.match_key.starts_with("id:") || !base.starts_with("id:") { known.match_key.clone() } else { base };
        let customer_id = known.customer_id.or(links.customer);
        let customer = customer_id.map(|id| crate::customers::edit::name_of(connection, id)).transpose()?.unwrap_or_default();
        Ok(PlannedReview {
            row,
            fate: if changes.is_empty() { ReviewFate::Unchanged } else { ReviewFate::Changed },
            draft,
            rating,
            changes,
            review_id: Some(known.id),
            customer_id,
            customer,
            order_id: known.order_id.or(links.order),
            product_id: known.product_id.or(links.product),
            shop_id: known.shop_id.or(links.shop),
            rekeyed: key != known.match_key,
            key,
        })
    }

    /// The known review that this record is a later state of.
    fn changed_from(&self, connection: &Connection, draft: &ReviewDraft, base: &str, links: &Links) -> Result<Option<Row>> {
        let left = |rows: Vec<Row>| -> Vec<Row> {
            rows.into_iter().filter(|row| !self.taken.contains(&row.id) && !row.contradicts(draft)).collect()
        };
        let mut same = left(store::with_key(connection, base)?);
        if let Some(at) = same.iter().position(|row| row.text == draft.text) {
            return Ok(Some(same.swap_remove(at)));
        }
        // Nameless buyers of one product on one day cannot be told apart: another text is another review.
        if base.starts_with("buyer:") {
            return Ok(None);
        }
        if same.len() == 1 {
            return Ok(same.pop());
        }
        let Some(order) = links.order else { return Ok(None) };
        let product = normalised(&draft.product);
        let mut same = left(store::all(connection, " WHERE order_id = ?1", &[order.into()])?);
        same.retain(|row| {
            let other = normalised(&row.product);
            let fits = other.is_empty() || product.is_empty() || other == product;
            // Two records with numbers of their own are two reviews, and so are those that share a key.
            fits && (draft.platform_id.is_empty() || !row.match_key.starts_with("id:"))
                && !row.match_key.contains('#')
                && row.match_key != base
        });
        Ok(if same.len() == 1 { same.pop() } else { None })
    }

    fn next_key(&mut self, connection: &Connection, base: &str) -> Result<String> {
        let stored = store::with_key(connection, base)?;
        let highest = stored.iter().map(|row| row.match_key.rsplit_once('#').and_then(|(_, n)| n.parse().ok()).unwrap_or(1)).max();
        let number = self.numbers.entry(base.to_owned()).or_insert(highest.unwrap_or(0));
        *number += 1;
        Ok(if *number == 1 { base.to_owned() } else { format!("{base}#{number}") })
    }
}

impl ReviewDraft {
    /// A later row of the same number says more.
    fn add(&mut self, later: ReviewDraft) {
        let set = |mine: &mut String, theirs: String| {
            if !theirs.is_empty() {
                *mine = theirs;
            }
        };
        set(&mut self.text, later.text);
        set(&mut self.appended, later.appended);
        set(&mut self.reply, later.reply);
        set(&mut self.product, later.product);
        set(&mut self.buyer, later.buyer);
        set(&mut self.order_number, later.order_number);
        if later.rating.is_some() || later.stars.is_some() {
            (self.rating, self.stars) = (later.rating, later.stars);
        }
        self.pictures = self.pictures.max(later.pictures);
        self.appended_at = later.appended_at.or(self.appended_at);
        self.replied_at = later.replied_at.or(self.replied_at);
        self.gone = later.gone.or(self.gone);
    }
}

impl Row {
    fn has_rating_of(&self, draft: &ReviewDraft) -> bool {
        draft.settled_rating().is_ok_and(|rating| rating == self.rating)
    }

    /// A record that shares the key and cannot be this review: another order, or another buyer at another time, as where
    /// two shops use the same numbers.
    fn contradicts(&self, draft: &ReviewDraft) -> bool {
        let differs = |mine: &str, theirs: &str| !mine.is_empty() && !theirs.is_empty() && normalised(mine) != normalised(theirs);
        let buyers_known = !is_masked(&self.buyer) && !is_masked(&draft.buyer);
        differs(&self.order_number, &draft.order_number)
            || self.reviewed_at != draft.reviewed_at && buyers_known && differs(&self.buyer, &draft.buyer)
    }
}

/// Whether a record looks as the review did once before: then it is from an older file.
fn looked_so_before(connection: &Connection, review: i64, draft: &ReviewDraft, rating: Rating) -> Result<bool> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM review_versions WHERE review_id = ?1 AND rating = ?2 AND text = ?3 AND appended = ?4
             AND (?5 = '' OR reply = ?5) AND (?6 IS NULL OR stars IS ?6) AND pictures >= ?7)",
        )?
        .query_row((review, rating.as_str(), &draft.text, &draft.appended, &draft.reply, draft.stars, draft.pictures), |r| r.get(0))?)
}

/// The title of an order's only item.
fn only_title(connection: &Connection, order: Option<i64>) -> Result<Option<String>> {
    let Some(order) = order else { return Ok(None) };
    let mut items = crate::orders::store::items_of(connection, order)?;
    Ok(if items.len() == 1 { items.pop().map(|item| item.title).filter(|t| !t.is_empty()) } else { None })
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
    pub fn find(connection: &Connection, order_number: &str, buyer: &str, product: &str, titles: &mut Titles) -> Result<Links> {
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
        links.product = product_of(connection, links.order, product, titles)?;
        Ok(links)
    }
}

/// The order's item of this title, or its only item; else the one product of this title.
pub(crate) fn product_of(connection: &Connection, order: Option<i64>, title: &str, titles: &mut Titles) -> Result<Option<i64>> {
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
    if let Some(known) = titles.0.get(title) {
        return Ok(*known);
    }
    let product: Option<i64> = connection
        .prepare_cached("SELECT CASE WHEN count(*) = 1 THEN min(id) END FROM products WHERE title = ?1")?
        .query_row([title], |r| r.get(0))?;
    titles.0.insert(title.to_owned(), product);
    Ok(product)
}

/// Products by title, as far as they were asked for: a file names the same few thousands of times.
#[derive(Debug, Default)]
pub(crate) struct Titles(FxHashMap<String, Option<i64>>);
