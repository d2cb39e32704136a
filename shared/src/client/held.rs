//! A document in the phone's memory: the server's changes and, on top, the unsent ones.

use std::collections::BTreeMap;

use crate::documents::{Document, DocumentError, DocumentName, HeldEntry};
use crate::ids::EntryId;
use crate::wire;

use super::rows::{KeptDocument, Table, UnsentChange, Write};

pub(super) struct Held {
    pub(super) kept: KeptDocument,
    /// Loaded with the unsent changes applied.
    document: Option<Document>,
    entries: BTreeMap<EntryId, HeldEntry>,
}

impl Held {
    pub(super) fn new(name: DocumentName) -> Self {
        Self::keep(KeptDocument {
            name,
            version: 0,
            changes: Default::default(),
            doubted: false,
        })
    }

    pub(super) fn keep(kept: KeptDocument) -> Self {
        Self {
            kept,
            document: None,
            entries: BTreeMap::new(),
        }
    }

    /// Returns the records of the document, the unsent ones among them once it is loaded.
    pub(super) fn entries(&self) -> &BTreeMap<EntryId, HeldEntry> {
        &self.entries
    }

    /// Loads the document if it is not loaded.
    ///
    /// # Errors
    /// [`DocumentError`] when the kept bytes are damaged or the unsent changes do not fit them.
    pub(super) fn load<'a>(
        &mut self,
        unsent: impl Iterator<Item = &'a UnsentChange>,
    ) -> Result<&mut Document, DocumentError> {
        if self.document.is_none() {
            let mut document = Document::load(self.kept.name.kind(), &self.kept.changes)?;
            for change in unsent.filter(|change| change.document == self.kept.name) {
                if !document.has_change(change.hash) {
                    document.apply(&change.bytes)?;
                }
            }
            self.entries = document.entries().0;
            self.document = Some(document);
        }
        Ok(self.document.as_mut().expect("just loaded"))
    }

    /// Forgets what is loaded; the next [`Held::load`] starts from the kept bytes.
    pub(super) fn unload(&mut self) {
        self.document = None;
        self.entries.clear();
    }

    /// Reads the records again after the document was written to.
    pub(super) fn refresh(&mut self) {
        if let Some(document) = &self.document {
            self.entries = document.entries().0;
        }
    }

    /// Drops the kept bytes: everything the server has comes again.
    pub(super) fn reset(&mut self) {
        self.kept.version = 0;
        self.kept.changes.clear();
        self.kept.doubted = false;
        self.unload();
    }

    pub(super) fn write(&self) -> Write {
        Write {
            table: Table::Documents,
            key: self.kept.name.id().0.as_bytes().to_vec(),
            value: Some(wire::encode(&self.kept)),
        }
    }
}
