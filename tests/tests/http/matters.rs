//! Registrations, service and the lists from a phone to the community and back, and what of them the
//! server does not take.

use shared::client::MatterView;
use shared::codes::Code;
use shared::documents::{Document, DocumentName, Writer};
use shared::ids::{EntryId, ListingId};
use shared::records::{
    Entry, Listing, MemberRegistration, Record, Reply, ReplyWord, Request, Service, Subject, Topic,
};
use shared::time::{DAY_MS, HOUR_MS};
use shared::wire::Verdict;
use shared::words::{ListingKind, RequestState, ServiceCategory};
use tests::http::{Phone, TestServer};
use uuid::Uuid;

use crate::city::{
    BRANCH, COORDINATOR, COUNTY_COORDINATOR, HOST, MEMBER, OTHER_BRANCH, SECOND_MEMBER, STRANGER,
    member, organisation, serve, ten,
};

pub const NUMBER: &str = "13800001234";

pub fn ask(subject: Subject) -> Record {
    Record::Request(Request {
        to: organisation(BRANCH),
        asker: None,
        replaces: None,
        subject,
    })
}

fn registration() -> Record {
    ask(Subject::MemberRegistration(MemberRegistration {
        name: "党员4".to_owned(),
        phone: NUMBER.to_owned(),
        workplace: "区司法局".to_owned(),
        branch: "第二支部".to_owned(),
        party_post: None,
        grid: None,
        skills: Vec::new(),
        interests: Vec::new(),
        times: Vec::new(),
        until: None,
        note: None,
    }))
}

fn service() -> Service {
    Service {
        starts_at: ten().plus(-3 * HOUR_MS),
        ends_at: ten().plus(-HOUR_MS),
        minutes: 110,
        category: ServiceCategory::LegalAid,
        beneficiaries: 5,
        place: Some("社区大院".to_owned()),
        note: Some("=1+1".to_owned()),
        listing: None,
        activity: None,
        photo: None,
        people: Vec::new(),
    }
}

pub fn listing(path: &str) -> Listing {
    let seed = Uuid::now_v7();
    Listing {
        listing: ListingId::of(organisation(path), seed),
        seed,
        revises: None,
        kind: ListingKind::Need,
        title: "周末值守".to_owned(),
        text: String::new(),
        category: ServiceCategory::SafetyPatrol,
        skills: Vec::new(),
        times: Vec::new(),
        places: 2,
        place: None,
        until: None,
        closed: None,
    }
}

pub fn accept(view: &MatterView) -> Record {
    let matter = &view.row.matter;
    Record::Reply(Reply {
        request: matter.request,
        topics: vec![matter.topic],
        word: ReplyWord::Accepted {
            opinion: "欢迎".to_owned(),
        },
        knew: matter.said.clone(),
        signed_by: "党员1".to_owned(),
    })
}

/// Syncs a phone after everything that was stored, and returns what it shows.
async fn told(server: &TestServer, phone: &mut Phone) -> Vec<MatterView> {
    server.settled().await;
    phone.sync().await;
    phone.engine.matters()
}

/// A member of the other branch registers at the community and logs a service; returns both phones.
pub async fn asked(server: &TestServer) -> (Phone, Phone, EntryId) {
    let mut asking = server.phone(member(STRANGER)).await;
    let request = asking.enter(registration()).await.unwrap();
    asking
        .enter(ask(Subject::Service(service())))
        .await
        .unwrap();
    let mut coordinator = server.phone(member(COORDINATOR)).await;
    told(server, &mut coordinator).await;
    (coordinator, asking, request)
}

#[tokio::test]
async fn a_registration_reaches_the_community_and_the_answer_comes_back() {
    let server = serve().await;
    let (mut coordinator, mut asking, request) = asked(&server).await;
    let waiting = coordinator.engine.matters();
    assert_eq!(waiting.len(), 2);
    let view = waiting
        .iter()
        .find(|view| view.row.matter.request == request);
    let view = view.expect("it waits");
    assert_eq!(view.row.matter.state, RequestState::Waiting);
    assert_eq!(
        (&*view.row.name, &*view.row.to),
        ("党员4", "组织001001001001")
    );
    assert_eq!(view.row.place, ["高要区", "回龙镇"]);
    let Subject::MemberRegistration(form) = &view.row.matter.subject else {
        panic!("a registration was sent");
    };
    assert_eq!(form.phone, "138****1234");

    coordinator.enter(accept(view)).await.unwrap();
    let views = told(&server, &mut asking).await;
    let receipt = views.iter().find(|view| view.row.matter.request == request);
    let receipt = &receipt.expect("it is the owner's").row.matter;
    assert_eq!(receipt.state, RequestState::Accepted);
    let reply = receipt.reply.as_ref().expect("somebody decided");
    assert_eq!(
        (&*reply.signed_by, reply.by),
        ("党员1", member(COORDINATOR))
    );
    asking.reopen().await;
    assert_eq!(asking.engine.matters(), views, "all of it was durable");
    // Nobody else's phone is told.
    for number in [MEMBER, HOST, COUNTY_COORDINATOR] {
        let mut other = server.phone(member(number)).await;
        assert!(told(&server, &mut other).await.is_empty(), "{number}");
    }
}

