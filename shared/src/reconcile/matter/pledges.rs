//! What stands on a community's lists, and who takes it on.

use std::collections::{BTreeMap, BTreeSet};

use super::registrations::{join, replace};
use super::{Matter, MatterFlag};
use crate::ids::{EntryId, ListingId, OrganisationId};
use crate::project::{Party, Statement, StatementRow};
use crate::records::{Listing, Subject};
use crate::time::Timestamp;
use crate::words::RequestState;

/// Something on a community's lists as its newest record has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardItem {
    /// The record in force.
    pub entry: EntryId,
    /// The community.
    pub organisation: OrganisationId,
    /// When the record was entered.
    pub recorded_at: Timestamp,
    /// What stands there.
    pub listing: Listing,
    /// Since when it is closed.
    pub closed_at: Option<Timestamp>,
}

/// Returns what the listings among the statements amount to: of the records of a listing that no other
/// revises, the one recorded last.
pub fn board(statements: &[StatementRow]) -> BTreeMap<ListingId, BoardItem> {
    let mut by_listing: BTreeMap<ListingId, Vec<(&StatementRow, &Listing)>> = BTreeMap::new();
    for row in statements {
        if let Statement::Listing(listing) = &row.said {
            by_listing
                .entry(listing.listing)
                .or_default()
                .push((row, listing));
        }
    }
    let in_force = by_listing.into_iter();
    in_force
        .filter_map(|(id, rows)| Some((id, item(rows)?)))
        .collect()
}

fn item(mut rows: Vec<(&StatementRow, &Listing)>) -> Option<BoardItem> {
    rows.sort_by_key(|(row, _)| (row.recorded_at, row.id));
    let revised: BTreeSet<EntryId> = rows.iter().filter_map(|(_, it)| it.revises).collect();
    let open = rows
        .iter()
        .rev()
        .find(|(row, _)| !revised.contains(&row.id));
    let (row, listing) = *open.or_else(|| rows.last())?;
    let Party::Organisation(organisation) = row.party else {
        return None;
    };
    // The first of the records at the end that all call it closed.
    let closing = rows.iter().rev().take_while(|(_, it)| it.closed.is_some());
    let closed_at = listing
        .closed
        .as_ref()
        .and_then(|_| closing.last())
        .map(|(row, _)| row.recorded_at);
    Some(BoardItem {
        entry: row.id,
        organisation,
        recorded_at: row.recorded_at,
        listing: listing.clone(),
        closed_at,
    })
}

/// While there is room, whoever claims has it; when more claim than there are places, nobody who was
/// not chosen has it before the community decides.
pub(super) fn settle(listing: ListingId, statements: &[StatementRow], matters: &mut [Matter]) {
    replace(matters);
    let board = board(statements);
    let item = board.get(&listing);
    join_same(matters);
    for matter in matters.iter_mut() {
        match item.filter(|item| item.organisation == matter.to) {
            None => matter.flag(MatterFlag::ListingUnknown),
            Some(item) if is_late(item, matter.recorded_at) => {
                matter.flag(MatterFlag::ListingClosed);
            }
            Some(_) => {}
        }
    }
    let Some(item) = item else {
        return;
    };
    // What another community accepts takes nothing away here.
    let accepted = matters
        .iter()
        .filter(|matter| matter.is_accepted() && matter.to == item.organisation);
    let taken: u64 = accepted.map(places).sum();
    let undecided: Vec<usize> = (0..matters.len())
        .filter(|index| {
            let matter = &matters[*index];
            matter.state == RequestState::Waiting && matter.flags.is_empty()
        })
        .collect();
    let wanted: u64 = undecided.iter().map(|index| places(&matters[*index])).sum();
    let state = if taken + wanted <= u64::from(item.listing.places) {
        RequestState::Taken
    } else {
        RequestState::Contested
    };
    for index in undecided {
        matters[index].state = state;
    }
}

fn is_late(item: &BoardItem, at: Timestamp) -> bool {
    let closed = item.closed_at.is_some_and(|closed_at| at > closed_at);
    closed || item.listing.until.is_some_and(|until| at.day() > until)
}

/// Whoever claims the same thing on two phones claims it once.
fn join_same(matters: &mut [Matter]) {
    let mut by_asker: BTreeMap<Party, Vec<usize>> = BTreeMap::new();
    for (index, matter) in matters.iter().enumerate() {
        if matter.is_live() {
            by_asker.entry(matter.asker).or_default().push(index);
        }
    }
    for indices in by_asker.into_values() {
        join(matters, &indices);
    }
}

/// Returns the places that a claim takes.
fn places(matter: &Matter) -> u64 {
    match &matter.subject {
        Subject::Pledge(pledge) => u64::from(pledge.places),
        Subject::MemberRegistration(_)
        | Subject::OrganisationRegistration(_)
        | Subject::Service(_) => 0,
    }
}
