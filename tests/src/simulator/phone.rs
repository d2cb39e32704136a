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
    /// A tab that has lost the lead and does not know it, and its run.
    pub(super) rival: Option<(u32, Engine)>,
    /// Counts the app's runs: what was meant for an earlier one is not delivered.
    pub(super) life: u32,
    pub(super) link: Link,
    /// Until when writes fail, and how.
    pub(super) storage: Option<(Timestamp, StorageFault)>,
    /// When the disk has done what it was asked for; writes keep their order.
    pub(super) disk_free_at: Timestamp,
    /// Records that the owner was told are saved.
    pub(super) saved: BTreeSet<EntryId>,
    /// Edited records and the refused ones whose place they take.
    pub(super) edits: BTreeMap<EntryId, EntryId>,
    /// Records that a browser threw away, which the owner is told, or that the owner of a revoked
    /// phone carried out of it.
    pub(super) given_up: BTreeSet<EntryId>,
    /// Records that stand on no disk until the storage is written anew.
    pub(super) at_risk: BTreeSet<EntryId>,
    /// Until when the server told this run of the app to send nothing.
    pub(super) held_until: Timestamp,
    /// Whether the phone was cleared, and belongs to nobody until it is enrolled.
    pub(super) retired: bool,
    /// Whether a person is on the way to enrol the phone or to let it go.
    pub(super) awaits_person: bool,
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
            rival: None,
            life: 0,
            link: Link::Up,
            storage: None,
            disk_free_at: Timestamp::default(),
            saved: BTreeSet::new(),
            edits: BTreeMap::new(),
            given_up: BTreeSet::new(),
            at_risk: BTreeSet::new(),
            held_until: Timestamp::default(),
            retired: false,
            awaits_person: false,
        }
    }

    /// Returns a phone that was set up from this one's backup.
    pub(super) fn copy(&self, skew_ms: i64) -> Self {
        let mut copy = Self::new(self.identity, skew_ms);
        copy.disk = Disk(self.disk.0.clone());
        copy.life = 1;
        copy
    }

    /// Returns what the phone's clock shows.
    pub(super) fn local(&self, now: Timestamp) -> Timestamp {
        now.plus(self.skew_ms)
    }

    /// Ends the app as a killed process does.
    pub(super) fn kill(&mut self) {
        self.engine = None;
        self.rival = None;
        self.life += 1;
        self.held_until = Timestamp::default();
        self.settle_edits();
        let lost = std::mem::take(&mut self.at_risk);
        let kept = |id: &EntryId| self.disk.holds_command(*id);
        self.given_up
            .extend(lost.into_iter().filter(|id| !kept(id)));
    }

    /// Whatever the app said of an edit: the disk knows which of the two stands.
    fn settle_edits(&mut self) {
        for (edited, refused) in std::mem::take(&mut self.edits) {
            if self.disk.holds_command(edited) {
                self.saved.remove(&refused);
                self.saved.insert(edited);
            }
        }
    }

    /// The browser throws everything away.
    pub(super) fn evict(&mut self) {
        let commands = self.saved.iter().filter(|id| self.disk.holds_command(**id));
        self.at_risk.extend(commands);
        self.disk.0.clear();
    }

    /// Returns until when a run of the app thinks that it may send nothing.
    pub(super) fn held_by_server(&mut self, life: u32) -> Option<Timestamp> {
        self.engine_of(life)?.status().held_until
    }

    /// Commits a transaction.
    pub(super) fn commit(&mut self, writes: Vec<Write>) {
        self.disk.write(writes);
        let disk = &self.disk;
        self.at_risk.retain(|id| !disk.holds_command(*id));
    }

    /// Tells whether the phone was cleared and belongs to nobody.
    pub(super) fn is_retired(&self) -> bool {
        self.retired
    }

    /// Returns the engine of a run.
    pub(super) fn engine_of(&mut self, life: u32) -> Option<&mut Engine> {
        if self.life == life {
            return self.engine.as_mut();
        }
        match &mut self.rival {
            Some((of, engine)) if *of == life => Some(engine),
            Some(_) | None => None,
        }
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
