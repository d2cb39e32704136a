//! Drives the engine in the browser: storage, keys, network, the leading tab, and what wakes it.
//!
//! Owns everything outside the engine that can fail. Knows nothing of screens: what happens is
//! told as [`News`]. One [`Run`] lives at a time, from the moment this tab takes the lead until it
//! loses it; a run that was stopped writes nothing more.

mod address;
mod camera;
mod clock;
mod codes;
mod decoder;
mod download;
mod enrolment;
mod events;
mod keys;
mod leader;
mod local;
mod network;
mod news;
mod photos;
mod run;
mod screen;
mod storage;
mod wake;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::client::{Engine, Input, NetworkFault};
use shared::codes::Code;
use shared::ids::EntryId;
use shared::records::Record;
use shared::time::Timestamp;
use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;

use clock::{Alarm, IdSource};
use events::Stream;
use leader::Lead;
use photos::Photos;
use run::{Run, Setting};
use storage::{Fault, Storage};

pub use address::Going;
pub(crate) use address::path;
pub use camera::CameraFault;
pub(crate) use camera::{Camera, read_photo};
pub(crate) use clock::now;
pub use download::{DownloadNews, DownloadTask};
pub(crate) use local::{
    ObjectUrl, announce_ready, download, download_bytes, forget_own, installation, keep_local,
    keep_own, kept_local, kept_own, origin, print, report_crashes,
};
pub(crate) use network::Tagged;
pub(crate) use news::News;
pub use news::{AppPhase, Persistence, StorageNotice};
pub use photos::{PhotoFault, PhotoStanding};
pub(crate) use screen::Awake;

