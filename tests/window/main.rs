//! The real window, driven as a person drives it: the built program under a virtual display, clicked and typed
//! into over WebDriver. Each journey has its own data folder, waits for conditions and never for time, and
//! leaves pictures in `tests/screenshots`.
//!
//! Needs Xvfb, dbus-run-session, WebKitWebDriver and xdotool; `cargo xtask test` installs them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(target_os = "linux")]

mod arriving;
mod complaints;
mod copies;
mod drag;
mod driver;
mod export;
mod first_start;
mod hidden;
mod hostile;
mod looks;
mod mapping;
mod phrases;
mod readme;
mod reviews;
mod shipping;
mod today;
mod undo;
