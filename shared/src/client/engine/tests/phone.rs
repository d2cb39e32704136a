//! An engine with a disk whose writes are done at once, unless the test says otherwise, and a list of
//! what it sent.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::client::{
    Effect, Engine, Identity, Input, NetworkFault, RecordState, Row, StorageFault, Table, Write,
};
use crate::codes::Code;
use crate::directory::{City, DirectorySlice, Grant, Member, Organisation};
use crate::documents::{Document, DocumentName, Writer};
use crate::ids::{
    ActivityId, AreaCode, DeviceId, EntryId, MemberId, OrganisationId, OrganisationPath,
};
use crate::records::{Claim, Details, Entry, Evidence, Plan, Presence, Record, Standing};
use crate::time::{Day, HOUR_MS, Timestamp};
use crate::wire::{self, DirectoryNews, DocumentNews, SyncRequest, SyncResponse};
use crate::words::{ActivityKind, OrganisationKind, Role};

use super::server::accept;

pub(super) const ROOT: &str = "001";
pub(super) const BRANCH: &str = "001001";

pub(super) struct Phone {
    pub(super) identity: Identity,
    pub(super) engine: Engine,
    pub(super) disk: Disk,
    pub(super) now: Timestamp,
    /// How writes fail, while they do.
    pub(super) failing: Option<StorageFault>,
    /// Whether writes stay under way until the app dies.
    pub(super) hanging: bool,
    /// The write at which the app dies, counted down.
    pub(super) dies_at: Option<Death>,
    /// Whether it died: it does and hears nothing more.
    pub(super) dead: bool,
    pub(super) answers: Vec<(EntryId, Result<(), Code>)>,
    pub(super) sent: Vec<SyncRequest>,
    pub(super) wakes: Vec<Timestamp>,
    pub(super) sign_ins: usize,
    /// How often the engine asked to be cleared.
    pub(super) cleared: usize,
    pub(super) damaged: Vec<Table>,
    runs: u64,
}

/// When the app dies: at the so-manieth write, before or after it is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Death {
    Before(usize),
    After(usize),
}

pub(super) type Disk = BTreeMap<(Table, Vec<u8>), Vec<u8>>;

impl Phone {
    pub(super) fn new() -> Self {
        Self::over(Disk::new(), 0)
    }

    /// Starts the app over a disk.
    pub(super) fn over(disk: Disk, runs: u64) -> Self {
        let identity = Identity {
            device: device(),
            member: member(),
        };
        Self::of(identity, disk, runs, now())
    }

