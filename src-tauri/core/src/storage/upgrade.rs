//! The steps from an early shop to one of this version.

use std::fs::File;
use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};
use rusqlite_migration::{M, Migrations, SchemaVersion};

use super::backup::{self, BackupReason};
use super::connection::has_room;
use super::open::FILE_NAME;
use super::prepare;
use crate::error::{Error, Result};
use crate::time::Seconds;

const STEPS: &[M<'static>] = &[
    M::up(include_str!("migrations/0001_shop.sql")),
    M::up(include_str!("migrations/0002_shipping.sql")),
    M::up(include_str!("migrations/0003_care.sql")),
    M::up(include_str!("migrations/0004_reviews.sql")),
    M::up(include_str!("migrations/0005_checksums.sql")),
    M::up(include_str!("migrations/0006_clear_meanings.sql")),
    M::up(include_str!("migrations/0007_profile.sql")),
];
static MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);

/// The steps from an empty file to the present schema.
pub(super) fn migrations() -> &'static Migrations<'static> {
    &MIGRATIONS
}

/// Highest schema version this build knows.
pub const SCHEMA_VERSION: i64 = STEPS.len() as i64;

/// The schema version of a file; a newer one is refused.
pub(super) fn version_of(connection: &Connection) -> Result<i64> {
    match MIGRATIONS.current_version(connection).map_err(migration_error)? {
        SchemaVersion::NoneSet => Ok(0),
        SchemaVersion::Inside(n) => Ok(n.get() as i64),
        SchemaVersion::Outside(n) => Err(Error::NewerShop { found: n.get() as i64, known: SCHEMA_VERSION }),
    }
}

/// Brings a shop of an early version to pages that carry checksums, in a copy that takes its place when it is whole.
pub(super) fn write_anew(old: Connection, raw: File, folder: &Path, found: i64, now: Seconds) -> Result<()> {
    let taken = match found {
        0 => None,
        _ => Some(backup::take(&old, folder, now, BackupReason::BeforeMigration)?),
    };
    let changed = prepare::prepare(&old, folder).and_then(|_| old.close().map_err(|(_, error)| Error::from(error))).and_then(|()| {
        // Some systems replace no file that somebody has open.
        drop(raw);
        prepare::put_in_place(folder)
    });
    // Tried again, it would leave one more at every start, until the disk is full of them. Where the new file took its place
    // and only the folder could not be synced, the backup stays.
    if let (Err(_), Some(taken)) = (&changed, taken)
        && !has_checksums(folder)
    {
        let _ = std::fs::remove_file(backup::folder_of(folder).join(taken.file));
    }
    changed
}

/// Whether the file in the shop's place is one whose pages carry checksums.
fn has_checksums(folder: &Path) -> bool {
    let path = folder.join(FILE_NAME);
    File::open(&path).is_ok_and(|mut file| has_room(&mut file, &path).unwrap_or(false))
}

/// Brings a shop with checksums to the present schema, in place, after a verified backup.
pub(super) fn migrate(connection: &mut Connection, folder: &Path, now: Seconds) -> Result<()> {
    let found = version_of(connection)?;
    if found == SCHEMA_VERSION {
        return Ok(());
    }
    if found > 0 {
        backup::take(connection, folder, now, BackupReason::BeforeMigration)?;
    }
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    connection.pragma_update(None, "foreign_keys", "OFF")?;
    let migrated = MIGRATIONS.to_latest(connection).map_err(migration_error);
    connection.pragma_update(None, "foreign_keys", "ON")?;
    migrated
}

pub(super) fn migration_error(error: rusqlite_migration::Error) -> Error {
    match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => Error::from(err),
        other => Error::Corrupt(other.to_string()),
    }
}
