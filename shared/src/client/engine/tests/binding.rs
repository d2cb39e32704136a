//! A copied phone, a revoked one, one that the server does not know, and one that changes hands.

use super::phone::{BRANCH, check_in, check_out, device, feedback, plan};
use super::server::Server;
use super::*;
use crate::client::{Binding, Identity, Input, NetworkFault, RecordState, Table};
use crate::codes::Code;
use crate::ids::{DeviceId, MemberId};
use crate::records::Record;
use crate::wire::Verdict;
use crate::words::Role;

fn new_device(member: MemberId) -> Identity {
    Identity {
        device: DeviceId(uuid::Uuid::from_u128(0xd9)),
        member,
    }
}

#[test]
fn a_copied_phone_sends_nothing_keeps_everything_and_offers_it_under_its_new_name() {
    for whole_request in [true, false] {
        let mut server = Server::new();
        let mut phone = Phone::settled(None);
        phone.enter(1, check_in()).unwrap();
        server.serve(&mut phone, now());
        phone.enter(2, feedback("二")).unwrap();
        if whole_request {
            phone.refuse(Code::DeviceCopied);
        } else {
            phone.answer(|response| response.verdicts = vec![Verdict::Refused(Code::DeviceCopied)]);
        }
        let loose = Binding::Loose(Code::DeviceCopied);
        assert_eq!(phone.engine.status().binding, loose);
        let sent = phone.sent.len();
        assert_eq!(phone.enter(3, feedback("三")), Ok(()), "it is still saved");
        phone.give(Input::Wake);
        assert_eq!(phone.sent.len(), sent);
        let phone = phone.restart();
        assert_eq!(phone.engine.status().binding, loose, "also after a start");
        assert!(phone.sent.is_empty());
        assert_eq!(phone.engine.status().unsent, 2);
        let mut phone = phone.enrol_again(new_device(member()));
        assert_eq!(phone.engine.status().binding, Binding::Bound);
        server.serve(&mut phone, now());
        let new = new_device(member()).device;
        let stored: Vec<_> = server
            .entries()
            .into_iter()
            .map(|(id, held)| (id, held.device))
            .collect();
        assert_eq!(stored, [(id(1), device()), (id(2), new), (id(3), new)]);
        assert_eq!(phone.states()[0], (id(1), RecordState::Uploaded));
    }
}

#[test]
fn a_phone_that_was_another_device_brings_back_what_a_backup_lost_of_both() {
    let mut phone = Phone::settled(None);
    phone.enter(1, feedback("一")).unwrap();
    phone.answer(|_| {});
    phone.refuse_next(Code::DeviceCopied);
    let mut phone = phone.enrol_again(new_device(member()));
    phone.answer(|_| {});
    phone.enter(2, feedback("二")).unwrap();
    phone.answer(|_| {});
    phone.give(Input::Wake);
    phone.answer(|response| response.epoch = 2);
    phone.answer(|response| response.epoch = 2);
    assert_eq!(phone.offered(), [vec![id(1), id(2)]]);
}

#[test]
fn a_phone_that_the_server_does_not_know_keeps_asking_and_may_be_enrolled_again() {
    for code in [Code::NotSignedIn, Code::KeyInvalid] {
        let mut phone = Phone::settled(None);
        phone.enter(1, feedback("一")).unwrap();
        phone.refuse(Code::SessionExpired);
        assert_eq!(phone.sign_ins, 1);
        let fault = NetworkFault::Refused {
            code,
            retry_after_ms: None,
        };
        phone.give(Input::SignInFailed { fault });
        assert_eq!(phone.engine.status().binding, Binding::Loose(code));
        phone.now = *phone.wakes.last().unwrap();
        phone.give(Input::Tick { at: phone.now });
        assert_eq!(
            phone.offered(),
            [vec![id(1)]],
            "the answer may have been a mistake"
        );
        phone.answer(|_| {});
        assert_eq!(phone.engine.status().binding, Binding::Bound);
    }
}

#[test]
fn a_revoked_phone_hands_over_what_is_unsent_and_then_clears_itself() {
    let mut phone = Phone::settled(None);
    phone.fail_once();
    phone.enter(1, feedback("一")).unwrap();
    phone.fail(NetworkFault::Unreachable);
    phone.give(Input::Wake);
    // Told before it offered anything, as after a start with nothing sealed yet.
    let mut idle = Phone::settled(None);
    idle.give(Input::Wake);
    idle.enter(1, feedback("一")).unwrap();
    idle.refuse(Code::DeviceRevoked);
    for phone in [&mut idle, &mut phone] {
        assert_eq!(phone.offered(), [vec![id(1)]]);
        assert_eq!(phone.cleared, 0);
    }
    assert!(idle.request().follows.is_empty());
    assert_eq!(idle.engine.status().binding, Binding::Revoked);
    let mut idle = idle.restart();
    assert_eq!(idle.offered(), [vec![id(1)]], "also after a start");
    idle.answer(|_| {});
    assert_eq!(idle.cleared, 1);
    assert!(idle.disk.is_empty());
    phone.answer(|_| {});
    phone.give(Input::Wake);
    phone.refuse(Code::DeviceRevoked);
    assert_eq!(phone.cleared, 1);
}

