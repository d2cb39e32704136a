//! A document in the phone's memory: the server's changes and, on top, the unsent ones.

use std::collections::BTreeMap;

use crate::documents::{Document, DocumentError, DocumentName, HeldEntry, snapshot_of};
use crate::ids::EntryId;
use crate::limits;
use crate::time::Day;
use crate::wire;

use super::rows::{KeptDocument, Table, UnsentChange, Write};

pub(super) struct Held {
    pub(super) kept: KeptDocument,
    /// Loaded with the unsent changes applied.
    document: Option<Document>,
    entries: BTreeMap<EntryId, HeldEntry>,
    /// Whether `entries` is behind the document.
    behind: bool,
    /// Whether the document belongs to a period that is over: it is neither loaded nor followed.
    asleep: bool,
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
            behind: false,
            asleep: false,
        }
    }

    /// Returns the records of the document, the unsent ones among them once it is loaded.
    pub(super) fn entries(&self) -> &BTreeMap<EntryId, HeldEntry> {
        &self.entries
    }

    /// Loads the document if it is not loaded; one that is asleep wakes.
    ///
    /// # Errors
    /// [`DocumentError`] when the kept bytes are damaged or the unsent changes do not fit them.
    pub(super) fn load<'a>(
        &mut self,
        unsent: impl Iterator<Item = &'a UnsentChange>,
    ) -> Result<&mut Document, DocumentError> {
        self.asleep = false;
        if self.document.is_none() {
            let mut document = Document::load(self.kept.name.kind(), &self.kept.changes)?;
            for change in unsent.filter(|change| change.document == self.kept.name) {
                if !document.has_change(change.hash) {
                    document.apply(&change.bytes)?;
                }
            }
            self.document = Some(document);
            self.behind = true;
        }
        self.refresh();
        Ok(self.document.as_mut().expect("just loaded"))
    }

    /// Takes a change that the server sent, a snapshot among them.
    pub(super) fn append(&mut self, change: &[u8]) {
        self.kept.changes.extend_from_slice(change);
        let Some(document) = &mut self.document else {
            return;
        };
        match document.apply(change) {
            Ok(()) => self.behind = true,
            // A snapshot, or a change that came before what it builds on.
            Err(_) => self.unload(),
        }
    }

    /// Forgets what is loaded; the next [`Held::load`] starts from the kept bytes.
    pub(super) fn unload(&mut self) {
        self.document = None;
        self.entries.clear();
    }

    /// Takes the document out of memory for as long as nobody asks for it.
    pub(super) fn lay_to_sleep(&mut self) {
        self.unload();
        self.asleep = true;
    }

    pub(super) fn wake(&mut self) {
        self.asleep = false;
    }

    pub(super) fn is_asleep(&self) -> bool {
        self.asleep
    }

    /// Tells that the document was written to.
    pub(super) fn wrote(&mut self) {
        self.behind = true;
        self.refresh();
    }

    fn refresh(&mut self) {
        if let (true, Some(document)) = (self.behind, &self.document) {
            self.entries = document.entries().0;
            self.behind = false;
        }
    }

    /// Reads the records without keeping the document in memory.
    pub(super) fn read(&self) -> BTreeMap<EntryId, HeldEntry> {
        Document::load(self.kept.name.kind(), &self.kept.changes)
            .map(|document| document.entries().0)
            .unwrap_or_default()
    }

    /// Returns the day of the newest record, by the clock of the phone that wrote it.
    pub(super) fn newest_day(&self) -> Option<Day> {
        let newest = |entries: &BTreeMap<EntryId, HeldEntry>| {
            let days = entries.values().map(|held| held.entry.recorded_at.day());
            days.max()
        };
        if self.document.is_some() {
            newest(&self.entries)
        } else {
            newest(&self.read())
        }
    }

    /// Drops the kept bytes: everything the server has comes again.
    pub(super) fn reset(&mut self) {
        self.kept.version = 0;
        self.kept.changes.clear();
        self.kept.doubted = false;
        self.unload();
    }

    /// Makes one snapshot of many changes, once it has been loaded again to the same heads.
    pub(super) fn compact(&mut self) {
        let changes = &self.kept.changes;
        if let Some(snapshot) = snapshot_of(self.kept.name.kind(), changes, limits::COMPACT_CHANGES)
        {
            self.kept.changes = snapshot.into();
        }
    }

    pub(super) fn write(&self) -> Write {
        Write {
            table: Table::Documents,
            key: self.kept.name.id().0.as_bytes().to_vec(),
            value: Some(wire::encode(&self.kept)),
        }
    }
}
