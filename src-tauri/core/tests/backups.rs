//! Backups always come back, and what is not what it was is never taken for one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Desk, NOW, fixture};
use rusqlite::Connection;
use zhanggui_core::Result;
use zhanggui_core::customers::list::CustomerQuery;
use zhanggui_core::storage::Shop;
use zhanggui_core::storage::backup::{BackupReason, clock_doubt, folder_of, list};
use zhanggui_core::storage::proof::Proof;
use zhanggui_core::storage::restore::{Restored, look_into, restore};
use zhanggui_core::task::Task;

const DAY: i64 = 86_400;
const SAMPLE: &str = "samples/taobao_ExportOrderList202604101016.csv";

/// A shop with the sample's four customers in it.
fn full() -> Desk {
    let desk = Desk::new();
    desk.import(SAMPLE).unwrap();
    desk
}

fn bring_back(folder: &Path, source: &Path) -> Result<Restored> {
    restore(folder, source, &Task::quiet(), NOW + 60)
}

/// The sum of what is known, and that the shop is whole.
fn customers(folder: &Path) -> i64 {
    let shop = Shop::open(folder, NOW + 120).unwrap();
    for check in shop.check().unwrap() {
        assert_eq!(check.violations, 0, "{check:?}");
    }
    assert_eq!(shop.customers(&CustomerQuery { text: "zxm".into(), ..Default::default() }, 0, 5).unwrap().rows[0].paid, 70650);
    shop.customers(&CustomerQuery::default(), 0, 0).unwrap().total
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                false => all.push((entry.path().display().to_string(), fs::read(entry.path()).unwrap())),
            }
        }
    }
    all.sort();
    all
}

/// A copy of a shop written anew by another program, with pages of another size.
fn written_anew(source: &Path, target: &Path, page_size: i64) {
    let connection = Connection::open(source).unwrap();
    connection.pragma_update(None, "page_size", page_size).unwrap();
    connection.execute("VACUUM INTO ?1", [target.to_str().unwrap()]).unwrap();
}

/// Every kind of copy that a seller may have, with what can be said of it.
fn copies(place: &Path) -> Vec<(String, PathBuf, Proof)> {
    let mut all: Vec<(String, PathBuf, Proof)> = Vec::new();
    for golden in fs::read_dir(fixture("golden")).unwrap().flatten().map(|e| e.path()) {
        // What the program itself keeps of an old shop before it changes it.
        let folder = place.join(format!("upgraded-{}", golden.file_stem().unwrap().display()));
        fs::create_dir(&folder).unwrap();
        fs::copy(&golden, folder.join("shop.zhanggui")).unwrap();
        drop(Shop::open(&folder, NOW).unwrap());
        let kept = list(&folder).unwrap().remove(0);
        assert_eq!(kept.reason, BackupReason::BeforeMigration);
        all.push((format!("migration copy of {}", golden.display()), folder_of(&folder).join(kept.file), Proof::Digest));
        // From version 5 on every page carries its checksum. A copy of it, because looking into a file may leave others beside it.
        let early = (1..5).any(|version| golden.ends_with(format!("version-{version}.zhanggui")));
        let copy = place.join(golden.file_name().unwrap());
        fs::copy(&golden, &copy).unwrap();
        all.push((format!("{}", golden.display()), copy, if early { Proof::Structure } else { Proof::Pages }));
    }
    let desk = full();
    for reason in [BackupReason::ByHand, BackupReason::BeforeImport, BackupReason::Daily] {
        let taken = desk.shop.backup(NOW, reason).unwrap();
        let kept = place.join(&taken.file);
        fs::copy(folder_of(desk.folder.path()).join(taken.file), &kept).unwrap();
        all.push((format!("{reason:?}"), kept, Proof::Digest));
    }
    let elsewhere = place.join("elsewhere.zhanggui");
    desk.shop.backup_to(&elsewhere, &Task::quiet()).unwrap();
    for page_size in [512, 1024, 4096, 8192, 16_384, 32_768, 65_536] {
        let copy = place.join(format!("vacuumed-{page_size}.zhanggui"));
        written_anew(&elsewhere, &copy, page_size);
        all.push((format!("vacuumed to pages of {page_size}"), copy, Proof::Structure));
    }
    all.push(("elsewhere".to_owned(), elsewhere, Proof::Digest));
    let closed = place.join("closed.zhanggui");
    let path = desk.shop.path();
    let Desk { folder, shop } = desk;
    drop(shop);
    fs::copy(path, &closed).unwrap();
    all.push(("the closed shop's own file".to_owned(), closed, Proof::Pages));
    drop(folder);
    all
}

