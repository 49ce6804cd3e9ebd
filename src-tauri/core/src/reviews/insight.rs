//! What reviews teach: how they ended, how soon the first contact came, what keeps going wrong, and the share of bad
//! ones among orders.

use std::collections::BTreeMap;

use serde::Serialize;

use super::words::{Rating, ReviewCause, ReviewOutcome};
use crate::complaints::causes::per_hundred;
use crate::error::Result;
use crate::storage::Shop;
use crate::time::{Moment, Seconds, local_day};

/// A product and its causes, or a month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct InsightLine {
    /// The product's title, empty where unknown; or `2026-11`.
    pub key: String,
    /// Negative and neutral reviews, also those that were made good since.
    pub bad: i64,
    /// Negative reviews, as they stand.
    pub negative: i64,
    /// All reviews.
    pub reviews: i64,
    /// Bad ones by month, the newest first; of a month itself: empty.
    pub by_month: Vec<MonthOfProduct>,
    /// Causes of bad ones, the most frequent first.
    pub causes: Vec<(ReviewCause, i64)>,
    /// Orders of the same product or month.
    pub orders: i64,
    /// Negative ones per hundred orders in tenths; `None` where there are too few orders to say.
    pub negative_per_hundred: Option<i64>,
}

/// What was wrong with a product in one month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct MonthOfProduct {
    /// `2026-11`.
    pub month: String,
    /// Negative and neutral reviews.
    pub bad: i64,
    /// Their causes, the most frequent first; a review without a cause has none.
    pub causes: Vec<(ReviewCause, i64)>,
}

/// What reviews of a period teach.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct ReviewInsight {
    /// By rating.
    pub ratings: Vec<(Rating, i64)>,
    /// Bad ones that are closed, by outcome.
    pub outcomes: Vec<(ReviewOutcome, i64)>,
    /// Bad ones that are open.
    pub open: i64,
    /// Bad ones with a first contact, and the middle number of minutes to it.
    pub first_contact: (i64, Option<i64>),
    /// Orders of the period.
    pub orders: i64,
    /// Negative reviews per hundred orders in tenths; `None` where there are too few orders to say.
    pub negative_per_hundred: Option<i64>,
    /// By product, the most bad ones first.
    pub products: Vec<InsightLine>,
    /// By month, the newest first.
    pub months: Vec<InsightLine>,
}

#[derive(Default)]
struct Tally {
    bad: i64,
    negative: i64,
    reviews: i64,
    causes: BTreeMap<ReviewCause, i64>,
    by_month: BTreeMap<String, (i64, BTreeMap<ReviewCause, i64>)>,
}

fn most_frequent_first(causes: BTreeMap<ReviewCause, i64>) -> Vec<(ReviewCause, i64)> {
    let mut causes: Vec<(ReviewCause, i64)> = causes.into_iter().collect();
    causes.sort_by_key(|(cause, count)| (std::cmp::Reverse(*count), *cause));
    causes
}

impl Tally {
    fn line(self, key: String, orders: i64) -> InsightLine {
        let causes = most_frequent_first(self.causes);
        let negative_per_hundred = if key.is_empty() { None } else { per_hundred(self.negative, orders) };
        let months = self.by_month.into_iter().rev();
        let by_month = months.map(|(month, (bad, causes))| MonthOfProduct { month, bad, causes: most_frequent_first(causes) }).collect();
        InsightLine { key, bad: self.bad, negative: self.negative, by_month, reviews: self.reviews, causes, orders, negative_per_hundred }
    }
}

