//! What the engine sends, when it sends again, and what it makes of answers and refusals.

use std::collections::BTreeSet;

use super::phone::{BRANCH, ROOT, check_in, check_out, feedback, plan};
use super::server::accept;
use super::*;
use crate::client::{Input, NetworkFault, RecordState};
use crate::codes::Code;
use crate::documents::DocumentName;
use crate::ids::DocumentId;
use crate::limits;
use crate::records::{Plan, Record, Standing};
use crate::time::{Quarter, Timestamp};
use crate::wire::{self, Verdict};
use crate::words::Role;

#[test]
fn what_is_entered_is_uploaded_and_then_no_longer_waits() {
    let mut phone = Phone::settled(None);
    assert_eq!(phone.enter(1, check_in()), Ok(()));
    assert_eq!(phone.engine.status().unsent, 1);
    assert_eq!(phone.states(), [(id(1), RecordState::Sending)]);
    phone.answer(|_| {});
    assert_eq!(phone.engine.status().unsent, 0);
    assert_eq!(phone.states(), [(id(1), RecordState::Uploaded)]);
    assert!(!phone.engine.status().busy);
}

#[test]
fn a_second_check_in_is_already_recorded_and_a_check_out_is_not() {
    let mut phone = Phone::settled(None);
    assert_eq!(phone.enter(1, check_in()), Ok(()));
    assert_eq!(phone.enter(2, check_in()), Err(Code::AlreadyRecorded));
    phone.answer(|_| {});
    assert_eq!(phone.enter(3, check_in()), Err(Code::AlreadyRecorded));
    assert_eq!(phone.enter(4, check_out("441200")), Ok(()));
}

#[test]
fn a_check_in_is_welcome_only_while_the_activity_is_open() {
    let plan = || Plan {
        starts_at: plan().starts_at.plus(2 * limits::EARLY_WINDOW_MS),
        ends_at: plan().ends_at.plus(2 * limits::EARLY_WINDOW_MS),
        ..plan()
    };
    let cancelled = Plan {
        standing: Standing::Cancelled {
            reason: "下雨".into(),
        },
        ..plan()
    };
    let over = plan().ends_at.plus(limits::LATE_WINDOW_MS);
    let early = plan().starts_at.plus(-limits::EARLY_WINDOW_MS);
    for (plan, at, answer) in [
        (plan(), early.plus(-1), Err(Code::ActivityNotOpen)),
        (plan(), early, Ok(())),
        (plan(), over, Ok(())),
        (plan(), over.plus(1), Err(Code::ActivityOver)),
        (cancelled, early, Err(Code::ActivityCancelled)),
    ] {
        let mut phone = Phone::knowing(None, plan);
        phone.now = at;
        assert_eq!(phone.enter(1, check_in()), answer);
    }
    let mut stranger = Phone::new();
    assert_eq!(stranger.enter(1, check_in()), Err(Code::ActivityUnknown));
}

#[test]
fn of_three_records_in_one_change_only_the_guilty_one_is_refused() {
    let mut phone = Phone::settled(None);
    phone.fail_once();
    phone.enter(1, feedback("一")).unwrap();
    phone.give(Input::Wake);
    phone.enter(2, check_out("440100")).unwrap();
    phone.enter(3, feedback("三")).unwrap();
    phone.answer(|_| {});
    assert_eq!(phone.offered(), [vec![id(2), id(3)]]);
    phone.answer(|response| response.verdicts = vec![Verdict::Refused(Code::ActivityElsewhere)]);
    assert_eq!(phone.offered(), [vec![id(2)], vec![id(3)]]);
    // The second builds on the first, which is refused: it is sent anew, on its own.
    phone.answer(|response| {
        response.verdicts = vec![
            Verdict::Refused(Code::ActivityElsewhere),
            Verdict::Refused(Code::DependencyMissing),
        ];
    });
    assert_eq!(phone.offered(), [vec![id(3)]]);
    phone.answer(|_| {});
    let refused = RecordState::Refused(Code::ActivityElsewhere);
    assert_eq!(
        phone.states(),
        [
            (id(1), RecordState::Uploaded),
            (id(2), refused),
            (id(3), RecordState::Uploaded),
        ]
    );
    let status = phone.engine.status();
    assert_eq!((status.unsent, status.refused), (0, 1));
    let phone = phone.restart();
    assert_eq!(phone.states()[1], (id(2), refused));
}