#[test]
fn every_kind_of_copy_comes_back_into_an_empty_an_old_and_a_full_folder() {
    let place = tempfile::tempdir().unwrap();
    for (what, copy, proof) in copies(place.path()) {
        let before = fs::read(&copy).unwrap();
        assert_eq!(look_into(&copy).unwrap_or_else(|e| panic!("{what}: {e}")).proof, proof, "{what}");

        let empty = tempfile::tempdir().unwrap();
        let restored = bring_back(&empty.path().join("new"), &copy).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!((restored.kept, customers(&empty.path().join("new"))), (None, 4), "{what} into an empty folder");

        let old = tempfile::tempdir().unwrap();
        fs::copy(fixture("golden/version-1.zhanggui"), old.path().join("shop.zhanggui")).unwrap();
        let restored = bring_back(old.path(), &copy).unwrap_or_else(|e| panic!("{what} into an old folder: {e}"));
        assert_eq!(customers(old.path()), 4, "{what} into an old folder");
        let kept = folder_of(old.path()).join(restored.kept.unwrap().file);
        assert_eq!(look_into(&kept).unwrap().customers, 4);

        let there = full();
        there.shop.add_customer("只在这里", NOW).unwrap();
        let Desk { folder, shop } = there;
        drop(shop);
        let restored = bring_back(folder.path(), &copy).unwrap_or_else(|e| panic!("{what} into a full folder: {e}"));
        assert_eq!(customers(folder.path()), 4, "{what} into a full folder");
        let kept = folder_of(folder.path()).join(restored.kept.unwrap().file);
        assert_eq!(look_into(&kept).unwrap().customers, 5, "the shop as it was is kept");
        assert!(bring_back(folder.path(), &kept).is_ok(), "and comes back");
        assert_eq!(fs::read(&copy).unwrap(), before, "{what}: the source is only read");
        // Nothing is left beside the shop but what belongs there.
        let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names, ["backups", "lock", "shop.zhanggui"], "{what}");
    }
}

#[test]
fn a_shop_that_another_program_wrote_anew_opens() {
    for page_size in [4096, 16_384] {
        let folder = tempfile::tempdir().unwrap();
        let desk = full();
        let copy = desk.folder.path().join("copy");
        desk.shop.backup_to(&copy, &Task::quiet()).unwrap();
        written_anew(&copy, &folder.path().join("shop.zhanggui"), page_size);
        assert_eq!(customers(folder.path()), 4);
    }
}

/// Bits spread over a file, the same in each run.
fn bits(bytes: usize, count: usize) -> impl Iterator<Item = usize> {
    let mut seed = 0x5EED_u64;
    (0..count).map(move |_| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 16) as usize % (bytes * 8)
    })
}

#[test]
fn a_changed_bit_of_a_backup_is_never_restored() {
    let desk = full();
    let taken = desk.shop.backup(NOW, BackupReason::ByHand).unwrap();
    let whole = fs::read(folder_of(desk.folder.path()).join(taken.file)).unwrap();
    let pages = desk.folder.path().join("pages.zhanggui");
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy.zhanggui");
    for bit in bits(whole.len(), 60) {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&copy, &bytes).unwrap();
        let refused = bring_back(&place.path().join("new"), &copy).map(drop).unwrap_err();
        assert!(
            ["backup_changed", "backup_failed", "not_a_shop", "newer_shop", "corrupt"].contains(&refused.code()),
            "bit {bit}: {refused}"
        );
        assert!(!place.path().join("new/shop.zhanggui").exists(), "bit {bit}: nothing was begun");
    }
    // The pages alone say it as well, where the digest was lost with the end of the file.
    fs::write(&pages, &whole[..whole.len() - whole.len() % 16_384]).unwrap();
    assert_eq!(look_into(&pages).unwrap().proof, Proof::Pages);
    let whole = fs::read(&pages).unwrap();
    for bit in bits(whole.len(), 60) {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&copy, &bytes).unwrap();
        assert!(look_into(&copy).is_err(), "bit {bit}");
    }
}

#[test]
fn a_backup_that_was_cut_off_is_not_restored() {
    let desk = full();
    let taken = desk.shop.backup(NOW, BackupReason::ByHand).unwrap();
    let whole = fs::read(folder_of(desk.folder.path()).join(taken.file)).unwrap();
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy.zhanggui");
    for length in [0, 1, 99, 100, 16_383, 16_384, 5 * 16_384, whole.len() / 2, whole.len() - 41, whole.len() - 39, whole.len() - 1] {
        fs::write(&copy, &whole[..length]).unwrap();
        assert!(look_into(&copy).is_err(), "cut off at {length} of {}", whole.len());
    }
    fs::write(&copy, [&whole[..], b"x"].concat()).unwrap();
    assert!(look_into(&copy).is_err(), "a byte more");
}