    /// Starts somebody's app over a disk.
    pub(super) fn of(identity: Identity, disk: Disk, runs: u64, now: Timestamp) -> Self {
        let rows = disk
            .iter()
            .map(|((table, key), value)| Row {
                table: *table,
                key: key.clone(),
                value: value.clone(),
            })
            .collect();
        let seed = (runs + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let (engine, effects, damage) = Engine::open(identity, rows, seed, now);
        let mut phone = Self {
            identity,
            engine,
            disk,
            now,
            failing: None,
            hanging: false,
            dies_at: None,
            dead: false,
            answers: Vec::new(),
            sent: Vec::new(),
            wakes: Vec::new(),
            sign_ins: 0,
            cleared: 0,
            damaged: damage.into_iter().map(|damage| damage.table).collect(),
            runs,
        };
        phone.perform(effects);
        phone
    }

    /// Returns a phone that knows its branch and an activity that is open.
    pub(super) fn settled(role: Option<Role>) -> Self {
        Self::knowing(role, plan())
    }

    /// Returns a phone that knows its branch and one activity, and has nothing left to do.
    pub(super) fn knowing(role: Option<Role>, plan: Plan) -> Self {
        let mut phone = Self::new();
        phone.answer(|response| response.directory = Some(slice(role)));
        phone.answer(|response| response.documents.push(calendar(&[plan])));
        while phone.engine.status().busy {
            phone.answer(|_| {});
        }
        phone
    }

    pub(super) fn restart(self) -> Self {
        Self::over(self.disk, self.runs + 1)
    }

    /// Enrols the phone again and starts the app under its new name.
    pub(super) fn enrol_again(self, identity: Identity) -> Self {
        Self::of(identity, self.disk, self.runs + 1, self.now)
    }

    /// The server refuses the last request as a whole.
    pub(super) fn refuse(&mut self, code: Code) {
        self.fail(NetworkFault::Refused {
            code,
            retry_after_ms: None,
        });
    }

    /// Returns how each record stands, by id.
    pub(super) fn states(&self) -> Vec<(EntryId, RecordState)> {
        let views = self.engine.records().into_iter();
        let mut states: Vec<_> = views.map(|view| (view.entry.id, view.state)).collect();
        states.sort();
        states
    }

    /// Leaves an exchange under way, so that what is entered next gathers.
    pub(super) fn fail_once(&mut self) {
        self.give(Input::Wake);
        self.fail(NetworkFault::Unreachable);
    }

    pub(super) fn give(&mut self, input: Input) {
        if self.dead {
            return;
        }
        let effects = self.engine.handle(self.now, input);
        self.perform(effects);
    }

    pub(super) fn enter(&mut self, number: u128, record: Record) -> Result<(), Code> {
        let id = id(number);
        self.give(Input::Enter { id, record });
        let told = self.answers.iter().rev().find(|(of, _)| *of == id);
        told.expect("what is entered is answered").1
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if self.dead {
                return;
            }
            match effect {
                Effect::Persist { .. } if self.hanging => {}
                Effect::Persist { writes, .. } if self.meets_death() => {
                    self.dead = true;
                    if self.dies_at == Some(Death::After(0)) {
                        self.write(writes);
                    }
                }
                Effect::Persist { ticket, writes } => {
                    let result = self.failing.map_or(Ok(()), Err);
                    // An emptied storage is claimed again and takes what is asked for next.
                    if self.failing == Some(StorageFault::Evicted) {
                        self.failing = None;
                    }
                    if result.is_ok() {
                        self.write(writes);
                    }
                    self.give(Input::Persisted { ticket, result });
                }
                Effect::Send { body, .. } => self.sent.push(wire::decode(&body).unwrap()),
                Effect::Answer { id, result } => self.answers.push((id, result)),
                Effect::SignIn => self.sign_ins += 1,
                Effect::WakeAt(at) => self.wakes.push(at),
                Effect::Clear => {
                    self.cleared += 1;
                    self.disk.clear();
                }
                Effect::Changed => {}
            }
        }
    }

    /// Counts a write and tells whether the app dies of it.
    fn meets_death(&mut self) -> bool {
        let left = match &mut self.dies_at {
            Some(Death::Before(left) | Death::After(left)) => left,
            None => return false,
        };
        *left = left.saturating_sub(1);
        *left == 0
    }

    fn write(&mut self, writes: Vec<Write>) {
        for Write { table, key, value } in writes {
            match value {
                Some(value) => self.disk.insert((table, key), value),
                None => self.disk.remove(&(table, key)),
            };
        }
    }

    pub(super) fn request(&self) -> &SyncRequest {
        self.sent.last().expect("something was sent")
    }

    /// Answers the last request: all stored and nothing new, unless the test says otherwise.
    pub(super) fn answer(&mut self, alter: impl FnOnce(&mut SyncResponse)) {
        let mut response = accept(self.request());
        alter(&mut response);
        self.hear(response.exchange, Ok(wire::encode(&response)));
    }

    pub(super) fn hear(&mut self, exchange: u64, result: Result<Vec<u8>, NetworkFault>) {
        self.give(Input::Answered { exchange, result });
    }

    /// The network fails under the last request.
    pub(super) fn fail(&mut self, fault: NetworkFault) {
        let exchange = self.request().exchange;
        self.hear(exchange, Err(fault));
    }

