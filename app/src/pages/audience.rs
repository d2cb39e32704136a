//! Whom an activity is for: who is not asked does not find it in a list.

use shared::client::ActivityView;
use shared::directory::DirectorySlice;
use shared::records::Audience;

/// Tells whether an activity is for the phone's owner: as a member of whom it names, by an invitation,
/// because of what the owner did about it, or because the owner marks its roll call.
pub(super) fn concerns(slice: &DirectorySlice, view: &ActivityView) -> bool {
    let current = &view.activity.current;
    let asked = match &current.plan.details.audience {
        Audience::Everybody => true,
        Audience::Organisations(named) => named.iter().any(|id| slice.in_home_line(*id)),
        Audience::Invitation => false,
    };
    let is_there = view.outcome.is_some() || !view.claims.is_empty();
    asked || is_there || marks(slice, view)
}

fn marks(slice: &DirectorySlice, view: &ActivityView) -> bool {
    let organisation = slice.organisation(view.activity.current.organisation);
    organisation.is_some_and(|organisation| {
        let mut grants = slice.grants.iter();
        grants.any(|grant| grant.path.covers(&organisation.path))
    })
}
