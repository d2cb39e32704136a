//! The form of an activity: the fields that its kind has, each with what is wrong in it.

use leptos::prelude::*;
use shared::words::{ActivityKind, MeetingKind, OutreachSector};

use super::draft::{Draft, Fault, Faults, Invited, Place};
use super::options::{self, UNCHOSEN};
use super::series::Repeat;
use crate::components::{Choice, InputKind, Section, Segmented, Select, Switch, TextInput};
use crate::pages::words::{self, said};
use crate::state::use_app_state;
use crate::t;

/// What the fields work on.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) draft: RwSignal<Draft>,
    pub(super) faults: RwSignal<Faults>,
}

impl Form {
    /// Makes a form of what is typed already.
    pub(super) fn new(draft: Draft) -> Self {
        Self {
            draft: RwSignal::new(draft),
            faults: RwSignal::new(Faults::new()),
        }
    }

    fn value(self, read: fn(&Draft) -> String) -> Signal<String> {
        Memo::new(move |_| self.draft.with(read)).into()
    }

    /// Takes what is typed; what was wrong in the field is no longer said.
    fn on_input(self, place: Place, write: fn(&mut Draft, String)) -> Callback<String> {
        Callback::new(move |typed| {
            if self
                .faults
                .with_untracked(|faults| faults.contains_key(&place))
            {
                self.faults.update(|faults| {
                    faults.remove(&place);
                });
            }
            self.draft.update(|draft| write(draft, typed));
        })
    }

    fn error(self, place: Place) -> MaybeProp<String> {
        MaybeProp::derive(move || {
            let fault = self.faults.with(|faults| faults.get(&place).copied());
            fault.map(|fault| fault_text(place, fault))
        })
    }

    fn kind(self) -> Memo<ActivityKind> {
        Memo::new(move |_| self.draft.with(|draft| draft.kind))
    }
}

fn fault_text(place: Place, fault: Fault) -> String {
    match (fault, place) {
        (Fault::Missing, Place::Audience) => t!(plan.fault.audience),
        (Fault::Missing, _) => t!(plan.fault.missing),
        (Fault::TooLong(most), _) => t!(plan.fault.too_long, n = most),
        (Fault::NoNumber(most), Place::Times) => t!(plan.fault.times, n = most),
        (Fault::NoNumber(most), _) => t!(plan.fault.no_number, n = most),
        (Fault::NotAfter, _) => t!(plan.fault.not_after),
        (Fault::OverAWeek, _) => t!(plan.fault.over_a_week),
    }
}

/// Every field but the series.
#[component]
pub(super) fn PlanFields(form: Form) -> impl IntoView {
    view! {
        <What form />
        <When form />
        <People form />
        <Who form />
    }
}

#[component]
fn What(form: Form) -> impl IntoView {
    let kind = form.kind();
    view! {
        <Section title=move || t!(plan.what)>
            <div class="card plan-fields">
                <Select
                    label=move || t!(plan.kind)
                    choices=options::kinds()
                    value=move || kind.get().as_str().to_owned()
                    on_change=move |word: String| {
                        if let Some(kind) = ActivityKind::parse(&word) {
                            form.draft.update(|draft| draft.kind = kind);
                        }
                    }
                />
                <OfKind form kind />
                <TextInput
                    label=move || t!(plan.topic)
                    value=form.value(|draft| draft.topic.clone())
                    on_input=form.on_input(Place::Topic, |draft, typed| draft.topic = typed)
                    hint=said(move || t!(plan.topic_hint))
                    error=form.error(Place::Topic)
                />
                <TextInput
                    label=move || t!(plan.campaign)
                    optional=true
                    value=form.value(|draft| draft.campaign.clone())
                    on_input=form.on_input(Place::Campaign, |draft, typed| draft.campaign = typed)
                    hint=said(move || t!(plan.campaign_hint))
                    error=form.error(Place::Campaign)
                />
            </div>
        </Section>
    }
}

