//! Lists that leave the shop: customers as CSV or XLSX, and the log of what left.

pub mod columns;
pub mod customers;
