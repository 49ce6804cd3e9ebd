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

/// The program's own pages; nothing else is ever shown. Whoever asks for it, a link, a script, a form or a refresh.
fn is_own_page(url: &Url) -> bool {
    is_page_of_the_program(url, cfg!(windows))
}

/// Where the program's pages come from: `tauri://localhost`, and on Windows, which knows no such scheme,
/// `http(s)://tauri.localhost`. A port, another host or a name before an `@` is somebody else.
fn is_page_of_the_program(url: &Url, windows: bool) -> bool {
    let own = match (windows, url.scheme()) {
        (false, "tauri") => url.host_str() == Some("localhost"),
        (true, "http" | "https") => url.host_str() == Some("tauri.localhost"),
        _ => false,
    };
    own && url.port().is_none() && url.username().is_empty() && url.password().is_none()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn goes(address: &str, windows: bool) -> bool {
        is_page_of_the_program(&Url::parse(address).unwrap(), windows)
    }

    #[test]
    fn only_the_programs_own_pages_are_shown() {
        for page in ["tauri://localhost", "tauri://localhost/", "tauri://localhost/index.html?x#y"] {
            assert!(goes(page, false), "{page}");
            assert!(!goes(page, true), "{page} on Windows");
        }
        for page in ["http://tauri.localhost", "https://tauri.localhost/index.html", "http://tauri.localhost:80/"] {
            assert!(goes(page, true), "{page} on Windows");
            assert!(!goes(page, false), "{page}");
        }
        for address in [
            "http://tauri.localhost:8983/",
            "https://tauri.localhost:8443/",
            "http://localhost/",
            "http://127.0.0.1:8983/",
            "https://example.com/",
            "http://tauri.localhost.example.com/",
            "http://x@tauri.localhost/",
            "http://tauri.localhost@example.com/",
            "tauri://example.com/",
            "tauri://localhost:8983/",
            "about:blank",
            "about:srcdoc",
            "data:text/html,<h1>x</h1>",
            "blob:tauri://localhost/7c1f",
            "mailto:a@example.com",
            "tel:10086",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "ftp://tauri.localhost/",
            "ipc://localhost/",
            "asset://localhost/x",
            "weixin://dl/scan",
        ] {
            for windows in [false, true] {
                assert!(!goes(address, windows), "{address}, Windows: {windows}");
            }
        }
    }
}
