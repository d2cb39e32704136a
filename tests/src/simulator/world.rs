//! The world: its clock, its queue of events, and what each event does.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use shared::client::{Identity, Input, Write};
use shared::ids::{DeviceId, EntryId, MemberId};
use shared::time::{DAY_MS, Day, HOUR_MS, MINUTE_MS, Timestamp};
use uuid::Uuid;

use super::chance::Chance;
use super::city::Directory;
use super::faults::{Fault, Faults};
use super::hosts::{self, Doors};
use super::phone::{Link, Phone};
use super::report::{Report, Struck};
use super::server::{Caller, Server};
use super::{Scenario, Trace};

/// How long the faults last.
const DAY_OF_FAULTS_MS: i64 = 6 * HOUR_MS;
pub(super) const PROJECTION_MS: i64 = 700;
/// Steps after which a world that does not come to rest is called stalled, for each phone.
const STEPS_PER_PHONE: u64 = 20_000;

/// Everything there is.
pub(super) struct World {
    pub(super) now: Timestamp,
    pub(super) chance: Chance,
    pub(super) faults: Faults,
    pub(super) directory: Directory,
    pub(super) server: Server,
    pub(super) phones: Vec<Phone>,
    /// Records that no server may ever store.
    pub(super) forged: Vec<EntryId>,
    /// Every device that was ever enrolled, and whose it is.
    pub(super) owners: BTreeMap<DeviceId, MemberId>,
    pub(super) doors: Doors,
    pub(super) devices: u128,
    /// Revoked devices, and when each first came after that.
    pub(super) revoked: BTreeMap<DeviceId, Option<Timestamp>>,
    /// Until when the server sends everybody away.
    pub(super) overloaded_until: Timestamp,
    queue: BTreeMap<(Timestamp, u64), Event>,
    order: u64,
    steps: u64,
    hasher: DefaultHasher,
    scenario: Scenario,
}

/// Something that is going to happen.
#[derive(Debug)]
pub(super) enum Event {
    /// A person takes the phone.
    Act(usize),
    /// The app starts.
    Start(usize),
    /// The network is back.
    Online(usize),
    /// A person enrols the phone, which the server does not know or which was emptied.
    Enrolled(usize),
    /// The owner of a revoked phone carries out what was refused.
    LetGo(usize),
    /// The server has caught up: the pokes reach everybody again.
    Reconnected,
    /// The phone's disk commits.
    Commit {
        phone: usize,
        life: u32,
        ticket: u64,
        writes: Vec<Write>,
    },
    /// The engine gets an input.
    Heard {
        phone: usize,
        life: u32,
        input: Box<Input>,
    },
    /// The app is killed.
    Killed { phone: usize, life: u32 },
    /// A request reaches the server.
    Arrive { caller: Caller, body: Vec<u8> },
    /// The server works on a request.
    Job(u64),
    /// The projector takes its queue.
    Project,
    /// The world turns.
    Turn,
}

impl World {
    pub(super) fn new(scenario: Scenario) -> Self {
        let mut chance = Chance::seeded(scenario.seed);
        let faults = Faults::draw(&mut chance);
        // A day in the middle of a quarter, or one whose evening is the next quarter's first.
        let (day, hour) = if chance.happens(700) {
            (Day::of(2026, 11, 22), chance.between(7, 12))
        } else {
            (Day::of(2026, 12, 31), chance.between(19, 23))
        };
        let people = (scenario.phones as u64 * 4).div_ceil(5).max(1);
        let mut world = Self {
            now: day.start().plus(hour * HOUR_MS),
            directory: Directory::found(people),
            chance,
            faults,
            server: Server::new(),
            phones: Vec::new(),
            forged: Vec::new(),
            owners: BTreeMap::new(),
            doors: Doors::default(),
            devices: scenario.phones as u128,
            revoked: BTreeMap::new(),
            overloaded_until: Timestamp::default(),
            queue: BTreeMap::new(),
            order: 0,
            steps: 0,
            hasher: DefaultHasher::new(),
            scenario,
        };
        let members: Vec<MemberId> = world.directory.members.keys().copied().collect();
        for number in 0..scenario.phones {
            world.hand_out(number, members[number % members.len()]);
        }
        world.after(MINUTE_MS, Event::Turn);
        world
    }

    /// Gives a member a phone; some members have two.
    fn hand_out(&mut self, number: usize, member: MemberId) {
        let device = DeviceId(Uuid::from_u128(0x0300_0000 + number as u128));
        let skew_ms = if self.strikes(Fault::ClockInsane) {
            self.insane_skew_ms()
        } else if self.strikes(Fault::ClockSkewed) {
            self.chance.between(-5 * HOUR_MS, 5 * HOUR_MS)
        } else {
            self.chance.between(-20_000, 20_000)
        };
        let identity = Identity { device, member };
        self.own(device, member);
        self.phones.push(Phone::new(identity, skew_ms));
        let start_ms = self.chance.between(0, 20 * MINUTE_MS);
        self.after(start_ms, Event::Start(number));
        self.after(start_ms + 5_000, Event::Act(number));
    }

