//! Files that were added to something: what they are, and their small pictures.

pub mod content;
pub mod thumbnail;
