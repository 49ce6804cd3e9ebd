//! A full disk, a broken disk, a power cut. The first and the last need a file system of their own; where the
//! machine does not let one be mounted, they say so loudly and prove nothing.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{cli, json, orders_file, orders_of_sound_shop};

/// Says so where the harness, which keeps what a passing test prints, cannot hide it.
fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "\n!!! SKIPPED, NOTHING PROVEN: {why}");
}

/// A file system of its own, gone with the test.
struct Mount {
    at: PathBuf,
}

impl Mount {
    /// `None`, and a loud line, where this machine does not allow it.
    fn new(words: &[&str], at: &Path) -> Option<Mount> {
        std::fs::create_dir_all(at).unwrap();
        let output = Command::new("mount").args(words).arg(at).output();
        match output {
            Ok(output) if output.status.success() => Some(Mount { at: at.to_owned() }),
            other => {
                skipped(&format!("no file system can be mounted here: {other:?}"));
                None
            }
        }
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.at).status();
    }
}

/// Builds one of the C files beside this one.
fn compiled(source: &str, target: &Path, words: &[&str]) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults").join(source);
    let status = Command::new("cc").args(words).arg("-o").arg(target).arg(source).arg("-ldl").status().unwrap();
    assert!(status.success(), "a C compiler is needed to build SQLite, so there is one");
}

#[test]
fn a_full_disk_changes_nothing_and_is_named() {
    const ORDERS: i64 = 4000;
    let folder = tempfile::tempdir().unwrap();
    let (first, more) = (orders_file(folder.path(), 100), orders_file(folder.path(), ORDERS));
    let Some(mount) = Mount::new(&["-t", "tmpfs", "-o", "size=4m", "tmpfs"], &folder.path().join("small")) else { return };
    let data = mount.at.join("shop");
    json(cli(&data).arg("import").arg(&first));
    let before = orders_of_sound_shop(&data, "before");
    assert_eq!(before, 100);
    let failed = json(cli(&data).arg("import").arg(&more));
    assert_eq!(failed["error"]["code"], "disk_full", "{failed}");
    assert_eq!(orders_of_sound_shop(&data, "with a full disk"), before);
    assert!(Command::new("mount").args(["-o", "remount,size=64m"]).arg(&mount.at).status().unwrap().success());
    json(cli(&data).arg("import").arg(&more));
    assert!(orders_of_sound_shop(&data, "with room again") >= ORDERS, "once there is room, the same file comes in");
}

/// Writes until nothing fits any more, and then a few bytes at a time.
fn fill(folder: &Path) {
    let mut file = std::fs::File::create(folder.join("filler")).unwrap();
    for size in [1 << 20, 4096, 512, 1] {
        while file.write_all(&vec![7; size]).and_then(|()| file.sync_all()).is_ok() {}
    }
}

/// What a shop that can only be read still does, and what it says of everything else.
fn only_reads(data: &Path, elsewhere: &Path, orders: i64, code: &str, more: &Path) {
    assert_eq!(orders_of_sound_shop(data, code), orders);
    assert_eq!(
        json(cli(data).arg("customers"))["total"].as_i64().unwrap_or(-1),
        json(cli(data).args(["customers", "--query", ""]))["total"]
    );
    assert!(json(cli(data).arg("today"))["error"].is_null(), "the day can be looked at");
    let out = elsewhere.join("customers.csv");
    assert!(json(cli(data).args(["export", "customers"]).arg(&out))["rows"].as_i64().unwrap() > 0, "a list goes to another disk");
    let copy = elsewhere.join("copy.zhanggui");
    let copied = json(cli(data).arg("backup").arg(&copy));
    assert!(copied["error"].is_null(), "and so does a copy of the shop: {copied}");
    let new = elsewhere.join(format!("restored-{code}"));
    assert!(json(cli(&new).arg("restore").arg(&copy))["error"].is_null());
    assert_eq!(orders_of_sound_shop(&new, "the copy"), orders);
    for words in [vec!["import", more.to_str().unwrap()], vec!["backup"]] {
        let refused = json(cli(data).args(&words));
        assert_eq!(refused["error"]["code"], code, "{words:?}: {refused}");
    }
}

#[test]
fn a_shop_on_a_full_disk_is_read_and_copied_away() {
    let folder = tempfile::tempdir().unwrap();
    let (first, more) = (orders_file(folder.path(), 100), orders_file(folder.path(), 3000));
    let image = folder.path().join("disk.img");
    std::fs::File::create(&image).unwrap().set_len(24 << 20).unwrap();
    let made = Command::new("mkfs.ext4").args(["-q", "-m", "0"]).arg(&image).stderr(Stdio::null()).status();
    assert!(made.is_ok_and(|s| s.success()), "e2fsprogs is among the packages that the tests need");
    let kinds: [(&str, &[&str]); 2] =
        [("ext4", &["-o", "loop", image.to_str().unwrap()]), ("tmpfs", &["-t", "tmpfs", "-o", "size=8m", "tmpfs"])];
    for (kind, words) in kinds {
        let Some(mount) = Mount::new(words, &folder.path().join(kind)) else { return };
        let data = mount.at.join("shop");
        json(cli(&data).arg("import").arg(&first));
        fill(&mount.at);
        let elsewhere = folder.path().join(format!("other-{kind}"));
        std::fs::create_dir(&elsewhere).unwrap();
        only_reads(&data, &elsewhere, 100, "disk_full", &more);
        std::fs::remove_file(mount.at.join("filler")).unwrap();
        let again = json(cli(&data).arg("backup"));
        assert!(again["error"].is_null(), "{kind}: with room again: {again}");
    }
}

