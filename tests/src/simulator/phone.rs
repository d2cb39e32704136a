//! A simulated phone: the real engine over a disk of rows that may fail, with a clock of its own.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use shared::client::{Engine, Identity, Row, StorageFault, Table, Write};
use shared::documents::{ChangeHash, DocumentName};
use shared::ids::EntryId;
use shared::time::Timestamp;
use shared::wire;

use super::chance::Chance;

/// A phone with what its owner was told.
pub(super) struct Phone {
    pub(super) identity: Identity,
    /// The phone's clock less the world's.
    pub(super) skew_ms: i64,
    pub(super) disk: Disk,
    /// `None` while the app is not running.
    pub(super) engine: Option<Engine>,
    /// Counts the app's runs: what was meant for an earlier one is not delivered.
    pub(super) life: u32,
    pub(super) link: Link,
    /// Until when writes fail, and how.
    pub(super) storage: Option<(Timestamp, StorageFault)>,
    /// When the disk has done what it was asked for; writes keep their order.
    pub(super) disk_free_at: Timestamp,
    /// Records that the owner was told are saved.
    pub(super) saved: BTreeSet<EntryId>,
}

/// Whether a phone has a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    Up,
    Down,
}

impl Phone {
    pub(super) fn new(identity: Identity, skew_ms: i64) -> Self {
        Self {
            identity,
            skew_ms,
            disk: Disk::default(),
            engine: None,
            life: 0,
            link: Link::Up,
            storage: None,
            disk_free_at: Timestamp::default(),
            saved: BTreeSet::new(),
        }
    }

    /// Returns what the phone's clock shows.
    pub(super) fn local(&self, now: Timestamp) -> Timestamp {
        now.plus(self.skew_ms)
    }

    /// Ends the app as a killed process does.
    pub(super) fn kill(&mut self) {
        self.engine = None;
        self.life += 1;
    }
}

/// Rows by table and key.
#[derive(Default)]
pub(super) struct Disk(pub(super) BTreeMap<(Table, Vec<u8>), Vec<u8>>);

/// A change as its row holds it. The row's form is the engine's own; this reads and forges it.
#[derive(Serialize, Deserialize)]
pub(super) struct ChangeRow {
    pub(super) document: DocumentName,
    pub(super) hash: ChangeHash,
    #[serde(with = "serde_bytes")]
    pub(super) bytes: Vec<u8>,
}

/// A document as its row holds it.
#[derive(Deserialize)]
pub(super) struct DocumentRow {
    pub(super) name: DocumentName,
    pub(super) version: u64,
    #[serde(with = "serde_bytes")]
    pub(super) changes: Vec<u8>,
}

impl Disk {
    /// Commits a transaction.
    pub(super) fn write(&mut self, writes: Vec<Write>) {
        for Write { table, key, value } in writes {
            match value {
                Some(value) => self.0.insert((table, key), value),
                None => self.0.remove(&(table, key)),
            };
        }
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        self.0
            .iter()
            .map(|((table, key), value)| Row {
                table: *table,
                key: key.clone(),
                value: value.clone(),
            })
            .collect()
    }

    pub(super) fn table(&self, table: Table) -> impl Iterator<Item = (&Vec<u8>, &Vec<u8>)> {
        self.0
            .iter()
            .filter(move |((of, _), _)| *of == table)
            .map(|((_, key), value)| (key, value))
    }

    pub(super) fn documents(&self) -> Vec<DocumentRow> {
        self.table(Table::Documents)
            .filter_map(|(_, value)| wire::decode(value).ok())
            .collect()
    }

    /// Tells whether a change is durable: in a row of its own, or within its document's.
    pub(super) fn holds_change(&self, change: &[u8]) -> bool {
        let own =
            |value: &[u8]| wire::decode::<ChangeRow>(value).is_ok_and(|row| row.bytes == change);
        let within = |bytes: &[u8]| bytes.windows(change.len()).any(|part| part == change);
        self.table(Table::Changes).any(|(_, value)| own(value))
            || self.table(Table::Documents).any(|(_, value)| within(value))
    }

    /// Tells whether a record is durable as a command.
    pub(super) fn holds_command(&self, id: EntryId) -> bool {
        self.0
            .contains_key(&(Table::Commands, id.0.as_bytes().to_vec()))
    }

    /// Puts a change that the engine did not make behind all others.
    pub(super) fn forge(&mut self, row: &ChangeRow) {
        let last = self.table(Table::Changes).last();
        let last = last.and_then(|(key, _)| <[u8; 8]>::try_from(&key[..]).ok());
        let next = last.map_or(0, |key| u64::from_be_bytes(key) + 1);
        let key = (Table::Changes, next.to_be_bytes().to_vec());
        self.0.insert(key, wire::encode(row));
    }

    /// Damages one row. Never a command: nothing stands behind those, and no software brings back
    /// what a disk forgot.
    pub(super) fn damage(&mut self, chance: &mut Chance) -> Option<Table> {
        let keys: Vec<_> = self
            .0
            .keys()
            .filter(|(table, _)| *table != Table::Commands)
            .cloned()
            .collect();
        let key = chance.pick(&keys)?.clone();
        let value = self.0.get_mut(&key)?;
        // Torn, not forged: what is read either is what was written or cannot be read.
        let length = chance.index(value.len());
        value.truncate(length);
        Some(key.0)
    }
}
