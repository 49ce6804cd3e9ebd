//! Rules of the import that no sample shows: matching, joining, forward only, what stays, several files, bad
//! workbooks, round trips.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Desk, NOW, fixture, logical_dump};
use proptest::prelude::*;
use zhanggui_core::calendar::quiet::QuietHours;
use zhanggui_core::contacts::channel::ContactChannel;
use zhanggui_core::contacts::preference::Preference;
use zhanggui_core::customers::edit::{CustomerEdit, Gender, TextField};
use zhanggui_core::customers::list::{CustomerQuery, Sort};
use zhanggui_core::export::columns::{Column, Masking};
use zhanggui_core::export::customers::{CustomerExport, FileFormat, Who};
use zhanggui_core::import::choices::Choices;
use zhanggui_core::import::matching::Decision;
use zhanggui_core::import::source::Source;
use zhanggui_core::import::undo::{KeptBecause, UndoReport};
use zhanggui_core::language::Language;
use zhanggui_core::orders::edit::OrderEdit;
use zhanggui_core::orders::list::OrderQuery;
use zhanggui_core::task::Task;
use zhanggui_core::time::Moment;

const TAOBAO: &str = "订单编号,买家会员名,买家实际支付金额,订单状态,收货人姓名,联系手机,订单创建时间,退款金额,物流单号,订单备注";

fn taobao(rows: &[&str]) -> String {
    format!("{TAOBAO}\r\n{}\r\n", rows.join("\r\n"))
}

fn found(desk: &Desk, text: &str) -> Vec<String> {
    let query = CustomerQuery { text: text.to_owned(), ..CustomerQuery::default() };
    desk.shop.customers(&query, 0, 10).unwrap().rows.into_iter().map(|c| c.name).collect()
}

#[test]
fn a_buyer_is_found_by_every_handle() {
    let desk = Desk::new();
    desk.import("samples/taobao_ExportOrderList202604101016.csv").unwrap();
    for text in
        ["张小", "小满", "满", "zxm", "xm", "zhangxiaoman", "xiaoman", "tb张", "ｔｂ张小满", "139 00000001", "13900000001", "00000011"]
    {
        assert_eq!(found(&desk, text), vec!["张小满"], "{text}");
    }
    assert_eq!(found(&desk, "0001"), vec!["张小满"]);
    assert_eq!(found(&desk, "1390000").len(), 4);
    let id = desk.shop.customer_ids(&CustomerQuery { text: "zxm".into(), ..Default::default() }).unwrap()[0];
    desk.shop.tag_customers(&[id], "老客户", true, NOW).unwrap();
    assert_eq!(found(&desk, "老客"), vec!["张小满"]);
    assert_eq!(found(&desk, "老客 zxm"), vec!["张小满"], "all words must fit");
    assert!(found(&desk, "老客 oyxx").is_empty());
}

#[test]
fn the_same_phone_with_another_name_is_asked_about() {
    let desk = Desk::new();
    desk.import_text("a.csv", &taobao(&["1001,nick_a,10.00,交易成功,甲,13900000001,2026-03-01 10:00:00,,,"]), &Choices::default()).unwrap();
    let weidian = "订单编号,订单金额（不含退款）,收件人姓名,收件人手机,订单状态,下单时间,付款时间,商品名称\n2001,5.00,乙,13900000001,已完成,2026-03-02 10:00:00,2026-03-02 10:00:01,杯\n";
    let report = desk.import_text("b.csv", weidian, &Choices::default()).unwrap();
    assert_eq!((report.customers.new, report.customers.matched, report.customers.to_review), (0, 0, 1));
    assert_eq!(desk.shop.open_match_count().unwrap(), 1);
    let open = desk.shop.open_matches().unwrap();
    assert_eq!((open.len(), open[0].orders, open[0].candidate.as_ref().unwrap().name.as_str()), (1, 1, "甲"));
    let before = logical_dump(&desk);
    desk.shop.decide_match(open[0].id, Decision::Link, NOW).unwrap();
    assert_eq!(desk.shop.customers(&Default::default(), 0, 9).unwrap().rows[0].orders, 2);
    desk.shop.undo(NOW).unwrap();
    assert_eq!(logical_dump(&desk), before);
    desk.shop.decide_match(open[0].id, Decision::Apart, NOW).unwrap();
    assert_eq!(desk.shop.customers(&Default::default(), 0, 9).unwrap().total, 2);
    let again = weidian.replace("2001", "2002").replace("03-02", "03-03");
    let report = desk.import_text("c.csv", &again, &Choices::default()).unwrap();
    assert_eq!((report.customers.matched, report.customers.to_review), (1, 0), "the answer holds for later files");
}

