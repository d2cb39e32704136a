//! What of everything that this phone holds is the owner's own: registrations, service, claims.

use leptos::prelude::*;
use shared::client::MatterView;
use shared::directory::{DirectorySlice, Organisation};
use shared::ids::{EntryId, ListingId, MemberId};
use shared::project::Party;
use shared::reconcile::Matter;
use shared::records::{MemberRegistration, Service, Subject, Topic};
use shared::words::{OrganisationKind, RequestKind, RequestState};

use crate::state::use_app_state;

/// The owner's registrations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Registrations {
    /// Those in force or waiting; one that was returned where nothing came after it.
    pub(super) standing: Vec<MatterView>,
    /// All others, the newest first.
    pub(super) former: Vec<MatterView>,
}

/// What the owner's requests are about, the newest first.
pub(super) fn own_matters() -> Memo<Vec<MatterView>> {
    let state = use_app_state();
    let (matters, directory) = (state.matters(), state.directory());
    let owner =
        Memo::new(move |_| directory.with(|slice| slice.as_ref().map(|slice| slice.owner.id)));
    Memo::new(move |_| match owner.get() {
        Some(owner) => matters.with(|views| own(views, owner)),
        None => Vec::new(),
    })
}

fn own(views: &[MatterView], owner: MemberId) -> Vec<MatterView> {
    let is_own = |matter: &Matter| {
        matter.topic == Topic::Member(owner) || matter.asker == Party::Member(owner)
    };
    let own = views.iter().filter(|view| is_own(&view.row.matter));
    own.cloned().collect()
}

/// Returns the requests of a kind, in their order.
pub(super) fn of_kind(views: &[MatterView], kind: RequestKind) -> Vec<MatterView> {
    let found = views.iter().filter(|view| view.row.matter.kind() == kind);
    found.cloned().collect()
}

impl Registrations {
    /// Sorts out the owner's registrations; `views` are the newest first.
    pub(super) fn of(views: &[MatterView]) -> Self {
        let all = of_kind(views, RequestKind::MemberRegistration);
        let newest = all.first().map(|view| view.row.matter.request);
        let any_live = all.iter().any(|view| view.row.matter.is_live());
        let (standing, former) = all.into_iter().partition(|view| {
            let matter = &view.row.matter;
            let is_last_word = !any_live
                && matter.state == RequestState::Returned
                && newest == Some(matter.request);
            matter.is_live() || is_last_word
        });
        Self { standing, former }
    }

    /// Returns the registration that a new one takes the place of: the one that a community has
    /// accepted, or that was returned. `None` also where there is more than one, or one waits.
    pub(super) fn replaceable(&self) -> Option<&MatterView> {
        match &self.standing[..] {
            [one] => {
                let matter = &one.row.matter;
                let ends = matter.is_accepted() || matter.state == RequestState::Returned;
                ends.then_some(one)
            }
            _ => None,
        }
    }

    /// Tells whether another registration may be asked for.
    pub(super) fn may_ask(&self) -> bool {
        self.standing.is_empty() || self.replaceable().is_some()
    }

    /// Returns what the owner last wrote into the form.
    pub(super) fn last_form(&self) -> Option<&MemberRegistration> {
        let mut all = self.standing.iter().chain(&self.former);
        all.find_map(|view| registration(&view.row.matter))
    }
}

/// Returns the form of a member's registration.
pub(super) fn registration(matter: &Matter) -> Option<&MemberRegistration> {
    match &matter.subject {
        Subject::MemberRegistration(form) => Some(form),
        Subject::OrganisationRegistration(_) | Subject::Service(_) | Subject::Pledge(_) => None,
    }
}

/// Returns the service that a request tells of.
pub(super) fn service(matter: &Matter) -> Option<&Service> {
    match &matter.subject {
        Subject::Service(service) => Some(service),
        Subject::MemberRegistration(_)
        | Subject::OrganisationRegistration(_)
        | Subject::Pledge(_) => None,
    }
}

/// Returns the owner's claims on something of the lists, the newest first.
pub(super) fn pledges_on(views: &[MatterView], listing: ListingId) -> Vec<MatterView> {
    let is_on_it = |matter: &Matter| match &matter.subject {
        Subject::Pledge(pledge) => pledge.listing == listing,
        Subject::MemberRegistration(_)
        | Subject::OrganisationRegistration(_)
        | Subject::Service(_) => false,
    };
    let found = views.iter().filter(|view| is_on_it(&view.row.matter));
    found.cloned().collect()
}

/// Follows one request of some; what was last known of it stays while its row goes.
pub(super) fn follow(views: Signal<Vec<MatterView>>, first: MatterView) -> Memo<MatterView> {
    let request = first.row.matter.request;
    Memo::new(move |_| {
        let found = views.with(|views| find(views, request));
        found.unwrap_or_else(|| first.clone())
    })
}

/// Returns one request.
pub(super) fn find(views: &[MatterView], request: EntryId) -> Option<MatterView> {
    let found = views.iter().find(|view| view.row.matter.request == request);
    found.cloned()
}

/// Returns the community of the owner's home line: the highest organisation of a village there.
/// Source: GB/T 10114, where a village's code has 12 digits.
pub(super) fn home_community(slice: &DirectorySlice) -> Option<&Organisation> {
    let line = slice.organisations.iter().filter(|organisation| {
        organisation.area.as_str().len() == 12 && slice.in_home_line(organisation.id)
    });
    line.min_by_key(|organisation| organisation.path.level())
}

/// Returns the teams of the owner's home line.
pub(super) fn teams(slice: &DirectorySlice) -> impl Iterator<Item = &Organisation> {
    slice.organisations.iter().filter(|organisation| {
        let is_team = match organisation.kind {
            OrganisationKind::VanguardTeam | OrganisationKind::TaskForce => true,
            OrganisationKind::Committee
            | OrganisationKind::WorkCommittee
            | OrganisationKind::GeneralBranch
            | OrganisationKind::Branch
            | OrganisationKind::ProvisionalBranch
            | OrganisationKind::Unit => false,
        };
        is_team && slice.in_home_line(organisation.id)
    })
}
