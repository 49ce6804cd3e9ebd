//! What can go wrong, said once.
//!
//! Every error carries a stable [`code`](Error::code) and the values the seller needs to mend it
//! ([`details`](Error::details)). The words are chosen by the face that shows them: the window has a
//! table from code to text in both languages, the command line prints [`Display`](std::fmt::Display).

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::reason::{self, field_in_words, in_words};

/// The result of everything in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A place in an imported file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Place {
    /// Row as a spreadsheet counts it: the first record of the file is 1, blank lines count.
    pub row: u32,
    /// The column's header as it stands in the file, where one is concerned.
    pub column: Option<String>,
    /// The cell as it stands in the file, where one is concerned.
    pub value: Option<String>,
}

/// A known export that a header nearly is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct NearMiss {
    /// Its id: `etsy-orders`.
    pub platform: String,
    /// What the seller calls it, in Chinese.
    pub name_zh: String,
    /// And in English.
    pub name_en: String,
    /// The headers it is told by that the file has not.
    pub missing: Vec<String>,
}

/// What a file is that is no table of its own kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum OtherKind {
    /// HTML, often under the name .xls.
    WebPage,
    /// XML Spreadsheet 2003, often under the name .xls.
    XmlSpreadsheet,
    /// Any other XML.
    Xml,
    /// PDF.
    Pdf,
}

impl std::fmt::Display for OtherKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            OtherKind::WebPage => "a web page, whatever its name says; open it in a spreadsheet and save it as XLSX",
            OtherKind::XmlSpreadsheet => "an XML spreadsheet of 2003, whatever its name says; open it in a spreadsheet and save it as XLSX",
            OtherKind::Xml => "an XML file and no table; export CSV or XLSX from the platform",
            OtherKind::Pdf => "a PDF and no table; export CSV or XLSX from the platform",
        })
    }
}

fn mapping_needed(file: &str, nearly: Option<&NearMiss>) -> String {
    match nearly {
        Some(NearMiss { platform, name_en, missing, .. }) => format!(
            "{file} looks like {name_en}, but there is no column {}; name the platform ({platform}) to read it as far as it goes, or map \
             its columns once",
            missing.join(", ")
        ),
        None => format!("the columns of {file} are not known; map them once"),
    }
}