#[test]
fn days_are_those_of_the_shop() {
    let desk = Desk::new();
    // 00:30 in Shanghai is the day before in Amsterdam.
    desk.import_text("a.csv", &taobao(&["1001,nick,10.00,交易成功,甲,13900000001,2026-03-02 00:30:00,,,"]), &Choices::default()).unwrap();
    let on = |day: &str| {
        let query = OrderQuery { from_day: Some(day.into()), to_day: Some(day.into()), ..OrderQuery::default() };
        desk.shop.orders(&query, 0, 9).map(|page| page.total)
    };
    assert_eq!((on("2026-03-01").unwrap(), on("2026-03-02").unwrap(), on("2026-03-03").unwrap()), (0, 1, 0));
    let shop = desk.shop.orders(&OrderQuery::default(), 0, 1).unwrap().rows[0].clone();
    assert_eq!(shop.time_zone, "Asia/Shanghai");
    desk.shop.edit_shop(1, "mine", "Europe/Amsterdam", NOW).unwrap();
    assert_eq!((on("2026-03-01").unwrap(), on("2026-03-02").unwrap()), (1, 0));
    // A second shop keeps its own clock.
    let weidian = "订单编号,订单金额（不含退款）,收件人姓名,收件人手机,订单状态,下单时间,付款时间,商品名称\n2001,5.00,乙,13900000002,已完成,2026-03-02 00:30:00,2026-03-02 00:30:01,杯\n";
    desk.import_text("b.csv", weidian, &Choices::default()).unwrap();
    assert_eq!((on("2026-03-01").unwrap(), on("2026-03-02").unwrap()), (1, 1));
    assert_eq!(on("2026-02-30").unwrap_err().code(), "bad_value");
}

#[test]
fn an_answer_about_one_file_holds_for_the_next_of_the_same_import() {
    const WEIDIAN: &str = "订单编号,订单金额（不含退款）,收件人姓名,收件人手机,订单状态,下单时间,付款时间,商品名称";
    let file = |desk: &Desk, name: &str, rows: &[(&str, &str, &str)]| {
        let lines: Vec<String> = rows
            .iter()
            .map(|(number, who, phone)| format!("{number},5.00,{who},{phone},已完成,2026-03-02 10:00:00,2026-03-02 10:00:01,杯"))
            .collect();
        let path = desk.folder.path().join(name);
        std::fs::write(&path, format!("{WEIDIAN}\n{}\n", lines.join("\n"))).unwrap();
        (Source::new(&path), Choices::default())
    };
    for (decision, expected) in [
        (Decision::Apart, vec![("丙", 2), ("甲", 1), ("乙", 2)]),
        (Decision::Link, vec![("丙", 2), ("甲", 3)]),
        (Decision::Later, vec![("丙", 2), ("甲", 1)]),
    ] {
        let desk = Desk::new();
        desk.import_text("a.csv", &taobao(&["1001,nick,10.00,交易成功,甲,13900000001,2026-03-01 10:00:00,,,"]), &Choices::default())
            .unwrap();
        let files = [
            file(&desk, "march.csv", &[("1", "乙", "13900000001"), ("2", "丙", "13900000002")]),
            file(&desk, "april.csv", &[("3", "丙", "13900000002"), ("4", "乙", "13900000001")]),
        ];
        let plans = desk.shop.plan_imports(&files, &Task::quiet(), NOW).unwrap();
        desk.shop.apply_imports(&[(&plans[0], vec![(0, decision)]), (&plans[1], vec![])], &Task::quiet(), NOW).unwrap();
        let query = CustomerQuery { ascending: true, sort: Sort::Name, ..CustomerQuery::default() };
        let people = desk.shop.customers(&query, 0, 9).unwrap().rows;
        let people: Vec<_> = people.iter().map(|c| (c.name.as_str(), c.orders)).collect();
        assert_eq!(people, expected, "{decision:?}");
        assert_eq!(desk.shop.open_match_count().unwrap(), i64::from(decision == Decision::Later), "{decision:?}");
    }
}

