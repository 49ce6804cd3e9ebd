//! From the bytes of an export to orders and customers.
//!
//! ```text
//! bytes → source   which kind of file, its text or sheet, row by row
//!       → detect   encoding, delimiter, header row, platform
//!       → columns  which column is which field
//!       → reading  rows grouped into orders
//!       → cells    every cell typed, every fault named; items beside it
//!       → draft    an order as the file tells it
//!       → matching whose order it is
//!       → plan     what would happen, compared with what is stored: the fate of every order and row
//!       → apply    exactly that plan, in one transaction
//!       → undo     the run taken back
//! ```
//!
//! The plan is the only computation: what is shown are its numbers, and [`apply`](self::apply) refuses when
//! the file or the shop changed since. A plan holds fates, not rows; applying reads the file again.

pub mod apply;
mod cells;
pub mod columns;
pub mod customers_file;
pub mod damage;
pub mod detect;
pub mod draft;
pub mod fault;
pub mod history;
mod items;
pub mod mappings;
pub mod matching;
pub mod merge;
pub mod plan;
pub mod platforms;
pub mod reading;
pub mod rejects;
pub mod source;
pub mod stored;
pub mod tokens;
pub mod undo;
