//! Dates and times as files write them. What can be read two ways is said to be so, never guessed.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike};
use chrono_tz::Tz;

/// Seconds since 1970-01-01T00:00:00Z.
pub type Seconds = i64;

/// Which of day and month a numeric date names first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 26/05/2026
    DayFirst,
    /// 05/26/2026
    MonthFirst,
}

/// Why a cell is not a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadTime {
    /// No form that is known.
    Unreadable,
    /// The form is known but there is no such month, day, hour…
    Impossible,
    /// Day and month could be either, and nothing decides.
    Ambiguous,
    /// The number a spreadsheet stores for a date.
    SpreadsheetSerial,
}

/// What a date cell says about the order of day and month in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderHint {
    /// Fits only one order.
    Only(DateOrder),
    /// Fits both.
    Either,
    /// The order does not matter here (year first, or a month in letters).
    None,
}

/// Reads a time. `zone` is used where the text has no offset; `order` where the date is numeric and does not
/// begin with the year.
pub fn parse_time(text: &str, zone: Tz, order: Option<DateOrder>) -> Result<Seconds, BadTime> {
    let folded: String;
    let text = if text.is_ascii() {
        text.trim()
    } else {
        folded = text.chars().map(crate::text::fold_width).collect();
        folded.trim()
    };
    if let Some(fast) = parse_iso_fast(text) {
        return to_utc(fast, zone);
    }
    // With two points it is a date such as 03.04.2026.
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.bytes().filter(|b| *b == b'.').count() < 2 {
        return parse_digits(text, zone);
    }
    if let Ok(t) = DateTime::parse_from_rfc3339(text) {
        return Ok(t.timestamp());
    }
    let (date, rest) = split_date(text).ok_or(BadTime::Unreadable)?;
    let date = read_date(date, order)?;
    let (time, offset) = read_clock(rest)?;
    let local = date.and_time(time);
    match offset {
        Some(offset) => offset.from_local_datetime(&local).single().map(|t| t.timestamp()).ok_or(BadTime::Impossible),
        None => to_utc(local, zone),
    }
}

/// What this cell says about day-first or month-first.
pub fn order_hint(text: &str) -> OrderHint {
    let Some((date, _)) = split_date(text.trim()) else { return OrderHint::None };
    let parts: Vec<&str> = date.split(['/', '-', '.']).collect();
    let [a, b, c] = parts[..] else { return OrderHint::None };
    if a.len() == 4 || !numeric(a) || !numeric(b) || !numeric(c) {
        return OrderHint::None;
    }
    match (a.parse::<u32>(), b.parse::<u32>()) {
        (Ok(a), Ok(b)) if a > 12 && (1..=12).contains(&b) => OrderHint::Only(DateOrder::DayFirst),
        (Ok(a), Ok(b)) if b > 12 && (1..=12).contains(&a) => OrderHint::Only(DateOrder::MonthFirst),
        (Ok(a), Ok(b)) if (1..=12).contains(&a) && (1..=12).contains(&b) && a != b => OrderHint::Either,
        _ => OrderHint::None,
    }
}

/// Whether the text is a date without a clock.
pub fn is_date_only(text: &str) -> bool {
    split_date(text.trim()).is_some_and(|(_, rest)| rest.trim().is_empty())
}