#[test]
fn files_by_the_clock_of_their_shop_need_to_know_which() {
    let desk = Desk::new();
    let woo = "order_id,order_date,order_status,customer_id,billing_first_name,billing_last_name,billing_email,billing_phone,billing_address_1,billing_city,billing_state,billing_postcode,billing_country,shipping_address_1,shipping_city,shipping_state,shipping_postcode,shipping_country,order_total,order_currency,payment_method\n";
    let row = |number: u32| {
        format!(
            "{woo}{number},2026-03-04 09:15:00,processing,11,Ada,L,ada@example.com,+15550100001,1 Main St,Brooklyn,NY,11249,US,1 Main St,Brooklyn,NY,11249,US,5.00,EUR,stripe\n"
        )
    };
    let shop = |name: &str, zone: &str| Choices {
        shop: Some(name.into()),
        time_zone: Some(zone.into()),
        currency: Some("EUR".into()),
        ..Choices::default()
    };
    desk.import_text("a.csv", &row(1), &shop("A", "Europe/Amsterdam")).unwrap();
    let moved = desk.shop.edit_shop(1, "A", "America/New_York", NOW).unwrap_err();
    assert_eq!(moved.code(), "bad_value", "its orders were read by the old clock");
    let report = desk.import_text("a.csv", &row(1), &shop("A", "Asia/Shanghai")).unwrap();
    assert_eq!(report.orders.unchanged, 1, "a stored shop keeps its clock whatever the computer's is now");
    desk.import_text("b.csv", &row(2), &shop("B", "Asia/Shanghai")).unwrap();
    desk.shop
        .transact(zhanggui_core::storage::Op::EditShop, NOW, |tx| {
            Ok((String::new(), tx.execute("UPDATE shops SET time_zone = 'Asia/Shanghai' WHERE name = 'B'", [])?))
        })
        .unwrap();
    let placed = |number: &str| desk.shop.order(desk.shop.order_by_number(number).unwrap()).unwrap();
    assert_eq!(placed("1").time_zone, "Europe/Amsterdam");
    let unnamed = Choices { shop: None, ..shop("", "Asia/Shanghai") };
    assert_eq!(desk.import_text("c.csv", &row(3), &unnamed).unwrap_err().code(), "which_shop");
    desk.import_text("c.csv", &row(3), &shop("B", "Europe/Amsterdam")).unwrap();
    let hours = (placed("1").placed_at.unwrap() - placed("3").placed_at.unwrap()) / 3600;
    assert_eq!(hours, 7, "the same words on the clock of Shanghai come seven hours before those of Amsterdam");
}

#[test]
fn a_list_keeps_two_names_of_one_phone_apart_and_says_so() {
    let desk = Desk::new();
    desk.import_text("a.csv", &taobao(&["1001,nick_a,10.00,交易成功,甲,13900000001,2026-03-01 10:00:00,,,"]), &Choices::default()).unwrap();
    let list = "客户姓名,客户昵称,客户手机号\n乙,,13900000001\n丙,,13900000002\n丁,,13900000002\n戊,,13900000003\n";
    let report = desk.import_text("b.csv", list, &Choices::default()).unwrap();
    assert_eq!((report.customers.new, report.customers.matched), (4, 0));
    let noticed: Vec<_> = report.warnings.iter().map(|w| (w.code.code(), w.count, w.row)).collect();
    assert_eq!(noticed, vec![("shared_phone", 2, 2)], "乙 has the number of 甲, and 丁 that of 丙");
}

#[test]
fn masked_values_are_no_keys() {
    let desk = Desk::new();
    let rows = [
        "1001,t**8,10.00,交易成功,张**,139****0001,2026-03-01 10:00:00,,,",
        "1002,t**8,10.00,交易成功,张**,139****0001,2026-03-01 11:00:00,,,",
    ];
    let report = desk.import_text("a.csv", &taobao(&rows), &Choices::default()).unwrap();
    assert_eq!((report.customers.new, report.orders_without_customer), (0, 2));
}

#[test]
fn a_later_file_moves_forward_and_keeps_what_the_seller_wrote() {
    let desk = Desk::new();
    let row = |status: &str, refund: &str, tracking: &str, note: &str| {
        taobao(&[&format!("1001,nick,10.00,{status},甲,13900000001,2026-03-01 10:00:00,{refund},{tracking},{note}")])
    };
    desk.import_text("a.csv", &row("买家已付款，等待卖家发货", "", "", "theirs"), &Choices::default()).unwrap();
    let id = desk.shop.order_by_number("1001").unwrap();
    desk.shop.edit_order(id, &OrderEdit::SellerNote { value: "mine".into() }, NOW).unwrap();
    let report = desk.import_text("b.csv", &row("卖家已发货，等待买家确认", "2.00", "SF123", "theirs again"), &Choices::default()).unwrap();
    assert_eq!((report.orders.changed, report.warnings[0].code.code()), (1, "hand_edit_kept"));
    let order = desk.shop.order(id).unwrap();
    assert_eq!((order.seller_note.as_str(), order.tracking.as_str(), order.refunded), ("mine", "SF123", 200));
    let report = desk.import_text("c.csv", &row("买家已付款，等待卖家发货", "", "", "theirs"), &Choices::default()).unwrap();
    assert_eq!(report.orders.unchanged, 1, "an older file changes nothing");
    assert_eq!(desk.shop.order(id).unwrap().status_text, "卖家已发货，等待买家确认");
}

