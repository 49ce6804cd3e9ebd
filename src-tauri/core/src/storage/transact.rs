//! Every change of the shop: one transaction, one name, one way back.

use rusqlite::session::Session;
use rusqlite::{Transaction, TransactionBehavior};
use serde::{Deserialize, Serialize};

use super::open::Shop;
use crate::error::Result;
use crate::time::Seconds;

/// What a change was, as the Edit menu names it ("Undo …").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// A customer was added by hand.
    AddCustomer,
    /// Fields of a customer's profile.
    EditCustomer,
    /// A customer was deleted.
    DeleteCustomer,
    /// Tags put on or taken off.
    TagCustomers,
    /// Seller-defined fields.
    EditFields,
    /// Fields of an order.
    EditOrder,
    /// An order was given to a customer or taken from one.
    LinkOrder,
    /// A buyer who may be a known customer was linked or kept apart.
    DecideMatch,
    /// A file was imported.
    Import,
    /// An import was taken back from the history.
    UndoImport,
    /// The shop's own data: name, currency, time zone.
    EditShop,
    /// A shipping template was added, changed, copied, archived or deleted.
    EditTemplate,
    /// Weights, costs, templates of products.
    EditProducts,
    /// A courier's bill came in or was taken away.
    CourierBill,
    /// An order was entered by hand.
    AddOrder,
    /// A call or message was written down.
    RecordContact,
    /// A written-down contact was corrected.
    EditContact,
    /// A written-down contact was removed.
    DeleteContact,
    /// A dated note of a person.
    EditNote,
    /// A complaint was taken in.
    TakeComplaint,
    /// The forms of a complaint.
    EditComplaint,
    /// A complaint went to another step, was closed, reopened or set waiting.
    MoveComplaint,
    /// A complaint was removed.
    DeleteComplaint,
    /// A file was added to a complaint or taken from it.
    Attach,
    /// What was given for a fault.
    EditRemedy,
    /// A promise was made, kept, broken or changed.
    EditPromise,
    /// What will be changed so that a cause does not come back.
    EditFix,
    /// The seller's phrases.
    EditPhrase,
    /// Working hours, days off, standards.
    EditRules,
    /// A line of a day's list was done, snoozed or skipped.
    MarkTask,
    /// A filter was kept under a name.
    SaveView,
    /// Reviews came in from a file, a paste or by hand.
    ImportReviews,
    /// What is known and done about a review.
    EditReview,
    /// A public reply to a review.
    AnswerReview,
    /// A review was removed.
    DeleteReview,
    /// A platform's scores of the shop and what happened beside them.
    EditScores,
}

impl Op {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Op::AddCustomer => "add_customer",
            Op::EditCustomer => "edit_customer",
            Op::DeleteCustomer => "delete_customer",
            Op::TagCustomers => "tag_customers",
            Op::EditFields => "edit_fields",
            Op::EditOrder => "edit_order",
            Op::LinkOrder => "link_order",
            Op::DecideMatch => "decide_match",
            Op::Import => "import",
            Op::UndoImport => "undo_import",
            Op::EditShop => "edit_shop",
            Op::EditTemplate => "edit_template",
            Op::EditProducts => "edit_products",
            Op::CourierBill => "courier_bill",
            Op::AddOrder => "add_order",
            Op::RecordContact => "record_contact",
            Op::EditContact => "edit_contact",
            Op::DeleteContact => "delete_contact",
            Op::EditNote => "edit_note",
            Op::TakeComplaint => "take_complaint",
            Op::EditComplaint => "edit_complaint",
            Op::MoveComplaint => "move_complaint",
            Op::DeleteComplaint => "delete_complaint",
            Op::Attach => "attach",
            Op::EditRemedy => "edit_remedy",
            Op::EditPromise => "edit_promise",
            Op::EditFix => "edit_fix",
            Op::EditPhrase => "edit_phrase",
            Op::EditRules => "edit_rules",
            Op::MarkTask => "mark_task",
            Op::SaveView => "save_view",
            Op::ImportReviews => "import_reviews",
            Op::EditReview => "edit_review",
            Op::AnswerReview => "answer_review",
            Op::DeleteReview => "delete_review",
            Op::EditScores => "edit_scores",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Op> {
        const ALL: [Op; 36] = [
            Op::AddCustomer,
            Op::EditCustomer,
            Op::DeleteCustomer,
            Op::TagCustomers,
            Op::EditFields,
            Op::EditOrder,
            Op::LinkOrder,
            Op::DecideMatch,
            Op::Import,
            Op::UndoImport,
            Op::EditShop,
            Op::EditTemplate,
            Op::EditProducts,
            Op::CourierBill,
            Op::AddOrder,
            Op::RecordContact,
            Op::EditContact,
            Op::DeleteContact,
            Op::EditNote,
            Op::TakeComplaint,
            Op::EditComplaint,
            Op::MoveComplaint,
            Op::DeleteComplaint,
            Op::Attach,
            Op::EditRemedy,
            Op::EditPromise,
            Op::EditFix,
            Op::EditPhrase,
            Op::EditRules,
            Op::MarkTask,
            Op::SaveView,
            Op::ImportReviews,
            Op::EditReview,
            Op::AnswerReview,
            Op::DeleteReview,
            Op::EditScores,
        ];
        ALL.into_iter().find(|op| op.as_str() == text).ok_or_else(|| crate::Error::Stored { field: "undo_log.op", value: text.to_owned() })
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
