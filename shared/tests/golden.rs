//! Bytes of released versions, frozen, which every later version must read: they are in phones and
//! on servers that will never be migrated at one moment. A golden file is never changed.

#[path = "golden/later.rs"]
mod later;
#[path = "golden/statements.rs"]
mod statements;

use std::collections::BTreeMap;

use ciborium::Value;
use serde_bytes::ByteBuf;
use shared::codes::Code;
use shared::documents::{Document, DocumentKind, DocumentName, SealedChange, Writer};
use shared::ids::{ActivityId, AreaCode, DeviceId, DocumentId, EntryId, MemberId, OrganisationId};
use shared::reconcile::{Attendance, Basis, Confirmation, Outcome, Piece, Source};
use shared::records::{
    Claim, Details, Entry, Evidence, Mark, MarkEntry, Plan, Presence, Record, Standing,
};
use shared::time::{Day, HOUR_MS, Timestamp};
use shared::wire::{self, DocumentNews, OfferedChange, SyncRequest, SyncResponse, Verdict};
use shared::words::{ActivityKind, Grade, MarkKind};
use uuid::Uuid;

const JOURNAL_CHANGE: &[u8] = include_bytes!("golden/journal-change.v1");
const CALENDAR_CHANGE: &[u8] = include_bytes!("golden/calendar-change.v1");
const ROLLCALL_CHANGE: &[u8] = include_bytes!("golden/rollcall-change.v1");
const SYNC_REQUEST: &[u8] = include_bytes!("golden/sync-request.v1");
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
        installation: None,
    }
}

fn entry(number: u128, claim: Claim) -> Entry {
    of_record(number, Record::Claim(claim))
}

fn of_record(number: u128, record: Record) -> Entry {
    Entry {
        id: EntryId(Uuid::from_u128(0xc000 + number)),
        by: member(),
        recorded_at: at(),
        record,
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

fn written(kind: DocumentKind, record: Record) -> SealedChange {
    Document::new(kind).write(writer(7), at(), &[of_record(4, record)])
}

fn plan() -> Record {
    Record::Plan(Plan {
        activity: presence().activity,
        seed: Uuid::from_u128(0xa1),
        revises: None,
        kind: ActivityKind::Lecture,
        topic: "初心讲坛".into(),
        speaker: Some("李老师".into()),
        venue: None,
        starts_at: at(),
        ends_at: at().plus(HOUR_MS),
        campaign: Some("西江党旗红".into()),
        standing: Standing::Cancelled {
            reason: "台风".into(),
        },
        details: Details::default(),
    })
}

fn mark() -> Record {
    Record::Mark(Mark {
        activity: presence().activity,
        member: member(),
        kind: MarkKind::Present,
        corrects: Some(EntryId(Uuid::from_u128(0xc001))),
        entered: MarkEntry::Seen,
        witness: None,
    })
}

fn request() -> SyncRequest {
    let quarter = at().day().quarter();
    let organisation = presence().organisation;
    let offered = |document, change: SealedChange| OfferedChange {
        document,
        bytes: ByteBuf::from(change.bytes),
    };
    SyncRequest {
        protocol: 1,
        schema: 1,
        exchange: 7,
        device_time: at(),
        directory: 3,
        outcomes: 4,
        matters: None,
        follows: vec![(DocumentId(Uuid::from_u128(5)), 6)],
        changes: vec![
            offered(
                DocumentName::Journal {
                    member: member(),
                    quarter,
                },
                journal_change(),
            ),
            offered(
                DocumentName::Calendar {
                    organisation,
                    quarter,
                },
                written(DocumentKind::Calendar, plan()),
            ),
            offered(
                DocumentName::Rollcall {
                    organisation,
                    activity: presence().activity,
                },
                written(DocumentKind::Rollcall, mark()),
            ),
        ],
    }
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
                source: Source::Claim(Basis::SelfReport),
                recorded_at: at(),
                note: None,
                installation: None,
            }],
            flags: Vec::new(),
            decision: None,
            objection: None,
            left_at: None,
            study_minutes: 0,
        }],
        outcomes_revision: 11,
        matters: Vec::new(),
        matters_revision: None,
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
fn a_calendar_and_a_rollcall_change_of_version_1_read_and_are_written_as_they_were() {
    for (kind, bytes, record) in [
        (DocumentKind::Calendar, CALENDAR_CHANGE, plan()),
        (DocumentKind::Rollcall, ROLLCALL_CHANGE, mark()),
    ] {
        let document = Document::load(kind, bytes).unwrap();
        let (held, anomalies) = document.entries();
        assert_eq!(anomalies, []);
        let read: Vec<Record> = held.into_values().map(|held| held.entry.record).collect();
        assert_eq!(read, std::slice::from_ref(&record));
        assert_eq!(written(kind, record).bytes, bytes);
    }
}

