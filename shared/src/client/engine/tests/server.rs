//! The server's side for tests of the engine: the real exchange and gate over documents in memory.

use std::collections::BTreeMap;

use super::phone::BRANCH;
use super::*;
use crate::client::{Identity, Input, NetworkFault};
use crate::directory::Grant;
use crate::documents::{ChangeHash, Document, DocumentName, HeldEntry, SealedChange};
use crate::ids::{AreaCode, DocumentId, EntryId};
use crate::permission::Authority;
use crate::server::{
    Append, Appended, Exchange, Loaded, ReadResult, Step, StoredDocument, StoredNews,
};
use crate::time::Timestamp;
use crate::wire::{self, SyncRequest, SyncResponse, Verdict};
use crate::words::Role;

#[derive(Default)]
pub(super) struct Server {
    documents: BTreeMap<DocumentId, (DocumentName, Vec<SealedChange>)>,
    grants: Vec<Grant>,
    epoch: u64,
}

impl Server {
    pub(super) fn new() -> Self {
        Self {
            epoch: 1,
            ..Self::default()
        }
    }

    /// Returns a server for which every caller coordinates the branch.
    pub(super) fn of_coordinators() -> Self {
        let branch = organisation(BRANCH);
        let grant = Grant {
            role: Role::Coordinator,
            organisation: branch.id,
            path: branch.path,
        };
        Self {
            grants: vec![grant],
            ..Self::new()
        }
    }

    /// Answers a phone until it has nothing more to ask.
    pub(super) fn serve(&mut self, phone: &mut Phone, now: Timestamp) {
        for _ in 0..200 {
            if phone.dead || !phone.engine.status().busy {
                return;
            }
            let (exchange, answer) = self.answer(phone, now);
            phone.hear(exchange, Ok(answer));
        }
        panic!("the phone does not come to rest");
    }

    /// An empty backup is restored.
    pub(super) fn forget_everything(&mut self) {
        self.documents.clear();
        self.epoch += 1;
    }

    /// Stores what a phone sent, and the answer is lost.
    pub(super) fn serve_and_lose(&mut self, phone: &mut Phone, now: Timestamp) {
        if phone.dead || !phone.engine.status().busy {
            return;
        }
        let (exchange, _) = self.answer(phone, now);
        phone.hear(exchange, Err(NetworkFault::Unreachable));
        phone.give(Input::Wake);
    }

    fn answer(&mut self, phone: &Phone, now: Timestamp) -> (u64, Vec<u8>) {
        let identity = phone.identity;
        let body = wire::encode(phone.request());
        (
            phone.request().exchange,
            self.exchange(identity, &body, now),
        )
    }

    fn exchange(&mut self, identity: Identity, body: &[u8], now: Timestamp) -> Vec<u8> {
        let branch = organisation(BRANCH);
        let authority = Authority {
            device: identity.device,
            member: identity.member,
            home: branch.path.clone(),
            grants: self.grants.clone(),
        };
        let city = AreaCode::parse("441200").unwrap();
        let (mut exchange, mut step) = Exchange::begin(authority, city, now, body).unwrap();
        loop {
            step = match step {
                Step::Load(load) => {
                    let mut loaded = Loaded::default();
                    loaded.paths.insert(branch.id, branch.path.clone());
                    for id in load.documents {
                        if let Some(document) = self.stored(id) {
                            loaded.documents.insert(id, document);
                        }
                    }
                    exchange.loaded(&loaded)
                }
                Step::Append(appends) => {
                    let results: Vec<Appended> = appends
                        .into_iter()
                        .map(|append| self.append(append))
                        .collect();
                    exchange.appended(&results)
                }
                Step::Read(read) => {
                    let mut result = ReadResult {
                        epoch: self.epoch,
                        outcomes_revision: read.outcomes,
                        ..ReadResult::default()
                    };
                    result.paths.insert(branch.id, branch.path.clone());
                    for (id, after) in read.follows {
                        if let Some((name, changes)) = self.documents.get(&id) {
                            let after = usize::try_from(after).unwrap();
                            result.documents.push(StoredNews {
                                name: *name,
                                version: changes.len() as u64,
                                snapshot: None,
                                changes: changes.get(after..).unwrap_or_default().to_vec(),
                            });
                        }
                    }
                    let Step::Respond(body) = exchange.read(result) else {
                        panic!("an exchange that has read responds");
                    };
                    return body;
                }
                Step::Respond(body) => return body,
            };
        }
    }

    fn stored(&self, id: DocumentId) -> Option<StoredDocument> {
        let (name, changes) = self.documents.get(&id)?;
        Some(StoredDocument {
            name: *name,
            version: changes.len() as u64,
            changes: bytes(changes),
        })
    }

    fn append(&mut self, append: Append) -> Appended {
        let id = append.name.id();
        let stored = self
            .documents
            .entry(id)
            .or_insert((append.name, Vec::new()));
        assert_eq!(stored.1.len() as u64, append.base);
        stored.1.extend(append.changes);
        Appended::Stored
    }

    /// Returns every stored record.
    pub(super) fn entries(&self) -> BTreeMap<EntryId, HeldEntry> {
        let documents = self.documents.values();
        documents
            .flat_map(|(name, changes)| {
                let document = Document::load(name.kind(), &bytes(changes)).unwrap();
                let (entries, anomalies) = document.entries();
                assert_eq!(anomalies, []);
                entries
            })
            .collect()
    }

    /// Returns the hashes of the stored changes of a document.
    pub(super) fn changes(&self, name: &DocumentName) -> Vec<ChangeHash> {
        let stored = self.documents.get(&name.id());
        let changes = stored.map_or(&[][..], |(_, changes)| changes);
        changes.iter().map(|change| change.hash).collect()
    }
}

/// Returns an answer by which everything is stored and nothing is new.
pub(super) fn accept(request: &SyncRequest) -> SyncResponse {
    SyncResponse {
        protocol: wire::PROTOCOL,
        exchange: request.exchange,
        server_time: request.device_time,
        epoch: 1,
        verdicts: vec![Verdict::Stored; request.changes.len()],
        documents: Vec::new(),
        forget: Vec::new(),
        directory: None,
        outcomes: Vec::new(),
        outcomes_revision: request.outcomes,
        matters: Vec::new(),
        matters_revision: request.matters,
        more: false,
    }
}

fn bytes(changes: &[SealedChange]) -> Vec<u8> {
    let parts = changes.iter().map(|change| change.bytes.as_slice());
    parts.collect::<Vec<_>>().concat()
}
