//! Planning activities and asking for leave. A plan is never changed: what is edited, called off or
//! held is another plan that names the one it takes the place of.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::client::ActivityView;
use shared::codes::Code;
use shared::ids::{ActivityId, EntryId, OrganisationId};
use shared::project::{Activity, PlanRow};
use shared::reconcile::Outcome;
use shared::records::{Claim, Petition, Plan, Record, Standing};
use shared::time::Quarter;
use uuid::Uuid;

use super::AppState;

impl AppState {
    /// Returns the seed of a new activity.
    pub fn new_seed(self) -> Uuid {
        self.driver().new_uuid()
    }

    /// Enters new plans, one after the other.
    ///
    /// # Errors
    /// As [`AppState::enter`], with the plans that are not saved.
    pub async fn plan_all(self, plans: Vec<Plan>) -> Result<(), (Vec<Plan>, Code)> {
        let mut left = plans.into_iter();
        while let Some(plan) = left.next() {
            if let Err(code) = self.enter(Record::Plan(plan.clone())).await {
                return Err((std::iter::once(plan).chain(left).collect(), code));
            }
        }
        Ok(())
    }

    /// Puts a plan in the place of the one in force. One that starts in another quarter stands in
    /// another calendar, which not every phone holds that holds this one: this one then says, as
    /// called off, in the words `moved`, where it went.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn revise(self, current: &PlanRow, plan: Plan, moved: String) -> Result<(), Code> {
        let mut revised = current.id;
        if let Some(farewell) = farewell(current, &plan, moved) {
            revised = self.enter(Record::Plan(farewell)).await?;
        }
        let revises = Some(revised);
        self.enter(Record::Plan(Plan { revises, ..plan })).await?;
        Ok(())
    }

    /// Settles between plans that were made apart: all say from now on what the chosen one says.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn settle_plans(self, activity: &Activity, chosen: EntryId) -> Result<(), Code> {
        for plan in settling(activity, chosen) {
            self.enter(Record::Plan(plan)).await?;
        }
        Ok(())
    }

    /// 请假: asks the organisation of an activity to be excused.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn ask_leave(self, view: &ActivityView, reason: String) -> Result<EntryId, Code> {
        let city = self
            .directory
            .with_untracked(|slice| slice.as_ref().map(|slice| slice.city.code.clone()));
        let petition = Petition {
            city: city.ok_or(Code::ActivityUnknown)?,
            organisation: view.activity.current.organisation,
            activity: view.activity.current.plan.activity,
            reason: reason.trim().to_owned(),
        };
        self.enter(Record::Claim(Claim::Leave(petition))).await
    }

    /// Returns what became of the owner at every activity, the newest first.
    pub fn outcomes(self) -> Signal<Vec<Outcome>> {
        Memo::new(move |_| {
            self.revision.track();
            let outcomes = self.driver().read(|engine| engine.outcomes());
            outcomes.unwrap_or_default()
        })
        .into()
    }

    /// Returns what an activity of a quarter was about, as far as this phone knows.
    pub fn topics(self, quarter: Quarter) -> BTreeMap<ActivityId, String> {
        let topics = self.driver().read(|engine| engine.sealed_topics(quarter));
        topics.unwrap_or_default()
    }

    /// Returns the organisations in whose calendars the owner plans.
    pub fn planned_for(self) -> Vec<OrganisationId> {
        let mut held: Vec<OrganisationId> = Vec::new();
        for grant in self.grants() {
            if !held.contains(&grant.organisation) {
                held.push(grant.organisation);
            }
        }
        held
    }
}

/// Returns what the calendar of the quarter says that an activity leaves.
fn farewell(current: &PlanRow, plan: &Plan, moved: String) -> Option<Plan> {
    let quarter = |plan: &Plan| plan.starts_at.day().quarter();
    (quarter(&current.plan) != quarter(plan)).then(|| Plan {
        revises: Some(current.id),
        standing: Standing::Cancelled { reason: moved },
        ..current.plan.clone()
    })
}

