//! What others may see of registrations, service and the lists, and who may not.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use server::directory::{Appointment, DirectoryChanges};
use shared::api::{
    ListingTally, MatterList, OrganisationSummary, Phone as Number, PhoneRequest, RegistrationList,
    ServiceReport,
};
use shared::codes::Code;
use shared::directory::{Area, Organisation};
use shared::ids::{EntryId, OrganisationPath};
use shared::records::{OrganisationRegistration, Pledge, Record, Request, Subject, Topic};
use shared::words::{AreaLevel, OrganisationKind, Role};
use tests::http::Phone;
use uuid::Uuid;

use crate::city::{
    BRANCH, COORDINATOR, COUNTY_COORDINATOR, HOST, MEMBER, OTHER_BRANCH, STRANGER, area, member,
    organisation, serve, ten,
};
use crate::matters::{NUMBER, accept, ask, asked, listing};

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

/// Returns the telephone number of the unit's registration as a phone shows it.
async fn unit_number(phone: &mut Phone) -> String {
    phone.sync().await;
    let views = phone.engine.matters();
    assert_eq!(views.len(), 1);
    match &views[0].row.matter.subject {
        Subject::OrganisationRegistration(form) => form.phone.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_unit_sees_its_own_telephone_number_and_the_community_a_masked_one() {
    let server = serve().await;
    let appointment = |number| Appointment {
        member: member(number),
        role: Role::Coordinator,
        organisation: organisation(OTHER_BRANCH),
    };
    let changes = DirectoryChanges {
        appointments: vec![appointment(STRANGER), appointment(MEMBER)],
        ..DirectoryChanges::default()
    };
    server.store().change_directory(changes).await.unwrap();
    let form = OrganisationRegistration {
        name: "区司法局".to_owned(),
        kind: OrganisationKind::Branch,
        contact: "李干事".to_owned(),
        phone: NUMBER.to_owned(),
        address: "和平路 1 号".to_owned(),
        services: String::new(),
        members: None,
        note: None,
    };
    let request = Record::Request(Request {
        to: organisation(BRANCH),
        asker: Some(organisation(OTHER_BRANCH)),
        replaces: None,
        subject: Subject::OrganisationRegistration(form),
    });
    let mut asking = server.phone(member(STRANGER)).await;
    asking.sync().await;
    asking.enter(request).await.unwrap();
    server.settled().await;
    for (number, expected) in [
        (STRANGER, NUMBER),
        (MEMBER, NUMBER),
        (COORDINATOR, "138****1234"),
    ] {
        let mut phone = server.phone(member(number)).await;
        assert_eq!(unit_number(&mut phone).await, expected, "{number}");
    }
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
