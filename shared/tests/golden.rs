//! Bytes of released versions, frozen, which every later version must read: they are in phones and
//! on servers that will never be migrated at one moment. A golden file is never changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use shared::codes::Code;
use shared::documents::{Document, DocumentKind, DocumentName, SealedChange, Writer};
use shared::ids::{ActivityId, AreaCode, DeviceId, DocumentId, EntryId, MemberId, OrganisationId};
use shared::reconcile::{Attendance, Confirmation, Outcome, Piece, Source};
use shared::records::{Claim, Entry, Evidence, Presence, Record};
use shared::time::{Day, HOUR_MS, Timestamp};
use shared::wire::{self, DocumentNews, SyncResponse, Verdict};
use shared::words::Grade;
use uuid::Uuid;

const JOURNAL_CHANGE: &[u8] = include_bytes!("golden/journal-change.v1");
const SYNC_RESPONSE: &[u8] = include_bytes!("golden/sync-response.v1");

fn at() -> Timestamp {
    Day::of(2026, 11, 22).start().plus(10 * HOUR_MS)
}

fn device() -> DeviceId {
    DeviceId(Uuid::from_u128(0xd1))
}

fn member() -> MemberId {
    MemberId(Uuid::from_u128(0xe1))
}

fn writer(run: u32) -> Writer {
    Writer {
        device: device(),
        run,
    }
}

fn presence() -> Presence {
    Presence {
        city: AreaCode::parse("441200").unwrap(),
        organisation: OrganisationId(Uuid::from_u128(0xf1)),
        activity: ActivityId(Uuid::from_u128(0xa1)),
        evidence: Evidence::SelfReport,
    }
}

fn entry(number: u128, claim: Claim) -> Entry {
    Entry {
        id: EntryId(Uuid::from_u128(0xc000 + number)),
        by: member(),
        recorded_at: at(),
        record: Record::Claim(claim),
    }
}

fn entries() -> Vec<Entry> {
    vec![
        entry(1, Claim::CheckIn(presence())),
        entry(2, Claim::CheckOut(presence())),
        entry(
            3,
            Claim::Feedback {
                text: "字太小".into(),
            },
        ),
    ]
}

fn journal_change() -> SealedChange {
    Document::new(DocumentKind::Journal).write(writer(7), at(), &entries())
}

fn response() -> SyncResponse {
    SyncResponse {
        protocol: 1,
        exchange: 7,
        server_time: at(),
        epoch: 3,
        verdicts: vec![Verdict::Stored, Verdict::Refused(Code::ActivityElsewhere)],
        documents: vec![DocumentNews {
            document: DocumentName::Journal {
                member: member(),
                quarter: at().day().quarter(),
            },
            version: 9,
            changes: vec![ByteBuf::from(JOURNAL_CHANGE)],
        }],
        forget: vec![DocumentId(Uuid::from_u128(5))],
        directory: None,
        outcomes: vec![Outcome {
            activity: presence().activity,
            member: member(),
            organisation: presence().organisation,
            day: at().day(),
            attendance: Attendance::Unmatched(Code::ActivityUnknown),
            grade: Some(Grade::D),
            confirmation: Confirmation::Waiting,
            evidence: vec![Piece {
                entry: entries()[0].id,
                device: device(),
                source: Source::Claim(Evidence::SelfReport),
                recorded_at: at(),
            }],
        }],
        outcomes_revision: 11,
        more: true,
    }
}

#[test]
fn a_journal_change_of_version_1_reads_as_it_did() {
    let document = Document::load(DocumentKind::Journal, JOURNAL_CHANGE).unwrap();
    let (held, anomalies) = document.entries();
    assert_eq!(anomalies, []);
    let read: Vec<Entry> = held.values().map(|held| held.entry.clone()).collect();
    assert_eq!(read, entries());
    assert!(held.values().all(|held| held.device == device()));
    assert_eq!(document.changes_of(device()).len(), 1);
}

#[test]
fn a_journal_change_is_written_as_in_version_1() {
    assert_eq!(journal_change().bytes, JOURNAL_CHANGE);
}

#[test]
fn a_response_of_version_1_reads_as_it_did() {
    assert_eq!(wire::decode(SYNC_RESPONSE), Ok(response()));
}

#[test]
fn a_response_is_written_as_in_version_1() {
    assert_eq!(wire::encode(&response()), SYNC_RESPONSE);
}

#[test]
fn a_response_with_fields_of_a_later_version_is_read_without_them() {
    let mut fields: BTreeMap<String, ciborium::Value> = wire::decode(SYNC_RESPONSE).unwrap();
    fields.insert("weather".into(), ciborium::Value::Text("雨".into()));
    assert_eq!(wire::decode(&wire::encode(&fields)), Ok(response()));
}

/// A record as a later version writes it: with a field that this one does not know.
#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct LaterEntry {
    id: EntryId,
    by: MemberId,
    recorded_at: Timestamp,
    record: ciborium::Value,
    mood: String,
}

/// Returns the changes of a document as a phone keeps them.
fn saved(document: &Document) -> Vec<u8> {
    let changes = document.changes().into_iter();
    changes.flat_map(|change| change.bytes).collect()
}

#[test]
fn fields_of_a_later_version_go_through_an_old_app_untouched() {
    use automerge::transaction::{CommitOptions, Transactable};
    use automerge::{ActorId, Automerge, ROOT, ReadDoc};

    let later = LaterEntry {
        id: EntryId(Uuid::from_u128(0xc009)),
        by: member(),
        recorded_at: at(),
        record: ciborium::Value::serialized(&entries()[2].record).unwrap(),
        mood: "好".into(),
    };
    // The later app writes into the same container; the genesis comes with any written document.
    let genesis = include_bytes!("../src/documents/genesis/journal.v1");
    let mut newer = Automerge::load(genesis).unwrap();
    let actor = [&[9; 16][..], &1_u32.to_be_bytes()].concat();
    newer.set_actor(ActorId::from(actor));
    let (_, claims) = newer.get(ROOT, "claims").unwrap().unwrap();
    let mut transaction = newer.transaction();
    let bytes = wire::encode(&later);
    transaction
        .put(&claims, later.id.to_string(), bytes.clone())
        .unwrap();
    transaction.commit_with(CommitOptions::default().with_time(at().0));
    let change = newer.get_last_local_change().unwrap().raw_bytes().to_vec();

    // The old app loads it, reads what it knows, writes a record of its own and saves.
    let mut old = Document::load(DocumentKind::Journal, &change).unwrap();
    assert_eq!(old.entries().0[&later.id].entry.record, entries()[2].record);
    old.write(writer(1), at(), &entries()[..1]);
    let saved = saved(&old);

    let whole = [&genesis[..], &saved[..]].concat();
    let read = Automerge::load(&whole).unwrap();
    let (value, _) = read.get(&claims, later.id.to_string()).unwrap().unwrap();
    assert_eq!(value.as_bytes(), Some(&bytes[..]));
    assert_eq!(wire::decode(value.as_bytes().unwrap()), Ok(later));
}

/// Writes the golden files of a version that is about to be released. Never for one that is.
#[test]
#[ignore = "run by hand before a release that adds a golden file"]
fn write_the_golden_files() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    for (name, bytes) in [
        ("journal-change.v1", journal_change().bytes),
        ("sync-response.v1", wire::encode(&response())),
    ] {
        let path = std::path::Path::new(folder).join(name);
        if !path.exists() || std::fs::metadata(&path).unwrap().len() == 0 {
            std::fs::write(path, bytes).unwrap();
        }
    }
}
