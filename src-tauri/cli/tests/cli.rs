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
        let undo = |run: &str| json(data.path(), &["imports", "undo", run])["orders_removed"].clone();
        assert_eq!((undo("1"), undo("2")), (0.into(), 6.into()), "{file}: what a later import brought too stays until that is taken back");
        assert_eq!(json(data.path(), &["orders"])["total"], 0);
    }
}

#[test]
fn the_data_folder_of_the_window_and_that_of_its_shop_are_the_same_shop() {
    let data = tempfile::tempdir().unwrap();
    let path = fixture("samples/weidian_orders.csv");
    // As the window keeps it.
    json(&data.path().join("shop"), &["import", path.to_str().unwrap()]);
    for folder in [data.path().to_owned(), data.path().join("shop"), data.path().join("shop/backups")] {
        assert_eq!(json(&folder, &["orders"])["total"], 6, "{}", folder.display());
    }
    json(&data.path().join("other"), &["import", path.to_str().unwrap()]);
    assert_eq!(json(data.path(), &["orders"])["total"], 6, "the window's own shop comes first");
    std::fs::rename(data.path().join("shop"), data.path().join("one")).unwrap();
    let output = cli(data.path(), &["orders", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let error: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&error["error"]["code"], &error["error"]["details"]["folders"]), (&"several_shops".into(), &"one, other".into()));
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
    let mapping = data.path().join("columns.json");
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

const TEMPLATE: &str = r#"{"name": "Nationwide by weight", "origin": "330100", "payer": "buyer",
  "measure": "weight", "combine": "sum", "volumetric_divisor": null, "valid_from": "2026-01-01",
  "methods": [{"method": "express",
    "rules": [{"regions": ["default"], "first": 1000, "first_fee": 800, "step": 500, "step_fee": 300},
              {"regions": ["650000", "540000"], "first": 1000, "first_fee": 2000, "step": 500, "step_fee": 1200}],
    "free": [{"regions": ["330000", "310000"], "any": [{"amount_at_least": 9900}, {"pieces_at_least": 3}]}],
    "no_delivery": [{"regions": ["710000"], "reason": "no courier"}]}]}"#;

fn basket(to: &str) -> String {
    format!(
        r#"{{"to": "{to}", "method": "express", "lines": [{{"name": "Tea", "pieces": 2, "weight": 650, "volume": 1200, "amount": 9800}}]}}"#
    )
}

#[test]
fn a_template_goes_in_and_out_and_quotes_by_file_and_by_name() {
    let data = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = data.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let template = file("t.json", TEMPLATE);
    assert_eq!(json(data.path(), &["template", "import", &template])["name"], "Nationwide by weight");
    let again = cli(data.path(), &["template", "import", &template, "--json"]);
    assert_eq!(again.status.code(), Some(1), "a second active template of this name");
    let error: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(error["error"]["code"], "exists");
    assert_eq!(json(data.path(), &["template", "list"])["templates"].as_array().unwrap().len(), 1);
    let out = data.path().join("out.json");
    json(data.path(), &["template", "export", "Nationwide by weight", out.to_str().unwrap()]);
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(read(&std::fs::read_to_string(&out).unwrap()), read(TEMPLATE), "export then import is the same template");
    for key in [template.as_str(), "Nationwide by weight"] {
        let quote = json(data.path(), &["quote", "--template", key, "--basket", &file("b.json", &basket("650102"))]);
        assert_eq!((&quote["fee"], &quote["currency"], &quote["free"]), (&3200.into(), &"CNY".into(), &false.into()));
        assert_eq!(quote["lines"], serde_json::json!([{"name": "Tea", "share": 3200}]));
        assert_eq!(quote["alternatives"], serde_json::json!({"sum": 3200, "highest_first": 3200, "max": 3200}));
        assert!(quote["steps"].as_array().unwrap().iter().all(Value::is_string));
    }
}

#[test]
fn where_there_is_no_fee_the_exit_code_is_one_and_the_error_is_named() {
    let data = tempfile::tempdir().unwrap();
    let template = data.path().join("t.json");
    std::fs::write(&template, TEMPLATE).unwrap();
    for (to, code) in [("台北市信义区", "not_delivered"), ("鼓楼区中山路1号", "ambiguous_region"), ("123", "unknown_region")] {
        let path = data.path().join("b.json");
        std::fs::write(&path, basket(to)).unwrap();
        let output = cli(data.path(), &["quote", "--template", template.to_str().unwrap(), "--basket", path.to_str().unwrap(), "--json"]);
        assert_eq!(output.status.code(), Some(1), "{to}");
        let error: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(error["error"]["code"], code, "{to}");
        assert!(!error["error"]["message"].as_str().unwrap().is_empty());
    }
}

