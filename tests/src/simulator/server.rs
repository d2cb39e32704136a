//! The simulated server: the real `Exchange`, one step at a time, over a store in memory with the
//! semantics of the real one. Steps of several requests interleave, so documents move between load
//! and append; a crash forgets every request under way and nothing that was appended.

use std::collections::{BTreeMap, BTreeSet};

use shared::codes::Code;
use shared::documents::{ChangeHash, DocumentName};
use shared::ids::{DeviceId, DocumentId, EntryId};
use shared::permission::Authority;
use shared::project::{Projection, project};
use shared::server::{
    Append, Appended, Exchange, Load, Loaded, Read, ReadResult, Step, StoredDocument, StoredNews,
};
use shared::time::Timestamp;
use shared::wire::{self, SyncRequest, SyncResponse, Verdict};
use shared::words::Role;

use super::chance::Chance;
use super::city::{self, Directory};
use super::derived::Derived;
use super::faults::{Fault, Faults};
use super::hosts;
use super::service;
use super::store::{BackedUp, Stored};
use super::terms::Terms;

type Documents = BTreeMap<DocumentId, Stored>;

/// The server with what an observer notes about it.
pub(super) struct Server {
    pub(super) documents: Documents,
    pub(super) epoch: u64,
    pub(super) derived: Derived,
    /// Documents appended to and not yet projected; durable with the append.
    queue: BTreeSet<DocumentId>,
    backup: Option<BTreeMap<DocumentId, BackedUp>>,
    jobs: BTreeMap<u64, Job>,
    next_job: u64,
    /// The records of every change that was ever stored.
    contents: BTreeMap<ChangeHash, Vec<EntryId>>,
    /// The records that an answer called stored.
    pub(super) promised: BTreeSet<EntryId>,
    /// Changes stored that the directory did not allow.
    pub(super) trespasses: Vec<String>,
    pub(super) exchanges: u64,
}

/// A request under way.
struct Job {
    caller: Caller,
    authority: Authority,
    terms: Terms,
    request: Option<SyncRequest>,
    state: State,
}

/// Where an answer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Caller {
    pub(super) phone: usize,
    pub(super) life: u32,
    pub(super) exchange: u64,
    /// The device when the request was sent.
    pub(super) device: DeviceId,
}

enum State {
    Begin(Vec<u8>),
    Waiting(Box<(Exchange, Step)>),
}

/// How far a step brought a request.
pub(super) enum Progress {
    /// It wants another step.
    Again,
    /// It is answered.
    Answer(Caller, Result<Vec<u8>, Code>),
    /// The server died; these callers hear nothing.
    Crashed(Vec<Caller>),
    /// The request died with the server before.
    Gone,
}

impl Server {
    pub(super) fn new() -> Self {
        Self {
            documents: Documents::new(),
            epoch: 1,
            derived: Derived::default(),
            queue: BTreeSet::new(),
            backup: None,
            jobs: BTreeMap::new(),
            next_job: 0,
            contents: BTreeMap::new(),
            promised: BTreeSet::new(),
            trespasses: Vec::new(),
            exchanges: 0,
        }
    }

    /// Takes a request and returns its number.
    pub(super) fn accept(
        &mut self,
        caller: Caller,
        authority: Authority,
        terms: Terms,
        request: Option<SyncRequest>,
        body: Vec<u8>,
    ) -> u64 {
        self.next_job += 1;
        let body = terms.cut(request.as_ref(), body);
        let job = Job {
            caller,
            authority,
            terms,
            request,
            state: State::Begin(body),
        };
        self.jobs.insert(self.next_job, job);
        self.next_job
    }

