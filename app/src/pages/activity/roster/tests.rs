use shared::api::{ActivitySummary, ExpectedPerson, OrganisationSummary};
use shared::directory::{City, Member, Organisation};
use shared::ids::{ActivityId, AreaCode, DeviceId, OrganisationPath};
use shared::project::Proof;
use shared::reconcile::{Basis, Decision, Piece, Tally};
use shared::records::{Details, Mark, MarkEntry, Plan, Standing};
use shared::time::Day;
use shared::words::{ActivityKind, OrganisationKind};
use uuid::Uuid;

use super::*;

fn expected(mark: Option<MarkKind>, attendance: Option<Attendance>) -> Person {
    let outcome = |attendance| Outcome {
        activity: ActivityId(Uuid::nil()),
        member: MemberId(Uuid::nil()),
        organisation: OrganisationId(Uuid::nil()),
        day: Day(0),
        attendance,
        grade: None,
        confirmation: Confirmation::Waiting,
        evidence: vec![Piece {
            entry: EntryId(Uuid::nil()),
            device: DeviceId(Uuid::nil()),
            source: Source::Claim(Basis::SelfReport),
            recorded_at: Timestamp(7),
            note: None,
            installation: None,
        }],
        flags: Vec::new(),
        decision: None,
        objection: None,
        left_at: None,
        study_minutes: 0,
    };
    Person {
        id: MemberId(Uuid::nil()),
        name: String::new(),
        branch: String::new(),
        place: Place::Expected,
        mark: mark.map(|kind| (kind, RecordState::Saved)),
        outcome: attendance.map(outcome),
    }
}

#[test]
fn a_mark_against_a_claim_is_a_dispute_before_the_server_says_so() {
    for kind in [MarkKind::Absent, MarkKind::Excused] {
        let person = expected(Some(kind), Some(Attendance::Present));
        assert_eq!(person.attendance(), Some(Attendance::Disputed));
    }
    let settled = expected(Some(MarkKind::Present), Some(Attendance::Disputed));
    assert_eq!(settled.attendance(), Some(Attendance::Present));
}

#[test]
fn everybody_is_counted_once() {
    let roster = [
        expected(None, None),
        expected(Some(MarkKind::Present), None),
        expected(Some(MarkKind::Late), None),
        expected(None, Some(Attendance::Present)),
        expected(Some(MarkKind::Excused), None),
        expected(Some(MarkKind::Absent), None),
        expected(Some(MarkKind::Absent), Some(Attendance::Present)),
    ];
    let counts = counts(&roster);
    assert_eq!((counts.expected, counts.present, counts.excused), (7, 3, 1));
    assert_eq!((counts.absent, counts.disputed, counts.unknown), (1, 1, 1));
}

#[test]
fn a_claim_alone_is_not_marked() {
    let roster = [
        expected(None, Some(Attendance::Present)),
        expected(Some(MarkKind::Late), None),
    ];
    assert_eq!(counts(&roster).marked, 1);
}

#[test]
fn only_what_waits_and_is_not_marked_is_to_be_confirmed() {
    let waiting = expected(None, Some(Attendance::Late));
    assert_eq!(waiting.to_confirm(), Some(MarkKind::Late));
    let marked = expected(Some(MarkKind::Present), Some(Attendance::Late));
    assert_eq!(marked.to_confirm(), None);
    assert_eq!(expected(None, None).to_confirm(), None);
}

#[test]
fn a_guest_is_counted_apart_and_only_when_they_came() {
    let guest = |kind| Person {
        place: Place::Guest,
        ..expected(Some(kind), None)
    };
    let roster = [
        guest(MarkKind::Present),
        guest(MarkKind::Absent),
        expected(Some(MarkKind::Late), None),
    ];
    let counts = counts(&roster);
    assert_eq!((counts.expected, counts.present, counts.guests), (1, 1, 1));
}

#[test]
fn what_a_coordinator_decided_stands_over_the_mark() {
    let mut person = expected(Some(MarkKind::Absent), Some(Attendance::Present));
    let outcome = person.outcome.as_mut().unwrap();
    outcome.decision = Some(Decision {
        ruling: EntryId(Uuid::nil()),
        by: MemberId(Uuid::nil()),
        signed_by: String::new(),
        at: Timestamp(0),
        reason: String::new(),
    });
    assert_eq!(person.attendance(), Some(Attendance::Present));
}

#[test]
fn leave_is_asked_until_a_host_has_answered() {
    let mut person = expected(None, Some(Attendance::LeaveAsked));
    let piece = &mut person.outcome.as_mut().unwrap().evidence[0];
    (piece.source, piece.note) = (Source::Leave, Some("看病".to_owned()));
    assert_eq!(person.leave_asked().as_deref(), Some("看病"));
    person.mark = Some((MarkKind::Excused, RecordState::Saved));
    assert_eq!(person.leave_asked(), None);
}

