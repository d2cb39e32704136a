//! Numbers with their names, and the parts of a whole.

use leptos::prelude::*;

use crate::locale::{format_number, format_percent};

/// A row of tiles that wraps as it must.
#[component]
pub fn StatGrid(children: Children) -> impl IntoView {
    view! { <dl class="stat-grid">{children()}</dl> }
}

/// One number and what it counts; stands in a `StatGrid`.
#[component]
pub fn StatTile(
    #[prop(into)] label: Signal<String>,
    /// The number as it is to be read, thousands set apart.
    #[prop(into)]
    value: Signal<String>,
    /// How it was before, in words; never a judgement.
    #[prop(optional, into)]
    delta: MaybeProp<String>,
) -> impl IntoView {
    view! {
        <div class="stat-tile">
            <dt class="stat-label">{label}</dt>
            <dd class="stat-value">{value}</dd>
            {move || delta.get().map(|delta| view! { <dd class="stat-delta">{delta}</dd> })}
        </div>
    }
}

/// A part of a whole.
#[derive(Clone, Debug)]
pub struct Share {
    /// What it is called.
    pub label: String,
    /// How many.
    pub value: u64,
}

/// Up to four parts of a whole as one bar, with every part named and counted beneath.
#[component]
pub fn ShareBar(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] shares: Signal<Vec<Share>>,
) -> impl IntoView {
    let bar = move || {
        let shares = shares.get();
        let whole: u64 = shares.iter().map(|share| share.value).sum();
        let mut before = 0;
        let part = |(index, share): (usize, &Share)| {
            let start = percent(before, whole);
            before += share.value;
            let width = percent(share.value, whole);
            view! {
                <rect class=part_class(index) x=format!("{start}%") y="0" width=format!("{width}%") height="100%"></rect>
            }
        };
        shares.iter().enumerate().map(part).collect_view()
    };
    let legend = move || {
        let shares = shares.get();
        let whole: u64 = shares.iter().map(|share| share.value).sum();
        let line = |(index, share): (usize, Share)| {
            view! {
                <li class="share">
                    <svg class="share-key" aria-hidden="true" focusable="false">
                        <rect class=part_class(index) width="100%" height="100%"></rect>
                    </svg>
                    <span class="share-label">{share.label}</span>
                    <span class="share-value">{format_number(i64::try_from(share.value).unwrap_or(i64::MAX))}</span>
                    <span class="share-percent">{format_percent(share.value, whole)}</span>
                </li>
            }
        };
        shares.into_iter().enumerate().map(line).collect_view()
    };
    view! {
        <div class="share-bar">
            <svg class="share-track" aria-hidden="true" focusable="false">
                {bar}
            </svg>
            <ul class="share-list" role="list" aria-label=move || label.get()>
                {legend}
            </ul>
        </div>
    }
}

fn part_class(index: usize) -> &'static str {
    match index {
        0 => "part first",
        1 => "part second",
        2 => "part third",
        _ => "part fourth",
    }
}

/// A part of a whole in percent with two decimals; of nothing it is 0.
pub(super) fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    #[allow(clippy::cast_precision_loss)]
    let exact = part as f64 * 100.0 / whole as f64;
    (exact * 100.0).round() / 100.0
}
