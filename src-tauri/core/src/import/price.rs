//! What a price column means, of one piece or of all pieces of the row, checked against the order's own sums.

use super::cells::Reader;
use super::draft::Draft;
use super::fault::Fault;
use super::platforms::Field;
use super::tokens::Record;

/// The price of a row's goods, in minor units.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RowPrice {
    /// One piece; `None` where the file does not say or it does not divide evenly.
    pub(super) of_one: Option<i64>,
    /// All pieces of the row.
    pub(super) goods: Option<i64>,
}

/// How a price can be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Piece,
    Row,
}

impl Reader<'_> {
    /// The price of a row with so many pieces, for which so much was paid.
    pub(super) fn price_of_row(&self, draft: &mut Draft, record: &Record, quantity: Option<i64>, paid: Option<i64>) -> RowPrice {
        let of_one = self.amount(draft, record, Field::UnitPrice);
        let (price, told) = match of_one {
            Some(price) => (price, Meaning::Piece),
            None => match self.amount(draft, record, Field::LineTotal) {
                Some(price) => (price, Meaning::Row),
                None => return RowPrice::default(),
            },
        };
        let Some(quantity) = quantity.filter(|q| *q != 0) else {
            return RowPrice { of_one, goods: (told == Meaning::Row).then_some(price) };
        };
        let mut meaning = told;
        if quantity > 1
            && price > 0
            && let Some(paid) = paid.filter(|p| *p > 0)
        {
            let off = self.amount(draft, record, Field::Discount).map_or(0, i64::abs);
            let fee = self.amount(draft, record, Field::ShippingFee).unwrap_or(0);
            let sums = |goods: i64| [goods, goods + fee, goods - off, goods + fee - off].contains(&paid);
            match (sums(price), price.checked_mul(quantity).is_some_and(sums)) {
                (true, false) => meaning = Meaning::Row,
                (false, true) => meaning = Meaning::Piece,
                (true, true) => {}
                (false, false) => {
                    let column = self.reading.columns.cell(record, if of_one.is_some() { Field::UnitPrice } else { Field::LineTotal });
                    let (column, text) = column.map_or((None, ""), |(c, t)| (Some(c), t));
                    // Only where the row tells everything that a sum is made of is a sum that fits neither way worth a word.
                    let all_told =
                        [Field::Discount, Field::ShippingFee].into_iter().all(|f| self.reading.columns.cell(record, f).is_some());
                    if all_told {
                        draft.notices.push(self.problem_in(Fault::PriceUnclear, record, column, text));
                    }
                }
            }
        }
        match meaning {
            Meaning::Piece => RowPrice { of_one: Some(price), goods: price.checked_mul(quantity) },
            Meaning::Row => RowPrice {
                of_one: (price % quantity == 0).then(|| (price / quantity).abs()),
                goods: Some(if quantity < 0 { -price.abs() } else { price }),
            },
        }
    }
}
