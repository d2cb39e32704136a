//! `reconcile` and `activities` are functions of what was said and not of the order in which it came,
//! and nobody who counted as present ceases to count in silence.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_bytes::ByteArray;
use shared::ids::{ActivityId, DeviceId, EntryId, MemberId, OrganisationId};
use shared::project::{ClaimRow, HostKeyRow, MarkRow, PlanRow, Proof, RulingRow, Said, activities};
use shared::reconcile::{Attendance, Case, Confirmation, Flag, Outcome, reconcile};
use shared::records::{Details, Evidence, Mark, MarkEntry, Plan, Ruling, Scan, Standing, Witness};
use shared::time::{Day, HOUR_MS, MINUTE_MS, Timestamp};
use shared::words::{ActivityKind, Grade, MarkKind};
use uuid::Uuid;

/// Everything that can be said of one member at one activity, each piece as it arrives.
#[derive(Clone, Debug)]
enum Word {
    Plan(PlanRow),
    HostKey(HostKeyRow),
    Claim(ClaimRow),
    Mark(MarkRow),
    Ruling(RulingRow),
}

const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(0xf1));
const MEMBER: MemberId = MemberId(Uuid::from_u128(0xe9));

fn start() -> Timestamp {
    Day::of(2026, 11, 22).start().plus(10 * HOUR_MS)
}

fn minute(minutes: i64) -> Timestamp {
    start().plus(minutes * MINUTE_MS)
}

fn activity_id() -> ActivityId {
    ActivityId(Uuid::from_u128(0xa1))
}

fn entry_id(number: u128) -> EntryId {
    EntryId(Uuid::from_u128(0xc000 + number))
}

fn host(number: u128) -> DeviceId {
    DeviceId(Uuid::from_u128(0xd0 + number))
}

fn person(number: u128) -> MemberId {
    MemberId(Uuid::from_u128(0xe0 + number))
}

fn plan(number: u128, revises: Option<u128>, shift_minutes: i64, cancelled: bool) -> PlanRow {
    PlanRow {
        id: entry_id(number),
        organisation: ORGANISATION,
        by: person(1),
        recorded_at: minute(-600 + i64::try_from(number).unwrap()),
        plan: Plan {
            activity: activity_id(),
            seed: Uuid::nil(),
            revises: revises.map(entry_id),
            kind: ActivityKind::Lecture,
            topic: "初心讲坛".into(),
            speaker: None,
            venue: None,
            starts_at: minute(shift_minutes),
            ends_at: minute(shift_minutes + 60),
            campaign: None,
            standing: if cancelled {
                Standing::Cancelled {
                    reason: "下雨".into(),
                }
            } else {
                Standing::Planned
            },
            details: Details::default(),
        },
    }
}

fn host_key(number: u128, device: u128, revoked_at: Option<Timestamp>) -> HostKeyRow {
    HostKeyRow {
        id: entry_id(number),
        organisation: ORGANISATION,
        device: host(device),
        public_key: ByteArray::new([4; 65]),
        proof: Proof::Valid,
        revoked_at,
    }
}

fn claim(number: u128, said: Said, at: Timestamp) -> ClaimRow {
    ClaimRow {
        id: entry_id(number),
        member: MEMBER,
        device: DeviceId(Uuid::from_u128(0xb0)),
        activity: activity_id(),
        organisation: ORGANISATION,
        said,
        recorded_at: at,
        installation: None,
        received_at: None,
        proof: Proof::Unasked,
        out_of_order: false,
    }
}

/// A scan of a code of host `device` that was made at `issued_at`, read at `at` and received then.
fn scan(number: u128, device: u128, issued_at: Timestamp, at: Timestamp) -> ClaimRow {
    let scan = Scan {
        host: host(device),
        counter: 1,
        issued_at,
        nonce: ByteArray::new([1; 8]),
        signature: ByteArray::new([2; 64]),
    };
    ClaimRow {
        received_at: Some(at),
        proof: Proof::Valid,
        ..claim(number, Said::CheckIn(Evidence::Scan(scan)), at)
    }
}

