//! Open promises.

use rusqlite::{Transaction, params};

use super::{Day, Due, Said, Source, id_in};
use crate::contacts::record::About;
use crate::error::{Error, Result};
use crate::phrases::values::PhraseAbout;
use crate::time::Moment;

pub(crate) struct Promises;

impl Source for Promises {
    fn name(&self) -> &'static str {
        "promise"
    }

    fn due(&self, day: &Day<'_>) -> Result<Vec<Due>> {
        let mut statement = day.connection.prepare_cached(
            "SELECT id, due_at, customer_id, complaint_id, order_id FROM promises
             WHERE kept_at IS NULL AND broken_at IS NULL AND due_at <= ?1 ORDER BY due_at",
        )?;
        let rows = statement.query_map([day.horizon], |r| {
            let id: i64 = r.get(0)?;
            let about = About { customer_id: r.get(2)?, complaint_id: r.get(3)?, order_id: r.get(4)?, review_id: None };
            Ok(Due { key: format!("promise:{id}"), at: r.get(1)?, wish: false, about: PhraseAbout { about, promise_id: Some(id) } })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn say(&self, day: &Day<'_>, due: &Due) -> Result<Said> {
        let promise = crate::promises::by_id(day.connection, id_in(&due.key)?, day.now.at)?;
        Ok(Said { subject: promise.promise.what, scene: "promise", ..Said::default() })
    }

    fn done(&self, tx: &Transaction<'_>, key: &str, now: Moment) -> Result<()> {
        end(tx, key, "UPDATE promises SET kept_at = ?2, note = ?3 WHERE id = ?1 AND broken_at IS NULL", "", now)
    }

    /// Not doing what was promised breaks the promise; the reason stays with it.
    fn skip(&self, tx: &Transaction<'_>, key: &str, reason: &str, now: Moment) -> Result<()> {
        end(tx, key, "UPDATE promises SET broken_at = ?2, note = ?3 WHERE id = ?1 AND kept_at IS NULL", reason, now)
    }
}

fn end(tx: &Transaction<'_>, key: &str, sql: &str, note: &str, now: Moment) -> Result<()> {
    let id = id_in(key)?;
    if tx.execute(sql, params![id, now.at, note])? == 0 {
        return Err(Error::NotFound { what: "promise", key: id.to_string() });
    }
    Ok(())
}
