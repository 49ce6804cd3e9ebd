//! A later file moves an order forward only, and never over what the seller wrote by hand.

use super::draft::{Draft, ItemDraft};
use super::platforms::{NumbersAre, Status};
use crate::orders::store::{ItemRow, OrderRow};
use crate::phone::Phone;

/// What a file would make of a stored order.
#[derive(Debug, Clone)]
pub struct Merged {
    /// The order as it would be.
    pub order: OrderRow,
    /// Its items, where they would change.
    pub items: Option<Vec<ItemDraft>>,
    /// Columns that would change, by name.
    pub changed: Vec<&'static str>,
    /// Columns the file would change but the seller wrote by hand.
    pub kept: Vec<&'static str>,
}

/// Compares a stored order with what a file says. `None`: this is another order that happens to have the same
/// number (only where each shop counts for itself).
pub fn merge(stored: &OrderRow, items: &[ItemRow], draft: &Draft, numbers: NumbersAre) -> Option<Merged> {
    if numbers == NumbersAre::PerShop && stored.placed_at.zip(draft.placed_at).is_some_and(|(a, b)| a != b) {
        return None;
    }
    let older = is_older(stored, draft);
    let mut merged = Merged { order: stored.clone(), items: None, changed: Vec::new(), kept: Vec::new() };
    let hand = |column: &str| stored.is_hand_edited(column);

    {
        let Merged { order, changed, kept, .. } = &mut merged;
        let mut text = |column: &'static str, target: &mut String, new: &str| {
            if new.is_empty() || target == new || older && !target.is_empty() {
                return;
            }
            if hand(column) {
                kept.push(column);
            } else {
                new.clone_into(target);
                changed.push(column);
            }
        };
        text("recipient", &mut order.recipient, &draft.recipient);
        text("phone", &mut order.phone, draft.phone.as_ref().map_or("", Phone::as_str));
        text("province", &mut order.province, &draft.province);
        text("city", &mut order.city, &draft.city);
        text("district", &mut order.district, &draft.district);
        text("address", &mut order.address, &draft.address);
        text("zip", &mut order.zip, &draft.zip);
        text("country", &mut order.country, &draft.country);
        text("courier", &mut order.courier, &draft.courier);
        text("tracking", &mut order.tracking, &draft.tracking);
        text("buyer_message", &mut order.buyer_message, &draft.buyer_message);
        text("seller_note", &mut order.seller_note, &draft.seller_note);
        text("status_text", &mut order.status_text, &draft.status_text);
    }
    {
        let Merged { order, changed, kept, .. } = &mut merged;
        let mut number = |column: &'static str, target: &mut Option<i64>, new: Option<i64>| {
            if new.is_none() || *target == new || older && target.is_some() {
                return;
            }
            if hand(column) {
                kept.push(column);
            } else {
                *target = new;
                changed.push(column);
            }
        };
        number("goods", &mut order.goods, draft.goods);
        number("shipping_fee", &mut order.shipping_fee, draft.shipping_fee);
        number("discount", &mut order.discount, draft.discount);
        number("paid", &mut order.paid, draft.paid);
        number("placed_at", &mut order.placed_at, draft.placed_at);
        number("paid_at", &mut order.paid_at, draft.paid_at);
        number("shipped_at", &mut order.shipped_at, draft.shipped_at);
        number("completed_at", &mut order.completed_at, draft.completed_at);
    }
    if let Some(refunded) = draft.refunded.filter(|r| *r > stored.refunded) {
        merged.order.refunded = refunded;
        merged.changed.push("refunded");
    }
    if let Some(status) = draft.status.filter(|s| *s != stored.status && *s != Status::Unknown && !older) {
        if hand("status") {
            merged.kept.push("status");
        } else {
            merged.order.status = status;
            merged.changed.push("status");
        }
    }
    if stored.paid.is_none() && draft.paid.is_some() && stored.currency != draft.currency() {
        merged.order.currency = draft.currency();
        merged.changed.push("currency");
    }
    let replaces = if draft.items.is_empty() {
        false
    } else if draft.items_are_summary {
        items.is_empty()
    } else {
        !(same_items(items, &draft.items) || older && stored.items_print.is_some())
    };
    if replaces {
        merged.items = Some(draft.items.clone());
        merged.changed.push("items");
    }
    Some(merged)
}