fn mark(number: u128, by: u128, kind: MarkKind, corrects: Option<u128>) -> MarkRow {
    MarkRow {
        id: entry_id(number),
        organisation: ORGANISATION,
        by: person(by),
        device: host(by),
        recorded_at: start(),
        mark: Mark {
            activity: activity_id(),
            member: MEMBER,
            kind,
            corrects: corrects.map(entry_id),
            entered: MarkEntry::Seen,
            witness: None,
        },
        proof: Proof::Unasked,
    }
}

fn ruling(number: u128, decision: MarkKind, settles: &[u128]) -> RulingRow {
    RulingRow {
        id: entry_id(number),
        organisation: ORGANISATION,
        by: person(3),
        device: host(3),
        recorded_at: minute(300 + i64::try_from(number).unwrap()),
        ruling: Ruling {
            activity: activity_id(),
            member: MEMBER,
            decision,
            reason: "看过签到表".into(),
            settles: settles.iter().copied().map(entry_id).collect(),
            signed_by: "王书记".into(),
        },
    }
}

fn outcome(said: &[Word]) -> Option<Outcome> {
    let (mut plans, mut keys, mut claims) = (Vec::new(), Vec::new(), Vec::new());
    let (mut marks, mut rulings) = (Vec::new(), Vec::new());
    for one in said.iter().cloned() {
        match one {
            Word::Plan(row) => plans.push(row),
            Word::HostKey(row) => keys.push(row),
            Word::Claim(row) => claims.push(row),
            Word::Mark(row) => marks.push(row),
            Word::Ruling(row) => rulings.push(row),
        }
    }
    let activities = activities(plans);
    reconcile(Case {
        activity: activities.get(&activity_id()),
        host_keys: &keys,
        claims: &claims,
        marks: &marks,
        rulings: &rulings,
    })
}

fn counted(outcome: Option<&Outcome>) -> i64 {
    outcome.map_or(0, |outcome| outcome.tally().attendances)
}

/// Plans that revise one another, now at another time, now called off.
fn plans() -> impl Strategy<Value = Vec<Word>> {
    let one = (
        prop::option::of(0_u128..3),
        select(vec![0, 0, 0, 240]),
        any::<bool>(),
    );
    prop::collection::vec(one, 0..4).prop_map(|plans| {
        let numbered = (0_u128..).zip(plans);
        numbered
            .map(|(number, (revises, shift, cancelled))| {
                let revises = revises.filter(|revised| *revised < number);
                let cancelled = cancelled && number != 0;
                Word::Plan(plan(number, revises, shift, cancelled))
            })
            .collect()
    })
}

fn host_keys() -> impl Strategy<Value = Vec<Word>> {
    let revoked = prop::option::of(-60_i64..120);
    (revoked, any::<bool>(), any::<bool>()).prop_map(|(revoked, first, second)| {
        let mut keys = Vec::new();
        if first {
            let revoked_at = revoked.map(minute);
            keys.push(Word::HostKey(host_key(10, 1, revoked_at)));
            keys.push(Word::HostKey(host_key(11, 1, revoked_at)));
        }
        if second {
            keys.push(Word::HostKey(host_key(12, 2, None)));
        }
        keys
    })
}

