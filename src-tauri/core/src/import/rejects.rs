//! The rejected rows as a file: the original cells, and why.

use std::ops::ControlFlow;
use std::path::Path;

use super::plan::Plan;
use super::report::Reject;
use super::source::visit;
use crate::error::{Error, Result};
use crate::task::Task;

/// Writes the rejected rows of a plan as CSV (UTF-8 with a byte order mark, so that spreadsheets open it right):
/// the file's own header and cells, then the row number, the reason and its advice. `reason` gives the words.
///
/// # Errors
/// Those of both files.
pub fn write(plan: &Plan, target: &Path, reason: &dyn Fn(&Reject) -> String) -> Result<u32> {
    let wanted: std::collections::BTreeMap<u32, &Reject> = plan.report.rejected.iter().map(|r| (r.row, r)).collect();
    let width = plan.recognised.header.len();
    crate::files::write_whole(target, |file| {
        use std::io::Write;
        file.write_all("\u{feff}".as_bytes()).map_err(|e| Error::file(target, e))?;
        let mut csv = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(file);
        let failed = |e: csv::Error| Error::file(target, std::io::Error::other(e));
        let header = plan.recognised.header.iter().map(String::as_str).chain(["行 row", "代码 code", "原因 reason"]);
        csv.write_record(header).map_err(failed)?;
        let mut written = 0;
        visit(&plan.source, &plan.recognised.format, &Task::quiet(), |record| {
            if let Some(reject) = wanted.get(&record.row) {
                let mut cells: Vec<String> = record.cells().map(|c| crate::text::guard_formula(c).into_owned()).collect();
                cells.resize(width.max(cells.len()), String::new());
                cells.push(reject.row.to_string());
                cells.push(reject.code.code().to_owned());
                cells.push(reason(reject));
                csv.write_record(&cells).map_err(failed)?;
                written += 1;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        csv.flush().map_err(|e| Error::file(target, e))?;
        Ok(written)
    })
}
