//! The period of a dashboard as its address names it. Never reads a clock.

use shared::time::{Day, Quarter};

use crate::locale::{format_date, format_month, format_short_span};
use crate::pages::typed::parse_day;
use crate::t;

/// The year with which "all" begins: earlier than any record, and few years to add up.
const FIRST_YEAR: i32 = 2015;

/// What the address says of the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    /// The week that begins on a Monday.
    Week(Day),
    /// The month with its first day.
    Month(Day),
    Quarter(Quarter),
    Year(i32),
    /// Everything that there is.
    All,
    /// From a day to a day, as chosen.
    Days(Day, Day),
}

/// What kind of period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    Week,
    Month,
    Quarter,
    Year,
    All,
    Days,
}

impl Extent {
    pub(super) const ALL: [Self; 6] = [
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
        Self::All,
        Self::Days,
    ];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::All => "all",
            Self::Days => "days",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|extent| extent.word() == word)
    }

    pub(super) fn name(self) -> String {
        match self {
            Self::Week => t!(period.week),
            Self::Month => t!(period.month),
            Self::Quarter => t!(period.quarter),
            Self::Year => t!(period.year),
            Self::All => t!(period.all),
            Self::Days => t!(period.days),
        }
    }

    /// Returns the period of this kind that a day lies in; of chosen days the last thirty.
    pub(super) fn around(self, day: Day) -> Period {
        match self {
            Self::Week => Period::Week(monday(day)),
            Self::Month => Period::Month(first_of_month(day)),
            Self::Quarter => Period::Quarter(day.quarter()),
            Self::Year => Period::Year(day.date().0),
            Self::All => Period::All,
            Self::Days => Period::Days(day.plus(-29), day),
        }
    }
}

impl Period {
    /// Returns the period that a dashboard begins with.
    pub(super) fn usual(today: Day) -> Self {
        Extent::Week.around(today)
    }

    pub(super) const fn extent(self) -> Extent {
        match self {
            Self::Week(_) => Extent::Week,
            Self::Month(_) => Extent::Month,
            Self::Quarter(_) => Extent::Quarter,
            Self::Year(_) => Extent::Year,
            Self::All => Extent::All,
            Self::Days(..) => Extent::Days,
        }
    }

    /// Returns the word of the address, such as `2026Q4`; of one kind they sort by time.
    pub(super) fn word(self) -> String {
        match self {
            Self::Week(first) => format!("week-{first}"),
            Self::Month(first) => first.to_string()[..7].to_owned(),
            Self::Quarter(quarter) => quarter.to_string(),
            Self::Year(year) => year.to_string(),
            Self::All => "all".to_owned(),
            Self::Days(from, to) => format!("{from}--{to}"),
        }
    }

    /// Reads the word of the address.
    pub(super) fn parse(word: &str) -> Option<Self> {
        if word == "all" {
            return Some(Self::All);
        }
        if let Some(day) = word.strip_prefix("week-") {
            return Some(Self::Week(monday(parse_day(day)?)));
        }
        if let Some((from, to)) = word.split_once("--") {
            let (from, to) = (parse_day(from)?, parse_day(to)?);
            return (from <= to).then_some(Self::Days(from, to));
        }
        if let Some(quarter) = parse_quarter(word) {
            return Some(Self::Quarter(quarter));
        }
        match word.len() {
            4 => Some(Self::Year(parse_day(&format!("{word}-01-01"))?.date().0)),
            7 => parse_day(&format!("{word}-01")).map(Self::Month),
            _ => None,
        }
    }

    /// Returns its first and last day, both included; what lasts until now ends today.
    pub(super) fn days(self, today: Day) -> (Day, Day) {
        let (from, to) = self.whole(today);
        if from <= today && self.extent() != Extent::Days {
            (from, to.min(today))
        } else {
            (from, to)
        }
    }

    /// Returns the one before, where there is one.
    pub(super) fn earlier(self) -> Option<Self> {
        match self {
            Self::Week(first) => Some(Self::Week(first.plus(-7))),
            Self::Month(_) | Self::Quarter(_) | Self::Year(_) => {
                let (from, _) = self.whole(Day(0));
                Some(self.extent().around(from.plus(-1)))
            }
            Self::Days(from, to) => {
                let length = to.0 - from.0 + 1;
                Some(Self::Days(from.plus(-length), from.plus(-1)))
            }
            Self::All => None,
        }
    }

    /// Returns the one after, unless it lies ahead.
    pub(super) fn later(self, today: Day) -> Option<Self> {
        let (from, to) = self.whole(today);
        let next = match self {
            Self::Week(_) | Self::Month(_) | Self::Quarter(_) | Self::Year(_) => {
                self.extent().around(to.plus(1))
            }
            Self::Days(..) => Self::Days(to.plus(1), to.plus(to.0 - from.0 + 1)),
            Self::All => return None,
        };
        (to < today).then_some(next)
    }

