//! A city with one county, one town and two branches.

use server::directory::{Appointment, DirectoryChanges, Person};
use shared::directory::{Area, City, Organisation};
use shared::ids::{ActivityId, AreaCode, MemberId, OrganisationId, OrganisationPath};
use shared::records::{Claim, Details, Evidence, Plan, Presence, Record, Standing};
use shared::time::{Day, HOUR_MS, Timestamp};
use shared::words::{ActivityKind, AreaLevel, OrganisationKind, Role};
use tests::http::{Phone, TestServer};
use uuid::Uuid;

pub const ROOT: &str = "001";
pub const COUNTY: &str = "001001";
pub const TOWN: &str = "001001001";
pub const BRANCH: &str = "001001001001";
pub const OTHER_BRANCH: &str = "001001001002";

/// Coordinates the branch.
pub const COORDINATOR: u128 = 1;
/// Members of the branch without a right.
pub const MEMBER: u128 = 2;
pub const SECOND_MEMBER: u128 = 3;
/// A member of the other branch.
pub const STRANGER: u128 = 4;
/// Coordinates the county.
pub const COUNTY_COORDINATOR: u128 = 5;
/// Hosts in the branch.
pub const HOST: u128 = 6;

/// Ten o'clock.
pub fn ten() -> Timestamp {
    Day::of(2026, 11, 22).start().plus(10 * HOUR_MS)
}

pub fn member(number: u128) -> MemberId {
    MemberId(Uuid::from_u128(number))
}

pub fn organisation(path: &str) -> OrganisationId {
    OrganisationId(Uuid::new_v5(&Uuid::NAMESPACE_OID, path.as_bytes()))
}

pub fn area(code: &str) -> AreaCode {
    AreaCode::parse(code).unwrap()
}

fn rows() -> DirectoryChanges {
    let division = |code: &str, name: &str, level, parent: Option<&str>| Area {
        code: area(code),
        name: name.to_owned(),
        level,
        parent: parent.map(area),
    };
    let unit = |path: &str, kind, code: &str| Organisation {
        id: organisation(path),
        path: OrganisationPath::parse(path).unwrap(),
        name: format!("组织{path}"),
        kind,
        area: area(code),
    };
    let right = |number, role, path| Appointment {
        member: member(number),
        role,
        organisation: organisation(path),
    };
    DirectoryChanges {
        areas: vec![
            division("441200", "肇庆市", AreaLevel::City, None),
            division("441204", "高要区", AreaLevel::County, Some("441200")),
            division("441204103", "回龙镇", AreaLevel::Town, Some("441204")),
        ],
        organisations: vec![
            unit(ROOT, OrganisationKind::Committee, "441200"),
            unit(COUNTY, OrganisationKind::Committee, "441204"),
            unit(TOWN, OrganisationKind::Committee, "441204103"),
            unit(BRANCH, OrganisationKind::Branch, "441204103"),
            unit(OTHER_BRANCH, OrganisationKind::Branch, "441204103"),
        ],
        venues: Vec::new(),
        people: vec![
            person(COORDINATOR, BRANCH),
            person(MEMBER, BRANCH),
            person(SECOND_MEMBER, BRANCH),
            person(STRANGER, OTHER_BRANCH),
            person(COUNTY_COORDINATOR, COUNTY),
            person(HOST, BRANCH),
        ],
        appointments: vec![
            right(COORDINATOR, Role::Coordinator, BRANCH),
            right(COUNTY_COORDINATOR, Role::Coordinator, COUNTY),
            right(HOST, Role::Host, BRANCH),
        ],
        ..DirectoryChanges::default()
    }
}

pub async fn serve() -> TestServer {
    serve_crowd(0).await
}

/// The first of a crowd's members.
pub const CROWD: u128 = 1_000;

/// Serves the city with so many more members of the branch, numbered from [`CROWD`] on.
pub async fn serve_crowd(count: u128) -> TestServer {
    let city = City {
        code: area("441200"),
        name: "肇庆市".to_owned(),
        demo: false,
    };
    let mut rows = rows();
    let crowd = CROWD..CROWD + count;
    rows.people
        .extend(crowd.map(|number| person(number, BRANCH)));
    TestServer::found(city, rows, ten()).await
}

fn person(number: u128, path: &str) -> Person {
    Person {
        id: member(number),
        code: format!("P{number}"),
        name: format!("党员{number}"),
        branch: organisation(path),
        phone: Some("13800008000".to_owned()),
    }
}

/// Returns the branch's plan of a new activity from ten to twelve.
pub fn plan() -> Plan {
    let seed = Uuid::now_v7();
    Plan {
        activity: ActivityId::of(organisation(BRANCH), seed),
        seed,
        revises: None,
        kind: ActivityKind::Lecture,
        topic: "初心讲坛".to_owned(),
        speaker: None,
        venue: None,
        starts_at: ten(),
        ends_at: ten().plus(2 * HOUR_MS),
        campaign: None,
        standing: Standing::Planned,
        details: Details::default(),
    }
}

pub fn presence(activity: ActivityId) -> Presence {
    Presence {
        city: area("441200"),
        organisation: organisation(BRANCH),
        activity,
        evidence: Evidence::SelfReport,
        installation: None,
    }
}

pub fn check_in(activity: ActivityId) -> Record {
    Record::Claim(Claim::CheckIn(presence(activity)))
}

/// The branch's coordinator plans an activity of now; returns the phone and the activity.
pub async fn planned(server: &TestServer) -> (Phone, ActivityId) {
    let mut coordinator = server.phone(member(COORDINATOR)).await;
    let plan = plan();
    let activity = plan.activity;
    coordinator.enter(Record::Plan(plan)).await.unwrap();
    assert_eq!(coordinator.engine.status().unsent, 0);
    (coordinator, activity)
}