/// Check-ins from before the early window to after the late one, scans good and bad, leave and
/// objections.
fn claims() -> impl Strategy<Value = Vec<Word>> {
    let one = (-60_i64..400, 0_u32..6, 1_u128..4, -5_i64..5);
    prop::collection::vec(one, 0..5).prop_map(|claims| {
        let numbered = (20_u128..).zip(claims);
        numbered
            .map(|(number, (minutes, kind, device, age))| {
                let at = minute(minutes);
                let row = match kind {
                    0 => claim(number, Said::CheckOut(Evidence::SelfReport), at),
                    1 => claim(number, Said::Leave("出差".into()), at),
                    2 => claim(number, Said::Objection("我到了".into()), at),
                    3 => claim(number, Said::CheckIn(Evidence::SelfReport), at),
                    4 => scan(number, device, at.plus(-age * MINUTE_MS), at),
                    _ => ClaimRow {
                        proof: Proof::Invalid,
                        ..scan(number, device, at, at)
                    },
                };
                Word::Claim(row)
            })
            .collect()
    })
}

/// Marks of every kind by two hosts, some of which correct earlier ones or each other in circles.
fn marks(circles: bool) -> impl Strategy<Value = Vec<Word>> {
    let one = (
        select(MarkKind::ALL.to_vec()),
        prop::option::of(0_u128..5),
        1_u128..3,
        any::<bool>(),
    );
    prop::collection::vec(one, 0..5).prop_map(move |marks| {
        let numbered = (0_u128..).zip(marks);
        numbered
            .map(|(number, (kind, corrects, by, answered))| {
                let corrects = corrects.filter(|corrected| circles || *corrected < number);
                let corrects = corrects.map(|corrected| 40 + corrected);
                let mut row = mark(40 + number, by, kind, corrects);
                if answered && matches!(kind, MarkKind::Present | MarkKind::Late) {
                    row.mark.witness = Some(witness(5_000));
                    row.proof = Proof::Valid;
                }
                Word::Mark(row)
            })
            .collect()
    })
}

fn witness(age_ms: i64) -> Witness {
    Witness {
        claim: entry_id(20),
        device: DeviceId(Uuid::from_u128(0xb0)),
        counter: 1,
        nonce: ByteArray::new([1; 8]),
        age_ms,
        signature: ByteArray::new([3; 64]),
    }
}

/// Rulings that name some of what there is, and one another.
fn rulings() -> impl Strategy<Value = Vec<Word>> {
    let known: Vec<u128> = (20..25).chain(40..45).chain(60..62).collect();
    let decisions = [
        MarkKind::Present,
        MarkKind::Absent,
        MarkKind::Excused,
        MarkKind::MadeUp,
    ];
    let one = (select(decisions.to_vec()), subsequence(known, 0..6));
    prop::collection::vec(one, 0..3).prop_map(|rulings| {
        let numbered = (60_u128..).zip(rulings);
        numbered
            .map(|(number, (decision, settles))| {
                let settles: Vec<u128> = settles.into_iter().filter(|id| *id < number).collect();
                Word::Ruling(ruling(number, decision, &settles))
            })
            .collect()
    })
}

fn everything(circles: bool) -> impl Strategy<Value = Vec<Word>> {
    (plans(), host_keys(), claims(), marks(circles), rulings()).prop_map(
        |(plans, keys, claims, marks, rulings)| [plans, keys, claims, marks, rulings].concat(),
    )
}

/// The list in another order, with some of it twice.
fn stirred(said: Vec<Word>) -> impl Strategy<Value = Vec<Word>> {
    let again = 0..=said.len();
    subsequence(said.clone(), again).prop_flat_map(move |again| {
        let mut all = said.clone();
        all.extend(again);
        Just(all).prop_shuffle()
    })
}

