//! Which documents a phone follows: what its owner's role needs and nothing else.

use std::collections::BTreeSet;

use crate::directory::DirectorySlice;
use crate::documents::DocumentName;
use crate::ids::OrganisationId;
use crate::project::Activity;
use crate::time::{Quarter, Timestamp};
use crate::words::Role;

/// Days around a quarter's edge in which both quarters are followed.
pub(super) const EDGE_DAYS: i32 = 14;
/// Days around today for which a host's phone holds roll calls.
pub(super) const ROLLCALL_DAYS: i32 = 7;

/// Returns the journal, the calendars of the home line and of the organisations that the owner has a
/// right for, and the ledgers of those that the owner coordinates.
pub(super) fn calendars(slice: &DirectorySlice, now: Timestamp) -> BTreeSet<DocumentName> {
    let mut names = BTreeSet::new();
    for quarter in quarters(now) {
        names.insert(DocumentName::Journal {
            member: slice.owner.id,
            quarter,
        });
        for organisation in &slice.organisations {
            let granted = slice
                .grants
                .iter()
                .any(|grant| grant.path == organisation.path);
            if granted || slice.in_home_line(organisation.id) {
                names.insert(DocumentName::Calendar {
                    organisation: organisation.id,
                    quarter,
                });
            }
            if granted && may_settle(slice, organisation.id) {
                names.insert(DocumentName::Ledger {
                    organisation: organisation.id,
                    quarter,
                });
            }
        }
    }
    names
}

/// Returns the boards of the home line, of the organisations that the owner has a right for, and of the
/// communities that the owner registered at.
pub(super) fn boards(
    slice: &DirectorySlice,
    registered: impl Iterator<Item = OrganisationId>,
) -> BTreeSet<DocumentName> {
    let line = slice.organisations.iter().filter(|organisation| {
        let granted = slice
            .grants
            .iter()
            .any(|grant| grant.path == organisation.path);
        granted || slice.in_home_line(organisation.id)
    });
    line.map(|organisation| organisation.id)
        .chain(registered)
        .map(|organisation| DocumentName::Board { organisation })
        .collect()
}

/// Returns the roll calls of the activities around today that the owner may mark.
pub(super) fn rollcalls<'a>(
    slice: &DirectorySlice,
    activities: impl Iterator<Item = &'a Activity>,
    now: Timestamp,
) -> BTreeSet<DocumentName> {
    let today = now.day();
    activities
        .filter(|activity| {
            let days = activity
                .current
                .plan
                .starts_at
                .day()
                .0
                .saturating_sub(today.0);
            days.abs() <= ROLLCALL_DAYS && may_mark(slice, activity.current.organisation)
        })
        .map(|activity| DocumentName::Rollcall {
            organisation: activity.current.organisation,
            activity: activity.current.plan.activity,
        })
        .collect()
}

/// Tells whether the owner may mark roll calls of an organisation.
pub(super) fn may_mark(slice: &DirectorySlice, organisation: OrganisationId) -> bool {
    has_role(slice, organisation, |role| match role {
        Role::Host | Role::Coordinator | Role::Administrator => true,
    })
}

/// Tells whether the owner may settle an organisation's disputes.
pub(super) fn may_settle(slice: &DirectorySlice, organisation: OrganisationId) -> bool {
    has_role(slice, organisation, |role| match role {
        Role::Coordinator | Role::Administrator => true,
        Role::Host => false,
    })
}

fn has_role(
    slice: &DirectorySlice,
    organisation: OrganisationId,
    suffices: fn(Role) -> bool,
) -> bool {
    let Some(organisation) = slice.organisation(organisation) else {
        return false;
    };
    slice
        .grants
        .iter()
        .any(|grant| grant.path.covers(&organisation.path) && suffices(grant.role))
}

fn quarters(now: Timestamp) -> BTreeSet<Quarter> {
    let today = now.day();
    [today.plus(-EDGE_DAYS), today, today.plus(EDGE_DAYS)]
        .map(|day| day.quarter())
        .into()
}