/// Whether the file was exported before what is stored: its status or refund is further back.
fn is_older(stored: &OrderRow, draft: &Draft) -> bool {
    let rank = |status: Status| match status {
        Status::Unknown => None,
        Status::Unpaid => Some(1),
        Status::Paid => Some(2),
        Status::Shipped => Some(3),
        Status::Completed => Some(4),
        Status::Closed => Some(5),
    };
    match (rank(stored.status), draft.status.and_then(rank)) {
        (Some(stored), Some(new)) if new != stored => new < stored,
        _ => draft.refunded.is_some_and(|r| r < stored.refunded),
    }
}

fn same_items(stored: &[ItemRow], new: &[ItemDraft]) -> bool {
    stored.len() == new.len()
        && stored.iter().zip(new).all(|(a, b)| {
            (&a.title, &a.code, &a.variant, a.quantity, a.unit_price, a.refunded)
                == (&b.title, &b.code, &b.variant, b.quantity, b.unit_price, b.refunded)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn stored(status: Status) -> OrderRow {
        let row = serde_json::json!({
            "id": 1, "shop_id": 1, "number": "1", "customer_id": null, "review_id": null, "status": status, "status_text": "",
            "currency": "CNY", "goods": null, "shipping_fee": null, "discount": null, "paid": 100, "refunded": 0, "placed_at": 5,
            "paid_at": null, "shipped_at": null, "completed_at": null, "recipient": "甲", "phone": "", "province": "", "city": "",
            "district": "", "address": "", "zip": "", "country": "", "courier": "", "tracking": "", "buyer_message": "",
            "seller_note": "mine", "hand_edited": "seller_note", "created_run": 1, "order_print": 1, "order_run": 1,
            "order_rows": "2", "items_print": null, "items_run": null, "items_rows": "",
        });
        serde_json::from_value(row).unwrap()
    }

    fn draft(status: Status) -> Draft {
        Draft { number: "1".into(), status: Some(status), currency: Some(Currency::CNY), paid: Some(100), ..Draft::default() }
    }

    #[test]
    fn status_moves_forward_and_never_back() {
        let forward = merge(&stored(Status::Paid), &[], &draft(Status::Shipped), NumbersAre::Global).unwrap();
        assert_eq!((forward.order.status, forward.changed), (Status::Shipped, vec!["status"]));
        let back = merge(&stored(Status::Completed), &[], &draft(Status::Paid), NumbersAre::Global).unwrap();
        assert!(back.changed.is_empty());
    }

    #[test]
    fn an_older_file_only_fills_what_is_blank() {
        let older = Draft { tracking: "SF1".into(), recipient: "乙".into(), ..draft(Status::Paid) };
        let merged = merge(&stored(Status::Completed), &[], &older, NumbersAre::Global).unwrap();
        assert_eq!(merged.changed, vec!["tracking"]);
        assert_eq!(merged.order.recipient, "甲");
    }

    #[test]
    fn what_the_seller_wrote_by_hand_stays_and_is_named() {
        let new = Draft { seller_note: "theirs".into(), ..draft(Status::Paid) };
        let merged = merge(&stored(Status::Paid), &[], &new, NumbersAre::Global).unwrap();
        assert_eq!((merged.order.seller_note.as_str(), merged.kept), ("mine", vec!["seller_note"]));
    }

    #[test]
    fn refunds_only_grow() {
        let mut before = stored(Status::Completed);
        before.refunded = 30;
        let less = Draft { refunded: Some(0), ..draft(Status::Completed) };
        assert!(merge(&before, &[], &less, NumbersAre::Global).unwrap().changed.is_empty());
        let more = Draft { refunded: Some(50), ..draft(Status::Completed) };
        assert_eq!(merge(&before, &[], &more, NumbersAre::Global).unwrap().order.refunded, 50);
    }

    #[test]
    fn the_same_number_at_another_time_is_another_order_where_shops_count_for_themselves() {
        let other = Draft { placed_at: Some(6), ..draft(Status::Paid) };
        assert!(merge(&stored(Status::Paid), &[], &other, NumbersAre::PerShop).is_none());
        assert!(merge(&stored(Status::Paid), &[], &other, NumbersAre::Global).is_some());
    }
}
