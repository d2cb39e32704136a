//! Codes that hosts show, rulings, visitors, the people of a list.

use std::sync::Arc;

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_bytes::ByteArray;
use shared::documents::{DocumentName, snapshot_of};
use shared::reconcile::{Attendance, Flag, Outcome};
use shared::records::{
    Claim, Entry, Evidence, HostKey, Mark, MarkEntry, Presence, Record, Ruling, Scan, Visitor,
};
use shared::server::{Load, StoredSnapshot};
use shared::time::{HOUR_MS, MINUTE_MS};
use shared::witness::HostCode;
use shared::words::{Grade, MarkKind};

use super::world::{
    Pen, activity_id, area, calendar, check_in, day, device_id, entry, feedback, found, journal,
    member_id, organisation_id, plan, ten,
};
use crate::projector::{project_all, rebuild};
use crate::store::Store;
use crate::store::identity::{Enrolling, Enrolment, EnrolmentResult};
use crate::store::kept::Compacted;
use crate::store::oversight::RosterWanted;

/// The number of the device that shows codes.
const HOST: u128 = 60;

fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).expect("is a key")
}

/// Gives member 1 a phone with a key.
async fn enrol_host(store: &Arc<dyn Store>) {
    let enrolment = Enrolment {
        code_hash: [9; 32],
        member: member_id(1),
        created_by: None,
        created_at: ten(),
        expires_at: ten().plus(HOUR_MS),
    };
    store.issue_enrolment(enrolment).await.expect("issues");
    let enrolling = Enrolling {
        code_hash: [9; 32],
        device: device_id(HOST),
        public_key: key()
            .verifying_key()
            .to_sec1_point(false)
            .as_bytes()
            .to_vec(),
        label: "签到手机".to_owned(),
        token_hash: [9; 32],
        session_expires_at: ten().plus(HOUR_MS),
        now: ten(),
    };
    let enrolled = store.enrol(enrolling).await.expect("enrols");
    assert!(matches!(enrolled, EnrolmentResult::Enrolled { .. }));
}

fn announcement(id: u128) -> Entry {
    let point = key().verifying_key().to_sec1_point(false);
    let public_key = point.as_bytes().try_into().expect("65 bytes");
    let key = HostKey {
        organisation: organisation_id("001001001"),
        public_key: ByteArray::new(public_key),
    };
    entry(id, 1, Record::HostKey(key))
}

/// Member 2 scans a code that the host's phone made half a minute ago.
fn scan(id: u128) -> Entry {
    let mut code = HostCode {
        organisation: organisation_id("001001001"),
        activity: activity_id(1),
        scan: Scan {
            host: device_id(HOST),
            counter: 3,
            issued_at: ten().plus(-MINUTE_MS / 2),
            nonce: ByteArray::new([5; 8]),
            signature: ByteArray::new([0; 64]),
        },
    };
    let signature: Signature = key().sign(&code.message());
    code.scan.signature = ByteArray::new(signature.to_bytes().into());
    let presence = Presence {
        city: area("441200"),
        organisation: code.organisation,
        activity: code.activity,
        evidence: Evidence::Scan(code.scan),
        installation: None,
    };
    entry(id, 2, Record::Claim(Claim::CheckIn(presence)))
}

async fn outcome(store: &Arc<dyn Store>) -> Outcome {
    project_all(&**store).await.expect("projects");
    let list = store.attendance(activity_id(1)).await.expect("reads");
    let mut rows = list.expect("is there").rows;
    assert_eq!(rows.len(), 1);
    rows.remove(0).outcome
}

pub(super) async fn a_scan_is_worth_what_its_host_and_its_arrival_make_it(store: Arc<dyn Store>) {
    found(&store).await;
    enrol_host(&store).await;
    let mut planned = Pen::new(calendar("001001001"), 1);
    planned.store(&store, &[plan(1, 1)]).await;
    let mut member = Pen::new(journal(2), 2);
    member.store(&store, &[scan(11)]).await;
    let unknown = outcome(&store).await;
    assert_eq!(unknown.flags, [Flag::HostUnknown]);
    assert_eq!(unknown.grade, Some(Grade::D));

    // The announcement comes last and lifts what rests on it.
    let mut announced = Pen::continuing(planned, HOST);
    announced.store(&store, &[announcement(12)]).await;
    let good = outcome(&store).await;
    assert_eq!((good.grade, good.flags), (Some(Grade::B), vec![]));

    // A snapshot in the place of the change does not forget when it came.
    member.store(&store, &[check_in(13, 2, 404)]).await;
    project_all(&*store).await.expect("projects");
    compact(&store).await;
    let dropped = store.drop_replaced(ten().plus(1), 9).await.expect("drops");
    assert_eq!(dropped, 2);
    let before = store.digest().await.expect("reads");
    assert_eq!((before["host_key"].0, before["claim"].0), (1, 2));
    rebuild(&*store).await.expect("rebuilds");
    assert_eq!(store.digest().await.expect("reads"), before);

    let facts = store.device_facts([device_id(HOST), device_id(99)].into());
    let facts = facts.await.expect("reads");
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[&device_id(HOST)].member, member_id(1));
    let revoked_at = ten().plus(-MINUTE_MS);
    let revoked = store.revoke_device(device_id(HOST), revoked_at).await;
    revoked.expect("revokes");
    let late = outcome(&store).await;
    assert_eq!(late.flags, [Flag::HostRevoked]);
    assert_eq!(late.grade, Some(Grade::D));
}

