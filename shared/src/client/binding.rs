//! Whether the server knows this phone as its owner's, and what becomes of its records when not.
//!
//! A copied phone stops sending, keeps everything, and offers it again once it is enrolled as a new
//! device. A revoked phone hands over what is unsent, and forgets itself only when the server took
//! or finally refused every record and its owner was told.

use serde::{Deserialize, Serialize};

use crate::codes::Code;
use crate::documents::{DocumentName, Writer};
use crate::ids::DeviceId;
use crate::time::Timestamp;

use super::engine::{Engine, delete_row, write_command};
use super::keep::Next;
use super::rows::{CommandState, Table, Write};
use super::{Effect, NetworkFault};

/// Whether the server knows this phone as its owner's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// It does.
    #[default]
    Bound,
    /// It does not, and why: the phone keeps everything until it is enrolled again.
    Loose(Code),
    /// It was told not to. What is unsent is handed over, then the phone forgets itself.
    Revoked,
}

impl Engine {
    /// Returns how the phone is bound. A phone that the server does not know, or whose key it does
    /// not take, asks again now and then, and may be enrolled meanwhile.
    pub(super) fn binding(&self) -> Binding {
        match (self.meta.binding, self.network_fault) {
            (
                Binding::Bound,
                Some(NetworkFault::Refused {
                    code: code @ (Code::NotSignedIn | Code::KeyInvalid),
                    ..
                }),
            ) => Binding::Loose(code),
            (binding, _) => binding,
        }
    }

    /// Takes the rows of another device, or of another person, over. What was sealed under the old
    /// name is sealed anew; what another person left unsent is kept for them and never offered.
    pub(super) fn take_over(&mut self) -> Vec<Write> {
        let mut writes = Vec::new();
        if self.meta.device == Some(self.identity.device) {
            return writes;
        }
        self.meta.former.extend(self.meta.device);
        self.meta.former.remove(&self.identity.device);
        self.meta.device = Some(self.identity.device);
        self.meta.binding = Binding::Bound;
        let foreign = self.changes.values().filter(|change| {
            let device = Writer::of_change(&change.bytes).map(|writer| writer.device);
            device.is_some_and(|device| device != self.identity.device)
        });
        let names: Vec<DocumentName> = foreign.map(|change| change.document).collect();
        for name in names {
            writes.extend(self.unseal(name, |_| {}));
        }
        let owner = self.identity.member;
        for command in self.commands.values_mut() {
            if command.entry.by != owner && !command.is_refused() {
                command.state = CommandState::Refused(Code::ChangeForbidden);
                writes.push(write_command(command));
            }
        }
        let slice = self.meta.directory.as_ref();
        if slice.is_some_and(|slice| slice.owner.id != owner) {
            writes.extend(self.forget_everything_read());
        }
        writes
    }

    /// Tells whether this phone wrote under a device, its own now or before it was enrolled again.
    pub(super) fn was(&self, device: DeviceId) -> bool {
        device == self.identity.device || self.meta.former.contains(&device)
    }

    /// Takes all unsent changes apart and sends nothing more before the phone is enrolled again.
    pub(super) fn come_loose(&mut self, code: Code) -> Vec<Write> {
        self.meta.binding = Binding::Loose(code);
        self.unseal_all()
    }

    /// The whole request was refused because another phone writes under this device.
    pub(super) fn copied(&mut self, effects: &mut Vec<Effect>) {
        let mut writes = self.come_loose(Code::DeviceCopied);
        writes.extend(self.load_all());
        writes.push(self.write_meta());
        self.keep(writes, Next::Rest, effects);
    }

    /// The server says that the device is revoked. `hand_over` is what is left of it: nothing more
    /// is taken once a request that offered something was refused.
    pub(super) fn revoked(
        &mut self,
        now: Timestamp,
        hand_over: HandOver,
        effects: &mut Vec<Effect>,
    ) {
        let known = self.meta.binding == Binding::Revoked;
        self.meta.binding = Binding::Revoked;
        let mut writes = Vec::new();
        let mut next = Next::Start;
        match hand_over {
            HandOver::Open if !known => {}
            // What is over the day's quota is handed over tomorrow; to ask meanwhile is to ask for ever.
            HandOver::Open if !self.may_offer(now) => next = Next::Rest,
            // With nothing that it can offer, a phone that is told nothing any more never can.
            HandOver::Open | HandOver::Over => {
                writes.extend(self.unseal_all());
                for command in self.commands.values_mut() {
                    if !command.is_refused() {
                        command.state = CommandState::Refused(Code::DeviceRevoked);
                        writes.push(write_command(command));
                    }
                }
                writes.extend(self.load_all());
            }
        }
        writes.push(self.write_meta());
        self.keep(writes, next, effects);
    }

    /// Of a revoked phone that has handed over everything only what was refused is left, until its
    /// owner lets it go.
    pub(super) fn let_go_of_the_rest(&mut self, effects: &mut Vec<Effect>) {
        if self.commands.is_empty() {
            effects.push(Effect::Clear);
            return;
        }
        let writes = self.forget_everything_read();
        if !writes.is_empty() {
            self.keep(writes, Next::Rest, effects);
        }
    }

    /// The owner has carried the refused records out of a revoked phone, or gives them up.
    pub(super) fn let_go(&mut self, effects: &mut Vec<Effect>) {
        if self.meta.binding == Binding::Revoked && !self.has_something_to_send() {
            effects.push(Effect::Clear);
        }
    }

    fn unseal_all(&mut self) -> Vec<Write> {
        let names: Vec<DocumentName> = self
            .changes
            .values()
            .map(|change| change.document)
            .collect();
        let mut writes = Vec::new();
        for name in names {
            writes.extend(self.unseal(name, |_| {}));
        }
        writes
    }

    /// Drops what came from the server: documents, outcomes and the directory.
    fn forget_everything_read(&mut self) -> Vec<Write> {
        let mut writes: Vec<Write> = std::mem::take(&mut self.held)
            .into_keys()
            .map(|id| delete_row(Table::Documents, id.0))
            .collect();
        let outcomes = std::mem::take(&mut self.outcomes).into_keys();
        writes.extend(outcomes.map(|id| delete_row(Table::Outcomes, id.0)));
        writes.extend(self.forget_matters());
        let had_directory = self.meta.directory.take().is_some();
        self.meta.directory_version = 0;
        self.meta.outcomes_revision = 0;
        self.meta.outcomes_held = 0;
        if had_directory || !writes.is_empty() {
            writes.push(self.write_meta());
        }
        self.derive_activities();
        writes
    }

    /// What follows when the server refused to renew the session.
    pub(super) fn sign_in_failed(
        &mut self,
        now: Timestamp,
        fault: NetworkFault,
        effects: &mut Vec<Effect>,
    ) {
        match fault {
            NetworkFault::Refused {
                code: Code::DeviceCopied,
                ..
            } => self.copied(effects),
            // Without a session nothing can be handed over.
            NetworkFault::Refused {
                code: Code::DeviceRevoked,
                ..
            } => self.revoked(now, HandOver::Over, effects),
            NetworkFault::Unreachable | NetworkFault::Refused { .. } => {
                self.failed(now, fault, effects);
            }
        }
    }
}

/// Whether a server still takes the unsent records of a revoked phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HandOver {
    /// As far as the phone knows.
    Open,
    /// It does not.
    Over,
}
