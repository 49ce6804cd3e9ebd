//! A clock that is wrong: before 1970, where an empty battery leaves it, or far ahead.

use std::process::{Command, Stdio};

use serde_json::Value;

use super::{cli, json, orders_file, orders_of_sound_shop};

/// What a call answers under another clock.
fn at(clock: &str, data: &std::path::Path, words: &[&str]) -> Value {
    let plain = cli(data);
    let mut command = Command::new("faketime");
    command.arg(clock).arg(plain.get_program()).args(plain.get_args()).args(words).stdout(Stdio::piped()).stderr(Stdio::null());
    json(&mut command)
}

#[test]
fn a_wrong_clock_ends_nothing_and_costs_no_backup() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("shop");
    json(cli(&data).arg("import").arg(orders_file(folder.path(), 50)));
    for day in 1..=13 {
        assert!(at(&format!("2026-11-{day:02} 10:00:00"), &data, &["backup"])["error"].is_null());
    }
    for clock in ["2028-01-02 10:00:00", "2500-01-01 00:00:00", "1960-02-28 10:00:00", "1902-01-01 00:00:00", "2026-11-14 10:00:00"] {
        for words in [&["backup"][..], &["today"], &["complaints"], &["reviews"], &["customers"], &["template", "list"], &["imports"]] {
            let answer = at(clock, &data, words);
            assert!(answer["error"].is_null(), "{clock}, {words:?}: {answer}");
        }
    }
    let kept = json(cli(&data).arg("backups"))["backups"].as_array().unwrap().len();
    assert_eq!(kept, 18, "no backup goes on the word of a clock that is far from all of them");
    assert_eq!(orders_of_sound_shop(&data, "after all of it"), 50);
}
