//! A document as the simulated server holds it.

use std::collections::{BTreeMap, BTreeSet};

use shared::documents::{ChangeHash, Document, DocumentError, DocumentName, SealedChange};
use shared::ids::EntryId;
use shared::time::Timestamp;

/// Changes of one document, in the order of their versions, and what they make.
pub(super) struct Stored {
    pub(super) name: DocumentName,
    pub(super) changes: Vec<SealedChange>,
    /// When each of them arrived.
    pub(super) received: BTreeMap<ChangeHash, Timestamp>,
    document: Document,
    entries: BTreeSet<EntryId>,
}

impl Stored {
    pub(super) fn new(name: DocumentName) -> Self {
        Self {
            name,
            changes: Vec::new(),
            received: BTreeMap::new(),
            document: Document::new(name.kind()),
            entries: BTreeSet::new(),
        }
    }

    /// Appends a change and returns the records in it.
    pub(super) fn append(
        &mut self,
        change: &SealedChange,
        received_at: Timestamp,
    ) -> Result<Vec<EntryId>, Box<DocumentError>> {
        self.changes.push(change.clone());
        self.received.insert(change.hash, received_at);
        self.document.apply(&change.bytes).map_err(Box::new)?;
        let entries = self.document.entries().0.into_keys();
        let new = entries.filter(|entry| self.entries.insert(*entry));
        Ok(new.collect())
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.changes
            .iter()
            .flat_map(|change| change.bytes.iter().copied())
            .collect()
    }

    /// Returns what the changes make, one by one as they came.
    pub(super) fn document(&self) -> &Document {
        &self.document
    }
}

/// A backup holds bytes only.
impl Clone for Stored {
    fn clone(&self) -> Self {
        let document = Document::load(self.name.kind(), &self.bytes());
        Self {
            name: self.name,
            changes: self.changes.clone(),
            received: self.received.clone(),
            document: document.expect("what passed the gate loads"),
            entries: self.entries.clone(),
        }
    }
}
