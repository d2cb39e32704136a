//! The list of who was there, and the same as a workbook: who is expected, who came as a guest, what
//! a coordinator decided.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use shared::api::AttendanceList;
use shared::codes::Code;
use shared::ids::{ActivityId, MemberId};
use shared::reconcile::Attendance;
use shared::records::{
    Audience, Claim, Details, Held, Mark, MarkEntry, Petition, Plan, Record, Ruling, Visitor,
};
use shared::time::HOUR_MS;
use shared::words::MarkKind;
use tests::http::{Phone, TestServer};

use crate::city::{
    BRANCH, COORDINATOR, COUNTY_COORDINATOR, HOST, MEMBER, SECOND_MEMBER, STRANGER, area, check_in,
    member, organisation, plan, planned, serve, ten,
};

fn mark(activity: ActivityId, number: u128, kind: MarkKind) -> Mark {
    Mark {
        activity,
        member: member(number),
        kind,
        corrects: None,
        entered: MarkEntry::Seen,
        witness: None,
    }
}

async fn list(phone: &Phone, activity: ActivityId) -> AttendanceList {
    let address = format!("/api/activities/{activity}/attendance");
    phone.request("GET", &address).send().await.json()
}

fn standing(list: &AttendanceList, number: u128) -> (Attendance, bool) {
    let found = |id: MemberId| list.rows.iter().find(|row| row.outcome.member == id);
    let row = found(member(number)).expect("the list has the person");
    (row.outcome.attendance, row.expected)
}

/// The member says there, the host absent; the coordinator decides absent, the member objects.
async fn disputed(server: &TestServer) -> (Phone, Phone, Phone, ActivityId) {
    let (mut coordinator, activity) = planned(server).await;
    let mut host = server.phone(member(HOST)).await;
    let mut phone = server.phone(member(MEMBER)).await;
    phone.enter(check_in(activity)).await.unwrap();
    let absent = Record::Mark(mark(activity, MEMBER, MarkKind::Absent));
    host.enter(absent).await.unwrap();
    server.settled().await;
    rule(&mut coordinator, activity, MarkKind::Absent, "门口登记没有").await;
    server.settled().await;
    (coordinator, host, phone, activity)
}

/// Settles everything that the list shows of the member.
async fn rule(coordinator: &mut Phone, activity: ActivityId, decision: MarkKind, reason: &str) {
    let list = list(coordinator, activity).await;
    let row = list
        .rows
        .iter()
        .find(|row| row.outcome.member == member(MEMBER));
    let pieces = &row.expect("the list has the member").outcome.evidence;
    let ruling = Ruling {
        activity,
        member: member(MEMBER),
        decision,
        reason: reason.to_owned(),
        settles: pieces.iter().map(|piece| piece.entry).collect(),
        signed_by: "党员1".to_owned(),
    };
    coordinator.enter(Record::Ruling(ruling)).await.unwrap();
}

#[tokio::test]
async fn a_dispute_is_settled_objected_to_and_answered_and_its_member_sees_each() {
    let server = serve().await;
    let (mut coordinator, _, mut phone, activity) = disputed(&server).await;
    phone.sync().await;
    let told = |phone: &Phone| phone.engine.activities()[0].outcome.clone().unwrap();
    let outcome = told(&phone);
    assert_eq!(outcome.attendance, Attendance::Absent);
    let decision = outcome.decision.expect("somebody decided");
    assert_eq!(
        (decision.signed_by.as_str(), decision.reason.as_str()),
        ("党员1", "门口登记没有")
    );

    let petition = Petition {
        city: area("441200"),
        organisation: organisation(BRANCH),
        activity,
        reason: "我坐在后排".to_owned(),
    };
    let objection = Record::Claim(Claim::Objection(petition));
    phone.enter(objection.clone()).await.unwrap();
    assert_eq!(phone.enter(objection).await, Err(Code::AlreadyRecorded));
    server.settled().await;
    let open = list(&coordinator, activity).await.rows.remove(0).outcome;
    assert_eq!(
        open.objection.map(|objection| objection.answered),
        Some(false)
    );

    rule(&mut coordinator, activity, MarkKind::Present, "照片里有").await;
    server.settled().await;
    phone.sync().await;
    let outcome = told(&phone);
    assert_eq!(outcome.attendance, Attendance::Present);
    assert_eq!(
        outcome.objection.map(|objection| objection.answered),
        Some(true)
    );
    assert_eq!(
        outcome.decision.map(|decision| decision.reason).as_deref(),
        Some("照片里有")
    );
}

#[tokio::test]
async fn the_list_tells_the_expected_from_the_guests_and_an_invitation_can_be_taken_back() {
    let server = serve().await;
    let mut coordinator = server.phone(member(COORDINATOR)).await;
    let invitation = Plan {
        details: Details {
            audience: Audience::Invitation,
            ..Details::default()
        },
        ..plan()
    };
    let activity = invitation.activity;
    coordinator.enter(Record::Plan(invitation)).await.unwrap();
    for number in [MEMBER, SECOND_MEMBER] {
        let invited = mark(activity, number, MarkKind::Expected);
        coordinator.enter(Record::Mark(invited)).await.unwrap();
    }
    let second = coordinator.engine.marks(activity);
    let second = second
        .iter()
        .find(|row| row.mark.member == member(SECOND_MEMBER));
    let taken_back = Mark {
        corrects: second.map(|row| row.id),
        ..mark(activity, SECOND_MEMBER, MarkKind::Withdrawn)
    };
    coordinator.enter(Record::Mark(taken_back)).await.unwrap();
    let seen = mark(activity, HOST, MarkKind::Present);
    coordinator.enter(Record::Mark(seen)).await.unwrap();
    server.settled().await;
    let list = list(&coordinator, activity).await;
    assert_eq!(standing(&list, MEMBER), (Attendance::Expected, true));
    assert!(!standing(&list, SECOND_MEMBER).1);
    assert_eq!(standing(&list, HOST), (Attendance::Present, false));
    assert!(list.expected.is_empty(), "an invitation names each");
}

