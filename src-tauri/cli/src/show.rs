//! Lists and details.

use std::path::Path;

use serde_json::json;
use zhanggui_core::customers::list::{CustomerLine, CustomerQuery};
use zhanggui_core::error::{Error, Result};
use zhanggui_core::export::columns::{Column, Masking};
use zhanggui_core::export::customers::{CustomerExport, FileFormat, Who};
use zhanggui_core::language::Language;
use zhanggui_core::orders::list::OrderQuery;
use zhanggui_core::storage::Shop;
use zhanggui_core::task::Task;

use crate::args::ExportArgs;
use crate::{bad, print};

pub fn imports(shop: &Shop, json: bool) -> Result<()> {
    let runs = shop.imports()?;
    print::value(json, &json!({"imports": runs}), |_| {
        runs.iter()
            .map(|r| {
                let undone = if r.undone_at.is_some() { "  taken back" } else { "" };
                format!(
                    "{:>4}  {}  {}  {} new, {} changed{undone}",
                    r.id,
                    print::time(Some(r.applied_at)),
                    r.file,
                    r.report.orders.new,
                    r.report.orders.changed
                )
            })
            .collect::<Vec<_>>()
            .join("\n")
    })
}

fn query(text: Option<&str>) -> CustomerQuery {
    CustomerQuery { text: text.unwrap_or("").to_owned(), ..CustomerQuery::default() }
}

fn customer_json(line: &CustomerLine) -> serde_json::Value {
    json!({
        "id": line.id, "name": line.name, "address_as": line.address_as, "phones": line.phones,
        "identities": line.identities.iter().map(|(platform, id)| json!({"platform": platform, "buyer_id": id})).collect::<Vec<_>>(),
        "orders": line.orders, "paid": line.paid, "refunded": line.refunded, "currency": line.currency, "last_order_at": line.last_order_at,
        "province": line.province, "city": line.city, "tags": line.tags, "level": null,
    })
}

pub fn customers(shop: &Shop, text: Option<&str>, limit: i64, json: bool) -> Result<()> {
    let page = shop.customers(&query(text), 0, limit.max(0))?;
    let value = json!({"total": page.total, "customers": page.rows.iter().map(customer_json).collect::<Vec<_>>()});
    print::value(json, &value, |_| {
        let mut lines: Vec<String> = page
            .rows
            .iter()
            .map(|c| {
                format!(
                    "{:>6}  {}  {} orders  {}  {}",
                    c.id,
                    c.name,
                    c.orders,
                    print::money(c.paid, c.currency.as_deref().unwrap_or("")),
                    c.phones.join(" ")
                )
            })
            .collect();
        lines.push(format!("{} in all", page.total));
        lines.join("\n")
    })
}

pub fn customer(shop: &Shop, key: &str, json: bool) -> Result<()> {
    let id = key.parse().map_err(|_| bad("customer", key, "not_an_id"))?;
    let profile = shop.profile(id)?;
    print::value(json, &profile, |p| {
        let mut lines = vec![format!("{} · {} orders", p.name, p.order_count)];
        lines.extend(p.identities.iter().map(|(platform, id)| format!("  {platform} {id}")));
        lines.extend(p.phones.iter().map(|n| format!("  {n}")));
        lines.extend(
            p.totals
                .iter()
                .map(|t| format!("  paid {}, refunded {}", print::money(t.paid, &t.currency), print::money(t.refunded, &t.currency))),
        );
        lines.extend(p.orders.iter().map(|o| format!("  {}  {}  {}", print::time(o.placed_at), o.number, o.items)));
        lines.join("\n")
    })
}

pub fn orders(shop: &Shop, text: Option<&str>, limit: i64, json: bool) -> Result<()> {
    let query = OrderQuery { text: text.unwrap_or("").to_owned(), ..OrderQuery::default() };
    let page = shop.orders(&query, 0, limit.max(0))?;
    print::value(json, &json!({"total": page.total, "orders": page.rows}), |_| {
        let mut lines: Vec<String> = page
            .rows
            .iter()
            .map(|o| {
                format!(
                    "{}  {}  {}  {}  {}",
                    print::time(o.placed_at),
                    o.number,
                    o.name,
                    o.paid.map_or_else(|| "unknown".to_owned(), |p| print::money(p, &o.currency)),
                    o.items
                )
            })
            .collect();
        lines.push(format!("{} in all", page.total));
        lines.join("\n")
    })
}

