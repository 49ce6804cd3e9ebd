//! The day's list, and what the seller does with its lines.

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::marks::{self, Mark};
use super::summary::{self, Counts};
use super::{Day, Due, SOURCES, Source, day};
use crate::calendar::lunar;
use crate::contacts::preference::MayContact;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::phrases::values::PhraseAbout;
use crate::storage::{Change, Op, Shop};
use crate::text::checked_text;
use crate::time::{Moment, Seconds, local_day, plausible, second_of_day};

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Overdue.
    First,
    /// Due by the end of today.
    Today,
    /// Due within the next three days.
    Soon,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct TodayLine {
    /// `complaint`, `review`, `promise`, `stuck`, `check_in`, `invitation`, `birthday`, `fix`.
    pub source: String,
    /// The source's name for it.
    pub key: String,
    /// Where it stands.
    pub section: Section,
    /// When it is due.
    pub due_at: Seconds,
    /// A duty whose time is over.
    pub overdue: bool,
    /// The person's name, else the number of their order; empty where it is about nobody.
    pub name: String,
    /// Words of a promise, of a complaint, a product's title, a lunar date.
    pub subject: String,
    /// A second text: the product, the courier's number.
    pub detail: String,
    /// Days, where the line counts some.
    pub days: Option<i64>,
    /// The stage of a complaint, the cause of a fix.
    pub word: String,
    /// The scene whose phrases are proposed; empty: none.
    pub scene: String,
    /// Whom and what it is about.
    pub about: PhraseAbout,
    /// Whether the person may be contacted now.
    pub may_contact: MayContact,
}

/// The day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Today {
    /// The seller's day, `YYYY-MM-DD`.
    pub date: String,
    /// Its lunar date in words; empty where unknown.
    pub lunar: String,
    /// The name of a public holiday; empty on other days.
    pub holiday: String,
    /// Whether the seller works on this day.
    pub working_day: bool,
    /// One sentence about the day.
    pub summary: String,
    /// Lines in each section and of each source.
    pub counts: Counts,
    /// Lines done today.
    pub done: i64,
    /// The first lines, the most urgent first.
    pub lines: Vec<TodayLine>,
    /// Lines in all.
    pub total: i64,
}

/// What the seller does with a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum TodayAct {
    /// It is done.
    Done,
    /// Not now.
    Snooze {
        /// Not before this second.
        until: Seconds,
    },
    /// Not at all.
    Skip {
        /// Why.
        reason: String,
    },
}

struct Found {
    section: Section,
    rank: usize,
    due: Due,
    overdue: bool,
    may_contact: MayContact,
}

fn source(name: &str) -> Result<&'static dyn Source> {
    SOURCES.into_iter().find(|s| s.name() == name).ok_or_else(|| Error::NotFound { what: "task", key: name.to_owned() })
}

fn found(day: &Day<'_>) -> Result<Vec<Found>> {
    let snoozed: FxHashSet<String> = marks::snoozed(day.connection, day.now.at)?;
    let mut all = Vec::new();
    for (rank, source) in SOURCES.into_iter().enumerate() {
        for due in source.due(day)? {
            if !snoozed.is_empty() && snoozed.contains(&format!("{}/{}", source.name(), due.key)) {
                continue;
            }
            let may_contact = day.may_contact(due.about.about.customer_id);
            // What falls into a person's quiet hours is proposed after them.
            let at = match may_contact {
                MayContact::QuietUntil { at } => at.max(due.at),
                _ => due.at,
            };
            let section = match at {
                at if at < day.now.at => Section::First,
                at if at <= day.ends => Section::Today,
                _ => Section::Soon,
            };
            if at <= day.horizon {
                all.push(Found { section, rank, overdue: !due.wish && due.at < day.now.at, may_contact, due });
            }
        }
    }
    all.sort_by(|a, b| (a.section, a.rank, a.due.at, &a.due.key).cmp(&(b.section, b.rank, b.due.at, &b.due.key)));
    Ok(all)
}

