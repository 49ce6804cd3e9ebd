//! Complaints in five steps: soothe, respond, empathise, compensate, follow up.
//!
//! [`state`] holds the table of what is allowed where and knows no database; [`clock`] says when the next move
//! is due; [`steps`] writes both. [`case`] and [`list`] read. A [`remedies`] entry answers a fault and never a
//! review; [`similar`] shows what earlier cases received, [`causes`] what keeps coming back, [`fixes`] what is
//! done about it. [`attachments`] are files beside the shop.

pub mod attachments;
pub mod case;
pub mod causes;
pub mod clock;
pub mod fixes;
pub mod list;
pub mod one_go;
pub mod remedies;
pub mod similar;
pub mod state;
pub mod steps;
pub(crate) mod store;
pub mod take_in;
pub mod words;
