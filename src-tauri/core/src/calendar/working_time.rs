//! Time that counts: the hours in which the seller works. Clocks of complaints run only then.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::holidays;
use crate::error::{Error, Result};
use crate::time::{Seconds, Zone, local_day, second_of_day};

/// When the seller works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct WorkingHours {
    /// Minute of the day at which work begins, 0 to 1439.
    pub from: u16,
    /// Minute at which it ends, 1 to 1440; at or before `from`: on the next day.
    pub to: u16,
    /// Monday to Sunday.
    pub days: [bool; 7],
    /// Whether public holidays of China are free, and their make-up days worked.
    pub holidays: bool,
}

impl Default for WorkingHours {
    fn default() -> Self {
        WorkingHours { from: 9 * 60, to: 21 * 60, days: [true; 7], holidays: true }
    }
}

impl WorkingHours {
    /// Whether there can be such hours.
    ///
    /// # Errors
    /// [`Error::BadValue`] for a minute that no day has, hours of no length, and a week without a working day.
    pub fn check(&self) -> Result<()> {
        let wrong = |value: String, reason| Err(Error::BadValue { field: "working_hours", value, reason });
        if self.from > 1439 || self.to > 1440 || self.to == 0 {
            return wrong(format!("{}-{}", self.from, self.to), "no_such_time");
        }
        if self.from == self.to {
            return wrong(format!("{}-{}", self.from, self.to), "no_length");
        }
        if !self.days.contains(&true) {
            return wrong(String::new(), "no_working_day");
        }
        Ok(())
    }
}

/// Working time on the seller's clock.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The hours.
    pub hours: WorkingHours,
    /// Days the seller made free (`true`) or working.
    pub own_days: BTreeMap<NaiveDate, bool>,
    /// The seller's clock.
    pub zone: Zone,
}

/// No clock looks further than this for working time: a seller who closes for longer gets plain days.
const FURTHEST_DAYS: u32 = 400;

