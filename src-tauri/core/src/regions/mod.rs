//! Provinces, cities and districts of the national standard, what people call them, and what became of those
//! that are gone.
//!
//! - [`table`]: the regions with their codes, as a tree.
//! - [`names`]: what people leave off a name (省, 市, 自治州, the peoples of an autonomous county).
//! - [`changes`]: renamed, merged and raised regions, so that old codes and names still lead somewhere.
//! - [`groups`]: the groups sellers ship by (江浙沪, 偏远).
//! - [`search`]: the tree as the seller searches it, in characters, pinyin or codes.
//! - [`complete`]: the columns of an imported address completed from each other.
//!
//! `assets/regions.csv` and `assets/region-changes.csv` are the data; `docs/regions.md` says how they are
//! brought up to date.

pub mod changes;
pub mod complete;
pub mod countries;
pub mod groups;
pub mod names;
pub mod search;
pub mod table;

pub use complete::{complete, is_cjk, province_name, provinces};
pub use names::{short_city, short_province};
pub use table::{Level, Region, RegionCode, RegionIndex};