#[test]
fn what_later_edits_keep_is_listed_when_an_import_is_taken_back() {
    let desk = Desk::new();
    let report = desk.import("samples/taobao_ExportOrderList202604101016.csv").unwrap();
    let id = desk.shop.customer_ids(&CustomerQuery { text: "zxm".into(), ..Default::default() }).unwrap()[0];
    let edit = CustomerEdit::Text { field: TextField::Likes, value: "深色".into() };
    desk.shop.edit_customer(id, &edit, NOW).unwrap();
    let before = logical_dump(&desk);
    let preview = desk.shop.preview_undo_imports(&[report.import_id.unwrap()], NOW).unwrap();
    assert_eq!(logical_dump(&desk), before, "a preview changes nothing");
    let undone = desk.shop.undo_import(report.import_id.unwrap(), NOW).unwrap();
    assert_eq!((undone.orders_removed, undone.customers_removed, undone.kept_count, undone.kept.len()), (6, 3, 1, 1));
    assert_eq!(UndoReport { by_redo: false, ..undone.clone() }, preview, "and says what will be");
    assert_eq!(undone.kept[0].name, "张小满");
    assert_eq!(desk.shop.profile(id).unwrap().likes, "深色");
    assert!(!undone.by_redo, "the edit came after it");
    desk.shop.undo(NOW).unwrap();
    assert_eq!(desk.shop.profile(id).unwrap().order_count, 2, "taking it back is itself undone");
}

#[test]
fn the_newest_import_taken_back_is_brought_again_by_redo() {
    let desk = Desk::new();
    let run = desk.import("samples/weidian_orders.csv").unwrap().import_id.unwrap();
    let edit = CustomerEdit::Text { field: TextField::Likes, value: "深色".into() };
    desk.shop.edit_customer(1, &edit, NOW).unwrap();
    desk.shop.undo(NOW).unwrap();
    let before = logical_dump(&desk);
    let undone = desk.shop.undo_import(run, NOW).unwrap();
    assert!(undone.by_redo && undone.orders_removed == 6);
    desk.shop.redo(NOW).unwrap();
    assert_eq!(logical_dump(&desk), before);
}

#[test]
fn two_imports_taken_back_come_again_one_after_the_other() {
    let desk = Desk::new();
    let first = desk.import("samples/weidian_orders.csv").unwrap().import_id.unwrap();
    let list = desk.folder.path().join("list.csv");
    std::fs::write(&list, "姓名,称呼,电话,喜好,鞋码,联系意愿\n欧阳晓晓,晓晓,13900000002,深色,37,首选: 微信\n").unwrap();
    let second = desk.import_with(&list, &Choices::default()).unwrap();
    assert_eq!(second.customers.matched, 1, "{second:?}");
    let second = second.import_id.unwrap();
    let before = logical_dump(&desk);
    let preview = desk.shop.preview_undo_imports(&[second, first], NOW).unwrap();
    assert_eq!((preview.customers_restored, preview.orders_removed), (1, 6), "a list that filled blanks can be undone, too");
    assert!(desk.shop.undo_import(second, NOW).unwrap().by_redo);
    assert!(desk.shop.own_fields().unwrap().is_empty(), "its field went with it");
    assert!(desk.shop.undo_import(first, NOW).unwrap().by_redo);
    desk.shop.redo(NOW).unwrap();
    desk.shop.redo(NOW).unwrap();
    assert_eq!(logical_dump(&desk), before);
    // What the seller was told since stays.
    let id = desk.shop.customer_ids(&CustomerQuery { text: "oyxx".into(), ..CustomerQuery::default() }).unwrap()[0];
    let wish = Preference { no_contact: true, ..Preference::default() };
    desk.shop.edit_customer(id, &CustomerEdit::Preference { value: wish.clone() }, NOW).unwrap();
    desk.shop.undo_import(second, NOW).unwrap();
    let now = Moment { at: NOW, zone: zhanggui_core::time::parse_zone("Asia/Shanghai").unwrap() };
    assert_eq!(desk.shop.card(id, now).unwrap().preference, wish);
}

#[test]
fn amounts_are_filtered_in_the_currency_that_was_paid_in() {
    let desk = Desk::new();
    let file = |number: &str, nick: &str, paid: &str, phone: &str| {
        taobao(&[&format!("{number},{nick},{paid},交易成功,{nick},{phone},2026-03-01 10:00:00,,,")])
    };
    for (name, text, currency) in [
        ("cny.csv", file("1", "甲", "1500.50", "13900000001"), "CNY"),
        ("jpy.csv", file("2", "乙", "1200", "13900000002"), "JPY"),
        ("kwd.csv", file("3", "丙", "12.345", "13900000003"), "KWD"),
    ] {
        let choices = Choices { currency: Some(currency.into()), shop: Some(currency.into()), ..Choices::default() };
        desk.import_text(name, &text, &choices).unwrap();
    }
    let names = |at_least: Option<&str>, at_most: Option<&str>| {
        let query = CustomerQuery {
            paid_at_least: at_least.map(str::to_owned),
            paid_at_most: at_most.map(str::to_owned),
            sort: Sort::Name,
            ascending: true,
            ..CustomerQuery::default()
        };
        let mut names: Vec<String> = desk.shop.customers(&query, 0, 9).unwrap().rows.into_iter().map(|c| c.name).collect();
        names.sort();
        names
    };
    assert_eq!(names(Some("1,000"), None), ["乙", "甲"], "1200 yen are 1200, not 12");
    assert_eq!(names(Some("1,200"), Some("1200")), ["乙"]);
    assert_eq!(names(None, Some("12.345")), ["丙"]);
    assert_eq!(names(Some("1500.51"), None), [] as [&str; 0]);
    let query = CustomerQuery { paid_at_least: Some("much".into()), ..CustomerQuery::default() };
    assert_eq!(desk.shop.customers(&query, 0, 9).unwrap_err().details()["reason"], "not_an_amount");
}