    /// Returns the records of each change of the last request.
    pub(super) fn offered(&self) -> Vec<Vec<EntryId>> {
        let changes = self.request().changes.iter();
        changes
            .map(|change| {
                let change = automerge::Change::from_bytes(change.bytes.to_vec()).unwrap();
                let operations = change.decode().operations.into_iter();
                let keys = operations.map(|operation| match operation.key {
                    automerge::legacy::Key::Map(key) => key,
                    automerge::legacy::Key::Seq(_) => panic!("a record stands in a map"),
                });
                keys.map(|key| key.parse().unwrap()).collect()
            })
            .collect()
    }
}

pub(super) fn device() -> DeviceId {
    DeviceId(Uuid::from_u128(0xd1))
}

pub(super) fn member() -> MemberId {
    MemberId(Uuid::from_u128(0xe1))
}

fn seed() -> Uuid {
    Uuid::from_u128(0xa1)
}

pub(super) fn activity() -> ActivityId {
    ActivityId::of(organisation(BRANCH).id, seed())
}

pub(super) fn id(number: u128) -> EntryId {
    EntryId(Uuid::from_u128(0xc000 + number))
}

pub(super) fn now() -> Timestamp {
    Day::of(2026, 11, 22).start().plus(10 * HOUR_MS)
}

pub(super) fn organisation(path: &str) -> Organisation {
    Organisation {
        id: OrganisationId(Uuid::from_u128(path.parse().unwrap())),
        path: OrganisationPath::parse(path).unwrap(),
        name: path.into(),
        kind: OrganisationKind::Branch,
        area: city(),
    }
}

fn city() -> AreaCode {
    AreaCode::parse("441200").unwrap()
}

pub(super) fn slice(role: Option<Role>) -> DirectoryNews {
    let branch = organisation(BRANCH);
    let grants = role.map(|role| Grant {
        role,
        organisation: branch.id,
        path: branch.path.clone(),
    });
    let owner = Member {
        id: member(),
        name: "甲".into(),
        branch: branch.id,
        phone_masked: None,
    };
    let slice = DirectorySlice {
        city: City {
            code: city(),
            name: "城".into(),
            demo: true,
        },
        owner,
        grants: grants.into_iter().collect(),
        organisations: vec![organisation(ROOT), branch, organisation("001001001")],
        areas: Vec::new(),
        venues: Vec::new(),
        members: Vec::new(),
        teams: Vec::new(),
    };
    DirectoryNews { version: 1, slice }
}

pub(super) fn plan() -> Plan {
    Plan {
        activity: activity(),
        seed: seed(),
        revises: None,
        kind: ActivityKind::Lecture,
        topic: "初心讲坛".into(),
        speaker: None,
        venue: None,
        starts_at: now(),
        ends_at: now().plus(HOUR_MS),
        campaign: None,
        standing: Standing::Planned,
        details: Details::default(),
    }
}

/// Returns the calendar of the branch as another device wrote it.
pub(super) fn calendar(plans: &[Plan]) -> DocumentNews {
    let name = DocumentName::Calendar {
        organisation: organisation(BRANCH).id,
        quarter: now().day().quarter(),
    };
    let entries: Vec<Entry> = (0x900..)
        .zip(plans)
        .map(|(number, plan)| Entry {
            id: id(number),
            by: MemberId(Uuid::from_u128(0xe2)),
            recorded_at: now(),
            record: Record::Plan(plan.clone()),
        })
        .collect();
    let writer = Writer {
        device: DeviceId(Uuid::from_u128(0xd2)),
        run: 1,
    };
    let change = Document::new(name.kind()).write(writer, now(), &entries);
    DocumentNews {
        document: name,
        version: 1,
        changes: vec![serde_bytes::ByteBuf::from(change.bytes)],
    }
}

pub(super) fn check_in() -> Record {
    Record::Claim(Claim::CheckIn(presence("441200")))
}

pub(super) fn check_out(city: &str) -> Record {
    Record::Claim(Claim::CheckOut(presence(city)))
}

fn presence(city: &str) -> Presence {
    Presence {
        city: AreaCode::parse(city).unwrap(),
        organisation: organisation(BRANCH).id,
        activity: activity(),
        evidence: Evidence::SelfReport,
        installation: None,
    }
}

pub(super) fn feedback(text: &str) -> Record {
    Record::Claim(Claim::Feedback { text: text.into() })
}
