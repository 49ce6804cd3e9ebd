//! The next step of every open case whose clock runs.

use rusqlite::Transaction;

use super::{Day, Due, Said, Source, id_in};
use crate::complaints::state::{Move, Stage};
use crate::complaints::{steps, store};
use crate::contacts::record::About;
use crate::error::Result;
use crate::phrases::values::PhraseAbout;
use crate::time::Moment;

pub(crate) struct Complaints;

impl Source for Complaints {
    fn name(&self) -> &'static str {
        "complaint"
    }

    fn due(&self, day: &Day<'_>) -> Result<Vec<Due>> {
        let mut statement =
            day.connection.prepare_cached("SELECT id, due_at, customer_id, order_id FROM complaints WHERE due_at <= ?1 ORDER BY due_at")?;
        let rows = statement.query_map([day.horizon], |r| {
            let id: i64 = r.get(0)?;
            let about = About { complaint_id: Some(id), customer_id: r.get(2)?, order_id: r.get(3)?, review_id: None };
            Ok(Due { key: format!("complaint:{id}"), at: r.get(1)?, wish: false, about: PhraseAbout { about, promise_id: None } })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn say(&self, day: &Day<'_>, due: &Due) -> Result<Said> {
        let row = store::by_id(day.connection, id_in(&due.key)?)?;
        // It stands in quotes: what the buyer said, not how the shop put it.
        let words = if row.words.is_empty() { row.problem } else { row.words };
        Ok(Said {
            subject: words.chars().take(60).collect(),
            detail: row.product,
            word: row.stage.as_str().to_owned(),
            scene: scene_of(row.stage),
            days: None,
        })
    }

    /// The step is done, if everything it needs is written down; else the error says what lacks.
    fn done(&self, tx: &Transaction<'_>, key: &str, now: Moment) -> Result<()> {
        let mut row = store::by_id(tx, id_in(key)?)?;
        steps::make(tx, &mut row, &Move::Done, now)
    }

    fn skip(&self, tx: &Transaction<'_>, key: &str, reason: &str, now: Moment) -> Result<()> {
        let mut row = store::by_id(tx, id_in(key)?)?;
        steps::make(tx, &mut row, &Move::Skip { reason: reason.to_owned() }, now)
    }
}

/// The scene whose phrases fit a stage.
pub(crate) fn scene_of(stage: Stage) -> &'static str {
    match stage {
        Stage::Closed => "",
        stage => stage.as_str(),
    }
}
