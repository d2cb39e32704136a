//! When and where an activity is held.

use leptos::prelude::*;

use super::{Draft, Form, Place, options};
use crate::components::{InputKind, Section, Select, TextInput};
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

#[component]
pub(super) fn When(form: Form) -> impl IntoView {
    view! {
        <Section title=move || t!(plan.when)>
            <div class="card plan-fields">
                <Times form />
                <Venue form />
                <TextInput
                    label=move || t!(plan.early)
                    optional=true
                    kind=InputKind::Number
                    value=form.value(|draft| draft.early.clone())
                    on_input=form.on_input(Place::Early, |draft, typed| draft.early = typed)
                    hint=said(move || t!(plan.early_hint))
                    error=form.error(Place::Early)
                />
            </div>
        </Section>
    }
}

/// The day, the hours, and the last day where it is another.
#[component]
fn Times(form: Form) -> impl IntoView {
    let time = move |label: fn() -> String, place, read, write| {
        view! {
            <TextInput
                label=Signal::derive(label)
                kind=InputKind::Time
                value=form.value(read)
                on_input=form.on_input(place, write)
                error=form.error(place)
            />
        }
    };
    let starts: fn(&Draft) -> String = |draft| draft.starts.clone();
    let ends: fn(&Draft) -> String = |draft| draft.ends.clone();
    view! {
        <TextInput
            label=move || t!(plan.day)
            kind=InputKind::Date
            value=form.value(|draft| draft.day.clone())
            on_input=form.on_input(Place::Day, |draft, typed| draft.day = typed)
            error=form.error(Place::Day)
        />
        <div class="plan-times">
            {time(|| t!(plan.starts), Place::Starts, starts, |draft, typed| draft.starts = typed)}
            {time(|| t!(plan.ends), Place::Ends, ends, |draft, typed| draft.ends = typed)}
        </div>
        <TextInput
            label=move || t!(plan.last_day)
            optional=true
            kind=InputKind::Date
            value=form.value(|draft| draft.last_day.clone())
            on_input=form.on_input(Place::LastDay, |draft, typed| draft.last_day = typed)
            hint=said(move || t!(plan.last_day_hint))
            error=form.error(Place::LastDay)
        />
    }
}

#[component]
fn Venue(form: Form) -> impl IntoView {
    let directory = use_app_state().directory();
    // The list follows the organisation, not every letter that is typed.
    let asked = Memo::new(move |_| form.draft.with(|draft| (draft.organisation, draft.venue)));
    let venues = Signal::derive(move || {
        asked.track();
        directory.with(|slice| {
            let slice = slice.as_ref();
            slice.map_or_else(Vec::new, |slice| {
                form.draft
                    .with_untracked(|draft| options::venues(slice, draft))
            })
        })
    });
    view! {
        <Select
            label=move || t!(plan.venue)
            choices=venues
            value=form.value(|draft| draft.venue.map_or_else(String::new, |id| id.to_string()))
            on_change=move |id: String| {
                form.draft.update(|draft| draft.venue = id.parse().ok());
            }
        />
    }
}