    /// Tells whether there is one before it that it is compared with.
    pub(super) const fn has_before(self) -> bool {
        match self {
            Self::Week(_) | Self::Month(_) | Self::Quarter(_) | Self::Year(_) | Self::Days(..) => {
                true
            }
            Self::All => false,
        }
    }

    /// Returns what it is called, as in 2026年11月.
    pub(super) fn name(self, today: Day) -> String {
        let (from, to) = self.whole(today);
        match self {
            Self::Week(_) if from <= today && today <= to => t!(period.this_week),
            Self::Week(_) | Self::Days(..) => format_short_span(from, to),
            Self::Month(first) => format_month(first),
            Self::Quarter(quarter) => quarter_name(quarter),
            Self::Year(year) => t!(period.year_named, year = year),
            Self::All => t!(period.everything),
        }
    }

    fn whole(self, today: Day) -> (Day, Day) {
        match self {
            Self::Week(first) => (first, first.plus(6)),
            Self::Month(first) => (first, first_of_month(first.plus(31)).plus(-1)),
            Self::Quarter(quarter) => (quarter.first_day(), quarter.next().first_day().plus(-1)),
            Self::Year(year) => (Day::of(year, 1, 1), Day::of(year, 12, 31)),
            Self::All => (Day::of(FIRST_YEAR, 1, 1), today),
            Self::Days(from, to) => (from, to),
        }
    }
}

/// Reads a quarter, such as `2026Q4`.
pub(super) fn parse_quarter(word: &str) -> Option<Quarter> {
    let (year, number) = word.split_once('Q')?;
    let quarter = Quarter {
        year: year
            .parse()
            .ok()
            .filter(|year| (2000..3000).contains(year))?,
        number: number.parse().ok()?,
    };
    quarter.is_valid().then_some(quarter)
}

/// Returns what a quarter is called, as in 2026年第4季度.
pub(super) fn quarter_name(quarter: Quarter) -> String {
    t!(
        period.quarter_named,
        year = quarter.year,
        number = quarter.number
    )
}

/// Two days as words, with their year.
pub(super) fn between(from: Day, to: Day) -> String {
    if from == to {
        return format_date(from.start().0);
    }
    let ((year, ..), (last_year, ..)) = (from.date(), to.date());
    if year == last_year {
        return t!(
            period.in_one_year,
            year = year,
            span = format_short_span(from, to)
        );
    }
    t!(
        period.between,
        from = format_date(from.start().0),
        to = format_date(to.start().0)
    )
}

fn monday(day: Day) -> Day {
    day.plus(-i32::try_from(day.weekday()).unwrap_or(0))
}

fn first_of_month(day: Day) -> Day {
    let (year, month, _) = day.date();
    Day::of(year, month, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn today() -> Day {
        // Saturday 28 November 2026.
        Day(20_785)
    }

    #[test]
    fn every_period_is_read_from_its_own_word() {
        assert_eq!(today().to_string(), "2026-11-28");
        for extent in Extent::ALL {
            let period = extent.around(today());
            assert_eq!(Period::parse(&period.word()), Some(period));
            assert_eq!(period.extent(), extent);
            assert_eq!(Extent::parse(extent.word()), Some(extent));
        }
        for word in [
            "",
            "week-",
            "2026-13",
            "2026Q5",
            "20x6",
            "2026-02-01--2026-01-01",
            "0026",
        ] {
            assert_eq!(Period::parse(word), None, "{word}");
        }
    }

    #[test]
    fn what_lasts_until_now_ends_today_and_what_is_over_with_its_last_day() {
        let days = |word: &str| {
            let (from, to) = Period::parse(word).unwrap().days(today());
            format!("{from} {to}")
        };
        assert_eq!(days("week-2026-11-25"), "2026-11-23 2026-11-28");
        assert_eq!(days("week-2026-11-16"), "2026-11-16 2026-11-22");
        assert_eq!(days("2026-11"), "2026-11-01 2026-11-28");
        assert_eq!(days("2024-02"), "2024-02-01 2024-02-29");
        assert_eq!(days("2026Q3"), "2026-07-01 2026-09-30");
        assert_eq!(days("2026"), "2026-01-01 2026-11-28");
        assert_eq!(days("2026-11-01--2026-12-31"), "2026-11-01 2026-12-31");
        assert_eq!(days("2027Q1"), "2027-01-01 2027-03-31");
    }

    #[test]
    fn one_goes_back_and_forward_and_never_ahead_of_today() {
        let of = |word: &str| Period::parse(word).unwrap();
        for (word, before) in [
            ("week-2026-11-23", "week-2026-11-16"),
            ("2026-01", "2025-12"),
            ("2026Q1", "2025Q4"),
            ("2026", "2025"),
            ("2026-11-11--2026-11-20", "2026-11-01--2026-11-10"),
        ] {
            assert_eq!(of(word).earlier(), Some(of(before)));
            assert_eq!(of(before).later(today()), Some(of(word)));
        }
        for word in ["week-2026-11-23", "2026-11", "2026Q4", "2026", "all"] {
            assert_eq!(of(word).later(today()), None, "{word}");
        }
        assert_eq!(Period::All.earlier(), None);
    }
}
