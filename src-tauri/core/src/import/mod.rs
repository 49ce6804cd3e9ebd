//! From the bytes of an export to orders and customers.
//!
//! ```text
//! bytes → source   which kind of file: text_file or workbook, row by row
//!       → detect   encoding, delimiter, header row, platform
//!       → columns  which column is which field
//!       → reading  rows grouped into orders
//!       → cells    every cell typed, every fault named; items beside it
//!       → draft    an order as the file tells it
//!       → matching whose order it is
//!       → plan     what would happen, compared with what is stored: the fate of every order and row
//!       → apply    exactly that plan, in one transaction (write, write_people, record_run; bulk for large files)
//!       → undo     the run taken back
//! ```
//!
//! The plan is the only computation: what is shown are its numbers, and [`apply`] refuses when
//! the file or the shop changed since. A plan holds fates, not rows; applying reads the file again.

mod amounts;
pub mod apply;
mod bulk;
mod cells;
pub mod choices;
pub mod columns;
pub mod customers_file;
pub mod damage;
mod date_order;
pub mod details;
pub mod detect;
pub mod draft;
pub mod encodings;
mod fates;
pub mod fault;
pub mod field;
mod file_kind;
mod held;
pub mod history;
mod items;
pub mod mappings;
pub mod matching;
pub mod merge;
mod one_cell;
mod origin;
mod parts;
pub mod person_draft;
pub mod plain_table;
pub mod plan;
pub mod platforms;
mod price;
pub mod reading;
mod record_run;
pub mod rejects;
mod repair;
pub mod report;
mod settle;
mod shop_target;
pub mod source;
pub mod stored;
mod tax;
mod text_file;
pub mod tokens;
pub mod undo;
pub mod workbook;
mod write;
mod write_people;

/// A fast hash for caches that last as long as one import.
fn fx(value: &impl std::hash::Hash) -> u64 {
    use std::hash::Hasher;
    let mut hasher = rustc_hash::FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}