fn numeric(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// `2026-03-01 00:42:32`, the form nearly every Chinese export uses, without allocating.
fn parse_iso_fast(text: &str) -> Option<NaiveDateTime> {
    let b = text.as_bytes();
    if b.len() != 19 || b[4] != b'-' || b[7] != b'-' || !(b[10] == b' ' || b[10] == b'T') || b[13] != b':' || b[16] != b':' {
        return None;
    }
    let number =
        |range: std::ops::Range<usize>| b[range].iter().try_fold(0u32, |n, d| d.is_ascii_digit().then(|| n * 10 + u32::from(d - b'0')));
    NaiveDate::from_ymd_opt(number(0..4)? as i32, number(5..7)?, number(8..10)?)?.and_hms_opt(
        number(11..13)?,
        number(14..16)?,
        number(17..19)?,
    )
}

fn to_utc(local: NaiveDateTime, zone: Tz) -> Result<Seconds, BadTime> {
    use chrono::LocalResult;
    match zone.from_local_datetime(&local) {
        LocalResult::Single(t) => Ok(t.timestamp()),
        // The hour that a clock change repeats: the first of the two.
        LocalResult::Ambiguous(first, _) => Ok(first.timestamp()),
        // The hour that a clock change skips does not exist on any clock, but it does stand in files whose
        // platform keeps another zone: read it as standard time, an hour later.
        LocalResult::None => {
            zone.from_local_datetime(&(local + chrono::TimeDelta::hours(1))).earliest().map(|t| t.timestamp()).ok_or(BadTime::Impossible)
        }
    }
}

fn parse_digits(text: &str, zone: Tz) -> Result<Seconds, BadTime> {
    match text.len() {
        8 if text.starts_with("20") => NaiveDate::parse_from_str(text, "%Y%m%d")
            .map_err(|_| BadTime::Impossible)
            .and_then(|d| to_utc(d.and_time(NaiveTime::MIN), zone)),
        14 if text.starts_with("20") && !text.contains('.') => {
            NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").map_err(|_| BadTime::Impossible).and_then(|d| to_utc(d, zone))
        }
        10 if text.starts_with('1') && !text.contains('.') => text.parse().map_err(|_| BadTime::Unreadable),
        13 if text.starts_with('1') && !text.contains('.') => text.parse::<i64>().map(|ms| ms / 1000).map_err(|_| BadTime::Unreadable),
        // 20000 to 79999 are the years 1954 to 2119 counted in days by a spreadsheet.
        _ => match text.split('.').next().and_then(|days| days.parse::<u32>().ok()) {
            Some(20_000..=79_999) => Err(BadTime::SpreadsheetSerial),
            _ => Err(BadTime::Unreadable),
        },
    }
}

/// Splits `2026年3月1日 10:00`, `Sep-30-26 23:45:00`, `2026-05-01T…`, `May 1, 2026 10:00` into date and clock.
fn split_date(text: &str) -> Option<(&str, &str)> {
    if let Some(day) = text.find('日') {
        return Some(text.split_at(day + '日'.len_utf8()));
    }
    let bytes = text.as_bytes();
    let mut end = 0;
    let mut digits_groups = 0;
    let mut in_digits = false;
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                if !in_digits {
                    digits_groups += 1;
                }
                in_digits = true;
            }
            b':' => return None,
            b' ' | b'T' | b't' if in_digits => {
                let seen = text[..index].split([' ', '/', '-', '.', ',']).filter(|p| !p.is_empty()).count();
                if seen >= 3 {
                    end = index;
                    break;
                }
                in_digits = false;
            }
            _ => in_digits = false,
        }
    }
    if end == 0 {
        end = text.len();
    }
    (digits_groups >= 2 && text.is_char_boundary(end)).then(|| text.split_at(end))
}

