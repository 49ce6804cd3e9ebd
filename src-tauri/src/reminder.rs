//! The day's summary as a notice of the system, at an hour the seller chose; off unless chosen.
//!
//! Nothing runs while the program is closed: the hour counts only while it is open.

use std::time::Duration;

use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt;
use zhanggui_core::error::{Error, Result};
use zhanggui_core::time::{Moment, Seconds, local_day, second_of_day};

use crate::commands::desk::Preferences;
use crate::desk::{desk, moment};

/// How often the clock is looked at.
const LOOK: Duration = Duration::from_secs(20);

/// Whether a minute of the day has come since the clock was last looked at. A laptop that slept over it is told
/// when it wakes, on the same day only.
fn has_come(minute: u16, looked_at: Seconds, now: Moment) -> bool {
    let at = local_day(now.at, now.zone).and_then(|day| second_of_day(day, minute, now.zone));
    at.is_some_and(|at| looked_at < at && at <= now.at)
}

/// Looks at the clock for as long as the program runs, on a thread of its own.
pub fn watch(app: &AppHandle) {
    let app = app.clone();
    std::thread::spawn(move || {
        let mut looked_at = moment().at;
        loop {
            std::thread::sleep(LOOK);
            let now = moment();
            let wanted = desk(&app).shop().and_then(|shop| shop.setting::<Preferences>("preferences"));
            let minute = wanted.ok().flatten().and_then(|p| p.remind_at);
            if minute.is_some_and(|minute| has_come(minute, looked_at, now))
                && let Err(error) = show_if_due(&app)
            {
                tracing::warn!(code = error.code(), "the day's summary could not be shown");
            }
            looked_at = now.at;
        }
    });
}

/// Nothing is said on a day on which nothing is due.
fn show_if_due(app: &AppHandle) -> Result<()> {
    let counts = desk(app).shop()?.today(0, crate::menu::language(app), moment())?.counts;
    if counts.first + counts.today == 0 { Ok(()) } else { show(app) }
}

/// Shows the summary. It holds numbers and no names, for a notice may be read by others.
pub fn show(app: &AppHandle) -> Result<()> {
    let language = crate::menu::language(app);
    let today = desk(app).shop()?.today(0, language, moment())?;
    let title = language.say("掌柜 · 今日", "Zhanggui · Today");
    app.notification().builder().title(title).body(today.summary).show().map_err(|e| Error::CannotOpen(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use zhanggui_core::time::{parse_time, parse_zone};

    fn at(text: &str) -> Moment {
        let zone = parse_zone("Asia/Shanghai").unwrap();
        Moment { at: parse_time(text, zone, None).unwrap(), zone }
    }

    #[test]
    fn a_minute_comes_once_a_day_and_also_while_the_laptop_slept() {
        let nine = 9 * 60;
        for (looked_at, now, comes) in [
            ("2026-11-25 08:59:50", "2026-11-25 09:00:10", true),
            ("2026-11-25 09:00:10", "2026-11-25 09:00:30", false),
            ("2026-11-25 09:00:00", "2026-11-25 09:00:20", false),
            ("2026-11-24 22:00:00", "2026-11-25 10:30:00", true),
            ("2026-11-24 08:00:00", "2026-11-25 08:30:00", false),
            ("2026-11-25 10:00:00", "2026-11-25 08:30:00", false),
        ] {
            assert_eq!(has_come(nine, at(looked_at).at, at(now)), comes, "{looked_at} to {now}");
        }
    }
}
