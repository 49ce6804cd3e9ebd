//! Reviews out of a table: which column says what, and each row read with its own faults.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::draft::ReviewDraft;
use super::words::Rating;
use crate::error::{Error, Result};
use crate::import::damage::{self, Damage};
use crate::import::plain_table::PlainTable;
use crate::products::table_file::RejectedCell;
use crate::text::{fold_width, normalised};
use crate::time::{BadTime, DateOrder, OrderHint, Seconds, Zone, order_hint, parse_time};

/// What a column may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ReviewField {
    PlatformId,
    OrderNumber,
    Buyer,
    Product,
    Rating,
    Stars,
    Text,
    Appended,
    AppendedAt,
    Pictures,
    Reply,
    RepliedAt,
    ReviewedAt,
    State,
}

/// Each field with the names its column has in exports.
const NAMES: [(ReviewField, &[&str]); 14] = [
    (ReviewField::PlatformId, &["评价ID", "评价编号", "评论ID", "评论编号", "review id", "feedback id", "reviewid"]),
    (
        ReviewField::OrderNumber,
        &[
            "订单编号",
            "订单号",
            "主订单编号",
            "订单ID",
            "交易编号",
            "訂單編號",
            "order number",
            "order id",
            "order no",
            "order",
            "transaction id",
        ],
    ),
    (
        ReviewField::Buyer,
        &[
            "买家会员名",
            "买家昵称",
            "买家账号",
            "用户昵称",
            "会员名",
            "评价人",
            "评价者",
            "昵称",
            "买家",
            "用户",
            "客户",
            "買家",
            "buyer username",
            "buyer",
            "reviewer",
            "username",
            "customer",
            "author",
            "from",
        ],
    ),
    (
        ReviewField::Product,
        &[
            "商品名称",
            "宝贝标题",
            "宝贝名称",
            "商品标题",
            "商品信息",
            "商品",
            "宝贝",
            "product title",
            "product name",
            "product",
            "item title",
            "item name",
            "item",
            "listing",
            "listing title",
        ],
    ),
    (
        ReviewField::Rating,
        &[
            "评价类型",
            "评价等级",
            "评价结果",
            "好中差评",
            "评价级别",
            "评价性质",
            "rating type",
            "feedback rating",
            "feedback type",
            "sentiment",
            "rating",
        ],
    ),
    (
        ReviewField::Stars,
        &["星级", "评价星级", "商品评分", "评分", "星数", "描述相符", "stars", "star rating", "star_rating", "score", "rating"],
    ),
    (
        ReviewField::Text,
        &[
            "评价内容",
            "评论内容",
            "初评内容",
            "初次评价",
            "首评内容",
            "评价",
            "评论",
            "内容",
            "評價內容",
            "review body",
            "review text",
            "review",
            "comment",
            "feedback",
            "message",
            "content",
            "body",
            "text",
        ],
    ),
    (
        ReviewField::Appended,
        &["追评内容", "追加评价", "追加评论", "追加内容", "追评", "follow-up review", "follow-up", "additional review", "update"],
    ),
    (ReviewField::AppendedAt, &["追评时间", "追加时间", "追加评价时间", "follow-up date"]),
    (
        ReviewField::Pictures,
        &[
            "晒图",
            "评价图片",
            "图片数量",
            "图片数",
            "图片",
            "买家秀",
            "photos",
            "images",
            "pictures",
            "image urls",
            "picture urls",
            "has photos",
        ],
    ),
    (
        ReviewField::Reply,
        &[
            "商家回复",
            "卖家回复",
            "店铺回复",
            "卖家解释",
            "解释",
            "回复内容",
            "回复",
            "seller reply",
            "seller response",
            "shop reply",
            "reply",
            "response",
        ],
    ),
    (ReviewField::RepliedAt, &["回复时间", "商家回复时间", "解释时间", "reply date", "replied at", "response date"]),
    (
        ReviewField::ReviewedAt,
        &[
            "评价时间",
            "评论时间",
            "初评时间",
            "评价日期",
            "首评时间",
            "创建时间",
            "时间",
            "日期",
            "review date",
            "date left",
            "created at",
            "created_at",
            "date reviewed",
            "submitted at",
            "date",
        ],
    ),
    (ReviewField::State, &["评价状态", "展示状态", "状态", "status", "state", "visibility"]),
];

