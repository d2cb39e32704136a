//! A disk that fails, a row that is damaged, an app that dies at a bad moment.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{ActorId, Change};

use super::phone::{Death, check_in, check_out, feedback};
use super::server::Server;
use super::*;
use crate::client::{Input, NetworkFault, RecordState, StorageFault, Table, Trouble};
use crate::codes::Code;
use crate::wire::Verdict;

#[test]
fn nothing_is_called_saved_while_the_storage_fails() {
    for (fault, code) in [
        (StorageFault::Full, Code::StorageFull),
        (StorageFault::Denied, Code::StorageDenied),
        (StorageFault::Unavailable, Code::StorageUnavailable),
    ] {
        let mut phone = Phone::settled(None);
        phone.failing = Some(fault);
        assert_eq!(phone.enter(1, check_in()), Err(code));
        assert_eq!(phone.engine.status().trouble, Some(Trouble::Storage(fault)));
        assert!(phone.engine.records().is_empty());
        phone.failing = None;
        assert_eq!(
            phone.enter(2, check_in()),
            Ok(()),
            "the first is not in the way"
        );
        assert_eq!(phone.engine.status().trouble, None);
    }
}

/// Enters good and bad records, is answered, loses answers and is restored once; the app dies at one
/// of its writes and is started again. Returns whether it died.
fn live_and_die(death: Death) -> bool {
    let mut server = Server::new();
    let mut phone = Phone::settled(None);
    phone.dies_at = Some(death);
    let mut died = false;
    let mut told = BTreeSet::new();
    let mut number = 0;
    for round in 0..12 {
        number += 1;
        let record = match round % 4 {
            1 => check_out("440100"),
            _ => feedback("又一条"),
        };
        phone.give(Input::Enter {
            id: id(number),
            record,
        });
        if phone.answers.last() == Some(&(id(number), Ok(()))) {
            told.insert(id(number));
        }
        match round % 3 {
            0 => server.serve_and_lose(&mut phone, now()),
            1 => phone.fail_once(),
            _ if round == 5 => server.forget_everything(),
            _ => {}
        }
        phone.give(Input::Wake);
        if !phone.dead {
            server.serve(&mut phone, now());
        }
        if phone.dead {
            died = true;
            phone = phone.restart();
        }
    }
    phone.give(Input::Wake);
    server.serve(&mut phone, now());
    let stored = server.entries();
    for id in told {
        let refused = phone.states().into_iter().any(|(of, state)| {
            of == id && matches!(state, RecordState::Refused(Code::ActivityElsewhere))
        });
        assert!(stored.contains_key(&id) != refused, "{id} after {death:?}");
    }
    assert_eq!(phone.engine.status().unsent, 0, "{death:?}");
    died
}

#[test]
fn an_app_that_dies_at_any_of_its_writes_loses_nothing_that_was_called_saved() {
    let mut writes = 0;
    while live_and_die(Death::Before(writes + 1)) {
        writes += 1;
        assert!(live_and_die(Death::After(writes)));
    }
    assert!(writes > 30, "{writes}");
}

#[test]
fn a_storage_that_is_emptied_under_the_open_page_is_written_anew() {
    let mut phone = Phone::settled(None);
    phone.enter(1, feedback("一")).unwrap();
    phone.answer(|_| {});
    phone.enter(2, feedback("二")).unwrap();
    let before = phone.disk.clone();
    phone.disk.clear();
    phone.failing = Some(StorageFault::Evicted);
    let evicted = phone.answers.len();
    phone.give(Input::Enter {
        id: id(3),
        record: feedback("三"),
    });
    // Emptied once; what is asked for while that is said goes to the new storage.
    assert_eq!(phone.answers[evicted], (id(3), Err(Code::StorageEvicted)));
    phone.answer(|response| response.verdicts = vec![Verdict::Refused(Code::ServerError)]);
    assert!(before.keys().all(|key| phone.disk.contains_key(key)));
    let phone = phone.restart();
    assert_eq!(phone.engine.status().unsent, 1);
    assert_eq!(phone.states().len(), 2);
}

#[test]
fn a_change_that_is_not_durable_is_not_sent() {
    let mut phone = Phone::settled(None);
    phone.give(Input::Wake);
    phone.enter(1, feedback("一")).unwrap();
    phone.failing = Some(StorageFault::Unavailable);
    phone.answer(|_| {});
    let sent = phone.sent.len();
    phone.give(Input::Wake);
    assert_eq!(phone.sent.len(), sent);
    assert_eq!(phone.engine.status().unsent, 1);
    phone.failing = None;
    phone.give(Input::Wake);
    assert_eq!(phone.offered(), [vec![id(1)]]);
}

