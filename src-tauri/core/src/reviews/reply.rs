//! A reply before it is sent: whether it repeats an earlier one, offers something for the review, or shows a later
//! reader what it should not.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use serde::Serialize;

use super::fold::Reading;
use super::incentive::{self, Incentive};
use super::reader::{self, KnownBuyer, ReaderFinding};
use super::store::{self, Row};
use super::twin::{ALIKE, Twin, TwinIndex};
use crate::error::{Error, Result};
use crate::language::Language;
use crate::storage::Shop;
use crate::text::check_length;

/// A text that is checked as a reply is no longer than this, in characters: far more than any platform takes.
const LONGEST_REPLY: usize = 500_000;

/// Where a reply is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ReplyKind {
    /// Under the review, by everyone.
    Public,
    /// By the buyer alone.
    Private,
}

/// One kind of offer in a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Offer {
    /// What and where.
    #[serde(flatten)]
    pub incentive: Incentive,
    /// What to do instead.
    pub advice: String,
    /// A lawful wording to begin from.
    pub lawful: String,
}

/// What the checks say of a reply: everything that was found, not only the first.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct ReplyCheck {
    /// Offers for the review and threats because of it, each kind once.
    pub offers: Vec<Offer>,
    /// The earlier reply that is said again; of public ones.
    pub twin: Option<Twin>,
    /// From which likeness two replies are twins.
    pub alike: f64,
    /// What a later reader would stumble over; of public ones.
    pub reader: Vec<ReaderFinding>,
    /// The words in which private data was found, and what it is.
    pub private_data: Vec<(ReaderFinding, String)>,
    /// It cannot be kept as a reply as it is.
    pub refused: bool,
}

/// The shop's earlier replies, ready to be compared with, and what they were read from.
#[derive(Debug, Default)]
pub(crate) struct TwinCache {
    /// The shop's revision at which it was last known to be right.
    revision: i64,
    signature: Option<(i64, i64, i64, i64)>,
    index: Arc<TwinIndex>,
}

/// Makes ready what is learned from texts, which is the same in every shop.
pub fn prepare_judgements() {
    incentive::check("");
    reader::check("", &KnownBuyer::default());
}

impl Shop {
    /// Checks a reply to a review while it is written.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn check_reply(&self, review: Option<i64>, kind: ReplyKind, text: &str, language: Language) -> Result<ReplyCheck> {
        check_length("reply", text, LONGEST_REPLY)?;
        let reading = Reading::of(text);
        let offers: Vec<Offer> = incentive::judge(&reading)
            .into_iter()
            .map(|incentive| Offer { advice: incentive.advice(language).to_owned(), lawful: incentive.lawful(text).to_owned(), incentive })
            .collect();
        let (mut twin, mut findings, mut private_data) = (None, Vec::new(), Vec::new());
        if kind == ReplyKind::Public {
            let (index, buyer) = self.read(|connection| {
                let buyer = review.map(|id| known_buyer(connection, &store::by_id(connection, id)?)).transpose()?.unwrap_or_default();
                Ok((self.twins(connection)?, buyer))
            })?;
            twin = index.closest(text, review);
            private_data = reader::private_data(text, &buyer);
            findings = reader::findings(&reading, &private_data);
        }
        let refused = !offers.is_empty() || findings.iter().any(|f| f.is_private());
        Ok(ReplyCheck { offers, twin, alike: ALIKE, reader: findings, private_data, refused })
    }

    /// Makes ready what the first check of a reply would wait for: the earlier replies, and what is learned from texts.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn prepare_reply_checks(&self) -> Result<()> {
        prepare_judgements();
        self.read(|connection| self.twins(connection)).map(drop)
    }

    /// The earlier public replies, read again only where they changed.
    fn twins(&self, connection: &Connection) -> Result<Arc<TwinIndex>> {
        let revision = crate::storage::transact::revision(connection)?;
        let mut cache = self.twin_cache.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.signature.is_some() && cache.revision == revision {
            return Ok(Arc::clone(&cache.index));
        }
        // Something changed; whether a reply did is told by their lengths, times and some of their letters.
        let signature: (i64, i64, i64, i64) = connection
            .prepare_cached(
                "SELECT count(*), coalesce(sum(length(reply)), 0), coalesce(sum(replied_at), 0),
                 coalesce(sum(id % 8191 * (unicode(reply) + 3 * unicode(substr(reply, length(reply) / 2 + 1)) + 7 * unicode(substr(reply, -1)))), 0)
                 FROM reviews WHERE reply <> ''",
            )?
            .query_row([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
        if cache.signature != Some(signature) {
            let mut index = TwinIndex::default();
            let mut statement = connection.prepare_cached("SELECT id, reply FROM reviews WHERE reply <> '' ORDER BY id")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                index.add(Some(row.get(0)?), row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?);
            }
            *cache = TwinCache { revision, signature: Some(signature), index: Arc::new(index) };
        }
        cache.revision = revision;
        Ok(Arc::clone(&cache.index))
    }
}

