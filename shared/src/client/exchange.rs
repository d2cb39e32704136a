//! One exchange with the server: what is sent, and what is made of the answer.

use std::collections::{BTreeMap, BTreeSet};

use crate::codes::Code;
use crate::documents::{Document, DocumentName};
use crate::ids::{DocumentId, EntryId};
use crate::limits;
use crate::time::Timestamp;
use crate::wire::{self, OfferedChange, SyncRequest, SyncResponse, Verdict};

use super::engine::{Engine, SyncPhase, delete_change, delete_command};
use super::held::Held;
use super::keep::Next;
use super::rows::{CommandState, Table, Write};
use super::{Effect, NetworkFault, scope};

/// How often a change may come back for its order before its records are shown as refused.
const RETURNS: u32 = 5;
/// Room in a request for everything but the changes.
const REQUEST_HEAD_BYTES: usize = 192 * 1024;

/// What became of the changes sent.
struct Sent {
    /// Whether one stays in the queue, to be sent again after a pause.
    kept_back: bool,
    /// Documents of which the server has lost what the phone builds on.
    baseless: BTreeSet<DocumentName>,
}

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
    pub(super) fn follow(&mut self, now: Timestamp) -> bool {
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
        self.network_fault = None;
        let mut writes = Vec::new();
        let mut touched = BTreeSet::new();
        let sent = self.take_verdicts(&response.verdicts, &mut touched, &mut writes);
        let restored = self.meta.epoch != 0 && self.meta.epoch != response.epoch;
        let more = restored || response.more;
        // Halfway of the round trip. Source: Cristian's algorithm.
        let halfway = Timestamp(sent_at.0.midpoint(now.0));
        self.meta.clock_offset_ms = response.server_time.since(halfway);
        self.meta.epoch = response.epoch;
        self.meta.synced_at = Some(now);
        if restored {
            // The versions that the answer speaks of are of another line than the phone's.
            self.doubt_everything(&mut touched, &mut writes);
        } else {
            self.take_news(response, &mut touched, &mut writes);
            for name in sent.baseless {
                touched.insert(name.id());
                self.doubt(name, &mut writes);
            }
        }
        writes.extend(
            touched
                .iter()
                .filter_map(|id| self.held.get(id))
                .map(Held::write),
        );
        writes.extend(self.load_all());
        writes.extend(self.drop_arrived());
        writes.push(self.write_meta());
        let unfollowed = self.follow(now);
        let next = if sent.kept_back {
            Next::Pause
        } else {
            self.failures = 0;
            if more || unfollowed || self.again || self.has_something_to_send() {
                Next::Start
            } else {
                Next::Rest
            }
        };
        self.keep(writes, next, effects);
    }

    fn take_news(
        &mut self,
        response: SyncResponse,
        touched: &mut BTreeSet<DocumentId>,
        writes: &mut Vec<Write>,
    ) {
        self.take_documents(&response, touched);
        for id in &response.forget {
            if self.held.remove(id).is_some() {
                writes.push(Write {
                    table: Table::Documents,
                    key: id.0.as_bytes().to_vec(),
                    value: None,
                });
            }
        }
        for outcome in response.outcomes {
            writes.push(Write {
                table: Table::Outcomes,
                key: outcome.activity.0.as_bytes().to_vec(),
                value: Some(wire::encode(&outcome)),
            });
            self.outcomes.insert(outcome.activity, outcome);
        }
        self.meta.outcomes_revision = response.outcomes_revision;
        if let Some(news) = response.directory {
            self.meta.directory_version = news.version;
            self.meta.directory = Some(news.slice);
        }
    }

    fn has_something_to_send(&self) -> bool {
        !self.changes.is_empty() || self.open_commands().next().is_some()
    }

    /// Takes the verdicts, which stand in the order in which the changes were sent.
    fn take_verdicts(
        &mut self,
        verdicts: &[Verdict],
        touched: &mut BTreeSet<DocumentId>,
        writes: &mut Vec<Write>,
    ) -> Sent {
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
                Verdict::Refused(code) => {
                    refused.insert(number, (self.changes[&number].document, code));
                }
            }
        }
        let (mut names, mut baseless) = (BTreeSet::new(), BTreeSet::new());
        for (number, (name, code)) in refused {
            writes.extend(self.take_refusal(number, name, code));
            // Not because of one refused before it: the server has lost what the phone builds on.
            if names.insert(name) && code == Code::DependencyMissing {
                baseless.insert(name);
            }
        }
        Sent {
            kept_back,
            baseless,
        }
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

    fn take_documents(&mut self, response: &SyncResponse, touched: &mut BTreeSet<DocumentId>) {
        for news in &response.documents {
            let id = news.document.id();
            let held = self
                .held
                .entry(id)
                .or_insert_with(|| Held::new(news.document));
            if std::mem::take(&mut held.kept.doubted) {
                held.kept.changes.clear();
            }
            // The phone may hold changes of its own that the server called stored while it had no
            // room to say under which version.
            let ahead = held.kept.version == 0 && !held.kept.changes.is_empty();
            let known = ahead
                .then(|| Document::load(news.document.kind(), &held.kept.changes).ok())
                .flatten();
            for change in &news.changes {
                let here = known.as_ref().is_some_and(|known| known.has_bytes(change));
                if !here {
                    held.kept.changes.extend_from_slice(change);
                }
            }
            held.kept.version = news.version;
            held.unload();
            touched.insert(id);
        }
        if response.more {
            return;
        }
        // Of what is still in doubt the server has nothing.
        for (id, held) in &mut self.held {
            if held.kept.doubted {
                held.reset();
                touched.insert(*id);
            }
        }
    }
}
