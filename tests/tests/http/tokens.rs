//! Other systems that read with a token, and what the interface says of itself.

use serde_json::{Value, json};
use server::auth::{self, Secret};
use server::config::Limits;
use server::store::tokens::{NewToken, TokenId, TokenScope};
use shared::api::{Dashboard, UnconfirmedList, VenueList};
use shared::codes::Code;
use shared::time::HOUR_MS;
use tests::http::{Answer, TestServer};
use uuid::Uuid;

use crate::city::{
    BRANCH, COUNTY, MEMBER, OTHER_BRANCH, ROOT, TOWN, check_in, member, organisation, planned,
    serve, ten,
};

/// Gives out a token that is good for an hour.
async fn issue(server: &TestServer, path: &str, scope: TokenScope) -> (TokenId, String) {
    let secret = Secret::new().unwrap();
    let id = TokenId(Uuid::now_v7());
    let token = NewToken {
        id,
        hash: secret.hash,
        organisation: organisation(path),
        scope,
        name: "省平台".to_owned(),
        created_at: ten(),
        expires_at: ten().plus(HOUR_MS),
    };
    server.store().issue_token(token).await.unwrap();
    (id, secret.text)
}

async fn get(server: &TestServer, token: &str, address: &str) -> Answer {
    let request = server.request("GET", address);
    let request = request.header("authorization", &format!("Bearer {token}"));
    request.send().await
}

#[tokio::test]
async fn a_token_reads_about_its_organisation_and_nothing_else() {
    let server = serve().await;
    let (_, activity) = planned(&server).await;
    let mut phone = server.phone(member(MEMBER)).await;
    phone.enter(check_in(activity)).await.unwrap();
    server.settled().await;
    let (id, figures) = issue(&server, TOWN, TokenScope::Figures).await;
    let (_, ledgers) = issue(&server, TOWN, TokenScope::Ledgers).await;

    let dashboard: Dashboard = get(&server, &figures, "/api/dashboard").await.json();
    assert_eq!(dashboard.organisation.id, organisation(TOWN));
    assert!(dashboard.above.is_empty());
    let unconfirmed: UnconfirmedList = get(&server, &figures, "/api/unconfirmed").await.json();
    assert_eq!(unconfirmed.rows.len(), 1);
    let venues: VenueList = get(&server, &figures, "/api/venues").await.json();
    assert!(venues.rows.is_empty());
    let branch = format!("/api/dashboard?organisation={}", organisation(BRANCH));
    assert_eq!(get(&server, &figures, &branch).await.status, 200);
    for above in [ROOT, COUNTY] {
        for question in [
            "dashboard",
            "venues",
            "unconfirmed",
            "export/activities.csv",
        ] {
            let address = format!("/api/{question}?organisation={}", organisation(above));
            let answer = get(&server, &ledgers, &address).await;
            answer.expect_error(403, Code::Forbidden);
        }
    }
    for (table, with_names) in [
        ("figures", false),
        ("activities", false),
        ("attendance", true),
        ("registrations", true),
        ("service", true),
    ] {
        for format in ["csv", "xlsx"] {
            let address = format!("/api/export/{table}.{format}");
            assert_eq!(
                get(&server, &ledgers, &address).await.status,
                200,
                "{address}"
            );
            let answer = get(&server, &figures, &address).await;
            if with_names {
                answer.expect_error(403, Code::TokenScope);
            } else {
                assert_eq!(answer.status, 200, "{address}");
            }
        }
    }
    let progress = format!("/api/export/progress/{}", Uuid::now_v7());
    get(&server, &figures, &progress)
        .await
        .expect_error(404, Code::NotFound);

    let tokens = server.store().tokens().await.unwrap();
    assert!(
        tokens
            .iter()
            .all(|token| token.used_on == Some(ten().day()))
    );
    let log = server.store().audit_log(100).await.unwrap();
    let of_token = log.iter().filter(|record| {
        record.device.is_some_and(|device| device.0 == id.0) && record.member.is_none()
    });
    let refused = of_token.filter(|record| record.result == "token_scope");
    assert_eq!(refused.count(), 6, "the log names the token");
}

#[tokio::test]
async fn nothing_else_takes_a_token() {
    let server = serve().await;
    let (_, token) = issue(&server, ROOT, TokenScope::Ledgers).await;
    let activity = format!("/api/activities/{}/attendance", Uuid::now_v7());
    for address in [
        "/api/communities",
        "/api/matters",
        "/api/registrations",
        "/api/service",
        "/api/service.xlsx",
        "/api/feedback",
        "/api/devices",
        "/api/events",
        &activity,
    ] {
        let answer = get(&server, &token, address).await;
        answer.expect_error(403, Code::TokenElsewhere);
    }
    for address in [
        "/api/sync",
        "/api/enrolments",
        "/api/matters/phone",
        "/api/session/end",
    ] {
        let request = server.request("POST", address).json(&json!({}));
        let request = request.header("authorization", &format!("bearer {token}"));
        request.send().await.expect_error(403, Code::TokenElsewhere);
    }
}

