//! Bodies that no honest phone sends.

use shared::codes::Code;
use shared::documents::{Document, DocumentKind, DocumentName, Writer};
use shared::ids::{ActivityId, DeviceId, EntryId, MemberId};
use shared::limits;
use shared::records::{Claim, Entry, Presence, Record};
use shared::server::Load;
use shared::time::{DAY_MS, Timestamp};
use shared::wire::{self, SyncRequest, Verdict};
use tests::http::{Phone, TestServer};
use uuid::Uuid;

use crate::city::{MEMBER, SECOND_MEMBER, area, check_in, member, presence, serve, ten};

fn empty_request() -> SyncRequest {
    SyncRequest {
        protocol: wire::PROTOCOL,
        schema: wire::SCHEMA,
        exchange: 1,
        device_time: ten(),
        directory: 0,
        outcomes: 0,
        matters: None,
        follows: Vec::new(),
        changes: Vec::new(),
    }
}

fn journal(number: u128) -> DocumentName {
    DocumentName::Journal {
        member: member(number),
        quarter: ten().day().quarter(),
    }
}

fn entry(by: MemberId, at: Timestamp, record: Record) -> Entry {
    Entry {
        id: EntryId(Uuid::now_v7()),
        by,
        recorded_at: at,
        record,
    }
}

/// Seals one record as the first change of a journal.
fn sealed(device: DeviceId, run: u32, entry: &Entry) -> Vec<u8> {
    let mut document = Document::new(DocumentKind::Journal);
    let writer = Writer { device, run };
    document
        .write(writer, ten(), std::slice::from_ref(entry))
        .bytes
}

async fn refusal(phone: &Phone, document: DocumentName, entry: &Entry) -> Verdict {
    let bytes = sealed(phone.identity.device, 99, entry);
    phone.offer(vec![(document, bytes)]).await.verdicts[0]
}

async fn stored(server: &TestServer, name: DocumentName) -> u64 {
    let load = Load {
        documents: vec![name.id()],
        ..Load::default()
    };
    let loaded = server.store().load(load).await.unwrap();
    loaded
        .documents
        .get(&name.id())
        .map_or(0, |document| document.version)
}

#[tokio::test]
async fn a_request_that_cannot_be_read_says_why() {
    let server = serve().await;
    let phone = server.phone(member(MEMBER)).await;
    let good = wire::encode(&empty_request());
    let post = async |body: &[u8]| phone.post_sync(body.to_vec()).await.unwrap();
    assert_eq!(post(&good).await.status, 200);
    for end in [0, 1, good.len() / 2, good.len() - 1] {
        post(&good[..end])
            .await
            .expect_error(400, Code::RequestTruncated);
    }
    post(b"{\"protocol\":1}")
        .await
        .expect_error(400, Code::RequestMalformed);
    post(&[0xff; 100])
        .await
        .expect_error(400, Code::RequestMalformed);
    let newer = SyncRequest {
        protocol: 2,
        ..empty_request()
    };
    post(&wire::encode(&newer))
        .await
        .expect_error(400, Code::VersionUnsupported);
    let schema = SyncRequest {
        schema: 9,
        ..empty_request()
    };
    post(&wire::encode(&schema))
        .await
        .expect_error(400, Code::VersionUnsupported);
    let large = vec![0; limits::REQUEST_BYTES + 1];
    post(&large).await.expect_error(413, Code::RequestTooLarge);
    let follows = vec![(journal(MEMBER).id(), 0); limits::REQUEST_FOLLOWS + 1];
    let many = SyncRequest {
        follows,
        ..empty_request()
    };
    post(&wire::encode(&many))
        .await
        .expect_error(413, Code::TooManyChanges);
}

#[tokio::test]
async fn a_request_of_another_type_or_of_nobody_is_refused() {
    let server = serve().await;
    let phone = server.phone(member(MEMBER)).await;
    let good = wire::encode(&empty_request());
    let json = phone
        .request("POST", "/api/sync")
        .body("application/json", good.clone());
    json.send()
        .await
        .expect_error(415, Code::ContentTypeUnsupported);
    let unsigned = server
        .request("POST", "/api/sync")
        .body(wire::CONTENT_TYPE, good);
    unsigned.send().await.expect_error(401, Code::NotSignedIn);
    let get = phone.request("GET", "/api/sync").send().await;
    get.expect_error(404, Code::NotFound);
    phone
        .request("POST", "/api/nothing")
        .send()
        .await
        .expect_error(404, Code::NotFound);
}

