//! The three periods that are offered.

use leptos::prelude::*;
use shared::time::Day;

use crate::components::Choice;
use crate::t;

/// A period that ends today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    Today,
    Week,
    Quarter,
}

impl Period {
    const ALL: [Self; 3] = [Self::Today, Self::Week, Self::Quarter];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Week => "week",
            Self::Quarter => "quarter",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.as_str() == word)
    }

    /// Returns its first and last day, both included.
    pub(super) fn days(self, today: Day) -> (Day, Day) {
        match self {
            Self::Today => (today, today),
            Self::Week => (today.plus(-6), today),
            Self::Quarter => (today.quarter().first_day(), today),
        }
    }

    pub(super) fn choices() -> Signal<Vec<Choice>> {
        let name = |period: Self| match period {
            Self::Today => t!(period.today),
            Self::Week => t!(period.week),
            Self::Quarter => t!(period.quarter),
        };
        let choice = |period: Self| Choice::new(period.as_str(), move || name(period));
        Signal::stored(Self::ALL.map(choice).to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_period_ends_today() {
        let today = Day::of(2026, 11, 22);
        assert_eq!(Period::Today.days(today), (today, today));
        assert_eq!(Period::Week.days(today), (Day::of(2026, 11, 16), today));
        assert_eq!(Period::Quarter.days(today), (Day::of(2026, 10, 1), today));
        for period in Period::ALL {
            assert_eq!(Period::parse(period.as_str()), Some(period));
        }
    }
}
