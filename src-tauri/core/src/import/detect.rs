//! What a file is: its kind, encoding, delimiter, header row and platform. Every finding can be overridden.

use std::ops::ControlFlow;

use rusqlite::Connection;
use serde::Serialize;

use super::choices::Choices;
use super::columns::{Columns, clean};
use super::date_order::settle_dates;
use super::encodings::{encoding_label, encoding_named};
use super::file_kind::{Kind, encodings_of, kind_of};
use super::platforms::{self, Field, Platform, Provides};
use super::source::{Format, Source, visit};
use super::tokens::Record;
use super::workbook::{self, Workbook};
use crate::error::{Error, NearMiss, Result};
use crate::export::customers::own_field_of;
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
    /// What the encoding is not sure of: words of the file that another one would read otherwise. Empty where it is told by
    /// the bytes or chosen.
    pub doubtful_words: Vec<String>,
    /// Days of the workbook are counted from 1904, as old Macs did.
    pub from_1904: bool,
    /// The known export that a header nearly is.
    pub nearly: Option<NearMiss>,
    /// Headers of the file, and the platform's spelling that each was read as where they differ.
    pub read_as: Vec<(String, String)>,
    /// Headers that fill no field.
    pub unused: Vec<String>,
    /// Headers that the platform's exports have and this file has not.
    pub missing: Vec<String>,
    /// Further sheets of the workbook whose rows go on under the same header.
    pub further_sheets: Vec<String>,
    /// Sheets that are hidden, and so not read.
    pub hidden_sheets: Vec<String>,
}

impl Recognised {
    /// The sheets of the workbook that are shown and not read.
    pub fn other_sheets(&self) -> Vec<String> {
        let (Format::Xlsx { sheet: first, .. } | Format::Xls { sheet: first, .. }) = &self.format else { return Vec::new() };
        self.sheets.iter().filter(|name| *name != first && !self.further_sheets.contains(name)).cloned().collect()
    }
}

const SAMPLE_ROWS: usize = 30;
const HEADER_WITHIN: usize = 30;
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
        Kind::Xlsx => recognise_workbook(connection, source, choices, Workbook::Xlsx, task)?,
        Kind::Xls => recognise_workbook(connection, source, choices, Workbook::Xls, task)?,
    };
    if let Some(platform) = &found.platform {
        settle_dates(&mut found.date_order, platform, source, &found.format, found.header_row, &found.header, choices, task)?;
    }
    Ok(found)
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
    let mut is_sure = true;
    let encodings = match &choices.encoding {
        Some(name) => vec![encoding_named(name)?],
        None => {
            let likely = encodings_of(source)?;
            is_sure = likely.is_sure;
            likely.encodings
        }
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
    // A header in the letters of the encoding settles it too.
    let settled = header.platform.is_some() && header.cells.iter().any(|cell| !cell.is_ascii());
    let format = seen.format.clone();
    let mut found = finish(source, seen, header, Sheets::default(), choices)?;
    if !is_sure && !settled {
        found.doubtful_words = doubtful_words(source, &format)?;
    }
    Ok(found)
}

