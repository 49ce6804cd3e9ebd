//! Items of an order: a row each, several in the cells of one row, or all of them in one cell.

use super::amounts::{RowMoney, add};
use super::cells::Reader;
use super::columns::clean;
use super::draft::{Draft, ItemDraft};
use super::fault::Fault;
use super::platforms::Field;
use super::tokens::Record;
use crate::money::parse_amount;

impl Reader<'_> {
    /// Adds the items of a row; what its goods cost together, where the row says.
    pub(super) fn absorb_items(&self, draft: &mut Draft, record: &Record, first: bool, money: RowMoney) -> Option<i64> {
        let columns = &self.reading.columns;
        if self.line_items(draft, record) {
            return None;
        }
        let title = columns.text(record, Field::Title);
        let code = columns.text(record, Field::Code);
        if title.is_empty() && code.is_empty() {
            if first && draft.items.is_empty() {
                self.summary_items(draft, record);
            }
            return None;
        }
        if first {
            draft.first_row_has_item = true;
            draft.packed.push_str(columns.text(record, Field::Packed));
        }
        let variant = columns.text(record, Field::Variant);
        if self.packed_rows(draft, record, title, code, variant) {
            return None;
        }
        let quantity = match columns.cell(record, Field::Quantity) {
            None => None,
            Some((column, text)) => match parse_pieces(text) {
                Some(quantity) => Some(quantity),
                None => {
                    draft.problems.push(self.problem_in(Fault::BadQuantity, record, Some(column), text));
                    None
                }
            },
        };
        let price = self.price_of_row(draft, record, quantity, money.paid);
        let title = if title.is_empty() { code } else { title };
        if quantity.is_some_and(|q| q < 0) || price.goods.is_some_and(|sum| sum < 0) {
            let refunded = money.refunded.or(price.goods.map(|sum| sum.saturating_abs())).unwrap_or(0);
            // The columns of the row may have said so already.
            if money.refunded.is_none() {
                draft.line_refunded = add(draft.line_refunded, Some(refunded));
            }
            take_back(draft, title, code, variant, quantity, refunded);
            return None;
        }
        let refunded = self.amount(draft, record, Field::LineRefunded).map(i64::abs);
        let item = draft.add_item(title, code);
        item.variant.push_str(variant);
        (item.quantity, item.unit_price, item.refunded) = (quantity, price.of_one, refunded);
        self.split_model(item);
        draft.items_are_summary = false;
        draft.goods_of_rows = add(draft.goods_of_rows, price.goods);
        draft.unpriced_rows |= price.goods.is_none();
        price.goods
    }

    /// Several items in the cells of one row, told apart by the same separator in title and quantity. A title may have any
    /// of the separators of its own: only a count or a code for each part makes them several.
    fn packed_rows(&self, draft: &mut Draft, record: &Record, title: &str, code: &str, variant: &str) -> bool {
        let Some((_, quantities)) = self.reading.columns.cell(record, Field::Quantity) else { return false };
        for separator in ['\n', ';', '；', '|'] {
            if !title.contains(separator) {
                continue;
            }
            let split = |text: &str| -> Vec<String> { text.split(separator).map(|p| p.trim().to_owned()).collect() };
            let titles = split(title);
            let counts = split(quantities);
            let each_counted = counts.len() == titles.len() && counts.iter().all(|c| parse_quantity(c).is_some());
            let codes = split(code);
            let each_coded = codes.len() == titles.len() && codes.iter().all(|c| !c.is_empty());
            let pieces = parse_quantity(quantities);
            if titles.iter().any(String::is_empty) || !each_counted && !each_coded {
                continue;
            }
            let variants = split(variant);
            let prices = split(self.reading.columns.text(record, Field::UnitPrice));
            let currency = draft.currency.unwrap_or(self.default_currency);
            for (index, title) in titles.iter().enumerate() {
                let part = |parts: &[String]| if parts.len() == titles.len() { parts[index].clone() } else { String::new() };
                draft.items.push(ItemDraft {
                    title: title.clone(),
                    code: part(&codes),
                    variant: part(&variants),
                    quantity: if each_counted {
                        parse_quantity(&counts[index])
                    } else {
                        (pieces == Some(titles.len() as i64)).then_some(1)
                    },
                    unit_price: parse_amount(&part(&prices), currency, self.reading.platform.decimal).map(|a| a.minor),
                    refunded: None,
                });
            }
            draft.items.iter_mut().for_each(|item| self.split_model(item));
            return true;
        }
        false
    }

    /// Items that stand in a column each: `name:Mug|sku:MUG-1|quantity:2|total:20.00`.
    fn line_items(&self, draft: &mut Draft, record: &Record) -> bool {
        let before = draft.items.len();
        let cells = self.reading.columns.of(Field::LineItem).iter();
        for (column, text) in cells.filter_map(|&column| Some((column, clean(record.get(column))?))) {
            let part = |name: &str| -> &str {
                text.split('|')
                    .find_map(|p| p.split_once(':').filter(|(key, _)| key.trim().eq_ignore_ascii_case(name)))
                    .map_or("", |(_, value)| value.trim())
            };
            let (title, code) = (part("name"), part("sku"));
            if title.is_empty() && code.is_empty() {
                continue;
            }
            let quantity = parse_quantity(part("quantity"));
            if quantity.is_none() && !part("quantity").is_empty() {
                draft.problems.push(self.problem_in(Fault::BadQuantity, record, Some(column), part("quantity")));
            }
            let currency = draft.currency.unwrap_or(self.default_currency);
            let amount = |name| parse_amount(part(name), currency, self.reading.platform.decimal).map(|a| a.minor);
            // Before discounts where both are told: the price on the shelf.
            let total = amount("sub_total").or_else(|| amount("total"));
            let item = draft.add_item(if title.is_empty() { code } else { title }, code);
            item.quantity = quantity;
            item.unit_price = total.zip(quantity).filter(|(total, q)| *q > 0 && total % q == 0).map(|(total, q)| total / q);
        }
        draft.items.len() > before
    }

    /// `名称(型号)(件数)`: takes the count and the model off the end of a title, for platforms that write them there.
    fn split_model(&self, item: &mut ItemDraft) {
        if !self.reading.platform.model_in_title || self.reading.columns.has(Field::Variant) {
            return;
        }
        if let Some((name, count)) = last_bracket(&item.title)
            && item.quantity.is_some()
            && parse_quantity(count) == item.quantity
        {
            item.title = name.to_owned();
        }
        if let Some((name, model)) = last_bracket(&item.title) {
            (item.title, item.variant) = (name.to_owned(), model.to_owned());
        }
    }

    /// Items from a cell that lists them all.
    fn summary_items(&self, draft: &mut Draft, record: &Record) {
        let columns = &self.reading.columns;
        let packed = columns.text(record, Field::Packed);
        if !packed.is_empty() {
            draft.items = unpack(packed);
            draft.items_are_summary = !draft.items.is_empty();
            return;
        }
        let titles = columns.text(record, Field::Titles);
        if titles.is_empty() {
            return;
        }
        let kinds = parse_quantity(columns.text(record, Field::Kinds));
        let pieces = parse_quantity(columns.text(record, Field::Pieces));
        for (title, quantity) in split_titles(titles, kinds, pieces) {
            draft.add_item(title, "").quantity = quantity;
        }
        draft.items_are_summary = !draft.items.is_empty();
    }

    /// Item rows that have only codes get their titles from the cell that lists all items of the order.
    pub(super) fn title_items(&self, draft: &mut Draft) {
        if draft.packed.is_empty() || draft.items.iter().any(|i| i.title != i.code) {
            return;
        }
        let listed = unpack(&draft.packed);
        if listed.len() == draft.items.len() {
            for (item, listed) in draft.items.iter_mut().zip(listed) {
                item.title = listed.title;
            }
        }
    }
}

