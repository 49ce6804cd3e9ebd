//! Undo and redo that outlive a restart.

use rusqlite::session::{self, ConflictAction, ConflictType};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use serde::Serialize;

use super::open::Shop;
use super::transact::{Change, Op, RECORDED, bump_revision};
use crate::error::{Error, Result};
use crate::time::Seconds;

/// What the Edit menu offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct UndoState {
    /// What undo would take back.
    pub undo: Option<Change>,
    /// What redo would bring back.
    pub redo: Option<Change>,
}

struct Entry {
    id: i64,
    op: Op,
    subject: String,
    changeset: Option<Vec<u8>>,
    run_id: Option<i64>,
}

impl Shop {
    /// What can be undone and redone now.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn undo_state(&self) -> Result<UndoState> {
        self.read(|connection| {
            let revision = super::transact::revision(connection)?;
            let describe = |entry: Option<Entry>| entry.map(|e| Change { op: e.op, subject: e.subject, revision });
            Ok(UndoState { undo: describe(newest_done(connection)?), redo: describe(oldest_undone(connection)?) })
        })
    }

    /// Takes the newest change back.
    ///
    /// # Errors
    /// [`Error::NothingTo`] and [`Error::UndoConflict`]; then nothing was changed.
    pub fn undo(&self, now: Seconds) -> Result<Change> {
        let mut writer = self.writer()?;
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let entry = newest_done(&tx)?.ok_or(Error::NothingTo("undo"))?;
        step(&tx, &entry, Direction::Back, now)?;
        finish(tx, entry, true)
    }

    /// Brings back what was undone last. An import comes back by reading its kept file again, exactly as it
    /// was read the first time.
    ///
    /// # Errors
    /// [`Error::NothingTo`] and [`Error::UndoConflict`]; then nothing was changed.
    pub fn redo(&self, now: Seconds) -> Result<Change> {
        let mut writer = self.writer()?;
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let entry = oldest_undone(&tx)?.ok_or(Error::NothingTo("redo"))?;
        step(&tx, &entry, Direction::Forward, now)?;
        finish(tx, entry, false)
    }
}

/// Takes one change back or does it again. Taking an import back is itself a change: its way back is the import.
fn step(tx: &Transaction<'_>, entry: &Entry, direction: Direction, now: Seconds) -> Result<()> {
    match (&entry.changeset, entry.run_id) {
        (Some(changeset), _) => apply(tx, changeset, direction),
        (None, Some(run)) if (entry.op == Op::UndoImport) == (direction == Direction::Back) => crate::import::apply::again(tx, run, now),
        (None, Some(run)) => crate::import::undo::take_back(tx, run, now).map(drop),
        (None, None) => Ok(()),
    }
}

fn finish(tx: Transaction<'_>, entry: Entry, undone: bool) -> Result<Change> {
    tx.execute("UPDATE undo_log SET undone = ?2 WHERE id = ?1", (entry.id, undone))?;
    let revision = bump_revision(&tx)?;
    tx.commit()?;
    Ok(Change { op: entry.op, subject: entry.subject, revision })
}

fn newest_done(connection: &Connection) -> Result<Option<Entry>> {
    entry(connection, "SELECT id, op, subject, changeset, run_id FROM undo_log WHERE undone = 0 ORDER BY id DESC LIMIT 1")
}

fn oldest_undone(connection: &Connection) -> Result<Option<Entry>> {
    entry(connection, "SELECT id, op, subject, changeset, run_id FROM undo_log WHERE undone = 1 ORDER BY id LIMIT 1")
}

fn entry(connection: &Connection, sql: &str) -> Result<Option<Entry>> {
    let row = connection
        .prepare_cached(sql)?
        .query_row([], |r| Ok((r.get(0)?, r.get::<_, String>(1)?, r.get(2)?, r.get(3)?, r.get(4)?)))
        .optional()?;
    row.map(|(id, op, subject, changeset, run_id)| Ok(Entry { id, op: Op::parse(&op)?, subject, changeset, run_id })).transpose()
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Back,
    Forward,
}

fn apply(tx: &Transaction<'_>, changeset: &[u8], direction: Direction) -> Result<()> {
    let mut inverted = Vec::new();
    let changes = match direction {
        Direction::Forward => changeset,
        Direction::Back => {
            session::invert_strm(&mut &changeset[..], &mut inverted)?;
            &inverted
        }
    };
    tx.apply_strm(&mut &changes[..], Some(|table: &str| RECORDED.contains(&table)), on_conflict).map_err(|e| match e.sqlite_error_code() {
        Some(rusqlite::ErrorCode::OperationAborted | rusqlite::ErrorCode::ConstraintViolation) => Error::UndoConflict,
        _ => Error::from(e),
    })
}

/// A row that a cascade already removed need not be removed again; anything else that does not fit stops the
/// whole undo, so that it never half-happens.
fn on_conflict(kind: ConflictType, item: session::ChangesetItem) -> ConflictAction {
    let deletes = item.op().is_ok_and(|op| op.code() == rusqlite::hooks::Action::SQLITE_DELETE);
    match kind {
        ConflictType::SQLITE_CHANGESET_NOTFOUND if deletes => ConflictAction::SQLITE_CHANGESET_OMIT,
        _ => ConflictAction::SQLITE_CHANGESET_ABORT,
    }
}
