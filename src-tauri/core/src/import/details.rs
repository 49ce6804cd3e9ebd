//! The examples behind the numbers of a plan.

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::draft::{Draft, ItemDraft};
use super::matching::{Decision, Person, Question, Reason};
use crate::error::Result;
use crate::orders::store::{ItemRow, OrderRow};

/// An order as a list of the preview shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct PlannedOrder {
    pub row: u32,
    pub number: String,
    pub name: String,
    pub placed_at: Option<i64>,
    pub status_text: String,
    pub items: String,
    pub currency: String,
    pub paid: Option<i64>,
    pub refunded: i64,
    /// For changed orders: what changes.
    pub changes: Vec<FieldChange>,
}

/// One value before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct FieldChange {
    /// Column of the orders table, or `items`.
    pub column: String,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

/// A new customer as the preview shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct PlannedPerson {
    pub row: u32,
    pub name: String,
    pub buyer_id: String,
    pub phone: String,
    pub region: String,
}

/// A question as the preview shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct PlannedQuestion {
    pub index: u32,
    pub reason: Reason,
    pub name: String,
    pub buyer_id: String,
    pub phone: String,
    pub email: String,
    /// Name of the customer it may be.
    pub candidate: String,
    pub decision: Decision,
}

/// Examples behind the numbers, at most [`Details::MOST`] of each kind; questions and rejected rows are whole.
#[derive(Debug, Clone, Default, PartialEq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct Details {
    /// IANA zone in which the times of the file are read and shown.
    pub time_zone: String,
    pub new_orders: Vec<PlannedOrder>,
    pub changed_orders: Vec<PlannedOrder>,
    pub unchanged_orders: Vec<PlannedOrder>,
    pub new_customers: Vec<PlannedPerson>,
    pub questions: Vec<PlannedQuestion>,
}

impl Details {
    /// How many examples of a kind are kept.
    pub const MOST: usize = 500;
}

pub(super) fn order_line(draft: &Draft, changes: Vec<FieldChange>) -> PlannedOrder {
    const TITLES: usize = 3;
    let mut items: Vec<&str> = draft.items.iter().take(TITLES).map(|i| i.title.as_str()).collect();
    if draft.items.len() > TITLES {
        items.push("…");
    }
    PlannedOrder {
        row: draft.rows.first().copied().unwrap_or(0),
        number: draft.number.clone(),
        name: if draft.recipient.is_empty() { draft.buyer_id.clone() } else { draft.recipient.clone() },
        placed_at: draft.placed_at,
        status_text: draft.status_text.clone(),
        items: items.join("、"),
        currency: draft.currency().to_string(),
        paid: draft.paid,
        refunded: draft.refunded.unwrap_or(0),
        changes,
    }
}

pub(super) fn person_line(draft: &Draft) -> PlannedPerson {
    PlannedPerson {
        row: draft.rows.first().copied().unwrap_or(0),
        name: if draft.buyer_name.is_empty() { draft.recipient.clone() } else { draft.buyer_name.clone() },
        buyer_id: draft.buyer_id.clone(),
        phone: draft.phone.as_ref().map(|p| p.as_str().to_owned()).unwrap_or_default(),
        region: [crate::regions::short_province(&draft.province), crate::regions::short_city(&draft.city)].join(" ").trim().to_owned(),
    }
}

pub(super) fn question_lines(connection: &Connection, questions: &[Question], new: &[PlannedPerson]) -> Result<Vec<PlannedQuestion>> {
    let mut lines = Vec::with_capacity(questions.len());
    for (index, question) in questions.iter().enumerate() {
        let candidate = match question.candidate {
            Person::Known(id) => connection
                .prepare_cached("SELECT name FROM customers WHERE id = ?1")?
                .query_row([id], |r| r.get(0))
                .optional()?
                .unwrap_or_default(),
            Person::New(n) => new.get(n as usize).map(|p| p.name.clone()).unwrap_or_default(),
            _ => String::new(),
        };
        lines.push(PlannedQuestion {
            index: index as u32,
            reason: question.reason,
            name: question.name.clone(),
            buyer_id: question.buyer_id.clone(),
            phone: question.phone.clone(),
            email: question.email.clone(),
            candidate,
            decision: Decision::Later,
        });
    }
    Ok(lines)
}

pub(super) fn field_change(
    column: &str,
    before: &OrderRow,
    after: &OrderRow,
    items: &[ItemRow],
    new_items: Option<&[ItemDraft]>,
) -> FieldChange {
    let text = |row: &OrderRow| -> String {
        let value = serde_json::to_value(row).ok().and_then(|v| v.get(column).cloned());
        match value {
            Some(serde_json::Value::String(s)) => s,
            Some(serde_json::Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        }
    };
    if column == "items" {
        let titles = |t: Vec<&str>| t.join("、");
        return FieldChange {
            column: column.to_owned(),
            before: titles(items.iter().map(|i| i.title.as_str()).collect()),
            after: titles(new_items.unwrap_or_default().iter().map(|i| i.title.as_str()).collect()),
        };
    }
    FieldChange { column: column.to_owned(), before: text(before), after: text(after) }
}
