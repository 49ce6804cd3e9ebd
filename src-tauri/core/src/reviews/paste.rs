//! Reviews as they are copied from a platform's page or a chat: a table with tabs, or blocks of lines with a blank
//! line between.

use std::sync::LazyLock;

use regex::Regex;
use rusqlite::Connection;
use serde::Serialize;

use super::draft::ReviewDraft;
use super::table::{ReviewColumns, read_rating};
use super::words::Rating;
use crate::error::{Error, Result};
use crate::import::plain_table::PlainTable;
use crate::storage::Shop;
use crate::text::{LONGEST_PASTE, check_length, fold_width};
use crate::time::{Moment, Zone, parse_time};

/// A block that was understood as far as it goes; the seller completes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct PastedReview {
    /// What was read.
    pub draft: ReviewDraft,
    /// What could not be told and must be filled in: `rating`, `reviewed_at`, `who`.
    pub missing: Vec<String>,
}

fn labelled(names: &str) -> Option<Regex> {
    Regex::new(&format!(r"(?i)^\s*(?:{names})\s*[:：]\s*(.+)$")).ok()
}

static ORDER: LazyLock<Option<Regex>> = LazyLock::new(|| labelled("订单编号|订单号|订单|order number|order no\\.?|order id|order"));
static BUYER: LazyLock<Option<Regex>> =
    LazyLock::new(|| labelled("买家会员名|买家昵称|买家|用户|评价人|昵称|buyer|reviewer|customer|by|from"));
static PRODUCT: LazyLock<Option<Regex>> = LazyLock::new(|| labelled("商品名称|宝贝名称|宝贝|商品|款式|product|item|listing"));
static RATING: LazyLock<Option<Regex>> = LazyLock::new(|| labelled("评价类型|评价等级|评价|评分|星级|打分|rating|stars|score"));
static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| labelled("评价时间|评论时间|时间|日期|date|reviewed on|posted"));
static APPENDED: LazyLock<Option<Regex>> = LazyLock::new(|| labelled("追评|追加评价|追加评论|追加|follow-up|update"));
static REPLY: LazyLock<Option<Regex>> =
    LazyLock::new(|| labelled("商家回复|卖家回复|店铺回复|掌柜回复|回复|解释|seller reply|seller response|shop reply|reply|response"));

/// What a line of a block is about, to be filled from.
fn after_label(line: &str, label: &LazyLock<Option<Regex>>) -> Option<String> {
    Some(label.as_ref()?.captures(line)?.get(1)?.as_str().trim().to_owned())
}

/// What was pasted.
#[derive(Debug, Clone, PartialEq)]
pub enum Pasted {
    /// A table with a header that names a rating or a text.
    Table(PlainTable),
    /// Blocks of lines, each a review.
    Blocks(Vec<PastedReview>),
}

impl Shop {
    /// Reads what was pasted; nothing is written.
    ///
    /// # Errors
    /// [`Error::BadValue`] where nothing was pasted.
    pub fn read_pasted_reviews(&self, text: &str, now: Moment) -> Result<Pasted> {
        check_length("paste", text, LONGEST_PASTE)?;
        if text.trim().is_empty() {
            return Err(Error::BadValue { field: "paste", value: String::new(), reason: "blank" });
        }
        if text.lines().next().is_some_and(|line| line.contains('\t'))
            && let Ok(table) = PlainTable::pasted(text)
            && ReviewColumns::proposed(&table).check(&table).is_ok()
        {
            return Ok(Pasted::Table(table));
        }
        let zone = self.read(|connection| super::plan::clock_of(connection, now))?;
        let mut blocks = read(text, zone);
        self.read(|connection| {
            let known = Known::of(connection)?;
            blocks.iter_mut().try_for_each(|block| known.recognise(connection, block))
        })?;
        Ok(Pasted::Blocks(blocks))
    }
}

/// What the shop knows that words without a label can mean.
struct Known {
    /// Titles of products, the longest first.
    products: Vec<String>,
}

