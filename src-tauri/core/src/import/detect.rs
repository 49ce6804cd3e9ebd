//! What a file is: its kind, encoding, delimiter, header row and platform. Every finding can be overridden.

use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;
use rusqlite::Connection;
use serde::Serialize;

use super::choices::Choices;
use super::columns::{Columns, clean};
use super::encodings::{ENCODINGS, encoding_label, encoding_named};
use super::platforms::{self, Field, Platform};
use super::source::{Format, Source, visit};
use super::tokens::Record;
use super::workbook::sheets;
use crate::error::{Error, Result};
use crate::task::Task;
use crate::time::{DateOrder, OrderHint, order_hint};

/// What was found out about a file, with its first rows.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct Recognised {
    /// How it is written.
    pub format: Format,
    /// Sheets of a workbook.
    pub sheets: Vec<String>,
    /// Row of the header.
    pub header_row: u32,
    /// The header as it stands in the file.
    pub header: Vec<String>,
    /// The kind of export; `None`: the seller must map its columns.
    pub platform: Option<Platform>,
    /// Whether the platform was recognised by its header rather than chosen or mapped by hand.
    pub by_header: bool,
    /// The first data rows.
    pub sample: Vec<Vec<String>>,
    /// Day or month first, where a column of this file decides it.
    pub date_order: Option<DateOrder>,
}

const SAMPLE_ROWS: usize = 30;
const HEADER_WITHIN: usize = 30;
const PREFIX: usize = 256 * 1024;
const DELIMITERS: [char; 4] = [',', '\t', ';', '|'];

/// Finds out what a file is.
///
/// # Errors
/// [`Error::EmptyFile`], [`Error::NotATable`], [`Error::HeaderOnly`], [`Error::AmbiguousDates`] and those of
/// reading. A header that is not known is no error: `platform` is `None` then.
pub fn recognise(connection: &Connection, source: &Source, choices: &Choices, task: &Task) -> Result<Recognised> {
    let kind = kind_of(source)?;
    let mut found = match kind {
        Kind::Text => recognise_text(connection, source, choices)?,
        Kind::Xlsx | Kind::Xls => recognise_workbook(connection, source, choices, kind == Kind::Xls)?,
    };
    if let Some(platform) = &found.platform {
        settle_dates(&mut found.date_order, platform, source, &found.format, found.header_row, &found.header, choices, task)?;
    }
    Ok(found)
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Xlsx,
    Xls,
}

fn kind_of(source: &Source) -> Result<Kind> {
    let (file, bytes) = source.open()?;
    if bytes == 0 {
        return Err(Error::EmptyFile(source.name.clone()));
    }
    let head = read_prefix(source, file, 8192)?;
    if head.starts_with(b"PK\x03\x04") {
        return Ok(Kind::Xlsx);
    }
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
        return Ok(Kind::Xls);
    }
    let not_a_table = || Error::NotATable(source.name.clone());
    if is_utf16(&head).is_some() {
        return Ok(Kind::Text);
    }
    let text = String::from_utf8_lossy(&head);
    let start = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).to_ascii_lowercase();
    if start.is_empty() {
        return Err(Error::EmptyFile(source.name.clone()));
    }
    if start.starts_with("<!doctype")
        || start.starts_with("<html")
        || start.starts_with("<table")
        || start.starts_with("<?xml")
        || start.starts_with("%pdf")
    {
        return Err(not_a_table());
    }
    let control = head.iter().filter(|b| matches!(b, 1..=8 | 11 | 12 | 14..=31 | 127)).count();
    let is_text = std::str::from_utf8(whole_characters(&head)).is_ok();
    if control * 50 > head.len() && !is_text || head.starts_with(&[0x89, b'P', b'N', b'G']) {
        return Err(not_a_table());
    }
    Ok(Kind::Text)
}

fn read_prefix(source: &Source, mut file: impl Read, most: usize) -> Result<Vec<u8>> {
    let mut head = Vec::with_capacity(most);
    file.by_ref().take(most as u64).read_to_end(&mut head).map_err(|e| Error::File { path: source.name.clone(), source: e })?;
    Ok(head)
}

/// UTF-16 by its byte order mark, or by zeros in every other place.
fn is_utf16(head: &[u8]) -> Option<&'static Encoding> {
    match head {
        [0xFF, 0xFE, ..] => return Some(encoding_rs::UTF_16LE),
        [0xFE, 0xFF, ..] => return Some(encoding_rs::UTF_16BE),
        _ => {}
    }
    let pairs = head.len() / 2;
    if pairs < 8 {
        return None;
    }
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 > pairs && even == 0 {
        Some(encoding_rs::UTF_16LE)
    } else if even * 10 > pairs && odd == 0 {
        Some(encoding_rs::UTF_16BE)
    } else {
        None
    }
}

