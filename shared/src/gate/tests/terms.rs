//! On what terms a device is heard: its day's volume, the document's, copies of it, its revocation.

use super::*;

#[test]
fn a_day_and_a_document_that_are_full_take_no_more() {
    let almost = |limit: Volume, bytes: usize| Volume {
        changes: limit.changes - 1,
        bytes: limit.bytes - bytes as u64,
    };
    let mut gate = Gatehouse::journal();
    let change = gate.write(writer(1), &[feedback(1)]);
    for (limit, code) in [
        (Volume::DEVICE_DAY, Code::QuotaExceeded),
        (Volume::DOCUMENT, Code::DocumentTooLarge),
    ] {
        let full = [
            Volume {
                changes: limit.changes,
                bytes: 0,
            },
            almost(limit, change.len() - 1),
        ];
        for volume in full {
            (gate.brought, gate.held) = match code {
                Code::QuotaExceeded => (volume, Volume::default()),
                _ => (Volume::default(), volume),
            };
            gate.refuses(&change, code);
        }
    }
    gate.brought = almost(Volume::DEVICE_DAY, change.len());
    gate.held = almost(Volume::DOCUMENT, change.len());
    gate.admits(&change);
}

#[test]
fn what_is_stored_is_called_stored_whatever_became_of_room_and_rights() {
    let mut gate = Gatehouse::calendar();
    let change = gate.write(writer(1), &[plan(1, now())]);
    gate.admits(&change);
    let known = Ok(Admission::Known(gate.document.heads()[0]));
    gate.brought = Volume::DEVICE_DAY;
    gate.held = Volume::DOCUMENT;
    assert_eq!(gate.admit(&change), known);
    gate.authority.grants.clear();
    assert_eq!(gate.admit(&change), known);
    gate.hand_over = Some(HandOver {
        revoked_at: now().plus(-DAY_MS),
        met_at: now().plus(-DAY_MS),
    });
    assert_eq!(gate.admit(&change), known);
}

#[test]
fn a_copy_of_the_phone_is_found_by_the_number_it_uses_again() {
    let mut gate = Gatehouse::journal();
    let origin = gate.document.fork();
    let mut phone = origin.fork();
    let mut copy = origin.fork();
    let first = phone.write(writer(1), now(), &[feedback(1)]);
    let second = phone.write(writer(1), now(), &[feedback(2)]);
    let rival = copy.write(writer(1), now(), &[feedback(3)]);
    let after_rival = copy.write(writer(1), now(), &[feedback(4)]);
    gate.admits(&first.bytes);
    gate.refuses(&rival.bytes, Code::DeviceCopied);
    // Its second builds on what is unknown here, and its number is still free.
    gate.refuses(&after_rival.bytes, Code::DependencyMissing);
    gate.admits(&second.bytes);
    gate.refuses(&after_rival.bytes, Code::DeviceCopied);
    // The phone goes on, and the copy under another run loses nothing.
    let third = phone.write(writer(1), now(), &[feedback(5)]);
    gate.admits(&third.bytes);
    let anew = origin.fork().write(writer(2), now(), &[feedback(3)]);
    gate.admits(&anew.bytes);
}

fn revoked(minutes_ago: i64, met_ago_ms: i64) -> Option<HandOver> {
    Some(HandOver {
        revoked_at: now().plus(-minutes_ago * 60_000),
        met_at: now().plus(-met_ago_ms),
    })
}

#[test]
fn a_revoked_device_hands_over_claims_of_before_and_nothing_else() {
    let earlier = |mut entry: Entry| {
        entry.recorded_at = now().plus(-HOUR_MS);
        entry
    };
    for (mut gate, entry, answer) in [
        (Gatehouse::journal(), earlier(feedback(1)), None),
        (Gatehouse::journal(), feedback(1), Some(Code::DeviceRevoked)),
        (
            Gatehouse::calendar(),
            earlier(plan(1, now())),
            Some(Code::DeviceRevoked),
        ),
        (
            Gatehouse::rollcall(),
            earlier(mark(1, activity())),
            Some(Code::DeviceRevoked),
        ),
    ] {
        gate.hand_over = revoked(30, 0);
        let change = gate.write(writer(1), &[entry]);
        match answer {
            None => gate.admits(&change),
            Some(code) => gate.refuses(&change, code),
        }
    }
}

#[test]
fn a_revoked_device_is_listened_to_for_a_day_from_its_first_contact() {
    let mut gate = Gatehouse::journal();
    let mut entry = feedback(1);
    entry.recorded_at = now().plus(-40 * DAY_MS);
    let change = gate.write(writer(1), &[entry]);
    let month_min = 30 * 24 * 60;
    gate.hand_over = revoked(month_min, limits::HAND_OVER_MS);
    gate.refuses(&change, Code::DeviceRevoked);
    gate.hand_over = revoked(month_min, limits::HAND_OVER_MS - 1);
    gate.admits(&change);
}
