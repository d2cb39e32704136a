//! What stays on the phone, what sleeps, and how many changes become one snapshot.

use super::phone::{BRANCH, check_in, feedback};
use super::server::Server;
use super::*;
use crate::client::{Input, StorageFault, Table};
use crate::documents::{Document, DocumentName};
use crate::limits;
use crate::time::{DAY_MS, Timestamp};
use crate::words::Role;

fn journal() -> DocumentName {
    DocumentName::Journal {
        member: member(),
        quarter: now().day().quarter(),
    }
}

fn row_bytes(phone: &Phone, name: &DocumentName) -> usize {
    let key = (Table::Documents, name.id().0.as_bytes().to_vec());
    phone.disk.get(&key).map_or(0, Vec::len)
}

/// Syncs at a later time.
fn later(phone: &mut Phone, server: &mut Server, days: i64) {
    phone.now = now().plus(days * DAY_MS);
    let at: Timestamp = phone.now;
    phone.give(Input::Wake);
    server.serve(phone, at);
}

#[test]
fn many_changes_become_one_snapshot_that_is_the_same_document() {
    let mut server = Server::new();
    let mut phone = Phone::settled(None);
    let count = limits::COMPACT_CHANGES as u128 + 5;
    let mut largest = 0;
    for number in 0..count {
        phone.enter(number, feedback("请改进")).unwrap();
        server.serve(&mut phone, now());
        largest = largest.max(row_bytes(&phone, &journal()));
    }
    assert_eq!(server.changes(&journal()).len() as u128, count);
    assert!(row_bytes(&phone, &journal()) * 3 < largest, "{largest}");
    let held = &phone.engine.held[&journal().id()].kept;
    let document = Document::load(held.name.kind(), &held.changes).unwrap();
    assert_eq!(document.entries().0, server.entries());
    let mut phone = phone.restart();
    assert_eq!(phone.damaged, []);
    assert_eq!(phone.states().len() as u128, count);
    phone.enter(900, feedback("再来一条")).unwrap();
    server.serve(&mut phone, now());
    assert_eq!(phone.states().len() as u128, count + 1);
    // A server that was restored without any of it gets all of it back.
    let mut restored = Server::new();
    phone.give(Input::Wake);
    phone.answer(|response| response.epoch = 2);
    phone.answer(|response| response.epoch = 2);
    phone.answer(|response| response.epoch = 2);
    assert_eq!(phone.engine.status().unsent, 0);
    let offered: usize = phone.sent[phone.sent.len() - 2..]
        .iter()
        .flat_map(|request| &request.changes)
        .count();
    assert!(offered > 0);
    restored.serve(&mut phone, now());
}

#[test]
fn a_snapshot_that_the_disk_does_not_take_leaves_the_changes() {
    let mut server = Server::new();
    let mut phone = Phone::settled(None);
    for number in 0..limits::COMPACT_CHANGES as u128 - 1 {
        phone.enter(number, feedback("请改进")).unwrap();
        server.serve(&mut phone, now());
    }
    let before = row_bytes(&phone, &journal());
    phone.enter(900, feedback("请改进")).unwrap();
    phone.failing = Some(StorageFault::Full);
    server.serve(&mut phone, now());
    assert_eq!(row_bytes(&phone, &journal()), before);
    phone.failing = None;
    let mut phone = phone.restart();
    server.serve(&mut phone, now());
    assert!(row_bytes(&phone, &journal()) < before);
    assert_eq!(phone.states().len(), limits::COMPACT_CHANGES);
}

#[test]
fn a_quarter_that_is_over_leaves_memory_and_the_request_and_can_still_be_read() {
    let mut server = Server::of_coordinators();
    let mut phone = Phone::settled(Some(Role::Coordinator));
    phone.enter(1, check_in()).unwrap();
    server.serve(&mut phone, now());
    assert!(phone.engine.sealed_quarters().is_empty());
    later(&mut phone, &mut server, 60);
    assert_eq!(phone.engine.sealed_quarters(), [now().day().quarter()]);
    assert!(phone.engine.records().is_empty());
    let sealed = phone.engine.sealed_records(now().day().quarter());
    assert_eq!(sealed.len(), 1);
    assert_eq!(sealed[0].view.entry.id, id(1));
    assert_eq!(sealed[0].topic, Some(phone::plan().topic));
    phone.give(Input::Wake);
    let follows: Vec<_> = phone.request().follows.iter().map(|(id, _)| *id).collect();
    assert!(!follows.contains(&journal().id()));
    server.serve(&mut phone, now().plus(60 * DAY_MS));
    // A clock that jumps ahead puts nothing to sleep: only the server's time does.
    let mut other = Phone::settled(None);
    other.now = now().plus(900 * DAY_MS);
    other.give(Input::Wake);
    other.fail(crate::client::NetworkFault::Unreachable);
    assert!(other.engine.sealed_quarters().is_empty());
    let restarted = phone.restart();
    assert!(
        row_bytes(&restarted, &journal()) > 0,
        "journals stay for good"
    );
}

#[test]
fn calendars_leave_after_a_year_and_roll_calls_after_a_month() {
    let mut server = Server::of_coordinators();
    let mut phone = Phone::settled(Some(Role::Coordinator));
    let calendar = DocumentName::Calendar {
        organisation: organisation(BRANCH).id,
        quarter: now().day().quarter(),
    };
    let rollcall = DocumentName::Rollcall {
        organisation: organisation(BRANCH).id,
        activity: activity(),
    };
    phone.give(Input::Wake);
    server.serve(&mut phone, now());
    for (days, calendar_is_there, rollcall_is_there) in [
        (6, true, true),
        (30, true, true),
        (33, true, false),
        (300, true, false),
        (430, false, false),
    ] {
        later(&mut phone, &mut server, days);
        let is_there = |name: DocumentName| phone.engine.held.contains_key(&name.id());
        assert_eq!(is_there(calendar), calendar_is_there, "after {days}");
        assert_eq!(is_there(rollcall), rollcall_is_there, "after {days}");
    }
}
