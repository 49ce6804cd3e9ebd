//! Rows of a file grouped into orders, every cell typed, every fault named with its place.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::ops::ControlFlow;

use chrono_tz::Tz;
use rustc_hash::{FxHashMap, FxHasher};
use serde::{Deserialize, Serialize};

use super::columns::{Columns, clean};
use super::damage;
use super::platforms::{Field, Platform, Provides, RowsAre, Status};
use super::source::{Format, Source, visit};
use super::tokens::Record;
use crate::error::{Error, Place, Result};
use crate::money::{Currency, DecimalMark, parse_amount};
use crate::task::Task;
use crate::text::{Phone, is_masked};
use crate::time::{BadTime, DateOrder, Seconds, parse_time};

/// Why a row cannot come in, or what was noticed about one that did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// No order number, and no order above that this row could belong to.
    MissingNumber,
    /// A spreadsheet turned the order number into a rounded one.
    DamagedNumber,
    /// Not a time.
    BadTime,
    /// A month, day or hour that does not exist.
    ImpossibleTime,
    /// Day and month could be either.
    AmbiguousTime,
    /// A spreadsheet turned the date into a number and its clock is lost.
    DateAsNumber,
    /// Not an amount.
    BadAmount,
    /// Rows of one order say different sums.
    ConflictingAmounts,
    /// Not a count.
    BadQuantity,
    /// More cells than the header has: a delimiter inside a cell that is not quoted.
    TooManyCells,
    /// Another row of the same order cannot come in, so this one does not either.
    OrderRejected,
    /// The file has this order again with other content; the first was taken.
    RepeatedNumber,
    /// The shop has another order of the same number, placed at another time.
    OtherOrderSameNumber,
    /// A customer without name, phone and account.
    NothingToKeep,
    // Noticed, not refused:
    /// The phone number was rounded by a spreadsheet; it is not used.
    DamagedPhone,
    /// A status word that is not known; kept as text.
    UnknownStatus,
    /// A date that a spreadsheet had turned into a number, read back exactly.
    DateFromNumber,
    /// A damaged order number was recognised by its digits, buyer, time and amount.
    RepairedNumber,
    /// A postcode got its leading zero back.
    RepairedZip,
    /// The seller's own edit was kept against the file.
    HandEditKept,
    /// The file says "refunded" and no sum; the whole sum was taken.
    RefundTakenAsWhole,
    /// No cell names the currency; the platform's usual one was taken.
    CurrencyAssumed,
}

impl Fault {
    /// The stable text of the JSON report.
    pub fn code(self) -> &'static str {
        match self {
            Fault::MissingNumber => "missing_number",
            Fault::DamagedNumber => "damaged_number",
            Fault::BadTime => "bad_time",
            Fault::ImpossibleTime => "impossible_time",
            Fault::AmbiguousTime => "ambiguous_time",
            Fault::DateAsNumber => "date_as_number",
            Fault::BadAmount => "bad_amount",
            Fault::ConflictingAmounts => "conflicting_amounts",
            Fault::BadQuantity => "bad_quantity",
            Fault::TooManyCells => "too_many_cells",
            Fault::OrderRejected => "order_rejected",
            Fault::RepeatedNumber => "repeated_number",
            Fault::OtherOrderSameNumber => "other_order_same_number",
            Fault::NothingToKeep => "nothing_to_keep",
            Fault::DamagedPhone => "damaged_phone",
            Fault::UnknownStatus => "unknown_status",
            Fault::DateFromNumber => "date_from_number",
            Fault::RepairedNumber => "repaired_number",
            Fault::RepairedZip => "repaired_zip",
            Fault::HandEditKept => "hand_edit_kept",
            Fault::RefundTakenAsWhole => "refund_taken_as_whole",
            Fault::CurrencyAssumed => "currency_assumed",
        }
    }

    /// Reads the stored text.
    pub fn parse(code: &str) -> Option<Fault> {
        serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
    }

    /// What happened and what to do, for people at a terminal. The window has its own words.
    pub fn advice(self) -> &'static str {
        match self {
            Fault::MissingNumber => "the row has no order number and follows no order",
            Fault::DamagedNumber => "a spreadsheet rounded this number; import the platform's original file instead of the re-saved one",
            Fault::BadTime => "this is not a date; correct it or leave the row out",
            Fault::ImpossibleTime => "there is no such date; correct it or leave the row out",
            Fault::AmbiguousTime => "day and month could be either; say which comes first",
            Fault::DateAsNumber => "a spreadsheet turned this date into a number and lost its clock; import the original file",
            Fault::BadAmount => "this is not an amount of money; correct it or leave the row out",
            Fault::ConflictingAmounts => "rows of this order say different sums; correct one or leave the order out",
            Fault::BadQuantity => "this is not a number of pieces; correct it or leave the row out",
            Fault::TooManyCells => "the row has more cells than the header; a cell contains an unquoted delimiter",
            Fault::OrderRejected => "another row of this order cannot come in",
            Fault::RepeatedNumber => "the file has this order twice with different content; the first was taken",
            Fault::OtherOrderSameNumber => "the shop has another order of this number; is this file from another shop? name it",
            Fault::NothingToKeep => "the row names nobody",
            Fault::DamagedPhone => "a spreadsheet rounded this phone number; it was left out",
            Fault::UnknownStatus => "this status is not known; it was kept as text",
            Fault::DateFromNumber => "a spreadsheet had turned this date into a number; it was read back",
            Fault::RepairedNumber => "the number was damaged and recognised by its digits, buyer, time and amount",
            Fault::RepairedZip => "the postcode got its leading zero back",
            Fault::HandEditKept => "your own edit was kept",
            Fault::CurrencyAssumed => "the file names no currency; say which if this one is wrong",
            Fault::RefundTakenAsWhole => "the file names no sum for the refund; the whole payment was taken",
        }
    }
}

