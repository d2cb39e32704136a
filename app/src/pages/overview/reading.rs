//! A dashboard as it is asked for and kept.

use shared::api::Dashboard;
use shared::time::Day;

use super::kept;
use super::place::{View, encoded};
use crate::pages::fresh::{Answer, Fresh, Source};
use crate::state::AppState;

/// A dashboard on the screen.
pub(super) type Reading = Fresh<Wanted, Dashboard>;

/// What is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) view: View,
    pub(super) today: Day,
}

impl Wanted {
    /// Returns the first and the last day, both included.
    pub(super) fn days(&self) -> (Day, Day) {
        self.view.period.days(self.today)
    }
}

/// The server, and what the browser kept of its answers.
pub(super) struct Dashboards(pub(super) AppState);

impl Source<Wanted, Dashboard> for Dashboards {
    fn ask(&self, wanted: Wanted) -> Answer<Dashboard> {
        let state = self.0;
        let (from, to) = wanted.days();
        Box::pin(async move {
            let facet = wanted.view.facet.as_ref().map(encoded);
            let organisation = wanted.view.organisation;
            state
                .dashboard(organisation, from, to, facet.as_deref())
                .await
        })
    }

    /// What was last seen of the very days that are wanted; of other days nothing.
    fn at_once(&self, wanted: Wanted) -> Option<Dashboard> {
        kept::kept(&wanted.view).filter(|kept| (kept.from, kept.to) == wanted.days())
    }

    /// Better the numbers of yesterday, or of last week for this one, said to be so, than none.
    fn last_seen(&self, wanted: Wanted) -> Option<Dashboard> {
        kept::kept(&wanted.view).or_else(|| {
            let is_current = wanted.view.period.later(wanted.today).is_none();
            is_current.then(|| kept::newest(&wanted.view)).flatten()
        })
    }

    fn keep(&self, wanted: Wanted, dashboard: &Dashboard) {
        kept::keep(&wanted.view, dashboard);
    }
}
