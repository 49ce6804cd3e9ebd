//! Types the cells of a row that are about money. A row that takes goods back is a refund of its order.

use super::cells::Reader;
use super::columns::clean;
use super::draft::Draft;
use super::fault::Fault;
use super::platforms::{Field, RowsAre};
use super::tax;
use super::tokens::Record;
use crate::money::{Currency, DecimalMark, parse_amount};

/// What one row says of its own money, in minor units.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RowMoney {
    /// Paid for this row, before refunds.
    pub(super) paid: Option<i64>,
    /// Given back for this row.
    pub(super) refunded: Option<i64>,
}

impl Reader<'_> {
    pub(super) fn absorb_money(&self, draft: &mut Draft, record: &Record, first: bool) -> RowMoney {
        let columns = &self.reading.columns;
        if draft.currency.is_none() {
            draft.currency = columns.cell(record, Field::Currency).and_then(|(_, text)| Currency::parse(text));
            draft.currency_named = draft.currency.is_some();
        }
        self.absorb_order_sums(draft, record, first);
        let row = self.row_money(draft, record);
        draft.line_paid = add(draft.line_paid, row.paid);
        draft.line_refunded = add(draft.line_refunded, row.refunded);
        row
    }

    /// Sums of the whole order: the first row that has one counts.
    fn absorb_order_sums(&self, draft: &mut Draft, record: &Record, first: bool) {
        let once = [Field::Goods, Field::ShippingFee, Field::Discount, Field::PaidNet, Field::Outstanding, Field::Refunded];
        for field in once {
            let missing = match field {
                Field::Goods => draft.goods.is_none(),
                Field::ShippingFee => draft.shipping_fee.is_none(),
                Field::Discount => draft.discount.is_none(),
                Field::PaidNet => draft.paid_net.is_none(),
                Field::Outstanding => draft.outstanding.is_none(),
                _ => draft.refunded.is_none(),
            };
            if !missing {
                continue;
            }
            let amount = self.amount(draft, record, field);
            match field {
                Field::Goods => draft.goods = amount,
                Field::ShippingFee => draft.shipping_fee = amount,
                Field::Discount => draft.discount = amount.map(i64::abs),
                Field::PaidNet => draft.paid_net = amount,
                Field::Outstanding => draft.outstanding = amount,
                _ => draft.refunded = amount.map(i64::abs),
            }
        }
        if draft.adjusted.is_none() {
            draft.adjusted = self.amount(draft, record, Field::PaidAdjusted);
        }
        let Some(paid) = self.amount(draft, record, Field::Paid) else { return };
        if paid < 0 {
            // A row of its own for money that went back.
            draft.line_refunded = add(draft.line_refunded, Some(-paid));
            return;
        }
        match draft.paid {
            None => draft.paid = Some(paid),
            // A row of its own for the whole order stands above its items: their sums are parts of it.
            Some(known) if known != paid && !first && (draft.first_row_has_item || self.reading.platform.rows == RowsAre::Orders) => {
                let column = self.reading.columns.cell(record, Field::Paid);
                let (column, text) = column.map_or((None, ""), |(c, t)| (Some(c), t));
                draft.problems.push(self.problem_in(Fault::ConflictingAmounts, record, column, text));
            }
            Some(_) => {}
        }
    }

    /// What was paid and given back for this row alone, with the tax where it comes on top and without promotions.
    fn row_money(&self, draft: &mut Draft, record: &Record) -> RowMoney {
        let columns = &self.reading.columns;
        let mut paid = self.amount(draft, record, Field::LinePaid);
        if let Some(gross) = paid {
            let off = self.amount(draft, record, Field::LineDiscount).map_or(0, i64::abs);
            let tax = self.amount(draft, record, Field::LineTax).unwrap_or(0);
            let currency = draft.currency.unwrap_or(self.default_currency);
            let on_top = if tax::comes_on_top(gross, off, tax, columns.text(record, Field::Country), currency) { tax } else { 0 };
            paid = gross.checked_sub(off).and_then(|net| net.checked_add(on_top));
        }
        let said = match columns.text(record, Field::LineStatus) {
            status if self.reading.platform.says_refunded(status) => paid,
            _ => self.amount(draft, record, Field::LineRefunded).map(i64::abs),
        };
        match paid {
            Some(back) if back < 0 => RowMoney { paid: None, refunded: said.filter(|s| *s > 0).or(Some(-back)) },
            _ => RowMoney { paid, refunded: said },
        }
    }

    /// An amount of a field in this row, or the sum of its columns; a cell that is none is a problem.
    pub(super) fn amount(&self, draft: &mut Draft, record: &Record, field: Field) -> Option<i64> {
        let columns = &self.reading.columns;
        if columns.is_sum(field) {
            let mut sum: Option<i64> = None;
            for &column in columns.of(field) {
                if let Some(text) = clean(record.get(column)) {
                    let minor = self.read_amount(draft, record, column, text)?;
                    sum = Some(sum.unwrap_or(0).checked_add(minor)?);
                }
            }
            return sum;
        }
        let (column, text) = columns.cell(record, field)?;
        if matches!(field, Field::Refunded | Field::LineRefunded) && says_nothing_back(text) {
            return Some(0);
        }
        self.read_amount(draft, record, column, text)
    }

    fn read_amount(&self, draft: &mut Draft, record: &Record, column: usize, text: &str) -> Option<i64> {
        let currency = draft.currency.unwrap_or(self.default_currency);
        if let Some(minor) = plain_amount(text, currency, self.reading.platform.decimal).filter(|minor| *minor < MOST_MONEY) {
            return Some(minor);
        }
        match parse_amount(text, currency, self.reading.platform.decimal).filter(|a| a.minor.abs() < MOST_MONEY) {
            Some(amount) => {
                if draft.currency.is_none() {
                    draft.currency = amount.currency;
                    draft.currency_named = amount.currency.is_some();
                }
                Some(amount.minor)
            }
            None => {
                draft.problems.push(self.problem_in(Fault::BadAmount, record, Some(column), text));
                None
            }
        }
    }
}