    /// Says whose a new device is.
    pub(super) fn own(&mut self, device: DeviceId, member: MemberId) {
        self.owners.insert(device, member);
        let facts = hosts::facts(device, member);
        self.directory.devices.insert(device, facts);
    }

    /// Years off, or 1970.
    pub(super) fn insane_skew_ms(&mut self) -> i64 {
        let days = self.chance.between(401, 2_000);
        match self.chance.below(3) {
            0 => days * DAY_MS,
            1 => -days * DAY_MS,
            _ => -self.now.0,
        }
    }

    /// Lets the day of faults pass.
    pub(super) fn live(&mut self) -> Result<(), String> {
        let end = self.now.plus(DAY_OF_FAULTS_MS);
        self.run_until(end)
    }

    pub(super) fn run_until(&mut self, end: Timestamp) -> Result<(), String> {
        let bound = STEPS_PER_PHONE * self.phones.len() as u64;
        while let Some(entry) = self.queue.first_entry() {
            if entry.key().0 > end {
                break;
            }
            let ((at, _), event) = entry.remove_entry();
            self.now = at;
            self.steps += 1;
            if self.steps > bound {
                return Err(format!("stalled after {bound} steps"));
            }
            self.happen(event)?;
        }
        Ok(())
    }

    fn happen(&mut self, event: Event) -> Result<(), String> {
        if self.faults.is_calm() && matches!(event, Event::Act(_) | Event::Turn) {
            return Ok(());
        }
        match event {
            Event::Act(phone) => self.act(phone),
            Event::Start(phone) => self.start(phone),
            Event::Online(phone) => {
                self.phones[phone].link = Link::Up;
                self.give(phone, Input::Wake)
            }
            Event::Enrolled(phone) => self.enrol(phone),
            Event::LetGo(phone) => self.let_go(phone),
            Event::Reconnected => {
                for phone in 0..self.phones.len() {
                    self.give(phone, Input::Reconnected)?;
                }
                Ok(())
            }
            Event::Commit {
                phone,
                life,
                ticket,
                writes,
            } => self.commit(phone, life, ticket, writes),
            Event::Heard { phone, life, input } => self.hear(phone, life, *input),
            Event::Killed { phone, life } => {
                if self.phones[phone].life == life {
                    self.kill(phone);
                }
                Ok(())
            }
            Event::Arrive { caller, body } => {
                self.arrive(caller, body);
                Ok(())
            }
            Event::Job(job) => {
                let idle = !self.server.has_unprojected();
                self.work(job);
                if idle && self.server.has_unprojected() {
                    self.after(PROJECTION_MS, Event::Project);
                }
                Ok(())
            }
            Event::Project => {
                self.server.project(&self.directory);
                Ok(())
            }
            Event::Turn => self.take_turn(),
        }
    }

    pub(super) fn strikes(&mut self, fault: Fault) -> bool {
        let strikes = self.faults.strikes(fault, &mut self.chance);
        if strikes {
            self.note(|| format!("{fault:?}"));
        }
        strikes
    }

    pub(super) fn after(&mut self, after_ms: i64, event: Event) {
        self.order += 1;
        self.queue
            .insert((self.now.plus(after_ms), self.order), event);
    }

    /// Adds a line to the trace.
    pub(super) fn note(&mut self, line: impl FnOnce() -> String) {
        let line = line();
        (self.now, &line).hash(&mut self.hasher);
        match self.scenario.trace {
            Trace::Silent => {}
            Trace::Printed => println!("{:>14} {line}", self.now.0),
        }
    }

    pub(super) fn into_report(self) -> Report {
        let mut report = Report {
            worlds: 1,
            phones: self.phones.len() as u64,
            steps: self.steps,
            exchanges: self.server.exchanges,
            saved: self
                .phones
                .iter()
                .map(|phone| phone.saved.len() as u64)
                .sum(),
            acknowledged: self.server.promised.len() as u64,
            forged: self.forged.len() as u64,
            trace_hash: self.hasher.finish(),
            ..Report::default()
        };
        for (_, outcome) in self.server.derived.outcomes.values() {
            report.outcomes += 1;
            report.attendances += outcome.tally().attendances.unsigned_abs();
        }
        for (_, matter) in self.server.derived.matters.values() {
            *report.matters.entry(matter.state.as_str()).or_default() += 1;
        }
        for code in self.phones.iter().flat_map(Phone::refused_codes) {
            *report.refused.entry(code.as_str()).or_default() += 1;
        }
        for (fault, times) in self.faults.counts() {
            let struck = Struck {
                worlds: 1,
                times: *times,
                acknowledged: report.acknowledged,
            };
            report.faults.insert(*fault, struck);
        }
        report
    }
}
