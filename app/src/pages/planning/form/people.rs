//! Who speaks, chairs and records; for whom an activity is; and how often it is held.

use leptos::prelude::*;
use shared::directory::Organisation;

use super::{Draft, Form, Invited, Place, options};
use crate::components::{Choice, InputKind, LabelPlace, Section, Segmented, Switch, TextInput};
use crate::pages::planning::series::Repeat;
use crate::pages::words::{self, said};
use crate::state::use_app_state;
use crate::t;

#[component]
pub(super) fn People(form: Form) -> impl IntoView {
    let has_speaker = Memo::new(move |_| form.draft.with(Draft::has_speaker));
    let person = move |label: fn() -> String, place, read, write| {
        view! {
            <TextInput
                label=Signal::derive(label)
                optional=true
                value=form.value(read)
                on_input=form.on_input(place, write)
                error=form.error(place)
            />
        }
    };
    view! {
        <Section title=move || t!(plan.people)>
            <div class="card plan-fields">
                <Show when=move || has_speaker.get()>
                    {person(
                        || t!(plan.speaker),
                        Place::Speaker,
                        |draft| draft.speaker.clone(),
                        |draft, typed| draft.speaker = typed,
                    )}
                    <TextInput
                        label=move || t!(plan.speaker_role)
                        optional=true
                        value=form.value(|draft| draft.speaker_role.clone())
                        on_input=form
                            .on_input(
                                Place::SpeakerRole,
                                |draft, typed| draft.speaker_role = typed,
                            )
                        hint=said(move || t!(plan.speaker_role_hint))
                        error=form.error(Place::SpeakerRole)
                    />
                </Show>
                {person(
                    || t!(plan.chair),
                    Place::Chair,
                    |draft| draft.chair.clone(),
                    |draft, typed| draft.chair = typed,
                )}
                {person(
                    || t!(plan.recorder),
                    Place::Recorder,
                    |draft| draft.recorder.clone(),
                    |draft, typed| draft.recorder = typed,
                )}
            </div>
        </Section>
    }
}

#[component]
pub(super) fn Who(form: Form) -> impl IntoView {
    let directory = use_app_state().directory();
    let organisation = Memo::new(move |_| form.draft.with(|draft| draft.organisation));
    let audience = Memo::new(move |_| form.draft.with(|draft| draft.audience));
    let beneath = Memo::new(move |_| {
        directory.with(|slice| {
            let slice = slice.as_ref();
            slice.map_or_else(Vec::new, |slice| {
                options::beneath(slice, organisation.get())
            })
        })
    });
    let choices: Signal<Vec<Choice>> = Signal::derive(move || {
        // What a plan says already stays a choice.
        let named = audience.get() == Invited::Organisations;
        options::audiences(named || !beneath.with(Vec::is_empty))
    });
    let error = form.error(Place::Audience);
    view! {
        <Section title=move || t!(plan.who)>
            <div class="card plan-fields">
                <Segmented
                    label=move || t!(plan.audience)
                    label_place=LabelPlace::Hidden
                    choices=choices
                    value=move || audience.get().as_str().to_owned()
                    on_change=form
                        .on_input(
                            Place::Audience,
                            |draft, word| draft.audience = Invited::parse(&word),
                        )
                />
                <Show when=move || audience.get() == Invited::Organisations>
                    <div class="plan-organisations">
                        <For each=move || beneath.get() key=|found| found.id let:organisation>
                            <Ticked form organisation />
                        </For>
                    </div>
                </Show>
                <Show when=move || audience.get() == Invited::Invitation>
                    <p class="field-hint">{move || t!(plan.invitation_hint)}</p>
                </Show>
                <div aria-live="polite">
                    {move || error.get().map(|error| view! { <p class="field-error">{error}</p> })}
                </div>
            </div>
        </Section>
    }
}

/// One organisation that may be asked.
#[component]
fn Ticked(form: Form, organisation: Organisation) -> impl IntoView {
    let directory = use_app_state().directory();
    let id = organisation.id;
    let title = move || {
        directory.with(|slice| {
            let slice = slice.as_ref();
            slice.map(|slice| words::organisation_title(slice, &organisation))
        })
    };
    let on = Memo::new(move |_| form.draft.with(|draft| draft.organisations.contains(&id)));
    let turn = move |on| {
        form.faults.update(|faults| {
            faults.remove(&Place::Audience);
        });
        form.draft.update(|draft| {
            if on {
                draft.organisations.insert(id);
            } else {
                draft.organisations.remove(&id);
            }
        });
    };
    view! {
        <Switch
            label=Signal::derive(move || title().unwrap_or_default())
            on=on
            on_change=turn
        />
    }
}

/// Once, weekly or monthly, and how often; for a new activity only.
#[component]
pub(in crate::pages::planning) fn SeriesFields(form: Form) -> impl IntoView {
    let repeat = Memo::new(move |_| form.draft.with(|draft| draft.repeat));
    view! {
        <Section title=move || t!(plan.more)>
            <div class="card plan-fields">
                <Segmented
                    label=move || t!(plan.repeat)
                    choices=options::repeats()
                    value=move || repeat.get().as_str().to_owned()
                    on_change=form
                        .on_input(Place::Times, |draft, word| draft.repeat = Repeat::parse(&word))
                />
                <Show when=move || repeat.get() != Repeat::Once>
                    <TextInput
                        label=move || t!(plan.times)
                        kind=InputKind::Number
                        value=form.value(|draft| draft.times.clone())
                        on_input=form.on_input(Place::Times, |draft, typed| draft.times = typed)
                        hint=said(move || t!(plan.times_hint))
                        error=form.error(Place::Times)
                    />
                </Show>
            </div>
        </Section>
    }
}
