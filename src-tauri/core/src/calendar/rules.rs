//! The seller's own rules that clocks follow: working hours, own days off, and the standards of a complaint.
//! Changing one moves the clocks that run, in the same undoable change.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::holidays::{self, SpecialDay};
use super::working_time::{Calendar, WorkingHours};
use crate::error::{Error, Result};
use crate::storage::{Change, Op, Shop};
use crate::time::{Moment, Zone, local_day};

/// What the seller holds themselves to in a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct Standards {
    /// Working minutes from the complaint to the first answer.
    pub first_answer_minutes: u32,
    /// Working minutes until the buyer hears of it again, where no time was promised.
    pub next_update_minutes: u32,
    /// Days until a remedy is delivered.
    pub remedy_days: u32,
    /// Days from the delivered remedy to the question whether all is well, 1 to 7.
    pub follow_up_days: u32,
}

impl Default for Standards {
    fn default() -> Self {
        Standards { first_answer_minutes: 60, next_update_minutes: 12 * 60, remedy_days: 3, follow_up_days: 7 }
    }
}

impl Standards {
    fn check(self) -> Result<()> {
        const MOST_MINUTES: u32 = 60 * 24 * 30;
        let wrong = |field, value: u32, reason| Err(Error::BadValue { field, value: value.to_string(), reason });
        for (field, minutes) in [("first_answer", self.first_answer_minutes), ("next_update", self.next_update_minutes)] {
            if !(1..=MOST_MINUTES).contains(&minutes) {
                return wrong(field, minutes, "out_of_range");
            }
        }
        if !(1..=90).contains(&self.remedy_days) {
            return wrong("remedy_days", self.remedy_days, "out_of_range");
        }
        if !(1..=7).contains(&self.follow_up_days) {
            return wrong("follow_up_days", self.follow_up_days, "one_to_seven");
        }
        Ok(())
    }
}

/// What a day's list proposes beside complaints and promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct DayRules {
    /// Days from the order's end until the question how the goods are; `None`: not asked.
    pub check_in_days: Option<u32>,
    /// Most check-ins proposed on one day.
    pub check_ins_a_day: u32,
    /// Days on the way after which a parcel is looked after, where its courier's own days are not known.
    pub stuck_days: u32,
    /// Days before a birthday from which it is listed; `None`: birthdays are not listed.
    pub birthday_days: Option<u32>,
}

impl Default for DayRules {
    fn default() -> Self {
        DayRules { check_in_days: Some(3), check_ins_a_day: 10, stuck_days: 10, birthday_days: Some(3) }
    }
}

impl DayRules {
    fn check(self) -> Result<()> {
        let checks = [
            ("check_in_days", self.check_in_days.unwrap_or(1), 1..=365),
            ("check_ins_a_day", self.check_ins_a_day, 0..=500),
            ("stuck_days", self.stuck_days, 1..=90),
            ("birthday_days", self.birthday_days.unwrap_or(0), 0..=30),
        ];
        match checks.into_iter().find(|(_, value, range)| !range.contains(value)) {
            Some((field, value, _)) => Err(Error::BadValue { field, value: value.to_string(), reason: "out_of_range" }),
            None => Ok(()),
        }
    }
}

/// From a minute of the day to a later one of the same day; as early as late: never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct CallHours {
    /// 0 to 1440.
    pub from: u16,
    /// 0 to 1440.
    pub to: u16,
}

/// What the seller holds themselves to in reviews, and what platforms allow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct ReviewRules {
    /// Hours from a bad review to the first contact: the first ones decide.
    pub first_contact_hours: u32,
    /// After so many attempts nothing more is proposed, and a further one needs a reason.
    pub attempts: u32,
    /// Hours from an attempt to the next; `None`: in another half of a day.
    pub attempt_pause_hours: Option<u32>,
    /// Hours of the day in which a call is decent: in the forenoon, and after noon.
    pub call_hours: [CallHours; 2],
    /// Monday to Sunday, on which a call is decent; `None`: on the days the seller works.
    pub call_days: Option<[bool; 7]>,
    /// Days in which a positive review is replied to; `None`: not listed.
    pub thank_days: Option<u32>,
    /// Days from the order's end until a review is asked for; `None`: not asked for.
    pub invite_days: Option<u32>,
    /// Most invitations proposed on one day.
    pub invites_a_day: u32,
    /// By platform: days in which a buyer can still change a review. As known when this version was made; the
    /// seller's to correct.
    pub change_days: BTreeMap<String, u32>,
}