/// A cache that a shop carries.
pub(crate) type SharedTwins = Mutex<TwinCache>;

/// Refuses a public reply that offers something or shows private data.
pub(crate) fn refuse(connection: &Connection, row: &Row, text: &str) -> Result<()> {
    if incentive::check(text).is_some() {
        return Err(Error::ReviewRefused { reason: "offers_for_review" });
    }
    if reader::check(text, &known_buyer(connection, row)?).iter().any(|f| f.is_private()) {
        return Err(Error::ReviewRefused { reason: "private_data" });
    }
    Ok(())
}

/// What is known of the buyer of a review, to be recognised in a reply.
fn known_buyer(connection: &Connection, row: &Row) -> Result<KnownBuyer> {
    let mut buyer = KnownBuyer::default();
    if !row.order_number.is_empty() {
        buyer.others.push((ReaderFinding::OrderNumber, row.order_number.clone()));
    }
    if let Some(order) = row.order_id {
        let order = crate::orders::store::by_id(connection, order)?;
        buyer.others.extend([
            (ReaderFinding::OrderNumber, order.number),
            (ReaderFinding::OrderNumber, order.tracking),
            (ReaderFinding::Phone, order.phone),
            (ReaderFinding::Address, order.address),
        ]);
        buyer.names.push(order.recipient);
    }
    let Some(customer) = row.customer_id else { return Ok(buyer) };
    buyer.names.push(crate::customers::edit::name_of(connection, customer)?);
    for (finding, sql) in [
        (ReaderFinding::Phone, "SELECT number FROM phones WHERE customer_id = ?1"),
        (ReaderFinding::Email, "SELECT address FROM emails WHERE customer_id = ?1"),
        (ReaderFinding::Address, "SELECT detail FROM addresses WHERE customer_id = ?1"),
        (ReaderFinding::WechatOrQq, "SELECT wechat FROM customers WHERE id = ?1 UNION ALL SELECT qq FROM customers WHERE id = ?1"),
    ] {
        let mut statement = connection.prepare_cached(sql)?;
        let values: Vec<String> = statement.query_map([customer], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        buyer.others.extend(values.into_iter().filter(|v| !v.is_empty()).map(|v| (finding, v)));
    }
    Ok(buyer)
}

/// Whether a text offers something for a review, as the command line says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfferCheck {
    /// Whether.
    pub found: bool,
    /// Where, as [from, to) in characters.
    pub spans: Vec<(u32, u32)>,
    /// What to do instead; empty where nothing is wrong.
    pub advice: String,
}

/// What the checks say of one text among many.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct TextCheck {
    pub text: String,
    pub incentive: OfferCheck,
    pub twin: Option<Twin>,
    pub reader: Vec<ReaderFinding>,
}

impl Shop {
    /// Checks texts one after another; twins are looked for among the earlier ones and the shop's own replies.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn check_texts(&self, texts: &[String], kind: ReplyKind, language: Language) -> Result<Vec<TextCheck>> {
        let mut earlier = TwinIndex::default();
        let mut checks = Vec::with_capacity(texts.len());
        for text in texts {
            let check = self.check_reply(None, kind, text, language)?;
            let here = earlier.closest(text, None);
            let twin = match (check.twin, here) {
                (Some(stored), Some(here)) if here.likeness > stored.likeness => Some(here),
                (stored, here) => stored.or(here),
            };
            earlier.add(None, text);
            let advice: Vec<&str> = check.offers.iter().map(|offer| offer.advice.as_str()).collect();
            let mut spans: Vec<(u32, u32)> = check.offers.iter().flat_map(|offer| offer.incentive.spans.clone()).collect();
            spans.sort_unstable();
            spans.dedup();
            checks.push(TextCheck {
                text: text.clone(),
                incentive: OfferCheck { found: !check.offers.is_empty(), spans, advice: advice.join(language.say("", " ")) },
                twin,
                reader: check.reader,
            });
        }
        Ok(checks)
    }
}
