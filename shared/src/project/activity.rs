//! Which of an activity's plans is in force.

use std::collections::{BTreeMap, BTreeSet};

use super::PlanRow;
use crate::ids::{ActivityId, EntryId};
use crate::records::{Phase, Plan};
use crate::time::Timestamp;

/// An activity as the newest plan has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// The plan in force.
    pub current: PlanRow,
    /// Other plans that revise the same one: two coordinators edited it apart. The newest is in
    /// force, the others are shown.
    pub contested: Vec<EntryId>,
    /// What was planned before and beside it, by id: people may have come by one of these.
    pub former: Vec<Plan>,
}

impl Activity {
    /// Tells whether somebody who came at that time came by a plan that is not in force: one that
    /// was to be held, at another time or before it was called off.
    pub fn was_open(&self, at: Timestamp) -> bool {
        let mut former = self.former.iter();
        former.any(|plan| !plan.is_cancelled() && plan.phase(at) == Phase::Open)
    }
}

/// Returns each activity with the plan in force: of the plans that no other revises the one
/// recorded last, by id where that is equal.
pub fn activities(plans: impl IntoIterator<Item = PlanRow>) -> BTreeMap<ActivityId, Activity> {
    let mut by_activity: BTreeMap<ActivityId, Vec<PlanRow>> = BTreeMap::new();
    for row in plans {
        by_activity.entry(row.plan.activity).or_default().push(row);
    }
    by_activity
        .into_iter()
        .filter_map(|(activity, rows)| Some((activity, in_force(rows)?)))
        .collect()
}

fn in_force(mut rows: Vec<PlanRow>) -> Option<Activity> {
    rows.sort_by_key(|row| (row.recorded_at, row.id));
    rows.dedup_by_key(|row| row.id);
    let revised: BTreeSet<EntryId> = rows.iter().filter_map(|row| row.plan.revises).collect();
    let mut open: Vec<EntryId> = rows
        .iter()
        .map(|row| row.id)
        .filter(|id| !revised.contains(id))
        .collect();
    // Plans that revise each other in a circle leave none open; the last recorded stands.
    let newest = open.pop().or_else(|| rows.last().map(|row| row.id))?;
    let (current, mut former): (Vec<PlanRow>, Vec<PlanRow>) =
        rows.into_iter().partition(|row| row.id == newest);
    former.sort_by_key(|row| row.id);
    Some(Activity {
        current: current.into_iter().next()?,
        contested: open,
        former: former.into_iter().map(|row| row.plan).collect(),
    })
}
