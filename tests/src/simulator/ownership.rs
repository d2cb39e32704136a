//! Phones that lose their owner or their rows: revoked, copied, emptied, enrolled again.

use shared::client::{Binding, Engine, Input, NetworkFault, RecordState, Table};
use shared::codes::Code;
use shared::ids::{DeviceId, EntryId};
use shared::limits::HAND_OVER_MS;
use shared::time::MINUTE_MS;
use uuid::Uuid;

use super::faults::Fault;
use super::world::{Event, PROJECTION_MS, World};

impl World {
    /// What happens to some phone now and then.
    pub(super) fn change_hands(&mut self) -> Result<(), String> {
        let number = self.chance.index(self.phones.len());
        if self.strikes(Fault::DeviceRevoked) {
            let device = self.phones[number].identity.device;
            self.note(|| format!("{device} is revoked"));
            self.revoked.insert(device, None);
            if let Some(facts) = self.directory.devices.get_mut(&device) {
                facts.revoked_at.get_or_insert(self.now);
            }
            if self.server.requeue_hosts(device) {
                self.after(PROJECTION_MS, Event::Project);
            }
        }
        let number = self.chance.index(self.phones.len());
        if self.strikes(Fault::DeviceCopied) {
            let skew_ms = self.chance.between(-20_000, 20_000);
            let copy = self.phones[number].copy(skew_ms);
            self.note(|| format!("phone {number} is copied"));
            self.phones.push(copy);
            self.after(MINUTE_MS, Event::Start(self.phones.len() - 1));
            self.after(2 * MINUTE_MS, Event::Act(self.phones.len() - 1));
        }
        let number = self.chance.index(self.phones.len());
        if self.strikes(Fault::StorageEvicted) && !self.phones[number].is_retired() {
            self.note(|| format!("phone {number} is evicted"));
            let phone = &mut self.phones[number];
            phone.kill();
            phone.evict();
            phone.kill();
            // Its owner is told at the next start, and binds it anew.
            self.retire(number);
        }
        let number = self.chance.index(self.phones.len());
        if self.strikes(Fault::SecondTab) {
            self.open_second_tab(number)?;
        }
        Ok(())
    }

    /// Says whether a device may still come, as the server decides it: a revoked one hands over
    /// claims for a while.
    pub(super) fn is_turned_away(&mut self, device: DeviceId, offers: bool) -> bool {
        let now = self.now;
        let Some(first_contact) = self.revoked.get_mut(&device) else {
            return false;
        };
        let since = *first_contact.get_or_insert(now);
        !offers || now.since(since) > HAND_OVER_MS
    }

    /// Answers a phone that proves its key.
    pub(super) fn sign_in(&mut self, number: usize) -> Input {
        let device = self.phones[number].identity.device;
        let is_over = self.is_turned_away(device, true);
        if is_over {
            let fault = NetworkFault::Refused {
                code: Code::DeviceRevoked,
                retry_after_ms: None,
            };
            return Input::SignInFailed { fault };
        }
        if self.strikes(Fault::AnswerLost) {
            let fault = NetworkFault::Unreachable;
            return Input::SignInFailed { fault };
        }
        Input::SignedIn
    }

    /// A person sees what the screen says of the binding and does something about it.
    pub(super) fn look_at_binding(&mut self, number: usize) {
        let phone = &self.phones[number];
        let Some(status) = phone.engine.as_ref().map(Engine::status) else {
            return;
        };
        if phone.awaits_person {
            return;
        }
        let event = match status.binding {
            Binding::Bound => return,
            Binding::Loose(_) => Event::Enrolled(number),
            Binding::Revoked if status.unsent == 0 && !status.busy => Event::LetGo(number),
            Binding::Revoked => return,
        };
        self.phones[number].awaits_person = true;
        let after_ms = self.chance.between(1, 20) * MINUTE_MS;
        self.after(after_ms, event);
    }

    /// The owner of a revoked phone carries out what was refused.
    pub(super) fn let_go(&mut self, number: usize) -> Result<(), String> {
        self.phones[number].awaits_person = false;
        let refused: Vec<EntryId> = self.phones[number].refused().into_keys().collect();
        let is_revoked = self.phones[number]
            .engine
            .as_ref()
            .is_some_and(|engine| engine.status().binding == Binding::Revoked);
        if is_revoked {
            self.phones[number].given_up.extend(refused);
            self.give(number, Input::LetGo)?;
        }
        Ok(())
    }

    /// The engine wants everything removed.
    pub(super) fn clear(&mut self, number: usize) -> Result<(), String> {
        let phone = &mut self.phones[number];
        let records = phone.engine.as_ref().map(Engine::records);
        let unsent = records
            .unwrap_or_default()
            .into_iter()
            .find(|view| match view.state {
                RecordState::Saved | RecordState::Sending => true,
                RecordState::Refused(_) => !phone.given_up.contains(&view.entry.id),
                RecordState::Uploaded => false,
            });
        if let Some(view) = unsent {
            let id = view.entry.id;
            return Err(format!(
                "phone {number} clears itself with {id} as {:?}",
                view.state
            ));
        }
        phone.disk.0.clear();
        phone.kill();
        self.note(|| format!("phone {number} is cleared"));
        self.retire(number);
        Ok(())
    }

    fn retire(&mut self, number: usize) {
        self.phones[number].retired = true;
        self.phones[number].awaits_person = true;
        let after_ms = self.chance.between(1, 60) * MINUTE_MS;
        self.after(after_ms, Event::Enrolled(number));
    }

    /// A person enrols the phone: the server knows it as a new device, over whatever is on its disk.
    pub(super) fn enrol(&mut self, number: usize) -> Result<(), String> {
        self.phones[number].awaits_person = false;
        let binding = self.phones[number]
            .engine
            .as_ref()
            .map(|engine| engine.status().binding);
        let wanted = self.phones[number].is_retired() || matches!(binding, Some(Binding::Loose(_)));
        if !wanted {
            return Ok(());
        }
        self.devices += 1;
        let device = DeviceId(Uuid::from_u128(0x0300_0000 + self.devices));
        self.note(|| format!("phone {number} is enrolled as {device}"));
        let phone = &mut self.phones[number];
        let member = phone.identity.member;
        phone.kill();
        phone.identity.device = device;
        phone.retired = false;
        self.own(device, member);
        self.start(number)
    }

    /// The rows as the version before wrote them: without what this one added.
    pub(super) fn downgrade(&mut self, number: usize) {
        for ((table, _), value) in &mut self.phones[number].disk.0 {
            if let (Table::Meta, Some(older)) = (table, older_meta(value)) {
                *value = older;
            }
        }
    }
}

/// Returns a row of `meta` without the fields of later versions; `None` where they hold something
/// that the version before could not have met.
fn older_meta(value: &[u8]) -> Option<Vec<u8>> {
    let mut meta: ciborium::Value = ciborium::from_reader(value).ok()?;
    let fields = meta.as_map_mut()?;
    let is_plain = |name: &str, value: &ciborium::Value| match name {
        "binding" => value.as_text() == Some("bound"),
        "former" => value.as_array().is_some_and(Vec::is_empty),
        _ => true,
    };
    let plain = fields
        .iter()
        .all(|(name, value)| is_plain(name.as_text().unwrap_or(""), value));
    if !plain {
        return None;
    }
    fields.retain(|(name, _)| !matches!(name.as_text(), Some("binding" | "former" | "device")));
    let mut bytes = Vec::new();
    ciborium::into_writer(&meta, &mut bytes).ok()?;
    Some(bytes)
}
