//! Devices listed, revoked and signed out, and what a revoked one may still do.

use shared::api::DeviceSummary;
use shared::codes::Code;
use shared::documents::{Document, DocumentKind, DocumentName, Writer};
use shared::ids::{ActivityId, DeviceId, EntryId};
use shared::limits;
use shared::records::{Entry, Mark, MarkEntry, Record};
use shared::time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};
use shared::wire::{SyncResponse, Verdict};
use shared::words::MarkKind;
use tests::http::{Answer, Phone, TestServer};
use uuid::Uuid;

use crate::city::{
    BRANCH, COORDINATOR, COUNTY_COORDINATOR, HOST, MEMBER, SECOND_MEMBER, STRANGER, check_in,
    member, organisation, planned, serve, ten,
};

async fn devices(phone: &Phone, query: &str) -> Vec<DeviceSummary> {
    let answer = phone.request("GET", &format!("/api/devices{query}"));
    answer.send().await.json()
}

async fn revoke(phone: &Phone, device: impl ToString) -> Answer {
    let path = format!("/api/devices/{}/revoke", device.to_string());
    phone.request("POST", &path).send().await
}

/// A record of the phone's owner as the first change of a document.
fn sealed(phone: &Phone, kind: DocumentKind, at: Timestamp, record: Record) -> Vec<u8> {
    let entry = Entry {
        id: EntryId(Uuid::now_v7()),
        by: phone.identity.member,
        recorded_at: at,
        record,
    };
    let writer = Writer {
        device: phone.identity.device,
        // Each record of a run of its own: none follows another.
        run: Uuid::now_v7().as_u64_pair().1 as u32,
    };
    let mut document = Document::new(kind);
    document.write(writer, at, &[entry]).bytes
}

fn claim(phone: &Phone, at: Timestamp) -> (DocumentName, Vec<u8>) {
    let name = DocumentName::Journal {
        member: phone.identity.member,
        quarter: ten().day().quarter(),
    };
    let record = check_in(ActivityId(Uuid::now_v7()));
    (name, sealed(phone, DocumentKind::Journal, at, record))
}

async fn status(phone: &Phone) -> (u16, Option<Code>) {
    let answer = phone.request("GET", "/api/devices").send().await;
    (answer.status, answer.code())
}

#[tokio::test]
async fn people_see_and_revoke_their_own_devices_and_those_whom_they_enrol() {
    let server = serve().await;
    let phone = server.phone(member(MEMBER)).await;
    let lost = server.phone(member(MEMBER)).await;
    let listed = devices(&phone, "").await;
    let of_this: Vec<(DeviceId, bool)> = listed.iter().map(|d| (d.device, d.this)).collect();
    assert_eq!(
        of_this,
        [(phone.identity.device, true), (lost.identity.device, false)]
    );
    assert!(
        listed
            .iter()
            .all(|d| d.label == "test" && d.enrolled_at == ten())
    );
    assert_eq!(revoke(&phone, lost.identity.device).await.status, 204);
    assert_eq!(revoke(&phone, lost.identity.device).await.status, 204);
    assert_eq!(status(&lost).await, (403, Some(Code::DeviceRevoked)));
    assert_eq!(devices(&phone, "").await[1].revoked_at, Some(ten()));

    let coordinator = server.phone(member(COORDINATOR)).await;
    let query = format!("?member={}", member(MEMBER));
    assert_eq!(devices(&coordinator, &query).await.len(), 2);
    assert_eq!(
        revoke(&coordinator, phone.identity.device).await.status,
        204
    );
    assert_eq!(status(&phone).await, (403, Some(Code::DeviceRevoked)));

    let log = server.store().audit_log(4).await.unwrap();
    let lines = log.iter().map(|record| {
        let event = (&*record.event, &*record.result);
        (event, record.member, record.object.clone())
    });
    let revoked = |by: u128, device: DeviceId| {
        let event = ("device_revoked", "ok");
        (event, Some(member(by)), device.to_string())
    };
    let read = (
        ("devices_read", "ok"),
        Some(member(COORDINATOR)),
        member(MEMBER).to_string(),
    );
    let lines: Vec<_> = lines
        .filter(|(event, ..)| event.0 != "device_enrolled")
        .collect();
    assert_eq!(
        lines,
        [
            revoked(COORDINATOR, phone.identity.device),
            read,
            revoked(MEMBER, lost.identity.device)
        ]
    );
}

#[tokio::test]
async fn nobody_sees_or_revokes_devices_beyond_their_rights() {
    let server = serve().await;
    let target = server.phone(member(STRANGER)).await.identity.device;
    let superior = server.phone(member(COUNTY_COORDINATOR)).await;
    for by in [MEMBER, HOST, COORDINATOR] {
        let phone = server.phone(member(by)).await;
        let path = format!("/api/devices?member={}", member(STRANGER));
        let list = phone.request("GET", &path).send().await;
        list.expect_error(403, Code::Forbidden);
        for device in [target, superior.identity.device, DeviceId(Uuid::now_v7())] {
            revoke(&phone, device)
                .await
                .expect_error(403, Code::Forbidden);
        }
        revoke(&phone, "nonsense")
            .await
            .expect_error(404, Code::NotFound);
    }
    let list = server.request("GET", "/api/devices").send().await;
    list.expect_error(401, Code::NotSignedIn);
    assert_eq!(status(&superior).await.0, 200);
    assert_eq!(revoke(&superior, target).await.status, 204);
    let log = server.store().audit_log(2).await.unwrap();
    assert_eq!(
        (&*log[1].event, &*log[1].result),
        ("device_revoked", "forbidden")
    );
}

