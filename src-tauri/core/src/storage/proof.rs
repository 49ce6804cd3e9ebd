//! What a copy of a shop has to show before it is called a backup, and before it takes the place of a shop.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use serde::Serialize;
use zhanggui_pages::{Layout, scan};

use super::connection::APPLICATION_ID;
use super::digest::{self, Held};
use super::schema;
use super::upgrade::SCHEMA_VERSION;
use crate::error::{Error, Result};
use crate::task::Task;

/// From this schema version on every page of a shop carries a checksum.
pub(super) const SEALED_FROM: i64 = 5;

/// How much can be said of a copy's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The digest it was given when it was made fits.
    Digest,
    /// It carries no digest, but the checksum of each page fits.
    Pages,
    /// It was made by an early version, or written anew by another program: its structure is whole, and that no value
    /// changed cannot be known.
    Structure,
}

/// [`prove`], of a file that may come from anywhere: it is made of our tables and nothing else.
///
/// # Errors
/// As [`prove`]; [`Error::ForeignShop`].
pub(super) fn prove_foreign(path: &Path, task: &Task) -> Result<Proof> {
    prove_with(path, task, true)
}

/// Looks at a whole copy: that it is a shop of a version we know, unchanged since it was made where that can be known, and
/// whole by SQLite's own judgement.
///
/// # Errors
/// [`Error::NotAShop`], [`Error::NewerShop`], [`Error::BackupChanged`], [`Error::BackupFailed`], [`Error::NotAFile`],
/// [`Error::File`], [`Error::Cancelled`].
pub(super) fn prove(path: &Path, task: &Task) -> Result<Proof> {
    prove_with(path, task, false)
}

fn prove_with(path: &Path, task: &Task, foreign: bool) -> Result<Proof> {
    let (mut file, bytes) = crate::files::open_ordinary(path)?;
    if bytes == 0 {
        return Err(Error::BackupFailed("the file is empty".into()));
    }
    let layout = layout_of(&mut file, path)?.ok_or(Error::NotAShop)?;
    let copy = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let id: i32 = copy.pragma_query_value(None, "application_id", |r| r.get(0))?;
    if id != APPLICATION_ID {
        return Err(Error::NotAShop);
    }
    let found: i64 = copy.pragma_query_value(None, "user_version", |r| r.get(0))?;
    if found > SCHEMA_VERSION {
        return Err(Error::NewerShop { found, known: SCHEMA_VERSION });
    }
    let proof = unchanged(&mut file, path, layout, found, task)?;
    if foreign {
        schema::compare(&copy, found).map_err(of_copy)?;
    }
    copy.pragma_update(None, "cell_size_check", "ON")?;
    let answer: String = copy.query_row("PRAGMA integrity_check(1)", [], |r| r.get(0)).map_err(|e| of_copy(e.into()))?;
    if answer == "ok" { Ok(proof) } else { Err(Error::BackupFailed(answer)) }
}

fn unchanged(file: &mut File, path: &Path, layout: Layout, version: i64, task: &Task) -> Result<Proof> {
    let changed = |what: &str| Err(Error::BackupChanged(what.to_owned()));
    let (held, bytes) = digest::hold(file, path, task)?;
    if held == Held::Changed {
        return changed("its digest does not fit");
    }
    if !bytes.is_multiple_of(layout.page_size as u64) {
        return changed("it was cut off");
    }
    if version >= SEALED_FROM && !layout.has_room {
        return changed("its pages have no checksums any more");
    }
    let pages = scan(file, bytes / layout.page_size as u64).map_err(|e| Error::file(path, e))?;
    match pages {
        Some(found) if found.wrong > 0 => {
            changed(&format!("{} pages, the first of them page {}", found.wrong, found.first_wrong.unwrap_or_default()))
        }
        _ if held == Held::Same => Ok(Proof::Digest),
        Some(found) if found.without == 0 => Ok(Proof::Pages),
        // Another program wrote some of it, or all: it leaves the room for checksums empty.
        _ => Ok(Proof::Structure),
    }
}

/// A copy that cannot be read is a failed copy, not a damaged shop.
fn of_copy(error: Error) -> Error {
    match error {
        Error::Corrupt(reason) | Error::DiskFailed(reason) => Error::BackupFailed(reason),
        Error::Database(source) => Error::BackupFailed(source.to_string()),
        other => other,
    }
}

/// What the header of a file says of its pages; `None` where it is no SQLite file.
pub(super) fn layout_of(file: &mut File, path: &Path) -> Result<Option<Layout>> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0)).and_then(|_| Read::take(&mut *file, 100).read_to_end(&mut head)).map_err(|e| Error::file(path, e))?;
    Ok(Layout::read(&head))
}
