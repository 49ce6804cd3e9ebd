//! The one window: made here, kept on its own pages, brought to the front by a second start.

use std::path::PathBuf;

use tauri::{AppHandle, DragDropEvent, Manager, Url, WebviewWindowBuilder, Window, WindowEvent};

use crate::desk::{desk, tell};
use crate::events::DragOver;

/// Makes the window from the settings.
pub fn open(app: &AppHandle) -> tauri::Result<()> {
    let Some(settings) = app.config().app.windows.first().cloned() else { return Ok(()) };
    WebviewWindowBuilder::from_config(app, &settings)?
        .on_navigation(is_own_page)
        .on_new_window(|_, _| tauri::webview::NewWindowResponse::Deny)
        .build()?;
    Ok(())
}

/// The program's own pages; nothing else is ever shown.
fn is_own_page(url: &Url) -> bool {
    url.scheme() == "tauri" || matches!(url.host_str(), Some("tauri.localhost")) || url.as_str() == "about:blank"
}

/// Brings the window to the front and takes the files of a second start.
pub fn second_start(app: &AppHandle, arguments: &[String], folder: &str) {
    if let Some(window) = app.get_webview_window("main") {
        for result in [window.unminimize(), window.show(), window.set_focus()] {
            if let Err(error) = result {
                tracing::debug!(%error, "bringing the window to the front");
            }
        }
    }
    let files = arguments.iter().skip(1).filter(|a| !a.starts_with('-')).map(|a| PathBuf::from(folder).join(a)).filter(|p| p.is_file());
    desk(app).arrive(app, files.collect::<Vec<_>>());
}

/// Files dropped onto the window.
pub fn event(window: &Window, event: &WindowEvent) {
    let app = window.app_handle();
    if let WindowEvent::DragDrop(drag) = event {
        let over = matches!(drag, DragDropEvent::Enter { .. } | DragDropEvent::Over { .. });
        tell(&DragOver { over }, app);
        if let DragDropEvent::Drop { paths, .. } = drag {
            desk(app).arrive(app, paths.clone());
        }
    }
}