#[tokio::test]
async fn a_token_that_is_not_good_is_told_why_and_noted() {
    let server = serve().await;
    let (expired, old) = issue(&server, COUNTY, TokenScope::Figures).await;
    let (revoked, taken) = issue(&server, COUNTY, TokenScope::Figures).await;
    server.store().revoke_token(revoked, ten()).await.unwrap();
    let refused = async |token: &str, code| {
        let answer = get(&server, token, "/api/dashboard").await;
        answer.expect_error(401, code);
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    };
    refused(&taken, Code::TokenRevoked).await;
    server.clock.advance(HOUR_MS);
    refused(&old, Code::TokenExpired).await;
    refused("guess", Code::TokenUnknown).await;
    let log = server.store().audit_log(3).await.unwrap();
    let told: Vec<_> = log
        .iter()
        .map(|record| (&*record.event, record.object.clone(), &*record.result))
        .collect();
    let event = "token_refused";
    assert_eq!(
        told,
        [
            (event, String::new(), "token_unknown"),
            (event, expired.to_string(), "token_expired"),
            (event, revoked.to_string(), "token_revoked"),
        ]
    );
    for _ in 1..10 {
        refused("guess", Code::TokenUnknown).await;
    }
    let answer = get(&server, "guess", "/api/dashboard").await;
    answer.expect_error(429, Code::TooManyAttempts);
    let kept = server.store().tokens().await.unwrap();
    assert!(kept.iter().all(|token| token.used_on.is_none()));
    assert!(
        server
            .store()
            .token(auth::hash(&old))
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn a_token_that_asks_too_often_is_told_when_to_come_again() {
    let mut server = serve().await;
    let (_, eager) = issue(&server, COUNTY, TokenScope::Figures).await;
    let (_, calm) = issue(&server, COUNTY, TokenScope::Figures).await;
    server.restart_with(Limits {
        token_requests_per_min: 2,
        ..Limits::default()
    });
    for _ in 0..2 {
        assert_eq!(get(&server, &eager, "/api/dashboard").await.status, 200);
    }
    let answer = get(&server, &eager, "/api/dashboard").await;
    answer.expect_error(429, Code::TooManyRequests);
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=30).contains(&seconds));
    assert_eq!(get(&server, &calm, "/api/dashboard").await.status, 200);
}

/// Every answer that the description describes as JSON is of the shape that it says.
#[tokio::test]
async fn the_interface_answers_as_it_is_described() {
    let server = serve().await;
    let (_, activity) = planned(&server).await;
    let mut phone = server.phone(member(MEMBER)).await;
    phone.enter(check_in(activity)).await.unwrap();
    server.settled().await;
    let (_, token) = issue(&server, ROOT, TokenScope::Ledgers).await;
    let answer = server.request("GET", "/api/openapi.json").send().await;
    assert_eq!(answer.status, 200, "it is for everybody");
    let description: Value = answer.json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let scheme = &description["components"]["securitySchemes"]["token"];
    assert_eq!(
        (&scheme["type"], &scheme["scheme"]),
        (&json!("http"), &json!("bearer"))
    );
    let paths = description["paths"].as_object().unwrap();
    let described: Vec<&str> = paths.keys().map(String::as_str).collect();
    let expected = [
        "/api/dashboard",
        "/api/export/progress/{name}",
        "/api/export/{file}",
        "/api/unconfirmed",
        "/api/venues",
    ];
    let mut sorted = described.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);

    for path in ["/api/dashboard", "/api/venues", "/api/unconfirmed"] {
        let responses = &paths[path]["get"]["responses"];
        check_shape(
            &description,
            &responses["200"],
            &get(&server, &token, path).await.json(),
        );
        let elsewhere = format!("{path}?organisation={}", Uuid::now_v7());
        let refused = get(&server, &token, &elsewhere).await;
        assert_eq!(refused.status, 403);
        check_shape(&description, &responses["default"], &refused.json());
    }
    let other = format!("/api/dashboard?organisation={}", organisation(OTHER_BRANCH));
    let dashboard = &paths["/api/dashboard"]["get"]["responses"]["200"];
    check_shape(
        &description,
        dashboard,
        &get(&server, &token, &other).await.json(),
    );
    let file = &paths["/api/export/{file}"]["get"]["responses"]["200"]["content"];
    for name in ["activities.csv", "activities.xlsx"] {
        let answer = get(&server, &token, &format!("/api/export/{name}")).await;
        let kind = answer.header("content-type").unwrap();
        let kind = kind.split(';').next().unwrap();
        assert!(file.get(kind).is_some(), "{kind}");
    }
    let progress = &paths["/api/export/progress/{name}"]["get"]["responses"];
    check_shape(&description, &progress["200"], &json!({"rows": 1, "of": 2}));
    let unknown = format!("/api/export/progress/{}", Uuid::now_v7());
    let answer = get(&server, &token, &unknown).await;
    check_shape(&description, &progress["default"], &answer.json());
}

fn check_shape(description: &Value, response: &Value, answer: &Value) {
    let mut schema = response["content"]["application/json"]["schema"].clone();
    assert!(schema.is_object(), "{response}");
    schema["components"] = description["components"].clone();
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is one");
    let errors: Vec<String> = validator
        .iter_errors(answer)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}
