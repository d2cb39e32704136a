//! What coordinators ask, and who may not.

use std::time::Duration;

use http_body_util::BodyExt;
use shared::api::{Dashboard, FeedbackItem, UnconfirmedList, VenueList};
use shared::codes::Code;
use shared::ids::ActivityId;
use shared::records::{Claim, Record};
use shared::rollup::Facet;
use shared::words::{ActivityKind, Measure};
use tests::http::Phone;
use uuid::Uuid;

use crate::city::{
    BRANCH, COORDINATOR, COUNTY, COUNTY_COORDINATOR, HOST, MEMBER, OTHER_BRANCH, STRANGER, TOWN,
    check_in, member, organisation, planned, serve,
};

fn dashboard_of(path: &str) -> String {
    format!("/api/dashboard?organisation={}", organisation(path))
}

fn feedback_of(path: &str) -> String {
    format!("/api/feedback?organisation={}", organisation(path))
}

#[tokio::test]
async fn every_question_is_answered_to_those_who_oversee_and_to_nobody_else() {
    let server = serve().await;
    let (coordinator, activity) = planned(&server).await;
    server.settled().await;
    let attendance = format!("/api/activities/{activity}/attendance");
    let own = [
        dashboard_of(BRANCH),
        feedback_of(BRANCH),
        attendance.clone(),
    ];
    let county = server.phone(member(COUNTY_COORDINATOR)).await;
    for address in &own {
        let ask = async |phone: &Phone| phone.request("GET", address).send().await;
        assert_eq!(ask(&coordinator).await.status, 200, "{address}");
        assert_eq!(ask(&county).await.status, 200, "{address}");
        // Who marks a roll call sees what came of it, and nothing else.
        let host = server.phone(member(HOST)).await;
        let answer = ask(&host).await;
        if *address == attendance {
            assert_eq!(answer.status, 200);
        } else {
            answer.expect_error(403, Code::Forbidden);
        }
        for number in [MEMBER, STRANGER] {
            let phone = server.phone(member(number)).await;
            ask(&phone).await.expect_error(403, Code::Forbidden);
        }
        let nobody = server.request("GET", address).send().await;
        nobody.expect_error(401, Code::NotSignedIn);
    }
    let unknown = "/api/dashboard?organisation=00000000-0000-0000-0000-000000000000".to_owned();
    for address in [
        dashboard_of(OTHER_BRANCH),
        dashboard_of(TOWN),
        feedback_of(TOWN),
        unknown,
    ] {
        let answer = coordinator.request("GET", &address).send().await;
        answer.expect_error(403, Code::Forbidden);
    }
    let nowhere = format!("/api/activities/{}/attendance", ActivityId(Uuid::now_v7()));
    let answer = coordinator.request("GET", &nowhere).send().await;
    answer.expect_error(404, Code::NotFound);
}

#[tokio::test]
async fn a_dashboard_goes_down_the_tree_and_shows_the_way_back() {
    let server = serve().await;
    let (_, activity) = planned(&server).await;
    let mut phone = server.phone(member(MEMBER)).await;
    phone.enter(check_in(activity)).await.unwrap();
    server.settled().await;
    let county = server.phone(member(COUNTY_COORDINATOR)).await;
    let read = async |address: &str| county.request("GET", address).send().await;

    let top: Dashboard = read("/api/dashboard").await.json();
    assert_eq!(
        top.organisation.id,
        organisation(COUNTY),
        "the highest that is overseen"
    );
    assert!(top.above.is_empty(), "the city is not the reader's to see");
    assert_eq!(top.beneath.len(), 1);
    assert_eq!(top.beneath[0].figures, top.figures);
    assert!(top.beneath[0].has_beneath);
    assert_eq!(top.to.0 - top.from.0, 29);

    let branch: Dashboard = read(&dashboard_of(BRANCH)).await.json();
    let above: Vec<_> = branch.above.iter().map(|summary| summary.id).collect();
    assert_eq!(above, [COUNTY, TOWN].map(organisation));
    assert_eq!(branch.organisation.place, ["高要区", "回龙镇"]);
    assert_eq!(branch.activities.len(), 1);
    assert_eq!(branch.activities[0].topic, "初心讲坛");
    assert_eq!(branch.activities[0].tally.attendances, 1);

    let other = format!("{}&from=2026-11-23&to=2026-11-30", dashboard_of(BRANCH));
    let other: Dashboard = read(&other).await.json();
    assert!(other.days.is_empty() && other.activities.is_empty());
    for period in [
        "from=2026-11-30&to=2026-11-01",
        "from=soon",
        "facet=weather:rain",
        "facet=kind:nap",
    ] {
        let answer = read(&format!("/api/dashboard?{period}")).await;
        answer.expect_error(400, Code::RequestMalformed);
    }
    read("/api/dashboard?organisation=x")
        .await
        .expect_error(400, Code::RequestMalformed);
}

