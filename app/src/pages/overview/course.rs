//! How the numbers went on: bars by day, week, month or year, and a calendar of days.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::api::{Dashboard, DayFigures};
use shared::rollup::{DAYS_SHOWN, Facet};
use shared::time::Day;
use shared::words::Measure;

use super::Part;
use crate::components::{
    BarTrend, Card, Choice, HeatDay, HeatMap, LabelPlace, Segmented, TrendBar,
};
use crate::locale::{format_month, format_number, format_short_day, format_short_span};
use crate::pages::words;
use crate::t;

/// Bars by day at most; a longer period is drawn by weeks.
const DAY_BARS: i32 = 31;
/// Bars by month at most; a longer period is drawn by years.
const MONTH_BARS: usize = 36;
/// So many days are worth a calendar.
const CALENDAR_DAYS: i32 = 28;
/// More than so many want the whole width of a larger screen.
const WIDE_DAYS: usize = 120;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Drawn {
    Attendances,
    Activities,
    Services,
}

impl Drawn {
    const ALL: [Self; 3] = [Self::Attendances, Self::Activities, Self::Services];

    const fn measure(self) -> Measure {
        match self {
            Self::Attendances => Measure::Attendances,
            Self::Activities => Measure::Activities,
            Self::Services => Measure::Services,
        }
    }

    fn name(self) -> String {
        match self {
            Self::Attendances => t!(overview.attendances),
            Self::Activities => t!(overview.activities),
            Self::Services => t!(overview.services),
        }
    }

    fn short_name(self) -> String {
        match self {
            Self::Attendances => t!(overview.column_attendances),
            Self::Activities => t!(overview.column_activities),
            Self::Services => t!(overview.column_services),
        }
    }

    /// What a facet leaves something of.
    fn of(facet: Option<&Facet>) -> &'static [Self] {
        match facet {
            None => &Self::ALL,
            Some(Facet::Kind(_) | Facet::Sector(_) | Facet::Campaign(_)) => &Self::ALL[..2],
            Some(Facet::Category(_)) => &Self::ALL[2..],
        }
    }
}

/// How long each bar lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Day,
    Week,
    Month,
    Year,
}

/// A bar: its first and last day, and its number.
type Bar = (Day, Day, u64);

#[component]
pub(super) fn CourseSections(#[prop(into)] dashboard: Signal<Dashboard>) -> impl IntoView {
    let chosen = RwSignal::new(Drawn::Attendances);
    let offered =
        Memo::new(move |_| dashboard.with(|dashboard| Drawn::of(dashboard.facet.as_ref())));
    let drawn = Memo::new(move |_| {
        let (chosen, offered) = (chosen.get(), offered.get());
        offered
            .iter()
            .copied()
            .find(|one| *one == chosen)
            .unwrap_or(offered[0])
    });
    let bars =
        Memo::new(move |_| dashboard.with(|dashboard| bars(dashboard, drawn.get().measure())));
    let heat =
        Memo::new(move |_| dashboard.with(|dashboard| days(dashboard, drawn.get().measure())));
    let has = move |count: usize, any: bool| 1 < count && any;
    let trend_worth =
        move || bars.with(|(_, bars)| has(bars.len(), bars.iter().any(|bar| bar.2 != 0)));
    let heat_worth = move || heat.with(|days| has(days.len(), days.iter().any(|(_, n)| *n != 0)));
    let is_wide = move || heat.with(|days| WIDE_DAYS < days.len());
    let choices = move || {
        let choice = |one: &Drawn| {
            let one = *one;
            Choice::new(one.measure().as_str(), move || one.short_name())
        };
        offered.get().iter().map(choice).collect::<Vec<_>>()
    };
    view! {
        <Part title=move || trend_title(bars.with(|(step, _)| *step)) when=trend_worth>
            <Card>
                <Show when=move || { 1 < offered.get().len() }>
                    <Segmented
                        label=move || t!(overview.drawn)
                        label_place=LabelPlace::Hidden
                        choices=Signal::derive(choices)
                        value=move || drawn.get().measure().as_str().to_owned()
                        on_change=move |word: String| {
                            let found = Drawn::ALL.into_iter().find(|one| one.measure().as_str() == word);
                            if let Some(found) = found {
                                chosen.set(found);
                            }
                        }
                    />
                </Show>
                <BarTrend
                    title=move || drawn.get().name()
                    gist=move || bars.with(|(step, bars)| trend_gist(drawn.get(), *step, bars))
                    bars=Signal::derive(move || bars.with(|(step, bars)| trend(*step, bars)))
                />
            </Card>
        </Part>
        <div class="calendar-part" class:wide=is_wide>
            <Part title=move || t!(overview.calendar) when=heat_worth>
                <Card>
                    <HeatMap
                        title=move || drawn.get().name()
                        gist=move || heat.with(|days| heat_gist(drawn.get(), days))
                        days=Signal::derive(move || heat.with(|days| squares(days)))
                    />
                </Card>
            </Part>
        </div>
    }
}

