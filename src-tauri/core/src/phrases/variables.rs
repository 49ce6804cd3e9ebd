//! The variables a phrase may have: a checked list, so that a misspelt one is found when it is written and not
//! when it is sent.

use serde::Serialize;

use crate::error::{Error, Result};

/// Something that is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Variable {
    AddressAs,
    CustomerName,
    OrderNumber,
    OrderDate,
    OrderItems,
    OrderPaid,
    OrderCourier,
    OrderTracking,
    OrderShop,
    ProductName,
    Problem,
    NextUpdate,
    Remedy,
    PromiseWhat,
    PromiseDue,
    ShopName,
    SellerName,
    HolidayName,
    Today,
}

/// Each with its name in texts and its Chinese name, which is understood too and stored as the first.
const NAMES: [(Variable, &str, &str); 19] = [
    (Variable::AddressAs, "customer.address_as", "客户.称呼"),
    (Variable::CustomerName, "customer.name", "客户.姓名"),
    (Variable::OrderNumber, "order.number", "订单.编号"),
    (Variable::OrderDate, "order.date", "订单.日期"),
    (Variable::OrderItems, "order.items", "订单.商品"),
    (Variable::OrderPaid, "order.paid", "订单.实付"),
    (Variable::OrderCourier, "order.courier", "订单.快递"),
    (Variable::OrderTracking, "order.tracking", "订单.运单号"),
    (Variable::OrderShop, "order.shop", "订单.店铺"),
    (Variable::ProductName, "product.name", "商品.名称"),
    (Variable::Problem, "complaint.problem", "投诉.问题"),
    (Variable::NextUpdate, "complaint.next_update", "投诉.下次答复"),
    (Variable::Remedy, "complaint.remedy", "投诉.补偿"),
    (Variable::PromiseWhat, "promise.what", "承诺.内容"),
    (Variable::PromiseDue, "promise.due", "承诺.时间"),
    (Variable::ShopName, "shop.name", "店铺.名称"),
    (Variable::SellerName, "seller.name", "卖家.署名"),
    (Variable::HolidayName, "holiday.name", "节日.名称"),
    (Variable::Today, "date.today", "日期.今天"),
];

impl Variable {
    /// All of them, with their names in texts and in Chinese.
    pub fn all() -> impl Iterator<Item = (Variable, &'static str, &'static str)> {
        NAMES.into_iter()
    }

    /// Its name in texts.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(v, _, _)| *v == self).map_or("", |(_, name, _)| name)
    }

    fn parse(name: &str) -> Option<Variable> {
        NAMES.iter().find(|(_, english, chinese)| *english == name || *chinese == name).map(|(v, _, _)| *v)
    }
}

/// A part of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Words.
    Text(String),
    /// Something that is filled in.
    Variable(Variable),
    /// Something the seller fills in by hand, by its name.
    Blank(String),
}

/// Splits a phrase at its braces. Full-width braces and a dot of Chinese punctuation are understood.
///
/// # Errors
/// [`Error::BadValue`]: `unclosed_brace`, `empty_slot`, or `unknown_variable` with the name.
pub fn parts(text: &str) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, open)) = split_at_any(rest, ['{', '｛']) {
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        let Some((name, after)) = split_at_any(open, ['}', '｝']) else {
            return Err(Error::BadValue { field: "phrase", value: open.chars().take(20).collect(), reason: "unclosed_brace" });
        };
        let name = name.trim();
        if name.is_empty() || name.contains(['{', '｛']) {
            return Err(Error::BadValue { field: "phrase", value: format!("{{{name}}}"), reason: "empty_slot" });
        }
        let dotted = name.replace(['．', '。'], ".");
        parts.push(match (Variable::parse(&dotted), dotted.contains('.')) {
            (Some(variable), _) => Part::Variable(variable),
            (None, true) => return Err(Error::BadValue { field: "phrase", value: format!("{{{name}}}"), reason: "unknown_variable" }),
            (None, false) => Part::Blank(name.to_owned()),
        });
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Ok(parts)
}

/// A phrase as it is stored: variables under their names in texts.
///
/// # Errors
/// As [`parts`].
pub fn canonical(text: &str) -> Result<String> {
    Ok(parts(text.trim())?
        .into_iter()
        .map(|part| match part {
            Part::Text(text) => text,
            Part::Variable(variable) => format!("{{{}}}", variable.name()),
            Part::Blank(name) => format!("{{{name}}}"),
        })
        .collect())
}

fn split_at_any(text: &str, marks: [char; 2]) -> Option<(&str, &str)> {
    let at = text.find(marks)?;
    let width = text[at..].chars().next().map_or(1, char::len_utf8);
    Some((&text[..at], &text[at + width..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn variables_are_known_by_both_names_and_blanks_by_any() {
        assert_eq!(
            parts("{客户.称呼}，{破损位置}。").unwrap(),
            [Part::Variable(Variable::AddressAs), Part::Text("，".into()), Part::Blank("破损位置".into()), Part::Text("。".into())]
        );
        assert_eq!(canonical(" ｛订单.编号｝ 已到 ").unwrap(), "{order.number} 已到");
    }

    #[test]
    fn what_cannot_be_filled_is_said_when_it_is_written() {
        let reason = |text: &str| match parts(text) {
            Err(Error::BadValue { reason, .. }) => reason,
            other => panic!("{other:?}"),
        };
        assert_eq!(reason("{customer.adress_as}"), "unknown_variable");
        assert_eq!(reason("Dear {customer.name"), "unclosed_brace");
        assert_eq!(reason("{}"), "empty_slot");
        assert_eq!(reason("{a{b}"), "empty_slot");
    }

    proptest! {
        #[test]
        fn a_stored_phrase_reads_back_as_itself(text in "[a-z你好{}.， ]{0,40}") {
            if let Ok(stored) = canonical(&text) {
                prop_assert_eq!(canonical(&stored).ok(), Some(stored));
            }
        }
    }
}