/// The field that only one kind has.
#[component]
fn OfKind(form: Form, kind: Memo<ActivityKind>) -> impl IntoView {
    move || match kind.get() {
        ActivityKind::OutreachTalk => view! {
            <Select
                label=move || t!(plan.sector)
                choices=options::sectors()
                value=form
                    .value(|draft| {
                        draft.outreach.map_or(UNCHOSEN, OutreachSector::as_str).to_owned()
                    })
                on_change=form
                    .on_input(
                        Place::Sector,
                        |draft, word| draft.outreach = OutreachSector::parse(&word),
                    )
                error=form.error(Place::Sector)
            />
        }
        .into_any(),
        ActivityKind::Meeting => view! {
            <Select
                label=move || t!(plan.meeting)
                choices=options::meetings()
                value=form
                    .value(|draft| draft.meeting.map_or(UNCHOSEN, MeetingKind::as_str).to_owned())
                on_change=form
                    .on_input(
                        Place::Meeting,
                        |draft, word| draft.meeting = MeetingKind::parse(&word),
                    )
                error=form.error(Place::Meeting)
            />
        }
        .into_any(),
        ActivityKind::Training => view! {
            <TextInput
                label=move || t!(plan.study)
                optional=true
                kind=InputKind::Number
                value=form.value(|draft| draft.study.clone())
                on_input=form.on_input(Place::Study, |draft, typed| draft.study = typed)
                hint=said(move || t!(plan.study_hint))
                error=form.error(Place::Study)
            />
        }
        .into_any(),
        ActivityKind::Lecture
        | ActivityKind::PartyLecture
        | ActivityKind::ThemeDay
        | ActivityKind::Oath
        | ActivityKind::ServiceAction => ().into_any(),
    }
}

#[component]
fn When(form: Form) -> impl IntoView {
    let directory = use_app_state().directory();
    let venues = Signal::derive(move || {
        directory.with(|slice| {
            let slice = slice.as_ref();
            slice.map_or_else(Vec::new, |slice| {
                form.draft.with(|draft| options::venues(slice, draft))
            })
        })
    });
    let day =
        move |label: fn() -> String, place, read, write, optional, hint: MaybeProp<String>| {
            view! {
                <TextInput
                    label=Signal::derive(label)
                    optional=optional
                    kind=InputKind::Date
                    value=form.value(read)
                    on_input=form.on_input(place, write)
                    hint=hint
                    error=form.error(place)
                />
            }
        };
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
    view! {
        <Section title=move || t!(plan.when)>
            <div class="card plan-fields">
                {day(
                    || t!(plan.day),
                    Place::Day,
                    |draft| draft.day.clone(),
                    |draft, typed| draft.day = typed,
                    false,
                    MaybeProp::default(),
                )}
                <div class="plan-times">
                    {time(
                        || t!(plan.starts),
                        Place::Starts,
                        |draft| draft.starts.clone(),
                        |draft, typed| draft.starts = typed,
                    )}
                    {time(
                        || t!(plan.ends),
                        Place::Ends,
                        |draft| draft.ends.clone(),
                        |draft, typed| draft.ends = typed,
                    )}
                </div>
                {day(
                    || t!(plan.last_day),
                    Place::LastDay,
                    |draft| draft.last_day.clone(),
                    |draft, typed| draft.last_day = typed,
                    true,
                    said(|| t!(plan.last_day_hint)),
                )}
                <Select
                    label=move || t!(plan.venue)
                    choices=venues
                    value=form
                        .value(|draft| draft.venue.map_or_else(String::new, |id| id.to_string()))
                    on_change=move |id: String| {
                        form.draft.update(|draft| draft.venue = id.parse().ok());
                    }
                />
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

#[component]
fn People(form: Form) -> impl IntoView {
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
fn Who(form: Form) -> impl IntoView {
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
    let organisations = move || {
        let tick = |organisation: shared::directory::Organisation| {
            let id = organisation.id;
            let title = directory.with_untracked(|slice| {
                let slice = slice.as_ref();
                slice.map(|slice| words::organisation_title(slice, &organisation))
            });
            let title = title.unwrap_or(organisation.name);
            view! {
                <Switch
                    label=title
                    on=Signal::derive(move || {
                        form.draft.with(|draft| draft.organisations.contains(&id))
                    })
                    on_change=move |on| {
                        form.faults
                            .update(|faults| {
                                faults.remove(&Place::Audience);
                            });
                        form.draft
                            .update(|draft| {
                                if on {
                                    draft.organisations.insert(id);
                                } else {
                                    draft.organisations.remove(&id);
                                }
                            });
                    }
                />
            }
        };
        beneath.get().into_iter().map(tick).collect_view()
    };
    let error = form.error(Place::Audience);
    view! {
        <Section title=move || t!(plan.who)>
            <div class="card plan-fields">
                <Segmented
                    label=move || t!(plan.audience)
                    choices=choices
                    value=move || audience.get().as_str().to_owned()
                    on_change=form
                        .on_input(
                            Place::Audience,
                            |draft, word| draft.audience = Invited::parse(&word),
                        )
                />
                <Show when=move || audience.get() == Invited::Organisations>
                    <div class="plan-organisations">{organisations}</div>
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

/// Once, weekly or monthly, and how often; for a new activity only.
#[component]
pub(super) fn SeriesFields(form: Form) -> impl IntoView {
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