#[test]
fn a_plan_does_not_outlive_a_change_of_shop_or_file() {
    let desk = Desk::new();
    let path = desk.folder.path().join("a.csv");
    std::fs::write(&path, taobao(&["1001,nick,10.00,交易成功,甲,13900000001,2026-03-01 10:00:00,,,"])).unwrap();
    let plan = desk.shop.plan_import(&Source::new(&path), &Choices::default(), &Task::quiet()).unwrap();
    desk.shop.add_customer("乙", NOW).unwrap();
    let stale = desk.shop.apply_imports(&[(&plan, vec![])], &Task::quiet(), NOW).unwrap_err();
    assert_eq!(stale.code(), "plan_stale");
    let plan = desk.shop.plan_import(&Source::new(&path), &Choices::default(), &Task::quiet()).unwrap();
    std::fs::write(&path, taobao(&["1001,nick,11.00,交易成功,甲,13900000001,2026-03-01 10:00:00,,,"])).unwrap();
    let before = logical_dump(&desk);
    let changed = desk.shop.apply_imports(&[(&plan, vec![])], &Task::quiet(), NOW).unwrap_err();
    assert_eq!(changed.code(), "file_changed");
    assert_eq!(logical_dump(&desk), before);
}

#[test]
fn cancelling_leaves_nothing() {
    let desk = Desk::new();
    let source = Source::new(&fixture("samples/taobao_ExportOrderList202604101016.csv"));
    let plan = desk.shop.plan_import(&source, &Choices::default(), &Task::quiet()).unwrap();
    let before = logical_dump(&desk);
    let task = Task::quiet();
    task.cancel();
    assert_eq!(desk.shop.apply_imports(&[(&plan, vec![])], &task, NOW).unwrap_err().code(), "cancelled");
    assert_eq!(logical_dump(&desk), before);
}

#[test]
fn two_files_are_planned_as_they_would_follow_each_other() {
    let desk = Desk::new();
    let files: Vec<_> = ["samples/taobao_ExportOrderList202604101016.csv", "samples/taobao_ExportOrderDetailList202604101016.csv"]
        .iter()
        .map(|f| (Source::new(&fixture(f)), Choices::default()))
        .collect();
    let before = logical_dump(&desk);
    let plans = desk.shop.plan_imports(&files, &Task::quiet(), NOW).map_err(|(_, e)| e).unwrap();
    assert_eq!(logical_dump(&desk), before, "planning keeps nothing");
    assert_eq!((plans[0].report.orders.new, plans[1].report.orders.changed), (6, 6));
    let all: Vec<_> = plans.iter().map(|p| (p, vec![])).collect();
    let reports = desk.shop.apply_imports(&all, &Task::quiet(), NOW).unwrap();
    assert_eq!(reports[1].orders.changed, 6);
}

#[test]
fn rows_of_an_order_may_lie_apart() {
    let desk = Desk::new();
    let text = "订单编号,标题,购买数量,外部系统编号,价格\nA1,杯,1,C1,1.00\nA2,锅,1,P1,2.00\nA1,碗,2,B1,3.00\n";
    let report = desk.import_text("items.csv", text, &Choices::default()).unwrap();
    assert_eq!((report.rows, report.orders.new, report.items), (3, 2, 3));
    let order = desk.shop.order(desk.shop.order_by_number("A1").unwrap()).unwrap();
    assert_eq!(order.items.iter().map(|i| i.title.as_str()).collect::<Vec<_>>(), vec!["杯", "碗"]);
    assert_eq!(order.sources[0].2, "2,4");
}

#[test]
fn an_order_that_stands_twice_with_other_money_is_refused_not_halved() {
    let desk = Desk::new();
    let rows = ["1001,a,1.00,交易成功,甲,13900000001,2026-01-01 00:00:00,,,", "1001,a,2.00,交易成功,甲,13900000001,2026-01-01 00:00:00,,,"];
    let report = desk.import_text("a.csv", &taobao(&rows), &Choices::default()).unwrap();
    assert_eq!((report.orders.new, report.rejected.len()), (0, 2), "{:?}", report.rejected);
    let rows = ["1001,a,99999999999999.00,交易成功,甲,13900000001,2026-01-01 00:00:00,,,"];
    let report = desk.import_text("b.csv", &taobao(&rows), &Choices::default()).unwrap();
    assert_eq!(report.rejected[0].code.code(), "bad_amount");
}