/// Some of a file from where its first character beyond ASCII stands.
fn telling_sample(source: &Source) -> Result<Vec<u8>> {
    let (mut file, _) = source.open()?;
    let error = |e| Error::File { path: source.name.clone(), source: e };
    let mut piece = vec![0u8; PREFIX];
    let mut at = 0u64;
    loop {
        let read = file.read(&mut piece).map_err(error)?;
        if read == 0 {
            return Ok(Vec::new());
        }
        if let Some(first) = piece[..read].iter().position(|b| *b >= 0x80) {
            file.seek(SeekFrom::Start(at + first as u64)).map_err(error)?;
            return read_prefix(source, file, PREFIX);
        }
        at += read as u64;
    }
}

/// The encodings a file may have, the likeliest first.
fn encodings_of(source: &Source) -> Result<Vec<&'static Encoding>> {
    let (file, _) = source.open()?;
    let head = read_prefix(source, file, 8192)?;
    if let Some((bom, _)) = Encoding::for_bom(&head) {
        return Ok(vec![bom]);
    }
    if let Some(utf16) = is_utf16(&head) {
        return Ok(vec![utf16]);
    }
    let sample = telling_sample(source)?;
    let whole = whole_characters(&sample);
    if std::str::from_utf8(whole).is_ok() {
        return Ok(vec![encoding_rs::UTF_8]);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&sample, false);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let guess = if guess == encoding_rs::GBK { encoding_rs::GB18030 } else { guess };
    let mut likely = vec![guess];
    for other in [encoding_rs::GB18030, encoding_rs::BIG5, encoding_rs::SHIFT_JIS, encoding_rs::WINDOWS_1252] {
        if other != guess {
            likely.push(other);
        }
    }
    likely.retain(|e| ENCODINGS.contains(e) && decodes(e, &sample));
    likely.push(encoding_rs::WINDOWS_1252);
    likely.dedup();
    Ok(likely)
}

/// A sample without the UTF-8 character that its end may have cut.
fn whole_characters(sample: &[u8]) -> &[u8] {
    let cut = sample.iter().rev().take(3).position(|b| *b >= 0xC0).map_or(0, |i| i + 1);
    match std::str::from_utf8(sample) {
        Err(e) if e.error_len().is_none() => &sample[..sample.len() - cut],
        _ => sample,
    }
}

fn decodes(encoding: &'static Encoding, sample: &[u8]) -> bool {
    // The last character may be cut.
    let end = sample.len().saturating_sub(4).max(sample.len().min(1));
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(sample.len() * 3 + 16);
    let (result, _) = decoder.decode_to_string_without_replacement(&sample[..end], &mut text, false);
    result == encoding_rs::DecoderResult::InputEmpty && !text.chars().any(|c| matches!(c as u32, 0x80..=0x9F | 0xE000..=0xF8FF))
}

/// The first rows of a file in one way to read it.
struct Look {
    format: Format,
    rows: Vec<Record>,
}