#[tokio::test]
async fn an_activity_of_a_county_expects_the_members_of_its_branches() {
    let server = serve().await;
    let mut coordinator = server.phone(member(COUNTY_COORDINATOR)).await;
    let (seed, county) = (uuid::Uuid::now_v7(), organisation(crate::city::COUNTY));
    let plan = Plan {
        activity: ActivityId::of(county, seed),
        seed,
        ..plan()
    };
    let activity = plan.activity;
    coordinator.enter(Record::Plan(plan)).await.unwrap();
    server.settled().await;
    let list = list(&coordinator, activity).await;
    assert!(
        list.expected
            .iter()
            .any(|person| person.member == member(STRANGER))
    );
    assert!(
        list.expected
            .iter()
            .any(|person| person.member == member(MEMBER))
    );
}

#[tokio::test]
async fn the_workbook_reads_back_as_the_list_says() {
    let server = serve().await;
    let (mut coordinator, mut host, _, activity) = disputed(&server).await;
    let proxied = Mark {
        entered: MarkEntry::ProxyEntry {
            reason: "=老人没有手机".to_owned(),
        },
        ..mark(activity, SECOND_MEMBER, MarkKind::Present)
    };
    host.enter(Record::Mark(proxied)).await.unwrap();
    let visitor = Visitor {
        activity,
        name: "来访者".to_owned(),
        from: "邻村支部".to_owned(),
        kind: MarkKind::Present,
        corrects: None,
    };
    host.enter(Record::Visitor(visitor)).await.unwrap();
    let current = coordinator.engine.activities().remove(0).activity.current;
    let held = Held {
        started_at: ten(),
        ended_at: ten().plus(HOUR_MS),
        minutes: "学习了党史。".to_owned(),
    };
    let revised = Plan {
        revises: Some(current.id),
        details: Details {
            held: Some(held),
            ..Details::default()
        },
        ..current.plan
    };
    coordinator.enter(Record::Plan(revised)).await.unwrap();
    server.settled().await;

    let address = format!("/api/activities/{activity}/attendance.xlsx");
    let answer = host.request("GET", &address).send().await;
    assert_eq!(answer.status, 200);
    let mut workbook = Xlsx::new(Cursor::new(answer.body)).expect("a workbook");
    let sheet = workbook.worksheet_range("签到表").expect("the sheet");
    let text = |cell: &Data| cell.to_string();
    let rows: Vec<Vec<String>> = sheet
        .rows()
        .map(|row| row.iter().map(text).collect())
        .collect();
    let line = |name: &str| {
        let found = rows
            .iter()
            .find(|row| row.get(1).is_some_and(|cell| cell == name));
        found
            .unwrap_or_else(|| panic!("{name} is in the sheet"))
            .clone()
    };
    assert_eq!(rows[0][0], "初心讲坛");
    let heading = [
        "序号",
        "姓名",
        "所在党支部",
        "情况",
        "签到时间",
        "凭证等级",
        "说明",
    ];
    assert!(rows.iter().any(|row| row == &heading), "{rows:?}");
    let ruled = line("党员2");
    assert_eq!(
        (ruled[3].as_str(), ruled[4].as_str()),
        ("缺席", "2026-11-22 10:00")
    );
    assert_eq!(ruled[6], "裁定（党员1）：门口登记没有");
    let proxied = line("党员3");
    assert_eq!((proxied[3].as_str(), proxied[5].as_str()), ("到场", "D"));
    assert_eq!(
        proxied[6], "代录：=老人没有手机",
        "what people write is no formula"
    );
    assert_eq!(line("党员6")[3], "未签到");
    assert_eq!(line("来访者")[2], "邻村支部");
    let counts = rows
        .iter()
        .find(|row| row[0] == "人数")
        .expect("the counts");
    assert_eq!(counts[2], "应到 4，实到 1，请假 0，缺席 1，来宾 1");
    let record = workbook
        .worksheet_range("讲坛记录")
        .expect("the second sheet");
    let minutes = record
        .rows()
        .find(|row| text(&row[0]) == "记录")
        .expect("the minutes");
    assert_eq!(text(&minutes[1]), "学习了党史。");
}

#[tokio::test]
async fn the_workbook_is_for_those_who_see_the_list_and_every_try_is_in_the_audit_log() {
    let server = serve().await;
    let (coordinator, activity) = planned(&server).await;
    server.settled().await;
    let address = format!("/api/activities/{activity}/attendance.xlsx");
    let own = coordinator.request("GET", &address).send().await;
    assert_eq!(own.status, 200);
    for number in [MEMBER, STRANGER] {
        let phone = server.phone(member(number)).await;
        let answer = phone.request("GET", &address).send().await;
        answer.expect_error(403, Code::Forbidden);
    }
    let nobody = server.request("GET", &address).send().await;
    nobody.expect_error(401, Code::NotSignedIn);
    let log = server.store().audit_log(100).await.unwrap();
    let results: Vec<&str> = log
        .iter()
        .filter(|record| record.event == "attendance_exported")
        .map(|record| record.result.as_str())
        .collect();
    assert_eq!(results.iter().filter(|result| **result == "ok").count(), 1);
    assert_eq!(
        results
            .iter()
            .filter(|result| **result == "forbidden")
            .count(),
        2
    );
}