/// Which column says what, by its place from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct ReviewColumns(pub Vec<(ReviewField, u32)>);

impl ReviewColumns {
    /// The columns whose names are known; each column says one thing, and 评分 that holds words is a rating.
    pub fn proposed(table: &PlainTable) -> ReviewColumns {
        let mut columns: Vec<(ReviewField, u32)> = Vec::new();
        for (field, names) in NAMES {
            if let Some(at) = table.column(names).map(|at| at as u32)
                && !columns.iter().any(|(_, taken)| *taken == at)
            {
                columns.push((field, at));
            }
        }
        ReviewColumns(columns)
    }

    /// The proposed columns with those in the place that are named; a column says one thing, the named one.
    ///
    /// # Errors
    /// [`Error::BadMapping`] for a name that is no header of the table, or named for two fields.
    pub fn named(table: &PlainTable, names: &BTreeMap<ReviewField, String>) -> Result<ReviewColumns> {
        let mut columns: Vec<(ReviewField, u32)> = Vec::with_capacity(names.len());
        for (field, name) in names {
            let exact = table.header.iter().position(|h| h.trim() == name.trim());
            let lacks = || Error::BadMapping(format!("{} has no column {name:?}; it has {}", table.file, table.header.join(", ")));
            let at = exact.or_else(|| table.column(&[name])).ok_or_else(lacks)? as u32;
            if columns.iter().any(|(_, taken)| *taken == at) {
                return Err(Error::BadMapping(format!("column {name:?} is named twice; a column says one thing")));
            }
            columns.push((*field, at));
        }
        let proposed = ReviewColumns::proposed(table).0;
        columns.extend(
            proposed
                .into_iter()
                .filter(|(field, at)| !names.contains_key(field) && !columns.iter().any(|(_, c)| c == at))
                .collect::<Vec<_>>(),
        );
        Ok(ReviewColumns(columns))
    }

    fn of(&self, field: ReviewField) -> Option<usize> {
        self.0.iter().find(|(f, _)| *f == field).map(|(_, at)| *at as usize)
    }

    /// Whether enough is known to read reviews.
    ///
    /// # Errors
    /// [`Error::BadMapping`] naming what lacks; [`Error::BadValue`] for a column that is not there.
    pub fn check(&self, table: &PlainTable) -> Result<()> {
        if let Some((_, at)) = self.0.iter().find(|(_, at)| *at as usize >= table.header.len()) {
            return Err(Error::BadValue { field: "column", value: at.to_string(), reason: "no_such_column" });
        }
        match self.lacks() {
            Some("rating") => Err(Error::BadMapping("say which column is the rating (评价类型, 星级, rating, stars)".to_owned())),
            Some("reviewed_at") => Err(Error::BadMapping("say which column is the time of the review (评价时间, date)".to_owned())),
            Some(_) => Err(Error::BadMapping("say which column tells reviews apart: their number, the order or the buyer".to_owned())),
            None => Ok(()),
        }
    }

    /// What is not known yet: `rating`, `reviewed_at`, or `who` (nothing tells reviews apart).
    pub fn lacks(&self) -> Option<&'static str> {
        use ReviewField::{Buyer, OrderNumber, PlatformId, Rating, ReviewedAt, Stars};
        let none = |fields: &[ReviewField]| fields.iter().all(|f| self.of(*f).is_none());
        [("rating", none(&[Rating, Stars])), ("reviewed_at", none(&[ReviewedAt])), ("who", none(&[PlatformId, OrderNumber, Buyer]))]
            .into_iter()
            .find_map(|(name, lacks)| lacks.then_some(name))
    }
}

/// A row that was read, or why not.
pub(crate) type ReadRow = std::result::Result<(u32, ReviewDraft), RejectedCell>;

/// Reads every row.
pub(crate) fn read(table: &PlainTable, columns: &ReviewColumns, zone: Zone, now: Seconds) -> Vec<ReadRow> {
    let order = date_order(table, columns);
    table.rows.iter().map(|(row, cells)| read_row(table, columns, *row, cells, zone, order, now).map(|draft| (*row, draft))).collect()
}

