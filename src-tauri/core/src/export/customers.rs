//! A list of customers as a file that spreadsheets open right and our own import reads back unchanged.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde::{Deserialize, Serialize};

use super::columns::{Column, Masking, Row};
use crate::customers::edit::LONGEST_FIELD;
use crate::customers::list::CustomerQuery;
use crate::error::{Error, Result, file_name};
use crate::files::write_whole;
use crate::language::Language;
use crate::storage::Shop;
use crate::task::{Phase, Task};
use crate::text::{guard_formula, normalised, unguard_formula};
use crate::time::Seconds;

/// Which customers go out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Who {
    /// All that fit a query, in its order.
    Query {
        /// The query.
        query: CustomerQuery,
    },
    /// These, in this order.
    Selected {
        /// Customer ids.
        ids: Vec<i64>,
    },
}

/// How the file is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// CSV in UTF-8 with a byte order mark, which Excel needs to see that it is UTF-8.
    #[default]
    CsvUtf8Bom,
    /// CSV in UTF-8.
    CsvUtf8,
    /// CSV in GB18030, for older Chinese programs.
    CsvGb18030,
    /// An XLSX workbook, every cell a text.
    Xlsx,
}

impl FileFormat {
    /// The format of a file that is named so: one that ends in `.xlsx` is a workbook and one that ends in `.csv` is CSV,
    /// whatever was chosen before it had its name.
    pub fn of_file(self, file: &Path) -> FileFormat {
        let ends_in = |ending: &str| file.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending));
        match self {
            FileFormat::Xlsx if ends_in("csv") => FileFormat::CsvUtf8Bom,
            _ if ends_in("xlsx") => FileFormat::Xlsx,
            chosen => chosen,
        }
    }
}

/// An export as the seller asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct CustomerExport {
    /// Who.
    pub who: Who,
    /// Columns in their order.
    pub columns: Vec<Column>,
    /// Fields of the seller's own, behind the columns, by id.
    #[serde(default)]
    pub fields: Vec<i64>,
    /// Of headers and of words such as 女 or female.
    #[serde(default)]
    pub language: Language,
    /// What is hidden.
    pub masking: Masking,
    /// Format.
    pub format: FileFormat,
    /// IANA zone of the times.
    pub time_zone: String,
}

/// A list that was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct Written {
    /// How many rows below the header.
    pub rows: u32,
    /// How many texts were longer than a cell of a workbook holds, and were cut there.
    pub cut: u32,
    /// Where the first of them stands.
    pub first_cut: Option<CutCell>,
}

/// A cell whose text was cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct CutCell {
    /// Row, header = 1.
    pub row: u32,
    /// Column header.
    pub column: String,
}

/// A line of the export log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[allow(missing_docs)]
pub struct ExportLogLine {
    pub at: i64,
    pub file: String,
    pub rows: i64,
    pub columns: Vec<String>,
    pub masked: bool,
    pub format: String,
}

impl Shop {
    /// Writes a list of customers. A text that is longer than a cell of a workbook holds is cut there and counted.
    ///
    /// # Errors
    /// [`Error::BadValue`] (`too_many_rows`) for more customers than a sheet has rows; [`Error::NotReplaced`];
    /// [`Error::Unencodable`] before anything is written; [`Error::Cancelled`] and failures of the disk leave the
    /// target as it was.
    pub fn export_customers(&self, export: &CustomerExport, target: &Path, task: &Task, now: Seconds) -> Result<Written> {
        crate::files::check_target(target)?;
        if export.columns.is_empty() {
            return Err(Error::BadValue { field: "columns", value: String::new(), reason: "blank" });
        }
        let zone = crate::time::parse_zone(&export.time_zone).ok_or_else(|| Error::BadValue {
            field: "time_zone",
            value: export.time_zone.clone(),
            reason: "unknown",
        })?;
        let ids = match &export.who {
            Who::Query { query } => self.customer_ids(query)?,
            Who::Selected { ids } => ids.clone(),
        };
        if export.format == FileFormat::Xlsx && ids.len() >= SHEET_ROWS {
            return Err(Error::BadValue { field: "export", value: ids.len().to_string(), reason: "too_many_rows" });
        }
        let written = self.read(|connection| {
            let headers = headers(connection, export)?;
            let mut cuts = Written { rows: ids.len() as u32, ..Written::default() };
            let mut each = |visit: &mut dyn FnMut(u32, Vec<String>) -> Result<()>| -> Result<()> {
                for (index, id) in ids.iter().enumerate() {
                    if index % 512 == 0 {
                        task.step(Phase::Exporting, index as u64, ids.len() as u64)?;
                    }
                    let row = Row::read(connection, *id)?;
                    let known = export.columns.iter().map(|c| row.cell(*c, export.masking, export.language, zone));
                    visit(index as u32 + 2, known.chain(export.fields.iter().map(|field| row.own_cell(*field, export.masking))).collect())?;
                }
                Ok(())
            };
            match export.format {
                FileFormat::Xlsx => write_xlsx(export, &headers, target, &mut each, &mut cuts)?,
                FileFormat::CsvGb18030 => {
                    check_encodable(&headers, &mut each)?;
                    write_csv(export, &headers, target, &mut each)?;
                }
                _ => write_csv(export, &headers, target, &mut each)?,
            }
            Ok((cuts, headers))
        })?;
        let (written, headers) = written;
        match self.log_export(export, &headers, target, written.rows, now) {
            // The list is where the seller wanted it; that there is no room to note it down takes nothing away.
            Err(Error::DiskFull | Error::ReadOnlyFolder) => tracing::warn!("an export could not be noted down"),
            noted => noted?,
        }
        Ok(written)
    }