fn read_date(text: &str, order: Option<DateOrder>) -> Result<NaiveDate, BadTime> {
    let parts: Vec<&str> = text.split(['/', '-', '.', ' ', ',', '年', '月', '日']).filter(|p| !p.is_empty()).collect();
    let [a, b, c] = parts[..] else { return Err(BadTime::Unreadable) };
    let number = |t: &str| if numeric(t) && t.len() <= 4 { t.parse::<u32>().ok() } else { None };
    let year = |t: &str| number(t).map(|y| if t.len() <= 2 { 2000 + y as i32 } else { y as i32 }).ok_or(BadTime::Unreadable);
    let date = |y: i32, m: u32, d: u32| NaiveDate::from_ymd_opt(y, m, d).ok_or(BadTime::Impossible);
    if a.len() == 4 && numeric(a) {
        let month = number(b).or_else(|| month_name(b)).ok_or(BadTime::Unreadable)?;
        return date(year(a)?, month, number(c).ok_or(BadTime::Unreadable)?);
    }
    if let Some(month) = month_name(a) {
        return date(year(c)?, month, number(b).ok_or(BadTime::Unreadable)?);
    }
    if let Some(month) = month_name(b) {
        return date(year(c)?, month, number(a).ok_or(BadTime::Unreadable)?);
    }
    let (a, b) = (number(a).ok_or(BadTime::Unreadable)?, number(b).ok_or(BadTime::Unreadable)?);
    let order = match order {
        Some(order) => order,
        None if a > 12 => DateOrder::DayFirst,
        None if b > 12 || a == b => DateOrder::MonthFirst,
        None => return Err(BadTime::Ambiguous),
    };
    match order {
        DateOrder::DayFirst => date(year(c)?, b, a),
        DateOrder::MonthFirst => date(year(c)?, a, b),
    }
}

/// English and German names of months, whole or cut to three letters.
fn month_name(text: &str) -> Option<u32> {
    const MONTHS: [&[&str]; 12] = [
        &["jan"],
        &["feb"],
        &["mar", "mär", "mrz"],
        &["apr"],
        &["may", "mai"],
        &["jun"],
        &["jul"],
        &["aug"],
        &["sep"],
        &["oct", "okt"],
        &["nov"],
        &["dec", "dez"],
    ];
    let lower = text.to_lowercase();
    if !lower.chars().all(char::is_alphabetic) {
        return None;
    }
    let short: String = lower.chars().take(3).collect();
    MONTHS.iter().position(|names| names.contains(&short.as_str())).map(|index| index as u32 + 1)
}

fn read_clock(text: &str) -> Result<(NaiveTime, Option<FixedOffset>), BadTime> {
    let text = text.trim().trim_start_matches(['T', 't', ',']).trim();
    if text.is_empty() {
        return Ok((NaiveTime::MIN, None));
    }
    let upper = text.to_ascii_uppercase();
    let (clock, rest) = match upper.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))) {
        Some(index) => upper.split_at(index),
        None => (upper.as_str(), ""),
    };
    let mut rest = rest.trim();
    let mut parts = clock.split(':');
    let mut next = |required: bool| match parts.next() {
        Some(p) => p.split('.').next().and_then(|p| p.parse::<u32>().ok()).ok_or(BadTime::Unreadable),
        None if required => Err(BadTime::Unreadable),
        None => Ok(0),
    };
    let (mut hour, minute, second) = (next(true)?, next(true)?, next(false)?);
    for (mark, afternoon) in [("AM", false), ("PM", true)] {
        if let Some(after) = rest.strip_prefix(mark) {
            if !(1..=12).contains(&hour) {
                return Err(BadTime::Impossible);
            }
            hour = hour % 12 + if afternoon { 12 } else { 0 };
            rest = after.trim();
        }
    }
    let time = NaiveTime::from_hms_opt(hour, minute, second).ok_or(BadTime::Impossible)?;
    let offset = match rest {
        "" => None,
        "Z" | "UTC" | "GMT" => FixedOffset::east_opt(0),
        "PST" => FixedOffset::west_opt(8 * 3600),
        "PDT" => FixedOffset::west_opt(7 * 3600),
        signed => Some(read_offset(signed).ok_or(BadTime::Unreadable)?),
    };
    Ok((time, offset))
}

fn read_offset(text: &str) -> Option<FixedOffset> {
    let digits: String = text.get(1..)?.chars().filter(char::is_ascii_digit).collect();
    if !text.get(1..)?.chars().all(|c| c.is_ascii_digit() || c == ':') {
        return None;
    }
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.parse::<i32>().ok()?, 0),
        4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    let seconds = hours * 3600 + minutes * 60;
    match text.as_bytes().first()? {
        b'+' => FixedOffset::east_opt(seconds),
        b'-' => FixedOffset::west_opt(seconds),
        _ => None,
    }
}

