//! What is known of an activity, as lines with icons.

use leptos::prelude::*;
use shared::client::ActivityView;
use shared::directory::DirectorySlice;
use shared::ids::ActivityId;
use shared::records::{Audience, Standing};
use shared::time::MINUTE_MS;

use super::words;
use crate::components::{Glyph, Icon};
use crate::locale::format_minutes;
use crate::state::use_app_state;
use crate::t;

/// One line.
#[component]
pub(super) fn Fact(icon: Icon, #[prop(into)] text: Signal<String>) -> impl IntoView {
    view! {
        <li class="fact">
            <Glyph icon />
            <span class="fact-text">{text}</span>
        </li>
    }
}

/// How much is told of an activity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Extent {
    /// What helps to find and to know it, on a card among others.
    #[default]
    Short,
    /// Everything that was planned and recorded, on its own page.
    Full,
}

/// Kind and organisation, hall, speaker, campaign, and why it was called off; in full also who
/// chairs and records, study time, for whom, and what came of it.
#[component]
pub(super) fn ActivityFacts(
    #[prop(into)] view: Signal<ActivityView>,
    #[prop(optional)] extent: Extent,
) -> impl IntoView {
    let directory = use_app_state().directory();
    let line = move |pick: fn(&ActivityView, &DirectorySlice) -> Option<String>| {
        Memo::new(move |_| directory.with(|slice| view.with(|view| pick(view, slice.as_ref()?))))
    };
    let lines = [
        (Icon::Calendar, line(kind)),
        (Icon::Pin, line(hall)),
        (Icon::Building, line(organiser)),
        (Icon::Person, line(speaker)),
        (Icon::Info, line(cancelled)),
    ];
    let more = [
        (Icon::Person, line(chair)),
        (Icon::Pencil, line(recorder)),
        (Icon::Clock, line(study)),
        (Icon::Users, line(audience)),
        (Icon::Clock, line(early)),
        (Icon::Clock, line(held)),
        (Icon::List, line(minutes)),
    ];
    let more = match extent {
        Extent::Short => None,
        Extent::Full => Some(more),
    };
    let shown = move |(icon, text): (Icon, Memo<Option<String>>)| {
        move || text.get().map(|text| view! { <Fact icon text /> })
    };
    view! {
        <ul class="facts" role="list">
            {lines.map(shown).collect_view()}
            {more.map(|lines| lines.map(shown).collect_view())}
        </ul>
    }
}

/// The place of an activity, hall first, as in 城西社区初心堂（端州区 城西街道）.
pub(super) fn hall(view: &ActivityView, slice: &DirectorySlice) -> Option<String> {
    let venue = slice.venue(view.activity.current.plan.venue?)?;
    Some(words::with_place(&venue.name, &slice.place(&venue.area)))
}

/// The name of the organisation that holds an activity, with its place.
pub(super) fn organiser(view: &ActivityView, slice: &DirectorySlice) -> Option<String> {
    let organisation = slice.organisation(view.activity.current.organisation)?;
    // The hall above it tells the place already.
    match hall(view, slice) {
        Some(_) => Some(organisation.name.clone()),
        None => Some(words::organisation_title(slice, organisation)),
    }
}

fn kind(view: &ActivityView, _: &DirectorySlice) -> Option<String> {
    let plan = &view.activity.current.plan;
    let kind = words::kind_of(plan);
    Some(
        match plan.campaign.as_deref().filter(|tag| !tag.is_empty()) {
            Some(campaign) => t!(activity.kind_campaign, kind = kind, campaign = campaign),
            None => kind,
        },
    )
}

fn speaker(view: &ActivityView, _: &DirectorySlice) -> Option<String> {
    let plan = &view.activity.current.plan;
    let speaker = plan.speaker.as_deref()?;
    (!speaker.is_empty()).then(|| match &plan.details.speaker_role {
        Some(role) => t!(fact.speaker_role, name = speaker, role = role),
        None => t!(activity.speaker_named, name = speaker),
    })
}

fn chair(view: &ActivityView, _: &DirectorySlice) -> Option<String> {
    let chair = view.activity.current.plan.details.chair.as_ref()?;
    Some(t!(fact.chair, name = chair))
}

fn recorder(view: &ActivityView, _: &DirectorySlice) -> Option<String> {
    let recorder = view.activity.current.plan.details.recorder.as_ref()?;
    Some(t!(fact.recorder, name = recorder))
}

fn study(view: &ActivityView, _: &DirectorySlice) -> Option<String> {
    let minutes = view.activity.current.plan.details.study_minutes?;
    Some(t!(fact.study, time = format_minutes(minutes.into())))
}

fn audience(view: &ActivityView, slice: &DirectorySlice) -> Option<String> {
    match &view.activity.current.plan.details.audience {
        Audience::Everybody => None,
        Audience::Invitation => Some(t!(fact.invitation)),
        Audience::Organisations(named) => {
            // A phone knows the names of its own line and of what its owner coordinates.
            let known = named.iter().filter_map(|id| slice.organisation(*id));
            let names: Vec<&str> = known.map(|known| known.name.as_str()).collect();
            let separator = t!(roll_call.name_separator);
            (!names.is_empty()).then(|| t!(fact.organisations, names = names.join(&separator)))
        }
    }
}

fn early(view: &ActivityView, _: &DirectorySlice) -> Option<String> {
    let minutes = view.activity.current.plan.details.early_minutes?;
    (minutes != 0).then(|| t!(fact.early, time = format_minutes(minutes.into())))
}

fn held(view: &ActivityView, _: &DirectorySlice) -> Option<String> {
    let held = view.activity.current.plan.details.held.as_ref()?;
    let is_told = MINUTE_MS <= held.ended_at.since(held.started_at);
    is_told.then(|| {
        t!(
            fact.held,
            span = words::span(held.started_at, held.ended_at)
        )
    })
}

fn minutes(view: &ActivityView, _: &DirectorySlice) -> Option<String> {
    let held = view.activity.current.plan.details.held.as_ref()?;
    (!held.minutes.is_empty()).then(|| held.minutes.clone())
}

fn cancelled(view: &ActivityView, _: &DirectorySlice) -> Option<String> {
    match &view.activity.current.plan.standing {
        Standing::Planned => None,
        Standing::Cancelled { reason } if reason.trim().is_empty() => None,
        Standing::Cancelled { reason } => Some(t!(activity.cancelled_reason, reason = reason)),
    }
}

/// What an activity is about, as far as this phone's calendars know.
pub(super) fn activity_topic(id: ActivityId) -> Option<String> {
    use_app_state().activities().with(|views| {
        let mut plans = views.iter().map(|view| &view.activity.current.plan);
        let found = plans.find(|plan| plan.activity == id);
        found.map(|plan| plan.topic.clone())
    })
}
