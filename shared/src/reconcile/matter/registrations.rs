//! Registrations: which of several stands.

use std::collections::{BTreeMap, BTreeSet};

use super::{Matter, MatterFlag};
use crate::ids::{EntryId, OrganisationId};
use crate::words::{RequestKind, RequestState};

/// A member is registered at one community, a unit at one. A registration elsewhere that names the one
/// it replaces ends it when it is accepted; put right at the same place, it ends it at once.
pub(super) fn settle(matters: &mut [Matter]) {
    replace(matters);
    for kind in [
        RequestKind::MemberRegistration,
        RequestKind::OrganisationRegistration,
    ] {
        join_same(matters, kind);
        flag_twice(matters, kind);
    }
}

/// Puts later requests in the place of those that they name.
pub(super) fn replace(matters: &mut [Matter]) {
    let later: BTreeMap<EntryId, (OrganisationId, RequestState)> = matters
        .iter()
        .map(|matter| (matter.request, (matter.to, matter.state)))
        .collect();
    for matter in matters {
        let by = matter.replaced_by.and_then(|by| later.get(&by));
        let Some((to, state)) = by else {
            continue;
        };
        let ends = match state {
            RequestState::Accepted | RequestState::Corrected => true,
            RequestState::Waiting
            | RequestState::Taken
            | RequestState::Contested
            | RequestState::Disputed => *to == matter.to && !matter.is_accepted(),
            RequestState::Returned
            | RequestState::Withdrawn
            | RequestState::Replaced
            | RequestState::Joined => false,
        };
        if ends && matter.state != RequestState::Withdrawn {
            matter.state = RequestState::Replaced;
        }
    }
}

/// The same registration sent from two phones is one: the one decided first stands, else the first.
fn join_same(matters: &mut [Matter], kind: RequestKind) {
    let mut by_place: BTreeMap<OrganisationId, Vec<usize>> = BTreeMap::new();
    for (index, matter) in matters.iter().enumerate() {
        if matter.kind() == kind && matter.is_live() {
            by_place.entry(matter.to).or_default().push(index);
        }
    }
    for places in by_place.into_values() {
        join(matters, &places);
    }
}

/// Joins matters that are one: an accepted one stands, else the first entered. What means to take the
/// place of another is not the same as that one.
pub(super) fn join(matters: &mut [Matter], indices: &[usize]) {
    let live: BTreeSet<EntryId> = indices
        .iter()
        .map(|index| matters[*index].request)
        .collect();
    let later: BTreeSet<EntryId> = indices
        .iter()
        .filter_map(|index| matters[*index].replaced_by)
        .collect();
    let indices: Vec<usize> = indices
        .iter()
        .copied()
        .filter(|index| {
            let matter = &matters[*index];
            let is_former = matter.replaced_by.is_some_and(|by| live.contains(&by));
            !is_former && !later.contains(&matter.request)
        })
        .collect();
    let first = indices.iter().copied().min_by_key(|index| {
        let matter = &matters[*index];
        (!matter.is_accepted(), matter.recorded_at, matter.request)
    });
    let Some(first) = first else {
        return;
    };
    let ids: BTreeSet<EntryId> = indices
        .iter()
        .map(|index| matters[*index].request)
        .collect();
    for index in indices {
        let matter = &mut matters[index];
        let others = ids.iter().copied().filter(|id| *id != matter.request);
        matter.same_as.extend(others);
        if index != first {
            matter.state = RequestState::Joined;
        }
    }
}

fn flag_twice(matters: &mut [Matter], kind: RequestKind) {
    let accepted = matters
        .iter()
        .filter(|matter| matter.kind() == kind && matter.is_accepted());
    let places: BTreeSet<OrganisationId> = accepted.map(|matter| matter.to).collect();
    if places.len() < 2 {
        return;
    }
    for matter in matters {
        if matter.kind() == kind && matter.is_accepted() {
            matter.flag(MatterFlag::AcceptedTwice);
        }
    }
}