/// A fault with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Problem {
    /// What.
    pub fault: Fault,
    /// Where.
    pub place: Place,
}

/// One item of an order as a file tells it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ItemDraft {
    /// Title.
    pub title: String,
    /// The seller's own code (SKU).
    pub code: String,
    /// Colour, size…
    pub variant: String,
    /// Pieces, where the file says.
    pub quantity: Option<i64>,
    /// Price of one piece in minor units, where the file says or it divides evenly.
    pub unit_price: Option<i64>,
    /// Refunded for this item.
    pub refunded: Option<i64>,
}

/// One order as a file tells it. Blank text and `None` mean that the file does not say.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)] // the fields are the columns of the orders table
pub struct Draft {
    pub number: String,
    /// Rows of the file, ascending.
    pub rows: Vec<u32>,
    pub shop_name: String,
    pub buyer_id: String,
    pub buyer_name: String,
    pub email: String,
    pub phone: Option<Phone>,
    pub recipient: String,
    pub province: String,
    pub city: String,
    pub district: String,
    pub address: String,
    pub zip: String,
    pub country: String,
    pub status: Option<Status>,
    pub status_text: String,
    pub currency: Option<Currency>,
    pub goods: Option<i64>,
    pub shipping_fee: Option<i64>,
    pub discount: Option<i64>,
    pub paid: Option<i64>,
    pub refunded: Option<i64>,
    pub placed_at: Option<Seconds>,
    pub paid_at: Option<Seconds>,
    pub shipped_at: Option<Seconds>,
    pub completed_at: Option<Seconds>,
    pub courier: String,
    pub tracking: String,
    pub buyer_message: String,
    pub seller_note: String,
    pub items: Vec<ItemDraft>,
    /// The items were read from a summary cell; item rows of another file replace them.
    pub items_are_summary: bool,
    /// Faults; any that is not a mere notice rejects the order.
    pub problems: Vec<Problem>,
    /// What was noticed.
    pub notices: Vec<Problem>,
    // While rows come in:
    pub(super) first_row_has_item: bool,
    pub(super) cancelled: bool,
    pub(super) says_refunded: bool,
    pub(super) is_void: bool,
    pub(super) line_paid: Option<i64>,
    pub(super) line_refunded: Option<i64>,
    pub(super) paid_net: Option<i64>,
    /// What was left after refunds, where the platform says so; 0 means that nothing was adjusted.
    pub(super) adjusted: Option<i64>,
    /// The cell that lists all items, for item rows without titles.
    pub(super) packed: String,
    /// Whether a cell named the currency.
    pub(super) currency_named: bool,
}

impl Draft {
    /// The currency, the platform's where the file names none.
    pub fn currency(&self) -> Currency {
        self.currency.unwrap_or(Currency::CNY)
    }

    fn order_print(&self) -> i64 {
        let mut h = FxHasher::default();
        (
            &self.buyer_id,
            &self.buyer_name,
            &self.email,
            self.phone.as_ref().map(Phone::as_str),
            &self.recipient,
            &self.province,
            &self.city,
        )
            .hash(&mut h);
        (&self.district, &self.address, &self.zip, &self.country, self.status, &self.status_text, self.currency().as_str()).hash(&mut h);
        (self.goods, self.shipping_fee, self.discount, self.paid, self.refunded).hash(&mut h);
        (self.placed_at, self.paid_at, self.shipped_at, self.completed_at).hash(&mut h);
        (&self.courier, &self.tracking, &self.buyer_message, &self.seller_note).hash(&mut h);
        if self.items_are_summary {
            self.items.hash(&mut h);
        }
        h.finish() as i64
    }

    /// Hashes of what the order's own columns and its item rows say, for files of this kind. `None` where the
    /// file does not speak about that part.
    pub fn prints(&self, provides: Provides) -> (Option<i64>, Option<i64>) {
        let items = (!self.items.is_empty() && !self.items_are_summary).then(|| {
            let mut h = FxHasher::default();
            self.items.hash(&mut h);
            if provides == Provides::Items {
                self.order_print().hash(&mut h);
            }
            h.finish() as i64
        });
        match provides {
            Provides::Items => (None, items),
            _ => (Some(self.order_print()), items),
        }
    }

