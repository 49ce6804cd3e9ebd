//! Birthdays: solar or lunar, with or without their year, and how files write them.

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::time::{DateOrder, parse_time};

/// A birthday: solar or lunar, with or without its year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Birthday {
    /// By the lunar calendar.
    pub lunar: bool,
    /// `None`: unknown.
    pub year: Option<i32>,
    /// 1 to 12.
    pub month: u32,
    /// A lunar leap month.
    pub leap: bool,
    /// 1 to 31, 30 in the lunar calendar.
    pub day: u32,
}

impl Birthday {
    /// Whether there can be such a day.
    pub(super) fn check(self) -> Result<Birthday> {
        let wrong = |reason| Err(Error::BadValue { field: "birthday", value: birthday_text(&self), reason });
        if self.leap && !self.lunar {
            return wrong("leap_is_lunar");
        }
        if self.year.is_some_and(|y| !(1850..=2200).contains(&y)) {
            return wrong("year");
        }
        let days = match (self.lunar, self.month) {
            (true, 1..=12) => 30,
            (false, 2) => {
                if self.year.is_some_and(|y| chrono::NaiveDate::from_ymd_opt(y, 2, 29).is_none()) {
                    28
                } else {
                    29
                }
            }
            (false, 4 | 6 | 9 | 11) => 30,
            (false, 1..=12) => 31,
            _ => return wrong("month"),
        };
        if (1..=days).contains(&self.day) { Ok(self) } else { wrong("day") }
    }
}

/// A birthday as files have it: `1990-03-08`, `03-08`, `农历1990-03-08`, `农历闰04-08`.
pub fn birthday_text(birthday: &Birthday) -> String {
    let mut text = String::new();
    if birthday.lunar {
        text.push_str("农历");
    }
    if let Some(year) = birthday.year {
        text.push_str(&format!("{year}-"));
    }
    if birthday.leap {
        text.push('闰');
    }
    text + &format!("{:02}-{:02}", birthday.month, birthday.day)
}

/// Reads what [`birthday_text`] writes, and birthdays as people's lists have them: `1990/3/8`, `1990年3月8日`, `19900308`,
/// `March 8, 1990`, `农历八月十五`, `闰六月初一`, `腊月三十`. `order` says which of day and month comes first where neither the
/// year nor a word tells; without it such a date is not read.
pub fn parse_birthday_in(text: &str, order: Option<DateOrder>) -> Option<Birthday> {
    let text: String = text.chars().map(crate::text::fold_width).collect();
    let text = text.trim();
    let (text, lunar) = match ["农历", "阴历", "旧历"].iter().find_map(|word| text.strip_prefix(word)) {
        Some(rest) => (rest.trim(), true),
        None => (text, false),
    };
    let leap = text.contains('闰');
    let plain = text.replace('闰', "");
    if let Some(words) = in_words(&plain, lunar || leap) {
        return Birthday { leap, ..words }.check().ok();
    }
    let date = plain.split([' ', 'T']).next().unwrap_or("");
    let parts: Option<Vec<u32>> =
        date.split(['-', '/', '.', '年', '月', '日', '号']).filter(|p| !p.is_empty()).map(|p| p.parse().ok()).collect();
    let (year, month, day) = match parts.as_deref() {
        Some([all]) if date.len() == 8 => (Some((all / 10_000) as i32), all / 100 % 100, all % 100),
        Some([year, month, day]) if *year > 31 => (Some(*year as i32), *month, *day),
        Some([month, day]) => (None, *month, *day),
        _ => {
            // The year last, or a month in letters.
            let at = parse_time(&plain, chrono_tz::UTC, order).ok()?;
            let day = crate::time::local_day(at, chrono_tz::UTC)?;
            (Some(day.year()), day.month(), day.day())
        }
    };
    Birthday { lunar, year, month, leap, day }.check().ok()
}

/// [`parse_birthday_in`] where nothing says whether the day or the month comes first.
pub fn parse_birthday(text: &str) -> Option<Birthday> {
    parse_birthday_in(text, None)
}

