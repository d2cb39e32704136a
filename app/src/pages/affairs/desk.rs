//! What waits for a coordinator and what was dealt with: one row a request, with all whom it concerns.
//! Never reads a clock.

use shared::client::{MatterView, RecordState};
use shared::ids::{EntryId, ListingId, OrganisationId};
use shared::reconcile::Matter;
use shared::records::{Subject, Topic};
use shared::time::Day;
use shared::wire::MatterRow;
use shared::words::{RequestKind, RequestState};

/// Days for which what was dealt with is shown; the server sends no older service either.
pub(super) const DAYS_SHOWN: i32 = 92;

/// One request with those whom it concerns: a team's service of ten people is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Case {
    /// The first of them by name.
    pub(super) row: MatterRow,
    /// The others, by name.
    pub(super) others: Vec<MatterRow>,
    /// How far the newest word of this phone about it has come.
    pub(super) sending: Option<RecordState>,
}

/// What there is to do, in the order in which it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Task {
    /// Two coordinators decided differently.
    Dispute,
    MemberRegistration,
    OrganisationRegistration,
    Service,
    /// More claim than there are places, or what is claimed is gone.
    Claim,
}

impl Task {
    pub(super) const ALL: [Self; 5] = [
        Self::Dispute,
        Self::MemberRegistration,
        Self::OrganisationRegistration,
        Self::Service,
        Self::Claim,
    ];

    /// Tells whether several can be accepted together.
    pub(super) const fn in_bulk(self) -> bool {
        match self {
            Self::MemberRegistration | Self::OrganisationRegistration | Self::Service => true,
            Self::Dispute | Self::Claim => false,
        }
    }

    /// A word for tests and styles; never shown.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Dispute => "dispute",
            Self::MemberRegistration => "member_registration",
            Self::OrganisationRegistration => "org_registration",
            Self::Service => "service_record",
            Self::Claim => "claim",
        }
    }
}

impl Case {
    pub(super) fn matter(&self) -> &Matter {
        &self.row.matter
    }

    pub(super) fn request(&self) -> EntryId {
        self.matter().request
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &MatterRow> {
        std::iter::once(&self.row).chain(&self.others)
    }

    pub(super) fn matters(&self) -> Vec<Matter> {
        self.rows().map(|row| row.matter.clone()).collect()
    }

    /// Tells whether somebody has to look before it is accepted.
    pub(super) fn is_flagged(&self) -> bool {
        self.rows().any(|row| !row.matter.flags.is_empty())
    }

    pub(super) fn task(&self) -> Task {
        if self
            .rows()
            .any(|row| row.matter.state == RequestState::Disputed)
        {
            return Task::Dispute;
        }
        match self.matter().kind() {
            RequestKind::MemberRegistration => Task::MemberRegistration,
            RequestKind::OrganisationRegistration => Task::OrganisationRegistration,
            RequestKind::Service => Task::Service,
            RequestKind::Pledge => Task::Claim,
        }
    }

    /// Returns what of the lists is claimed.
    pub(super) fn listing(&self) -> Option<ListingId> {
        match self.matter().topic {
            Topic::Listing(listing) => Some(listing),
            Topic::Member(_) | Topic::Organisation(_) => None,
        }
    }

    /// Returns the places that a claim takes.
    pub(super) fn places(&self) -> u32 {
        match &self.matter().subject {
            Subject::Pledge(pledge) => pledge.places,
            Subject::MemberRegistration(_)
            | Subject::OrganisationRegistration(_)
            | Subject::Service(_) => 0,
        }
    }

    fn of(view: &MatterView) -> Self {
        Self {
            row: view.row.clone(),
            others: Vec::new(),
            sending: view.sending,
        }
    }

    fn join(&mut self, view: &MatterView) {
        self.others.push(view.row.clone());
        self.sending = self.sending.or(view.sending);
    }

    fn sort(&mut self) {
        self.others.push(self.row.clone());
        self.others
            .sort_by(|one, other| by_name(one).cmp(&by_name(other)));
        self.row = self.others.remove(0);
    }
}

/// Returns what waits for a decision, the longest waiting first.
pub(super) fn waiting(views: &[MatterView]) -> Vec<Case> {
    let mut cases = cases(views.iter().filter(|view| view.row.matter.is_open()));
    cases.reverse();
    cases
}

/// Returns what was decided, taken or taken back since a day, the newest first.
pub(super) fn handled(views: &[MatterView], since: Day) -> Vec<Case> {
    let shown = views.iter().filter(|view| {
        let matter = &view.row.matter;
        is_handled(matter.state) && since <= last_day(matter)
    });
    cases(shown)
}

/// Returns the organisations that are asked, each once, by name.
pub(super) fn asked(views: &[MatterView]) -> Vec<(OrganisationId, String)> {
    let rows = views.iter().map(|view| &view.row);
    let mut asked: Vec<_> = rows.map(|row| (row.to.clone(), row.matter.to)).collect();
    asked.sort();
    asked.dedup();
    asked.into_iter().map(|(name, id)| (id, name)).collect()
}

/// Returns the cases of one request together; the views are sorted by request already.
pub(super) fn cases<'a>(views: impl Iterator<Item = &'a MatterView>) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for view in views {
        match cases.last_mut() {
            Some(case) if case.request() == view.row.matter.request => case.join(view),
            Some(_) | None => cases.push(Case::of(view)),
        }
    }
    for case in &mut cases {
        case.sort();
    }
    cases
}

fn by_name(row: &MatterRow) -> (&str, Topic) {
    (&row.name, row.matter.topic)
}

fn is_handled(state: RequestState) -> bool {
    match state {
        RequestState::Taken
        | RequestState::Accepted
        | RequestState::Corrected
        | RequestState::Returned
        | RequestState::Withdrawn => true,
        RequestState::Waiting
        | RequestState::Contested
        | RequestState::Disputed
        | RequestState::Replaced
        | RequestState::Joined => false,
    }
}

/// The last day on which something was said of it.
fn last_day(matter: &Matter) -> Day {
    let replied = matter.reply.as_ref().map(|reply| reply.at);
    let withdrawn = matter.withdrawal.as_ref().map(|withdrawal| withdrawal.at);
    let said = [replied, withdrawn].into_iter().flatten();
    said.fold(matter.recorded_at, Ord::max).day()
}

#[cfg(test)]
pub(super) mod tests;
