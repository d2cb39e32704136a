//! The documents and the only code that touches Automerge.
//!
//! Every kind has the same shape: one map of records, keyed by the record's id, each value the CBOR
//! bytes of an [`Entry`]. A record is thus one operation, written whole and never changed, and an
//! old app round-trips a newer one's records untouched. The map comes from the kind's frozen
//! genesis change: two devices that each created it would lose one side on merge.

mod census;
mod change;
mod genesis;
mod name;
mod snapshot;

use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::sync::OnceLock;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, ObjId, ObjType, ROOT, ReadDoc, Value};

use crate::ids::{DeviceId, EntryId};
use crate::project::Anomaly;
use crate::records::Entry;
use crate::time::Timestamp;

pub(crate) use change::ParsedChange;
pub use change::{ChangeHash, SealedChange, hash_of};
pub use name::{DocumentKind, DocumentName};
pub use snapshot::snapshot_of;

/// Why bytes are not a document of its kind.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Automerge cannot load the bytes.
    #[error("the bytes are not a document")]
    Unreadable(#[source] automerge::AutomergeError),
    /// Automerge gave up on the bytes.
    #[error("the bytes make the document library panic")]
    Panicked,
    /// The document does not begin with its kind's genesis change.
    #[error("the document does not begin with its kind's genesis change")]
    NotGenesis,
    /// A change cannot be applied.
    #[error("the change cannot be applied")]
    Unappliable(#[source] automerge::AutomergeError),
    /// A change depends on one that is not there.
    #[error("the change builds on one that is not there")]
    DependencyMissing,
}

/// The live writer of an app run: the device and the number of the run. A device that starts again
/// writes under a new actor, so no actor ever has two writers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writer {
    /// The device.
    pub device: DeviceId,
    /// The run, counted by the device.
    pub run: u32,
}

impl Writer {
    const BYTES: usize = 20;

    fn actor(self) -> ActorId {
        let mut bytes = [0; Self::BYTES];
        bytes[..16].copy_from_slice(self.device.0.as_bytes());
        bytes[16..].copy_from_slice(&self.run.to_be_bytes());
        ActorId::from(&bytes[..])
    }

    /// Reads the writer of a change, `None` when the bytes are not a change of one.
    pub(crate) fn of_change(bytes: &[u8]) -> Option<Self> {
        let change = ParsedChange::parse(bytes).ok()?;
        Self::of(change.inner().actor_id())
    }

    /// Reads an actor, `None` when it was not made of a device and a run.
    pub(crate) fn of(actor: &ActorId) -> Option<Self> {
        let bytes: &[u8; Self::BYTES] = actor.to_bytes().try_into().ok()?;
        let (device, run) = bytes.split_at(16);
        Some(Self {
            device: DeviceId(uuid::Uuid::from_slice(device).ok()?),
            run: u32::from_be_bytes(run.try_into().ok()?),
        })
    }
}

/// A record as a document holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldEntry {
    /// The record.
    pub entry: Entry,
    /// The device that wrote it, from the change itself.
    pub device: DeviceId,
}

/// Where a record stands in its document's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The change that brought it.
    pub change: ChangeHash,
    /// The number of its operation: of one device's records the later has the higher one.
    pub operation: u64,
}

/// A loaded document.
pub struct Document {
    kind: DocumentKind,
    inner: Automerge,
    entries: ObjId,
}

impl Document {
    /// Returns the document of a kind that nobody has written in.
    pub fn new(kind: DocumentKind) -> Self {
        static EMPTY: OnceLock<[Document; 5]> = OnceLock::new();
        let empty = EMPTY.get_or_init(|| {
            DocumentKind::ALL.map(|kind| {
                Automerge::load(genesis::bytes(kind))
                    .map_err(DocumentError::Unreadable)
                    .and_then(|inner| Self::of(kind, inner))
                    .expect("the frozen genesis change loads")
            })
        });
        match kind {
            DocumentKind::Journal => empty[0].fork(),
            DocumentKind::Calendar => empty[1].fork(),
            DocumentKind::Rollcall => empty[2].fork(),
            DocumentKind::Ledger => empty[3].fork(),
            DocumentKind::Board => empty[4].fork(),
        }
    }

