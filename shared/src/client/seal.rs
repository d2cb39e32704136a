//! Sealing: the commands gathered for one document become one change. Cost on the server follows
//! the number of changes, not of records.

use std::collections::BTreeMap;

use serde_bytes::ByteBuf;

use crate::documents::DocumentName;
use crate::ids::EntryId;
use crate::limits;
use crate::time::Timestamp;
use crate::wire;

use super::binding::Binding;
use super::engine::{Engine, Pending, SyncPhase, write_command};
use super::held::Held;
use super::keep::{RowKey, keys};
use super::rows::{CommandState, Table, UnsentChange, Write, change_key};
use super::{Effect, StorageFault};

impl Engine {
    /// Begins an exchange if none is under way: seals what is open, then sends.
    pub(super) fn start(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.phase != SyncPhase::Idle {
            self.again = true;
            return;
        }
        self.again = false;
        match self.meta.binding {
            Binding::Bound => {}
            Binding::Revoked if self.has_something_to_send() => {}
            Binding::Revoked => return self.let_go_of_the_rest(effects),
            Binding::Loose(_) => return,
        }
        if self.is_held(now) {
            return;
        }
        self.retry = None;
        self.sealing_from = self.changes.keys().next_back().map_or(0, |last| last + 1);
        let mut writes = self.seal(now);
        if writes.is_empty() && self.stale.is_empty() {
            self.send(now, effects);
        } else {
            writes.extend(self.stale_rows());
            // The run number of these changes is durable with them.
            writes.push(self.write_meta());
            let ticket = self.persist(Pending::Seal(keys(&writes)), writes, effects);
            self.phase = SyncPhase::Sealing { ticket };
        }
    }

    pub(super) fn sealed(
        &mut self,
        now: Timestamp,
        ticket: u64,
        rows: &[RowKey],
        result: Result<(), StorageFault>,
        effects: &mut Vec<Effect>,
    ) {
        if result.is_ok() {
            self.stale.retain(|row| !rows.contains(row));
        }
        if self.phase != (SyncPhase::Sealing { ticket }) {
            return;
        }
        self.phase = SyncPhase::Idle;
        match result {
            Ok(()) if self.is_all_durable() => self.send(now, effects),
            // The storage was emptied meanwhile: what it held is written anew.
            Ok(()) => self.start(now, effects),
            // Nothing was sealed; what is not on the disk can wait.
            Err(fault)
                if fault != StorageFault::Evicted
                    && self.is_all_durable()
                    && self
                        .changes
                        .keys()
                        .all(|number| *number < self.sealing_from) =>
            {
                self.send(now, effects);
            }
            Err(_) => {
                // Nothing that is not durable is sent. The commands are; they are sealed again later.
                self.take_back();
                self.pause(now, None, effects);
            }
        }
    }

    /// Tells whether every change stands on the disk.
    fn is_all_durable(&self) -> bool {
        let mut changes = self.changes.keys();
        !changes.any(|number| self.stale.contains(&(Table::Changes, change_key(*number))))
    }

    fn seal(&mut self, now: Timestamp) -> Vec<Write> {
        let mut writes = Vec::new();
        let at = self.record_time(now);
        for (name, ids) in self.batches() {
            let next = self.changes.keys().next_back().map_or(0, |last| last + 1);
            let entries: Vec<_> = ids
                .iter()
                .map(|id| self.commands[id].entry.clone())
                .collect();
            let writer = self.writer();
            let held = self
                .held
                .entry(name.id())
                .or_insert_with(|| Held::new(name));
            // What the server has of it comes with this exchange.
            if held.kept.doubted {
                continue;
            }
            // A damaged document was reset when it was opened; what does not load now waits for that.
            let Ok(document) = held.load(self.changes.values()) else {
                continue;
            };
            let change = document.write(writer, at, &entries);
            held.wrote();
            let change = UnsentChange {
                document: name,
                hash: change.hash,
                bytes: ByteBuf::from(change.bytes),
            };
            writes.push(Write {
                table: Table::Changes,
                key: change_key(next),
                value: Some(wire::encode(&change)),
            });
            self.changes.insert(next, change);
            for id in ids {
                if let Some(command) = self.commands.get_mut(&id) {
                    command.state = CommandState::Sealed(next);
                    writes.push(write_command(command));
                }
            }
        }
        writes
    }

    /// Groups the open commands by document, in the order in which they were entered.
    fn batches(&self) -> Vec<(DocumentName, Vec<EntryId>)> {
        let mut together: BTreeMap<DocumentName, Vec<EntryId>> = BTreeMap::new();
        let mut batches = Vec::new();
        for command in self.open_commands() {
            let (name, id) = (command.document, command.entry.id);
            if command.alone {
                batches.push((name, vec![id]));
                continue;
            }
            let group = together.entry(name).or_default();
            group.push(id);
            if group.len() == limits::ENTRIES_PER_CHANGE {
                batches.push((name, std::mem::take(group)));
            }
        }
        batches.extend(together.into_iter().filter(|(_, ids)| !ids.is_empty()));
        batches
    }

    /// Takes back the changes of a sealing that did not become durable.
    fn take_back(&mut self) {
        let first = self.sealing_from;
        self.changes.retain(|number, _| *number < first);
        for command in self.commands.values_mut() {
            if let CommandState::Sealed(number) = command.state
                && number >= first
            {
                command.state = CommandState::Saved;
            }
        }
        self.meta.run = self.meta.run.wrapping_add(1);
        for held in self.held.values_mut() {
            held.unload();
        }
        self.load_all();
    }
}
