//! Writes dates, times, spans and numbers in the current locale.
//!
//! Instants are UTC milliseconds; days are the city's. Never reads a clock: the
//! present is an argument.

use shared::time::{Day, MINUTE_MS, Timestamp};

use crate::t;

/// An instant as the city's calendar and clock show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Days since 1 January 1970 in the city.
    pub day_number: i64,
    /// The year of the common era.
    pub year: i64,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 0 for Monday to 6 for Sunday.
    pub weekday: u32,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
}

impl Moment {
    /// Reads an instant in the city's zone.
    #[must_use]
    pub fn from_utc_ms(at_ms: i64) -> Self {
        let at = Timestamp(at_ms);
        let today = at.day();
        let (year, month, day) = today.date();
        let minute_of_day = at.since(today.start()) / MINUTE_MS;
        Self {
            day_number: today.0.into(),
            year: year.into(),
            month,
            day,
            weekday: today.weekday(),
            hour: small(minute_of_day / 60),
            minute: small(minute_of_day % 60),
        }
    }

    fn clock(self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }
}

/// Writes the clock time, as in 19:30.
#[must_use]
pub fn format_clock(at_ms: i64) -> String {
    Moment::from_utc_ms(at_ms).clock()
}

/// Writes the day, as in 11月22日 周日 or 22 Nov Sun.
#[must_use]
pub fn format_day(at_ms: i64) -> String {
    let at = Moment::from_utc_ms(at_ms);
    t!(
        date.day,
        month = month_name(at.month),
        day = at.day,
        weekday = weekday_name(at.weekday)
    )
}

/// Writes day and time, as in 11月22日 周日 19:30 or 22 Nov Sun 19:30.
#[must_use]
pub fn format_day_time(at_ms: i64) -> String {
    let at = Moment::from_utc_ms(at_ms);
    t!(
        date.day_time,
        month = month_name(at.month),
        day = at.day,
        weekday = weekday_name(at.weekday),
        time = at.clock()
    )
}

/// Writes the date with its year, as in 2026年11月22日 or 22 Nov 2026.
#[must_use]
pub fn format_date(at_ms: i64) -> String {
    let at = Moment::from_utc_ms(at_ms);
    t!(
        date.full,
        year = at.year,
        month = month_name(at.month),
        day = at.day
    )
}

/// Writes the day as short as a chart's axis needs it, as in 11/22 or 22/11.
#[must_use]
pub fn format_short_day(at_ms: i64) -> String {
    let at = Moment::from_utc_ms(at_ms);
    t!(date.short, month_number = at.month, day = at.day)
}

/// Writes the month with its year, as in 2026年11月 or Nov 2026.
#[must_use]
pub fn format_month(day: Day) -> String {
    let (year, month, _) = day.date();
    t!(date.month_year, year = year, month = month_name(month))
}

/// Writes two days without their year, as in 11月23日至11月29日 or 23 Nov to 29 Nov.
#[must_use]
pub fn format_short_span(from: Day, to: Day) -> String {
    let written = |day: Day| {
        let (_, month, number) = day.date();
        t!(date.month_day, month = month_name(month), day = number)
    };
    t!(date.between, from = written(from), to = written(to))
}

/// Writes day and time with the words today, tomorrow or yesterday where they fit.
#[must_use]
pub fn format_near(at_ms: i64, now_ms: i64) -> String {
    let at = Moment::from_utc_ms(at_ms);
    match at.day_number - Moment::from_utc_ms(now_ms).day_number {
        0 => t!(date.today, time = at.clock()),
        1 => t!(date.tomorrow, time = at.clock()),
        -1 => t!(date.yesterday, time = at.clock()),
        _ => format_day_time(at_ms),
    }
}

/// Writes minutes as hours and minutes, as in 1 小时 30 分钟.
#[must_use]
pub fn format_minutes(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => t!(duration.minutes, minutes = minutes),
        (hours, 0) => t!(duration.hours, hours = format_number(signed(hours))),
        (hours, minutes) => t!(
            duration.hours_minutes,
            hours = format_number(signed(hours)),
            minutes = minutes
        ),
    }
}

