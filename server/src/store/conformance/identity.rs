//! Codes, devices, sessions, the audit log.

use std::sync::Arc;

use shared::codes::Code;
use shared::gate::HandOver;
use shared::permission::Authority;
use shared::time::{HOUR_MS, Timestamp};
use shared::words::Role;

use super::world::{device_id, found, member_id, organisation, organisation_id, path, ten};
use crate::audit::{AuditEvent, AuditRecord};
use crate::directory::{Appointment, DirectoryChanges, Merger};
use crate::store::Store;
use crate::store::identity::{
    Enrolling, Enrolment, EnrolmentResult, NewChallenge, NewSession, Renewal,
};

/// Returns the rights of a member's device, through a session opened for it.
pub(super) async fn authority(store: &Arc<dyn Store>, number: u128) -> Authority {
    let hash = [u8::try_from(number).expect("numbers are small"); 32];
    open(store, number, hash).await;
    let session = store.session(hash).await.expect("reads");
    session.expect("is open").authority
}

async fn open(store: &Arc<dyn Store>, number: u128, hash: [u8; 32]) {
    keep(store, number, hash).await;
    let renewal = renew(store, number, hash, ten()).await;
    assert_eq!(renewal, Renewal::Opened);
}

async fn keep(store: &Arc<dyn Store>, number: u128, hash: [u8; 32]) {
    let challenge = NewChallenge {
        hash,
        device: device_id(number),
        expires_at: ten().plus(1_000),
        now: ten(),
    };
    store.keep_challenge(challenge).await.expect("keeps");
}

async fn renew(store: &Arc<dyn Store>, number: u128, hash: [u8; 32], now: Timestamp) -> Renewal {
    let session = NewSession {
        token_hash: hash,
        device: device_id(number),
        expires_at: now.plus(HOUR_MS),
    };
    store
        .renew_session(hash, session, now)
        .await
        .expect("renews")
}

pub(super) async fn a_code_enrols_one_device(store: Arc<dyn Store>) {
    found(&store).await;
    for (hash, expires_at) in [([1; 32], ten().plus(HOUR_MS)), ([2; 32], ten())] {
        let enrolment = Enrolment {
            code_hash: hash,
            member: member_id(2),
            created_by: Some(member_id(1)),
            created_at: ten(),
            expires_at,
        };
        store.issue_enrolment(enrolment).await.expect("issues");
    }
    let enrol = async |code: u8, device: u128, key: u8| {
        let enrolling = Enrolling {
            code_hash: [code; 32],
            device: device_id(device),
            public_key: vec![key; 65],
            label: "手机".to_owned(),
            token_hash: [u8::try_from(device).expect("numbers are small"); 32],
            session_expires_at: ten().plus(HOUR_MS),
            now: ten(),
        };
        store.enrol(enrolling).await.expect("enrols")
    };
    let enrolled = EnrolmentResult::Enrolled {
        device: device_id(50),
        member: member_id(2),
        name: "党员2".to_owned(),
    };
    assert_eq!(enrol(3, 50, 1).await, EnrolmentResult::Unknown);
    assert_eq!(enrol(2, 50, 1).await, EnrolmentResult::Expired);
    assert_eq!(enrol(1, 50, 1).await, enrolled);
    assert_eq!(enrol(1, 51, 2).await, EnrolmentResult::Used);
    assert_eq!(enrol(1, 52, 1).await, enrolled, "the answer was lost");
    let session = store.session([52; 32]).await.expect("reads");
    assert_eq!(session.map(|s| s.authority.device), Some(device_id(50)));
    let device = store.device(device_id(50)).await.expect("reads");
    let device = device.expect("is there");
    assert_eq!(device.public_key, Some(vec![1; 65]));
    assert_eq!(device.member, member_id(2));
    assert_eq!(store.device(device_id(51)).await.expect("reads"), None);
}

pub(super) async fn a_session_shows_the_rights_of_now(store: Arc<dyn Store>) {
    found(&store).await;
    let first = authority(&store, 2).await;
    assert_eq!(first.home, path("001001001"));
    assert!(first.grants.is_empty());
    let changes = DirectoryChanges {
        appointments: vec![Appointment {
            member: member_id(2),
            role: Role::Host,
            organisation: organisation_id("001001"),
        }],
        ..DirectoryChanges::default()
    };
    store.change_directory(changes).await.expect("changes");
    store
        .revoke_device(device_id(2), ten())
        .await
        .expect("revokes");
    let session = store.session([2; 32]).await.expect("reads");
    let session = session.expect("is open");
    assert_eq!(session.revoked_at, Some(ten()));
    assert_eq!(session.authority.grants.len(), 1);
    assert_eq!(session.authority.grants[0].path, path("001001"));
    assert_eq!(store.session([9; 32]).await.expect("reads"), None);
}

