//! Rows that a spreadsheet put into one quoted cell, under a header that is still in its columns.

use super::columns::clean;
use super::source::Format;
use super::tokens::{Dialect, Record, Step, read_record};

/// What a row is whose only filled cell may hold a whole row.
pub(super) enum OneCell {
    /// A row like any other.
    No,
    /// The row that its one cell holds: as many cells as the header has.
    Holds(Record),
    /// A row's delimiters stand in the one cell, and it cannot be told which belong to a cell.
    Broken,
}

/// Looks at a row under a header of so many columns.
pub(super) fn look(record: &Record, format: &Format, columns: usize) -> OneCell {
    /// Fewer columns than this may well stand in a sentence.
    const FEW: usize = 5;
    if columns < FEW {
        return OneCell::No;
    }
    let mut filled = record.cells().filter_map(clean);
    let (Some(cell), None) = (filled.next(), filled.next()) else { return OneCell::No };
    let (delimiters, literal_quotes): (&[char], bool) = match format {
        Format::Text { delimiter, literal_quotes, .. } => (std::slice::from_ref(delimiter), *literal_quotes),
        Format::Xlsx { .. } | Format::Xls { .. } => (&[',', ';', '\t'], false),
    };
    let Some(delimiter) = delimiters.iter().find(|d| cell.matches(**d).count() * 2 >= columns - 1) else { return OneCell::No };
    let dialect = Dialect { delimiter: u8::try_from(*delimiter).unwrap_or(b','), literal_quotes };
    let mut held = Record::at(record.row);
    match read_record(cell, true, dialect, &mut held) {
        Ok(Step::Record(_)) if held.len() == columns => {
            held.row = record.row;
            held.is_damaged = record.is_damaged;
            OneCell::Holds(held)
        }
        _ => OneCell::Broken,
    }
}