#[test]
fn a_change_that_keeps_coming_back_for_its_order_is_refused_in_the_end() {
    let mut phone = Phone::settled(None);
    phone.enter(1, feedback("一")).unwrap();
    for _ in 0..=5 {
        assert_eq!(phone.engine.status().unsent, 1);
        phone.answer(|response| response.verdicts = vec![Verdict::Refused(Code::ChangeOutOfOrder)]);
    }
    let refused = RecordState::Refused(Code::ChangeOutOfOrder);
    assert_eq!(phone.states(), [(id(1), refused)]);
}

#[test]
fn an_answer_that_is_late_repeated_cut_or_somebody_elses_changes_nothing() {
    let mut phone = Phone::settled(None);
    phone.enter(1, feedback("一")).unwrap();
    let first = phone.request().clone();
    phone.now = phone.now.plus(limits::ANSWER_WAIT_MS);
    phone.give(Input::Tick { at: phone.now });
    phone.now = *phone.wakes.last().unwrap();
    phone.give(Input::Tick { at: phone.now });
    assert_ne!(phone.request().exchange, first.exchange);
    assert_eq!(phone.request().changes, first.changes);
    let late = wire::encode(&accept(&first));
    phone.hear(first.exchange, Ok(late.clone()));
    assert_eq!(phone.engine.status().unsent, 1);
    let current = phone.request().clone();
    phone.hear(current.exchange, Ok(late));
    assert_eq!(phone.engine.status().unsent, 1);
    phone.give(Input::Wake);
    let whole = wire::encode(&accept(phone.request()));
    let exchange = phone.request().exchange;
    phone.hear(exchange, Ok(whole[..whole.len() / 2].to_vec()));
    assert_eq!(phone.engine.status().unsent, 1);
    phone.give(Input::Wake);
    phone.answer(|_| {});
    phone.hear(exchange, Ok(whole));
    assert_eq!(phone.engine.status().unsent, 0);
    assert_eq!(phone.states(), [(id(1), RecordState::Uploaded)]);
}

#[test]
fn an_ended_session_is_renewed_and_the_request_sent_again() {
    let mut phone = Phone::settled(None);
    phone.enter(1, feedback("一")).unwrap();
    let offered = phone.request().changes.clone();
    phone.fail(NetworkFault::Refused {
        code: Code::SessionExpired,
        retry_after_ms: None,
    });
    assert_eq!(phone.sign_ins, 1);
    phone.give(Input::SignedIn);
    assert_eq!(phone.request().changes, offered);
    phone.answer(|_| {});
    assert_eq!(phone.engine.status().unsent, 0);
}

#[test]
fn a_new_epoch_brings_back_what_the_backup_lacked() {
    let mut phone = Phone::settled(None);
    phone.enter(1, check_in()).unwrap();
    phone.answer(|_| {});
    phone.enter(2, feedback("二")).unwrap();
    phone.answer(|_| {});
    phone.give(Input::Wake);
    phone.answer(|response| response.epoch = 2);
    // Asked first what it has: everything from its first version.
    assert!(phone.request().changes.is_empty());
    assert!(
        phone
            .request()
            .follows
            .iter()
            .all(|(_, version)| *version == 0)
    );
    assert_eq!(phone.engine.status().unsent, 2);
    assert_eq!(
        phone.engine.activities().len(),
        1,
        "the calendar is shown all along"
    );
    let phone = phone.restart();
    assert_eq!(
        phone.engine.status().unsent,
        2,
        "durable before anything is sent"
    );
    let mut phone = phone;
    // The backup has nothing.
    phone.answer(|response| response.epoch = 2);
    assert_eq!(phone.offered(), [vec![id(1), id(2)]]);
    phone.answer(|response| response.epoch = 2);
    assert_eq!(phone.engine.status().unsent, 0);
}

