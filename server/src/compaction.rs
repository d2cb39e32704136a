//! Replaces a document's many changes by one snapshot, and lets what was replaced go after a while.
//! A snapshot is loaded again to the same heads and records before it replaces anything, and takes
//! its place in one transaction: whoever is cut off in between has lost nothing.

use std::sync::Arc;
use std::time::Duration;

use shared::documents::{DocumentName, snapshot_of};
use shared::ids::DocumentId;
use shared::server::{Load, StoredDocument, StoredSnapshot};
use shared::time::{DAY_MS, Day, Timestamp};

use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::projector::chain;
use crate::store::kept::{Compacted, Head};
use crate::store::{Store, StoreError};

/// Changes since the last snapshot from which a document is compacted.
const GROWN: u64 = 64;
/// Days after its quarter's end from which a document is compacted whole: hardly a phone still
/// writes in it.
const SEALED_DAYS: i32 = 30;
/// How long replaced changes stay: a phone that comes back meanwhile gets only what it lacks.
const REPLACED_STAY_MS: i64 = 30 * DAY_MS;
/// Documents looked at, or changes removed, at a time.
const PAGE: usize = 500;
/// How often a server compacts.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// The pause after each document, so that requests go first.
const YIELD: Duration = Duration::from_millis(5);

/// What a compaction did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compaction {
    /// Documents that have a new snapshot.
    pub documents: usize,
    /// Replaced changes that were removed.
    pub removed: usize,
}

/// Compacts every hour, until the task is aborted.
pub async fn run(store: Arc<dyn Store>, clock: Arc<dyn Clock>, metrics: Arc<Metrics>) {
    let mut hours = tokio::time::interval(EVERY);
    // The first tick is at once, and a server that has just started has better things to do.
    hours.tick().await;
    loop {
        hours.tick().await;
        match compact(&*store, clock.now(), YIELD).await {
            Ok(done) => {
                metrics.compacted(done.documents);
                let Compaction { documents, removed } = done;
                tracing::info!(
                    document.count = documents,
                    change.count = removed,
                    "compacted {documents} documents and removed {removed} replaced changes"
                );
            }
            Err(error) => {
                tracing::error!(error = %chain(&error), "compaction failed and is tried again");
            }
        }
    }
}

/// Compacts what has grown or is sealed, and removes what was replaced long ago.
///
/// # Errors
/// What the store says; what was done until then stands.
pub async fn compact(
    store: &dyn Store,
    now: Timestamp,
    pause: Duration,
) -> Result<Compaction, StoreError> {
    let mut done = Compaction::default();
    let mut after = None;
    loop {
        let heads = store.heads(after, PAGE).await?;
        let Some(last) = heads.last() else {
            break;
        };
        after = Some(last.id);
        for head in heads.iter().filter(|head| is_due(head, now.day())) {
            if compact_one(store, head.id, now).await? == Compacted::Done {
                done.documents += 1;
            }
            tokio::time::sleep(pause).await;
        }
    }
    let before = now.plus(-REPLACED_STAY_MS);
    loop {
        let removed = store.drop_replaced(before, PAGE).await?;
        done.removed += removed;
        if removed < PAGE {
            return Ok(done);
        }
        tokio::time::sleep(pause).await;
    }
}

fn is_due(head: &Head, today: Day) -> bool {
    let growth = head.version - head.compacted;
    let sealed = match head.name {
        DocumentName::Journal { quarter, .. }
        | DocumentName::Calendar { quarter, .. }
        | DocumentName::Ledger { quarter, .. } => {
            quarter.next().first_day().plus(SEALED_DAYS) <= today
        }
        DocumentName::Rollcall { .. } | DocumentName::Board { .. } => false,
    };
    // One change alone is as small as its snapshot.
    growth >= GROWN || (sealed && growth > 0 && head.version > 1)
}

async fn compact_one(
    store: &dyn Store,
    id: DocumentId,
    now: Timestamp,
) -> Result<Compacted, StoreError> {
    let load = Load {
        documents: vec![id],
        organisations: Vec::new(),
        brought: None,
    };
    let mut loaded = store.load(load).await?;
    let Some(stored) = loaded.documents.remove(&id) else {
        return Ok(Compacted::Stale);
    };
    let StoredDocument {
        name,
        version,
        changes,
    } = stored;
    // A panic of Automerge's is a document that stays as it is.
    let work = move || snapshot_of(name.kind(), &changes, 1);
    match tokio::task::spawn_blocking(work).await {
        Ok(Some(bytes)) => {
            let snapshot = StoredSnapshot { version, bytes };
            store.compact(id, snapshot, now).await
        }
        Ok(None) | Err(_) => {
            tracing::warn!(document.id = %id, "a document cannot be compacted and stays as it is");
            Ok(Compacted::Stale)
        }
    }
}

#[cfg(test)]
mod tests;
