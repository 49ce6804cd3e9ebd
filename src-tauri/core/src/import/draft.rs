//! One order as a file tells it, before it is compared with what is stored.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::fault::Problem;
use super::parts::Part;
use super::platforms::{Provides, Status};
use crate::money::Currency;
use crate::phone::Phone;
use crate::time::Seconds;

/// One item of an order as a file tells it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ItemDraft {
    /// Title.
    pub title: String,
    /// The seller's own code (SKU).
    pub code: String,
    /// Colour, size…
    pub variant: String,
    /// Pieces, where the file says.
    pub quantity: Option<i64>,
    /// Price of one piece in minor units, where the file says or it divides evenly.
    pub unit_price: Option<i64>,
    /// Refunded for this item.
    pub refunded: Option<i64>,
}

/// One order as a file tells it. Blank text and `None` mean that the file does not say.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)] // the fields are the columns of the orders table
pub struct Draft {
    pub number: String,
    /// Rows of the file, ascending.
    pub rows: Vec<u32>,
    pub shop_name: String,
    pub buyer_id: String,
    pub buyer_name: String,
    pub email: String,
    pub phone: Option<Phone>,
    pub recipient: String,
    pub province: String,
    pub city: String,
    pub district: String,
    pub address: String,
    pub zip: String,
    pub country: String,
    pub status: Option<Status>,
    pub status_text: String,
    pub currency: Option<Currency>,
    pub goods: Option<i64>,
    pub shipping_fee: Option<i64>,
    pub discount: Option<i64>,
    pub paid: Option<i64>,
    pub refunded: Option<i64>,
    pub placed_at: Option<Seconds>,
    pub paid_at: Option<Seconds>,
    pub shipped_at: Option<Seconds>,
    pub completed_at: Option<Seconds>,
    pub courier: String,
    pub tracking: String,
    pub buyer_message: String,
    pub seller_note: String,
    pub items: Vec<ItemDraft>,
    /// The items were read from a summary cell; item rows of another file replace them.
    pub items_are_summary: bool,
    /// Faults; any that is not a mere notice rejects the order.
    pub problems: Vec<Problem>,
    /// What was noticed.
    pub notices: Vec<Problem>,
    /// [`rows`](Draft::rows) as text: `2-4,9`.
    pub rows_text: String,
    /// A hash of what the order's own columns say; `None` where the file does not speak about them.
    pub order_print: Option<i64>,
    /// A hash of what its item rows say; `None` where the file has none.
    pub items_print: Option<i64>,
    /// A hash of who lives where.
    pub(super) address_print: u64,
    // While rows come in:
    pub(super) first_row_has_item: bool,
    pub(super) cancelled: bool,
    pub(super) says_refunded: bool,
    pub(super) is_void: bool,
    pub(super) line_paid: Option<i64>,
    pub(super) line_refunded: Option<i64>,
    pub(super) paid_net: Option<i64>,
    /// What is still owed.
    pub(super) outstanding: Option<i64>,
    /// What the file says of the payment alone, where it has a second status for the parcel.
    pub(super) payment: Option<Status>,
    /// What was left after refunds, where the platform says so; 0 means that nothing was adjusted.
    pub(super) adjusted: Option<i64>,
    /// The cell that lists all items, for item rows without titles.
    pub(super) packed: String,
    /// Whether a cell named the currency.
    pub(super) currency_named: bool,
    /// What each row says of its own status and money.
    pub(super) parts: Vec<Part>,
    /// Rows that take goods back.
    pub(super) returned_rows: u32,
    /// What the goods of all rows cost together.
    pub(super) goods_of_rows: Option<i64>,
    /// A row's goods have no price.
    pub(super) unpriced_rows: bool,
    /// Bytes of the rows it was read from.
    pub(super) bytes: usize,
    /// Items of an earlier order, whose memory is used again.
    pub(super) spare: Vec<ItemDraft>,
}

/// Memory of a text that is kept for the next order; a longer one gives it back.
const KEPT: usize = 4096;

fn blank(text: &mut String) {
    text.clear();
    text.shrink_to(KEPT);
}

impl Draft {
    /// Makes this the draft of another order. Its memory is used again: an order has some thirty texts, and
    /// asking for each and giving it back on another thread costs more than filling it.
    pub(super) fn restart(&mut self, number: &str) {
        const MOST_ITEMS: usize = 64;
        let Draft {
            number: own_number,
            rows,
            shop_name,
            buyer_id,
            buyer_name,
            email,
            phone,
            recipient,
            province,
            city,
            district,
            address,
            zip,
            country,
            status,
            status_text,
            currency,
            goods,
            shipping_fee,
            discount,
            paid,
            refunded,
            placed_at,
            paid_at,
            shipped_at,
            completed_at,
            courier,
            tracking,
            buyer_message,
            seller_note,
            items,
            items_are_summary,
            problems,
            notices,
            rows_text,
            order_print,
            items_print,
            address_print,
            first_row_has_item,
            cancelled,
            says_refunded,
            is_void,
            line_paid,
            line_refunded,
            paid_net,
            outstanding,
            payment,
            adjusted,
            packed,
            currency_named,
            parts,
            returned_rows,
            goods_of_rows,
            unpriced_rows,
            bytes,
            spare,
        } = self;
        let texts = [
            shop_name,
            buyer_id,
            buyer_name,
            email,
            recipient,
            province,
            city,
            district,
            address,
            zip,
            country,
            status_text,
            courier,
            tracking,
            buyer_message,
            seller_note,
            packed,
            rows_text,
        ];
        texts.into_iter().for_each(blank);
        blank(own_number);
        own_number.push_str(number);
        rows.clear();
        parts.clear();
        spare.append(items);
        spare.truncate(MOST_ITEMS);
        problems.clear();
        notices.clear();
        *phone = None;
        (*status, *currency) = (None, None);
        for amount in
            [goods, shipping_fee, discount, paid, refunded, line_paid, line_refunded, paid_net, outstanding, adjusted, goods_of_rows]
        {
            *amount = None;
        }
        for time in [placed_at, paid_at, shipped_at, completed_at] {
            *time = None;
        }
        (*order_print, *items_print, *payment) = (None, None, None);
        for flag in [items_are_summary, first_row_has_item, cancelled, says_refunded, is_void, currency_named, unpriced_rows] {
            *flag = false;
        }
        (*bytes, *address_print, *returned_rows) = (0, 0, 0);
    }

