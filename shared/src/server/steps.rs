//! What an exchange asks of its caller, and what the caller hands back.

use std::collections::BTreeMap;

use crate::directory::DirectorySlice;
use crate::documents::{DocumentName, SealedChange};
use crate::ids::{DeviceId, DocumentId, OrganisationId, OrganisationPath};
use crate::reconcile::Outcome;
use crate::time::{Day, Timestamp};
use crate::volume::{Allowance, Volume};
use crate::wire::MatterRow;

/// What the exchange needs next.
#[derive(Debug)]
pub enum Step {
    /// Load documents whole; continue with [`super::Exchange::loaded`].
    Load(Load),
    /// Append changes, each document only if it still is at its base version; continue with
    /// [`super::Exchange::appended`].
    Append(Vec<Append>),
    /// Read what the phone has not seen; continue with [`super::Exchange::read`].
    Read(Read),
    /// Answer with this body. The exchange is over.
    Respond(Vec<u8>),
}

/// What to load.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// The documents.
    pub documents: Vec<DocumentId>,
    /// The organisations whose paths are needed.
    pub organisations: Vec<OrganisationId>,
    /// The device and the day of which is asked what it brought.
    pub brought: Option<(DeviceId, Day)>,
}

/// What was loaded. A document or organisation that does not exist is left out.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The documents.
    pub documents: BTreeMap<DocumentId, StoredDocument>,
    /// The paths.
    pub paths: BTreeMap<OrganisationId, OrganisationPath>,
    /// What the device brought on the day.
    pub brought: Volume,
}

/// A document as the store holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDocument {
    /// The name.
    pub name: DocumentName,
    /// The number of its last change.
    pub version: u64,
    /// Its changes, concatenated in the order of their numbers; a snapshot may lead them.
    pub changes: Vec<u8>,
}

/// Changes to append to one document in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// The document; created when it does not exist and the base is 0.
    pub name: DocumentName,
    /// The version that the changes were checked against.
    pub base: u64,
    /// The changes.
    pub changes: Vec<SealedChange>,
    /// When they arrived.
    pub received_at: Timestamp,
    /// What the device may bring; none for a device of the server's own, which is not counted.
    pub allowance: Option<Allowance>,
}

impl Append {
    /// Returns how much it is.
    pub fn volume(&self) -> Volume {
        let changes = self.changes.iter();
        changes.fold(Volume::default(), |volume, change| {
            volume.with_change(change.bytes.len())
        })
    }
}

/// What became of one [`Append`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// Durable.
    Stored,
    /// The document has moved on since it was loaded, or the device has used up its day since;
    /// nothing of this append was stored.
    Moved,
}

/// What to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The documents followed and the version the phone has of each.
    pub follows: Vec<(DocumentId, u64)>,
    /// The version of the phone's directory slice.
    pub directory: u64,
    /// The revision of the phone's last outcome.
    pub outcomes: u64,
    /// The revision of the phone's last matter; `None` when the phone knows no matters.
    pub matters: Option<u64>,
    /// The day: of what others did long ago a phone is told no more.
    pub today: Day,
}

/// What was read, all of it for the owner of the exchange.
#[derive(Clone, Debug, Default)]
pub struct ReadResult {
    /// The server's epoch.
    pub epoch: u64,
    /// For each followed document that exists: its name, its version, and its changes after the
    /// version asked for.
    pub documents: Vec<StoredNews>,
    /// The paths of the documents' organisations.
    pub paths: BTreeMap<OrganisationId, OrganisationPath>,
    /// The newest slice, when the phone's is older.
    pub directory: Option<(u64, DirectorySlice)>,
    /// The owner's outcomes after the revision asked for.
    pub outcomes: Vec<Outcome>,
    /// The revision of the last of them, or the one asked for.
    pub outcomes_revision: u64,
    /// The matters that concern the owner or wait for the owner, after the revision asked for.
    pub matters: Vec<MatterRow>,
    /// The revision up to which they are all of them.
    pub matters_revision: u64,
    /// Whether there are more matters.
    pub more: bool,
}

/// The changes of one document after a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredNews {
    /// The document.
    pub name: DocumentName,
    /// The version of the last change.
    pub version: u64,
    /// The first versions as one snapshot, for a phone that has nothing or lacks what was replaced.
    pub snapshot: Option<StoredSnapshot>,
    /// The changes, oldest first: those after the snapshot, where there is one.
    pub changes: Vec<SealedChange>,
}

/// The changes of a document up to a version, as one chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSnapshot {
    /// The version of the last change in it.
    pub version: u64,
    /// The chunk.
    pub bytes: Vec<u8>,
}
