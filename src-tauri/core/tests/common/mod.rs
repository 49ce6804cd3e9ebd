//! A shop in a folder of its own, and the fixtures.
#![allow(dead_code)] // each test file uses a part

use std::path::{Path, PathBuf};

use rusqlite::{Connection, types::Value};
use zhanggui_core::Result;
use zhanggui_core::import::choices::Choices;
use zhanggui_core::import::plan::Plan;
use zhanggui_core::import::report::FileReport;
use zhanggui_core::import::source::Source;
use zhanggui_core::storage::Shop;
use zhanggui_core::task::Task;

pub const NOW: i64 = 1_790_000_000;

pub struct Desk {
    pub folder: tempfile::TempDir,
    pub shop: Shop,
}

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(name)
}

impl Desk {
    pub fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let shop = Shop::open(folder.path(), NOW).unwrap();
        Desk { folder, shop }
    }

    pub fn plan(&self, file: &str, choices: &Choices) -> Result<Plan> {
        self.shop.plan_import(&Source::new(&fixture(file)), choices, &Task::quiet())
    }

    pub fn import(&self, file: &str) -> Result<FileReport> {
        self.import_with(&fixture(file), &Choices::default())
    }

    pub fn import_with(&self, path: &Path, choices: &Choices) -> Result<FileReport> {
        let plan = self.shop.plan_import(&Source::new(path), choices, &Task::quiet())?;
        let mut reports = self.shop.apply_imports(&[(&plan, Vec::new())], &Task::quiet(), NOW)?;
        Ok(reports.remove(0))
    }

    /// Writes a file of orders and imports it.
    pub fn import_text(&self, name: &str, text: &str, choices: &Choices) -> Result<FileReport> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        self.import_with(&path, choices)
    }
}

/// Everything the shop knows, row by row: all tables but the history of imports, exports and undo.
pub fn logical_dump(desk: &Desk) -> Vec<String> {
    const HISTORY: [&str; 7] = ["meta", "import_seen", "import_runs", "import_content", "import_rejects", "export_log", "undo_log"];
    // Which run brought something differs between two runs of the same file; what it brought does not.
    const RUNS: [&str; 5] = ["created_run", "order_run", "items_run", "run_id", "created_at"];
    let connection = Connection::open(desk.shop.path()).unwrap();
    let mut tables: Vec<String> = Vec::new();
    let mut statement =
        connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name").unwrap();
    tables
        .extend(statement.query_map([], |r| r.get::<_, String>(0)).unwrap().map(|n| n.unwrap()).filter(|n| !HISTORY.contains(&n.as_str())));
    let mut lines = Vec::new();
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
        let mut rows = statement.query([]).unwrap();
        let mut own = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let cells: Vec<String> = columns
                .iter()
                .enumerate()
                .filter(|(_, c)| !RUNS.contains(&c.as_str()))
                .map(|(i, c)| format!("{c}={:?}", row.get::<_, Value>(i).unwrap()))
                .collect();
            own.push(format!("{table}: {}", cells.join(" ")));
        }
        own.sort();
        lines.extend(own);
    }
    lines
}
