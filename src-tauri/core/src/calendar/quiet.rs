//! Hours in which a person does not want to be spoken to.

use chrono::Days;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::time::{Seconds, Zone, local_day, minute_of_day, second_of_day};

/// From a minute of the day to another, on the seller's clock; it may pass midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct QuietHours {
    /// 0 to 1439.
    pub from: u16,
    /// 0 to 1439; before `from`: on the next day.
    pub to: u16,
}

impl QuietHours {
    /// Whether there can be such hours.
    ///
    /// # Errors
    /// [`Error::BadValue`]: a minute that no day has, or hours of no length.
    pub fn check(self) -> Result<QuietHours> {
        let reason = match (self.from, self.to) {
            (from, to) if from > 1439 || to > 1439 => "no_such_time",
            (from, to) if from == to => "no_length",
            _ => return Ok(self),
        };
        Err(Error::BadValue { field: "quiet_hours", value: format!("{}-{}", self.from, self.to), reason })
    }

    /// Whether a second falls into them.
    pub fn holds(self, at: Seconds, zone: Zone) -> bool {
        let Some(minute) = minute_of_day(at, zone) else { return false };
        if self.from < self.to { (self.from..self.to).contains(&minute) } else { minute >= self.from || minute < self.to }
    }

    /// The first second at or after `at` that is not quiet.
    pub fn next_allowed(self, at: Seconds, zone: Zone) -> Seconds {
        if !self.holds(at, zone) {
            return at;
        }
        let today = local_day(at, zone);
        let ends_tomorrow = minute_of_day(at, zone).is_some_and(|minute| self.from > self.to && minute >= self.from);
        let day = if ends_tomorrow { today.and_then(|d| d.checked_add_days(Days::new(1))) } else { today };
        day.and_then(|d| second_of_day(d, self.to, zone)).filter(|end| *end > at).unwrap_or(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{format_local, parse_time, parse_zone};

    #[test]
    fn quiet_hours_end_on_the_right_day() {
        let zone = parse_zone("Asia/Shanghai").unwrap();
        let next = |from: u16, to: u16, at: &str| {
            format_local(QuietHours { from, to }.next_allowed(parse_time(at, zone, None).unwrap(), zone), zone)
        };
        let night = (22 * 60, 8 * 60);
        assert_eq!(next(night.0, night.1, "2026-11-24 23:10:00"), "2026-11-25 08:00:00");
        assert_eq!(next(night.0, night.1, "2026-11-25 07:59:59"), "2026-11-25 08:00:00");
        assert_eq!(next(night.0, night.1, "2026-11-25 08:00:00"), "2026-11-25 08:00:00");
        assert_eq!(next(12 * 60, 14 * 60, "2026-11-25 13:00:00"), "2026-11-25 14:00:00");
        assert_eq!(next(12 * 60, 14 * 60, "2026-11-25 11:00:00"), "2026-11-25 11:00:00");
    }

    #[test]
    fn quiet_hours_that_end_in_the_hour_a_clock_change_skips_end_after_it() {
        let zone = parse_zone("Europe/Berlin").unwrap();
        let at = parse_time("2026-03-29 01:30:00", zone, None).unwrap();
        let end = QuietHours { from: 22 * 60, to: 150 }.next_allowed(at, zone);
        assert_eq!(format_local(end, zone), "2026-03-29 03:30:00");
    }
}
