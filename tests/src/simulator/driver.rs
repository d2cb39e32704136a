//! The driver of a phone: starts and kills its app, does what its engine asks for, and keeps to what
//! an engine may expect of its driver and no more.

use shared::client::{Effect, Engine, Input, StorageFault, Write};
use shared::time::MINUTE_MS;

use super::faults::Fault;
use super::phone::Link;
use super::server::Caller;
use super::world::{Event, World};

impl World {
    /// Starts the app over what is on the disk.
    pub(super) fn start(&mut self, number: usize) -> Result<(), String> {
        if self.phones[number].engine.is_some() {
            return Ok(());
        }
        if self.phones[number].life > 0 {
            self.tamper(number);
        }
        let seed = self.chance.number();
        let phone = &mut self.phones[number];
        let now = phone.local(self.now);
        let (engine, effects, damage) = Engine::open(phone.identity, phone.disk.rows(), seed, now);
        phone.engine = Some(engine);
        let life = phone.life;
        self.note(|| {
            format!(
                "phone {number} starts run {life}, {} rows damaged",
                damage.len()
            )
        });
        self.perform(number, effects)
    }

    pub(super) fn kill(&mut self, number: usize) {
        if self.phones[number].engine.is_none() {
            return;
        }
        self.phones[number].kill();
        self.note(|| format!("phone {number} dies"));
        let after_ms = self.chance.between(500, 2 * MINUTE_MS);
        self.after(after_ms, Event::Start(number));
    }

    /// Gives the engine of a phone an input and does what it asks for.
    pub(super) fn give(&mut self, number: usize, input: Input) -> Result<(), String> {
        let phone = &mut self.phones[number];
        let now = phone.local(self.now);
        let Some(engine) = &mut phone.engine else {
            return Ok(());
        };
        let effects = engine.handle(now, input);
        self.perform(number, effects)
    }

    pub(super) fn hear(&mut self, number: usize, life: u32, input: Input) -> Result<(), String> {
        let phone = &self.phones[number];
        let cut_off = phone.link == Link::Down
            && matches!(
                input,
                Input::Answered { result: Ok(_), .. } | Input::SignedIn
            );
        if phone.life != life || cut_off {
            return Ok(());
        }
        self.note(|| match &input {
            Input::Answered { exchange, result } => {
                let length = result.as_ref().map(Vec::len);
                format!("phone {number} hears {exchange}: {length:?}")
            }
            other => format!("phone {number} hears {other:?}"),
        });
        self.give(number, input)
    }

    fn perform(&mut self, number: usize, effects: Vec<Effect>) -> Result<(), String> {
        let life = self.phones[number].life;
        for effect in effects {
            match effect {
                Effect::Persist { ticket, writes } => {
                    let took_ms = self.chance.between(1, 25);
                    let begun = self.phones[number].disk_free_at.max(self.now);
                    self.phones[number].disk_free_at = begun.plus(took_ms);
                    let event = Event::Commit {
                        phone: number,
                        life,
                        ticket,
                        writes,
                    };
                    self.after(begun.since(self.now) + took_ms, event);
                }
                Effect::Send { exchange, body } => {
                    self.note(|| format!("phone {number} sends {exchange}: {}", body.len()));
                    let caller = Caller {
                        phone: number,
                        life,
                        exchange,
                    };
                    self.send(caller, body)?;
                }
                Effect::Answer { id, result } => {
                    self.note(|| format!("phone {number} says of {id}: {result:?}"));
                    if result.is_ok() {
                        self.phones[number].saved.insert(id);
                        if !self.phones[number].disk.holds_command(id) {
                            return Err(format!("phone {number} called {id} saved and it is not"));
                        }
                    }
                }
                Effect::SignIn => {
                    let after_ms = self.chance.between(50, 2_000);
                    let input = Input::SignedIn;
                    let phone = number;
                    self.after(after_ms, Event::Heard { phone, life, input });
                }
                Effect::WakeAt(local) => {
                    let after_ms = local.since(self.phones[number].local(self.now)).max(0);
                    let input = Input::Tick;
                    let phone = number;
                    self.after(after_ms, Event::Heard { phone, life, input });
                }
                Effect::Changed => {}
            }
        }
        Ok(())
    }

    pub(super) fn commit(
        &mut self,
        number: usize,
        life: u32,
        ticket: u64,
        writes: Vec<Write>,
    ) -> Result<(), String> {
        if self.phones[number].life != life {
            return Ok(());
        }
        if self.strikes(Fault::PhoneCrashBeforeWrite) {
            self.kill(number);
            return Ok(());
        }
        let result = self.storage(number);
        self.note(|| {
            format!(
                "phone {number} commits {ticket}: {} {result:?}",
                writes.len()
            )
        });
        if result.is_ok() {
            self.phones[number].disk.write(writes);
            if self.strikes(Fault::PhoneCrashAfterWrite) {
                self.kill(number);
                return Ok(());
            }
        }
        self.give(number, Input::Persisted { ticket, result })
    }

    /// Says whether the phone's storage takes a write now.
    fn storage(&mut self, number: usize) -> Result<(), StorageFault> {
        for (fault, kind) in [
            (Fault::StorageFull, StorageFault::Full),
            (Fault::StorageDenied, StorageFault::Denied),
            (Fault::StorageUnavailable, StorageFault::Unavailable),
        ] {
            if self.strikes(fault) {
                // Often for one write only: then the ones behind it succeed.
                let lasts_ms = self.chance.between(0, 1) * self.chance.between(0, 10 * MINUTE_MS);
                self.phones[number].storage = Some((self.now.plus(lasts_ms), kind));
            }
        }
        match self.phones[number].storage {
            Some((until, kind)) if until >= self.now => Err(kind),
            _ => Ok(()),
        }
    }
}
