//! What the seller chooses where a file leaves a choice.

use serde::{Deserialize, Serialize};

use super::platforms::Platform;
use crate::time::DateOrder;

/// What the seller chose where the file leaves a choice.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct Choices {
    /// A known platform by id, against what was recognised.
    pub platform: Option<String>,
    /// An encoding by name.
    pub encoding: Option<String>,
    /// A sheet by name.
    pub sheet: Option<String>,
    /// Columns mapped by hand.
    pub mapping: Option<Platform>,
    /// The shop's name, for files that do not tell.
    pub shop: Option<String>,
    /// Day or month first.
    pub date_order: Option<DateOrder>,
    /// The currency, for files that name none.
    pub currency: Option<String>,
    /// IANA zone of a shop that is new.
    pub time_zone: Option<String>,
    /// Cells corrected in the preview.
    pub fixes: Vec<Fix>,
}

/// A cell corrected in the preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Fix {
    /// Row of the file.
    pub row: u32,
    /// Header of the column.
    pub column: String,
    /// What it should say.
    pub value: String,
}
