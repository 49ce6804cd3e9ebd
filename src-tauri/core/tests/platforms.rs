//! Every kind of export, against what stands in `expected.json`: written from the platforms' own meaning, not
//! from this importer. Each file twice gives nothing new; each import taken back leaves the shop as before.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Desk, fixture, logical_dump};
use serde_json::Value;
use zhanggui_core::import::choices::Choices;

fn expected() -> Vec<Value> {
    let text = std::fs::read_to_string(fixture("platforms/expected.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The files of expected.json with where they stand in the fixtures.
fn files(within: impl Fn(&str) -> bool) -> Vec<(String, Value)> {
    expected()
        .into_iter()
        .filter_map(|e| {
            let file = e["file"].as_str()?.to_owned();
            let path = if file.contains('/') { file.clone() } else { format!("platforms/{file}") };
            within(&file).then_some((path, e))
        })
        .collect()
}

/// Where this importer deliberately reads more, or less, into a file than the oracle does.
fn differs(file: &str) -> &'static [&'static str] {
    match file {
        // 商品金额 is the price of all pieces of the row; the oracle leaves it open.
        "platforms/douyin_orders.csv" => &["unit_price"],
        // Counties directly under a province have no city; nothing is invented for them.
        "platforms/jd_orders_2016.csv" | "platforms/jd_orders_2018.xlsx" => &["city"],
        // A title of the description cannot be told from its variant.
        "platforms/weidian_orders_old.xlsx" | "platforms/weidian_orders_old.xls" => &["title"],
        // Totals of item files have refunds without payments; the oracle writes null for the payments.
        "platforms/youzan_items.csv" | "platforms/EtsySoldOrderItems2026.csv" => &["totals"],
        // No cell names a currency; the platform's usual one is taken and the seller is told.
        "platforms/woocommerce_advanced_repeated.csv" | "platforms/woocommerce_advanced_blank.csv" => &["totals"],
        // A list says itself that two people are two.
        "platforms/youzan_customers.csv" => &["customers"],
        _ => &[],
    }
}

#[test]
fn every_platform_gives_what_its_file_means() {
    let mut wrong = Vec::new();
    for (file, e) in files(|f| !f.starts_with("bad/")) {
        if !e["orders"].is_number() || file.contains("generic") || file.contains("dates_") || file.contains("same_phone") {
            continue;
        }
        let desk = Desk::new();
        let report = match desk.import(&file) {
            Ok(report) => report,
            Err(error) => {
                wrong.push(format!("{file}: {error}"));
                continue;
            }
        };
        let skip = differs(&file);
        let mut compare = |what: &str, found: Value, wanted: &Value| {
            if !wanted.is_null() && !skip.contains(&what) && found != *wanted {
                wrong.push(format!("{file}: {what} is {found}, expected {wanted}"));
            }
        };
        let orders = report.orders.new + report.orders.changed + report.orders.unchanged;
        compare("rows", report.rows.into(), &e["rows"]);
        compare("header_row", report.header_row.into(), &e["header_row"]);
        compare("orders", orders.into(), &e["orders"]);
        compare("items", report.items.into(), &e["items"]);
        compare("customers", (report.customers.new + report.customers.to_review).into(), &e["customers"]);
        compare("orders_without_customer", report.orders_without_customer.into(), &e["orders_without_customer"]);
        if !skip.contains(&"totals") {
            for total in e["totals"].as_array().into_iter().flatten() {
                let found = report.totals.iter().find(|t| total["currency"] == t.currency.as_str());
                compare("paid", found.and_then(|t| t.paid).unwrap_or(0).into(), &total["paid"]);
                compare("refunded", found.map_or(0, |t| t.refunded).into(), &total["refunded"]);
            }
        }
        for order in e["orders_detail"].as_array().into_iter().flatten() {
            let number = order["number"].as_str().unwrap_or_default();
            let Ok(detail) = desk.shop.order_by_number(number).and_then(|id| desk.shop.order(id)) else {
                wrong.push(format!("{file}: {number} is missing"));
                continue;
            };
            let mut compare = |what: &str, found: Value, wanted: &Value| {
                if !wanted.is_null() && !skip.contains(&what) && found != *wanted {
                    wrong.push(format!("{file} {number}: {what} is {found}, expected {wanted}"));
                }
            };
            compare("paid", detail.paid.into(), &order["paid"]);
            compare("refunded", detail.refunded.into(), &order["refunded"]);
            for (part, found) in [("province", &detail.province), ("city", &detail.city)] {
                if order[part].as_str().is_some_and(|t| !t.is_empty() && !t.contains('*')) {
                    compare(part, found.as_str().into(), &order[part]);
                }
            }
            for (index, item) in order["items"].as_array().into_iter().flatten().enumerate() {
                let found = detail.items.get(index);
                compare("title", found.map(|i| i.title.as_str()).into(), &item["title"]);
                compare("quantity", found.and_then(|i| i.quantity).into(), &item["quantity"]);
                compare("unit_price", found.and_then(|i| i.unit_price).into(), &item["unit_price_minor"]);
            }
        }
        let accounted: u32 = report.rejected.len() as u32;
        assert!(accounted <= report.rows, "{file}: more rejected rows than rows");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_same_file_twice_changes_nothing_and_undo_brings_the_shop_back() {
    for (file, e) in files(|f| !f.starts_with("bad/")) {
        if !e["orders"].is_number() || file.contains("generic") || file.contains("dates_") || file.contains("same_phone") {
            continue;
        }
        let desk = Desk::new();
        let before = logical_dump(&desk);
        let Ok(first) = desk.import(&file) else { continue };
        let filled = logical_dump(&desk);
        let again = desk.import(&file).unwrap_or_else(|e| panic!("{file} again: {e}"));
        assert_eq!((again.orders.new, again.orders.changed), (0, 0), "{file} again");
        assert_eq!(again.customers.new, 0, "{file} again: customers");
        assert_eq!(logical_dump(&desk), filled, "{file} again changes nothing");
        desk.shop.undo_import(again.import_id.unwrap(), 9).unwrap();
        desk.shop.undo_import(first.import_id.unwrap(), 10).unwrap();
        assert_eq!(logical_dump(&desk), before, "{file} taken back");
        desk.shop.redo(11).unwrap();
        assert_eq!(logical_dump(&desk), filled, "{file} brought back");
        for check in desk.shop.check().unwrap() {
            assert_eq!(check.violations, 0, "{file}: {}", check.name);
        }
    }
}

#[test]
fn what_cannot_be_read_is_named_and_leaves_the_shop_as_it_was() {
    for (file, code) in [
        ("bad/empty.csv", "empty_file"),
        ("bad/empty.xlsx", "empty_file"),
        ("bad/bom_only.csv", "empty_file"),
        ("bad/header_only.csv", "header_only"),
        ("bad/random.csv", "not_a_table"),
        ("bad/random.xlsx", "not_a_table"),
        ("bad/truncated.xlsx", "bad_workbook"),
        ("bad/truncated.xls", "bad_workbook"),
        ("bad/zip_no_workbook.xlsx", "bad_workbook"),
        ("bad/unclosed_quote.csv", "unclosed_quote"),
        ("bad/nul_bytes.csv", "not_a_table"),
        ("bad/prose.txt", "not_a_table"),
        ("bad/html_table.xls", "not_a_table"),
        ("bad/image_png.csv", "not_a_table"),
        ("bad", "not_a_file"),
        ("bad/gone.csv", "file_missing"),
    ] {
        let desk = Desk::new();
        let before = logical_dump(&desk);
        let error = desk.import(file).err().unwrap_or_else(|| panic!("{file} was read"));
        assert_eq!(error.code(), code, "{file}: {error}");
        assert_eq!(logical_dump(&desk), before, "{file}");
    }
}

#[test]
fn the_list_and_the_items_of_taobao_join_in_either_order() {
    let list = "samples/taobao_ExportOrderList202604101016.csv";
    let items = "samples/taobao_ExportOrderDetailList202604101016.csv";
    let mut dumps = Vec::new();
    for order in [[list, items], [items, list]] {
        let desk = Desk::new();
        for file in order {
            desk.import(file).unwrap();
        }
        let id = desk.shop.order_by_number("2026030100000000011").unwrap();
        let order = desk.shop.order(id).unwrap();
        assert_eq!((order.paid, order.items.len(), order.customer.as_deref()), (Some(42900), 2, Some("张小满")));
        assert_eq!(order.items[1].unit_price, Some(10000));
        assert_eq!(order.shop, "测试小店");
        let page = desk.shop.customers(&Default::default(), 0, 10).unwrap();
        dumps.push((page.total, page.rows.iter().map(|c| (c.name.clone(), c.orders, c.paid)).collect::<Vec<_>>()));
    }
    assert_eq!(dumps[0], dumps[1]);
}

#[test]
fn a_cell_corrected_in_the_preview_lets_its_row_in() {
    let desk = Desk::new();
    let plan = desk.plan("quirks/taobao_excel_damaged.csv", &Choices::default()).unwrap();
    let reject = plan.report.rejected.iter().find(|r| r.code.code() == "damaged_number").unwrap();
    let fix = zhanggui_core::import::choices::Fix {
        row: reject.row,
        column: reject.column.clone().unwrap(),
        value: "2026030100000000011".into(),
    };
    let fixed = desk.plan("quirks/taobao_excel_damaged.csv", &Choices { fixes: vec![fix], ..Choices::default() }).unwrap();
    assert_eq!(fixed.report.rejected.len() + 1, plan.report.rejected.len());
    assert_eq!(fixed.report.orders.new, plan.report.orders.new + 1);
}

#[test]
fn a_damaged_number_is_recognised_by_digits_buyer_time_and_amount() {
    let desk = Desk::new();
    desk.import("samples/taobao_ExportOrderList202604101016.csv").unwrap();
    let plan = desk.plan("quirks/taobao_excel_damaged.csv", &Choices::default()).unwrap();
    let repaired = plan.report.warnings.iter().find(|w| w.code.code() == "repaired_number").map_or(0, |w| w.count);
    assert_eq!((repaired, plan.report.rejected.len()), (4, 1), "one lost its clock as well: {:?}", plan.report);
}
