//! The period of a service report. Never reads a clock.

use shared::time::Day;

use crate::components::Choice;
use crate::pages::typed::parse_day;
use crate::t;

/// A period that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    ThisQuarter,
    LastQuarter,
    ThisYear,
    /// From a day to a day, as typed.
    Days,
}

impl Period {
    pub(super) const ALL: [Self; 4] = [
        Self::ThisQuarter,
        Self::LastQuarter,
        Self::ThisYear,
        Self::Days,
    ];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::ThisQuarter => "this_quarter",
            Self::LastQuarter => "last_quarter",
            Self::ThisYear => "this_year",
            Self::Days => "days",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.word() == word)
    }

    /// Returns its first and last day, both included; of typed days `None` while they are none.
    pub(super) fn days(self, today: Day, from: &str, to: &str) -> Option<(Day, Day)> {
        match self {
            Self::ThisQuarter => Some((today.quarter().first_day(), today)),
            Self::LastQuarter => {
                let last = today.quarter().first_day().plus(-1);
                Some((last.quarter().first_day(), last))
            }
            Self::ThisYear => Some((Day::of(today.date().0, 1, 1), today)),
            Self::Days => {
                let (from, to) = (parse_day(from)?, parse_day(to)?);
                (from <= to).then_some((from, to))
            }
        }
    }

    pub(super) fn choices() -> Vec<Choice> {
        let name = |period: Self| match period {
            Self::ThisQuarter => t!(affairs.report.this_quarter),
            Self::LastQuarter => t!(affairs.report.last_quarter),
            Self::ThisYear => t!(affairs.report.this_year),
            Self::Days => t!(affairs.report.days),
        };
        let choice = |period: Self| Choice::new(period.word(), move || name(period));
        Self::ALL.map(choice).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_end_today_or_with_their_quarter() {
        let today = Day::of(2027, 2, 10);
        let days = |period: Period| period.days(today, "", "");
        assert_eq!(
            days(Period::ThisQuarter),
            Some((Day::of(2027, 1, 1), today))
        );
        assert_eq!(
            days(Period::LastQuarter),
            Some((Day::of(2026, 10, 1), Day::of(2026, 12, 31)))
        );
        assert_eq!(days(Period::ThisYear), Some((Day::of(2027, 1, 1), today)));
        assert_eq!(days(Period::Days), None);
        let typed = |from, to| Period::Days.days(today, from, to);
        assert_eq!(
            typed("2026-03-01", "2026-03-31"),
            Some((Day::of(2026, 3, 1), Day::of(2026, 3, 31)))
        );
        assert_eq!(typed("2026-03-31", "2026-03-01"), None);
    }
}
