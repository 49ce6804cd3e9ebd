//! Every change of the shop: one transaction, one name, one way back.

use rusqlite::session::Session;
use rusqlite::{Transaction, TransactionBehavior};
use serde::{Deserialize, Serialize};

use super::open::Shop;
use crate::error::Result;
use crate::time::Seconds;

/// The operations, each with its doc, its name in Rust and the one it is stored under.
macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident = $stored:literal,)+) => {
        /// What a change was, as the Edit menu names it ("Undo …").
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
        #[serde(rename_all = "snake_case")]
        pub enum Op {
            $($(#[$doc])* $name,)+
        }

        impl Op {
            /// All of them.
            pub const ALL: &[Op] = &[$(Op::$name,)+];

            /// The name it is stored under, and by which the window knows it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Op::$name => $stored,)+
                }
            }
        }
    };
}

operations! {
    /// A customer was added by hand.
    AddCustomer = "add_customer",
    /// Fields of a customer's profile.
    EditCustomer = "edit_customer",
    /// A customer was deleted.
    DeleteCustomer = "delete_customer",
    /// Tags put on or taken off.
    TagCustomers = "tag_customers",
    /// Seller-defined fields.
    EditFields = "edit_fields",
    /// Fields of an order.
    EditOrder = "edit_order",
    /// An order was given to a customer or taken from one.
    LinkOrder = "link_order",
    /// A buyer who may be a known customer was linked or kept apart.
    DecideMatch = "decide_match",
    /// A file was imported.
    Import = "import",
    /// An import was taken back from the history.
    UndoImport = "undo_import",
    /// The shop's own data: name, currency, time zone.
    EditShop = "edit_shop",
    /// A shipping template was added, changed, copied, archived or deleted.
    EditTemplate = "edit_template",
    /// Weights, costs, templates of products.
    EditProducts = "edit_products",
    /// A courier's bill came in or was taken away.
    CourierBill = "courier_bill",
    /// An order was entered by hand.
    AddOrder = "add_order",
    /// A call or message was written down.
    RecordContact = "record_contact",
    /// A written-down contact was corrected.
    EditContact = "edit_contact",
    /// A written-down contact was removed.
    DeleteContact = "delete_contact",
    /// A dated note of a person.
    EditNote = "edit_note",
    /// A complaint was taken in.
    TakeComplaint = "take_complaint",
    /// The forms of a complaint.
    EditComplaint = "edit_complaint",
    /// A complaint went to another step, was closed, reopened or set waiting.
    MoveComplaint = "move_complaint",
    /// A complaint was removed.
    DeleteComplaint = "delete_complaint",
    /// A file was added to a complaint or taken from it.
    Attach = "attach",
    /// What was given for a fault.
    EditRemedy = "edit_remedy",
    /// A promise was made, kept, broken or changed.
    EditPromise = "edit_promise",
    /// What will be changed so that a cause does not come back.
    EditFix = "edit_fix",
    /// The seller's phrases.
    EditPhrase = "edit_phrase",
    /// Working hours, days off, standards.
    EditRules = "edit_rules",
    /// A line of a day's list was done, snoozed or skipped.
    MarkTask = "mark_task",
    /// A filter was kept under a name.
    SaveView = "save_view",
    /// Reviews came in from a file, a paste or by hand.
    ImportReviews = "import_reviews",
    /// What is known and done about a review.
    EditReview = "edit_review",
    /// A public reply to a review.
    AnswerReview = "answer_review",
    /// A review was removed.
    DeleteReview = "delete_review",
    /// A platform's scores of the shop and what happened beside them.
    EditScores = "edit_scores",
}

impl Op {
    pub(crate) fn parse(text: &str) -> Result<Op> {
        let found = Op::ALL.iter().copied().find(|op| op.as_str() == text);
        found.ok_or_else(|| crate::Error::Stored { field: "undo_log.op", value: text.to_owned() })
    }
}

/// What a change did, for the screens that show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Change {
    /// What kind of change.
    pub op: Op,
    /// Whom or what it was about, in the seller's words: a name, an order number, a file name.
    pub subject: String,
    /// The shop's revision after it.
    pub revision: i64,
}

