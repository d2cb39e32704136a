//! A sync request's body, through the whole exchange over a store in memory.

use std::collections::BTreeMap;

use serde_bytes::ByteBuf;
use shared::codes::Code;
use shared::documents::{Document, DocumentKind};
use shared::ids::DocumentId;
use shared::server::{
    Append, Appended, Exchange, Load, Loaded, ReadResult, Step, StoredDocument, StoredNews,
};
use shared::wire::{self, OfferedChange, SyncRequest, SyncResponse, Verdict};

use super::records::{SORTS, entry};
use super::world;

type Store = BTreeMap<DocumentId, StoredDocument>;

pub(super) fn run(bytes: &[u8]) {
    let begun = Exchange::begin(world::authority(), world::area(), world::now(), bytes);
    let Ok((mut exchange, mut step)) = begun else {
        return;
    };
    let mut store = filled();
    let response = loop {
        step = match step {
            Step::Load(load) => exchange.loaded(&loaded(&store, load)),
            Step::Append(appends) => {
                let results: Vec<Appended> = appends
                    .into_iter()
                    .map(|append| appended(&mut store, append))
                    .collect();
                exchange.appended(&results)
            }
            Step::Read(_) => {
                let refusals = exchange.refusals();
                let Step::Respond(body) = exchange.read(news(&store)) else {
                    unreachable!("an exchange that has read responds");
                };
                let response: SyncResponse = wire::decode(&body).expect("answers are frames");
                let refused = response.verdicts.iter().filter(|v| **v != Verdict::Stored);
                assert_eq!(refused.count(), refusals.len());
                assert!(
                    refusals
                        .iter()
                        .all(|refusal| refusal.code != Code::ServerError)
                );
                break response;
            }
            Step::Respond(_) => unreachable!("an answer follows what was read"),
        };
    };
    assert!(response.verdicts.len() <= shared::limits::REQUEST_CHANGES);
    for stored in store.values() {
        let document = Document::load(stored.name.kind(), &stored.changes).expect("it loads");
        let before = BTreeMap::new();
        world::check_sound(&stored.name, &document, &before);
    }
}

fn filled() -> Store {
    DocumentKind::ALL
        .into_iter()
        .map(|kind| {
            let document = world::document(kind);
            let stored = StoredDocument {
                name: world::name(kind),
                version: document.changes().len() as u64,
                changes: world::stored(&document),
            };
            (stored.name.id(), stored)
        })
        .collect()
}

fn loaded(store: &Store, load: Load) -> Loaded {
    let documents = load.documents.into_iter();
    Loaded {
        documents: documents
            .filter_map(|id| Some((id, store.get(&id)?.clone())))
            .collect(),
        paths: [(world::organisation(), world::path())].into(),
        ..Loaded::default()
    }
}

fn appended(store: &mut Store, append: Append) -> Appended {
    let id = append.name.id();
    let stored = store.entry(id).or_insert_with(|| StoredDocument {
        name: append.name,
        version: 0,
        changes: Vec::new(),
    });
    assert_eq!(stored.version, append.base);
    for change in append.changes {
        stored.version += 1;
        stored.changes.extend(change.bytes);
    }
    Appended::Stored
}

fn news(store: &Store) -> ReadResult {
    let documents = store.values().map(|stored| {
        let document = Document::load(stored.name.kind(), &stored.changes).expect("it loads");
        StoredNews {
            name: stored.name,
            version: stored.version,
            snapshot: None,
            changes: document.changes(),
        }
    });
    ReadResult {
        epoch: 1,
        documents: documents.collect(),
        paths: [(world::organisation(), world::path())].into(),
        matters: world::matter_rows(),
        matters_revision: 2,
        ..ReadResult::default()
    }
}

pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let offered = |kind| {
        let mut document = world::document(kind);
        let entries: Vec<_> = (10..10 + SORTS).map(|n| entry(kind, n)).collect();
        let change = document.write(world::writer(2), world::now(), &entries);
        OfferedChange {
            document: world::name(kind),
            bytes: ByteBuf::from(change.bytes),
        }
    };
    let pull = SyncRequest {
        protocol: wire::PROTOCOL,
        schema: wire::SCHEMA,
        exchange: 1,
        device_time: world::now(),
        directory: 0,
        outcomes: 0,
        matters: Some(0),
        follows: DocumentKind::ALL
            .map(|kind| (world::name(kind).id(), 1))
            .into(),
        changes: Vec::new(),
    };
    let push = SyncRequest {
        changes: DocumentKind::ALL.map(offered).into(),
        ..pull.clone()
    };
    vec![("pull", wire::encode(&pull)), ("push", wire::encode(&push))]
}
