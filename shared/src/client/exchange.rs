//! One exchange with the server: what is sent, and what is made of the answer.

use std::collections::{BTreeMap, BTreeSet};

use crate::codes::Code;
use crate::documents::{ChangeHash, Document, DocumentName};
use crate::ids::EntryId;
use crate::limits;
use crate::time::Timestamp;
use crate::wire::{self, OfferedChange, SyncRequest, SyncResponse, Verdict};

use super::engine::{Engine, Pending, SyncPhase, delete_change, delete_command, write_command};
use super::held::Held;
use super::rows::{CommandState, Table, UnsentChange, Write, change_key};
use super::{Effect, NetworkFault, scope};

/// How often a change may come back for its order before its records are shown as refused.
const RETURNS: u32 = 5;
/// Room in a request for everything but the changes.
const REQUEST_HEAD_BYTES: usize = 192 * 1024;

impl Engine {
    pub(super) fn send(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        self.next_exchange += 1;
        let exchange = self.next_exchange;
        let mut room = limits::REQUEST_BYTES - REQUEST_HEAD_BYTES;
        let mut changes = Vec::new();
        for change in self.changes.values().take(limits::REQUEST_CHANGES) {
            let size = change.bytes.len() + 128;
            if size > room {
                break;
            }
            room -= size;
            changes.push(OfferedChange {
                document: change.document,
                bytes: change.bytes.clone(),
            });
        }
        self.follow(now);
        let request = SyncRequest {
            protocol: wire::PROTOCOL,
            schema: wire::SCHEMA,
            exchange,
            device_time: now,
            directory: self.meta.directory_version,
            outcomes: self.meta.outcomes_revision,
            follows: self
                .held
                .iter()
                .map(|(id, held)| (*id, held.kept.version))
                .collect(),
            changes,
        };
        self.phase = SyncPhase::Sending {
            exchange,
            since: now,
        };
        effects.push(Effect::Send {
            exchange,
            body: wire::encode(&request),
        });
        effects.push(Effect::WakeAt(now.plus(limits::ANSWER_WAIT_MS)));
        effects.push(Effect::Changed);
    }

    /// Begins to follow what the owner's role needs. Returns whether anything is new.
    fn follow(&mut self, now: Timestamp) -> bool {
        let Some(slice) = &self.meta.directory else {
            return false;
        };
        let mut names = scope::calendars(slice, now);
        names.extend(scope::rollcalls(slice, self.activities.values(), now));
        let before = self.held.len();
        for name in names {
            self.held
                .entry(name.id())
                .or_insert_with(|| Held::new(name));
        }
        self.held.len() > before
    }

    pub(super) fn answered(
        &mut self,
        now: Timestamp,
        exchange: u64,
        result: Result<Vec<u8>, NetworkFault>,
        effects: &mut Vec<Effect>,
    ) {
        let SyncPhase::Sending {
            exchange: current,
            since,
        } = self.phase
        else {
            return;
        };
        if exchange != current {
            return;
        }
        self.phase = SyncPhase::Idle;
        match result {
            Ok(body) => match wire::decode::<SyncResponse>(&body) {
                Ok(response) if response.exchange == exchange => {
                    self.take(now, since, response, effects);
                }
                // An answer to something else, or one that was cut: as if none had come.
                Ok(_) | Err(_) => self.failed(now, NetworkFault::Unreachable, effects),
            },
            Err(NetworkFault::Refused {
                code: Code::SessionExpired,
                ..
            }) => {
                self.phase = SyncPhase::SigningIn { since: now };
                effects.push(Effect::SignIn);
                effects.push(Effect::WakeAt(now.plus(limits::ANSWER_WAIT_MS)));
            }
            Err(fault) => self.failed(now, fault, effects),
        }
        effects.push(Effect::Changed);
    }

    pub(super) fn failed(
        &mut self,
        now: Timestamp,
        fault: NetworkFault,
        effects: &mut Vec<Effect>,
    ) {
        self.network_fault = Some(fault);
        let asked = match fault {
            NetworkFault::Unreachable => None,
            NetworkFault::Refused { retry_after_ms, .. } => retry_after_ms,
        };
        self.pause(now, asked, effects);
        effects.push(Effect::Changed);
    }

    /// Plans the next try: what the server asked for, or twice the last pause, with jitter.
    pub(super) fn pause(
        &mut self,
        now: Timestamp,
        asked_ms: Option<i64>,
        effects: &mut Vec<Effect>,
    ) {
        let doubled = limits::RETRY_FIRST_MS << self.failures.min(16);
        let pause_ms = self
            .jitter(doubled.min(limits::RETRY_LONGEST_MS))
            .max(asked_ms.unwrap_or(0));
        self.failures = self.failures.saturating_add(1);
        let at = now.plus(pause_ms);
        self.retry_at = Some(at);
        effects.push(Effect::WakeAt(at));
    }

