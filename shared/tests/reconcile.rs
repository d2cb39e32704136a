//! `reconcile` and `activities` are functions of what was said and not of the order in which it came.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use shared::ids::{ActivityId, DeviceId, EntryId, MemberId, OrganisationId};
use shared::project::{Activity, ClaimRow, Direction, MarkRow, PlanRow, activities};
use shared::reconcile::{Attendance, Outcome, reconcile};
use shared::records::{Evidence, Mark, Plan, Standing};
use shared::time::{Day, HOUR_MS, MINUTE_MS, Timestamp};
use shared::words::{ActivityKind, MarkKind};
use uuid::Uuid;

fn start() -> Timestamp {
    Day::of(2026, 11, 22).start().plus(10 * HOUR_MS)
}

fn activity_id(number: u128) -> ActivityId {
    ActivityId(Uuid::from_u128(0xa0 + number))
}

fn entry_id(number: u128) -> EntryId {
    EntryId(Uuid::from_u128(0xc000 + number))
}

fn plan_row(number: u128, activity: u128, revises: Option<u128>, minutes: i64) -> PlanRow {
    PlanRow {
        id: entry_id(number),
        organisation: OrganisationId(Uuid::from_u128(0xf1)),
        by: MemberId(Uuid::from_u128(0xe1)),
        recorded_at: start().plus(minutes * MINUTE_MS),
        plan: Plan {
            activity: activity_id(activity),
            seed: Uuid::nil(),
            revises: revises.map(entry_id),
            kind: ActivityKind::Lecture,
            topic: "初心讲坛".into(),
            speaker: None,
            venue: None,
            starts_at: start(),
            ends_at: start().plus(HOUR_MS),
            campaign: None,
            standing: if number.is_multiple_of(5) {
                Standing::Cancelled {
                    reason: "下雨".into(),
                }
            } else {
                Standing::Planned
            },
        },
    }
}

/// An activity that is planned, called off, or not known.
fn activity() -> impl Strategy<Value = Option<Activity>> {
    select(vec![None, Some(1), Some(5)]).prop_map(|number| {
        number.map(|number| Activity {
            current: plan_row(number, 1, None, -60),
            contested: Vec::new(),
        })
    })
}

/// Claims from before the early window to after the late one, on two phones.
fn claims() -> impl Strategy<Value = Vec<ClaimRow>> {
    let claim = (-60_i64..240, 0_u128..2, any::<bool>());
    prop::collection::vec(claim, 0..5).prop_map(|claims| {
        let numbered = (1..).zip(claims);
        numbered
            .map(|(number, (minutes, device, comes))| ClaimRow {
                id: entry_id(number),
                member: MemberId(Uuid::from_u128(0xe2)),
                device: DeviceId(Uuid::from_u128(0xd0 + device)),
                activity: activity_id(1),
                organisation: OrganisationId(Uuid::from_u128(0xf1)),
                direction: if comes { Direction::In } else { Direction::Out },
                evidence: Evidence::SelfReport,
                recorded_at: start().plus(minutes * MINUTE_MS),
            })
            .collect()
    })
}

/// Which marks a mark may correct.
#[derive(Clone, Copy)]
enum Corrections {
    /// Any, itself and later ones too, so that they run in circles.
    Any,
    /// Those that were there when it was made.
    OfEarlier,
}

/// Marks of every kind, some of which correct others.
fn marks(corrections: Corrections) -> impl Strategy<Value = Vec<MarkRow>> {
    let possible = move |corrected: u128, number: u128| match corrections {
        Corrections::Any => true,
        Corrections::OfEarlier => corrected < number,
    };
    let mark = (select(MarkKind::ALL.to_vec()), prop::option::of(0_u128..5));
    prop::collection::vec(mark, 0..5).prop_map(move |marks| {
        let numbered = (0..).zip(marks);
        numbered
            .map(|(number, (kind, corrects)): (u128, _)| MarkRow {
                id: entry_id(0x100 + number),
                organisation: OrganisationId(Uuid::from_u128(0xf1)),
                by: MemberId(Uuid::from_u128(0xe1)),
                device: DeviceId(Uuid::from_u128(0xdf)),
                recorded_at: start(),
                mark: Mark {
                    activity: activity_id(1),
                    member: MemberId(Uuid::from_u128(0xe2)),
                    kind,
                    corrects: corrects
                        .filter(|corrected| possible(*corrected, number))
                        .map(|corrected| entry_id(0x100 + corrected)),
                },
            })
            .collect()
    })
}

/// The list in another order, with some of it twice.
fn stirred<T: Clone + std::fmt::Debug + 'static>(rows: Vec<T>) -> impl Strategy<Value = Vec<T>> {
    let again = 0..=rows.len();
    subsequence(rows.clone(), again).prop_flat_map(move |again| {
        let mut all = rows.clone();
        all.extend(again);
        Just(all).prop_shuffle()
    })
}

