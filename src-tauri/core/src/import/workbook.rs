//! Sheets of XLSX and XLS workbooks, row by row. Nothing is unpacked before it is known to be bounded.

use std::fs::File;
use std::io::{BufReader, Read};
use std::ops::ControlFlow;

use calamine::{Data, DataRef, Reader as _, Xls, Xlsx};

use super::source::Source;
use super::tokens::{MAX_CELL, MAX_COLUMNS, Record};
use crate::error::{Error, Result};
use crate::task::{Phase, Task};

/// All sheets of a workbook may unpack to this much; a million orders need less.
const MAX_UNPACKED: u64 = 2 << 30;
/// The shared strings are held in memory as a whole.
const MAX_STRINGS: u64 = 192 << 20;
/// XML of orders packs to a tenth or a thirtieth; a part that packs to a two-hundredth is made to do harm.
const MAX_RATIO: u64 = 200;
/// Small parts may pack as well as they like.
const RATIO_FROM: u64 = 8 << 20;
/// XLS files end at 65,536 rows; real ones are far smaller than this.
const MAX_XLS: u64 = 96 << 20;

/// Unpacks a workbook into nothing, counting, before anything is unpacked into memory. The sizes that the
/// archive declares about itself are not believed.
fn bounded_workbook(source: &Source, file: &File, packed: u64) -> Result<()> {
    let refuse = |limit: u64| Error::WorkbookTooLarge { file: source.name.clone(), limit_mib: (limit >> 20) as u32 };
    let file = file.try_clone().map_err(|e| Error::File { path: source.name.clone(), source: e })?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|e| workbook_error(source, &e))?;
    let mut total = 0u64;
    let mut sink = vec![0u8; 64 * 1024];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|e| workbook_error(source, &e))?;
        let limit = if part.name().is_ok_and(|n| n.ends_with("sharedStrings.xml")) { MAX_STRINGS } else { MAX_UNPACKED };
        let compressed = part.compressed_size().min(packed).max(1);
        let mut size = 0u64;
        loop {
            let read = part.read(&mut sink).map_err(|e| workbook_error(source, &e))? as u64;
            if read == 0 {
                break;
            }
            size += read;
            total += read;
            if size > RATIO_FROM && size / compressed > MAX_RATIO {
                return Err(refuse(RATIO_FROM));
            }
            if size > limit || total > MAX_UNPACKED {
                return Err(refuse(limit.min(MAX_UNPACKED)));
            }
        }
    }
    Ok(())
}

fn bounded_xls(source: &Source, bytes: u64) -> Result<()> {
    if bytes > MAX_XLS {
        return Err(Error::WorkbookTooLarge { file: source.name.clone(), limit_mib: (MAX_XLS >> 20) as u32 });
    }
    Ok(())
}

fn workbook_error(source: &Source, error: &dyn std::fmt::Display) -> Error {
    Error::Workbook { file: source.name.clone(), reason: error.to_string() }
}

/// The names of the sheets of a workbook, in their order.
///
/// # Errors
/// [`Error::Workbook`], [`Error::WorkbookTooLarge`].
pub fn sheets(source: &Source, old: bool) -> Result<Vec<String>> {
    let (file, bytes) = source.open()?;
    if old {
        bounded_xls(source, bytes)?;
        Ok(Xls::new(BufReader::new(file)).map_err(|e| workbook_error(source, &e))?.sheet_names())
    } else {
        bounded_workbook(source, &file, bytes)?;
        Ok(Xlsx::new(BufReader::new(file)).map_err(|e| workbook_error(source, &e))?.sheet_names())
    }
}

/// Reads a sheet of an XLSX workbook row by row; whether it was read to its end.
pub(super) fn visit_xlsx(
    source: &Source,
    sheet: &str,
    task: &Task,
    each: &mut dyn FnMut(&Record) -> Result<ControlFlow<()>>,
) -> Result<bool> {
    let (file, bytes) = source.open()?;
    bounded_workbook(source, &file, bytes)?;
    let mut workbook = Xlsx::new(BufReader::new(file)).map_err(|e| workbook_error(source, &e))?;
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(|e| workbook_error(source, &e))?;
    let mut row = Row::default();
    let mut seen = 0u64;
    while let Some(cell) = cells.next_cell().map_err(|e| workbook_error(source, &e))? {
        let (at, column) = cell.get_position();
        if row.number != Some(at) {
            if row.number.is_some_and(|n| at < n) {
                return Err(workbook_error(source, &"its rows are not in order"));
            }
            if row.hand_over(each)?.is_break() {
                return Ok(false);
            }
            row.number = Some(at);
            seen += 1;
            if seen.is_multiple_of(2048) {
                task.step(Phase::Reading, u64::from(at), 0)?;
            }
        }
        let text = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::String(s) | DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => s.clone(),
            DataRef::SharedString(s) => (*s).to_owned(),
            DataRef::Float(f) => number_text(*f),
            DataRef::Int(i) => i.to_string(),
            DataRef::Bool(b) => bool_text(*b),
            DataRef::Error(e) => e.to_string(),
            DataRef::DateTime(t) => date_text(t),
        };
        row.put(column, text)?;
    }
    Ok(row.hand_over(each)?.is_continue())
}

