//! Who may write what where, and which records belong to which document.

use serde_bytes::ByteArray;

use super::*;
use crate::records::{HostKey, Petition, Visitor};

#[test]
fn each_kind_admits_the_records_that_belong_to_it() {
    for (mut gate, entry) in [
        (Gatehouse::journal(), feedback(1)),
        (Gatehouse::journal(), check_in(1, "441200")),
        (Gatehouse::calendar(), plan(1, now())),
        (Gatehouse::calendar(), host_key(1, organisation())),
        (Gatehouse::rollcall(), mark(1, activity())),
        (Gatehouse::rollcall(), visitor(1, activity())),
        (Gatehouse::ledger(), ruling(1)),
    ] {
        let change = gate.write(writer(1), &[entry]);
        gate.admits(&change);
        let hash = gate.document.heads()[0];
        assert_eq!(gate.admit(&change), Ok(Admission::Known(hash)));
    }
}

#[test]
fn records_in_a_document_of_another_kind_are_malformed() {
    let records = [
        feedback(1),
        plan(1, now()),
        mark(1, activity()),
        ruling(1),
        listing(1),
    ];
    for kind in DocumentKind::ALL {
        for (belongs, record) in DocumentKind::ALL.into_iter().zip(&records) {
            let mut gate = match kind {
                DocumentKind::Journal => Gatehouse::journal(),
                DocumentKind::Calendar => Gatehouse::calendar(),
                DocumentKind::Rollcall => Gatehouse::rollcall(),
                DocumentKind::Ledger => Gatehouse::ledger(),
                DocumentKind::Board => Gatehouse::board(),
            };
            let change = gate.write(writer(1), std::slice::from_ref(record));
            if belongs == kind {
                gate.admits(&change);
            } else {
                gate.refuses(&change, Code::EntryMalformed);
            }
        }
    }
}

fn host_key(number: u128, organisation: OrganisationId) -> Entry {
    let key = HostKey {
        organisation,
        public_key: ByteArray::new([4; 65]),
    };
    entry(number, Record::HostKey(key))
}

fn visitor(number: u128, activity: ActivityId) -> Entry {
    let visitor = Visitor {
        activity,
        name: "陈大文".into(),
        from: "邻村".into(),
        kind: MarkKind::Present,
        corrects: None,
    };
    entry(number, Record::Visitor(visitor))
}

#[test]
fn what_names_another_organisation_or_activity_than_its_document_is_malformed() {
    let elsewhere = ActivityId(Uuid::from_u128(0xabc));
    for (mut gate, entry) in [
        (
            Gatehouse::calendar(),
            host_key(1, OrganisationId(Uuid::from_u128(0xabc))),
        ),
        (Gatehouse::rollcall(), mark(1, elsewhere)),
        (Gatehouse::rollcall(), visitor(1, elsewhere)),
    ] {
        let change = gate.write(writer(1), &[entry]);
        gate.refuses(&change, Code::EntryMalformed);
    }
}

#[test]
fn a_host_plans_and_marks_and_does_not_settle() {
    for (mut gate, entry, may) in [
        (Gatehouse::calendar(), plan(1, now()), true),
        (Gatehouse::rollcall(), mark(1, activity()), true),
        (Gatehouse::ledger(), ruling(1), false),
    ] {
        for grant in &mut gate.authority.grants {
            grant.role = Role::Host;
        }
        let change = gate.write(writer(1), &[entry]);
        if may {
            gate.admits(&change);
        } else {
            gate.refuses(&change, Code::ChangeForbidden);
        }
    }
}

#[test]
fn records_whose_texts_say_nothing_or_too_much_are_malformed() {
    let leave = |reason: &str| {
        let petition = Petition {
            city: AreaCode::parse("441200").unwrap(),
            organisation: organisation(),
            activity: activity(),
            reason: reason.into(),
        };
        entry(1, Record::Claim(Claim::Leave(petition)))
    };
    let paper = |kind, reason: &str| {
        let mark = Mark {
            activity: activity(),
            member: member(),
            kind,
            corrects: None,
            entered: MarkEntry::ProxyEntry {
                reason: reason.into(),
            },
            witness: None,
        };
        entry(1, Record::Mark(mark))
    };
    for (mut gate, entry, good) in [
        (Gatehouse::journal(), leave("出差"), true),
        (Gatehouse::journal(), leave("  "), false),
        (Gatehouse::journal(), leave(&"长".repeat(501)), false),
        (
            Gatehouse::rollcall(),
            paper(MarkKind::Present, "没有手机"),
            true,
        ),
        (Gatehouse::rollcall(), paper(MarkKind::Present, ""), false),
    ] {
        let change = gate.write(writer(1), &[entry]);
        if good {
            gate.admits(&change);
        } else {
            gate.refuses(&change, Code::EntryMalformed);
        }
    }
}

#[test]
fn a_device_that_writes_under_another_device_is_forbidden() {
    let mut gate = Gatehouse::journal();
    let stranger = Writer {
        device: DeviceId(Uuid::from_u128(0xd2)),
        run: 1,
    };
    let change = gate.write(stranger, &[feedback(1)]);
    gate.refuses(&change, Code::ChangeForbidden);
}

