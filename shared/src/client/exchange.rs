//! One exchange with the server: what is sent, and what is made of the answer.

use std::collections::BTreeSet;

use crate::codes::{Code, Handling};
use crate::documents::Document;
use crate::ids::DocumentId;
use crate::limits;
use crate::time::Timestamp;
use crate::wire::{self, OfferedChange, SyncRequest, SyncResponse, Verdict};

use super::binding::{Binding, HandOver};
use super::engine::{Engine, SyncPhase, delete_row};
use super::held::Held;
use super::keep::Next;
use super::rows::{CommandState, Table, Write};
use super::{Effect, NetworkFault, scope};

/// Room in a request for everything but the changes.
const REQUEST_HEAD_BYTES: usize = 192 * 1024;

impl Engine {
    pub(super) fn send(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        self.next_exchange += 1;
        let exchange = self.next_exchange;
        let mut room = limits::REQUEST_BYTES - REQUEST_HEAD_BYTES;
        let mut changes = Vec::new();
        let batch = if self.may_offer(now) { self.batch } else { 0 };
        for change in self.changes.values().take(batch) {
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
            schema: self.schema_of(changes.len()),
            exchange,
            device_time: now,
            directory: self.meta.directory_version,
            outcomes: self.meta.outcomes_revision,
            matters: Some(self.meta.matters_revision),
            follows: self.follows(),
            changes,
        };
        self.phase = SyncPhase::Sending {
            exchange,
            since: now,
            offered: request.changes.len(),
        };
        effects.push(Effect::Send {
            exchange,
            body: wire::encode(&request),
        });
        effects.push(Effect::WakeAt(now.plus(limits::ANSWER_WAIT_MS)));
        effects.push(Effect::Changed);
    }

    /// Returns the schema that a server must know to take the first so many changes.
    fn schema_of(&self, offered: usize) -> u16 {
        let numbers: BTreeSet<u64> = self.changes.keys().copied().take(offered).collect();
        let newer = self.commands.values().any(|command| match command.state {
            CommandState::Sealed(number) => {
                numbers.contains(&number) && command.entry.record.is_statement()
            }
            CommandState::Saved | CommandState::Refused(_) => false,
        });
        if newer {
            wire::SCHEMA
        } else {
            wire::FIRST_SCHEMA
        }
    }

    /// Returns what the phone asks for; a revoked one asks for nothing.
    fn follows(&self) -> Vec<(DocumentId, u64)> {
        if self.meta.binding == Binding::Revoked {
            return Vec::new();
        }
        let awake = self.held.iter().filter(|(_, held)| !held.is_asleep());
        awake.map(|(id, held)| (*id, held.kept.version)).collect()
    }

    /// Begins to follow what the owner's role needs. Returns whether anything is new.
    pub(super) fn follow(&mut self, now: Timestamp) -> bool {
        let city = self.city_time(now);
        let Some(slice) = &self.meta.directory else {
            return false;
        };
        let mut names = scope::calendars(slice, city);
        names.extend(scope::boards(slice, self.registered_at()));
        names.extend(scope::rollcalls(slice, self.activities.values(), city));
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
            offered,
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
                    self.take(now, since, offered, response, effects);
                }
                // An answer to something else, or one that was cut: as if none had come.
                Ok(_) | Err(_) => self.failed(now, NetworkFault::Unreachable, effects),
            },
            Err(fault) => self.turned_away(now, offered, fault, effects),
        }
        effects.push(Effect::Changed);
    }

    /// The whole request has no answer, or was refused.
    fn turned_away(
        &mut self,
        now: Timestamp,
        offered: usize,
        fault: NetworkFault,
        effects: &mut Vec<Effect>,
    ) {
        let NetworkFault::Refused { code, .. } = fault else {
            return self.failed(now, fault, effects);
        };
        match code.handling() {
            Handling::SignsIn => {
                self.phase = SyncPhase::SigningIn { since: now };
                effects.push(Effect::SignIn);
                effects.push(Effect::WakeAt(now.plus(limits::ANSWER_WAIT_MS)));
            }
            Handling::EnrolsAgain => self.copied(effects),
            Handling::HandsOver if offered > 0 => self.revoked(now, HandOver::Over, effects),
            Handling::HandsOver => self.revoked(now, HandOver::Open, effects),
            Handling::SendsLess => {
                self.batch = (offered / 2).max(1);
                self.failed(now, fault, effects);
            }
            Handling::Enrols
            | Handling::Retries
            | Handling::OffersTomorrow
            | Handling::SealsAnew
            | Handling::WaitsForUpdate
            | Handling::KeepsRefused
            | Handling::KeepsNoted
            | Handling::Says
            | Handling::NeverMeets => self.failed(now, fault, effects),
        }
    }

    fn take(
        &mut self,
        now: Timestamp,
        sent_at: Timestamp,
        offered: usize,
        response: SyncResponse,
        effects: &mut Vec<Effect>,
    ) {
        self.network_fault = None;
        self.batch = (self.batch * 2).min(limits::REQUEST_CHANGES);
        let (mut touched, mut writes) = (BTreeSet::new(), Vec::new());
        let restored = self.meta.epoch != 0 && self.meta.epoch != response.epoch;
        let more = restored || response.more;
        // Halfway of the round trip. Source: Cristian's algorithm.
        let halfway = Timestamp(sent_at.0.midpoint(now.0));
        self.meta.clock_offset_ms = response.server_time.since(halfway);
        self.meta.epoch = response.epoch;
        self.meta.synced_at = Some(now);
        let sent: Vec<(u64, Verdict)> = self
            .changes
            .keys()
            .copied()
            .zip(response.verdicts.iter().copied())
            .take(offered)
            .collect();
        let sent = self.take_verdicts(now, &sent, &mut touched, &mut writes);
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
        if sent.copied {
            writes.extend(self.come_loose(Code::DeviceCopied));
        }
        if sent.over_quota {
            self.wait_for_tomorrow(now, effects);
        }
        for id in touched {
            if let Some(held) = self.held.get_mut(&id) {
                held.compact();
                writes.push(held.write());
            }
        }
        writes.extend(self.load_all());
        writes.extend(self.drop_arrived());
        writes.extend(self.retire());
        writes.push(self.write_meta());
        let unfollowed = self.follow(now);
        let unsent = self.has_something_to_send() && self.may_offer(now);
        let next = if sent.kept_back {
            Next::Pause
        } else {
            self.failures = 0;
            let revoked = self.meta.binding == Binding::Revoked;
            if more || unfollowed || self.again || unsent || revoked {
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
                writes.push(delete_row(Table::Documents, id.0));
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
        self.meta.outcomes_held = self.outcomes.len();
        self.take_matters(response.matters, response.matters_revision, writes);
        if let Some(news) = response.directory {
            self.meta.directory_version = news.version;
            let before = self.meta.directory.replace(news.slice);
            writes.extend(self.forget_foreign_matters(before.as_ref()));
        }
    }

    pub(super) fn has_something_to_send(&self) -> bool {
        !self.changes.is_empty() || self.open_commands().next().is_some()
    }

    fn take_documents(&mut self, response: &SyncResponse, touched: &mut BTreeSet<DocumentId>) {
        for news in &response.documents {
            let id = news.document.id();
            let held = self
                .held
                .entry(id)
                .or_insert_with(|| Held::new(news.document));
            if held.kept.doubted {
                held.reset();
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
                    held.append(change);
                }
            }
            held.kept.version = news.version;
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
