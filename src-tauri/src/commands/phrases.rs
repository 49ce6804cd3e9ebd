//! Phrases: found, filled in, copied, changed, in and out of files.

use std::collections::BTreeMap;

use serde::Serialize;
use tauri::AppHandle;
use tauri_plugin_clipboard_manager::ClipboardExt;
use tauri_plugin_dialog::DialogExt;
use zhanggui_core::error::{Error, file_name};
use zhanggui_core::import::source::Source;
use zhanggui_core::language::Language;
use zhanggui_core::phrases::exchange::PhraseImport;
use zhanggui_core::phrases::library::{FilledPhrase, Phrase, PhraseQuery, SceneCount};
use zhanggui_core::phrases::values::{PhraseAbout, SELLER_NAME};
use zhanggui_core::phrases::variables::Variable;
use zhanggui_core::reviews::incentive::{self, Incentive};
use zhanggui_core::storage::Change;
use zhanggui_core::task::Task;

use crate::desk::{desk, moment, now};
use crate::failure::{Answer, off_thread};

use super::changing::{change, changes, reads};

/// The phrases that fit a query.
#[tauri::command]
#[specta::specta]
pub async fn phrases(app: AppHandle, query: PhraseQuery) -> Answer<Vec<Phrase>> {
    reads(app, move |shop| shop.phrases(&query)).await
}

/// Scenes and own categories with their counts.
#[tauri::command]
#[specta::specta]
pub async fn phrase_scenes(app: AppHandle, language: Language) -> Answer<Vec<SceneCount>> {
    reads(app, move |shop| shop.phrase_scenes(language)).await
}

/// A phrase filled in.
#[tauri::command]
#[specta::specta]
pub async fn fill_phrase(
    app: AppHandle,
    key: String,
    about: PhraseAbout,
    typed: BTreeMap<String, String>,
    language: Language,
) -> Answer<FilledPhrase> {
    reads(app, move |shop| shop.fill_phrase(&key, about, &typed, language, moment())).await
}

/// Phrases of a scene filled in, the one to propose first.
#[tauri::command]
#[specta::specta]
pub async fn proposed_phrases(
    app: AppHandle,
    scene: String,
    about: PhraseAbout,
    typed: BTreeMap<String, String>,
    language: Language,
) -> Answer<Vec<FilledPhrase>> {
    reads(app, move |shop| shop.proposed_phrases(&scene, about, &typed, language, moment())).await
}

/// Puts a phrase, filled in, on the clipboard; its text comes back. It is refused while something lacks.
#[tauri::command]
#[specta::specta]
pub async fn copy_phrase(
    app: AppHandle,
    key: String,
    about: PhraseAbout,
    typed: BTreeMap<String, String>,
    language: Language,
) -> Answer<String> {
    off_thread(move || {
        let text = desk(&app).shop()?.use_phrase(&key, about, &typed, language, moment())?;
        to_clipboard(&app, &text)?;
        Ok(text)
    })
    .await
}

/// The text of a phrase, filled in, to be put into a text field.
#[tauri::command]
#[specta::specta]
pub async fn insert_phrase(
    app: AppHandle,
    key: String,
    about: PhraseAbout,
    typed: BTreeMap<String, String>,
    language: Language,
) -> Answer<String> {
    reads(app, move |shop| shop.use_phrase(&key, about, &typed, language, moment())).await
}

/// Puts a text on the clipboard.
#[tauri::command]
#[specta::specta]
pub async fn copy_text(app: AppHandle, text: String) -> Answer<()> {
    off_thread(move || to_clipboard(&app, &text)).await
}

fn to_clipboard(app: &AppHandle, text: &str) -> zhanggui_core::Result<()> {
    app.clipboard().write_text(text).map_err(|e| Error::CannotOpen(e.to_string()))
}

