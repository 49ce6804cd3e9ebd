//! Undo, redo, backups, the shop's own data.

use tauri::AppHandle;
use zhanggui_core::storage::Change;
use zhanggui_core::storage::backup::{self, BackupFile, BackupReason};
use zhanggui_core::storage::undo::UndoState;

use super::customers::op_name;
use crate::desk::{changed, desk, now};
use crate::failure::{Answer, off_thread};

/// What can be undone and redone.
#[tauri::command]
#[specta::specta]
pub async fn undo_state(app: AppHandle) -> Answer<UndoState> {
    off_thread(move || desk(&app).shop()?.undo_state()).await
}

/// Takes the newest change back.
#[tauri::command]
#[specta::specta]
pub async fn undo(app: AppHandle) -> Answer<Change> {
    off_thread(move || {
        let change = desk(&app).shop()?.undo(now())?;
        changed(&app, &op_name(&change));
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
        changed(&app, &op_name(&change));
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
        let taken = desk(&app).shop()?.backup(now(), BackupReason::ByHand)?;
        changed(&app, "");
        Ok(taken)
    })
    .await
}

/// Puts a backup in the place of the shop. The shop as it was is kept among the backups.
#[tauri::command]
#[specta::specta]
pub async fn restore_backup(app: AppHandle, file: String) -> Answer<BackupFile> {
    off_thread(move || {
        let desk = desk(&app);
        let book = desk.book();
        let folder = desk.folder(book);
        let known = backup::list(&folder)?.into_iter().find(|b| b.file == file);
        let known = known.ok_or(zhanggui_core::Error::NotFound { what: "backup", key: file })?;
        desk.close();
        let restored = backup::restore(&folder, &backup::folder_of(&folder).join(&known.file), now());
        desk.open(book)?;
        changed(&app, "");
        restored
    })
    .await
}

/// Renames a shop or moves it to another zone.
#[tauri::command]
#[specta::specta]
pub async fn edit_shop(app: AppHandle, id: i64, name: String, time_zone: String) -> Answer<Change> {
    off_thread(move || {
        let change = desk(&app).shop()?.edit_shop(id, &name, &time_zone, now())?;
        changed(&app, &op_name(&change));
        Ok(change)
    })
    .await
}

/// Takes the backup of the day in the background, where today has none.
pub fn daily_backup(app: &AppHandle) {
    const DAY: i64 = 86_400;
    let app = app.clone();
    std::thread::spawn(move || {
        let taken = desk(&app).shop().and_then(|shop| {
            let newest = shop.backups()?.into_iter().map(|b| b.at).max();
            if newest.is_some_and(|at| now() - at < DAY) || shop.undo_state()?.undo.is_none() {
                return Ok(());
            }
            shop.backup(now(), BackupReason::Daily).map(drop)
        });
        match taken {
            Ok(()) => changed(&app, ""),
            Err(error) => tracing::error!(code = error.code(), "daily backup"),
        }
    });
}