/// Tables whose rows the session extension records. Those not named here are derived, or are logs that stay.
/// `customer_keys` is derived too, but following every change costs less than rebuilding it after an undo.
///
/// What refers comes before what it refers to: a changeset is applied in this order, and a row that goes before
/// those that refer to it would set their references to nothing, so that they no longer look as recorded. In the
/// other direction SQLite looks foreign keys up only when all of it is applied.
pub(super) const RECORDED: [&str; 39] = [
    "tag_events",
    "customer_notes",
    "contact_preferences",
    "attachments",
    "remedies",
    "complaint_events",
    "promises",
    "contacts",
    "review_versions",
    "reviews",
    "complaints",
    "fixes",
    "courier_charges",
    "courier_bills",
    "items",
    "orders",
    "match_reviews",
    "custom_values",
    "custom_fields",
    "customer_tags",
    "tags",
    "identities",
    "phones",
    "emails",
    "addresses",
    "customers",
    "customer_keys",
    "products",
    "shipping_versions",
    "shipping_templates",
    "shops",
    "mappings",
    "phrases",
    "rules",
    "calendar_days",
    "task_marks",
    "saved_views",
    "shop_scores",
    "shop_notes",
];

/// How many changes back the seller can go.
const UNDO_DEPTH: i64 = 500;

impl Shop {
    /// Runs `change` in one transaction, records what takes it back, and returns what it was. A change that
    /// touched nothing leaves no entry. Whatever could be redone is dropped, as in any editor.
    ///
    /// # Errors
    /// Whatever `change` returns; then nothing was changed.
    pub fn transact<T>(&self, op: Op, now: Seconds, change: impl FnOnce(&Transaction<'_>) -> Result<(String, T)>) -> Result<(Change, T)> {
        let mut writer = self.writer()?;
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut changeset = Vec::new();
        let (subject, value) = {
            let mut session = Session::new(&tx)?;
            for table in RECORDED {
                session.attach(Some(table))?;
            }
            let done = change(&tx)?;
            session.changeset_strm(&mut changeset)?;
            done
        };
        let revision = if changeset.is_empty() {
            revision(&tx)?
        } else {
            record(&tx, op, &subject, Some(&changeset), None, now)?;
            bump_revision(&tx)?
        };
        tx.commit()?;
        Ok((Change { op, subject, revision }, value))
    }
}

/// Puts an entry on the undo stack and drops what could be redone.
pub(crate) fn record(tx: &Transaction<'_>, op: Op, subject: &str, changeset: Option<&[u8]>, run: Option<i64>, now: Seconds) -> Result<()> {
    tx.execute("DELETE FROM undo_log WHERE undone = 1", [])?;
    tx.execute(
        "INSERT INTO undo_log (at, op, subject, changeset, run_id) VALUES (?1, ?2, ?3, ?4, ?5)",
        (now, op.as_str(), subject, changeset, run),
    )?;
    tx.execute("DELETE FROM undo_log WHERE id <= (SELECT max(id) FROM undo_log) - ?1 AND run_id IS NULL", [UNDO_DEPTH])?;
    Ok(())
}

/// The number of changes this shop has seen.
pub(crate) fn revision(connection: &rusqlite::Connection) -> Result<i64> {
    let text: String = connection.query_row("SELECT value FROM meta WHERE key = 'revision'", [], |r| r.get(0))?;
    text.parse().map_err(|_| crate::Error::Stored { field: "meta.revision", value: text })
}

pub(crate) fn bump_revision(tx: &Transaction<'_>) -> Result<i64> {
    tx.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'revision'", [])?;
    revision(tx)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_has_one_name() {
        for op in Op::ALL {
            assert_eq!(serde_json::to_value(op).ok(), Some(op.as_str().into()), "the window knows it by the stored name");
            assert_eq!(Op::parse(op.as_str()).ok(), Some(*op));
        }
        assert!(Op::parse("none").is_err());
    }
}
