//! A process that is killed in the middle of its work: what it acknowledged is there, what it did not is not, and
//! the shop is whole.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

fn cli(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhanggui-cli"));
    command.arg("--data-dir").arg(data).arg("--json").stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

fn json(command: &mut Command) -> Value {
    serde_json::from_slice(&command.output().unwrap().stdout).unwrap()
}

#[test]
fn a_killed_import_is_whole_or_not_there() {
    const ORDERS: i64 = 3000;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.csv");
    json(cli(folder.path()).args(["demo", "--orders", &ORDERS.to_string(), "--as", "taobao"]).arg(&file));
    for round in 0..12u64 {
        let data = folder.path().join(format!("shop-{round}"));
        let mut import = cli(&data).arg("import").arg(&file).spawn().unwrap();
        // Anywhere between the start and the end of an import; where it falls does not matter to what must hold.
        std::thread::sleep(std::time::Duration::from_millis(round * 37));
        let finished = import.try_wait().unwrap().is_some_and(|s| s.success());
        let _ = import.kill();
        let _ = import.wait();
        let checks = json(cli(&data).arg("check"));
        for check in checks["checks"].as_array().unwrap() {
            assert_eq!(check["violations"], 0, "round {round}: {check}");
        }
        let orders = json(cli(&data).arg("orders"))["total"].as_i64().unwrap();
        assert!(orders == 0 || orders == ORDERS, "round {round}: {orders} orders are half an import");
        assert!(!finished || orders == ORDERS, "round {round}: an acknowledged import is gone");
        let again = json(cli(&data).arg("import").arg(&file));
        assert_eq!(again["files"][0]["orders"]["new"].as_i64().unwrap() + orders, ORDERS, "round {round}: the rest comes in");
    }
}
