//! Documents in memory from rows: loaded, or taken apart into the commands behind them.

use std::collections::BTreeSet;

use crate::documents::DocumentName;

use super::engine::{Engine, delete_change, write_command};
use super::held::Held;
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

    /// Takes apart the changes that hold a record whose command is not sealed in them. The command was
    /// taken out, and the disk did not take all of that: a refusal whose rows it missed, after which
    /// the record was offered again. Such a change must neither pass for the server's word on the
    /// record nor be sent beside the one that is made of it next.
    pub(super) fn unseal_superseded(&mut self) -> Vec<Write> {
        let documents = self.changes.values().map(|change| change.document);
        let documents: BTreeSet<DocumentName> = documents.collect();
        let mut writes = Vec::new();
        for name in documents {
            if self.holds_superseded(name) {
                writes.extend(self.unseal(name, |_| {}));
                writes.extend(self.load_all());
            }
        }
        writes
    }

    fn holds_superseded(&self, name: DocumentName) -> bool {
        let commands = self.commands.values();
        let mut unsealed = commands
            .filter(|command| command.document == name)
            .filter(|command| !matches!(command.state, CommandState::Sealed(_)))
            .peekable();
        if unsealed.peek().is_none() {
            return false;
        }
        let kept = self.held.get(&name.id()).map(|held| held.kept.clone());
        let mut whole = kept.map_or_else(|| Held::new(name), Held::keep);
        let arrived = whole.read();
        // What does not load was taken apart, or has no document here to stand in.
        whole.load(self.changes.values()).is_err()
            || unsealed.any(|command| {
                let id = &command.entry.id;
                whole.entries().contains_key(id) && !arrived.contains_key(id)
            })
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
