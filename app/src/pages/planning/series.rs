//! One plan made into many: a series, and last week's once more. Never reads a clock.

use shared::client::ActivityView;
use shared::ids::{ActivityId, OrganisationId};
use shared::records::{Details, Plan, Standing};
use shared::time::{DAY_MS, Day, Timestamp};
use uuid::Uuid;

/// How often an activity is held again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    Once,
    Weekly,
    Monthly,
}

/// Returns the days of a series, the first among them.
pub(super) fn days(first: Day, repeat: Repeat, times: u32) -> Vec<Day> {
    let nth = |index: u32| match repeat {
        Repeat::Once => first,
        Repeat::Weekly => first.plus(7 * i32::try_from(index).unwrap_or(0)),
        Repeat::Monthly => months_after(first, index),
    };
    let times = if repeat == Repeat::Once { 1 } else { times };
    (0..times).map(nth).collect()
}

/// The same day of the month, or its last where the month is shorter.
fn months_after(day: Day, months: u32) -> Day {
    let (year, month, number) = day.date();
    let index = month - 1 + months;
    let year = year + i32::try_from(index / 12).unwrap_or(0);
    let month = index % 12 + 1;
    let (next_year, next) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    let (_, _, last) = Day::of(next_year, next, 1).plus(-1).date();
    Day::of(year, month, number.min(last))
}

/// Returns a plan for each day, each with a seed of its own.
pub(super) fn series(
    plan: &Plan,
    organisation: OrganisationId,
    days: &[Day],
    mut seed: impl FnMut() -> Uuid,
) -> Vec<Plan> {
    let first = plan.starts_at.day();
    let of_day = |day: &Day| {
        let shift_ms = i64::from(day.0 - first.0) * DAY_MS;
        moved(plan, organisation, shift_ms, seed())
    };
    days.iter().map(of_day).collect()
}

/// Returns a new activity like another, so many milliseconds later. What came of the other is not
/// copied, and neither is that it was called off.
fn moved(plan: &Plan, organisation: OrganisationId, shift_ms: i64, seed: Uuid) -> Plan {
    Plan {
        activity: ActivityId::of(organisation, seed),
        seed,
        revises: None,
        starts_at: plan.starts_at.plus(shift_ms),
        ends_at: plan.ends_at.plus(shift_ms),
        standing: Standing::Planned,
        details: Details {
            held: None,
            ..plan.details.clone()
        },
        ..plan.clone()
    }
}

/// An activity of last week that may be held again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LastWeeks {
    /// What was planned.
    pub(super) plan: Plan,
    /// When it would start.
    pub(super) starts_at: Timestamp,
    /// Whether it makes sense to plan it: it is to come, and is not planned yet.
    pub(super) wanted: Wanted,
}

/// Whether an activity of last week makes sense this week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Yes,
    /// The same stands in this week's calendar.
    Planned,
    /// Its time is over.
    Over,
}

/// Returns what an organisation held from Monday to Sunday of the week before, in its order. `views`
/// are sorted by start.
pub(super) fn last_week(
    views: &[ActivityView],
    organisation: OrganisationId,
    now: Timestamp,
) -> Vec<LastWeeks> {
    let today = now.day();
    let monday = today.plus(-i32::try_from(today.weekday()).unwrap_or(0));
    let plans = || {
        let own = views
            .iter()
            .filter(|view| view.activity.current.organisation == organisation);
        own.map(|view| &view.activity.current.plan)
            .filter(|plan| !plan.is_cancelled())
    };
    let is_last = |plan: &&Plan| {
        let day = plan.starts_at.day();
        monday.plus(-7) <= day && day < monday
    };
    let again = |plan: &Plan| {
        let starts_at = plan.starts_at.plus(7 * DAY_MS);
        let is_it = |other: &Plan| other.starts_at == starts_at && other.topic == plan.topic;
        let wanted = if plans().any(is_it) {
            Wanted::Planned
        } else if starts_at < now {
            Wanted::Over
        } else {
            Wanted::Yes
        };
        LastWeeks {
            plan: plan.clone(),
            starts_at,
            wanted,
        }
    };
    plans().filter(is_last).map(again).collect()
}

/// Returns the plans of this week for those of last week that were ticked.
pub(super) fn copies<'p>(
    ticked: impl IntoIterator<Item = &'p Plan>,
    organisation: OrganisationId,
    mut seed: impl FnMut() -> Uuid,
) -> Vec<Plan> {
    let ticked = ticked.into_iter();
    ticked
        .map(|plan| moved(plan, organisation, 7 * DAY_MS, seed()))
        .collect()
}

#[cfg(test)]
mod tests {
    use shared::ids::{EntryId, MemberId};
    use shared::project::{Activity, PlanRow};
    use shared::records::Held;
    use shared::time::HOUR_MS;
    use shared::words::ActivityKind;

    use super::*;

    const OWN: OrganisationId = OrganisationId(Uuid::from_u128(1));
    const OTHER: OrganisationId = OrganisationId(Uuid::from_u128(2));