#[test]
fn a_shop_in_a_folder_that_cannot_be_written_to_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let (first, more) = (orders_file(folder.path(), 100), orders_file(folder.path(), 300));
    let Some(mount) = Mount::new(&["-t", "tmpfs", "-o", "size=32m", "tmpfs"], &folder.path().join("stick")) else { return };
    let data = mount.at.join("shop");
    json(cli(&data).arg("import").arg(&first));
    assert!(Command::new("mount").args(["-o", "remount,ro"]).arg(&mount.at).status().unwrap().success());
    only_reads(&data, folder.path(), 100, "read_only_folder", &more);
}

#[test]
fn a_disk_that_breaks_anywhere_leaves_a_sound_shop() {
    const ORDERS: i64 = 400;
    let folder = tempfile::tempdir().unwrap();
    let (first, more) = (orders_file(folder.path(), 50), orders_file(folder.path(), ORDERS));
    let shim = folder.path().join("failing_disk.so");
    compiled("failing_disk.c", &shim, &["-shared", "-fPIC"]);
    let shop = |name: &str| {
        let data = folder.path().join(name);
        json(cli(&data).arg("import").arg(&first));
        data
    };
    let import = |data: &Path, fail_at: Option<u64>| {
        let count = folder.path().join("count");
        let mut command = cli(data);
        command.arg("import").arg(&more).env("LD_PRELOAD", &shim).env("FAIL_COUNT", &count);
        if let Some(at) = fail_at {
            command.env("FAIL_AT", at.to_string());
        }
        let answer = json(&mut command);
        (answer, std::fs::read_to_string(&count).unwrap().trim().parse::<u64>().unwrap())
    };
    let (_, calls) = import(&shop("counted"), None);
    assert!(calls > 50, "an import reads and writes the shop's files: {calls} calls");
    let before = orders_of_sound_shop(&folder.path().join("counted"), "counted");
    let mut codes = std::collections::BTreeSet::new();
    for step in 0..24 {
        let at = 1 + step * calls / 23;
        let when = format!("failing from call {at} of {calls} on");
        let data = shop(&format!("failing-{step}"));
        let (answer, _) = import(&data, Some(at));
        let orders = orders_of_sound_shop(&data, &when);
        match answer["error"]["code"].as_str() {
            Some(code) => {
                codes.insert(code.to_owned());
                assert_eq!(orders, 50, "{when}: {code} says that nothing was changed");
            }
            // The failing calls came after the commit: emptying the log at the end.
            None => assert_eq!(orders, before, "{when}: acknowledged"),
        }
    }
    assert!(codes.contains("disk_failed"), "{codes:?}");
    // SQLite calls a page that cannot be read damaged.
    assert!(codes.iter().all(|c| ["disk_failed", "corrupt"].contains(&c.as_str())), "{codes:?}");
}

#[test]
fn what_was_acknowledged_outlives_a_power_cut() {
    const EACH: usize = 100;
    let folder = tempfile::tempdir().unwrap();
    let cut = folder.path().join("power_cut");
    compiled("power_cut.c", &cut, &[]);
    let image = folder.path().join("disk.img");
    std::fs::File::create(&image).unwrap().set_len(96 << 20).unwrap();
    let made = Command::new("mkfs.ext4").arg("-q").arg(&image).stderr(Stdio::null()).status();
    if !made.as_ref().is_ok_and(|s| s.success()) {
        skipped(&format!("mkfs.ext4: {made:?}"));
        return;
    }
    let at = folder.path().join("disk");
    let words = ["-o", "loop", image.to_str().unwrap()];
    let whole = std::fs::read(orders_file(folder.path(), 600)).unwrap();
    let lines: Vec<&[u8]> = whole.split_inclusive(|b| *b == b'\n').collect();
    let (header, rows) = lines.split_first().unwrap();
    let mut acknowledged = 0;
    for (round, part) in rows.chunks(EACH).enumerate() {
        let Some(mount) = Mount::new(&words, &at) else { return };
        let data = at.join("shop");
        if round > 0 {
            assert_eq!(orders_of_sound_shop(&data, &format!("after power cut {round}")), acknowledged, "acknowledged orders are there");
        }
        let file = folder.path().join(format!("part-{round}.csv"));
        std::fs::write(&file, [*header, &part.concat()].concat()).unwrap();
        let report = json(cli(&data).arg("import").arg(&file));
        acknowledged += report["files"][0]["orders"]["new"].as_i64().unwrap();
        let power = Command::new(&cut).arg(&data).status().unwrap();
        if !power.success() {
            skipped("this file system has no power to cut");
            return;
        }
        drop(mount);
    }
    assert_eq!(acknowledged, 600);
    let _mount = Mount::new(&words, &at).unwrap();
    assert_eq!(orders_of_sound_shop(&at.join("shop"), "after the last power cut"), acknowledged);
}