#[test]
fn a_template_is_replayed_over_the_samples() {
    let data = tempfile::tempdir().unwrap();
    let template = data.path().join("t.json");
    std::fs::write(&template, TEMPLATE).unwrap();
    for file in ["taobao_ExportOrderList202604101016.csv", "taobao_ExportOrderDetailList202604101016.csv"] {
        json(data.path(), &["import", fixture(&format!("samples/{file}")).to_str().unwrap()]);
    }
    let found = json(data.path(), &["replay", "--template", template.to_str().unwrap()]);
    let left_out: i64 = found["not_computed"].as_array().unwrap().iter().map(|n| n["orders"].as_i64().unwrap()).sum();
    assert_eq!(found["orders"].as_i64().unwrap(), found["computed"].as_i64().unwrap() + left_out, "{found}");
    assert_eq!(found["orders"].as_i64().unwrap() + found["not_sent"].as_i64().unwrap(), 6);
    assert_eq!(found["not_computed"][0]["reason"], "missing_weight");
    let none = json(data.path(), &["replay", "--template", template.to_str().unwrap(), "--since", "2031-01-01"]);
    assert_eq!(none["orders"], 0);
    let wrong = cli(data.path(), &["replay", "--template", template.to_str().unwrap(), "--since", "yesterday"]);
    assert_eq!(wrong.status.code(), Some(1));
}