/// A UTC second as the local calendar date and clock of a zone, for files: `2026-03-01 00:42:32`.
pub fn format_local(at: Seconds, zone: Tz) -> String {
    match DateTime::from_timestamp(at, 0) {
        Some(t) => t.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string(),
        None => String::new(),
    }
}

/// The second a day begins in a zone.
pub fn start_of_day(day: NaiveDate, zone: Tz) -> Option<Seconds> {
    to_utc(day.and_hms_opt(0, 0, 0)?, zone).ok()
}

/// A time zone.
pub type Zone = Tz;

/// A second, and the zone whose clock the seller reads it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The second.
    pub at: Seconds,
    /// The seller's clock.
    pub zone: Zone,
}

/// The day a second falls on in a zone; `None` for one that no calendar has.
pub fn local_day(at: Seconds, zone: Tz) -> Option<NaiveDate> {
    Some(DateTime::from_timestamp(at, 0)?.with_timezone(&zone).date_naive())
}

/// The minute of the day, 0 to 1439, that a clock in the zone shows at a second.
pub fn minute_of_day(at: Seconds, zone: Tz) -> Option<u16> {
    let local = DateTime::from_timestamp(at, 0)?.with_timezone(&zone);
    u16::try_from(local.num_seconds_from_midnight() / 60).ok()
}

/// The second at which a clock in the zone shows this minute (0 to 1440) of a day. A minute that a clock change
/// skips is read an hour later, of one that it repeats the first counts.
pub fn second_of_day(day: NaiveDate, minute: u16, zone: Tz) -> Option<Seconds> {
    let midnight = day.and_hms_opt(0, 0, 0)?;
    to_utc(midnight.checked_add_signed(chrono::TimeDelta::minutes(i64::from(minute)))?, zone).ok()
}

/// A time that a seller gives: between the years 2000 and 2100.
///
/// # Errors
/// [`Error::BadValue`](crate::Error::BadValue) with the reason `far_time` for any other, such as a slip in the year.
pub fn plausible(field: &'static str, at: Seconds) -> crate::Result<Seconds> {
    const FROM: Seconds = 946_684_800;
    const TO: Seconds = 4_102_444_800;
    if (FROM..TO).contains(&at) {
        return Ok(at);
    }
    let value = DateTime::from_timestamp(at, 0).map_or_else(|| at.to_string(), |t| t.format("%Y-%m-%d").to_string());
    Err(crate::Error::BadValue { field, value, reason: "far_time" })
}

/// Reads an IANA zone name.
pub fn parse_zone(name: &str) -> Option<Tz> {
    name.parse().ok()
}

