//! Looks at every file of a folder as an import would, for `cargo xtask attacks`: how many are read, and why the others are
//! not.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;
use zhanggui_core::error::{Error, Result};
use zhanggui_core::import::choices::Choices;
use zhanggui_core::import::source::Source;
use zhanggui_core::storage::Shop;
use zhanggui_core::task::Task;

use crate::print;

pub fn measure(shop: &Shop, folder: &Path, json: bool) -> Result<()> {
    let mut read = 0u64;
    let mut refused: BTreeMap<&str, u64> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(|e| Error::file(folder, e))? {
        let path = entry.map_err(|e| Error::file(folder, e))?.path();
        match shop.plan_import(&Source::new(&path), &Choices::default(), &Task::quiet()) {
            Ok(_) => read += 1,
            Err(error) => *refused.entry(error.code()).or_default() += 1,
        }
    }
    print::value(json, &json!({"read": read, "refused": refused}), |value| value.to_string())
}
