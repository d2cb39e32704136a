//! What a batch means to the roll-ups: what does not count any more, and what does.

use std::collections::{BTreeMap, BTreeSet};

use shared::ids::{EntryId, MemberId, OrganisationId};
use shared::project::PlanRow;
use shared::reconcile::{Matter, Outcome};
use shared::rollup::{Counted, of_activity, of_outcome, of_request};
use shared::words::Measure;
use uuid::Uuid;

use super::Settlement;
use crate::rollup::{CellChange, CellKey, Paths, absent, change, restore};
use crate::store::figures::{CountedRows, CountedWanted};

/// What does not count any more, and what does.
#[derive(Debug, Default, PartialEq)]
pub(in crate::projector) struct Recount {
    taken: Vec<Counted>,
    given: Vec<Counted>,
}

impl Recount {
    /// Notes what something counted for and counts for now.
    pub(super) fn add(&mut self, before: Option<Counted>, after: Option<Counted>) {
        if before != after {
            self.taken.extend(before);
            self.given.extend(after);
        }
    }

    pub(super) fn outcome(
        &mut self,
        (before, plan_before): (Option<&Outcome>, Option<&PlanRow>),
        (after, plan_after): (Option<&Outcome>, Option<&PlanRow>),
    ) {
        self.add(
            before.map(|outcome| of_outcome(outcome, plan_before)),
            after.map(|outcome| of_outcome(outcome, plan_after)),
        );
    }

    pub(super) fn activity(&mut self, before: Option<&PlanRow>, after: Option<&PlanRow>) {
        self.add(before.map(of_activity), after.map(of_activity));
    }

    /// Adds the requests of which a matter differs; `rows` hold all their matters as they stood.
    pub(in crate::projector) fn requests(&mut self, settlement: &Settlement, rows: &CountedRows) {
        let requests = requests(settlement);
        let mut before: BTreeMap<EntryId, Vec<&Matter>> = BTreeMap::new();
        let mut after: BTreeMap<EntryId, Vec<&Matter>> = BTreeMap::new();
        for matter in rows
            .matters
            .iter()
            .filter(|matter| requests.contains(&matter.request))
        {
            before.entry(matter.request).or_default().push(matter);
            if !settlement
                .matters
                .contains_key(&(matter.request, matter.topic))
            {
                after.entry(matter.request).or_default().push(matter);
            }
        }
        for (_, matter) in settlement.matters.values() {
            if let Some(matter) = matter {
                after.entry(matter.request).or_default().push(matter);
            }
        }
        for request in requests {
            let of = |matters: &BTreeMap<EntryId, Vec<&Matter>>| {
                matters.get(&request).map(|matters| of_request(matters))
            };
            self.taken.extend(of(&before).unwrap_or_default());
            self.given.extend(of(&after).unwrap_or_default());
        }
    }

    /// Returns every organisation that it adds to or takes from.
    pub(in crate::projector) fn organisations(&self) -> impl Iterator<Item = OrganisationId> {
        let counted = self.taken.iter().chain(&self.given);
        counted.flat_map(|counted| counted.organisations.iter().copied())
    }

    /// Returns what changes in the cells, and who is out of a set by it unless they stand in it for
    /// another reason.
    pub(in crate::projector) fn changes(
        &self,
        paths: &Paths,
    ) -> (BTreeMap<CellKey, CellChange>, CountedWanted) {
        let changes = change(&self.taken, &self.given, paths);
        let wanted = wanted(&absent(&changes));
        (changes, wanted)
    }
}

/// Everything that counts of those who may be out of a set, with the batch's changes laid over the
/// rows.
pub(in crate::projector) struct Others(Vec<Counted>);

impl Others {
    pub(in crate::projector) fn of(rows: CountedRows, settlement: &Settlement) -> Self {
        let mut counted = Vec::new();
        for (outcome, plan) in rows.outcomes {
            let fact = (outcome.activity, outcome.member);
            let outcome = match settlement.outcomes.get(&fact) {
                Some((_, after)) => after.clone(),
                None => Some(outcome),
            };
            let plan = match settlement.activities.get(&fact.0) {
                Some((_, after)) => after.clone(),
                None => plan,
            };
            counted.extend(outcome.map(|outcome| of_outcome(&outcome, plan.as_ref())));
        }
        for matter in rows.matters {
            let key = (matter.request, matter.topic);
            let matter = match settlement.matters.get(&key) {
                Some((_, after)) => after.clone(),
                None => Some(matter),
            };
            counted.extend(matter.into_iter().flat_map(|matter| of_request(&[&matter])));
        }
        Self(counted)
    }

    pub(in crate::projector) fn organisations(&self) -> impl Iterator<Item = OrganisationId> {
        let counted = self.0.iter();
        counted.flat_map(|counted| counted.organisations.iter().copied())
    }

    pub(in crate::projector) fn restore(
        &self,
        changes: &mut BTreeMap<CellKey, CellChange>,
        paths: &Paths,
    ) {
        restore(changes, &self.0, paths);
    }
}

/// Returns the requests of which a matter differs.
pub(in crate::projector) fn requests(settlement: &Settlement) -> BTreeSet<EntryId> {
    let keys = settlement.matters.keys();
    keys.map(|(request, _)| *request).collect()
}

fn wanted(absent: &BTreeSet<(Measure, Uuid)>) -> CountedWanted {
    let mut wanted = CountedWanted::default();
    for (measure, id) in absent {
        match measure {
            Measure::Volunteers => wanted.volunteers.insert(MemberId(*id)),
            Measure::Teams => wanted.teams.insert(OrganisationId(*id)),
            // The only other set is that of the people.
            _ => wanted.people.insert(MemberId(*id)),
        };
    }
    wanted
}