    /// The rows as text: `2-4,9`.
    pub fn rows_text(&self) -> String {
        let mut text = String::new();
        let mut runs = self.rows.iter().copied().peekable();
        while let Some(first) = runs.next() {
            let mut last = first;
            while runs.peek() == Some(&(last + 1)) {
                last = runs.next().unwrap_or(last);
            }
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(&first.to_string());
            if last > first {
                text.push('-');
                text.push_str(&last.to_string());
            }
        }
        text
    }
}

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
    /// Zone of times without an offset.
    pub zone: Tz,
    /// Day or month first, where the dates need it.
    pub date_order: Option<DateOrder>,
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
/// apart are put together.
///
/// # Errors
/// Those of [`visit`] and of `each`.
pub fn read_orders(
    source: &Source,
    reading: &Reading,
    survey: &Survey,
    task: &Task,
    mut each: impl FnMut(Draft) -> Result<()>,
) -> Result<Pass> {
    let mut reader = Reader::new(reading);
    reader.rounded = survey.rounded;
    let mut group = Group { reader, open: None, waiting: FxHashMap::default(), counts: survey.counts.as_ref(), each: &mut each };
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

/// [`read_orders`] on a thread of its own, a few hundred orders ahead of `each`, which runs on this one: reading
/// and looking up take about the same time.
///
/// # Errors
/// As [`read_orders`].
pub fn read_ahead(
    source: &Source,
    reading: &Reading,
    survey: &Survey,
    task: &Task,
    mut each: impl FnMut(Draft) -> Result<()>,
) -> Result<Pass> {
    const BATCH: usize = 256;
    std::thread::scope(|scope| {
        let (drafts, incoming) = std::sync::mpsc::sync_channel::<Vec<Draft>>(4);
        let reader = scope.spawn(move || {
            let mut batch = Vec::with_capacity(BATCH);
            let pass = read_orders(source, reading, survey, task, |draft| {
                batch.push(draft);
                if batch.len() == BATCH {
                    // The other side is gone only when it failed; its error is the one that counts.
                    drafts.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH))).map_err(|_| Error::Cancelled)?;
                }
                Ok(())
            })?;
            drafts.send(batch).map_err(|_| Error::Cancelled)?;
            Ok::<_, Error>(pass)
        });
        let taken = incoming.iter().try_for_each(|batch| batch.into_iter().try_for_each(&mut each));
        drop(incoming);
        let pass = reader.join().map_err(|_| Error::FileChanged(source.name.clone()))?;
        taken.and(pass)
    })
}