#[test]
fn the_expected_are_those_of_the_audience_and_those_whom_the_server_names() {
    let world = World::new();
    let names = |audience: &Audience, marks: &[MarkRow], list: Option<&AttendanceList>| {
        let people = roster(Sources {
            slice: &world.slice,
            organisation: organisation(1),
            audience,
            marks,
            records: &[],
            list,
        });
        people
            .into_iter()
            .map(|person| (person.name, person.place))
            .collect::<Vec<_>>()
    };
    let one = |name: &str, place| (name.to_owned(), place);
    let both = [one("甲", Place::Expected), one("乙", Place::Expected)];
    let mut sorted = both.to_vec();
    sorted.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(names(&Audience::Everybody, &[], None), sorted);
    let named = Audience::Organisations(vec![organisation(3)]);
    assert_eq!(names(&named, &[], None), [one("乙", Place::Expected)]);
    let seen = [mark(1, 1, MarkKind::Present)];
    let walked_in = [one("乙", Place::Expected), one("甲", Place::Guest)];
    assert_eq!(names(&named, &seen, None), walked_in);
    let invited = [mark(1, 1, MarkKind::Expected)];
    assert_eq!(
        names(&Audience::Invitation, &invited, None),
        [one("甲", Place::Expected)]
    );
    assert!(names(&Audience::Invitation, &[], None).is_empty());
    let list = world.list();
    let told = names(&named, &[], Some(&list));
    assert!(told.contains(&one("丙", Place::Expected)), "{told:?}");
}

fn organisation(number: u128) -> OrganisationId {
    OrganisationId(Uuid::from_u128(number))
}

fn mark(id: u128, member: u128, kind: MarkKind) -> MarkRow {
    MarkRow {
        id: EntryId(Uuid::from_u128(id)),
        organisation: organisation(1),
        by: MemberId(Uuid::nil()),
        device: DeviceId(Uuid::nil()),
        recorded_at: Timestamp(0),
        mark: Mark {
            activity: ActivityId(Uuid::nil()),
            member: MemberId(Uuid::from_u128(member)),
            kind,
            corrects: None,
            entered: MarkEntry::Seen,
            witness: None,
        },
        proof: Proof::Unasked,
    }
}

/// A committee, 1, with two branches, 2 and 3, and one member in each: 甲 and 乙.
struct World {
    slice: DirectorySlice,
}

impl World {
    fn new() -> Self {
        let area = AreaCode::parse("441200").unwrap();
        let unit = |number: u128, path: &str| Organisation {
            id: organisation(number),
            path: OrganisationPath::parse(path).unwrap(),
            name: format!("组织{number}"),
            kind: OrganisationKind::Branch,
            area: area.clone(),
        };
        let member = |number: u128, name: &str, branch| Member {
            id: MemberId(Uuid::from_u128(number)),
            name: name.to_owned(),
            branch: organisation(branch),
            phone_masked: None,
        };
        let slice = DirectorySlice {
            city: City {
                code: area.clone(),
                name: String::new(),
                demo: false,
            },
            owner: member(1, "甲", 2),
            grants: Vec::new(),
            organisations: vec![unit(1, "001"), unit(2, "001001"), unit(3, "001002")],
            areas: Vec::new(),
            venues: Vec::new(),
            members: vec![member(1, "甲", 2), member(2, "乙", 3)],
            teams: Vec::new(),
        };
        Self { slice }
    }

    /// The server's list, which knows of somebody who is not on the phone.
    fn list(&self) -> AttendanceList {
        let seed = Uuid::nil();
        let plan = Plan {
            activity: ActivityId::of(organisation(1), seed),
            seed,
            revises: None,
            kind: ActivityKind::Lecture,
            topic: "讲".to_owned(),
            speaker: None,
            venue: None,
            starts_at: Timestamp(0),
            ends_at: Timestamp(1),
            campaign: None,
            standing: Standing::Planned,
            details: Details::default(),
        };
        AttendanceList {
            activity: ActivitySummary {
                activity: plan.activity,
                topic: plan.topic.clone(),
                starts_at: plan.starts_at,
                ends_at: plan.ends_at,
                cancelled: false,
                tally: Tally::default(),
            },
            plan,
            organisation: OrganisationSummary {
                id: organisation(1),
                name: self.slice.organisations[0].name.clone(),
                kind: OrganisationKind::Committee,
                place: Vec::new(),
            },
            venue: None,
            rows: Vec::new(),
            expected: vec![ExpectedPerson {
                member: MemberId(Uuid::from_u128(9)),
                name: "丙".to_owned(),
                branch: String::new(),
            }],
            visitors: Vec::new(),
            names: BTreeMap::new(),
        }
    }
}
