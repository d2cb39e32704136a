//! An overview as it is asked for and kept.

use shared::api::Overview;
use shared::ids::OrganisationId;
use shared::time::Day;

use super::kept;
use super::period::Period;
use crate::pages::fresh::{Answer, Fresh, Source};
use crate::state::AppState;

/// An overview on the screen.
pub(super) type Reading = Fresh<Wanted, Overview>;

/// What is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) organisation: OrganisationId,
    pub(super) period: Period,
    pub(super) today: Day,
}

/// The server, and what the browser kept of its answers.
pub(super) struct Overviews(pub(super) AppState);

impl Source<Wanted, Overview> for Overviews {
    fn ask(&self, wanted: Wanted) -> Answer<Overview> {
        let state = self.0;
        let (from, to) = wanted.period.days(wanted.today);
        Box::pin(state.overview(wanted.organisation, from, to))
    }

    /// What was last seen of the very days that are wanted; of other days nothing.
    fn at_once(&self, wanted: Wanted) -> Option<Overview> {
        let days = wanted.period.days(wanted.today);
        self.last_seen(wanted)
            .filter(|overview| (overview.from, overview.to) == days)
    }

    /// Better the numbers of yesterday, said to be so, than none.
    fn last_seen(&self, wanted: Wanted) -> Option<Overview> {
        kept::kept(wanted.organisation, wanted.period)
    }

    fn keep(&self, wanted: Wanted, overview: &Overview) {
        kept::keep(wanted.period, overview);
    }
}