#[tokio::test]
async fn a_dashboard_counts_under_a_facet_compares_and_says_what_waits() {
    let server = serve().await;
    let (_, activity) = planned(&server).await;
    let mut phone = server.phone(member(MEMBER)).await;
    phone.enter(check_in(activity)).await.unwrap();
    server.settled().await;
    let county = server.phone(member(COUNTY_COORDINATOR)).await;
    let read = async |address: &str| county.request("GET", address).send().await;
    let all: Dashboard = read("/api/dashboard?from=2000-01-01").await.json();
    let lecture = Facet::Kind(ActivityKind::Lecture);
    let facets: Vec<&Facet> = all.facets.iter().map(|(facet, _)| facet).collect();
    assert_eq!(facets, [&lecture]);
    assert!(!all.months.is_empty(), "a long period is told by month too");
    assert_eq!(all.waiting.get(Measure::Unconfirmed), 1);
    assert!(all.overdue.is_empty());
    let under: Dashboard = read("/api/dashboard?facet=kind:lecture").await.json();
    assert_eq!(under.facet, Some(lecture));
    assert_eq!(under.figures, all.facets[0].1);
    let other: Dashboard = read("/api/dashboard?facet=kind:oath").await.json();
    assert!(other.figures.is_empty() && other.days.is_empty());
    let day = all.days[0].day;
    let after = format!("/api/dashboard?from={}&to={}", day.plus(1), day.plus(7));
    let after: Dashboard = read(&after).await.json();
    assert!(after.figures.is_empty());
    assert_eq!(after.before.get(Measure::Attendances), 1);

    let list: UnconfirmedList = read("/api/unconfirmed").await.json();
    assert_eq!(list.rows.len(), 1);
    assert_eq!(list.rows[0].activity.activity, activity);
    assert_eq!(list.next, None);
    let venues: VenueList = read("/api/venues?use=unused").await.json();
    let all: i64 = venues.all.iter().map(|(_, number)| number).sum();
    let used: i64 = venues.used.iter().map(|(_, number)| number).sum();
    let unused = i64::try_from(venues.rows.len()).unwrap();
    assert_eq!(unused, all - used);
    for address in [
        "/api/venues?after=!",
        "/api/venues?use=never",
        "/api/unconfirmed?after=x",
    ] {
        read(address)
            .await
            .expect_error(400, Code::RequestMalformed);
    }
}

#[tokio::test]
async fn feedback_reaches_the_coordinators_of_the_branch_and_above() {
    let server = serve().await;
    let mut phone = server.phone(member(MEMBER)).await;
    let text = "字太小，看不清".to_owned();
    let record = Record::Claim(Claim::Feedback { text: text.clone() });
    phone.enter(record).await.unwrap();
    server.settled().await;
    for number in [COORDINATOR, COUNTY_COORDINATOR] {
        let reader = server.phone(member(number)).await;
        let answer = reader.request("GET", "/api/feedback").send().await;
        let items: Vec<FeedbackItem> = answer.json();
        assert_eq!(items.len(), 1);
        assert_eq!((&items[0].text, &*items[0].name), (&text, "党员2"));
    }
}

#[tokio::test]
async fn an_open_page_is_poked_when_something_concerns_it() {
    let server = serve().await;
    let (coordinator, activity) = planned(&server).await;
    let stranger = server.phone(member(STRANGER)).await;
    let mut phone = server.phone(member(MEMBER)).await;
    server.settled().await;
    let unsigned = server.request("GET", "/api/events").send().await;
    unsigned.expect_error(401, Code::NotSignedIn);
    let mut pages = Vec::new();
    for owner in [&coordinator, &stranger] {
        let page = owner.request("GET", "/api/events").open().await;
        assert_eq!(page.headers()["content-type"], "text/event-stream");
        pages.push(page.into_body());
    }
    phone.enter(check_in(activity)).await.unwrap();
    let frame = pages[0].frame().await.unwrap().unwrap();
    let text = String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap();
    assert!(
        text.contains("event: sync") && text.contains("data: {}"),
        "{text}"
    );
    // The poke went out to both pages at once; nothing of it concerns the stranger.
    let quiet = tokio::time::timeout(Duration::ZERO, pages[1].frame()).await;
    assert!(quiet.is_err());
}
