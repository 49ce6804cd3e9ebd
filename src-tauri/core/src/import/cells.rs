//! Types the cells of a row: what concerns the order, its times and its money. A cell that cannot be read is a
//! problem with its place; nothing becomes 0 or blank in silence.

use chrono_tz::Tz;
use rustc_hash::FxHashMap;

use super::amounts::RowMoney;
use super::columns::clean;
use super::damage;
use super::draft::Draft;
use super::fault::{Fault, Problem};
use super::one_cell::{self, OneCell};
use super::parts::Part;
use super::platforms::{Field, RowsAre, Status};
use super::reading::Reading;
use super::tokens::Record;
use crate::error::Place;
use crate::money::Currency;
use crate::phone::Phone;
use crate::time::{BadTime, Seconds, is_no_date, parse_time};

/// Types the cells of a row.
pub(super) struct Reader<'a> {
    pub(super) reading: &'a Reading,
    pub(super) default_currency: Currency,
    /// Status words of the file that were looked up, and where in `words` what they mean is.
    statuses: FxHashMap<String, u16>,
    pub(super) words: Vec<StatusWord>,
    pub(super) rounded: bool,
}

/// A status text of a file and what it means.
pub(super) struct StatusWord {
    pub(super) text: String,
    pub(super) status: Status,
    /// It says that money went back.
    pub(super) refunded: bool,
    /// It says that the order never counted.
    pub(super) void: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(reading: &'a Reading) -> Self {
        let default_currency = Currency::parse(&reading.platform.currency).unwrap_or(Currency::CNY);
        Reader { reading, default_currency, statuses: FxHashMap::default(), words: Vec::new(), rounded: false }
    }

