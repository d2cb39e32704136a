use shared::ids::EntryId;
use shared::records::Held;
use shared::time::{HOUR_MS, MINUTE_MS};

use super::*;

fn filled() -> Draft {
    Draft {
        topic: " 身边的榜样 ".to_owned(),
        starts: "19:30".to_owned(),
        ends: "21:00".to_owned(),
        ..Draft::new(
            OrganisationId(Uuid::from_u128(7)),
            None,
            Day::of(2026, 11, 30),
        )
    }
}

fn fault(draft: &Draft, place: Place) -> Option<Fault> {
    let faults = draft.plan(Uuid::from_u128(1)).err().unwrap_or_default();
    faults.get(&place).copied()
}

#[test]
fn a_filled_form_is_a_plan_in_the_citys_time() {
    let plan = filled().plan(Uuid::from_u128(1)).unwrap();
    assert_eq!(plan.topic, "身边的榜样");
    let midnight = Day::of(2026, 11, 30).start();
    assert_eq!(plan.starts_at, midnight.plus(19 * HOUR_MS + 30 * MINUTE_MS));
    assert_eq!(plan.ends_at, midnight.plus(21 * HOUR_MS));
    assert!(plan.is_of(OrganisationId(Uuid::from_u128(7))));
    assert!(plan.is_well_formed());
    assert!(plan.details.is_empty());
}

#[test]
fn an_empty_form_says_what_is_missing_beside_each_field() {
    let empty = Draft::new(OrganisationId(Uuid::nil()), None, Day::of(2026, 11, 30));
    let faults = empty.plan(Uuid::nil()).unwrap_err();
    let missing = [Place::Topic, Place::Starts, Place::Ends];
    assert_eq!(faults, missing.map(|place| (place, Fault::Missing)).into());
}

#[test]
fn a_field_of_another_kind_is_left_out_of_the_plan() {
    let draft = Draft {
        outreach: Some(OutreachSector::Schools),
        meeting: Some(MeetingKind::GroupMeeting),
        study: "180".to_owned(),
        ..filled()
    };
    let of = |kind| {
        let draft = Draft {
            kind,
            ..draft.clone()
        };
        let plan = draft.plan(Uuid::nil()).unwrap();
        assert!(plan.is_well_formed(), "{}", kind.as_str());
        let details = plan.details;
        (details.outreach, details.meeting, details.study_minutes)
    };
    for kind in ActivityKind::ALL {
        let expected = match kind {
            ActivityKind::OutreachTalk => (Some(OutreachSector::Schools), None, None),
            ActivityKind::Meeting => (None, Some(MeetingKind::GroupMeeting), None),
            ActivityKind::Training => (None, None, Some(180)),
            ActivityKind::Lecture
            | ActivityKind::PartyLecture
            | ActivityKind::ThemeDay
            | ActivityKind::Oath
            | ActivityKind::ServiceAction => (None, None, None),
        };
        assert_eq!(of(*kind), expected, "{}", kind.as_str());
    }
}

#[test]
fn an_outreach_talk_says_where_it_goes_and_a_meeting_which_it_is() {
    let of = |kind| Draft { kind, ..filled() };
    let missing = Some(Fault::Missing);
    assert_eq!(
        fault(&of(ActivityKind::OutreachTalk), Place::Sector),
        missing
    );
    assert_eq!(fault(&of(ActivityKind::Meeting), Place::Meeting), missing);
    assert_eq!(fault(&of(ActivityKind::Oath), Place::Meeting), None);
}

#[test]
fn an_end_before_the_start_or_after_a_week_is_told() {
    let ends = |ends: &str, last_day: &str| Draft {
        ends: ends.to_owned(),
        last_day: last_day.to_owned(),
        ..filled()
    };
    assert_eq!(
        fault(&ends("19:30", ""), Place::Ends),
        Some(Fault::NotAfter)
    );
    assert_eq!(fault(&ends("08:00", "2026-12-01"), Place::Ends), None);
    assert_eq!(
        fault(&ends("21:00", "2026-12-07"), Place::LastDay),
        Some(Fault::OverAWeek)
    );
    assert_eq!(
        fault(&ends("21:00", "2026-02-30"), Place::LastDay),
        Some(Fault::Missing)
    );
}

#[test]
fn numbers_names_audience_and_series_have_their_bounds() {
    let early = Draft {
        early: "1441".to_owned(),
        ..filled()
    };
    assert_eq!(fault(&early, Place::Early), Some(Fault::NoNumber(1_440)));
    let chair = Draft {
        chair: "主".repeat(101),
        ..filled()
    };
    assert_eq!(fault(&chair, Place::Chair), Some(Fault::TooLong(100)));
    let nobody = Draft {
        audience: Invited::Organisations,
        ..filled()
    };
    assert_eq!(fault(&nobody, Place::Audience), Some(Fault::Missing));
    for (times, wrong) in [
        ("", true),
        ("1", true),
        ("2", false),
        ("26", false),
        ("27", true),
    ] {
        let series = Draft {
            repeat: Repeat::Weekly,
            times: times.to_owned(),
            ..filled()
        };
        assert_eq!(fault(&series, Place::Times).is_some(), wrong, "{times}");
    }
}

#[test]
fn an_edit_without_a_change_is_the_same_plan_with_what_the_form_does_not_show() {
    let draft = Draft {
        kind: ActivityKind::Training,
        study: "180".to_owned(),
        early: "60".to_owned(),
        speaker: "陈强".to_owned(),
        speaker_role: "党校讲师".to_owned(),
        last_day: "2026-12-02".to_owned(),
        audience: Invited::Organisations,
        organisations: [OrganisationId(Uuid::from_u128(9))].into(),
        ..filled()
    };
    let mut plan = draft.plan(Uuid::from_u128(1)).unwrap();
    plan.revises = Some(EntryId(Uuid::from_u128(3)));
    plan.details.held = Some(Held {
        started_at: plan.starts_at,
        ended_at: plan.ends_at,
        minutes: "记录".to_owned(),
    });
    let again = Draft::of(OrganisationId(Uuid::from_u128(7)), &plan);
    assert!(again.revision(&plan).unwrap().says_the_same(&plan));
    assert_eq!(again.revision(&plan).unwrap().revises, None);
}
