//! Natural times to put a line off to.

use chrono::{Datelike, Days};
use serde::Serialize;

use super::day;
use crate::error::Result;
use crate::storage::Shop;
use crate::time::{Moment, Seconds, local_day, minute_of_day, second_of_day};

/// A time to put a line off to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct SnoozeTime {
    /// `in_an_hour`, `this_afternoon`, `this_evening`, `tomorrow`, `in_two_days`, `next_monday`, `in_a_week`.
    pub name: String,
    /// When.
    pub at: Seconds,
}

impl Shop {
    /// Times to put a line about a person off to, none of them within their quiet hours.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn snooze_times(&self, customer: Option<i64>, now: Moment) -> Result<Vec<SnoozeTime>> {
        self.read(|connection| {
            let day = day(connection, now)?;
            let (Some(today), Some(minute)) = (local_day(now.at, now.zone), minute_of_day(now.at, now.zone)) else { return Ok(Vec::new()) };
            let morning = day.calendar.hours.from.clamp(9 * 60, 12 * 60);
            let ahead = |days: u64, minute: u16| today.checked_add_days(Days::new(days)).and_then(|d| second_of_day(d, minute, now.zone));
            let to_monday = 7 - u64::from(today.weekday().num_days_from_monday());
            let mut times = vec![("in_an_hour", Some(now.at + 3_600))];
            if minute < 12 * 60 {
                times.push(("this_afternoon", ahead(0, 14 * 60)));
            }
            if minute < 17 * 60 {
                times.push(("this_evening", ahead(0, 19 * 60)));
            }
            times.push(("tomorrow", ahead(1, morning)));
            times.push(("in_two_days", ahead(2, morning)));
            if to_monday > 2 {
                times.push(("next_monday", ahead(to_monday, morning)));
            }
            times.push(("in_a_week", ahead(7, morning)));
            let quiet = customer.and_then(|c| day.wishes.get(&c)).and_then(|wish| wish.quiet);
            Ok(times
                .into_iter()
                .filter_map(|(name, at)| Some((name, at?)))
                .map(|(name, at)| SnoozeTime { name: name.to_owned(), at: quiet.map_or(at, |q| q.next_allowed(at, now.zone)) })
                .collect())
        })
    }
}
