//! Which column of a file fills which field.

use super::platforms::{Field, Headers, Platform, header_key};
use super::tokens::Record;

/// Columns of a file by field, and the headers to name them in messages.
#[derive(Debug, Clone)]
pub struct Columns {
    /// 0-based columns in the order they are tried; for a sum, those to add.
    by_field: Vec<Vec<usize>>,
    sums: Vec<bool>,
    /// Headers of the file that were read as one of the platform that is spelled a little otherwise, and that one.
    pub read_as: Vec<(String, String)>,
    /// The header row as it stands in the file.
    pub header: Vec<String>,
}

impl Columns {
    /// Finds the platform's headers in a file's header row. Headers that occur twice are both used, the left
    /// one first. One that is not there is looked for among those that nothing else is known by, as one that is spelled a
    /// little otherwise; it has to be the only one.
    pub fn find(platform: &Platform, header: &[String]) -> Columns {
        let keys: Vec<String> = header.iter().map(|h| header_key(h)).collect();
        let mut spellings = Spellings::new(platform, &keys);
        let mut read_as = Vec::new();
        let mut by_field = vec![Vec::new(); Field::COUNT];
        let mut sums = vec![false; Field::COUNT];
        for (field, headers) in &platform.columns {
            sums[*field as usize] = matches!(headers, Headers::Sum { .. });
            for name in headers.names() {
                let wanted = header_key(name);
                let slot = &mut by_field[*field as usize];
                let before = slot.len();
                slot.extend(keys.iter().enumerate().filter(|(_, k)| is_header(k, &wanted)).map(|(i, _)| i));
                if slot.len() == before
                    && let Some(column) = spellings.near(&wanted)
                {
                    slot.push(column);
                    read_as.push((header[column].trim().to_owned(), name.clone()));
                }
            }
        }
        Columns { by_field, sums, read_as, header: header.to_vec() }
    }

    /// How many fields the file has a column for.
    pub fn known(&self) -> usize {
        self.by_field.iter().filter(|columns| !columns.is_empty()).count()
    }

    /// Whether one of these headers is in the file, as it stands or as it was read.
    pub fn fits(&self, headers: &Headers) -> bool {
        headers.names().iter().any(|name| {
            let wanted = header_key(name);
            self.header.iter().any(|h| is_header(&header_key(h), &wanted)) || self.read_as.iter().any(|(_, meant)| meant == name)
        })
    }

    /// The headers of the file that fill no field.
    pub fn unused(&self) -> Vec<String> {
        let used = |column: usize| self.by_field.iter().any(|columns| columns.contains(&column));
        let named = self.header.iter().enumerate().filter(|(column, h)| !h.trim().is_empty() && !used(*column));
        named.map(|(_, h)| h.trim().to_owned()).collect()
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

/// Whether a header is the one that is wanted; a `#` in the wanted one stands for a number.
fn is_header(key: &str, wanted: &str) -> bool {
    match wanted.split_once('#').filter(|(start, _)| !start.is_empty()) {
        Some((start, end)) => key
            .strip_prefix(start)
            .and_then(|rest| rest.strip_suffix(end))
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())),
        None => key == wanted,
    }
}

/// Headers of a file that a platform knows none of, to find one that is spelled a little otherwise.
struct Spellings<'k> {
    /// Column, key, and the key without units and marks.
    unknown: Vec<(usize, &'k str, String)>,
}

impl<'k> Spellings<'k> {
    fn new(platform: &Platform, keys: &'k [String]) -> Spellings<'k> {
        let known: Vec<String> = platform.columns.values().flat_map(Headers::names).map(|name| header_key(name)).collect();
        let is_unknown = |key: &str| !key.is_empty() && !known.iter().any(|wanted| is_header(key, wanted));
        let unknown = keys.iter().enumerate().filter(|(_, key)| is_unknown(key)).map(|(i, key)| (i, key.as_str(), bare(key))).collect();
        Spellings { unknown }
    }

    /// The only column whose header means the wanted one: but for units in brackets and marks, or one letter more or less.
    fn near(&mut self, wanted: &str) -> Option<usize> {
        let wanted_bare = bare(wanted);
        if wanted_bare.is_empty() {
            return None;
        }
        let mut found = self.unknown.iter().enumerate().filter(|(_, (_, key, bare))| *bare == wanted_bare || is_a_letter_off(key, wanted));
        let (at, None) = (found.next()?.0, found.next()) else { return None };
        Some(self.unknown.remove(at).0)
    }
}

/// A header key without units in brackets and marks: `商家实收金额(元)` → `商家实收金额`, `ship_city` → `shipcity`.
fn bare(key: &str) -> String {
    const UNITS: [&str; 14] = ["元", "￥", "¥", "rmb", "cny", "usd", "eur", "$", "€", "件", "个", "必填", "选填", "可选"];
    let mut rest = key;
    while let Some((before, _)) = rest.strip_suffix(')').and_then(|r| r.rsplit_once('(')).filter(|(_, unit)| UNITS.contains(unit)) {
        rest = before;
    }
    rest.chars().filter(|c| !matches!(c, '_' | '-' | '.' | ':' | '*' | '#' | '/' | '\'' | '"')).collect()
}

/// Whether two long words in letters differ by one letter that is more, less or another: `canceledat`, `cancelledat`.
fn is_a_letter_off(a: &str, b: &str) -> bool {
    const LONG: usize = 8;
    let letters = |t: &str| t.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    if a.len().min(b.len()) < LONG || a.len().abs_diff(b.len()) > 1 || !letters(a) || !letters(b) {
        return false;
    }
    let start = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.bytes().rev().zip(b.bytes().rev()).take_while(|(x, y)| x == y).count();
    a.len().saturating_sub(end) <= 1 && b.len().saturating_sub(end) <= 1
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

    fn found(columns: &[(Field, &str)], header: &[&str]) -> Columns {
        let platform = Platform {
            columns: columns.iter().map(|(field, name)| (*field, Headers::One((*name).to_owned()))).collect(),
            ..crate::import::platforms::by_id("shopify-orders").unwrap().clone()
        };
        Columns::find(&platform, &header.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_header_that_is_spelled_a_little_otherwise_is_found_where_only_one_can_be_meant() {
        let columns = found(&[(Field::Paid, "实收金额(元)"), (Field::CancelledAt, "Cancelled at")], &["实收金额", "Canceled at"]);
        assert_eq!((columns.of(Field::Paid), columns.of(Field::CancelledAt)), (&[0][..], &[1][..]));
        assert_eq!(columns.read_as.len(), 2);
        let two = found(&[(Field::Paid, "金额(元)")], &["金额", "金额（¥）"]);
        assert!(!two.has(Field::Paid), "either could be meant");
        let taken = found(&[(Field::Paid, "金额"), (Field::Goods, "金额(元)")], &["金额"]);
        assert!(!taken.has(Field::Goods), "the column is the paid sum");
        let other =
            found(&[(Field::Address, "Address 1"), (Field::FirstName, "First Name (Billing)")], &["Address 2", "First Name (Shipping)"]);
        assert!(!other.has(Field::Address) && !other.has(Field::FirstName));
        assert_eq!(other.unused(), ["Address 2", "First Name (Shipping)"]);
    }

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
