//! Calls and messages: what was said, through which channel, with which outcome, and how a person wants to be
//! spoken to.

pub mod channel;
pub mod hold;
pub mod preference;
pub mod record;
