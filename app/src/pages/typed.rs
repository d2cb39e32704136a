//! Days and times of day as the inputs of a form have them: 2026-11-22 and 19:30.

use shared::time::{Day, HOUR_MS, MINUTE_MS, Timestamp};

/// Reads a date as a date input has it.
pub(super) fn parse_day(text: &str) -> Option<Day> {
    let mut parts = text.trim().splitn(3, '-');
    let year: i32 = parts.next()?.parse().ok()?;
    let month: u32 = parts.next()?.parse().ok()?;
    let number: u32 = parts.next()?.parse().ok()?;
    let day = (2000..3000)
        .contains(&year)
        .then(|| Day::of(year, month, number))?;
    (day.date() == (year, month, number)).then_some(day)
}

/// Reads a time of day as a time input has it, with or without seconds, in milliseconds.
pub(super) fn parse_clock(text: &str) -> Option<i64> {
    let mut parts = text.trim().split(':');
    let hour: i64 = parts.next()?.parse().ok()?;
    let minute: i64 = parts.next()?.parse().ok()?;
    let is_time = (0..24).contains(&hour) && (0..60).contains(&minute);
    is_time.then_some(hour * HOUR_MS + minute * MINUTE_MS)
}

/// Writes the time of day as a time input has it.
pub(super) fn clock(at: Timestamp) -> String {
    let minutes = at.since(at.day().start()) / MINUTE_MS;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}
