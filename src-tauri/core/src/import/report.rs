//! An import in numbers, as the seller checks them and as `import --json` prints them.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::detect::Recognised;
use super::draft::Draft;
use super::fault::{Fault, Problem};
use super::matching::Person;
use super::platforms::Platform;
use super::source::Source;
use crate::error::{Error, Place, Result};
use crate::money::Currency;

/// New, changed and unchanged orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)]
pub struct OrderCounts {
    pub new: u32,
    pub changed: u32,
    pub unchanged: u32,
}

/// New, matched and doubtful people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)]
pub struct PeopleCounts {
    pub new: u32,
    pub matched: u32,
    pub to_review: u32,
}

/// What the orders of a file were paid and refunded, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Total {
    /// ISO 4217.
    pub currency: String,
    /// `None` where the file does not say it of any order.
    pub paid: Option<i64>,
    /// What went back.
    pub refunded: i64,
}

/// A row that cannot come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Reject {
    /// Row of the file; of a further sheet see [`sheet_row`](super::source::sheet_row).
    pub row: u32,
    /// Header of the column.
    pub column: Option<String>,
    /// What the cell says.
    pub value: Option<String>,
    /// Why.
    pub code: Fault,
    /// Why, in English.
    pub message: String,
    /// A likely right value.
    pub suggestion: Option<String>,
}

/// Something that was noticed, with its first place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Warning {
    /// What.
    pub code: Fault,
    /// How often.
    pub count: u32,
    /// The first row.
    pub row: u32,
    /// The column there.
    pub column: Option<String>,
    /// The cell there.
    pub value: Option<String>,
    /// In English.
    pub message: String,
}

/// The numbers of a plan: the JSON of `import --json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, specta::Type)]
#[allow(missing_docs)] // the fields are named in cli.md
pub struct FileReport {
    pub file: String,
    pub platform: String,
    pub encoding: String,
    pub delimiter: Option<String>,
    pub header_row: u32,
    /// Data records of the file; each is part of an accepted order or listed in `rejected`.
    pub rows: u32,
    pub items: u32,
    pub orders: OrderCounts,
    pub customers: PeopleCounts,
    pub orders_without_customer: u32,
    pub totals: Vec<Total>,
    /// Of the new orders alone.
    pub new_totals: Vec<Total>,
    pub rejected: Vec<Reject>,
    pub warnings: Vec<Warning>,
    /// Headers of the file that fill no field.
    #[serde(default)]
    pub unused_columns: Vec<String>,
    /// Headers that the platform's exports have and this file has not.
    #[serde(default)]
    pub missing_columns: Vec<String>,
    /// Headers of our own list that become fields of the seller's own, which this shop has not yet.
    #[serde(default)]
    pub new_fields: Vec<String>,
    /// Headers that were read as one of the platform that is spelled a little otherwise, and that one.
    #[serde(default)]
    pub read_as: Vec<(String, String)>,
    /// Sheets read besides the first, in their order.
    #[serde(default)]
    pub further_sheets: Vec<String>,
    /// Sheets of the workbook that are not read.
    #[serde(default)]
    pub other_sheets: Vec<String>,
    /// Sheets that are hidden, and not read.
    #[serde(default)]
    pub hidden_sheets: Vec<String>,
    /// Words that another encoding would read otherwise, where the encoding is a guess.
    #[serde(default)]
    pub doubtful_words: Vec<String>,
    pub applied: bool,
    pub import_id: Option<i64>,
}

impl FileReport {
    /// How a file is read, before anything of it is counted.
    pub(super) fn empty(source: &Source, platform: &Platform, recognised: &Recognised) -> FileReport {
        FileReport {
            file: source.name.clone(),
            platform: platform.id.clone(),
            encoding: recognised.format.encoding_name().to_owned(),
            delimiter: recognised.format.delimiter().map(String::from),
            header_row: recognised.header_row,
            rows: 0,
            items: 0,
            orders: OrderCounts::default(),
            customers: PeopleCounts::default(),
            orders_without_customer: 0,
            totals: Vec::new(),
            new_totals: Vec::new(),
            rejected: Vec::new(),
            warnings: Vec::new(),
            unused_columns: recognised.unused.clone(),
            missing_columns: recognised.missing.clone(),
            new_fields: Vec::new(),
            read_as: recognised.read_as.clone(),
            further_sheets: recognised.further_sheets.clone(),
            other_sheets: recognised.other_sheets(),
            hidden_sheets: recognised.hidden_sheets.clone(),
            doubtful_words: recognised.doubtful_words.clone(),
            applied: false,
            import_id: None,
        }
    }
}