#[test]
fn a_changed_bit_of_the_shop_never_passes_the_check() {
    let desk = full();
    let path = desk.shop.path();
    let Desk { folder, shop } = desk;
    drop(shop);
    let whole = fs::read(&path).unwrap();
    for bit in bits(whole.len(), 60) {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &bytes).unwrap();
        let found = Shop::open(folder.path(), NOW).and_then(|shop| shop.check());
        match found {
            Ok(checks) => assert!(checks.iter().any(|c| c.name == "pages" && c.violations == 1), "bit {bit}: {checks:?}"),
            Err(error) => assert!(["corrupt", "not_a_shop", "newer_shop"].contains(&error.code()), "bit {bit}: {error}"),
        }
    }
}

#[test]
fn the_check_names_the_table_that_changed() {
    let desk = full();
    let path = desk.shop.path();
    let Desk { folder, shop } = desk;
    drop(shop);
    let mut bytes = fs::read(&path).unwrap();
    let place = bytes.windows(9).position(|w| w == "张小满".as_bytes()).unwrap();
    bytes[place + 2] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let checks = Shop::open(folder.path(), NOW).unwrap().check().unwrap();
    let named: Vec<&str> = checks.iter().filter(|c| c.violations > 0 && c.name.starts_with("table ")).map(|c| c.name.as_str()).collect();
    assert_eq!(named.len(), 1, "{checks:?}");
}

#[test]
fn a_file_that_is_not_ours_never_replaces_a_shop() {
    let desk = full();
    let made = |name: &str, sql: &str| {
        let path = desk.folder.path().join(name);
        desk.shop.backup_to(&path, &Task::quiet()).unwrap();
        let file = Connection::open(&path).unwrap();
        file.execute_batch(sql).unwrap();
        file.execute_batch("VACUUM").unwrap();
        path
    };
    let hollow = |version: i64| {
        let path = desk.folder.path().join(format!("hollow-{version}.zhanggui"));
        let file = Connection::open(&path).unwrap();
        file.execute_batch(&format!("PRAGMA application_id = {}; PRAGMA user_version = {version}; CREATE TABLE t (x);", 0x5A47_7569))
            .unwrap();
        path
    };
    let evil = "CREATE TRIGGER evil AFTER INSERT ON orders BEGIN UPDATE customers SET name = 'EVIL'; END";
    let files_of = [
        made("trigger.zhanggui", evil),
        made("view.zhanggui", "CREATE VIEW orders_seen AS SELECT * FROM orders"),
        made("missing.zhanggui", "DROP TABLE rules"),
        hollow(0),
        hollow(1),
        hollow(4),
        hollow(5),
    ];
    let Desk { folder, shop } = desk;
    drop(shop);
    let before = files(folder.path());
    for path in files_of {
        let refused = bring_back(folder.path(), &path).unwrap_err();
        assert!(["foreign_shop", "backup_changed"].contains(&refused.code()), "{}: {refused}", path.display());
        assert!(files(folder.path()) == before, "{}: something was changed", path.display());
    }
}

#[test]
fn a_file_name_that_the_program_never_gives_is_never_followed() {
    let desk = full();
    let case = zhanggui_core::complaints::take_in::NewComplaint {
        customer_id: None,
        order_id: Some(1),
        product: String::new(),
        channel: zhanggui_core::contacts::channel::ContactChannel::PlatformChat,
        words: "裂了".to_owned(),
        received_at: NOW,
    };
    let moment = zhanggui_core::time::Moment { at: NOW, zone: zhanggui_core::time::parse_zone("Asia/Shanghai").unwrap() };
    let case = desk.shop.take_complaint(&case, moment).unwrap().1.id;
    let copy = desk.folder.path().join("evil.zhanggui");
    desk.shop.backup_to(&copy, &Task::quiet()).unwrap();
    let names =
        ["/etc/hostname", "../shop.zhanggui", "..\\..\\x.exe", "\\\\server\\share\\x.txt", "0123456789abcdef0123456789abcdef.exe", "a.txt"];
    let file = Connection::open(&copy).unwrap();
    for name in names {
        file.execute(
            "INSERT INTO attachments (complaint_id, file, original_name, kind, bytes, sha256, added_at) VALUES (?1, ?2, 'x.txt', 'document', 1, '', 0)",
            (case, name),
        )
        .unwrap();
    }
    file.execute_batch("VACUUM").unwrap();
    drop(file);
    let other = tempfile::tempdir().unwrap();
    let restored = bring_back(other.path(), &copy).unwrap();
    assert_eq!(restored.missing as usize, names.len());
    let shop = Shop::open(other.path(), NOW).unwrap();
    for id in 1..=names.len() as i64 {
        assert_eq!(shop.attachment_path(id).unwrap_err().code(), "file_missing", "{}", names[id as usize - 1]);
        assert_eq!(shop.thumbnail(id).unwrap(), None);
    }
    assert!(shop.complaint(case, moment).unwrap().attachments.iter().all(|a| a.missing));
}

