//! A copy of the shop at another place, with the files of its complaints, and the way back on another computer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::path::{Path, PathBuf};

use common::Desk;
use zhanggui_core::complaints::attachments::Owner;
use zhanggui_core::complaints::take_in::NewComplaint;
use zhanggui_core::contacts::channel::ContactChannel;
use zhanggui_core::import::choices::Choices;
use zhanggui_core::storage::Shop;
use zhanggui_core::storage::backup::BackupReason;
use zhanggui_core::storage::files::beside;
use zhanggui_core::storage::restore::{look_into, restore};
use zhanggui_core::task::Task;
use zhanggui_core::time::{Moment, parse_zone};

const NOW: i64 = 1_790_000_000;
const ORDERS: &str = "订单编号,买家会员名,买家应付货款,买家实际支付金额,订单状态,收货人姓名,收货地址,联系手机,订单创建时间,宝贝标题,宝贝总数量,物流公司,物流单号\n\
    7000000000000000001,zhang_xiaoman,66.00,66.00,交易成功,张小满,浙江省 杭州市 西湖区 文三路 1 号,13800000001,2026-08-01 10:00:00,青瓷茶杯,1,中通快递,7001\n";

/// A shop with one case, one picture and one note in it, and a place for copies.
struct Scene {
    desk: Desk,
    case: i64,
    picture: i64,
    place: tempfile::TempDir,
}

impl Scene {
    fn new() -> Scene {
        let desk = Desk::new();
        desk.import_text("orders.csv", ORDERS, &Choices::default()).unwrap();
        let moment = Moment { at: NOW, zone: parse_zone("Asia/Shanghai").unwrap() };
        let new = NewComplaint {
            customer_id: None,
            order_id: Some(1),
            product: String::new(),
            channel: ContactChannel::PlatformChat,
            words: "杯口缺了一块".to_owned(),
            received_at: NOW,
        };
        let case = desk.shop.take_complaint(&new, moment).unwrap().1.id;
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("破损.png");
        image::RgbImage::from_pixel(400, 300, image::Rgb([200, 30, 30])).save(&file).unwrap();
        let (_, picture) = desk.shop.attach(Owner::Complaint(case), &file, &Task::quiet(), NOW).unwrap();
        let scene = Scene { desk, case, picture, place };
        scene.attach("聊天.txt", "第一次");
        scene
    }

    fn attach(&self, name: &str, text: &str) -> i64 {
        let file = self.place.path().join(name);
        std::fs::write(&file, text).unwrap();
        self.desk.shop.attach(Owner::Complaint(self.case), &file, &Task::quiet(), NOW).unwrap().1
    }

    fn target(&self) -> PathBuf {
        self.place.path().join("usb/掌柜 备份.zhanggui")
    }