    fn take(
        &mut self,
        now: Timestamp,
        sent_at: Timestamp,
        response: SyncResponse,
        effects: &mut Vec<Effect>,
    ) {
        self.failures = 0;
        self.network_fault = None;
        let mut writes = Vec::new();
        let mut touched = BTreeSet::new();
        let kept_back = self.take_verdicts(&response.verdicts, &mut touched, &mut writes);
        self.take_documents(&response, &mut touched);
        for id in &response.forget {
            if self.held.remove(id).is_some() {
                writes.push(Write {
                    table: Table::Documents,
                    key: id.0.as_bytes().to_vec(),
                    value: None,
                });
            }
        }
        if self.meta.epoch != 0 && self.meta.epoch != response.epoch {
            touched.extend(self.offer_all_again(&mut writes));
        }
        writes.extend(
            touched
                .iter()
                .filter_map(|id| self.held.get(id))
                .map(Held::write),
        );
        for outcome in response.outcomes {
            writes.push(Write {
                table: Table::Outcomes,
                key: outcome.activity.0.as_bytes().to_vec(),
                value: Some(wire::encode(&outcome)),
            });
            self.outcomes.insert(outcome.activity, outcome);
        }
        if let Some(news) = response.directory {
            self.meta.directory_version = news.version;
            self.meta.directory = Some(news.slice);
        }
        self.meta.epoch = response.epoch;
        self.meta.outcomes_revision = response.outcomes_revision;
        self.meta.synced_at = Some(now);
        // Source: Cristian's algorithm; the server read its clock half a round trip ago.
        let halfway = Timestamp(sent_at.0.midpoint(now.0));
        self.meta.clock_offset_ms = response.server_time.since(halfway);
        writes.extend(self.load_all());
        writes.extend(self.drop_arrived());
        writes.push(self.write_meta());
        self.persist(Pending::Keep, writes, effects);
        let unfollowed = self.follow(now);
        if kept_back {
            self.pause(now, None, effects);
        } else if response.more || unfollowed || self.again || self.has_something_to_send() {
            self.start(now, effects);
        }
    }

    fn has_something_to_send(&self) -> bool {
        !self.changes.is_empty() || self.open_commands().next().is_some()
    }

    /// Takes the verdicts, which stand in the order in which the changes were sent. Returns whether
    /// a change stays in the queue, to be sent again after a pause.
    fn take_verdicts(
        &mut self,
        verdicts: &[Verdict],
        touched: &mut BTreeSet<crate::ids::DocumentId>,
        writes: &mut Vec<Write>,
    ) -> bool {
        let sent: Vec<(u64, Verdict)> = self
            .changes
            .keys()
            .copied()
            .zip(verdicts.iter().copied())
            .collect();
        let mut kept_back = false;
        let mut refused: BTreeMap<u64, (DocumentName, Code)> = BTreeMap::new();
        for (number, verdict) in sent {
            match verdict {
                Verdict::Stored => {
                    let Some(change) = self.changes.remove(&number) else {
                        continue;
                    };
                    let held = self
                        .held
                        .entry(change.document.id())
                        .or_insert_with(|| Held::new(change.document));
                    held.kept.changes.extend_from_slice(&change.bytes);
                    touched.insert(change.document.id());
                    writes.push(delete_change(number));
                    writes.extend(self.forget_commands_of(number));
                }
                // The server could not say: the change stays as it is and is sent again.
                Verdict::Refused(Code::ServerError) => kept_back = true,
                // After a restore: the phone that wrote the missing one will bring it back.
                Verdict::Refused(Code::DependencyMissing) if self.is_acknowledged(number) => {
                    kept_back = true;
                }
                Verdict::Refused(code) => {
                    refused.insert(number, (self.changes[&number].document, code));
                }
            }
        }
        for (number, (name, code)) in refused {
            if self.is_acknowledged(number) {
                self.changes.remove(&number);
                writes.push(delete_change(number));
            } else {
                writes.extend(self.take_refusal(number, name, code));
            }
        }
        kept_back
    }

    /// Tells whether a queued change was acknowledged before a restore, so that no command stands
    /// behind it.
    pub(super) fn is_acknowledged(&self, number: u64) -> bool {
        self.commands
            .values()
            .all(|command| command.state != CommandState::Sealed(number))
    }

    fn forget_commands_of(&mut self, number: u64) -> Vec<Write> {
        let done: Vec<EntryId> = self
            .commands
            .values()
            .filter(|command| command.state == CommandState::Sealed(number))
            .map(|command| command.entry.id)
            .collect();
        done.into_iter()
            .map(|id| {
                self.commands.remove(&id);
                delete_command(id)
            })
            .collect()
    }

