//! Files as rows of cells, whatever they are: delimited text in any encoding, XLSX, XLS.

use std::fs::File;
use std::io::{BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use calamine::{Data, DataRef, Reader as _, Xls, Xlsx};
use encoding_rs::{DecoderResult, Encoding};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::tokens::{Dialect, MAX_CELL, MAX_COLUMNS, Record, Step, read_record};
use crate::error::{Error, Result, file_name};
use crate::task::{Phase, Task};

/// A file to import, and what the seller calls it.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// The name to show and to store.
    pub name: String,
}

impl Source {
    /// A file under its own name.
    pub fn new(path: &Path) -> Source {
        Source { path: path.to_owned(), name: file_name(path) }
    }

    /// Opens the file.
    ///
    /// # Errors
    /// [`Error::NotAFile`] for folders and devices, [`Error::File`] otherwise.
    pub fn open(&self) -> Result<(File, u64)> {
        let error = |e| Error::File { path: self.name.clone(), source: e };
        let metadata = std::fs::metadata(&self.path).map_err(error)?;
        if !metadata.is_file() {
            return Err(Error::NotAFile(self.name.clone()));
        }
        Ok((File::open(&self.path).map_err(error)?, metadata.len()))
    }
}

/// How a file is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Format {
    /// Delimited text.
    Text {
        /// A name of the WHATWG encoding standard: `GB18030`, `UTF-8`, `UTF-16LE`…
        encoding: String,
        /// `,` `;` tab or `|`.
        delimiter: char,
        /// Quotes are ordinary characters.
        literal_quotes: bool,
    },
    /// A sheet of an XLSX workbook.
    Xlsx {
        /// The sheet's name.
        sheet: String,
    },
    /// A sheet of an XLS workbook.
    Xls {
        /// The sheet's name.
        sheet: String,
    },
}

impl Format {
    /// What the report calls the encoding.
    pub fn encoding_name(&self) -> &str {
        match self {
            Format::Text { encoding, .. } => encoding,
            Format::Xlsx { .. } => "XLSX",
            Format::Xls { .. } => "XLS",
        }
    }

    /// The delimiter, where the file is text.
    pub fn delimiter(&self) -> Option<char> {
        match self {
            Format::Text { delimiter, .. } => Some(*delimiter),
            _ => None,
        }
    }
}

/// Reads a file row by row until it ends or `each` breaks off. Returns the SHA-256 of the whole file where it
/// was read to its end.
///
/// # Errors
/// Those of the file, of its text ([`super::tokens`]) and of `each`; [`Error::Cancelled`].
pub fn visit(
    source: &Source,
    format: &Format,
    task: &Task,
    mut each: impl FnMut(&Record) -> Result<ControlFlow<()>>,
) -> Result<Option<[u8; 32]>> {
    match format {
        Format::Text { encoding, delimiter, literal_quotes } => {
            let encoding = encoding_named(encoding)?;
            let dialect = Dialect { delimiter: u8::try_from(*delimiter).unwrap_or(b','), literal_quotes: *literal_quotes };
            visit_text(source, encoding, dialect, task, &mut each)
        }
        Format::Xlsx { sheet } => {
            let (file, bytes) = source.open()?;
            bounded_workbook(source, &file, bytes)?;
            let mut workbook = Xlsx::new(BufReader::new(file)).map_err(|e| workbook_error(source, &e))?;
            let ended = visit_xlsx(source, &mut workbook, sheet, task, &mut each)?;
            if ended { Ok(Some(digest_of(source)?)) } else { Ok(None) }
        }
        Format::Xls { sheet } => {
            let (file, bytes) = source.open()?;
            bounded_xls(source, bytes)?;
            let mut workbook = Xls::new(BufReader::new(file)).map_err(|e| workbook_error(source, &e))?;
            let ended = visit_xls(source, &mut workbook, sheet, &mut each)?;
            if ended { Ok(Some(digest_of(source)?)) } else { Ok(None) }
        }
    }
}

/// The encodings a seller can choose, in the order they are offered.
pub const ENCODINGS: [&Encoding; 7] = [
    encoding_rs::UTF_8,
    encoding_rs::GB18030,
    encoding_rs::BIG5,
    encoding_rs::UTF_16LE,
    encoding_rs::UTF_16BE,
    encoding_rs::WINDOWS_1252,
    encoding_rs::SHIFT_JIS,
];

