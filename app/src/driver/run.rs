//! One run of the engine: takes its effects to the browser and brings back what became of them.
//!
//! Lives from the moment this tab took the lead until it loses it. Writes go to the storage one
//! transaction at a time, in the order in which the engine asked for them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::{Rc, Weak};

use futures::channel::oneshot;
use gloo::timers::callback::Timeout;
use shared::client::{Effect, Engine, Identity, Input, NetworkFault, Row, StorageFault, Write};
use shared::codes::Code;
use shared::ids::EntryId;
use shared::records::Record;
use shared::time::Timestamp;
use wasm_bindgen_futures::spawn_local;

use super::clock::{Alarm, now, random};
use super::keys::DeviceKey;
use super::storage::{Fault, LeadToken, Storage};
use super::{Driver, News, StorageNotice, Tell, enrolment, local, network};

/// What a run works with.
pub(super) struct Setting {
    /// Who this phone is.
    pub(super) identity: Identity,
    /// The device's key; `None` when it was damaged, and then sessions cannot be renewed.
    pub(super) key: Option<DeviceKey>,
    /// The claim on the storage.
    pub(super) lead: LeadToken,
    /// The phone's storage.
    pub(super) storage: Rc<Storage>,
    /// What takes the news.
    pub(super) tell: Tell,
    /// Learns when another tab claimed the storage, and when the session was renewed.
    pub(super) driver: Weak<Driver>,
}

/// How far the screens may be behind what nobody waits for.
const DRAWN_WITHIN_MS: u32 = 50;

/// A run of the engine.
pub(super) struct Run {
    setting: Setting,
    engine: RefCell<Engine>,
    writes: RefCell<VecDeque<(u64, Vec<Write>)>>,
    is_writing: Cell<bool>,
    waiting: RefCell<BTreeMap<EntryId, oneshot::Sender<Result<(), Code>>>>,
    alarm: Alarm,
    /// Runs while the screens are behind the engine.
    changed: Cell<Option<Timeout>>,
    stopped: Cell<bool>,
}

impl Run {
    /// Opens the engine over the rows of the last run. Also returns how many of them were damaged.
    pub(super) fn open(setting: Setting, rows: Vec<Row>) -> (Rc<Self>, usize) {
        let seed = u64::from_le_bytes(random());
        let (engine, effects, damage) = Engine::open(setting.identity, rows, seed, now());
        let run = Rc::new(Self {
            setting,
            engine: RefCell::new(engine),
            writes: RefCell::default(),
            is_writing: Cell::new(false),
            waiting: RefCell::default(),
            alarm: Alarm::default(),
            changed: Cell::default(),
            stopped: Cell::new(false),
        });
        run.perform(effects);
        run.tell_changed();
        (run, damage.len())
    }

    /// Ends the run: nothing more is written, sent or told.
    pub(super) fn stop(&self) {
        self.stopped.set(true);
        self.alarm.clear();
        self.changed.take();
        self.writes.borrow_mut().clear();
        // Whoever waits learns that the sender is gone.
        self.waiting.borrow_mut().clear();
    }

    /// Reads something of the engine.
    pub(super) fn read<T>(&self, view: impl FnOnce(&Engine) -> T) -> T {
        view(&self.engine.borrow())
    }

    /// Gives the engine an input and does what it asks for.
    pub(super) fn handle(self: &Rc<Self>, input: Input) {
        if self.stopped.get() {
            return;
        }
        let effects = self.engine.borrow_mut().handle(now(), input);
        self.perform(effects);
    }

    /// Enters a record and waits until it is durable, or cannot be.
    pub(super) async fn enter(self: &Rc<Self>, id: EntryId, record: Record) -> Result<(), Code> {
        self.answer_to(id, Input::Enter { id, record }).await
    }

    /// Gives the engine an input and waits for what it says of a record.
    pub(super) async fn answer_to(self: &Rc<Self>, id: EntryId, input: Input) -> Result<(), Code> {
        let (answer, wait) = oneshot::channel();
        self.waiting.borrow_mut().insert(id, answer);
        self.handle(input);
        let result = wait.await.unwrap_or(Err(Code::StorageUnavailable));
        if result.is_ok() {
            // The service worker flushes when the network is back, should the page be gone by then.
            local::dispatch("baodao:request-flush");
        }
        result
    }

    /// Renews the session with the device's key.
    pub(super) async fn sign_in(&self) -> Result<(), NetworkFault> {
        let result = match &self.setting.key {
            Some(key) => enrolment::sign_in(self.setting.identity.device, key).await,
            None => Err(enrolment::refused(Code::KeyInvalid)),
        };
        if result != Err(NetworkFault::Unreachable) {
            self.tell(News::SignIn(result.map_err(network::code)));
        }
        if let (true, Some(driver)) = (result.is_ok(), self.setting.driver.upgrade()) {
            driver.follow_server();
        }
        result
    }

    /// Returns the device's key.
    pub(super) fn key(&self) -> Option<DeviceKey> {
        self.setting.key.clone()
    }

    /// Returns who this phone is.
    pub(super) fn identity(&self) -> Identity {
        self.setting.identity
    }