    fn log_export(&self, export: &CustomerExport, headers: &[String], target: &Path, rows: u32, now: Seconds) -> Result<()> {
        let columns = serde_json::to_string(headers).map_err(|e| Error::Stored { field: "export_log.columns", value: e.to_string() })?;
        let format = serde_json::to_value(export.format).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        self.writer()?.execute(
            "INSERT INTO export_log (at, file_name, kind, rows, columns, masked, format) VALUES (?1, ?2, 'customers', ?3, ?4, ?5, ?6)",
            params![now, file_name(target), rows, columns, export.masking.any(), format],
        )?;
        Ok(())
    }

    /// What was exported when, the newest first.
    ///
    /// # Errors
    /// Failures of the file; [`Error::Stored`].
    pub fn export_log(&self) -> Result<Vec<ExportLogLine>> {
        self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT at, file_name, rows, columns, masked, format FROM export_log ORDER BY id DESC LIMIT 500")?;
            let mut rows = statement.query([])?;
            let mut lines = Vec::new();
            while let Some(row) = rows.next()? {
                let columns: String = row.get(3)?;
                lines.push(ExportLogLine {
                    at: row.get(0)?,
                    file: row.get(1)?,
                    rows: row.get(2)?,
                    columns: serde_json::from_str(&columns)
                        .map_err(|_| Error::Stored { field: "export_log.columns", value: columns.clone() })?,
                    masked: row.get(4)?,
                    format: row.get(5)?,
                });
            }
            Ok(lines)
        })
    }
}

/// The first row of a list. A field of the seller's own that has the name of a column says that it is one.
fn headers(connection: &Connection, export: &CustomerExport) -> Result<Vec<String>> {
    let mut headers: Vec<String> = export.columns.iter().map(|c| c.header(export.language).to_owned()).collect();
    for field in &export.fields {
        let name: Option<String> =
            connection.prepare_cached("SELECT name FROM custom_fields WHERE id = ?1")?.query_row([field], |r| r.get(0)).optional()?;
        let name = name.ok_or_else(|| Error::NotFound { what: "field", key: field.to_string() })?;
        headers.push(own_header(&name));
    }
    Ok(headers)
}

/// Before the name of an own field that is also that of a column.
const OWN: &str = "自定义·";

fn own_header(name: &str) -> String {
    if is_column(name) || name.starts_with(OWN) { format!("{OWN}{name}") } else { name.to_owned() }
}

fn is_column(header: &str) -> bool {
    let header = normalised(header);
    Column::ALL.into_iter().any(|c| [Language::Chinese, Language::English].iter().any(|language| normalised(c.header(*language)) == header))
}

/// The name of the own field that a header of our list stands for; `None` where it is that of a column.
pub(crate) fn own_field_of(header: &str) -> Option<&str> {
    let header = unguard_formula(header.trim());
    match header.strip_prefix(OWN) {
        Some(name) => Some(name).filter(|name| !name.is_empty()),
        None => Some(header).filter(|header| !header.is_empty() && !is_column(header)),
    }
    .filter(|name| name.chars().count() <= LONGEST_FIELD)
}

type Each<'a> = dyn FnMut(&mut dyn FnMut(u32, Vec<String>) -> Result<()>) -> Result<()> + 'a;

