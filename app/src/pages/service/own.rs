//! What of everything that this phone holds is the owner's own: registrations, service, claims.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::client::{MatterView, RecordState, RecordView};
use shared::directory::{DirectorySlice, Organisation};
use shared::ids::{EntryId, ListingId, MemberId};
use shared::project::Party;
use shared::reconcile::Matter;
use shared::records::{MemberRegistration, Record, Service, Subject, Topic};
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

/// Returns the requests that a later one of this phone means to take the place of. What the server did
/// not accept takes no place.
pub(super) fn replaced(records: &[RecordView]) -> BTreeSet<EntryId> {
    let requests = records.iter().filter_map(|view| match &view.entry.record {
        Record::Request(request) if !matches!(view.state, RecordState::Refused(_)) => {
            request.replaces
        }
        _ => None,
    });
    requests.collect()
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

#[cfg(test)]
mod tests {
    use shared::records::Subject;
    use uuid::Uuid;

    use super::super::examples::{self, OWNER};
    use super::*;

    fn registration(number: u128, state: RequestState) -> MatterView {
        examples::view(number, Subject::MemberRegistration(examples::form()), state)
    }

    fn numbers(views: &[MatterView]) -> Vec<u128> {
        let ids = views.iter().map(|view| view.row.matter.request.0.as_u128());
        ids.collect()
    }

    #[test]
    fn one_that_was_returned_stands_until_something_came_after_it() {
        let returned = [registration(1, RequestState::Returned)];
        let all = Registrations::of(&returned);
        assert_eq!(numbers(&all.standing), [1]);
        assert!(all.may_ask() && all.replaceable().is_some());
        for state in [RequestState::Waiting, RequestState::Withdrawn] {
            let later = [
                registration(2, state),
                registration(1, RequestState::Returned),
            ];
            let all = Registrations::of(&later);
            assert!(!numbers(&all.standing).contains(&1), "{state:?}");
            assert!(numbers(&all.former).contains(&1), "{state:?}");
        }
    }

    #[test]
    fn who_moves_keeps_the_old_one_and_asks_for_one_other() {
        let accepted = registration(1, RequestState::Accepted);
        let alone = Registrations::of(std::slice::from_ref(&accepted));
        assert_eq!(alone.replaceable(), Some(&accepted));
        let moving = [registration(2, RequestState::Waiting), accepted];
        let all = Registrations::of(&moving);
        assert_eq!(numbers(&all.standing), [2, 1]);
        assert!(!all.may_ask(), "one waits already");
        let moved = [
            registration(2, RequestState::Accepted),
            registration(1, RequestState::Replaced),
        ];
        let all = Registrations::of(&moved);
        assert_eq!(
            (numbers(&all.standing), numbers(&all.former)),
            (vec![2], vec![1])
        );
    }

    #[test]
    fn what_others_ask_of_the_owner_is_not_the_owners() {
        let mine = examples::view(1, examples::pledge(7), RequestState::Taken);
        let mut other = examples::view(2, examples::pledge(7), RequestState::Taken);
        other.row.matter.asker = Party::Member(MemberId(Uuid::from_u128(9)));
        let views = [other, mine];
        let own = own(&views, OWNER);
        assert_eq!(numbers(&own), [1]);
        assert_eq!(
            numbers(&pledges_on(&own, ListingId(Uuid::from_u128(7)))),
            [1]
        );
        assert_eq!(
            numbers(&pledges_on(&own, ListingId(Uuid::from_u128(8)))),
            []
        );
    }
}
