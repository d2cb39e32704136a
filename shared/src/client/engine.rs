//! The engine's state and its three ways in: opening, entering, and the inputs that drive sync.

use std::collections::{BTreeMap, BTreeSet};

use crate::directory::DirectorySlice;
use crate::documents::{DocumentName, Writer};
use crate::ids::{ActivityId, DocumentId, EntryId};
use crate::limits;
use crate::project::{Activity, HostKeyRow, Projection, activities};
use crate::reconcile::Outcome;
use crate::time::Timestamp;
use crate::wire::{self, MatterRow};

use super::held::Held;
use super::keep::{Next, RowKey};
use super::matters::MatterKey;
use super::retry::{Jitter, Pause};
use super::rows::{
    Command, CommandState, KeptDocument, Meta, Row, Table, UnsentChange, Write, change_key,
    command_key,
};
use super::{Effect, Identity, Input, NetworkFault, StorageFault};

/// A row that could not be read at the start. What the server has of it comes again by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The table.
    pub table: Table,
    /// The key.
    pub key: Vec<u8>,
}

/// The phone's engine.
pub struct Engine {
    pub(super) identity: Identity,
    pub(super) meta: Meta,
    pub(super) commands: BTreeMap<EntryId, Command>,
    pub(super) changes: BTreeMap<u64, UnsentChange>,
    pub(super) held: BTreeMap<DocumentId, Held>,
    pub(super) outcomes: BTreeMap<ActivityId, Outcome>,
    pub(super) matters: BTreeMap<MatterKey, MatterRow>,
    /// Derived from the calendars held; anew whenever they change.
    pub(super) activities: BTreeMap<ActivityId, Activity>,
    pub(super) host_keys: Vec<HostKeyRow>,
    pub(super) phase: SyncPhase,
    pub(super) again: bool,
    /// The number of the first change of the sealing under way.
    pub(super) sealing_from: u64,
    pub(super) failures: u32,
    /// When to try again.
    pub(super) retry: Option<Pause>,
    /// What the server asked for: before it is over nothing is sent, whoever asks.
    pub(super) hold: Option<Pause>,
    /// Until when the device may offer nothing more.
    pub(super) quota: Option<Pause>,
    /// Changes that the next request may hold.
    pub(super) batch: usize,
    pub(super) storage_fault: Option<StorageFault>,
    pub(super) network_fault: Option<NetworkFault>,
    /// What each outstanding transaction is for.
    pub(super) pending: BTreeMap<u64, Pending>,
    /// Rows that a failed transaction left behind what is in memory; the next one takes them along.
    pub(super) stale: BTreeSet<RowKey>,
    pub(super) next_ticket: u64,
    pub(super) next_exchange: u64,
    pub(super) jitter: Jitter,
}

/// Where the engine stands in an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SyncPhase {
    Idle,
    /// The result of an exchange is being made durable. Nothing is sealed on top of it before: of two
    /// transactions the second must not be durable without the first.
    Keeping {
        ticket: u64,
        next: Next,
    },
    /// The sealed changes are being made durable.
    Sealing {
        ticket: u64,
    },
    Sending {
        exchange: u64,
        since: Timestamp,
        /// How many changes the request holds.
        offered: usize,
    },
    /// The session is being renewed.
    SigningIn {
        since: Timestamp,
    },
}

pub(super) enum Pending {
    /// A command that a person waits for.
    Enter(Box<Command>),
    /// An edited command that takes the place of a refused one.
    Amend {
        refused: EntryId,
        command: Box<Command>,
    },
    /// Sealed changes: these rows.
    Seal(Vec<RowKey>),
    /// The result of an exchange, or the run number: these rows.
    Keep(Vec<RowKey>),
}

