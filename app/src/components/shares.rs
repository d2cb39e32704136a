//! Parts of a whole that can be looked at alone: a bar and a link each.

use leptos::prelude::*;

use super::figures::percent;
use super::{Glyph, Icon};

/// A part with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharePart {
    /// What it is called.
    pub label: String,
    /// How many, by which the bars are drawn.
    pub value: u64,
    /// The numbers as they are to be read.
    pub told: String,
    /// Where its name leads.
    pub href: String,
}

/// A row for each part, in the order in which they come.
#[component]
pub fn ShareList(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] parts: Signal<Vec<SharePart>>,
) -> impl IntoView {
    let whole = move || parts.with(|parts| parts.iter().map(|part| part.value).sum::<u64>());
    let show = move |part: SharePart| {
        let width = format!("{}%", percent(part.value, whole()));
        view! {
            <li class="share-part">
                <a class="share-link" href=part.href>
                    <span class="share-words">
                        <span class="share-label">{part.label}</span>
                        <span class="share-told">{part.told}</span>
                    </span>
                    <svg class="share-track" aria-hidden="true" focusable="false">
                        <rect class="part-bar" width=width height="100%" rx="5"></rect>
                    </svg>
                    <span class="row-chevron">
                        <Glyph icon=Icon::Chevron />
                    </span>
                </a>
            </li>
        }
    };
    view! {
        <ul class="share-parts" role="list" aria-label=move || label.get()>
            {move || parts.get().into_iter().map(show).collect_view()}
        </ul>
    }
}
