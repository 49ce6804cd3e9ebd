//! Sheets of XLSX and XLS workbooks.
//!
//! A workbook tells a reader how much memory to ask for, and one that is damaged or made to do harm asks for more than
//! there is, which ends a program. So it is read in a process of its own ([`reader`]: this same program, started for that)
//! with a limit of memory and of time; rows come back through a pipe. Whatever becomes of that process, the answer is an
//! error in words.

mod bounds;
mod cells;
mod frames;
pub mod reader;

use std::fs::File;
use std::ops::ControlFlow;

use super::source::Source;
use super::tokens::Record;
use crate::error::{Error, Result};
use crate::task::Task;

/// More sheets than any workbook of orders has.
pub(super) const MOST_SHEETS: usize = 256;

/// The two kinds of workbooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workbook {
    /// Office Open XML.
    Xlsx,
    /// The binary format before it.
    Xls,
}

/// What is asked of a workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask<'a> {
    /// The first so many rows of each sheet.
    Heads(usize),
    /// All rows of a sheet.
    Rows(&'a str),
}

/// What a workbook answers, piece by piece.
pub(super) enum Piece<'a> {
    /// It is being looked at: so many bytes of it were unpacked.
    Progress(u64),
    /// The rows that follow are of this sheet.
    Sheet(&'a str),
    /// A sheet that is hidden and not read.
    Hidden(&'a str),
    /// Days are counted from 1904.
    From1904,
    /// A row.
    Row(&'a Record),
}

/// The first rows of a sheet.
pub(super) struct Head {
    pub sheet: String,
    pub rows: Vec<Record>,
}

/// What a look at a workbook gives.
#[derive(Default)]
pub(super) struct Heads {
    /// The sheets that are shown, in their order.
    pub heads: Vec<Head>,
    /// The names of those that are hidden.
    pub hidden: Vec<String>,
    /// Days are counted from 1904.
    pub from_1904: bool,
}

/// The first rows of all sheets together may take this many bytes.
const MOST_OF_HEADS: usize = 64 << 20;

/// The first rows of each sheet of a workbook, in the order of the sheets.
///
/// # Errors
/// [`Error::Workbook`], [`Error::WorkbookTooLarge`], [`Error::TooManySheets`]; [`Error::Cancelled`].
pub(super) fn heads(source: &Source, kind: Workbook, rows: usize, task: &Task) -> Result<Heads> {
    let mut found = Heads::default();
    let mut bytes = 0;
    ask(source, kind, Ask::Heads(rows), task, &mut |piece| {
        match piece {
            Piece::Progress(_) => {}
            Piece::Hidden(name) => found.hidden.push(name.to_owned()),
            Piece::From1904 => found.from_1904 = true,
            Piece::Sheet(name) => found.heads.push(Head { sheet: name.to_owned(), rows: Vec::new() }),
            Piece::Row(record) => {
                bytes += record.bytes();
                if bytes > MOST_OF_HEADS {
                    return Err(Error::WorkbookTooLarge { file: source.name.clone(), limit_mib: (MOST_OF_HEADS >> 20) as u32 });
                }
                if let Some(head) = found.heads.last_mut() {
                    head.rows.push(record.clone());
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// Reads a sheet of a workbook row by row; whether it was read to its end.
///
/// # Errors
/// As [`heads`], and those of `each`.
pub(super) fn visit(
    source: &Source,
    kind: Workbook,
    sheet: &str,
    task: &Task,
    each: &mut dyn FnMut(&Record) -> Result<ControlFlow<()>>,
) -> Result<bool> {
    ask(source, kind, Ask::Rows(sheet), task, &mut |piece| match piece {
        Piece::Row(record) => each(record),
        Piece::Progress(_) | Piece::Sheet(_) | Piece::Hidden(_) | Piece::From1904 => Ok(ControlFlow::Continue(())),
    })
}

type Take<'t> = &'t mut dyn FnMut(Piece<'_>) -> Result<ControlFlow<()>>;

fn ask(source: &Source, kind: Workbook, ask: Ask<'_>, task: &Task, take: Take<'_>) -> Result<bool> {
    let (file, bytes) = source.open()?;
    let answered = match reader::program() {
        Some(program) => reader::answer(program, source, kind, ask, bytes, task, take),
        None => answer(file, bytes, kind, ask, u64::MAX, take),
    };
    answered.map_err(|error| named(error, &source.name))
}

/// Answers in this process. `memory` bounds what the shared texts may take.
fn answer(file: File, bytes: u64, kind: Workbook, ask: Ask<'_>, memory: u64, take: Take<'_>) -> Result<bool> {
    let merged = match kind {
        Workbook::Xlsx => bounds::check_xlsx(&file, bytes, memory, &mut |done| take(Piece::Progress(done)).map(drop))?,
        Workbook::Xls => bounds::check_xls(bytes).map(|()| true)?,
    };
    let mut workbook = cells::Opened::new(kind, file, merged)?;
    match ask {
        Ask::Rows(sheet) => workbook.visit(sheet, &mut |record| take(Piece::Row(record))),
        Ask::Heads(rows) => {
            for hidden in workbook.hidden() {
                if take(Piece::Hidden(&hidden))?.is_break() {
                    return Ok(false);
                }
            }
            if workbook.is_from_1904() && take(Piece::From1904)?.is_break() {
                return Ok(false);
            }
            for sheet in workbook.sheets() {
                if take(Piece::Sheet(&sheet))?.is_break() {
                    return Ok(false);
                }
                let mut left = rows;
                workbook.visit(&sheet, &mut |record| {
                    left = left.saturating_sub(1);
                    Ok(if take(Piece::Row(record))?.is_break() || left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
                })?;
            }
            Ok(true)
        }
    }
}

/// The reader does not know what the seller calls the file.
fn named(error: Error, name: &str) -> Error {
    match error {
        Error::Workbook { reason, .. } => Error::Workbook { file: name.to_owned(), reason },
        Error::WorkbookTooLarge { limit_mib, .. } => Error::WorkbookTooLarge { file: name.to_owned(), limit_mib },
        Error::TooManySheets { limit, .. } => Error::TooManySheets { file: name.to_owned(), limit },
        other => other,
    }
}
