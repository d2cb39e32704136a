//! What the form lets choose from: kinds, sectors, meetings, venues, organisations.

use leptos::prelude::*;
use shared::directory::{DirectorySlice, Organisation};
use shared::ids::OrganisationId;
use shared::words::{ActivityKind, MeetingKind, OutreachSector};

use super::draft::{Draft, Invited};
use super::series::Repeat;
use crate::components::{Choice, Select};
use crate::pages::words;
use crate::state::use_app_state;
use crate::t;

/// Which of the owner's organisations plans; nothing where there is one.
#[component]
pub(super) fn OrganisationChoice(organisation: RwSignal<OrganisationId>) -> impl IntoView {
    let state = use_app_state();
    let directory = state.directory();
    let choices = Memo::new(move |_| {
        directory.with(|slice| {
            let planned = state.planned_for();
            let found = planned
                .iter()
                .filter_map(|id| slice.as_ref()?.organisation(*id));
            found
                .map(|found| (found.id, found.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let shown = move || {
        let choices = choices.get().into_iter();
        choices
            .map(|(id, name)| Choice::new(id.to_string(), move || name.clone()))
            .collect::<Vec<_>>()
    };
    view! {
        <Show when=move || choices.with(|choices| 1 < choices.len())>
            <Select
                label=move || t!(plan.organisation)
                choices=Signal::derive(shown)
                value=move || organisation.get().to_string()
                on_change=move |id: String| {
                    if let Ok(id) = id.parse() {
                        organisation.set(id);
                    }
                }
            />
        </Show>
    }
}

pub(super) fn kinds() -> Vec<Choice> {
    let kinds = ActivityKind::ALL.iter();
    kinds
        .map(|kind| Choice::new(kind.as_str(), move || words::kind_name(*kind)))
        .collect()
}

/// The value of a choice that is none yet.
pub(super) const UNCHOSEN: &str = "";

pub(super) fn sectors() -> Vec<Choice> {
    let sectors = OutreachSector::ALL.iter();
    let sectors =
        sectors.map(|sector| Choice::new(sector.as_str(), move || words::sector_name(*sector)));
    std::iter::once(unchosen()).chain(sectors).collect()
}

pub(super) fn meetings() -> Vec<Choice> {
    let meetings = MeetingKind::ALL.iter();
    let meetings = meetings
        .map(|meeting| Choice::new(meeting.as_str(), move || words::meeting_name(*meeting)));
    std::iter::once(unchosen()).chain(meetings).collect()
}

fn unchosen() -> Choice {
    Choice::new(UNCHOSEN, move || t!(plan.choose))
}

/// The venues of the phone's directory, the organisation's own first.
pub(super) fn venues(slice: &DirectorySlice, draft: &Draft) -> Vec<Choice> {
    let mut venues: Vec<_> = slice.venues.iter().collect();
    venues.sort_by_key(|venue| (venue.organisation != draft.organisation, venue.name.clone()));
    let none = Choice::new(UNCHOSEN, move || t!(plan.no_venue));
    let unknown = draft.venue.filter(|id| slice.venue(*id).is_none());
    let unknown = unknown.map(|id| Choice::new(id.to_string(), move || t!(plan.venue_elsewhere)));
    let known = venues.into_iter().map(|venue| {
        let name = words::with_place(&venue.name, &slice.place(&venue.area));
        Choice::new(venue.id.to_string(), move || name.clone())
    });
    std::iter::once(none).chain(unknown).chain(known).collect()
}

/// The organisations beneath one, by name.
pub(super) fn beneath(slice: &DirectorySlice, above: OrganisationId) -> Vec<Organisation> {
    let Some(above) = slice.organisation(above) else {
        return Vec::new();
    };
    let mut beneath: Vec<Organisation> = slice
        .organisations
        .iter()
        .filter(|organisation| organisation.id != above.id && above.path.covers(&organisation.path))
        .cloned()
        .collect();
    beneath.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    beneath
}

/// For whom an activity may be; organisations beneath are offered where there are any.
pub(super) fn audiences(has_beneath: bool) -> Vec<Choice> {
    let everybody = Choice::new(Invited::Everybody.as_str(), move || t!(plan.everybody));
    let some = Choice::new(Invited::Organisations.as_str(), move || {
        t!(plan.organisations)
    });
    let invitation = Choice::new(Invited::Invitation.as_str(), move || t!(plan.invitation));
    let some = has_beneath.then_some(some);
    [Some(everybody), some, Some(invitation)]
        .into_iter()
        .flatten()
        .collect()
}

impl Invited {
    /// A word for the choice; never shown.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Organisations => "organisations",
            Self::Invitation => "invitation",
        }
    }

    pub(super) fn parse(word: &str) -> Self {
        let all = [Self::Organisations, Self::Invitation];
        let found = all.into_iter().find(|invited| invited.as_str() == word);
        found.unwrap_or(Self::Everybody)
    }
}

pub(super) fn repeats() -> Vec<Choice> {
    vec![
        Choice::new(Repeat::Once.as_str(), move || t!(plan.once)),
        Choice::new(Repeat::Weekly.as_str(), move || t!(plan.weekly)),
        Choice::new(Repeat::Monthly.as_str(), move || t!(plan.monthly)),
    ]
}

impl Repeat {
    /// A word for the choice; never shown.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
        }
    }

    pub(super) fn parse(word: &str) -> Self {
        let all = [Self::Weekly, Self::Monthly];
        let found = all.into_iter().find(|repeat| repeat.as_str() == word);
        found.unwrap_or(Self::Once)
    }
}
