//! Keeping the disk in step with memory. A transaction that fails loses nothing: its rows are stale
//! until another one takes them along, as they are in memory by then.

use crate::ids::{ActivityId, DocumentId, EntryId};
use crate::time::Timestamp;
use crate::wire;

use super::Effect;
use super::engine::{Engine, Pending, SyncPhase};
use super::held::Held;
use super::matters::MatterKey;
use super::rows::{META_KEY, Table, Write, change_key, command_key};

/// The place of a row.
pub(super) type RowKey = (Table, Vec<u8>);

/// What follows when the result of an exchange is durable, or could not be made so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Another exchange at once.
    Start,
    /// Another exchange after a pause.
    Pause,
    /// Nothing, unless something was asked for meanwhile.
    Rest,
}

/// Returns the places of rows.
pub(super) fn keys(writes: &[Write]) -> Vec<RowKey> {
    let places = writes.iter();
    places
        .map(|write| (write.table, write.key.clone()))
        .collect()
}

impl Engine {
    /// Writes what is in memory to the storage, with what an earlier try left behind.
    pub(super) fn keep(&mut self, writes: Vec<Write>, next: Next, effects: &mut Vec<Effect>) {
        let mut all = self.stale_rows();
        all.extend(writes);
        let rows = keys(&all);
        self.stale.clear();
        let ticket = self.persist(Pending::Keep(rows), all, effects);
        self.phase = SyncPhase::Keeping { ticket, next };
    }

    /// Returns the rows that the storage should hold and does not, as they are in memory now.
    pub(super) fn stale_rows(&self) -> Vec<Write> {
        let rows = self.stale.iter();
        rows.map(|(table, key)| Write {
            table: *table,
            key: key.clone(),
            value: self.row(*table, key),
        })
        .collect()
    }

    /// Every row that the phone holds. After the browser emptied the storage none of them is there.
    pub(super) fn every_row(&self) -> Vec<RowKey> {
        let mut rows = vec![(Table::Meta, META_KEY.to_vec())];
        rows.extend(
            self.commands
                .keys()
                .map(|id| (Table::Commands, command_key(*id))),
        );
        rows.extend(
            self.changes
                .keys()
                .map(|number| (Table::Changes, change_key(*number))),
        );
        rows.extend(
            self.held
                .keys()
                .map(|id| (Table::Documents, id.0.as_bytes().to_vec())),
        );
        rows.extend(
            self.outcomes
                .keys()
                .map(|id| (Table::Outcomes, id.0.as_bytes().to_vec())),
        );
        rows.extend(
            self.matters
                .keys()
                .map(|key| (Table::Matters, key.bytes().to_vec())),
        );
        rows
    }

    pub(super) fn persist(
        &mut self,
        pending: Pending,
        writes: Vec<Write>,
        effects: &mut Vec<Effect>,
    ) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.pending.insert(ticket, pending);
        effects.push(Effect::Persist { ticket, writes });
        ticket
    }

    /// Returns the bytes that a row should have, `None` when there should be no row.
    fn row(&self, table: Table, key: &[u8]) -> Option<Vec<u8>> {
        let id = uuid::Uuid::from_slice(key).ok();
        match table {
            Table::Meta => self.write_meta().value,
            Table::Commands => self.commands.get(&EntryId(id?)).map(wire::encode),
            Table::Changes => {
                let number = u64::from_be_bytes(key.try_into().ok()?);
                self.changes.get(&number).map(wire::encode)
            }
            Table::Documents => self.held.get(&DocumentId(id?)).map(Held::write)?.value,
            Table::Outcomes => self.outcomes.get(&ActivityId(id?)).map(wire::encode),
            Table::Matters => self.matters.get(&MatterKey::read(key)?).map(wire::encode),
        }
    }

    pub(super) fn write_meta(&self) -> Write {
        Write {
            table: Table::Meta,
            key: META_KEY.to_vec(),
            value: Some(wire::encode(&self.meta)),
        }
    }

    /// Goes on after an exchange. A phone whose storage fails still shows what it is sent.
    pub(super) fn kept(&mut self, now: Timestamp, ticket: u64, effects: &mut Vec<Effect>) {
        let SyncPhase::Keeping { ticket: of, next } = self.phase else {
            return;
        };
        if of != ticket {
            return;
        }
        self.phase = SyncPhase::Idle;
        match next {
            Next::Start => self.start(now, effects),
            Next::Pause => self.pause(now, None, effects),
            Next::Rest if self.again => self.start(now, effects),
            Next::Rest => {}
        }
    }
}