    /// Takes a request one step further.
    pub(super) fn step(
        &mut self,
        number: u64,
        now: Timestamp,
        directory: &Directory,
        faults: &mut Faults,
        chance: &mut Chance,
    ) -> Progress {
        let Some(mut job) = self.jobs.remove(&number) else {
            return Progress::Gone;
        };
        let begun = match job.state {
            State::Begin(body) => Exchange::begin(job.authority.clone(), city::city(), now, &body),
            State::Waiting(waiting) => {
                let (mut exchange, step) = *waiting;
                let next = match step {
                    Step::Load(load) => {
                        if faults.strikes(Fault::ServerCrashBeforeLoad, chance) {
                            return self.crash(job.caller);
                        }
                        exchange.loaded(&self.load(&load, directory))
                    }
                    Step::Append(appends) => {
                        let before = faults.strikes(Fault::ServerCrashBeforeAppend, chance);
                        let results = if before {
                            None
                        } else {
                            self.append_all(&job.authority, &appends, directory, faults, chance)
                        };
                        match results {
                            Some(results) => exchange.appended(&results),
                            None => return self.crash(job.caller),
                        }
                    }
                    Step::Read(read) => {
                        if faults.strikes(Fault::ServerCrashBeforeAnswer, chance) {
                            return self.crash(job.caller);
                        }
                        let read = self.read(&read, &job.authority, directory);
                        let Step::Respond(body) = exchange.read(read) else {
                            unreachable!("what was read is all that an answer needs");
                        };
                        let body = job.terms.amend(job.request.as_ref(), body);
                        self.promise(job.request.as_ref(), &body);
                        self.exchanges += 1;
                        return Progress::Answer(job.caller, Ok(body));
                    }
                    Step::Respond(_) => unreachable!("an answer follows what was read"),
                };
                Ok((exchange, next))
            }
        };
        match begun {
            Ok(waiting) => {
                job.state = State::Waiting(Box::new(waiting));
                self.jobs.insert(number, job);
                Progress::Again
            }
            Err(code) => Progress::Answer(job.caller, Err(code)),
        }
    }

    fn crash(&mut self, caller: Caller) -> Progress {
        let mut callers = vec![caller];
        callers.extend(self.jobs.values().map(|job| job.caller));
        self.jobs.clear();
        Progress::Crashed(callers)
    }

    fn load(&self, load: &Load, directory: &Directory) -> Loaded {
        let mut loaded = Loaded::default();
        for id in &load.documents {
            if let Some(stored) = self.documents.get(id) {
                let document = StoredDocument {
                    name: stored.name,
                    version: stored.changes.len() as u64,
                    changes: stored.bytes(),
                };
                loaded.documents.insert(*id, document);
            }
        }
        for id in &load.organisations {
            if let Some(path) = directory.path(*id) {
                loaded.paths.insert(*id, path.clone());
            }
        }
        loaded
    }

    /// Appends each document in a transaction of its own; `None` when the server dies on the way.
    fn append_all(
        &mut self,
        authority: &Authority,
        appends: &[Append],
        directory: &Directory,
        faults: &mut Faults,
        chance: &mut Chance,
    ) -> Option<Vec<Appended>> {
        let mut results = Vec::new();
        for (place, append) in appends.iter().enumerate() {
            if place > 0 && faults.strikes(Fault::ServerCrashBetweenAppends, chance) {
                return None;
            }
            let result = match self.append(append) {
                Some(()) => {
                    self.examine(authority, append, directory);
                    Appended::Stored
                }
                None => {
                    faults.count(Fault::DocumentMoved);
                    Appended::Moved
                }
            };
            results.push(result);
        }
        Some(results)
    }

    /// Appends to one document if it still is where it was.
    fn append(&mut self, append: &Append) -> Option<()> {
        let id = append.name.id();
        let stored = self.documents.get(&id);
        if stored.map_or(0, |stored| stored.changes.len() as u64) != append.base {
            return None;
        }
        let stored = self
            .documents
            .entry(id)
            .or_insert_with(|| Stored::new(append.name));
        for change in &append.changes {
            match stored.append(change, append.received_at) {
                Ok(new) => {
                    self.contents.insert(change.hash, new);
                }
                Err(error) => self.trespasses.push(format!(
                    "a stored change does not apply: {}, {error}",
                    change.hash
                )),
            }
        }
        self.queue.insert(id);
        Some(())
    }

    /// The rights once more, written apart from those under test.
    fn examine(&mut self, authority: &Authority, append: &Append, directory: &Directory) {
        let path = append.name.organisation().and_then(|id| directory.path(id));
        let holds = |roles: &[Role]| {
            authority.grants.iter().any(|grant| {
                roles.contains(&grant.role)
                    && path.is_some_and(|path| path.as_str().starts_with(grant.path.as_str()))
            })
        };
        let allowed = match append.name {
            DocumentName::Journal { member, .. } => member == authority.member,
            DocumentName::Calendar { .. } | DocumentName::Rollcall { .. } => {
                holds(&[Role::Host, Role::Coordinator, Role::Administrator])
            }
            DocumentName::Ledger { .. } | DocumentName::Board { .. } => {
                holds(&[Role::Coordinator, Role::Administrator])
            }
        };
        let document = self.documents[&append.name.id()].document();
        for change in &append.changes {
            let own = document.author(change.hash) == Some(authority.device);
            if !allowed || !own {
                self.trespasses.push(format!(
                    "{} stored a change in {:?}",
                    authority.device, append.name
                ));
            }
        }
    }

