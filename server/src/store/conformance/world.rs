//! A small city for the checks: a county with two branches.

use std::sync::Arc;

use shared::directory::{Area, City, Organisation, Venue};
use shared::documents::{Document, DocumentName, SealedChange, Writer};
use shared::ids::{
    ActivityId, AreaCode, DeviceId, EntryId, MemberId, OrganisationId, OrganisationPath, VenueId,
};
use shared::records::{Claim, Details, Entry, Evidence, Plan, Presence, Record, Standing};
use shared::server::Append;
use shared::time::{Day, HOUR_MS, Timestamp};
use shared::words::{ActivityKind, AreaLevel, OrganisationKind, Role, VenueKind};
use uuid::Uuid;

use crate::directory::{Appointment, DirectoryChanges, Person};
use crate::store::Store;
use crate::store::identity::NewDevice;

/// The beginning of the day of every check.
pub(crate) fn day() -> Day {
    Day::of(2026, 11, 22)
}

/// Ten o'clock of that day.
pub(crate) fn ten() -> Timestamp {
    day().start().plus(10 * HOUR_MS)
}

pub(crate) fn area(code: &str) -> AreaCode {
    AreaCode::parse(code).expect("the checks' codes are codes")
}

pub(crate) fn path(text: &str) -> OrganisationPath {
    OrganisationPath::parse(text).expect("the checks' paths are paths")
}

/// The organisation at a path.
pub(crate) fn organisation_id(text: &str) -> OrganisationId {
    OrganisationId(Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()))
}

pub(crate) fn organisation(text: &str) -> Organisation {
    Organisation {
        id: organisation_id(text),
        path: path(text),
        name: format!("组织 {text}"),
        kind: OrganisationKind::Branch,
        area: area("441204"),
    }
}

pub(crate) fn member_id(number: u128) -> MemberId {
    MemberId(Uuid::from_u128(number))
}

pub(crate) fn device_id(number: u128) -> DeviceId {
    DeviceId(Uuid::from_u128(0x1000 + number))
}

pub(crate) fn activity_id(number: u128) -> ActivityId {
    ActivityId(Uuid::from_u128(0x2000 + number))
}

pub(crate) fn person(number: u128, branch: &str) -> Person {
    Person {
        id: member_id(number),
        code: format!("P{number}"),
        name: format!("党员{number}"),
        branch: organisation_id(branch),
        phone: Some("13800008000".to_owned()),
    }
}

pub(crate) fn city() -> City {
    City {
        code: area("441200"),
        name: "肇庆市".to_owned(),
        demo: false,
    }
}

/// Root, county, two branches; members 1 and 2 in the first, 3 in the second; member 1 coordinates
/// the first branch, member 9 the county.
pub(crate) fn rows() -> DirectoryChanges {
    let appointment = |number, organisation| Appointment {
        member: member_id(number),
        role: Role::Coordinator,
        organisation: organisation_id(organisation),
    };
    let division = |code: &str, name: &str, level, parent: Option<&str>| Area {
        code: area(code),
        name: name.to_owned(),
        level,
        parent: parent.map(area),
    };
    DirectoryChanges {
        areas: vec![
            division("441200", "肇庆市", AreaLevel::City, None),
            division("441204", "高要区", AreaLevel::County, Some("441200")),
            division("441204103", "回龙镇", AreaLevel::Town, Some("441204")),
        ],
        organisations: ["001", "001001", "001001001", "001001002"]
            .map(organisation)
            .to_vec(),
        venues: vec![Venue {
            id: VenueId(Uuid::from_u128(7)),
            name: "初心堂".to_owned(),
            kind: VenueKind::Hall,
            area: area("441204103"),
            organisation: organisation_id("001001001"),
        }],
        people: vec![
            person(1, "001001001"),
            person(2, "001001001"),
            person(3, "001001002"),
            person(9, "001001"),
        ],
        appointments: vec![appointment(1, "001001001"), appointment(9, "001001")],
        ..DirectoryChanges::default()
    }
}

/// Founds the city and gives every member a device.
pub(crate) async fn found(store: &Arc<dyn Store>) {
    store.found(city(), 77, rows()).await.expect("founds");
    for number in [1, 2, 3, 9] {
        store
            .add_device(NewDevice {
                id: device_id(number),
                member: member_id(number),
                label: "phone".to_owned(),
                at: ten(),
            })
            .await
            .expect("adds a device");
    }
}

pub(crate) fn journal(number: u128) -> DocumentName {
    DocumentName::Journal {
        member: member_id(number),
        quarter: day().quarter(),
    }
}

pub(crate) fn calendar(organisation: &str) -> DocumentName {
    DocumentName::Calendar {
        organisation: organisation_id(organisation),
        quarter: day().quarter(),
    }
}

pub(crate) fn entry(id: u128, by: u128, record: Record) -> Entry {
    Entry {
        id: EntryId(Uuid::from_u128(id)),
        by: member_id(by),
        recorded_at: ten(),
        record,
    }
}

/// A plan of the first branch, from ten to twelve.
pub(crate) fn plan(id: u128, activity: u128) -> Entry {
    entry(
        id,
        1,
        Record::Plan(Plan {
            activity: activity_id(activity),
            seed: Uuid::nil(),
            revises: None,
            kind: ActivityKind::Lecture,
            topic: format!("第{activity}讲"),
            speaker: None,
            venue: None,
            starts_at: ten(),
            ends_at: ten().plus(2 * HOUR_MS),
            campaign: None,
            standing: Standing::Planned,
            details: Details::default(),
        }),
    )
}

/// A check-in at an activity of the first branch.
pub(crate) fn check_in(id: u128, by: u128, activity: u128) -> Entry {
    entry(
        id,
        by,
        Record::Claim(Claim::CheckIn(Presence {
            city: area("441200"),
            organisation: organisation_id("001001001"),
            activity: activity_id(activity),
            evidence: Evidence::SelfReport,
            installation: None,
        })),
    )
}

pub(crate) fn feedback(id: u128, by: u128) -> Entry {
    let text = "字太小".to_owned();
    entry(id, by, Record::Claim(Claim::Feedback { text }))
}

/// A document on the way to the store.
pub(crate) struct Pen {
    pub(crate) name: DocumentName,
    document: Document,
    writer: Writer,
    version: u64,
}

impl Pen {
    pub(crate) fn new(name: DocumentName, device: u128) -> Self {
        Self {
            document: Document::new(name.kind()),
            name,
            writer: Writer {
                device: device_id(device),
                run: 1,
            },
            version: 0,
        }
    }

    /// Goes on in the same document on another device.
    pub(crate) fn continuing(pen: Self, device: u128) -> Self {
        let writer = Writer {
            device: device_id(device),
            run: 1,
        };
        Self { writer, ..pen }
    }

    pub(crate) fn write(&mut self, entries: &[Entry]) -> SealedChange {
        self.document.write(self.writer, ten(), entries)
    }

    /// Writes entries as one change and returns the append that stores it.
    pub(crate) fn append(&mut self, entries: &[Entry]) -> Append {
        let change = self.write(entries);
        let base = self.version;
        self.version += 1;
        Append {
            name: self.name,
            base,
            changes: vec![change],
            received_at: ten(),
            allowance: None,
        }
    }

    /// Writes entries and stores them.
    pub(crate) async fn store(&mut self, store: &Arc<dyn Store>, entries: &[Entry]) {
        let append = self.append(entries);
        let device = self.writer.device;
        let appended = store.append(device, vec![append]).await.expect("appends");
        assert_eq!(appended, [shared::server::Appended::Stored]);
    }
}