async fn compact(store: &Arc<dyn Store>) {
    let id = journal(2).id();
    let load = Load {
        documents: vec![id],
        ..Load::default()
    };
    let loaded = store.load(load).await.expect("loads");
    let document = &loaded.documents[&id];
    let bytes = snapshot_of(document.name.kind(), &document.changes, 1).expect("is whole");
    let snapshot = StoredSnapshot {
        version: document.version,
        bytes,
    };
    let done = store.compact(id, snapshot, ten()).await.expect("compacts");
    assert_eq!(done, Compacted::Done);
}

fn mark(id: u128, kind: MarkKind) -> Entry {
    let mark = Mark {
        activity: activity_id(1),
        member: member_id(2),
        kind,
        corrects: None,
        entered: MarkEntry::Seen,
        witness: None,
    };
    entry(id, 1, Record::Mark(mark))
}

fn visitor(id: u128, corrects: Option<u128>) -> Entry {
    let visitor = Visitor {
        activity: activity_id(1),
        name: "陈大文".to_owned(),
        from: "邻村".to_owned(),
        kind: MarkKind::Present,
        corrects: corrects.map(|id| feedback(id, 1).id),
    };
    entry(id, 1, Record::Visitor(visitor))
}

pub(super) async fn a_ruling_and_a_visitor_stand_in_the_list(store: Arc<dyn Store>) {
    found(&store).await;
    let organisation = organisation_id("001001001");
    let mut planned = Pen::new(calendar("001001001"), 1);
    planned.store(&store, &[plan(1, 1)]).await;
    let mut member = Pen::new(journal(2), 2);
    member.store(&store, &[check_in(11, 2, 1)]).await;
    let rollcall = DocumentName::Rollcall {
        organisation,
        activity: activity_id(1),
    };
    let mut marked = Pen::new(rollcall, 1);
    let entries = [mark(20, MarkKind::Absent), visitor(21, None)];
    marked.store(&store, &entries).await;
    assert_eq!(outcome(&store).await.attendance, Attendance::Disputed);

    let claim = check_in(11, 2, 1).id;
    let ruling = Ruling {
        activity: activity_id(1),
        member: member_id(2),
        decision: MarkKind::Present,
        reason: "看过签到表".to_owned(),
        settles: vec![claim, mark(20, MarkKind::Absent).id],
        signed_by: "党员1".to_owned(),
    };
    let ledger = DocumentName::Ledger {
        organisation,
        quarter: day().quarter(),
    };
    let mut decided = Pen::new(ledger, 1);
    let ruled = [entry(30, 1, Record::Ruling(ruling))];
    decided.store(&store, &ruled).await;
    let settled = outcome(&store).await;
    assert_eq!(settled.attendance, Attendance::Present);
    assert_eq!(
        settled.decision.map(|decision| decision.by),
        Some(member_id(1))
    );

    marked.store(&store, &[visitor(22, Some(21))]).await;
    project_all(&*store).await.expect("projects");
    let list = store.attendance(activity_id(1)).await.expect("reads");
    let list = list.expect("is there");
    assert_eq!(list.visitors.len(), 2);
    assert_eq!(list.plan.topic, "第1讲");
    let before = store.digest().await.expect("reads");
    assert_eq!((before["ruling"].0, before["visitor"].0), (1, 2));
    rebuild(&*store).await.expect("rebuilds");
    assert_eq!(store.digest().await.expect("reads"), before);
}

pub(super) async fn the_roster_names_the_members_of_organisations_and_single_people(
    store: Arc<dyn Store>,
) {
    found(&store).await;
    let names = async |organisations: &[&str], members: &[u128], limit| {
        let wanted = RosterWanted {
            organisations: organisations
                .iter()
                .map(|path| organisation_id(path))
                .collect(),
            members: members.iter().map(|number| member_id(*number)).collect(),
            limit,
        };
        let people = store.roster(wanted).await.expect("reads");
        let names = people.into_iter().map(|person| person.name);
        names.collect::<Vec<_>>()
    };
    assert_eq!(names(&["001001001"], &[], 9).await, ["党员1", "党员2"]);
    assert_eq!(
        names(&["001001001"], &[2, 3, 404], 9).await,
        ["党员1", "党员2", "党员3"]
    );
    assert_eq!(names(&["001001001"], &[3], 2).await.len(), 2);
    assert!(names(&["009"], &[], 9).await.is_empty());
    // An organisation's own and those of all beneath it.
    let county = names(&["001001"], &[], 9).await;
    for name in ["党员1", "党员2", "党员3"] {
        assert!(county.iter().any(|found| found == name), "{name}");
    }
}
