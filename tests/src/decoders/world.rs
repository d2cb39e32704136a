//! A branch, its coordinator's phone, and documents that hold something already.

use shared::directory::{City, DirectorySlice, Grant, Member, Organisation};
use shared::documents::{Document, DocumentKind, DocumentName, HeldEntry, Writer};
use shared::gate::Offer;
use shared::ids::{
    ActivityId, AreaCode, DeviceId, EntryId, ListingId, MemberId, OrganisationId, OrganisationPath,
};
use shared::permission::Authority;
use shared::project::project;
use shared::records::{
    Claim, Details, Entry, Evidence, Listing, Mark, MarkEntry, Plan, Presence, Record, Ruling,
    Standing,
};
use shared::time::{Day, HOUR_MS, Timestamp};
use shared::volume::Volume;
use shared::words::{ActivityKind, ListingKind, MarkKind, OrganisationKind, Role, ServiceCategory};
use std::collections::BTreeMap;
use uuid::Uuid;

pub(super) fn now() -> Timestamp {
    Day::of(2026, 11, 22).start().plus(10 * HOUR_MS)
}

pub(super) fn device() -> DeviceId {
    DeviceId(Uuid::from_u128(0xd1))
}

pub(super) fn member() -> MemberId {
    MemberId(Uuid::from_u128(0xe1))
}

pub(super) fn organisation() -> OrganisationId {
    OrganisationId(Uuid::from_u128(0xf1))
}

fn seed() -> Uuid {
    Uuid::from_u128(0xa1)
}

pub(super) fn activity() -> ActivityId {
    ActivityId::of(organisation(), seed())
}

pub(super) fn area() -> AreaCode {
    AreaCode::parse("441200").expect("six digits are a code")
}

pub(super) fn path() -> OrganisationPath {
    OrganisationPath::parse("001001").expect("six digits are a path of two levels")
}

pub(super) fn city() -> City {
    City {
        code: area(),
        name: "肇庆市".to_owned(),
        demo: false,
    }
}

pub(super) fn authority() -> Authority {
    Authority {
        device: device(),
        member: member(),
        home: path(),
        grants: vec![grant()],
    }
}

fn grant() -> Grant {
    Grant {
        role: Role::Coordinator,
        organisation: organisation(),
        path: path(),
    }
}

/// A slice of the directory as the coordinator's phone gets it.
pub(super) fn slice() -> DirectorySlice {
    DirectorySlice {
        city: city(),
        owner: Member {
            id: member(),
            name: "甲".to_owned(),
            branch: organisation(),
            phone_masked: Some("138****8000".to_owned()),
        },
        grants: vec![grant()],
        organisations: vec![Organisation {
            id: organisation(),
            path: path(),
            name: "支部".to_owned(),
            kind: OrganisationKind::Branch,
            area: area(),
        }],
        areas: Vec::new(),
        venues: Vec::new(),
        members: Vec::new(),
        teams: Vec::new(),
    }
}

/// The document of a kind in this world.
pub(super) fn name(kind: DocumentKind) -> DocumentName {
    let quarter = now().day().quarter();
    match kind {
        DocumentKind::Journal => DocumentName::Journal {
            member: member(),
            quarter,
        },
        DocumentKind::Calendar => DocumentName::Calendar {
            organisation: organisation(),
            quarter,
        },
        DocumentKind::Rollcall => DocumentName::Rollcall {
            organisation: organisation(),
            activity: activity(),
        },
        DocumentKind::Ledger => DocumentName::Ledger {
            organisation: organisation(),
            quarter,
        },
        DocumentKind::Board => DocumentName::Board {
            organisation: organisation(),
        },
    }
}

/// Reads the kind from an input's first byte.
pub(super) fn kind(byte: u8) -> DocumentKind {
    DocumentKind::ALL[usize::from(byte) % DocumentKind::ALL.len()]
}

