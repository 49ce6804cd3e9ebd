//! The cells of XLSX and XLS sheets, row by row. Runs in the reader's own process: what it is given may be made to end it.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;

use calamine::{Data, DataRef, Reader as _, Sheet, SheetVisible, Xls, Xlsx};

use super::{MOST_SHEETS, Workbook};
use crate::error::{Error, Result};
use crate::import::tokens::{MAX_CELL, MAX_COLUMNS, Record};

/// An opened workbook.
pub(super) struct Opened {
    sheets: Sheets,
    /// Cells are merged somewhere in it.
    merged: bool,
}

enum Sheets {
    Xlsx(Box<Xlsx<BufReader<File>>>),
    Xls(Box<Xls<BufReader<File>>>),
}

/// What takes the rows of a sheet, and may break off.
type Each<'e> = &'e mut dyn FnMut(&Record) -> Result<ControlFlow<()>>;

fn unreadable(error: &dyn std::fmt::Display) -> Error {
    Error::Workbook { file: String::new(), reason: error.to_string() }
}

impl Opened {
    pub(super) fn new(kind: Workbook, file: File, merged: bool) -> Result<Opened> {
        let reader = BufReader::new(file);
        let sheets = match kind {
            Workbook::Xlsx => Sheets::Xlsx(Box::new(Xlsx::new(reader).map_err(|e| unreadable(&e))?)),
            Workbook::Xls => Sheets::Xls(Box::new(Xls::new(reader).map_err(|e| unreadable(&e))?)),
        };
        let opened = Opened { sheets, merged };
        // Programs that write workbooks allow 31 characters.
        const LONGEST_NAME: usize = 1_000;
        if opened.sheets().iter().any(|name| name.len() > LONGEST_NAME) {
            return Err(unreadable(&"the name of a sheet is no name"));
        }
        match opened.sheets().len() > MOST_SHEETS {
            true => Err(Error::TooManySheets { file: String::new(), limit: MOST_SHEETS as u32 }),
            false => Ok(opened),
        }
    }

    /// The names of the sheets, in their order. Hidden ones are not for reading: often they hold an old copy. Where all
    /// are hidden, all are named.
    pub(super) fn sheets(&self) -> Vec<String> {
        let names = |shown: bool| self.all().iter().filter(|s| !shown || is_shown(s)).map(|s| s.name.clone()).collect();
        let visible: Vec<String> = names(true);
        if visible.is_empty() { names(false) } else { visible }
    }

    /// The names of the hidden sheets that are not read.
    pub(super) fn hidden(&self) -> Vec<String> {
        let all = self.all();
        if all.iter().any(is_shown) { all.iter().filter(|s| !is_shown(s)).map(|s| s.name.clone()).collect() } else { Vec::new() }
    }

    /// Whether its days are counted from 1904.
    pub(super) fn is_from_1904(&self) -> bool {
        match &self.sheets {
            Sheets::Xlsx(workbook) => workbook.has_1904_epoch(),
            Sheets::Xls(workbook) => workbook.has_1904_epoch(),
        }
    }

    fn all(&self) -> &[Sheet] {
        match &self.sheets {
            Sheets::Xlsx(workbook) => workbook.sheets_metadata(),
            Sheets::Xls(workbook) => workbook.sheets_metadata(),
        }
    }

    /// Reads a sheet row by row; whether it was read to its end.
    pub(super) fn visit(&mut self, sheet: &str, each: Each<'_>) -> Result<bool> {
        let merged = if self.merged { self.merged_of(sheet) } else { Merged::default() };
        match &mut self.sheets {
            Sheets::Xlsx(workbook) => visit_xlsx(workbook, sheet, merged, each),
            Sheets::Xls(workbook) => visit_xls(workbook, sheet, merged, each),
        }
    }

