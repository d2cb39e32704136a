//! Boxes to tick: people, times, rows.

use leptos::prelude::*;

/// A box with its words; the whole of it can be pressed.
#[component]
pub(super) fn Tick(
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(into)] on: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="tick">
            <TickBox on on_change />
            <span class="tick-words">
                <span class="tick-label">{label}</span>
                {move || hint.get().map(|hint| view! { <span class="tick-hint">{hint}</span> })}
            </span>
        </label>
    }
}

/// A box alone, for a place that says what it is for.
#[component]
pub(super) fn TickBox(
    #[prop(into)] on: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
    /// Read aloud where no words stand beside it.
    #[prop(optional, into)]
    label: MaybeProp<String>,
) -> impl IntoView {
    view! {
        <input
            class="tick-box"
            type="checkbox"
            aria-label=move || label.get()
            checked=on.get_untracked()
            prop:checked=move || on.get()
            on:change=move |event| on_change.run(event_target_checked(&event))
        />
    }
}

/// Boxes that belong together.
#[component]
pub(super) fn Ticks(#[prop(into)] label: Signal<String>, children: Children) -> impl IntoView {
    view! {
        <fieldset class="field ticks">
            <legend class="field-label">{label}</legend>
            <div class="ticks-list">{children()}</div>
        </fieldset>
    }
}
