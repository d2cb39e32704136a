//! The exports that are under way: so many at a time, each for so long, and how far they have come.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use shared::api::ExportProgress;
use shared::codes::Code;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::config::Limits;
use crate::services::ServiceError;
use crate::services::turnstile::refused;

/// How long one who finds no place is to stay away.
const COME_AGAIN: Duration = Duration::from_secs(20);
/// How long an export may take with all its sending: a reader who takes a byte now and then holds no
/// place for ever.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// The reader, and the name that the reader gave.
type Name = (Uuid, Uuid);
type Named = Arc<Mutex<BTreeMap<Name, Arc<Counts>>>>;

/// The exports of this process.
pub struct Exports {
    places: Arc<Semaphore>,
    folder: PathBuf,
    named: Named,
}

/// An export under way; its place is free again when it is dropped.
pub(super) struct Work {
    _place: OwnedSemaphorePermit,
    counts: Arc<Counts>,
    name: Option<Name>,
    named: Named,
    until: Instant,
}

#[derive(Default)]
struct Counts {
    rows: AtomicU64,
    of: AtomicU64,
}

impl Exports {
    /// Returns exports of which none is under way; files lie in the folder while they are written.
    pub fn new(limits: &Limits, folder: PathBuf) -> Self {
        Self {
            places: Arc::new(Semaphore::new(limits.exports)),
            folder,
            named: Named::default(),
        }
    }

    pub(super) fn folder(&self) -> PathBuf {
        self.folder.clone()
    }

    /// Takes a place for an export of a reader, who may ask for it by a name.
    pub(super) fn begin(&self, reader: Uuid, name: Option<Uuid>) -> Result<Work, ServiceError> {
        let place = self.places.clone().try_acquire_owned();
        let place = place.map_err(|_| refused(Code::ExportsBusy, COME_AGAIN))?;
        let counts = Arc::new(Counts::default());
        let name = name.map(|name| (reader, name));
        if let Some(name) = name {
            lock(&self.named).insert(name, counts.clone());
        }
        Ok(Work {
            _place: place,
            counts,
            name,
            named: self.named.clone(),
            until: Instant::now() + LONGEST,
        })
    }

    /// Returns how far an export of a reader has come.
    pub(super) fn progress(&self, reader: Uuid, name: Uuid) -> Option<ExportProgress> {
        let named = lock(&self.named);
        let counts = named.get(&(reader, name))?;
        Some(ExportProgress {
            rows: counts.rows.load(Ordering::Relaxed),
            of: counts.of.load(Ordering::Relaxed),
        })
    }
}

impl Work {
    /// Counts rows that are there to be written.
    pub(super) fn expect(&self, rows: u64) {
        self.counts.of.fetch_add(rows, Ordering::Relaxed);
    }

    /// Counts rows that are written.
    pub(super) fn add(&self, rows: usize) {
        self.counts.rows.fetch_add(rows as u64, Ordering::Relaxed);
    }

    pub(super) fn check_time(&self) -> Result<(), ServiceError> {
        if Instant::now() < self.until {
            Ok(())
        } else {
            Err(ServiceError::TooLong)
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some(name) = self.name {
            let mut named = lock(&self.named);
            let is_own = named
                .get(&name)
                .is_some_and(|counts| Arc::ptr_eq(counts, &self.counts));
            if is_own {
                named.remove(&name);
            }
        }
    }
}

fn lock(named: &Named) -> MutexGuard<'_, BTreeMap<Name, Arc<Counts>>> {
    named.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_export_ends_and_only_its_reader_knows_of_it() {
        let limits = Limits {
            exports: 1,
            ..Limits::default()
        };
        let exports = Exports::new(&limits, PathBuf::new());
        let (reader, other, name) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let work = exports
            .begin(reader, Some(name))
            .unwrap_or_else(|_| panic!("there is room"));
        work.expect(5);
        work.add(2);
        let progress = exports.progress(reader, name);
        assert_eq!(progress, Some(ExportProgress { rows: 2, of: 5 }));
        assert_eq!(exports.progress(other, name), None);
        let busy = exports.begin(other, None).err().unwrap();
        assert_eq!(busy.code(), Code::ExportsBusy);
        drop(work);
        assert_eq!(exports.progress(reader, name), None);
        assert!(exports.begin(other, None).is_ok());
    }
}
