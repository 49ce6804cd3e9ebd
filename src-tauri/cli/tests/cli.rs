//! The command line as scripts use it: one JSON document, exit codes, the samples' numbers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(name)
}

fn cli(data: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_zhanggui-cli")).arg("--data-dir").arg(data).args(words).output().unwrap()
}

fn json(data: &Path, words: &[&str]) -> Value {
    let output = cli(data, &[words, &["--json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{words:?}: {e}: {}", String::from_utf8_lossy(&output.stdout)))
}

#[test]
fn the_samples_give_their_numbers_and_twice_nothing() {
    for (file, rows, items) in [
        ("taobao_ExportOrderList202604101016.csv", 6, 7),
        ("taobao_ExportOrderDetailList202604101016.csv", 7, 7),
        ("weidian_orders.csv", 7, 7),
        ("shopify_orders_export.csv", 7, 7),
    ] {
        let data = tempfile::tempdir().unwrap();
        let path = fixture(&format!("samples/{file}"));
        let path = path.to_str().unwrap();
        let dry = json(data.path(), &["import", path, "--dry-run"]);
        let first = json(data.path(), &["import", path]);
        let report = &first["files"][0];
        assert_eq!((&report["rows"], &report["items"], &report["orders"]["new"]), (&rows.into(), &items.into(), &6.into()), "{file}");
        assert_eq!(dry["files"][0]["orders"], report["orders"], "{file}: the plan is what happens");
        assert_eq!((&dry["files"][0]["applied"], &report["applied"]), (&false.into(), &true.into()));
        if !file.contains("Detail") {
            assert_eq!(report["customers"]["new"], 4, "{file}");
            assert_eq!(report["totals"], serde_json::json!([{"currency": "CNY", "paid": 235_666, "refunded": 3000}]), "{file}");
        }
        let again = json(data.path(), &["import", path]);
        assert_eq!(again["files"][0]["orders"], serde_json::json!({"new": 0, "changed": 0, "unchanged": 6}), "{file}");
        let undone = json(data.path(), &["imports", "undo", "1"]);
        assert_eq!(undone["orders_removed"], 6);
        assert_eq!(json(data.path(), &["orders"])["total"], 0);
    }
}

#[test]
fn failures_have_a_code_and_exit_with_one() {
    let data = tempfile::tempdir().unwrap();
    let path = fixture("bad/unclosed_quote.csv");
    let output = cli(data.path(), &["import", path.to_str().unwrap(), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let error: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(error["error"]["code"], "unclosed_quote");
    assert!(error["error"]["details"]["row"].is_number());
    assert_eq!(cli(data.path(), &["no-such-call"]).status.code(), Some(2));
}

#[test]
fn a_buyer_is_found_shown_and_exported() {
    let data = tempfile::tempdir().unwrap();
    let path = fixture("samples/taobao_ExportOrderList202604101016.csv");
    json(data.path(), &["import", path.to_str().unwrap()]);
    let found = json(data.path(), &["customers", "--query", "zxm"]);
    assert_eq!((&found["total"], &found["customers"][0]["name"]), (&1.into(), &"张小满".into()));
    let id = found["customers"][0]["id"].to_string();
    assert_eq!(json(data.path(), &["customers", "show", &id])["orders"].as_array().unwrap().len(), 2);
    assert_eq!(json(data.path(), &["orders", "show", "00000016"])["refunded"], 3000);
    let out = data.path().join("out.csv");
    let written =
        json(data.path(), &["export", "customers", out.to_str().unwrap(), "--query", "zxm", "--columns", "name,phones", "--mask"]);
    assert_eq!(written["rows"], 1);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "\u{feff}姓名,电话\r\n张**,*******0001\r\n");
    let checks = json(data.path(), &["check"]);
    assert!(checks["checks"].as_array().unwrap().iter().all(|c| c["violations"] == 0));
    json(data.path(), &["backup"]);
    assert_eq!(json(data.path(), &["backups"])["backups"].as_array().unwrap().len(), 1);
}

/// LibreOffice opens both kinds of file with every number, zero and quote as it was.
#[test]
fn a_spreadsheet_opens_exports_with_every_digit() {
    if Command::new("soffice").arg("--version").output().is_err() {
        eprintln!("LibreOffice is not here; `cargo xtask test` installs it");
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let mapping = data.path().join("mapping.json");
    let columns = r#"{"number": "no", "buyer_id": "id", "recipient": "who", "phone": "tel"}"#;
    let platform = format!(
        r#"{{"id": "m", "platform": "other", "name_zh": "m", "name_en": "m", "currency": "CNY", "require": ["no"], "columns": {columns}}}"#
    );
    std::fs::write(&mapping, platform).unwrap();
    let file = data.path().join("in.csv");
    std::fs::write(&file, "no,id,who,tel\n1,0012345678901234567,=1+1,13900000001\n").unwrap();
    json(data.path(), &["import", file.to_str().unwrap(), "--mapping", mapping.to_str().unwrap()]);
    for format in ["csv", "xlsx"] {
        let out = data.path().join(format!("out.{format}"));
        json(data.path(), &["export", "customers", out.to_str().unwrap(), "--format", format, "--columns", "name,identities,phones"]);
        let converted = Command::new("soffice")
            .args(["--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir"])
            .arg(data.path().join("seen"))
            .arg(&out)
            .env("HOME", data.path())
            .output()
            .unwrap();
        assert!(converted.status.success());
        let seen = std::fs::read_to_string(data.path().join("seen/out.csv")).unwrap();
        assert!(seen.contains("other:0012345678901234567") && seen.contains("13900000001"), "{format}: {seen}");
        assert!(seen.contains("=1+1"), "{format}: a name is a name, not a sum: {seen}");
    }
}
