//! The passes over a file: its data rows, grouped into orders, a few ahead of whoever takes them.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};

use chrono_tz::Tz;
use rustc_hash::FxHashMap;

use super::cells::Reader;
use super::columns::{Columns, clean};
use super::damage;
use super::draft::Draft;
use super::one_cell::{self, OneCell};
use super::platforms::{Field, Platform, Provides, RowsAre};
use super::source::{Format, Source, sheet_row, visit};
use super::tokens::Record;
use crate::error::{Error, Result};
use crate::task::Task;
use crate::time::DateOrder;

/// Everything that decides how a file is read into orders.
#[derive(Debug, Clone)]
pub struct Reading {
    /// How the file is written.
    pub format: Format,
    /// Row of the header.
    pub header_row: u32,
    /// What its columns mean.
    pub platform: Platform,
    /// Which column is which.
    pub columns: Columns,
    /// Of our own lists: the columns that are fields of the seller's own, and their names.
    pub own_fields: Vec<(usize, String)>,
    /// Zone of times without an offset.
    pub zone: Tz,
    /// Day or month first, where the dates need it.
    pub date_order: Option<DateOrder>,
    /// Days of the workbook are counted from 1904.
    pub from_1904: bool,
    /// Cells the seller corrected in the preview.
    pub fixes: HashMap<(u32, u32), String>,
}

/// What a pass over a file gave besides its orders.
#[derive(Debug, Clone, Default)]
pub struct Pass {
    /// Data records: without header, banner, padding and footer.
    pub rows: u32,
    /// SHA-256 of the file.
    pub digest: [u8; 32],
    /// A spreadsheet rounded the column of order numbers.
    pub rounded: bool,
}

/// How often each order's rows occur, for files whose orders lie in several places.
type RowCounts = FxHashMap<String, u32>;

/// What only a look at all order numbers together tells. Made once for a plan, used again to apply it.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// Row counts by order number, where some order's rows do not follow each other; `None` where all do.
    counts: Option<RowCounts>,
    /// Far more long numbers end in zeros than chance gives: a spreadsheet rounded the column.
    rounded: bool,
}

impl Survey {
    /// What is known of a file whose long numbers turned out to be rounded.
    pub fn of_rounded_numbers() -> Survey {
        Survey { rounded: true, ..Survey::default() }
    }
}

/// Counts long order numbers that end in zeros.
///
/// One genuine number of 19 digits in ten thousand ends in four zeros, so a few among many are no damage; a
/// column that a spreadsheet rounded has them in nearly every row. What lies twenty times above chance counts
/// as damage, which for a file of a few hundred orders is a single one.
#[derive(Debug, Clone, Copy, Default)]
struct RoundedNumbers {
    found: u32,
    by_chance: f64,
}

impl RoundedNumbers {
    fn count(&mut self, number: &str) {
        if number.len() > 16 {
            self.by_chance += 0.1f64.powi(number.len() as i32 - 15);
            self.found += u32::from(damage::of_number(number) == Some(damage::Damage::Rounded));
        }
    }

    fn is_damage(self) -> bool {
        const ABOVE_CHANCE: f64 = 20.0;
        f64::from(self.found) > ABOVE_CHANCE * self.by_chance
    }
}

/// Looks over the order numbers of a file whose orders may have several rows. Files of one row an order need
/// no look of their own: reading them tells the same ([`Pass::rounded`]).
///
/// # Errors
/// Those of [`visit`].
pub fn survey(source: &Source, reading: &Reading, task: &Task) -> Result<Survey> {
    if reading.platform.rows != RowsAre::Items {
        return Ok(Survey::default());
    }
    let mut counts = RowCounts::default();
    let mut last = String::new();
    let mut apart = false;
    let mut rounded = RoundedNumbers::default();
    visit_data(source, reading, task, |record| {
        let number = reading.columns.text(record, Field::Number);
        if number != last {
            rounded.count(number);
        }
        if number.is_empty() || number == last {
            if let Some(n) = counts.get_mut(&last) {
                *n += 1;
            }
            return Ok(());
        }
        last.clear();
        last.push_str(number);
        match counts.get_mut(number) {
            Some(n) => {
                apart = true;
                *n += 1;
            }
            None => {
                counts.insert(number.to_owned(), 1);
            }
        }
        Ok(())
    })?;
    Ok(Survey { counts: apart.then_some(counts), rounded: rounded.is_damage() })
}