#[test]
fn addresses_are_read_one_by_one_and_line_by_line() {
    let data = tempfile::tempdir().unwrap();
    let one = json(data.path(), &["address", "张小满 13800138000 浙江省杭州市西湖区文三路1号"]);
    assert_eq!(
        (&one["name"], &one["phone"], &one["code"], &one["detail"]),
        (&"张小满".into(), &"13800138000".into(), &"330106".into(), &"文三路1号".into())
    );
    let several = json(data.path(), &["address", "鼓楼区"]);
    assert_eq!((&several["code"], several["candidates"].as_array().unwrap().len()), (&Value::Null, 4));
    let mut child = Command::new(env!("CARGO_BIN_EXE_zhanggui-cli"))
        .args(["address", "-", "--json"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), "江苏昆山\n\n北京朝阳区\n".as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let codes: Vec<&Value> = all.as_array().unwrap().iter().map(|a| &a["code"]).collect();
    assert_eq!(codes, [&Value::from("320583"), &Value::Null, &Value::from("110105")]);
}

#[test]
fn complaints_and_the_day_are_told_as_one_document() {
    let data = tempfile::tempdir().unwrap();
    json(data.path(), &["demo", "--orders", "600"]);
    let open = json(data.path(), &["complaints"]);
    let all = json(data.path(), &["complaints", "--all"]);
    assert_eq!(all["total"], 16);
    assert!(open["total"].as_i64() < all["total"].as_i64() && open["complaints"][0]["stage"] != "closed");
    let number = open["complaints"][0]["id"].to_string();
    let one = json(data.path(), &["complaints", "show", &number]);
    assert_eq!(one["id"], open["complaints"][0]["id"]);
    assert_eq!(one["events"][0]["kind"], "taken_in");
    assert_eq!(json(data.path(), &["complaints", "show", "999"])["error"]["code"], "not_found");
    let today = json(data.path(), &["today", "--chinese", "--limit", "3"]);
    assert_eq!(today["lines"].as_array().unwrap().len(), 3);
    assert!(today["total"].as_i64().unwrap() > 3 && today["summary"].as_str().unwrap().contains("投诉步骤"), "{today}");
    assert_eq!(cli(data.path(), &["today"]).status.code(), Some(0));
    assert_eq!(cli(data.path(), &["complaints", "show", &format!("#{number}")]).status.code(), Some(0));
}

#[test]
fn reviews_come_in_are_listed_and_replies_are_checked() {
    let data = tempfile::tempdir().unwrap();
    let orders = fixture("samples/taobao_ExportOrderList202604101016.csv");
    cli(data.path(), &["import", orders.to_str().unwrap()]);
    let file = data.path().join("评价.csv");
    let text = "订单编号,买家昵称,评价类型,评价内容,商家回复,评价时间\n\
        2026030200000000012,欧**,差评,杯口有缺口,,2026-03-08 10:00:00\n\
        ,tb_x,好评,很好,谢谢您，杯子是手工拉坯的，每一只都不一样。,2026-03-09 10:00:00\n\
        ,tb_y,五颗半,?,,2026-03-09 10:00:00\n";
    std::fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap();
    let dry = json(data.path(), &["reviews", "import", path, "--dry-run"]);
    let done = json(data.path(), &["reviews", "import", path]);
    assert_eq!(done["reviews"], serde_json::json!({"new": 2, "changed": 0, "unchanged": 0}));
    assert_eq!((&dry["reviews"], &dry["applied"], &done["applied"]), (&done["reviews"], &false.into(), &true.into()));
    assert_eq!((&done["linked"], &done["unlinked"], &done["negative"]), (&1.into(), &1.into(), &1.into()));
    assert_eq!(done["rejected"][0], serde_json::json!({"row": 4, "column": "评价类型", "value": "五颗半", "reason": "not_a_rating"}));
    assert_eq!(json(data.path(), &["reviews", "import", path])["reviews"]["unchanged"], 2);
    // A table whose headers say nothing, with a mapping that does.
    let (odd, mapping) = (data.path().join("odd.csv"), data.path().join("mapping.json"));
    std::fs::write(&odd, "no,who,what they gave,said,day\n1,tb_z,5,lovely,2026-03-03\n").unwrap();
    let (odd, mapping) = (odd.to_str().unwrap(), mapping.to_str().unwrap());
    std::fs::write(mapping, r#"{"stars": "What they gave", "text": "said", "buyer": "who", "reviewed_at": "day"}"#).unwrap();
    let mapped = json(data.path(), &["reviews", "import", odd, "--dry-run", "--mapping", mapping]);
    assert_eq!((&mapped["reviews"]["new"], &mapped["positive"]), (&1.into(), &1.into()));
    for (wrong, named) in
        [(r#"{"stars": "nothing"}"#, "nothing"), (r#"{"sterne": "day"}"#, "sterne"), (r#"{"stars": "day", "reviewed_at": "day"}"#, "day")]
    {
        std::fs::write(mapping, wrong).unwrap();
        let refused = cli(data.path(), &["reviews", "import", odd, "--mapping", mapping]);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && said.contains("the mapping does not fit") && said.contains(named), "{wrong}: {said}");
    }
    let queue = json(data.path(), &["reviews"]);
    assert_eq!((&queue["total"], &queue["reviews"][0]["name"]), (&1.into(), &"欧阳晓晓".into()));
    assert_eq!(json(data.path(), &["reviews", "--all"])["total"], 2);
    let id = queue["reviews"][0]["id"].to_string();
    assert_eq!(json(data.path(), &["reviews", "show", &id])["words"], "杯口有缺口");
    let texts = data.path().join("texts.txt");
    std::fs::write(
        &texts,
        "好评返现5元，联系客服\n谢谢您，杯子是手工拉坯的，每一只都不一样！\n请打 13900000002 找我\n谢谢您喜欢这块桌布\n谢谢您喜欢这块桌布。\n",
    )
    .unwrap();
    let checks = json(data.path(), &["reviews", "check-text", texts.to_str().unwrap()]);
    assert_eq!(checks.as_array().unwrap().len(), 5);
    let offer = &checks[0]["incentive"];
    assert_eq!((&offer["found"], &offer["spans"][0]), (&true.into(), &serde_json::json!([0, 2])));
    assert!(!offer["advice"].as_str().unwrap().is_empty() && checks[0]["twin"].is_null());
    assert_eq!(checks[1]["twin"]["likeness"], 1.0, "the shop's own reply");
    assert_eq!(checks[2]["reader"], serde_json::json!(["phone_number"]));
    assert_eq!((&checks[3]["twin"], &checks[3]["incentive"]["found"]), (&Value::Null, &false.into()));
    assert_eq!(checks[4]["twin"]["text"], "谢谢您喜欢这块桌布", "the line before it");
}