    /// Adds an item of which only the title and the code are known yet.
    pub(super) fn add_item(&mut self, title: &str, code: &str) -> &mut ItemDraft {
        let mut item = self.spare.pop().unwrap_or_default();
        [&mut item.title, &mut item.code, &mut item.variant].into_iter().for_each(blank);
        (item.quantity, item.unit_price, item.refunded) = (None, None, None);
        item.title.push_str(title);
        item.code.push_str(code);
        self.items.push(item);
        let last = self.items.len() - 1;
        &mut self.items[last]
    }

    /// Whether it has nothing that makes an order: no time, no money, nobody, no item. Such a row can still say more of an
    /// order that is known.
    pub(super) fn is_only_a_number(&self) -> bool {
        let person = [&self.buyer_id, &self.buyer_name, &self.email, &self.recipient, &self.address];
        let times = [self.placed_at, self.paid_at, self.shipped_at, self.completed_at];
        self.items.is_empty()
            && self.phone.is_none()
            && person.iter().all(|text| text.is_empty())
            && times.iter().all(Option::is_none)
            && self.paid.is_none()
            && self.goods.is_none()
    }

    /// The currency, the platform's where the file names none.
    pub fn currency(&self) -> Currency {
        self.currency.unwrap_or(Currency::CNY)
    }

    fn hash_of_order(&self) -> i64 {
        let mut h = FxHasher::default();
        (
            &self.buyer_id,
            &self.buyer_name,
            &self.email,
            self.phone.as_ref().map(Phone::as_str),
            &self.recipient,
            &self.province,
            &self.city,
        )
            .hash(&mut h);
        (&self.district, &self.address, &self.zip, &self.country, self.status, &self.status_text, self.currency().as_str()).hash(&mut h);
        (self.goods, self.shipping_fee, self.discount, self.paid, self.refunded).hash(&mut h);
        (self.placed_at, self.paid_at, self.shipped_at, self.completed_at).hash(&mut h);
        (&self.courier, &self.tracking, &self.buyer_message, &self.seller_note).hash(&mut h);
        if self.items_are_summary {
            self.items.hash(&mut h);
        }
        h.finish() as i64
    }

    /// Notes what its rows said, once all of them are in.
    pub(super) fn settle(&mut self, provides: Provides) {
        (self.order_print, self.items_print) = self.prints(provides);
        self.address_print = super::fx(&self.address_parts());
        self.write_rows();
    }

    /// Recipient, phone, province, city, district, detail, postcode, country.
    pub(super) fn address_parts(&self) -> [&str; 8] {
        let phone = self.phone.as_ref().map_or("", Phone::as_str);
        [&self.recipient, phone, &self.province, &self.city, &self.district, &self.address, &self.zip, &self.country]
    }

    fn prints(&self, provides: Provides) -> (Option<i64>, Option<i64>) {
        let items = (!self.items.is_empty() && !self.items_are_summary).then(|| {
            let mut h = FxHasher::default();
            self.items.hash(&mut h);
            if provides == Provides::Items {
                self.hash_of_order().hash(&mut h);
            }
            h.finish() as i64
        });
        match provides {
            Provides::Items => (None, items),
            _ => (Some(self.hash_of_order()), items),
        }
    }

    /// Writes the rows as text: `2-4,9`.
    fn write_rows(&mut self) {
        use std::fmt::Write;
        let text = &mut self.rows_text;
        text.clear();
        let mut runs = self.rows.iter().copied().peekable();
        while let Some(first) = runs.next() {
            let mut last = first;
            while runs.peek() == Some(&(last + 1)) {
                last = runs.next().unwrap_or(last);
            }
            if !text.is_empty() {
                text.push(',');
            }
            // Writing to a text cannot fail.
            let _ = if last > first { write!(text, "{first}-{last}") } else { write!(text, "{first}") };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_one_order_is_left_for_the_next() {
        let text = || "x".to_owned();
        let mut draft = Draft { number: text(), rows: vec![1], buyer_id: text(), paid: Some(1), is_void: true, ..Draft::default() };
        draft.add_item("a", "b").quantity = Some(2);
        draft.settle(Provides::Orders);
        draft.restart("2");
        draft.settle(Provides::Orders);
        let mut fresh = Draft { number: "2".into(), ..Draft::default() };
        fresh.settle(Provides::Orders);
        draft.spare.clear();
        assert_eq!(format!("{draft:?}"), format!("{fresh:?}"));
        assert_eq!(draft.add_item("c", ""), &ItemDraft { title: "c".into(), ..ItemDraft::default() });
    }

    #[test]
    fn rows_are_written_as_ranges() {
        let rows = |rows: &[u32]| {
            let mut draft = Draft { rows: rows.to_vec(), ..Draft::default() };
            draft.settle(Provides::Orders);
            draft.rows_text
        };
        assert_eq!(rows(&[2]), "2");
        assert_eq!(rows(&[2, 3, 4, 9]), "2-4,9");
    }
}
