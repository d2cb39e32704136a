//! What coordinators ask, and who may not.

use std::time::Duration;

use http_body_util::BodyExt;
use shared::api::{FeedbackItem, Overview};
use shared::codes::Code;
use shared::ids::ActivityId;
use shared::records::{Claim, Record};
use tests::http::Phone;
use uuid::Uuid;

use crate::city::{
    BRANCH, COORDINATOR, COUNTY, COUNTY_COORDINATOR, HOST, MEMBER, OTHER_BRANCH, STRANGER, TOWN,
    check_in, member, organisation, planned, serve,
};

fn overview_of(path: &str) -> String {
    format!("/api/overview?organisation={}", organisation(path))
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
    let own = [overview_of(BRANCH), feedback_of(BRANCH), attendance.clone()];
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
    let unknown = "/api/overview?organisation=00000000-0000-0000-0000-000000000000".to_owned();
    for address in [
        overview_of(OTHER_BRANCH),
        overview_of(TOWN),
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
async fn an_overview_goes_down_the_tree_and_shows_the_way_back() {
    let server = serve().await;
    let (_, activity) = planned(&server).await;
    let mut phone = server.phone(member(MEMBER)).await;
    phone.enter(check_in(activity)).await.unwrap();
    server.settled().await;
    let county = server.phone(member(COUNTY_COORDINATOR)).await;
    let read = async |address: &str| county.request("GET", address).send().await;

    let top: Overview = read("/api/overview").await.json();
    assert_eq!(
        top.organisation.id,
        organisation(COUNTY),
        "the highest that is overseen"
    );
    assert!(top.above.is_empty(), "the city is not the reader's to see");
    assert_eq!(top.beneath.len(), 1);
    assert_eq!(top.beneath[0].totals, top.totals);
    assert_eq!(top.to.0 - top.from.0, 29);

    let branch: Overview = read(&overview_of(BRANCH)).await.json();
    let above: Vec<_> = branch.above.iter().map(|summary| summary.id).collect();
    assert_eq!(above, [COUNTY, TOWN].map(organisation));
    assert_eq!(branch.organisation.place, ["高要区", "回龙镇"]);
    assert_eq!(branch.activities.len(), 1);
    assert_eq!(branch.activities[0].topic, "初心讲坛");
    assert_eq!(branch.activities[0].tally.attendances, 1);

    let other = format!("{}&from=2026-11-23&to=2026-11-30", overview_of(BRANCH));
    let other: Overview = read(&other).await.json();
    assert!(other.days.is_empty() && other.activities.is_empty());
    for period in [
        "from=2026-11-30&to=2026-11-01",
        "from=1999-01-01",
        "from=soon",
    ] {
        let answer = read(&format!("/api/overview?{period}")).await;
        answer.expect_error(400, Code::RequestMalformed);
    }
    read("/api/overview?organisation=x")
        .await
        .expect_error(400, Code::RequestMalformed);
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
