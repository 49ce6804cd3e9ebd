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
    totals: &'static [(&'static str, i64, i64)],
    /// Number, status, paid of some of the orders.
    stored: &'static [(&'static str, &'static str, i64)],
}

const FILES: &[Wanted] = &[
    // Cash on delivery travels unpaid: only what the payment says is paid is.
    Wanted {
        file: "W01-cod-pending-fulfilled-counted-paid/orders_export.csv",
        orders: 5,
        customers: (5, 0),
        totals: &[("PKR", 1000, 0)],
        stored: &[("#1001", "shipped", 0), ("#1005", "shipped", 1000)],
    },
    // A deposit is what has come in, not what is owed.
    Wanted {
        file: "W13-partially-paid-counted-in-full/orders_export.csv",
        orders: 1,
        customers: (1, 0),
        totals: &[("USD", 4000, 0)],
        stored: &[("#1001", "paid", 4000)],
    },
    Wanted {
        file: "B06-shopify-outstanding-balance/orders_export.csv",
        orders: 3,
        customers: (3, 0),
        totals: &[("USD", 23000, 0)],
        stored: &[("#2001", "paid", 15000), ("#2002", "paid", 8000), ("#2003", "unpaid", 0)],
    },
    // One letter more or less in a header.
    Wanted {
        file: "B07-shopify-canceled-at/orders_export.csv",
        orders: 2,
        customers: (2, 0),
        totals: &[("USD", 8000, 0)],
        stored: &[("#3001", "closed", 0), ("#3002", "paid", 8000)],
    },
    // An account that is an e-mail address is one however it is written.
    Wanted { file: "B08-shopify-email-case/orders_export.csv", orders: 3, customers: (1, 0), totals: &[("USD", 10000, 0)], stored: &[] },
    Wanted {
        file: "W10-email-of-other-case-is-another-person/orders_export.csv",
        orders: 2,
        customers: (1, 0),
        totals: &[("USD", 2400, 0)],
        stored: &[],
    },
    // The same export in British English.
    Wanted {
        file: "W04-etsy-delivery-headers-lost/EtsySoldOrders2020.csv",
        orders: 1,
        customers: (1, 0),
        totals: &[("CAD", 3900, 0)],
        stored: &[("1812345678", "shipped", 3900)],
    },
    // A platform that lists an order once it is paid and leaves the status blank.
    Wanted {
        file: "W14-etsy-order-not-yet-sent-is-unknown/EtsySoldOrders2022.csv",
        orders: 1,
        customers: (1, 0),
        totals: &[("USD", 1500, 0)],
        stored: &[("2512345678", "paid", 1500)],
    },
    // The visible sheet counts; a hidden one holds an old copy.
    Wanted {
        file: "B27-xlsx-hidden-stale-copy/orders.xlsx",
        orders: 2,
        customers: (1, 0),
        totals: &[("CNY", 7500, 0)],
        stored: &[("260301-400000000000001", "completed", 3000)],
    },
    // A cell merged over the rows of an order says the same for each of them.
    Wanted {
        file: "B29-xlsx-merged-order-cells/微信小店订单.xlsx",
        orders: 2,
        customers: (2, 0),
        totals: &[("CNY", 10500, 1500)],
        stored: &[("3700000000000000001", "completed", 8500)],
    },
    // WooCommerce by another exporter.
    Wanted {
        file: "W08-webtoffee-and-csv-suite-not-recognised/order_csv_suite.csv",
        orders: 1,
        customers: (1, 0),
        totals: &[("USD", 2500, 0)],
        stored: &[("1001", "completed", 2500)],
    },
    // A broken character spoils its cell and not its file.
    Wanted {
        file: "B34-gbk-one-broken-character/ExportOrderList.csv",
        orders: 5,
        customers: (5, 0),
        totals: &[("CNY", 15000, 0)],
        stored: &[],
    },
    Wanted {
        file: "W07-one-nul-refuses-the-whole-file/orders_export.csv",
        orders: 2,
        customers: (2, 0),
        totals: &[("USD", 2400, 0)],
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
        for (number, status, paid) in wanted.stored {
            let order = desk.shop.order(desk.shop.order_by_number(number).unwrap()).unwrap();
            expect(number, format!("{} {:?}", order.status.as_str(), order.paid), format!("{status} {:?}", Some(paid)));
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
