//! Any of a few, all in view: 周末 and 工作日晚上, not 节假日.

use leptos::prelude::*;

use super::{Choice, Glyph, Icon};
use crate::t;

/// Choices of which any number may be ticked.
#[component]
pub fn Ticks(
    #[prop(into)] label: Signal<String>,
    choices: Vec<Choice>,
    /// The values that are ticked.
    #[prop(into)]
    ticked: Signal<Vec<String>>,
    /// Told the value whose tick was set or taken away.
    #[prop(into)]
    on_toggle: Callback<String>,
    /// Says 可不填 beside the label.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let mark = move || view! { <span class="field-optional">{move || t!(state.optional)}</span> };
    let show = move |choice: Choice| {
        let (own, told) = (choice.value.clone(), choice.value.clone());
        let is_ticked = Signal::derive(move || ticked.with(|ticked| ticked.contains(&own)));
        view! {
            <label class="tick">
                <input
                    class="tick-control"
                    type="checkbox"
                    value=choice.value
                    checked=is_ticked.get_untracked()
                    prop:checked=move || is_ticked.get()
                    on:change=move |_| on_toggle.run(told.clone())
                />
                <span class="tick-face">
                    <Glyph icon=Icon::Check />
                    <span>{choice.label}</span>
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="ticks">
            <legend class="field-label">{label} {optional.then(mark)}</legend>
            <div class="ticks-field">{choices.into_iter().map(show).collect_view()}</div>
        </fieldset>
    }
}
