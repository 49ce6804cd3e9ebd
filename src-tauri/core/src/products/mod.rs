//! Products: what several items sell, with the weight, volume, cost and template that shipping needs.

pub mod edit;
pub mod list;
pub mod table_file;