impl Default for ReviewRules {
    fn default() -> Self {
        let change_days = [("taobao", 30), ("ebay", 30), ("etsy", 100)].map(|(platform, days)| (platform.to_owned(), days));
        ReviewRules {
            first_contact_hours: 24,
            attempts: 3,
            attempt_pause_hours: None,
            call_hours: [CallHours { from: 9 * 60, to: 12 * 60 }, CallHours { from: 14 * 60, to: 20 * 60 + 30 }],
            call_days: None,
            thank_days: Some(7),
            invite_days: None,
            invites_a_day: 5,
            change_days: BTreeMap::from(change_days),
        }
    }
}

impl ReviewRules {
    fn check(&self) -> Result<()> {
        let wrong = |field, value: String, reason| Err(Error::BadValue { field, value, reason });
        if let Some(hours) = self.call_hours.iter().find(|h| h.from > h.to || h.to > 1440) {
            return wrong("call_hours", format!("{}-{}", hours.from, hours.to), "ends_before_it_begins");
        }
        if self.call_hours.iter().all(|h| h.from == h.to) {
            return wrong("call_hours", String::new(), "no_length");
        }
        if self.call_days.is_some_and(|days| !days.contains(&true)) {
            return wrong("call_days", String::new(), "no_working_day");
        }
        let mut checks = vec![
            ("first_contact_hours", self.first_contact_hours, 1..=720),
            ("attempts", self.attempts, 1..=20),
            ("attempt_pause_hours", self.attempt_pause_hours.unwrap_or(1), 1..=720),
            ("thank_days", self.thank_days.unwrap_or(1), 1..=365),
            ("invite_days", self.invite_days.unwrap_or(1), 1..=365),
            ("invites_a_day", self.invites_a_day, 0..=500),
        ];
        checks.extend(self.change_days.values().map(|days| ("change_days", *days, 1..=730)));
        match checks.into_iter().find(|(_, value, range)| !range.contains(value)) {
            Some((field, value, _)) => Err(Error::BadValue { field, value: value.to_string(), reason: "out_of_range" }),
            None => Ok(()),
        }
    }
}

/// How a Chinese text addresses a buyer of whom no form of address is noted: never by the bare full name unless the seller
/// wants it. An English one says the first name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum AddressBy {
    /// 亲
    #[default]
    Dear,
    /// 您好
    Hello,
    /// The full name.
    Name,
}

/// All of them together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Rules {
    /// When the seller works.
    pub hours: WorkingHours,
    /// What the seller holds themselves to.
    pub standards: Standards,
    /// What a day's list proposes.
    pub day: DayRules,
    /// Reviews.
    #[serde(default)]
    pub reviews: ReviewRules,
    /// How texts address a buyer.
    #[serde(default)]
    pub address_by: AddressBy,
}

/// A year as the settings show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct YearOfDays {
    /// The year.
    pub year: i32,
    /// Whether its public holidays are part of this version; else only the seller's own days are known.
    pub announced: bool,
    /// Days that are not what their weekday says, by date; (day, whether the seller made it so).
    pub days: Vec<(SpecialDay, bool)>,
}

fn rule<T: DeserializeOwned + Default>(connection: &Connection, key: &'static str) -> Result<T> {
    let text: Option<String> =
        connection.prepare_cached("SELECT value FROM rules WHERE key = ?1")?.query_row([key], |r| r.get(0)).optional()?;
    match text {
        Some(text) => serde_json::from_str(&text).map_err(|_| Error::Stored { field: "rules.value", value: key.to_owned() }),
        None => Ok(T::default()),
    }
}

