//! `zhanggui-cli`: the shop for scripts. It parses, calls the core and prints; it has no rule of its own.

mod address;
mod args;
mod care;
mod import;
mod measure;
mod measure_day;
mod measure_reviews;
mod measure_tables;
mod print;
mod reviews;
mod shipping;
mod show;

use std::process::ExitCode;

use clap::Parser;
use zhanggui_core::error::{Error, Result};
use zhanggui_core::storage::backup::CopyMade;
use zhanggui_core::storage::{Shop, files};
use zhanggui_core::task::Task;
use zhanggui_core::visible::{escaped, escaped_json};

use args::{Arguments, Call};

fn main() -> ExitCode {
    if let Some(code) = zhanggui_core::import::workbook::reader::serve() {
        return code;
    }
    zhanggui_core::files::keep_private();
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if arguments.json {
                let error = serde_json::json!({"error": {"code": error.code(), "message": error.to_string(), "details": error.details()}});
                println!("{}", escaped_json(&format!("{error:#}")));
            } else {
                eprintln!("{}", escaped(&error.to_string()));
            }
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let folder = arguments.folder()?;
    let now = now();
    let json = arguments.json;
    if let Call::Restore { file } = &arguments.call {
        let restored = zhanggui_core::storage::restore::restore(&folder, file, &Task::quiet(), now)?;
        return print::value(json, &restored, |r| {
            let mut text = format!("restored with {} files", r.files);
            for (count, what) in [(r.damaged, "damaged files were left"), (r.missing, "files lie nowhere")] {
                if count > 0 {
                    text += &format!("; {count} {what}");
                }
            }
            if let Some(kept) = &r.kept {
                text += &format!("; the shop as it was is kept as {}", kept.file);
            }
            text
        });
    }
    if let Call::Demo { orders, seed, r#as: Some(words) } = &arguments.call {
        return show::demo_file(*orders, *seed, words, now, json);
    }
    if let Call::Address { text, prefer } = &arguments.call {
        return address::run(text, prefer, json);
    }
    if let Call::MeasureFees = &arguments.call {
        return measure::measure_fees(json);
    }
    if let Call::Quote { template, basket, chinese } = &arguments.call {
        return shipping::run_quote(template, basket, *chinese, json, &|| Shop::open(&folder, now), today());
    }
    let shop = Shop::open(&folder, now)?;
    match &arguments.call {
        Call::Import(import) => import::run(&shop, import, json, now),
        Call::Imports { what: None } => show::imports(&shop, json),
        Call::Imports { what: Some(args::Imports::Undo { id }) } => {
            let report = shop.undo_import(*id, now)?;
            print::value(json, &report, |r| {
                let mut text = format!(
                    "{} orders removed, {} restored, {} customers removed, {} things stay",
                    r.orders_removed, r.orders_restored, r.customers_removed, r.kept_count
                );
                for kept in &r.kept {
                    text += &format!("\n  {} {}: {}", kept.what, kept.name, kept.because.in_words());
                }
                text
            })
        }
        Call::Customers { what: Some(args::Show::Show { key }), .. } => show::customer(&shop, key, json),
        Call::Customers { query, limit, .. } => show::customers(&shop, query.as_deref(), *limit, json),
        Call::Orders { what: Some(args::Show::Show { key }), .. } => show::order(&shop, key, json),
        Call::Orders { query, limit, .. } => show::orders(&shop, query.as_deref(), *limit, json),
        Call::Complaints { what: Some(args::Show::Show { key }), .. } => care::complaint(&shop, key, json, moment(now)),
        Call::Complaints { query, all, limit, .. } => care::complaints(&shop, query.as_deref(), *all, *limit, json, moment(now)),
        Call::Reviews { what: Some(args::ReviewCall::Import { file, dry_run, mapping }), .. } => {
            reviews::import(&shop, file, mapping.as_deref(), *dry_run, json, moment(now))
        }
        Call::Reviews { what: Some(args::ReviewCall::Show { key }), .. } => reviews::show(&shop, key, json, moment(now)),
        Call::Reviews { what: Some(args::ReviewCall::CheckText { file }), .. } => reviews::check_text(&shop, file, json),
        Call::Reviews { what: None, query, all, limit } => reviews::list(&shop, query.as_deref(), *all, *limit, json, moment(now)),
        Call::Today { chinese, limit } => {
            shop.learn_courier_days()?;
            care::today(&shop, *chinese, *limit, json, moment(now))
        }
        Call::Export { what: args::Export::Customers(export) } => show::export(&shop, export, json, now),
        Call::Check => show::check(&shop, json),
        Call::Backup { out: Some(out) } => {
            let made = CopyMade { file: out.display().to_string(), ..shop.backup_to(out, &Task::quiet())? };
            print::value(json, &made, |made| {
                let mut text = format!("verified copy written to {}", out.display());
                if made.files > 0 {
                    text += &format!("; {} new files beside it in {}", made.files, files::beside(out).display());
                }
                for (count, what) in [(made.damaged, "are damaged"), (made.missing, "are gone from the data folder")] {
                    if count > 0 {
                        text += &format!("; {count} files {what}");
                    }
                }
                text
            })
        }
        Call::Backup { out: None } => {
            let taken = shop.backup(now, zhanggui_core::storage::backup::BackupReason::ByHand)?;
            print::value(json, &taken, |b| format!("verified backup {}", b.file))
        }
        Call::Backups => show::backups(&shop, json),
        Call::Demo { orders, seed, .. } => import::demo(&shop, *orders, *seed, json, now),
        Call::Measure => measure::measure(&shop, json),
        Call::MeasureReviews { reviews } => measure_reviews::measure(&shop, *reviews, json, moment(now)),
        Call::MeasureTables { folder } => measure_tables::measure(&shop, folder, json),
        Call::MeasureDay { tasks } => measure_day::measure(&shop, *tasks, json, moment(now)),
        Call::Template { what } => shipping::run_template(&shop, what, json, now, today()),
        Call::Replay { template, method, since, until, against_templates } => {
            let asked = shipping::ReplayArgs {
                template,
                method: method.as_deref(),
                since: since.as_deref(),
                until: until.as_deref(),
                against_templates: *against_templates,
            };
            shipping::run_replay(shop, &asked, json, today())
        }
        Call::Restore { .. } | Call::Address { .. } | Call::Quote { .. } | Call::MeasureFees => Ok(()),
    }
}

/// The one clock of the command line.
fn now() -> i64 {
    zhanggui_core::time::clock(std::time::SystemTime::now())
}

/// The day it is on this computer.
fn today() -> chrono::NaiveDate {
    let now = moment(now());
    zhanggui_core::time::local_day(now.at, now.zone).unwrap_or_default()
}

fn moment(now: i64) -> zhanggui_core::time::Moment {
    zhanggui_core::time::Moment { at: now, zone: zhanggui_core::time::parse_zone(&zone()).unwrap_or_default() }
}

/// The zone of this computer, for shops whose platform names none.
fn zone() -> String {
    // A session may have a clock of its own; the window shows times by it, and so does everything else.
    let own = std::env::var("TZ").ok().map(|name| name.trim_start_matches(':').to_owned());
    own.filter(|name| zhanggui_core::time::parse_zone(name).is_some())
        .or_else(|| iana_time_zone::get_timezone().ok())
        .unwrap_or_else(|| "Asia/Shanghai".to_owned())
}

/// A wrong argument that clap cannot see.
fn bad(field: &'static str, value: &str, reason: &'static str) -> Error {
    Error::BadValue { field, value: value.to_owned(), reason }
}