/// Day or month first, where any date of the file can only be one of them.
fn date_order(table: &PlainTable, columns: &ReviewColumns) -> Option<DateOrder> {
    let column = columns.of(ReviewField::ReviewedAt)?;
    table.rows.iter().find_map(|(_, cells)| match order_hint(cells.get(column)?) {
        OrderHint::Only(order) => Some(order),
        _ => None,
    })
}

fn read_row(
    table: &PlainTable,
    columns: &ReviewColumns,
    row: u32,
    cells: &[String],
    zone: Zone,
    order: Option<DateOrder>,
    now: Seconds,
) -> std::result::Result<ReviewDraft, RejectedCell> {
    let at = |field: ReviewField| columns.of(field).and_then(|c| cells.get(c)).map_or("", |c| c.trim());
    let rejected = |field: ReviewField, reason: &str| RejectedCell {
        row,
        column: columns.of(field).and_then(|c| table.header.get(c)).cloned().unwrap_or_default(),
        value: at(field).to_owned(),
        reason: reason.to_owned(),
    };
    let time = |field: ReviewField| match at(field) {
        "" => Ok(None),
        text => parse_time(text, zone, order).map(Some).map_err(|bad| {
            rejected(
                field,
                match bad {
                    BadTime::Unreadable => "not_a_time",
                    BadTime::Impossible => "no_such_time",
                    BadTime::Ambiguous => "day_or_month",
                    BadTime::SpreadsheetSerial => "spreadsheet_serial",
                },
            )
        }),
    };
    for field in [ReviewField::PlatformId, ReviewField::OrderNumber] {
        match damage::of_number(at(field)) {
            Some(Damage::Scientific) => return Err(rejected(field, "scientific_number")),
            Some(Damage::Rounded) => return Err(rejected(field, "rounded_number")),
            None => {}
        }
    }
    let mut draft = ReviewDraft {
        platform_id: at(ReviewField::PlatformId).to_owned(),
        order_number: at(ReviewField::OrderNumber).to_owned(),
        buyer: at(ReviewField::Buyer).to_owned(),
        product: at(ReviewField::Product).to_owned(),
        text: blank_words(at(ReviewField::Text)),
        appended: blank_words(at(ReviewField::Appended)),
        appended_at: time(ReviewField::AppendedAt)?,
        pictures: picture_count(at(ReviewField::Pictures)),
        reply: blank_words(at(ReviewField::Reply)),
        replied_at: time(ReviewField::RepliedAt)?,
        reviewed_at: time(ReviewField::ReviewedAt)?.ok_or_else(|| rejected(ReviewField::ReviewedAt, "blank"))?,
        gone: columns.of(ReviewField::State).map(|_| is_gone(at(ReviewField::State))),
        ..ReviewDraft::default()
    };
    for field in [ReviewField::Rating, ReviewField::Stars] {
        match at(field) {
            "" => {}
            text => match read_rating(text).ok_or_else(|| rejected(field, "not_a_rating"))? {
                (rating, Some(stars)) => {
                    draft.stars = Some(stars);
                    draft.rating = draft.rating.or(rating);
                }
                (rating, None) => draft.rating = rating,
            },
        }
    }
    if draft.rating.is_none() && draft.stars.is_none() {
        let field = if columns.of(ReviewField::Rating).is_some() { ReviewField::Rating } else { ReviewField::Stars };
        return Err(rejected(field, "blank"));
    }
    if draft.platform_id.is_empty() && draft.order_number.is_empty() && draft.buyer.is_empty() {
        return Err(rejected(ReviewField::OrderNumber, "nobody"));
    }
    draft.checked(now).map_err(|error| match error {
        Error::BadValue { field, value, reason } => {
            RejectedCell { row, column: field.trim_start_matches("review.").to_owned(), value, reason: reason.to_owned() }
        }
        other => RejectedCell { row, column: String::new(), value: String::new(), reason: other.code().to_owned() },
    })
}