    fn plan(day: Day, topic: &str) -> Plan {
        Plan {
            activity: ActivityId::of(OWN, Uuid::nil()),
            seed: Uuid::nil(),
            revises: None,
            kind: ActivityKind::Lecture,
            topic: topic.to_owned(),
            speaker: None,
            venue: None,
            starts_at: day.start().plus(19 * HOUR_MS),
            ends_at: day.start().plus(20 * HOUR_MS),
            campaign: None,
            standing: Standing::Planned,
            details: Details::default(),
        }
    }

    fn view(organisation: OrganisationId, plan: Plan) -> ActivityView {
        ActivityView {
            activity: Activity {
                current: PlanRow {
                    id: EntryId(Uuid::nil()),
                    organisation,
                    by: MemberId(Uuid::nil()),
                    recorded_at: Timestamp(0),
                    plan,
                },
                contested: Vec::new(),
                former: Vec::new(),
            },
            check_in: None,
            claims: Vec::new(),
            outcome: None,
        }
    }

    fn seeds() -> impl FnMut() -> Uuid {
        let mut next = 0;
        move || {
            next += 1;
            Uuid::from_u128(next)
        }
    }

    #[test]
    fn a_weekly_series_keeps_the_weekday_across_the_year() {
        let first = Day::of(2026, 12, 24);
        let days = days(first, Repeat::Weekly, 3);
        assert_eq!(days, [first, Day::of(2026, 12, 31), Day::of(2027, 1, 7)]);
    }

    #[test]
    fn a_monthly_series_ends_with_a_shorter_month_and_goes_on_with_the_day_it_began() {
        let days = days(Day::of(2026, 12, 31), Repeat::Monthly, 4);
        let expected = [(2026, 12, 31), (2027, 1, 31), (2027, 2, 28), (2027, 3, 31)];
        assert_eq!(
            days,
            expected.map(|(year, month, day)| Day::of(year, month, day))
        );
    }

    #[test]
    fn what_is_held_once_is_one_plan_whatever_stands_in_the_other_field() {
        let first = Day::of(2026, 11, 30);
        assert_eq!(days(first, Repeat::Once, 9), [first]);
    }

    #[test]
    fn each_of_a_series_is_an_activity_of_its_own_at_the_same_hour() {
        let first = plan(Day::of(2026, 11, 30), "topic");
        let days = days(first.starts_at.day(), Repeat::Weekly, 3);
        let plans = series(&first, OWN, &days, seeds());
        let mut ids: Vec<ActivityId> = plans.iter().map(|plan| plan.activity).collect();
        ids.dedup();
        assert_eq!(ids.len(), 3);
        for (plan, day) in plans.iter().zip(days) {
            assert!(plan.is_of(OWN) && plan.is_well_formed());
            assert_eq!(plan.starts_at, day.start().plus(19 * HOUR_MS));
            assert_eq!(plan.ends_at.since(plan.starts_at), HOUR_MS);
        }
    }

    #[test]
    fn last_weeks_are_offered_unless_planned_called_off_over_or_anothers() {
        // A Wednesday.
        let now = Day::of(2026, 11, 25).start().plus(12 * HOUR_MS);
        let monday = Day::of(2026, 11, 16);
        let mut cancelled = plan(monday.plus(3), "cancelled");
        cancelled.standing = Standing::Cancelled {
            reason: "rain".to_owned(),
        };
        let views = [
            view(OWN, plan(monday.plus(-1), "the week before")),
            view(OWN, plan(monday, "over")),
            view(OWN, plan(monday.plus(3), "wanted")),
            view(OTHER, plan(monday.plus(3), "another's")),
            view(OWN, cancelled),
            view(OWN, plan(monday.plus(6), "planned")),
            view(OWN, plan(monday.plus(13), "planned")),
        ];
        let offered = last_week(&views, OWN, now);
        let offered: Vec<(&str, Wanted)> = offered
            .iter()
            .map(|row| (row.plan.topic.as_str(), row.wanted))
            .collect();
        let expected = [
            ("over", Wanted::Over),
            ("wanted", Wanted::Yes),
            ("planned", Wanted::Planned),
        ];
        assert_eq!(offered, expected);
    }

    #[test]
    fn a_copy_is_a_new_activity_a_week_later_without_what_came_of_the_first() {
        let mut first = plan(Day::of(2026, 11, 16), "topic");
        first.details.chair = Some("陈强".to_owned());
        first.details.held = Some(Held {
            started_at: first.starts_at,
            ended_at: first.ends_at,
            minutes: "记录".to_owned(),
        });
        let copied = copies([&first], OWN, seeds()).remove(0);
        assert_eq!(copied.starts_at.since(first.starts_at), 7 * DAY_MS);
        assert_ne!(copied.activity, first.activity);
        assert_eq!(copied.details.chair, first.details.chair);
        assert_eq!(copied.details.held, None);
    }
}
