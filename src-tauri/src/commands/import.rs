//! Files in: choose, look, plan, apply; the history.

use serde::{Deserialize, Serialize};
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;
use zhanggui_core::import::choices::Choices;
use zhanggui_core::import::details::Details;
use zhanggui_core::import::detect::Recognised;
use zhanggui_core::import::history::Run;
use zhanggui_core::import::matching::Decision;
use zhanggui_core::import::platforms::{Field, Platform};
use zhanggui_core::import::report::{FileReport, Reject};
use zhanggui_core::import::source::Source;
use zhanggui_core::import::undo::UndoReport;
use zhanggui_core::import::{mappings, platforms, rejects};
use zhanggui_core::storage::Op;

use crate::desk::{WaitingFile, changed, desk, now, zone};
use crate::failure::{Answer, Failure, off_thread};

/// A file with what was chosen for it.
#[derive(Debug, Clone, Deserialize, specta::Type)]
pub struct FileChoice {
    id: u32,
    choices: Choices,
}

/// What a file is, and what is needed to map it by hand.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct FileLook {
    recognised: Recognised,
    /// A first guess which column is which field.
    proposal: Vec<(Field, String)>,
    encodings: Vec<String>,
    platforms: Vec<PlatformName>,
}

/// A platform in a list to choose from.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct PlatformName {
    id: String,
    name_zh: String,
    name_en: String,
}

/// A plan as the window shows it.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct PlanView {
    file: WaitingFile,
    report: FileReport,
    details: Details,
    recognised: Recognised,
}

/// The plans of the chosen files, or why there are none.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct PlanAnswer {
    /// The number to apply them by; 0 where a file stands in the way.
    plan: u32,
    files: Vec<PlanView>,
    /// The file that stands in the way, and why.
    failed: Option<(WaitingFile, Failure)>,
}

/// Asks for files with the system's dialog.
#[tauri::command]
#[specta::specta]
pub async fn pick_files(app: AppHandle) -> Answer<Vec<WaitingFile>> {
    off_thread(move || {
        let language = crate::menu::language(&app);
        let picked = app
            .dialog()
            .file()
            .set_title(language.say("选择订单文件", "Choose order files"))
            .add_filter(language.say("订单文件", "Order files"), &["csv", "tsv", "txt", "xlsx", "xls", "CSV", "TXT", "XLSX", "XLS"])
            .add_filter(language.say("所有文件", "All files"), &["*"])
            .blocking_pick_files()
            .unwrap_or_default();
        let paths = picked.into_iter().filter_map(|p| p.into_path().ok()).collect::<Vec<_>>();
        Ok(desk(&app).arrive(&app, paths))
    })
    .await
}

/// The files that wait.
#[tauri::command]
#[specta::specta]
pub async fn waiting_files(app: AppHandle) -> Answer<Vec<WaitingFile>> {
    Ok(desk(&app).waiting())
}

/// Looks at one file: what it is, its first rows, a proposal for its columns.
#[tauri::command]
#[specta::specta]
pub async fn look_at_file(app: AppHandle, file: FileChoice) -> Answer<FileLook> {
    off_thread(move || {
        let desk = desk(&app);
        let source = Source::new(&desk.path(file.id)?);
        let recognised = desk
            .shop()?
            .read(|c| zhanggui_core::import::detect::recognise(c, &source, &file.choices, &zhanggui_core::task::Task::quiet()))?;
        Ok(FileLook {
            proposal: mappings::proposal(&recognised)?,
            recognised,
            encodings: zhanggui_core::import::encodings::ENCODINGS
                .iter()
                .map(|e| zhanggui_core::import::encodings::encoding_label(e).to_owned())
                .collect(),
            platforms: platforms::all()?
                .iter()
                .map(|p| PlatformName { id: p.id.clone(), name_zh: p.name_zh.clone(), name_en: p.name_en.clone() })
                .collect(),
        })
    })
    .await
}

/// Plans the import of files, in their order.
#[tauri::command]
#[specta::specta]
pub async fn plan_files(app: AppHandle, files: Vec<FileChoice>, task: u32) -> Answer<PlanAnswer> {
    off_thread(move || {
        let desk = desk(&app);
        let shop = desk.shop()?;
        let names = desk.waiting();
        let named = |id: u32| names.iter().find(|f| f.id == id).cloned().unwrap_or(WaitingFile { id, name: String::new() });
        let mut sources = Vec::with_capacity(files.len());
        for file in &files {
            let mut choices = file.choices.clone();
            choices.time_zone.get_or_insert_with(zone);
            sources.push((Source::new(&desk.path(file.id)?), choices));
        }
        let watch = desk.begin(&app, task);
        let planned = shop.plan_imports(&sources, &watch, now());
        match planned {
            Ok(plans) => {
                let views = plans
                    .iter()
                    .zip(&files)
                    .map(|(plan, file)| PlanView {
                        file: named(file.id),
                        report: plan.report.clone(),
                        details: plan.details.clone(),
                        recognised: plan.recognised.clone(),
                    })
                    .collect();
                Ok(PlanAnswer { plan: desk.keep_plans(plans), files: views, failed: None })
            }
            Err((_, error @ zhanggui_core::Error::Cancelled)) => Err(error),
            Err((index, error)) => {
                Ok(PlanAnswer { plan: 0, files: Vec::new(), failed: Some((named(files.get(index).map_or(0, |f| f.id)), error.into())) })
            }
        }
    })
    .await
}

