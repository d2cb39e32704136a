//! What a batch of projected documents makes of facts: pure, and the same in whatever order the
//! documents came.

mod counted;
mod matters;

use std::collections::{BTreeMap, BTreeSet};

use shared::ids::{ActivityId, DocumentId, MemberId, OrganisationId};
use shared::project::{Activity, ClaimRow, MarkRow, PlanRow, Projection, RulingRow, activities};
use shared::reconcile::{Case, Matter, Outcome, reconcile};

use super::batch::Projected;
use crate::store::derived::{Fact, Facts, FactsWanted};
use crate::store::matters::{MatterKey, person};
pub(super) use counted::{Others, Recount, requests};

/// What was and what is, of everything that differs.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Settlement {
    pub(super) outcomes: BTreeMap<Fact, (Option<Outcome>, Option<Outcome>)>,
    pub(super) activities: BTreeMap<ActivityId, (Option<PlanRow>, Option<PlanRow>)>,
    pub(super) matters: BTreeMap<MatterKey, (Option<Matter>, Option<Matter>)>,
    /// What outcomes and activities mean to the roll-ups.
    pub(super) recount: Recount,
}

/// Returns the facts that the documents touch: those whose claims, marks or rulings changed, those
/// that rest on codes of devices whose announcements changed, and all facts of the activities whose
/// plans changed; and the topics about which something else is said.
pub(super) fn touched(projected: &[Projected]) -> FactsWanted {
    let mut wanted = FactsWanted::default();
    for document in projected {
        let (before, after) = (&document.before, &document.after);
        for row in changed(&before.claims, &after.claims) {
            wanted.facts.insert((row.activity, row.member));
        }
        for row in changed(&before.marks, &after.marks) {
            wanted.facts.insert((row.mark.activity, row.mark.member));
        }
        for row in changed(&before.rulings, &after.rulings) {
            wanted
                .facts
                .insert((row.ruling.activity, row.ruling.member));
        }
        for row in changed(&before.plans, &after.plans) {
            wanted.activities.insert(row.plan.activity);
            wanted.organisations.insert(row.organisation);
        }
        for row in changed(&before.host_keys, &after.host_keys) {
            wanted.hosts.insert(row.device);
        }
        for row in changed(&before.statements, &after.statements) {
            wanted.topics.extend(row.topics());
        }
    }
    wanted
}

/// Rows that stand on one side only. Both sides are sorted by id.
fn changed<'a, T: PartialEq>(before: &'a [T], after: &'a [T]) -> impl Iterator<Item = &'a T> {
    let only = |one: &'a [T], other: &'a [T]| one.iter().filter(move |row| !other.contains(row));
    only(before, after).chain(only(after, before))
}