    pub(super) fn number<'r>(&self, record: &'r Record) -> &'r str {
        let text = self.reading.columns.text(record, Field::Number);
        // A number cell that a workbook typed as a number may read 1001.0.
        match text.strip_suffix(".0") {
            Some(whole) if whole.bytes().all(|b| b.is_ascii_digit()) => whole,
            _ => text,
        }
    }

    pub(super) fn absorb(&mut self, draft: &mut Draft, record: &Record) {
        let first = draft.rows.is_empty();
        draft.rows.push(record.row);
        draft.bytes += record.bytes();
        let columns = &self.reading.columns;
        let width = columns.header.len();
        if record.len() > width && record.cells().skip(width).any(|c| clean(c).is_some()) {
            draft.problems.push(problem(Fault::TooManyCells, record, None, None));
            return;
        }
        if matches!(one_cell::look(record, &self.reading.format, width), OneCell::Broken) {
            let text: String = record.cells().filter_map(clean).collect();
            draft.problems.push(problem(Fault::RowInOneCell, record, columns.header_of(0), Some(&text)));
            return;
        }
        if record.is_damaged {
            draft.notices.push(problem(Fault::BrokenCharacters, record, None, None));
        }
        if first {
            self.check_number(draft, record);
        }
        let (status, money) = self.absorb_order(draft, record, first);
        let goods = self.absorb_items(draft, record, first, money);
        if self.reading.platform.rows == RowsAre::Items {
            let has_paid_time = self.reading.columns.cell(record, Field::PaidAt).is_some();
            draft.parts.push(Part { status, paid: money.paid.or(goods), refunded: money.refunded, has_paid_time });
        }
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
    fn absorb_order(&mut self, draft: &mut Draft, record: &Record, first: bool) -> (Option<u16>, RowMoney) {
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
        if draft.recipient.is_empty() && (columns.has(Field::FirstName) || columns.has(Field::LastName)) {
            draft.recipient = joined_name(columns.text(record, Field::FirstName), columns.text(record, Field::LastName));
        }
        fill(&mut draft.province, Field::Province);
        fill(&mut draft.city, Field::City);
        fill(&mut draft.district, Field::District);
        fill(&mut draft.zip, Field::Zip);
        fill(&mut draft.country, Field::Country);
        fill(&mut draft.buyer_message, Field::BuyerMessage);
        fill(&mut draft.seller_note, Field::SellerNote);
        if draft.tracking.is_empty() {
            draft.tracking.push_str(without_no(columns.text(record, Field::Tracking)));
        }
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
                        draft.phone = Phone::parse_in(text.strip_suffix(".0").unwrap_or(text), &draft.country);
                    }
                }
            }
        }
        let status = self.absorb_status(draft, record);
        self.absorb_times(draft, record);
        (status, self.absorb_money(draft, record, first))
    }

    /// What a status text means; the number of the text among those of the file.
    fn word_of(&mut self, text: &str) -> u16 {
        if let Some(known) = self.statuses.get(text) {
            return *known;
        }
        let platform = &self.reading.platform;
        let (status, refunded, void) = (platform.status_of(text), platform.says_refunded(text), platform.says_void(text));
        // A column with so many words is none of statuses; the last one stands for the rest.
        let number = u16::try_from(self.words.len()).unwrap_or(u16::MAX);
        if number < u16::MAX {
            self.words.push(StatusWord { text: text.to_owned(), status, refunded, void });
            self.statuses.insert(text.to_owned(), number);
        }
        number.min(self.words.len() as u16 - 1)
    }

    /// The row's first status as a number in [`Reader::words`].
    fn absorb_status(&mut self, draft: &mut Draft, record: &Record) -> Option<u16> {
        let columns = &self.reading.columns;
        let mut of_row = None;
        for field in [Field::Status, Field::StatusTwo] {
            let Some((column, text)) = columns.cell(record, field) else { continue };
            let number = self.word_of(text);
            let StatusWord { status, refunded, void, .. } = self.words[usize::from(number)];
            draft.says_refunded |= refunded;
            if field == Field::Status {
                of_row = Some(number);
                if draft.status_text.is_empty() {
                    draft.status_text.push_str(text);
                    draft.status = Some(status);
                    draft.payment = columns.has(Field::StatusTwo).then_some(status);
                    draft.is_void = void;
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
        of_row
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
            let Some((column, text)) = self.reading.columns.cell(record, field).filter(|(_, text)| !is_no_date(text)) else { continue };
            let time = match parse_time(text, self.reading.zone, self.reading.date_order) {
                Ok(time) => time,
                Err(BadTime::SpreadsheetSerial) => match exact_serial(text, self.reading.zone, self.reading.from_1904) {
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

    pub(super) fn problem_in(&self, fault: Fault, record: &Record, column: Option<usize>, value: &str) -> Problem {
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

/// A spreadsheet's day number that still tells the clock: with five decimals or more (0.9 s), or with fewer that
/// fall on a whole minute, as an unrounded `46118.5` does.
fn exact_serial(text: &str, zone: Tz, from_1904: bool) -> Option<Seconds> {
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
    let start = if from_1904 { chrono::NaiveDate::from_ymd_opt(1904, 1, 1) } else { chrono::NaiveDate::from_ymd_opt(1899, 12, 30) }?;
    let local = start.checked_add_days(chrono::Days::new(days as u64))?.and_hms_opt(0, 0, 0)? + chrono::TimeDelta::seconds(seconds as i64);
    parse_time(&local.format("%Y-%m-%d %H:%M:%S").to_string(), zone, None).ok()
}

/// A tracking number without the `No:` that some exports put before it.
fn without_no(text: &str) -> &str {
    match text.split_once([':', '：']) {
        Some((no, number)) if no.trim().eq_ignore_ascii_case("no") && !number.trim().is_empty() => number.trim(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tracking_number_loses_the_no_before_it_and_nothing_else() {
        for (written, kept) in [
            ("No:75300000000001", "75300000000001"),
            ("NO： SF123", "SF123"),
            ("NOX:1", "NOX:1"),
            ("No:", "No:"),
            ("No123", "No123"),
            ("JD:1", "JD:1"),
        ] {
            assert_eq!(without_no(written), kept);
        }
    }

    #[test]
    fn a_day_number_with_its_clock_is_read_back() {
        // 2026-03-01 00:42:32 is day 46082 and 2552 seconds.
        let at = exact_serial("46082.029537037", chrono_tz::Asia::Shanghai, false).unwrap();
        assert_eq!(crate::time::format_local(at, chrono_tz::Asia::Shanghai), "2026-03-01 00:42:32");
        assert_eq!(exact_serial("46082.03", chrono_tz::Asia::Shanghai, false), None);
        let mac = exact_serial("44620.5", chrono_tz::Asia::Shanghai, true).unwrap();
        assert_eq!(crate::time::format_local(mac, chrono_tz::Asia::Shanghai), "2026-03-01 12:00:00");
        let noon = exact_serial("46118.5", chrono_tz::Asia::Shanghai, false).unwrap();
        assert_eq!(crate::time::format_local(noon, chrono_tz::Asia::Shanghai), "2026-04-06 12:00:00");
    }
}
