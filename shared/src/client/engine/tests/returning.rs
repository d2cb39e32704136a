//! When a phone tries again, and how a city's phones come back.

use std::collections::BTreeMap;

use super::phone::{BRANCH, feedback};
use super::*;
use crate::client::{Engine, Identity, Input, NetworkFault};
use crate::codes::Code;
use crate::documents::DocumentName;
use crate::ids::DeviceId;
use crate::limits;
use crate::time::{DAY_MS, MINUTE_MS};
use crate::wire::Verdict;

fn busy(retry_after_ms: i64) -> NetworkFault {
    NetworkFault::Refused {
        code: Code::ServerError,
        retry_after_ms: Some(retry_after_ms),
    }
}

#[test]
fn pauses_lie_anywhere_below_a_limit_that_doubles_and_begin_anew_when_the_page_wakes() {
    let mut longest_ms = [0; 14];
    for run in 0..200 {
        let mut phone = Phone::over(Phone::settled(None).disk, run);
        phone.answer(|_| {});
        phone.give(Input::Wake);
        for (failures, longest_ms) in longest_ms.iter_mut().enumerate() {
            phone.fail(NetworkFault::Unreachable);
            let at = *phone.wakes.last().unwrap();
            let pause_ms = at.since(phone.now);
            let limit_ms = (limits::RETRY_FIRST_MS << failures).min(limits::RETRY_LONGEST_MS);
            assert!((0..=limit_ms).contains(&pause_ms), "{failures}: {pause_ms}");
            *longest_ms = pause_ms.max(*longest_ms);
            let sent = phone.sent.len();
            phone.now = at.plus(-1);
            phone.give(Input::Tick { at: phone.now });
            assert_eq!(
                phone.sent.len(),
                sent + usize::from(pause_ms == 0),
                "too early"
            );
            phone.now = at;
            phone.give(Input::Tick { at: phone.now });
            assert_eq!(phone.sent.len(), sent + 1);
        }
    }
    for (failures, longest_ms) in longest_ms.into_iter().enumerate() {
        let limit_ms = (limits::RETRY_FIRST_MS << failures).min(limits::RETRY_LONGEST_MS);
        assert!(longest_ms > limit_ms * 9 / 10, "{failures}: {longest_ms}");
    }
}

#[test]
fn while_the_server_is_out_of_reach_what_is_entered_waits_for_one_try_and_becomes_one_change() {
    let mut phone = Phone::settled(None);
    phone.enter(1, feedback("一")).unwrap();
    // So often that the next try of its own is minutes away.
    for _ in 0..12 {
        phone.fail(NetworkFault::Unreachable);
        phone.give(Input::Tick {
            at: *phone.wakes.last().unwrap(),
        });
    }
    phone.fail(NetworkFault::Unreachable);
    let sent = phone.sent.len();
    for number in 2..302 {
        phone.enter(number, feedback("又一")).unwrap();
        phone.now = phone.now.plus(10);
    }
    assert_eq!(phone.sent.len(), sent);
    let at = *phone.wakes.last().unwrap();
    assert!(at.since(phone.now) <= limits::GATHER_MS);
    phone.now = at;
    phone.give(Input::Tick { at });
    let offered: Vec<usize> = phone.offered().iter().map(Vec::len).collect();
    assert_eq!(offered.iter().sum::<usize>(), 301);
    assert!(
        offered.len() <= 1 + 300_usize.div_ceil(limits::ENTRIES_PER_CHANGE),
        "{offered:?}"
    );
    phone.answer(|_| {});
    assert_eq!(phone.engine.status().unsent, 0);
}

#[test]
fn a_server_that_cannot_say_is_asked_again_after_a_pause() {
    let mut phone = Phone::settled(None);
    phone.enter(1, feedback("一")).unwrap();
    for round in 0..8 {
        let sent = phone.sent.len();
        phone.answer(|response| response.verdicts = vec![Verdict::Refused(Code::ServerError)]);
        assert_eq!(phone.sent.len(), sent, "{round}");
        phone.now = *phone.wakes.last().unwrap();
        phone.give(Input::Tick { at: phone.now });
        assert_eq!(phone.offered(), [vec![id(1)]]);
    }
    phone.answer(|_| {});
    assert_eq!(phone.engine.status().unsent, 0);
}