pub(super) async fn who_has_a_right_for_a_successor_has_it_for_what_went_into_it(
    store: Arc<dyn Store>,
) {
    found(&store).await;
    let merge = async |pairs: &[(&str, Option<&str>)]| {
        let merger = |(organisation, successor): &(&str, Option<&str>)| Merger {
            organisation: organisation_id(organisation),
            successor: successor.map(organisation_id),
        };
        let changes = DirectoryChanges {
            organisations: ["001002", "001002001"].map(organisation).to_vec(),
            mergers: pairs.iter().map(merger).collect(),
            ..DirectoryChanges::default()
        };
        store.change_directory(changes).await.expect("changes")
    };
    let paths = async |number| {
        let member = store.member(member_id(number)).await.expect("reads");
        let grants = member.expect("is there").grants;
        let paths = grants.iter().map(|grant| grant.path.to_string());
        paths.collect::<Vec<_>>()
    };
    let first = ["001001001"];
    assert_eq!(paths(1).await, first);
    let version = merge(&[("001002001", Some("001001001"))]).await;
    let again = merge(&[("001002001", Some("001001001"))]).await;
    assert_eq!(again, version, "nothing changed");
    assert_eq!(paths(1).await, ["001001001", "001002001"]);
    let county = ["001001", "001002001"];
    assert_eq!(paths(9).await, county, "who is above the successor as well");
    assert!(paths(2).await.is_empty());

    // One after the other.
    let chain = [
        ("001001002", Some("001002001")),
        ("001002", Some("001001002")),
    ];
    merge(&chain).await;
    let all = ["001001001", "001001002", "001002", "001002001"];
    assert_eq!(paths(1).await, all);
    let county = ["001001", "001001002", "001002", "001002001"];
    assert_eq!(paths(9).await, county);
    let session = authority(&store, 1).await.grants;
    assert_eq!(session.len(), 4, "a session has the same");

    // A circle ends.
    merge(&[("001001001", Some("001002"))]).await;
    assert_eq!(paths(1).await, all);
    let successors = store.directory().await.expect("reads").successors;
    assert_eq!(successors.len(), 4);

    merge(&[("001002001", None), ("001001001", None)]).await;
    assert_eq!(paths(1).await, first, "it stands by itself again");
}

pub(super) async fn a_session_that_is_ended_is_nobodys(store: Arc<dyn Store>) {
    found(&store).await;
    for (number, hash) in [(1, [1; 32]), (2, [2; 32])] {
        open(&store, number, hash).await;
    }
    let end = async |hash| store.end_session(hash).await.expect("ends");
    assert_eq!(end([2; 32]).await, Some(device_id(2)));
    assert_eq!(end([2; 32]).await, None);
    assert_eq!(store.session([2; 32]).await.expect("reads"), None);
    assert!(store.session([1; 32]).await.expect("reads").is_some());
}

pub(super) async fn a_revoked_device_is_met_once(store: Arc<dyn Store>) {
    found(&store).await;
    let device = device_id(2);
    let meet = async |at| store.meet_revoked(device, at).await.expect("meets");
    let revoke = async |at| store.revoke_device(device, at).await.expect("revokes");
    let after = |ms| ten().plus(ms);
    assert_eq!(meet(ten()).await, None, "it is not revoked");
    revoke(after(1)).await;
    revoke(after(2)).await;
    let hand_over = HandOver {
        revoked_at: after(1),
        met_at: after(3),
    };
    assert_eq!(meet(after(3)).await, Some(hand_over));
    assert_eq!(meet(after(4)).await, Some(hand_over));
    let devices = store.devices(member_id(2)).await.expect("reads");
    assert_eq!(devices.len(), 1);
    assert_eq!(
        Some(&devices[0]),
        store.device(device).await.expect("reads").as_ref()
    );
    assert_eq!(
        (devices[0].revoked_at, devices[0].met_at, &*devices[0].label),
        (Some(after(1)), Some(after(3)), "phone")
    );
    open(&store, 2, [2; 32]).await;
    let session = store.session([2; 32]).await.expect("reads");
    assert_eq!(session.and_then(|session| session.met_at), Some(after(3)));
    assert_eq!(store.devices(member_id(404)).await.expect("reads"), []);
}

pub(super) async fn a_challenge_is_good_once_and_for_its_device(store: Arc<dyn Store>) {
    found(&store).await;
    keep(&store, 1, [1; 32]).await;
    assert_eq!(
        renew(&store, 2, [1; 32], ten()).await,
        Renewal::ChallengeUnknown
    );
    let late = ten().plus(1_000);
    assert_eq!(
        renew(&store, 1, [1; 32], late).await,
        Renewal::ChallengeUnknown
    );
    assert_eq!(renew(&store, 1, [1; 32], ten()).await, Renewal::Opened);
    assert_eq!(
        renew(&store, 1, [1; 32], ten()).await,
        Renewal::ChallengeUnknown
    );
    for number in 10..30 {
        keep(&store, 1, [number; 32]).await;
    }
    let mut good = 0;
    for number in 10..30 {
        let renewal = renew(&store, 1, [number; 32], ten()).await;
        good += usize::from(renewal == Renewal::Opened);
    }
    assert_eq!(good, 8, "whoever asks again and again fills no table");
}

pub(super) async fn the_audit_log_returns_the_newest_first(store: Arc<dyn Store>) {
    let first = AuditRecord::of(ten(), AuditEvent::DeviceEnrolled, "")
        .with_member(member_id(1))
        .with_device(device_id(1));
    let second = AuditRecord::of(ten(), AuditEvent::ChangeRefused, "document")
        .refused(Code::ChangeForbidden);
    store
        .record(vec![first.clone(), second.clone()])
        .await
        .expect("records");
    let log = store.audit_log(10).await.expect("reads");
    assert_eq!(log, [second.clone(), first]);
    assert_eq!(store.audit_log(1).await.expect("reads"), [second]);
}
