//! Instants, days and quarters. Instants are UTC milliseconds; days and quarters are the city's.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Milliseconds of one minute.
pub const MINUTE_MS: i64 = 60_000;
/// Milliseconds of one hour.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Milliseconds of one day.
pub const DAY_MS: i64 = 24 * HOUR_MS;
/// The city's offset from UTC. China has one zone, UTC+8, without summer time.
pub const CITY_OFFSET_MS: i64 = 8 * HOUR_MS;

/// An instant in UTC milliseconds since 1970.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Returns the instant `ms` later (earlier when negative), within the range of the type.
    pub const fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Returns the milliseconds from `earlier` to this instant.
    pub const fn since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Returns the city's day of this instant.
    pub fn day(self) -> Day {
        let days = self.0.saturating_add(CITY_OFFSET_MS).div_euclid(DAY_MS);
        Day(i32::try_from(days.clamp(Day::FIRST.into(), Day::LAST.into())).unwrap_or_default())
    }
}

/// A day of the city, counted from 1970-01-01.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Day(pub i32);

impl Day {
    /// 0001-01-01 and 9999-12-31: outside of it a date has no ten-character form.
    const FIRST: i32 = -719_162;
    const LAST: i32 = 2_932_896;

    /// Returns the day of a date of the proleptic Gregorian calendar.
    /// Source: Howard Hinnant, "chrono-compatible low-level date algorithms".
    pub fn of(year: i32, month: u32, day: u32) -> Self {
        let shifted = if month <= 2 { year - 1 } else { year };
        let era = shifted.div_euclid(400);
        let year_of_era = shifted.rem_euclid(400);
        let month = i32::try_from(month).unwrap_or(1);
        let day = i32::try_from(day).unwrap_or(1);
        let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }

    /// Returns year, month (1 to 12) and day of the month (1 to 31).
    pub fn date(self) -> (i32, u32, u32) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_index = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_index + 2) / 5 + 1;
        let month = if month_index < 10 {
            month_index + 3
        } else {
            month_index - 9
        };
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month.unsigned_abs(), day.unsigned_abs())
    }

    /// Returns the day of the week, 0 for Monday to 6 for Sunday.
    pub fn weekday(self) -> u32 {
        (self.0 + 3).rem_euclid(7).unsigned_abs()
    }

    /// Returns the first instant of the day.
    pub fn start(self) -> Timestamp {
        Timestamp(i64::from(self.0) * DAY_MS - CITY_OFFSET_MS)
    }

    /// Returns the day `days` later (earlier when negative).
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// Returns the quarter the day lies in.
    pub fn quarter(self) -> Quarter {
        let (year, month, _) = self.date();
        Quarter {
            year: u16::try_from(year).unwrap_or(0),
            number: u8::try_from((month - 1) / 3 + 1).unwrap_or(1),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A quarter of a year: the period of a journal and of a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Quarter {
    /// The year, such as 2026.
    pub year: u16,
    /// 1 to 4.
    pub number: u8,
}

impl Quarter {
    /// Tells whether the number is one of the four.
    pub fn is_valid(self) -> bool {
        (1..=4).contains(&self.number)
    }

    /// Returns the quarter's first day.
    pub fn first_day(self) -> Day {
        Day::of(
            self.year.into(),
            u32::from(self.number.saturating_sub(1)) * 3 + 1,
            1,
        )
    }

    /// Returns the quarter after this one.
    pub fn next(self) -> Self {
        match self.number {
            4 => Self {
                year: self.year + 1,
                number: 1,
            },
            number => Self {
                year: self.year,
                number: number + 1,
            },
        }
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}Q{}", self.year, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_the_city_begins_at_sixteen_hours_utc() {
        let first = Day::of(2026, 11, 22).start();
        assert_eq!(first.plus(-1).day().to_string(), "2026-11-21");
        assert_eq!(first.day().to_string(), "2026-11-22");
        assert_eq!(first.day().weekday(), 6);
    }

    #[test]
    fn every_day_of_four_centuries_survives_the_round_trip() {
        for number in -100_000..100_000 {
            let (year, month, day) = Day(number).date();
            assert_eq!(Day::of(year, month, day), Day(number));
        }
    }

    #[test]
    fn instants_outside_the_calendar_stay_on_its_edge() {
        assert_eq!(Timestamp(i64::MAX).day().to_string(), "9999-12-31");
        assert_eq!(Timestamp(i64::MIN).day().to_string(), "0001-01-01");
    }

    #[test]
    fn quarters_follow_each_other_across_the_year() {
        let last = Day::of(2026, 12, 31).quarter();
        assert_eq!(last.to_string(), "2026Q4");
        assert_eq!(last.next().to_string(), "2027Q1");
        assert_eq!(last.next().first_day(), Day::of(2027, 1, 1));
    }
}
