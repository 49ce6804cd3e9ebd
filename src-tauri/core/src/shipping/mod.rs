//! What shipping costs: templates, fees that explain themselves, and what they mean for the shop's own past.
//!
//! The meaning is stated in one place and computed in one place:
//! - [`template`]: a template in memory and in its exchange format; [`exchange`] reads and writes it,
//!   [`validate`] says what must hold, [`store`] keeps templates with their versions.
//! - [`compiled`]: which rule holds in which region. The most specific region wins: district, city, province,
//!   default.
//! - [`fee`]: the fee of pooled lines: integers only, every operation checked, no path to a silent 0.
//! - [`quote`]: a basket with its fee and every step of it; [`explain`] says the steps in words.
//! - [`fault`]: why there is no fee; each names what to mend.
//!
//! Then what the shop's own orders ([`past`], judged by a [`rulebook`]) say about a template: [`replay`], [`finder`], [`lint`], [`margin`];
//! and what couriers really charge and how they deliver: [`bill`], [`scorecard`].

pub mod basket;
pub mod bill;
pub mod calculator;
pub mod compiled;
pub mod exchange;
pub mod explain;
pub mod fault;
pub mod fee;
pub mod finder;
pub mod form;
pub mod lint;
mod lint_past;
pub mod margin;
pub mod past;
pub mod quantity;
pub mod quote;
pub mod replay;
mod replay_tally;
pub mod rulebook;
pub mod scorecard;
pub mod store;
pub mod template;
pub mod validate;

pub use basket::{Basket, Line};
pub use fault::FeeError;
pub use quote::{Quote, quote};
pub use template::Template;
