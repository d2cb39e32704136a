//! Turns stored documents into rows, outcomes and roll-ups, in the background and in batches. The
//! rules are pure functions of `shared`; what they read and change stands in the store. Idempotent:
//! a batch that is lost is done again.

mod batch;
mod settle;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use shared::ids::{MemberId, OrganisationPath};
use tokio::sync::{Notify, broadcast, watch};

use crate::metrics::Metrics;
use crate::store::{Store, StoreError};

/// Documents of one batch.
const BATCH: usize = 256;
/// How long the projector waits for more before it begins: changes of one document then cost once.
const GATHER: Duration = Duration::from_millis(40);
/// How much longer than it worked the projector rests when more was stored meanwhile.
const YIELD: u32 = 16;
/// The longest rest.
const LONGEST_REST: Duration = Duration::from_secs(2);
/// The pause after a failing database.
const PAUSE: Duration = Duration::from_secs(1);
/// Pokes that a slow page may lag behind before it is simply told to look.
const POKES: usize = 256;

/// What a batch changed, for those who show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Poke {
    /// Organisations whose calendars changed.
    pub calendars: BTreeSet<OrganisationPath>,
    /// Organisations whose roll calls, outcomes or totals changed.
    pub overseen: BTreeSet<OrganisationPath>,
    /// People whose journals or outcomes changed.
    pub members: BTreeSet<MemberId>,
    /// The number of documents that were projected.
    pub documents: usize,
}

/// Wakes the projector, and tells what it did.
#[derive(Clone)]
pub struct Projector {
    wake: Arc<Notify>,
    pokes: broadcast::Sender<Arc<Poke>>,
    /// How often something was stored; the start counts as once.
    stored: Arc<AtomicU64>,
    /// How much of that is projected.
    projected: watch::Sender<u64>,
    /// Since when something is stored that is not projected.
    behind_since: Arc<Mutex<Option<Instant>>>,
    metrics: Arc<Metrics>,
}

impl Default for Projector {
    fn default() -> Self {
        Self {
            wake: Arc::default(),
            pokes: broadcast::Sender::new(POKES),
            stored: Arc::new(AtomicU64::new(1)),
            projected: watch::Sender::new(0),
            behind_since: Arc::default(),
            metrics: Arc::default(),
        }
    }
}

impl Projector {
    /// Returns a projector that counts what it does.
    pub fn counted(metrics: Arc<Metrics>) -> Self {
        Self {
            metrics,
            ..Self::default()
        }
    }

    /// Says that something was stored.
    pub fn wake(&self) {
        self.behind_since().get_or_insert_with(Instant::now);
        self.stored.fetch_add(1, Ordering::SeqCst);
        self.wake.notify_one();
    }

    /// Returns how long the oldest change that is not yet projected waits.
    pub fn lag(&self) -> Duration {
        self.behind_since()
            .map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn behind_since(&self) -> MutexGuard<'_, Option<Instant>> {
        let since = self.behind_since.lock();
        since.unwrap_or_else(PoisonError::into_inner)
    }

    /// What came after `began` is not projected yet.
    fn caught_up(&self, stored: u64, began: Instant) {
        let mut since = self.behind_since();
        *since = (self.stored.load(Ordering::SeqCst) != stored).then_some(began);
    }

    /// Returns what the projector does from now on.
    pub fn pokes(&self) -> broadcast::Receiver<Arc<Poke>> {
        self.pokes.subscribe()
    }

    /// Waits until everything stored before is projected.
    pub async fn settled(&self) {
        let stored = self.stored.load(Ordering::SeqCst);
        let mut projected = self.projected.subscribe();
        // The sender lives in `self`, so the wait ends only with the value.
        drop(projected.wait_for(|projected| *projected >= stored).await);
    }

    /// Projects whatever is stored, until the task is aborted.
    pub async fn run(self, store: Arc<dyn Store>) {
        loop {
            let (stored, began) = (self.stored.load(Ordering::SeqCst), Instant::now());
            match self.drain(&store).await {
                Ok(()) => {
                    self.caught_up(stored, began);
                    self.projected.send_replace(stored);
                    self.wake.notified().await;
                    tokio::time::sleep(GATHER).await;
                }
                Err(error) => {
                    tracing::error!(error = %chain(&error), "projection failed and is tried again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    async fn drain(&self, store: &Arc<dyn Store>) -> Result<(), StoreError> {
        loop {
            let begun = Instant::now();
            let stored = self.stored.load(Ordering::SeqCst);
            let Some(poke) = batch::project_batch(&**store, BATCH).await? else {
                return Ok(());
            };
            self.metrics.projected(poke.documents);
            // Nobody may be listening.
            drop(self.pokes.send(Arc::new(poke)));
            // Under load, storing goes before showing: most of the time is left to requests.
            if self.stored.load(Ordering::SeqCst) != stored {
                tokio::time::sleep((begun.elapsed() * YIELD).min(LONGEST_REST)).await;
            }
        }
    }
}

/// Projects everything that waits, now, and returns the number of batches.
///
/// # Errors
/// What the store says.
pub async fn project_all(store: &dyn Store) -> Result<usize, StoreError> {
    let mut batches = 0;
    while batch::project_batch(store, BATCH).await?.is_some() {
        batches += 1;
    }
    Ok(batches)
}

/// Drops every derived row and makes it anew from the documents. No server may run on the store.
///
/// # Errors
/// What the store says; a rebuild that was cut off is finished by the next.
pub async fn rebuild(store: &dyn Store) -> Result<(), StoreError> {
    store.begin_rebuild().await?;
    finish_rebuild(store).await
}

/// Finishes a rebuild that was cut off, if there is one.
///
/// # Errors
/// What the store says.
pub async fn finish_rebuild(store: &dyn Store) -> Result<(), StoreError> {
    if store.is_rebuilding().await? {
        project_all(store).await?;
        store.end_rebuild().await?;
    }
    Ok(())
}

/// Returns an error with its sources, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text = format!("{text}: {source}");
        next = source.source();
    }
    text
}

#[cfg(test)]
mod tests;
