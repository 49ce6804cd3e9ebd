//! The seller's days: working hours, public holidays, quiet hours, and the lunar calendar.

pub mod holidays;
pub mod lunar;
pub mod quiet;
pub mod rules;
pub mod working_time;
