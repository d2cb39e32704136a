//! Bars for a count on each of some days, and the same as a table for those who listen.

use leptos::prelude::*;

use super::figures::percent;
use crate::locale::format_number;
use crate::t;

/// One day's count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendDay {
    /// As short as the axis needs it, such as 11/22.
    pub label: String,
    /// How many.
    pub value: u64,
}

/// A bar for each day; few enough days to tell apart, at most about sixty.
#[component]
pub fn BarTrend(
    /// What is counted.
    #[prop(into)]
    title: Signal<String>,
    #[prop(into)] days: Signal<Vec<TrendDay>>,
) -> impl IntoView {
    let peak = move || days.with(|days| days.iter().map(|day| day.value).max().unwrap_or(0));
    let bars = move || days.with(|days| draw_bars(days));
    let rows = move || {
        let row = |day: TrendDay| {
            view! {
                <tr>
                    <th scope="row">{day.label}</th>
                    <td>{number(day.value)}</td>
                </tr>
            }
        };
        days.get().into_iter().map(row).collect_view()
    };
    view! {
        <figure class="trend">
            <div class="trend-plot" aria-hidden="true">
                <p class="trend-peak">{move || t!(overview.chart_peak, n = number(peak()))}</p>
                <svg class="trend-bars" focusable="false">
                    <line class="trend-line" x1="0" y1="0.5" x2="100%" y2="0.5"></line>
                    {bars}
                </svg>
                <div class="trend-axis">
                    {move || axis(&days.get()).into_iter().map(|label| view! { <span>{label}</span> }).collect_view()}
                </div>
            </div>
            <div class="visually-hidden">
                <table>
                    <caption>{title}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{move || t!(overview.day)}</th>
                            <th scope="col">{move || t!(overview.count)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </figure>
    }
}

fn draw_bars(days: &[TrendDay]) -> impl IntoView + use<> {
    let peak = days.iter().map(|day| day.value).max().unwrap_or(0);
    #[allow(clippy::cast_precision_loss)]
    let slot = 100.0 / days.len().max(1) as f64;
    let gap = slot * 0.3;
    let bar = |(index, day): (usize, &TrendDay)| {
        #[allow(clippy::cast_precision_loss)]
        let x = slot * index as f64 + gap / 2.0;
        // A day with something is never drawn as nothing.
        let height = if day.value == 0 {
            0.0
        } else {
            percent(day.value, peak).max(2.0)
        };
        let class = if day.value == 0 {
            "trend-bar none"
        } else {
            "trend-bar"
        };
        let (y, height) = if day.value == 0 {
            ("calc(100% - 2px)".to_owned(), "2".to_owned())
        } else {
            (format!("{:.2}%", 100.0 - height), format!("{height:.2}%"))
        };
        view! {
            <rect
                class=class
                x=format!("{x:.2}%")
                y=y
                width=format!("{:.2}%", slot - gap)
                height=height
                rx="2"
            ></rect>
        }
    };
    days.iter().enumerate().map(bar).collect_view()
}

/// Returns the first, middle and last day's labels, as many as there are.
fn axis(days: &[TrendDay]) -> Vec<String> {
    let mut picked = vec![0, days.len() / 2, days.len().saturating_sub(1)];
    picked.dedup();
    picked
        .into_iter()
        .filter_map(|index| days.get(index))
        .map(|day| day.label.clone())
        .collect()
}

fn number(value: u64) -> String {
    format_number(i64::try_from(value).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(count: usize) -> Vec<TrendDay> {
        (0..count)
            .map(|index| TrendDay {
                label: index.to_string(),
                value: 1,
            })
            .collect()
    }

    #[test]
    fn the_axis_names_as_many_days_as_there_are() {
        assert!(axis(&days(0)).is_empty());
        assert_eq!(axis(&days(1)), ["0"]);
        assert_eq!(axis(&days(2)), ["0", "1"]);
        assert_eq!(axis(&days(30)), ["0", "15", "29"]);
    }
}
