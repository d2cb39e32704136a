//! One change: its bytes, its hash, and the parsed form that the gate examines.

use std::fmt;

use automerge::{Change, ExpandedChange};
use serde::{Deserialize, Serialize};

use super::DocumentError;
use super::census::{self, Census};

/// The SHA-256 hash of a change, its identity everywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChangeHash(pub [u8; 32]);

impl fmt::Display for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<automerge::ChangeHash> for ChangeHash {
    fn from(hash: automerge::ChangeHash) -> Self {
        Self(hash.0)
    }
}

impl From<ChangeHash> for automerge::ChangeHash {
    fn from(hash: ChangeHash) -> Self {
        Self(hash.0)
    }
}

/// A change in its final bytes: an uncompressed chunk of one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedChange {
    /// The hash.
    pub hash: ChangeHash,
    /// The chunk.
    pub bytes: Vec<u8>,
}

impl SealedChange {
    pub(super) fn of(change: &Change) -> Self {
        Self {
            hash: change.hash().into(),
            bytes: change.raw_bytes().to_vec(),
        }
    }
}

/// Returns the hash of a change's bytes, `None` when they are not one.
pub fn hash_of(change: &[u8]) -> Option<ChangeHash> {
    ParsedChange::parse(change).ok().map(|change| change.hash())
}

/// A change that Automerge has parsed.
pub(crate) struct ParsedChange {
    inner: Change,
}

impl ParsedChange {
    /// Parses a chunk.
    ///
    /// # Errors
    /// [`DocumentError::Unreadable`] when it is not a change.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        Change::from_bytes(bytes.to_vec())
            .map(|inner| Self { inner })
            .map_err(|error| DocumentError::Unreadable(error.into()))
    }

    /// Counts the operations of a chunk from its run lengths, without expanding them.
    pub(crate) fn census(bytes: &[u8]) -> Option<Census> {
        census::count(bytes)
    }

    pub(crate) fn inner(&self) -> &Change {
        &self.inner
    }

    pub(crate) fn hash(&self) -> ChangeHash {
        self.inner.hash().into()
    }

    pub(crate) fn expand(&self) -> ExpandedChange {
        self.inner.decode()
    }

    /// Tells whether the change, decoded and encoded again, is the same to the byte.
    pub(crate) fn is_canonical(&self, expanded: &ExpandedChange, bytes: &[u8]) -> bool {
        Change::from(expanded.clone()).raw_bytes() == bytes
    }
}
