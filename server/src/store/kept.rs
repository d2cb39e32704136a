//! What is kept of a document: for compaction and for verification.

use shared::documents::{ChangeHash, DocumentName};
use shared::ids::DocumentId;
use shared::server::StoredSnapshot;

/// A document without its changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The id that it stands under.
    pub id: DocumentId,
    /// The name.
    pub name: DocumentName,
    /// The number of its last change.
    pub version: u64,
    /// The number of the last change in its snapshot, 0 without one.
    pub compacted: u64,
}

/// A document with everything that is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The document.
    pub head: Head,
    /// Its snapshot.
    pub snapshot: Option<StoredSnapshot>,
    /// Its changes, oldest first, those among them that the snapshot replaces.
    pub changes: Vec<KeptChange>,
}

/// A change as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptChange {
    /// Its number in the document.
    pub version: u64,
    /// The hash that it stands under.
    pub hash: ChangeHash,
    /// The chunk.
    pub bytes: Vec<u8>,
}

/// What became of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compacted {
    /// It took the place of the changes.
    Done,
    /// The document has one at least as new, or has not these changes; nothing was changed.
    Stale,
}
