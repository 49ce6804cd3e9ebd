//! A list of customers that somebody opens in LibreOffice, saves there and imports again: every digit is there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::path::Path;
use std::process::Command;

use common::{Desk, NOW};
use zhanggui_core::customers::birthday::Birthday;
use zhanggui_core::customers::edit::{AddressText, CustomerEdit, TextField};
use zhanggui_core::customers::list::CustomerQuery;
use zhanggui_core::export::columns::{Column, Masking};
use zhanggui_core::export::customers::{CustomerExport, FileFormat, Who};
use zhanggui_core::import::choices::Choices;
use zhanggui_core::language::Language;
use zhanggui_core::task::Task;

/// What a spreadsheet likes to take for numbers, dates or formulas.
fn shop() -> Desk {
    let desk = Desk::new();
    desk.shop.save_field(None, "会员号", NOW).unwrap();
    let field = desk.shop.own_fields().unwrap()[0].id;
    for (name, qq, phone, zip, own) in [
        ("李雷", "0123456", "01062345678", "010020", "00012345678901234567"),
        ("=1+1", "1e5", "13800138000", "100000", "3-4"),
        ("𠮷一鸣", "20261128", "+31612345678", "", "007"),
        ("'t Hart", "12345678901", "13800138001", "001000", "-5"),
    ] {
        let (_, id) = desk.shop.add_customer(name, NOW).unwrap();
        for edit in [
            CustomerEdit::Text { field: TextField::Qq, value: qq.into() },
            CustomerEdit::AddPhone { number: phone.into() },
            CustomerEdit::Birthday { value: Some(Birthday { lunar: false, year: None, month: 3, leap: false, day: 8 }) },
            CustomerEdit::AddAddress {
                address: AddressText {
                    province: "北京市".into(),
                    city: "北京市".into(),
                    detail: "1-2-3".into(),
                    zip: zip.into(),
                    ..AddressText::default()
                },
            },
            CustomerEdit::CustomValue { field_id: field, value: own.into() },
        ] {
            desk.shop.edit_customer(id, &edit, NOW).unwrap();
        }
    }
    desk
}

fn people(desk: &Desk) -> Vec<String> {
    let rows = desk.shop.customers(&CustomerQuery::default(), 0, 99).unwrap().rows;
    let mut all: Vec<String> = rows
        .into_iter()
        .map(|row| {
            let p = desk.shop.profile(row.id).unwrap();
            let zips: Vec<_> = p.addresses.iter().map(|a| (a.address.detail.clone(), a.address.zip.clone())).collect();
            let own: Vec<_> = p.fields.iter().map(|f| f.value.clone()).collect();
            format!("{} {} {:?} {:?} {zips:?} {own:?}", p.name, p.qq, p.phones, p.birthday)
        })
        .collect();
    all.sort();
    all
}

/// Opens a file and saves it in its own format, as a seller who looks at it does.
fn opened_and_saved(file: &Path) -> std::path::PathBuf {
    let saved = file.parent().unwrap().join("saved");
    let profile = file.parent().unwrap().join("profile");
    let mut command = Command::new("soffice");
    command.arg(format!("-env:UserInstallation=file://{}", profile.display())).args(["--headless", "--norestore"]);
    if file.extension().is_some_and(|e| e == "csv") {
        // Commas, quotes, UTF-8, as its dialog proposes; every column as it takes it.
        command.args(["--infilter=CSV:44,34,76,1", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"]);
    } else {
        command.args(["--convert-to", "xlsx"]);
    }
    let done = command.arg("--outdir").arg(&saved).arg(file).output().expect("LibreOffice, which `cargo xtask test` installs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    saved.join(file.file_name().unwrap())
}

#[test]
#[ignore = "needs LibreOffice; `cargo xtask test` installs and runs it"]
fn a_list_that_was_opened_and_saved_in_a_spreadsheet_keeps_every_digit() {
    let desk = shop();
    let before = people(&desk);
    for language in [Language::Chinese, Language::English] {
        for (name, format) in [("list.csv", FileFormat::CsvUtf8Bom), ("list.xlsx", FileFormat::Xlsx)] {
            let file = desk.folder.path().join(name);
            let export = CustomerExport {
                who: Who::Query { query: CustomerQuery::default() },
                columns: Column::ALL.to_vec(),
                fields: desk.shop.own_fields().unwrap().into_iter().map(|field| field.id).collect(),
                language,
                masking: Masking::default(),
                format,
                time_zone: "Asia/Shanghai".into(),
            };
            desk.shop.export_customers(&export, &file, &Task::quiet(), NOW).unwrap();
            let back = Desk::new();
            let report = back.import_with(&opened_and_saved(&file), &Choices::default()).unwrap();
            assert_eq!((report.customers.new, report.rejected.len()), (4, 0), "{name}: {report:?}");
            assert_eq!(people(&back), before, "{language:?} {name}");
        }
    }
}
