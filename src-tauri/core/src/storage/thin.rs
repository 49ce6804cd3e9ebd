//! Which backups are no longer kept.
//!
//! The rule goes by the order and the spacing of the backups themselves, as `restic forget` and `borg prune` do, and
//! never by how old one is on a clock that may be wrong: an empty battery, a year mistyped, a virtual machine.

use std::collections::HashSet;

use chrono::{DateTime, Datelike};

use crate::time::Seconds;

const DAY: Seconds = 86_400;

/// All backups of so long before the newest one stay…
const ALL_OF: Seconds = 2 * DAY;
/// …and so many of the newest, whenever they were taken.
const NEWEST: usize = 10;
/// After that the newest of a day, for so many days that have one.
const DAYS: usize = 14;
/// After that the newest of a week, for so many weeks. One a month stays for ever.
const WEEKS: usize = 10;

/// A clock this far from every backup is not believed: nothing is removed on its word.
const FAR: Seconds = 60 * DAY;
/// A backup dated later than this after now was taken under another clock.
const AHEAD: Seconds = 2 * DAY;

/// What is to go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Thinning {
    /// Places of those that are not kept.
    pub remove: Vec<usize>,
    /// The clock is not believed: the time of the nearest backup.
    pub doubt: Option<Seconds>,
}

/// A backup as the rule sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dated {
    pub at: Seconds,
    /// It is what a restore replaced, perhaps a damaged shop: it stays only where no other does.
    pub replaced: bool,
}

/// Which of the backups (newest first) are no longer kept at `now`. Those dated after `now` stay and count for nothing:
/// the clock was wrong when they were taken, or is wrong now.
pub(super) fn thin(backups: &[Dated], now: Seconds) -> Thinning {
    let times: Vec<Seconds> = backups.iter().map(|b| b.at).collect();
    let later = times.iter().take_while(|at| **at > now.saturating_add(AHEAD)).count();
    let known = &times[later..];
    // Those of the last day may have been taken by the clock in question.
    let before = known.iter().find(|at| now.saturating_sub(**at) >= DAY).or(known.first());
    let nearest = before.or(times.last()).copied();
    if let Some(at) = nearest.filter(|at| now.abs_diff(*at) > FAR.unsigned_abs()) {
        return Thinning { remove: Vec::new(), doubt: Some(at) };
    }
    let mut kept = Slots::default();
    let mut remove = Vec::new();
    for replaced in [false, true] {
        let these = (0..known.len()).filter(|place| backups[later + place].replaced == replaced);
        remove.extend(these.filter(|place| !kept.takes(*place, known[*place], known[0])).map(|place| later + place));
    }
    Thinning { remove, doubt: None }
}

/// The days, weeks and months that have their backup.
#[derive(Default)]
struct Slots {
    days: HashSet<i32>,
    weeks: HashSet<i32>,
    months: HashSet<i32>,
}

