//! Undo, redo, backups, the shop's own data.

use serde::Serialize;
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder};
use zhanggui_core::storage::Change;
use zhanggui_core::storage::backup::{self, BackupFile, BackupReason, CopyMade};
use zhanggui_core::storage::restore::{self, BackupContent, Restored};
use zhanggui_core::task::Task;

use crate::desk::{Book, changed, desk, now};
use crate::failure::{Answer, off_thread};

/// Takes the newest change back.
#[tauri::command]
#[specta::specta]
pub async fn undo(app: AppHandle) -> Answer<Change> {
    off_thread(move || {
        let change = desk(&app).shop()?.undo(now())?;
        changed(&app, change.op.as_str());
        Ok(change)
    })
    .await
}

/// Brings back what was undone last.
#[tauri::command]
#[specta::specta]
pub async fn redo(app: AppHandle) -> Answer<Change> {
    off_thread(move || {
        let change = desk(&app).shop()?.redo(now())?;
        changed(&app, change.op.as_str());
        Ok(change)
    })
    .await
}

/// The backups, the newest first.
#[tauri::command]
#[specta::specta]
pub async fn backups(app: AppHandle) -> Answer<Vec<BackupFile>> {
    // Also where the shop does not open: that is when they are needed.
    off_thread(move || backup::list(&desk(&app).folder(desk(&app).book()))).await
}

/// Takes a verified backup.
#[tauri::command]
#[specta::specta]
pub async fn backup_now(app: AppHandle) -> Answer<BackupFile> {
    off_thread(move || {
        let desk = desk(&app);
        let taken = desk.shop()?.backup(now(), BackupReason::ByHand)?;
        if desk.book() == Book::Own {
            desk.set_backup_failure(None);
        }
        changed(&app, "");
        Ok(taken)
    })
    .await
}

/// Puts a backup in the place of the shop. The shop as it was is kept among the backups.
#[tauri::command]
#[specta::specta]
pub async fn restore_backup(app: AppHandle, file: String) -> Answer<Restored> {
    off_thread(move || {
        let folder = desk(&app).folder(desk(&app).book());
        let known = backup::list(&folder)?.into_iter().find(|b| b.file == file);
        let known = known.ok_or(zhanggui_core::Error::NotFound { what: "backup", key: file })?;
        put_in_place(&app, &backup::folder_of(&folder).join(&known.file), &Task::quiet())
    })
    .await
}

/// Writes a verified copy, with the files of complaints and reviews, where the system's dialog says; `None` where the
/// dialog was left.
#[tauri::command]
#[specta::specta]
pub async fn backup_elsewhere(app: AppHandle, task: u32) -> Answer<Option<CopyMade>> {
    off_thread(move || {
        let language = crate::menu::language(&app);
        // Always the same name: the next copy finds the files of this one.
        let name = language.say("掌柜备份", "zhanggui-backup");
        let picked =
            dialog(&app, language.say("备份到别处", "Back up elsewhere")).set_file_name(format!("{name}.{ENDING}")).blocking_save_file();
        let Some(mut target) = picked.and_then(|p| p.into_path().ok()) else { return Ok(None) };
        if target.extension().is_none() {
            target.set_extension(ENDING);
            // The dialog asked about the name without its ending.
            if target.exists() {
                return Err(zhanggui_core::Error::Exists { field: "file", value: zhanggui_core::error::file_name(&target) });
            }
        }
        let desk = desk(&app);
        let watch = desk.begin(&app, task);
        let made = desk.shop().and_then(|shop| shop.backup_to(&target, &watch));
        made.map(Some)
    })
    .await
}

/// A backup file that the seller chose, looked into and waiting for a decision.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct ChosenBackup {
    id: u32,
    file: String,
    content: BackupContent,
}

/// Asks for a backup file and looks into it; nothing is changed. `None` where the dialog was left.
#[tauri::command]
#[specta::specta]
pub async fn choose_backup(app: AppHandle) -> Answer<Option<ChosenBackup>> {
    off_thread(move || {
        let language = crate::menu::language(&app);
        let picked = dialog(&app, language.say("选择备份文件", "Choose a backup file")).blocking_pick_file();
        let Some(path) = picked.and_then(|p| p.into_path().ok()) else { return Ok(None) };
        let file = zhanggui_core::error::file_name(&path);
        let desk = desk(&app);
        // The open shop is no backup of itself, and looking into it past SQLite would end SQLite's locks.
        let own = desk.folder(desk.book()).join(zhanggui_core::storage::FILE_NAME);
        if matches!((std::fs::canonicalize(&own), std::fs::canonicalize(&path)), (Ok(own), Ok(chosen)) if own == chosen) {
            return Err(zhanggui_core::Error::BadValue { field: "backup", value: file, reason: "own_file" });
        }
        let content = restore::look_into(&path)?;
        let id = desk.number();
        desk.backup.put(id, path);
        Ok(Some(ChosenBackup { id, file, content }))
    })
    .await
}

/// Puts a backup file that was chosen, and the files beside it, in the place of the shop.
#[tauri::command]
#[specta::specta]
pub async fn restore_chosen(app: AppHandle, id: u32, task: u32) -> Answer<Restored> {
    off_thread(move || {
        let desk = desk(&app);
        desk.backup.once(id, |path| {
            let watch = desk.begin(&app, task);
            put_in_place(&app, path, &watch)
        })
    })
    .await
}

const ENDING: &str = "zhanggui";

fn dialog(app: &AppHandle, title: &str) -> FileDialogBuilder<tauri::Wry> {
    app.dialog().file().set_title(title).add_filter(ENDING, &[ENDING])
}

fn put_in_place(app: &AppHandle, source: &std::path::Path, task: &Task) -> zhanggui_core::error::Result<Restored> {
    let restored = desk(app).replace(|folder| restore::restore(folder, source, task, now()));
    changed(app, "");
    restored
}

/// Renames a shop or moves it to another zone.
#[tauri::command]
#[specta::specta]
pub async fn edit_shop(app: AppHandle, id: i64, name: String, time_zone: String) -> Answer<Change> {
    off_thread(move || {
        let change = desk(&app).shop()?.edit_shop(id, &name, &time_zone, now())?;
        changed(&app, change.op.as_str());
        Ok(change)
    })
    .await
}
