//! Birthdays: solar or lunar, with or without their year, and how files write them.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

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

/// Reads what [`birthday_text`] writes, and dates with slashes, points or 年月日.
pub fn parse_birthday(text: &str) -> Option<Birthday> {
    let text = text.trim();
    let (text, lunar) = match text.strip_prefix("农历").or_else(|| text.strip_prefix("阴历")) {
        Some(rest) => (rest.trim(), true),
        None => (text, false),
    };
    let leap = text.contains('闰');
    let text = text.replace('闰', "");
    let text = text.split([' ', 'T']).next().unwrap_or("");
    let parts: Vec<u32> =
        text.split(['-', '/', '.', '年', '月', '日']).filter(|p| !p.is_empty()).map(|p| p.parse().ok()).collect::<Option<_>>()?;
    let (year, month, day) = match parts[..] {
        [year, month, day] => (Some(year as i32), month, day),
        [month, day] => (None, month, day),
        _ => return None,
    };
    Birthday { lunar, year, month, leap, day }.check().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn birthdays_read_back_and_impossible_ones_do_not() {
        for text in ["1990-03-08", "03-08", "农历1990-03-08", "农历闰04-08", "02-29", "农历1990-闰05-30"] {
            assert_eq!(parse_birthday(text).map(|b| birthday_text(&b)).as_deref(), Some(text), "{text}");
        }
        for text in ["1990-02-29", "13-01", "农历03-31", "闰04-08", "**-**", "0", ""] {
            assert_eq!(parse_birthday(text), None, "{text}");
        }
    }
}