#[test]
fn a_revoked_phone_that_is_over_its_quota_does_not_ask_before_the_next_day() {
    let mut phone = Phone::settled(None);
    phone.enter(1, feedback("一")).unwrap();
    phone.answer(|response| response.verdicts = vec![Verdict::Refused(Code::QuotaExceeded)]);
    phone.give(Input::Wake);
    phone.refuse(Code::DeviceRevoked);
    let sent = phone.sent.len();
    phone.refuse(Code::DeviceRevoked);
    assert_eq!(phone.sent.len(), sent, "nothing that it could offer");
    let tomorrow = now().day().plus(1).start();
    let at = phone.wakes.iter().find(|at| **at >= tomorrow).copied();
    phone.now = at.unwrap();
    phone.give(Input::Tick { at: phone.now });
    assert_eq!(phone.offered(), [vec![id(1)]]);
    phone.answer(|_| {});
    assert_eq!(phone.cleared, 1);
}

#[test]
fn a_revoked_phone_with_refused_records_waits_until_its_owner_lets_it_go() {
    let mut phone = Phone::settled(Some(Role::Coordinator));
    phone.give(Input::Wake);
    phone.enter(1, check_out("440100")).unwrap();
    phone.enter(2, Record::Plan(plan())).unwrap();
    phone.enter(3, feedback("三")).unwrap();
    phone.refuse(Code::DeviceRevoked);
    // A server that takes claims and nothing else.
    let mut server = Server::new();
    server.serve(&mut phone, now());
    assert_eq!(server.entries().into_keys().collect::<Vec<_>>(), [id(3)]);
    let refused = [
        (id(1), RecordState::Refused(Code::ActivityElsewhere)),
        (id(2), RecordState::Refused(Code::ChangeForbidden)),
    ];
    assert_eq!(phone.states(), refused);
    assert_eq!(phone.cleared, 0);
    let left: Vec<Table> = phone.disk.keys().map(|(table, _)| *table).collect();
    assert_eq!(
        left,
        [Table::Meta, Table::Commands, Table::Commands],
        "and nobody's names"
    );
    assert!(phone.engine.directory().is_none());
    assert_eq!(phone.enter(4, feedback("四")), Err(Code::DeviceRevoked));
    let mut phone = phone.restart();
    assert_eq!(phone.states(), refused);
    assert!(phone.sent.is_empty());
    phone.give(Input::LetGo);
    assert_eq!(phone.cleared, 1);
    assert!(phone.disk.is_empty());
}

#[test]
fn what_a_server_does_not_take_over_from_a_revoked_phone_stays_to_be_exported() {
    let refuse_session = |phone: &mut Phone| {
        phone.refuse(Code::SessionExpired);
        let fault = NetworkFault::Refused {
            code: Code::DeviceRevoked,
            retry_after_ms: None,
        };
        phone.give(Input::SignInFailed { fault });
    };
    for refuse in [
        &refuse_session as &dyn Fn(&mut Phone),
        &|phone: &mut Phone| phone.refuse(Code::DeviceRevoked),
    ] {
        let mut phone = Phone::settled(None);
        phone.enter(1, feedback("一")).unwrap();
        refuse(&mut phone);
        let refused = [(id(1), RecordState::Refused(Code::DeviceRevoked))];
        assert_eq!(phone.states(), refused);
        assert_eq!(phone.cleared, 0);
        let mut phone = phone.restart();
        assert_eq!(phone.states(), refused);
        phone.give(Input::LetGo);
        assert_eq!(phone.cleared, 1);
    }
}

#[test]
fn nobody_is_let_go_while_something_is_unsent() {
    let mut phone = Phone::settled(None);
    phone.give(Input::Wake);
    phone.enter(1, feedback("一")).unwrap();
    phone.give(Input::LetGo);
    phone.refuse(Code::DeviceRevoked);
    phone.give(Input::LetGo);
    assert_eq!(phone.cleared, 0);
    assert_eq!(phone.engine.status().unsent, 1);
}

#[test]
fn a_phone_that_changes_hands_keeps_the_first_owners_records_and_offers_none_of_them() {
    let mut phone = Phone::settled(None);
    phone.enter(1, check_in()).unwrap();
    phone.answer(|_| {});
    phone.enter(2, feedback("二")).unwrap();
    let other = MemberId(uuid::Uuid::from_u128(0xe7));
    let mut phone = phone.enrol_again(new_device(other));
    assert!(phone.request().changes.is_empty());
    phone.answer(|_| {});
    assert!(phone.request().changes.is_empty());
    let refused = RecordState::Refused(Code::ChangeForbidden);
    assert_eq!(phone.states(), [(id(2), refused)]);
    assert!(phone.engine.directory().is_none());
    assert!(
        phone
            .disk
            .keys()
            .all(|(table, _)| *table != Table::Documents)
    );
    phone.give(Input::Resend { id: id(2) });
    assert_eq!(phone.answers.last(), Some(&(id(2), Err(Code::NotFound))));
    assert_eq!(organisation(BRANCH).path.as_str(), BRANCH);
    assert_ne!(device(), new_device(other).device);
}

impl Phone {
    /// Asks, and the server refuses the request as a whole.
    fn refuse_next(&mut self, code: Code) {
        self.give(Input::Wake);
        self.refuse(code);
    }
}
