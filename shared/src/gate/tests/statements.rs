//! What the gate takes of registrations, service and the lists, and from whom.

use super::*;
use crate::records::{
    Correction, MemberRegistration, OrganisationRegistration, Pledge, Rating, Reply, ReplyWord,
    Request, Service, Subject, Topic, Withdrawal,
};
use crate::time::MINUTE_MS;
use crate::words::{OrganisationKind, Satisfaction};

fn elsewhere() -> OrganisationId {
    OrganisationId(Uuid::from_u128(0xabc))
}

fn request(asker: Option<OrganisationId>, subject: Subject) -> Entry {
    let request = Request {
        to: elsewhere(),
        asker,
        replaces: None,
        subject,
    };
    entry(1, Record::Request(request))
}

fn service(minutes: (i64, u32), people: &[u128]) -> Subject {
    let (span, counted) = minutes;
    Subject::Service(Service {
        starts_at: now(),
        ends_at: now().plus(span * MINUTE_MS),
        minutes: counted,
        category: ServiceCategory::Health,
        beneficiaries: 3,
        place: None,
        note: None,
        listing: None,
        activity: None,
        photo: None,
        people: people
            .iter()
            .map(|person| MemberId(Uuid::from_u128(*person)))
            .collect(),
    })
}

fn pledge(places: u32) -> Subject {
    Subject::Pledge(Pledge {
        listing: ListingId::of(elsewhere(), seed()),
        places,
        note: None,
    })
}

fn member_registration(phone: &str) -> Subject {
    Subject::MemberRegistration(MemberRegistration {
        name: "李秀英".into(),
        phone: phone.into(),
        workplace: "市图书馆".into(),
        branch: "图书馆支部".into(),
        party_post: None,
        grid: None,
        skills: vec!["急救".into()],
        interests: vec![ServiceCategory::Health],
        times: Vec::new(),
        until: None,
        note: None,
    })
}

fn unit_registration() -> Subject {
    Subject::OrganisationRegistration(OrganisationRegistration {
        name: "市图书馆".into(),
        kind: OrganisationKind::Branch,
        contact: "何敏".into(),
        phone: "0758-2812345".into(),
        address: "和平路1号".into(),
        services: "借阅上门".into(),
        members: Some(18),
        note: None,
    })
}

fn topics() -> Vec<Topic> {
    vec![Topic::Member(member())]
}

fn reply(word: ReplyWord) -> Entry {
    let reply = Reply {
        request: id(7),
        topics: topics(),
        word,
        knew: Vec::new(),
        signed_by: "王书记".into(),
    };
    entry(1, Record::Reply(reply))
}

fn check(mut gate: Gatehouse, entry: Entry, expected: Result<(), Code>) {
    let change = gate.write(writer(1), &[entry]);
    match expected {
        Ok(()) => gate.admits(&change),
        Err(code) => gate.refuses(&change, code),
    }
}

const MALFORMED: Result<(), Code> = Err(Code::EntryMalformed);

#[test]
fn a_request_stands_in_the_askers_own_document() {
    let own = Some(organisation());
    for (gate, entry, expected) in [
        (
            Gatehouse::journal(),
            request(None, member_registration("13800001234")),
            Ok(()),
        ),
        (
            Gatehouse::ledger(),
            request(own, unit_registration()),
            Ok(()),
        ),
        (
            Gatehouse::ledger(),
            request(own, service((60, 60), &[1, 2])),
            Ok(()),
        ),
        (
            Gatehouse::journal(),
            request(own, unit_registration()),
            MALFORMED,
        ),
        (
            Gatehouse::ledger(),
            request(Some(elsewhere()), unit_registration()),
            MALFORMED,
        ),
        (
            Gatehouse::ledger(),
            request(None, member_registration("13800001234")),
            MALFORMED,
        ),
        (
            Gatehouse::board(),
            request(own, unit_registration()),
            MALFORMED,
        ),
        (
            Gatehouse::calendar(),
            request(own, unit_registration()),
            MALFORMED,
        ),
    ] {
        check(gate, entry, expected);
    }
}

#[test]
fn only_an_organisation_asks_for_many_and_only_a_member_for_themselves() {
    let own = Some(organisation());
    for (gate, entry, expected) in [
        (Gatehouse::journal(), request(None, pledge(1)), Ok(())),
        (Gatehouse::journal(), request(None, pledge(2)), MALFORMED),
        (Gatehouse::ledger(), request(own, pledge(12)), Ok(())),
        (Gatehouse::ledger(), request(own, pledge(0)), MALFORMED),
        (
            Gatehouse::journal(),
            request(None, service((60, 60), &[1])),
            MALFORMED,
        ),
        (
            Gatehouse::ledger(),
            request(own, service((60, 60), &[])),
            MALFORMED,
        ),
        (
            Gatehouse::ledger(),
            request(own, service((60, 60), &[2, 1])),
            MALFORMED,
        ),
        (
            Gatehouse::ledger(),
            request(own, member_registration("13800001234")),
            MALFORMED,
        ),
    ] {
        check(gate, entry, expected);
    }
}

