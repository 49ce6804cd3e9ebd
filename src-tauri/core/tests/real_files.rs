//! Files as shops really have them: each is small and shows one thing that once went wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Desk, fixture};
use zhanggui_core::import::choices::Choices;
use zhanggui_core::import::fault::Fault;

/// What a file has to give. Amounts are in minor units.
struct Wanted {
    file: &'static str,
    orders: u32,
    /// New customers, and how many more to review.
    customers: (u32, u32),
    /// Currency, paid, refunded.
    totals: &'static [(&'static str, Option<i64>, i64)],
    /// Number, status, paid, refunded of some of the orders.
    stored: &'static [(&'static str, &'static str, Option<i64>, i64)],
}

const FILES: &[Wanted] = &[
    // Cash on delivery travels unpaid: only what the payment says is paid is.
    Wanted {
        file: "W01-cod-pending-fulfilled-counted-paid/orders_export.csv",
        orders: 5,
        customers: (5, 0),
        totals: &[("PKR", Some(1000), 0)],
        stored: &[("#1001", "shipped", Some(0), 0), ("#1005", "shipped", Some(1000), 0)],
    },
    // A deposit is what has come in, not what is owed.
    Wanted {
        file: "W13-partially-paid-counted-in-full/orders_export.csv",
        orders: 1,
        customers: (1, 0),
        totals: &[("USD", Some(4000), 0)],
        stored: &[("#1001", "paid", Some(4000), 0)],
    },
    Wanted {
        file: "B06-shopify-outstanding-balance/orders_export.csv",
        orders: 3,
        customers: (3, 0),
        totals: &[("USD", Some(23000), 0)],
        stored: &[("#2001", "paid", Some(15000), 0), ("#2002", "paid", Some(8000), 0), ("#2003", "unpaid", Some(0), 0)],
    },
    // One letter more or less in a header.
    Wanted {
        file: "B07-shopify-canceled-at/orders_export.csv",
        orders: 2,
        customers: (2, 0),
        totals: &[("USD", Some(8000), 0)],
        stored: &[("#3001", "closed", Some(0), 0), ("#3002", "paid", Some(8000), 0)],
    },
    // An account that is an e-mail address is one however it is written.
    Wanted {
        file: "B08-shopify-email-case/orders_export.csv",
        orders: 3,
        customers: (1, 0),
        totals: &[("USD", Some(10000), 0)],
        stored: &[],
    },
    Wanted {
        file: "W10-email-of-other-case-is-another-person/orders_export.csv",
        orders: 2,
        customers: (1, 0),
        totals: &[("USD", Some(2400), 0)],
        stored: &[],
    },
    // The same export in British English.
    Wanted {
        file: "W04-etsy-delivery-headers-lost/EtsySoldOrders2020.csv",
        orders: 1,
        customers: (1, 0),
        totals: &[("CAD", Some(3900), 0)],
        stored: &[("1812345678", "shipped", Some(3900), 0)],
    },
    // A platform that lists an order once it is paid and leaves the status blank.
    Wanted {
        file: "W14-etsy-order-not-yet-sent-is-unknown/EtsySoldOrders2022.csv",
        orders: 1,
        customers: (1, 0),
        totals: &[("USD", Some(1500), 0)],
        stored: &[("2512345678", "paid", Some(1500), 0)],
    },
    // The visible sheet counts; a hidden one holds an old copy.
    Wanted {
        file: "B27-xlsx-hidden-stale-copy/orders.xlsx",
        orders: 2,
        customers: (1, 0),
        totals: &[("CNY", Some(7500), 0)],
        stored: &[("260301-400000000000001", "completed", Some(3000), 0)],
    },
    // A cell merged over the rows of an order says the same for each of them.
    Wanted {
        file: "B29-xlsx-merged-order-cells/微信小店订单.xlsx",
        orders: 2,
        customers: (2, 0),
        totals: &[("CNY", Some(10500), 1500)],
        stored: &[("3700000000000000001", "completed", Some(8500), 1500)],
    },
    // WooCommerce by another exporter.
    Wanted {
        file: "W08-webtoffee-and-csv-suite-not-recognised/order_csv_suite.csv",
        orders: 1,
        customers: (1, 0),
        totals: &[("USD", Some(2500), 0)],
        stored: &[("1001", "completed", Some(2500), 0)],
    },
    // WooCommerce by a third one, which gives each item a column.
    Wanted {
        file: "W08-webtoffee-and-csv-suite-not-recognised/order_export.csv",
        orders: 1,
        customers: (1, 0),
        totals: &[("EUR", Some(2500), 0)],
        stored: &[("1001", "completed", Some(2500), 0)],
    },
    // Without a column for the money, what was paid is unknown and not nothing.
    Wanted {
        file: "W15-refund-without-a-total-column/orders_export.csv",
        orders: 2,
        customers: (0, 0),
        totals: &[("CAD", None, 1200)],
        stored: &[("#1001", "shipped", None, 0), ("#1002", "closed", None, 1200)],
    },
    // Whole rows in one cell are read as the rows they are.
    Wanted {
        file: "W06-whole-row-in-one-cell-becomes-an-order/orders_export.csv",
        orders: 2,
        customers: (2, 0),
        totals: &[("USD", Some(2400), 0)],
        stored: &[("#B1001", "shipped", Some(1200), 0), ("#B1002", "shipped", Some(1200), 0)],
    },
    // Days that are counted from 1904, with and without the format of a date.
    Wanted {
        file: "B21-xlsx-1904-unformatted-dates/ExportOrderList.xlsx",
        orders: 2,
        customers: (2, 0),
        totals: &[("CNY", Some(36300), 0)],
        stored: &[("3310000000000002101", "completed", Some(25800), 0)],
    },
    // Parts of one order, of which one was given back: words in the column of refunds, by the seller's own mapping and without.
    Wanted {
        file: "B02-taobao-sub-orders-refund-words/ExportOrderDetailList2026.csv",
        orders: 2,
        customers: (0, 0),
        totals: &[("CNY", Some(609_000), 260_000)],
        stored: &[("3310000000000000101", "paid", Some(540_000), 260_000), ("3310000000000000200", "completed", Some(69_000), 0)],
    },
    // A gift that costs nothing decides nothing.
    Wanted {
        file: "B04-douyin-gift-sub-order-first/抖店订单.csv",
        orders: 3,
        customers: (0, 0),
        totals: &[("CNY", Some(10990), 5990)],
        stored: &[
            ("6917920000000000401", "completed", Some(2000), 0),
            ("6917920000000000402", "closed", Some(4990), 4990),
            ("6917920000000000403", "completed", Some(4000), 1000),
        ],
    },
    Wanted {
        file: "B05-douyin-price-is-per-piece/抖店订单.csv",
        orders: 2,
        customers: (0, 0),
        totals: &[("CNY", Some(22210), 0)],
        stored: &[],
    },
    // Tax inside the price, and on top of it; promotions are not paid.
    Wanted {
        file: "B10-amazon-jp-shift-jis/注文レポート.txt",
        orders: 2,
        customers: (2, 0),
        totals: &[("JPY", Some(2890), 0)],
        stored: &[("503-0000001-0000001", "paid", Some(2390), 0)],
    },
    Wanted {
        file: "B11-amazon-eu-vat-and-promotions/orders.txt",
        orders: 3,
        customers: (3, 0),
        totals: &[("EUR", Some(2142), 0), ("GBP", Some(5600), 0), ("USD", Some(2240), 0)],
        stored: &[],
    },
    // An older generation of eBay's German report: a line before the header and a count behind the rows.
    Wanted {
        file: "B13-ebay-de-old-headers/SalesHistory.csv",
        orders: 2,
        customers: (2, 0),
        totals: &[("EUR", Some(247_390), 0)],
        stored: &[("02-10101-00101", "shipped", Some(247_390), 0), ("02-10102-00102", "unknown", Some(0), 0)],
    },
    // Rows of minus one piece are refunds.
    Wanted {
        file: "B14-woo-refund-rows-negative/orders.csv",
        orders: 2,
        customers: (2, 0),
        totals: &[("USD", Some(7700), 3200)],
        stored: &[("3001", "completed", Some(6500), 2000), ("3002", "closed", Some(1200), 1200)],
    },
    // The deposit of a pre-sale came in, though the order waits for the rest.
    Wanted {
        file: "B20-taobao-presale-deposit/ExportOrderList.csv",
        orders: 3,
        customers: (3, 0),
        totals: &[("CNY", Some(55000), 0)],
        stored: &[
            ("3310000000002000001", "unpaid", Some(5000), 0),
            ("3310000000002000002", "paid", Some(50000), 0),
            ("3310000000002000003", "unpaid", Some(0), 0),
        ],
    },
    // A broken character spoils its cell and not its file.
    Wanted {
        file: "B34-gbk-one-broken-character/ExportOrderList.csv",
        orders: 5,
        customers: (5, 0),
        totals: &[("CNY", Some(15000), 0)],
        stored: &[],
    },
    Wanted {
        file: "W07-one-nul-refuses-the-whole-file/orders_export.csv",
        orders: 2,
        customers: (2, 0),
        totals: &[("USD", Some(2400), 0)],
        stored: &[],
    },
];

