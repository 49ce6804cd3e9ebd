//! When and how to reach a buyer about a review: by telephone first, by message where nobody answered; at hours that
//! suit them, with the reason.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{Days, Timelike};
use rusqlite::Connection;
use serde::Serialize;

use super::follow::{Attempts, hold_of, next_attempt_from};
use super::store::Row;
use crate::calendar::holidays;
use crate::calendar::rules::{CallHours, ReviewRules};
use crate::calendar::working_time::{Calendar, WorkingHours};
use crate::contacts::channel::ContactChannel;
use crate::contacts::hold::Hold;
use crate::contacts::preference::Preference;
use crate::error::Result;
use crate::time::{Moment, Seconds, Zone, local_day, second_of_day};

/// So many times are proposed.
const PROPOSED: usize = 3;
/// From so many orders or answers on, hours are a habit.
const HABIT: u32 = 2;

/// Why a time is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum TimeReason {
    /// The sooner the better, and it is a decent hour.
    Soonest,
    /// A decent hour for a call.
    DecentHour,
    /// They answered around this hour before.
    AnsweredAt {
        /// How often.
        times: u32,
    },
    /// They ordered around this hour before.
    OrderedAt {
        /// How often.
        times: u32,
    },
    /// Their quiet hours are over then.
    AfterQuietHours,
    /// After a public holiday.
    AfterHoliday {
        /// Its name.
        name: String,
    },
    /// After a day on which the seller does not work.
    AfterDayOff,
}

/// A time for a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ContactTime {
    /// When.
    pub at: Seconds,
    /// Why then; at least one.
    pub reasons: Vec<TimeReason>,
}

/// Why nothing is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum NoContact {
    CauseFirst,
    Closed,
    Reached,
    Refused,
    DoNotContact,
    AttemptsUsed,
    NobodyKnown,
}

/// How to go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ContactPlan {
    /// Why there is no contact; then nothing else is proposed.
    pub none: Option<NoContact>,
    /// The channel for the next attempt.
    pub channel: ContactChannel,
    /// The next attempt's number, from 1.
    pub attempt: u32,
    /// The seller's cap.
    pub of: u32,
    /// Good times, the soonest first.
    pub times: Vec<ContactTime>,
}

/// What the plan is made from.
pub(crate) struct Basis<'a> {
    pub row: &'a Row,
    pub attempts: Attempts,
    pub rules: &'a ReviewRules,
    pub preference: &'a Preference,
    pub calendar: &'a Calendar,
    /// Whether a telephone number is known.
    pub has_phone: bool,
}

pub(crate) fn plan(connection: &Connection, basis: &Basis<'_>, now: Moment) -> Result<ContactPlan> {
    let Basis { row, attempts, rules, preference, .. } = basis;
    let held = hold_of(row, *attempts, rules, now.at);
    let none = match () {
        () if !row.is_open() => Some(NoContact::Closed),
        () if row.cause.is_none() => Some(NoContact::CauseFirst),
        () if held == Some(Hold::Refused) => Some(NoContact::Refused),
        () if attempts.reached => Some(NoContact::Reached),
        () if preference.no_contact => Some(NoContact::DoNotContact),
        () if held.is_some() => Some(NoContact::AttemptsUsed),
        () if row.customer_id.is_none() => Some(NoContact::NobodyKnown),
        () => None,
    };
    Ok(ContactPlan {
        none,
        // A wish for a channel goes before the rule that the telephone comes first.
        channel: match preference.channel {
            Some(wish) if wish != ContactChannel::Phone => wish,
            _ if basis.has_phone && !attempts.called_in_vain => ContactChannel::Phone,
            _ => ContactChannel::PlatformChat,
        },
        attempt: attempts.made + 1,
        of: rules.attempts,
        times: if none.is_some() { Vec::new() } else { times(connection, basis, now)? },
    })
}

/// How often something happened in each hour of the day, on the seller's clock.
fn by_hour(connection: &Connection, sql: &'static str, customer: i64, zone: Zone) -> Result<BTreeMap<u16, u32>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([customer])?;
    let mut hours = BTreeMap::new();
    while let Some(row) = rows.next()? {
        if let Some(local) = chrono::DateTime::from_timestamp(row.get(0)?, 0) {
            *hours.entry(local.with_timezone(&zone).hour() as u16).or_default() += 1;
        }
    }
    Ok(hours)
}

