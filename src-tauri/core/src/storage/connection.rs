//! A connection to a shop file: how it is opened, what it is set to, and whether the file is a shop at all.

use std::fs::File;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use crate::error::{Error, Result};

/// `application_id` of a shop file: "ZGui".
pub const APPLICATION_ID: i32 = 0x5A47_7569;

/// Bytes of a page. Rows of orders are long: four of them fill the usual page of 4096 bytes badly.
pub(super) const PAGE_SIZE: usize = 16_384;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// The one that changes the shop.
    Writing,
    /// One of several that read beside it.
    Reading,
}

pub(super) fn connect(path: &Path, access: Access) -> Result<Connection> {
    let flags = match access {
        Access::Writing => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::Reading => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let connection = Connection::open_with_flags_and_vfs(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX, zhanggui_pages::NAME)?;
    set_up(&connection)?;
    if access == Access::Reading {
        set_up_for_reading(&connection)?;
    }
    Ok(connection)
}

/// What every connection to a shop is set to.
pub(super) fn set_up(connection: &Connection) -> Result<()> {
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.set_prepared_statement_cache_capacity(64);
    for (pragma, value) in
        [("trusted_schema", "OFF"), ("cell_size_check", "ON"), ("mmap_size", "0"), ("foreign_keys", "ON"), ("temp_store", "FILE")]
    {
        connection.pragma_update(None, pragma, value)?;
    }
    Ok(())
}

pub(super) fn set_up_for_reading(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "query_only", "ON")?;
    Ok(connection.pragma_update(None, "cache_size", -16_384)?)
}

/// Whether the pages of a file leave room for checksums; a file without a header is about to be made by us.
pub(super) fn has_room(file: &mut File, path: &Path) -> Result<bool> {
    Ok(super::proof::layout_of(file, path)?.is_none_or(|layout| layout.has_room))
}

/// Refuses files of other programs before anything is written to them.
pub(super) fn identify(connection: &Connection, is_new: bool) -> Result<()> {
    let id: i32 = connection.pragma_query_value(None, "application_id", |r| r.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_master", [], |r| r.get(0))?;
    match (id, tables) {
        (APPLICATION_ID, _) => Ok(()),
        // A file that was created and then cut off before its first transaction is as good as new.
        (0, 0) => {
            connection.pragma_update(None, "page_size", PAGE_SIZE as i64)?;
            zhanggui_pages::reserve(connection)?;
            Ok(connection.pragma_update(None, "application_id", APPLICATION_ID)?)
        }
        _ if is_new => Err(Error::Corrupt("a new file already has content".into())),
        _ => Err(Error::NotAShop),
    }
}

/// Sets the connection that writes to lose nothing it has acknowledged.
pub(super) fn prepare_writer(connection: &Connection) -> Result<()> {
    // WAL with synchronous=FULL: of 200 acknowledged commits a simulated power cut lost none; with NORMAL all.
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |r| r.get(0))?;
    if !mode.eq_ignore_ascii_case("wal") {
        return Err(Error::CannotOpen(format!("journal_mode is {mode}, not wal")));
    }
    // 40 MiB of pages: importing a million orders was no faster with 64 or 192.
    for (pragma, value) in [("synchronous", 2), ("fullfsync", 1), ("checkpoint_fullfsync", 1), ("cache_size", -40_960)] {
        connection.pragma_update(None, pragma, value)?;
    }
    // A long import makes a long log; give the space back afterwards.
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |r| r.get(0))?;
    let foreign_keys: i64 = connection.pragma_query_value(None, "foreign_keys", |r| r.get(0))?;
    if (synchronous, foreign_keys) != (2, 1) {
        return Err(Error::CannotOpen("SQLite did not take its settings".into()));
    }
    Ok(())
}
