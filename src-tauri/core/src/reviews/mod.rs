//! Reviews: kept with their history, answered within hours, and never bought.

mod fold;
pub mod incentive;
mod learned;
pub mod reader;
pub mod twin;