fn times(connection: &Connection, basis: &Basis<'_>, now: Moment) -> Result<Vec<ContactTime>> {
    let Some(customer) = basis.row.customer_id else { return Ok(Vec::new()) };
    let ordered = by_hour(connection, "SELECT placed_at FROM orders WHERE customer_id = ?1 AND placed_at IS NOT NULL", customer, now.zone)?;
    let answered = by_hour(
        connection,
        "SELECT at FROM contacts WHERE customer_id = ?1 AND (outgoing = 0 OR outcome = 'reached')",
        customer,
        now.zone,
    )?;
    let mut found: Vec<ContactTime> = Vec::new();
    let mut holiday: Option<String> = None;
    let hours_of_day = &basis.rules.call_hours;
    let calendar = match basis.rules.call_days {
        Some(days) => Cow::Owned(Calendar { hours: WorkingHours { days, ..basis.calendar.hours.clone() }, ..basis.calendar.clone() }),
        None => Cow::Borrowed(basis.calendar),
    };
    // Never at once after an attempt.
    let from = next_attempt_from(basis.attempts, basis.rules, now.zone).map_or(now.at, |next| next.max(now.at));
    let Some(first) = local_day(from, now.zone) else { return Ok(found) };
    for ahead in 0..14u64 {
        let Some(day) = first.checked_add_days(Days::new(ahead)) else { break };
        if !calendar.is_working_day(day) {
            holiday = Some(holidays::of(day).filter(|d| d.off).map(|d| d.name.clone()).unwrap_or_default());
            continue;
        }
        // Hours worth a call on this day: those of a habit first, else the first decent one.
        let mut hours: Vec<(u16, Vec<TimeReason>)> = Vec::new();
        for (habits, answered) in [(&answered, true), (&ordered, false)] {
            if let Some((hour, times)) =
                habits.iter().filter(|(_, n)| **n >= HABIT).max_by_key(|(hour, n)| (**n, std::cmp::Reverse(**hour)))
            {
                let times = *times;
                let reason = if answered { TimeReason::AnsweredAt { times } } else { TimeReason::OrderedAt { times } };
                match hours.iter_mut().find(|(minute, _)| minute / 60 == *hour) {
                    Some((_, reasons)) => reasons.push(reason),
                    None => hours.push((hour * 60, vec![reason])),
                }
            }
        }
        hours.extend(hours_of_day.iter().filter(|h| h.from < h.to).map(|h| (h.from, Vec::new())));
        hours.sort_by_key(|(minute, _)| *minute);
        for (minute, mut reasons) in hours {
            let Some(mut at) = second_of_day(day, minute, now.zone) else { continue };
            // The hour that runs now is as good as its beginning.
            if at < from
                && ahead == 0
                && (!reasons.is_empty() && from < at + 3_600 || reasons.is_empty() && decent(from, hours_of_day, now.zone))
            {
                at = from;
            }
            if let Some(quiet) = basis.preference.quiet.filter(|q| q.holds(at, now.zone)) {
                at = quiet.next_allowed(at, now.zone);
                reasons = vec![TimeReason::AfterQuietHours];
            }
            let mut known = found.iter();
            if at < from
                || !decent(at, hours_of_day, now.zone)
                || local_day(at, now.zone) != Some(day)
                || known.any(|t| (t.at - at).abs() < 3_600)
            {
                continue;
            }
            match holiday.take() {
                Some(name) if name.is_empty() => reasons.push(TimeReason::AfterDayOff),
                Some(name) => reasons.push(TimeReason::AfterHoliday { name }),
                None => {}
            }
            if reasons.is_empty() {
                reasons.push(if found.is_empty() { TimeReason::Soonest } else { TimeReason::DecentHour });
            }
            found.push(ContactTime { at, reasons });
            if found.len() == PROPOSED {
                return Ok(found);
            }
        }
    }
    Ok(found)
}

fn decent(at: Seconds, hours: &[CallHours], zone: Zone) -> bool {
    crate::time::minute_of_day(at, zone).is_some_and(|minute| hours.iter().any(|h| (h.from..h.to).contains(&minute)))
}
