//! Shipping templates: forms, looks at them, versions, files.

use serde::{Deserialize, Serialize};
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;
use zhanggui_core::error::{Error, Result, file_name};
use zhanggui_core::money::Currency;
use zhanggui_core::shipping::exchange::{read_template, write_template};
use zhanggui_core::shipping::form::{FormError, TemplateForm};
use zhanggui_core::shipping::lint::{Finding, look_over};
use zhanggui_core::shipping::store::{Kind, TemplateDraft, TemplateLine};
use zhanggui_core::shipping::template::Measure;
use zhanggui_core::shipping::{Template, validate};
use zhanggui_core::storage::Change;
use zhanggui_core::task::Task;

use super::changing::{apply, change};
use crate::desk::{desk, now};
use crate::failure::{Answer, Failure, off_thread};

/// A template with a form for each of its versions, the newest first.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct TemplateForms {
    line: TemplateLine,
    forms: Vec<TemplateForm>,
}

/// What a look at a form says.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct FormCheck {
    /// Fields that are not understood.
    errors: Vec<FormError>,
    /// Why it cannot be saved, where its fields are understood.
    failure: Option<Failure>,
    /// What looks wrong.
    findings: Vec<FormFinding>,
}

/// A finding with the mended template as a form.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct FormFinding {
    finding: Finding,
    mended: Option<TemplateForm>,
}

/// The template a form says, or the first field that is not understood.
pub(super) fn template_of(form: &TemplateForm) -> Result<Template> {
    form.read().map_err(|errors| match errors.into_iter().next() {
        Some(error) => Error::BadTemplate { place: error.place, reason: error.value },
        None => Error::BadTemplate { place: String::new(), reason: String::new() },
    })
}

/// All templates.
#[tauri::command]
#[specta::specta]
pub async fn templates(app: AppHandle) -> Answer<Vec<TemplateLine>> {
    off_thread(move || desk(&app).shop()?.templates()).await
}

/// One template as forms.
#[tauri::command]
#[specta::specta]
pub async fn template_forms(app: AppHandle, id: i64) -> Answer<TemplateForms> {
    off_thread(move || {
        let stored = desk(&app).shop()?.template(id)?;
        Ok(TemplateForms { forms: stored.versions.iter().map(TemplateForm::of).collect(), line: stored.line })
    })
    .await
}

/// An empty form in the currency of the shop.
#[tauri::command]
#[specta::specta]
pub async fn blank_template(app: AppHandle) -> Answer<TemplateForm> {
    off_thread(move || {
        let shops = desk(&app).shop()?.read(zhanggui_core::shops::list)?;
        let currency = shops.first().and_then(|s| Currency::parse(&s.currency)).unwrap_or(Currency::CNY);
        Ok(TemplateForm::blank(currency))
    })
    .await
}

/// Looks a form over; `deep` beside the shop's products and last orders as well.
#[tauri::command]
#[specta::specta]
pub async fn check_template(app: AppHandle, form: TemplateForm, deep: bool) -> Answer<FormCheck> {
    off_thread(move || {
        let template = match form.read() {
            Ok(template) => template,
            Err(errors) => return Ok(FormCheck { errors, failure: None, findings: Vec::new() }),
        };
        let failure = validate::template(&template).err().map(Failure::from);
        let findings =
            if deep && failure.is_none() { desk(&app).shop()?.lint_template(&template, &Task::quiet())? } else { look_over(&template) };
        let findings = findings
            .into_iter()
            .map(|finding| FormFinding {
                mended: finding.mended.as_ref().map(TemplateForm::of),
                finding: Finding { mended: None, ..finding },
            })
            .collect();
        Ok(FormCheck { errors: Vec::new(), failure, findings })
    })
    .await
}

/// What a field of quantities understands of a text, in the way it shows it; nothing where it does not.
#[tauri::command]
#[specta::specta]
pub async fn understood_quantity(measure: Measure, text: String) -> Answer<Option<String>> {
    Ok(zhanggui_core::shipping::form::understood(measure, &text))
}

