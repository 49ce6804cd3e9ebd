//! Files and texts that are damaged or made to do harm: each ends in an answer in words, and nothing is changed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(name)
}

fn cli(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhanggui-cli"));
    command.arg("--data-dir").arg(data).stdin(Stdio::null());
    command
}

fn run(data: &Path, words: &[&str]) -> Output {
    cli(data).args(words).output().unwrap()
}

fn json(data: &Path, words: &[&str]) -> Value {
    let output = run(data, &[&["--json"], words].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{words:?}: {e}, {}", output.status))
}

/// The code of an import that has to fail in words.
fn refused(data: &Path, file: &Path) -> String {
    let output = run(data, &["--json", "import", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{}: {}", file.display(), output.status);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    answer["error"]["code"].as_str().unwrap().to_owned()
}

/// A workbook with one sheet, from the parts that matter.
struct Book {
    strings: Option<(&'static str, Vec<u8>)>,
    sheet: Vec<u8>,
    sheets: usize,
    sheet_name: Option<String>,
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

impl Book {
    fn new(rows: &[u8]) -> Book {
        let sheet = [format!("<worksheet xmlns=\"{MAIN}\"><sheetData>").as_bytes(), rows, b"</sheetData></worksheet>"].concat();
        Book { strings: None, sheet, sheets: 1, sheet_name: None }
    }

    fn write(&self, path: &Path) {
        let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
        let packed = zip::write::SimpleFileOptions::default();
        let mut put = |name: &str, content: &[u8]| {
            zip.start_file(name, packed).unwrap();
            zip.write_all(content).unwrap();
        };
        put(
            "_rels/.rels",
            format!("<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"a\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>").as_bytes(),
        );
        let called = |n: usize| self.sheet_name.clone().unwrap_or_else(|| format!("S{n}"));
        let sheets: String =
            (0..self.sheets).map(|n| format!("<sheet name=\"{}\" sheetId=\"{}\" r:id=\"a\"/>", called(n), n + 1)).collect();
        put("xl/workbook.xml", format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{sheets}</sheets></workbook>").as_bytes());
        put(
            "xl/_rels/workbook.xml.rels",
            format!("<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"a\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>").as_bytes(),
        );
        if let Some((name, strings)) = &self.strings {
            put(name, strings);
        }
        put("xl/worksheets/sheet1.xml", &self.sheet);
        zip.finish().unwrap();
    }
}

/// Bytes that hardly pack, from a few letters.
fn noise(letters: &[u8], length: usize) -> Vec<u8> {
    let mut seed = 7u64;
    let mut next = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        letters[(seed >> 33) as usize % letters.len()]
    };
    std::iter::repeat_with(&mut next).take(length).collect()
}

#[test]
fn damaged_workbooks_end_in_words() {
    let data = tempfile::tempdir().unwrap();
    for name in ["unique_9999999999999.xlsx", "fz_0.xls", "fz_4.xls", "fz_5.xls"] {
        assert_eq!(refused(data.path(), &fixture("hostile").join(name)), "bad_workbook", "{name}");
    }
    assert_eq!(refused(data.path(), &fixture("hostile/many_sheets.xlsx")), "too_many_sheets");
    // Cut off anywhere, and with any byte changed, a workbook is read or refused.
    let path = data.path().join("mutant.xls");
    let whole = std::fs::read(fixture("hostile/fz_0.xls")).unwrap();
    for step in 0..40 {
        let mut bytes = whole.clone();
        let at = step * whole.len() / 40;
        if step % 2 == 0 {
            bytes.truncate(at)
        } else {
            bytes[at] ^= 0xFF
        }
        std::fs::write(&path, bytes).unwrap();
        let code = run(data.path(), &["import", path.to_str().unwrap(), "--dry-run"]).status.code();
        assert!(matches!(code, Some(0 | 1)), "step {step}: {code:?}");
    }
    assert_eq!(json(data.path(), &["orders"])["total"], 0);
}

#[test]
fn what_a_workbook_says_it_holds_is_not_believed() {
    let data = tempfile::tempdir().unwrap();
    let row = b"<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>";
    let path = data.path().join("book.xlsx");
    let strings = |text: Vec<u8>| [format!("<sst xmlns=\"{MAIN}\">").as_bytes(), &text, b"</sst>"].concat();
    for count in ["9999999999999", "9223372036854775807", "18446744073709551615", "-1"] {
        let head = format!("<sst xmlns=\"{MAIN}\" count=\"1\" uniqueCount=\"{count}\"><si><t>a</t></si></sst>");
        Book { strings: Some(("xl/sharedStrings.xml", head.into_bytes())), ..Book::new(row) }.write(&path);
        assert_eq!(run(data.path(), &["import", path.to_str().unwrap()]).status.code(), Some(1), "{count}");
    }
    // Millions of empty texts between noise that does not pack, however the part is called.
    let mut empty = Vec::new();
    for pad in noise(b"  \n", 5_000_000) {
        empty.extend_from_slice(b"<si/>");
        empty.push(pad);
    }
    for name in ["xl/sharedStrings.xml", "xl/SharedStrings.XML"] {
        Book { strings: Some((name, strings(empty.clone()))), ..Book::new(row) }.write(&path);
        assert_eq!(refused(data.path(), &path), "workbook_too_large", "{name}");
    }
    let long =
        [b"<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>".to_vec(), noise(b"ab", 6 << 20), b"</t></is></c></row>".to_vec()].concat();
    Book::new(&long).write(&path);
    assert_eq!(refused(data.path(), &path), "workbook_too_large");
    // What a reader would repeat in its answer, at a length that no answer has.
    let name = "A".repeat(2 << 20);
    let long_type = format!("<row r=\"1\"><c r=\"A1\" t=\"{name}\"><v>1</v></c></row>");
    Book::new(long_type.as_bytes()).write(&path);
    assert_eq!(refused(data.path(), &path), "bad_workbook");
    Book { sheet_name: Some(name), ..Book::new(row) }.write(&path);
    assert_eq!(refused(data.path(), &path), "bad_workbook");
    Book { sheets: 257, ..Book::new(row) }.write(&path);
    assert_eq!(refused(data.path(), &path), "too_many_sheets");
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_or_a_device_is_no_file_and_nobody_waits_for_it() {
    let data = tempfile::tempdir().unwrap();
    let pipe = data.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let pipe = pipe.to_str().unwrap();
    for words in [
        vec!["import", pipe],
        vec!["import", "/dev/zero"],
        vec!["import", pipe, "--mapping", pipe],
        vec!["import", "x.csv", "--mapping", "/dev/zero"],
        vec!["reviews", "check-text", "/dev/zero"],
        vec!["reviews", "check-text", pipe],
        vec!["reviews", "import", pipe],
        vec!["template", "import", "/dev/zero"],
        vec!["restore", "/dev/zero"],
        vec!["restore", pipe],
    ] {
        assert_eq!(json(&data.path().join("shop"), &words)["error"]["code"], "not_a_file", "{words:?}");
    }
}

#[test]
fn texts_that_are_read_whole_have_a_bound() {
    let data = tempfile::tempdir().unwrap();
    let large = data.path().join("large.txt");
    std::fs::write(&large, vec![b'a'; (8 << 20) + 1]).unwrap();
    let large = large.to_str().unwrap();
    for words in [
        vec!["reviews", "check-text", large],
        vec!["import", "x.csv", "--mapping", large],
        vec!["template", "import", large],
        vec!["reviews", "import", "x.csv", "--mapping", large],
    ] {
        let code = json(&data.path().join("shop"), &words)["error"]["code"].clone();
        assert!(["file_too_large", "file_missing"].contains(&code.as_str().unwrap()), "{words:?}: {code}");
    }
    assert_eq!(json(&data.path().join("shop"), &["template", "import", large])["error"]["code"], "file_too_large");
}

#[cfg(unix)]
#[test]
fn nothing_but_an_ordinary_file_is_replaced() {
    let data = tempfile::tempdir().unwrap();
    let shop = data.path().join("shop");
    run(&shop, &["import", fixture("samples/weidian_orders.csv").to_str().unwrap()]);
    let pipe = data.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let (real, link) = (data.path().join("real.csv"), data.path().join("link.csv"));
    std::fs::write(&real, "mine").unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let folder = data.path().join("folder.csv");
    std::fs::create_dir(&folder).unwrap();
    let bad = fixture("bad/unclosed_quote.csv");
    for target in [&pipe, &link, &folder, &PathBuf::from("/dev/full")] {
        let target = target.to_str().unwrap();
        for words in [
            vec!["backup", target],
            vec!["export", "customers", target],
            vec!["export", "customers", target, "--format", "xlsx"],
            vec!["demo", "--orders", "3", "--as", "taobao", target],
            vec!["import", fixture("quirks").join("../samples/weidian_orders.csv").to_str().unwrap(), "--rejects", target],
        ] {
            let answer = json(&shop, &words);
            assert_eq!(answer["error"]["code"], "not_replaced", "{words:?}: {answer}");
        }
    }
    assert_eq!(std::fs::read_to_string(&real).unwrap(), "mine");
    assert!(bad.exists());
    assert!(json(&shop, &["backup", real.to_str().unwrap()])["error"].is_null(), "an ordinary file is");
}

#[test]
fn what_buyers_wrote_never_reaches_the_terminal_as_a_command() {
    let data = tempfile::tempdir().unwrap();
    let hostile = fixture("hostile/buyers.csv");
    let mut seen = 0;
    for words in [
        vec!["import", hostile.to_str().unwrap()],
        vec!["customers", "--limit", "1000"],
        vec!["customers", "--limit", "1000", "--json"],
        vec!["orders", "--limit", "1000"],
        vec!["orders", "--limit", "1000", "--json"],
        vec!["imports"],
        vec!["customers", "--query", "\u{1b}[2J\u{202e}"],
        vec!["customers", "show", "\u{1b}[2J\u{202e}x"],
        vec!["import", "\u{1b}]0;x\u{7}.csv"],
    ] {
        let output = run(data.path(), &words);
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(!text.contains(zhanggui_core::visible::is_hidden), "{words:?}");
        seen += text.matches("\\u").count();
    }
    assert!(seen > 0, "the file has such characters, and they are shown");
}

#[test]
fn a_text_longer_than_a_cell_is_cut_and_said() {
    let data = tempfile::tempdir().unwrap();
    run(data.path(), &["import", fixture("hostile/buyers.csv").to_str().unwrap()]);
    let out = data.path().join("out.xlsx");
    let done = json(data.path(), &["export", "customers", out.to_str().unwrap()]);
    assert!(done["cut"].as_i64().unwrap() > 0 && done["rows"].as_i64().unwrap() > 0, "{done}");
    assert!(std::fs::read(&out).unwrap().starts_with(b"PK"), "a workbook by its ending");
    let words = run(data.path(), &["export", "customers", out.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&words.stdout).contains("were cut, the first in row"));
    let again = tempfile::tempdir().unwrap();
    let back = json(again.path(), &["import", out.to_str().unwrap()]);
    assert_eq!(back["files"][0]["rows"], done["rows"], "{back}");
}

#[test]
fn a_hollow_file_replaces_nothing() {
    let data = tempfile::tempdir().unwrap();
    run(data.path(), &["import", fixture("samples/weidian_orders.csv").to_str().unwrap()]);
    let refused = json(data.path(), &["restore", fixture("hostile/hollow16.zhanggui").to_str().unwrap()]);
    assert_eq!(refused["error"]["code"], "foreign_shop");
    assert_eq!(json(data.path(), &["customers"])["total"], 4);
    assert_eq!(json(data.path(), &["backups"])["backups"].as_array().unwrap().len(), 0);
}

#[cfg(unix)]
#[test]
fn whatever_the_parent_allows_only_the_seller_reads_what_is_written() {
    use std::os::unix::fs::PermissionsExt;
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("deep/data");
    let out = place.path().join("list.csv");
    let script = format!(
        "umask 000; '{cli}' --data-dir '{data}' import '{file}' && '{cli}' --data-dir '{data}' backup && '{cli}' --data-dir '{data}' export customers '{out}'",
        cli = env!("CARGO_BIN_EXE_zhanggui-cli"),
        data = data.display(),
        file = fixture("samples/weidian_orders.csv").display(),
        out = out.display(),
    );
    assert!(Command::new("sh").arg("-c").arg(script).stdout(Stdio::null()).status().unwrap().success());
    let mut open = Vec::new();
    let mut look = vec![place.path().join("deep"), out];
    while let Some(path) = look.pop() {
        let metadata = std::fs::metadata(&path).unwrap();
        if metadata.permissions().mode() & 0o077 != 0 {
            open.push((path.clone(), metadata.permissions().mode() & 0o777));
        }
        if metadata.is_dir() {
            look.extend(std::fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
        }
    }
    assert!(open.is_empty(), "{open:?}");
}