/// Some words of a file that are not plain ASCII.
fn doubtful_words(source: &Source, format: &Format) -> Result<Vec<String>> {
    const WORDS: usize = 6;
    let mut words: Vec<String> = Vec::new();
    visit(source, format, &Task::quiet(), |record| {
        for cell in record.cells().filter(|cell| !cell.is_ascii()) {
            for word in cell.split_whitespace().filter(|word| !word.is_ascii()) {
                let word: String = word.trim_matches([',', '.', ';', '"']).chars().take(20).collect();
                if words.len() < WORDS && !words.contains(&word) {
                    words.push(word);
                }
            }
        }
        Ok(if words.len() < WORDS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok(words)
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

fn recognise_workbook(connection: &Connection, source: &Source, choices: &Choices, kind: Workbook, task: &Task) -> Result<Recognised> {
    let workbook::Heads { heads, hidden, from_1904 } = workbook::heads(source, kind, HEADER_WITHIN + SAMPLE_ROWS, task)?;
    let names: Vec<String> = heads.iter().map(|head| head.sheet.clone()).collect();
    let first_rows: Vec<(String, Vec<Record>)> = heads.iter().map(|head| (head.sheet.clone(), head.rows.clone())).collect();
    let mut best: Option<(Look, Header)> = None;
    let mut any_row = false;
    for head in heads {
        if choices.sheet.as_ref().is_some_and(|chosen| *chosen != head.sheet) {
            continue;
        }
        let further = Vec::new();
        let format = match kind {
            Workbook::Xlsx => Format::Xlsx { sheet: head.sheet, further },
            Workbook::Xls => Format::Xls { sheet: head.sheet, further },
        };
        let seen = Look { format, rows: head.rows };
        any_row |= !seen.rows.is_empty();
        if let Some(header) = find_header(connection, &seen, choices)?
            && best.as_ref().is_none_or(|(_, b)| score(&header) > score(b))
        {
            best = Some((seen, header));
        }
    }
    match best {
        Some((mut seen, header)) => {
            let further = if choices.sheet.is_some() { Vec::new() } else { further_sheets(&seen.format, &header, &first_rows) };
            if let Format::Xlsx { further: read, .. } | Format::Xls { further: read, .. } = &mut seen.format {
                read.clone_from(&further);
            }
            finish(source, seen, header, Sheets { names, further, hidden, from_1904 }, choices)
        }
        None if any_row => Err(unreadable(source, choices)),
        None => Err(Error::EmptyFile(source.name.clone())),
    }
}

/// What is known of the sheets of a workbook.
#[derive(Default)]
struct Sheets {
    names: Vec<String>,
    further: Vec<String>,
    hidden: Vec<String>,
    from_1904: bool,
}

/// The sheets after the first whose header is the same in the same row: their rows go on.
fn further_sheets(first: &Format, header: &Header, sheets: &[(String, Vec<Record>)]) -> Vec<String> {
    let (Format::Xlsx { sheet: first, .. } | Format::Xls { sheet: first, .. }) = first else { return Vec::new() };
    let names = |cells: &mut dyn Iterator<Item = &str>| -> Vec<String> {
        let mut names: Vec<String> = cells.map(platforms::header_key).collect();
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        names
    };
    let wanted = names(&mut header.cells.iter().map(String::as_str));
    let row_of = |rows: &[Record]| rows.get(header.index).map(|r| r.row);
    let first_row = sheets.iter().find(|(name, _)| name == first).and_then(|(_, rows)| row_of(rows));
    sheets
        .iter()
        .skip_while(|(name, _)| name != first)
        .skip(1)
        .filter(|(_, rows)| row_of(rows) == first_row && rows.get(header.index).is_some_and(|r| names(&mut r.cells()) == wanted))
        .map(|(name, _)| name.clone())
        .collect()
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
                // What the seller names is read as far as its columns go; a mapping knows exactly which it needs.
                let columns = Columns::find(platform, &cells);
                let known = columns.known();
                let key = if platform.provides == Provides::Customers { Field::Name } else { Field::Number };
                let has_key = columns.has(key) || platform.provides == Provides::Customers && columns.has(Field::FirstName);
                let fits = match choices.mapping.is_some() {
                    true => platform.require.iter().all(|required| columns.fits(required)),
                    false => has_key,
                };
                if fits && known >= platform.require.len().clamp(1, 2) {
                    return Ok(Some(Header { index, cells, platform: Some(platform.clone()), known }));
                }
            }
            None => {
                // What the seller said of these columns goes before what is known of them.
                if let Some(mapping) = super::mappings::find(connection, &cells)? {
                    let known = Columns::find(&mapping, &cells).known();
                    return Ok(Some(Header { index, cells, platform: Some(mapping), known }));
                }
                if let Some((platform, known)) = platforms::recognise(&cells)? {
                    return Ok(Some(Header { index, cells, platform: Some(platform.clone()), known }));
                }
            }
        }
    }
    // A mapping that does not fit is named by the caller, when no way to read the file made it fit.
    Ok(if choices.mapping.is_some() { None } else { plain_header(&seen.rows, matches!(seen.format, Format::Text { .. })) })
}

/// The header of a table that is not known: the first row of words that is as wide as the rows below it.
///
/// Rows of text that leave out their last empty cells all leave out as many; a row of a workbook ends with its last
/// filled cell, wherever that is.
fn plain_header(rows: &[Record], is_text: bool) -> Option<Header> {
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
    let shorter = below.iter().map(Record::len).filter(|length| (width.div_ceil(2)..width).contains(length));
    let common = shorter.clone().max_by_key(|length| below.iter().filter(|r| r.len() == *length).count());
    let fits = |r: &Record| r.len() == width || filled(r) == 0 || if is_text { Some(r.len()) == common } else { r.len() < width };
    let fitting = below.iter().filter(|r| fits(r)).count();
    if !below.is_empty() && fitting * 3 < below.len() * 2 {
        return None;
    }
    Some(Header { index, cells: rows[index].cells().map(str::to_owned).collect(), platform: None, known: 0 })
}

fn finish(source: &Source, seen: Look, header: Header, sheets: Sheets, choices: &Choices) -> Result<Recognised> {
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
    let by_hand = choices.mapping.is_some();
    let (mut read_as, mut unused, mut missing, mut nearly) = (Vec::new(), Vec::new(), Vec::new(), None);
    match &header.platform {
        Some(platform) => {
            let columns = Columns::find(platform, &cells);
            unused = columns.unused();
            if platform.exact {
                // Our own lists: fields of the seller's own.
                unused.retain(|header| own_field_of(header).is_none());
            }
            if !by_hand {
                let absent = platform.require.iter().filter(|required| !columns.fits(required));
                missing = absent.filter_map(|required| required.names().first().cloned()).collect();
            }
            read_as = columns.read_as;
        }
        None => nearly = platforms::nearest(&cells)?,
    }
    Ok(Recognised {
        format: seen.format,
        doubtful_words: Vec::new(),
        from_1904: sheets.from_1904,
        nearly,
        read_as,
        unused,
        missing,
        further_sheets: sheets.further,
        hidden_sheets: sheets.hidden,
        sheets: sheets.names,
        header_row,
        header: cells,
        by_header: header.platform.is_some() && choices.mapping.is_none() && choices.platform.is_none(),
        platform: header.platform,
        sample,
        date_order: None,
    })
}
