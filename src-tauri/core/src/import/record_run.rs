//! What is kept of an import itself: how its file was read, its numbers, its rejected rows, the file.

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, SyncSender};

use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::choices::Choices;
use super::matching::Decision;
use super::plan::Plan;
use super::report::FileReport;
use super::shop_target::ShopTarget;
use super::source::Source;
use crate::error::{Error, Result};
use crate::orders::store::next_id;
use crate::time::Seconds;

/// How a file was read, stored with its run so that it can be read again the same way.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredReading {
    pub choices: Choices,
    pub decisions: Vec<(u32, Decision)>,
    /// Shops that got their name from this file: id and the name before.
    pub renamed: Vec<(i64, String)>,
}

/// The shops of a plan as they are stored.
pub(super) struct WrittenShops {
    pub ids: Vec<i64>,
    pub renamed: Vec<(i64, String)>,
}

/// Stores the shops a plan is about.
pub(super) fn write_shops(tx: &Transaction<'_>, plan: &Plan, run: i64) -> Result<WrittenShops> {
    let mut written = WrittenShops { ids: Vec::new(), renamed: Vec::new() };
    for ShopTarget { name, named, stored, renames, time_zone, currency } in &plan.shops {
        match stored {
            Some(id) => {
                if *renames {
                    let before: String = tx.query_row("SELECT name FROM shops WHERE id = ?1", [id], |r| r.get(0))?;
                    tx.execute("UPDATE shops SET name = ?2, named = 1 WHERE id = ?1", params![id, name])?;
                    written.renamed.push((*id, before));
                }
                written.ids.push(*id);
            }
            // A shop that only waited for an answer has no orders.
            None if name.is_empty() => written.ids.push(0),
            None => {
                let id = next_id(tx, "shops")?;
                tx.execute(
                    "INSERT INTO shops (id, platform, name, named, currency, time_zone, created_run) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    params![id, plan.reading.platform.platform, name, named, currency, time_zone, run],
                )?;
                written.ids.push(id);
            }
        }
    }
    Ok(written)
}

/// Stores the run with its numbers and its rejected rows.
pub(super) fn write_run(tx: &Transaction<'_>, plan: &Plan, run: i64, reading: &StoredReading, now: Seconds) -> Result<()> {
    let json = |e: serde_json::Error| Error::Stored { field: "import_runs", value: e.to_string() };
    let report = FileReport { rejected: Vec::new(), applied: true, import_id: Some(run), ..plan.report.clone() };
    let hex: String = plan.digest.iter().map(|b| format!("{b:02x}")).collect();
    tx.execute(
        "INSERT INTO import_runs (id, file_name, platform, encoding, applied_at, reading, report, content_sha256, content_bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            run,
            plan.source.name,
            plan.report.platform,
            plan.report.encoding,
            now,
            serde_json::to_string(reading).map_err(json)?,
            serde_json::to_string(&report).map_err(json)?,
            hex,
            plan.bytes as i64
        ],
    )?;
    let mut statement =
        tx.prepare("INSERT OR IGNORE INTO import_rejects (run_id, row, column, value, code) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for reject in &plan.report.rejected {
        statement.execute(params![run, reject.row, reject.column, reject.value, reject.code.code()])?;
    }
    Ok(())
}

const PIECE: usize = 1 << 20;

/// Compresses a file piece by piece; the SHA-256 of what was read.
pub(super) fn pack(source: &Source, pieces: &SyncSender<Vec<u8>>) -> Result<[u8; 32]> {
    let (mut file, _) = source.open()?;
    let error = |e| Error::File { path: source.name.clone(), source: e };
    let mut piece = Vec::with_capacity(PIECE);
    let mut hash = Sha256::new();
    loop {
        piece.clear();
        Read::by_ref(&mut file).take(PIECE as u64).read_to_end(&mut piece).map_err(error)?;
        if piece.is_empty() {
            return Ok(hash.finalize().into());
        }
        hash.update(&piece);
        let mut encoder = zstd::Encoder::new(Vec::with_capacity(PIECE / 4), 1).map_err(error)?;
        encoder.write_all(&piece).map_err(error)?;
        if pieces.send(encoder.finish().map_err(error)?).is_err() {
            return Ok(hash.finalize().into()); // the writer failed; its error is the one that counts
        }
    }
}

/// Stores the original file as its pieces come in.
pub(super) struct KeptFile<'a> {
    tx: &'a Transaction<'a>,
    run: i64,
    packed: Receiver<Vec<u8>>,
    next_piece: i64,
}

impl<'a> KeptFile<'a> {
    pub(super) fn new(tx: &'a Transaction<'a>, run: i64, packed: Receiver<Vec<u8>>) -> Self {
        KeptFile { tx, run, packed, next_piece: 0 }
    }

    /// Stores what is packed by now.
    pub(super) fn keep_some(&mut self) -> Result<()> {
        while let Ok(piece) = self.packed.try_recv() {
            self.keep(&piece)?;
        }
        Ok(())
    }

    /// Stores all of it.
    pub(super) fn keep_rest(&mut self) -> Result<()> {
        while let Ok(piece) = self.packed.recv() {
            self.keep(&piece)?;
        }
        Ok(())
    }

    fn keep(&mut self, piece: &[u8]) -> Result<()> {
        self.tx.prepare_cached("INSERT INTO import_content (run_id, piece, zstd) VALUES (?1, ?2, ?3)")?.execute(params![
            self.run,
            self.next_piece,
            piece
        ])?;
        self.next_piece += 1;
        Ok(())
    }
}