/// `八月十五`, `1990年腊月三十`, `三月八日`: a month and a day in words. They are lunar where they are said to be, where a
/// word is one of that calendar (正月, 冬月, 腊月, 初一, 廿三), and where the day has no 日 behind it.
fn in_words(text: &str, said_lunar: bool) -> Option<Birthday> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (year, rest) = match text.split_once('年') {
        Some((year, rest)) => (Some(year.parse::<i32>().ok().or_else(|| year_in_words(year))?), rest),
        None => (None, text.as_str()),
    };
    let (month_word, day_word) = rest.split_once('月')?;
    let (month, of_lunar) = match month_word {
        "正" => (1, true),
        "冬" => (11, true),
        "腊" | "臘" => (12, true),
        word => (number_in_words(word)?, false),
    };
    let solar_day = day_word.strip_suffix(['日', '号', '號']);
    let bare = solar_day.unwrap_or(day_word);
    let old = ["初", "廿", "卅"].iter().any(|word| bare.starts_with(word));
    let day = match bare.strip_prefix('初') {
        Some(word) => number_in_words(word)?,
        None => number_in_words(&bare.replace("廿", "二十").replace("卅", "三十"))?,
    };
    Some(Birthday { lunar: said_lunar || of_lunar || old || solar_day.is_none(), year, month, leap: false, day })
}

/// 一 to 三十一.
fn number_in_words(text: &str) -> Option<u32> {
    const DIGITS: &str = "一二三四五六七八九";
    let digit = |text: &str| {
        let mut chars = text.chars();
        let (first, None) = (chars.next()?, chars.next()) else { return None };
        DIGITS.chars().position(|c| c == first).map(|at| at as u32 + 1)
    };
    match text.split_once('十') {
        None => digit(text),
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { digit(tens)? };
            let ones = if ones.is_empty() { 0 } else { digit(ones)? };
            Some(tens * 10 + ones)
        }
    }
}

/// 一九九〇
fn year_in_words(text: &str) -> Option<i32> {
    const DIGITS: &str = "〇一二三四五六七八九";
    let zero = |c: char| if matches!(c, '零' | '○') { '〇' } else { c };
    let digits: Option<Vec<usize>> = text.chars().map(|c| DIGITS.chars().position(|d| d == zero(c))).collect();
    digits.filter(|d| d.len() == 4).map(|d| d.into_iter().fold(0, |year, digit| year * 10 + digit as i32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn birthdays_read_back_and_impossible_ones_do_not() {
        for text in ["1990-03-08", "03-08", "农历1990-03-08", "农历闰04-08", "02-29", "农历1990-闰05-30"] {
            assert_eq!(parse_birthday(text).map(|b| birthday_text(&b)).as_deref(), Some(text), "{text}");
        }
        for (text, read) in [
            ("1990/3/8", "1990-03-08"),
            ("1990年3月8日", "1990-03-08"),
            ("19900308", "1990-03-08"),
            ("1990-03-08 00:00:00", "1990-03-08"),
            ("3月8日", "03-08"),
            ("--03-08", "03-08"),
            ("March 8, 1990", "1990-03-08"),
            ("8 mars 1990", "1990-03-08"),
            ("25/12/1990", "1990-12-25"),
            ("农历八月十五", "农历08-15"),
            ("八月十五", "农历08-15"),
            ("闰六月初一", "农历闰06-01"),
            ("腊月三十", "农历12-30"),
            ("正月初一", "农历01-01"),
            ("冬月廿三", "农历11-23"),
            ("1990年腊月廿九", "农历1990-12-29"),
            ("一九九〇年三月八日", "1990-03-08"),
            ("三月八日", "03-08"),
            ("十二月三十一日", "12-31"),
        ] {
            assert_eq!(parse_birthday(text).map(|b| birthday_text(&b)).as_deref(), Some(read), "{text}");
        }
        assert_eq!(parse_birthday("3/8/1990"), None, "either could be the month");
        let american = parse_birthday_in("3/8/1990", Some(DateOrder::MonthFirst));
        assert_eq!(american.map(|b| birthday_text(&b)).as_deref(), Some("1990-03-08"));
        for text in ["1990-02-29", "13-01", "农历03-31", "闰04-08", "**-**", "0", ""] {
            assert_eq!(parse_birthday(text), None, "{text}");
        }
    }
}