#[test]
fn a_service_of_26_hours_is_taken_and_one_that_cannot_have_been_is_not() {
    let day = 24 * 60;
    for (minutes, expected) in [
        ((60, 60), Ok(())),
        ((26 * 60, 26 * 60), Ok(())),
        ((60, 0), MALFORMED),
        ((60, 61), MALFORMED),
        ((0, 1), MALFORMED),
        ((-60, 60), MALFORMED),
        ((8 * day, 60), MALFORMED),
    ] {
        let entry = request(None, service(minutes, &[]));
        check(Gatehouse::journal(), entry, expected);
    }
}

#[test]
fn a_record_of_negative_minutes_is_no_record() {
    let good = documents::encode(&request(None, service((60, 60), &[])));
    let fields: ciborium::Value = crate::wire::decode(&good).unwrap();
    let text = |key: &str| ciborium::Value::Text(key.into());
    let mut bad = fields;
    let mut at = &mut bad;
    for key in ["record", "request", "subject", "service"] {
        let map = at.as_map_mut().unwrap();
        let found = map.iter_mut().find(|(name, _)| *name == text(key));
        at = &mut found.unwrap().1;
    }
    let minutes = at.as_map_mut().unwrap().iter_mut();
    let (_, minutes) = minutes
        .into_iter()
        .find(|(name, _)| *name == text("minutes"))
        .unwrap();
    *minutes = ciborium::Value::Integer((-60).into());
    let bytes = crate::wire::encode(&bad);
    let mut gate = Gatehouse::journal();
    let change = gate.craft(|transaction, container| {
        use automerge::transaction::Transactable;
        transaction
            .put(container, id(1).to_string(), bytes)
            .unwrap();
    });
    gate.refuses(&change, Code::EntryMalformed);
}

#[test]
fn a_telephone_number_is_one() {
    for (phone, expected) in [
        ("13800001234", Ok(())),
        ("+86 138-0000-1234", Ok(())),
        ("1234", MALFORMED),
        ("138000O1234", MALFORMED),
        ("", MALFORMED),
        ("123456789012345678901", MALFORMED),
    ] {
        let entry = request(None, member_registration(phone));
        check(Gatehouse::journal(), entry, expected);
    }
}

#[test]
fn replies_and_ratings_stand_in_a_ledger_and_say_why() {
    let accepted = || ReplyWord::Accepted {
        opinion: String::new(),
    };
    let returned = |reason: &str| ReplyWord::Returned {
        reason: reason.into(),
    };
    let corrected = |minutes| {
        ReplyWord::Corrected(Correction {
            minutes,
            beneficiaries: 1,
            category: ServiceCategory::Other,
            reason: "中间休息".into(),
        })
    };
    let rating = Rating {
        request: id(7),
        topics: topics(),
        satisfaction: Satisfaction::Satisfied,
        words: "很细心".into(),
        signed_by: "王书记".into(),
    };
    for (gate, entry, expected) in [
        (Gatehouse::ledger(), reply(accepted()), Ok(())),
        (Gatehouse::ledger(), reply(returned("地址不全")), Ok(())),
        (Gatehouse::ledger(), reply(corrected(30)), Ok(())),
        (
            Gatehouse::ledger(),
            entry(1, Record::Rating(rating.clone())),
            Ok(()),
        ),
        (Gatehouse::ledger(), reply(returned("  ")), MALFORMED),
        (Gatehouse::ledger(), reply(corrected(0)), MALFORMED),
        (Gatehouse::journal(), reply(accepted()), MALFORMED),
        (
            Gatehouse::board(),
            entry(1, Record::Rating(rating)),
            MALFORMED,
        ),
    ] {
        check(gate, entry, expected);
    }
}

#[test]
fn nothing_names_itself_and_nobody_is_named_twice() {
    let withdrawal = |number, request, topics| {
        let withdrawal = Withdrawal {
            request: id(request),
            topics,
            reason: "搬家".into(),
        };
        entry(number, Record::Withdrawal(withdrawal))
    };
    let twice = [topics(), topics()].concat();
    for (entry, expected) in [
        (withdrawal(1, 7, topics()), Ok(())),
        (withdrawal(1, 1, topics()), MALFORMED),
        (withdrawal(1, 7, Vec::new()), MALFORMED),
        (withdrawal(1, 7, twice), MALFORMED),
    ] {
        check(Gatehouse::journal(), entry, expected);
    }
}

#[test]
fn a_board_takes_its_own_communitys_listings_from_its_coordinators() {
    check(Gatehouse::board(), listing(1), Ok(()));
    let mut foreign = listing(1);
    let Record::Listing(listed) = &mut foreign.record else {
        panic!("a listing is one");
    };
    listed.listing = ListingId::of(elsewhere(), seed());
    check(Gatehouse::board(), foreign, MALFORMED);
    let mut gate = Gatehouse::board();
    for grant in &mut gate.authority.grants {
        grant.role = Role::Host;
    }
    check(gate, listing(1), Err(Code::ChangeForbidden));
    let mut gate = Gatehouse::board();
    gate.authority.grants.clear();
    check(gate, listing(1), Err(Code::ChangeForbidden));
}