/// What a computer's clock says, in seconds: also before 1970, where clocks begin again when their battery is empty, and
/// within the years 1 to 9999, in which every day can be reckoned with.
pub fn clock(now: std::time::SystemTime) -> Seconds {
    const FIRST: Seconds = -62_135_596_800;
    const LAST: Seconds = 253_402_214_400;
    let seconds = |time: std::time::Duration| Seconds::try_from(time.as_secs()).unwrap_or(Seconds::MAX);
    let at = match now.duration_since(std::time::UNIX_EPOCH) {
        Ok(since) => seconds(since),
        Err(before) => -seconds(before.duration()) - 1,
    };
    at.clamp(FIRST, LAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clock_is_a_time() {
        use std::time::{Duration, UNIX_EPOCH};
        assert_eq!(clock(UNIX_EPOCH), 0);
        assert_eq!(clock(UNIX_EPOCH + Duration::from_millis(1_999)), 1);
        assert_eq!(clock(UNIX_EPOCH - Duration::from_millis(1)), -1);
        assert_eq!(clock(UNIX_EPOCH - Duration::from_secs(310_572_000)), -310_572_001);
        let far = UNIX_EPOCH + Duration::from_secs(1 << 40);
        assert_eq!(format_local(clock(far), Tz::UTC), format_local(253_402_214_400, Tz::UTC));
    }
    use proptest::prelude::*;

    const SHANGHAI: Tz = chrono_tz::Asia::Shanghai;

    fn read(text: &str, order: Option<DateOrder>) -> Result<String, BadTime> {
        parse_time(text, SHANGHAI, order).map(|t| format_local(t, SHANGHAI))
    }

    #[test]
    fn times_of_every_platform_are_read() {
        for (text, expected) in [
            ("2026-03-01 00:42:32", "2026-03-01 00:42:32"),
            ("2026/3/1 0:42", "2026-03-01 00:42:00"),
            ("2026年3月1日 10:05", "2026-03-01 10:05:00"),
            ("2026-03-01", "2026-03-01 00:00:00"),
            ("20260301", "2026-03-01 00:00:00"),
            ("2026-03-01 00:42:39 +0800", "2026-03-01 00:42:39"),
            ("2026-03-01T00:42:39+08:00", "2026-03-01 00:42:39"),
            ("2026-02-28T16:42:39Z", "2026-03-01 00:42:39"),
            ("Sep-18-26", "2026-09-18 00:00:00"),
            ("26-May-26", "2026-05-26 00:00:00"),
            ("05-Mär-26", "2026-03-05 00:00:00"),
            ("Sep-30-26 23:45:00", "2026-09-30 23:45:00"),
            ("May 1, 2026 1:05 PM", "2026-05-01 13:05:00"),
            ("2026-03-01 00:42:32.123", "2026-03-01 00:42:32"),
        ] {
            assert_eq!(read(text, None).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_date_that_could_be_two_days_is_not_guessed() {
        assert_eq!(read("03/04/2026", None), Err(BadTime::Ambiguous));
        assert_eq!(read("03/04/2026", Some(DateOrder::MonthFirst)).as_deref(), Ok("2026-03-04 00:00:00"));
        assert_eq!(read("03.04.2026", None), Err(BadTime::Ambiguous));
        assert_eq!(read("03.04.2026", Some(DateOrder::DayFirst)).as_deref(), Ok("2026-04-03 00:00:00"));
        assert_eq!(read("2026.3.1", None).as_deref(), Ok("2026-03-01 00:00:00"));
        assert_eq!(read("25.04.2026 09:05", None).as_deref(), Ok("2026-04-25 09:05:00"));
        assert_eq!(read("03/04/26", Some(DateOrder::DayFirst)).as_deref(), Ok("2026-04-03 00:00:00"));
        assert_eq!(order_hint("25/04/2026"), OrderHint::Only(DateOrder::DayFirst));
        assert_eq!(order_hint("04/25/26 10:00"), OrderHint::Only(DateOrder::MonthFirst));
        assert_eq!(order_hint("03/04/2026"), OrderHint::Either);
        assert_eq!(order_hint("2026-03-04"), OrderHint::None);
    }

    #[test]
    fn damaged_and_impossible_dates_have_names() {
        assert_eq!(read("2026-13-02 09:10", None), Err(BadTime::Impossible));
        assert_eq!(read("2026-02-30 09:10:00", None), Err(BadTime::Impossible));
        assert_eq!(read("46082.03", None), Err(BadTime::SpreadsheetSerial));
        assert_eq!(read("昨天", None), Err(BadTime::Unreadable));
        assert_eq!(read("25:00", None), Err(BadTime::Unreadable));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,30}") {
            let _ = read(&text, None);
            let _ = order_hint(&text);
        }

        #[test]
        fn local_time_reads_back(at in 0i64..4_000_000_000) {
            // Shanghai had daylight saving until 1991: the repeated hour is read as its first pass.
            prop_assume!(at > 700_000_000);
            prop_assert_eq!(parse_time(&format_local(at, SHANGHAI), SHANGHAI, None), Ok(at));
        }
    }
}