#[test]
fn nothing_is_sent_before_the_pause_that_a_server_asks_for_whoever_asks() {
    let mut phone = Phone::settled(None);
    phone.give(Input::Wake);
    phone.fail(busy(120_000));
    let sent = phone.sent.len();
    let until = phone.engine.status().held_until.unwrap();
    assert!(until >= phone.now.plus(120_000), "{until:?}");
    assert!(until <= phone.now.plus(240_000), "{until:?}");
    assert_eq!(phone.enter(1, feedback("一")), Ok(()));
    for input in [
        Input::Wake,
        Input::Tick { at: phone.now },
        Input::Reconnected,
    ] {
        phone.now = until.plus(-1);
        phone.give(input);
        assert_eq!(phone.sent.len(), sent);
    }
    phone.now = until;
    phone.give(Input::Tick { at: phone.now });
    assert_eq!(phone.offered(), [vec![id(1)]]);
    assert_eq!(phone.engine.status().held_until, None);
}

#[test]
fn a_server_cannot_ask_for_more_than_an_hour_nor_a_clock_that_was_set_back_for_years() {
    let mut phone = Phone::settled(None);
    phone.give(Input::Wake);
    phone.fail(busy(i64::MAX));
    let until = phone.engine.status().held_until.unwrap();
    assert!(until <= phone.now.plus(2 * limits::HOLD_LONGEST_MS));
    let sent = phone.sent.len();
    phone.now = phone.now.plus(-5 * 365 * DAY_MS);
    phone.give(Input::Tick { at: phone.now });
    assert_eq!(phone.sent.len(), sent + 1);
    // Nor does an answer that never comes hold a phone whose clock was set back.
    phone.now = phone.now.plus(-DAY_MS);
    phone.give(Input::Tick { at: phone.now });
    phone.now = *phone.wakes.last().unwrap();
    phone.give(Input::Tick { at: phone.now });
    assert_eq!(phone.sent.len(), sent + 2);
}

/// Phones of the reference city.
const CITY: u64 = 185_500;

/// Returns the instants at which a city's phones come back that were all told the same at once.
fn returns(city: u64, told: &[NetworkFault]) -> BTreeMap<i64, u64> {
    let mut seconds = BTreeMap::new();
    for number in 0..city {
        let identity = Identity {
            device: DeviceId(uuid::Uuid::from_u128(number.into())),
            member: member(),
        };
        // What a browser's random numbers are to the engine, a hash of the number is here.
        let seed = number
            .wrapping_add(1)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29);
        let (mut engine, _, _) = Engine::open(identity, Vec::new(), seed, now());
        let mut effects = Vec::new();
        for fault in told {
            effects.clear();
            engine.failed(now(), *fault, &mut effects);
        }
        let at = engine.retry.unwrap().until;
        *seconds.entry(at.since(now()) / 1_000).or_insert(0) += 1;
    }
    seconds
}

#[test]
fn a_city_of_phones_that_is_sent_away_at_once_comes_back_spread_over_a_minute() {
    let seconds = returns(CITY, &[busy(20_000)]);
    let fullest = *seconds.values().max().unwrap();
    assert!(seconds.keys().all(|second| (20..=80).contains(second)));
    assert!(fullest * 50 < CITY, "{fullest} phones in one second");
    assert!(seconds.len() >= 60);
}

#[test]
fn a_long_pause_spreads_the_city_as_long_again() {
    let seconds = returns(20_000, &[busy(10 * MINUTE_MS)]);
    let fullest = *seconds.values().max().unwrap();
    assert!(seconds.keys().all(|second| (600..=1_200).contains(second)));
    assert!(fullest * 250 < 20_000, "{fullest} phones in one second");
}