impl Engine {
    /// Opens the engine over the rows of the last run. `seed` differs from phone to phone and from
    /// run to run; it spreads retries.
    pub fn open(
        identity: Identity,
        rows: Vec<Row>,
        seed: u64,
        now: Timestamp,
    ) -> (Self, Vec<Effect>, Vec<Damage>) {
        let mut engine = Self {
            identity,
            meta: Meta::default(),
            commands: BTreeMap::new(),
            changes: BTreeMap::new(),
            held: BTreeMap::new(),
            outcomes: BTreeMap::new(),
            matters: BTreeMap::new(),
            activities: BTreeMap::new(),
            host_keys: Vec::new(),
            phase: SyncPhase::Idle,
            again: false,
            sealing_from: 0,
            failures: 0,
            retry: None,
            hold: None,
            quota: None,
            batch: limits::REQUEST_CHANGES,
            storage_fault: None,
            network_fault: None,
            pending: BTreeMap::new(),
            stale: BTreeSet::new(),
            next_ticket: 0,
            next_exchange: seed,
            jitter: Jitter::seeded(seed),
        };
        // Without its row of last time the phone has lost count of its runs.
        engine.meta.run = u32::try_from(seed >> 40).unwrap_or_default();
        let damage: Vec<Damage> = rows
            .into_iter()
            .filter_map(|row| engine.restore(row))
            .collect();
        if engine.outcomes.len() < engine.meta.outcomes_held {
            engine.meta.outcomes_revision = 0;
        }
        if engine.matters.len() < engine.meta.matters_held {
            engine.meta.matters_revision = 0;
        }
        engine.meta.run = engine.meta.run.wrapping_add(1);
        engine.reseal_orphans();
        let mut writes = engine.take_over();
        writes.extend(engine.retire());
        writes.extend(engine.load_all());
        writes.extend(engine.unseal_superseded());
        writes.extend(engine.drop_arrived());
        writes.extend(engine.retire());
        // A change that cannot be read is made anew of the commands behind it.
        let unreadable = damage.iter().filter(|row| row.table == Table::Changes);
        writes.extend(unreadable.map(|row| Write {
            table: row.table,
            key: row.key.clone(),
            value: None,
        }));
        writes.push(engine.write_meta());
        engine.follow(now);
        let mut effects = Vec::new();
        engine.keep(writes, Next::Start, &mut effects);
        effects.push(Effect::Changed);
        (engine, effects, damage)
    }

    fn restore(&mut self, row: Row) -> Option<Damage> {
        let Row { table, key, value } = row;
        let read = match table {
            Table::Meta => wire::decode(&value).ok().map(|meta| self.meta = meta),
            Table::Commands => wire::decode(&value).ok().map(|command: Command| {
                self.commands.insert(command.entry.id, command);
            }),
            Table::Changes => wire::decode(&value)
                .ok()
                .zip(<[u8; 8]>::try_from(&key[..]).ok())
                .map(|(change, key)| {
                    self.changes.insert(u64::from_be_bytes(key), change);
                }),
            Table::Documents => wire::decode(&value).ok().map(|kept: KeptDocument| {
                self.held.insert(kept.name.id(), Held::keep(kept));
            }),
            Table::Outcomes => wire::decode(&value).ok().map(|outcome: Outcome| {
                self.outcomes.insert(outcome.activity, outcome);
            }),
            Table::Matters => wire::decode(&value).ok().map(|row: MatterRow| {
                self.matters.insert(MatterKey::of(&row.matter), row);
            }),
        };
        read.is_none().then_some(Damage { table, key })
    }

