//! What can happen to the machine while the shop is written: the process is killed, the disk is full, the disk
//! breaks, the power goes. What was acknowledged is there, what was not is whole or not there at all, and the
//! shop is sound.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[cfg(target_os = "linux")]
mod clock;
#[cfg(target_os = "linux")]
mod disk;
mod kill;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

fn cli(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhanggui-cli"));
    command.arg("--data-dir").arg(data).arg("--json").stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

fn json(command: &mut Command) -> Value {
    let output = command.output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{command:?} gave no JSON ({e}), {}", output.status))
}

/// A file of invented orders.
fn orders_file(folder: &Path, orders: i64) -> PathBuf {
    let file = folder.join(format!("orders-{orders}.csv"));
    json(cli(folder).args(["demo", "--orders", &orders.to_string(), "--as", "taobao"]).arg(&file));
    file
}

/// How many orders the shop has. Fails where a check finds anything.
fn orders_of_sound_shop(data: &Path, when: &str) -> i64 {
    for check in json(cli(data).arg("check"))["checks"].as_array().unwrap() {
        assert_eq!(check["violations"], 0, "{when}: {check}");
    }
    json(cli(data).arg("orders"))["total"].as_i64().unwrap()
}
