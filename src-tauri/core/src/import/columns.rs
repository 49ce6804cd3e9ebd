//! Which column of a file fills which field.

use super::platforms::{Field, Headers, Platform, header_key};
use super::tokens::Record;

/// Columns of a file by field, and the headers to name them in messages.
#[derive(Debug, Clone)]
pub struct Columns {
    /// 0-based columns in the order they are tried; for a sum, those to add.
    by_field: Vec<Vec<usize>>,
    sums: Vec<bool>,
    /// The header row as it stands in the file.
    pub header: Vec<String>,
}

impl Columns {
    /// Finds the platform's headers in a file's header row. Headers that occur twice are both used, the left
    /// one first.
    pub fn find(platform: &Platform, header: &[String]) -> Columns {
        let keys: Vec<String> = header.iter().map(|h| header_key(h)).collect();
        let mut by_field = vec![Vec::new(); Field::COUNT];
        let mut sums = vec![false; Field::COUNT];
        for (field, headers) in &platform.columns {
            sums[*field as usize] = matches!(headers, Headers::Sum { .. });
            for name in headers.names() {
                let wanted = header_key(name);
                by_field[*field as usize].extend(keys.iter().enumerate().filter(|(_, k)| is_header(k, &wanted)).map(|(i, _)| i));
            }
        }
        Columns { by_field, sums, header: header.to_vec() }
    }

    /// Whether the file has a column for this field.
    pub fn has(&self, field: Field) -> bool {
        !self.by_field[field as usize].is_empty()
    }

    /// The columns of a field.
    pub fn of(&self, field: Field) -> &[usize] {
        &self.by_field[field as usize]
    }

    /// Whether the columns of this field are to be added.
    pub fn is_sum(&self, field: Field) -> bool {
        self.sums[field as usize]
    }

    /// The first column of this field that is not blank in this row, and its cleaned text.
    pub fn cell<'r>(&self, record: &'r Record, field: Field) -> Option<(usize, &'r str)> {
        self.by_field[field as usize].iter().find_map(|&column| Some((column, clean(record.get(column))?)))
    }

    /// The cleaned text of a field; blank where there is none.
    pub fn text<'r>(&self, record: &'r Record, field: Field) -> &'r str {
        self.cell(record, field).map_or("", |(_, text)| text)
    }

    /// A column's header for messages.
    pub fn header_of(&self, column: usize) -> Option<String> {
        self.header.get(column).map(|h| h.trim().to_owned())
    }
}

/// Whether a header is the one that is wanted; `#` at the end of the wanted one stands for a number.
fn is_header(key: &str, wanted: &str) -> bool {
    match wanted.strip_suffix('#') {
        Some(start) => key.strip_prefix(start).is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())),
        None => key == wanted,
    }
}

/// The content of a cell without what exports wrap around it: white space, tabs, a leading `'`, words for
/// "nothing". `None` where nothing is left.
pub fn clean(cell: &str) -> Option<&str> {
    let outer = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}');
    let mut text = cell.trim_matches(outer);
    // ="0123" that a reader left whole, as workbooks may.
    if let Some(inner) = text.strip_prefix("=\"").and_then(|t| t.strip_suffix('"')) {
        text = inner.trim_matches(outer);
    }
    if text.len() > 1 {
        text = crate::text::unguard_formula(text).trim_matches(outer);
    }
    match text {
        "" | "'" | "-" | "--" | "—" | "——" | "/" | "null" | "NULL" | "None" | "none" | "N/A" | "#N/A" | "undefined" => None,
        // What eBay writes where it hides a value.
        "Invalid Request" => None,
        _ => Some(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_lose_their_wrapping() {
        for (cell, text) in [
            ("\t6917926768823643751", Some("6917926768823643751")),
            ("'13900000001", Some("13900000001")),
            ("=\"0123\"", Some("0123")),
            ("'+8613900000001", Some("+8613900000001")),
            (" —— ", None),
            ("-", None),
            ("'", None),
            ("\u{3000}张小满 ", Some("张小满")),
            ("-小王", Some("-小王")),
            ("#1001", Some("#1001")),
        ] {
            assert_eq!(clean(cell), text, "{cell:?}");
        }
    }
}