fn counted(outcome: Option<&Outcome>) -> i64 {
    outcome.map_or(0, |outcome| outcome.tally().attendances)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn the_outcome_is_the_same_in_any_order_and_with_repetitions(
        (activity, claims, marks, stirred_claims, stirred_marks) in (activity(), claims(), marks(Corrections::Any))
            .prop_flat_map(|(activity, claims, marks)| (
                Just(activity),
                Just(claims.clone()),
                Just(marks.clone()),
                stirred(claims),
                stirred(marks),
            ))
    ) {
        let plain = reconcile(activity.as_ref(), &claims, &marks);
        let stirred = reconcile(activity.as_ref(), &stirred_claims, &stirred_marks);
        prop_assert_eq!(plain, stirred);
    }

    #[test]
    fn one_more_claim_never_takes_a_person_away_in_silence(
        activity in activity(),
        claims in claims(),
        marks in marks(Corrections::Any),
    ) {
        for number in 0..claims.len() {
            let fewer = reconcile(activity.as_ref(), &claims[..number], &marks);
            let more = reconcile(activity.as_ref(), &claims[..=number], &marks);
            let dropped = counted(fewer.as_ref()) > counted(more.as_ref());
            prop_assert!(!dropped, "{:?} became {:?}", fewer, more);
            let absent = more.as_ref().is_some_and(|outcome| outcome.attendance == Attendance::Absent);
            let was_absent = fewer.as_ref().is_some_and(|outcome| outcome.attendance == Attendance::Absent);
            // A claim out of time says nothing; one in time disputes the absence.
            prop_assert!(!absent || was_absent || counted(fewer.as_ref()) == 0);
        }
    }

    #[test]
    fn a_mark_takes_a_person_away_only_by_a_dispute_that_shows(
        activity in activity(),
        claims in claims(),
        marks in marks(Corrections::OfEarlier),
    ) {
        for number in 0..marks.len() {
            // A correction takes back what its own side said; a new word is set beside it.
            if marks[number].mark.corrects.is_some() {
                continue;
            }
            let fewer = reconcile(activity.as_ref(), &claims, &marks[..number]);
            let more = reconcile(activity.as_ref(), &claims, &marks[..=number]);
            if counted(fewer.as_ref()) > counted(more.as_ref()) {
                let attendance = more.map(|outcome| outcome.attendance);
                prop_assert_eq!(attendance, Some(Attendance::Disputed));
            }
        }
    }

    #[test]
    fn every_claim_and_mark_is_named_as_evidence_and_one_person_counts_once(
        activity in activity(),
        claims in claims(),
        marks in marks(Corrections::Any),
    ) {
        let outcome = reconcile(activity.as_ref(), &claims, &marks);
        let coming = claims.iter().filter(|claim| claim.direction == Direction::In);
        let mut expected: Vec<EntryId> = coming.map(|claim| claim.id).collect();
        expected.extend(marks.iter().map(|mark| mark.id));
        expected.sort();
        let mut named: Vec<EntryId> = outcome
            .iter()
            .flat_map(|outcome| outcome.evidence.iter().map(|piece| piece.entry))
            .collect();
        named.sort();
        prop_assert_eq!(named, expected);
        prop_assert!((0..=1).contains(&counted(outcome.as_ref())));
        if let Some(outcome) = &outcome {
            let tally = outcome.tally();
            prop_assert_eq!(tally.grades.iter().sum::<i64>(), tally.attendances);
        }
    }

    #[test]
    fn the_plan_in_force_is_the_same_in_any_order(
        (rows, stirred) in prop::collection::vec((0_u128..2, prop::option::of(0_u128..8), 0_i64..4), 0..8)
            .prop_map(|plans| (0..)
                .zip(plans)
                .map(|(number, (activity, revises, minutes))| plan_row(number, activity, revises, minutes))
                .collect::<Vec<_>>())
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
    ) {
        let plain = activities(rows.clone());
        prop_assert_eq!(&plain, &activities(stirred));
        // Every planned activity is shown, by one plan of its own.
        for row in &rows {
            let shown = &plain[&row.plan.activity];
            prop_assert_eq!(shown.current.plan.activity, row.plan.activity);
            prop_assert!(!shown.contested.contains(&shown.current.id));
        }
    }
}

#[test]
fn a_roll_call_of_another_organisation_says_nothing_about_an_activity() {
    let activity = Activity {
        current: plan_row(1, 1, None, -60),
        contested: Vec::new(),
    };
    let claim = ClaimRow {
        id: entry_id(1),
        member: MemberId(Uuid::from_u128(0xe2)),
        device: DeviceId(Uuid::from_u128(0xd0)),
        activity: activity_id(1),
        organisation: OrganisationId(Uuid::from_u128(0xf1)),
        direction: Direction::In,
        evidence: Evidence::SelfReport,
        recorded_at: start(),
    };
    let absent = MarkRow {
        id: entry_id(2),
        organisation: OrganisationId(Uuid::from_u128(0xf2)),
        by: MemberId(Uuid::from_u128(0xe1)),
        device: DeviceId(Uuid::from_u128(0xdf)),
        recorded_at: start(),
        mark: Mark {
            activity: activity_id(1),
            member: MemberId(Uuid::from_u128(0xe2)),
            kind: MarkKind::Absent,
            corrects: None,
        },
    };
    let without = reconcile(Some(&activity), std::slice::from_ref(&claim), &[]);
    assert_eq!(counted(without.as_ref()), 1);
    assert_eq!(reconcile(Some(&activity), &[claim], &[absent]), without);
}
