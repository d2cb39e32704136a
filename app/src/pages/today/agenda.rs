//! Sorts the activities a phone holds into today's, today's of others, and the week's.

use shared::client::ActivityView;
use shared::directory::DirectorySlice;
use shared::ids::ActivityId;
use shared::records::Phase;
use shared::time::{Day, Timestamp};

use crate::pages::audience::concerns;
use crate::pages::phase::ShownPhase;

/// Days after today that are shown.
const DAYS_AHEAD: i32 = 7;

/// What the screen shows, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Agenda {
    /// Today's, of the member's own organisations: what can still be done first, the own branch's
    /// before the others', then by start.
    pub(super) own: Vec<ActivityId>,
    /// Today's, of organisations that the owner only coordinates or hosts.
    pub(super) others: Vec<ActivityId>,
    /// Those of the days after, by day and start.
    pub(super) days: Vec<(Day, Vec<ActivityId>)>,
}

/// `views` are sorted by start.
pub(super) fn agenda(slice: &DirectorySlice, views: &[ActivityView], now: Timestamp) -> Agenda {
    let today = now.day();
    let (mut own, mut others) = (Vec::new(), Vec::new());
    let mut days: Vec<(Day, Vec<ActivityId>)> = Vec::new();
    for view in views.iter().filter(|view| concerns(slice, view)) {
        let activity = &view.activity.current;
        let plan = &activity.plan;
        let (first, last) = (plan.starts_at.day(), plan.ends_at.day());
        let checks_in = plan.phase(now) == Phase::Open && !plan.is_cancelled();
        if (first <= today && today <= last) || checks_in {
            if slice.in_home_line(activity.organisation) {
                let past = ShownPhase::of(plan, now).is_past();
                let away = activity.organisation != slice.owner.branch;
                own.push(((past, away, plan.starts_at), plan.activity));
            } else {
                others.push(plan.activity);
            }
        } else if today < first && first <= today.plus(DAYS_AHEAD) {
            match days.last_mut() {
                Some((day, ids)) if *day == first => ids.push(plan.activity),
                _ => days.push((first, vec![plan.activity])),
            }
        }
    }
    own.sort();
    Agenda {
        own: own.into_iter().map(|(_, id)| id).collect(),
        others,
        days,
    }
}

#[cfg(test)]
mod tests {
    use shared::directory::{City, Member, Organisation};
    use shared::ids::{AreaCode, EntryId, MemberId, OrganisationId, OrganisationPath};
    use shared::project::{Activity, PlanRow};
    use shared::reconcile::{Attendance, Confirmation, Outcome};
    use shared::records::{Audience, Details, Plan, Standing};
    use shared::time::{HOUR_MS, MINUTE_MS};
    use shared::words::{ActivityKind, OrganisationKind};
    use uuid::Uuid;

    use super::*;

    const BRANCH: u128 = 1;
    const TOWN: u128 = 2;
    const SISTER: u128 = 3;

    fn slice() -> DirectorySlice {
        let area = AreaCode::parse("441202001").unwrap();
        let organisation = |id, path: &str| Organisation {
            id: OrganisationId(Uuid::from_u128(id)),
            path: OrganisationPath::parse(path).unwrap(),
            name: String::new(),
            kind: OrganisationKind::Branch,
            area: area.clone(),
        };
        DirectorySlice {
            city: City {
                code: AreaCode::parse("441200").unwrap(),
                name: String::new(),
                demo: true,
            },
            owner: Member {
                id: MemberId(Uuid::nil()),
                name: String::new(),
                branch: OrganisationId(Uuid::from_u128(BRANCH)),
                phone_masked: None,
            },
            grants: Vec::new(),
            organisations: vec![
                organisation(TOWN, "001001"),
                organisation(BRANCH, "001001001"),
                organisation(SISTER, "001001002"),
            ],
            areas: Vec::new(),
            venues: Vec::new(),
            members: Vec::new(),
            teams: Vec::new(),
        }
    }

    fn now() -> Timestamp {
        Day::of(2026, 11, 22).start().plus(12 * HOUR_MS)
    }

