//! What is asked of the shop has bounds: texts of a stated length, days on any clock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Desk, NOW};
use zhanggui_core::Result;
use zhanggui_core::complaints::list::CaseQuery;
use zhanggui_core::customers::list::CustomerQuery;
use zhanggui_core::demo::{Demo, write_taobao};
use zhanggui_core::import::choices::Choices;
use zhanggui_core::import::plain_table::PlainTable;
use zhanggui_core::language::Language;
use zhanggui_core::orders::list::OrderQuery;
use zhanggui_core::reviews::list::{ReviewList, ReviewQuery};
use zhanggui_core::reviews::reply::ReplyKind;
use zhanggui_core::time::{Moment, parse_zone};

/// A furnished shop: orders, cases, promises, reviews, birthdays.
fn furnished() -> Desk {
    let desk = Desk::new();
    let path = desk.folder.path().join("ExportOrderList-demo.csv");
    write_taobao(Demo { orders: 300, seed: 3, until: NOW }, &path).unwrap();
    desk.import_with(&path, &Choices::default()).unwrap();
    desk.shop.furnish_demo(NOW).unwrap();
    desk.shop.furnish_care(moment(NOW)).unwrap();
    desk.shop.furnish_reviews(moment(NOW)).unwrap();
    desk
}

fn moment(at: i64) -> Moment {
    Moment { at, zone: parse_zone("Asia/Shanghai").unwrap() }
}

#[test]
fn no_clock_makes_anything_panic() {
    let desk = furnished();
    let shop = &desk.shop;
    let year = |year: i32| chrono::NaiveDate::from_ymd_opt(year, 2, 28).unwrap().and_hms_opt(12, 0, 0).unwrap().and_utc().timestamp();
    let clocks = [0, -1, year(1960), year(1900), year(1582), year(1), year(2038), year(2100), year(9999)];
    for at in clocks {
        for zone in ["Asia/Shanghai", "America/New_York", "Pacific/Apia"] {
            let now = Moment { at, zone: parse_zone(zone).unwrap() };
            // Each may say that such a time cannot be; none may end the program.
            let _ = shop.today(500, Language::Chinese, now);
            let _ = shop.complaints(&CaseQuery { closed: true, ..CaseQuery::default() }, 0, 50, now);
            let _ = shop.complaint(1, now);
            let _ = shop.reviews(&ReviewQuery { list: ReviewList::All, ..ReviewQuery::default() }, 0, 50, now);
            let _ = shop.reviews(&ReviewQuery::default(), 0, 50, now);
            let _ = shop.review(1, now);
            let _ = shop.who_is("zxm", 5, now);
            let _ = shop.customers(&CustomerQuery::default(), 0, 50);
            let _ = shop.backup_of_the_day(at);
        }
    }
    assert!(shop.check().unwrap().iter().all(|c| c.violations == 0));
}

#[test]
fn a_shop_whose_import_was_taken_back_is_sound() {
    let desk = furnished();
    let report = desk.shop.undo_import(1, NOW + 60).unwrap();
    assert!(report.orders_removed > 0 && !report.kept.is_empty(), "orders with a history stay");
    let checks = desk.shop.check().unwrap();
    assert!(checks.iter().all(|c| c.violations == 0), "{checks:?}");
}

fn reason<T: std::fmt::Debug>(answer: Result<T>) -> String {
    let error = answer.expect_err("a megabyte is no question");
    error.details()["reason"].as_str().unwrap_or(error.code()).to_owned()
}

#[test]
fn questions_and_pastes_have_a_stated_length() {
    let desk = furnished();
    let shop = &desk.shop;
    let long = "张 ".repeat(500_000);
    let now = moment(NOW);
    assert_eq!(reason(shop.customers(&CustomerQuery { text: long.clone(), ..Default::default() }, 0, 5)), "too_long");
    assert_eq!(reason(shop.orders(&OrderQuery { text: long.clone(), ..Default::default() }, 0, 5)), "too_long");
    assert_eq!(reason(shop.complaints(&CaseQuery { text: long.clone(), ..Default::default() }, 0, 5, now)), "too_long");
    assert_eq!(reason(shop.reviews(&ReviewQuery { text: long.clone(), ..Default::default() }, 0, 5, now)), "too_long");
    assert_eq!(reason(shop.who_is(&long, 5, now)), "too_long");
    assert_eq!(reason(shop.read_pasted_order(&long)), "too_long");
    assert_eq!(reason(shop.check_reply(None, ReplyKind::Public, &long, Language::Chinese)), "too_long");
    assert!(zhanggui_core::regions::search::search(&long, 10).is_empty());
    assert_eq!(reason(zhanggui_core::address::read(&long, &Default::default())), "too_long");
    let rows = "订单号\t内容\n".to_owned() + &"1\t好\n".repeat(600_000);
    assert_eq!(reason(PlainTable::pasted(&rows)), "too_many_rows");
    assert_eq!(reason(PlainTable::pasted(&"长".repeat(12 << 20))), "too_long");
    assert_eq!(reason(shop.read_pasted_reviews(&"长".repeat(12 << 20), now)), "too_long");
    // What a person types, and a whole message, is no such thing.
    assert!(shop.customers(&CustomerQuery { text: "张".repeat(200), ..Default::default() }, 0, 5).is_ok());
    assert!(shop.read_pasted_order(&"浙江省杭州市西湖区文三路1号 张小满 13800000001\n".repeat(100)).is_ok());
}
