//! One order as a file tells it, before it is compared with what is stored.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::fault::Problem;
use super::platforms::{Provides, Status};
use crate::money::Currency;
use crate::text::Phone;
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
    // While rows come in:
    pub(super) first_row_has_item: bool,
    pub(super) cancelled: bool,
    pub(super) says_refunded: bool,
    pub(super) is_void: bool,
    pub(super) line_paid: Option<i64>,
    pub(super) line_refunded: Option<i64>,
    pub(super) paid_net: Option<i64>,
    /// What was left after refunds, where the platform says so; 0 means that nothing was adjusted.
    pub(super) adjusted: Option<i64>,
    /// The cell that lists all items, for item rows without titles.
    pub(super) packed: String,
    /// Whether a cell named the currency.
    pub(super) currency_named: bool,
}

impl Draft {
    /// The currency, the platform's where the file names none.
    pub fn currency(&self) -> Currency {
        self.currency.unwrap_or(Currency::CNY)
    }

    fn order_print(&self) -> i64 {
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

    /// Hashes of what the order's own columns and its item rows say, for files of this kind. `None` where the
    /// file does not speak about that part.
    pub fn prints(&self, provides: Provides) -> (Option<i64>, Option<i64>) {
        let items = (!self.items.is_empty() && !self.items_are_summary).then(|| {
            let mut h = FxHasher::default();
            self.items.hash(&mut h);
            if provides == Provides::Items {
                self.order_print().hash(&mut h);
            }
            h.finish() as i64
        });
        match provides {
            Provides::Items => (None, items),
            _ => (Some(self.order_print()), items),
        }
    }

    /// The rows as text: `2-4,9`.
    pub fn rows_text(&self) -> String {
        let mut text = String::new();
        let mut runs = self.rows.iter().copied().peekable();
        while let Some(first) = runs.next() {
            let mut last = first;
            while runs.peek() == Some(&(last + 1)) {
                last = runs.next().unwrap_or(last);
            }
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(&first.to_string());
            if last > first {
                text.push('-');
                text.push_str(&last.to_string());
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_written_as_ranges() {
        let rows = |rows: &[u32]| Draft { rows: rows.to_vec(), ..Draft::default() }.rows_text();
        assert_eq!(rows(&[2]), "2");
        assert_eq!(rows(&[2, 3, 4, 9]), "2-4,9");
    }
}
