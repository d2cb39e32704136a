//! Turns stored documents into rows, outcomes and roll-ups, in the background and in batches. The
//! rules are pure functions of `shared`; what they read and change stands in the store. Idempotent:
//! a batch that is lost is done again.

mod batch;
mod settle;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, broadcast, watch};
use uuid::Uuid;

use crate::metrics::Metrics;
use crate::store::derived::Feed;
pub use crate::store::derived::Poke;
use crate::store::{Store, StoreError};

/// Documents of one batch.
const BATCH: usize = 256;
/// Documents of one batch where very many wait and nobody looks: what many of them touch is written
/// once.
pub const BULK: usize = 8_192;
/// How long the projector waits for more before it begins: changes of one document then cost once.
const GATHER: Duration = Duration::from_millis(40);
/// How much longer than it worked the projector rests when more was stored meanwhile.
const YIELD: u32 = 16;
/// The longest rest.
const LONGEST_REST: Duration = Duration::from_secs(2);
/// The pause after a failing database.
const PAUSE: Duration = Duration::from_secs(1);
/// How often a server looks at what others that share its rows have done.
const LOOK: Duration = Duration::from_millis(200);
/// How long a server that was killed keeps the others from projecting in its place.
const LEASE: Duration = Duration::from_secs(3);
/// Pokes that a slow page may lag behind before it is simply told to look.
const POKES: usize = 256;

/// What open pages are told.
#[derive(Clone, Debug)]
pub enum News {
    /// What a batch changed.
    Poke(Arc<Poke>),
    /// So much changed that nobody knows what any more: look.
    Missed,
}

/// Wakes the projector, and tells what it did.
#[derive(Clone)]
pub struct Projector {
    /// What others that share the rows know this process by.
    process: Uuid,
    wake: Arc<Notify>,
    pokes: broadcast::Sender<News>,
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
            process: Uuid::now_v7(),
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
    pub fn pokes(&self) -> broadcast::Receiver<News> {
        self.pokes.subscribe()
    }

    /// Waits until everything stored before is projected.
    pub async fn settled(&self) {
        let stored = self.stored.load(Ordering::SeqCst);
        let mut projected = self.projected.subscribe();
        // The sender lives in `self`, so the wait ends only with the value.
        drop(projected.wait_for(|projected| *projected >= stored).await);
    }

    /// Projects whatever is stored, and follows what other servers project, until the task is aborted.
    pub async fn run(self, store: Arc<dyn Store>) {
        let mut seen = None;
        loop {
            let (stored, began) = (self.stored.load(Ordering::SeqCst), Instant::now());
            match self.work(&store, &mut seen).await {
                Ok(Work::Done) => {
                    self.caught_up(stored, began);
                    self.projected.send_replace(stored);
                    self.rest(store.is_shared()).await;
                }
                Ok(Work::Elsewhere) => tokio::time::sleep(LOOK).await,
                Err(error) => {
                    tracing::error!(error = %chain(&error), "projection failed and is tried again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Waits until something was stored here, or it is time to look whether it was elsewhere.
    async fn rest(&self, is_shared: bool) {
        let woken = async {
            self.wake.notified().await;
            tokio::time::sleep(GATHER).await;
        };
        if is_shared {
            // Whoever looks too early looks once more.
            drop(tokio::time::timeout(LOOK, woken).await);
        } else {
            woken.await;
        }
    }

    /// Tells pages what is new, and projects what waits unless another server does.
    async fn work(
        &self,
        store: &Arc<dyn Store>,
        seen: &mut Option<u64>,
    ) -> Result<Work, StoreError> {
        while self.follow(store, seen).await?.waiting {
            if !store.lead(self.process, LEASE).await? {
                return Ok(Work::Elsewhere);
            }
            let begun = Instant::now();
            let stored = self.stored.load(Ordering::SeqCst);
            let Some(documents) = batch::project_batch(&**store, BATCH).await? else {
                continue;
            };
            self.metrics.projected(documents);
            // Under load, storing goes before showing: most of the time is left to requests.
            if self.stored.load(Ordering::SeqCst) != stored {
                self.follow(store, seen).await?;
                tokio::time::sleep((begun.elapsed() * YIELD).min(LONGEST_REST)).await;
            }
        }
        Ok(Work::Done)
    }

    /// Pokes the open pages with what was projected since the last time, whoever projected it.
    async fn follow(
        &self,
        store: &Arc<dyn Store>,
        seen: &mut Option<u64>,
    ) -> Result<Feed, StoreError> {
        // A page that opens syncs by itself: what was before this server is no news.
        let feed = store.feed(seen.unwrap_or(u64::MAX)).await?;
        *seen = Some(feed.position);
        let pokes = feed.pokes.iter().flatten();
        let told = match &feed.pokes {
            Some(_) => pokes
                .map(|poke| News::Poke(Arc::new(poke.clone())))
                .collect(),
            None => vec![News::Missed],
        };
        for news in told {
            // Nobody may be listening.
            drop(self.pokes.send(news));
        }
        Ok(feed)
    }
}

/// What a look at the queue came to.
enum Work {
    /// Nothing waits.
    Done,
    /// Another server projects what waits.
    Elsewhere,
}

/// Projects everything that waits, now, and returns the number of batches.
///
/// # Errors
/// What the store says.
pub async fn project_all(store: &dyn Store) -> Result<usize, StoreError> {
    project_all_by(store, BATCH).await
}

/// As [`project_all`], up to so many documents at a time.
///
/// # Errors
/// What the store says.
pub async fn project_all_by(store: &dyn Store, batch: usize) -> Result<usize, StoreError> {
    let mut batches = 0;
    while batch::project_batch(store, batch).await?.is_some() {
        batches += 1;
    }
    Ok(batches)
}

/// Drops every derived row and makes it anew from the documents. Servers of a shared store may
/// run: what they show is filled again meanwhile.
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
