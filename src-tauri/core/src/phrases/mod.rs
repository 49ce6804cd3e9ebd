//! Words at hand: a library of the seller's own phrases and those that come with the program.
//!
//! A text has two kinds of slots between braces. A name with a dot ([`variables`]) is filled in from the person,
//! the order, the case; any other name is a blank that the seller fills by hand, such as `{where it broke}`.
//! While one of them is unfilled the text cannot be copied ([`fill`]).

pub mod exchange;
pub mod fill;
pub mod library;
pub mod starter;
pub mod values;
pub mod variables;
