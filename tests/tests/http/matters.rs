//! Registrations, service and the lists: from a phone to the community and back, and what others may
//! see of them.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use server::directory::DirectoryChanges;
use shared::api::{
    ListingTally, MatterList, OrganisationSummary, Phone as Number, PhoneRequest, RegistrationList,
    ServiceReport,
};
use shared::client::MatterView;
use shared::codes::Code;
use shared::directory::{Area, Organisation};
use shared::documents::{Document, DocumentName, Writer};
use shared::ids::{EntryId, ListingId, OrganisationPath};
use shared::records::{
    Entry, Listing, MemberRegistration, Pledge, Record, Reply, ReplyWord, Request, Service,
    Subject, Topic,
};
use shared::time::{DAY_MS, HOUR_MS};
use shared::wire::Verdict;
use shared::words::{AreaLevel, ListingKind, OrganisationKind, RequestState, ServiceCategory};
use tests::http::{Phone, TestServer};
use uuid::Uuid;

use crate::city::{
    BRANCH, COORDINATOR, COUNTY_COORDINATOR, HOST, MEMBER, OTHER_BRANCH, SECOND_MEMBER, STRANGER,
    area, member, organisation, serve, ten,
};

const NUMBER: &str = "13800001234";

fn ask(subject: Subject) -> Record {
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

fn listing(path: &str) -> Listing {
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

fn accept(view: &MatterView) -> Record {
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
async fn asked(server: &TestServer) -> (Phone, Phone, EntryId) {
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

#[tokio::test]
async fn service_that_cannot_have_been_is_refused() {
    let server = serve().await;
    let phone = server.phone(member(MEMBER)).await;
    let absurd: [(&str, fn(&mut Service)); 7] = [
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

#[tokio::test]
async fn a_telephone_number_is_masked_and_whoever_looks_is_noted() {
    let server = serve().await;
    let (coordinator, _, request) = asked(&server).await;
    let address = format!("/api/matters?organisation={}", organisation(BRANCH));
    let answer = coordinator.request("GET", &address).send().await;
    let text = String::from_utf8(answer.body.clone()).unwrap();
    assert!(
        text.contains("138****1234") && !text.contains(NUMBER),
        "{text}"
    );
    let list: MatterList = answer.json();
    assert_eq!((list.rows.len(), &list.next), (2, &None));

    let asked = PhoneRequest {
        request,
        topic: Topic::Member(member(STRANGER)),
    };
    let look = async |phone: &Phone, asked: &PhoneRequest| {
        let request = phone.request("POST", "/api/matters/phone").json(asked);
        request.send().await
    };
    let number: Number = look(&coordinator, &asked).await.json();
    assert_eq!(number.phone, NUMBER);
    let stranger = server.phone(member(MEMBER)).await;
    look(&stranger, &asked)
        .await
        .expect_error(403, Code::Forbidden);
    let nothing = PhoneRequest {
        request: EntryId(Uuid::now_v7()),
        ..asked
    };
    look(&coordinator, &nothing)
        .await
        .expect_error(404, Code::NotFound);
    let log = server.store().audit_log(100).await.unwrap();
    let looks: Vec<_> = log
        .iter()
        .rev()
        .filter(|record| record.event == "phone_read")
        .map(|record| (record.member, record.object.clone(), &*record.result))
        .collect();
    let object = request.to_string();
    assert_eq!(
        looks,
        [
            (Some(member(COORDINATOR)), object.clone(), "ok"),
            (Some(member(MEMBER)), object, "forbidden"),
            (
                Some(member(COORDINATOR)),
                nothing.request.to_string(),
                "not_found"
            ),
        ]
    );
    let lists = log.iter().filter(|record| record.event == "matters_read");
    assert_eq!(lists.count(), 1);
}

#[tokio::test]
async fn names_are_shown_to_those_who_oversee_and_to_nobody_else() {
    let server = serve().await;
    let (coordinator, _, _) = asked(&server).await;
    let county = server.phone(member(COUNTY_COORDINATOR)).await;
    let branch = organisation(BRANCH);
    for question in ["matters", "registrations", "service", "service.xlsx"] {
        let address = format!("/api/{question}?organisation={branch}");
        let ask = async |phone: &Phone| phone.request("GET", &address).send().await;
        assert_eq!(ask(&coordinator).await.status, 200, "{question}");
        assert_eq!(ask(&county).await.status, 200, "{question}");
        for number in [MEMBER, HOST, STRANGER] {
            let phone = server.phone(member(number)).await;
            ask(&phone).await.expect_error(403, Code::Forbidden);
        }
        let nobody = server.request("GET", &address).send().await;
        nobody.expect_error(401, Code::NotSignedIn);
        let elsewhere = format!(
            "/api/{question}?organisation={}",
            organisation(OTHER_BRANCH)
        );
        let answer = coordinator.request("GET", &elsewhere).send().await;
        answer.expect_error(403, Code::Forbidden);
    }
    for nonsense in [
        "matters?side=above",
        "matters?kind=wish",
        "matters?state=gone",
        "matters?after=1.2.3",
        "matters?from=soon",
        "service?from=2026-11-30&to=2026-11-01",
        "registrations?organisation=x",
        "listings",
    ] {
        let answer = coordinator.request("GET", &format!("/api/{nonsense}"));
        answer
            .send()
            .await
            .expect_error(400, Code::RequestMalformed);
    }
}

#[tokio::test]
async fn a_unit_sees_what_its_members_ask_elsewhere() {
    let server = serve().await;
    let (coordinator, _, _) = asked(&server).await;
    let county = server.phone(member(COUNTY_COORDINATOR)).await;
    let count = async |phone: &Phone, question: String| {
        let answer = phone.request("GET", &format!("/api/matters?{question}"));
        let list: MatterList = answer.send().await.json();
        list.rows.len()
    };
    let other = organisation(OTHER_BRANCH);
    assert_eq!(
        count(&county, format!("organisation={other}&side=asking")).await,
        2
    );
    assert_eq!(count(&county, format!("organisation={other}")).await, 0);
    assert_eq!(count(&coordinator, "side=asking".to_owned()).await, 0);
    let one = "kind=member_registration&state=waiting&from=2026-11-22&to=2026-11-22";
    assert_eq!(count(&coordinator, one.to_owned()).await, 1);
    let tomorrow = "from=2026-11-23";
    assert_eq!(count(&coordinator, tomorrow.to_owned()).await, 0);

    let address = format!("/api/registrations?organisation={other}");
    let list: RegistrationList = county.request("GET", &address).send().await.json();
    assert_eq!(
        (list.members, list.registered, list.missing.len()),
        (1, 0, 0)
    );
    assert_eq!(list.rows.len(), 1, "it waits");
    let address = format!("/api/registrations?organisation={}", organisation(BRANCH));
    let list: RegistrationList = county.request("GET", &address).send().await.json();
    assert_eq!(
        (list.members, list.missing.len(), list.rows.len()),
        (4, 4, 0)
    );
}

#[tokio::test]
async fn everybody_sees_where_to_register_and_what_is_taken() {
    let server = serve().await;
    let village = area("441204103001");
    let changes = DirectoryChanges {
        areas: vec![Area {
            code: village.clone(),
            name: "圩镇社区".to_owned(),
            level: AreaLevel::Village,
            parent: Some(area("441204103")),
        }],
        organisations: vec![Organisation {
            id: organisation(BRANCH),
            path: OrganisationPath::parse(BRANCH).unwrap(),
            name: "圩镇社区党支部".to_owned(),
            kind: OrganisationKind::Branch,
            area: village,
        }],
        ..DirectoryChanges::default()
    };
    server.store().change_directory(changes).await.unwrap();
    let mut phone = server.phone(member(STRANGER)).await;
    let answer = phone.request("GET", "/api/communities").send().await;
    let communities: Vec<OrganisationSummary> = answer.json();
    assert_eq!(communities.len(), 1);
    assert_eq!(communities[0].id, organisation(BRANCH));
    assert_eq!(communities[0].place, ["高要区", "回龙镇"]);
    let tag = answer.header("etag").expect("has a tag").to_owned();
    let again = async |tag: &str| {
        let request = phone.request("GET", "/api/communities");
        request.header("if-none-match", tag).send().await
    };
    let known = again(&tag).await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    assert_eq!(again("\"7-1\"").await.status, 200);
    let nobody = server.request("GET", "/api/communities").send().await;
    nobody.expect_error(401, Code::NotSignedIn);

    let mut coordinator = server.phone(member(COORDINATOR)).await;
    let need = listing(BRANCH);
    let pledge = Pledge {
        listing: need.listing,
        places: 1,
        note: None,
    };
    coordinator
        .enter(Record::Listing(need.clone()))
        .await
        .unwrap();
    phone.enter(ask(Subject::Pledge(pledge))).await.unwrap();
    server.settled().await;
    let address = format!("/api/listings?organisation={}", organisation(BRANCH));
    let tallies: Vec<ListingTally> = phone.request("GET", &address).send().await.json();
    let expected = ListingTally {
        listing: need.listing,
        taken: 1,
        contested: 0,
    };
    assert_eq!(tallies, [expected]);
}

#[tokio::test]
async fn approved_service_is_reported_and_written_as_a_workbook() {
    let server = serve().await;
    let (mut coordinator, _, request) = asked(&server).await;
    let views = coordinator.engine.matters();
    let service = views.iter().find(|view| view.row.matter.request != request);
    let report = async |phone: &Phone| -> ServiceReport {
        phone.request("GET", "/api/service").send().await.json()
    };
    let before = report(&coordinator).await;
    assert_eq!(before.totals.services, 0, "nothing counts before a word");
    coordinator.enter(accept(service.unwrap())).await.unwrap();
    server.settled().await;
    let after = report(&coordinator).await;
    assert_eq!(
        (after.totals.services, after.totals.minutes, after.people),
        (1, 110, 1)
    );
    assert_eq!((after.totals.beneficiaries, after.groups.len()), (5, 1));
    assert_eq!(after.groups[0].organisation.id, organisation(OTHER_BRANCH));
    assert_eq!(after.from, ten().day().quarter().first_day());

    let answer = coordinator.request("GET", "/api/service.xlsx").send().await;
    assert_eq!(answer.status, 200);
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(answer.body)).unwrap();
    assert_eq!(workbook.sheet_names(), ["服务汇总", "服务台账"]);
    let mut texts = Vec::new();
    for sheet in ["服务汇总", "服务台账"] {
        let range = workbook.worksheet_range(sheet).unwrap();
        texts.extend(range.used_cells().map(|(_, _, cell)| cell.clone()));
        assert!(workbook.worksheet_formula(sheet).unwrap().is_empty());
    }
    for expected in [
        "党员4",
        "组织001001001002",
        "法律咨询与援助",
        "社区大院",
        "=1+1",
        "党员1",
    ] {
        assert!(
            texts.contains(&Data::String(expected.to_owned())),
            "{expected}"
        );
    }
    assert!(texts.contains(&Data::Float(110.0)) && texts.contains(&Data::Float(1.8)));
    for forbidden in ["证明", "证书"] {
        assert!(
            texts
                .iter()
                .all(|cell| !cell.to_string().contains(forbidden))
        );
    }
    let log = server.store().audit_log(100).await.unwrap();
    assert!(log.iter().any(|record| record.event == "service_exported"));
}