#[test]
fn a_change_that_a_later_import_holds_stays_and_goes_with_it_to_what_was_before_both() {
    let told = |status: &str| format!("1001,a,9.00,{status},甲,13900000001,2026-01-01 00:00:00,,,");
    for last in ["卖家已发货，等待买家确认", "交易成功"] {
        let desk = Desk::new();
        let import = |status: &str| {
            let report = desk.import_text("a.csv", &taobao(&[&told(status)]), &Choices::default()).unwrap();
            report.import_id.unwrap()
        };
        import("买家已付款，等待卖家发货");
        let before = desk.shop.order(1).unwrap().status;
        let second = import("卖家已发货，等待买家确认");
        let third = import(last);
        let after = desk.shop.order(1).unwrap().status;
        assert_ne!(after, before);
        let report = desk.shop.undo_import(second, NOW).unwrap();
        assert_eq!((report.orders_restored, report.kept.len()), (0, 1), "{last}");
        assert_eq!(report.kept[0].because, KeptBecause::LaterImport);
        assert_eq!(desk.shop.order(1).unwrap().status, after, "the third import holds it");
        desk.shop.undo_import(third, NOW).unwrap();
        assert_eq!(desk.shop.order(1).unwrap().status, before, "{last}: what was before both");
    }
}

#[test]
fn dates_that_could_be_two_days_are_asked_about() {
    let desk = Desk::new();
    let mapping: zhanggui_core::import::platforms::Platform = serde_json::from_value(serde_json::json!({
        "id": "mapped", "platform": "other", "name_zh": "x", "name_en": "x", "currency": "CNY", "require": ["Order"],
        "columns": {"number": "Order", "placed_at": "Date", "paid": "Total"}
    }))
    .unwrap();
    let choices = Choices { mapping: Some(mapping), ..Choices::default() };
    let import = |dates: &[&str], choices: &Choices| {
        let rows: Vec<String> = dates.iter().enumerate().map(|(i, d)| format!("X{i},{d},1.00")).collect();
        desk.import_text("d.csv", &format!("Order,Date,Total\n{}\n", rows.join("\n")), choices)
    };
    assert_eq!(import(&["03/04/2026", "05/06/2026"], &choices).unwrap_err().code(), "ambiguous_dates");
    import(&["03/04/2026", "25/04/2026"], &choices).unwrap();
    let order = desk.shop.order(desk.shop.order_by_number("X0").unwrap()).unwrap();
    assert_eq!(zhanggui_core::time::format_local(order.placed_at.unwrap(), chrono_tz::Asia::Shanghai), "2026-04-03 00:00:00");
}

#[test]
fn a_workbook_that_unpacks_to_gigabytes_is_refused_while_counting() {
    use std::io::Write;
    let desk = Desk::new();
    let path = desk.folder.path().join("bomb.xlsx");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    zip.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..256 {
        zip.write_all(&zeros).unwrap();
    }
    zip.finish().unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() < 1 << 20);
    let error = desk.import_with(&path, &Choices::default()).unwrap_err();
    assert_eq!(error.code(), "workbook_too_large");
}

fn export(desk: &Desk, name: &str, format: FileFormat) -> Vec<u8> {
    let path = desk.folder.path().join(name);
    let columns: Vec<Column> = Column::ALL.into_iter().filter(|c| c.is_kept()).collect();
    let query = CustomerQuery { sort: zhanggui_core::customers::list::Sort::Orders, ascending: true, ..CustomerQuery::default() };
    let fields = desk.shop.own_fields().unwrap().into_iter().map(|field| field.id).collect();
    let language = Language::default();
    let export = CustomerExport {
        who: Who::Query { query },
        columns,
        fields,
        language,
        masking: Masking::default(),
        format,
        time_zone: "Asia/Shanghai".into(),
    };
    desk.shop.export_customers(&export, &path, &Task::quiet(), NOW).unwrap();
    std::fs::read(path).unwrap()
}

/// Everything that a list says of people, by name.
fn people(desk: &Desk, now: Moment) -> Vec<String> {
    let rows = desk.shop.customers(&CustomerQuery { sort: Sort::Name, ..CustomerQuery::default() }, 0, 99).unwrap().rows;
    let mut all: Vec<String> = rows
        .into_iter()
        .map(|row| {
            let p = desk.shop.profile(row.id).unwrap();
            let own: Vec<_> = p.fields.iter().map(|f| (f.name.clone(), f.value.clone())).collect();
            let texts =
                [&p.name, &p.address_as, &p.wechat, &p.qq, &p.introduced_by, &p.occupation, &p.group_chat, &p.notes].map(String::as_str);
            let wish = desk.shop.card(row.id, now).unwrap().preference;
            format!("{texts:?} {:?} {:?} {:?} {:?} {own:?} {wish:?}", p.gender, p.birthday, p.emails, p.phones)
        })
        .collect();
    all.sort();
    all
}

