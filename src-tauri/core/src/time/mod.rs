//! Seconds, days and the clocks they are read on. How files write them is in [`read`].

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Timelike};
use chrono_tz::Tz;

/// Seconds since 1970-01-01T00:00:00Z.
pub type Seconds = i64;

mod read;

pub use read::{BadTime, DateOrder, OrderHint, is_date_only, is_no_date, order_hint, parse_time};

/// A local clock as a second.
fn to_utc(local: NaiveDateTime, zone: Tz) -> Result<Seconds, BadTime> {
    use chrono::LocalResult;
    match zone.from_local_datetime(&local) {
        LocalResult::Single(t) => Ok(t.timestamp()),
        // The hour that a clock change repeats: the first of the two.
        LocalResult::Ambiguous(first, _) => Ok(first.timestamp()),
        // The hour that a clock change skips does not exist on any clock, but it does stand in files whose
        // platform keeps another zone: read it as standard time, an hour later.
        LocalResult::None => {
            zone.from_local_datetime(&(local + chrono::TimeDelta::hours(1))).earliest().map(|t| t.timestamp()).ok_or(BadTime::Impossible)
        }
    }
}

/// A UTC second as the local calendar date and clock of a zone, for files: `2026-03-01 00:42:32`.
pub fn format_local(at: Seconds, zone: Tz) -> String {
    match DateTime::from_timestamp(at, 0) {
        Some(t) => t.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string(),
        None => String::new(),
    }
}

/// The second a day begins in a zone.
pub fn start_of_day(day: NaiveDate, zone: Tz) -> Option<Seconds> {
    to_utc(day.and_hms_opt(0, 0, 0)?, zone).ok()
}

/// A time zone.
pub type Zone = Tz;

/// A second, and the zone whose clock the seller reads it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The second.
    pub at: Seconds,
    /// The seller's clock.
    pub zone: Zone,
}

/// The day a second falls on in a zone; `None` for one that no calendar has.
pub fn local_day(at: Seconds, zone: Tz) -> Option<NaiveDate> {
    Some(DateTime::from_timestamp(at, 0)?.with_timezone(&zone).date_naive())
}

/// The minute of the day, 0 to 1439, that a clock in the zone shows at a second.
pub fn minute_of_day(at: Seconds, zone: Tz) -> Option<u16> {
    let local = DateTime::from_timestamp(at, 0)?.with_timezone(&zone);
    u16::try_from(local.num_seconds_from_midnight() / 60).ok()
}

/// The second at which a clock in the zone shows this minute (0 to 1440) of a day. A minute that a clock change
/// skips is read an hour later, of one that it repeats the first counts.
pub fn second_of_day(day: NaiveDate, minute: u16, zone: Tz) -> Option<Seconds> {
    let midnight = day.and_hms_opt(0, 0, 0)?;
    to_utc(midnight.checked_add_signed(chrono::TimeDelta::minutes(i64::from(minute)))?, zone).ok()
}

/// A time that a seller gives: between the years 2000 and 2100.
///
/// # Errors
/// [`Error::BadValue`](crate::Error::BadValue) with the reason `far_time` for any other, such as a slip in the year.
pub fn plausible(field: &'static str, at: Seconds) -> crate::Result<Seconds> {
    const FROM: Seconds = 946_684_800;
    const TO: Seconds = 4_102_444_800;
    if (FROM..TO).contains(&at) {
        return Ok(at);
    }
    Err(crate::Error::BadValue { field, value: day_of(at), reason: "far_time" })
}

/// The day of a second for a message, in UTC; the bare number where there is no such day.
pub(crate) fn day_of(at: Seconds) -> String {
    DateTime::from_timestamp(at, 0).map_or_else(|| at.to_string(), |t| t.format("%Y-%m-%d").to_string())
}

/// Reads an IANA zone name.
pub fn parse_zone(name: &str) -> Option<Tz> {
    name.parse().ok()
}

/// What a computer's clock says, in seconds: also before 1970, where clocks begin again when their battery is empty, and
/// within the years 1 to 9999, in which every day can be reckoned with.
pub fn clock(now: std::time::SystemTime) -> Seconds {
    const FIRST: Seconds = -62_135_596_800;
    const LAST: Seconds = 253_402_214_400;
    let seconds = |time: std::time::Duration| Seconds::try_from(time.as_secs()).unwrap_or(Seconds::MAX);
    let at = match now.duration_since(std::time::UNIX_EPOCH) {
        Ok(since) => seconds(since),
        Err(before) => -seconds(before.duration()) - 1,
    };
    at.clamp(FIRST, LAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clock_is_a_time() {
        use std::time::{Duration, UNIX_EPOCH};
        assert_eq!(clock(UNIX_EPOCH), 0);
        assert_eq!(clock(UNIX_EPOCH + Duration::from_millis(1_999)), 1);
        assert_eq!(clock(UNIX_EPOCH - Duration::from_millis(1)), -1);
        assert_eq!(clock(UNIX_EPOCH - Duration::from_secs(310_572_000)), -310_572_001);
        let far = UNIX_EPOCH + Duration::from_secs(1 << 40);
        assert_eq!(format_local(clock(far), Tz::UTC), format_local(253_402_214_400, Tz::UTC));
    }
}
