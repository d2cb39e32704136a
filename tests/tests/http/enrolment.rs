//! Enrolment and sessions.

use shared::api::{
    Challenge, ChallengeRequest, EnrolRequest, Enrolled, IssueRequest, Issued, SessionRequest,
};
use shared::codes::Code;
use shared::ids::DeviceId;
use shared::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use tests::http::{Answer, Key, TestServer};
use uuid::Uuid;

use crate::city::{COORDINATOR, COUNTY_COORDINATOR, HOST, MEMBER, STRANGER, member, serve};

async fn enrol(server: &TestServer, request: &EnrolRequest) -> Answer {
    let post = server.request("POST", "/api/enrol");
    post.json(request).send().await
}

async fn enrol_with(server: &TestServer, code: &str) -> Answer {
    enrol(server, &Key::new().enrol_request(code)).await
}

#[tokio::test]
async fn a_code_enrols_one_phone_however_it_is_typed() {
    let server = serve().await;
    let code = server.code(member(MEMBER)).await;
    let typed = code.to_lowercase().replace('-', " ");
    let first = Key::new();
    let answer = enrol(&server, &first.enrol_request(&typed)).await;
    assert_eq!(answer.status, 200);
    let enrolled: Enrolled = answer.json();
    assert_eq!(
        (enrolled.member, &*enrolled.name),
        (member(MEMBER), "党员2")
    );
    let cookie = answer.header("set-cookie").unwrap();
    for part in [
        "baodao_session=",
        "HttpOnly",
        "SameSite=Strict",
        "Path=/",
        "Max-Age=",
    ] {
        assert!(cookie.contains(part), "{part}");
    }
    assert!(!cookie.contains("Secure"), "this server speaks http");

    enrol_with(&server, &code)
        .await
        .expect_error(410, Code::CodeUsed);
    // The answer was lost on its way: the same phone asks again and is the same device.
    let again: Enrolled = enrol(&server, &first.enrol_request(&code)).await.json();
    assert_eq!(again, enrolled);
}

#[tokio::test]
async fn a_code_that_is_old_or_mistyped_says_so() {
    let server = serve().await;
    let code = server.code(member(MEMBER)).await;
    let mistyped = if code.starts_with('7') { "8" } else { "7" }.to_owned() + &code[1..];
    enrol_with(&server, &mistyped)
        .await
        .expect_error(404, Code::CodeUnknown);
    enrol_with(&server, "报到")
        .await
        .expect_error(404, Code::CodeUnknown);
    server.clock.advance(7 * DAY_MS);
    enrol_with(&server, &code)
        .await
        .expect_error(410, Code::CodeExpired);
}

#[tokio::test]
async fn ten_wrong_codes_lock_the_address_for_fifteen_minutes() {
    let server = serve().await;
    let code = server.code(member(MEMBER)).await;
    for _ in 0..10 {
        enrol_with(&server, "0000-0000-00")
            .await
            .expect_error(404, Code::CodeUnknown);
    }
    let locked = enrol_with(&server, &code).await;
    locked.expect_error(429, Code::TooManyAttempts);
    assert_eq!(locked.header("retry-after"), Some("900"));
    server.clock.advance(15 * MINUTE_MS);
    assert_eq!(enrol_with(&server, &code).await.status, 200);
}

#[tokio::test]
async fn a_key_or_signature_that_is_not_the_phones_enrols_nothing() {
    let server = serve().await;
    let code = server.code(member(MEMBER)).await;
    let good = Key::new().enrol_request(&code);
    let wrong = [
        EnrolRequest {
            signature: Key::new().sign(&format!("baodao-enrol:{code}")),
            ..good.clone()
        },
        EnrolRequest {
            public_key: "AAAA".to_owned(),
            ..good.clone()
        },
        EnrolRequest {
            signature: String::new(),
            ..good.clone()
        },
    ];
    for request in wrong {
        enrol(&server, &request)
            .await
            .expect_error(400, Code::KeyInvalid);
    }
    assert_eq!(
        enrol(&server, &good).await.status,
        200,
        "the code is still good"
    );
}

#[tokio::test]
async fn bodies_that_are_no_json_are_told_apart() {
    let server = serve().await;
    let post = |content_type: &str, body: &str| {
        let request = server.request("POST", "/api/enrol");
        request.body(content_type, body.as_bytes().to_vec()).send()
    };
    let json = "application/json";
    post("text/plain", "{}")
        .await
        .expect_error(415, Code::ContentTypeUnsupported);
    post(json, "{\"code\":")
        .await
        .expect_error(400, Code::RequestTruncated);
    post(json, "{\"code\":1}")
        .await
        .expect_error(400, Code::RequestMalformed);
    post(json, &" ".repeat(20_000))
        .await
        .expect_error(413, Code::RequestTooLarge);
}

#[tokio::test]
async fn a_session_ends_and_the_phone_renews_it_by_itself() {
    let server = serve().await;
    let mut phone = server.phone(member(MEMBER)).await;
    let overview = |phone: &tests::http::Phone| phone.request("GET", "/api/dashboard").send();
    overview(&phone).await.expect_error(403, Code::Forbidden);
    server.clock.advance(12 * HOUR_MS);
    overview(&phone)
        .await
        .expect_error(401, Code::SessionExpired);
    let cookie = phone.cookie.clone();
    phone.sync().await;
    assert_ne!(phone.cookie, cookie);
    assert_eq!(phone.engine.status().trouble, None);
    let nobody = server.request("GET", "/api/dashboard");
    nobody.send().await.expect_error(401, Code::NotSignedIn);
    let forged = server
        .request("GET", "/api/dashboard")
        .cookie("baodao_session=forged");
    forged.send().await.expect_error(401, Code::SessionExpired);
}