#[test]
fn a_list_says_everything_of_a_person_in_both_languages_and_comes_back() {
    let now = Moment { at: NOW, zone: zhanggui_core::time::parse_zone("Asia/Shanghai").unwrap() };
    let first = Desk::new();
    let (_, id) = first.shop.add_customer("李雷", NOW).unwrap();
    let (_, other) = first.shop.add_customer("Emma Clark", NOW).unwrap();
    for name in ["鞋码", "备注", "Gender", "自定义·一"] {
        first.shop.save_field(None, name, NOW).unwrap();
    }
    let fields = first.shop.own_fields().unwrap();
    let text = |field, value: &str| CustomerEdit::Text { field, value: value.into() };
    let own = |index: usize, value: &str| CustomerEdit::CustomValue { field_id: fields[index].id, value: value.into() };
    let wish = Preference {
        channel: Some(ContactChannel::Wechat),
        quiet: Some(QuietHours { from: 22 * 60, to: 8 * 60 + 30 }),
        no_contact: true,
        reason: "自己说的; 不要再打".into(),
        avoid: "别提: 价格\\".into(),
    };
    for edit in [
        text(TextField::IntroducedBy, "王姐介绍"),
        text(TextField::Occupation, "老师"),
        text(TextField::GroupChat, "青瓷群"),
        text(TextField::Qq, "0123456"),
        CustomerEdit::Gender { value: Some(Gender::Female) },
        CustomerEdit::AddEmail { address: " Li@Example.com ".into() },
        own(0, "007"),
        own(1, "=1+1"),
        own(2, "'quoted"),
        own(3, "x"),
        CustomerEdit::Preference { value: wish },
    ] {
        first.shop.edit_customer(id, &edit, NOW).unwrap();
    }
    first.shop.edit_customer(other, &CustomerEdit::Gender { value: Some(Gender::Other) }, NOW).unwrap();
    let wrong = CustomerEdit::AddEmail { address: "li@".into() };
    assert_eq!(first.shop.edit_customer(id, &wrong, NOW).unwrap_err().details()["reason"], "not_an_email");
    let before = people(&first, now);
    for language in [Language::Chinese, Language::English] {
        for (name, format) in [("out.csv", FileFormat::CsvUtf8Bom), ("out.xlsx", FileFormat::Xlsx)] {
            let path = first.folder.path().join(name);
            let export = CustomerExport {
                who: Who::Query { query: CustomerQuery::default() },
                columns: Column::ALL.to_vec(),
                fields: fields.iter().map(|f| f.id).collect(),
                language,
                masking: Masking::default(),
                format,
                time_zone: "Asia/Shanghai".into(),
            };
            first.shop.export_customers(&export, &path, &Task::quiet(), NOW).unwrap();
            if format == FileFormat::CsvUtf8Bom {
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(text.contains(language.say("女", "female")) && text.contains(language.say("勿联系", "Do not contact")), "{text}");
            }
            let second = Desk::new();
            let report = second.import_with(&path, &Choices::default()).unwrap();
            assert_eq!((report.customers.new, report.rejected.len(), report.warnings.len()), (2, 0, 0), "{language:?} {name}: {report:?}");
            assert_eq!(people(&second, now), before, "{language:?} {name}");
            assert_eq!(report.new_fields, ["Gender", "备注", "自定义·一", "鞋码"], "the plan names what becomes a field");
            let again = second.import_with(&path, &Choices::default()).unwrap();
            assert_eq!((again.customers.new, again.new_fields.len()), (0, 0));
            // Taken back, the shop is empty again: what the list brought is no edit of the seller's.
            for run in second.shop.imports().unwrap() {
                second.shop.undo_import(run.id, NOW).unwrap();
            }
            assert_eq!((people(&second, now).len(), second.shop.own_fields().unwrap().len()), (0, 0));
        }
    }
}

