//! How a period is read: whole years, whole months, and the days that remain.

use serde::{Deserialize, Serialize};

use crate::time::Day;

/// How many days are kept as one sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Span {
    /// One day.
    Day,
    /// A month.
    Month,
    /// A year.
    Year,
}

/// Sums of one span that lie side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The span.
    pub span: Span,
    /// The first day of the first.
    pub first: Day,
    /// The first day of the last.
    pub last: Day,
}

impl Span {
    /// Every span, the shortest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Month, Self::Year];

    /// Returns the number that tables write.
    pub const fn number(self) -> u8 {
        match self {
            Self::Day => 0,
            Self::Month => 1,
            Self::Year => 2,
        }
    }

    /// Returns the first day of the span in which a day lies.
    pub fn start(self, day: Day) -> Day {
        let (year, month, _) = day.date();
        match self {
            Self::Day => day,
            Self::Month => Day::of(year, month, 1),
            Self::Year => Day::of(year, 1, 1),
        }
    }

    /// Returns the first day of the next one.
    fn next(self, start: Day) -> Day {
        let (year, month, _) = start.date();
        match self {
            Self::Day => start.plus(1),
            Self::Month if month < 12 => Day::of(year, month + 1, 1),
            Self::Month | Self::Year => Day::of(year + 1, 1, 1),
        }
    }
}

/// Returns a period, both days included, as few whole years, months and days as there are.
pub fn cover(from: Day, to: Day) -> Vec<Range> {
    cover_by(Span::Year, from, to)
}

/// Returns a period, both days included, in spans that are no longer than one.
pub fn cover_by(longest: Span, from: Day, to: Day) -> Vec<Range> {
    if to < from {
        return Vec::new();
    }
    let after = to.plus(1);
    let shorter = match longest {
        Span::Day => {
            return vec![Range {
                span: Span::Day,
                first: from,
                last: to,
            }];
        }
        Span::Month => Span::Day,
        Span::Year => Span::Month,
    };
    let begun = longest.start(from);
    let first = if begun == from {
        from
    } else {
        longest.next(begun)
    };
    let end = longest.start(after);
    if end <= first {
        return cover_by(shorter, from, to);
    }
    let mut ranges = cover_by(shorter, from, first.plus(-1));
    ranges.push(Range {
        span: longest,
        first,
        last: longest.start(end.plus(-1)),
    });
    ranges.extend(cover_by(shorter, end, to));
    ranges
}

/// Returns a range in parts, each within one of a longer span, so that what changes in one part leaves
/// the others as they were.
pub fn split(range: Range, within: Span) -> Vec<Range> {
    let mut parts = Vec::new();
    let mut first = range.first;
    while first <= range.last {
        let end = within.next(within.start(first));
        let last = range.span.start(end.plus(-1)).min(range.last);
        parts.push(Range {
            first,
            last,
            ..range
        });
        first = range.span.next(last);
    }
    parts
}

/// Returns the period that one is compared with: of whole months as many months before, else as many
/// days.
pub fn before(from: Day, to: Day) -> (Day, Day) {
    let end = from.plus(-1);
    let after = to.plus(1);
    if Span::Month.start(from) != from || Span::Month.start(after) != after {
        return (from.plus(from.0 - after.0), end);
    }
    let months = |day: Day| {
        let (year, month, _) = day.date();
        year * 12 + i32::try_from(month).unwrap_or(1) - 1
    };
    let first = 2 * months(from) - months(after);
    let month = u32::try_from(first.rem_euclid(12)).unwrap_or(0) + 1;
    (Day::of(first.div_euclid(12), month, 1), end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_day_of_a_period_is_covered_once(from in 17_000i32..21_000, length in 0i32..3_700) {
            let (from, to) = (Day(from), Day(from + length));
            let mut next = from;
            let ranges = cover(from, to);
            for range in &ranges {
                prop_assert_eq!(range.first, next);
                prop_assert_eq!(range.span.start(range.last), range.last);
                next = range.span.next(range.last);
            }
            prop_assert_eq!(next, to.plus(1));
            prop_assert!(ranges.len() <= 5);
            for range in ranges {
                let mut next = range.first;
                for part in split(range, Span::Year) {
                    prop_assert_eq!(part.first, next);
                    prop_assert_eq!(Span::Year.start(part.first), Span::Year.start(part.last));
                    next = part.span.next(part.last);
                }
                prop_assert_eq!(next, range.span.next(range.last));
            }
        }
    }

    #[test]
    fn a_decade_is_read_as_years() {
        let ranges = cover(Day::of(2017, 1, 1), Day::of(2026, 12, 31));
        assert_eq!(
            ranges,
            [Range {
                span: Span::Year,
                first: Day::of(2017, 1, 1),
                last: Day::of(2026, 1, 1),
            }]
        );
    }

    #[test]
    fn a_month_is_compared_with_the_month_before_and_a_week_with_the_week_before() {
        let day = Day::of;
        assert_eq!(
            before(day(2026, 3, 1), day(2026, 3, 31)),
            (day(2026, 2, 1), day(2026, 2, 28))
        );
        assert_eq!(
            before(day(2026, 1, 1), day(2026, 12, 31)),
            (day(2025, 1, 1), day(2025, 12, 31))
        );
        assert_eq!(
            before(day(2026, 11, 23), day(2026, 11, 29)),
            (day(2026, 11, 16), day(2026, 11, 22))
        );
        assert_eq!(
            before(day(2026, 1, 1), day(2026, 3, 31)),
            (day(2025, 10, 1), day(2025, 12, 31))
        );
    }
}
