//! The form of an activity: the fields that its kind has, each with what is wrong in it.

mod people;
mod when;

use leptos::prelude::*;
use shared::words::{ActivityKind, MeetingKind, OutreachSector};

use super::draft::{Draft, Fault, Faults, Invited, Place};
use super::options::{self, UNCHOSEN};
use crate::components::{InputKind, Section, Select, TextInput};
use crate::pages::words::said;
use crate::t;
pub(super) use people::SeriesFields;
use people::{People, Who};
use when::When;

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
