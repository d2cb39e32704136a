//! The driver of a phone: starts and kills its app, does what its engine asks for, and keeps to what
//! an engine may expect of its driver and no more.

use shared::client::{Effect, Engine, Input, NetworkFault, StorageFault, Write};
use shared::codes::Code;
use shared::ids::EntryId;
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
        if self.phones[number].is_retired() {
            return Ok(());
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
        self.perform(number, life, effects)
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

    /// Another tab takes the lead: the first goes on until it writes.
    pub(super) fn open_second_tab(&mut self, number: usize) -> Result<(), String> {
        let Some(engine) = self.phones[number].engine.take() else {
            return Ok(());
        };
        let life = self.phones[number].life;
        self.phones[number].kill();
        self.phones[number].rival = Some((life, engine));
        self.note(|| format!("phone {number} has a second tab"));
        self.start(number)?;
        if self.strikes(Fault::LeaderKilled) {
            self.kill(number);
        }
        Ok(())
    }

    /// Gives the engine of a phone an input and does what it asks for.
    pub(super) fn give(&mut self, number: usize, input: Input) -> Result<(), String> {
        let life = self.phones[number].life;
        self.give_to(number, life, input)
    }

    fn give_to(&mut self, number: usize, life: u32, input: Input) -> Result<(), String> {
        let phone = &mut self.phones[number];
        let now = phone.local(self.now);
        let Some(engine) = phone.engine_of(life) else {
            return Ok(());
        };
        let effects = engine.handle(now, input);
        self.perform(number, life, effects)
    }

    pub(super) fn hear(&mut self, number: usize, life: u32, input: Input) -> Result<(), String> {
        let phone = &mut self.phones[number];
        let cut_off = phone.link == Link::Down
            && matches!(
                input,
                Input::Answered { result: Ok(_), .. } | Input::SignedIn
            );
        if phone.engine_of(life).is_none() || cut_off {
            return Ok(());
        }
        let leads = phone.life == life;
        let held_before = phone.held_by_server(life);
        self.note(|| match &input {
            Input::Answered { exchange, result } => {
                let length = result.as_ref().map(Vec::len);
                format!("phone {number} hears {exchange}: {length:?}")
            }
            other => format!("phone {number} hears {other:?}"),
        });
        let hold = hold_ms(&input);
        self.give_to(number, life, input)?;
        // An answer that came too late holds nobody.
        let phone = &mut self.phones[number];
        let held = phone.held_by_server(life);
        if let Some(hold_ms) = hold.filter(|_| leads && held.is_some() && held != held_before) {
            phone.held_until = self.now.plus(hold_ms);
        }
        Ok(())
    }

    fn perform(&mut self, number: usize, life: u32, effects: Vec<Effect>) -> Result<(), String> {
        let leads = self.phones[number].life == life;
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
                        device: self.phones[number].identity.device,
                    };
                    self.send(caller, body)?;
                }
                Effect::Answer { id, result } if leads => self.told(number, id, result)?,
                Effect::Answer { .. } => {}
                Effect::SignIn => {
                    let after_ms = self.chance.between(50, 2_000);
                    let input = Box::new(self.sign_in(number));
                    let phone = number;
                    self.after(after_ms, Event::Heard { phone, life, input });
                }
                Effect::WakeAt(local) => {
                    let after_ms = local.since(self.phones[number].local(self.now)).max(0);
                    let input = Box::new(Input::Tick { at: local });
                    let phone = number;
                    self.after(after_ms, Event::Heard { phone, life, input });
                }
                Effect::Clear if leads => {
                    self.clear(number)?;
                    return Ok(());
                }
                Effect::Clear | Effect::Changed => {}
            }
        }
        self.look_at_binding(number);
        Ok(())
    }

    fn told(&mut self, number: usize, id: EntryId, result: Result<(), Code>) -> Result<(), String> {
        self.note(|| format!("phone {number} says of {id}: {result:?}"));
        let phone = &mut self.phones[number];
        let refused = phone.edits.remove(&id);
        if result.is_ok() {
            phone.saved.insert(id);
            if let Some(refused) = refused {
                phone.saved.remove(&refused);
            }
            if !phone.disk.holds_command(id) {
                return Err(format!("phone {number} called {id} saved and it is not"));
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
            // A tab without the lead writes nothing, and learns of it by that.
            self.phones[number].rival = None;
            return Ok(());
        }
        if self.strikes(Fault::PhoneCrashBeforeWrite) {
            self.kill(number);
            return Ok(());
        }
        let result = if self.strikes(Fault::StorageEmptied) {
            self.phones[number].evict();
            Err(StorageFault::Evicted)
        } else {
            self.storage(number)
        };
        self.note(|| {
            format!(
                "phone {number} commits {ticket}: {} {result:?}",
                writes.len()
            )
        });
        if result.is_ok() {
            self.phones[number].commit(writes);
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

/// Returns the pause that an answer asks for.
fn hold_ms(input: &Input) -> Option<i64> {
    match input {
        Input::Answered {
            result:
                Err(NetworkFault::Refused {
                    retry_after_ms: Some(ms),
                    ..
                }),
            ..
        } => Some(*ms),
        _ => None,
    }
}