    fn copy(&self) -> zhanggui_core::storage::backup::CopyMade {
        std::fs::create_dir_all(self.place.path().join("usb")).unwrap();
        self.desk.shop.backup_to(&self.target(), &Task::quiet()).unwrap()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| !n.contains("thumbnail"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_copy_brings_customers_and_files_to_another_computer() {
    let scene = Scene::new();
    let made = scene.copy();
    assert_eq!((made.file.as_str(), made.files, made.damaged, made.missing), ("掌柜 备份.zhanggui", 2, 0, 0));
    let content = look_into(&scene.target()).unwrap();
    assert_eq!((content.customers, content.orders, content.changed_at), (1, 1, Some(NOW)));

    let other = tempfile::tempdir().unwrap();
    let restored = restore(other.path(), &scene.target(), &Task::quiet(), NOW + 60).unwrap();
    assert_eq!((restored.files, restored.damaged, restored.missing), (2, 0, 0));
    let shop = Shop::open(other.path(), NOW + 120).unwrap();
    let there = shop.attachment_path(scene.picture).unwrap();
    let here = scene.desk.shop.attachment_path(scene.picture).unwrap();
    assert_eq!(std::fs::read(there).unwrap(), std::fs::read(here).unwrap());
    assert!(shop.thumbnail(scene.picture).unwrap().is_some());
}

#[test]
fn a_second_copy_to_the_same_place_takes_only_what_is_new() {
    let scene = Scene::new();
    scene.copy();
    scene.attach("第二次.txt", "又来了");
    assert_eq!(scene.copy().files, 1);
    assert_eq!(names(&beside(&scene.target())).len(), 3);
    assert_eq!(scene.copy().files, 0);
}

#[test]
fn files_that_are_damaged_or_gone_are_counted_and_never_spoil_what_is_whole() {
    let scene = Scene::new();
    let gone = scene.attach("会丢的.txt", "丢");
    scene.copy();
    // Gone here, whole in the copy: a restore brings it back.
    std::fs::remove_file(scene.desk.shop.attachment_path(gone).unwrap()).unwrap();
    let picture = scene.desk.shop.attachment_path(scene.picture).unwrap();
    let bytes = std::fs::read(&picture).unwrap();
    std::fs::write(&picture, [&bytes[..], b"x"].concat()).unwrap();
    let again = scene.copy();
    assert_eq!((again.files, again.damaged, again.missing), (0, 1, 1));
    let kept = beside(&scene.target()).join(picture.file_name().unwrap());
    assert_eq!(std::fs::read(&kept).unwrap(), bytes, "the whole one in the copy stays");

    let note = names(&beside(&scene.target())).into_iter().find(|n| n.ends_with(".txt")).unwrap();
    std::fs::write(beside(&scene.target()).join(&note), "changed by somebody").unwrap();
    std::fs::write(beside(&scene.target()).join("notes of mine.docx"), "not ours").unwrap();
    let other = tempfile::tempdir().unwrap();
    let restored = restore(other.path(), &scene.target(), &Task::quiet(), NOW + 60).unwrap();
    assert_eq!((restored.files, restored.damaged, restored.missing), (2, 1, 1));
    assert!(!names(&other.path().join("attachments")).contains(&note));
    assert_eq!(names(&other.path().join("attachments")).len(), 2, "what is not ours is not taken");
}

#[test]
fn a_file_damaged_without_a_change_of_length_is_mended_by_a_restore() {
    let scene = Scene::new();
    scene.copy();
    let other = tempfile::tempdir().unwrap();
    restore(other.path(), &scene.target(), &Task::quiet(), NOW + 60).unwrap();
    let shop = Shop::open(other.path(), NOW + 70).unwrap();
    let picture = shop.attachment_path(scene.picture).unwrap();
    drop(shop);
    let whole = std::fs::read(&picture).unwrap();
    let mut bytes = whole.clone();
    bytes[40] ^= 0xFF;
    std::fs::write(&picture, &bytes).unwrap();
    assert_eq!(restore(other.path(), &scene.target(), &Task::quiet(), NOW + 80).unwrap().files, 1);
    assert_eq!(std::fs::read(&picture).unwrap(), whole);
}

#[test]
fn a_copy_without_its_folder_says_what_is_missing() {
    let scene = Scene::new();
    scene.copy();
    let alone = scene.place.path().join("alone.zhanggui");
    std::fs::copy(scene.target(), &alone).unwrap();
    let other = tempfile::tempdir().unwrap();
    let restored = restore(other.path(), &alone, &Task::quiet(), NOW + 60).unwrap();
    assert_eq!((restored.files, restored.missing), (0, 2));
}

#[test]
fn a_cancelled_copy_leaves_nothing() {
    let scene = Scene::new();
    std::fs::create_dir_all(scene.place.path().join("usb")).unwrap();
    let task = std::sync::Arc::new(std::sync::OnceLock::<Task>::new());
    let inner = std::sync::Arc::clone(&task);
    // Stopped within the second file.
    let steps = std::sync::atomic::AtomicU32::new(0);
    let watched = Task::new(move |_| {
        if steps.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 3 {
            inner.get().unwrap().cancel();
        }
    });
    task.set(watched.clone()).unwrap();
    assert_eq!(scene.desk.shop.backup_to(&scene.target(), &watched).unwrap_err().code(), "cancelled");
    assert!(names(&scene.place.path().join("usb")).is_empty(), "{:?}", names(&scene.place.path().join("usb")));
}

#[test]
fn the_shop_itself_is_no_target_and_a_newer_shop_no_source() {
    let scene = Scene::new();
    let own = scene.desk.shop.path();
    let refused = scene.desk.shop.backup_to(&own, &Task::quiet()).unwrap_err();
    assert_eq!((refused.code(), refused.details()["reason"].as_str()), ("bad_value", Some("own_file")));
    scene.copy();
    let newer = rusqlite::Connection::open(scene.target()).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let other = tempfile::tempdir().unwrap();
    assert_eq!(restore(other.path(), &scene.target(), &Task::quiet(), NOW).unwrap_err().code(), "newer_shop");
    assert_eq!(std::fs::read_dir(other.path()).unwrap().count(), 0, "nothing was begun");
}

#[test]
fn a_day_brings_one_backup_where_something_changed() {
    const DAY: i64 = 86_400;
    let empty = Desk::new();
    assert_eq!(empty.shop.backup_of_the_day(NOW).unwrap(), None, "nothing to lose");

    let scene = Scene::new();
    let shop = &scene.desk.shop;
    let first = shop.backup_of_the_day(NOW).unwrap().expect("none was ever taken");
    assert_eq!(first.reason, BackupReason::Daily);
    shop.add_shop_note("2026-09-20", "换了快递", NOW + 60).unwrap();
    assert_eq!(shop.backup_of_the_day(NOW + DAY - 1).unwrap(), None, "the first is of this day");
    assert!(shop.backup_of_the_day(NOW + DAY).unwrap().is_some());
    assert_eq!(shop.backup_of_the_day(NOW + 3 * DAY).unwrap(), None, "nothing changed since");
    shop.undo(NOW + 3 * DAY).unwrap();
    assert!(shop.backup_of_the_day(NOW + 3 * DAY).unwrap().is_some(), "an undone change is one");
    // A clock that was a year ahead once does not keep today's backup from being taken.
    shop.backup(NOW + 365 * DAY, BackupReason::ByHand).unwrap();
    shop.add_shop_note("2026-09-21", "又换了快递", NOW + 4 * DAY).unwrap();
    assert!(shop.backup_of_the_day(NOW + 5 * DAY).unwrap().is_some());
}

#[test]
fn a_newest_backup_that_cannot_be_read_is_none() {
    let scene = Scene::new();
    let shop = &scene.desk.shop;
    let taken = shop.backup_of_the_day(NOW).unwrap().unwrap();
    std::fs::write(scene.desk.folder.path().join("backups").join(taken.file), "torn").unwrap();
    assert!(shop.backup_of_the_day(NOW + 2 * 86_400).unwrap().is_some());
}

#[test]
fn a_restored_shop_that_was_changed_as_often_is_another_one() {
    const DAY: i64 = 86_400;
    let scene = Scene::new();
    scene.desk.shop.backup(NOW, BackupReason::ByHand).unwrap();
    let folder = scene.desk.folder.path().to_owned();
    scene.desk.shop.add_shop_note("2026-09-20", "换了快递", NOW + 60).unwrap();
    let newest = scene.desk.shop.backup(NOW + 120, BackupReason::ByHand).unwrap();
    let (root, old) = (scene.desk.folder, scene.desk.shop);
    drop(old);
    let first = std::fs::read_dir(folder.join("backups")).unwrap().map(|e| e.unwrap().path()).find(|p| !p.ends_with(&newest.file)).unwrap();
    restore(&folder, &first, &Task::quiet(), NOW + 180).unwrap();
    let shop = Shop::open(root.path(), NOW + 200).unwrap();
    shop.add_shop_note("2026-09-20", "没换快递", NOW + 240).unwrap();
    assert!(shop.backup_of_the_day(NOW + 2 * DAY).unwrap().is_some(), "as many changes, and not the same");
}

#[test]
fn a_shop_whose_file_has_gone_offers_its_backup_and_takes_none_of_its_emptiness() {
    let scene = Scene::new();
    let taken = scene.desk.shop.backup(NOW, BackupReason::ByHand).unwrap();
    assert_eq!(scene.desk.shop.lost_to_a_backup().unwrap(), None, "nothing is lost");
    let (root, shop) = (scene.desk.folder, scene.desk.shop);
    drop(shop);
    std::fs::remove_file(root.path().join("shop.zhanggui")).unwrap();
    let shop = Shop::open(root.path(), NOW + 86_400).unwrap();
    assert_eq!(shop.backup_of_the_day(NOW + 2 * 86_400).unwrap(), None);
    assert_eq!(shop.lost_to_a_backup().unwrap().map(|b| b.file), Some(taken.file));
    shop.add_shop_note("2026-09-20", "从头开始", NOW + 2 * 86_400).unwrap();
    assert_eq!(shop.lost_to_a_backup().unwrap(), None, "it was begun anew");
}
