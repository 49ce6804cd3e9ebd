//! The desktop shell: window, menus, dialogs, and the commands that hand requests to the core. It holds no rule
//! of the shop and no SQL.
//!
//! - `desk`: what is open: the shop, the files that wait, the plans, the running work.
//! - `kept`: what is looked at before it is done.
//! - `commands`: one file per domain; each command unpacks, calls the core, returns.
//! - `menu`, `window`, `words`: the native parts.
//! - `housekeeping`: what happens by itself: the backup of the day, and what the shop learns.
//! - `reminder`: the day's summary as a notice of the system, at an hour the seller chose.
//! - `failure`: errors as they cross to the window.

mod commands;
mod desk;
mod events;
mod failure;
mod housekeeping;
mod kept;
mod menu;
mod reminder;
mod start;
mod window;
mod words;

pub use start::{arguments, bindings, run};
pub use zhanggui_core::import::workbook::reader::serve as read_workbook;