fn line(day: &Day<'_>, found: Found) -> Result<TodayLine> {
    let source = SOURCES[found.rank];
    let said = source.say(day, &found.due)?;
    let name: String = match (found.due.about.about.customer_id, found.due.about.about.order_id) {
        (Some(customer), _) => crate::customers::edit::name_of(day.connection, customer)?,
        (None, Some(order)) => crate::orders::store::by_id(day.connection, order)?.number,
        (None, None) => String::new(),
    };
    Ok(TodayLine {
        source: source.name().to_owned(),
        key: found.due.key,
        section: found.section,
        due_at: found.due.at,
        overdue: found.overdue,
        name,
        subject: said.subject,
        detail: said.detail,
        days: said.days,
        word: said.word,
        scene: said.scene.to_owned(),
        about: found.due.about,
        may_contact: found.may_contact,
    })
}

/// Lines that were done on this day: marks, promises kept, steps done.
fn done_today(day: &Day<'_>) -> Result<i64> {
    let began = local_day(day.now.at, day.now.zone).and_then(|d| second_of_day(d, 0, day.now.zone)).unwrap_or(day.now.at);
    Ok(day
        .connection
        .prepare_cached(
            "SELECT (SELECT count(*) FROM task_marks WHERE at >= ?1 AND state = 'done')
             + (SELECT count(*) FROM promises WHERE kept_at >= ?1)
             + (SELECT count(*) FROM reviews WHERE closed_at >= ?1)
             + (SELECT count(*) FROM complaint_events WHERE at >= ?1 AND kind IN ('done', 'close'))",
        )?
        .query_row([began], |r| r.get(0))?)
}

impl Shop {
    /// The day's list: its first `count` lines, and how many there are.
    ///
    /// # Errors
    /// Failures of the file.
    pub fn today(&self, count: usize, language: Language, now: Moment) -> Result<Today> {
        self.read(|connection| {
            let day = day(connection, now)?;
            let found = found(&day)?;
            let mut counts = Counts::default();
            for line in &found {
                counts.add(line.section, SOURCES[line.rank].name(), line.overdue, line.due.wish);
            }
            let total = found.len() as i64;
            let date = local_day(now.at, now.zone);
            let done = done_today(&day)?;
            Ok(Today {
                date: date.map(|d| d.to_string()).unwrap_or_default(),
                lunar: date.and_then(lunar::words).unwrap_or_default(),
                holiday: date.and_then(crate::calendar::holidays::of).filter(|d| d.off).map(|d| d.name.clone()).unwrap_or_default(),
                working_day: date.is_some_and(|d| day.calendar.is_working_day(d)),
                summary: summary::sentence(&counts, done, language),
                counts,
                done,
                total,
                lines: found.into_iter().take(count).map(|f| line(&day, f)).collect::<Result<_>>()?,
            })
        })
    }

    /// Does something with a line: one undoable change.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::BadValue`] for a blank reason or a far time; what the source returns, such as
    /// [`Error::Refused`] for a complaint's step that lacks something.
    pub fn act_today(&self, source_name: &str, key: &str, act: &TodayAct, now: Moment) -> Result<Change> {
        let source = source(source_name)?;
        let (change, ()) = self.transact(Op::MarkTask, now.at, |tx| {
            match act {
                TodayAct::Done => source.done(tx, key, now)?,
                TodayAct::Snooze { until } => {
                    let until = plausible("until", *until)?;
                    if until <= now.at {
                        return Err(Error::BadValue { field: "until", value: until.to_string(), reason: "in_past" });
                    }
                    super::id_in(key)?;
                    marks::set(tx, source.name(), key, &Mark::Snoozed { until }, now.at)?;
                }
                TodayAct::Skip { reason } => {
                    let reason = checked_text("reason", reason, 500)?;
                    if reason.is_empty() {
                        return Err(Error::BadValue { field: "reason", value: reason, reason: "blank" });
                    }
                    source.skip(tx, key, &reason, now)?;
                }
            }
            Ok((String::new(), ()))
        })?;
        Ok(change)
    }
}