fn trend_title(step: Step) -> String {
    match step {
        Step::Day => t!(overview.by_day),
        Step::Week => t!(overview.by_week),
        Step::Month => t!(overview.by_month),
        Step::Year => t!(overview.by_year),
    }
}

fn trend(step: Step, bars: &[Bar]) -> Vec<TrendBar> {
    let bar = |(from, to, value): &Bar| TrendBar {
        label: label(step, *from),
        name: name(step, *from, *to),
        value: *value,
    };
    bars.iter().map(bar).collect()
}

fn label(step: Step, from: Day) -> String {
    match step {
        Step::Day | Step::Week => format_short_day(from.start().0),
        Step::Month => format_month(from),
        Step::Year => from.date().0.to_string(),
    }
}

fn name(step: Step, from: Day, to: Day) -> String {
    match step {
        Step::Day => words::day_name(from),
        Step::Week => format_short_span(from, to),
        Step::Month => format_month(from),
        Step::Year => t!(period.year_named, year = from.date().0),
    }
}

fn trend_gist(drawn: Drawn, step: Step, bars: &[Bar]) -> String {
    let sum: u64 = bars.iter().map(|bar| bar.2).sum();
    let most = bars.iter().max_by_key(|bar| bar.2);
    t!(
        overview.trend_gist,
        what = drawn.name(),
        sum = number(sum),
        when = most
            .map(|(from, to, _)| name(step, *from, *to))
            .unwrap_or_default(),
        most = number(most.map_or(0, |bar| bar.2))
    )
}

fn heat_gist(drawn: Drawn, days: &[(Day, u64)]) -> String {
    let some = days.iter().filter(|(_, n)| *n != 0).count();
    let most = days.iter().max_by_key(|(_, n)| *n);
    t!(
        overview.heat_gist,
        what = drawn.name(),
        days = words::count(days.len()),
        some = words::count(some),
        when = most
            .map(|(day, _)| words::day_name(*day))
            .unwrap_or_default(),
        most = number(most.map_or(0, |(_, n)| *n))
    )
}

fn squares(days: &[(Day, u64)]) -> Vec<HeatDay> {
    let square = |(day, value): &(Day, u64)| {
        let (_, month, number) = day.date();
        HeatDay {
            label: words::day_name(*day),
            weekday: day.weekday(),
            begins_month: (number == 1).then_some(month),
            value: *value,
        }
    };
    days.iter().map(square).collect()
}

/// Returns the bars of a period, those without anything included, and how long each lasts.
fn bars(dashboard: &Dashboard, measure: Measure) -> (Step, Vec<Bar>) {
    let (from, to) = (dashboard.from, dashboard.to);
    let length = to.0 - from.0 + 1;
    if DAYS_SHOWN < length {
        return months(dashboard, measure);
    }
    let (step, days) = if DAY_BARS < length {
        (Step::Week, 7)
    } else {
        (Step::Day, 1)
    };
    // Weeks are those of the calendar; the first and the last may be short.
    let start = match step {
        Step::Week => from.plus(-i32::try_from(from.weekday()).unwrap_or(0)),
        Step::Day | Step::Month | Step::Year => from,
    };
    let count = usize::try_from((to.0 - start.0) / days + 1).unwrap_or(0);
    let mut bars: Vec<Bar> = (0..count)
        .map(|index| {
            let first = start.plus(i32::try_from(index).unwrap_or(0) * days);
            (first.max(from), first.plus(days - 1).min(to), 0)
        })
        .collect();
    for day in &dashboard.days {
        let index = usize::try_from((day.day.0 - start.0) / days);
        if let Some(bar) = index.ok().and_then(|index| bars.get_mut(index)) {
            bar.2 += value(day, measure);
        }
    }
    (step, bars)
}