/// Returns the plans that make all that are open say the same as the chosen one.
fn settling(activity: &Activity, chosen: EntryId) -> Vec<Plan> {
    let open = || std::iter::once(&activity.current).chain(&activity.contested);
    let Some(right) = open().find(|row| row.id == chosen) else {
        return Vec::new();
    };
    let others = open().filter(|row| row.id != chosen);
    others
        .map(|row| Plan {
            revises: Some(row.id),
            ..right.plan.clone()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use shared::ids::MemberId;
    use shared::project::activities;
    use shared::records::Details;
    use shared::time::{Day, HOUR_MS, Timestamp};
    use shared::words::ActivityKind;

    use super::*;

    fn plan(day: Day, topic: &str, revises: Option<u128>) -> Plan {
        Plan {
            activity: ActivityId(Uuid::nil()),
            seed: Uuid::nil(),
            revises: revises.map(|id| EntryId(Uuid::from_u128(id))),
            kind: ActivityKind::Lecture,
            topic: topic.to_owned(),
            speaker: None,
            venue: None,
            starts_at: day.start().plus(9 * HOUR_MS),
            ends_at: day.start().plus(10 * HOUR_MS),
            campaign: None,
            standing: Standing::Planned,
            details: Details::default(),
        }
    }

    fn row(id: u128, plan: Plan) -> PlanRow {
        PlanRow {
            id: EntryId(Uuid::from_u128(id)),
            organisation: OrganisationId(Uuid::nil()),
            by: MemberId(Uuid::nil()),
            recorded_at: Timestamp(i64::try_from(id).unwrap()),
            plan,
        }
    }

    fn shown(rows: impl IntoIterator<Item = PlanRow>) -> Activity {
        let mut shown = activities(rows).into_values();
        let activity = shown.next().unwrap();
        assert!(shown.next().is_none(), "an activity is shown once");
        activity
    }

    #[test]
    fn an_activity_moved_to_another_quarter_is_called_off_in_the_old_one_and_shown_once() {
        let (december, january) = (Day::of(2026, 12, 30), Day::of(2027, 1, 6));
        let first = row(1, plan(december, "topic", None));
        let moved = plan(january, "topic", Some(2));
        let farewell = farewell(&first, &moved, "later".to_owned()).unwrap();
        assert_eq!(farewell.starts_at, first.plan.starts_at);
        let (farewell, moved) = (row(2, farewell), row(3, moved));

        let old = shown([first.clone(), farewell.clone()]);
        assert!(old.current.plan.is_cancelled());
        let new = shown([moved.clone()]);
        assert_eq!(new.current, moved);
        let both = shown([first, farewell, moved.clone()]);
        assert_eq!((both.current, both.contested), (moved, Vec::new()));
    }

    #[test]
    fn within_one_quarter_an_edit_is_one_plan() {
        let first = row(1, plan(Day::of(2026, 11, 30), "topic", None));
        let edited = plan(Day::of(2026, 12, 30), "topic", Some(1));
        assert_eq!(farewell(&first, &edited, String::new()), None);
    }

    #[test]
    fn whichever_of_two_versions_is_chosen_alone_is_in_force() {
        let day = Day::of(2026, 11, 30);
        let rows = [
            row(1, plan(day, "first", None)),
            row(2, plan(day, "left", Some(1))),
            row(3, plan(day, "right", Some(1))),
        ];
        let contested = shown(rows.clone());
        for (chosen, topic) in [(2, "left"), (3, "right")] {
            let settled = settling(&contested, EntryId(Uuid::from_u128(chosen)));
            let settled = settled.into_iter().map(|plan| row(4, plan));
            let activity = shown(rows.clone().into_iter().chain(settled));
            assert_eq!(activity.current.plan.topic, topic);
            assert_eq!(activity.contested, Vec::new());
        }
    }
}