/// What is saved of a form.
#[derive(Debug, Clone, Deserialize, specta::Type)]
pub struct SaveTemplate {
    id: Option<i64>,
    replaces: Option<String>,
    kind: Kind,
    courier: String,
    form: TemplateForm,
}

/// Saves a template or a version of one; its id comes back.
#[tauri::command]
#[specta::specta]
pub async fn save_template(app: AppHandle, save: SaveTemplate) -> Answer<i64> {
    off_thread(move || {
        let template = template_of(&save.form)?;
        let draft = TemplateDraft { id: save.id, replaces: save.replaces, kind: save.kind, courier: save.courier, template };
        let (change, id) = desk(&app).shop()?.save_template(&draft, now())?;
        self::change(&app, &change);
        Ok(id)
    })
    .await
}

/// Copies a template; the copy's id comes back.
#[tauri::command]
#[specta::specta]
pub async fn copy_template(app: AppHandle, id: i64, name: String) -> Answer<i64> {
    off_thread(move || {
        let (change, copy) = desk(&app).shop()?.copy_template(id, &name, now())?;
        self::change(&app, &change);
        Ok(copy)
    })
    .await
}

/// Puts a template away or takes it out again.
#[tauri::command]
#[specta::specta]
pub async fn archive_template(app: AppHandle, id: i64, archived: bool) -> Answer<Change> {
    off_thread(move || apply(&app, |shop| shop.archive_template(id, archived, now()))).await
}

/// Makes a template the default one.
#[tauri::command]
#[specta::specta]
pub async fn default_template(app: AppHandle, id: i64) -> Answer<Change> {
    off_thread(move || apply(&app, |shop| shop.default_template(id, now()))).await
}

/// Deletes a version of a template, or the template with its last one.
#[tauri::command]
#[specta::specta]
pub async fn delete_template_version(app: AppHandle, id: i64, valid_from: String) -> Answer<Change> {
    off_thread(move || apply(&app, |shop| shop.delete_template_version(id, &valid_from, now()))).await
}

/// Reads a template from a file that the system's dialog asks for, as a form to look at; `None` where it was left.
#[tauri::command]
#[specta::specta]
pub async fn open_template_file(app: AppHandle) -> Answer<Option<TemplateForm>> {
    off_thread(move || {
        let language = crate::menu::language(&app);
        let dialog = app.dialog().file().set_title(language.say("选择运费模板文件", "Choose a template file"));
        let picked = dialog.add_filter("JSON", &["json"]).blocking_pick_file();
        let Some(path) = picked.and_then(|p| p.into_path().ok()) else { return Ok(None) };
        let text = zhanggui_core::files::read_text(&path)?;
        Ok(Some(TemplateForm::of(&read_template(&text)?)))
    })
    .await
}

/// Writes a version of a template to a file that the system's dialog asks for; its name comes back.
#[tauri::command]
#[specta::specta]
pub async fn save_template_file(app: AppHandle, id: i64, valid_from: String) -> Answer<Option<String>> {
    off_thread(move || {
        let stored = desk(&app).shop()?.template(id)?;
        let version = stored.versions.iter().find(|v| v.valid_from.as_deref().unwrap_or("") == valid_from);
        let template = version.ok_or_else(|| Error::NotFound { what: "template", key: stored.line.name.clone() })?;
        let language = crate::menu::language(&app);
        let dialog = app.dialog().file().set_title(language.say("保存运费模板", "Save the template"));
        let picked = dialog
            .set_file_name(format!("{}.json", zhanggui_core::visible::file_name(&stored.line.name)))
            .add_filter("JSON", &["json"])
            .blocking_save_file();
        let Some(mut path) = picked.and_then(|p| p.into_path().ok()) else { return Ok(None) };
        if path.extension().is_none() {
            path.set_extension("json");
        }
        zhanggui_core::files::write_text(&path, &write_template(template)?)?;
        Ok(Some(file_name(&path)))
    })
    .await
}
