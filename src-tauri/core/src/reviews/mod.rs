//! Reviews: kept with their history, answered within hours, and never bought.

pub mod call_sheet;
pub mod contact_plan;
pub mod detail;
pub mod draft;
pub mod evidence;
#[cfg(test)]
mod fit;
mod fold;
pub mod follow;
pub mod incentive;
pub mod insight;
mod learned;
pub mod list;
mod matching;
pub mod paste;
mod personal;
pub mod plan;
pub mod reader;
pub mod reply;
pub mod scores;
pub(crate) mod store;
pub mod suspicion;
pub mod table;
pub mod twin;
pub mod words;
