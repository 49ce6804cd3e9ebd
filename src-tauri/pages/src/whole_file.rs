//! Whole files, page by page, without SQLite.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::page::{self, HEADER, Layout, Seal};

/// Read and written at a time, in bytes; a multiple of every page size.
const PIECE: usize = 1 << 20;

/// What the pages of a file say about themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// Pages with a checksum that fits.
    pub right: u64,
    /// Pages without a checksum: another program wrote them.
    pub without: u64,
    /// Pages whose checksum does not fit.
    pub wrong: u64,
    /// The first of the wrong ones, by number.
    pub first_wrong: Option<u64>,
}

/// Compares every page of a file with its checksum; nothing where its pages have none, or where the file is no SQLite
/// file. What follows the last whole page within `pages` is not looked at.
///
/// # Errors
/// Those of reading.
pub fn scan(file: &mut File, pages: u64) -> io::Result<Option<Scan>> {
    let Some(layout) = layout_of(file)?.filter(|layout| layout.has_room) else { return Ok(None) };
    let mut found = Scan::default();
    file.seek(SeekFrom::Start(0))?;
    let mut piece = vec![0; PIECE];
    let mut number = 0;
    while number < pages {
        let read = fill(file, &mut piece)?;
        for page in piece[..read].chunks_exact(layout.page_size) {
            number += 1;
            if number > pages {
                break;
            }
            match page::look_at(page, number) {
                Seal::Fits => found.right += 1,
                // A hole that SQLite never wrote.
                Seal::None if page.iter().all(|b| *b == 0) => found.right += 1,
                Seal::None => found.without += 1,
                Seal::Broken => {
                    found.wrong += 1;
                    found.first_wrong.get_or_insert(number);
                }
            }
        }
        if read < piece.len() {
            break;
        }
    }
    Ok(Some(found))
}

/// Writes the checksum of every page of a file that nobody has open; nothing where its pages have no room for one.
///
/// # Errors
/// Those of reading and writing.
pub fn seal(file: &mut File) -> io::Result<()> {
    let Some(layout) = layout_of(file)?.filter(|layout| layout.has_room) else { return Ok(()) };
    let mut piece = vec![0; PIECE];
    let (mut at, mut number) = (0, 0);
    loop {
        file.seek(SeekFrom::Start(at))?;
        let read = fill(file, &mut piece)?;
        for page in piece[..read].chunks_exact_mut(layout.page_size) {
            number += 1;
            page::seal(page, number);
        }
        file.seek(SeekFrom::Start(at))?;
        file.write_all(&piece[..read])?;
        at += read as u64;
        if read < piece.len() {
            return Ok(());
        }
    }
}

fn layout_of(file: &mut File) -> io::Result<Option<Layout>> {
    let mut head = [0; HEADER];
    file.seek(SeekFrom::Start(0))?;
    let read = fill(file, &mut head)?;
    Ok(Layout::read(&head[..read]))
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut full = 0;
    while full < buffer.len() {
        match file.read(&mut buffer[full..]) {
            Ok(0) => break,
            Ok(read) => full += read,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(full)
}