impl Known {
    fn of(connection: &Connection) -> Result<Known> {
        let mut statement =
            connection.prepare_cached("SELECT DISTINCT title FROM products WHERE length(title) >= 2 ORDER BY length(title) DESC")?;
        let products = statement.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(Known { products })
    }

    /// Takes a buyer, a product, an order's number and a rating out of the words of a review, where nothing else named them.
    fn recognise(&self, connection: &Connection, block: &mut PastedReview) -> Result<()> {
        let draft = &mut block.draft;
        let mut kept: Vec<String> = Vec::new();
        for line in draft.text.clone().lines() {
            // A line of the buyer's own words is left as it is: only where all of a line names something, or a mark parts it
            // from the words, it is taken out of them.
            const PARTS: [char; 4] = ['\t', '|', '｜', '·'];
            /// A line with more words than this is the buyer's own.
            const MOST_WORDS: usize = 4;
            let marked = line.contains(PARTS);
            let parts: Vec<&str> = if marked { line.split(PARTS).collect() } else { line.split_whitespace().collect() };
            let mut taken = draft.clone();
            let mut left: Vec<&str> = Vec::new();
            for part in &parts {
                if parts.len() > MOST_WORDS || !self.takes(connection, &mut taken, part.trim())? {
                    left.push(part.trim());
                }
            }
            if left.is_empty() || marked && left.len() < parts.len() {
                *draft = taken;
                if !left.is_empty() {
                    kept.push(left.join(" "));
                }
            } else {
                kept.push(line.to_owned());
            }
        }
        draft.text = kept.join("\n");
        if draft.product.is_empty() {
            // Named among the words, it is what they are about, and stays among them.
            draft.product = self.products.iter().find(|title| draft.text.contains(title.as_str())).cloned().unwrap_or_default();
        }
        block.missing = missing(draft, block.missing.iter().any(|what| what == "reviewed_at"));
        Ok(())
    }