fn set_rule<T: Serialize>(tx: &Transaction<'_>, key: &'static str, value: &T) -> Result<()> {
    let text = serde_json::to_string(value).map_err(|e| Error::BadValue { field: "rules", value: e.to_string(), reason: "not_json" })?;
    tx.execute("INSERT INTO rules (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, text))?;
    Ok(())
}

/// How texts address a buyer.
pub(crate) fn address_by(connection: &Connection) -> Result<AddressBy> {
    rule(connection, "address_by")
}

/// The rules in force.
pub(crate) fn rules(connection: &Connection) -> Result<Rules> {
    Ok(Rules {
        hours: rule(connection, "hours")?,
        standards: rule(connection, "standards")?,
        day: rule(connection, "day")?,
        reviews: rule(connection, "reviews")?,
        address_by: address_by(connection)?,
    })
}

/// Working time as it is in force, on the seller's clock.
pub(crate) fn calendar(connection: &Connection, zone: Zone) -> Result<Calendar> {
    let mut statement = connection.prepare_cached("SELECT day, off FROM calendar_days")?;
    let mut rows = statement.query([])?;
    let mut own_days = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let day: String = row.get(0)?;
        let date = day.parse::<NaiveDate>().map_err(|_| Error::Stored { field: "calendar_days.day", value: day })?;
        own_days.insert(date, row.get(1)?);
    }
    Ok(Calendar { hours: rule(connection, "hours")?, own_days, zone })
}

impl Shop {
    /// The rules in force.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn rules(&self) -> Result<Rules> {
        self.read(rules)
    }

    /// Sets the rules and moves the clocks that run by them.
    ///
    /// # Errors
    /// [`Error::BadValue`] with the rule and what is wrong with it.
    pub fn set_rules(&self, rules: &Rules, now: Moment) -> Result<Change> {
        rules.hours.check()?;
        rules.standards.check()?;
        rules.day.check()?;
        rules.reviews.check()?;
        let (change, ()) = self.transact(Op::EditRules, now.at, |tx| {
            set_rule(tx, "hours", &rules.hours)?;
            set_rule(tx, "standards", &rules.standards)?;
            set_rule(tx, "day", &rules.day)?;
            set_rule(tx, "reviews", &rules.reviews)?;
            set_rule(tx, "address_by", &rules.address_by)?;
            crate::complaints::clock::set_all(tx, now.zone)?;
            Ok((String::new(), ()))
        })?;
        Ok(change)
    }

    /// The special days of a year: public ones, and the seller's own in their place.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn year_of_days(&self, year: i32) -> Result<YearOfDays> {
        self.read(|connection| {
            let mut days: BTreeMap<String, (SpecialDay, bool)> =
                holidays::of_year(year).map(|day| (day.date.clone(), (day.clone(), false))).collect();
            let mut statement = connection.prepare_cached("SELECT day, name, off FROM calendar_days WHERE day LIKE ?1")?;
            let mut rows = statement.query([format!("{year:04}-%")])?;
            while let Some(row) = rows.next()? {
                let day = SpecialDay { date: row.get(0)?, name: row.get(1)?, off: row.get(2)? };
                days.insert(day.date.clone(), (day, true));
            }
            Ok(YearOfDays { year, announced: holidays::announced(year), days: days.into_values().collect() })
        })
    }

    /// Makes a day free or working; `None` gives it back to the public calendar and its weekday.
    ///
    /// # Errors
    /// [`Error::BadValue`] for a date that does not exist or lies outside 2000 to 2099.
    pub fn set_day(&self, date: &str, set: Option<(bool, &str)>, now: Moment) -> Result<Change> {
        let day = date.trim().parse::<NaiveDate>().ok().filter(|d| (2000..2100).contains(&d.year())).ok_or_else(|| Error::BadValue {
            field: "day",
            value: date.to_owned(),
            reason: "no_such_day",
        })?;
        let (change, ()) = self.transact(Op::EditRules, now.at, |tx| {
            match set {
                Some((off, name)) => tx.execute(
                    "INSERT INTO calendar_days (day, name, off) VALUES (?1, ?2, ?3)
                     ON CONFLICT (day) DO UPDATE SET name = excluded.name, off = excluded.off",
                    params![day.to_string(), name.trim(), off],
                )?,
                None => tx.execute("DELETE FROM calendar_days WHERE day = ?1", [day.to_string()])?,
            };
            crate::complaints::clock::set_all(tx, now.zone)?;
            Ok((day.to_string(), ()))
        })?;
        Ok(change)
    }
}

/// The last second of the day on which something falls, on the seller's clock.
pub(crate) fn end_of_day(now: Moment) -> crate::time::Seconds {
    local_day(now.at, now.zone).and_then(|day| crate::time::second_of_day(day, 1440, now.zone)).map_or(now.at, |midnight| midnight - 1)
}