#[test]
fn each_file_gives_what_is_in_it() {
    let mut wrong = Vec::new();
    for wanted in FILES {
        let desk = Desk::new();
        let report = match desk.import_with(&fixture("real").join(wanted.file), &Choices::default()) {
            Ok(report) => report,
            Err(error) => {
                wrong.push(format!("{}: {error}", wanted.file));
                continue;
            }
        };
        let mut expect = |what: &str, found: String, wanted_value: String| {
            if found != wanted_value {
                wrong.push(format!("{}: {what}: {found}, not {wanted_value}", wanted.file));
            }
        };
        expect("orders", report.orders.new.to_string(), wanted.orders.to_string());
        expect("customers", format!("{:?}", (report.customers.new, report.customers.to_review)), format!("{:?}", wanted.customers));
        let totals: Vec<_> = report.totals.iter().map(|t| (t.currency.clone(), t.paid, t.refunded)).collect();
        expect("totals", format!("{totals:?}"), format!("{:?}", wanted.totals));
        for (number, status, paid, refunded) in wanted.stored {
            let order = desk.shop.order(desk.shop.order_by_number(number).unwrap()).unwrap();
            expect(
                number,
                format!("{} {:?} {}", order.status.as_str(), order.paid, order.refunded),
                format!("{status} {paid:?} {refunded}"),
            );
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_title_with_a_bar_or_a_semicolon_is_one_title() {
    for (file, count) in [("orders_export.csv", 1), ("amazon_orders.txt", 1), ("pdd.csv", 1)] {
        let desk = Desk::new();
        let report =
            desk.import_with(&fixture("real/W02-title-with-bar-or-semicolon-split-into-items").join(file), &Choices::default()).unwrap();
        assert_eq!((report.items, report.orders.new), (count, 1), "{file}");
    }
}

#[test]
fn any_table_of_orders_is_no_woocommerce() {
    let desk = Desk::new();
    let refused = desk.import_with(&fixture("real/W09-any-order-table-taken-for-woocommerce/orders_export.csv"), &Choices::default());
    assert_eq!(refused.unwrap_err().code(), "mapping_needed");
}

#[test]
fn a_street_in_letters_stays_as_it_stands() {
    let desk = Desk::new();
    desk.import_with(&fixture("real/W03-latin-town-cut-off-the-street/orders_export.csv"), &Choices::default()).unwrap();
    let written = std::fs::read_to_string(fixture("real/W03-latin-town-cut-off-the-street/orders_export.csv")).unwrap();
    let stored: Vec<String> = desk
        .shop
        .read(|c| Ok(c.prepare("SELECT address FROM orders")?.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?))
        .unwrap();
    assert_eq!(stored.len(), 5);
    for address in stored {
        assert!(!address.is_empty() && written.contains(&format!(",{address},")), "{address:?} is no cell of the file");
    }
}

#[test]
fn a_row_with_broken_characters_is_noticed() {
    for file in ["B34-gbk-one-broken-character/ExportOrderList.csv", "W07-one-nul-refuses-the-whole-file/orders_export.csv"] {
        let desk = Desk::new();
        let report = desk.import_with(&fixture("real").join(file), &Choices::default()).unwrap();
        assert!(report.warnings.iter().any(|w| w.code == Fault::BrokenCharacters), "{file}: {:?}", report.warnings);
    }
}

#[test]
fn tables_whose_rows_are_shorter_than_their_header_reach_the_mapping() {
    for file in [
        "W12-rows-shorter-than-the-header-are-no-table/orders.csv",
        "W12-rows-shorter-than-the-header-are-no-table/orders_with_blank_remarks.xlsx",
        "B37-semicolon-header-with-commas/bestellungen.csv",
    ] {
        let desk = Desk::new();
        let refused = desk.import_with(&fixture("real").join(file), &Choices::default()).unwrap_err();
        assert_eq!(refused.code(), "mapping_needed", "{file}: {refused}");
    }
}

#[test]
fn a_price_of_one_piece_is_told_by_the_sum_of_its_row() {
    let desk = Desk::new();
    desk.import_with(&fixture("real/B05-douyin-price-is-per-piece/抖店订单.csv"), &Choices::default()).unwrap();
    for (number, quantity, price) in [("6917920000000000501", 3, 3570), ("6917920000000000502", 2, 6000)] {
        let order = desk.shop.order(desk.shop.order_by_number(number).unwrap()).unwrap();
        assert_eq!((order.items[0].quantity, order.items[0].unit_price), (Some(quantity), Some(price)), "{number}");
    }
}

/// A file with the seller's own mapping beside it.
fn mapped(folder: &str, file: &str) -> (Desk, zhanggui_core::import::report::FileReport) {
    let desk = Desk::new();
    let mapping = std::fs::read_to_string(fixture("real").join(folder).join("mapping.json")).unwrap();
    let choices = Choices { mapping: Some(serde_json::from_str(&mapping).unwrap()), ..Choices::default() };
    let report = desk.import_with(&fixture("real").join(folder).join(file), &choices).unwrap();
    (desk, report)
}

#[test]
fn words_in_a_column_of_refunds_are_no_refund_in_a_mapped_file_too() {
    let (desk, report) = mapped("B02-taobao-sub-orders-refund-words", "ExportOrderDetailList2026.csv");
    assert_eq!((report.orders.new, report.items, report.rejected.len()), (2, 3, 0));
    assert_eq!((report.totals[0].paid, report.totals[0].refunded), (Some(609_000), 260_000));
    let order = desk.shop.order(desk.shop.order_by_number("3310000000000000101").unwrap()).unwrap();
    assert_eq!((order.status.as_str(), order.paid, order.refunded), ("paid", Some(540_000), 260_000));
}

#[test]
fn a_mapped_file_of_the_older_ebay_gives_the_same() {
    let (desk, report) = mapped("B13-ebay-de-old-headers", "SalesHistory.csv");
    assert_eq!((report.header_row, report.orders.new, report.rejected.len()), (2, 2, 0));
    let order = desk.shop.order(desk.shop.order_by_number("02-10101-00101").unwrap()).unwrap();
    assert_eq!((order.paid, order.shipping_fee, order.zip.as_str()), (Some(247_390), Some(490), "01067"));
    assert_eq!((order.items.len(), order.items[0].title.as_str(), order.items[0].code.as_str()), (1, "Tasse; blau", "0013"));
    assert_eq!((order.items[0].quantity, order.items[0].unit_price), (Some(2), Some(123_450)));
    let unpaid = desk.shop.order(desk.shop.order_by_number("02-10102-00102").unwrap()).unwrap();
    assert_eq!((unpaid.paid, unpaid.phone.as_str()), (Some(0), ""));
}

#[test]
fn an_order_needs_more_than_a_number() {
    let desk = Desk::new();
    let text = "订单号,下单时间,姓名,金额\nA1,2026-03-01 10:00:00,张小满,10.00\n4,,,\nSeller ID: shop,,,\n";
    let mapping = serde_json::json!({ "id": "own", "platform": "own", "name_zh": "自己的表", "name_en": "Own table", "currency": "CNY",
        "require": [], "columns": { "number": "订单号", "placed_at": "下单时间", "recipient": "姓名", "paid": "金额" } });
    let choices = Choices { mapping: Some(serde_json::from_value(mapping).unwrap()), shop: Some("店".to_owned()), ..Choices::default() };
    let report = desk.import_text("own.csv", text, &choices).unwrap();
    assert_eq!(report.orders.new, 1);
    assert_eq!(report.rejected.iter().map(|r| (r.row, r.code)).collect::<Vec<_>>(), [(3, Fault::OnlyANumber), (4, Fault::OnlyANumber)]);
}

#[test]
fn an_own_table_without_a_paid_column_is_worth_its_items() {
    let desk = Desk::new();
    let rows = "Invoice,Date,Customer,Description,Quantity,Price\n\
                536365,2026-03-01 10:00:00,17850,Lantern,6,3.39\n536365,2026-03-01 10:00:00,17850,Mug,8,2.75\n\
                536365,2026-03-01 10:00:00,17850,Mug,-1,2.75\n\
                C536379,2026-03-02 10:00:00,17850,Lantern,-2,3.39\n";
    let mapping = serde_json::json!({ "id": "own", "platform": "own", "name_zh": "自己的表", "name_en": "Own table", "currency": "GBP",
        "rows": "items", "require": [], "columns": { "number": "Invoice", "placed_at": "Date", "buyer_id": "Customer",
        "title": "Description", "quantity": "Quantity", "unit_price": "Price" } });
    let choices = Choices { mapping: Some(serde_json::from_value(mapping).unwrap()), shop: Some("店".to_owned()), ..Choices::default() };
    let report = desk.import_text("own.csv", rows, &choices).unwrap();
    assert_eq!((report.orders.new, report.rejected.len()), (2, 0));
    assert_eq!((report.totals[0].paid, report.totals[0].refunded), (Some(6 * 339 + 8 * 275), 275 + 2 * 339));
    assert!(report.warnings.iter().any(|w| w.code == Fault::PaidFromItems && w.count == 1), "{:?}", report.warnings);
    let back = desk.shop.order(desk.shop.order_by_number("C536379").unwrap()).unwrap();
    assert_eq!((back.status.as_str(), back.paid, back.refunded), ("closed", Some(0), 678));
    assert!(back.items.iter().all(|i| i.quantity == Some(0)), "nothing was sold here");
}

#[test]
fn days_counted_from_1904_are_the_days_they_mean() {
    let desk = Desk::new();
    desk.import_with(&fixture("real/B21-xlsx-1904-unformatted-dates/ExportOrderList.xlsx"), &Choices::default()).unwrap();
    for (number, at) in [("3310000000000002101", "2026-03-01 12:00:00"), ("3310000000000002102", "2026-03-02 18:30:00")] {
        let order = desk.shop.order(desk.shop.order_by_number(number).unwrap()).unwrap();
        assert_eq!(zhanggui_core::time::format_local(order.placed_at.unwrap(), chrono_tz::Asia::Shanghai), at, "{number}");
    }
}

#[test]
fn a_near_miss_says_what_it_nearly_is_and_is_read_where_the_platform_is_named() {
    for (file, platform, missing, paid) in [
        ("EtsySoldOrders.csv", "etsy-orders", "Buyer User ID", 1500),
        ("ExportOrderList.csv", "taobao-orders", "买家会员名", 2000),
        ("pdd.csv", "pdd-orders", "用户实付金额(元)", 1950),
        ("youzan.csv", "youzan-orders", "", 9900),
    ] {
        let path = fixture("real/W16-one-required-header-missing-unhelpful").join(file);
        let refused = Desk::new().import_with(&path, &Choices::default()).unwrap_err();
        assert_eq!(refused.code(), "mapping_needed");
        let nearly = &refused.details()["nearly"];
        assert_eq!(nearly["platform"], platform, "{file}: {refused}");
        let named: Vec<&str> = nearly["missing"].as_array().unwrap().iter().filter_map(|m| m.as_str()).collect();
        assert!(!named.is_empty() && (missing.is_empty() || named.contains(&missing)), "{file}: {named:?}");
        let choices = Choices { platform: Some(platform.to_owned()), shop: Some("店".to_owned()), ..Choices::default() };
        let report = Desk::new().import_with(&path, &choices).unwrap();
        assert_eq!((report.orders.new, report.rejected.len()), (1, 0), "{file}");
        assert_eq!(report.totals.iter().map(|t| t.paid).collect::<Vec<_>>(), [Some(paid)], "{file}");
        assert!(!report.missing_columns.is_empty(), "{file}: what is missing is said");
    }
}

#[test]
fn columns_that_are_not_used_are_named() {
    let desk = Desk::new();
    let report =
        desk.import_with(&fixture("real/W20-national-mobile-with-leading-zero-is-nobody/orders_export.csv"), &Choices::default()).unwrap();
    assert!(report.unused_columns.iter().any(|c| c == "Accepts Marketing"), "{:?}", report.unused_columns);
    assert!(!report.unused_columns.iter().any(|c| c == "Total"));
}

#[test]
fn other_code_pages_are_read_right() {
    for (file, encoding, recipient, city, address) in [
        ("turkish_windows_1254.csv", "windows-1254", "Işıl Şahin", "İzmir", "Gül Sokağı 12"),
        ("polish_windows_1250.csv", "windows-1250", "Łukasz Wójcik", "Kraków", "Święta 3"),
        ("russian_windows_1251.csv", "windows-1251", "Иван Петров", "Москва", "улица Ленина 5"),
    ] {
        let desk = Desk::new();
        let path = fixture("real/W19-other-code-pages-read-wrong-in-silence").join(file);
        let report = desk.import_with(&path, &Choices::default()).unwrap();
        let order = desk.shop.order(desk.shop.order_by_number("#1001").unwrap()).unwrap();
        assert_eq!((report.encoding.as_str(), order.recipient.as_str()), (encoding, recipient), "{file}");
        assert_eq!((order.city.as_str(), order.address.as_str()), (city, address), "{file}");
        assert!(!report.doubtful_words.is_empty(), "{file}: one row is little to tell an encoding by");
        let chosen = Choices { encoding: Some(encoding.to_owned()), ..Choices::default() };
        assert_eq!(Desk::new().import_with(&path, &chosen).unwrap().doubtful_words, Vec::<String>::new());
    }
}

/// A workbook of these sheets, the last of them hidden.
fn workbook(path: &std::path::Path, sheets: &[(&str, &[&[&str]])]) {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (index, (name, rows)) in sheets.iter().enumerate() {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        sheet.set_hidden(index > 0 && index + 1 == sheets.len());
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                sheet.write_string(row as u32, column as u16, *cell).unwrap();
            }
        }
    }
    book.save(path).unwrap();
}

#[test]
fn orders_that_go_on_in_a_further_sheet_are_read_and_other_sheets_are_named() {
    let header: &[&str] = &["订单编号", "买家会员名", "买家实际支付金额", "订单状态", "收货人姓名", "订单创建时间", "订单付款时间"];
    let order = |number: &'static str, paid: &'static str| -> Vec<&'static str> {
        vec![number, "买家", paid, "交易成功", "张小满", "2026-03-01 10:00:00", "2026-03-01 10:01:00"]
    };
    let (first, second, bad) =
        (order("3310000000000003001", "10.00"), order("3310000000000003002", "20.00"), order("3310000000000003003", "x"));
    let desk = Desk::new();
    let path = desk.folder.path().join("orders.xlsx");
    workbook(
        &path,
        &[
            ("一月", &[header, &first]),
            ("说明", &[&["导出时间", "2026-04-01"]]),
            ("二月", &[header, &second, &bad]),
            ("旧", &[header, &order("3310000000000003009", "90.00")]),
        ],
    );
    let report = desk.import_with(&path, &Choices::default()).unwrap();
    assert_eq!((report.orders.new, report.totals[0].paid), (2, Some(3000)));
    assert_eq!(
        (report.further_sheets, report.other_sheets, report.hidden_sheets),
        (vec!["二月".to_owned()], vec!["说明".to_owned()], vec!["旧".to_owned()])
    );
    assert_eq!(report.rejected.iter().map(|r| zhanggui_core::import::source::sheet_row(r.row)).collect::<Vec<_>>(), [(3, 1)]);
    let chosen = Choices { sheet: Some("一月".to_owned()), ..Choices::default() };
    let one = Desk::new().import_with(&path, &chosen).unwrap();
    assert_eq!((one.orders.new, one.other_sheets.len()), (1, 2), "a sheet that is chosen is read alone");
}