impl Calendar {
    /// Whether work begins on this day.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        if let Some(off) = self.own_days.get(&day) {
            return !off;
        }
        if self.hours.holidays
            && let Some(special) = holidays::of(day)
        {
            return !special.off;
        }
        self.hours.days[day.weekday().num_days_from_monday() as usize]
    }

    /// The working time that begins on a day, as seconds; a day of a clock change is an hour shorter or longer.
    fn window(&self, day: NaiveDate) -> Option<(Seconds, Seconds)> {
        if !self.is_working_day(day) {
            return None;
        }
        let last = if self.hours.to <= self.hours.from { day.checked_add_days(Days::new(1))? } else { day };
        let from = second_of_day(day, self.hours.from, self.zone)?;
        let to = second_of_day(last, self.hours.to, self.zone)?;
        (from < to).then_some((from, to))
    }

    /// Windows from the one that may still run at `at` onwards.
    fn windows_from(&self, at: Seconds) -> impl Iterator<Item = (Seconds, Seconds)> {
        let first = local_day(at, self.zone).and_then(|d| d.checked_sub_days(Days::new(1)));
        first
            .into_iter()
            .flat_map(|first| (0..u64::from(FURTHEST_DAYS)).map_while(move |n| first.checked_add_days(Days::new(n))))
            .filter_map(|day| self.window(day))
            .filter(move |(_, to)| *to > at)
    }

    /// The second after so many seconds of working time from `at`. Less than nothing is plain time back: how long
    /// something is overdue is not counted in working hours.
    pub fn after(&self, at: Seconds, seconds: i64) -> Seconds {
        if seconds < 0 {
            return at.saturating_add(seconds);
        }
        let mut left = seconds;
        let mut reached = at;
        for (from, to) in self.windows_from(at) {
            let begin = from.max(at);
            if left <= to - begin {
                return begin + left;
            }
            left -= to - begin;
            reached = to;
        }
        reached.saturating_add(left)
    }

    /// Seconds of working time between two seconds; 0 where they are in the other order.
    pub fn between(&self, from: Seconds, to: Seconds) -> i64 {
        self.windows_from(from).take_while(|(begin, _)| *begin < to).map(|(begin, end)| end.min(to) - begin.max(from)).sum()
    }

    /// Whether the seller works at this second.
    pub fn is_working(&self, at: Seconds) -> bool {
        self.windows_from(at).next().is_some_and(|(from, _)| from <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{parse_time, parse_zone};
    use proptest::prelude::*;

    fn calendar(from: u16, to: u16, days: [bool; 7], zone: &str) -> Calendar {
        Calendar { hours: WorkingHours { from, to, days, holidays: true }, own_days: BTreeMap::new(), zone: parse_zone(zone).unwrap() }
    }

    fn at(text: &str, calendar: &Calendar) -> Seconds {
        parse_time(text, calendar.zone, None).unwrap()
    }

    const WEEK: [bool; 7] = [true, true, true, true, true, false, false];
    const HOUR: i64 = 3600;

    #[test]
    fn working_time_stops_at_night_at_weekends_and_on_holidays() {
        let c = calendar(9 * 60, 18 * 60, WEEK, "Asia/Shanghai");
        for (from, hours, to) in [
            ("2026-11-20 10:00:00", 2, "2026-11-20 12:00:00"),
            ("2026-11-20 17:00:00", 2, "2026-11-23 10:00:00"), // Friday to Monday
            ("2026-11-20 23:30:00", 1, "2026-11-23 10:00:00"),
            ("2026-11-21 12:00:00", 9, "2026-11-23 18:00:00"),
            ("2026-09-30 17:00:00", 2, "2026-10-08 10:00:00"), // the national holidays
        ] {
            assert_eq!(c.after(at(from, &c), hours * HOUR), at(to, &c), "{from} + {hours} h");
        }
    }

    #[test]
    fn hours_that_pass_midnight_belong_to_the_day_they_begin_on() {
        let c = calendar(20 * 60, 2 * 60, WEEK, "Asia/Shanghai");
        // Friday's hours run into Saturday, and Saturday has none of its own.
        assert!(c.is_working(at("2026-11-21 01:00:00", &c)));
        assert!(!c.is_working(at("2026-11-21 21:00:00", &c)));
        assert_eq!(c.after(at("2026-11-21 01:00:00", &c), 2 * HOUR), at("2026-11-23 21:00:00", &c));
    }

    #[test]
    fn a_clock_change_inside_working_hours_costs_or_gives_the_hour_it_is() {
        let c = calendar(0, 1440, [true; 7], "America/New_York");
        let day = |text: &str| at(text, &c);
        assert_eq!(c.between(day("2026-03-08 00:00:00"), day("2026-03-09 00:00:00")), 23 * HOUR);
        assert_eq!(c.between(day("2026-11-01 00:00:00"), day("2026-11-02 00:00:00")), 25 * HOUR);
    }

    #[test]
    fn the_sellers_own_days_go_before_the_public_calendar() {
        let mut c = calendar(9 * 60, 18 * 60, WEEK, "Asia/Shanghai");
        let day: NaiveDate = "2026-10-01".parse().unwrap();
        assert!(!c.is_working_day(day));
        c.own_days.insert(day, false);
        assert!(c.is_working_day(day));
    }

    #[test]
    fn a_shop_that_is_closed_for_years_gets_plain_time_and_no_endless_search() {
        let mut c = calendar(9 * 60, 18 * 60, WEEK, "Asia/Shanghai");
        let first: NaiveDate = "2026-11-01".parse().unwrap();
        c.own_days = first.iter_days().take(2000).map(|d| (d, true)).collect();
        let from = at("2026-11-20 10:00:00", &c);
        assert_eq!(c.after(from, HOUR), from + HOUR);
        assert_eq!(c.after(i64::MAX, HOUR), i64::MAX);
    }

    #[test]
    fn impossible_hours_are_refused() {
        for (from, to, days) in [(1440, 60, [true; 7]), (0, 1441, [true; 7]), (60, 60, [true; 7]), (0, 60, [false; 7])] {
            assert!(WorkingHours { from, to, days, holidays: false }.check().is_err());
        }
        assert!(WorkingHours { from: 0, to: 1440, days: [true; 7], holidays: false }.check().is_ok());
    }

    proptest! {
        #[test]
        fn what_is_added_is_what_lies_between(
            from in 1_700_000_000i64..1_800_000_000, seconds in 0i64..4_000_000, open in 0u16..1440, length in 30u16..1440, week in 1u8..128,
        ) {
            let days: [bool; 7] = std::array::from_fn(|i| week & (1 << i) != 0);
            let to = (open + length) % 1440;
            let c = calendar(open, if to == 0 { 1440 } else { to }, days, "Europe/Berlin");
            prop_assume!(c.hours.check().is_ok());
            let due = c.after(from, seconds);
            prop_assert!(due >= from);
            // Found within the bound: then exactly so much working time lies between.
            if due - from < 300 * 86_400 {
                prop_assert_eq!(c.between(from, due), seconds);
            }
        }
    }
}
