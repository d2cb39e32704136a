//! Documents in memory from rows: loaded, or taken apart into the commands behind them.

use std::collections::BTreeSet;

use crate::documents::DocumentName;

use super::engine::{Engine, delete_change, write_command};
use super::rows::{Command, CommandState, Write};

impl Engine {
    /// A command whose change could not be read is sealed anew.
    pub(super) fn reseal_orphans(&mut self) {
        for command in self.commands.values_mut() {
            if let CommandState::Sealed(number) = command.state
                && !self.changes.contains_key(&number)
            {
                command.state = CommandState::Saved;
            }
        }
    }

    /// Loads every document that is not sealed away. Unsent changes that do not fit are taken apart
    /// into their commands; a document that is damaged itself is dropped, because the server has it.
    pub(super) fn load_all(&mut self) -> Vec<Write> {
        let mut unloaded = Vec::new();
        for held in self.held.values_mut().filter(|held| !held.is_asleep()) {
            if held.load(self.changes.values()).is_err() {
                unloaded.push(held.kept.name);
            }
        }
        let mut writes = Vec::new();
        for name in unloaded {
            writes.extend(self.unseal(name, |_| {}));
            if let Some(held) = self.held.get_mut(&name.id())
                && held.load(std::iter::empty()).is_err()
            {
                held.reset();
                writes.push(held.write());
                held.load(std::iter::empty())
                    .expect("a document without changes loads");
            }
        }
        self.derive_activities();
        writes
    }

    /// Takes the unsent changes of a document apart into their commands again and returns the writes
    /// that make it so. `settle` sees every command of them.
    pub(super) fn unseal(
        &mut self,
        name: DocumentName,
        mut settle: impl FnMut(&mut Command),
    ) -> Vec<Write> {
        let dropped: BTreeSet<u64> = self
            .changes
            .iter()
            .filter(|(_, change)| change.document == name)
            .map(|(number, _)| *number)
            .collect();
        self.changes.retain(|number, _| !dropped.contains(number));
        let mut writes: Vec<Write> = dropped.iter().copied().map(delete_change).collect();
        for command in self.commands.values_mut() {
            if let CommandState::Sealed(number) = command.state
                && dropped.contains(&number)
            {
                command.state = CommandState::Saved;
                settle(command);
                writes.push(write_command(command));
            }
        }
        // The dropped changes may yet arrive at the server by a late copy of a request. A new run
        // number keeps what is sealed next from carrying the same actor and sequence number.
        self.meta.run = self.meta.run.wrapping_add(1);
        if let Some(held) = self.held.get_mut(&name.id()) {
            held.unload();
        }
        writes
    }
}