#[test]
fn a_national_mobile_number_is_the_international_one_of_its_country() {
    let desk = Desk::new();
    let report =
        desk.import_with(&fixture("real/W20-national-mobile-with-leading-zero-is-nobody/orders_export.csv"), &Choices::default()).unwrap();
    assert_eq!(report.orders_without_customer, 0);
    assert_eq!((report.orders.new, report.customers.new, report.customers.to_review), (4, 2, 0));
    let (desk, report) = mapped("B44-us-numbers-in-three-forms", "customers.csv");
    assert_eq!(report.customers.new, 2, "{:?}", report.warnings);
    let numbers: Vec<String> = desk
        .shop
        .read(|c| {
            Ok(c.prepare("SELECT number FROM phones ORDER BY number")?.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
        })
        .unwrap();
    assert_eq!(numbers, ["+13105550144", "13105550144"]);
}

#[test]
fn an_import_that_is_taken_back_leaves_what_a_later_one_holds_too() {
    let folder = fixture("real/W21-undo-of-an-older-import-takes-orders-a-later-one-has");
    let (january, quarter) = (folder.join("january.csv"), folder.join("january_to_march.csv"));
    let desk = Desk::new();
    let import = |file: &std::path::Path| desk.import_with(file, &Choices::default()).unwrap().import_id.unwrap();
    let (first, second) = (import(&january), import(&quarter));
    let report = desk.shop.undo_import(first, common::NOW).unwrap();
    assert_eq!((report.orders_removed, report.customers_removed), (0, 0));
    assert_eq!(report.kept.iter().filter(|k| k.what == "order").map(|k| k.name.as_str()).collect::<Vec<_>>(), ["#1001", "#1002"]);
    let alone = Desk::new();
    alone.import_with(&quarter, &Choices::default()).unwrap();
    let rows = |desk: &Desk| -> Vec<String> {
        let line = "SELECT number || status || paid || coalesce((SELECT name FROM customers c WHERE c.id = customer_id), '') FROM orders ORDER BY number";
        desk.shop.read(|c| Ok(c.prepare(line)?.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)).unwrap()
    };
    assert_eq!(rows(&desk), rows(&alone), "what stays is what the second import alone brings");
    assert!(desk.shop.check().unwrap().iter().all(|c| c.violations == 0), "{:?}", desk.shop.check().unwrap());
    // Taken back and done again in any order, nothing is left over or lost.
    desk.shop.undo_import(second, common::NOW).unwrap();
    assert_eq!(rows(&desk), Vec::<String>::new());
    let customers: i64 = desk.shop.read(|c| Ok(c.query_row("SELECT count(*) FROM customers", [], |r| r.get(0))?)).unwrap();
    assert_eq!(customers, 0);
    let (first, second) = (import(&january), import(&quarter));
    let before = rows(&desk);
    desk.shop.undo_import(second, common::NOW).unwrap();
    assert_eq!(rows(&desk).len(), 2, "the first import is as it was");
    let again = import(&quarter);
    assert_eq!(rows(&desk), before);
    desk.shop.undo_import(first, common::NOW).unwrap();
    desk.shop.undo_import(again, common::NOW).unwrap();
    assert_eq!(rows(&desk), Vec::<String>::new());
}

/// A row of orders: account, name, number.
fn orders_of(rows: &[(&str, &str, &str)]) -> String {
    let mut text = "订单编号,买家会员名,买家实际支付金额,订单状态,收货人姓名,联系手机,订单创建时间,订单付款时间\n".to_owned();
    for (index, (account, name, phone)) in rows.iter().enumerate() {
        text += &format!(
            "33100000000000{:05},{account},10.00,交易成功,{name},{phone},2026-03-01 10:00:0{index},2026-03-01 10:01:00\n",
            4001 + index
        );
    }
    text
}

#[test]
fn who_somebody_is_does_not_hang_on_the_order_of_the_rows() {
    // An account without a number, another account with the number, and the first account with that number.
    let rows = [("tb_x", "张三", ""), ("tb_y", "张三", "13900000001"), ("tb_x", "张三", "13900000001")];
    for order in [[0, 1, 2], [1, 0, 2], [0, 2, 1], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
        let desk = Desk::new();
        let text = orders_of(&order.map(|at| rows[at]));
        let report = desk.import_text("ExportOrderList.csv", &text, &Choices::default()).unwrap();
        let asks = report.customers.to_review == 1;
        let one = report.customers.new == 1 && report.customers.to_review == 0;
        assert!(asks || one, "{order:?}: {:?}: never two with one number in silence", report.customers);
        let shared: i64 =
            desk.shop.read(|c| Ok(c.query_row("SELECT count(*) - count(DISTINCT number) FROM phones", [], |r| r.get(0))?)).unwrap();
        assert_eq!(shared, 0, "{order:?}");
        if asks {
            let open = desk.shop.open_matches().unwrap();
            let before: i64 = desk.shop.read(|c| Ok(c.query_row("SELECT count(*) FROM customers", [], |r| r.get(0))?)).unwrap();
            desk.shop.decide_match(open[0].id, zhanggui_core::import::matching::Decision::Apart, common::NOW).unwrap();
            let left: i64 =
                desk.shop.read(|c| Ok(c.query_row("SELECT count(*) FROM orders WHERE customer_id IS NULL", [], |r| r.get(0))?)).unwrap();
            let after: i64 = desk.shop.read(|c| Ok(c.query_row("SELECT count(*) FROM customers", [], |r| r.get(0))?)).unwrap();
            assert_eq!((left, after), (0, before), "{order:?}: kept apart, the order is the account's");
            assert!(desk.shop.check().unwrap().iter().all(|c| c.violations == 0));
        }
    }
}

/// Lines of a question to the shop.
fn lines(desk: &Desk, sql: &str) -> Vec<String> {
    desk.shop.read(|c| Ok(c.prepare(sql)?.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)).unwrap()
}

const BIRTHDAYS: &str = "SELECT name || ' ' || coalesce(CASE birth_calendar WHEN 'lunar' THEN '农历' ELSE '' END || coalesce(birth_year || '-', '')
    || CASE birth_leap WHEN 1 THEN '闰' ELSE '' END || CASE WHEN birth_month IS NULL THEN '' ELSE printf('%02d-%02d', birth_month, birth_day) END, '') FROM customers ORDER BY id";