#[test]
fn a_city_that_finds_no_server_for_minutes_asks_ever_more_thinly() {
    let told = [NetworkFault::Unreachable; 9];
    let seconds = returns(20_000, &told);
    let fullest = *seconds.values().max().unwrap();
    assert!(fullest * 150 < 20_000, "{fullest} phones in one second");
}

#[test]
fn phones_whose_stream_of_pokes_comes_back_do_not_ask_in_one_second() {
    let mut seconds: BTreeMap<i64, u64> = BTreeMap::new();
    let disk = Phone::settled(None).disk;
    for run in 0..500 {
        let mut phone = Phone::over(disk.clone(), run);
        phone.answer(|_| {});
        let sent = phone.sent.len();
        phone.give(Input::Reconnected);
        assert_eq!(phone.sent.len(), sent);
        let at = *phone.wakes.last().unwrap();
        *seconds.entry(at.since(phone.now) / 1_000).or_default() += 1;
        phone.now = at;
        phone.give(Input::Tick { at: phone.now });
        assert_eq!(phone.sent.len(), sent + 1);
    }
    assert!(seconds.values().all(|phones| *phones < 25), "{seconds:?}");
}

#[test]
fn what_is_over_a_days_quota_waits_for_the_citys_next_day() {
    let mut phone = Phone::settled(None);
    phone.enter(1, feedback("一")).unwrap();
    phone.answer(|response| response.verdicts = vec![Verdict::Refused(Code::QuotaExceeded)]);
    assert_eq!(phone.engine.status().unsent, 1);
    phone.give(Input::Wake);
    assert!(phone.request().changes.is_empty(), "it still fetches");
    phone.answer(|_| {});
    assert!(!phone.engine.status().busy);
    let tomorrow = now().day().plus(1).start();
    let at = phone
        .wakes
        .iter()
        .copied()
        .find(|at| *at >= tomorrow)
        .unwrap();
    assert!(at <= tomorrow.plus(limits::RETURN_SPREAD_MS));
    phone.now = at;
    phone.give(Input::Tick { at: phone.now });
    assert_eq!(phone.offered(), [vec![id(1)]]);
    phone.answer(|_| {});
    assert_eq!(phone.engine.status().unsent, 0);
}

#[test]
fn a_request_that_is_too_large_is_halved_until_it_passes() {
    let mut phone = Phone::settled(None);
    phone.fail_once();
    let calendar = DocumentName::Calendar {
        organisation: organisation(BRANCH).id,
        quarter: now().day().quarter(),
    };
    assert!(phone.engine.held.contains_key(&calendar.id()));
    phone.give(Input::Wake);
    phone.fail(NetworkFault::Unreachable);
    for number in 1..=5 {
        phone.enter(number, feedback("又一条")).unwrap();
        phone.give(Input::Wake);
        phone.fail(NetworkFault::Unreachable);
    }
    phone.give(Input::Wake);
    for expected in [5, 2, 1] {
        assert_eq!(phone.offered().len(), expected);
        phone.refuse(Code::RequestTooLarge);
        phone.give(Input::Wake);
    }
    for expected in [1, 2, 2] {
        assert_eq!(phone.offered().len(), expected);
        phone.answer(|_| {});
    }
    assert_eq!(phone.engine.status().unsent, 0);
}

#[test]
fn a_clock_that_is_set_back_a_little_keeps_nobody_waiting() {
    for fault in [NetworkFault::Unreachable, busy(20_000)] {
        let mut phone = Phone::settled(None);
        phone.give(Input::Wake);
        phone.fail(fault);
        let at = *phone.wakes.last().unwrap();
        let sent = phone.sent.len();
        phone.now = at.plus(-7_000);
        phone.give(Input::Tick { at });
        assert_eq!(phone.sent.len(), sent + 1);
        // Nor an exchange that gets no answer.
        let at = *phone.wakes.last().unwrap();
        phone.now = at.plus(-7_000);
        phone.give(Input::Tick { at });
        assert!(!phone.engine.status().busy);
    }
}
