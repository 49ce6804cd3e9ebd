//! Long work: how far it is, and the wish to stop it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use crate::error::{Error, Result};

/// What long work is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Reading a file to make a plan; measured in bytes.
    Reading,
    /// Copying the shop before an import.
    BackingUp,
    /// Writing orders; measured in orders.
    Writing,
    /// Building indexes and figures.
    Indexing,
    /// Taking an import back.
    Undoing,
    /// Writing an export; measured in rows.
    Exporting,
    /// Reading past orders and computing their fees; measured in orders.
    Computing,
    /// Copying a file into the data folder; measured in bytes.
    Copying,
}

/// How far long work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// Done so far, in the phase's unit.
    pub done: u64,
    /// All of it; 0 where unknown.
    pub total: u64,
}

/// A handle on long work, shared by the one who does it and the one who watches.
#[derive(Clone)]
pub struct Task {
    cancelled: Arc<AtomicBool>,
    report: Arc<dyn Fn(Progress) + Send + Sync>,
}

impl std::fmt::Debug for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Task").field("cancelled", &self.cancelled).finish_non_exhaustive()
    }
}

impl Task {
    /// Work that someone watches.
    pub fn new(report: impl Fn(Progress) + Send + Sync + 'static) -> Task {
        Task { cancelled: Arc::default(), report: Arc::new(report) }
    }

    /// Work that nobody watches.
    pub fn quiet() -> Task {
        Task::new(|_| {})
    }

    /// Asks the work to stop; it ends with [`Error::Cancelled`] and leaves nothing behind.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether someone asked the work to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Says how far the work is, and stops it here if someone asked for that.
    ///
    /// # Errors
    /// [`Error::Cancelled`].
    pub fn step(&self, phase: Phase, done: u64, total: u64) -> Result<()> {
        if self.is_cancelled() {
            return Err(Error::Cancelled);
        }
        (self.report)(Progress { phase, done, total });
        Ok(())
    }
}