pub fn order(shop: &Shop, number: &str, json: bool) -> Result<()> {
    let detail = shop.order(shop.order_by_number(number)?)?;
    print::value(json, &detail, |o| {
        let mut lines = vec![
            format!("{} · {} · {}", o.number, o.shop, o.status_text),
            format!(
                "  paid {}, refunded {}",
                o.paid.map_or_else(|| "unknown".to_owned(), |p| print::money(p, &o.currency)),
                print::money(o.refunded, &o.currency)
            ),
            format!("  {} {} {}{}{}{}", o.recipient, o.phone, o.province, o.city, o.district, o.address),
        ];
        lines.extend(
            o.items
                .iter()
                .map(|i| format!("  {} {} ×{}", i.title, i.variant, i.quantity.map_or_else(|| "?".to_owned(), |q| q.to_string()))),
        );
        lines.join("\n")
    })
}

pub fn export(shop: &Shop, args: &ExportArgs, json: bool, now: i64) -> Result<()> {
    let columns = if args.columns.is_empty() {
        Column::ALL.to_vec()
    } else {
        args.columns.iter().map(|c| Column::parse(c).ok_or_else(|| bad("columns", c, "unknown"))).collect::<Result<_>>()?
    };
    let csv = match args.encoding.as_str() {
        "gb18030" => FileFormat::CsvGb18030,
        "utf8" => FileFormat::CsvUtf8,
        _ => FileFormat::CsvUtf8Bom,
    };
    let format = match args.format.as_deref() {
        Some("xlsx") => FileFormat::Xlsx,
        Some(_) => csv,
        None => csv.of_file(&args.out),
    };
    let fields = if args.columns.is_empty() { shop.own_fields()?.into_iter().map(|field| field.id).collect() } else { Vec::new() };
    let language = Language::of(&args.language);
    let masking = Masking { names: args.mask, phones: args.mask, addresses: args.mask };
    let export = CustomerExport {
        who: Who::Query { query: query(args.query.as_deref()) },
        columns,
        fields,
        language,
        masking,
        format,
        time_zone: crate::zone(),
    };
    let done = shop.export_customers(&export, &args.out, &Task::quiet(), now)?;
    print::value(json, &json!({"file": args.out, "rows": done.rows, "cut": done.cut}), |_| {
        let mut text = format!("{} customers written to {}", done.rows, args.out.display());
        if let Some(first) = &done.first_cut {
            text += &format!(
                "; {} texts are longer than a spreadsheet's cell and were cut, the first in row {}, {}",
                done.cut, first.row, first.column
            );
        }
        text
    })
}

pub fn check(shop: &Shop, json: bool) -> Result<()> {
    let checks = shop.check()?;
    let bad: i64 = checks.iter().map(|c| c.violations).sum();
    print::value(json, &json!({"checks": checks}), |_| {
        checks.iter().map(|c| format!("{:>6}  {}", c.violations, c.name)).collect::<Vec<_>>().join("\n")
    })?;
    if bad == 0 {
        Ok(())
    } else if json {
        std::process::exit(1)
    } else {
        Err(Error::Corrupt(format!("{bad} violations")))
    }
}

pub fn backups(shop: &Shop, json: bool) -> Result<()> {
    let backups = shop.backups()?;
    print::value(json, &json!({"backups": backups}), |_| {
        backups.iter().map(|b| format!("{}  {:>12}  {}", print::time(Some(b.at)), b.bytes, b.file)).collect::<Vec<_>>().join("\n")
    })
}

pub fn demo_file(orders: u32, seed: u64, words: &[String], now: i64, json: bool) -> Result<()> {
    let [platform, file] = words else { return Err(bad("as", "", "two_words")) };
    if platform != "taobao" {
        return Err(bad("platform", platform, "only_taobao"));
    }
    zhanggui_core::demo::write_taobao(zhanggui_core::demo::Demo { orders, seed, until: now }, Path::new(file))?;
    print::value(json, &json!({"file": file, "orders": orders}), |_| format!("{orders} orders written to {file}"))
}
