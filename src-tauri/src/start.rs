//! From the command line to the running window.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use directories::ProjectDirs;
use tauri::Manager;
use tauri_specta::{Builder, collect_commands, collect_events};
use zhanggui_core::reason;

use crate::commands;
use crate::desk::{Book, Desk, desk};
use crate::events::{DragOver, FilesArrived, MenuChosen, ShopChanged, TaskProgress};
use crate::words::system_language;
use crate::{menu, window};

/// What stands on the command line: files to import, and `--data-dir DIR`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// The data folder, where it is not the usual one.
    pub data_dir: Option<PathBuf>,
    /// Files to import.
    pub files: Vec<PathBuf>,
}

/// Reads the command line (without the program's own name).
pub fn arguments(words: impl IntoIterator<Item = std::ffi::OsString>) -> Arguments {
    let mut found = Arguments::default();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--data-dir") => found.data_dir = words.next().map(PathBuf::from),
            Some(flag) if flag.starts_with("--") => {}
            _ => found.files.push(PathBuf::from(word)),
        }
    }
    found
}

/// The stable words of reasons, which the window has words of its own for.
fn words_of(reasons: &[(&'static str, &'static str)]) -> Vec<&'static str> {
    reasons.iter().map(|(word, _)| *word).collect()
}

/// The commands and events, for the handler and for the generated bindings.
pub fn bindings() -> Builder<tauri::Wry> {
    use commands::{
        bills, complaints, customers, desk as d, export, import, orders, people, phrases, products, reviews, shipping, storage, templates,
        today,
    };
    Builder::<tauri::Wry>::new()
        .constant("CURRENCY_DIGITS", BTreeMap::from(zhanggui_core::money::ODD_EXPONENTS))
        .constant("ERROR_CODES", reason::CODES.to_vec())
        .constant("REASONS_OF_VALUES", words_of(reason::OF_VALUES))
        .constant("REASONS_OF_REVIEWS", words_of(reason::OF_REVIEWS))
        .commands(collect_commands![
            d::window_usable,
            d::desk_state,
            d::switch_book,
            d::make_demo,
            d::reveal_data,
            d::set_language,
            d::preferences,
            d::set_preferences,
            import::pick_files,
            import::waiting_files,
            import::look_at_file,
            import::plan_files,
            import::apply_plan,
            import::discard_plan,
            import::cancel_task,
            import::save_rejects,
            import::save_mapping,
            import::imports,
            import::import_rejects,
            import::preview_undo_imports,
            import::undo_import,
            customers::customers,
            customers::customer_ids,
            customers::profile,
            customers::add_customer,
            customers::edit_customer,
            customers::delete_customers,
            customers::tags,
            customers::tag_customers,
            customers::own_fields,
            customers::save_field,
            customers::delete_field,
            customers::open_matches,
            customers::decide_match,
            orders::orders,
            orders::order,
            orders::read_pasted_order,
            orders::add_order,
            orders::edit_order,
            orders::link_order,
            orders::original_rows,
            templates::templates,
            templates::template_forms,
            templates::blank_template,
            templates::check_template,
            templates::understood_quantity,
            templates::save_template,
            templates::copy_template,
            templates::archive_template,
            templates::default_template,
            templates::delete_template_version,
            templates::open_template_file,
            templates::save_template_file,
            shipping::regions,
            shipping::search_regions,
            shipping::calculate,
            shipping::calculator_form_of,
            shipping::replay_template,
            shipping::find_free_from,
            products::products,
            products::product_sales,
            products::edit_products,
            products::plan_pasted_products,
            products::plan_product_file,
            products::apply_product_plan,
            bills::plan_bill,
            bills::map_bill,
            bills::keep_bill,
            bills::bills,
            bills::delete_bill,
            shipping::courier_scorecard,
            complaints::complaints,
            complaints::complaint,
            complaints::take_complaint,
            complaints::edit_complaint,
            complaints::move_complaint,
            complaints::make_good_and_close,
            complaints::delete_complaint,
            complaints::record_notice,
            complaints::similar_complaints,
            complaints::add_remedy,
            complaints::deliver_remedy,
            complaints::withdraw_remedy,
            complaints::remedy_sums,
            complaints::pick_attachments,
            complaints::attach_files,
            complaints::detach,
            complaints::open_attachment,
            complaints::thumbnail,
            complaints::causes,
            complaints::repeats,
            complaints::fixes,
            complaints::save_fix,
            complaints::finish_fix,
            complaints::delete_fix,
            complaints::print_page,
            reviews::reviews,
            reviews::review,
            reviews::review_signs,
            reviews::edit_review,
            reviews::delete_review,
            reviews::open_case_of_review,
            reviews::call_sheet,
            reviews::check_reply,
            reviews::keep_reply,
            reviews::plan_review_file,
            reviews::plan_pasted_reviews,
            reviews::map_reviews,
            reviews::plan_review_drafts,
            reviews::apply_reviews,
            reviews::save_evidence,
            reviews::review_insight,
            reviews::score_log,
            reviews::save_score,
            reviews::delete_score,
            reviews::add_shop_note,
            reviews::delete_shop_note,
            people::card,
            people::who_is,
            people::timeline,
            people::record_contact,
            people::delete_contact,
            people::save_note,
            people::delete_note,
            people::make_promise,
            people::edit_promise,
            people::end_promise,
            people::kept_rate,
            phrases::phrases,
            phrases::phrase_scenes,
            phrases::fill_phrase,
            phrases::proposed_phrases,
            phrases::copy_phrase,
            phrases::insert_phrase,
            phrases::copy_text,
            phrases::save_phrase,
            phrases::set_favourite,
            phrases::delete_phrase,
            phrases::restore_phrases,
            phrases::phrase_variables,
            phrases::check_incentive,
            phrases::save_phrases_file,
            phrases::open_phrases_file,
            phrases::seller_name,
            phrases::set_seller_name,
            today::today,
            today::act_today,
            today::snooze_times,
            today::remind_now,
            today::rules,
            today::set_rules,
            today::year_of_days,
            today::set_day,
            today::reset_day,
            today::saved_views,
            today::save_view,
            today::delete_view,
            export::export_customers,
            export::export_log,
            storage::undo,
            storage::redo,
            storage::backups,
            storage::backup_now,
            storage::restore_backup,
            storage::backup_elsewhere,
            storage::choose_backup,
            storage::restore_chosen,
            storage::edit_shop,
        ])
        .events(collect_events![FilesArrived, DragOver, TaskProgress, ShopChanged, MenuChosen])
        .dangerously_cast_bigints_to_number()
        .disable_serde_phases()
}

