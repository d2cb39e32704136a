//! When the server was restored from a backup: what it lacks goes up again, what it has does not.

use std::collections::BTreeSet;

use crate::documents::{Document, DocumentName};
use crate::ids::{DocumentId, EntryId};

use super::engine::{Engine, delete_command, delete_row, write_command};
use super::rows::{Command, CommandState, Table, Write};

impl Engine {
    /// A record that is in the server's document needs no command, however it came there: by a late
    /// copy of a request, or by a change that was refused once.
    pub(super) fn drop_arrived(&mut self) -> Vec<Write> {
        let arrived: Vec<EntryId> = self
            .commands
            .values()
            .filter(|command| !matches!(command.state, CommandState::Sealed(_)))
            .filter(|command| {
                let held = self.held.get(&command.document.id());
                held.is_some_and(|held| !held.kept.doubted) && self.holds(command)
            })
            .map(|command| command.entry.id)
            .collect();
        arrived
            .into_iter()
            .map(|id| {
                self.commands.remove(&id);
                delete_command(id)
            })
            .collect()
    }

    /// A backup was restored: the server may lack what it had acknowledged. Everything that this
    /// device wrote is a command again until it is seen in what the server has; the changes of old
    /// cannot be offered, because they may build on some that nobody brings back.
    pub(super) fn doubt_everything(
        &mut self,
        touched: &mut BTreeSet<DocumentId>,
        writes: &mut Vec<Write>,
    ) {
        self.meta.outcomes_revision = 0;
        self.meta.outcomes_held = 0;
        self.meta.directory_version = 0;
        let outcomes = std::mem::take(&mut self.outcomes).into_keys();
        writes.extend(outcomes.map(|activity| delete_row(Table::Outcomes, activity.0)));
        writes.extend(self.forget_matters());
        let mut names: BTreeSet<DocumentName> =
            self.held.values().map(|held| held.kept.name).collect();
        names.extend(self.changes.values().map(|change| change.document));
        for name in names {
            touched.insert(name.id());
            self.doubt(name, writes);
        }
    }

    /// Takes a document for one that the server may not have as the phone does.
    pub(super) fn doubt(&mut self, name: DocumentName, writes: &mut Vec<Write>) {
        writes.extend(self.unseal(name, |_| {}));
        let Some(held) = self.held.get_mut(&name.id()) else {
            return;
        };
        held.kept.version = 0;
        held.kept.doubted = true;
        held.wake();
        let Ok(document) = Document::load(name.kind(), &held.kept.changes) else {
            return;
        };
        for held in document.entries().0.into_values() {
            let own = self.was(held.device) && held.entry.by == self.identity.member;
            if own && !self.commands.contains_key(&held.entry.id) {
                let command = Command::saved(name, held.entry);
                writes.push(write_command(&command));
                self.commands.insert(command.entry.id, command);
            }
        }
    }
}