/// What a platform writes where a buyer wrote nothing.
fn blank_words(text: &str) -> String {
    const NOTHING: [&str; 10] =
        ["-", "--", "——", "无", "暂无", "null", "此用户没有填写评价。", "此用户没有填写评价", "用户未填写评价内容", "该用户未填写评价内容"];
    if NOTHING.contains(&text) { String::new() } else { text.to_owned() }
}

fn is_gone(text: &str) -> bool {
    ["已删除", "删除", "已隐藏", "隐藏", "已屏蔽", "deleted", "removed", "hidden"].contains(&normalised(text).as_str())
}

/// A rating as platforms write it: 好评, Positive, 5, 4.0, ★★★☆☆, 3星, 2/5; (rating in words, stars).
pub(crate) fn read_rating(text: &str) -> Option<(Option<Rating>, Option<u8>)> {
    let text: String = text.trim().chars().map(fold_width).collect::<String>().to_lowercase();
    let filled = text.chars().filter(|c| matches!(c, '★' | '⭐' | '🌟')).count();
    // Among words a star is an ornament; 5★ is a number with its unit.
    let only_stars = text.chars().all(|c| matches!(c, '★' | '⭐' | '🌟' | '☆' | '\u{fe0f}') || c.is_whitespace());
    if only_stars && (1..=5).contains(&filled) {
        return Some((None, Some(filled as u8)));
    }
    if let Some(rating) = match text.as_str() {
        "好评" | "好" | "positive" | "good" | "好評" | "+1" | "推荐" => Some(Rating::Positive),
        "中评" | "一般" | "neutral" | "中評" => Some(Rating::Neutral),
        "差评" | "差" | "negative" | "bad" | "差評" | "-1" | "不推荐" => Some(Rating::Negative),
        _ => None,
    } {
        return Some((Some(rating), None));
    }
    let words = ["一", "二", "三", "四", "五"];
    let (number, out_of) = text.split_once('/').unwrap_or((text.as_str(), "5"));
    let number =
        number.trim().trim_end_matches("stars").trim_end_matches("star").trim_end_matches(['星', '分', '颗', '★', '⭐', '\u{fe0f}']).trim();
    let stars = words.iter().position(|w| *w == number).map(|at| at as f64 + 1.0).or_else(|| number.parse::<f64>().ok())?;
    let out_of = out_of.trim().parse::<f64>().ok()?;
    let stars = if out_of > 0.0 { (stars * 5.0 / out_of).round() } else { 0.0 };
    (1.0..=5.0).contains(&stars).then_some((None, Some(stars as u8)))
}

/// A count, or addresses of pictures with commas, semicolons, bars or spaces between; 是 is one.
fn picture_count(text: &str) -> u32 {
    match normalised(text).as_str() {
        "" | "否" | "no" | "无" | "false" | "-" => 0,
        "是" | "yes" | "有" | "true" => 1,
        number if number.bytes().all(|b| b.is_ascii_digit()) => number.parse().unwrap_or(0).min(99),
        _ => text.split([',', ';', '|', '，', '；', ' ', '\n']).filter(|part| !part.trim().is_empty()).count().min(99) as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_are_read_as_platforms_write_them() {
        let stars = |n| Some((None, Some(n)));
        for (text, wanted) in [
            ("好评", Some((Some(Rating::Positive), None))),
            ("Negative", Some((Some(Rating::Negative), None))),
            ("★★☆☆☆", stars(2)),
            ("4.0", stars(4)),
            ("３星", stars(3)),
            ("五星", stars(5)),
            ("2/5", stars(2)),
            ("7/10", stars(4)),
            ("1 star", stars(1)),
            ("5★", stars(5)),
            ("4 ⭐", stars(4)),
            ("3/4 of the cups were broken", None),
            ("5/5 would buy again", None),
            ("太好看了🌟", None),
            ("0", None),
            ("6", None),
            ("great", None),
            ("", None),
        ] {
            assert_eq!(read_rating(text), wanted, "{text}");
        }
    }

    #[test]
    fn pictures_are_counted() {
        assert_eq!([picture_count(""), picture_count("3"), picture_count("是"), picture_count("a.jpg, b.jpg")], [0, 3, 1, 2]);
    }
}
