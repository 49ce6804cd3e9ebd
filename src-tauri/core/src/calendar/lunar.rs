//! The lunar calendar, for birthdays and the day's heading.

use chrono::{Datelike, NaiveDate};
use tyme4rs::tyme::Culture;
use tyme4rs::tyme::lunar::LunarMonth;
use tyme4rs::tyme::solar::SolarDay;

/// A day of the lunar calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LunarDate {
    /// Lunar year by the number of the solar year in which it begins.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// A leap month, which follows the plain one of the same number.
    pub leap: bool,
    /// 1 to 30.
    pub day: u32,
    /// Whether this month has no 30th.
    pub short: bool,
}

/// The lunar date of a day between 1900 and 2200.
pub fn of(day: NaiveDate) -> Option<LunarDate> {
    if !(1900..=2200).contains(&day.year()) {
        return None;
    }
    let lunar = SolarDay::new(day.year() as isize, day.month() as usize, day.day() as usize).ok()?.get_lunar_day();
    let month = lunar.get_lunar_month();
    Some(LunarDate {
        year: lunar.get_year() as i32,
        month: lunar.get_month().unsigned_abs() as u32,
        leap: lunar.get_month() < 0,
        day: lunar.get_day() as u32,
        short: month.get_day_count() < 30,
    })
}

/// A day's lunar date in words: 十月十五.
pub fn words(day: NaiveDate) -> Option<String> {
    if !(1900..=2200).contains(&day.year()) {
        return None;
    }
    let lunar = SolarDay::new(day.year() as isize, day.month() as usize, day.day() as usize).ok()?.get_lunar_day();
    Some(format!("{}{}", lunar.get_lunar_month().get_name(), lunar.get_name()))
}

/// Whether a lunar year has this leap month.
pub fn has_leap(year: i32, month: u32) -> bool {
    LunarMonth::new(year as isize, -(month as isize)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days_are_known() {
        let date = |text: &str| of(text.parse().unwrap()).map(|d| (d.year, d.month, d.leap, d.day));
        assert_eq!(date("2026-02-17"), Some((2026, 1, false, 1)), "the spring festival of 2026");
        assert_eq!(date("2025-07-25"), Some((2025, 6, true, 1)), "2025 has a second sixth month");
        assert_eq!(date("2026-11-22"), Some((2026, 10, false, 14)));
        assert_eq!(words("2026-11-22".parse().unwrap()).as_deref(), Some("十月十四"));
        assert!(has_leap(2025, 6) && !has_leap(2026, 6));
        assert_eq!(date("1800-01-01"), None);
    }
}
