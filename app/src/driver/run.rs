//! One run of the engine: takes its effects to the browser and brings back what became of them.
//!
//! Lives from the moment this tab took the lead until it loses it. Writes go to the storage one
//! transaction at a time, in the order in which the engine asked for them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::{Rc, Weak};

use futures::channel::oneshot;
use shared::client::{Effect, Engine, Identity, Input, Row, StorageFault, Write};
use shared::codes::Code;
use shared::ids::EntryId;
use shared::records::Record;
use shared::time::Timestamp;
use wasm_bindgen_futures::spawn_local;

use super::clock::{Alarm, now, random};
use super::keys::DeviceKey;
use super::storage::{Fault, LeadToken, Storage};
use super::{Driver, News, Tell, enrolment, local, network};

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

/// A run of the engine.
pub(super) struct Run {
    setting: Setting,
    engine: RefCell<Engine>,
    writes: RefCell<VecDeque<(u64, Vec<Write>)>>,
    is_writing: Cell<bool>,
    waiting: RefCell<BTreeMap<EntryId, oneshot::Sender<Result<(), Code>>>>,
    alarm: Alarm,
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
            stopped: Cell::new(false),
        });
        run.perform(effects);
        (run, damage.len())
    }

    /// Ends the run: nothing more is written, sent or told.
    pub(super) fn stop(&self) {
        self.stopped.set(true);
        self.alarm.clear();
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
        let (answer, wait) = oneshot::channel();
        self.waiting.borrow_mut().insert(id, answer);
        self.handle(Input::Enter { id, record });
        let result = wait.await.unwrap_or(Err(Code::StorageUnavailable));
        if result.is_ok() {
            // The service worker flushes when the network is back, should the page be gone by then.
            local::dispatch("baodao:request-flush");
        }
        result
    }

    /// Renews the session with the device's key. Tells whether there is one now.
    pub(super) async fn sign_in(&self) -> bool {
        let result = match &self.setting.key {
            Some(key) => enrolment::sign_in(self.setting.identity.device, key).await,
            None => Err(Code::KeyInvalid),
        };
        if result != Err(Code::NetworkUnreachable) {
            self.tell(News::SignIn(result));
        }
        if let (true, Some(driver)) = (result.is_ok(), self.setting.driver.upgrade()) {
            driver.follow_server();
        }
        result.is_ok()
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
                Effect::Changed => changed = true,
            }
        }
        if changed {
            self.tell(News::Changed(&self.engine.borrow()));
        }
        for (id, result) in answers {
            if let Some(answer) = self.waiting.borrow_mut().remove(&id) {
                // The page that waited may have been left.
                let _ = answer.send(result);
            }
        }
    }

    fn persist(self: &Rc<Self>, ticket: u64, writes: Vec<Write>) {
        self.writes.borrow_mut().push_back((ticket, writes));
        if self.is_writing.replace(true) {
            return;
        }
        let run = Rc::clone(self);
        spawn_local(async move {
            while let Some((ticket, writes)) = run.next_write() {
                let written = run.setting.storage.write(&run.setting.lead, writes).await;
                run.written(ticket, written);
            }
            run.is_writing.set(false);
        });
    }

    fn next_write(&self) -> Option<(u64, Vec<Write>)> {
        self.writes.borrow_mut().pop_front()
    }

    fn written(self: &Rc<Self>, ticket: u64, written: Result<(), Fault>) {
        let result = match written {
            Ok(()) => Ok(()),
            Err(Fault::Storage(fault)) => Err(fault),
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

    /// A renewal that fails says nothing: the engine stops waiting for it by itself.
    fn renew_session(self: &Rc<Self>) {
        let run = Rc::clone(self);
        spawn_local(async move {
            if run.sign_in().await {
                run.handle(Input::SignedIn);
            }
        });
    }

    fn wake_at(self: &Rc<Self>, at: Timestamp) {
        let run = Rc::downgrade(self);
        self.alarm.set(at, move || {
            if let Some(run) = run.upgrade() {
                run.handle(Input::Tick);
            }
        });
    }

    fn tell(&self, news: News<'_>) {
        if !self.stopped.get() {
            (self.setting.tell)(news);
        }
    }
}