/// What takes the news.
type Tell = Rc<dyn Fn(News<'_>)>;

/// The browser around the engine, one for the whole page.
pub(crate) struct Driver {
    tell: Tell,
    storage: Rc<Storage>,
    run: RefCell<Option<Rc<Run>>>,
    lead: RefCell<Option<Lead>>,
    stream: RefCell<Option<Stream>>,
    stream_again: Alarm,
    /// Whether the server may have poked while the stream was cut.
    pokes_missed: Rc<Cell<bool>>,
    photos: Photos,
    ids: RefCell<IdSource>,
    opening: Cell<bool>,
    enrolling: Cell<bool>,
}

impl Driver {
    /// Makes the driver; nothing happens before [`Driver::start`].
    pub(crate) fn new(tell: impl Fn(News<'_>) + 'static) -> Rc<Self> {
        Rc::new(Self {
            tell: Rc::new(tell),
            storage: Rc::default(),
            run: RefCell::default(),
            lead: RefCell::default(),
            stream: RefCell::default(),
            stream_again: Alarm::default(),
            pokes_missed: Rc::default(),
            photos: Photos::default(),
            ids: RefCell::default(),
            opening: Cell::new(false),
            enrolling: Cell::new(false),
        })
    }

    /// Begins: listens to what the browser says, then opens.
    pub(crate) fn start(self: &Rc<Self>) {
        wake::listen(self);
        address::listen(self);
        self.open();
    }

    /// Takes the lead from any other tab, reads the phone's storage and starts the engine. Does
    /// nothing while that is under way.
    pub(crate) fn open(self: &Rc<Self>) {
        if self.opening.replace(true) {
            return;
        }
        let driver = Rc::clone(self);
        spawn_local(async move {
            (driver.tell)(News::Phase(AppPhase::Opening));
            let phase = match driver.open_storage().await {
                Ok(phase) => phase,
                Err(Fault::LeadLost) => AppPhase::Elsewhere,
                Err(Fault::Emptied) => AppPhase::StorageFailed(Code::StorageUnavailable),
                Err(Fault::Storage(fault)) => AppPhase::StorageFailed(fault.code()),
            };
            driver.opening.set(false);
            (driver.tell)(News::Phase(phase));
            driver.follow_server();
        });
    }

    async fn open_storage(self: &Rc<Self>) -> Result<AppPhase, Fault> {
        self.stop();
        if self.lead.borrow().is_none() {
            let driver = Rc::clone(self);
            let lead = Lead::take(move || driver.lose()).await;
            *self.lead.borrow_mut() = Some(lead);
        }
        // Another tab may take the lead at any moment, also while the storage is read.
        self.check_lead()?;
        let held = self.storage.claim().await?;
        self.check_lead()?;
        let Some(identity) = held.identity else {
            if local::was_enrolled() {
                (self.tell)(News::Notice(StorageNotice::Evicted));
            }
            return Ok(AppPhase::NotEnrolled);
        };
        let setting = Setting {
            identity,
            key: held.key,
            lead: held.lead,
            storage: Rc::clone(&self.storage),
            tell: Rc::clone(&self.tell),
            driver: Rc::downgrade(self),
        };
        self.photos.begin(held.photos);
        let (run, damaged) = Run::open(setting, held.rows);
        *self.run.borrow_mut() = Some(run);
        self.forget_unnamed_photos();
        if damaged > 0 {
            (self.tell)(News::Notice(StorageNotice::Damaged(damaged)));
        }
        self.look_at_persistence();
        Ok(AppPhase::Ready)
    }

    fn check_lead(&self) -> Result<(), Fault> {
        let is_held = self.lead.borrow().as_ref().is_some_and(Lead::is_held);
        is_held.then_some(()).ok_or(Fault::LeadLost)
    }

    /// Another tab took the lead: drops the engine at once.
    fn lose(self: &Rc<Self>) {
        self.stop();
        self.lead.borrow_mut().take();
        self.storage.close();
        (self.tell)(News::Phase(AppPhase::Elsewhere));
    }

    fn stop(&self) {
        self.stream.borrow_mut().take();
        if let Some(run) = self.run.borrow_mut().take() {
            run.stop();
        }
    }

    /// Reads something of the engine, `None` while there is none.
    pub(crate) fn read<T>(&self, view: impl FnOnce(&Engine) -> T) -> Option<T> {
        self.run.borrow().as_ref().map(|run| run.read(view))
    }

    /// Enters a record and waits until it is durable.
    pub(crate) async fn enter(&self, record: Record) -> Result<EntryId, Code> {
        let run = self.current().ok_or(Code::StorageUnavailable)?;
        let id = EntryId(self.new_uuid());
        run.enter(id, record).await.map(|()| id)
    }

    /// Offers a refused record again as it is, and waits until that is durable.
    pub(crate) async fn resend(&self, id: EntryId) -> Result<(), Code> {
        let run = self.current().ok_or(Code::StorageUnavailable)?;
        run.answer_to(id, Input::Resend { id }).await
    }

    /// Puts an edited record in the place of a refused one, and waits until that is durable.
    pub(crate) async fn amend(&self, refused: EntryId, record: Record) -> Result<EntryId, Code> {
        let run = self.current().ok_or(Code::StorageUnavailable)?;
        let id = EntryId(self.new_uuid());
        let input = Input::Amend {
            refused,
            id,
            record,
        };
        run.answer_to(id, input).await.map(|()| id)
    }

    /// The owner of a revoked phone lets go what it could not hand over.
    pub(crate) fn let_go(&self) {
        if let Some(run) = self.current() {
            run.handle(Input::LetGo);
        }
    }

    /// Returns a new UUIDv7; those of one page sort in the order in which they were made.
    pub(crate) fn new_uuid(&self) -> Uuid {
        self.ids.borrow_mut().next(now(), clock::random())
    }

    /// Syncs now.
    pub(crate) fn wake(self: &Rc<Self>) {
        self.photos.hurry();
        if let Some(run) = self.current() {
            run.handle(Input::Wake);
        }
        self.follow_server();
    }

    /// Asks the server for something; an ended session is renewed once.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, path: &str) -> Result<T, Code> {
        self.call(|| network::get(path)).await
    }

    /// Gives the server something to answer; an ended session is renewed once.
    pub(crate) async fn tell<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Code> {
        self.call(|| network::post_json(path, body)).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        request: impl AsyncFn() -> Result<Vec<u8>, NetworkFault>,
    ) -> Result<T, Code> {
        network::read_json(self.answer(request).await)
    }

    /// Asks the server for a file; an ended session is renewed once.
    pub(crate) async fn fetch(&self, path: &str) -> Result<Vec<u8>, Code> {
        let answer = self.answer(|| network::get(path)).await;
        answer.map_err(network::code)
    }

    /// Asks the server for something, `None` when it is still what the tag names.
    pub(crate) async fn ask_newer(
        &self,
        path: &str,
        tag: Option<&str>,
    ) -> Result<Option<Tagged>, Code> {
        let answer = self.answer(|| network::get_newer(path, tag)).await;
        answer.map_err(network::code)
    }

    async fn answer<T>(
        &self,
        request: impl AsyncFn() -> Result<T, NetworkFault>,
    ) -> Result<T, NetworkFault> {
        let mut answer = request().await;
        let ended = matches!(
            answer,
            Err(NetworkFault::Refused {
                code: Code::SessionExpired,
                ..
            })
        );
        if let (true, Some(run)) = (ended, self.current())
            && run.sign_in().await.is_ok()
        {
            answer = request().await;
        }
        answer
    }

    fn current(&self) -> Option<Rc<Run>> {
        self.run.borrow().clone()
    }

    /// Opens the stream of the server's pokes where it is wanted and not open, closes it where the
    /// page is hidden.
    fn follow_server(self: &Rc<Self>) {
        let wanted = self.run.borrow().is_some() && wake::is_visible() && wake::is_online();
        let open = self.stream.borrow().is_some();
        if !wanted {
            self.stream.borrow_mut().take();
        } else if !open {
            let hear = |input: Input| {
                let driver = Rc::clone(self);
                move || {
                    (driver.tell)(News::Poked);
                    if let Some(run) = driver.current() {
                        run.handle(input.clone());
                    }
                }
            };
            let ended = Rc::clone(self);
            let on_end = move || {
                ended.stream.borrow_mut().take();
                let again = Rc::clone(&ended);
                let pause_ms = events::PAUSE_MS + clock::random_ms(events::PAUSE_MS);
                let at = now().plus(pause_ms);
                ended.stream_again.set(at, move |_| again.follow_server());
            };
            *self.stream.borrow_mut() = Stream::open(
                &self.pokes_missed,
                hear(Input::Wake),
                hear(Input::Reconnected),
                on_end,
            );
        }
    }

    fn look_at_persistence(&self) {
        let tell = Rc::clone(&self.tell);
        spawn_local(async move { tell(News::Persistence(local::persistence().await)) });
    }

    /// Puts the waiting version in the place of this one.
    pub(crate) fn apply_update(&self) {
        local::dispatch("baodao:apply-update");
    }

    /// Keeps the program's later parts for use without a network.
    pub(crate) fn keep_later_parts(&self) {
        local::dispatch("baodao:keep-later");
    }

    /// Tells the screens what time it is.
    fn tick(&self, at: Timestamp) {
        (self.tell)(News::Clock(at));
    }
}
