//! How commands read and change the open shop: off the window's thread, and telling the window what changed.

use tauri::AppHandle;
use zhanggui_core::error::Result;
use zhanggui_core::storage::{Change, Shop};

use crate::desk::{changed, desk};
use crate::failure::{Answer, off_thread};

use super::customers::op_name;

/// Tells the window and the menu what changed.
pub fn change(app: &AppHandle, done: &Change) {
    changed(app, &op_name(done));
}

/// Reads from the open shop.
pub async fn reads<T: Send + 'static>(app: AppHandle, read: impl FnOnce(&Shop) -> Result<T> + Send + 'static) -> Answer<T> {
    off_thread(move || read(&*desk(&app).shop()?)).await
}

/// Changes the open shop.
pub async fn changes(app: AppHandle, make: impl FnOnce(&Shop) -> Result<Change> + Send + 'static) -> Answer<Change> {
    off_thread(move || {
        let done = make(&*desk(&app).shop()?)?;
        change(&app, &done);
        Ok(done)
    })
    .await
}