/// Imports what a plan says.
#[tauri::command]
#[specta::specta]
pub async fn apply_plan(
    app: AppHandle,
    plan: u32,
    decisions: Vec<Vec<(u32, Decision)>>,
    files: Vec<u32>,
    task: u32,
) -> Answer<Vec<FileReport>> {
    off_thread(move || {
        let desk = desk(&app);
        let plans = desk.plans(plan)?;
        let watch = desk.begin(&app, task);
        let all: Vec<_> = plans.iter().zip(decisions.into_iter().chain(std::iter::repeat(Vec::new()))).collect();
        let applied = desk.shop()?.apply_imports(&all, &watch, now());
        let reports = applied?;
        desk.drop_plans(plan);
        desk.forget_files(&files);
        changed(&app, Op::Import.as_str());
        Ok(reports)
    })
    .await
}

/// Puts plans and files away without importing.
#[tauri::command]
#[specta::specta]
pub async fn discard_plan(app: AppHandle, plan: u32, files: Vec<u32>) -> Answer<()> {
    desk(&app).drop_plans(plan);
    desk(&app).forget_files(&files);
    Ok(())
}

/// Stops running work.
#[tauri::command]
#[specta::specta]
pub async fn cancel_task(app: AppHandle, task: u32) -> Answer<()> {
    desk(&app).cancel(task);
    Ok(())
}

/// Writes the rejected rows of a plan to a file that the system's dialog asks for; how many, `None` where the
/// dialog was left. The window gives the words of the reasons by their codes.
#[tauri::command]
#[specta::specta]
pub async fn save_rejects(
    app: AppHandle,
    plan: u32,
    index: u32,
    reasons: std::collections::HashMap<String, String>,
) -> Answer<Option<u32>> {
    off_thread(move || {
        let plans = desk(&app).plans(plan)?;
        let chosen = plans.get(index as usize).ok_or(zhanggui_core::Error::NotFound { what: "plan", key: index.to_string() })?;
        let language = crate::menu::language(&app);
        let stem = chosen.source.name.rsplit_once('.').map_or(chosen.source.name.as_str(), |(stem, _)| stem);
        let Some(target) = app
            .dialog()
            .file()
            .set_title(language.say("被拒行存为文件", "Save rejected rows"))
            .set_file_name(format!("{}-{}.csv", zhanggui_core::visible::file_name(stem), language.say("被拒", "rejected")))
            .blocking_save_file()
            .and_then(|p| p.into_path().ok())
        else {
            return Ok(None);
        };
        let words = |r: &Reject| reasons.get(r.code.code()).cloned().unwrap_or_else(|| r.message.clone());
        rejects::write(chosen, &target, &words).map(Some)
    })
    .await
}

/// Remembers a mapping for files with the same header.
#[tauri::command]
#[specta::specta]
pub async fn save_mapping(app: AppHandle, header: Vec<String>, mapping: Platform) -> Answer<()> {
    off_thread(move || {
        mappings::check(&mapping, &header)?;
        let shop = desk(&app).shop()?;
        shop.transact(Op::EditShop, now(), |tx| {
            mappings::save(tx, &header, &mapping, now())?;
            Ok((mapping.name_zh.clone(), ()))
        })?;
        Ok(())
    })
    .await
}

/// The history of imports.
#[tauri::command]
#[specta::specta]
pub async fn imports(app: AppHandle) -> Answer<Vec<Run>> {
    off_thread(move || desk(&app).shop()?.imports()).await
}

/// The rejected rows of an import.
#[tauri::command]
#[specta::specta]
pub async fn import_rejects(app: AppHandle, run: i64) -> Answer<Vec<Reject>> {
    off_thread(move || desk(&app).shop()?.import_rejects(run)).await
}

/// What taking imports back would do.
#[tauri::command]
#[specta::specta]
pub async fn preview_undo_imports(app: AppHandle, runs: Vec<i64>) -> Answer<UndoReport> {
    off_thread(move || desk(&app).shop()?.preview_undo_imports(&runs, now())).await
}

/// Takes an import back.
#[tauri::command]
#[specta::specta]
pub async fn undo_import(app: AppHandle, run: i64) -> Answer<UndoReport> {
    off_thread(move || {
        let report = desk(&app).shop()?.undo_import(run, now())?;
        changed(&app, Op::UndoImport.as_str());
        Ok(report)
    })
    .await
}
