//! Files as rows of cells, whatever they are: delimited text in any encoding, XLSX, XLS.

use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::encodings::encoding_named;
use super::text_file::visit_text;
use super::tokens::{Dialect, Record};
use super::workbook::{self, Workbook};
use crate::error::{Error, Result, file_name};
use crate::task::Task;

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
        crate::files::open_ordinary(&self.path).map_err(|error| match error {
            Error::NotAFile(_) => Error::NotAFile(self.name.clone()),
            Error::File { source, .. } => Error::File { path: self.name.clone(), source },
            other => other,
        })
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
        /// Sheets after it whose rows go on under the same header.
        #[serde(default)]
        further: Vec<String>,
    },
    /// A sheet of an XLS workbook.
    Xls {
        /// The sheet's name.
        sheet: String,
        /// Sheets after it whose rows go on under the same header.
        #[serde(default)]
        further: Vec<String>,
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
        Format::Xlsx { sheet, further } => visit_sheets(source, Workbook::Xlsx, sheet, further, task, &mut each),
        Format::Xls { sheet, further } => visit_sheets(source, Workbook::Xls, sheet, further, task, &mut each),
    }
}

/// Rows of a further sheet are numbered from a multiple of this on, which no sheet has: [`sheet_row`] tells them apart.
const ROWS_OF_A_SHEET: u32 = 1 << 20;

/// The row within its sheet, and which of the sheets read it is in (0 for the first).
pub fn sheet_row(row: u32) -> (u32, usize) {
    let before = row.saturating_sub(1) / ROWS_OF_A_SHEET;
    (row - before * ROWS_OF_A_SHEET, before as usize)
}

fn visit_sheets(
    source: &Source,
    kind: Workbook,
    sheet: &str,
    further: &[String],
    task: &Task,
    each: &mut dyn FnMut(&Record) -> Result<ControlFlow<()>>,
) -> Result<Option<[u8; 32]>> {
    for (index, sheet) in std::iter::once(sheet).chain(further.iter().map(String::as_str)).enumerate() {
        let before = u32::try_from(index).ok().and_then(|i| i.checked_mul(ROWS_OF_A_SHEET)).ok_or(Error::Overflow)?;
        let mut moved = Record::default();
        let whole = match before {
            0 => workbook::visit(source, kind, sheet, task, each)?,
            _ => workbook::visit(source, kind, sheet, task, &mut |record| {
                moved.clone_from(record);
                moved.row += before;
                each(&moved)
            })?,
        };
        if !whole {
            return Ok(None);
        }
    }
    digest_of(source).map(Some)
}

/// Files are read in pieces of this many bytes.
pub(super) const PIECE: usize = 256 * 1024;

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
