//! The imports so far: what each brought, its rejected rows, its original file.

use std::io::Write;

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::fault::Fault;
use super::report::{FileReport, Reject, reject_row};
use crate::error::{Error, Result};
use crate::storage::Shop;

/// One import of the history.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct Run {
    pub id: i64,
    pub file: String,
    pub applied_at: i64,
    pub undone_at: Option<i64>,
    /// The numbers that were shown, without the list of rejected rows.
    pub report: FileReport,
    pub rejected: u32,
}

impl Shop {
    /// All imports, the newest first.
    ///
    /// # Errors
    /// Failures of the file; [`Error::Stored`].
    pub fn imports(&self) -> Result<Vec<Run>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, file_name, applied_at, undone_at, report, (SELECT count(*) FROM import_rejects j WHERE j.run_id = r.id)
                 FROM import_runs r ORDER BY id DESC",
            )?;
            let mut rows = statement.query([])?;
            let mut runs = Vec::new();
            while let Some(row) = rows.next()? {
                let report: String = row.get(4)?;
                runs.push(Run {
                    id: row.get(0)?,
                    file: row.get(1)?,
                    applied_at: row.get(2)?,
                    undone_at: row.get(3)?,
                    report: serde_json::from_str(&report)
                        .map_err(|e| Error::Stored { field: "import_runs.report", value: e.to_string() })?,
                    rejected: row.get(5)?,
                });
            }
            Ok(runs)
        })
    }

    /// The rejected rows of an import.
    ///
    /// # Errors
    /// Failures of the file; [`Error::Stored`].
    pub fn import_rejects(&self, run: i64) -> Result<Vec<Reject>> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT row, column, value, code FROM import_rejects WHERE run_id = ?1 ORDER BY row")?;
            let mut rows = statement.query([run])?;
            let mut rejects = Vec::new();
            while let Some(row) = rows.next()? {
                let code: String = row.get(3)?;
                let fault = Fault::parse(&code).ok_or(Error::Stored { field: "import_rejects.code", value: code })?;
                rejects.push(reject_row(row.get(0)?, row.get(1)?, row.get(2)?, fault, None));
            }
            Ok(rejects)
        })
    }
}

/// Writes the original file of a run into a temporary file.
pub(super) fn unpack(connection: &Connection, run: i64) -> Result<tempfile::NamedTempFile> {
    let mut file = tempfile::NamedTempFile::new().map_err(|e| Error::File { path: "temporary file".to_owned(), source: e })?;
    let mut statement = connection.prepare("SELECT zstd FROM import_content WHERE run_id = ?1 ORDER BY piece")?;
    let mut rows = statement.query([run])?;
    while let Some(row) = rows.next()? {
        let piece = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        let error = |e| Error::File { path: "temporary file".to_owned(), source: e };
        let mut decoder = zstd::Decoder::new(piece).map_err(error)?;
        std::io::copy(&mut decoder, &mut file).map_err(error)?;
    }
    file.flush().map_err(|e| Error::File { path: "temporary file".to_owned(), source: e })?;
    Ok(file)
}

/// The original rows behind an order: the header and the cells as they stood in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct OriginalRows {
    /// The file's name.
    pub file: String,
    /// When it was imported.
    pub imported_at: i64,
    /// Its header.
    pub header: Vec<String>,
    /// Row number and cells.
    pub rows: Vec<(u32, Vec<String>)>,
}

impl Shop {
    /// The rows an order came from, read from the kept files.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the order does not exist; those of reading.
    pub fn original_rows(&self, order: i64) -> Result<Vec<OriginalRows>> {
        self.read(|connection| {
            let row = crate::orders::store::by_id(connection, order)?;
            let mut found = Vec::new();
            for (run, rows) in [(row.order_run, &row.order_rows), (row.items_run, &row.items_rows)] {
                if let Some(run) =
                    run.filter(|run| !rows.is_empty() && !found.iter().any(|(r, t, _): &(i64, String, _)| r == run && t == rows))
                    && let Some(original) = original(connection, run, rows)?
                {
                    found.push((run, rows.clone(), original));
                }
            }
            Ok(found.into_iter().map(|(_, _, original)| original).collect())
        })
    }
}

fn original(connection: &Connection, run: i64, wanted: &str) -> Result<Option<OriginalRows>> {
    let stored: Option<(String, i64, String)> = connection
        .query_row("SELECT file_name, applied_at, reading FROM import_runs WHERE id = ?1", [run], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .optional()?;
    let Some((name, imported_at, reading)) = stored else { return Ok(None) };
    let reading: super::record_run::StoredReading =
        serde_json::from_str(&reading).map_err(|e| Error::Stored { field: "import_runs.reading", value: e.to_string() })?;
    let file = unpack(connection, run)?;
    let source = super::source::Source { path: file.path().to_owned(), name: name.clone() };
    let task = crate::task::Task::quiet();
    let recognised = super::detect::recognise(connection, &source, &reading.choices, &task)?;
    let ranges = ranges(wanted);
    let last = ranges.iter().map(|(_, to)| *to).max().unwrap_or(0);
    let mut rows = Vec::new();
    super::source::visit(&source, &recognised.format, &task, |record| {
        if ranges.iter().any(|(from, to)| (*from..=*to).contains(&record.row)) {
            rows.push((record.row, record.cells().map(str::to_owned).collect()));
        }
        Ok(if record.row >= last { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) })
    })?;
    Ok(Some(OriginalRows { file: name, imported_at, header: recognised.header, rows }))
}

/// `2-4,9` as ranges.
fn ranges(text: &str) -> Vec<(u32, u32)> {
    text.split(',')
        .filter_map(|part| {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            Some((from.parse().ok()?, to.parse().ok()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn row_ranges_read_back() {
        assert_eq!(super::ranges("2-4,9"), vec![(2, 4), (9, 9)]);
        assert!(super::ranges("").is_empty());
    }
}
