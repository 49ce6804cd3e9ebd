//! Days off and make-up working days in mainland China, as announced year by year; the seller's own days go
//! before them. Years that are not announced yet have none, which [`announced`] tells.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A day that is not what its weekday says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct SpecialDay {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// Such as 春节.
    pub name: String,
    /// Free; else worked, though its weekday may be free.
    pub off: bool,
}

#[derive(Deserialize)]
struct HolidayFile {
    years: BTreeMap<String, Vec<SpecialDay>>,
}

static ANNOUNCED: LazyLock<BTreeMap<NaiveDate, SpecialDay>> = LazyLock::new(|| {
    // The file is part of the program and read by a test; one that cannot be read leaves the weekdays.
    let file: HolidayFile = serde_json::from_str(include_str!("../../../../assets/holidays-cn.json")).unwrap_or_else(|error| {
        tracing::error!(%error, "the public holidays of this build cannot be read");
        HolidayFile { years: BTreeMap::new() }
    });
    file.years.into_values().flatten().filter_map(|day| Some((day.date.parse().ok()?, day))).collect()
});

/// What the public calendar says of a day; `None`: what its weekday says.
pub fn of(day: NaiveDate) -> Option<&'static SpecialDay> {
    ANNOUNCED.get(&day)
}

/// The public calendar's days of a year; empty for one that is not announced in this version.
pub fn of_year(year: i32) -> impl Iterator<Item = &'static SpecialDay> {
    ANNOUNCED.iter().filter(move |(day, _)| day.year() == year).map(|(_, special)| special)
}

/// Whether a year's holidays are known to this version.
pub fn announced(year: i32) -> bool {
    of_year(year).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_calendar_is_read_whole() {
        let day = |text: &str| of(text.parse().unwrap()).map(|d| d.off);
        assert_eq!(day("2026-10-01"), Some(true), "national day");
        assert_eq!(day("2025-01-26"), Some(false), "a Sunday that is worked before the spring festival");
        assert_eq!(day("2026-11-24"), None);
        assert!(announced(2025) && announced(2026) && !announced(2031));
    }
}
