//! Writes exactly what a plan says, in one transaction: the whole import or none of it.

use std::sync::mpsc::sync_channel;

use rusqlite::{OptionalExtension, Transaction, TransactionBehavior};

use super::bulk::{self, Indexes};
use super::choices::Choices;
use super::matching::Decision;
use super::plan::{Plan, plan};
use super::platforms::Provides;
use super::reading::read_ahead;
use super::record_run::{KeptFile, StoredReading, pack, write_run, write_shops};
use super::report::FileReport;
use super::source::Source;
use super::write::Writer;
use super::write_people::Touched;
use crate::customers::{figures, keys};
use crate::error::{Error, Result};
use crate::orders::store::next_id;
use crate::storage::transact::{bump_revision, record, revision};
use crate::storage::{Op, Shop};
use crate::task::{Phase, Task};
use crate::time::Seconds;

impl Shop {
    /// Plans several files as they would be imported one after the other: a later file sees what an earlier one
    /// would write. Nothing is kept.
    ///
    /// # Errors
    /// As [`Shop::plan_import`], for the first file that fails, with its place in the list.
    pub fn plan_imports(&self, files: &[(Source, Choices)], task: &Task, now: Seconds) -> std::result::Result<Vec<Plan>, (usize, Error)> {
        if let [(source, choices)] = files {
            return self.plan_import(source, choices, task).map(|p| vec![p]).map_err(|e| (0, e));
        }
        let mut writer = self.writer().map_err(|e| (0, e))?;
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| (0, e.into()))?;
        let mut plans = Vec::with_capacity(files.len());
        for (index, (source, choices)) in files.iter().enumerate() {
            let planned = plan(&tx, source, choices, task).map_err(|e| (index, e))?;
            if index + 1 < files.len() {
                write(&tx, &planned, &[], None, task, now).map_err(|e| (index, e))?;
            }
            plans.push(planned);
        }
        drop(tx);
        Ok(plans)
    }

    /// Imports what the plans say, all of them or none. A verified backup of the last hour is made sure of
    /// before. `decisions` answer the questions of each plan; what is not answered stays open.
    ///
    /// # Errors
    /// [`Error::PlanStale`] where the shop changed since the plans were made, [`Error::FileChanged`] where a file
    /// did, [`Error::Cancelled`]; then nothing was changed.
    pub fn apply_imports(&self, plans: &[(&Plan, Vec<(u32, Decision)>)], task: &Task, now: Seconds) -> Result<Vec<FileReport>> {
        task.step(Phase::BackingUp, 0, 0)?;
        self.backup_before_import(now)?;
        if plans.iter().any(|(plan, _)| bulk::is_large(plan.report.orders)) {
            let mut writer = self.writer_without_foreign_keys()?;
            apply(writer.transaction()?, plans, task, now)
        } else {
            let mut writer = self.writer()?;
            apply(writer.transaction_with_behavior(TransactionBehavior::Immediate)?, plans, task, now)
        }
    }
}

fn apply(tx: Transaction<'_>, plans: &[(&Plan, Vec<(u32, Decision)>)], task: &Task, now: Seconds) -> Result<Vec<FileReport>> {
    let present = revision(&tx)?;
    if plans.iter().any(|(plan, _)| plan.revision != present) {
        return Err(Error::PlanStale);
    }
    let mut reports = Vec::with_capacity(plans.len());
    let mut answered = false;
    for (shown, answers) in plans {
        // A later file was planned as if nothing had been answered yet. Where something was, who is who after
        // the earlier file is another matter, so it is planned once more.
        let again = if answered { Some(plan(&tx, &shown.source, &shown.choices, task)?) } else { None };
        let (plan, decisions) = match &again {
            Some(again) => (again, carried(answers, shown, again)?),
            None => (*shown, answers.clone()),
        };
        answered |= decisions.iter().any(|(_, decision)| *decision != Decision::Later);
        let run = write(&tx, plan, &decisions, None, task, now)?;
        record(&tx, Op::Import, &plan.source.name, None, Some(run), now)?;
        reports.push(FileReport { applied: true, import_id: Some(run), ..plan.report.clone() });
    }
    bump_revision(&tx)?;
    task.step(Phase::Indexing, 0, 0)?;
    tx.commit()?;
    Ok(reports)
}