#[test]
fn a_phone_without_storage_still_shows_what_it_is_sent() {
    let mut phone = Phone::new();
    phone.failing = Some(StorageFault::Denied);
    phone.answer(|response| {
        response.directory = Some(wire_slice());
    });
    phone.answer(|response| {
        response.documents.push(phone::calendar(&[phone::plan()]));
    });
    assert_eq!(phone.engine.activities().len(), 1);
    assert!(phone.disk.keys().all(|(table, _)| *table == Table::Meta));
    phone.failing = None;
    phone.give(Input::Wake);
    assert_eq!(
        phone.restart().engine.activities().len(),
        1,
        "and keeps it later"
    );
}

fn wire_slice() -> crate::wire::DirectoryNews {
    let phone = Phone::settled(None);
    let slice = phone.engine.directory().unwrap().clone();
    crate::wire::DirectoryNews { version: 1, slice }
}

#[test]
fn what_a_failed_write_left_behind_is_written_with_the_next() {
    let mut phone = Phone::settled(None);
    phone.enter(1, feedback("一")).unwrap();
    phone.failing = Some(StorageFault::Full);
    phone.answer(|_| {});
    assert_eq!(phone.engine.status().unsent, 0);
    let commands = |phone: &Phone| {
        let tables = phone.disk.keys().map(|(table, _)| *table);
        tables
            .filter(|table| matches!(table, Table::Commands | Table::Changes))
            .count()
    };
    assert_eq!(commands(&phone), 2, "the disk still thinks it is unsent");
    phone.failing = None;
    phone.give(Input::Wake);
    assert_eq!(commands(&phone), 0);
    let phone = phone.restart();
    assert_eq!(phone.engine.records()[0].state, RecordState::Uploaded);
}

#[test]
fn an_app_that_dies_between_sealing_and_sending_offers_the_same_change() {
    let mut phone = Phone::settled(None);
    phone.enter(1, feedback("一")).unwrap();
    let offered = phone.request().changes.clone();
    assert_eq!(offered.len(), 1);
    let phone = phone.restart();
    assert_eq!(phone.request().changes, offered);
}

#[test]
fn an_app_that_dies_while_sealing_offers_the_record_once() {
    let mut phone = Phone::settled(None);
    phone.give(Input::Wake);
    phone.enter(1, feedback("一")).unwrap();
    phone.hanging = true;
    phone.answer(|_| {});
    let mut phone = phone.restart();
    assert_eq!(phone.offered(), [vec![id(1)]]);
    phone.answer(|_| {});
    assert_eq!(phone.engine.status().unsent, 0);
}

#[test]
fn an_app_that_dies_before_its_answer_is_kept_asks_again_and_has_it_once() {
    let mut phone = Phone::settled(None);
    phone.enter(1, feedback("一")).unwrap();
    phone.hanging = true;
    phone.answer(|_| {});
    let mut phone = phone.restart();
    assert_eq!(phone.offered(), [vec![id(1)]]);
    phone.answer(|_| {});
    assert_eq!(phone.engine.records().len(), 1);
    assert_eq!(phone.engine.records()[0].state, RecordState::Uploaded);
}

#[test]
fn each_damaged_row_is_reported_and_none_stops_the_app() {
    for table in Table::ALL {
        let mut phone = Phone::settled(None);
        phone.enter(1, feedback("一")).unwrap();
        phone.answer(|_| {});
        phone.enter(2, feedback("二")).unwrap();
        let mut damaged = Vec::new();
        for ((of, _), value) in &mut phone.disk {
            if *of == table {
                value.truncate(value.len() / 2);
                damaged.push(table);
            }
        }
        let mut phone = phone.restart();
        assert_eq!(phone.damaged, damaged);
        if !matches!(table, Table::Commands) {
            assert_eq!(phone.engine.status().unsent, 1, "{table:?}");
        }
        phone.answer(|_| {});
        assert_eq!(phone.enter(3, feedback("三")), Ok(()), "{table:?}");
    }
}

#[test]
fn a_change_on_the_disk_that_nobody_can_read_does_not_drop_what_is_uploaded() {
    let mut phone = Phone::settled(None);
    phone.enter(1, feedback("一")).unwrap();
    phone.answer(|_| {});
    phone.enter(2, feedback("二")).unwrap();
    let mut row = phone.engine.changes.values().next().unwrap().clone();
    row.bytes = serde_bytes::ByteBuf::from(vec![7; 100]);
    let key = super::super::change_key(99);
    phone
        .disk
        .insert((Table::Changes, key), crate::wire::encode(&row));
    let phone = phone.restart();
    let states: Vec<_> = phone
        .engine
        .records()
        .iter()
        .map(|view| view.state)
        .collect();
    assert!(states.contains(&RecordState::Uploaded), "{states:?}");
}