/// The sum of what is known.
pub(super) fn add(sum: Option<i64>, more: Option<i64>) -> Option<i64> {
    match (sum, more) {
        (Some(a), Some(b)) => a.checked_add(b),
        (a, b) => a.or(b),
    }
}

/// Words in a column of refunds that say there is none: `无退款申请`, `没有申请退款`, `no refund`.
fn says_nothing_back(text: &str) -> bool {
    if text.chars().any(|c| c.is_numeric()) {
        return false;
    }
    let lower = text.to_lowercase();
    lower.starts_with(['无', '無', '未']) || lower.contains("没有") || lower.contains("沒有") || lower.starts_with("no ") || lower == "no"
}

/// Ten million millions of a main unit: no order costs that, and sums of many orders below it fit everywhere.
const MOST_MONEY: i64 = 1_000_000_000_000_000;

/// The commonest form of an amount, without looking for currencies.
fn plain_amount(text: &str, currency: Currency, mark: DecimalMark) -> Option<i64> {
    let bytes = text.as_bytes();
    if mark != DecimalMark::Point || bytes.is_empty() || bytes.len() > 15 || currency.exponent() != 2 {
        return None;
    }
    let (whole, fraction) = match bytes.iter().position(|b| *b == b'.') {
        Some(point) => (&bytes[..point], &bytes[point + 1..]),
        None => (bytes, &bytes[..0]),
    };
    if whole.is_empty() || fraction.len() > 2 {
        return None;
    }
    let digits = |part: &[u8]| part.iter().try_fold(0i64, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')));
    let cents = digits(fraction)? * if fraction.len() == 1 { 10 } else { 1 };
    Some(digits(whole)? * 100 + cents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_to_read_money_agrees_with_the_long_one() {
        for text in ["429.0", "88.50", "0", "1433.66", "12", "0.05", "100.", "1,000.00", "-3", "9.999"] {
            if let Some(minor) = plain_amount(text, Currency::CNY, DecimalMark::Point) {
                assert_eq!(parse_amount(text, Currency::CNY, DecimalMark::Point).map(|a| a.minor), Some(minor), "{text}");
            }
        }
        assert_eq!(plain_amount("88.5", Currency::CNY, DecimalMark::Point), Some(8850));
    }

    #[test]
    fn words_for_no_refund_are_told_from_others() {
        for text in ["无退款申请", "没有申请退款", "未申请退款", "無", "No refund", "no"] {
            assert!(says_nothing_back(text), "{text}");
        }
        for text in ["退款成功", "refunded", "none of your business 3", "12.00", "Nordsee"] {
            assert!(!says_nothing_back(text), "{text}");
        }
    }
}