    fn read(&self, read: &Read, authority: &Authority, directory: &Directory) -> ReadResult {
        let mut result = ReadResult {
            epoch: self.epoch,
            outcomes_revision: read.outcomes,
            matters_revision: read.matters.unwrap_or_default(),
            ..ReadResult::default()
        };
        for (id, after) in &read.follows {
            let Some(stored) = self.documents.get(id) else {
                continue;
            };
            let after = usize::try_from(*after).unwrap_or(usize::MAX);
            result.documents.push(StoredNews {
                name: stored.name,
                version: stored.changes.len() as u64,
                snapshot: None,
                changes: stored.changes.get(after..).unwrap_or_default().to_vec(),
            });
            if let Some(organisation) = stored.name.organisation()
                && let Some(path) = directory.path(organisation)
            {
                result.paths.insert(organisation, path.clone());
            }
        }
        if read.directory < directory.version {
            result.directory = Some((directory.version, directory.slice(authority.member)));
        }
        let own = self.derived.outcomes.iter();
        for (_, (revision, outcome)) in own.filter(|((_, member), _)| *member == authority.member) {
            if *revision > read.outcomes {
                result.outcomes.push(outcome.clone());
                result.outcomes_revision = result.outcomes_revision.max(*revision);
            }
        }
        let after = read.matters.unwrap_or_default();
        for (revision, matter) in self.derived.matters.values() {
            if *revision > after && service::concerns(authority, matter) {
                result.matters.push(service::row(matter.clone()));
                result.matters_revision = result.matters_revision.max(*revision);
            }
        }
        result
    }

    fn promise(&mut self, request: Option<&SyncRequest>, body: &[u8]) {
        let (Some(request), Ok(response)) = (request, wire::decode::<SyncResponse>(body)) else {
            return;
        };
        for (change, verdict) in request.changes.iter().zip(&response.verdicts) {
            if *verdict != Verdict::Stored {
                continue;
            }
            let stored = self.documents.get(&change.document.id());
            let stored = stored.and_then(|stored| {
                let mut changes = stored.changes.iter();
                changes.find(|stored| stored.bytes == change.bytes.as_slice())
            });
            match stored {
                Some(stored) => self.promised.extend(&self.contents[&stored.hash]),
                None => self
                    .trespasses
                    .push("a change was called stored and is not".into()),
            }
        }
    }

    /// Tells whether documents wait for the projector.
    pub(super) fn has_unprojected(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Projects the queued documents in one transaction.
    pub(super) fn project(&mut self, directory: &Directory) {
        let queue = std::mem::take(&mut self.queue);
        for id in &queue {
            let stored = &self.documents[id];
            let rows = rows(stored, directory);
            self.derived.replace(&stored.name, rows, directory);
        }
    }

    /// Queues what says that a device shows codes; tells whether nothing else waited.
    pub(super) fn requeue_hosts(&mut self, device: DeviceId) -> bool {
        let idle = self.queue.is_empty();
        self.queue.extend(self.derived.announced_by(device));
        idle && !self.queue.is_empty()
    }

    pub(super) fn back_up(&mut self) {
        let documents = self.documents.iter();
        self.backup = Some(
            documents
                .map(|(id, stored)| (*id, BackedUp::of(stored)))
                .collect(),
        );
    }

    /// Replaces the documents by those of the backup; the directory is the owner's and stays.
    pub(super) fn restore(&mut self, directory: &Directory) -> Option<Vec<Caller>> {
        let backup = self.backup.take()?.into_iter();
        self.documents = backup
            .map(|(id, document)| (id, document.restored()))
            .collect();
        self.epoch += 1;
        self.queue.clear();
        self.derived = self.rebuild(directory);
        let callers = self.jobs.values().map(|job| job.caller).collect();
        self.jobs.clear();
        Some(callers)
    }

    /// Makes every derived row again, from the documents alone.
    pub(super) fn rebuild(&self, directory: &Directory) -> Derived {
        let mut derived = Derived::default();
        for stored in self.documents.values().rev() {
            let rows = rows(stored, directory);
            derived.replace(&stored.name, rows, directory);
        }
        derived
    }
}

/// Returns the rows of a document, with every signature looked at.
fn rows(stored: &Stored, directory: &Directory) -> Projection {
    let mut rows = project(&stored.name, stored.document(), &stored.received);
    rows.attest(&directory.devices, hosts::is_signed);
    rows
}