#[test]
fn birthdays_are_read_as_lists_write_them_and_none_goes_without_a_word() {
    let desk = Desk::new();
    let file = fixture("real/B45-birthdays-as-lists-write-them/有赞客户.csv");
    let report = desk.import_with(&file, &Choices::default()).unwrap();
    assert_eq!((report.platform.as_str(), report.customers.new), ("youzan-customers", 8));
    let expected = [
        "林秋月 1990-03-08",
        "周牧野 农历08-15",
        "何小满 农历闰06-01",
        "陆远 ",
        "方禾 农历12-30",
        "Ann Sample ",
        "Ben Sample 1990-03-08",
        "苏木 1990-03-08",
    ];
    assert_eq!(lines(&desk, BIRTHDAYS), expected);
    let unread: Vec<_> = report.warnings.iter().filter(|w| w.code == Fault::BirthdayUnread).collect();
    assert_eq!((unread.len(), unread[0].count, unread[0].value.as_deref()), (1, 1, Some("3/8/1990")));
    let told = Choices { date_order: Some(zhanggui_core::time::DateOrder::MonthFirst), ..Choices::default() };
    let desk = Desk::new();
    assert!(desk.import_with(&file, &told).unwrap().warnings.is_empty());
    assert_eq!(lines(&desk, BIRTHDAYS)[5], "Ann Sample 1990-03-08");
}