/// Tells whether a mark takes back what the same person said.
fn takes_back_the_own(said: &[Word], row: &MarkRow) -> bool {
    said.iter().any(|one| match one {
        Word::Mark(other) => row.mark.corrects == Some(other.id) && row.by == other.by,
        Word::Plan(_) | Word::HostKey(_) | Word::Claim(_) | Word::Ruling(_) => false,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6_000))]

    #[test]
    fn the_outcome_is_the_same_in_any_order_and_with_repetitions(
        (said, stirred) in everything(true)
            .prop_flat_map(|said| (Just(said.clone()), stirred(said)))
    ) {
        prop_assert_eq!(outcome(&said), outcome(&stirred));
    }

    /// A new word never takes a person away in silence: there is a dispute, or who marked took the
    /// own mark back, or a coordinator decided and says why.
    #[test]
    fn nobody_ceases_to_count_as_present_in_silence(
        said in everything(false).prop_flat_map(|said| Just(said).prop_shuffle())
    ) {
        for number in 0..said.len() {
            let fewer = outcome(&said[..number]);
            let more = outcome(&said[..=number]);
            if counted(fewer.as_ref()) <= counted(more.as_ref()) {
                continue;
            }
            let seen = more.as_ref().is_some_and(|outcome| {
                outcome.attendance == Attendance::Disputed || outcome.decision.is_some()
            });
            let own = match &said[number] {
                Word::Mark(row) => takes_back_the_own(&said[..=number], row)
                    // The correction came before what it corrects.
                    || said[..number].iter().any(|one| matches!(
                        one, Word::Mark(other) if other.mark.corrects == Some(row.id) && other.by == row.by
                    )),
                Word::Plan(_) | Word::HostKey(_) | Word::Claim(_) | Word::Ruling(_) => false,
            };
            prop_assert!(seen || own, "{:?}\nbecame {:?}\nby {:?}", fewer, more, said[number]);
        }
    }

    #[test]
    fn every_word_is_named_as_evidence_and_one_person_counts_once(said in everything(true)) {
        let found = outcome(&said);
        if let Some(outcome) = &found {
            let mut expected: Vec<EntryId> = said
                .iter()
                .filter_map(|one| match one {
                    Word::Claim(row) => Some(row.id),
                    Word::Mark(row) => Some(row.id),
                    Word::Ruling(row) => Some(row.id),
                    Word::Plan(_) | Word::HostKey(_) => None,
                })
                .collect();
            expected.sort();
            let mut named: Vec<EntryId> =
                outcome.evidence.iter().map(|piece| piece.entry).collect();
            named.sort();
            prop_assert_eq!(named, expected);
            let tally = outcome.tally();
            prop_assert_eq!(tally.grades.iter().sum::<i64>(), tally.attendances);
            prop_assert!((0..=1).contains(&tally.attendances));
            if outcome.attendance == Attendance::Disputed {
                prop_assert_eq!(outcome.confirmation, Confirmation::Waiting);
            }
        }
    }

    #[test]
    fn the_plan_in_force_is_the_same_in_any_order(
        (rows, stirred) in prop::collection::vec((prop::option::of(0_u128..8), 0_i64..4), 0..8)
            .prop_map(|plans| (0..)
                .zip(plans)
                .map(|(number, (revises, shift))| plan(number, revises, shift, number % 5 == 4))
                .collect::<Vec<_>>())
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
    ) {
        let plain = activities(rows.clone());
        prop_assert_eq!(&plain, &activities(stirred));
        // Every planned activity is shown, by one plan of its own.
        if let Some(shown) = plain.get(&activity_id()) {
            prop_assert!(shown.contested.iter().all(|row| row.id != shown.current.id));
            prop_assert_eq!(shown.former.len() + 1, rows.len());
        }
    }
}

fn held() -> Word {
    Word::Plan(plan(0, None, 0, false))
}

/// What an outcome says in one line.
fn line(said: &[Word]) -> String {
    let Some(outcome) = outcome(said) else {
        return "nothing".into();
    };
    format!(
        "{:?} {} {:?} {:?}",
        outcome.attendance,
        outcome.grade.map_or("-", Grade::as_str),
        outcome.confirmation,
        outcome.flags,
    )
}

