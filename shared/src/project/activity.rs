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
    /// Other plans that no other revises and that say something else than the one in force or those
    /// before it: two coordinators edited apart. The newest is in force, the others are shown.
    pub contested: Vec<PlanRow>,
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
    let contested = contested(&rows, newest, &open);
    let (current, mut former): (Vec<PlanRow>, Vec<PlanRow>) =
        rows.into_iter().partition(|row| row.id == newest);
    former.sort_by_key(|row| row.id);
    Some(Activity {
        current: current.into_iter().next()?,
        contested,
        former: former.into_iter().map(|row| row.plan).collect(),
    })
}

/// Returns those of the `open` plans that say something which neither the newest nor a plan before it
/// says: whoever settles between two gives both the same words.
fn contested(rows: &[PlanRow], newest: EntryId, open: &[EntryId]) -> Vec<PlanRow> {
    let by_id: BTreeMap<EntryId, &PlanRow> = rows.iter().map(|row| (row.id, row)).collect();
    let mut line: BTreeMap<EntryId, &Plan> = BTreeMap::new();
    let mut next = by_id.get(&newest);
    while let Some(row) = next.filter(|row| !line.contains_key(&row.id)) {
        line.insert(row.id, &row.plan);
        next = row.plan.revises.and_then(|id| by_id.get(&id));
    }
    let others = open.iter().filter_map(|id| by_id.get(id));
    others
        .filter(|row| !line.values().any(|plan| plan.says_the_same(&row.plan)))
        .map(|row| (*row).clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::{MemberId, OrganisationId};
    use crate::records::{Details, Standing};
    use crate::words::ActivityKind;

    fn row(id: u128, revises: Option<u128>, topic: &str) -> PlanRow {
        let entry = |id| EntryId(Uuid::from_u128(id));
        PlanRow {
            id: entry(id),
            organisation: OrganisationId(Uuid::nil()),
            by: MemberId(Uuid::nil()),
            recorded_at: Timestamp(i64::try_from(id).unwrap()),
            plan: Plan {
                activity: ActivityId(Uuid::nil()),
                seed: Uuid::nil(),
                revises: revises.map(entry),
                kind: ActivityKind::Lecture,
                topic: topic.to_owned(),
                speaker: None,
                venue: None,
                starts_at: Timestamp(0),
                ends_at: Timestamp(1),
                campaign: None,
                standing: Standing::Planned,
                details: Details::default(),
            },
        }
    }

    fn shown(rows: &[PlanRow]) -> (String, Vec<String>) {
        let activity = activities(rows.to_vec()).into_values().next().unwrap();
        let topic = |row: &PlanRow| row.plan.topic.clone();
        let contested = activity.contested.iter().map(topic).collect();
        (topic(&activity.current), contested)
    }

    #[test]
    fn two_edits_apart_contest_until_one_is_chosen_and_not_again_after_it() {
        let mut rows = vec![row(1, None, "first"), row(2, Some(1), "left")];
        assert_eq!(shown(&rows), ("left".to_owned(), Vec::new()));
        rows.push(row(3, Some(1), "right"));
        assert_eq!(shown(&rows), ("right".to_owned(), vec!["left".to_owned()]));
        // Left is chosen: a plan with its words takes the place of right.
        rows.push(row(4, Some(3), "left"));
        assert_eq!(shown(&rows), ("left".to_owned(), Vec::new()));
        rows.push(row(5, Some(4), "later"));
        assert_eq!(shown(&rows), ("later".to_owned(), Vec::new()));
    }
}
