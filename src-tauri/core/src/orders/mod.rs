//! Orders and their items: one row mapper, one way to write, lists, the detail, edits by hand.

pub mod add;
pub mod detail;
pub mod edit;
pub mod list;
mod message;
pub mod store;
