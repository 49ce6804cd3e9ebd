//! Lists out.

use serde::Serialize;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;
use zhanggui_core::export::customers::{CustomerExport, ExportLogLine, FileFormat, Written};

use crate::desk::{desk, now};
use crate::failure::{Answer, off_thread};

/// A list that was written, and where.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Exported {
    file: String,
    #[serde(flatten)]
    written: Written,
}

/// Writes a list of customers to a file that the system's dialog asks for; `None` where the dialog was left.
#[tauri::command]
#[specta::specta]
pub async fn export_customers(app: AppHandle, wanted: CustomerExport, task: u32) -> Answer<Option<Exported>> {
    off_thread(move || {
        let language = crate::menu::language(&app);
        let extension = if wanted.format == FileFormat::Xlsx { "xlsx" } else { "csv" };
        let picked = app
            .dialog()
            .file()
            .set_title(language.say("导出客户", "Export customers"))
            .set_file_name(format!("{}.{extension}", language.say("客户", "customers")))
            .add_filter(extension.to_uppercase(), &[extension])
            .blocking_save_file();
        let Some(mut target) = picked.and_then(|p| p.into_path().ok()) else { return Ok(None) };
        if target.extension().is_none() {
            target.set_extension(extension);
        }
        let wanted = CustomerExport { format: wanted.format.of_file(&target), ..wanted };
        let desk = desk(&app);
        let watch = desk.begin(&app, task);
        let written = desk.shop().and_then(|shop| shop.export_customers(&wanted, &target, &watch, now()));
        Ok(Some(Exported { file: zhanggui_core::error::file_name(&target), written: written? }))
    })
    .await
}

/// What was exported when.
#[tauri::command]
#[specta::specta]
pub async fn export_log(app: AppHandle) -> Answer<Vec<ExportLogLine>> {
    off_thread(move || desk(&app).shop()?.export_log()).await
}