#[test]
fn a_record_that_the_server_has_already_does_not_stop_the_app_from_starting() {
    let mut phone = Phone::settled(None);
    phone.enter(1, feedback("一")).unwrap();
    let before = phone.disk.clone();
    phone.answer(|_| {});
    // The command's row came back, as after a write that failed: without its change.
    for ((table, key), value) in before {
        if table == Table::Commands {
            phone.disk.insert((table, key), value);
        }
    }
    let phone = phone.restart();
    assert_eq!(phone.engine.status().unsent, 0);
    assert!(phone.request().changes.is_empty());
}

/// Every change that was ever made, by actor and sequence number.
#[derive(Default)]
struct Writers(BTreeMap<(ActorId, u64), Vec<u8>>);

impl Writers {
    fn watch(&mut self, phone: &Phone) {
        for request in &phone.sent {
            for offered in &request.changes {
                let change = Change::from_bytes(offered.bytes.to_vec()).unwrap();
                let place = (change.actor_id().clone(), change.seq());
                let known = self.0.entry(place).or_insert(offered.bytes.to_vec());
                assert_eq!(
                    known,
                    offered.bytes.as_slice(),
                    "two writers share an actor"
                );
            }
        }
    }
}

#[test]
fn two_runs_never_share_an_actor() {
    let mut writers = Writers::default();
    let mut phone = Phone::settled(None);
    for number in 0..40 {
        phone.enter(number, feedback("又一条")).unwrap();
        match number % 8 {
            0 => phone.answer(|_| {}),
            1 => phone.answer(|response| {
                response.verdicts =
                    vec![Verdict::Refused(Code::ChangeOutOfOrder); response.verdicts.len()];
            }),
            2 => phone.fail(NetworkFault::Unreachable),
            3 => phone.failing = Some(StorageFault::Unavailable),
            4 => phone.hanging = true,
            _ => {}
        }
        if number % 8 == 3 {
            phone.give(Input::Wake);
            phone.failing = None;
        }
        writers.watch(&phone);
        if number % 5 == 4 || phone.hanging {
            phone = phone.restart();
        }
        phone.give(Input::Wake);
        writers.watch(&phone);
    }
    let actors: BTreeSet<_> = writers.0.keys().map(|(actor, _)| actor).collect();
    assert!(actors.len() > 5);
}

#[test]
fn a_phone_that_lost_count_of_its_runs_does_not_write_under_an_old_one() {
    let mut phone = Phone::settled(None);
    let mut writers = Writers::default();
    for number in 0..4 {
        phone.enter(number, feedback("又一条")).unwrap();
        writers.watch(&phone);
        phone.answer(|_| {});
        phone = phone.restart();
    }
    // Everything is gone, as when a browser evicts a page.
    let mut phone = Phone::over(phone::Disk::new(), 9);
    for number in 10..14 {
        phone.enter(number, feedback("又一条")).unwrap();
        writers.watch(&phone);
        phone = phone.restart();
    }
}

#[test]
fn what_an_emptied_storage_no_longer_holds_is_not_sent_before_it_is_written_anew() {
    let mut phone = Phone::settled(None);
    phone.enter(1, feedback("一")).unwrap();
    phone.fail(NetworkFault::Unreachable);
    let sent = phone.sent.len();
    phone.disk.clear();
    phone.failing = Some(StorageFault::Evicted);
    phone.enter(2, feedback("二")).unwrap_err();
    assert_eq!(phone.sent.len(), sent, "the first is written first");
    assert!(phone.disk.keys().any(|(table, _)| *table == Table::Changes));
    phone.give(Input::Wake);
    assert_eq!(phone.offered(), [vec![id(1)]]);
}

#[test]
fn a_record_that_is_offered_again_while_the_disk_has_missed_its_refusal_is_not_lost() {
    let elsewhere = Verdict::Refused(Code::ActivityElsewhere);
    let mut phone = Phone::settled(None);
    phone.enter(1, check_out("440100")).unwrap();
    phone.failing = Some(StorageFault::Unavailable);
    phone.answer(|response| response.verdicts = vec![elsewhere]);
    phone.failing = None;
    let refused = RecordState::Refused(Code::ActivityElsewhere);
    assert_eq!(phone.states(), [(id(1), refused)]);
    // The disk takes the record and the app dies before it takes the change that is made of it.
    phone.dies_at = Some(Death::Before(2));
    phone.give(Input::Resend { id: id(1) });
    assert!(phone.dead);
    let mut phone = phone.restart();
    assert_eq!(phone.engine.status().unsent, 1);
    phone.give(Input::Wake);
    assert_eq!(phone.offered(), [vec![id(1)]]);
    phone.answer(|response| response.verdicts = vec![elsewhere]);
    assert_eq!(phone.states(), [(id(1), refused)]);
}
