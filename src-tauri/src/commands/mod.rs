//! The commands: one file per domain, each unpacks, calls the core, returns.
#![allow(missing_docs)] // the macros' own items; each command has its sentence

pub mod bills;
pub mod changing;
pub mod complaints;
pub mod customers;
pub mod desk;
pub mod export;
pub mod import;
pub mod orders;
pub mod people;
pub mod phrases;
pub mod products;
pub mod reviews;
pub mod shipping;
pub mod storage;
pub mod templates;
pub mod today;
