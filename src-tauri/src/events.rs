//! What the shell tells the window without being asked.

use serde::{Deserialize, Serialize};
use tauri_specta::Event;

/// Files came in by drag and drop, from the command line or from a second start.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, Event)]
pub struct FilesArrived {
    /// The numbers of those that came now.
    pub files: Vec<u32>,
}

/// Something is dragged over the window, or no longer.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, Event)]
pub struct DragOver {
    /// Whether it hovers.
    pub over: bool,
}

/// How far long work is.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, Event)]
pub struct TaskProgress {
    /// Which work.
    pub task: u32,
    /// reading, backing_up, writing, indexing, undoing, exporting
    pub phase: String,
    /// Done so far.
    pub done: u64,
    /// All of it; 0 where unknown.
    pub total: u64,
}

/// The shop changed: lists and menus should look again.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, Event)]
pub struct ShopChanged {
    /// The operation's name, or empty.
    pub op: String,
}

/// A menu entry was chosen that the window carries out.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, Event)]
pub struct MenuChosen {
    /// The entry's id.
    pub id: String,
}