/// Goods that came back: a refund of the item they are, or an item of their own of which nothing was sold here.
fn take_back(draft: &mut Draft, title: &str, code: &str, variant: &str, pieces: Option<i64>, refunded: i64) {
    draft.returned_rows += 1;
    let sold =
        |i: &&mut ItemDraft| i.quantity != Some(0) && (i.title.as_str(), i.code.as_str(), i.variant.as_str()) == (title, code, variant);
    if let Some(item) = draft.items.iter_mut().find(sold) {
        item.refunded = add(item.refunded, Some(refunded));
        return;
    }
    if pieces.is_none() && refunded == 0 {
        return;
    }
    let item = draft.add_item(title, code);
    item.variant.push_str(variant);
    (item.quantity, item.refunded) = (Some(0), Some(refunded));
    draft.items_are_summary = false;
}

/// Pieces with a sign: goods that came back are written `-1`.
fn parse_pieces(text: &str) -> Option<i64> {
    let text = text.trim();
    match text.strip_prefix(['-', '−', '－']).or_else(|| text.strip_prefix('(').and_then(|t| t.strip_suffix(')'))) {
        Some(pieces) => parse_quantity(pieces).map(|pieces| -pieces),
        None => parse_quantity(text),
    }
}

/// Pieces: `2`, `2.0`, `2件`, `x2`.
pub fn parse_quantity(text: &str) -> Option<i64> {
    let text =
        text.trim().trim_start_matches(['x', 'X', '×', '*']).trim_end_matches(['件', '个', '個', '份', '只', '套', '瓶', '盒']).trim();
    let whole = match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|b| b == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    if whole.is_empty() || whole.len() > 9 || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    whole.parse().ok()
}

