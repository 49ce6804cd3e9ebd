//! How rows and errors come through the pipe: a letter, numbers of four or eight bytes (little-endian), texts with their
//! length before them.

use std::io::{Read, Write};

use serde::{Deserialize, Serialize};

use super::Piece;
use crate::error::{Error, Result};
use crate::import::tokens::{MAX_CELL, MAX_COLUMNS, Record};

/// An error that a reader may have, as it goes through the pipe.
#[derive(Debug, Serialize, Deserialize)]
enum Refusal {
    Unreadable(String),
    TooLarge(u32),
    TooManySheets(u32),
    TooManyColumns { row: u32, limit: u32 },
    CellTooLong { row: u32, column: u32, limit: u32 },
}

/// A reader repeats in its reason what it found, however long that is.
fn beginning(reason: &str) -> String {
    const LONGEST: usize = 300;
    reason.chars().take(LONGEST).collect()
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        match error {
            Error::Workbook { reason, .. } => Refusal::Unreadable(beginning(&reason)),
            Error::WorkbookTooLarge { limit_mib, .. } => Refusal::TooLarge(limit_mib),
            Error::TooManySheets { limit, .. } => Refusal::TooManySheets(limit),
            Error::TooManyColumns { row, limit } => Refusal::TooManyColumns { row, limit },
            Error::CellTooLong { row, column, limit } => Refusal::CellTooLong { row, column, limit },
            other => Refusal::Unreadable(beginning(&other.to_string())),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        let file = String::new();
        match refusal {
            Refusal::Unreadable(reason) => Error::Workbook { file, reason },
            Refusal::TooLarge(limit_mib) => Error::WorkbookTooLarge { file, limit_mib },
            Refusal::TooManySheets(limit) => Error::TooManySheets { file, limit },
            Refusal::TooManyColumns { row, limit } => Error::TooManyColumns { row, limit },
            Refusal::CellTooLong { row, column, limit } => Error::CellTooLong { row, column, limit },
        }
    }
}

/// What comes through the pipe.
pub(super) enum Frame {
    Progress(u64),
    Sheet(String),
    Hidden(String),
    From1904,
    /// The row is in the record that was given.
    Row,
    /// The answer is complete; whether the sheet was read to its end.
    Done(bool),
    Failed(Error),
    /// The pipe ended before the answer did, or something else wrote into it.
    Broken,
}

pub(super) fn write_piece(out: &mut impl Write, piece: &Piece<'_>) -> std::io::Result<()> {
    match piece {
        Piece::Progress(done) => {
            out.write_all(b"P")?;
            out.write_all(&done.to_le_bytes())
        }
        Piece::Sheet(name) => {
            out.write_all(b"S")?;
            write_text(out, name)
        }
        Piece::Hidden(name) => {
            out.write_all(b"H")?;
            write_text(out, name)
        }
        Piece::From1904 => out.write_all(b"4"),
        Piece::Row(record) => {
            out.write_all(if record.is_damaged { b"D" } else { b"R" })?;
            out.write_all(&record.row.to_le_bytes())?;
            out.write_all(&(record.len() as u32).to_le_bytes())?;
            record.cells().try_for_each(|cell| write_text(out, cell))
        }
    }
}

pub(super) fn write_end(out: &mut impl Write, answer: Result<bool>) -> std::io::Result<()> {
    match answer {
        Ok(whole) => out.write_all(&[b'Z', u8::from(whole)])?,
        Err(error) => {
            out.write_all(b"E")?;
            write_text(out, &serde_json::to_string(&Refusal::from(error)).unwrap_or_default())?;
        }
    }
    out.flush()
}

fn write_text(out: &mut impl Write, text: &str) -> std::io::Result<()> {
    out.write_all(&(text.len() as u32).to_le_bytes())?;
    out.write_all(text.as_bytes())
}

/// The next frame. A row goes into `record`; `cell` is room for one text.
pub(super) fn read_frame(from: &mut impl Read, record: &mut Record, cell: &mut String) -> Frame {
    try_frame(from, record, cell).unwrap_or(Frame::Broken)
}