#[test]
fn a_request_of_version_1_reads_and_is_written_as_it_was() {
    assert_eq!(wire::read_request(SYNC_REQUEST), Ok(request()));
    assert_eq!(wire::encode(&request()), SYNC_REQUEST);
}

/// A frame as a later version of the same protocol writes it.
fn with_more(frame: &[u8], change: impl FnOnce(&mut BTreeMap<String, Value>)) -> Vec<u8> {
    let mut fields: BTreeMap<String, Value> = wire::decode(frame).unwrap();
    fields.insert("weather".into(), Value::Text("雨".into()));
    change(&mut fields);
    wire::encode(&fields)
}

#[test]
fn a_request_with_fields_of_a_later_version_is_read_without_them() {
    let later = with_more(SYNC_REQUEST, |fields| {
        let Some(Value::Array(changes)) = fields.get_mut("changes") else {
            panic!("a request has changes");
        };
        for change in changes {
            let change = change.as_map_mut().unwrap();
            change.push((Value::Text("urgent".into()), Value::Bool(true)));
        }
    });
    assert_eq!(wire::read_request(&later), Ok(request()));
}

#[test]
fn another_protocol_or_a_later_schema_is_answered_with_its_code() {
    for (field, number, answer) in [
        ("protocol", 0, Err(Code::VersionUnsupported)),
        ("protocol", 2, Err(Code::VersionUnsupported)),
        ("schema", 3, Err(Code::VersionUnsupported)),
    ] {
        let other = with_more(SYNC_REQUEST, |fields| {
            fields.insert(field.into(), Value::Integer(number.into()));
            // Whatever else the other version's frame looks like.
            fields.remove("follows");
        });
        assert_eq!(wire::read_request(&other), answer, "{field} {number}");
    }
}

#[test]
fn a_code_of_a_later_version_spoils_no_answer() {
    let later = with_more(SYNC_RESPONSE, |fields| {
        let verdict = Value::Text("refused".into());
        let code = Value::Text("moon_too_full".into());
        let refused = Value::Map(vec![(verdict, code)]);
        let Some(Value::Array(verdicts)) = fields.get_mut("verdicts") else {
            panic!("a response has verdicts");
        };
        verdicts[1] = refused;
    });
    let expected = SyncResponse {
        verdicts: vec![Verdict::Stored, Verdict::Refused(Code::Unknown)],
        ..response()
    };
    assert_eq!(wire::decode(&later), Ok(expected));
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
    let later = with_more(SYNC_RESPONSE, |_| {});
    assert_eq!(wire::decode(&later), Ok(response()));
}

/// With `BAODAO_WRITE_GOLDEN` set those of a version that is about to be released are written; one
/// that is there is never written again.
#[test]
fn every_golden_file_is_there() {
    let writes = std::env::var_os("BAODAO_WRITE_GOLDEN").is_some();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    let first = [
        ("journal-change.v1", journal_change().bytes),
        (
            "calendar-change.v1",
            written(DocumentKind::Calendar, plan()).bytes,
        ),
        (
            "rollcall-change.v1",
            written(DocumentKind::Rollcall, mark()).bytes,
        ),
        ("sync-request.v1", wire::encode(&request())),
        ("sync-response.v1", wire::encode(&response())),
    ];
    for (name, bytes) in first.into_iter().chain(statements::files()) {
        let path = std::path::Path::new(folder).join(name);
        let is_there = || std::fs::metadata(&path).is_ok_and(|file| file.len() > 0);
        if writes && !is_there() {
            std::fs::write(&path, bytes).unwrap();
        }
        assert!(
            is_there(),
            "{name} is missing; BAODAO_WRITE_GOLDEN=1 writes it"
        );
    }
}
