//! Small tables that are no orders: weights of products, a courier's bill. The same files in the same encodings
//! as order exports, read whole.

use std::ops::ControlFlow;

use super::choices::Choices;
use super::columns::clean;
use super::detect::recognise;
use super::source::{Source, visit};
use crate::error::{Error, Result};
use crate::storage::Shop;
use crate::task::Task;
use crate::text::{LONGEST_PASTE, check_length, normalised};

/// A table with its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainTable {
    /// The file's name.
    pub file: String,
    /// The header as it stands in the file.
    pub header: Vec<String>,
    /// Each row that is not blank, with its number as a spreadsheet counts it.
    pub rows: Vec<(u32, Vec<String>)>,
}

/// More rows than this are no bill and no list of products.
const MOST_ROWS: usize = 500_000;

impl PlainTable {
    /// Reads a file whole.
    ///
    /// # Errors
    /// Those of reading a file as a table; [`Error::HeaderOnly`]; [`Error::BadValue`] for more rows than a bill has.
    pub fn read(shop: &Shop, source: &Source, task: &Task) -> Result<PlainTable> {
        let found = shop.read(|connection| recognise(connection, source, &Choices::default(), task))?;
        let mut rows = Vec::new();
        visit(source, &found.format, task, |record| {
            if record.row > found.header_row && !record.is_blank() {
                rows.push((record.row, record.cells().map(cell).collect()));
            }
            if rows.len() > MOST_ROWS {
                return Err(Error::BadValue { field: "table.rows", value: MOST_ROWS.to_string(), reason: "too_many_rows" });
            }
            Ok(ControlFlow::Continue(()))
        })?;
        if rows.is_empty() {
            return Err(Error::HeaderOnly(source.name.clone()));
        }
        Ok(PlainTable { file: source.name.clone(), header: found.header.iter().map(|c| cell(c)).collect(), rows })
    }

    /// A table pasted from a spreadsheet: cells with tabs between, its first line the header.
    ///
    /// # Errors
    /// [`Error::HeaderOnly`]; [`Error::BadValue`] for more text or more rows than anybody pastes.
    pub fn pasted(text: &str) -> Result<PlainTable> {
        check_length("paste", text, LONGEST_PASTE)?;
        if memchr::memchr_iter(b'\n', text.as_bytes()).count() > MOST_ROWS {
            return Err(Error::BadValue { field: "table.rows", value: MOST_ROWS.to_string(), reason: "too_many_rows" });
        }
        let mut records: Vec<(u32, Vec<String>)> = Vec::new();
        if text.contains('"') {
            // A cell with a line break or a quote in it comes in quotes.
            let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').has_headers(false).flexible(true).from_reader(text.as_bytes());
            for record in reader.records() {
                let record = record.map_err(|e| Error::BadValue { field: "paste", value: e.to_string(), reason: "not_a_table" })?;
                let line = record.position().map_or(0, |p| u32::try_from(p.line()).unwrap_or(u32::MAX));
                records.push((line, record.iter().map(cell).collect()));
            }
        } else {
            records.extend(text.lines().enumerate().map(|(at, line)| (at as u32 + 1, line.split('\t').map(cell).collect())));
        }
        records.retain(|(_, cells)| cells.iter().any(|c| !c.is_empty()));
        let mut records = records.into_iter();
        let header = records.next().map(|(_, cells)| cells).unwrap_or_default();
        let rows: Vec<(u32, Vec<String>)> = records.collect();
        if rows.is_empty() {
            return Err(Error::HeaderOnly(String::new()));
        }
        Ok(PlainTable { file: String::new(), header, rows })
    }

    /// The first column whose header is one of these names, or begins with one that a bracket follows.
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        let headers: Vec<String> = self.header.iter().map(|h| normalised(h)).collect();
        names.iter().find_map(|name| {
            let name = normalised(name);
            headers
                .iter()
                .position(|h| *h == name || h.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(['(', '（', '/', '['])))
        })
    }
}

fn cell(text: &str) -> String {
    clean(text).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_table_has_its_header_and_rows() {
        let table = PlainTable::pasted("商品编码\t重量(kg)\n\n'0012\t1.2\n").unwrap();
        assert_eq!(table.rows, [(3, vec!["0012".to_owned(), "1.2".to_owned()])]);
        assert_eq!((table.column(&["SKU", "商品编码"]), table.column(&["重量"]), table.column(&["体积"])), (Some(0), Some(1), None));
        let quoted = PlainTable::pasted("订单号\t内容\n1\t\"第一行\n第二行\"\n").unwrap();
        assert_eq!(quoted.rows, [(2, vec!["1".to_owned(), "第一行\n第二行".to_owned()])]);
        assert_eq!(PlainTable::pasted("只有表头").unwrap_err().code(), "header_only");
    }
}
