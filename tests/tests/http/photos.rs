//! Photos of services over HTTP: in parts, resumed, looked at, and shown to those concerned.

use sha2::{Digest, Sha256};
use shared::codes::Code;
use shared::ids::PhotoHash;
use shared::limits;
use shared::records::{Photo, Record, Request, Service, Subject};
use shared::time::HOUR_MS;
use shared::words::ServiceCategory;
use tests::http::{Answer, Phone, TestServer};

use crate::city::{BRANCH, COORDINATOR, MEMBER, SECOND_MEMBER, member, organisation, serve, ten};

/// A JPEG of a white square.
const WHITE: &[u8] = include_bytes!("../../../server/tests/fixtures/white.jpg");

fn hash(bytes: &[u8]) -> PhotoHash {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    PhotoHash(digest.into())
}

/// Enters a service that shows a photo, and waits until the server knows what became of it.
async fn served(server: &TestServer, phone: &mut Phone, photo: &[u8]) {
    let subject = Subject::Service(Service {
        starts_at: ten().plus(-2 * HOUR_MS),
        ends_at: ten().plus(-HOUR_MS),
        minutes: 60,
        category: ServiceCategory::Health,
        beneficiaries: 3,
        place: None,
        note: None,
        listing: None,
        activity: None,
        photo: Some(Photo {
            hash: hash(photo),
            bytes: u32::try_from(photo.len()).unwrap(),
        }),
        people: Vec::new(),
    });
    let request = Request {
        to: organisation(BRANCH),
        asker: None,
        replaces: None,
        subject,
    };
    phone.enter(Record::Request(request)).await.unwrap();
    server.settled().await;
}

async fn send(phone: &Phone, photo: &[u8], start: usize, end: usize) -> Answer {
    let path = format!("/api/photos/{}", hash(photo));
    phone
        .request("PATCH", &path)
        .header("upload-offset", &start.to_string())
        .body("application/partial-upload", photo[start..end].to_vec())
        .send()
        .await
}

async fn ask(phone: &Phone, method: &str, photo: &[u8]) -> Answer {
    let path = format!("/api/photos/{}", hash(photo));
    phone.request(method, &path).send().await
}

#[tokio::test]
async fn a_photo_follows_its_record_goes_on_where_it_stopped_and_is_shown_to_those_concerned() {
    let server = serve().await;
    let mut phone = server.phone(member(MEMBER)).await;
    // Before its record nobody wants it.
    let early = send(&phone, WHITE, 0, 100).await;
    early.expect_error(404, Code::NotFound);
    served(&server, &mut phone, WHITE).await;
    let first = send(&phone, WHITE, 0, 100).await;
    assert_eq!(
        (first.status, first.header("upload-offset")),
        (204, Some("100"))
    );
    // The answer was lost, and the phone sends the same again.
    let again = send(&phone, WHITE, 0, 100).await;
    again.expect_error(409, Code::PhotoMisplaced);
    assert_eq!(again.header("upload-offset"), Some("100"));
    let asked = ask(&phone, "HEAD", WHITE).await;
    assert_eq!(asked.header("upload-offset"), Some("100"));
    assert_eq!(asked.header("upload-complete"), Some("?0"));
    ask(&phone, "GET", WHITE)
        .await
        .expect_error(404, Code::NotFound);
    let last = send(&phone, WHITE, 100, WHITE.len()).await;
    assert_eq!(
        (last.status, last.header("upload-complete")),
        (204, Some("?1"))
    );

    let coordinator = server.phone(member(COORDINATOR)).await;
    for reader in [&phone, &coordinator] {
        let shown = ask(reader, "GET", WHITE).await;
        assert_eq!((shown.status, shown.body.as_slice()), (200, WHITE));
        assert_eq!(shown.header("cache-control"), Some("no-store"));
    }
    let other = server.phone(member(SECOND_MEMBER)).await;
    ask(&other, "GET", WHITE)
        .await
        .expect_error(403, Code::Forbidden);
    send(&other, WHITE, 0, 10)
        .await
        .expect_error(404, Code::NotFound);
    let log = server.store().audit_log(10).await.unwrap();
    let seen: Vec<_> = log
        .iter()
        .filter(|record| record.event == "photo_seen")
        .map(|record| (record.member, record.result.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            (Some(member(SECOND_MEMBER)), "forbidden"),
            (Some(member(COORDINATOR)), "ok")
        ]
    );
}

#[tokio::test]
async fn a_photo_that_tells_where_it_was_taken_or_is_none_is_not_kept() {
    let server = serve().await;
    let mut phone = server.phone(member(MEMBER)).await;
    let exif = b"\xff\xe1\x00\x10Exif\0\0MM\0*\0\0\0\x08";
    let told = [&WHITE[..2], exif, &WHITE[2..]].concat();
    let script = b"<script>alert(1)</script>".to_vec();
    for photo in [told, script] {
        served(&server, &mut phone, &photo).await;
        let answer = send(&phone, &photo, 0, photo.len()).await;
        answer.expect_error(422, Code::PhotoInvalid);
        ask(&phone, "GET", &photo)
            .await
            .expect_error(404, Code::NotFound);
        let asked = ask(&phone, "HEAD", &photo).await;
        assert_eq!(asked.header("upload-offset"), Some("0"));
    }
}

#[tokio::test]
async fn a_part_is_small_of_its_type_and_says_where_it_begins() {
    let server = serve().await;
    let mut phone = server.phone(member(MEMBER)).await;
    served(&server, &mut phone, WHITE).await;
    let path = format!("/api/photos/{}", hash(WHITE));
    let large = vec![0; limits::PHOTO_PART_BYTES + 1];
    let patch = |body: Vec<u8>| {
        phone
            .request("PATCH", &path)
            .body("application/partial-upload", body)
    };
    let answer = patch(large).header("upload-offset", "0").send().await;
    answer.expect_error(413, Code::RequestTooLarge);
    let answer = patch(vec![1]).send().await;
    answer.expect_error(400, Code::RequestMalformed);
    for (start, body) in [("18446744073709551615", vec![1]), ("0", Vec::new())] {
        let answer = patch(body).header("upload-offset", start).send().await;
        answer.expect_error(409, Code::PhotoMisplaced);
    }
    let typed = phone.request("PATCH", &path).header("upload-offset", "0");
    let answer = typed.body("image/jpeg", vec![1]).send().await;
    answer.expect_error(415, Code::ContentTypeUnsupported);
    let nameless = phone.request("HEAD", "/api/photos/nothing").send().await;
    assert_eq!(nameless.status, 404);
}
