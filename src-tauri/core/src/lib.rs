//! The shop behind Zhanggui: everything but the window.
//!
//! # What it is
//! A [`Shop`](storage::Shop) is one SQLite file with everything a seller knows about buyers and orders. This
//! crate opens it, takes order exports in, finds people in it, changes it so that every change can be taken
//! back, and writes lists out. It knows no window, no command line and no clock: the time is always passed in.
//!
//! # Where to find what
//! A folder is a domain, a file is a verb or an idea.
//! - [`storage`]: the file itself: opening, [`transact`](storage::transact), undo, backups, checks.
//! - [`import`]: from the bytes of an export to orders and customers; its own page shows the way of the data.
//! - [`customers`], [`orders`], [`products`], [`shops`]: what is stored, as lists, details and edits.
//! - [`shipping`]: templates, fees that explain themselves, and what they mean for the shop's own past.
//! - [`complaints`], [`promises`], [`contacts`]: what happens between the seller and a person. [`attachments`]: their files.
//! - [`phrases`], [`reviews`]: words at hand, and what may not be said.
//! - [`today`]: what is due now; [`calendar`]: working hours, holidays, quiet hours, the lunar calendar.
//! - [`export`]: lists that leave the shop. [`views`]: filters kept under a name.
//! - [`demo`]: an invented shop of any size.
//! - [`address`]: a pasted text or an address, understood without a network.
//! - [`money`], [`time`], [`text`], [`phone`], [`regions`]: values and how files write them. [`files`]: the seller's own files.
//!   [`visible`]: characters that nobody sees.
//! - [`error`]: everything that can go wrong, with a stable code.
//!
//! # Rules that hold everywhere
//! - Every change of the shop goes through [`Shop::transact`](storage::Shop::transact) (or, for imports, through
//!   a plan): it has a name, it can be undone after a restart, and it happens whole or not at all.
//! - Money is integer minor units beside a currency. Times are UTC seconds. Nothing is guessed silently.
//! - Bad input is an [`Error`] or a [`Fault`](import::fault::Fault) that names its place; no input panics.
//! - SQL lives beside its domain and nowhere else.

pub mod address;
pub mod attachments;
pub mod calendar;
pub mod complaints;
pub mod contacts;
pub mod customers;
pub mod demo;
pub mod error;
pub mod export;
pub mod files;
pub mod import;
pub mod language;
pub mod money;
pub mod orders;
pub mod phone;
pub mod phrases;
pub mod products;
pub mod promises;
pub mod reason;
pub mod regions;
pub mod reviews;
pub mod shipping;
pub mod shops;
pub mod storage;
pub mod task;
pub mod text;
pub mod time;
pub mod today;
pub mod views;
pub mod visible;

pub use error::{Error, Result};