/// Reads a file and hands over its orders one by one, in the order of their first rows. Orders whose rows lie
/// apart are put together. `each` may give a draft back that it is done with, to be filled again.
///
/// # Errors
/// Those of [`visit`] and of `each`.
pub fn read_orders(
    source: &Source,
    reading: &Reading,
    survey: &Survey,
    task: &Task,
    mut each: impl FnMut(Box<Draft>) -> Result<Option<Box<Draft>>>,
) -> Result<Pass> {
    let mut reader = Reader::new(reading);
    reader.rounded = survey.rounded;
    let mut group =
        Group { reader, open: None, spare: None, waiting: FxHashMap::default(), counts: survey.counts.as_ref(), each: &mut each };
    let mut rows = 0;
    let mut rounded = RoundedNumbers::default();
    let digest = visit_data(source, reading, task, |record| {
        rows += 1;
        rounded.count(reading.columns.text(record, Field::Number));
        group.take(record)
    })?;
    group.finish()?;
    Ok(Pass { rows, digest, rounded: rounded.is_damage() })
}

/// [`read_orders`] on a thread of its own, some batches of orders ahead of `each`, which runs on this one: reading
/// and looking up take about the same time.
///
/// # Errors
/// As [`read_orders`].
pub fn read_ahead(
    source: &Source,
    reading: &Reading,
    survey: &Survey,
    task: &Task,
    mut each: impl FnMut(&mut [Box<Draft>]) -> Result<()>,
) -> Result<Pass> {
    const BATCHES: usize = 4;
    std::thread::scope(|scope| {
        let (full, incoming) = sync_channel::<Batch>(BATCHES);
        let (used, again) = channel::<Batch>();
        let reader = scope.spawn(move || {
            let mut batches = Batches { full, again, batch: Vec::new(), bytes: 0, spare: Vec::new() };
            let pass = read_orders(source, reading, survey, task, |draft| batches.take(draft))?;
            batches.send()?;
            Ok::<_, Error>(pass)
        });
        let taken = incoming.iter().try_for_each(|mut batch| {
            each(&mut batch)?;
            // The reader is gone when it has read everything.
            let _ = used.send(batch);
            Ok(())
        });
        drop(incoming);
        let pass = reader.join().map_err(|_| Error::FileChanged(source.name.clone()))?;
        taken.and(pass)
    })
}

/// Boxed, because a draft is a thousand bytes and changes hands six times.
#[allow(clippy::vec_box)]
type Batch = Vec<Box<Draft>>;

/// Drafts on their way to another thread, and those that come back.
struct Batches {
    full: SyncSender<Batch>,
    again: Receiver<Batch>,
    batch: Batch,
    bytes: usize,
    spare: Batch,
}

impl Batches {
    const ORDERS: usize = 256;
    /// Orders with long messages go in smaller batches.
    const BYTES: usize = 1 << 20;

    fn take(&mut self, draft: Box<Draft>) -> Result<Option<Box<Draft>>> {
        self.bytes += draft.bytes;
        self.batch.push(draft);
        if self.batch.len() == Self::ORDERS || self.bytes >= Self::BYTES {
            self.send()?;
        }
        if self.spare.is_empty()
            && let Ok(used) = self.again.try_recv()
        {
            self.spare = used;
        }
        Ok(self.spare.pop())
    }

    fn send(&mut self) -> Result<()> {
        self.bytes = 0;
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(Self::ORDERS));
        // The other side is gone only when it failed; its error is the one that counts.
        self.full.send(batch).map_err(|_| Error::Cancelled)
    }
}