/// The usual data folder of this account.
fn usual_folder() -> Option<PathBuf> {
    ProjectDirs::from("app", "zhanggui", "zhanggui").map(|dirs| dirs.data_dir().to_owned())
}

/// Runs the program until its window is closed.
pub fn run() -> ExitCode {
    let arguments = arguments(std::env::args_os().skip(1));
    let own_folder = arguments.data_dir.is_some();
    let Some(root) = arguments.data_dir.clone().or_else(usual_folder) else {
        eprintln!("this account has no home folder to keep the shop in; name one with --data-dir");
        return ExitCode::FAILURE;
    };
    zhanggui_core::files::keep_private();
    let desk_of_shop = Desk::new(root);
    let _log = log_to(desk_of_shop.root());
    let bindings = bindings();
    let mut builder = tauri::Builder::default();
    // Two starts on the same folder are one program; a folder of one's own (tests, a second shop) is apart.
    if !own_folder {
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, words, folder| window::second_start(app, &words, &folder)));
    }
    let built = builder
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(tauri_plugin_window_state::StateFlags::all() & !tauri_plugin_window_state::StateFlags::VISIBLE)
                .build(),
        )
        .invoke_handler(bindings.invoke_handler())
        .on_menu_event(|app, event| menu::chosen(app, event.id().as_ref()))
        .on_window_event(window::event)
        .setup(move |app| {
            bindings.mount_events(app);
            app.manage(desk_of_shop);
            // A shop that does not open is not the end: the window says why and what to do.
            if let Err(error) = desk(app.handle()).open(Book::Own) {
                tracing::error!(code = error.code(), "the shop did not open");
            }
            menu::show(app.handle(), system_language())?;
            window::open(app.handle())?;
            desk(app.handle()).arrive(app.handle(), arguments.files.clone());
            crate::housekeeping::watch(app.handle());
            crate::reminder::watch(app.handle());
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(|app, event| {
                if matches!(event, tauri::RunEvent::Exit) {
                    desk(app).leave();
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("the window could not be made: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Keeps a log of the last week beside the shop. It never holds names, numbers or addresses.
fn log_to(root: &std::path::Path) -> Option<tracing_appender::non_blocking::WorkerGuard> {
    let folder = root.join("logs");
    // Before it writes, the log looks for older ones to throw away.
    zhanggui_core::files::make_private_folder(root).ok()?;
    zhanggui_core::files::make_private_folder(&folder).ok()?;
    let appender = tracing_appender::rolling::Builder::new()
        .rotation(tracing_appender::rolling::Rotation::DAILY)
        .max_log_files(7)
        .filename_prefix("zhanggui")
        .filename_suffix("log")
        .build(folder)
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(appender);
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(writer).with_max_level(tracing::Level::INFO).finish();
    tracing::subscriber::set_global_default(subscriber).ok()?;
    Some(guard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_names_files_and_a_folder() {
        let words = ["--data-dir", "/d", "orders.csv", "--unknown", "二.xlsx"].map(std::ffi::OsString::from);
        assert_eq!(arguments(words), Arguments { data_dir: Some("/d".into()), files: vec!["orders.csv".into(), "二.xlsx".into()] });
    }

    #[test]
    fn every_command_is_listed_for_the_build_and_allowed_by_the_capability() {
        const LISTED: &[&str] = include!("command_names.rs");
        let file = tempfile::NamedTempFile::new().unwrap();
        bindings().export(specta_typescript::Typescript::default(), file.path()).unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap();
        let capability = include_str!("../capabilities/main.json");
        for name in LISTED {
            assert!(text.contains(&format!("(\"{name}\"")), "{name} is listed but does not exist");
            assert!(capability.contains(&format!("\"allow-{}\"", name.replace('_', "-"))), "{name} is not allowed");
        }
        let called = text.lines().filter(|line| line.contains("__TAURI_INVOKE") && !line.starts_with("import")).count();
        assert_eq!(called, LISTED.len(), "a command is not listed in command_names.rs");
    }

    /// The bindings in the tree are those of these commands. `cargo xtask bindings` writes them.
    #[test]
    fn the_bindings_are_those_of_the_commands() {
        let file = tempfile::NamedTempFile::new().unwrap();
        bindings().export(specta_typescript::Typescript::default().header("/* eslint-disable */\n"), file.path()).unwrap();
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/bindings.ts");
        if std::env::var_os("ZHANGGUI_WRITE_BINDINGS").is_some() {
            std::fs::copy(file.path(), &path).unwrap();
        }
        let clean = |text: String| text.replace("\r\n", "\n");
        assert!(
            clean(std::fs::read_to_string(file.path()).unwrap()) == clean(std::fs::read_to_string(&path).unwrap_or_default()),
            "ui/src/bindings.ts is not that of the commands; run `cargo xtask bindings`"
        );
    }
}