/// Visits the data records: after the header, without padding and footers, with the seller's corrections.
pub(super) fn visit_data(source: &Source, reading: &Reading, task: &Task, mut each: impl FnMut(&Record) -> Result<()>) -> Result<[u8; 32]> {
    let fixed_rows: std::collections::HashSet<u32> = reading.fixes.keys().map(|(row, _)| *row).collect();
    let mut fixed = Record::default();
    let digest = visit(source, &reading.format, task, |record| {
        if record.row <= reading.header_row || record.is_blank() || is_footer(record, reading) {
            return Ok(ControlFlow::Continue(()));
        }
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

struct Group<'a, F: FnMut(Draft) -> Result<()>> {
    reader: Reader<'a>,
    open: Option<Draft>,
    waiting: FxHashMap<String, Draft>,
    counts: Option<&'a RowCounts>,
    each: &'a mut F,
}

impl<F: FnMut(Draft) -> Result<()>> Group<'_, F> {
    fn take(&mut self, record: &Record) -> Result<()> {
        let number = self.reader.number(record);
        let continues = match &self.open {
            Some(open) => open.number == number && !number.is_empty() || number.is_empty() && self.reader.reading.platform.continuation,
            None => false,
        };
        if !continues {
            self.close()?;
            let waiting = self.waiting.remove(number);
            self.open = Some(waiting.unwrap_or_else(|| Draft { number: number.to_owned(), ..Draft::default() }));
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
        (self.each)(self.reader.finish(draft))
    }

    fn finish(mut self) -> Result<()> {
        self.close()?;
        let mut rest: Vec<Draft> = self.waiting.drain().map(|(_, draft)| draft).collect();
        rest.sort_by_key(|d| d.rows.first().copied());
        for draft in rest {
            (self.each)(self.reader.finish(draft))?;
        }
        Ok(())
    }
}

/// Types the cells of a row.
pub(super) struct Reader<'a> {
    reading: &'a Reading,
    default_currency: Currency,
    statuses: FxHashMap<String, (Status, bool)>,
    rounded: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(reading: &'a Reading) -> Self {
        let default_currency = Currency::parse(&reading.platform.currency).unwrap_or(Currency::CNY);
        Reader { reading, default_currency, statuses: FxHashMap::default(), rounded: false }
    }

    fn number<'r>(&self, record: &'r Record) -> &'r str {
        let text = self.reading.columns.text(record, Field::Number);
        // A number cell that a workbook typed as a number may read 1001.0.
        match text.strip_suffix(".0") {
            Some(whole) if whole.bytes().all(|b| b.is_ascii_digit()) => whole,
            _ => text,
        }
    }

    fn absorb(&mut self, draft: &mut Draft, record: &Record) {
        let first = draft.rows.is_empty();
        draft.rows.push(record.row);
        let columns = &self.reading.columns;
        let width = columns.header.len();
        if record.len() > width && record.cells().skip(width).any(|c| clean(c).is_some()) {
            draft.problems.push(problem(Fault::TooManyCells, record, None, None));
            return;
        }
        if first {
            self.check_number(draft, record);
        }
        self.absorb_order(draft, record, first);
        self.absorb_items(draft, record, first);
    }

    fn check_number(&self, draft: &mut Draft, record: &Record) {
        let column = self.reading.columns.of(Field::Number).first().copied();
        if draft.number.is_empty() {
            draft.problems.push(self.problem_in(Fault::MissingNumber, record, column, ""));
        } else if self.is_damaged(draft, record, column) {
            let value = draft.number.clone();
            draft.problems.push(self.problem_in(Fault::DamagedNumber, record, column, &value));
        }
    }

    /// Whether the order number was damaged. A number the seller typed in the preview is as it is.
    fn is_damaged(&self, draft: &Draft, record: &Record, column: Option<usize>) -> bool {
        let typed = column.is_some_and(|c| self.reading.fixes.contains_key(&(record.row, c as u32)));
        match damage::of_number(&draft.number) {
            Some(damage::Damage::Scientific) => true,
            Some(damage::Damage::Rounded) => self.rounded && !typed,
            None => false,
        }
    }

    /// What concerns the order: the first row that says something counts, later rows fill what is blank.
    fn absorb_order(&mut self, draft: &mut Draft, record: &Record, first: bool) {
        let columns = &self.reading.columns;
        let fill = |target: &mut String, field: Field| {
            if target.is_empty() {
                target.push_str(columns.text(record, field));
            }
        };
        fill(&mut draft.shop_name, Field::ShopName);
        fill(&mut draft.buyer_id, Field::BuyerId);
        fill(&mut draft.buyer_name, Field::BuyerName);
        fill(&mut draft.email, Field::Email);
        fill(&mut draft.recipient, Field::Recipient);
        if draft.recipient.is_empty() {
            draft.recipient = joined_name(columns.text(record, Field::FirstName), columns.text(record, Field::LastName));
        }
        fill(&mut draft.province, Field::Province);
        fill(&mut draft.city, Field::City);
        fill(&mut draft.district, Field::District);
        fill(&mut draft.zip, Field::Zip);
        fill(&mut draft.country, Field::Country);
        fill(&mut draft.buyer_message, Field::BuyerMessage);
        fill(&mut draft.seller_note, Field::SellerNote);
        fill(&mut draft.tracking, Field::Tracking);
        fill(&mut draft.courier, Field::Courier);
        if draft.address.is_empty() {
            for field in [Field::Street, Field::Address, Field::AddressTwo, Field::AddressThree] {
                let part = columns.text(record, field);
                if !part.is_empty() && draft.address != part {
                    if !draft.address.is_empty() && !crate::regions::is_cjk(&draft.address) {
                        draft.address.push(' ');
                    }
                    draft.address.push_str(part);
                }
            }
        }
        if draft.phone.is_none() {
            for field in [Field::Phone, Field::Telephone] {
                if let Some((column, text)) = columns.cell(record, field) {
                    if damage::is_scientific(text) {
                        draft.notices.push(self.problem_in(Fault::DamagedPhone, record, Some(column), text));
                    } else if draft.phone.is_none() {
                        draft.phone = Phone::parse(text.strip_suffix(".0").unwrap_or(text));
                    }
                }
            }
        }
        self.absorb_status(draft, record);
        self.absorb_times(draft, record);
        self.absorb_money(draft, record, first);
    }

    fn absorb_status(&mut self, draft: &mut Draft, record: &Record) {
        let columns = &self.reading.columns;
        for field in [Field::Status, Field::StatusTwo] {
            let Some((column, text)) = columns.cell(record, field) else { continue };
            let platform = &self.reading.platform;
            let (status, refunded) = match self.statuses.get(text) {
                Some(known) => *known,
                None => {
                    let known = (platform.status_of(text), platform.says_refunded(text));
                    self.statuses.insert(text.to_owned(), known);
                    known
                }
            };
            draft.says_refunded |= refunded;
            if field == Field::Status {
                if draft.status_text.is_empty() {
                    draft.status_text.push_str(text);
                    draft.status = Some(status);
                    draft.is_void = platform.says_void(text);
                    if status == Status::Unknown && !refunded {
                        draft.notices.push(self.problem_in(Fault::UnknownStatus, record, Some(column), text));
                    }
                }
            } else if status != Status::Unknown {
                // A second status only says more: paid → shipped, never back; closed only beside no first one.
                let more = match draft.status {
                    None | Some(Status::Unknown) => true,
                    Some(Status::Closed) => false,
                    Some(known) => status > known && status != Status::Closed,
                };
                if more {
                    draft.status = Some(status);
                }
            }
        }
    }

    fn absorb_times(&self, draft: &mut Draft, record: &Record) {
        for (field, slot) in
            [(Field::PlacedAt, 0), (Field::PaidAt, 1), (Field::ShippedAt, 2), (Field::CompletedAt, 3), (Field::CancelledAt, 4)]
        {
            let target = match slot {
                0 => draft.placed_at,
                1 => draft.paid_at,
                2 => draft.shipped_at,
                3 => draft.completed_at,
                _ => None,
            };
            if target.is_some() {
                continue;
            }
            let Some((column, text)) = self.reading.columns.cell(record, field) else { continue };
            let time = match parse_time(text, self.reading.zone, self.reading.date_order) {
                Ok(time) => time,
                Err(BadTime::SpreadsheetSerial) => match exact_serial(text, self.reading.zone) {
                    Some(time) => {
                        draft.notices.push(self.problem_in(Fault::DateFromNumber, record, Some(column), text));
                        time
                    }
                    None => {
                        draft.problems.push(self.problem_in(Fault::DateAsNumber, record, Some(column), text));
                        continue;
                    }
                },
                Err(bad) => {
                    let fault = match bad {
                        BadTime::Impossible => Fault::ImpossibleTime,
                        BadTime::Ambiguous => Fault::AmbiguousTime,
                        _ => Fault::BadTime,
                    };
                    draft.problems.push(self.problem_in(fault, record, Some(column), text));
                    continue;
                }
            };
            match slot {
                0 => draft.placed_at = Some(time),
                1 => draft.paid_at = Some(time),
                2 => draft.shipped_at = Some(time),
                3 => draft.completed_at = Some(time),
                _ => draft.cancelled = true,
            }
        }
    }

    fn absorb_money(&self, draft: &mut Draft, record: &Record, first: bool) {
        let columns = &self.reading.columns;
        if draft.currency.is_none() {
            draft.currency = columns.cell(record, Field::Currency).and_then(|(_, text)| Currency::parse(text));
            draft.currency_named = draft.currency.is_some();
        }
        let once = [Field::Goods, Field::ShippingFee, Field::Discount, Field::PaidNet, Field::Refunded];
        for field in once {
            let missing = match field {
                Field::Goods => draft.goods.is_none(),
                Field::ShippingFee => draft.shipping_fee.is_none(),
                Field::Discount => draft.discount.is_none(),
                Field::PaidNet => draft.paid_net.is_none(),
                _ => draft.refunded.is_none(),
            };
            if !missing {
                continue;
            }
            let amount = self.amount(draft, record, field);
            match field {
                Field::Goods => draft.goods = amount,
                Field::ShippingFee => draft.shipping_fee = amount,
                Field::Discount => draft.discount = amount.map(i64::abs),
                Field::PaidNet => draft.paid_net = amount,
                _ => draft.refunded = amount.map(i64::abs),
            }
        }
        if let Some(paid) = self.amount(draft, record, Field::Paid) {
            match draft.paid {
                None => {
                    draft.paid = Some(paid);
                }
                // A row of its own for the whole order stands above its items: their sums are parts of it.
                Some(known) if known != paid && !first && (draft.first_row_has_item || self.reading.platform.rows == RowsAre::Orders) => {
                    let column = columns.cell(record, Field::Paid);
                    let (column, text) = column.map_or((None, ""), |(c, t)| (Some(c), t));
                    draft.problems.push(self.problem_in(Fault::ConflictingAmounts, record, column, text));
                }
                Some(_) => {}
            }
        }
        if draft.adjusted.is_none() {
            draft.adjusted = self.amount(draft, record, Field::PaidAdjusted);
        }
        let add = |sum: Option<i64>, more: Option<i64>| match (sum, more) {
            (Some(a), Some(b)) => a.checked_add(b),
            (a, b) => a.or(b),
        };
        let paid = self.amount(draft, record, Field::LinePaid);
        draft.line_paid = add(draft.line_paid, paid);
        let refunded = match columns.text(record, Field::LineStatus) {
            status if self.reading.platform.says_refunded(status) => paid,
            _ => self.amount(draft, record, Field::LineRefunded).map(i64::abs),
        };
        draft.line_refunded = add(draft.line_refunded, refunded);
    }

    /// An amount of a field in this row, or the sum of its columns; a cell that is none is a problem.
    fn amount(&self, draft: &mut Draft, record: &Record, field: Field) -> Option<i64> {
        let columns = &self.reading.columns;
        if columns.is_sum(field) {
            let mut sum: Option<i64> = None;
            for &column in columns.of(field) {
                if let Some(text) = clean(record.get(column)) {
                    let minor = self.read_amount(draft, record, column, text)?;
                    sum = Some(sum.unwrap_or(0).checked_add(minor)?);
                }
            }
            return sum;
        }
        let (column, text) = columns.cell(record, field)?;
        self.read_amount(draft, record, column, text)
    }

    fn read_amount(&self, draft: &mut Draft, record: &Record, column: usize, text: &str) -> Option<i64> {
        let currency = draft.currency.unwrap_or(self.default_currency);
        if let Some(minor) = plain_amount(text, currency, self.reading.platform.decimal) {
            return Some(minor);
        }
        match parse_amount(text, currency, self.reading.platform.decimal).filter(|a| a.minor.abs() < MOST_MONEY) {
            Some(amount) => {
                if draft.currency.is_none() {
                    draft.currency = amount.currency;
                    draft.currency_named = amount.currency.is_some();
                }
                Some(amount.minor)
            }
            None => {
                draft.problems.push(self.problem_in(Fault::BadAmount, record, Some(column), text));
                None
            }
        }
    }

    fn absorb_items(&self, draft: &mut Draft, record: &Record, first: bool) {
        let columns = &self.reading.columns;
        let title = columns.text(record, Field::Title);
        let code = columns.text(record, Field::Code);
        if title.is_empty() && code.is_empty() {
            if first && draft.items.is_empty() {
                self.summary_items(draft, record);
            }
            return;
        }
        if first {
            draft.first_row_has_item = true;
            draft.packed.push_str(columns.text(record, Field::Packed));
        }
        let variant = columns.text(record, Field::Variant);
        if self.packed_rows(draft, record, title, code, variant) {
            return;
        }
        let quantity = match columns.cell(record, Field::Quantity) {
            None => None,
            Some((column, text)) => match parse_quantity(text) {
                Some(quantity) => Some(quantity),
                None => {
                    draft.problems.push(self.problem_in(Fault::BadQuantity, record, Some(column), text));
                    None
                }
            },
        };
        let mut unit_price = self.amount(draft, record, Field::UnitPrice);
        if unit_price.is_none() {
            let total = self.amount(draft, record, Field::LineTotal);
            unit_price = match (total, quantity) {
                (Some(total), Some(quantity)) if quantity > 0 && total % quantity == 0 => Some(total / quantity),
                _ => None,
            };
        }
        let refunded = self.amount(draft, record, Field::LineRefunded).map(i64::abs);
        let mut item = ItemDraft {
            title: if title.is_empty() { code } else { title }.to_owned(),
            code: code.to_owned(),
            variant: variant.to_owned(),
            quantity,
            unit_price,
            refunded,
        };
        self.split_model(&mut item);
        draft.items.push(item);
        draft.items_are_summary = false;
    }

    /// Several items in the cells of one row, told apart by the same separator in title and quantity.
    fn packed_rows(&self, draft: &mut Draft, record: &Record, title: &str, code: &str, variant: &str) -> bool {
        let Some((_, quantities)) = self.reading.columns.cell(record, Field::Quantity) else { return false };
        for separator in ['\n', ';', '；', '|'] {
            if !title.contains(separator) {
                continue;
            }
            let split = |text: &str| -> Vec<String> { text.split(separator).map(|p| p.trim().to_owned()).collect() };
            let titles = split(title);
            let counts = split(quantities);
            let each_counted = counts.len() == titles.len() && counts.iter().all(|c| parse_quantity(c).is_some());
            let pieces = parse_quantity(quantities);
            if titles.iter().any(String::is_empty) || !each_counted && pieces.is_none_or(|n| n < titles.len() as i64) {
                continue;
            }
            let codes = split(code);
            let variants = split(variant);
            let prices = split(self.reading.columns.text(record, Field::UnitPrice));
            let currency = draft.currency.unwrap_or(self.default_currency);
            for (index, title) in titles.iter().enumerate() {
                let part = |parts: &[String]| if parts.len() == titles.len() { parts[index].clone() } else { String::new() };
                draft.items.push(ItemDraft {
                    title: title.clone(),
                    code: part(&codes),
                    variant: part(&variants),
                    quantity: if each_counted {
                        parse_quantity(&counts[index])
                    } else {
                        (pieces == Some(titles.len() as i64)).then_some(1)
                    },
                    unit_price: parse_amount(&part(&prices), currency, self.reading.platform.decimal).map(|a| a.minor),
                    refunded: None,
                });
            }
            draft.items.iter_mut().for_each(|item| self.split_model(item));
            return true;
        }
        false
    }

    /// `名称(型号)(件数)`: takes the count and the model off the end of a title, for platforms that write them there.
    fn split_model(&self, item: &mut ItemDraft) {
        if !self.reading.platform.model_in_title || self.reading.columns.has(Field::Variant) {
            return;
        }
        if let Some((name, count)) = last_bracket(&item.title)
            && item.quantity.is_some()
            && parse_quantity(count) == item.quantity
        {
            item.title = name.to_owned();
        }
        if let Some((name, model)) = last_bracket(&item.title) {
            (item.title, item.variant) = (name.to_owned(), model.to_owned());
        }
    }

    /// Items from a cell that lists them all.
    fn summary_items(&self, draft: &mut Draft, record: &Record) {
        let columns = &self.reading.columns;
        let packed = columns.text(record, Field::Packed);
        if !packed.is_empty() {
            draft.items = unpack(packed);
            draft.items_are_summary = !draft.items.is_empty();
            return;
        }
        let titles = columns.text(record, Field::Titles);
        if titles.is_empty() {
            return;
        }
        let kinds = parse_quantity(columns.text(record, Field::Kinds));
        let pieces = parse_quantity(columns.text(record, Field::Pieces));
        draft.items = split_titles(titles, kinds, pieces);
        draft.items_are_summary = !draft.items.is_empty();
    }

    /// Settles what depends on all rows of the order.
    fn finish(&mut self, mut draft: Draft) -> Draft {
        let has_paid_time = self.reading.columns.has(Field::PaidAt);
        if draft.currency.is_none() {
            draft.currency = Some(self.default_currency);
        }
        if !draft.currency_named && self.reading.platform.currency_assumed && draft.paid.or(draft.line_paid).is_some() {
            let place =
                Place { row: draft.rows.first().copied().unwrap_or(0), column: None, value: Some(self.default_currency.to_string()) };
            draft.notices.push(Problem { fault: Fault::CurrencyAssumed, place });
        }
        self.title_items(&mut draft);
        if draft.cancelled && draft.status != Some(Status::Completed) {
            draft.status = Some(Status::Closed);
        }
        if draft.status_text.is_empty() && draft.status.is_none() && self.reading.platform.provides == Provides::Orders {
            draft.status = Some(inferred_status(&draft));
        }
        let adjusted = draft.paid.zip(draft.adjusted.filter(|a| *a > 0)).map(|(paid, left)| paid - left).filter(|r| *r > 0);
        let refunded = draft.refunded.or(draft.line_refunded).or(adjusted);
        let gross = draft.paid.or(draft.line_paid).or_else(|| draft.paid_net.and_then(|net| net.checked_add(refunded.unwrap_or(0))));
        draft.refunded = refunded;
        draft.paid = gross.map(|amount| if was_paid(&draft, has_paid_time) { amount } else { 0 });
        if draft.says_refunded
            && self.reading.platform.refund_is_whole
            && draft.refunded.unwrap_or(0) == 0
            && let Some(paid) = draft.paid.filter(|p| *p > 0)
        {
            draft.refunded = Some(paid);
            let place = Place { row: draft.rows.first().copied().unwrap_or(0), column: None, value: Some(draft.status_text.clone()) };
            draft.notices.push(Problem { fault: Fault::RefundTakenAsWhole, place });
        }
        if draft.placed_at.is_none() && self.reading.platform.number_has_date {
            draft.placed_at = date_in_number(&draft.number, self.reading.zone).or(draft.paid_at);
        }
        if draft.placed_at.is_none() {
            draft.placed_at = draft.paid_at;
        }
        crate::regions::complete(&mut draft.province, &mut draft.city, &mut draft.district, &mut draft.address, &mut draft.zip);
        if let Some(zip) = damage::restored_zip(&draft.zip, &draft.country) {
            let place = Place { row: draft.rows.first().copied().unwrap_or(0), column: None, value: Some(draft.zip.clone()) };
            draft.notices.push(Problem { fault: Fault::RepairedZip, place });
            draft.zip = zip;
        }
        if is_masked(&draft.buyer_id) {
            draft.buyer_id.clear();
        }
        if is_masked(&draft.email) || !draft.email.contains('@') {
            draft.email.clear();
        }
        draft.email = draft.email.to_lowercase();
        draft
    }

    /// Item rows that have only codes get their titles from the cell that lists all items of the order.
    fn title_items(&self, draft: &mut Draft) {
        if draft.packed.is_empty() || draft.items.iter().any(|i| i.title != i.code) {
            return;
        }
        let listed = unpack(&draft.packed);
        if listed.len() == draft.items.len() {
            for (item, listed) in draft.items.iter_mut().zip(listed) {
                item.title = listed.title;
            }
        }
    }

    fn problem_in(&self, fault: Fault, record: &Record, column: Option<usize>, value: &str) -> Problem {
        problem(fault, record, column.and_then(|c| self.reading.columns.header_of(c)), (!value.is_empty()).then_some(value))
    }
}

