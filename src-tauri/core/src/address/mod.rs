//! A pasted text or an order's address, understood without a network: name, phone, place, and what is left.
//!
//! - `phones`: telephone numbers inside a text.
//! - `pieces`: the text cut at separators and labels (收货人:, 所在地区:).
//! - `place`: the chain of region names an address begins with, and every place it can mean.
//! - `courtesy`: greetings and thanks, which are neither.
//! - `person`: which piece is somebody's name.
//! - [`parse`]: all of it together.
//!
//! Nothing is guessed: a district name that fits several places gives all of them as candidates.

mod courtesy;
mod forms;
pub mod parse;
mod person;
mod phones;
mod pieces;
mod place;
mod postcode;

pub(crate) use courtesy::is_courtesy;
pub use parse::{AddressParts, Habits, is_office, is_part_of_a_word, leading_place, parse, region_of};

/// [`parse`], of a text that somebody pasted.
///
/// # Errors
/// [`Error::BadValue`](crate::Error::BadValue) (`too_long`) for one that is no message.
pub fn read(text: &str, habits: &Habits) -> crate::Result<AddressParts> {
    crate::text::check_length("address", text, crate::text::LONGEST_MESSAGE)?;
    Ok(parse(text, habits))
}