impl Slots {
    /// Whether a backup stays, seen from the newest to the oldest.
    fn takes(&mut self, place: usize, at: Seconds, newest: Seconds) -> bool {
        let Some(date) = DateTime::from_timestamp(at, 0) else { return true };
        let day = date.num_days_from_ce();
        let first = |slots: &mut HashSet<i32>, slot: i32, most: usize| slots.len() < most && slots.insert(slot);
        // Each is looked at for every tier, so that a tier begins where the one before it ends.
        let recent = place < NEWEST || newest.saturating_sub(at) < ALL_OF;
        let of_day = first(&mut self.days, day, DAYS);
        let of_week = first(&mut self.weeks, day.div_euclid(7), WEEKS);
        let of_month = first(&mut self.months, date.year() * 12 + date.month0() as i32, usize::MAX);
        recent || of_day || of_week || of_month
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Seconds = 3600;
    const NOW: Seconds = 1_800_000_000;

    /// The rule for backups of which a restore replaced none.
    fn thin(times: &[Seconds], now: Seconds) -> Thinning {
        let backups: Vec<Dated> = times.iter().map(|at| Dated { at: *at, replaced: false }).collect();
        super::thin(&backups, now)
    }

    fn kept(times: &[Seconds], now: Seconds) -> Vec<Seconds> {
        let gone: HashSet<usize> = thin(times, now).remove.into_iter().collect();
        times.iter().enumerate().filter(|(place, _)| !gone.contains(place)).map(|(_, at)| *at).collect()
    }

    fn daily(days: i64) -> Vec<Seconds> {
        (0..days).map(|d| NOW - d * DAY).collect()
    }

    #[test]
    fn old_backups_thin_out_and_young_ones_stay() {
        let hourly: Vec<Seconds> = (0..24 * 200).map(|h| NOW - h * HOUR).collect();
        let days: Vec<Seconds> = kept(&hourly, NOW).iter().map(|at| (NOW - at) / DAY).collect();
        assert_eq!(days.iter().filter(|d| **d < 2).count(), 48, "all of two days");
        assert!((11..=13).contains(&days.iter().filter(|d| (2..14).contains(*d)).count()), "one a day: {days:?}");
        assert!((7..=9).contains(&days.iter().filter(|d| (14..70).contains(*d)).count()), "one a week: {days:?}");
        assert!((4..=6).contains(&days.iter().filter(|d| **d >= 70).count()), "one a month: {days:?}");
    }

    #[test]
    fn thinning_what_was_thinned_removes_nothing_more() {
        let hourly: Vec<Seconds> = (0..24 * 200).map(|h| NOW - h * HOUR).collect();
        let once = kept(&hourly, NOW);
        assert_eq!(kept(&once, NOW), once);
    }

    #[test]
    fn a_clock_that_runs_ahead_removes_nothing() {
        let mut times = daily(13);
        let ahead = NOW + 400 * DAY;
        times.insert(0, ahead);
        assert_eq!(thin(&times, ahead), Thinning { remove: vec![], doubt: Some(NOW) });
        // For as long as the day lasts, the seller is told.
        assert_eq!(thin(&times, ahead + 20 * HOUR), Thinning { remove: vec![], doubt: Some(NOW) });
        // It goes on being wrong: day after day the backups taken under it come first, and none of the others goes
        // before there are as many newer ones as its tier holds.
        for day in 1..4 {
            times.insert(0, ahead + day * DAY);
            assert_eq!(thin(&times, ahead + day * DAY).doubt, None);
        }
        let left = kept(&times, ahead + 3 * DAY);
        assert!(daily(10).iter().all(|at| left.contains(at)), "{left:?}");
    }

    #[test]
    fn a_clock_that_was_ahead_and_is_right_again_removes_nothing() {
        let mut times = daily(13);
        times.insert(0, NOW + 400 * DAY);
        assert_eq!(kept(&times, NOW), times);
        assert_eq!(thin(&times, NOW).doubt, None, "the present clock agrees with the others");
    }

    #[test]
    fn a_clock_that_went_back_removes_nothing() {
        for now in [NOW - 400 * DAY, 365 * DAY, 0, -DAY, i64::MIN, i64::MAX] {
            let thinned = thin(&daily(40), now);
            assert!(thinned.remove.is_empty() && thinned.doubt.is_some(), "at {now}: {thinned:?}");
        }
        let mut times = daily(40);
        times.push(365 * DAY);
        assert!(thin(&times, 365 * DAY).remove.is_empty(), "one taken in 1971 says nothing of the others");
    }

    #[test]
    fn a_shop_that_was_not_opened_for_a_season_keeps_everything_once() {
        let mut times: Vec<Seconds> = (0..100).map(|h| NOW - h * HOUR).collect();
        times.insert(0, NOW + 90 * DAY);
        assert_eq!(thin(&times, NOW + 90 * DAY), Thinning { remove: vec![], doubt: Some(NOW) });
        times.insert(0, NOW + 91 * DAY);
        let left = kept(&times, NOW + 91 * DAY);
        assert!(left.len() < times.len() && left.len() >= NEWEST, "the days after it thin as ever: {}", left.len());
    }

    #[test]
    fn what_a_restore_replaced_takes_no_place_from_a_backup() {
        // Each day at nine a backup, at three a damaged shop that was set aside.
        let backups: Vec<Dated> = (0..80).map(|half| Dated { at: NOW - half * DAY / 2, replaced: half % 2 == 0 }).collect();
        let gone: HashSet<usize> = super::thin(&backups, NOW).remove.into_iter().collect();
        let left: Vec<&Dated> = backups.iter().enumerate().filter(|(place, _)| !gone.contains(place)).map(|(_, b)| b).collect();
        let old = |b: &&&Dated| NOW - b.at > 6 * DAY;
        assert!(left.iter().filter(old).all(|b| !b.replaced), "{left:?}");
        assert!(left.iter().filter(old).count() >= 8, "a backup of each day is still there: {left:?}");
        let only = [Dated { at: NOW, replaced: false }, Dated { at: NOW - 40 * DAY, replaced: true }];
        assert!(super::thin(&only, NOW).remove.is_empty(), "where no other is of its month it stays");
    }

    #[test]
    fn the_newest_of_each_tier_always_stay() {
        assert!(thin(&[0], NOW).remove.is_empty());
        assert!(thin(&[], NOW).remove.is_empty());
        let close: Vec<Seconds> = (0..60).map(|m| NOW - 3 * DAY - m * 60).collect();
        assert_eq!(kept(&close, NOW).len(), 60, "all of them are of the newest two days");
        let months: Vec<Seconds> = (0..120).map(|m| NOW - m * 31 * DAY).collect();
        assert_eq!(kept(&months, NOW).len(), 120, "one a month for ever");
    }

    #[test]
    fn whatever_the_clock_says_a_day_in_use_is_never_left_without_its_newest_backups() {
        // Random walks of a clock: backups are taken, the clock jumps, and the last ten taken are always there.
        let mut seed = 7u64;
        let mut random = move |below: i64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as i64 % below
        };
        for _ in 0..200 {
            let (mut clock, mut times) = (NOW, Vec::new());
            for _ in 0..60 {
                clock += match random(20) {
                    0 => random(800) * DAY - 400 * DAY,
                    _ => random(2 * DAY),
                };
                times.push(clock);
                times.sort_unstable_by(|a, b| b.cmp(a));
                times = kept(&times, clock);
                assert!(times.contains(&clock), "the one just taken");
                assert!(times.len() >= NEWEST.min(times.len()));
            }
            assert!(times.len() >= NEWEST);
        }
    }
}