#[test]
fn e_mail_addresses_go_out_and_come_back_and_hidden_ones_do_not() {
    let first = Desk::new();
    let path = first.folder.path().join("list.csv");
    std::fs::write(&path, "姓名,称呼,邮箱\n李雷,雷哥,li@example.com;lei@example.org\n").unwrap();
    first.import_with(&path, &Choices::default()).unwrap();
    let emails = |desk: &Desk| {
        let lines = desk.shop.customers(&CustomerQuery::default(), 0, 10).unwrap().rows;
        lines.iter().flat_map(|line| desk.shop.profile(line.id).unwrap().emails).collect::<Vec<_>>()
    };
    assert_eq!(emails(&first), ["li@example.com", "lei@example.org"]);
    for (name, format) in [("out.csv", FileFormat::CsvUtf8Bom), ("out.xlsx", FileFormat::Xlsx)] {
        export(&first, name, format);
        let second = Desk::new();
        second.import_with(&first.folder.path().join(name), &Choices::default()).unwrap();
        assert_eq!(emails(&second), emails(&first), "{name}");
    }
    let hidden = CustomerExport {
        who: Who::Query { query: CustomerQuery::default() },
        columns: vec![Column::Name, Column::AddressAs, Column::Emails],
        fields: Vec::new(),
        language: Language::default(),
        masking: Masking { phones: true, ..Masking::default() },
        format: FileFormat::CsvUtf8,
        time_zone: "Asia/Shanghai".into(),
    };
    first.shop.export_customers(&hidden, &path, &Task::quiet(), NOW).unwrap();
    assert!(std::fs::read_to_string(&path).unwrap().contains("l***@example.com"));
    let second = Desk::new();
    second.import_with(&path, &Choices::default()).unwrap();
    assert!(emails(&second).is_empty());
}

#[test]
fn a_list_is_written_as_its_file_is_named() {
    use FileFormat::{CsvGb18030, CsvUtf8Bom, Xlsx};
    for (chosen, name, written) in [
        (Xlsx, "a.csv", CsvUtf8Bom),
        (Xlsx, "a.XLSX", Xlsx),
        (Xlsx, "a", Xlsx),
        (CsvGb18030, "a.csv", CsvGb18030),
        (CsvGb18030, "a.xlsx", Xlsx),
        (CsvGb18030, "a.txt", CsvGb18030),
    ] {
        assert_eq!(chosen.of_file(std::path::Path::new(name)), written, "{chosen:?} as {name}");
    }
}

#[test]
fn orders_are_found_by_what_was_ordered() {
    let desk = Desk::new();
    desk.import("samples/weidian_orders.csv").unwrap();
    let found = |text: &str| {
        let query = OrderQuery { text: text.to_owned(), ..OrderQuery::default() };
        desk.shop.orders(&query, 0, 10).unwrap().rows.into_iter().map(|o| o.number).collect::<Vec<_>>()
    };
    let pan = ["030100000000011"];
    assert_eq!(
        (found("雪平锅"), found("20厘米"), found("yo-pan")),
        (pan.map(String::from).into(), pan.map(String::from).into(), pan.map(String::from).into())
    );
    assert_eq!(found("三德刀"), ["040800000000016", "030100000000011"], "the newest first");
    assert_eq!(found("三德刀 雪平锅"), pan, "every word fits the same order");
    assert!(found("陶瓷杯 雪平锅").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn export_import_export_gives_the_same_bytes(texts in proptest::collection::vec(("[^\\x00\\r]{1,12}", "[=+\\-@'\\t,;\"\\\\ \\n中𠮷😀a-c]{0,10}", "[^\\x00\\r]{0,10}"), 1..5)) {
        let first = Desk::new();
        for (index, (name, likes, notes)) in texts.iter().enumerate() {
            // Names that differ: two people without number or account and with one name are one.
            let Ok((_, id)) = first.shop.add_customer(&format!("{name}{index}"), NOW) else { continue };
            for (field, value) in [(TextField::Likes, likes), (TextField::Notes, notes), (TextField::AddressAs, likes)] {
                first.shop.edit_customer(id, &CustomerEdit::Text { field, value: value.clone() }, NOW).unwrap();
            }
        }
        for format in [FileFormat::CsvUtf8Bom, FileFormat::CsvUtf8] {
            let bytes = export(&first, "out.csv", format);
            let second = Desk::new();
            second.import_with(&first.folder.path().join("out.csv"), &Choices::default()).unwrap();
            let again = export(&second, "again.csv", format);
            prop_assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn a_golden_shop_of_version_one_opens() {
    let folder = tempfile::tempdir().unwrap();
    let golden = fixture("golden/version-1.zhanggui");
    if std::env::var_os("ZHANGGUI_WRITE_GOLDEN").is_some() {
        let desk = Desk::new();
        desk.import("samples/taobao_ExportOrderList202604101016.csv").unwrap();
        std::fs::create_dir_all(golden.parent().unwrap()).unwrap();
        desk.shop.backup_to(&golden, &zhanggui_core::task::Task::quiet()).unwrap();
    }
    std::fs::copy(&golden, folder.path().join("shop.zhanggui")).unwrap();
    let shop = zhanggui_core::storage::Shop::open(folder.path(), NOW).unwrap();
    assert_eq!(shop.customers(&CustomerQuery { text: "zxm".into(), ..Default::default() }, 0, 5).unwrap().rows[0].paid, 70650);
    assert!(shop.check().unwrap().iter().all(|c| c.violations == 0));
}
