//! The shop file: opening it, changing it, taking changes back, keeping copies.
//!
//! - [`Shop::open`]: pragmas, lock, migrations. A check that fails never deletes anything.
//! - [`transact`](self::transact): every change goes through [`Shop::transact`].
//! - [`undo`](self::undo): durable undo and redo.
//! - [`backup`](self::backup): verified copies and which of them to keep.
//! - [`restore`](self::restore): a backup in the place of the shop.
//! - [`files`](self::files): what lies beside the shop file and goes along with copies.
//! - [`check`](self::check): integrity and the invariants of this schema.

pub mod backup;
pub mod check;
pub mod files;
mod open;
pub mod restore;
pub mod settings;
pub mod transact;
pub mod undo;

pub use open::Shop;
pub use transact::{Change, Op};
