//! The two languages the shop speaks to its seller and to buyers.

use serde::{Deserialize, Serialize};

/// The two languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, specta::Type)]
pub enum Language {
    /// Simplified Chinese.
    #[default]
    #[serde(rename = "zh-CN")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// By a tag such as `zh-CN` or `en`.
    pub fn of(tag: &str) -> Language {
        if tag.to_ascii_lowercase().starts_with("zh") { Language::Chinese } else { Language::English }
    }

    /// One of two texts.
    pub fn say<T>(self, chinese: T, english: T) -> T {
        match self {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }
}