    /// The merged cells of a sheet that go over several rows; none where they cannot be read.
    fn merged_of(&mut self, sheet: &str) -> Merged {
        let regions = match &mut self.sheets {
            Sheets::Xlsx(workbook) => workbook.merge_cells_by_sheet_name(sheet).ok(),
            Sheets::Xls(workbook) => workbook.merge_cells_by_sheet_name(sheet).ok(),
        };
        let over_rows = regions.into_iter().flatten().filter(|r| r.end.0 > r.start.0);
        Merged { until: over_rows.map(|r| (r.start, r.end.0)).collect(), open: BTreeMap::new() }
    }
}

fn is_shown(sheet: &Sheet) -> bool {
    sheet.visible == SheetVisible::Visible
}

/// Cells that are merged over several rows: the first row has the value, and it holds for all of them.
#[derive(Default)]
struct Merged {
    /// The last row of each, by the row and column it begins at.
    until: HashMap<(u32, u32), u32>,
    /// By column: the last row, and the value, of those that have begun.
    open: BTreeMap<u32, (u32, String)>,
}

impl Merged {
    /// Remembers the value of a cell that goes on below.
    fn begins(&mut self, at: (u32, u32), text: &str) {
        if let Some(last) = self.until.get(&at) {
            self.open.insert(at.1, (*last, text.to_owned()));
        }
    }

    /// Fills a row with the values that hold for it.
    fn fill(&mut self, row: &mut Row) -> Result<()> {
        let Some(number) = row.number else { return Ok(()) };
        self.open.retain(|_, (last, _)| *last >= number);
        for (column, (_, text)) in &self.open {
            if row.cells.get(*column as usize).is_none_or(String::is_empty) && !row.cells.is_empty() {
                row.put(*column, text.clone())?;
            }
        }
        Ok(())
    }
}

fn visit_xlsx(workbook: &mut Xlsx<BufReader<File>>, sheet: &str, mut merged: Merged, each: Each<'_>) -> Result<bool> {
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(|e| unreadable(&e))?;
    let mut row = Row::default();
    while let Some(cell) = cells.next_cell().map_err(|e| unreadable(&e))? {
        let (at, column) = cell.get_position();
        if row.number != Some(at) {
            if row.number.is_some_and(|n| at < n) {
                return Err(unreadable(&"its rows are not in order"));
            }
            merged.fill(&mut row)?;
            if row.hand_over(each)?.is_break() {
                return Ok(false);
            }
            row.number = Some(at);
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
        merged.begins((at, column), &text);
        row.put(column, text)?;
    }
    merged.fill(&mut row)?;
    Ok(row.hand_over(each)?.is_continue())
}

fn visit_xls(workbook: &mut Xls<BufReader<File>>, sheet: &str, mut merged: Merged, each: Each<'_>) -> Result<bool> {
    let range = workbook.worksheet_range(sheet).map_err(|e| unreadable(&e))?;
    let (first_row, first_column) = range.start().unwrap_or_default();
    for (index, cells) in range.rows().enumerate() {
        let mut row = Row { number: Some(first_row.saturating_add(index as u32)), ..Row::default() };
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
            let column = first_column.saturating_add(column as u32);
            merged.begins((row.number.unwrap_or(0), column), &text);
            row.put(column, text)?;
        }
        merged.fill(&mut row)?;
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
    /// NULs were left out of it.
    is_damaged: bool,
    record: Record,
}

impl Row {
    fn put(&mut self, column: u32, text: String) -> Result<()> {
        let row = self.number.unwrap_or(0).saturating_add(1);
        let column = column as usize;
        if column >= MAX_COLUMNS {
            return Err(Error::TooManyColumns { row, limit: MAX_COLUMNS as u32 });
        }
        if text.len() > MAX_CELL {
            return Err(Error::CellTooLong { row, column: column as u32 + 1, limit: MAX_CELL as u32 });
        }
        let text = if text.contains('\0') {
            self.is_damaged = true;
            text.replace('\0', "")
        } else {
            text
        };
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
        self.record.clear(number.saturating_add(1));
        self.record.is_damaged = std::mem::take(&mut self.is_damaged);
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
