//! Both sides of a door: hosts announce their phones and show codes, members scan them at once, late
//! or from a forwarded photo, hosts scan the answers; people ask for leave and object, coordinators
//! decide. Signatures are a keyed hash here: what they are worth is the same, what they cost is not.

use serde_bytes::ByteArray;
use sha2::{Digest, Sha256};
use shared::client::ActivityView;
use shared::ids::{DeviceId, EntryId, InstallationId, MemberId, OrganisationId};
use shared::project::DeviceFacts;
use shared::records::{
    Claim, Evidence, HostKey, Mark, MarkEntry, Petition, Presence, Record, Ruling, Scan, Visitor,
};
use shared::time::Timestamp;
use shared::witness::{AnswerCode, HostCode};
use shared::words::MarkKind;

use super::city;
use super::world::World;

/// Codes that people may still have a photo of.
const PHOTOS: usize = 40;

/// What is to be seen at the doors.
#[derive(Default)]
pub(super) struct Doors {
    shown: Vec<HostCode>,
    answers: Vec<AnswerCode>,
    counter: u32,
}

/// Returns the public key of a device.
fn point(device: DeviceId) -> [u8; 65] {
    let mut point = [0; 65];
    point[0] = 4;
    point[1..17].copy_from_slice(device.0.as_bytes());
    point
}

/// Returns what the server knows of a device.
pub(super) fn facts(device: DeviceId, member: MemberId) -> DeviceFacts {
    DeviceFacts {
        member,
        public_key: Some(point(device).to_vec()),
        revoked_at: None,
    }
}

fn sign(device: DeviceId, message: &[u8]) -> ByteArray<64> {
    let half: [u8; 32] = Sha256::new()
        .chain_update(point(device))
        .chain_update(message)
        .finalize()
        .into();
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&half);
    ByteArray::new(signature)
}

/// Tells whether the key has signed the message.
pub(super) fn is_signed(key: &[u8], message: &[u8], signature: &[u8; 64]) -> bool {
    let half: [u8; 32] = Sha256::new()
        .chain_update(key)
        .chain_update(message)
        .finalize()
        .into();
    signature[..32] == half
}

impl World {
    /// What a host does beside marking, with the activity of a calendar on the phone.
    pub(super) fn host(
        &mut self,
        number: usize,
        organisation: OrganisationId,
        activities: &[ActivityView],
        now: Timestamp,
    ) -> Option<Record> {
        let device = self.phones[number].identity.device;
        let view = self.chance.pick(activities)?.clone();
        let row = &view.activity.current;
        match self.chance.below(5) {
            0 => Some(Record::HostKey(HostKey {
                organisation,
                public_key: ByteArray::new(point(device)),
            })),
            1 | 2 => {
                self.show_code(device, &view, now);
                None
            }
            3 => self.witness(device, now),
            _ => Some(Record::Visitor(Visitor {
                activity: row.plan.activity,
                name: "陈大文".into(),
                from: "邻村".into(),
                kind: MarkKind::Present,
                corrects: None,
            })),
        }
    }

    fn show_code(&mut self, device: DeviceId, view: &ActivityView, now: Timestamp) {
        let row = &view.activity.current;
        self.doors.counter += 1;
        let nonce = self.chance.uuid(now).as_u64_pair().1.to_be_bytes();
        let mut code = HostCode {
            organisation: row.organisation,
            activity: row.plan.activity,
            scan: Scan {
                host: device,
                counter: self.doors.counter,
                issued_at: now,
                nonce: ByteArray::new(nonce),
                signature: ByteArray::new([0; 64]),
            },
        };
        code.scan.signature = sign(device, &code.message());
        self.doors.shown.push(code);
        if self.doors.shown.len() > PHOTOS {
            self.doors.shown.remove(0);
        }
    }

    /// The host scans an answer to one of the own codes; now and then one that was swapped.
    fn witness(&mut self, device: DeviceId, now: Timestamp) -> Option<Record> {
        let answers = &mut self.doors.answers;
        let place = answers.iter().position(|answer| answer.host == device)?;
        let mut answer = answers.remove(place);
        if self.chance.happens(50) {
            answer.device = device;
        }
        let shown = self.doors.shown.iter();
        let issued_at = shown
            .filter(|code| code.scan.counter == answer.counter)
            .map(|code| code.scan.issued_at)
            .next()?;
        Some(Record::Mark(Mark {
            activity: answer.activity,
            member: answer.member,
            kind: MarkKind::Present,
            corrects: None,
            entered: MarkEntry::Seen,
            witness: Some(answer.witness(now.since(issued_at))),
        }))
    }

    /// A member scans a code that some host shows, or one of which there is a photo.
    pub(super) fn scan(&mut self, number: usize, now: Timestamp) -> Option<Record> {
        let identity = self.phones[number].identity;
        let code = if self.chance.happens(700) {
            self.doors.shown.last().cloned()
        } else {
            self.chance.pick(&self.doors.shown).cloned()
        }?;
        let mut answer = AnswerCode {
            activity: code.activity,
            claim: EntryId(self.chance.uuid(now)),
            member: identity.member,
            device: identity.device,
            host: code.scan.host,
            counter: code.scan.counter,
            nonce: code.scan.nonce,
            name: identity.member.to_string(),
            signature: ByteArray::new([0; 64]),
        };
        answer.signature = sign(identity.device, &answer.message());
        self.doors.answers.push(answer);
        if self.doors.answers.len() > PHOTOS {
            self.doors.answers.remove(0);
        }
        let mut scan = code.scan;
        if self.chance.happens(30) {
            scan.issued_at = now;
        }
        Some(Record::Claim(Claim::CheckIn(Presence {
            city: city::city(),
            organisation: code.organisation,
            activity: code.activity,
            evidence: Evidence::Scan(scan),
            installation: Some(InstallationId(identity.device.0)),
        })))
    }

    /// A member asks for leave, or objects.
    pub(super) fn petition(&mut self, activities: &[ActivityView]) -> Option<Record> {
        let row = &self.chance.pick(activities)?.activity.current;
        let petition = Petition {
            city: city::city(),
            organisation: row.organisation,
            activity: row.plan.activity,
            reason: "出差".into(),
        };
        Some(Record::Claim(if self.chance.happens(500) {
            Claim::Leave(petition)
        } else {
            Claim::Objection(petition)
        }))
    }

    /// A coordinator decides about somebody by what the own phone shows.
    pub(super) fn decide(
        &mut self,
        number: usize,
        member: MemberId,
        activities: &[ActivityView],
    ) -> Option<Record> {
        let activity = self.chance.pick(activities)?.activity.current.plan.activity;
        let engine = self.phones[number].engine.as_ref()?;
        let marks = engine.marks(activity).into_iter().map(|row| row.id);
        let rulings = engine.rulings(activity).into_iter().map(|row| row.id);
        let mut settles: Vec<EntryId> = marks.chain(rulings).collect();
        settles.sort();
        settles.dedup();
        const DECISIONS: [MarkKind; 3] = [MarkKind::Present, MarkKind::Absent, MarkKind::MadeUp];
        Some(Record::Ruling(Ruling {
            activity,
            member,
            decision: *self.chance.pick(&DECISIONS)?,
            reason: "看过签到表".into(),
            settles,
            signed_by: "王书记".into(),
        }))
    }
}