    /// Takes an input and returns what is to be done.
    pub fn handle(&mut self, now: Timestamp, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Enter { id, record } => self.enter(now, id, record, &mut effects),
            Input::Resend { id } => self.resend(id, &mut effects),
            Input::Amend {
                refused,
                id,
                record,
            } => self.amend(now, refused, id, record, &mut effects),
            Input::LetGo => self.let_go(&mut effects),
            Input::Wake => {
                self.failures = 0;
                self.start(now, &mut effects);
            }
            Input::Reconnected => self.reconnected(now, &mut effects),
            Input::Tick { at } => self.tick(now, at, &mut effects),
            Input::Persisted { ticket, result } => {
                self.persisted(now, ticket, result, &mut effects)
            }
            Input::Answered { exchange, result } => {
                self.answered(now, exchange, result, &mut effects);
            }
            Input::SignedIn => {
                if matches!(self.phase, SyncPhase::SigningIn { .. }) {
                    self.phase = SyncPhase::Idle;
                    self.start(now, &mut effects);
                }
            }
            Input::SignInFailed { fault } => {
                if matches!(self.phase, SyncPhase::SigningIn { .. }) {
                    self.phase = SyncPhase::Idle;
                    self.sign_in_failed(now, fault, &mut effects);
                }
            }
        }
        effects
    }

    fn persisted(
        &mut self,
        now: Timestamp,
        ticket: u64,
        result: Result<(), StorageFault>,
        effects: &mut Vec<Effect>,
    ) {
        let Some(pending) = self.pending.remove(&ticket) else {
            return;
        };
        self.storage_fault = result.err();
        let is_emptied = result == Err(StorageFault::Evicted);
        if is_emptied {
            // Before anything else is written: with a part of the rows and the numbers of all of
            // them a phone that dies now would never ask for the rest.
            self.stale.extend(self.every_row());
        }
        match pending {
            Pending::Enter(command) => self.entered(now, *command, result, effects),
            Pending::Amend { refused, command } => {
                if result.is_ok() {
                    self.commands.remove(&refused);
                }
                self.entered(now, *command, result, effects);
            }
            Pending::Seal(rows) => self.sealed(now, ticket, &rows, result, effects),
            Pending::Keep(rows) => {
                if result.is_err() {
                    self.stale.extend(rows);
                }
                self.kept(now, ticket, effects);
            }
        }
        if is_emptied && self.phase == SyncPhase::Idle {
            self.keep(Vec::new(), Next::Rest, effects);
        }
        effects.push(Effect::Changed);
    }

    fn entered(
        &mut self,
        now: Timestamp,
        command: Command,
        result: Result<(), StorageFault>,
        effects: &mut Vec<Effect>,
    ) {
        let id = command.entry.id;
        if result.is_ok() {
            let of_calendar = matches!(command.document, DocumentName::Calendar { .. });
            self.commands.insert(id, command);
            if of_calendar {
                self.derive_activities();
            }
        }
        effects.push(Effect::Answer {
            id,
            result: result.map_err(StorageFault::code),
        });
        if result.is_ok() {
            self.start_soon(now, effects);
        }
    }

    pub(super) fn writer(&self) -> Writer {
        Writer {
            device: self.identity.device,
            run: self.meta.run,
        }
    }

    pub(super) fn derive_activities(&mut self) {
        let calendars = self.rows(|name| matches!(name, DocumentName::Calendar { .. }));
        self.activities = activities(calendars.plans);
        self.host_keys = calendars.host_keys;
    }

    /// Returns the rows of documents that are held. What was entered on this phone counts from the
    /// moment it is saved; in a document that the server has not told of yet it stands in its command
    /// alone.
    pub(super) fn rows(&self, of: impl Fn(&DocumentName) -> bool) -> Projection {
        let mut projection = Projection::default();
        for held in self.held.values().filter(|held| of(&held.kept.name)) {
            for entry in held.entries().values() {
                projection.add(&held.kept.name, entry.clone());
            }
        }
        let commands = self
            .commands
            .values()
            .filter(|command| match command.state {
                CommandState::Saved | CommandState::Sealed(_) => true,
                CommandState::Refused(_) => false,
            });
        for command in commands {
            if of(&command.document) && !self.holds(command) {
                projection.add(&command.document, command.held(self.identity.device));
            }
        }
        projection
    }

    /// Tells whether the record of a command stands in the document that the phone holds.
    pub(super) fn holds(&self, command: &Command) -> bool {
        let held = self.held.get(&command.document.id());
        held.is_some_and(|held| held.entries().contains_key(&command.entry.id))
    }

    /// Commands that are saved and not yet in a change.
    pub(super) fn open_commands(&self) -> impl Iterator<Item = &Command> {
        self.commands
            .values()
            .filter(|command| command.state == CommandState::Saved)
    }

    /// Returns the directory slice of this phone, `None` before the first sync.
    pub fn directory(&self) -> Option<&DirectorySlice> {
        self.meta.directory.as_ref()
    }
}

pub(super) fn write_command(command: &Command) -> Write {
    Write {
        table: Table::Commands,
        key: command_key(command.entry.id),
        value: Some(wire::encode(command)),
    }
}

pub(super) fn delete_command(id: EntryId) -> Write {
    delete_row(Table::Commands, id.0)
}

/// Deletes a row of a table whose keys are ids.
pub(super) fn delete_row(table: Table, id: uuid::Uuid) -> Write {
    Write {
        table,
        key: id.as_bytes().to_vec(),
        value: None,
    }
}

pub(super) fn delete_change(number: u64) -> Write {
    Write {
        table: Table::Changes,
        key: change_key(number),
        value: None,
    }
}

#[cfg(test)]
mod tests;