    fn view(id: u128, organisation: u128, hours: i64) -> ActivityView {
        let starts_at = now().plus(hours * HOUR_MS);
        let plan = Plan {
            activity: ActivityId(Uuid::from_u128(id)),
            seed: Uuid::nil(),
            revises: None,
            kind: ActivityKind::Lecture,
            topic: "topic".to_owned(),
            speaker: None,
            venue: None,
            starts_at,
            ends_at: starts_at.plus(90 * MINUTE_MS),
            campaign: None,
            standing: Standing::Planned,
            details: Details::default(),
        };
        let current = PlanRow {
            id: EntryId(Uuid::from_u128(id)),
            organisation: OrganisationId(Uuid::from_u128(organisation)),
            by: MemberId(Uuid::nil()),
            recorded_at: starts_at,
            plan,
        };
        ActivityView {
            activity: Activity {
                current,
                contested: Vec::new(),
                former: Vec::new(),
            },
            check_in: None,
            claims: Vec::new(),
            outcome: None,
        }
    }

    fn ids(numbers: &[u128]) -> Vec<ActivityId> {
        let id = |number: &u128| ActivityId(Uuid::from_u128(*number));
        numbers.iter().map(id).collect()
    }

    #[test]
    fn the_own_branch_comes_first_and_what_is_over_last() {
        let views = [
            view(1, BRANCH, -8),
            view(2, TOWN, 1),
            view(3, SISTER, 1),
            view(4, BRANCH, 3),
            view(5, TOWN, 5),
        ];
        let agenda = agenda(&slice(), &views, now());
        assert_eq!(agenda.own, ids(&[4, 2, 5, 1]));
        assert_eq!(agenda.others, ids(&[3]));
    }

    #[test]
    fn the_following_seven_days_are_grouped_and_the_eighth_is_not_shown() {
        let views = [
            view(1, BRANCH, 24),
            view(2, TOWN, 25),
            view(3, BRANCH, 7 * 24),
            view(4, BRANCH, 8 * 24),
        ];
        let days = agenda(&slice(), &views, now()).days;
        let today = now().day();
        assert_eq!(
            days,
            [(today.plus(1), ids(&[1, 2])), (today.plus(7), ids(&[3])),]
        );
    }

    #[test]
    fn an_evening_of_yesterday_is_still_there_while_check_in_is_taken() {
        let late = view(1, BRANCH, -14);
        let ends_at = late.activity.current.plan.ends_at;
        let at = ends_at.plus(119 * MINUTE_MS);
        assert_ne!(at.day(), ends_at.day());
        assert_eq!(agenda(&slice(), &[late], at).own, ids(&[1]));
    }

    fn for_whom(mut view: ActivityView, audience: Audience) -> ActivityView {
        view.activity.current.plan.details.audience = audience;
        view
    }

    fn invited(mut view: ActivityView) -> ActivityView {
        let current = &view.activity.current;
        view.outcome = Some(Outcome {
            activity: current.plan.activity,
            member: MemberId(Uuid::nil()),
            organisation: current.organisation,
            day: current.plan.starts_at.day(),
            attendance: Attendance::Expected,
            grade: None,
            confirmation: Confirmation::Confirmed,
            evidence: Vec::new(),
            flags: Vec::new(),
            decision: None,
            objection: None,
            left_at: None,
            study_minutes: 0,
        });
        view
    }

    #[test]
    fn what_is_by_invitation_is_listed_for_those_who_are_invited() {
        let views = [
            for_whom(view(1, BRANCH, 1), Audience::Invitation),
            invited(for_whom(view(2, BRANCH, 2), Audience::Invitation)),
        ];
        assert_eq!(agenda(&slice(), &views, now()).own, ids(&[2]));
    }

    #[test]
    fn what_names_organisations_is_listed_for_their_members_and_those_beneath() {
        let named = |ids: &[u128]| {
            let ids = ids.iter().map(|id| OrganisationId(Uuid::from_u128(*id)));
            Audience::Organisations(ids.collect())
        };
        let views = [
            for_whom(view(1, TOWN, 1), named(&[SISTER])),
            for_whom(view(2, TOWN, 2), named(&[SISTER, BRANCH])),
            for_whom(view(3, TOWN, 3), named(&[TOWN])),
        ];
        assert_eq!(agenda(&slice(), &views, now()).own, ids(&[2, 3]));
    }
}