#[test]
fn evidence_is_graded_as_the_design_says() {
    let key = || Word::HostKey(host_key(10, 1, None));
    let fresh = scan(20, 1, minute(1), minute(1).plus(20_000));
    let late = ClaimRow {
        received_at: Some(minute(90)),
        ..fresh.clone()
    };
    let forwarded = scan(20, 1, minute(1), minute(9));
    let forged = ClaimRow {
        proof: Proof::Invalid,
        ..fresh.clone()
    };
    let revoked = Word::HostKey(host_key(10, 1, Some(minute(-60))));
    let mut witnessed = mark(40, 1, MarkKind::Present, None);
    witnessed.mark.witness = Some(witness(59_000));
    witnessed.proof = Proof::Valid;
    let mut stale = witnessed.clone();
    stale.mark.witness = Some(witness(61_000));
    let mut swapped = witnessed.clone();
    swapped.proof = Proof::Invalid;
    let typed = claim(20, Said::CheckIn(Evidence::Typed { digits: 7 }), minute(1));
    let early = scan(20, 1, minute(1 + 120), minute(1));
    let table = [
        (
            "witnessed within a minute",
            vec![held(), Word::Mark(witnessed)],
        ),
        ("witnessed later", vec![held(), Word::Mark(stale)]),
        (
            "answered by another device",
            vec![held(), Word::Mark(swapped)],
        ),
        (
            "scanned and sent at once",
            vec![held(), key(), Word::Claim(fresh.clone())],
        ),
        (
            "scanned and sent later",
            vec![held(), key(), Word::Claim(late)],
        ),
        (
            "scanned from a forwarded photo",
            vec![held(), key(), Word::Claim(forwarded)],
        ),
        (
            "scanned, and the host's clock two hours ahead",
            vec![held(), key(), Word::Claim(early)],
        ),
        (
            "a code that the host did not make",
            vec![held(), key(), Word::Claim(forged)],
        ),
        (
            "a code of somebody who does not host here",
            vec![held(), Word::Claim(fresh.clone())],
        ),
        (
            "a code of a host who was revoked",
            vec![held(), revoked, Word::Claim(fresh)],
        ),
        ("six digits, typed", vec![held(), Word::Claim(typed)]),
        (
            "marked without a code",
            vec![held(), Word::Mark(mark(40, 1, MarkKind::Late, None))],
        ),
    ];
    let lines: Vec<String> = table
        .iter()
        .map(|(what, said)| format!("{what}: {}", line(said)))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn what_people_say_after_each_other_becomes_what_it_should() {
    let here = || Word::Claim(claim(20, Said::CheckIn(Evidence::SelfReport), minute(1)));
    let leave = || Word::Claim(claim(21, Said::Leave("出差".into()), minute(-200)));
    let objects = || Word::Claim(claim(22, Said::Objection("我到了".into()), minute(500)));
    let marked = |number, kind, corrects| Word::Mark(mark(number, 1, kind, corrects));
    let ruled = |settles: &[u128]| Word::Ruling(ruling(60, MarkKind::Absent, settles));
    let moved = || Word::Plan(plan(1, Some(0), 24 * 60, false));
    let cancelled = || Word::Plan(plan(1, Some(0), 0, true));
    let table = [
        (
            "invited",
            vec![held(), marked(40, MarkKind::Expected, None)],
        ),
        ("asks for leave", vec![held(), leave()]),
        (
            "asks for leave and is excused",
            vec![held(), leave(), marked(40, MarkKind::Excused, None)],
        ),
        ("asks for leave and comes", vec![held(), leave(), here()]),
        (
            "absent, and made up for it",
            vec![
                held(),
                marked(40, MarkKind::Absent, None),
                marked(41, MarkKind::MadeUp, Some(40)),
            ],
        ),
        (
            "says here, host says absent",
            vec![held(), here(), marked(40, MarkKind::Absent, None)],
        ),
        (
            "the same, settled",
            vec![
                held(),
                here(),
                marked(40, MarkKind::Absent, None),
                ruled(&[20, 40]),
            ],
        ),
        (
            "the same, and objects",
            vec![
                held(),
                here(),
                marked(40, MarkKind::Absent, None),
                ruled(&[20, 40]),
                objects(),
            ],
        ),
        (
            "the same, answered",
            vec![
                held(),
                here(),
                marked(40, MarkKind::Absent, None),
                objects(),
                ruled(&[20, 22, 40]),
            ],
        ),
        (
            "settled without the check-in that came later",
            vec![
                held(),
                marked(40, MarkKind::Absent, None),
                ruled(&[40]),
                here(),
            ],
        ),
        ("objects to being forgotten", vec![held(), objects()]),
        (
            "came by the time before it was moved",
            vec![held(), here(), moved()],
        ),
        (
            "came, and then it was called off",
            vec![held(), here(), cancelled()],
        ),
        (
            "asked for leave, and it was called off",
            vec![held(), leave(), cancelled()],
        ),
        (
            "a mark taken back by who made it",
            vec![
                held(),
                marked(40, MarkKind::Present, None),
                marked(41, MarkKind::Withdrawn, Some(40)),
            ],
        ),
        (
            "a mark taken back by another",
            vec![
                held(),
                marked(40, MarkKind::Present, None),
                Word::Mark(mark(41, 2, MarkKind::Absent, Some(40))),
            ],
        ),
        (
            "a correction taken back",
            vec![
                held(),
                marked(40, MarkKind::Present, None),
                Word::Mark(mark(41, 2, MarkKind::Absent, Some(40))),
                Word::Mark(mark(42, 2, MarkKind::Withdrawn, Some(41))),
            ],
        ),
    ];
    let lines: Vec<String> = table
        .iter()
        .map(|(what, said)| format!("{what}: {}", line(said)))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_roll_call_of_another_organisation_says_nothing_about_an_activity() {
    let came = Word::Claim(claim(20, Said::CheckIn(Evidence::SelfReport), minute(1)));
    let mut elsewhere = mark(40, 1, MarkKind::Absent, None);
    elsewhere.organisation = OrganisationId(Uuid::from_u128(0xf2));
    let mut ruled = ruling(60, MarkKind::Absent, &[20]);
    ruled.organisation = elsewhere.organisation;
    let without = outcome(&[held(), came.clone()]);
    assert_eq!(counted(without.as_ref()), 1);
    let with = outcome(&[held(), came, Word::Mark(elsewhere), Word::Ruling(ruled)]);
    assert_eq!(with, without);
}

#[test]
fn a_forwarded_code_is_kept_at_grade_c_with_its_flag() {
    let key = Word::HostKey(host_key(10, 1, None));
    let forwarded = Word::Claim(scan(20, 1, minute(1), minute(9)));
    let found = outcome(&[held(), key, forwarded]).unwrap();
    assert_eq!(
        (found.attendance, found.grade),
        (Attendance::Late, Some(Grade::C))
    );
    assert_eq!(found.flags, [Flag::CodeStale]);
    assert_eq!(found.confirmation, Confirmation::Waiting);
}

#[test]
fn an_invitation_that_was_taken_back_says_so_until_there_is_another() {
    let marked = |number, kind, corrects| Word::Mark(mark(number, 1, kind, corrects));
    let invited = || marked(40, MarkKind::Expected, None);
    let taken_back = || marked(41, MarkKind::Withdrawn, Some(40));
    let again = || marked(42, MarkKind::Expected, None);
    let is_taken_back = |said: &[Word]| outcome(said).unwrap().is_taken_back();
    assert!(!is_taken_back(&[held(), invited()]));
    assert!(is_taken_back(&[held(), invited(), taken_back()]));
    assert!(!is_taken_back(&[held(), invited(), taken_back(), again()]));
    let came = Word::Claim(claim(20, Said::CheckIn(Evidence::SelfReport), minute(1)));
    assert!(!is_taken_back(&[held(), invited(), taken_back(), came]));
}
