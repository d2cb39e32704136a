//! Records that the server will not have, among good ones: none stands in another's way.

use std::collections::BTreeSet;

use super::phone::{BRANCH, check_in, check_out, feedback, plan};
use super::server::Server;
use super::*;
use crate::client::{Input, RecordState};
use crate::codes::Code;
use crate::documents::DocumentName;
use crate::ids::ActivityId;
use crate::records::{Claim, Mark, MarkEntry, Plan, Record};
use crate::words::{MarkKind, Role};

/// A plan that passes the phone and not the server: in a quarter it does not start in.
fn mark(number: u128, corrects: Option<u128>) -> Record {
    Record::Mark(Mark {
        activity: activity(),
        member: crate::ids::MemberId(uuid::Uuid::from_u128(0xe000 + number)),
        kind: MarkKind::Present,
        corrects: corrects.map(id),
        entered: MarkEntry::Seen,
        witness: None,
    })
}

fn another_plan(number: u128) -> Record {
    let seed = uuid::Uuid::from_u128(0xa000 + number);
    Record::Plan(Plan {
        activity: ActivityId::of(organisation(BRANCH).id, seed),
        seed,
        ..plan()
    })
}

/// Enters good records and poison in three documents and returns the numbers of the poison.
fn enter_all(phone: &mut Phone) -> BTreeSet<u128> {
    let mut poison = BTreeSet::new();
    for number in 1..=36 {
        let record = match number % 9 {
            2 | 5 => {
                poison.insert(number);
                check_out("440100")
            }
            // It corrects itself.
            7 => {
                poison.insert(number);
                mark(number, Some(number))
            }
            0 | 3 => mark(number, None),
            1 | 8 => another_plan(number),
            _ => feedback(&format!("第{number}条")),
        };
        assert_eq!(phone.enter(number, record), Ok(()), "{number}");
        if phone.engine.status().busy && number % 4 == 0 {
            phone.fail(crate::client::NetworkFault::Unreachable);
        }
    }
    poison
}

#[test]
fn every_good_record_arrives_although_answers_are_lost_and_every_poison_one_stays_with_its_reason()
{
    for losses in [0, 1, 3, 7] {
        let mut server = Server::of_coordinators();
        let mut phone = Phone::settled(Some(Role::Coordinator));
        phone.fail_once();
        let poison = enter_all(&mut phone);
        phone.give(Input::Wake);
        for round in 0..losses {
            server.serve_and_lose(&mut phone, now());
            if round % 3 == 2 {
                phone = phone.restart();
            }
        }
        server.serve(&mut phone, now());
        let status = phone.engine.status();
        assert_eq!((status.unsent, status.refused), (0, poison.len()));
        let stored: BTreeSet<_> = server.entries().into_keys().collect();
        for number in 1..=36 {
            let is_poison = poison.contains(&number);
            assert_eq!(
                stored.contains(&id(number)),
                !is_poison,
                "{number} after {losses}"
            );
        }
        for (of, state) in phone.states() {
            let expected = match poison.iter().find(|number| id(**number) == of) {
                Some(number) if number % 9 == 7 => RecordState::Refused(Code::EntryMalformed),
                Some(_) => RecordState::Refused(Code::ActivityElsewhere),
                None => RecordState::Uploaded,
            };
            assert_eq!(state, expected, "{of} after {losses}");
        }
        // What is entered behind them goes at once.
        phone.enter(99, feedback("后来")).unwrap();
        server.serve(&mut phone, now());
        assert!(server.entries().contains_key(&id(99)));
    }
}

#[test]
fn a_refused_record_is_edited_and_the_edited_one_takes_its_place() {
    let mut server = Server::new();
    let mut phone = Phone::settled(None);
    phone.enter(1, check_out("440100")).unwrap();
    server.serve(&mut phone, now());
    assert_eq!(phone.engine.status().refused, 1);
    let amend = |number: u128, record: Record| Input::Amend {
        refused: id(1),
        id: id(number),
        record,
    };
    // What the phone itself would not take changes nothing.
    let empty = Record::Claim(Claim::Feedback {
        text: String::new(),
    });
    phone.give(amend(2, empty));
    assert_eq!(
        phone.answers.last(),
        Some(&(id(2), Err(Code::EntryMalformed)))
    );
    assert_eq!(phone.engine.status().refused, 1);
    phone.give(amend(3, check_out("441200")));
    assert_eq!(phone.answers.last(), Some(&(id(3), Ok(()))));
    let mut phone = phone.restart();
    server.serve(&mut phone, now());
    assert_eq!(phone.states(), [(id(3), RecordState::Uploaded)]);
    assert_eq!(server.entries().into_keys().collect::<Vec<_>>(), [id(3)]);
    // Only what was refused can be edited.
    phone.give(Input::Amend {
        refused: id(3),
        id: id(4),
        record: check_in(),
    });
    assert_eq!(phone.answers.last(), Some(&(id(4), Err(Code::NotFound))));
}

#[test]
fn an_edit_that_the_disk_does_not_take_leaves_the_refused_record() {
    let mut server = Server::new();
    let mut phone = Phone::settled(None);
    phone.enter(1, check_out("440100")).unwrap();
    server.serve(&mut phone, now());
    phone.failing = Some(crate::client::StorageFault::Full);
    phone.give(Input::Amend {
        refused: id(1),
        id: id(2),
        record: check_out("441200"),
    });
    assert_eq!(phone.answers.last(), Some(&(id(2), Err(Code::StorageFull))));
    phone.failing = None;
    let phone = phone.restart();
    let refused = RecordState::Refused(Code::ActivityElsewhere);
    assert_eq!(phone.states(), [(id(1), refused)]);
}

#[test]
fn a_record_refused_for_want_of_a_right_is_sent_again_as_it_was_once_there_is_one() {
    let mut server = Server::new();
    let mut phone = Phone::settled(Some(Role::Coordinator));
    phone.enter(1, another_plan(1)).unwrap();
    server.serve(&mut phone, now());
    let refused = RecordState::Refused(Code::ChangeForbidden);
    assert_eq!(phone.states(), [(id(1), refused)]);
    let recorded_at = phone.engine.records()[0].entry.recorded_at;
    let mut server = Server::of_coordinators();
    phone.now = phone.now.plus(crate::time::DAY_MS);
    phone.give(Input::Resend { id: id(1) });
    let now = phone.now;
    server.serve(&mut phone, now);
    assert_eq!(phone.engine.status().refused, 0);
    let stored = &server.entries()[&id(1)];
    assert_eq!(stored.entry.recorded_at, recorded_at);
    phone.give(Input::Resend { id: id(1) });
    assert_eq!(phone.answers.last(), Some(&(id(1), Err(Code::NotFound))));
    let calendar = DocumentName::Calendar {
        organisation: organisation(BRANCH).id,
        quarter: plan().starts_at.day().quarter(),
    };
    assert_eq!(server.changes(&calendar).len(), 1);
}