/// Offers one record past the engine, as the first change of a document.
async fn offer(phone: &Phone, name: DocumentName, run: u32, record: Record) -> Verdict {
    let entry = Entry {
        id: EntryId(Uuid::now_v7()),
        by: phone.identity.member,
        recorded_at: ten(),
        record,
    };
    let mut document = Document::new(name.kind());
    let writer = Writer {
        device: phone.identity.device,
        run,
    };
    let bytes = document.write(writer, ten(), &[entry]).bytes;
    phone.offer(vec![(name, bytes)]).await.verdicts[0]
}

fn journal(number: u128) -> DocumentName {
    DocumentName::Journal {
        member: member(number),
        quarter: ten().day().quarter(),
    }
}

fn ledger(path: &str) -> DocumentName {
    DocumentName::Ledger {
        organisation: organisation(path),
        quarter: ten().day().quarter(),
    }
}

fn board(path: &str) -> DocumentName {
    DocumentName::Board {
        organisation: organisation(path),
    }
}

#[tokio::test]
async fn nobody_lists_asks_or_answers_in_anothers_name() {
    let server = serve().await;
    let phone = server.phone(member(MEMBER)).await;
    let host = server.phone(member(HOST)).await;
    let coordinator = server.phone(member(COORDINATOR)).await;
    let forbidden = Verdict::Refused(Code::ChangeForbidden);
    let malformed = Verdict::Refused(Code::EntryMalformed);
    let need = |path| Record::Listing(listing(path));
    for person in [&phone, &host] {
        assert_eq!(
            offer(person, board(BRANCH), 70, need(BRANCH)).await,
            forbidden
        );
    }
    assert_eq!(
        offer(&coordinator, board(OTHER_BRANCH), 70, need(OTHER_BRANCH)).await,
        forbidden
    );
    assert_eq!(
        offer(&coordinator, board(BRANCH), 71, need(OTHER_BRANCH)).await,
        malformed,
        "another community's listing on the own board"
    );
    assert_eq!(
        offer(&phone, journal(SECOND_MEMBER), 71, registration()).await,
        forbidden
    );
    let mut in_name = registration();
    if let Record::Request(request) = &mut in_name {
        request.asker = Some(organisation(OTHER_BRANCH));
    }
    assert_eq!(
        offer(&phone, journal(MEMBER), 72, in_name.clone()).await,
        malformed
    );
    assert_eq!(
        offer(&coordinator, ledger(BRANCH), 72, in_name).await,
        malformed
    );
    let word = Record::Reply(Reply {
        request: EntryId(Uuid::now_v7()),
        topics: vec![Topic::Member(member(MEMBER))],
        word: ReplyWord::Accepted {
            opinion: String::new(),
        },
        knew: Vec::new(),
        signed_by: "党员2".to_owned(),
    });
    assert_eq!(
        offer(&phone, ledger(BRANCH), 73, word.clone()).await,
        forbidden
    );
    assert_eq!(offer(&phone, journal(MEMBER), 74, word).await, malformed);
    // Every refusal stands in the log.
    let log = server.store().audit_log(100).await.unwrap();
    let refused = log.iter().filter(|record| record.event == "change_refused");
    assert_eq!(refused.count(), 9);
}

type Change = fn(&mut Service);

#[tokio::test]
async fn service_that_cannot_have_been_is_refused() {
    let server = serve().await;
    let phone = server.phone(member(MEMBER)).await;
    let absurd: [(&str, Change); 7] = [
        ("no minutes", |service| service.minutes = 0),
        ("more minutes than there were", |service| {
            service.minutes = 121
        }),
        ("an end before the start", |service| {
            service.ends_at = service.starts_at.plus(-1);
        }),
        ("no time at all", |service| {
            service.ends_at = service.starts_at
        }),
        ("more than a week", |service| {
            service.starts_at = service.ends_at.plus(-7 * DAY_MS - 1);
        }),
        ("a crowd beyond belief", |service| {
            service.beneficiaries = 100_001
        }),
        ("somebody else's", |service| {
            service.people = vec![member(STRANGER)]
        }),
    ];
    for (run, (what, change)) in (80..).zip(absurd) {
        let mut service = service();
        change(&mut service);
        let record = ask(Subject::Service(service));
        let verdict = offer(&phone, journal(MEMBER), run, record).await;
        assert_eq!(verdict, Verdict::Refused(Code::EntryMalformed), "{what}");
    }
    let sound = ask(Subject::Service(service()));
    assert_eq!(
        offer(&phone, journal(MEMBER), 99, sound).await,
        Verdict::Stored
    );
}
