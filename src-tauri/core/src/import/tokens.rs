//! Delimited text into records. Takes what spreadsheets and shop systems really write: quotes around a formula
//! (`="0123"`), doubled quotes, text after a closing quote, any line end, blank lines (which count as rows,
//! as they do in a spreadsheet). A quote that is never closed is an error with its place.
//!
//! For every well-formed file the records are those of the `csv` crate; a property test holds the two together.

use crate::error::{Error, Result};

/// A cell with more bytes of UTF-8 than this is not a cell.
pub const MAX_CELL: usize = 1 << 20;
/// More columns than this is not an order export.
pub const MAX_COLUMNS: usize = 4096;
/// A quoted cell that passes [`MAX_CELL`] with more lines than this has swallowed rows: its quote was never closed.
const LINES_OF_A_CELL: usize = 500;

/// One row of a file, its cells end to end in one buffer that is used again for the next row.
#[derive(Debug, Default, Clone)]
pub struct Record {
    /// Row as a spreadsheet counts it, 1-based.
    pub row: u32,
    /// Characters of it were broken: NULs that were left out, bytes that the encoding does not have.
    pub is_damaged: bool,
    text: String,
    ends: Vec<u32>,
}

impl Record {
    /// An empty record that stands at a row.
    pub fn at(row: u32) -> Record {
        Record { row, ..Record::default() }
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all cells together.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Whether there is no cell at all.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A cell by its 0-based column; beyond the last one, nothing.
    pub fn get(&self, column: usize) -> &str {
        let Some(&end) = self.ends.get(column) else { return "" };
        let start = if column == 0 { 0 } else { self.ends[column - 1] };
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    /// All cells from left to right.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|c| self.get(c))
    }

    /// Whether every cell is blank.
    pub fn is_blank(&self) -> bool {
        self.text.chars().all(|c| c.is_whitespace() || c == '\u{feff}')
    }

    /// Starts a new row.
    pub fn clear(&mut self, row: u32) {
        self.row = row;
        self.is_damaged = false;
        self.text.clear();
        self.ends.clear();
    }

    /// Leaves the NULs out of every cell: a buyer pasted them, and a platform exports them as they are.
    fn leave_nuls_out(&mut self) {
        self.is_damaged = true;
        let mut plain = Record { row: self.row, is_damaged: true, ..Record::default() };
        for cell in self.cells() {
            plain.push(&cell.replace('\0', ""));
        }
        *self = plain;
    }

    /// Adds a cell on the right.
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len() as u32);
    }
}

/// How delimited text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// `,` `;` tab or `|`.
    pub delimiter: u8,
    /// Quotes are ordinary characters.
    pub literal_quotes: bool,
}

/// What a look at the buffer gave.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// A record, and how many bytes it took.
    Record(usize),
    /// The buffer ends inside a record: read more and look again from the same place.
    NeedMore,
    /// Nothing is left.
    End,
}

/// Reads the record at the start of `text` into `record`, whose `row` must be the number of the row at that
/// place; blank lines before it are passed over and counted. `at_end` says that no more text will come.
///
/// # Errors
/// [`Error::UnclosedQuote`], [`Error::CellTooLong`], [`Error::TooManyColumns`].
pub fn read_record(text: &str, at_end: bool, dialect: Dialect, record: &mut Record) -> Result<Step> {
    let bytes = text.as_bytes();
    let mut row = record.row;
    let mut at = 0;
    // Blank lines.
    loop {
        match bytes.get(at) {
            None if at_end => return Ok(Step::End),
            None => return Ok(Step::NeedMore),
            Some(b'\n') => at += 1,
            Some(b'\r') => match bytes.get(at + 1) {
                Some(b'\n') => at += 2,
                None if !at_end => return Ok(Step::NeedMore),
                _ => at += 1,
            },
            Some(_) => break,
        }
        row += 1;
    }
    let start = at;
    record.clear(row);
    loop {
        let column = record.ends.len() as u32 + 1;
        if column as usize > MAX_COLUMNS {
            return Err(Error::TooManyColumns { row, limit: MAX_COLUMNS as u32 });
        }
        let cell_start = record.text.len();
        let quoted_at = match (dialect.literal_quotes, bytes.get(at), bytes.get(at + 1)) {
            (true, ..) => None,
            (false, Some(b'"'), _) => Some(at + 1),
            (false, Some(b'='), Some(b'"')) => Some(at + 2),
            (false, Some(b'='), None) if !at_end => return Ok(Step::NeedMore),
            _ => None,
        };
        if let Some(inside) = quoted_at {
            match read_quoted(text, inside, at_end, record, cell_start, row, column)? {
                Some(after) => at = after,
                None => return Ok(Step::NeedMore),
            }
        }
        // The rest of the cell up to a delimiter or the end of the line.
        let rest = at;
        let end = bytes[rest..].iter().position(|b| *b == dialect.delimiter || *b == b'\n' || *b == b'\r').map(|i| rest + i);
        match end {
            None if !at_end => {
                return if bytes.len() - rest > MAX_CELL { Err(cell_too_long(row, column)) } else { Ok(Step::NeedMore) };
            }
            _ => {}
        }
        let end = end.unwrap_or(bytes.len());
        record.text.push_str(&text[rest..end]);
        if record.text.len() - cell_start > MAX_CELL {
            return Err(cell_too_long(row, column));
        }
        record.ends.push(record.text.len() as u32);
        at = match bytes.get(end) {
            Some(b) if *b == dialect.delimiter => {
                at = end + 1;
                continue;
            }
            Some(b'\r') => match bytes.get(end + 1) {
                Some(b'\n') => end + 2,
                None if !at_end => return Ok(Step::NeedMore),
                _ => end + 1,
            },
            Some(_) => end + 1,
            None => end,
        };
        break;
    }
    if bytes[start..at].contains(&0) {
        record.leave_nuls_out();
    }
    Ok(Step::Record(at))
}