/// The answers to a plan's questions as answers to those of a newer plan of the same file, by whom they are about.
/// A question that an earlier file's answer settled is gone.
fn carried(answers: &[(u32, Decision)], shown: &Plan, again: &Plan) -> Result<Vec<(u32, Decision)>> {
    if shown.digest != again.digest {
        return Err(Error::FileChanged(shown.source.name.clone()));
    }
    let mut carried = Vec::new();
    for (index, decision) in answers {
        let Some(asked) = shown.questions.get(*index as usize) else { continue };
        let same = again.questions.iter().position(|q| {
            (q.reason, &q.buyer_id, &q.name, &q.phone, &q.email) == (asked.reason, &asked.buyer_id, &asked.name, &asked.phone, &asked.email)
        });
        carried.extend(same.map(|at| (at as u32, *decision)));
    }
    Ok(carried)
}

/// Imports again what a run brought, from its kept file, in its old place in the history.
pub(crate) fn again(tx: &Transaction<'_>, run: i64, now: Seconds) -> Result<()> {
    let (name, reading): (String, String) = tx
        .query_row("SELECT file_name, reading FROM import_runs WHERE id = ?1", [run], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?
        .ok_or_else(|| Error::NotFound { what: "import", key: run.to_string() })?;
    let reading: StoredReading =
        serde_json::from_str(&reading).map_err(|e| Error::Stored { field: "import_runs.reading", value: e.to_string() })?;
    let file = super::history::unpack(tx, run)?;
    let source = Source { path: file.path().to_owned(), name };
    let task = Task::quiet();
    let planned = plan(tx, &source, &reading.choices, &task)?;
    write(tx, &planned, &reading.decisions, Some(run), &task, now)?;
    Ok(())
}

/// Writes one plan; the run's id.
fn write(tx: &Transaction<'_>, plan: &Plan, decisions: &[(u32, Decision)], rerun: Option<i64>, task: &Task, now: Seconds) -> Result<i64> {
    let run = match rerun {
        Some(run) => {
            tx.execute("UPDATE import_runs SET undone_at = NULL WHERE id = ?1", [run])?;
            run
        }
        None => next_id(tx, "import_runs")?,
    };
    let shops = write_shops(tx, plan, run)?;
    if rerun.is_none() {
        let stored = StoredReading { choices: plan.choices.clone(), decisions: decisions.to_vec(), renamed: shops.renamed.clone() };
        write_run(tx, plan, run, &stored, now)?;
    }
    if plan.reading.platform.provides == Provides::Customers {
        super::customers_file::write(tx, plan, run, rerun.is_none(), task, now)?;
        return Ok(run);
    }
    plan.seen.store(tx, run)?;
    let mut indexes = Indexes::drop_for(tx, plan.report.orders)?;
    write_orders(tx, plan, decisions, run, shops.ids, &mut indexes, rerun.is_none(), task, now)?;
    Ok(run)
}

/// Writes the orders of a plan, and what is derived from them. Meanwhile other threads read the file ahead,
/// compress it to be kept, and gather what the new customers can be found by.
#[allow(clippy::too_many_arguments)] // the one place where all of it comes together
fn write_orders(
    tx: &Transaction<'_>,
    plan: &Plan,
    decisions: &[(u32, Decision)],
    run: i64,
    shops: Vec<i64>,
    indexes: &mut Indexes<'_>,
    keep_file: bool,
    task: &Task,
    now: Seconds,
) -> Result<()> {
    let changed = || Error::FileChanged(plan.source.name.clone());
    std::thread::scope(|scope| -> Result<()> {
        let (pieces, packed) = sync_channel::<Vec<u8>>(4);
        let packer = scope.spawn(move || keep_file.then(|| pack(&plan.source, &pieces)).transpose());
        let mut kept_file = KeptFile::new(tx, run, packed);
        let (mut gathering, gathered) = keys::gather();
        let gatherer = scope.spawn(move || gathered.all());
        let mut writer = Writer::new(tx, plan, decisions, run, shops, now, |found| gathering.add(found))?;
        let pass = read_ahead(&plan.source, &plan.reading, &plan.survey, &Task::quiet(), |drafts| {
            let (at, total) = writer.progress();
            task.step(Phase::Writing, at, total)?;
            kept_file.keep_some()?;
            indexes.keep_schema_near()?;
            drafts.iter().try_for_each(|draft| writer.take(draft))
        })?;
        kept_file.keep_rest()?;
        let kept = packer.join().map_err(|_| changed())??;
        if pass.digest != plan.digest || kept.is_some_and(|kept| kept != plan.digest) {
            return Err(changed());
        }
        let (touched, late) = writer.finish()?;
        drop(gathering);
        task.step(Phase::Indexing, 0, 0)?;
        indexes.rebuild(tx, &["orders", "items", "identities", "phones", "emails"])?;
        late.insert(tx, run, now)?;
        match touched {
            Touched::Some(ids) => figures::recompute(tx, ids.iter().copied())?,
            Touched::Many(places) => figures::recompute_all(tx, &places)?,
        }
        gatherer.join().map_err(|_| changed())?.write(tx)?;
        // Figures move three indexes of customers; those are built after them.
        indexes.rebuild(tx, &["customers"])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{Demo, write_taobao};

    const ORDERS: u32 = 300;

    /// A shop with the file imported in parts of at most `most` orders: its rows, its indexes, its broken rules.
    fn imported_in_parts_of(most: usize) -> (Vec<String>, Vec<String>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let whole = folder.path().join("orders.csv");
        write_taobao(Demo { orders: ORDERS, seed: 5, until: 1_790_000_000 }, &whole).unwrap();
        let bytes = std::fs::read(&whole).unwrap();
        let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
        let (header, rows) = lines.split_first().unwrap();
        let shop = Shop::open(&folder.path().join("shop"), 0).unwrap();
        for part in rows.chunks(most) {
            let path = folder.path().join("part.csv");
            std::fs::write(&path, [*header, &part.concat()].concat()).unwrap();
            let plan = shop.plan_import(&Source::new(&path), &Choices::default(), &Task::quiet()).unwrap();
            assert_eq!(bulk::is_large(plan.report.orders), most as u32 >= ORDERS, "the part is written the way it is meant to test");
            shop.apply_imports(&[(&plan, Vec::new())], &Task::quiet(), 0).unwrap();
        }
        let broken = shop.check().unwrap().into_iter().filter(|c| c.violations > 0).map(|c| c.name).collect();
        assert_eq!(shop.writer().unwrap().pragma_query_value(None, "foreign_keys", |r| r.get::<_, i64>(0)).unwrap(), 1);
        let rows = shop
            .read(|connection| {
                let mut lines = Vec::new();
                for table in ["orders", "items", "customers", "identities", "phones", "addresses", "products"] {
                    // But for the run and the rows of the file, which differ.
                    let sql = format!("SELECT group_concat(name) FROM pragma_table_info('{table}') WHERE name NOT GLOB '*_r[uo][nw]*'");
                    let columns: String = connection.query_row(&sql, [], |r| r.get(0))?;
                    let mut statement = connection.prepare(&format!("SELECT json_array({columns}) FROM {table} ORDER BY id"))?;
                    let mut rows = statement.query([])?;
                    while let Some(row) = rows.next()? {
                        lines.push(format!("{table} {}", row.get::<_, String>(0)?));
                    }
                }
                let mut statement = connection.prepare("SELECT key || ' ' || customer_id FROM customer_keys ORDER BY 1")?;
                lines.extend(statement.query_map([], |r| r.get::<_, String>(0))?.flatten());
                Ok(lines)
            })
            .unwrap();
        let indexes = shop
            .read(|connection| {
                let mut statement = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name")?;
                Ok(statement.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?)
            })
            .unwrap();
        (rows, indexes, broken)
    }

    #[test]
    fn a_large_file_leaves_what_its_parts_leave() {
        let (whole, whole_indexes, broken) = imported_in_parts_of(ORDERS as usize);
        let (parts, parts_indexes, _) = imported_in_parts_of(100);
        assert_eq!(broken, Vec::<String>::new());
        assert_eq!(whole_indexes, parts_indexes, "every index is built again");
        for (whole, part) in whole.iter().zip(&parts) {
            assert_eq!(whole, part);
        }
        assert_eq!(whole.len(), parts.len());
    }
}