/// Adds or changes a phrase; its key.
#[tauri::command]
#[specta::specta]
pub async fn save_phrase(app: AppHandle, key: Option<String>, language: Language, scene: String, text: String) -> Answer<String> {
    off_thread(move || {
        let (done, key) = desk(&app).shop()?.save_phrase(key.as_deref(), language, &scene, &text, now())?;
        change(&app, &done);
        Ok(key)
    })
    .await
}

/// Marks a phrase as a favourite or not.
#[tauri::command]
#[specta::specta]
pub async fn set_favourite(app: AppHandle, key: String, favourite: bool) -> Answer<Change> {
    changes(app, move |shop| shop.set_favourite(&key, favourite, now())).await
}

/// Removes a phrase; one of the program is hidden.
#[tauri::command]
#[specta::specta]
pub async fn delete_phrase(app: AppHandle, key: String) -> Answer<Change> {
    changes(app, move |shop| shop.delete_phrase(&key, now())).await
}

/// Brings the phrases of the program back as they came.
#[tauri::command]
#[specta::specta]
pub async fn restore_phrases(app: AppHandle, language: Language) -> Answer<Change> {
    changes(app, move |shop| shop.restore_phrases(language, now())).await
}

/// A variable of phrases with its names.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct VariableName {
    name: String,
    name_zh: String,
}

/// The variables a phrase may have.
#[tauri::command]
#[specta::specta]
pub fn phrase_variables() -> Vec<VariableName> {
    Variable::all().map(|(_, name, name_zh)| VariableName { name: name.to_owned(), name_zh: name_zh.to_owned() }).collect()
}

/// What a text offers for a review, and what to do instead.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct IncentiveFound {
    incentive: Incentive,
    advice: String,
}

/// Whether a text offers something for a review.
#[tauri::command]
#[specta::specta]
pub fn check_incentive(text: String, language: Language) -> Option<IncentiveFound> {
    incentive::check(&text).map(|incentive| IncentiveFound { advice: incentive.advice(language).to_owned(), incentive })
}

/// Writes all phrases of a language to a file that the system's dialog asks for; (name, how many).
#[tauri::command]
#[specta::specta]
pub async fn save_phrases_file(app: AppHandle, language: Language) -> Answer<Option<(String, u32)>> {
    off_thread(move || {
        let shown = crate::menu::language(&app);
        let dialog = app.dialog().file().set_title(shown.say("导出话术", "Export phrases"));
        let name = shown.say("话术.csv", "phrases.csv");
        let picked = dialog.set_file_name(name).add_filter("CSV", &["csv"]).blocking_save_file();
        let Some(path) = picked.and_then(|p| p.into_path().ok()) else { return Ok(None) };
        let count = desk(&app).shop()?.export_phrases(language, &path)?;
        Ok(Some((file_name(&path), count)))
    })
    .await
}

/// Takes phrases in from a file that the system's dialog asks for.
#[tauri::command]
#[specta::specta]
pub async fn open_phrases_file(app: AppHandle, language: Language) -> Answer<Option<PhraseImport>> {
    off_thread(move || {
        let dialog = app.dialog().file().set_title(crate::menu::language(&app).say("导入话术", "Import phrases"));
        let picked = dialog.add_filter("CSV, XLSX", &["csv", "tsv", "txt", "xlsx"]).blocking_pick_file();
        let Some(path) = picked.and_then(|p| p.into_path().ok()) else { return Ok(None) };
        let (done, report) = desk(&app).shop()?.import_phrases(language, &Source::new(&path), &Task::quiet(), now())?;
        change(&app, &done);
        Ok(Some(report))
    })
    .await
}

/// The seller's name under messages.
#[tauri::command]
#[specta::specta]
pub async fn seller_name(app: AppHandle) -> Answer<String> {
    reads(app, |shop| Ok(shop.setting::<String>(SELLER_NAME)?.unwrap_or_default())).await
}

/// Sets the seller's name under messages.
#[tauri::command]
#[specta::specta]
pub async fn set_seller_name(app: AppHandle, name: String) -> Answer<()> {
    reads(app, move |shop| shop.set_setting(SELLER_NAME, &name.trim())).await
}