fn problem(fault: Fault, record: &Record, column: Option<String>, value: Option<&str>) -> Problem {
    const SHOWN: usize = 120;
    let value = value.map(|v| v.chars().take(SHOWN).collect());
    Problem { fault, place: Place { row: record.row, column, value } }
}

/// Given and family name in the order of their language.
pub(super) fn joined_name(first: &str, last: &str) -> String {
    match (first, last) {
        ("", name) | (name, "") => name.to_owned(),
        (first, last) if crate::regions::is_cjk(last) => format!("{last}{first}"),
        (first, last) => format!("{first} {last}"),
    }
}

/// Whether money ever came in for this order.
fn was_paid(draft: &Draft, has_paid_time: bool) -> bool {
    if draft.is_void {
        return false;
    }
    if draft.paid_at.is_some() || draft.refunded.unwrap_or(0) > 0 {
        return true;
    }
    match draft.status {
        Some(Status::Paid | Status::Shipped | Status::Completed) => true,
        Some(Status::Unpaid) => false,
        // Closed: cancelled before payment, unless the words say that money went back.
        Some(Status::Closed) => draft.says_refunded,
        Some(Status::Unknown) | None => draft.says_refunded || !has_paid_time,
    }
}

/// For files without any status: what their times tell.
fn inferred_status(draft: &Draft) -> Status {
    if draft.completed_at.is_some() {
        Status::Completed
    } else if draft.shipped_at.is_some() || !draft.tracking.is_empty() {
        Status::Shipped
    } else if draft.paid_at.is_some() {
        Status::Paid
    } else {
        Status::Unknown
    }
}