/// An encoding's name as sellers know it.
pub fn encoding_label(encoding: &'static Encoding) -> &'static str {
    if encoding == encoding_rs::GB18030 { "GB18030" } else { encoding.name() }
}

/// Finds an encoding by any of its labels; GBK and GB2312 are read as GB18030, which holds them.
///
/// # Errors
/// [`Error::UnknownEncoding`].
pub fn encoding_named(label: &str) -> Result<&'static Encoding> {
    let found = Encoding::for_label(label.trim().as_bytes()).map(|e| if e == encoding_rs::GBK { encoding_rs::GB18030 } else { e });
    match found {
        Some(e) if ENCODINGS.contains(&e) => Ok(e),
        _ => Err(Error::UnknownEncoding(label.to_owned())),
    }
}

const PIECE: usize = 256 * 1024;

fn visit_text(
    source: &Source,
    encoding: &'static Encoding,
    dialect: Dialect,
    task: &Task,
    each: &mut dyn FnMut(&Record) -> Result<ControlFlow<()>>,
) -> Result<Option<[u8; 32]>> {
    let (mut file, total) = source.open()?;
    let mut hash = Sha256::new();
    let mut text = Text::new(encoding);
    let mut record = Record::at(1);
    let mut piece = vec![0u8; PIECE];
    let mut done = 0u64;
    let mut start = 0; // of what is not yet read, in text.buffer
    let mut at_end = false;
    loop {
        let row = record.row;
        match read_record(&text.buffer[start..], at_end, dialect, &mut record)? {
            Step::Record(used) => {
                start += used;
                text.check_before(start, &record)?;
                if each(&record)?.is_break() {
                    return Ok(None);
                }
                record.row += 1;
            }
            Step::End => return Ok(Some(hash.finalize().into())),
            Step::NeedMore => {
                record.row = row;
                task.step(Phase::Reading, done, total)?;
                let read = file.read(&mut piece).map_err(|e| Error::File { path: source.name.clone(), source: e })?;
                hash.update(&piece[..read]);
                done += read as u64;
                at_end = read == 0;
                text.drop_before(&mut start);
                text.decode(&piece[..read], at_end);
            }
        }
    }
}

/// Decoded text, and where in it the first bytes stood that do not exist in the encoding.
struct Text {
    encoding: &'static Encoding,
    decoder: encoding_rs::Decoder,
    buffer: String,
    bad_at: Option<usize>,
}

impl Text {
    fn new(encoding: &'static Encoding) -> Text {
        Text { encoding, decoder: encoding.new_decoder_with_bom_removal(), buffer: String::with_capacity(2 * PIECE), bad_at: None }
    }

    fn decode(&mut self, mut bytes: &[u8], last: bool) {
        loop {
            let room = self.decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len() * 3 + 16);
            self.buffer.reserve(room);
            let (result, read) = self.decoder.decode_to_string_without_replacement(bytes, &mut self.buffer, last);
            bytes = &bytes[read..];
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    self.bad_at.get_or_insert(self.buffer.len());
                    self.buffer.push(char::REPLACEMENT_CHARACTER);
                }
            }
        }
    }

    fn check_before(&self, end: usize, record: &Record) -> Result<()> {
        match self.bad_at {
            Some(at) if at < end => Err(Error::Undecodable { row: record.row, encoding: encoding_label(self.encoding).to_owned() }),
            _ => Ok(()),
        }
    }

    fn drop_before(&mut self, start: &mut usize) {
        self.buffer.drain(..*start);
        if let Some(at) = &mut self.bad_at {
            *at = at.saturating_sub(*start);
        }
        *start = 0;
    }
}

/// SHA-256 of a file.
///
/// # Errors
/// Those of the file.
pub fn digest_of(source: &Source) -> Result<[u8; 32]> {
    let (mut file, _) = source.open()?;
    let mut hash = Sha256::new();
    let mut piece = vec![0u8; PIECE];
    loop {
        let read = file.read(&mut piece).map_err(|e| Error::File { path: source.name.clone(), source: e })?;
        if read == 0 {
            return Ok(hash.finalize().into());
        }
        hash.update(&piece[..read]);
    }
}

// ---- workbooks

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

fn visit_xlsx(
    source: &Source,
    workbook: &mut Xlsx<BufReader<File>>,
    sheet: &str,
    task: &Task,
    each: &mut dyn FnMut(&Record) -> Result<ControlFlow<()>>,
) -> Result<bool> {
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

fn visit_xls(
    source: &Source,
    workbook: &mut Xls<BufReader<File>>,
    sheet: &str,
    each: &mut dyn FnMut(&Record) -> Result<ControlFlow<()>>,
) -> Result<bool> {
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

    #[test]
    fn gbk_by_any_name_is_gb18030() {
        for name in ["GBK", "gb2312", "gb18030"] {
            assert_eq!(encoding_named(name).unwrap(), encoding_rs::GB18030);
        }
        assert!(matches!(encoding_named("klingon"), Err(Error::UnknownEncoding(_))));
    }
}