/// Reads a sheet of an XLS workbook row by row; whether it was read to its end.
pub(super) fn visit_xls(source: &Source, sheet: &str, each: &mut dyn FnMut(&Record) -> Result<ControlFlow<()>>) -> Result<bool> {
    let (file, bytes) = source.open()?;
    bounded_xls(source, bytes)?;
    let mut workbook = Xls::new(BufReader::new(file)).map_err(|e| workbook_error(source, &e))?;
    let range = workbook.worksheet_range(sheet).map_err(|e| workbook_error(source, &e))?;
    let (first_row, first_column) = range.start().unwrap_or_default();
    for (index, cells) in range.rows().enumerate() {
        let mut row = Row { number: Some(first_row + index as u32), ..Row::default() };
        for (column, cell) in cells.iter().enumerate() {
            let text = match cell {
                Data::Empty => continue,
                Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) => s.clone(),
                Data::Float(f) => number_text(*f),
                Data::Int(i) => i.to_string(),
                Data::Bool(b) => bool_text(*b),
                Data::Error(e) => e.to_string(),
                Data::DateTime(t) => date_text(t),
            };
            row.put(first_column + column as u32, text)?;
        }
        if row.hand_over(each)?.is_break() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A workbook's row while its cells come in.
#[derive(Default)]
struct Row {
    number: Option<u32>,
    cells: Vec<String>,
    record: Record,
}

impl Row {
    fn put(&mut self, column: u32, text: String) -> Result<()> {
        let row = self.number.unwrap_or(0) + 1;
        let column = column as usize;
        if column >= MAX_COLUMNS {
            return Err(Error::TooManyColumns { row, limit: MAX_COLUMNS as u32 });
        }
        if text.len() > MAX_CELL {
            return Err(Error::CellTooLong { row, column: column as u32 + 1, limit: MAX_CELL as u32 });
        }
        if text.contains('\0') {
            return Err(Error::NulByte { row });
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = text;
        Ok(())
    }

    fn hand_over(&mut self, each: &mut dyn FnMut(&Record) -> Result<ControlFlow<()>>) -> Result<ControlFlow<()>> {
        let Some(number) = self.number else { return Ok(ControlFlow::Continue(())) };
        if self.cells.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        self.record.clear(number + 1);
        self.cells.drain(..).for_each(|cell| self.record.push(&cell));
        each(&self.record)
    }
}

/// A number as the sheet shows it. Whole numbers of up to fifteen digits are exact; longer ones have lost
/// their end when they became numbers, and are written so that [`super::damage`] sees it.
fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{}", number as i64)
    } else if number.abs() >= 1e15 {
        format!("{number:.14E}")
    } else {
        number.to_string()
    }
}

fn bool_text(value: bool) -> String {
    if value { "TRUE" } else { "FALSE" }.to_owned()
}

fn date_text(value: &calamine::ExcelDateTime) -> String {
    if value.is_duration() {
        return value.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    // Serial dates are binary fractions of a day; half a second up makes the clock whole again.
    let carry = u32::from(milli >= 500);
    match chrono::NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())
        .and_then(|d| d.and_hms_opt(hour.into(), minute.into(), second.into()))
    {
        Some(t) => (t + chrono::TimeDelta::seconds(carry.into())).format("%Y-%m-%d %H:%M:%S").to_string(),
        None => value.as_f64().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_lost_digits_are_not_made_to_look_whole() {
        assert_eq!(number_text(1_433.66), "1433.66");
        assert_eq!(number_text(13_900_000_001.0), "13900000001");
        assert_eq!(number_text(2_026_030_100_000_000_011.0), "2.02603010000000E18");
    }
}