#[test]
fn a_clock_that_was_wrong_once_costs_no_backup() {
    let desk = full();
    for day in 0..13 {
        desk.shop.add_shop_note("2026-09-20", &format!("{day}"), NOW + day * DAY).unwrap();
        desk.shop.backup(NOW + day * DAY, BackupReason::Daily).unwrap();
    }
    for now in [NOW + 412 * DAY, NOW + 13 * DAY, 365 * DAY] {
        desk.shop.backup(now, BackupReason::ByHand).unwrap();
    }
    let kept = desk.shop.backups().unwrap();
    assert_eq!(kept.len(), 16, "{kept:?}");
    assert_eq!(clock_doubt(&kept, NOW + 13 * DAY), None, "a right clock is believed");
    assert!(clock_doubt(&kept, NOW + 900 * DAY).is_some());
    assert!(clock_doubt(&kept, 200 * DAY).is_some());
}

#[test]
fn what_a_killed_program_left_is_swept_at_the_next_start() {
    let desk = full();
    desk.shop.backup(NOW, BackupReason::ByHand).unwrap();
    let Desk { folder, shop } = desk;
    drop(shop);
    fs::create_dir_all(folder.path().join("attachments")).unwrap();
    let left = [
        "backups/.backup-x.zhanggui",
        "backups/.backup-x.zhanggui-journal",
        "attachments/.copy-a1",
        "attachments/.tmpQ1w2.jpg",
        ".tmpabc",
        "shop.zhanggui.restored",
        "shop.zhanggui.rewritten",
    ];
    for name in left {
        fs::write(folder.path().join(name), "half").unwrap();
    }
    assert_eq!(customers(folder.path()), 4);
    for name in left {
        assert!(!folder.path().join(name).exists(), "{name} is still there");
    }
    assert_eq!(list(folder.path()).unwrap().len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn another_program_that_looks_at_an_open_shop_takes_nothing_from_it() {
    let desk = full();
    desk.shop.check().unwrap();
    // It opens the file, reads, and closes it; were it alone, it would empty the log and take it away.
    let looked = std::process::Command::new("sqlite3").arg(desk.shop.path()).arg("SELECT count(*) FROM customers").output();
    assert_eq!(String::from_utf8_lossy(&looked.expect("sqlite3 is among the packages that the tests need").stdout).trim(), "4");
    assert!(desk.folder.path().join("shop.zhanggui-wal").exists(), "the log is still that of the open shop");
    desk.shop.add_customer("后来的", NOW).unwrap();
    let Desk { folder, shop } = desk;
    drop(shop);
    assert_eq!(Shop::open(folder.path(), NOW).unwrap().customers(&CustomerQuery::default(), 0, 0).unwrap().total, 5);
}

#[test]
fn an_upgrade_that_fails_leaves_the_shop_and_no_backup_behind() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(fixture("golden/version-4.zhanggui"), folder.path().join("shop.zhanggui")).unwrap();
    // Something stands where the copy is to be made.
    fs::create_dir(folder.path().join("shop.zhanggui.rewritten")).unwrap();
    fs::create_dir(folder.path().join("shop.zhanggui.restored")).unwrap();
    let before = fs::read(folder.path().join("shop.zhanggui")).unwrap();
    for _ in 0..3 {
        assert!(Shop::open(folder.path(), NOW).is_err());
    }
    assert_eq!(list(folder.path()).unwrap(), []);
    assert!(fs::read(folder.path().join("shop.zhanggui")).unwrap() == before);
    fs::remove_dir(folder.path().join("shop.zhanggui.rewritten")).unwrap();
    fs::remove_dir(folder.path().join("shop.zhanggui.restored")).unwrap();
    assert_eq!(customers(folder.path()), 4);
}

#[cfg(unix)]
#[test]
fn only_the_seller_can_read_what_is_written() {
    use std::os::unix::fs::PermissionsExt;
    let desk = full();
    let taken = desk.shop.backup(NOW, BackupReason::ByHand).unwrap();
    let elsewhere = desk.folder.path().join("stick.zhanggui");
    desk.shop.backup_to(&elsewhere, &Task::quiet()).unwrap();
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let root = desk.folder.path();
    for file in ["shop.zhanggui", "shop.zhanggui-wal", "shop.zhanggui-shm", "lock"] {
        assert_eq!(mode(root.join(file)), 0o600, "{file}");
    }
    assert_eq!(mode(root.join("backups").join(taken.file)), 0o600);
    assert_eq!(mode(elsewhere), 0o600);
    assert_eq!((mode(root.to_owned()), mode(root.join("backups"))), (0o700, 0o700));
}
