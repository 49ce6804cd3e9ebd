//! Fixes that should be done by now.

use rusqlite::{Transaction, params};

use super::{Day, Due, Said, Source, id_in};
use crate::error::{Error, Result};
use crate::phrases::values::PhraseAbout;
use crate::time::{Moment, local_day, second_of_day};

pub(crate) struct Fixes;

impl Source for Fixes {
    fn name(&self) -> &'static str {
        "fix"
    }

    fn due(&self, day: &Day<'_>) -> Result<Vec<Due>> {
        let last = local_day(day.horizon, day.now.zone).map(|d| d.to_string()).unwrap_or_default();
        let mut statement =
            day.connection.prepare_cached("SELECT id, due_on FROM fixes WHERE done_at IS NULL AND due_on <= ?1 ORDER BY due_on, id")?;
        let mut rows = statement.query([last])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let (id, due_on): (i64, String) = (row.get(0)?, row.get(1)?);
            let date = due_on.parse().map_err(|_| Error::Stored { field: "fixes.due_on", value: due_on })?;
            let at = second_of_day(date, 1440, day.now.zone).map_or(day.ends, |midnight| midnight - 1);
            found.push(Due { key: format!("fix:{id}"), at, wish: false, about: PhraseAbout::default() });
        }
        Ok(found)
    }

    fn say(&self, day: &Day<'_>, due: &Due) -> Result<Said> {
        let mut statement = day.connection.prepare_cached("SELECT what, cause, product, courier FROM fixes WHERE id = ?1")?;
        let said = statement.query_row([id_in(&due.key)?], |r| {
            let (product, courier): (String, String) = (r.get(2)?, r.get(3)?);
            Ok(Said { subject: r.get(0)?, word: r.get(1)?, detail: if product.is_empty() { courier } else { product }, ..Said::default() })
        })?;
        Ok(said)
    }

    fn done(&self, tx: &Transaction<'_>, key: &str, now: Moment) -> Result<()> {
        tx.execute("UPDATE fixes SET done_at = ?2 WHERE id = ?1", params![id_in(key)?, now.at])?;
        Ok(())
    }

    /// A fix that is not made is removed; undo brings it back.
    fn skip(&self, tx: &Transaction<'_>, key: &str, _reason: &str, _now: Moment) -> Result<()> {
        tx.execute("DELETE FROM fixes WHERE id = ?1", [id_in(key)?])?;
        Ok(())
    }
}
