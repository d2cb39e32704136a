//! Check-ins from a tap to every level's totals.

use shared::api::{AttendanceList, Dashboard};
use shared::codes::Code;
use shared::ids::ActivityId;
use shared::reconcile::{Attendance, Source};
use shared::records::{Claim, Record};
use shared::time::HOUR_MS;
use shared::words::Measure;
use tests::http::{Phone, TestServer};
use uuid::Uuid;

use crate::city::{
    BRANCH, COUNTY, COUNTY_COORDINATOR, MEMBER, TOWN, check_in, member, organisation, planned,
    presence, serve,
};

async fn dashboard(phone: &Phone, path: &str) -> Dashboard {
    let address = format!("/api/dashboard?organisation={}", organisation(path));
    phone.request("GET", &address).send().await.json()
}

/// The claims that the app itself would not let a person enter reach the server past the engine.
async fn outcome_of(server: &TestServer, phone: &mut Phone, activity: ActivityId) -> Attendance {
    let claim = Record::Claim(Claim::CheckOut(presence(activity)));
    phone.enter(claim).await.unwrap();
    offer_check_in(phone, activity).await;
    server.settled().await;
    phone.sync().await;
    let facts = server.store().facts(server::store::derived::FactsWanted {
        activities: [activity].into(),
        ..Default::default()
    });
    let outcomes = facts.await.unwrap().outcomes;
    outcomes[&(activity, phone.identity.member)].attendance
}

async fn offer_check_in(phone: &Phone, activity: ActivityId) {
    use shared::documents::{Document, DocumentKind, DocumentName, Writer};
    use shared::ids::EntryId;
    use shared::records::Entry;
    use shared::wire::Verdict;

    let now = server::clock::Clock::now(&*phone.clock());
    let entry = Entry {
        id: EntryId(Uuid::now_v7()),
        by: phone.identity.member,
        recorded_at: now,
        record: check_in(activity),
    };
    let name = DocumentName::Journal {
        member: phone.identity.member,
        quarter: now.day().quarter(),
    };
    let writer = Writer {
        device: phone.identity.device,
        run: 1_000 + u32::try_from(activity.0.as_u128() & 0xffff).unwrap(),
    };
    let mut document = Document::new(DocumentKind::Journal);
    let bytes = document.write(writer, now, &[entry]).bytes;
    let verdicts = phone.offer(vec![(name, bytes)]).await.verdicts;
    assert_eq!(verdicts, [Verdict::Stored]);
}

#[tokio::test]
async fn a_check_in_becomes_an_outcome_that_its_member_sees() {
    let server = serve().await;
    let (_, activity) = planned(&server).await;
    let mut phone = server.phone(member(MEMBER)).await;
    phone.enter(check_in(activity)).await.unwrap();
    assert_eq!(phone.engine.status().unsent, 0);
    server.settled().await;
    phone.sync().await;
    let views = phone.engine.activities();
    let outcome = views[0].outcome.as_ref().unwrap();
    assert_eq!(outcome.attendance, Attendance::Present);
    phone.reopen().await;
    assert_eq!(phone.engine.activities(), views, "all of it was durable");
}

#[tokio::test]
async fn two_phones_of_one_member_count_once_with_two_pieces_of_evidence_on_every_level() {
    let server = serve().await;
    let (coordinator, activity) = planned(&server).await;
    let mut first = server.phone(member(MEMBER)).await;
    let mut second = server.phone(member(MEMBER)).await;
    // Both check in before either knows of the other.
    first.address = "127.0.0.1:9".parse().unwrap();
    first.enter(check_in(activity)).await.unwrap();
    assert_eq!(first.engine.status().unsent, 1);
    second.enter(check_in(activity)).await.unwrap();
    first.address = server.address();
    first.sync().await;
    assert_eq!(first.engine.status().unsent, 0);
    server.settled().await;

    let address = format!("/api/activities/{activity}/attendance");
    let list: AttendanceList = coordinator.request("GET", &address).send().await.json();
    assert_eq!(list.rows.len(), 1);
    assert_eq!(list.rows[0].name, "党员2");
    let evidence = &list.rows[0].outcome.evidence;
    let devices: Vec<_> = evidence.iter().map(|piece| piece.device).collect();
    assert_eq!(devices.len(), 2);
    assert!(devices.contains(&first.identity.device));
    assert!(devices.contains(&second.identity.device));
    assert!(
        evidence
            .iter()
            .all(|piece| matches!(piece.source, Source::Claim(_)))
    );

    let county = server.phone(member(COUNTY_COORDINATOR)).await;
    for path in [COUNTY, TOWN, BRANCH] {
        let dashboard = dashboard(&county, path).await;
        for measure in [
            Measure::Activities,
            Measure::Attendances,
            Measure::People,
            Measure::GradeD,
        ] {
            assert_eq!(dashboard.figures.get(measure), 1, "{measure:?} {path}");
        }
        assert_eq!(dashboard.days.len(), 1, "{path}");
    }
}

#[tokio::test]
async fn a_claim_for_an_unknown_activity_or_one_that_is_over_is_kept_and_says_so() {
    let server = serve().await;
    let (_, activity) = planned(&server).await;
    let mut phone = server.phone(member(MEMBER)).await;
    let unknown = ActivityId(Uuid::now_v7());
    assert_eq!(
        phone.enter(check_in(unknown)).await,
        Err(Code::ActivityUnknown)
    );
    assert_eq!(
        outcome_of(&server, &mut phone, unknown).await,
        Attendance::Unmatched(Code::ActivityUnknown)
    );
    server.clock.advance(5 * HOUR_MS);
    assert_eq!(
        phone.enter(check_in(activity)).await,
        Err(Code::ActivityOver)
    );
    assert_eq!(
        outcome_of(&server, &mut phone, activity).await,
        Attendance::Unmatched(Code::ActivityOver)
    );
    assert_eq!(
        phone.engine.records().len(),
        4,
        "every claim is on the phone again"
    );
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_killed_server() {
    let mut server = serve().await;
    let (mut coordinator, activity) = planned(&server).await;
    let mut phone = server.phone(member(MEMBER)).await;
    phone.enter(check_in(activity)).await.unwrap();
    assert_eq!(phone.engine.status().unsent, 0);
    // Before anything is projected, perhaps.
    server.kill();
    phone
        .enter(Record::Claim(Claim::CheckOut(presence(activity))))
        .await
        .unwrap();
    assert_eq!(phone.engine.status().unsent, 1);
    server.start();
    coordinator.address = server.address();
    phone.address = server.address();
    phone.sync().await;
    assert_eq!(phone.engine.status().unsent, 0);
    server.settled().await;
    let address = format!("/api/activities/{activity}/attendance");
    let list: AttendanceList = coordinator.request("GET", &address).send().await.json();
    assert_eq!(list.rows.len(), 1);
    let projection = server.store().digest().await.unwrap();
    assert_eq!(projection["claim"].0, 2);
}