/// Everything that can go wrong in the core.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// SQLite refused, for a reason that has no better name below.
    #[error("the shop file could not be used: {0}")]
    Database(#[source] rusqlite::Error),
    /// The disk (or the quota) is full. Nothing was changed.
    #[error("the disk is full; nothing was changed")]
    DiskFull,
    /// The disk under the shop file failed to read or to write. Nothing was changed.
    #[error("the disk failed while the shop file was read or written; nothing was changed: {0}")]
    DiskFailed(String),
    /// The shop file is damaged, or its disk cannot read it: SQLite does not tell the two apart. It is never
    /// deleted or recreated because of this.
    #[error("the shop file is damaged, or its disk cannot read it: {0}")]
    Corrupt(String),
    /// The shop file cannot be opened (missing folder, no permission).
    #[error("the shop file cannot be opened: {0}")]
    CannotOpen(String),
    /// A folder was named that holds no shop itself but several folders with one.
    #[error("there are several shops in this folder: {}; name one of them", folders.join(", "))]
    SeveralShops {
        /// Their names within the folder.
        folders: Vec<String>,
    },
    /// Another process holds the shop file.
    #[error("another Zhanggui is using this shop")]
    InUse,
    /// Work that needs the shop open still runs in this window.
    #[error("something still runs in this window; wait for it or stop it, then try again")]
    StillRunning,
    /// The file belongs to another program.
    #[error("this is not a Zhanggui shop file")]
    NotAShop,
    /// The file was written by a later version; it is left untouched.
    #[error("this shop was written by a newer Zhanggui (shop version {found}, this one knows {known})")]
    NewerShop {
        /// Schema version found in the file.
        found: i64,
        /// Highest schema version this build knows.
        known: i64,
    },
    /// An operating system error on a file that is not the shop itself.
    #[error("{path}: {source}")]
    File {
        /// File name only, never the whole path.
        path: String,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// The path is a folder, a device or the like.
    #[error("{0} is not a file")]
    NotAFile(String),
    /// The file has no bytes or no rows.
    #[error("{0} is empty")]
    EmptyFile(String),
    /// A header without any row below it.
    #[error("{0} has a header but no rows")]
    HeaderOnly(String),
    /// The content is not a table (binary, picture, prose).
    #[error("{0} is not a table")]
    NotATable(String),
    /// A workbook that cannot be read: cut off, encrypted, not a workbook.
    #[error("{file} cannot be read as a workbook: {reason}")]
    Workbook {
        /// File name.
        file: String,
        /// What the reader said.
        reason: String,
    },
    /// A workbook that unpacks to far more than its size: refused while counting.
    #[error("{file} unpacks to more than {limit_mib} MiB and was refused")]
    WorkbookTooLarge {
        /// File name.
        file: String,
        /// The bound that was passed, in MiB.
        limit_mib: u32,
    },
    /// A workbook with more sheets than any workbook of orders has.
    #[error("{file} has more than {limit} sheets and was refused")]
    TooManySheets {
        /// File name.
        file: String,
        /// The bound that was passed.
        limit: u32,
    },
    /// A quote that is never closed.
    #[error("a quote opened in row {row}, column {column} is never closed")]
    UnclosedQuote {
        /// Row of the opening quote.
        row: u32,
        /// 1-based column of the opening quote.
        column: u32,
    },
    /// Bytes that do not exist in the chosen encoding.
    #[error("row {row} has bytes that are not {encoding}")]
    Undecodable {
        /// Row near which the bytes stand.
        row: u32,
        /// Name of the encoding.
        encoding: String,
    },
    /// A cell above the bound.
    #[error("the cell in row {row}, column {column} has more than {limit} characters")]
    CellTooLong {
        /// Row of the cell.
        row: u32,
        /// 1-based column.
        column: u32,
        /// The bound in bytes of UTF-8.
        limit: u32,
    },
    /// More columns than any order export has.
    #[error("row {row} has more than {limit} columns")]
    TooManyColumns {
        /// Row.
        row: u32,
        /// The bound.
        limit: u32,
    },
    /// A file of another kind, which a spreadsheet can turn into a workbook.
    #[error("{file} is {what}")]
    OtherKindOfFile {
        /// File name.
        file: String,
        /// What it is.
        what: OtherKind,
    },
    /// The name of an encoding that is not supported.
    #[error("unknown encoding {0}")]
    UnknownEncoding(String),
    /// The id of a platform that is not known.
    #[error("unknown platform {0}")]
    UnknownPlatform(String),
    /// The header fits no known platform and no saved mapping: the seller must map columns.
    #[error("{}", mapping_needed(file, nearly.as_deref()))]
    MappingNeeded {
        /// File name.
        file: String,
        /// The known export it nearly is.
        nearly: Option<Box<NearMiss>>,
    },
    /// A mapping that names a column the file lacks, or lacks what an order needs.
    #[error("the mapping does not fit: {0}")]
    BadMapping(String),
    /// A column of dates that can be read two ways.
    #[error("the dates in column {column} can be read two ways (for example {value} in row {row})")]
    AmbiguousDates {
        /// The column's header.
        column: String,
        /// An example that can be read two ways.
        value: String,
        /// Row of the example.
        row: u32,
    },
    /// The file does not say which shop it is from, and there are several.
    #[error("the file does not say which shop it belongs to: {}", choices.join(", "))]
    WhichShop {
        /// Names of the shops of this platform.
        choices: Vec<String>,
    },
    /// The file changed between preview and import.
    #[error("{0} changed after it was shown")]
    FileChanged(String),
    /// The shop changed between preview and import.
    #[error("the shop changed after the plan was shown")]
    PlanStale,
    /// The seller cancelled; nothing was kept.
    #[error("cancelled; nothing was changed")]
    Cancelled,
    /// Something that was asked for does not exist (any more).
    #[error("{what} {key} does not exist")]
    NotFound {
        /// customer, order, import run…
        what: &'static str,
        /// How it was named.
        key: String,
    },
    /// There is nothing to undo or redo.
    #[error("nothing to {0}")]
    NothingTo(&'static str),
    /// An undo that would overwrite a later change.
    #[error("this can no longer be undone: later changes depend on it")]
    UndoConflict,
    /// A value the seller typed that cannot be.
    #[error("{}: {value:?} cannot be: {}", field_in_words(field), in_words(reason::OF_VALUES, reason))]
    BadValue {
        /// The field.
        field: &'static str,
        /// What was typed.
        value: String,
        /// A stable word for what is wrong with it.
        reason: &'static str,
    },
    /// A value that must be unique exists already.
    #[error("{field} {value} exists already")]
    Exists {
        /// The field.
        field: &'static str,
        /// The value.
        value: String,
    },
    /// Characters that the chosen encoding cannot hold, named before anything is written.
    #[error("{count} cells cannot be written in {encoding}, the first in row {row}, column {column}")]
    Unencodable {
        /// The encoding.
        encoding: String,
        /// How many cells.
        count: u32,
        /// Row of the first, header = 1.
        row: u32,
        /// Column header of the first.
        column: String,
        /// The first such character.
        character: char,
    },
    /// A backup that did not pass its own check.
    #[error("the backup did not verify: {0}")]
    BackupFailed(String),
    /// A backup that is not what it was when it was made.
    #[error("the backup is not what it was when it was made: {0}")]
    BackupChanged(String),
    /// A file that has our mark and is not made as we make them: it may do anything once it is written to.
    #[error("this is not a shop as Zhanggui makes them: {0}")]
    ForeignShop(String),
    /// The shop's folder cannot be written to: it can be read, searched and exported from.
    #[error("the shop's folder cannot be written to; nothing was changed")]
    ReadOnlyFolder,
    /// What stands at the place of a file to be written is no ordinary file.
    #[error("{0} is no ordinary file and is not replaced; choose another name")]
    NotReplaced(String),
    /// A stored value that is not what the schema promises.
    #[error("stored value of {field} is not valid: {value}")]
    Stored {
        /// table.column
        field: &'static str,
        /// The value.
        value: String,
    },
    /// A platform description in assets/platforms that cannot be read. A defect of the build.
    #[error("platform description {file}: {reason}")]
    PlatformFile {
        /// File name.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// A template or basket file that is not of its form.
    #[error("{}{reason}", if place.is_empty() { String::new() } else { format!("{place}: ") })]
    BadTemplate {
        /// The place inside the file, such as `methods[0].rules[1].first`.
        place: String,
        /// What is wrong there.
        reason: String,
    },
    /// There is no fee, and why.
    #[error("{0}")]
    Fee(Box<crate::shipping::FeeError>),
    /// The follow-up of a review does not allow it: `cause_first`, `offers_for_review`, `private_data`.
    #[error("the review does not allow it: {}", in_words(reason::OF_REVIEWS, reason))]
    ReviewRefused {
        /// Why.
        reason: &'static str,
    },
    /// A contact to somebody that needs a reason why it is made anyway.
    #[error("this contact is held back because {}; say why it is made anyway", hold.in_words())]
    HeldBack {
        /// What holds it back.
        hold: crate::contacts::hold::Hold,
    },
    /// A complaint's state table does not allow this now.
    #[error("complaint {id}: {} is not possible now: {}", field_in_words(made), refused.in_words())]
    Refused {
        /// The complaint.
        id: i64,
        /// The stage it is in.
        stage: &'static str,
        /// The move that was tried.
        made: &'static str,
        /// Why not.
        refused: crate::complaints::state::Refused,
    },
    /// A phrase with something unfilled cannot be copied.
    #[error("not filled in: {}", names.join(", "))]
    Unfilled {
        /// The variables and blanks, as they stand between the braces.
        names: Vec<String>,
    },
    /// A file above the size limit of attachments.
    #[error("{file} is larger than {limit_mib} MiB")]
    FileTooLarge {
        /// File name.
        file: String,
        /// The limit.
        limit_mib: u64,
    },
    /// A figure that does not fit 64 bits.
    #[error("the sum is too large to be stored")]
    Overflow,
}

impl Error {
    /// A stable name for this kind of error, the key of the window's table of words.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Database(_) => "database",
            Error::DiskFull => "disk_full",
            Error::DiskFailed(_) => "disk_failed",
            Error::Corrupt(_) => "corrupt",
            Error::CannotOpen(_) => "cannot_open",
            Error::SeveralShops { .. } => "several_shops",
            Error::InUse => "in_use",
            Error::StillRunning => "still_running",
            Error::NotAShop => "not_a_shop",
            Error::NewerShop { .. } => "newer_shop",
            Error::File { source, .. } => match source.kind() {
                std::io::ErrorKind::NotFound => "file_missing",
                std::io::ErrorKind::PermissionDenied => "no_permission",
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => "disk_full",
                _ => "file_error",
            },
            Error::NotAFile(_) => "not_a_file",
            Error::EmptyFile(_) => "empty_file",
            Error::HeaderOnly(_) => "header_only",
            Error::OtherKindOfFile { .. } => "not_a_table",
            Error::NotATable(_) => "not_a_table",
            Error::Workbook { .. } => "bad_workbook",
            Error::WorkbookTooLarge { .. } => "workbook_too_large",
            Error::TooManySheets { .. } => "too_many_sheets",
            Error::UnclosedQuote { .. } => "unclosed_quote",
            Error::Undecodable { .. } => "undecodable",
            Error::CellTooLong { .. } => "cell_too_long",
            Error::TooManyColumns { .. } => "too_many_columns",
            Error::UnknownEncoding(_) => "unknown_encoding",
            Error::UnknownPlatform(_) => "unknown_platform",
            Error::MappingNeeded { .. } => "mapping_needed",
            Error::BadMapping(_) => "bad_mapping",
            Error::AmbiguousDates { .. } => "ambiguous_dates",
            Error::WhichShop { .. } => "which_shop",
            Error::FileChanged(_) => "file_changed",
            Error::PlanStale => "plan_stale",
            Error::Cancelled => "cancelled",
            Error::NotFound { .. } => "not_found",
            Error::NothingTo(_) => "nothing_to_undo",
            Error::UndoConflict => "undo_conflict",
            Error::BadValue { .. } => "bad_value",
            Error::Exists { .. } => "exists",
            Error::Unencodable { .. } => "unencodable",
            Error::BackupFailed(_) => "backup_failed",
            Error::BackupChanged(_) => "backup_changed",
            Error::ForeignShop(_) => "foreign_shop",
            Error::ReadOnlyFolder => "read_only_folder",
            Error::NotReplaced(_) => "not_replaced",
            Error::Stored { .. } => "stored_value",
            Error::PlatformFile { .. } => "platform_file",
            Error::BadTemplate { .. } => "bad_template",
            Error::Fee(fault) => fault.code(),
            Error::Refused { .. } => "refused",
            Error::ReviewRefused { .. } => "review_refused",
            Error::HeldBack { .. } => "held_back",
            Error::Unfilled { .. } => "unfilled",
            Error::FileTooLarge { .. } => "file_too_large",
            Error::Overflow => "overflow",
        }
    }

    /// The values behind the error, for the sentence that is shown.
    pub fn details(&self) -> Map<String, Value> {
        let value = match self {
            Error::NewerShop { found, known } => json!({"found": found, "known": known}),
            Error::File { path, source } => json!({"file": path, "reason": source.to_string()}),
            Error::NotAFile(file)
            | Error::EmptyFile(file)
            | Error::HeaderOnly(file)
            | Error::NotATable(file)
            | Error::FileChanged(file)
            | Error::NotReplaced(file) => json!({"file": file}),
            Error::OtherKindOfFile { file, what } => json!({"file": file, "what": what}),
            Error::MappingNeeded { file, nearly } => json!({"file": file, "nearly": nearly}),
            Error::Workbook { file, reason } => json!({"file": file, "reason": reason}),
            Error::WorkbookTooLarge { file, limit_mib } => json!({"file": file, "limit_mib": limit_mib}),
            Error::TooManySheets { file, limit } => json!({"file": file, "limit": limit}),
            Error::UnclosedQuote { row, column } => json!({"row": row, "column": column}),
            Error::Undecodable { row, encoding } => json!({"row": row, "encoding": encoding}),
            Error::CellTooLong { row, column, limit } => json!({"row": row, "column": column, "limit": limit}),
            Error::TooManyColumns { row, limit } => json!({"row": row, "limit": limit}),
            Error::UnknownEncoding(name) => json!({"encoding": name}),
            Error::UnknownPlatform(id) => json!({"platform": id}),
            Error::AmbiguousDates { column, value, row } => json!({"column": column, "value": value, "row": row}),
            Error::SeveralShops { folders } => json!({"folders": folders.join(", ")}),
            Error::WhichShop { choices } => json!({"choices": choices}),
            Error::NotFound { what, key } => json!({"what": what, "key": key}),
            Error::BadValue { field, value, reason } => json!({"field": field, "value": value, "reason": reason}),
            Error::Exists { field, value } => json!({"field": field, "value": value}),
            Error::Unencodable { encoding, count, row, column, character } => json!({
                "encoding": encoding, "count": count, "row": row, "column": column, "character": character.to_string(),
            }),
            Error::Stored { field, value } => json!({"field": field, "value": value}),
            Error::PlatformFile { file, reason } => json!({"file": file, "reason": reason}),
            Error::DiskFailed(reason)
            | Error::Corrupt(reason)
            | Error::CannotOpen(reason)
            | Error::BadMapping(reason)
            | Error::BackupFailed(reason)
            | Error::BackupChanged(reason)
            | Error::ForeignShop(reason) => {
                json!({"reason": reason})
            }
            Error::Database(source) => json!({"reason": source.to_string()}),
            Error::BadTemplate { place, reason } => json!({"place": place, "reason": reason}),
            Error::ReviewRefused { reason } => json!({"reason": reason}),
            Error::HeldBack { hold } => json!({"reason": hold.as_str()}),
            Error::Refused { id, stage, made, refused } => json!({"id": id, "stage": stage, "move": made, "reason": refused.as_str()}),
            Error::Unfilled { names } => json!({"names": names}),
            Error::FileTooLarge { file, limit_mib } => json!({"file": file, "limit_mib": limit_mib}),
            Error::Fee(fault) => fault.details(),
            _ => json!({}),
        };
        match value {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }

    /// Wraps an operating system error with the name (not the folder) of the file it is about.
    pub fn file(path: &std::path::Path, source: std::io::Error) -> Self {
        Error::File { path: file_name(path), source }
    }
}

/// The last part of a path as text, for messages.
pub fn file_name(path: &std::path::Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_else(|| path.to_string_lossy().into_owned())
}

impl From<crate::shipping::FeeError> for Error {
    fn from(fault: crate::shipping::FeeError) -> Self {
        Error::Fee(Box::new(fault))
    }
}

impl From<rusqlite::Error> for Error {
    fn from(source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        if source.sqlite_error().is_some_and(|e| e.extended_code == rusqlite::ffi::SQLITE_IOERR_DATA) {
            return Error::Corrupt("a page is not what it was when it was written".to_owned());
        }
        match source.sqlite_error_code() {
            Some(Code::DiskFull) => Error::DiskFull,
            Some(Code::SystemIoFailure) => Error::DiskFailed(source.to_string()),
            Some(Code::DatabaseCorrupt) => Error::Corrupt(source.to_string()),
            Some(Code::NotADatabase) => Error::NotAShop,
            Some(Code::CannotOpen) | Some(Code::ReadOnly) | Some(Code::PermissionDenied) => Error::CannotOpen(source.to_string()),
            Some(Code::DatabaseBusy) | Some(Code::DatabaseLocked) => Error::InUse,
            Some(Code::OperationInterrupted) => Error::Cancelled,
            _ => Error::Database(source),
        }
    }
}
