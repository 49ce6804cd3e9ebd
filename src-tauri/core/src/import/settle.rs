//! Settles what depends on all rows of an order: what was paid and refunded, its status, its place and time.

use chrono_tz::Tz;

use super::cells::Reader;
use super::damage;
use super::draft::Draft;
use super::fault::{Fault, Problem};
use super::platforms::{Field, Provides, Status};
use crate::error::Place;
use crate::text::is_masked;
use crate::time::{Seconds, parse_time};

impl Reader<'_> {
    /// Settles what depends on all rows of the order.
    pub(super) fn finish(&mut self, draft: &mut Draft) {
        let has_paid_time = self.reading.columns.has(Field::PaidAt);
        if draft.currency.is_none() {
            draft.currency = Some(self.default_currency);
        }
        if !draft.currency_named && self.reading.platform.currency_assumed && draft.paid.or(draft.line_paid).is_some() {
            let place =
                Place { row: draft.rows.first().copied().unwrap_or(0), column: None, value: Some(self.default_currency.to_string()) };
            draft.notices.push(Problem { fault: Fault::CurrencyAssumed, place });
        }
        self.title_items(draft);
        self.settle_parts(draft);
        if draft.cancelled && draft.status != Some(Status::Completed) {
            draft.status = Some(Status::Closed);
        }
        if draft.status_text.is_empty() && draft.status.is_none() && self.reading.platform.provides == Provides::Orders {
            let told = inferred_status(draft);
            draft.status = Some(if told == Status::Unknown { self.reading.platform.blank_status.unwrap_or(told) } else { told });
        }
        let adjusted = draft.paid.zip(draft.adjusted.filter(|a| *a > 0)).map(|(paid, left)| paid - left).filter(|r| *r > 0);
        let refunded = draft.refunded.or(draft.line_refunded).or(adjusted);
        let gross = draft.paid.or(draft.line_paid).or_else(|| draft.paid_net.and_then(|net| net.checked_add(refunded.unwrap_or(0))));
        draft.refunded = refunded;
        let gross = gross.or_else(|| self.paid_by_items(draft));
        let came_in = |amount: i64| match draft.outstanding.filter(|owed| *owed > 0) {
            // What is still owed has not come in, whatever the words say.
            Some(owed) => amount.saturating_sub(owed).max(0),
            None if self.is_deposit(draft, amount) => amount,
            None if was_paid(draft, has_paid_time) => amount,
            None => 0,
        };
        draft.paid = gross.map(came_in);
        self.settle_return(draft);
        if draft.says_refunded
            && self.reading.platform.refund_is_whole
            && draft.refunded.unwrap_or(0) == 0
            && let Some(paid) = draft.paid.filter(|p| *p > 0)
        {
            draft.refunded = Some(paid);
            let place = Place { row: draft.rows.first().copied().unwrap_or(0), column: None, value: Some(draft.status_text.clone()) };
            draft.notices.push(Problem { fault: Fault::RefundTakenAsWhole, place });
        }
        if draft.placed_at.is_none() && self.reading.platform.number_has_date {
            draft.placed_at = date_in_number(&draft.number, self.reading.zone).or(draft.paid_at);
        }
        if draft.placed_at.is_none() {
            draft.placed_at = draft.paid_at;
        }
        crate::regions::complete(&mut draft.province, &mut draft.city, &mut draft.district, &mut draft.address, &mut draft.zip);
        if let Some(zip) = damage::restored_zip(&draft.zip, &draft.country) {
            let place = Place { row: draft.rows.first().copied().unwrap_or(0), column: None, value: Some(draft.zip.clone()) };
            draft.notices.push(Problem { fault: Fault::RepairedZip, place });
            draft.zip = zip;
        }
        if is_masked(&draft.buyer_id) {
            draft.buyer_id.clear();
        }
        // An account that is an e-mail address is one however it is written.
        if draft.buyer_id.contains('@') && draft.buyer_id.chars().any(char::is_uppercase) {
            draft.buyer_id = draft.buyer_id.to_lowercase();
        }
        if is_masked(&draft.email) || !draft.email.contains('@') {
            draft.email.clear();
        }
        if draft.email.chars().any(char::is_uppercase) {
            draft.email = draft.email.to_lowercase();
        }
        draft.settle(self.reading.platform.provides);
    }
}

impl Reader<'_> {
    /// Whether a sum came in for an order that still waits for the rest: less than what is due, on a platform whose column
    /// says what was really paid.
    fn is_deposit(&self, draft: &Draft, amount: i64) -> bool {
        let due = draft.goods.map(|goods| goods.saturating_add(draft.shipping_fee.unwrap_or(0)));
        self.reading.platform.paid_is_received && draft.status == Some(Status::Unpaid) && amount > 0 && due.is_some_and(|due| amount < due)
    }

    /// What the rows of an order cost together, where the file has no column for what was paid.
    fn paid_by_items(&self, draft: &mut Draft) -> Option<i64> {
        let columns = &self.reading.columns;
        let told = [Field::Paid, Field::PaidNet, Field::LinePaid].into_iter().any(|field| columns.has(field));
        if told || draft.unpriced_rows || self.reading.platform.provides != Provides::Orders {
            return None;
        }
        let fee = draft.shipping_fee.unwrap_or(0);
        let sum = draft.goods_of_rows?.checked_add(fee)?.checked_sub(draft.discount.unwrap_or(0)).filter(|sum| *sum >= 0)?;
        let place = Place { row: draft.rows.first().copied().unwrap_or(0), column: None, value: None };
        draft.notices.push(Problem { fault: Fault::PaidFromItems, place });
        Some(sum)
    }

    /// An order all of whose rows take goods back: nothing was paid for it, and what went back is its refund.
    fn settle_return(&self, draft: &mut Draft) {
        if draft.returned_rows == 0 || draft.returned_rows as usize != draft.rows.len() || draft.paid.is_some_and(|p| p > 0) {
            return;
        }
        draft.paid = Some(0);
        if matches!(draft.status, None | Some(Status::Unknown)) {
            draft.status = Some(Status::Closed);
        }
    }
}

/// Whether money ever came in for this order.
fn was_paid(draft: &Draft, has_paid_time: bool) -> bool {
    if draft.is_void {
        return false;
    }
    if draft.paid_at.is_some() || draft.refunded.unwrap_or(0) > 0 {
        return true;
    }
    // Cash on delivery travels unpaid: the parcel's status says nothing of the money.
    if draft.payment == Some(Status::Unpaid) {
        return false;
    }
    match draft.status {
        Some(Status::Paid | Status::Shipped | Status::Completed) => true,
        Some(Status::Unpaid) => false,
        // Closed: cancelled before payment, unless the words say that money went back.
        Some(Status::Closed) => draft.says_refunded,
        Some(Status::Unknown) | None => draft.says_refunded || !has_paid_time,
    }
}

/// For files without any status: what their times tell.
fn inferred_status(draft: &Draft) -> Status {
    if draft.completed_at.is_some() {
        Status::Completed
    } else if draft.shipped_at.is_some() || !draft.tracking.is_empty() {
        Status::Shipped
    } else if draft.paid_at.is_some() {
        Status::Paid
    } else {
        Status::Unknown
    }
}

/// `260301-123456789012345` was placed on 2026-03-01.
fn date_in_number(number: &str, zone: Tz) -> Option<Seconds> {
    let (date, rest) = number.split_once('-')?;
    if date.len() != 6 || rest.len() < 6 {
        return None;
    }
    parse_time(&format!("20{date}"), zone, None).ok()
}