#[test]
fn what_the_backup_has_is_not_offered_again() {
    let mut phone = Phone::settled(None);
    phone.enter(1, feedback("一")).unwrap();
    let stored = phone.request().changes[0].clone();
    phone.answer(|_| {});
    phone.enter(2, feedback("二")).unwrap();
    phone.answer(|_| {});
    phone.give(Input::Wake);
    phone.answer(|response| response.epoch = 2);
    phone.answer(|response| {
        response.epoch = 2;
        response.documents = vec![wire::DocumentNews {
            document: stored.document,
            version: 1,
            changes: vec![stored.bytes],
        }];
    });
    let offered = phone.request().changes.len();
    assert_eq!(offered, 1);
    assert_eq!(phone.engine.status().unsent, 1);
    phone.answer(|response| response.epoch = 2);
    assert_eq!(
        phone.states(),
        [
            (id(1), RecordState::Uploaded),
            (id(2), RecordState::Uploaded)
        ]
    );
}

fn follows(phone: &Phone) -> BTreeSet<DocumentId> {
    phone.request().follows.iter().map(|(id, _)| *id).collect()
}

fn documents(paths: &[&str], quarters: &[Quarter]) -> BTreeSet<DocumentId> {
    let mut names = Vec::new();
    for quarter in quarters.iter().copied() {
        names.push(DocumentName::Journal {
            member: member(),
            quarter,
        });
        names.extend(paths.iter().map(|path| DocumentName::Calendar {
            organisation: organisation(path).id,
            quarter,
        }));
    }
    names.extend(paths.iter().map(|path| DocumentName::Board {
        organisation: organisation(path).id,
    }));
    names.iter().map(DocumentName::id).collect()
}

#[test]
fn a_member_follows_the_line_a_host_the_roll_calls_and_a_coordinator_the_ledger_as_well() {
    let quarter = now().day().quarter();
    let rollcall = DocumentName::Rollcall {
        organisation: organisation(BRANCH).id,
        activity: activity(),
    };
    let mut expected = documents(&[ROOT, BRANCH], &[quarter]);
    let mut member = Phone::settled(None);
    member.give(Input::Wake);
    assert_eq!(follows(&member), expected);
    expected.insert(rollcall.id());
    let mut host = Phone::settled(Some(Role::Host));
    host.give(Input::Wake);
    assert_eq!(follows(&host), expected);
    let ledger = DocumentName::Ledger {
        organisation: organisation(BRANCH).id,
        quarter,
    };
    expected.insert(ledger.id());
    let mut coordinator = Phone::settled(Some(Role::Coordinator));
    coordinator.give(Input::Wake);
    assert_eq!(follows(&coordinator), expected);
}

#[test]
fn near_the_edge_of_a_quarter_both_are_followed() {
    let mut phone = Phone::settled(None);
    phone.now = Timestamp(crate::time::Day::of(2026, 12, 25).start().0);
    phone.give(Input::Wake);
    let quarter = now().day().quarter();
    let expected = documents(&[ROOT, BRANCH], &[quarter, quarter.next()]);
    assert_eq!(follows(&phone), expected);
}

#[test]
fn what_the_owner_may_no_longer_read_is_forgotten_and_the_record_kept_with_its_reason() {
    let mut phone = Phone::settled(Some(Role::Coordinator));
    phone.enter(1, Record::Plan(plan())).unwrap();
    let calendar = phone.request().changes[0].document;
    phone.answer(|response| {
        response.verdicts = vec![Verdict::Refused(Code::ChangeForbidden)];
        response.forget = vec![calendar.id()];
    });
    let view = phone.engine.records().remove(0);
    assert_eq!(view.state, RecordState::Refused(Code::ChangeForbidden));
    assert_eq!(phone.engine.status().unsent, 0);
}