/// A rejected row with the reason in words.
pub(super) fn reject_row(row: u32, column: Option<String>, value: Option<String>, fault: Fault, suggestion: Option<String>) -> Reject {
    Reject { row, column, value, code: fault, message: fault.advice().to_owned(), suggestion }
}

/// The numbers of a plan while they are counted.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) report: FileReport,
    totals: Sums,
    new_totals: Sums,
    warnings: BTreeMap<Fault, Warning>,
    matched: FxHashSet<i64>,
    still_open: FxHashSet<i64>,
}

/// Paid and refunded by currency.
type Sums = BTreeMap<Currency, (Option<i64>, i64)>;

impl Tally {
    pub(super) fn new(source: &Source, platform: &Platform, recognised: &Recognised) -> Tally {
        Tally {
            report: FileReport::empty(source, platform, recognised),
            totals: Sums::new(),
            new_totals: Sums::new(),
            warnings: BTreeMap::new(),
            matched: FxHashSet::default(),
            still_open: FxHashSet::default(),
        }
    }

    /// Whose order it is.
    pub(super) fn person(&mut self, person: Person) {
        match person {
            Person::Nobody => self.report.orders_without_customer += 1,
            Person::Known(id) => {
                self.matched.insert(id);
            }
            Person::StillOpen(id) => {
                self.still_open.insert(id);
            }
            Person::New(_) | Person::Asked(_) => {}
        }
    }

    /// An order that comes in, or is there already: its items, notices and money.
    pub(super) fn accept(&mut self, draft: &Draft, is_new: bool) -> Result<()> {
        self.report.items += draft.items.len() as u32;
        for notice in &draft.notices {
            self.notice(notice.clone());
        }
        if draft.paid.is_none() && draft.refunded.is_none() {
            return Ok(());
        }
        if draft.paid.is_none() {
            let place = Place { row: draft.rows.first().copied().unwrap_or(0), column: None, value: None };
            self.notice(Problem { fault: Fault::PaidUnknown, place });
        }
        let add = |sums: &mut Sums| -> Result<()> {
            let sum = sums.entry(draft.currency()).or_default();
            if let Some(paid) = draft.paid {
                sum.0 = Some(sum.0.unwrap_or(0).checked_add(paid).ok_or(Error::Overflow)?);
            }
            sum.1 = sum.1.checked_add(draft.refunded.unwrap_or(0)).ok_or(Error::Overflow)?;
            Ok(())
        };
        add(&mut self.totals)?;
        if is_new { add(&mut self.new_totals) } else { Ok(()) }
    }

    pub(super) fn notice(&mut self, problem: Problem) {
        let warning = self.warnings.entry(problem.fault).or_insert_with(|| Warning {
            code: problem.fault,
            count: 0,
            row: problem.place.row,
            column: problem.place.column,
            value: problem.place.value,
            message: problem.fault.advice().to_owned(),
        });
        warning.count += 1;
    }

    pub(super) fn reject(&mut self, reject: Reject) {
        self.report.rejected.push(reject);
    }

    /// The report of a file of so many rows, by which so many people become customers and so many are asked about.
    pub(super) fn finish(self, rows: u32, new_people: u32, questions: u32) -> FileReport {
        let totals = |sums: Sums| -> Vec<Total> {
            sums.into_iter().map(|(currency, (paid, refunded))| Total { currency: currency.to_string(), paid, refunded }).collect()
        };
        let mut report = FileReport {
            rows,
            customers: PeopleCounts {
                new: new_people,
                matched: self.matched.len() as u32,
                to_review: questions + self.still_open.len() as u32,
            },
            totals: totals(self.totals),
            new_totals: totals(self.new_totals),
            warnings: self.warnings.into_values().collect(),
            ..self.report
        };
        report.rejected.sort_by_key(|r| r.row);
        report
    }
}
