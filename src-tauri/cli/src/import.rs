//! `import` and `demo`.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};
use zhanggui_core::error::{Error, Result};
use zhanggui_core::import::choices::Choices;
use zhanggui_core::import::plan::Plan;
use zhanggui_core::import::report::FileReport;
use zhanggui_core::import::source::{Source, sheet_row};
use zhanggui_core::storage::Shop;
use zhanggui_core::task::{Phase, Task};
use zhanggui_core::time::DateOrder;

use crate::args::ImportArgs;
use crate::print;

pub fn run(shop: &Shop, args: &ImportArgs, json: bool, now: i64) -> Result<()> {
    let choices = Choices {
        platform: args.platform.clone(),
        encoding: args.encoding.clone(),
        mapping: args.mapping.as_deref().map(read_mapping).transpose()?,
        shop: args.shop.clone(),
        date_order: args.dates.as_deref().map(|d| if d == "day-first" { DateOrder::DayFirst } else { DateOrder::MonthFirst }),
        currency: args.currency.clone(),
        time_zone: Some(crate::zone()),
        ..Choices::default()
    };
    let files: Vec<(Source, Choices)> = args.files.iter().map(|f| (Source::new(f), choices.clone())).collect();
    let task = watched(json);
    let plans = shop.plan_imports(&files, &task, now).map_err(|(_, e)| e)?;
    if let Some(out) = &args.rejects {
        for plan in &plans {
            zhanggui_core::import::rejects::write(plan, out, &|r| r.message.clone())?;
        }
    }
    let reports = if args.dry_run { plans.into_iter().map(|p| p.report).collect() } else { apply(shop, &plans, &task, now)? };
    print::value(json, &serde_json::json!({"files": reports}), |_| reports.iter().map(describe).collect::<Vec<_>>().join("\n"))
}

fn apply(shop: &Shop, plans: &[Plan], task: &Task, now: i64) -> Result<Vec<FileReport>> {
    let all: Vec<_> = plans.iter().map(|p| (p, Vec::new())).collect();
    shop.apply_imports(&all, task, now)
}

/// A mapping of columns from its file.
pub fn read_mapping<T: serde::de::DeserializeOwned>(path: &std::path::Path) -> Result<T> {
    let text = zhanggui_core::files::read_text(path)?;
    serde_json::from_str(&text).map_err(|e| Error::BadMapping(e.to_string()))
}

pub fn demo(shop: &Shop, orders: u32, seed: u64, json: bool, now: i64) -> Result<()> {
    let folder = tempfile::tempdir().map_err(|e| Error::CannotOpen(e.to_string()))?;
    let path = folder.path().join("ExportOrderList-demo.csv");
    zhanggui_core::demo::write_taobao(zhanggui_core::demo::Demo { orders, seed, until: now }, &path)?;
    let task = watched(json);
    let plan = shop.plan_import(&Source::new(&path), &Choices::default(), &task)?;
    let reports = apply(shop, std::slice::from_ref(&plan), &task, now)?;
    shop.furnish_demo(now)?;
    shop.furnish_care(crate::moment(now))?;
    shop.furnish_reviews(crate::moment(now))?;
    print::value(json, &serde_json::json!({"files": reports}), |_| reports.iter().map(describe).collect::<Vec<_>>().join("\n"))
}

/// A progress bar where someone looks.
pub fn watched(json: bool) -> Task {
    if json || !std::io::stderr().is_terminal() {
        return Task::quiet();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{msg:10} {bar:40} {percent:>3}%") {
        bar.set_style(style);
    }
    Task::new(move |p| {
        bar.set_length(p.total.max(1));
        bar.set_position(p.done);
        bar.set_message(match p.phase {
            Phase::Reading => "reading",
            Phase::BackingUp => "backup",
            Phase::Writing => "writing",
            Phase::Indexing => "indexing",
            Phase::Undoing => "undoing",
            Phase::Copying => "copying",
            Phase::Exporting => "exporting",
            Phase::Computing => "computing",
        });
    })
}

/// A row as a spreadsheet counts it, with its sheet where several are read.
fn row(report: &FileReport, row: u32) -> String {
    match sheet_row(row) {
        (row, 0) => format!("row {row}"),
        (row, further) => format!("row {row} of {}", report.further_sheets.get(further - 1).map_or("a further sheet", String::as_str)),
    }
}

fn describe(report: &FileReport) -> String {
    let mut lines = vec![
        format!("{} · {} · {} · {} rows", report.file, report.platform, report.encoding, report.rows),
        format!("  orders     {} new, {} changed, {} unchanged", report.orders.new, report.orders.changed, report.orders.unchanged),
        format!(
            "  customers  {} new, {} matched, {} to review",
            report.customers.new, report.customers.matched, report.customers.to_review
        ),
    ];
    for total in &report.totals {
        lines.push(format!(
            "  paid       {}, refunded {}",
            total.paid.map_or_else(|| "not in this file".to_owned(), |paid| print::money(paid, &total.currency)),
            print::money(total.refunded, &total.currency)
        ));
    }
    if report.orders_without_customer > 0 {
        lines.push(format!("  {} orders name nobody: link them to a customer by hand", report.orders_without_customer));
    }
    for (what, names) in [
        ("also read  ", &report.further_sheets),
        ("not read   ", &report.other_sheets),
        ("hidden     ", &report.hidden_sheets),
        ("not used   ", &report.unused_columns),
        ("missing    ", &report.missing_columns),
    ] {
        /// An export has dozens of columns; `--json` has all of them.
        const SHOWN: usize = 8;
        if !names.is_empty() {
            let more = names.len().saturating_sub(SHOWN);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            lines.push(format!("  {what}{}{more}", names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ")));
        }
    }
    if !report.new_fields.is_empty() {
        lines.push(format!("  become fields of your own: {}", report.new_fields.join(", ")));
    }
    for (header, meant) in &report.read_as {
        lines.push(format!("  {header} was read as {meant}"));
    }
    if !report.doubtful_words.is_empty() {
        lines.push(format!(
            "  {} is a guess; do these words look right? {} (else name another with --encoding)",
            report.encoding,
            report.doubtful_words.join(" ")
        ));
    }
    for reject in &report.rejected {
        let place = reject.column.as_ref().map(|c| format!(", {c}")).unwrap_or_default();
        let value = reject.value.as_ref().map(|v| format!(" {v:?}")).unwrap_or_default();
        lines.push(format!("  {}{place}:{value} {}", row(report, reject.row), reject.message));
    }
    for warning in &report.warnings {
        lines.push(format!("  {} × from {}: {}", warning.count, row(report, warning.row), warning.message));
    }
    lines.push(match report.import_id {
        Some(id) => format!("  imported; take it back with: imports undo {id}"),
        None => "  nothing was written".to_owned(),
    });
    lines.join("\n")
}
