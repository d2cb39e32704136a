//! The totals: what was held, who came, what waits, by grade and by day.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::api::Overview;
use shared::time::Day;
use shared::words::Grade;

use super::Part;
use crate::components::{
    BarTrend, Card, Notice, Share, ShareBar, StatGrid, StatTile, Tone, TrendDay,
};
use crate::locale::{format_number, format_short_day};
use crate::pages::words;
use crate::pages::words::said;
use crate::t;

/// Bars at most; a longer period is drawn by weeks.
const MOST_BARS: usize = 31;

#[component]
pub(super) fn Figures(#[prop(into)] overview: Signal<Overview>) -> impl IntoView {
    let number = move |read: fn(&Overview) -> i64| {
        let number = Memo::new(move |_| overview.with(read));
        Signal::derive(move || format_number(number.get()))
    };
    let waiting = Memo::new(move |_| {
        overview.with(|overview| {
            (
                overview.totals.tally.waiting,
                overview.totals.tally.disputed,
            )
        })
    });
    let help = move || match waiting.get() {
        (waiting, 0) => t!(overview.help_waiting, waiting = format_number(waiting)),
        (0, disputed) => t!(overview.help_disputed, disputed = format_number(disputed)),
        (waiting, disputed) => t!(
            overview.help_both,
            waiting = format_number(waiting),
            disputed = format_number(disputed)
        ),
    };
    view! {
        <StatGrid>
            <StatTile
                label=move || t!(overview.activities)
                value=number(|overview| overview.totals.activities)
            />
            <StatTile
                label=move || t!(overview.attendances)
                value=number(|overview| overview.totals.tally.attendances)
            />
            <StatTile
                label=move || t!(overview.to_confirm)
                value=number(|overview| overview.totals.tally.waiting)
            />
            <StatTile
                label=move || t!(overview.disputes)
                value=number(|overview| overview.totals.tally.disputed)
            />
        </StatGrid>
        <Show when=move || waiting.get() != (0, 0)>
            <Notice
                title=said(move || t!(overview.needs_help))
                text=help
                tone=Tone::Notice
            />
        </Show>
        <div class="columns">
            <Grades overview />
            <Days overview />
        </div>
    }
}

#[component]
fn Grades(#[prop(into)] overview: Signal<Overview>) -> impl IntoView {
    let grades = Memo::new(move |_| overview.with(|overview| overview.totals.tally.grades));
    let shares = move || {
        let share = |(grade, value): (&Grade, i64)| Share {
            label: words::grade_title(*grade),
            value: positive(value),
        };
        Grade::ALL
            .iter()
            .zip(grades.get())
            .map(share)
            .collect::<Vec<_>>()
    };
    view! {
        <Part
            title=move || t!(overview.by_grade)
            lead=said(move || t!(grade.explain))
            when=move || grades.get() != [0; 4]
        >
            <Card>
                <ShareBar label=move || t!(overview.by_grade) shares=Signal::derive(shares) />
            </Card>
        </Part>
    }
}

#[component]
fn Days(#[prop(into)] overview: Signal<Overview>) -> impl IntoView {
    let bars = Memo::new(move |_| overview.with(bars));
    let weekly =
        Memo::new(move |_| overview.with(|overview| is_weekly(overview.from, overview.to)));
    let title = Signal::derive(move || {
        if weekly.get() {
            t!(overview.by_week)
        } else {
            t!(overview.by_day)
        }
    });
    let days = move || {
        let label = |(day, value): (Day, u64)| TrendDay {
            label: format_short_day(day.start().0),
            value,
        };
        bars.get().into_iter().map(label).collect::<Vec<_>>()
    };
    let worth_it = move || bars.with(|bars| 1 < bars.len() && bars.iter().any(|(_, n)| *n != 0));
    view! {
        <Part title when=worth_it>
            <Card>
                <BarTrend title days=Signal::derive(days) />
            </Card>
        </Part>
    }
}

fn length(from: Day, to: Day) -> usize {
    usize::try_from(to.0 - from.0 + 1).unwrap_or(0)
}

fn is_weekly(from: Day, to: Day) -> bool {
    length(from, to) > MOST_BARS
}

/// Attendances of each day of the period, those without any included; of a long one, of each week,
/// named by its first day.
fn bars(overview: &Overview) -> Vec<(Day, u64)> {
    let (from, to) = (overview.from, overview.to);
    let step = if is_weekly(from, to) { 7 } else { 1 };
    let count = length(from, to).div_ceil(step);
    let mut bars: BTreeMap<usize, u64> = (0..count).map(|index| (index, 0)).collect();
    for day in &overview.days {
        let index = usize::try_from(day.day.0 - from.0).map(|days| days / step);
        if let Some(bar) = index.ok().and_then(|index| bars.get_mut(&index)) {
            *bar += positive(day.totals.tally.attendances);
        }
    }
    let first_day = |index: usize| from.plus(i32::try_from(index * step).unwrap_or(0));
    bars.into_iter()
        .map(|(index, value)| (first_day(index), value))
        .collect()
}

fn positive(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use shared::api::{DayTotals, OrganisationSummary, Totals};
    use shared::ids::OrganisationId;
    use shared::reconcile::Tally;
    use shared::time::Timestamp;
    use shared::words::OrganisationKind;
    use uuid::Uuid;

    use super::*;

    fn overview(from: Day, to: Day, days: &[(Day, i64)]) -> Overview {
        let day = |(day, attendances): &(Day, i64)| DayTotals {
            day: *day,
            totals: Totals {
                activities: 1,
                tally: Tally {
                    attendances: *attendances,
                    ..Tally::default()
                },
            },
        };
        Overview {
            organisation: OrganisationSummary {
                id: OrganisationId(Uuid::nil()),
                name: String::new(),
                kind: OrganisationKind::Branch,
                place: Vec::new(),
            },
            above: Vec::new(),
            from,
            to,
            totals: Totals::default(),
            beneath: Vec::new(),
            days: days.iter().map(day).collect(),
            activities: Vec::new(),
            read_at: Timestamp(0),
        }
    }

    #[test]
    fn days_without_anything_are_drawn_too() {
        let to = Day::of(2026, 11, 22);
        let week = overview(to.plus(-6), to, &[(to.plus(-1), 7)]);
        let bars = bars(&week);
        assert_eq!(bars.len(), 7);
        assert_eq!(bars[5], (to.plus(-1), 7));
        assert_eq!(bars.iter().map(|(_, value)| value).sum::<u64>(), 7);
    }

    #[test]
    fn a_long_period_is_drawn_by_weeks() {
        let from = Day::of(2026, 10, 1);
        let to = Day::of(2026, 11, 22);
        let days = [(from, 1), (from.plus(6), 2), (from.plus(7), 4), (to, 8)];
        let bars = bars(&overview(from, to, &days));
        assert_eq!(bars.len(), 8);
        assert_eq!(bars[0], (from, 3));
        assert_eq!(bars[1], (from.plus(7), 4));
        assert_eq!(bars[7].1, 8);
    }
}
