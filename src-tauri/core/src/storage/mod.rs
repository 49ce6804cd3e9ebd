//! The shop file: opening it, changing it, taking changes back, keeping copies.
//!
//! - [`Shop::open`]: the file, its lock, its connections ([`connection`]) and their pragmas; [`upgrade`] brings an early
//!   shop to this version. A check that fails never deletes anything.
//! - [`transact`](self::transact): every change goes through [`Shop::transact`].
//! - [`undo`](self::undo): durable undo and redo.
//! - [`backup`](self::backup): verified copies and which of them to keep.
//! - [`restore`](self::restore): a backup in the place of the shop.
//! - [`proof`]: what a copy has to show before it is called a backup. [`digest`], [`schema`]: what it shows.
//! - [`prepare`]: a copy made ready to take the place of a shop. [`thin`]: which backups are no longer kept.
//! - [`locate`](self::locate): which shop a folder means that somebody names.
//! - [`access`](self::access): a shop that can only be read.
//! - [`files`](self::files): what lies beside the shop file and goes along with copies.
//! - [`check`](self::check): integrity and the invariants of this schema.

pub mod access;
pub mod backup;
pub mod check;
mod connection;
mod digest;
pub mod files;
pub mod locate;
mod open;
mod prepare;
pub mod proof;
pub mod restore;
mod schema;
pub mod settings;
mod thin;
pub mod transact;
pub mod undo;
mod upgrade;

pub use open::{FILE_NAME, Shop};
pub use transact::{Change, Op};
