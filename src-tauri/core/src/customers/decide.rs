//! Buyers who may be known customers: link, keep apart, or leave for later.

use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use super::{edit, keys, store};
use crate::error::{Error, Result};
use crate::import::matching::{Decision, Reason};
use crate::storage::{Change, Op, Shop};
use crate::time::Seconds;

/// An open question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct OpenMatch {
    pub id: i64,
    pub reason: Reason,
    pub platform: String,
    pub buyer_id: String,
    pub name: String,
    pub phone: String,
    pub email: String,
    /// Orders that wait for the answer.
    pub orders: i64,
    /// The customer it may be.
    pub candidate: Option<super::list::CustomerLine>,
}

impl Shop {
    /// How many questions are not answered yet.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn open_match_count(&self) -> Result<i64> {
        self.read(|c| Ok(c.prepare_cached("SELECT count(*) FROM match_reviews WHERE decision IS NULL")?.query_row([], |r| r.get(0))?))
    }

    /// The questions not answered yet, oldest first, at most a thousand at a time.
    ///
    /// # Errors
    /// Failures of the file; [`Error::Stored`].
    pub fn open_matches(&self) -> Result<Vec<OpenMatch>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, reason, platform, buyer_id, name, phone, email, candidate, (SELECT count(*) FROM orders WHERE review_id = m.id)
                 FROM match_reviews m WHERE decision IS NULL ORDER BY id LIMIT 1000",
            )?;
            let mut rows = statement.query([])?;
            let mut open = Vec::new();
            while let Some(row) = rows.next()? {
                let reason: String = row.get(1)?;
                let candidate: Option<i64> = row.get(7)?;
                open.push(OpenMatch {
                    id: row.get(0)?,
                    reason: [Reason::SamePhoneOtherName, Reason::SameEmail, Reason::SamePhoneAndName]
                        .into_iter()
                        .find(|r| r.as_str() == reason)
                        .ok_or(Error::Stored { field: "match_reviews.reason", value: reason })?,
                    platform: row.get(2)?,
                    buyer_id: row.get(3)?,
                    name: row.get(4)?,
                    phone: row.get(5)?,
                    email: row.get(6)?,
                    candidate: candidate.map(|id| super::list::line(connection, id)).transpose()?,
                    orders: row.get(8)?,
                });
            }
            Ok(open)
        })
    }

    /// Answers a question. Linking gives the waiting orders and the account to the candidate; keeping apart
    /// makes a new customer of them, or leaves them to whom the account is known to belong. The answer also holds for later
    /// imports.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the question is answered or its candidate is gone.
    pub fn decide_match(&self, id: i64, decision: Decision, now: Seconds) -> Result<Option<Change>> {
        if decision == Decision::Later {
            return Ok(None);
        }
        let (change, ()) = self.transact(Op::DecideMatch, now, |tx| {
            type Row = (Option<i64>, String, String, String, String, String, Option<i64>);
            let row: Option<Row> = tx
                .query_row(
                    "SELECT candidate, platform, buyer_id, name, phone, email, account_of FROM match_reviews WHERE id = ?1 AND decision IS NULL",
                    [id],
                    |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?, r.get(6)?)),
                )
                .optional()?;
            let missing = || Error::NotFound { what: "match", key: id.to_string() };
            let (candidate, platform, buyer_id, name, phone, email, account_of) = row.ok_or_else(missing)?;
            let (customer, word) = match decision {
                Decision::Link => (candidate.ok_or_else(missing)?, "linked"),
                _ if account_of.is_some() => (account_of.ok_or_else(missing)?, "apart"),
                _ => {
                    let customer = crate::orders::store::next_id(tx, "customers")?;
                    store::insert(&mut store::insert_customer(tx)?, customer, store::customer_name(&name), now, None)?;
                    tx.execute("UPDATE customers SET edited_at = ?2 WHERE id = ?1", params![customer, now])?;
                    (customer, "apart")
                }
            };
            keys::following(tx, &[customer], || {
                if !buyer_id.is_empty() && account_of.is_none() {
                    edit::add_identity(tx, customer, &platform, &buyer_id)?;
                }
                if decision == Decision::Apart && !phone.is_empty() {
                    tx.execute("INSERT OR IGNORE INTO phones (customer_id, number) VALUES (?1, ?2)", params![customer, phone])?;
                }
                if !email.is_empty() {
                    tx.execute("INSERT OR IGNORE INTO emails (customer_id, address) VALUES (?1, ?2)", params![customer, email])?;
                }
                Ok(())
            })?;
            tx.execute("UPDATE orders SET customer_id = ?2, review_id = NULL WHERE review_id = ?1", params![id, customer])?;
            tx.execute(
                "UPDATE match_reviews SET decision = ?2, customer_id = ?3, decided_at = ?4 WHERE id = ?1",
                params![id, word, customer, now],
            )?;
            edit::orders_moved(tx, &[Some(customer)])?;
            Ok((name, ()))
        })?;
        Ok(Some(change))
    }
}
