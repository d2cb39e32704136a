//! Phones whose clocks are years off, or are put right while records wait.

use super::phone::{check_in, feedback, plan};
use super::server::Server;
use super::*;
use crate::client::Input;
use crate::codes::Code;
use crate::documents::DocumentName;
use crate::time::{DAY_MS, HOUR_MS, Quarter};

const YEARS_MS: i64 = 5 * 365 * DAY_MS;

fn journal(phone: &Phone, number: u128) -> (Quarter, i64) {
    let records = phone.engine.records();
    let view = records
        .iter()
        .find(|view| view.entry.id == id(number))
        .unwrap();
    let DocumentName::Journal { quarter, .. } = view.document else {
        panic!("claims stand in journals");
    };
    (quarter, view.entry.recorded_at.since(now()))
}

/// Returns a phone that knows the city's time by a clock that is this much off.
fn settled_with(skew_ms: i64, server: &mut Server) -> Phone {
    let mut phone = Phone::settled(None);
    phone.now = now().plus(skew_ms);
    phone.give(Input::Wake);
    server.serve(&mut phone, now());
    phone
}

#[test]
fn a_claim_keeps_the_phones_own_time_and_stands_in_the_citys_quarter() {
    for skew_ms in [-5 * HOUR_MS, 5 * HOUR_MS, -200 * DAY_MS, 200 * DAY_MS] {
        let mut server = Server::new();
        let mut phone = settled_with(skew_ms, &mut server);
        assert_eq!(phone.enter(1, check_in()), Ok(()), "{skew_ms}");
        server.serve(&mut phone, now());
        assert_eq!(phone.engine.status().unsent, 0);
        assert_eq!(journal(&phone, 1), (now().day().quarter(), skew_ms));
        assert!(
            phone.request().device_time.since(now()) == skew_ms,
            "for the server to flag"
        );
    }
}

#[test]
fn a_phone_that_says_1970_or_2031_places_its_records_by_the_servers_clock() {
    for skew_ms in [-now().0, YEARS_MS] {
        let mut server = Server::new();
        let mut phone = settled_with(skew_ms, &mut server);
        assert_eq!(phone.enter(1, check_in()), Ok(()), "{skew_ms}");
        server.serve(&mut phone, now());
        assert_eq!(journal(&phone, 1), (now().day().quarter(), 0));
        assert_eq!(
            phone.states(),
            [(id(1), crate::client::RecordState::Uploaded)]
        );
    }
}

#[test]
fn a_clock_that_jumps_by_years_while_offline_loses_nothing_and_is_put_right_by_the_next_answer() {
    for jump_ms in [-now().0, YEARS_MS] {
        let mut server = Server::new();
        let mut phone = settled_with(0, &mut server);
        phone.now = now().plus(jump_ms);
        phone.fail_once();
        phone.enter(1, feedback("一")).unwrap();
        phone.fail_once();
        phone.enter(2, feedback("二")).unwrap();
        phone.give(Input::Wake);
        server.serve(&mut phone, now().plus(HOUR_MS));
        assert_eq!(phone.engine.status().unsent, 0, "{jump_ms}");
        assert_eq!(phone.engine.status().refused, 0, "{jump_ms}");
        for number in [1, 2] {
            let (quarter, at_ms) = journal(&phone, number);
            assert_eq!(quarter, now().day().quarter());
            assert!((0..=HOUR_MS).contains(&at_ms), "{at_ms}");
        }
        assert_eq!(server.entries().len(), 2);
    }
}

#[test]
fn an_owner_who_puts_the_clock_right_between_two_exchanges_can_check_in() {
    let mut server = Server::new();
    let mut phone = settled_with(YEARS_MS, &mut server);
    phone.now = now().plus(HOUR_MS / 2);
    assert_eq!(phone.enter(1, check_in()), Ok(()));
    assert_eq!(journal(&phone, 1).0, now().day().quarter());
    server.serve(&mut phone, now().plus(HOUR_MS / 2));
    assert_eq!(phone.engine.status().unsent, 0);
    assert_eq!(phone.engine.status().clock_offset_ms, 0);
}

#[test]
fn a_check_in_is_judged_by_either_clock() {
    let mut phone = Phone::settled(None);
    phone.now = plan().ends_at.plus(DAY_MS);
    assert_eq!(phone.enter(1, check_in()), Err(Code::ActivityOver));
    let mut server = Server::new();
    let mut phone = settled_with(2 * DAY_MS, &mut server);
    assert_eq!(phone.enter(1, check_in()), Ok(()));
}