/// Ten million millions of a main unit: no order costs that, and sums of many orders below it fit everywhere.
const MOST_MONEY: i64 = 1_000_000_000_000_000;

/// The commonest form of an amount, without looking for currencies.
fn plain_amount(text: &str, currency: Currency, mark: DecimalMark) -> Option<i64> {
    let bytes = text.as_bytes();
    if mark != DecimalMark::Point || bytes.is_empty() || bytes.len() > 15 || currency.exponent() != 2 {
        return None;
    }
    let (whole, fraction) = match bytes.iter().position(|b| *b == b'.') {
        Some(point) => (&bytes[..point], &bytes[point + 1..]),
        None => (bytes, &bytes[..0]),
    };
    if whole.is_empty() || fraction.len() > 2 {
        return None;
    }
    let digits = |part: &[u8]| part.iter().try_fold(0i64, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')));
    let cents = digits(fraction)? * if fraction.len() == 1 { 10 } else { 1 };
    Some(digits(whole)? * 100 + cents)
}

/// Pieces: `2`, `2.0`, `2件`, `x2`.
pub fn parse_quantity(text: &str) -> Option<i64> {
    let text =
        text.trim().trim_start_matches(['x', 'X', '×', '*']).trim_end_matches(['件', '个', '個', '份', '只', '套', '瓶', '盒']).trim();
    let whole = match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|b| b == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    if whole.is_empty() || whole.len() > 9 || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    whole.parse().ok()
}

/// A spreadsheet's day number that still tells the clock: with five decimals or more (0.9 s), or with fewer that
/// fall on a whole minute, as an unrounded `46118.5` does.
fn exact_serial(text: &str, zone: Tz) -> Option<Seconds> {
    let (days, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.is_empty() || fraction.len() > 15 {
        return None;
    }
    let days: i64 = days.parse().ok()?;
    let scale = 10i128.pow(fraction.len() as u32);
    let seconds = (fraction.parse::<i128>().ok()? * 86_400 + scale / 2) / scale;
    if fraction.len() < 5 && seconds % 60 != 0 {
        return None;
    }
    let start = chrono::NaiveDate::from_ymd_opt(1899, 12, 30)?;
    let local = start.checked_add_days(chrono::Days::new(days as u64))?.and_hms_opt(0, 0, 0)? + chrono::TimeDelta::seconds(seconds as i64);
    parse_time(&local.format("%Y-%m-%d %H:%M:%S").to_string(), zone, None).ok()
}

/// `260301-123456789012345` was placed on 2026-03-01.
fn date_in_number(number: &str, zone: Tz) -> Option<Seconds> {
    let (date, rest) = number.split_once('-')?;
    if date.len() != 6 || rest.len() < 6 {
        return None;
    }
    parse_time(&format!("20{date}"), zone, None).ok()
}

/// `名称 型号 [数量:1] 名称2 [数量:2]`
fn unpack(text: &str) -> Vec<ItemDraft> {
    let mut items = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("[数量:").or_else(|| rest.find("[数量：")) {
        let title = rest[..open].trim().trim_matches([',', '，', ';', '；']).trim();
        let after = &rest[open..];
        let Some(close) = after.find(']') else { break };
        let count = after[..close].rsplit([':', '：']).next().and_then(parse_quantity);
        if !title.is_empty() {
            items.push(ItemDraft { title: title.to_owned(), quantity: count, ..ItemDraft::default() });
        }
        rest = &after[close + 1..];
    }
    items
}

/// A title and the content of the bracket it ends with; brackets inside that one are its own.
fn last_bracket(title: &str) -> Option<(&str, &str)> {
    let inner = title.strip_suffix([')', '）'])?;
    let mut depth = 1;
    for (at, c) in inner.char_indices().rev() {
        match c {
            ')' | '）' => depth += 1,
            '(' | '（' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let name = inner[..at].trim_end();
            return (!name.is_empty()).then(|| (name, &inner[at + c.len_utf8()..]));
        }
    }
    None
}

/// Titles of a summary cell. They are only taken apart where the file says how many there are and exactly that
/// many parts come out.
fn split_titles(titles: &str, kinds: Option<i64>, pieces: Option<i64>) -> Vec<ItemDraft> {
    let item = |title: &str, quantity| ItemDraft { title: title.trim().to_owned(), quantity, ..ItemDraft::default() };
    match kinds {
        Some(1) | None => vec![item(titles, pieces.filter(|_| kinds == Some(1)))],
        Some(kinds) => {
            let each = (pieces == Some(kinds)).then_some(1);
            for separator in ["，", ",", ";", "；", "\n", "、"] {
                let parts: Vec<&str> = titles.split(separator).filter(|p| !p.trim().is_empty()).collect();
                if parts.len() as i64 == kinds {
                    return parts.into_iter().map(|p| item(p, each)).collect();
                }
            }
            vec![item(titles, None)]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_written_as_ranges() {
        let rows = |rows: &[u32]| Draft { rows: rows.to_vec(), ..Draft::default() }.rows_text();
        assert_eq!(rows(&[2]), "2");
        assert_eq!(rows(&[2, 3, 4, 9]), "2-4,9");
    }

    #[test]
    fn titles_are_taken_apart_only_when_the_count_agrees() {
        let titles = |text, kinds, pieces| split_titles(text, kinds, pieces).into_iter().map(|i| (i.title, i.quantity)).collect::<Vec<_>>();
        assert_eq!(
            titles("日式\"雪平锅\",不锈钢，三德刀 VG10", Some(2), Some(3)),
            vec![("日式\"雪平锅\",不锈钢".into(), None), ("三德刀 VG10".into(), None)]
        );
        assert_eq!(titles("a，b", Some(2), Some(2)), vec![("a".into(), Some(1)), ("b".into(), Some(1))]);
        assert_eq!(titles("陶瓷杯", Some(1), Some(3)), vec![("陶瓷杯".into(), Some(3))]);
        assert_eq!(titles("a，b，c", Some(2), None), vec![("a，b，c".into(), None)]);
    }

    #[test]
    fn items_in_one_cell_are_told_apart_by_their_counts() {
        let items = unpack("雪平锅 颜色：20厘米 [数量:1] 三德刀 VG10  [数量:2]");
        assert_eq!(
            items.iter().map(|i| (i.title.as_str(), i.quantity)).collect::<Vec<_>>(),
            vec![("雪平锅 颜色：20厘米", Some(1)), ("三德刀 VG10", Some(2))]
        );
    }

    #[test]
    fn the_short_way_to_read_money_agrees_with_the_long_one() {
        for text in ["429.0", "88.50", "0", "1433.66", "12", "0.05", "100.", "1,000.00", "-3", "9.999"] {
            if let Some(minor) = plain_amount(text, Currency::CNY, DecimalMark::Point) {
                assert_eq!(parse_amount(text, Currency::CNY, DecimalMark::Point).map(|a| a.minor), Some(minor), "{text}");
            }
        }
        assert_eq!(plain_amount("88.5", Currency::CNY, DecimalMark::Point), Some(8850));
    }

    #[test]
    fn a_day_number_with_its_clock_is_read_back() {
        // 2026-03-01 00:42:32 is day 46082 and 2552 seconds.
        let at = exact_serial("46082.029537037", chrono_tz::Asia::Shanghai).unwrap();
        assert_eq!(crate::time::format_local(at, chrono_tz::Asia::Shanghai), "2026-03-01 00:42:32");
        assert_eq!(exact_serial("46082.03", chrono_tz::Asia::Shanghai), None);
        let noon = exact_serial("46118.5", chrono_tz::Asia::Shanghai).unwrap();
        assert_eq!(crate::time::format_local(noon, chrono_tz::Asia::Shanghai), "2026-04-06 12:00:00");
    }
}
