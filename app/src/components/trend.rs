//! Bars for a count in each of some spans of time, and the same as a table.

use leptos::prelude::*;

use super::figures::percent;
use super::table::{Align, AsTable, Column, TableRow};
use crate::locale::format_number;
use crate::t;

/// So few bars have room for their own words.
const FEW: usize = 12;

/// One span's count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendBar {
    /// As short as the axis needs it, such as 11/22.
    pub label: String,
    /// The same in full, such as 11月22日 周日.
    pub name: String,
    /// How many.
    pub value: u64,
}

/// A bar for each span; few enough to tell apart, at most about sixty.
#[component]
pub fn BarTrend(
    /// What is counted.
    #[prop(into)]
    title: Signal<String>,
    /// What the picture says, in a sentence.
    #[prop(into)]
    gist: Signal<String>,
    #[prop(into)] bars: Signal<Vec<TrendBar>>,
) -> impl IntoView {
    let peak = move || bars.with(|bars| bars.iter().map(|bar| bar.value).max().unwrap_or(0));
    let few = Memo::new(move |_| bars.with(|bars| bars.len() <= FEW));
    let columns = Signal::stored(vec![
        Column::new(move || t!(overview.span), Align::Words),
        Column::new(title, Align::Numbers),
    ]);
    let rows = Signal::derive(move || bars.with(|bars| bars.iter().map(row).collect::<Vec<_>>()));
    let axis = move || {
        let labels = bars.with(|bars| if few.get() { all(bars) } else { axis(bars) });
        labels
            .into_iter()
            .map(|label| view! { <span>{label}</span> })
            .collect_view()
    };
    view! {
        <figure class="trend">
            <div class="trend-plot" class:few=move || few.get() role="img" aria-label=move || gist.get()>
                <Show when=move || !few.get()>
                    <p class="trend-peak">{move || t!(overview.chart_peak, n = number(peak()))}</p>
                </Show>
                <svg class="trend-bars" focusable="false">
                    <line class="trend-line" x1="0" y1="0.5" x2="100%" y2="0.5"></line>
                    {move || bars.with(|bars| draw_bars(bars, few.get()))}
                </svg>
                <div class="trend-axis">{axis}</div>
            </div>
            <AsTable caption=title columns rows />
        </figure>
    }
}

fn row(bar: &TrendBar) -> TableRow {
    TableRow {
        cells: vec![bar.name.clone(), number(bar.value)],
        href: None,
    }
}

fn draw_bars(bars: &[TrendBar], few: bool) -> impl IntoView + use<> {
    let peak = bars.iter().map(|bar| bar.value).max().unwrap_or(0);
    #[allow(clippy::cast_precision_loss)]
    let slot = 100.0 / bars.len().max(1) as f64;
    let gap = slot * 0.3;
    let draw = |(index, bar): (usize, &TrendBar)| {
        #[allow(clippy::cast_precision_loss)]
        let x = slot * index as f64 + gap / 2.0;
        let is_none = bar.value == 0;
        // A day with something is never drawn as nothing.
        let height = if is_none {
            0.0
        } else {
            percent(bar.value, peak).max(2.0)
        };
        let (class, y, tall) = if is_none {
            (
                "trend-bar none",
                "calc(100% - 2px)".to_owned(),
                "2".to_owned(),
            )
        } else {
            (
                "trend-bar",
                format!("{:.2}%", 100.0 - height),
                format!("{height:.2}%"),
            )
        };
        let told = t!(overview.day_count, day = bar.name, n = number(bar.value));
        let above = few.then(|| {
            let middle = format!("{:.2}%", x + (slot - gap) / 2.0);
            let top = format!("{:.2}%", 100.0 - height);
            view! {
                <text class="trend-number" x=middle y=top dy="-6" text-anchor="middle">
                    {number(bar.value)}
                </text>
            }
        });
        view! {
            <rect class=class x=format!("{x:.2}%") y=y width=format!("{:.2}%", slot - gap) height=tall rx="2">
                <title>{told}</title>
            </rect>
            {above}
        }
    };
    bars.iter().enumerate().map(draw).collect_view()
}

fn all(bars: &[TrendBar]) -> Vec<String> {
    bars.iter().map(|bar| bar.label.clone()).collect()
}

/// Returns the first, middle and last span's labels, as many as there are.
fn axis(bars: &[TrendBar]) -> Vec<String> {
    let mut picked = vec![0, bars.len() / 2, bars.len().saturating_sub(1)];
    picked.dedup();
    picked
        .into_iter()
        .filter_map(|index| bars.get(index))
        .map(|bar| bar.label.clone())
        .collect()
}

fn number(value: u64) -> String {
    format_number(i64::try_from(value).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(count: usize) -> Vec<TrendBar> {
        (0..count)
            .map(|index| TrendBar {
                label: index.to_string(),
                name: String::new(),
                value: 1,
            })
            .collect()
    }

    #[test]
    fn the_axis_names_as_many_spans_as_there_are() {
        assert!(axis(&bars(0)).is_empty());
        assert_eq!(axis(&bars(1)), ["0"]);
        assert_eq!(axis(&bars(2)), ["0", "1"]);
        assert_eq!(axis(&bars(30)), ["0", "15", "29"]);
    }
}
