//! What the owner's roles allow on this phone. The server asks again on every request.

use leptos::prelude::*;
use shared::directory::{Grant, Organisation};
use shared::ids::OrganisationId;
use shared::words::Role;

use super::AppState;

impl AppState {
    /// Returns the owner's rights.
    pub fn grants(self) -> Vec<Grant> {
        self.directory.with(|slice| {
            slice
                .as_ref()
                .map(|slice| slice.grants.clone())
                .unwrap_or_default()
        })
    }

    /// Tells whether the owner coordinates anything: sees totals, plans, gives out codes.
    pub fn can_coordinate(self) -> bool {
        self.grants().iter().any(|grant| coordinates(grant.role))
    }

    /// Tells whether the owner hosts or coordinates anything: marks roll calls.
    pub fn can_host(self) -> bool {
        !self.grants().is_empty()
    }

    /// Tells whether the owner may mark roll calls of an organisation.
    pub fn may_mark(self, organisation: OrganisationId) -> bool {
        self.covers(organisation, |_| true)
    }

    /// Tells whether the owner may plan activities of an organisation and see its totals.
    pub fn may_coordinate(self, organisation: OrganisationId) -> bool {
        self.covers(organisation, coordinates)
    }

    /// Returns the organisations that the owner coordinates by a right of their own, not by one
    /// above: where an overview begins.
    pub fn coordinated(self) -> Vec<Organisation> {
        self.directory.with(|slice| {
            let Some(slice) = slice else {
                return Vec::new();
            };
            let held = slice.grants.iter().filter(|grant| coordinates(grant.role));
            held.filter_map(|grant| slice.organisation(grant.organisation).cloned())
                .collect()
        })
    }

    fn covers(self, organisation: OrganisationId, enough: impl Fn(Role) -> bool) -> bool {
        self.directory.with(|slice| {
            let Some(slice) = slice else {
                return false;
            };
            slice.organisation(organisation).is_some_and(|found| {
                slice
                    .grants
                    .iter()
                    .any(|grant| enough(grant.role) && grant.path.covers(&found.path))
            })
        })
    }
}

const fn coordinates(role: Role) -> bool {
    match role {
        Role::Coordinator | Role::Administrator => true,
        Role::Host => false,
    }
}