/// A record of a kind.
pub(super) fn entry(kind: DocumentKind, number: u128) -> Entry {
    let record = match kind {
        DocumentKind::Journal if number.is_multiple_of(2) => Record::Claim(Claim::Feedback {
            text: format!("第{number}条意见"),
        }),
        DocumentKind::Journal => Record::Claim(Claim::CheckIn(Presence {
            city: area(),
            organisation: organisation(),
            activity: activity(),
            evidence: Evidence::SelfReport,
            installation: None,
        })),
        DocumentKind::Calendar => Record::Plan(Plan {
            activity: activity(),
            seed: seed(),
            revises: None,
            kind: ActivityKind::Lecture,
            topic: "初心讲坛".to_owned(),
            speaker: None,
            venue: None,
            starts_at: now(),
            ends_at: now().plus(HOUR_MS),
            campaign: None,
            standing: Standing::Planned,
            details: Details::default(),
        }),
        DocumentKind::Rollcall => Record::Mark(Mark {
            activity: activity(),
            member: member(),
            kind: MarkKind::Present,
            corrects: None,
            entered: MarkEntry::Seen,
            witness: None,
        }),
        DocumentKind::Ledger => Record::Ruling(Ruling {
            activity: activity(),
            member: member(),
            decision: MarkKind::Present,
            reason: "看过签到表".to_owned(),
            settles: vec![EntryId(Uuid::from_u128(0xc000))],
            signed_by: "王书记".to_owned(),
        }),
        DocumentKind::Board => Record::Listing(Listing {
            listing: ListingId::of(organisation(), seed()),
            seed: seed(),
            revises: None,
            kind: ListingKind::Need,
            title: "周末值守".to_owned(),
            text: String::new(),
            category: ServiceCategory::SafetyPatrol,
            skills: Vec::new(),
            times: Vec::new(),
            places: 3,
            place: None,
            until: None,
            closed: None,
        }),
    };
    Entry {
        id: EntryId(Uuid::from_u128(0xc000 + number)),
        by: member(),
        recorded_at: now(),
        record,
    }
}

pub(super) fn writer(run: u32) -> Writer {
    Writer {
        device: device(),
        run,
    }
}

/// The document of a kind with two records in it.
pub(super) fn document(kind: DocumentKind) -> Document {
    let mut document = Document::new(kind);
    for number in [1, 2] {
        document.write(writer(1), now(), &[entry(kind, number)]);
    }
    document
}

/// Returns a document's changes as a store keeps them.
pub(super) fn stored(document: &Document) -> Vec<u8> {
    let changes = document.changes().into_iter();
    changes.flat_map(|change| change.bytes).collect()
}

pub(super) fn offer<'a>(
    authority: &'a Authority,
    city: &'a AreaCode,
    name: &'a DocumentName,
    path: &'a OrganisationPath,
) -> Offer<'a> {
    Offer {
        authority,
        city,
        name,
        path: name.organisation().map(|_| path),
        now: now(),
        held: Volume::default(),
        brought: Volume::default(),
        hand_over: None,
    }
}

/// Checks a document that the gate let something into: it loads to the same heads, every record
/// reads, those of before are as they were, and whoever comes next can go on.
pub(super) fn check_sound(
    name: &DocumentName,
    document: &Document,
    before: &BTreeMap<EntryId, HeldEntry>,
) {
    let mut loaded =
        Document::load(document.kind(), &stored(document)).expect("what was admitted loads");
    assert_eq!(loaded.heads(), document.heads());
    let (entries, anomalies) = loaded.entries();
    assert_eq!(anomalies, []);
    for (id, entry) in before {
        assert_eq!(
            entries.get(id),
            Some(entry),
            "an earlier record is as it was"
        );
    }
    let rows = project(name, &loaded, &BTreeMap::new());
    assert_eq!(rows.anomalies, []);
    let change = loaded.write(writer(u32::MAX), now(), &[entry(name.kind(), 9_000)]);
    let mut next = Document::load(document.kind(), &stored(document)).expect("it loaded before");
    next.apply(&change.bytes).expect("the next change applies");
}
