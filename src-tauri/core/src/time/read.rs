//! Dates and times as files and people write them. What can be read two ways is said to be so, never guessed.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;

use super::{Seconds, to_utc};

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
    let plain = without_words(text);
    let (date, rest) = split_date(&plain).ok_or(BadTime::Unreadable)?;
    let date = read_date(date, order)?;
    let (time, offset) = read_clock(rest)?;
    let local = date.and_time(time);
    match offset {
        Some(offset) => offset.from_local_datetime(&local).single().map(|t| t.timestamp()).ok_or(BadTime::Impossible),
        None => to_utc(local, zone),
    }
}

/// Whether a cell holds what programs write where there is no date: year 0 or 1, day 0 of 1900 in a spreadsheet, the first
/// second of 1970.
pub fn is_no_date(text: &str) -> bool {
    let text = text.trim();
    let date = text.split([' ', 'T']).next().unwrap_or("");
    let mut parts = date.split(['-', '/', '.']).map(|part| part.parse::<u32>().ok());
    match (parts.next().flatten(), parts.next().flatten(), parts.next().flatten(), parts.next()) {
        (Some(a), Some(b), Some(c), None) => {
            let all = [a, b, c];
            let year_at_end = c >= 1000 || date.ends_with("0000");
            let year = if year_at_end { c } else { a };
            all == [0, 0, 0]
                || date.len() >= 8 && year <= 1 && (year_at_end || date.len() == 10)
                || year == 1900 && all.contains(&0)
                || all == [1970, 1, 1]
        }
        _ => text == "0",
    }
}

/// Without the words around the numbers and the month: `Sunday, 3rd of March`, `3 de marzo de 2026`, `1er mars`.
fn without_words(text: &str) -> std::borrow::Cow<'_, str> {
    const DAYS: [&str; 12] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "mo", "di", "mi", "do", "fr"];
    if !text.is_ascii() && !text.chars().any(|c| c.is_alphabetic() && !crate::regions::is_cjk(c.encode_utf8(&mut [0; 4])))
        || !text.bytes().any(|b| b.is_ascii_alphabetic())
    {
        return text.into();
    }
    let mut words = Vec::new();
    for (index, word) in text.split_whitespace().enumerate() {
        let bare = word.trim_end_matches([',', '.']).to_lowercase();
        let is_day = index == 0 && (DAYS.contains(&bare.as_str()) || bare.ends_with("day") || bare.ends_with("tag"));
        if is_day || matches!(bare.as_str(), "de" | "of" | "del" | "den") {
            continue;
        }
        let digits = bare.trim_end_matches(char::is_alphabetic);
        let ending = &bare[digits.len()..];
        if !digits.is_empty()
            && digits.bytes().all(|b| b.is_ascii_digit())
            && matches!(ending, "st" | "nd" | "rd" | "th" | "er" | "º" | "ª")
        {
            words.push(digits.to_owned());
        } else {
            words.push(word.to_owned());
        }
    }
    words.join(" ").into()
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

/// The names of months in English, German, French, Spanish, Italian, Portuguese, Dutch and Polish, whole or cut short
/// to three letters (four where three would be two months).
fn month_name(text: &str) -> Option<u32> {
    const MONTHS: [&[&str]; 12] = [
        &["jan", "ene", "gen", "sty"],
        &["feb", "fev", "fév", "lut"],
        &["mar", "mär", "mrz", "mrt", "maa"],
        &["apr", "avr", "abr", "kwi"],
        &["may", "mai", "mag", "mei", "maj"],
        &["jun", "juin", "giu", "cze"],
        &["jul", "juil", "lug", "lip"],
        &["aug", "aoû", "aou", "ago", "sie"],
        &["sep", "set", "wrz"],
        &["oct", "okt", "ott", "out", "paź", "paz"],
        &["nov", "lis"],
        &["dec", "dez", "déc", "dic", "gru"],
    ];
    let lower = text.to_lowercase();
    if !lower.chars().all(char::is_alphabetic) || lower.chars().count() < 3 {
        return None;
    }
    MONTHS.iter().position(|names| names.iter().any(|name| lower.starts_with(name))).map(|index| index as u32 + 1)
}

fn read_clock(text: &str) -> Result<(NaiveTime, Option<FixedOffset>), BadTime> {
    let text = text.trim().trim_start_matches(['T', 't', ',']).trim();
    if text.is_empty() {
        return Ok((NaiveTime::MIN, None));
    }
    let mut upper = text.to_ascii_uppercase().replace("A.M.", "AM").replace("P.M.", "PM");
    for (words, mark) in [(&["上午", "凌晨", "早上", "午前", "오전"][..], "AM"), (&["下午", "中午", "晚上", "午後", "오후"][..], "PM")]
    {
        if let Some(word) = words.iter().find(|word| upper.contains(**word)) {
            // The word stands before the clock; 0:05 in the morning and 15:05 in the afternoon are said too.
            let clock = upper.replacen(word, "", 1);
            let hour = clock.trim().split(':').next().and_then(|h| h.parse::<u32>().ok()).unwrap_or(0);
            upper = if (1..=12).contains(&hour) { format!("{} {mark}", clock.trim()) } else { clock.trim().to_owned() };
        }
    }
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

#[cfg(test)]
mod tests {
    use super::super::format_local;
    use super::*;
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
            ("2026/3/1 下午 3:05", "2026-03-01 15:05:00"),
            ("2026年3月1日 上午10:05:07", "2026-03-01 10:05:07"),
            ("2026/3/1 上午 12:05:00", "2026-03-01 00:05:00"),
            ("2026-3-1 下午 15:05", "2026-03-01 15:05:00"),
            ("2026年3月1日下午3:05", "2026-03-01 15:05:00"),
            ("3 de marzo de 2026 10:05", "2026-03-03 10:05:00"),
            ("1er mars 2026", "2026-03-01 00:00:00"),
            ("12 juil. 2026 10:05", "2026-07-12 10:05:00"),
            ("12 juin 2026", "2026-06-12 00:00:00"),
            ("3 août 2026", "2026-08-03 00:00:00"),
            ("5 mei 2026", "2026-05-05 00:00:00"),
            ("9 out 2026", "2026-10-09 00:00:00"),
            ("9 paź 2026", "2026-10-09 00:00:00"),
            ("Sunday, March 1, 2026 10:05 a.m.", "2026-03-01 10:05:00"),
            ("Sun Mar 1 2026 10:05", "2026-03-01 10:05:00"),
            ("March 3rd, 2026", "2026-03-03 00:00:00"),
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
    fn what_stands_for_no_date_is_none() {
        for text in [
            "0000-00-00",
            "0000-00-00 00:00:00",
            "0001-01-01T00:00:00",
            "1900-01-00",
            "1900/1/0 0:00",
            "00/00/0000",
            "01/00/1900",
            "1970-01-01 08:00:00",
            "0",
        ] {
            assert!(is_no_date(text), "{text}");
        }
        for text in ["2026-03-01", "1/1/26", "01/02/03", "1990-03-08", "2000-01-01", "01.01.2001", "20260301", ""] {
            assert!(!is_no_date(text), "{text}");
        }
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
