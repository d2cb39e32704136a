//! What is known of an activity, as lines with icons.

use leptos::prelude::*;
use shared::client::ActivityView;
use shared::directory::DirectorySlice;
use shared::records::Standing;

use super::words;
use crate::components::{Glyph, Icon};
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

/// Kind and organisation, hall, speaker, campaign, and why it was called off.
#[component]
pub(super) fn ActivityFacts(#[prop(into)] view: Signal<ActivityView>) -> impl IntoView {
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
    let shown = move |(icon, text): (Icon, Memo<Option<String>>)| {
        move || text.get().map(|text| view! { <Fact icon text /> })
    };
    view! {
        <ul class="facts" role="list">
            {lines.map(shown).collect_view()}
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
    let kind = words::kind_name(plan.kind);
    Some(
        match plan.campaign.as_deref().filter(|tag| !tag.is_empty()) {
            Some(campaign) => t!(activity.kind_campaign, kind = kind, campaign = campaign),
            None => kind,
        },
    )
}

fn speaker(view: &ActivityView, _: &DirectorySlice) -> Option<String> {
    let speaker = view.activity.current.plan.speaker.as_deref()?;
    (!speaker.is_empty()).then(|| t!(activity.speaker_named, name = speaker))
}

fn cancelled(view: &ActivityView, _: &DirectorySlice) -> Option<String> {
    match &view.activity.current.plan.standing {
        Standing::Planned => None,
        Standing::Cancelled { reason } if reason.trim().is_empty() => None,
        Standing::Cancelled { reason } => Some(t!(activity.cancelled_reason, reason = reason)),
    }
}