/// Reads from just inside an opening quote; the place after the closing quote, or `None` for more text.
fn read_quoted(
    text: &str,
    inside: usize,
    at_end: bool,
    record: &mut Record,
    cell_start: usize,
    row: u32,
    column: u32,
) -> Result<Option<usize>> {
    let bytes = text.as_bytes();
    let mut at = inside;
    loop {
        let Some(offset) = memchr::memchr(b'"', &bytes[at..]) else {
            if at_end {
                return Err(Error::UnclosedQuote { row, column });
            }
            return if bytes.len() - inside > MAX_CELL { Err(too_long_or_unclosed(&bytes[inside..], row, column)) } else { Ok(None) };
        };
        let quote = at + offset;
        record.text.push_str(&text[at..quote]);
        if record.text.len() - cell_start > MAX_CELL {
            return Err(too_long_or_unclosed(&bytes[inside..quote], row, column));
        }
        match bytes.get(quote + 1) {
            Some(b'"') => {
                record.text.push('"');
                at = quote + 2;
            }
            None if !at_end => return Ok(None),
            _ => return Ok(Some(quote + 1)),
        }
    }
}

fn cell_too_long(row: u32, column: u32) -> Error {
    Error::CellTooLong { row, column, limit: MAX_CELL as u32 }
}

fn too_long_or_unclosed(cell: &[u8], row: u32, column: u32) -> Error {
    match memchr::memchr_iter(b'\n', cell).nth(LINES_OF_A_CELL) {
        Some(_) => Error::UnclosedQuote { row, column },
        None => cell_too_long(row, column),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COMMA: Dialect = Dialect { delimiter: b',', literal_quotes: false };

    /// Reads everything, handing over the text in pieces of `piece` bytes.
    fn read_all(text: &str, dialect: Dialect, piece: usize) -> Result<Vec<(u32, Vec<String>)>> {
        let mut rows = Vec::new();
        let mut record = Record { row: 1, ..Record::default() };
        let (mut from, mut to) = (0, 0);
        loop {
            let row = record.row;
            match read_record(&text[from..to], to == text.len(), dialect, &mut record)? {
                Step::Record(used) => {
                    from += used;
                    rows.push((record.row, record.cells().map(str::to_owned).collect()));
                    record.row += 1;
                }
                Step::NeedMore => {
                    record.row = row;
                    to = (to + piece).min(text.len());
                    while !text.is_char_boundary(to) {
                        to += 1;
                    }
                }
                Step::End => return Ok(rows),
            }
        }
    }

    #[test]
    fn spreadsheets_are_read_as_they_write() {
        let rows = read_all("a,b\r\n\r\n=\"00,12\",\"x\"\"y\ny\"z,\n'1, 2 ,", COMMA, 3).unwrap();
        assert_eq!(
            rows,
            vec![
                (1, vec!["a".into(), "b".into()]),
                (3, vec!["00,12".into(), "x\"y\nyz".into(), "".into()]),
                (4, vec!["'1".into(), " 2 ".into(), "".into()]),
            ]
        );
    }

    #[test]
    fn quotes_can_be_plain_characters() {
        let tabs = Dialect { delimiter: b'\t', literal_quotes: true };
        assert_eq!(read_all("5\" pan\t\"best\"\n", tabs, 1).unwrap(), vec![(1, vec!["5\" pan".into(), "\"best\"".into()])]);
    }

    #[test]
    fn what_cannot_be_a_table_is_named_with_its_place() {
        assert!(matches!(read_all("a,b\n1,\"open\n2,3\n", COMMA, 4), Err(Error::UnclosedQuote { row: 2, column: 2 })));
        let long = format!("a,b\n1,{}\n", "x".repeat(MAX_CELL + 1));
        assert!(matches!(read_all(&long, COMMA, 4096), Err(Error::CellTooLong { row: 2, column: 2, .. })));
        let swallowed = format!("a,b\n1,\"{}", "2,3\n".repeat(MAX_CELL));
        assert!(matches!(read_all(&swallowed, COMMA, 65536), Err(Error::UnclosedQuote { row: 2, column: 2 })));
        let wide = ",".repeat(10_000);
        assert!(matches!(read_all(&wide, COMMA, 4096), Err(Error::TooManyColumns { row: 1, .. })));
    }

    proptest! {
        #[test]
        fn well_formed_files_read_as_the_csv_crate_reads_them(
            rows in proptest::collection::vec(proptest::collection::vec("[a-z\", \r\n'中𠮷-]{0,6}", 2..5), 1..6), piece in 1usize..9,
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let mine: Vec<Vec<String>> = read_all(&text, COMMA, piece).unwrap().into_iter().map(|(_, cells)| cells).collect();
            let theirs: Vec<Vec<String>> = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes())
                .records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
            prop_assert_eq!(mine, theirs);
        }

        #[test]
        fn no_text_makes_it_panic_or_loop(text in "[a,\"=\\r\\n\\t中]{0,60}", piece in 1usize..9) {
            let _ = read_all(&text, COMMA, piece);
        }
    }
}