#[test]
fn an_actor_that_is_no_device_and_run_is_forbidden() {
    let mut gate = Gatehouse::journal();
    let (mut inner, container) = raw(&gate.document);
    inner.set_actor(automerge::ActorId::from(&device().0.as_bytes()[..]));
    let mut transaction = inner.transaction();
    let entry = feedback(1);
    put(&mut transaction, &container, &entry);
    transaction.commit();
    let change = inner.get_last_local_change().unwrap().raw_bytes().to_vec();
    gate.refuses(&change, Code::ChangeForbidden);
}

#[test]
fn a_member_cannot_write_another_members_journal() {
    let mut gate = Gatehouse::journal();
    let change = gate.write(writer(1), &[feedback(1)]);
    gate.authority.member = MemberId(Uuid::from_u128(0xe2));
    gate.refuses(&change, Code::ChangeForbidden);
}

#[test]
fn an_entry_under_another_members_name_is_forbidden() {
    let mut gate = Gatehouse::calendar();
    let mut entry = plan(1, now());
    entry.by = MemberId(Uuid::from_u128(0xe2));
    let change = gate.write(writer(1), &[entry]);
    gate.refuses(&change, Code::ChangeForbidden);
}

#[test]
fn an_unknown_organisation_is_nobodys() {
    let mut gate = Gatehouse::calendar();
    gate.path = None;
    let change = gate.write(writer(1), &[plan(1, now())]);
    gate.refuses(&change, Code::ChangeForbidden);
}

#[test]
fn a_host_plans_and_marks_for_the_own_organisation_and_not_elsewhere() {
    for (mut gate, entry, role, place, right) in [
        (
            Gatehouse::calendar(),
            plan(1, now()),
            Role::Host,
            "001001",
            true,
        ),
        (
            Gatehouse::rollcall(),
            mark(1, activity()),
            Role::Host,
            "001001",
            true,
        ),
        (
            Gatehouse::rollcall(),
            mark(1, activity()),
            Role::Host,
            "001002",
            false,
        ),
        (
            Gatehouse::calendar(),
            plan(1, now()),
            Role::Coordinator,
            "001",
            true,
        ),
        (
            Gatehouse::calendar(),
            plan(1, now()),
            Role::Coordinator,
            "001001001",
            false,
        ),
    ] {
        gate.authority.grants[0].role = role;
        gate.authority.grants[0].path = path(place);
        let change = gate.write(writer(1), &[entry]);
        if right {
            gate.admits(&change);
        } else {
            gate.refuses(&change, Code::ChangeForbidden);
        }
    }
}

#[test]
fn a_quarter_that_does_not_exist_is_forbidden() {
    let mut gate = Gatehouse::journal();
    let change = gate.write(writer(1), &[feedback(1)]);
    if let DocumentName::Journal { quarter, .. } = &mut gate.name {
        quarter.number = 5;
    }
    gate.refuses(&change, Code::ChangeForbidden);
}

#[test]
fn a_clock_is_taken_up_to_its_limit_and_not_beyond() {
    for (offset_ms, taken) in [
        (limits::CLOCK_SKEW_MS, true),
        (-limits::CLOCK_SKEW_MS, true),
        (limits::CLOCK_SKEW_MS + 1, false),
        (-limits::CLOCK_SKEW_MS - 1, false),
        (i64::MAX - now().0, false),
        (i64::MIN, false),
    ] {
        let mut gate = Gatehouse::journal();
        let mut entry = feedback(1);
        entry.recorded_at = now().plus(offset_ms);
        let change = gate.write(writer(1), &[entry]);
        if taken {
            gate.admits(&change);
        } else {
            gate.refuses(&change, Code::ClockInsane);
        }
    }
}

#[test]
fn a_claim_for_another_city_is_elsewhere() {
    let mut gate = Gatehouse::journal();
    let change = gate.write(writer(1), &[check_in(1, "440100")]);
    gate.refuses(&change, Code::ActivityElsewhere);
}

#[test]
fn a_plan_stands_in_the_calendar_of_its_quarter_only() {
    let mut gate = Gatehouse::calendar();
    let change = gate.write(writer(1), &[plan(1, now().plus(100 * DAY_MS))]);
    gate.refuses(&change, Code::EntryMalformed);
}

#[test]
fn a_mark_stands_in_the_roll_call_of_its_activity_only() {
    let mut gate = Gatehouse::rollcall();
    let other = ActivityId(Uuid::from_u128(0xa2));
    let change = gate.write(writer(1), &[mark(1, other)]);
    gate.refuses(&change, Code::EntryMalformed);
}

#[test]
fn nobody_plans_an_activity_of_another_organisation() {
    let mut gate = Gatehouse::calendar();
    let mut entry = plan(1, now());
    if let Record::Plan(plan) = &mut entry.record {
        plan.activity = ActivityId::of(OrganisationId(Uuid::from_u128(0xf2)), plan.seed);
    }
    let change = gate.write(writer(1), &[entry]);
    gate.refuses(&change, Code::EntryMalformed);
}

#[test]
fn a_record_neither_corrects_nor_revises_itself() {
    let mut entry = mark(1, activity());
    if let Record::Mark(mark) = &mut entry.record {
        mark.corrects = Some(entry.id);
    }
    let mut gate = Gatehouse::rollcall();
    let change = gate.write(writer(1), &[entry]);
    gate.refuses(&change, Code::EntryMalformed);

    let mut entry = plan(1, now());
    if let Record::Plan(plan) = &mut entry.record {
        plan.revises = Some(entry.id);
    }
    let mut gate = Gatehouse::calendar();
    let change = gate.write(writer(1), &[entry]);
    gate.refuses(&change, Code::EntryMalformed);
}