/// The months from the first that holds anything on; of many years, years.
fn months(dashboard: &Dashboard, measure: Measure) -> (Step, Vec<Bar>) {
    let mut months = BTreeMap::new();
    for month in &dashboard.months {
        let (year, number, _) = month.day.date();
        *months.entry((year, number)).or_insert(0) += value(month, measure);
    }
    let Some(((first_year, first_month), _)) = months.iter().find(|(_, n)| **n != 0) else {
        return (Step::Month, Vec::new());
    };
    let (last_year, last_month, _) = dashboard.to.date();
    let all: Vec<Bar> = (*first_year..=last_year)
        .flat_map(|year| (1..=12).map(move |month| (year, month)))
        .filter(|month| (*first_year, *first_month) <= *month && *month <= (last_year, last_month))
        .map(|(year, month)| {
            let first = Day::of(year, month, 1);
            let number = months.get(&(year, month)).copied().unwrap_or(0);
            (first, first, number)
        })
        .collect();
    if all.len() <= MONTH_BARS {
        return (Step::Month, all);
    }
    let year = |year: i32| {
        let of = all.iter().filter(|(first, ..)| first.date().0 == year);
        let first = Day::of(year, 1, 1);
        (first, first, of.map(|bar| bar.2).sum())
    };
    (Step::Year, (*first_year..=last_year).map(year).collect())
}

/// Returns every day that a calendar shows; none where there are too few for one.
fn days(dashboard: &Dashboard, measure: Measure) -> Vec<(Day, u64)> {
    let to = dashboard.to;
    let from = dashboard.from.max(to.plus(1 - DAYS_SHOWN));
    if to.0 - from.0 + 1 < CALENDAR_DAYS {
        return Vec::new();
    }
    let some: BTreeMap<Day, u64> = dashboard
        .days
        .iter()
        .map(|day| (day.day, value(day, measure)))
        .collect();
    (from.0..=to.0)
        .map(|day| (Day(day), some.get(&Day(day)).copied().unwrap_or(0)))
        .collect()
}

fn value(figures: &DayFigures, measure: Measure) -> u64 {
    u64::try_from(figures.figures.get(measure)).unwrap_or(0)
}

fn number(value: u64) -> String {
    format_number(i64::try_from(value).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::tests::dashboard;
    use super::*;

    fn of(from: Day, to: Day, days: &[(Day, i64)]) -> Dashboard {
        let figures = |(day, n): &(Day, i64)| {
            let mut figures = shared::rollup::Figures::default();
            figures.add(Measure::Attendances, *n);
            DayFigures { day: *day, figures }
        };
        Dashboard {
            days: days.iter().map(figures).collect(),
            months: days.iter().map(figures).collect(),
            ..dashboard(from, to)
        }
    }

    fn drawn(dashboard: &Dashboard) -> (Step, Vec<Bar>) {
        bars(dashboard, Measure::Attendances)
    }

    #[test]
    fn days_without_anything_are_drawn_too() {
        let to = Day::of(2026, 11, 22);
        let (step, bars) = drawn(&of(to.plus(-6), to, &[(to.plus(-1), 7)]));
        assert_eq!((step, bars.len()), (Step::Day, 7));
        assert_eq!(bars[5], (to.plus(-1), to.plus(-1), 7));
        assert_eq!(bars.iter().map(|bar| bar.2).sum::<u64>(), 7);
    }

    #[test]
    fn a_quarter_is_drawn_by_the_weeks_of_the_calendar() {
        // Thursday 1 October to Sunday 22 November 2026.
        let (from, to) = (Day::of(2026, 10, 1), Day::of(2026, 11, 22));
        let days = [(from, 1), (from.plus(3), 2), (from.plus(4), 4), (to, 8)];
        let (step, bars) = drawn(&of(from, to, &days));
        assert_eq!((step, bars.len()), (Step::Week, 8));
        assert_eq!(bars[0], (from, from.plus(3), 3));
        assert_eq!(bars[1], (from.plus(4), from.plus(10), 4));
        assert_eq!(bars[7].2, 8);
    }

    #[test]
    fn many_years_begin_with_the_first_month_that_holds_anything() {
        let (from, to) = (Day::of(2015, 1, 1), Day::of(2026, 11, 22));
        let months = [(Day::of(2025, 3, 1), 5), (Day::of(2026, 2, 1), 7)];
        let (step, bars) = drawn(&of(from, to, &months));
        assert_eq!((step, bars.len()), (Step::Month, 21));
        assert_eq!((bars[0].2, bars[1].2, bars[11].2), (5, 0, 7));
        let months = [(Day::of(2020, 3, 1), 5), (Day::of(2026, 2, 1), 7)];
        let (step, bars) = drawn(&of(from, to, &months));
        assert_eq!((step, bars.len()), (Step::Year, 7));
        assert_eq!((bars[0].2, bars[6].2), (5, 7));
    }

    #[test]
    fn a_calendar_holds_every_day_and_fifty_three_weeks_at_most() {
        let to = Day::of(2026, 11, 22);
        let count = |from: Day| days(&of(from, to, &[]), Measure::Activities).len();
        assert_eq!(count(to.plus(-6)), 0);
        assert_eq!(count(to.plus(-29)), 30);
        assert_eq!(count(to.plus(-3_000)), 371);
    }
}