#[tokio::test]
async fn a_challenge_is_signed_once_within_two_minutes_by_its_own_phone() {
    let server = serve().await;
    let phone = server.phone(member(MEMBER)).await;
    let other = server.phone(member(STRANGER)).await;
    let challenge = async || {
        let request = server.request("POST", "/api/session/challenge");
        let device = phone.identity.device;
        let answer = request.json(&ChallengeRequest { device }).send().await;
        answer.json::<Challenge>().challenge
    };
    let renew = async |key: &Key, challenge: &str| {
        let request = SessionRequest {
            device: phone.identity.device,
            challenge: challenge.to_owned(),
            signature: key.sign(&format!("baodao-session:{challenge}")),
        };
        server
            .request("POST", "/api/session")
            .json(&request)
            .send()
            .await
    };
    let first = challenge().await;
    renew(&other.key, &first)
        .await
        .expect_error(400, Code::KeyInvalid);
    assert_eq!(renew(&phone.key, &first).await.status, 204);
    renew(&phone.key, &first)
        .await
        .expect_error(400, Code::KeyInvalid);
    let late = challenge().await;
    server.clock.advance(2 * MINUTE_MS);
    renew(&phone.key, &late)
        .await
        .expect_error(400, Code::KeyInvalid);
    renew(&phone.key, "made up")
        .await
        .expect_error(400, Code::KeyInvalid);
}

#[tokio::test]
async fn a_revoked_or_unknown_device_is_told_so_everywhere() {
    let server = serve().await;
    let mut phone = server.phone(member(MEMBER)).await;
    let device = phone.identity.device;
    let now = crate::city::ten();
    server.store().revoke_device(device, now).await.unwrap();
    let overview = phone.request("GET", "/api/dashboard").send().await;
    overview.expect_error(403, Code::DeviceRevoked);
    let sync = phone.sync_once().await;
    sync.expect_error(403, Code::DeviceRevoked);
    phone.sign_in().await.expect("until it has handed over");
    server.clock.advance(shared::limits::HAND_OVER_MS);
    phone
        .sign_in()
        .await
        .unwrap_err()
        .expect_error(403, Code::DeviceRevoked);
    let unknown = ChallengeRequest {
        device: DeviceId(Uuid::now_v7()),
    };
    let answer = server
        .request("POST", "/api/session/challenge")
        .json(&unknown)
        .send()
        .await;
    answer.expect_error(401, Code::NotSignedIn);
}

#[tokio::test]
async fn codes_are_given_out_by_coordinators_for_their_own_members() {
    let server = serve().await;
    let issue = async |by: u128, for_whom: u128| {
        let phone = server.phone(member(by)).await;
        let request = phone.request("POST", "/api/enrolments");
        let member = member(for_whom);
        request.json(&IssueRequest { member }).send().await
    };
    let issued: Issued = issue(COORDINATOR, MEMBER).await.json();
    assert_eq!(issued.code.len(), 12);
    assert_eq!(enrol_with(&server, &issued.code).await.status, 200);
    assert_eq!(issue(COUNTY_COORDINATOR, STRANGER).await.status, 200);
    for (by, for_whom) in [
        (COORDINATOR, STRANGER),
        (MEMBER, MEMBER),
        (HOST, MEMBER),
        (COORDINATOR, 404),
    ] {
        issue(by, for_whom).await.expect_error(403, Code::Forbidden);
    }
    let member = member(MEMBER);
    let unsigned = server
        .request("POST", "/api/enrolments")
        .json(&IssueRequest { member });
    unsigned.send().await.expect_error(401, Code::NotSignedIn);
}

#[tokio::test]
async fn another_sites_page_changes_nothing() {
    let server = serve().await;
    let code = server.code(member(MEMBER)).await;
    let request = Key::new().enrol_request(&code);
    let post = |origin: &str| {
        let post = server
            .request("POST", "/api/enrol")
            .header("origin", origin);
        post.json(&request).send()
    };
    post("https://evil.example")
        .await
        .expect_error(403, Code::Forbidden);
    let own = format!("http://{}", server.address());
    assert_eq!(post(&own).await.status, 200);
}

#[tokio::test]
async fn what_was_refused_stands_in_the_audit_log_without_secrets() {
    let server = serve().await;
    let code = server.code(member(MEMBER)).await;
    enrol_with(&server, "0000-0000-00").await;
    let phone = server.phone(member(MEMBER)).await;
    phone.request("GET", "/api/feedback").send().await;
    let log = server.store().audit_log(10).await.unwrap();
    let lines: Vec<(&str, &str)> = log
        .iter()
        .map(|record| (&*record.event, &*record.result))
        .collect();
    assert_eq!(
        lines,
        [
            ("feedback_read", "forbidden"),
            ("device_enrolled", "ok"),
            ("device_enrolled", "code_unknown")
        ]
    );
    assert_eq!(log[0].device, Some(phone.identity.device));
    assert!(log.iter().all(|record| !record.object.contains(&code)));
}