    /// Loads a document from its changes, concatenated in an order in which each follows its
    /// dependencies. The genesis change is not among them; a snapshot in the first place holds it.
    ///
    /// # Errors
    /// [`DocumentError::Unreadable`] when a chunk cannot be read; [`DocumentError::Panicked`] where
    /// panics can be caught, which is not in a browser.
    pub fn load(kind: DocumentKind, changes: &[u8]) -> Result<Self, DocumentError> {
        if changes.is_empty() {
            return Ok(Self::new(kind));
        }
        let mut bytes = Vec::new();
        let whole = if snapshot::begins_with_snapshot(changes) {
            changes
        } else {
            let genesis = genesis::bytes(kind);
            bytes.reserve_exact(genesis.len() + changes.len());
            bytes.extend_from_slice(genesis);
            bytes.extend_from_slice(changes);
            &bytes
        };
        // Automerge 0.12 panics on some damaged bytes whose checksums are good.
        let inner = catch_unwind(|| Automerge::load(whole))
            .map_err(|_| DocumentError::Panicked)?
            .map_err(DocumentError::Unreadable)?;
        Self::of(kind, inner)
    }

    fn of(kind: DocumentKind, inner: Automerge) -> Result<Self, DocumentError> {
        match inner.get(ROOT, kind.container()) {
            Ok(Some((Value::Object(ObjType::Map), entries))) => Ok(Self {
                kind,
                inner,
                entries,
            }),
            _ => Err(DocumentError::NotGenesis),
        }
    }

    /// Returns the kind.
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// Returns the hashes of the changes that no other change follows.
    pub fn heads(&self) -> Vec<ChangeHash> {
        self.inner
            .get_heads()
            .into_iter()
            .map(ChangeHash::from)
            .collect()
    }

    /// Writes entries as one change.
    ///
    /// # Panics
    /// Never for a document of [`Document::load`]: the container exists and a map takes any key.
    pub fn write(&mut self, writer: Writer, at: Timestamp, entries: &[Entry]) -> SealedChange {
        self.inner.set_actor(writer.actor());
        let mut transaction = self.inner.transaction();
        for entry in entries {
            transaction
                .put(&self.entries, entry.id.to_string(), encode(entry))
                .expect("genesis creates the container, and a map takes any key");
        }
        transaction.commit_with(CommitOptions::default().with_time(at.0));
        let change = self
            .inner
            .get_last_local_change()
            .expect("a transaction with entries makes a change");
        SealedChange::of(&change)
    }

    /// Reads every record, by id, and what could not be read.
    pub fn entries(&self) -> (BTreeMap<EntryId, HeldEntry>, Vec<Anomaly>) {
        let mut held = BTreeMap::new();
        let mut anomalies = Vec::new();
        for item in self.inner.map_range(&self.entries, ..) {
            match self.read(&item.key) {
                Some(entry) => {
                    held.insert(entry.entry.id, entry);
                }
                None => anomalies.push(Anomaly::EntryUnreadable {
                    key: item.key.to_string(),
                }),
            }
        }
        (held, anomalies)
    }

    /// Returns where each record stands in the document's history.
    pub fn places(&self) -> BTreeMap<EntryId, Place> {
        let changes: BTreeMap<(ActorId, u64), ChangeHash> = self
            .inner
            .get_changes_meta(&[])
            .into_iter()
            .map(|change| {
                let first = (change.actor.into_owned(), change.start_op);
                (first, change.hash.into())
            })
            .collect();
        let mut places = BTreeMap::new();
        for item in self.inner.map_range(&self.entries, ..) {
            let Some((id, (operation, actor))) = self.operation(&item.key) else {
                continue;
            };
            // An actor's changes follow each other: the last that begins before the operation has it.
            let last = changes
                .range((actor.clone(), 0)..=(actor, operation))
                .next_back();
            if let Some((_, change)) = last {
                let change = *change;
                places.insert(id, Place { change, operation });
            }
        }
        places
    }

    fn operation(&self, key: &str) -> Option<(EntryId, (u64, ActorId))> {
        let (_, id) = self.inner.get(&self.entries, key).ok()??;
        let ObjId::Id(counter, actor, _) = id else {
            return None;
        };
        Some((key.parse().ok()?, (counter, actor)))
    }

    /// Tells whether the document holds a record of this id.
    pub fn holds(&self, id: EntryId) -> bool {
        matches!(self.inner.get(&self.entries, id.to_string()), Ok(Some(_)))
    }

    fn read(&self, key: &str) -> Option<HeldEntry> {
        // Two writers can meet at one key only by breaking the gate; the clash shows as an anomaly.
        let mut values = self.inner.get_all(&self.entries, key).ok()?;
        if values.len() != 1 {
            return None;
        }
        let (value, id) = values.pop()?;
        let entry: Entry = decode(value.as_bytes()?)?;
        let automerge::ObjId::Id(_, actor, _) = id else {
            return None;
        };
        let writer = Writer::of(&actor)?;
        (entry.id.to_string() == key).then_some(HeldEntry {
            entry,
            device: writer.device,
        })
    }