#[tokio::test]
async fn a_session_that_its_owner_ends_is_over_at_once() {
    let server = serve().await;
    let mut phone = server.phone(member(MEMBER)).await;
    let other = server.phone(member(MEMBER)).await;
    let end = || phone.request("POST", "/api/session/end").send();
    let answer = end().await;
    assert_eq!(answer.status, 204);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("baodao_session=;") && cookie.contains("Max-Age=0"));
    assert_eq!(status(&phone).await, (401, Some(Code::SessionExpired)));
    assert_eq!(end().await.status, 204, "ended twice is ended");
    assert_eq!(status(&other).await.0, 200, "other sessions go on");
    let log = server.store().audit_log(1).await.unwrap();
    assert_eq!(log[0].event, "session_ended");
    assert_eq!(log[0].device, Some(phone.identity.device));
    let nobody = server.request("POST", "/api/session/end").send().await;
    assert_eq!(nobody.status, 204);
    phone.sign_in().await.unwrap();
    assert_eq!(status(&phone).await.0, 200);
}

/// A member's phone that was revoked at half past ten and comes back at eleven.
async fn revoked() -> (TestServer, Phone) {
    let server = serve().await;
    let phone = server.phone(member(MEMBER)).await;
    server.clock.advance(30 * MINUTE_MS);
    let own = server.phone(member(MEMBER)).await;
    assert_eq!(revoke(&own, phone.identity.device).await.status, 204);
    server.clock.advance(30 * MINUTE_MS);
    (server, phone)
}

/// Nothing goes out to a revoked device.
fn bare(response: &SyncResponse) -> bool {
    response.documents.is_empty()
        && response.forget.is_empty()
        && response.directory.is_none()
        && response.outcomes.is_empty()
}

#[tokio::test]
async fn a_revoked_phone_hands_over_its_owners_claims_of_before_once() {
    let (server, phone) = revoked().await;
    let before = claim(&phone, ten().plus(29 * MINUTE_MS));
    let after = claim(&phone, ten().plus(31 * MINUTE_MS));
    let revoked = Verdict::Refused(Code::DeviceRevoked);
    let answer = phone.offer(vec![before.clone(), after.clone()]).await;
    assert_eq!(answer.verdicts, [Verdict::Stored, revoked]);
    assert!(bare(&answer));
    // The answer was lost: the phone asks again and hears the same.
    let answer = phone.offer(vec![before.clone(), after]).await;
    assert_eq!(answer.verdicts, [Verdict::Stored, revoked]);
    // Nothing is left to offer: the phone may clear itself.
    let empty = phone.sync_once().await;
    empty.expect_error(403, Code::DeviceRevoked);
    assert_eq!(status(&phone).await, (403, Some(Code::DeviceRevoked)));

    server.clock.advance(limits::HAND_OVER_MS);
    let late = claim(&phone, ten());
    let answer = phone.offer_raw(vec![late]).await;
    answer.expect_error(401, Code::SessionExpired);
    let mut phone = phone;
    let answer = phone.sign_in().await.unwrap_err();
    answer.expect_error(403, Code::DeviceRevoked);
}

#[tokio::test]
async fn a_revoked_phone_that_comes_back_after_a_month_is_heard_first() {
    let (server, mut phone) = revoked().await;
    server.clock.advance(30 * DAY_MS);
    let offered = claim(&phone, ten());
    let answer = phone.offer_raw(vec![offered.clone()]).await;
    answer.expect_error(401, Code::SessionExpired);
    phone.sign_in().await.unwrap();
    assert_eq!(status(&phone).await, (403, Some(Code::DeviceRevoked)));
    let answer = phone.offer(vec![offered]).await;
    assert_eq!(answer.verdicts, [Verdict::Stored]);
    // The day in which it may hand over runs on from there.
    server.clock.advance(limits::HAND_OVER_MS - HOUR_MS);
    phone.sign_in().await.unwrap();
    server.clock.advance(HOUR_MS);
    let answer = phone.offer_raw(vec![claim(&phone, ten())]).await;
    answer.expect_error(403, Code::DeviceRevoked);
}

#[tokio::test]
async fn a_revoked_hosts_marks_and_others_journals_are_not_taken() {
    let server = serve().await;
    let (_, activity) = planned(&server).await;
    let host = server.phone(member(HOST)).await;
    let now = ten();
    server.clock.advance(MINUTE_MS);
    let device = host.identity.device;
    server
        .store()
        .revoke_device(device, now.plus(MINUTE_MS))
        .await
        .unwrap();
    let mark = Record::Mark(Mark {
        activity,
        member: member(MEMBER),
        kind: MarkKind::Present,
        corrects: None,
        entered: MarkEntry::Seen,
        witness: None,
    });
    let rollcall = DocumentName::Rollcall {
        organisation: organisation(BRANCH),
        activity,
    };
    let others = DocumentName::Journal {
        member: member(SECOND_MEMBER),
        quarter: now.day().quarter(),
    };
    let (own, claimed) = claim(&host, now);
    let answer = host
        .offer(vec![
            (rollcall, sealed(&host, DocumentKind::Rollcall, now, mark)),
            (others, claimed.clone()),
            (own, claimed),
        ])
        .await;
    assert_eq!(
        answer.verdicts,
        [
            Verdict::Refused(Code::DeviceRevoked),
            Verdict::Refused(Code::ChangeForbidden),
            Verdict::Stored
        ]
    );
}