    /// Returns the claim on the storage.
    pub(super) fn lead(&self) -> &LeadToken {
        &self.setting.lead
    }

    /// Removes everything from the storage. The run is stopped first.
    pub(super) async fn clear(&self) -> Result<(), Fault> {
        self.stop();
        self.setting.storage.clear(&self.setting.lead).await
    }

    /// Screens change before anybody who waits goes on, so that they see what they waited for.
    fn perform(self: &Rc<Self>, effects: Vec<Effect>) {
        let mut changed = false;
        let mut answers = Vec::new();
        for effect in effects {
            match effect {
                Effect::Persist { ticket, writes } => self.persist(ticket, writes),
                Effect::Send { exchange, body } => self.send(exchange, body),
                Effect::Answer { id, result } => answers.push((id, result)),
                Effect::SignIn => self.renew_session(),
                Effect::WakeAt(at) => self.wake_at(at),
                Effect::Clear => self.clear_revoked(),
                Effect::Changed => changed = true,
            }
        }
        match (changed, answers.is_empty()) {
            (true, false) => self.tell_changed(),
            (true, true) => self.tell_changed_soon(),
            (false, _) => {}
        }
        if let (true, Some(driver)) = (changed, self.setting.driver.upgrade()) {
            driver.send_photos();
        }
        for (id, result) in answers {
            if let Some(answer) = self.waiting.borrow_mut().remove(&id) {
                // The page that waited may have been left.
                let _ = answer.send(result);
            }
        }
    }

    fn tell_changed(&self) {
        self.changed.take();
        self.tell(News::Changed(&self.engine.borrow()));
    }

    /// Nobody waits for it: what changes in quick succession, as one exchange does, is drawn once.
    fn tell_changed_soon(self: &Rc<Self>) {
        let running = self.changed.take();
        let run = Rc::downgrade(self);
        let drawn = running.unwrap_or_else(|| {
            Timeout::new(DRAWN_WITHIN_MS, move || {
                if let Some(run) = run.upgrade() {
                    run.tell_changed();
                }
            })
        });
        self.changed.set(Some(drawn));
    }

    fn persist(self: &Rc<Self>, ticket: u64, writes: Vec<Write>) {
        self.writes.borrow_mut().push_back((ticket, writes));
        if self.is_writing.replace(true) {
            return;
        }
        let run = Rc::clone(self);
        spawn_local(async move {
            while let Some((ticket, writes)) = run.next_write() {
                let written = run.write(writes).await;
                run.written(ticket, written);
            }
            run.is_writing.set(false);
        });
    }

    /// Writes; a storage that the browser emptied meanwhile is claimed again, so that the engine can
    /// write it anew.
    async fn write(&self, writes: Vec<Write>) -> Result<(), Fault> {
        let Setting {
            storage,
            lead,
            identity,
            key,
            ..
        } = &self.setting;
        let written = storage.write(lead, writes).await;
        if written != Err(Fault::Emptied) {
            return written;
        }
        storage.claim_again(lead, *identity, key.as_ref()).await?;
        self.tell(News::Notice(StorageNotice::Emptied));
        Err(Fault::Storage(StorageFault::Evicted))
    }

    fn next_write(&self) -> Option<(u64, Vec<Write>)> {
        self.writes.borrow_mut().pop_front()
    }

    fn written(self: &Rc<Self>, ticket: u64, written: Result<(), Fault>) {
        let result = match written {
            Ok(()) => Ok(()),
            Err(Fault::Storage(fault)) => Err(fault),
            Err(Fault::Emptied) => Err(StorageFault::Unavailable),
            Err(Fault::LeadLost) => {
                if let (false, Some(driver)) = (self.stopped.get(), self.setting.driver.upgrade()) {
                    driver.lose();
                }
                Err(StorageFault::Unavailable)
            }
        };
        self.handle(Input::Persisted { ticket, result });
    }

    fn send(self: &Rc<Self>, exchange: u64, body: Vec<u8>) {
        let run = Rc::clone(self);
        spawn_local(async move {
            let result = network::sync(&body).await;
            run.handle(Input::Answered { exchange, result });
        });
    }

    fn renew_session(self: &Rc<Self>) {
        let run = Rc::clone(self);
        spawn_local(async move {
            run.handle(match run.sign_in().await {
                Ok(()) => Input::SignedIn,
                Err(fault) => Input::SignInFailed { fault },
            });
        });
    }

    /// The owner is told before anything is removed.
    fn clear_revoked(self: &Rc<Self>) {
        self.tell(News::Notice(StorageNotice::Revoked));
        if let Some(driver) = self.setting.driver.upgrade() {
            let run = Rc::clone(self);
            spawn_local(async move {
                // What could not be removed is there at the next start, and is removed then.
                let _ = driver.empty(&run).await;
            });
        }
    }

    fn wake_at(self: &Rc<Self>, at: Timestamp) {
        let run = Rc::downgrade(self);
        self.alarm.set(at, move |at| {
            if let Some(run) = run.upgrade() {
                run.handle(Input::Tick { at });
            }
        });
    }

    fn tell(&self, news: News<'_>) {
        if !self.stopped.get() {
            (self.setting.tell)(news);
        }
    }
}
