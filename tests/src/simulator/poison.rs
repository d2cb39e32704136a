//! What happens to a phone's rows while the app is not running: a disk that damages one, an intruder
//! who adds a change that the engine would never make.

use shared::documents::{ChangeHash, Document, DocumentKind, DocumentName, SealedChange, Writer};
use shared::ids::{AreaCode, DeviceId, EntryId, MemberId, OrganisationId};
use shared::records::{Claim, Entry, Evidence, Presence, Record};
use shared::time::Timestamp;
use uuid::Uuid;

use super::city;
use super::faults::Fault;
use super::phone::ChangeRow;
use super::world::World;

/// Runs of forged writers: far from those that an engine counts.
const FORGED_RUNS: u64 = 1_000_000;

impl World {
    /// Tampers with a phone's rows before it starts.
    pub(super) fn tamper(&mut self, number: usize) {
        if self.strikes(Fault::AppUpgraded) {
            self.downgrade(number);
            self.note(|| format!("phone {number} is upgraded"));
        }
        if self.strikes(Fault::RowDamaged) {
            let table = self.phones[number].disk.damage(&mut self.chance);
            self.note(|| format!("phone {number} damaged in {table:?}"));
        }
        if self.strikes(Fault::ChangeForged) {
            let row = self.forge(number);
            self.note(|| format!("phone {number} forges for {:?}", row.document));
            self.phones[number].disk.forge(&row);
        }
    }

    fn forge(&mut self, number: usize) -> ChangeRow {
        let identity = self.phones[number].identity;
        let now = self.now;
        let quarter = now.day().quarter();
        let journal = |member| DocumentName::Journal { member, quarter };
        let stranger = DeviceId(Uuid::from_u128(0x0900_0000));
        let victim = MemberId(Uuid::from_u128(0x0900_0001));
        let own = journal(identity.member);
        match self.chance.below(6) {
            0 => self.nonsense(own),
            1 => self.write(own, stranger, identity.member, feedback("别人的手机")),
            2 => self.write(
                journal(victim),
                identity.device,
                identity.member,
                feedback("别人的日志"),
            ),
            3 => self.write(own, identity.device, identity.member, check_in_elsewhere()),
            4 => {
                let organisation = OrganisationId(Uuid::from_u128(0x0900_0002));
                let calendar = DocumentName::Calendar {
                    organisation,
                    quarter,
                };
                self.write(
                    calendar,
                    identity.device,
                    identity.member,
                    feedback("别处的日历"),
                )
            }
            _ => {
                let long = feedback(&"长".repeat(30_000));
                self.write(own, identity.device, identity.member, long)
            }
        }
    }

    fn nonsense(&mut self, document: DocumentName) -> ChangeRow {
        self.forged.push(EntryId(self.chance.uuid(self.now)));
        ChangeRow {
            document,
            hash: ChangeHash([0; 32]),
            bytes: self.chance.bytes(300),
        }
    }

    fn write(
        &mut self,
        document: DocumentName,
        device: DeviceId,
        by: MemberId,
        record: Record,
    ) -> ChangeRow {
        let id = EntryId(self.chance.uuid(self.now));
        self.forged.push(id);
        let run = FORGED_RUNS + self.chance.below(1_000_000);
        let writer = Writer {
            device,
            run: u32::try_from(run).expect("two million fit"),
        };
        let entry = Entry {
            id,
            by,
            recorded_at: self.now,
            record,
        };
        let SealedChange { hash, bytes } = seal(document.kind(), writer, self.now, entry);
        ChangeRow {
            document,
            hash,
            bytes,
        }
    }
}

fn seal(kind: DocumentKind, writer: Writer, at: Timestamp, entry: Entry) -> SealedChange {
    Document::new(kind).write(writer, at, &[entry])
}

fn feedback(text: &str) -> Record {
    Record::Claim(Claim::Feedback { text: text.into() })
}

fn check_in_elsewhere() -> Record {
    let here = city::city();
    let city = AreaCode::parse("440100").expect("six digits");
    assert_ne!(city, here);
    Record::Claim(Claim::CheckIn(Presence {
        city,
        organisation: OrganisationId(Uuid::from_u128(0x0200_0000)),
        activity: shared::ids::ActivityId(Uuid::from_u128(0x0900_0003)),
        evidence: Evidence::SelfReport,
        installation: None,
    }))
}
