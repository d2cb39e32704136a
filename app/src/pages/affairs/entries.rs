//! The ways to the coordinators' pages about registrations, the lists and service, with the count of
//! what waits.

use leptos::prelude::*;
use shared::directory::{DirectorySlice, Organisation};
use shared::words::OrganisationKind;

use super::{decided_here, desk};
use crate::components::{ButtonLink, Icon};
use crate::pages::unconfirmed::{self, Waiting};
use crate::pages::words;
use crate::state::{AppState, use_app_state};
use crate::t;

/// The organisations that the owner coordinates, by what they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Coordinated {
    /// Where people register, and whose lists the owner keeps.
    pub(super) communities: Vec<Organisation>,
    /// Branches, units and committees, the communities' among them.
    pub(super) branches: Vec<Organisation>,
    /// 邻里先锋队
    pub(super) teams: Vec<Organisation>,
}

impl Coordinated {
    fn of(slice: &DirectorySlice, organisations: Vec<Organisation>) -> Self {
        let mut coordinated = Self::default();
        for organisation in organisations {
            if is_community(slice, &organisation) {
                coordinated.communities.push(organisation.clone());
            }
            match organisation.kind {
                OrganisationKind::VanguardTeam => coordinated.teams.push(organisation),
                OrganisationKind::Committee
                | OrganisationKind::WorkCommittee
                | OrganisationKind::GeneralBranch
                | OrganisationKind::Branch
                | OrganisationKind::ProvisionalBranch
                | OrganisationKind::TaskForce
                | OrganisationKind::Unit => coordinated.branches.push(organisation),
            }
        }
        coordinated
    }
}

/// Returns what the owner coordinates by rights of their own.
pub(super) fn coordinated(state: AppState) -> Memo<Coordinated> {
    let directory = state.directory();
    Memo::new(move |_| {
        let organisations = state.coordinated();
        directory.with(|slice| {
            let slice = slice.as_ref();
            slice.map_or_else(Coordinated::default, |slice| {
                Coordinated::of(slice, organisations)
            })
        })
    })
}

/// Tells whether people can register there: the topmost organisation of a village or community, as far
/// as this phone knows.
pub(super) fn is_community(slice: &DirectorySlice, organisation: &Organisation) -> bool {
    const VILLAGE_DIGITS: usize = 12;
    let is_above = |other: &&Organisation| {
        other.id != organisation.id
            && other.area == organisation.area
            && other.path.covers(&organisation.path)
    };
    organisation.area.as_str().len() == VILLAGE_DIGITS
        && !slice.organisations.iter().any(|other| is_above(&other))
}

/// Links to the pages that the owner's rights make useful; nothing for whoever coordinates nothing.
#[component]
pub(in crate::pages) fn AffairsEntries() -> impl IntoView {
    let state = use_app_state();
    let coordinates = Memo::new(move |_| state.can_coordinate());
    view! {
        <Show when=move || coordinates.get()>
            <Entries />
        </Show>
    }
}

#[component]
fn Entries() -> impl IntoView {
    let state = use_app_state();
    let coordinated = coordinated(state);
    let has = move |any: fn(&Coordinated) -> bool| Memo::new(move |_| coordinated.with(any));
    let (keeps_lists, has_members, leads) = (
        has(|coordinated| !coordinated.communities.is_empty()),
        has(|coordinated| !coordinated.branches.is_empty()),
        has(|coordinated| !coordinated.teams.is_empty()),
    );
    let decided_here = decided_here(state);
    let unconfirmed = unconfirmed::read_own(state).shown();
    let waiting = Memo::new(move |_| {
        let activities = unconfirmed.with(|read| read.as_ref().map_or(0, Waiting::count));
        decided_here.with(|views| desk::waiting(views).len()) + activities
    });
    let label = move || match waiting.get() {
        0 => t!(affairs.title),
        waiting => t!(affairs.title_counted, n = words::count(waiting)),
    };
    view! {
        <nav class="affair-entries" aria-label=move || t!(affairs.entries)>
            <span data-waiting=move || waiting.get().to_string()>
                <ButtonLink label=Signal::derive(label) href="/affairs" icon=Icon::CheckCircle />
            </span>
            <Show when=move || keeps_lists.get()>
                <ButtonLink
                    label=move || t!(board.title)
                    href="/affairs/board"
                    icon=Icon::List
                />
            </Show>
            <Show when=move || has_members.get()>
                <ButtonLink
                    label=move || t!(unit.title)
                    href="/affairs/unit"
                    icon=Icon::Building
                />
            </Show>
            <Show when=move || leads.get()>
                <ButtonLink label=move || t!(team.title) href="/affairs/team" icon=Icon::Users />
            </Show>
            <ButtonLink
                label=move || t!(affairs.report.title)
                href="/affairs/service"
                icon=Icon::Chart
            />
        </nav>
    }
}
