//! A document as the simulated server holds it.

use shared::documents::{Document, DocumentName, SealedChange};

/// Changes of one document, in the order of their versions.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) name: DocumentName,
    pub(super) changes: Vec<SealedChange>,
}

impl Stored {
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.changes
            .iter()
            .flat_map(|change| change.bytes.iter().copied())
            .collect()
    }

    pub(super) fn document(&self) -> Document {
        Document::load(self.name.kind(), &self.bytes()).expect("what passed the gate loads")
    }
}
