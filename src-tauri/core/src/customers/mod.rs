//! Customers: who they are, how they are found, what they bought.
//!
//! `store` holds the table, `figures` and `keys` what is derived from orders and names, `search` turns what is
//! typed into people, `list` pages through them, `profile` is one of them whole, `card` one at a glance, `timeline` what happened with them, `edit`, `birthday` and `tags` change them,
//! `decide` answers whether two are one.

pub mod birthday;
pub mod card;
pub mod decide;
pub mod edit;
pub mod figures;
pub mod keys;
pub mod list;
pub mod profile;
pub mod recognise;
pub mod search;
pub mod store;
pub mod tags;
pub mod timeline;