const PEOPLE: &str = "SELECT c.name || '|' || address_as || '|' || wechat || '|' || qq || '|' || temperament || '|' || likes || '|' || notes || '|'
    || coalesce((SELECT group_concat(number, ';') FROM (SELECT number FROM phones p WHERE p.customer_id = c.id ORDER BY number)), '') || '|'
    || coalesce((SELECT group_concat(address, ';') FROM (SELECT address FROM emails e WHERE e.customer_id = c.id ORDER BY address)), '') || '|'
    || coalesce((SELECT group_concat(x, ';') FROM (SELECT platform || ':' || buyer_id AS x FROM identities i WHERE i.customer_id = c.id ORDER BY x)), '') || '|'
    || coalesce((SELECT group_concat(x, ';') FROM (SELECT province || city || district || detail || zip AS x FROM addresses a WHERE a.customer_id = c.id ORDER BY x)), '') || '|'
    || coalesce((SELECT group_concat(name, ';') FROM (SELECT t.name FROM customer_tags ct JOIN tags t ON t.id = ct.tag_id WHERE ct.customer_id = c.id ORDER BY t.name)), '')
    FROM customers c ORDER BY c.id";

#[test]
fn a_list_with_dangerous_cells_comes_back_through_csv_and_xlsx() {
    use zhanggui_core::export::columns::{Column, Masking};
    use zhanggui_core::export::customers::{CustomerExport, FileFormat, Who};
    let desk = Desk::new();
    let report = desk.import_with(&fixture("real/B48-export-round-trip-dangerous-cells/客户.csv"), &Choices::default()).unwrap();
    assert_eq!((report.customers.new, report.rejected.len()), (3, 0));
    assert_eq!(lines(&desk, "SELECT name FROM customers ORDER BY id"), ["=SUM(A1:A9)", "'t Hart", "@Ben"]);
    let before = lines(&desk, PEOPLE);
    for (format, name) in [(FileFormat::CsvUtf8Bom, "out.csv"), (FileFormat::Xlsx, "out.xlsx")] {
        let target = desk.folder.path().join(name);
        let ids = desk
            .shop
            .read(|c| {
                Ok(c.prepare("SELECT id FROM customers ORDER BY id")?.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
            })
            .unwrap();
        let export = CustomerExport {
            who: Who::Selected { ids },
            columns: Column::ALL.to_vec(),
            fields: Vec::new(),
            language: Default::default(),
            masking: Masking::default(),
            format,
            time_zone: "Asia/Shanghai".to_owned(),
        };
        desk.shop.export_customers(&export, &target, &zhanggui_core::task::Task::quiet(), common::NOW).unwrap();
        if name == "out.csv" {
            let text = std::fs::read_to_string(&target).unwrap();
            assert!(text.starts_with('\u{feff}'));
            let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
            for cell in reader.records().flat_map(|r| r.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()) {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']), "{cell:?}");
                let digits = cell.len() > 1 && cell.bytes().all(|b| b.is_ascii_digit());
                assert!(!digits || !cell.starts_with('0') && cell.len() <= 15, "a spreadsheet would damage {cell}");
            }
        }
        let back = Desk::new();
        let report = back.import_with(&target, &Choices::default()).unwrap();
        assert_eq!((report.customers.new, report.rejected.len()), (3, 0), "{name}");
        assert_eq!(lines(&back, PEOPLE), before, "{name}");
        assert_eq!(lines(&back, BIRTHDAYS), lines(&desk, BIRTHDAYS), "{name}");
    }
}

#[test]
fn contacts_of_other_programs_come_in_with_all_their_values() {
    let google = "First Name,Middle Name,Last Name,Nickname,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,\
        Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,\
        Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 2 - Label,Address 2 - Formatted\n\
        Ann,,Sample,Annie,1990-03-08,likes tea,* myContacts ::: regulars,Home,ann@example.com ::: ann2@example.com,Work,ann3@example.com,\
        Mobile,(310) 555-0144 ::: +1 310 555 0145,Home,not a number,Home,\"1 Main St\nBoston, MA 02108\nUS\",1 Main St,Boston,MA,02108,US,Work,\"2 High St\nBoston\"\n";
    let desk = Desk::new();
    let report = desk.import_text("contacts.csv", google, &Choices::default()).unwrap();
    assert_eq!((report.platform.as_str(), report.customers.new), ("google-contacts", 1));
    assert_eq!(
        lines(&desk, PEOPLE),
        [
            "Ann Sample|Annie|||||likes tea|+13105550144;+13105550145|ann2@example.com;ann3@example.com;ann@example.com||2 High St Boston;MABoston1 Main St02108|regulars"
        ]
    );
    assert_eq!(lines(&desk, BIRTHDAYS), ["Ann Sample 1990-03-08"]);
    let unread: Vec<_> = report.warnings.iter().map(|w| (w.code, w.value.clone().unwrap())).collect();
    assert_eq!(unread, [(Fault::PhoneUnread, "not a number".to_owned())]);

    let older = "Name,Given Name,Family Name,Birthday,Notes,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value\n\
        张小满,小满,张,--03-08,,* myContacts,,,Mobile,13900000001\n";
    let desk = Desk::new();
    assert_eq!(desk.import_text("contacts.csv", older, &Choices::default()).unwrap().platform, "google-contacts");
    assert_eq!(
        (lines(&desk, BIRTHDAYS), lines(&desk, "SELECT number FROM phones")),
        (vec!["张小满 03-08".to_owned()], vec!["13900000001".to_owned()])
    );

    let outlook = "First Name,Last Name,E-mail Address,E-mail 2 Address,Mobile Phone,Home Phone,Home Street,Home City,Home State,Home Postal Code,\
        Home Country/Region,Birthday,Notes,Categories\nBen,Sample,ben@example.com,ben2@example.com,310-555-0146,,1 Main St,Boston,MA,02108,United States,\
        12/25/1990,,friends\n";
    let desk = Desk::new();
    assert_eq!(desk.import_text("contacts.csv", outlook, &Choices::default()).unwrap().platform, "outlook-contacts");
    assert_eq!(lines(&desk, PEOPLE), ["Ben Sample|||||||+13105550146|ben2@example.com;ben@example.com||MABoston1 Main St02108|friends"]);
    assert_eq!(lines(&desk, BIRTHDAYS), ["Ben Sample 1990-12-25"]);

    let phone = "姓名,手机,手机2,备注\n张小满,13900000001、13900000002,0571-88880000,老客户\n";
    let desk = Desk::new();
    assert_eq!(desk.import_text("contacts.csv", phone, &Choices::default()).unwrap().platform, "phone-contacts");
    assert_eq!(lines(&desk, "SELECT number FROM phones ORDER BY id"), ["13900000001", "13900000002", "057188880000"]);
}

#[test]
fn a_web_page_or_an_xml_spreadsheet_is_called_what_it_is() {
    for (name, text, what) in [
        ("orders.xls", "<html><body><table><tr><td>订单编号</td></tr></table></body></html>", "web_page"),
        ("orders.xls", "\u{feff}\n<!-- made by a shop --><table><tr><td>1</td></tr></table>", "web_page"),
        ("orders.xls", "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook></Workbook>", "xml_spreadsheet"),
        ("orders.xml", "<?xml version=\"1.0\"?><orders></orders>", "xml"),
        ("orders.csv", "%PDF-1.4", "pdf"),
    ] {
        let refused = Desk::new().import_text(name, text, &Choices::default()).unwrap_err();
        assert_eq!((refused.code(), refused.details()["what"].as_str()), ("not_a_table", Some(what)), "{text}");
    }
}

#[test]
fn amazons_report_of_all_orders_and_shopifys_older_customers_are_known() {
    let header = "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\t\
        order-channel\tship-service-level\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\titem-price\titem-tax\tshipping-price\t\
        shipping-tax\tgift-wrap-price\tgift-wrap-tax\titem-promotion-discount\tship-promotion-discount\tship-city\tship-state\tship-postal-code\tship-country\n";
    let row = |number: &str, status: &str, price: &str, tax: &str, off: &str| {
        format!(
            "{number}\t\t2026-03-01T10:00:00+00:00\t\t{status}\tMerchant\tAmazon.com\t\tStandard\tCup \"blue\"\tCUP\tB0\tShipped\t2\tUSD\t{price}\t{tax}\t5.00\t0.50\t\t\t{off}\t\tBoston\tMA\t02108\tUS\n"
        )
    };
    let text = [
        header,
        &row("112-0000001-0000001", "Shipped", "40.00", "3.80", "4.00"),
        &row("112-0000002-0000002", "Cancelled", "", "", ""),
        &row("112-0000003-0000003", "Pending", "10.00", "0.00", ""),
    ]
    .concat();
    let desk = Desk::new();
    let report = desk.import_text("orders.txt", &text, &Choices::default()).unwrap();
    assert_eq!((report.platform.as_str(), report.orders.new), ("amazon-all-orders", 3));
    let order = |number: &str| desk.shop.order(desk.shop.order_by_number(number).unwrap()).unwrap();
    let (sent, gone, waiting) = (order("112-0000001-0000001"), order("112-0000002-0000002"), order("112-0000003-0000003"));
    assert_eq!((sent.status.as_str(), sent.paid, sent.items[0].unit_price), ("shipped", Some(4000 + 380 + 500 + 50 - 400), Some(2000)));
    assert_eq!((gone.status.as_str(), gone.paid.unwrap_or(0)), ("closed", 0));
    assert_eq!((waiting.status.as_str(), waiting.paid), ("unpaid", Some(0)));

    let older = "First Name,Last Name,Email,Company,Address1,Address2,City,Province,Province Code,Country,Country Code,Zip,Phone,Accepts Marketing,\
        Total Spent,Total Orders,Tags,Note,Tax Exempt\nAnn,Sample,ann@example.com,,1 Main St,,Boston,Massachusetts,MA,United States,US,02108,310-555-0144,no,\
        12.00,1,regular,likes tea,no\n,,firm@example.com,Sample Ltd,,,,,,,,,,no,0.00,0,,,no\n";
    let desk = Desk::new();
    let report = desk.import_text("customers_export.csv", older, &Choices::default()).unwrap();
    assert_eq!((report.platform.as_str(), report.customers.new), ("shopify-customers", 2));
    assert_eq!(lines(&desk, "SELECT name FROM customers ORDER BY id"), ["Ann Sample", "Sample Ltd"]);
    assert_eq!(lines(&desk, "SELECT number FROM phones"), ["+13105550144"]);
}
