//! A calendar of small squares: how much on each of many days, the weeks side by side.

use leptos::html::Div;
use leptos::prelude::*;

use super::scale::{Scale, ScaleLegend};
use super::table::{Align, AsTable, Column, TableRow};
use crate::locale::{format_number, month_name, weekday_name};
use crate::t;

/// Room for a week, and for a day within it, in the drawing's own units.
const CELL: u32 = 18;
/// The largest square within it.
const SQUARE: u32 = 14;
/// So many weeks fit a phone.
const FITTING: u32 = 15;
/// Room for the months' names above, and for the weekdays' at the side.
const ABOVE: u32 = 22;
const ASIDE: u32 = 40;

/// One day's count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatDay {
    /// The day as it is told, such as 11月22日 周日.
    pub label: String,
    /// 0 for Monday to 6 for Sunday.
    pub weekday: u32,
    /// The month, 1 to 12, told above the week of its first day.
    pub begins_month: Option<u32>,
    /// How many.
    pub value: u64,
}

/// A square for each of some days that follow each other; larger and darker is more.
#[component]
pub fn HeatMap(
    /// What is counted.
    #[prop(into)]
    title: Signal<String>,
    /// What the picture says, in a sentence.
    #[prop(into)]
    gist: Signal<String>,
    #[prop(into)] days: Signal<Vec<HeatDay>>,
) -> impl IntoView {
    let scale = Memo::new(move |_| {
        let most = days.with(|days| days.iter().map(|day| day.value).max());
        Scale::of(most.unwrap_or(0))
    });
    let weeks = Memo::new(move |_| {
        days.with(|days| days.last().map_or(0, |_| week(days, days.len() - 1) + 1))
    });
    let (width, height) = (move || ASIDE + weeks.get() * CELL, ABOVE + 7 * CELL);
    let frame = NodeRef::<Div>::new();
    Effect::new(move || {
        weeks.track();
        if let Some(frame) = frame.get() {
            // The newest weeks are what one looks for, once they are drawn.
            request_animation_frame(move || frame.set_scroll_left(frame.scroll_width()));
        }
    });
    let columns = Signal::stored(vec![
        Column::new(move || t!(overview.day), Align::Words),
        Column::new(title, Align::Numbers),
    ]);
    let rows = Signal::derive(move || {
        let some = |day: &HeatDay| (day.value != 0).then(|| row(day));
        days.with(|days| days.iter().filter_map(some).collect::<Vec<_>>())
    });
    view! {
        <figure class="heat">
            <div class="heat-scroll" node_ref=frame tabindex="0" role="group" aria-label=move || title.get()>
                <svg
                    class="heat-map"
                    class:fits=move || { weeks.get() <= FITTING }
                    role="img"
                    aria-label=move || gist.get()
                    viewBox=move || format!("0 0 {} {height}", width())
                    width=width
                    style:max-width=move || format!("{}px", width() * 3 / 2)
                    height=height
                >
                    {weekdays()}
                    {move || months(&days.read())}
                    {move || days.with(|days| squares(days, scale.get()))}
                </svg>
            </div>
            <ScaleLegend scale />
            <AsTable caption=title columns rows />
        </figure>
    }
}

fn row(day: &HeatDay) -> TableRow {
    TableRow {
        cells: vec![day.label.clone(), number(day.value)],
        href: None,
    }
}

/// The column of a day.
fn week(days: &[HeatDay], index: usize) -> u32 {
    let first = days.first().map_or(0, |day| day.weekday);
    (u32::try_from(index).unwrap_or(0) + first) / 7
}

/// Every other weekday, as the rows are close.
fn weekdays() -> impl IntoView {
    let name = |weekday: u32| {
        let y = ABOVE + weekday * CELL + SQUARE / 2;
        view! { <text class="heat-word" x="0" y=y dominant-baseline="central">{move || weekday_name(weekday)}</text> }
    };
    [0, 2, 4, 6].map(name).collect_view()
}

fn months(days: &[HeatDay]) -> impl IntoView + use<> {
    // A month that begins at the right edge has no room for its name.
    let last = days.len().saturating_sub(1);
    let name = |(index, day): (usize, &HeatDay)| {
        let month = day.begins_month?;
        let column = week(days, index);
        (column < week(days, last).max(1)).then(|| {
            let x = ASIDE + column * CELL;
            view! { <text class="heat-word" x=x y="12">{month_name(month)}</text> }
        })
    };
    days.iter().enumerate().filter_map(name).collect_view()
}

fn squares(days: &[HeatDay], scale: Scale) -> impl IntoView + use<> {
    let square = |(index, day): (usize, &HeatDay)| {
        let side = match scale.level(day.value) {
            0 => 4,
            1 => 7,
            2 => 10,
            3 => 12,
            _ => SQUARE,
        };
        let inset = (SQUARE - side) / 2;
        let x = ASIDE + week(days, index) * CELL + inset;
        let y = ABOVE + day.weekday * CELL + inset;
        let told = t!(overview.day_count, day = day.label, n = number(day.value));
        view! {
            <rect class=format!("heat-day {}", scale.class(day.value)) x=x y=y width=side height=side rx="2">
                <title>{told}</title>
            </rect>
        }
    };
    days.iter().enumerate().map(square).collect_view()
}

fn number(value: u64) -> String {
    format_number(i64::try_from(value).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_stand_in_the_column_of_their_week() {
        let day = |weekday: u32| HeatDay {
            label: String::new(),
            weekday,
            begins_month: None,
            value: 0,
        };
        let days: Vec<HeatDay> = (0..10).map(|index| day((index + 5) % 7)).collect();
        let columns: Vec<u32> = (0..10).map(|index| week(&days, index)).collect();
        assert_eq!(columns, [0, 0, 1, 1, 1, 1, 1, 1, 1, 2]);
    }
}