    fn takes(&self, connection: &Connection, draft: &mut ReviewDraft, word: &str) -> Result<bool> {
        let word = word.trim_matches(|c: char| matches!(c, ',' | '，' | ':' | '：' | '。' | '【' | '】' | '[' | ']'));
        if draft.rating.is_none() && draft.stars.is_none() {
            let rating = match word {
                "好评" => Some(Rating::Positive),
                "中评" => Some(Rating::Neutral),
                "差评" => Some(Rating::Negative),
                _ => None,
            };
            if rating.is_some() {
                draft.rating = rating;
                return Ok(true);
            }
        }
        if draft.product.is_empty() && self.products.iter().any(|title| title == word) {
            draft.product = word.to_owned();
            return Ok(true);
        }
        if draft.order_number.is_empty() && word.len() >= 6 && word.bytes().any(|b| b.is_ascii_digit()) {
            let sql = "SELECT EXISTS (SELECT 1 FROM shops s JOIN orders o ON o.shop_id = s.id AND o.number = ?1)";
            if connection.prepare_cached(sql)?.query_row([word], |r| r.get(0))? {
                draft.order_number = word.to_owned();
                return Ok(true);
            }
        }
        if draft.buyer.is_empty() && word.chars().count() >= 2 {
            let sql =
                "SELECT EXISTS (SELECT 1 FROM identities WHERE buyer_id = ?1) OR (SELECT count(*) FROM customers WHERE name = ?1) = 1";
            if connection.prepare_cached(sql)?.query_row([word], |r| r.get(0))? {
                draft.buyer = word.to_owned();
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// What a review lacks before it can come in.
fn missing(draft: &ReviewDraft, without_time: bool) -> Vec<String> {
    let lacks = [
        ("rating", draft.rating.is_none() && draft.stars.is_none()),
        ("reviewed_at", without_time),
        ("who", draft.order_number.is_empty() && draft.buyer.is_empty()),
    ];
    lacks.into_iter().filter(|(_, lacks)| *lacks).map(|(what, _)| what.to_owned()).collect()
}

/// The reviews of a pasted text without a table.
fn read(text: &str, zone: Zone) -> Vec<PastedReview> {
    let mut blocks: Vec<Vec<&str>> = vec![Vec::new()];
    for line in text.lines() {
        match (line.trim().is_empty(), blocks.last_mut()) {
            (true, Some(block)) if !block.is_empty() => blocks.push(Vec::new()),
            (false, Some(block)) => block.push(line.trim()),
            _ => {}
        }
    }
    blocks.into_iter().filter(|block| !block.is_empty()).map(|block| read_block(&block, zone)).collect()
}

fn read_block(lines: &[&str], zone: Zone) -> PastedReview {
    let mut draft = ReviewDraft::default();
    let mut when = None;
    let mut words: Vec<&str> = Vec::new();
    // A label opens a text that goes on until the next label.
    let mut open: Option<&str> = None;
    for line in lines {
        if let Some(order) = after_label(line, &ORDER) {
            draft.order_number = order;
        } else if let Some(at) = after_label(line, &TIME).and_then(|time| parse_time(&time, zone, None).ok()) {
            when = Some(at);
        } else if let Some(text) = after_label(line, &APPENDED) {
            draft.appended = text;
            open = Some("appended");
        } else if let Some(text) = after_label(line, &REPLY) {
            draft.reply = text;
            open = Some("reply");
        } else if let Some((rating, stars)) = after_label(line, &RATING).and_then(|text| read_rating(&text)) {
            draft.rating = rating;
            draft.stars = stars;
        } else if let Some(buyer) = after_label(line, &BUYER) {
            draft.buyer = buyer;
        } else if let Some(product) = after_label(line, &PRODUCT) {
            draft.product = product;
        } else if let Some((rating, stars)) = read_rating(line) {
            draft.rating = draft.rating.or(rating);
            draft.stars = draft.stars.or(stars);
        } else if let Some(at) = Some(plain(line)).filter(|t| t.starts_with("20")).and_then(|t| parse_time(&t, zone, None).ok()) {
            when = when.or(Some(at));
        } else {
            match open {
                Some("appended") => draft.appended = format!("{}\n{line}", draft.appended),
                Some("reply") => draft.reply = format!("{}\n{line}", draft.reply),
                _ => words.push(line),
            }
        }
    }
    draft.text = words.join("\n");
    draft.reviewed_at = when.unwrap_or_default();
    let missing = missing(&draft, when.is_none());
    PastedReview { draft, missing }
}

fn plain(line: &str) -> String {
    line.chars().map(fold_width).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{format_local, parse_zone};

    #[test]
    fn a_copied_page_is_read_block_by_block() {
        let zone = parse_zone("Asia/Shanghai").unwrap();
        let text = "差评\n2026-11-20 21:14\n买家：t**3\n订单号：3300000000000000042\n杯子有缺口，\n包装也薄。\n追评：客服没人理\n商家回复：抱歉，已补寄。\n\n★★★★★\nLovely colour.\nOrder: 1007\n";
        let found = read(text, zone);
        assert_eq!(found.len(), 2);
        let first = &found[0].draft;
        assert_eq!(
            (first.rating, first.order_number.as_str(), first.buyer.as_str()),
            (Some(Rating::Negative), "3300000000000000042", "t**3")
        );
        assert_eq!(
            (first.text.as_str(), first.appended.as_str(), first.reply.as_str()),
            ("杯子有缺口，\n包装也薄。", "客服没人理", "抱歉，已补寄。")
        );
        assert_eq!(format_local(first.reviewed_at, zone), "2026-11-20 21:14:00");
        assert_eq!(found[0].missing, Vec::<String>::new());
        assert_eq!(
            (found[1].draft.stars, found[1].draft.text.as_str(), found[1].draft.order_number.as_str()),
            (Some(5), "Lovely colour.", "1007")
        );
        assert_eq!(found[1].missing, ["reviewed_at"]);
    }
}