/// Reconciles every touched fact anew. `facts` are the stored rows; those of the batch's documents
/// are replaced by the projected ones.
pub(super) fn settle(projected: &[Projected], facts: Facts) -> Settlement {
    let wanted = touched(projected);
    let batch: BTreeSet<DocumentId> = projected.iter().map(|document| document.id).collect();
    let current = activities(overlay(facts.plans, &batch, projected, |p| &p.plans));
    let claims = group(
        overlay(facts.claims, &batch, projected, |p| &p.claims),
        |row: &ClaimRow| (row.activity, row.member),
    );
    let marks = group(
        overlay(facts.marks, &batch, projected, |p| &p.marks),
        |row: &MarkRow| (row.mark.activity, row.mark.member),
    );
    let rulings = group(
        overlay(facts.rulings, &batch, projected, |p| &p.rulings),
        |row: &RulingRow| (row.ruling.activity, row.ruling.member),
    );
    let host_keys = overlay(facts.host_keys, &batch, projected, |p| &p.host_keys);
    let hosted = |fact: &Fact| {
        claims.get(fact).is_some_and(|claims| {
            let mut hosts = claims.iter().filter_map(|claim| claim.scan());
            hosts.any(|scan| wanted.hosts.contains(&scan.host))
        })
    };
    let all = claims
        .keys()
        .chain(marks.keys())
        .chain(rulings.keys())
        .chain(facts.outcomes.keys());
    let whole = all.filter(|fact| wanted.activities.contains(&fact.0) || hosted(fact));
    let touched: BTreeSet<Fact> = whole.chain(&wanted.facts).copied().collect();
    let mut settlement = Settlement::default();
    for fact in touched {
        let before = facts.outcomes.get(&fact).cloned();
        let plan = current.get(&fact.0).map(|activity| &activity.current);
        // Of an activity that is not looked at as a whole the plan stands.
        let plan_before = if wanted.activities.contains(&fact.0) {
            facts.activities.get(&fact.0)
        } else {
            plan
        };
        let after = reconcile(Case {
            activity: current.get(&fact.0),
            host_keys: &host_keys,
            claims: claims.get(&fact).map_or(&[], Vec::as_slice),
            marks: marks.get(&fact).map_or(&[], Vec::as_slice),
            rulings: rulings.get(&fact).map_or(&[], Vec::as_slice),
        });
        settlement
            .recount
            .outcome((before.as_ref(), plan_before), (after.as_ref(), plan));
        if before != after {
            settlement.outcomes.insert(fact, (before, after));
        }
    }
    settlement.settle_activities(&wanted, &facts.activities, &current);
    let statements = overlay(facts.statements, &batch, projected, |p| &p.statements);
    settlement.matters = matters::settle(&wanted.topics, statements, &facts.matters);
    settlement
}

/// Puts the projected rows in the place of the stored ones of the same documents. The order is that
/// of the documents' ids, so that two records of one id always meet in the same order.
fn overlay<T: Clone>(
    mut stored: Vec<(DocumentId, T)>,
    batch: &BTreeSet<DocumentId>,
    projected: &[Projected],
    rows: impl Fn(&Projection) -> &Vec<T>,
) -> Vec<T> {
    stored.retain(|(document, _)| !batch.contains(document));
    for document in projected {
        let after = rows(&document.after).iter().cloned();
        stored.extend(after.map(|row| (document.id, row)));
    }
    stored.sort_by_key(|(document, _)| *document);
    stored.into_iter().map(|(_, row)| row).collect()
}

fn group<T>(rows: Vec<T>, fact: impl Fn(&T) -> Fact) -> BTreeMap<Fact, Vec<T>> {
    let mut groups: BTreeMap<Fact, Vec<T>> = BTreeMap::new();
    for row in rows {
        groups.entry(fact(&row)).or_default().push(row);
    }
    groups
}

impl Settlement {
    fn settle_activities(
        &mut self,
        wanted: &FactsWanted,
        before: &BTreeMap<ActivityId, PlanRow>,
        current: &BTreeMap<ActivityId, Activity>,
    ) {
        for activity in &wanted.activities {
            let before = before.get(activity).cloned();
            let after = current.get(activity).map(|found| found.current.clone());
            if before != after {
                self.recount.activity(before.as_ref(), after.as_ref());
                self.activities.insert(*activity, (before, after));
            }
        }
    }

    /// Returns every organisation that the settlement adds to or takes from.
    pub(super) fn organisations(&self) -> impl Iterator<Item = OrganisationId> {
        let outcomes = self.outcomes.values();
        let activities = self.activities.values();
        outcomes
            .flat_map(|(before, after)| before.iter().chain(after))
            .map(|outcome| outcome.organisation)
            .chain(
                activities
                    .flat_map(|(before, after)| before.iter().chain(after))
                    .map(|plan| plan.organisation),
            )
            .chain(self.matters().flat_map(matters::organisations))
    }

    /// Returns every person whom a matter concerns that differs.
    pub(super) fn people(&self) -> impl Iterator<Item = MemberId> {
        self.matters().filter_map(person)
    }

    fn matters(&self) -> impl Iterator<Item = &Matter> {
        let matters = self.matters.values();
        matters.flat_map(|(before, after)| before.iter().chain(after))
    }
}
