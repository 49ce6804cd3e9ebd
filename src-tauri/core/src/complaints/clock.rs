//! When the next move of a case is due, by the seller's own standards.
//!
//! | stage | due |
//! |---|---|
//! | soothe | so many working minutes after the complaint came in |
//! | respond | so many working minutes after the step began |
//! | empathise | when the buyer was told they hear more, else as respond |
//! | compensate | the earliest of: what the buyer was told, a remedy's own date, so many days |
//! | follow up | so many days (at most seven) after the last remedy was delivered |
//!
//! A clock stands while the buyer is waited for; what had run before keeps counting afterwards.

use rusqlite::{Connection, Transaction};
use serde::Serialize;

use super::state::Stage;
use super::store::{self, Row};
use crate::calendar::rules::{self, Standards};
use crate::calendar::working_time::Calendar;
use crate::error::Result;
use crate::time::{Seconds, Zone};

const DAY: i64 = 86_400;

/// What a clock measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// Until the first answer.
    FirstAnswer,
    /// Until the buyer hears of it again.
    NextUpdate,
    /// Until the time the buyer was told.
    PromisedUpdate,
    /// Until a remedy is delivered.
    RemedyDelivered,
    /// Until the buyer is asked whether it is put right.
    FollowUp,
}

/// A clock and when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Due {
    pub clock: Clock,
    pub at: Seconds,
}

/// What a clock needs to know of the remedies of a case.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RemedyDates {
    /// The earliest date that a remedy not delivered yet has of its own.
    pub due_at: Option<Seconds>,
    /// When the last one was delivered.
    pub delivered_at: Option<Seconds>,
}

impl RemedyDates {
    /// Those of the present round: what an earlier one brought moves no clock.
    pub(crate) fn of(connection: &Connection, complaint: i64) -> Result<RemedyDates> {
        Ok(connection
            .prepare_cached(
                "SELECT min(due_at) FILTER (WHERE delivered_at IS NULL), max(delivered_at) FROM remedies
                 WHERE complaint_id = ?1 AND withdrawn_at IS NULL AND round = (SELECT reopened FROM complaints WHERE id = ?1)",
            )?
            .query_row([complaint], |r| Ok(RemedyDates { due_at: r.get(0)?, delivered_at: r.get(1)? }))?)
    }
}

/// When the case is due; `None` while the buyer is waited for and when it is closed.
pub(crate) fn due(row: &Row, remedies: RemedyDates, standards: Standards, calendar: &Calendar) -> Option<Due> {
    if row.waiting_since.is_some() {
        return None;
    }
    let working = |clock, minutes: u32| Due { clock, at: calendar.after(row.clock_from, i64::from(minutes) * 60 - row.clock_worked) };
    // A date on the calendar is as far from the clock's first second as it was when the clock began.
    let plain = |clock, seconds: i64| Due { clock, at: row.clock_from.saturating_add(seconds - row.clock_used) };
    let begun = match row.stage {
        Stage::Soothe => row.received_at,
        _ => row.stage_since,
    };
    let told = row.next_update_at.filter(|at| *at > begun).map(|at| plain(Clock::PromisedUpdate, at - begun));
    match row.stage {
        Stage::Soothe => Some(working(Clock::FirstAnswer, standards.first_answer_minutes)),
        Stage::Respond => Some(working(Clock::NextUpdate, standards.next_update_minutes)),
        Stage::Empathise => Some(told.unwrap_or_else(|| working(Clock::NextUpdate, standards.next_update_minutes))),
        Stage::Compensate => {
            let own = remedies.due_at.map(|at| plain(Clock::RemedyDelivered, at - begun));
            let standard = plain(Clock::RemedyDelivered, i64::from(standards.remedy_days) * DAY);
            [told, Some(own.unwrap_or(standard))].into_iter().flatten().min_by_key(|d| d.at)
        }
        Stage::FollowUp => Some(plain(Clock::FollowUp, i64::from(standards.follow_up_days) * DAY)),
        Stage::Closed => None,
    }
}

/// Starts the clock of a stage that was just entered.
pub(crate) fn start(row: &mut Row, remedies: RemedyDates, at: Seconds) {
    row.stage_since = at;
    row.clock_used = 0;
    row.clock_worked = 0;
    row.clock_from = match row.stage {
        // The seven days run from the day the remedy arrived, not from when that was written down.
        Stage::FollowUp => remedies.delivered_at.map_or(at, |delivered| delivered.min(at)),
        _ => at,
    };
}

/// Stops the clock.
pub(crate) fn stop(row: &mut Row, calendar: &Calendar, at: Seconds) {
    row.clock_used = row.clock_used.saturating_add((at - row.clock_from).max(0));
    row.clock_worked = row.clock_worked.saturating_add(calendar.between(row.clock_from, at));
    row.waiting_since = Some(at);
}

/// Lets it go on. A laptop whose clock was set back in between does not give time away.
pub(crate) fn resume(row: &mut Row, at: Seconds) {
    row.clock_from = at.max(row.waiting_since.unwrap_or(at));
    row.waiting_since = None;
}

/// What the clocks of one change need.
pub(crate) struct Clocks {
    pub standards: Standards,
    pub calendar: Calendar,
}

impl Clocks {
    pub(crate) fn load(connection: &Connection, zone: Zone) -> Result<Clocks> {
        Ok(Clocks { standards: rules::rules(connection)?.standards, calendar: rules::calendar(connection, zone)? })
    }

    /// Computes when a case is due and writes it into the row.
    pub(crate) fn set(&self, connection: &Connection, row: &mut Row) -> Result<()> {
        row.due_at = due(row, RemedyDates::of(connection, row.id)?, self.standards, &self.calendar).map(|d| d.at);
        Ok(())
    }
}

/// Moves the clocks of all open cases after a rule changed.
pub(crate) fn set_all(tx: &Transaction<'_>, zone: Zone) -> Result<()> {
    let clocks = Clocks::load(tx, zone)?;
    for mut row in store::all(tx, "WHERE stage <> 'closed' AND waiting_since IS NULL", &[])? {
        let before = row.due_at;
        clocks.set(tx, &mut row)?;
        if row.due_at != before {
            row.update(tx)?;
        }
    }
    Ok(())
}