fn try_frame(from: &mut impl Read, record: &mut Record, cell: &mut String) -> std::io::Result<Frame> {
    let mut kind = [0];
    from.read_exact(&mut kind)?;
    Ok(match kind[0] {
        b'P' => {
            let mut done = [0; 8];
            from.read_exact(&mut done)?;
            Frame::Progress(u64::from_le_bytes(done))
        }
        b'S' => {
            read_text(from, cell)?;
            Frame::Sheet(cell.clone())
        }
        b'H' => {
            read_text(from, cell)?;
            Frame::Hidden(cell.clone())
        }
        b'4' => Frame::From1904,
        b'R' | b'D' => {
            let (row, cells) = (read_number(from)?, read_number(from)?);
            if cells as usize > MAX_COLUMNS {
                return Ok(Frame::Broken);
            }
            record.clear(row);
            record.is_damaged = kind[0] == b'D';
            for _ in 0..cells {
                read_text(from, cell)?;
                record.push(cell);
            }
            Frame::Row
        }
        b'Z' => {
            let mut whole = [0];
            from.read_exact(&mut whole)?;
            Frame::Done(whole[0] == 1)
        }
        b'E' => {
            read_text(from, cell)?;
            match serde_json::from_str::<Refusal>(cell) {
                Ok(refusal) => Frame::Failed(refusal.into()),
                Err(_) => Frame::Broken,
            }
        }
        _ => Frame::Broken,
    })
}

fn read_number(from: &mut impl Read) -> std::io::Result<u32> {
    let mut bytes = [0; 4];
    from.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

/// Reads a text that is no longer than a cell may be.
fn read_text(from: &mut impl Read, text: &mut String) -> std::io::Result<()> {
    let length = read_number(from)? as usize;
    if length > MAX_CELL {
        return Err(std::io::ErrorKind::InvalidData.into());
    }
    let mut bytes = std::mem::take(text).into_bytes();
    bytes.clear();
    bytes.resize(length, 0);
    from.read_exact(&mut bytes)?;
    *text = String::from_utf8(bytes).map_err(|_| std::io::ErrorKind::InvalidData)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_into_the_pipe_comes_out() {
        let mut record = Record::at(7);
        for cell in ["", "张小满", "a\tb\n"] {
            record.push(cell);
        }
        let mut pipe = Vec::new();
        write_piece(&mut pipe, &Piece::Progress(9)).unwrap();
        write_piece(&mut pipe, &Piece::Hidden("旧")).unwrap();
        write_piece(&mut pipe, &Piece::From1904).unwrap();
        write_piece(&mut pipe, &Piece::Sheet("表 1")).unwrap();
        write_piece(&mut pipe, &Piece::Row(&record)).unwrap();
        write_end(&mut pipe, Err(Error::TooManyColumns { row: 3, limit: 4 })).unwrap();
        let (mut from, mut found, mut cell) = (&pipe[..], Record::default(), String::new());
        assert!(matches!(read_frame(&mut from, &mut found, &mut cell), Frame::Progress(9)));
        assert!(matches!(read_frame(&mut from, &mut found, &mut cell), Frame::Hidden(name) if name == "旧"));
        assert!(matches!(read_frame(&mut from, &mut found, &mut cell), Frame::From1904));
        assert!(matches!(read_frame(&mut from, &mut found, &mut cell), Frame::Sheet(name) if name == "表 1"));
        assert!(matches!(read_frame(&mut from, &mut found, &mut cell), Frame::Row));
        assert_eq!((found.row, found.cells().collect::<Vec<_>>()), (7, vec!["", "张小满", "a\tb\n"]));
        assert!(matches!(read_frame(&mut from, &mut found, &mut cell), Frame::Failed(Error::TooManyColumns { row: 3, limit: 4 })));
        assert!(matches!(read_frame(&mut from, &mut found, &mut cell), Frame::Broken), "the end without an end");
    }

    #[test]
    fn lengths_in_the_pipe_are_not_believed() {
        let mut pipe = vec![b'S'];
        pipe.extend(u32::MAX.to_le_bytes());
        assert!(matches!(read_frame(&mut &pipe[..], &mut Record::default(), &mut String::new()), Frame::Broken));
        let mut pipe = vec![b'R', 1, 0, 0, 0];
        pipe.extend(u32::MAX.to_le_bytes());
        assert!(matches!(read_frame(&mut &pipe[..], &mut Record::default(), &mut String::new()), Frame::Broken));
    }
}