#[tokio::test]
async fn a_claim_that_is_not_the_owners_or_not_of_this_city_is_refused_aloud() {
    let server = serve().await;
    let phone = server.phone(member(MEMBER)).await;
    let activity = ActivityId(Uuid::now_v7());
    let (own, other) = (phone.identity.member, member(SECOND_MEMBER));
    let claim = check_in(activity);
    let elsewhere = Presence {
        city: area("440100"),
        ..presence(activity)
    };
    let elsewhere = Record::Claim(Claim::CheckIn(elsewhere));
    let years_off = ten().plus(-500 * DAY_MS);
    let cases = [
        (
            journal(SECOND_MEMBER),
            entry(other, ten(), claim.clone()),
            Code::ChangeForbidden,
        ),
        (
            journal(MEMBER),
            entry(other, ten(), claim.clone()),
            Code::ChangeForbidden,
        ),
        (
            journal(MEMBER),
            entry(own, ten(), elsewhere),
            Code::ActivityElsewhere,
        ),
        (
            journal(MEMBER),
            entry(own, years_off, claim),
            Code::ClockInsane,
        ),
    ];
    for (document, entry, code) in cases {
        assert_eq!(
            refusal(&phone, document, &entry).await,
            Verdict::Refused(code)
        );
        assert_eq!(stored(&server, document).await, 0);
    }
    let log = server.store().audit_log(4).await.unwrap();
    assert!(log.iter().all(|record| record.event == "change_refused"));
    assert_eq!(log[1].result, "activity_elsewhere");
}

#[tokio::test]
async fn a_change_signed_by_another_device_is_refused() {
    let server = serve().await;
    let phone = server.phone(member(MEMBER)).await;
    let other = server.phone(member(MEMBER)).await;
    let entry = entry(member(MEMBER), ten(), check_in(ActivityId(Uuid::now_v7())));
    let bytes = sealed(other.identity.device, 1, &entry);
    let verdicts = phone.offer(vec![(journal(MEMBER), bytes)]).await.verdicts;
    assert_eq!(verdicts, [Verdict::Refused(Code::ChangeForbidden)]);
}

#[tokio::test]
async fn a_change_offered_twice_is_stored_once_and_acknowledged_twice() {
    let server = serve().await;
    let phone = server.phone(member(MEMBER)).await;
    let entry = entry(member(MEMBER), ten(), check_in(ActivityId(Uuid::now_v7())));
    let bytes = sealed(phone.identity.device, 99, &entry);
    let twice = vec![(journal(MEMBER), bytes.clone()), (journal(MEMBER), bytes)];
    for _ in 0..2 {
        let verdicts = phone.offer(twice.clone()).await.verdicts;
        assert_eq!(verdicts, [Verdict::Stored; 2]);
        assert_eq!(stored(&server, journal(MEMBER)).await, 1);
    }
}

#[tokio::test]
async fn no_mutated_change_stops_the_server_or_harms_the_document() {
    let server = serve().await;
    let mut phone = server.phone(member(MEMBER)).await;
    let entry = entry(member(MEMBER), ten(), check_in(ActivityId(Uuid::now_v7())));
    let good = sealed(phone.identity.device, 99, &entry);
    let mut mutated = Vec::new();
    for place in 0..good.len() {
        for flip in [0x01, 0x40, 0xff] {
            let mut bytes = good.clone();
            bytes[place] ^= flip;
            mutated.push((journal(MEMBER), bytes));
        }
        mutated.push((journal(MEMBER), good[..place].to_vec()));
    }
    for some in mutated.chunks(limits::REQUEST_CHANGES) {
        let verdicts = phone.offer(some.to_vec()).await.verdicts;
        assert_eq!(verdicts.len(), some.len());
        let refused = |verdict: &Verdict| matches!(verdict, Verdict::Refused(_));
        assert!(
            verdicts.iter().all(refused),
            "a changed byte breaks the hash"
        );
    }
    assert_eq!(stored(&server, journal(MEMBER)).await, 0);
    let verdicts = phone.offer(vec![(journal(MEMBER), good)]).await.verdicts;
    assert_eq!(verdicts, [Verdict::Stored]);
    phone.sync().await;
    assert_eq!(phone.engine.records().len(), 1);
}