/// GB18030 holds every character but the lone surrogates that Rust text cannot have either; the WHATWG encoder
/// still refuses a handful of private-use characters, so it is asked, cell by cell, before anything is written.
fn check_encodable(headers: &[String], each: &mut Each<'_>) -> Result<()> {
    let mut count = 0;
    let mut first: Option<(u32, String, char)> = None;
    each(&mut |row, cells| {
        for (cell, header) in cells.iter().zip(headers) {
            let (_, _, unmappable) = encoding_rs::GB18030.encode(cell);
            if unmappable {
                count += 1;
                let bad = cell.chars().find(|c| encoding_rs::GB18030.encode(c.encode_utf8(&mut [0; 4])).2);
                first.get_or_insert_with(|| (row, header.clone(), bad.unwrap_or('?')));
            }
        }
        Ok(())
    })?;
    match first {
        Some((row, column, character)) => Err(Error::Unencodable { encoding: "GB18030".to_owned(), count, row, column, character }),
        None => Ok(()),
    }
}

fn write_csv(export: &CustomerExport, headers: &[String], target: &Path, each: &mut Each<'_>) -> Result<()> {
    write_whole(target, |file| {
        let failed = |e: csv::Error| Error::file(target, std::io::Error::other(e));
        if export.format == FileFormat::CsvUtf8Bom {
            file.write_all("\u{feff}".as_bytes()).map_err(|e| Error::file(target, e))?;
        }
        let out = Encoded { file, gb18030: export.format == FileFormat::CsvGb18030 };
        let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        csv.write_record(headers.iter().map(|header| guard_formula(header).into_owned())).map_err(failed)?;
        each(&mut |_, cells| csv.write_record(cells.iter().map(|c| guard_formula(c).into_owned())).map_err(failed))?;
        csv.flush().map_err(|e| Error::file(target, e))
    })
}

/// Encodes what the CSV writer hands over. It hands over its buffer whenever that is full, so a character may
/// come in two parts.
struct Encoded<'a, 'f> {
    file: &'a mut BufWriter<&'f File>,
    gb18030: bool,
}

impl Write for Encoded<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if !self.gb18030 {
            return self.file.write(bytes);
        }
        let whole = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(e) if e.valid_up_to() > 0 => std::str::from_utf8(&bytes[..e.valid_up_to()]).map_err(std::io::Error::other)?,
            Err(e) => return Err(std::io::Error::other(e)),
        };
        let (encoded, _, _) = encoding_rs::GB18030.encode(whole);
        self.file.write_all(&encoded)?;
        Ok(whole.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Rows of a sheet.
const SHEET_ROWS: usize = 1_048_576;
/// What a cell of a workbook holds, in UTF-16 units.
const CELL_UNITS: usize = 32_767;
/// Stands at the end of a text that was cut.
const CUT_MARK: &str = "…（已截断）";

/// The part of a text that a cell holds, with a mark at its end; `None` where it holds all of it.
fn cut(text: &str) -> Option<String> {
    if text.len() <= CELL_UNITS || text.encode_utf16().count() <= CELL_UNITS {
        return None;
    }
    let mut units = CUT_MARK.encode_utf16().count();
    let kept = text.chars().take_while(|c| {
        units += c.len_utf16();
        units <= CELL_UNITS
    });
    Some(kept.chain(CUT_MARK.chars()).collect())
}

fn write_xlsx(export: &CustomerExport, headers: &[String], target: &Path, each: &mut Each<'_>, cuts: &mut Written) -> Result<()> {
    let failed = |e: XlsxError| Error::file(target, std::io::Error::other(e));
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let text = Format::new().set_num_format("@");
    let sheet = workbook.add_worksheet_with_constant_memory().map_err(failed)?;
    sheet.set_name(export.language.say("客户", "Customers")).map_err(failed)?;
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    for (index, header) in headers.iter().enumerate() {
        let width = match export.columns.get(index) {
            Some(Column::Address | Column::Notes) => 36.0,
            Some(Column::Identities | Column::Phones | Column::Emails | Column::FirstOrder | Column::LastOrder) => 20.0,
            _ => 12.0,
        };
        sheet.set_column_width(index as u16, width).map_err(failed)?;
        sheet.write_string_with_format(0, index as u16, header, &bold).map_err(failed)?;
    }
    each(&mut |row, cells| {
        for (index, cell) in cells.into_iter().enumerate() {
            if !cell.is_empty() {
                let cell = match cut(&cell) {
                    Some(part) => {
                        cuts.cut += 1;
                        cuts.first_cut.get_or_insert_with(|| CutCell { row, column: headers.get(index).cloned().unwrap_or_default() });
                        part
                    }
                    None => cell,
                };
                sheet.write_string_with_format(row - 1, index as u16, cell, &text).map_err(failed)?;
            }
        }
        Ok(())
    })?;
    write_whole(target, |file| {
        let bytes = workbook.save_to_buffer().map_err(failed)?;
        file.write_all(&bytes).map_err(|e| Error::file(target, e))
    })
}