/// Visits the data records: after the header, without padding and footers, with the seller's corrections.
pub(super) fn visit_data(source: &Source, reading: &Reading, task: &Task, mut each: impl FnMut(&Record) -> Result<()>) -> Result<[u8; 32]> {
    let fixed_rows: std::collections::HashSet<u32> = reading.fixes.keys().map(|(row, _)| *row).collect();
    let mut fixed = Record::default();
    let digest = visit(source, &reading.format, task, |record| {
        if sheet_row(record.row).0 <= reading.header_row || record.is_blank() || is_footer(record, reading) {
            return Ok(ControlFlow::Continue(()));
        }
        let held;
        let record = match one_cell::look(record, &reading.format, reading.columns.header.len()) {
            OneCell::Holds(row) => {
                held = row;
                &held
            }
            OneCell::No | OneCell::Broken => record,
        };
        if fixed_rows.contains(&record.row) {
            fixed.clear(record.row);
            for (column, cell) in record.cells().enumerate() {
                fixed.push(reading.fixes.get(&(record.row, column as u32)).map_or(cell, String::as_str));
            }
            each(&fixed)?;
        } else {
            each(record)?;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(digest.unwrap_or_default())
}

/// A row below the data: the platform's own words for it, or a line of totals, which has no order number but a
/// word for "total" in its first cell.
fn is_footer(record: &Record, reading: &Reading) -> bool {
    const LOOKED_AT: usize = 3;
    let first: Vec<&str> = record.cells().filter_map(clean).take(LOOKED_AT).collect();
    if first.is_empty() || reading.platform.footer.iter().any(|w| first.iter().any(|cell| cell.contains(w.as_str()))) {
        return true;
    }
    let number = reading.columns.text(record, Field::Number);
    let total = |t: &str| {
        matches!(
            t.trim_end_matches(['：', ':']),
            "合计" | "总计" | "小计" | "汇总" | "合計" | "總計" | "Total" | "Totals" | "TOTAL" | "Grand Total" | "Sum"
        )
    };
    reading.platform.provides != Provides::Customers && (number.is_empty() && total(first[0]) || total(number))
}

struct Group<'a, F: FnMut(Box<Draft>) -> Result<Option<Box<Draft>>>> {
    reader: Reader<'a>,
    open: Option<Box<Draft>>,
    spare: Option<Box<Draft>>,
    waiting: FxHashMap<String, Box<Draft>>,
    counts: Option<&'a RowCounts>,
    each: &'a mut F,
}

impl<F: FnMut(Box<Draft>) -> Result<Option<Box<Draft>>>> Group<'_, F> {
    fn take(&mut self, record: &Record) -> Result<()> {
        let number = self.reader.number(record);
        let continues = match &self.open {
            Some(open) => open.number == number && !number.is_empty() || number.is_empty() && self.reader.reading.platform.continuation,
            None => false,
        };
        if !continues {
            self.close()?;
            self.open = Some(self.waiting.remove(number).unwrap_or_else(|| {
                let mut draft = self.spare.take().unwrap_or_default();
                draft.restart(number);
                draft
            }));
        }
        if let Some(draft) = &mut self.open {
            self.reader.absorb(draft, record);
        }
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        let Some(draft) = self.open.take() else { return Ok(()) };
        if let Some(counts) = self.counts {
            let expected = counts.get(&draft.number).copied().unwrap_or(0) as usize;
            if draft.rows.len() < expected {
                self.waiting.insert(draft.number.clone(), draft);
                return Ok(());
            }
        }
        self.hand_over(draft)
    }

    fn hand_over(&mut self, mut draft: Box<Draft>) -> Result<()> {
        self.reader.finish(&mut draft);
        self.spare = (self.each)(draft)?;
        Ok(())
    }

    fn finish(mut self) -> Result<()> {
        self.close()?;
        let mut rest: Batch = self.waiting.drain().map(|(_, draft)| draft).collect();
        rest.sort_by_key(|d| d.rows.first().copied());
        rest.into_iter().try_for_each(|draft| self.hand_over(draft))
    }
}