/// `名称 型号 [数量:1] 名称2 [数量:2]`
fn unpack(text: &str) -> Vec<ItemDraft> {
    let mut items = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("[数量:").or_else(|| rest.find("[数量：")) {
        let title = rest[..open].trim().trim_matches([',', '，', ';', '；']).trim();
        let after = &rest[open..];
        let Some(close) = after.find(']') else { break };
        let count = after[..close].rsplit([':', '：']).next().and_then(parse_quantity);
        if !title.is_empty() {
            items.push(ItemDraft { title: title.to_owned(), quantity: count, ..ItemDraft::default() });
        }
        rest = &after[close + 1..];
    }
    items
}

/// A title and the content of the bracket it ends with; brackets inside that one are its own.
fn last_bracket(title: &str) -> Option<(&str, &str)> {
    let inner = title.strip_suffix([')', '）'])?;
    let mut depth = 1;
    for (at, c) in inner.char_indices().rev() {
        match c {
            ')' | '）' => depth += 1,
            '(' | '（' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let name = inner[..at].trim_end();
            return (!name.is_empty()).then(|| (name, &inner[at + c.len_utf8()..]));
        }
    }
    None
}

/// Titles of a summary cell. They are only taken apart where the file says how many there are and exactly that
/// many parts come out.
fn split_titles(titles: &str, kinds: Option<i64>, pieces: Option<i64>) -> Vec<(&str, Option<i64>)> {
    match kinds {
        Some(1) | None => vec![(titles.trim(), pieces.filter(|_| kinds == Some(1)))],
        Some(kinds) => {
            let each = (pieces == Some(kinds)).then_some(1);
            for separator in ['，', ',', ';', '；', '\n', '、'] {
                let parts = || titles.split(separator).map(str::trim).filter(|p| !p.is_empty());
                if parts().count() as i64 == kinds {
                    return parts().map(|p| (p, each)).collect();
                }
            }
            vec![(titles.trim(), None)]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_taken_apart_only_when_the_count_agrees() {
        assert_eq!(
            split_titles("日式\"雪平锅\",不锈钢，三德刀 VG10", Some(2), Some(3)),
            vec![("日式\"雪平锅\",不锈钢", None), ("三德刀 VG10", None)]
        );
        assert_eq!(split_titles("a，b", Some(2), Some(2)), vec![("a", Some(1)), ("b", Some(1))]);
        assert_eq!(split_titles("陶瓷杯", Some(1), Some(3)), vec![("陶瓷杯", Some(3))]);
        assert_eq!(split_titles("a，b，c", Some(2), None), vec![("a，b，c", None)]);
    }

    #[test]
    fn items_in_one_cell_are_told_apart_by_their_counts() {
        let items = unpack("雪平锅 颜色：20厘米 [数量:1] 三德刀 VG10  [数量:2]");
        assert_eq!(
            items.iter().map(|i| (i.title.as_str(), i.quantity)).collect::<Vec<_>>(),
            vec![("雪平锅 颜色：20厘米", Some(1)), ("三德刀 VG10", Some(2))]
        );
    }
}