/// Writes a whole number with its thousands set apart, as in 185,500.
#[must_use]
pub fn format_number(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut written = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        written.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// Writes a part of a whole as a rounded percentage; of nothing it is 0%.
#[must_use]
pub fn format_percent(part: u64, whole: u64) -> String {
    let rounded = (u128::from(part) * 200 + u128::from(whole))
        .checked_div(u128::from(whole) * 2)
        .unwrap_or(0);
    format!("{rounded}%")
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// Writes the name of a month, 1 to 12.
pub fn month_name(month: u32) -> String {
    match month {
        1 => t!(date.month.january),
        2 => t!(date.month.february),
        3 => t!(date.month.march),
        4 => t!(date.month.april),
        5 => t!(date.month.may),
        6 => t!(date.month.june),
        7 => t!(date.month.july),
        8 => t!(date.month.august),
        9 => t!(date.month.september),
        10 => t!(date.month.october),
        11 => t!(date.month.november),
        _ => t!(date.month.december),
    }
}

/// Writes the name of a weekday, 0 for Monday to 6 for Sunday.
pub fn weekday_name(weekday: u32) -> String {
    match weekday {
        0 => t!(date.weekday.monday),
        1 => t!(date.weekday.tuesday),
        2 => t!(date.weekday.wednesday),
        3 => t!(date.weekday.thursday),
        4 => t!(date.weekday.friday),
        5 => t!(date.weekday.saturday),
        _ => t!(date.weekday.sunday),
    }
}

#[cfg(test)]
mod tests {
    use shared::time::DAY_MS;

    use super::*;
    use crate::locale::{Locale, provide_locale};
    use leptos::prelude::*;

    /// Sunday 22 November 2026, 19:30 in the city.
    const EVENING: i64 = 1_795_347_000_000;

    fn in_locale(locale: Locale, check: impl FnOnce()) {
        let owner = Owner::new();
        owner.set();
        provide_locale(locale);
        check();
    }

    #[test]
    fn an_instant_is_written_in_the_citys_day_and_clock() {
        in_locale(Locale::ZhCn, || {
            assert_eq!(format_day_time(EVENING), "11月22日 周日 19:30");
            assert_eq!(format_date(EVENING), "2026年11月22日");
            assert_eq!(format_short_day(EVENING), "11/22");
        });
        in_locale(Locale::En, || {
            assert_eq!(format_day_time(EVENING), "22 Nov Sun 19:30");
            assert_eq!(format_short_day(EVENING), "22/11");
        });
    }

    #[test]
    fn the_day_turns_at_midnight_in_the_city() {
        let midnight = EVENING + 4 * 3_600_000 + 30 * 60_000;
        assert_eq!(Moment::from_utc_ms(midnight - 1).day, 22);
        assert_eq!(Moment::from_utc_ms(midnight).day, 23);
        assert_eq!(format_clock(midnight), "00:00");
    }

    #[test]
    fn near_days_are_named() {
        in_locale(Locale::ZhCn, || {
            assert_eq!(format_near(EVENING, EVENING - 3_600_000), "今天 19:30");
            assert_eq!(format_near(EVENING, EVENING - DAY_MS), "明天 19:30");
            assert_eq!(format_near(EVENING, EVENING + DAY_MS), "昨天 19:30");
            assert_eq!(
                format_near(EVENING, EVENING + 2 * DAY_MS),
                "11月22日 周日 19:30"
            );
        });
    }

    #[test]
    fn leap_days_and_the_time_before_1970_are_right() {
        let leap = Moment::from_utc_ms(1_709_136_000_000); // 2024-02-28T16:00Z
        assert_eq!(
            (leap.year, leap.month, leap.day, leap.weekday),
            (2024, 2, 29, 3)
        );
        let before = Moment::from_utc_ms(-DAY_MS);
        assert_eq!(
            (before.year, before.month, before.day, before.hour),
            (1969, 12, 31, 8)
        );
        let _ = (Moment::from_utc_ms(i64::MIN), Moment::from_utc_ms(i64::MAX));
    }

    #[test]
    fn spans_and_numbers_read_naturally() {
        in_locale(Locale::ZhCn, || {
            assert_eq!(format_minutes(45), "45 分钟");
            assert_eq!(format_minutes(120), "2 小时");
            assert_eq!(format_minutes(90), "1 小时 30 分钟");
        });
        assert_eq!(format_number(0), "0");
        assert_eq!(format_number(1_000), "1,000");
        assert_eq!(format_number(-2_400_000), "−2,400,000");
        assert_eq!(format_percent(1, 3), "33%");
        assert_eq!(format_percent(0, 0), "0%");
    }
}