fn look(source: &Source, format: Format) -> Result<Look> {
    let mut rows = Vec::new();
    visit(source, &format, &Task::quiet(), |record| {
        rows.push(record.clone());
        Ok(if rows.len() < HEADER_WITHIN + SAMPLE_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok(Look { format, rows })
}

/// A header found in the first rows.
struct Header {
    index: usize,
    cells: Vec<String>,
    platform: Option<Platform>,
    known: usize,
}

fn recognise_text(connection: &Connection, source: &Source, choices: &Choices) -> Result<Recognised> {
    let encodings = match &choices.encoding {
        Some(name) => vec![encoding_named(name)?],
        None => encodings_of(source)?,
    };
    let mut best: Option<(Look, Header)> = None;
    let mut first_error = None;
    for encoding in &encodings {
        for delimiter in DELIMITERS {
            let literal_quotes = false;
            let format = Format::Text { encoding: encoding_label(encoding).to_owned(), delimiter, literal_quotes };
            let seen = match look(source, format) {
                Ok(seen) => seen,
                Err(e) => {
                    // Quotes that are plain characters look unclosed; try again without them.
                    let format = Format::Text { encoding: encoding_label(encoding).to_owned(), delimiter, literal_quotes: true };
                    match look(source, format) {
                        Ok(seen)
                            if find_header(connection, &seen, choices)?
                                .is_some_and(|h| h.platform.as_ref().is_some_and(|p| p.literal_quotes)) =>
                        {
                            seen
                        }
                        _ => {
                            first_error.get_or_insert(e);
                            continue;
                        }
                    }
                }
            };
            if let Some(header) = find_header(connection, &seen, choices)?
                && best.as_ref().is_none_or(|(_, b)| score(&header) > score(b))
            {
                best = Some((seen, header));
            }
        }
        // A known header settles the encoding; an unknown one stays with the likeliest.
        if best.as_ref().is_some_and(|(_, h)| h.platform.is_some()) {
            break;
        }
    }
    let Some((mut seen, header)) = best else {
        return Err(first_error.unwrap_or_else(|| unreadable(source, choices)));
    };
    if let (Some(platform), Format::Text { encoding, delimiter, literal_quotes }) = (&header.platform, &seen.format)
        && platform.literal_quotes
        && !literal_quotes
    {
        seen = look(source, Format::Text { encoding: encoding.clone(), delimiter: *delimiter, literal_quotes: true })?;
    }
    finish(source, seen, header, Vec::new(), choices)
}

fn unreadable(source: &Source, choices: &Choices) -> Error {
    if choices.mapping.is_some() {
        Error::BadMapping("its columns are not in the file".to_owned())
    } else {
        Error::NotATable(source.name.clone())
    }
}

fn score(header: &Header) -> (bool, usize, usize) {
    (header.platform.is_some(), header.known, header.cells.iter().filter(|c| !c.trim().is_empty()).count())
}

fn recognise_workbook(connection: &Connection, source: &Source, choices: &Choices, old: bool) -> Result<Recognised> {
    let names = sheets(source, old)?;
    let format = |sheet: &String| if old { Format::Xls { sheet: sheet.clone() } } else { Format::Xlsx { sheet: sheet.clone() } };
    let wanted: Vec<&String> = match &choices.sheet {
        Some(chosen) => names.iter().filter(|n| *n == chosen).collect(),
        None => names.iter().collect(),
    };
    let mut best: Option<(Look, Header)> = None;
    let mut any_row = false;
    for sheet in wanted {
        let seen = look(source, format(sheet))?;
        any_row |= !seen.rows.is_empty();
        if let Some(header) = find_header(connection, &seen, choices)?
            && best.as_ref().is_none_or(|(_, b)| score(&header) > score(b))
        {
            best = Some((seen, header));
        }
    }
    match best {
        Some((seen, header)) => finish(source, seen, header, names, choices),
        None if any_row => Err(unreadable(source, choices)),
        None => Err(Error::EmptyFile(source.name.clone())),
    }
}

fn find_header(connection: &Connection, seen: &Look, choices: &Choices) -> Result<Option<Header>> {
    let chosen = match (&choices.mapping, &choices.platform) {
        (Some(mapping), _) => Some(mapping.clone()),
        (None, Some(id)) => Some(platforms::by_id(id)?.clone()),
        (None, None) => None,
    };
    for (index, record) in seen.rows.iter().take(HEADER_WITHIN).enumerate() {
        let cells: Vec<String> = record.cells().map(str::to_owned).collect();
        match &chosen {
            Some(platform) => {
                let known = known_columns(platform, &cells);
                let needed = platform.require.len().clamp(1, 2);
                if known >= needed
                    && platform.require.iter().all(|r| cells.iter().any(|c| platforms::header_key(c) == platforms::header_key(r)))
                {
                    return Ok(Some(Header { index, cells, platform: Some(platform.clone()), known }));
                }
            }
            None => {
                if let Some((platform, known)) = platforms::recognise(&cells)? {
                    return Ok(Some(Header { index, cells, platform: Some(platform.clone()), known }));
                }
                if let Some(mapping) = super::mappings::find(connection, &cells)? {
                    let known = known_columns(&mapping, &cells);
                    return Ok(Some(Header { index, cells, platform: Some(mapping), known }));
                }
            }
        }
    }
    // A mapping that does not fit is named by the caller, when no way to read the file made it fit.
    Ok(if choices.mapping.is_some() { None } else { plain_header(&seen.rows) })
}

fn known_columns(platform: &Platform, cells: &[String]) -> usize {
    let columns = Columns::find(platform, cells);
    platform.columns.keys().filter(|f| columns.has(**f)).count()
}

/// The header of a table that is not known: the first row of words that is as wide as the rows below it.
fn plain_header(rows: &[Record]) -> Option<Header> {
    let filled = |r: &Record| r.cells().filter(|c| clean(c).is_some()).count();
    let widest = rows.iter().map(filled).max().unwrap_or(0);
    if widest < 2 {
        return None;
    }
    let is_word = |cell: &str| {
        let cell = cell.trim();
        !cell.is_empty()
            && cell.chars().count() <= 60
            && !cell.contains('\n')
            && cell.chars().any(char::is_alphabetic)
            && order_hint(cell) == OrderHint::None
            && !cell.ends_with(['。', '.', '！', '!'])
    };
    let index = rows.iter().take(HEADER_WITHIN).position(|r| {
        let cells = filled(r);
        cells >= 2 && cells * 2 >= widest && r.cells().filter(|c| is_word(c)).count() * 10 >= cells * 8
    })?;
    let width = rows[index].len();
    let below = &rows[index + 1..];
    // Prose has commas too, but not the same number in every line.
    let fitting = below.iter().filter(|r| r.len() == width || filled(r) == 0).count();
    if !below.is_empty() && fitting * 3 < below.len() * 2 {
        return None;
    }
    Some(Header { index, cells: rows[index].cells().map(str::to_owned).collect(), platform: None, known: 0 })
}

fn finish(source: &Source, seen: Look, header: Header, sheets: Vec<String>, choices: &Choices) -> Result<Recognised> {
    // Columns do not move between two looks at the same row: the header is read again where quotes changed.
    let header_row = seen.rows.get(header.index).map_or(1, |r| r.row);
    let mut cells: Vec<String> = seen.rows.get(header.index).map(|r| r.cells().map(str::to_owned).collect()).unwrap_or(header.cells);
    while cells.last().is_some_and(|c| c.trim().is_empty()) {
        cells.pop();
    }
    let sample: Vec<Vec<String>> = seen
        .rows
        .iter()
        .skip(header.index + 1)
        .filter(|r| !r.is_blank())
        .take(SAMPLE_ROWS)
        .map(|r| r.cells().map(str::to_owned).collect())
        .collect();
    if sample.is_empty() {
        return Err(Error::HeaderOnly(source.name.clone()));
    }
    Ok(Recognised {
        format: seen.format,
        sheets,
        header_row,
        header: cells,
        by_header: header.platform.is_some() && choices.mapping.is_none() && choices.platform.is_none(),
        platform: header.platform,
        sample,
        date_order: None,
    })
}

/// Settles whether the file's numeric dates name the day or the month first: one date that fits only one way
/// decides for all; dates that fit only different ways are damaged; none that decides: the seller is asked.
#[allow(clippy::too_many_arguments)]
fn settle_dates(
    order: &mut Option<DateOrder>,
    platform: &Platform,
    source: &Source,
    format: &Format,
    header_row: u32,
    header: &[String],
    choices: &Choices,
    task: &Task,
) -> Result<()> {
    if choices.date_order.is_some() || platform.date_order.is_some() {
        return Ok(());
    }
    let columns = Columns::find(platform, header);
    let dates = [Field::PlacedAt, Field::PaidAt, Field::ShippedAt, Field::CompletedAt, Field::CancelledAt];
    let mut either: Option<(u32, usize, String)> = None;
    let mut numeric = false;
    let mut looked = 0u32;
    visit(source, format, task, |record| {
        if record.row <= header_row {
            return Ok(ControlFlow::Continue(()));
        }
        looked += 1;
        for field in dates {
            let Some((column, text)) = columns.cell(record, field) else { continue };
            match order_hint(text) {
                OrderHint::Only(found) => {
                    *order = Some(found);
                    return Ok(ControlFlow::Break(()));
                }
                OrderHint::Either => {
                    numeric = true;
                    either.get_or_insert_with(|| (record.row, column, text.to_owned()));
                }
                OrderHint::None => {}
            }
        }
        // Years first, or months in letters: nothing to settle.
        Ok(if !numeric && looked >= 200 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    match (&order, either) {
        (None, Some((row, column, value))) => {
            Err(Error::AmbiguousDates { column: columns.header_of(column).unwrap_or_default(), value, row })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_is_seen_without_a_mark() {
        let text: Vec<u8> = "Order,Customer,Total\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(is_utf16(&text), Some(encoding_rs::UTF_16LE));
        let text: Vec<u8> = "Order,Customer,Total\r\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(is_utf16(&text), Some(encoding_rs::UTF_16BE));
        assert_eq!(is_utf16(b"Order,Customer,Total"), None);
    }
}
