//! Birthdays of the coming days, by the solar or the lunar calendar.

use chrono::{Datelike, Days, NaiveDate};
use rusqlite::params;

use super::{Day, Due, Said, Source, id_in, marks};
use crate::calendar::lunar;
use crate::contacts::preference::MayContact;
use crate::contacts::record::About;
use crate::error::Result;
use crate::phrases::values::PhraseAbout;
use crate::time::{local_day, second_of_day};

pub(crate) struct Birthdays;

impl Source for Birthdays {
    fn name(&self) -> &'static str {
        "birthday"
    }

    fn due(&self, day: &Day<'_>) -> Result<Vec<Due>> {
        let (Some(ahead), Some(today)) = (day.day.birthday_days, local_day(day.now.at, day.now.zone)) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for date in (0..=u64::from(ahead)).filter_map(|n| today.checked_add_days(Days::new(n))) {
            let at = second_of_day(date, 1440, day.now.zone).map_or(day.ends, |midnight| midnight - 1);
            for customer in born_on(day, date)? {
                let key = format!("customer:{customer}:{}", date.year());
                if day.may_contact(Some(customer)) == MayContact::Never || marks::is_over(day.connection, self.name(), &key)? {
                    continue;
                }
                let about = About { customer_id: Some(customer), ..About::default() };
                found.push(Due { key, at, wish: true, about: PhraseAbout { about, promise_id: None } });
            }
        }
        Ok(found)
    }

    fn say(&self, day: &Day<'_>, due: &Due) -> Result<Said> {
        let customer = id_in(&due.key)?;
        let is_lunar: bool = day
            .connection
            .prepare_cached("SELECT birth_calendar = 'lunar' FROM customers WHERE id = ?1")?
            .query_row([customer], |r| r.get(0))?;
        let date = local_day(due.at, day.now.zone);
        let days = date.zip(local_day(day.now.at, day.now.zone)).map(|(date, today)| (date - today).num_days());
        Ok(Said {
            subject: if is_lunar { date.and_then(lunar::words).unwrap_or_default() } else { String::new() },
            days,
            scene: "birthday",
            ..Said::default()
        })
    }
}

/// Everyone who has a birthday on a day.
fn born_on(day: &Day<'_>, date: NaiveDate) -> Result<Vec<i64>> {
    let mut statement = day.connection.prepare_cached(
        "SELECT id FROM customers WHERE birth_calendar = ?1 AND birth_month = ?2 AND birth_day = ?3 AND birth_leap = ?4 ORDER BY last_order_at DESC",
    )?;
    let mut found = Vec::new();
    for (calendar, month, of_month, leap) in birthdays_of(date) {
        let ids = statement.query_map(params![calendar, month, of_month, leap], |r| r.get(0))?;
        found.extend(ids.collect::<rusqlite::Result<Vec<i64>>>()?);
    }
    Ok(found)
}

/// The birthdays that fall on a day, as (calendar, month, day, leap month). The 29th of February is kept on the 28th
/// in plain years; the 30th of a lunar month that has none, on its 29th; a birthday in a leap month, in the plain
/// month of the same number in years without that leap month.
fn birthdays_of(date: NaiveDate) -> Vec<(&'static str, u32, u32, bool)> {
    let mut found = vec![("solar", date.month(), date.day(), false)];
    if (date.month(), date.day()) == (2, 28) && !date.leap_year() {
        found.push(("solar", 2, 29, false));
    }
    if let Some(lunar) = lunar::of(date) {
        let mut days = vec![lunar.day];
        if lunar.short && lunar.day == 29 {
            days.push(30);
        }
        for of_month in days {
            found.push(("lunar", lunar.month, of_month, lunar.leap));
            if !lunar.leap && !lunar::has_leap(lunar.year, lunar.month) {
                found.push(("lunar", lunar.month, of_month, true));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(date: &str) -> Vec<(&'static str, u32, u32, bool)> {
        birthdays_of(date.parse().unwrap())
    }

    #[test]
    fn birthdays_that_a_year_lacks_are_kept_on_the_day_before() {
        assert!(on("2026-02-28").contains(&("solar", 2, 29, false)));
        assert!(!on("2028-02-28").contains(&("solar", 2, 29, false)) && on("2028-02-29").contains(&("solar", 2, 29, false)));
    }

    #[test]
    fn lunar_birthdays_move_with_the_year() {
        // 2026-02-17 is the first day of the first month.
        assert!(on("2026-02-17").contains(&("lunar", 1, 1, false)));
        // 2025 has a leap sixth month: born in it, celebrated in it, and in 2026 in the plain one.
        assert!(on("2025-07-25").contains(&("lunar", 6, 1, true)) && !on("2025-07-25").contains(&("lunar", 6, 1, false)));
        assert!(on("2025-06-25").contains(&("lunar", 6, 1, false)) && !on("2025-06-25").contains(&("lunar", 6, 1, true)));
        assert!(on("2026-07-14").contains(&("lunar", 6, 1, true)) && on("2026-07-14").contains(&("lunar", 6, 1, false)));
    }
}
