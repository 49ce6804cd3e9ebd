//! Errors as they cross to the window: a code and its details. The words are the window's.

use serde::Serialize;

/// What the window is told when a command fails.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Failure {
    /// The core's stable code.
    pub code: String,
    /// The values behind it.
    #[specta(type = std::collections::HashMap<String, specta_typescript::Unknown>)]
    pub details: serde_json::Map<String, serde_json::Value>,
}

impl From<zhanggui_core::Error> for Failure {
    fn from(error: zhanggui_core::Error) -> Failure {
        // The code and not the text: texts may hold what stands in a seller's files.
        tracing::warn!(code = error.code(), "command failed");
        Failure { code: error.code().to_owned(), details: error.details() }
    }
}

/// The result of a command.
pub type Answer<T> = Result<T, Failure>;

/// Runs work that blocks on its own thread, so that the window stays alive.
pub async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> zhanggui_core::Result<T> + Send + 'static) -> Answer<T> {
    match tauri::async_runtime::spawn_blocking(work).await {
        Ok(result) => result.map_err(Failure::from),
        Err(_) => Err(Failure { code: "internal".to_owned(), details: serde_json::Map::new() }),
    }
}