impl Shop {
    /// What reviews written in a period teach.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn review_insight(&self, from: Seconds, to: Seconds, now: Moment) -> Result<ReviewInsight> {
        self.read(|connection| {
            let month = |at: Seconds| local_day(at, now.zone).map(|day| day.format("%Y-%m").to_string()).unwrap_or_default();
            let mut statement = connection.prepare_cached(
                "SELECT product, rating, cause, outcome, reviewed_at, closed_at IS NULL AND gone_at IS NULL,
                 (SELECT min(at) FROM contacts c WHERE c.review_id = reviews.id AND c.outgoing = 1),
                 EXISTS (SELECT 1 FROM review_versions v WHERE v.review_id = reviews.id AND v.rating <> 'positive')
                 FROM reviews WHERE reviewed_at >= ?1 AND reviewed_at < ?2",
            )?;
            let mut rows = statement.query([from, to])?;
            let mut products: BTreeMap<String, Tally> = BTreeMap::new();
            let mut months: BTreeMap<String, Tally> = BTreeMap::new();
            let (mut ratings, mut outcomes) = (BTreeMap::<Rating, i64>::new(), BTreeMap::<&str, i64>::new());
            let mut insight = ReviewInsight::default();
            let mut minutes: Vec<i64> = Vec::new();
            while let Some(row) = rows.next()? {
                let rating = Rating::parse(&row.get::<_, String>(1)?)?;
                let cause = row.get::<_, Option<String>>(2)?.map(|c| ReviewCause::parse(&c)).transpose()?;
                let outcome = row.get::<_, Option<String>>(3)?.map(|o| ReviewOutcome::parse(&o)).transpose()?;
                let at: Seconds = row.get(4)?;
                // One that was made good was bad, and its cause is worth knowing.
                let bad = rating != Rating::Positive || row.get(7)?;
                *ratings.entry(rating).or_default() += 1;
                for (tallies, key) in [(&mut products, row.get::<_, String>(0)?), (&mut months, month(at))] {
                    let tally = tallies.entry(key).or_default();
                    tally.reviews += 1;
                    tally.bad += i64::from(bad);
                    tally.negative += i64::from(rating == Rating::Negative);
                    if let Some(cause) = cause.filter(|_| bad) {
                        *tally.causes.entry(cause).or_default() += 1;
                    }
                }
                if !bad {
                    continue;
                }
                if let Some(tally) = products.get_mut(&row.get::<_, String>(0)?) {
                    let (count, causes) = tally.by_month.entry(month(at)).or_default();
                    *count += 1;
                    if let Some(cause) = cause {
                        *causes.entry(cause).or_default() += 1;
                    }
                }
                match outcome {
                    Some(outcome) => *outcomes.entry(outcome.as_str()).or_default() += 1,
                    None => insight.open += row.get::<_, i64>(5)?,
                }
                if let Some(first) = row.get::<_, Option<Seconds>>(6)? {
                    minutes.push((first - at).max(0) / 60);
                }
            }
            minutes.sort_unstable();
            insight.first_contact = (minutes.len() as i64, minutes.get(minutes.len() / 2).copied());
            insight.ratings = Rating::ALL.into_iter().map(|r| (r, ratings.get(&r).copied().unwrap_or(0))).collect();
            insight.outcomes = ReviewOutcome::ALL.into_iter().map(|o| (o, outcomes.get(o.as_str()).copied().unwrap_or(0))).collect();
            let mut by_product: BTreeMap<String, i64> = BTreeMap::new();
            let mut of_products = connection.prepare_cached(
                "SELECT p.title, count(DISTINCT i.order_id) FROM orders o JOIN items i ON i.order_id = o.id JOIN products p ON p.id = i.product_id
                 WHERE o.placed_at >= ?1 AND o.placed_at < ?2 GROUP BY p.title",
            )?;
            let mut sold = of_products.query((from, to))?;
            while let Some(row) = sold.next()? {
                by_product.insert(row.get(0)?, row.get(1)?);
            }
            let mut by_month: BTreeMap<String, i64> = BTreeMap::new();
            let mut hours = connection
                .prepare_cached("SELECT placed_at / 900, count(*) FROM orders WHERE placed_at >= ?1 AND placed_at < ?2 GROUP BY 1")?;
            let mut counts = hours.query([from, to])?;
            while let Some(row) = counts.next()? {
                *by_month.entry(month(row.get::<_, i64>(0)? * 900)).or_default() += row.get::<_, i64>(1)?;
            }
            insight.orders = by_month.values().sum();
            let negative = ratings.get(&Rating::Negative).copied().unwrap_or(0);
            insight.negative_per_hundred = per_hundred(negative, insight.orders);
            insight.products = products
                .into_iter()
                .filter(|(_, tally)| tally.bad > 0)
                .map(|(title, tally)| {
                    let orders = by_product.get(&title).copied().unwrap_or(0);
                    tally.line(title, orders)
                })
                .collect();
            insight.products.sort_by(|a, b| b.bad.cmp(&a.bad).then_with(|| a.key.cmp(&b.key)));
            insight.months = months
                .into_iter()
                .rev()
                .map(|(key, tally)| {
                    let orders = by_month.get(&key).copied().unwrap_or(0);
                    tally.line(key, orders)
                })
                .collect();
            Ok(insight)
        })
    }
}