    /// Rebuilds the document from the server's and keeps the refused record, with its reason. Of a
    /// change with several records each is sent alone next time, so that only the guilty one stays.
    fn take_refusal(&mut self, number: u64, name: DocumentName, code: Code) -> Vec<Write> {
        let guilty: BTreeSet<EntryId> = self
            .commands
            .values()
            .filter(|command| command.state == CommandState::Sealed(number))
            .map(|command| command.entry.id)
            .collect();
        let of_order = matches!(code, Code::DependencyMissing | Code::ChangeOutOfOrder);
        let single = guilty.len() == 1;
        self.unseal(name, |command| {
            if !guilty.contains(&command.entry.id) {
                return;
            }
            if of_order {
                command.returns += 1;
                if command.returns > RETURNS {
                    command.state = CommandState::Refused(code);
                }
            } else if single {
                command.state = CommandState::Refused(code);
            } else {
                command.alone = true;
            }
        })
    }

    fn take_documents(
        &mut self,
        response: &SyncResponse,
        touched: &mut BTreeSet<crate::ids::DocumentId>,
    ) {
        for news in &response.documents {
            let id = news.document.id();
            let held = self
                .held
                .entry(id)
                .or_insert_with(|| Held::new(news.document));
            // Fetched anew after a restore: most of it is here already.
            let anew = held.kept.version == 0 && !held.kept.changes.is_empty();
            let known = Document::load(news.document.kind(), &held.kept.changes)
                .ok()
                .filter(|_| anew);
            for change in &news.changes {
                if !known
                    .as_ref()
                    .is_some_and(|document| document.has_bytes(change))
                {
                    held.kept.changes.extend_from_slice(change);
                }
            }
            held.kept.version = news.version;
            held.unload();
            touched.insert(id);
        }
    }

    /// A record that is in the server's document needs no command, however it came there: by a late
    /// copy of a request, or by a change that was refused once.
    fn drop_arrived(&mut self) -> Vec<Write> {
        let arrived: Vec<EntryId> = self
            .commands
            .values()
            .filter(|command| !matches!(command.state, CommandState::Sealed(_)))
            .filter(|command| {
                let held = self.held.get(&command.document.id());
                held.is_some_and(|held| held.entries().contains_key(&command.entry.id))
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

    /// A backup was restored: the server may lack what it had acknowledged. Everything this device
    /// wrote is offered again, and everything is fetched anew.
    fn offer_all_again(&mut self, writes: &mut Vec<Write>) -> BTreeSet<crate::ids::DocumentId> {
        self.meta.outcomes_revision = 0;
        self.meta.directory_version = 0;
        let unsent: BTreeSet<ChangeHash> =
            self.changes.values().map(|change| change.hash).collect();
        let mut own = Vec::new();
        for held in self.held.values_mut() {
            let name = held.kept.name;
            let Ok(document) = held.load(self.changes.values()) else {
                continue;
            };
            let changes = document.changes_of(self.identity.device);
            own.extend(changes.into_iter().map(|change| (name, change)));
        }
        // The acknowledged ones come first: the unsent ones build on them.
        let queue: Vec<UnsentChange> = own
            .into_iter()
            .filter(|(_, change)| !unsent.contains(&change.hash))
            .map(|(document, change)| UnsentChange {
                document,
                hash: change.hash,
                bytes: serde_bytes::ByteBuf::from(change.bytes),
            })
            .collect();
        writes.extend(self.queue_first(queue));
        for held in self.held.values_mut() {
            held.kept.version = 0;
        }
        self.held.keys().copied().collect()
    }

    /// Puts changes before all unsent ones. The numbers of those move, and their commands with them.
    fn queue_first(&mut self, first: Vec<UnsentChange>) -> Vec<Write> {
        let mut writes: Vec<Write> = self.changes.keys().copied().map(delete_change).collect();
        let old = std::mem::take(&mut self.changes);
        let shift = first.len() as u64;
        let mut moved = BTreeMap::new();
        for (position, (number, change)) in old.into_iter().enumerate() {
            moved.insert(number, shift + position as u64);
            self.changes.insert(shift + position as u64, change);
        }
        for (position, change) in first.into_iter().enumerate() {
            self.changes.insert(position as u64, change);
        }
        for command in self.commands.values_mut() {
            if let CommandState::Sealed(number) = command.state
                && let Some(next) = moved.get(&number)
            {
                command.state = CommandState::Sealed(*next);
                writes.push(write_command(command));
            }
        }
        writes.extend(self.changes.iter().map(|(number, change)| Write {
            table: Table::Changes,
            key: change_key(*number),
            value: Some(wire::encode(change)),
        }));
        writes
    }
}
