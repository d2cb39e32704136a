//! When things happen: more in some months than in others, most on certain days of the week, and
//! from year to year more.

use shared::time::{Day, Quarter};

use crate::demo::dice::Dice;

/// How much happens in each month: little around the Spring Festival and in the heat, most around
/// the first of July and at the end of the year.
const MONTHS: [usize; 12] = [80, 50, 105, 110, 100, 135, 140, 75, 105, 110, 120, 130];
/// How much happens on each day of the week, Monday first.
const WEEKDAYS: [usize; 7] = [90, 80, 100, 90, 130, 145, 60];
/// How much happens at the beginning and at the end, where 100 is the middle.
const GROWTH: [usize; 2] = [55, 145];

/// The days of a history.
pub(super) struct Seasons {
    first: Day,
    last: Day,
}

/// Some days with how much happens on them.
pub(super) struct Days {
    pub first: Day,
    pub last: Day,
    /// The weights of all days before each, of the whole history and of these days.
    pub before: usize,
    sums: Vec<usize>,
}

impl Seasons {
    pub(super) const fn new(first: Day, last: Day) -> Self {
        Self { first, last }
    }

    /// Returns the weight of all days.
    pub(super) fn whole(&self) -> usize {
        self.weigh(self.first, self.last).into_iter().sum()
    }

    /// Returns the days from one on, by quarter.
    pub(super) fn quarters(&self, from: Day) -> Vec<Days> {
        let mut before = self.weigh(self.first, from.plus(-1)).into_iter().sum();
        let mut quarters = Vec::new();
        let mut first = from;
        while first <= self.last {
            let last = end(first.quarter()).min(self.last);
            let mut sum = 0;
            let weights = self.weigh(first, last).into_iter();
            let sums: Vec<usize> = weights
                .map(|weight| {
                    sum += weight;
                    sum
                })
                .collect();
            quarters.push(Days {
                first,
                last,
                before,
                sums,
            });
            before += sum;
            first = last.plus(1);
        }
        quarters
    }

    fn weigh(&self, first: Day, last: Day) -> Vec<usize> {
        (first.0..=last.0)
            .map(|day| self.weight(Day(day)))
            .collect()
    }

    fn weight(&self, day: Day) -> usize {
        let span = usize::try_from(self.last.0 - self.first.0)
            .unwrap_or(1)
            .max(1);
        let passed = usize::try_from(day.0 - self.first.0).unwrap_or(0).min(span);
        let [least, most] = GROWTH;
        let growth = least + (most - least) * passed / span;
        let (_, month, _) = day.date();
        let month = usize::try_from(month - 1).unwrap_or(0);
        let weekday = usize::try_from(day.weekday()).unwrap_or(0);
        growth * MONTHS[month % MONTHS.len()] * WEEKDAYS[weekday % WEEKDAYS.len()]
    }
}

impl Days {
    /// Returns the weight of all of these days.
    pub(super) fn weight(&self) -> usize {
        self.sums.last().copied().unwrap_or_default()
    }

    /// Returns one of the days, those more often on which more happens.
    pub(super) fn pick(&self, dice: &mut Dice) -> Day {
        let at = dice.below(self.weight());
        let index = self.sums.partition_point(|sum| *sum <= at);
        self.first.plus(i32::try_from(index).unwrap_or(0))
    }

    /// Returns how many of `whole` things belong to these days, where all days weigh `all`.
    pub(super) fn share(&self, whole: usize, all: usize) -> usize {
        let until = |weight: usize| {
            let scaled = weight as u128 * whole as u128 / (all as u128).max(1);
            usize::try_from(scaled).unwrap_or(usize::MAX)
        };
        until(self.before + self.weight()) - until(self.before)
    }
}

fn end(quarter: Quarter) -> Day {
    quarter.next().first_day().plus(-1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::dice::Part;

    #[test]
    fn the_quarters_have_every_day_once_and_share_all_there_is() {
        let (first, last) = (Day::of(2016, 11, 29), Day::of(2026, 11, 27));
        let seasons = Seasons::new(first, last);
        let quarters = seasons.quarters(first);
        assert_eq!(quarters.len(), 41);
        let mut next = first;
        let mut sum = 0;
        for quarter in &quarters {
            assert_eq!(quarter.first, next);
            next = quarter.last.plus(1);
            sum += quarter.share(350_000, seasons.whole());
        }
        assert_eq!((next, sum), (last.plus(1), 350_000));
        let later = seasons.quarters(Day::of(2026, 8, 1));
        assert_eq!(later.len(), 2);
        assert!(later[1].weight() > quarters[1].weight());
    }

    #[test]
    fn a_day_is_picked_from_the_first_to_the_last() {
        let seasons = Seasons::new(Day::of(2026, 1, 1), Day::of(2026, 1, 3));
        let days = &seasons.quarters(Day::of(2026, 1, 2))[0];
        let mut dice = Dice::new(1, Part::Lectures);
        let picked: Vec<i32> = (0..40)
            .map(|_| days.pick(&mut dice).0 - days.first.0)
            .collect();
        assert!(
            picked.contains(&0)
                && picked.contains(&1)
                && picked.iter().all(|day| (0..2).contains(day))
        );
    }
}
