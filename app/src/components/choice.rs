//! What is chosen: one of many, one of few, yes or no.

use leptos::prelude::*;

use super::field::{FieldIds, field_view};
use super::{Glyph, Icon, fresh_id};

/// One thing that can be chosen.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What the callback is told.
    pub value: String,
    /// What the screen shows.
    pub label: Signal<String>,
}

impl Choice {
    /// Makes a choice of a value and its words, which may be a closure that follows the locale.
    pub fn new<M>(
        value: impl Into<String>,
        label: impl IntoReactiveValue<Signal<String>, M>,
    ) -> Self {
        Self {
            value: value.into(),
            label: label.into_reactive_value(),
        }
    }
}

/// Where a control's label is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LabelPlace {
    /// Above the control.
    #[default]
    Above,
    /// For screen readers only, where the words beside it say the same.
    Hidden,
}

/// One of many, chosen from the phone's own list.
#[component]
pub fn Select(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<String>,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let ids = FieldIds::fresh();
    let options = move || {
        let show = |choice: Choice| {
            let own = choice.value.clone();
            view! {
                <option value=choice.value selected=move || value.get() == own>
                    {choice.label}
                </option>
            }
        };
        choices.get().into_iter().map(show).collect_view()
    };
    let control = view! {
        <div class="select">
            <select
                class="input"
                id=ids.control.clone()
                disabled=move || disabled.get()
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=ids.described_by(hint, error)
                on:change=move |event| on_change.run(event_target_value(&event))
            >
                {options}
            </select>
            <span class="select-chevron">
                <Glyph icon=Icon::ChevronDown />
            </span>
        </div>
    };
    field_view(&ids, label, false, hint, error, control.into_any())
}

/// Yes or no, at once.
#[component]
pub fn Switch(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] on: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let ids = FieldIds::fresh();
    view! {
        <div class="switch">
            <div class="switch-text">
                <label class="switch-label" for=ids.control.clone()>
                    {label}
                </label>
                {ids.hint_view(hint)}
            </div>
            <input
                class="switch-control"
                id=ids.control.clone()
                type="checkbox"
                role="switch"
                checked=on.get_untracked()
                prop:checked=move || on.get()
                disabled=move || disabled.get()
                aria-describedby=ids.described_by(hint, MaybeProp::default())
                on:change=move |event| on_change.run(event_target_checked(&event))
            />
        </div>
    }
}

/// From this many segments on, the tick gives way to the words.
const MANY: usize = 4;

/// One of two to six, all in view: 到场 / 缺席 / 请假.
#[component]
pub fn Segmented(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    /// The value chosen; none where it is no choice's value.
    #[prop(into)]
    value: Signal<String>,
    #[prop(into)] on_change: Callback<String>,
    #[prop(optional)] label_place: LabelPlace,
) -> impl IntoView {
    let name = fresh_id("segmented");
    let legend_class = match label_place {
        LabelPlace::Above => "field-label",
        LabelPlace::Hidden => "visually-hidden",
    };
    let segments = move || {
        let show = |choice: Choice| {
            let (own, told) = (choice.value.clone(), choice.value.clone());
            let chosen = Signal::derive(move || value.get() == own);
            view! {
                <label class="segment">
                    <input
                        class="segment-control"
                        type="radio"
                        name=name.clone()
                        value=choice.value
                        checked=chosen.get_untracked()
                        prop:checked=move || chosen.get()
                        on:change=move |_| on_change.run(told.clone())
                    />
                    <span class="segment-face">
                        <Glyph icon=Icon::Check />
                        <span class="segment-label">{choice.label}</span>
                    </span>
                </label>
            }
        };
        choices.get().into_iter().map(show).collect_view()
    };
    view! {
        <fieldset class="segmented" class:many=move || choices.with(|choices| { MANY <= choices.len() })>
            <legend class=legend_class>{label}</legend>
            <div class="segmented-track">{segments}</div>
        </fieldset>
    }
}