    /// Applies a change that came from elsewhere.
    ///
    /// # Errors
    /// [`DocumentError::DependencyMissing`] when a dependency is not there,
    /// [`DocumentError::Unreadable`] or [`DocumentError::Unappliable`] when it is not a change.
    pub fn apply(&mut self, change: &[u8]) -> Result<(), DocumentError> {
        let change = ParsedChange::parse(change)?;
        self.apply_parsed(&change)
    }

    pub(crate) fn apply_parsed(&mut self, change: &ParsedChange) -> Result<(), DocumentError> {
        if !self.has_dependencies(change) {
            return Err(DocumentError::DependencyMissing);
        }
        self.inner
            .apply_changes([change.inner().clone()])
            .map_err(DocumentError::Unappliable)
    }

    pub(crate) fn has_dependencies(&self, change: &ParsedChange) -> bool {
        let deps = change.inner().deps();
        !deps.is_empty()
            && deps
                .iter()
                .all(|hash| self.inner.get_change_meta_by_hash(hash).is_some())
    }

    /// Tells whether the document holds a change.
    pub fn has_change(&self, hash: ChangeHash) -> bool {
        self.inner.get_change_meta_by_hash(&hash.into()).is_some()
    }

    /// Tells whether the document holds the change of these bytes.
    pub(crate) fn has_bytes(&self, change: &[u8]) -> bool {
        ParsedChange::parse(change).is_ok_and(|change| self.has_change(change.hash()))
    }

    /// Returns the sequence number that the actor's next change must carry.
    pub(crate) fn next_sequence(&self, actor: &ActorId) -> u64 {
        let last = self
            .inner
            .get_changes_meta(&[])
            .iter()
            .filter(|change| change.actor.as_ref() == actor)
            .map(|change| change.seq)
            .max();
        last.unwrap_or(0) + 1
    }

    /// Returns the number that the first operation of a change must carry: the one after the last
    /// that its writer had seen.
    pub(crate) fn next_operation(&self, change: &ParsedChange) -> u64 {
        let seen = change.inner().deps().iter();
        let last = seen
            .filter_map(|hash| self.inner.get_change_meta_by_hash(hash))
            .map(|change| change.max_op)
            .max();
        last.unwrap_or(0).saturating_add(1)
    }

    /// Returns the device that wrote a change of this document.
    pub fn author(&self, hash: ChangeHash) -> Option<DeviceId> {
        let change = self.inner.get_change_meta_by_hash(&hash.into())?;
        Writer::of(&change.actor).map(|writer| writer.device)
    }

    /// Returns every change but the genesis, each after its dependencies.
    pub fn changes(&self) -> Vec<SealedChange> {
        let genesis = genesis::hash(self.kind);
        let changes = self.inner.get_changes(&[]);
        changes
            .iter()
            .map(SealedChange::of)
            .filter(|change| change.hash != genesis)
            .collect()
    }

    /// Returns the changes that a device wrote, each after its dependencies.
    pub fn changes_of(&self, device: DeviceId) -> Vec<SealedChange> {
        let changes = self.inner.get_changes(&[]);
        changes
            .iter()
            .filter(|change| Writer::of(change.actor_id()).is_some_and(|w| w.device == device))
            .map(SealedChange::of)
            .collect()
    }

    /// Tells whether the document, saved and loaded again, is the same document.
    pub(crate) fn survives_storage(&self) -> bool {
        let saved = self.inner.save_nocompress();
        match Automerge::load(&saved) {
            Ok(loaded) => loaded.get_heads() == self.inner.get_heads(),
            Err(_) => false,
        }
    }

    pub(crate) fn container(&self) -> &ObjId {
        &self.entries
    }

    #[cfg(test)]
    pub(crate) fn into_inner(self) -> Automerge {
        self.inner
    }

    pub(crate) fn fork(&self) -> Self {
        Self {
            kind: self.kind,
            inner: self.inner.clone(),
            entries: self.entries.clone(),
        }
    }
}

/// Returns a record's bytes: CBOR, as everything stored or sent.
pub fn encode(entry: &Entry) -> Vec<u8> {
    crate::wire::encode(entry)
}

/// Reads a record, `None` when the bytes are not one.
pub fn decode(bytes: &[u8]) -> Option<Entry> {
    crate::wire::decode(bytes).ok()
}
