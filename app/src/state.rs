//! The only bridge between pages and engine: what screens may show, and what people may do.
//!
//! Pages take [`AppState`] by [`use_app_state`], read its signals and call its methods; they never
//! reach the driver. Everything shown here is derived from the engine and may be thrown away.

mod affairs;
mod binding;
mod coordinator;
mod export;
mod exports;
mod guests;
mod host_code;
mod matters;
mod mirror;
mod photos;
mod planning;
mod preferences;
mod rights;
mod roll_call;
mod scanning;
mod service;
mod settle;
mod toasts;

use std::rc::Rc;

use leptos::prelude::*;
use shared::client::{ActivityView, Engine, RecordView, SealedRecord, SyncStatus};
use shared::codes::Code;
use shared::directory::DirectorySlice;
use shared::ids::{ActivityId, EntryId, OrganisationId};
use shared::project::MarkRow;
use shared::records::{Claim, Evidence, Presence, Record};
use shared::time::{Quarter, Timestamp};

use crate::components::ToastMessage;
use crate::driver::{self, Driver};
use crate::locale::Locale;

pub(crate) use crate::driver::ObjectUrl;
pub use crate::driver::{
    AppPhase, CameraFault, Going, Persistence, PhotoFault, PhotoStanding, StorageNotice,
};
pub use crate::driver::{DownloadNews, DownloadTask};
pub use exports::{ExportFormat, ExportWanted};
pub use guests::{standing_invitations, standing_visitors};
pub use host_code::{ShownCode, Witnessed};
pub use mirror::provide_app_state;
pub use preferences::{DisplayMode, Preferences, TextSize};
pub use roll_call::standing_marks;
pub use scanning::{Answer, Camera, Doubt, Reading, ScanRequest, ScreenLight};

/// The app's state: cheap to copy, one for the whole page.
///
/// Methods named after a noun return a signal or read one (and so are followed where signals are
/// followed); methods named after a verb do something.
#[derive(Clone, Copy)]
pub struct AppState {
    phase: RwSignal<AppPhase>,
    status: RwSignal<SyncStatus>,
    browser_online: RwSignal<bool>,
    directory: RwSignal<Option<DirectorySlice>>,
    activities: RwSignal<Vec<ActivityView>>,
    records: RwSignal<Vec<RecordView>>,
    /// Counts the engine's changes; what is read from the engine on demand follows it.
    revision: RwSignal<u64>,
    now: RwSignal<Timestamp>,
    server_news: RwSignal<u64>,
    update_available: RwSignal<bool>,
    notice: RwSignal<Option<StorageNotice>>,
    session_refused: RwSignal<Option<Code>>,
    persistence: RwSignal<Persistence>,
    enrolment_code: RwSignal<Option<String>>,
    path: RwSignal<String>,
    feedback_open: RwSignal<bool>,
    scan: RwSignal<Option<ScanRequest>>,
    toasts: RwSignal<Vec<ToastMessage>>,
    preferences: RwSignal<Preferences>,
    locale: RwSignal<Locale>,
    /// Owns what outlives the page that made it.
    root: StoredValue<Owner>,
    driver: StoredValue<Rc<Driver>, LocalStorage>,
}

/// Returns the app's state.
///
/// # Panics
/// Outside of the tree that the app mounts, which has it everywhere.
pub fn use_app_state() -> AppState {
    expect_context::<AppState>()
}

/// What is shown.
impl AppState {
    /// Returns where the app stands as a whole.
    pub fn phase(self) -> Signal<AppPhase> {
        self.phase.into()
    }

    /// Returns how sync stands: unsent and refused counts, last success, what is in the way.
    pub fn status(self) -> Signal<SyncStatus> {
        self.status.into()
    }

    /// Returns the number of records that the server does not have yet.
    pub fn unsent(self) -> Signal<usize> {
        Signal::derive(move || self.status.with(|status| status.unsent))
    }

    /// Returns until when the server asked this phone to wait; `None` once it is over.
    pub fn held_until(self) -> Signal<Option<Timestamp>> {
        Signal::derive(move || {
            let until = self.status.with(|status| status.held_until);
            until.filter(|until| *until > self.now.get())
        })
    }

    /// Tells whether the server can be reached as far as this phone knows: the browser says that
    /// there is a network, and the last exchange found the server.
    pub fn online(self) -> Signal<bool> {
        Signal::derive(move || {
            self.browser_online.get() && self.status.with(|status| !mirror::is_unreachable(status))
        })
    }

    /// Returns this phone's slice of the directory, `None` before the first sync.
    pub fn directory(self) -> Signal<Option<DirectorySlice>> {
        self.directory.into()
    }

    /// Returns the activities of the calendars held, by start, then id.
    pub fn activities(self) -> Signal<Vec<ActivityView>> {
        self.activities.into()
    }

    /// Returns one activity of the calendars held.
    pub fn activity(self, id: ActivityId) -> Signal<Option<ActivityView>> {
        Memo::new(move |_| {
            self.activities.with(|views| {
                let is_it = |view: &&ActivityView| view.activity.current.plan.activity == id;
                views.iter().find(is_it).cloned()
            })
        })
        .into()
    }

    /// Returns the owner's records, and every plan and mark not yet uploaded, newest first.
    pub fn records(self) -> Signal<Vec<RecordView>> {
        self.records.into()
    }

    /// Returns the quarters of the owner's records that are not in memory, the newest first.
    pub fn sealed_quarters(self) -> Signal<Vec<Quarter>> {
        Memo::new(move |_| {
            self.revision.track();
            let quarters = self.driver().read(Engine::sealed_quarters);
            quarters.unwrap_or_default()
        })
        .into()
    }

    /// Opens a sealed quarter and returns the owner's records of it, newest first.
    pub fn open_quarter(self, quarter: Quarter) -> Vec<SealedRecord> {
        let records = self.driver().read(|engine| engine.sealed_records(quarter));
        records.unwrap_or_default()
    }

    /// Returns the marks of an activity's roll call, those not yet uploaded among them. Use
    /// [`standing_marks`] to find what stands for each person.
    pub fn marks(self, activity: ActivityId) -> Signal<Vec<MarkRow>> {
        Memo::new(move |_| {
            self.revision.track();
            self.driver()
                .read(|engine| engine.marks(activity))
                .unwrap_or_default()
        })
        .into()
    }

    /// Returns the phone's clock, moved on every 15 seconds and whenever the page comes to the
    /// front.
    pub fn now(self) -> Signal<Timestamp> {
        self.now.into()
    }

    /// Reads the phone's clock.
    pub fn clock(self) -> Timestamp {
        driver::now()
    }

    /// Returns a number that grows whenever the server says that something is new: what was read
    /// by [`AppState::dashboard`] and its like is then to be read again.
    pub fn server_news(self) -> Signal<u64> {
        self.server_news.into()
    }

    /// Tells whether a new version of the app waits; see [`AppState::apply_update`].
    pub fn update_available(self) -> Signal<bool> {
        self.update_available.into()
    }

    /// Returns what the owner should be told about the phone's storage.
    pub fn notice(self) -> Signal<Option<StorageNotice>> {
        self.notice.into()
    }

    /// Takes the notice off the screen.
    pub fn dismiss_notice(self) {
        self.notice.set(None);
    }

    /// Returns whether the browser promised to keep this phone's data.
    pub fn persistence(self) -> Signal<Persistence> {
        self.persistence.into()
    }
}

/// What people do.
impl AppState {
    /// Enters a record; resolves once it is durable on this phone (已保存).
    ///
    /// # Errors
    /// Why it cannot be entered, or why the phone's storage did not take it.
    pub async fn enter(self, record: Record) -> Result<EntryId, Code> {
        self.driver().enter(record).await
    }

    /// Offers a refused record again as it is; resolves once that is durable.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn resend(self, id: EntryId) -> Result<(), Code> {
        self.driver().resend(id).await
    }

    /// Puts an edited record in the place of a refused one; resolves once that is durable.
    ///
    /// # Errors
    /// As [`AppState::enter`]; the refused record then stays.
    pub async fn amend(self, refused: EntryId, record: Record) -> Result<EntryId, Code> {
        self.driver().amend(refused, record).await
    }

    /// 签到: enters the owner's own word of being there.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn check_in(self, view: &ActivityView) -> Result<EntryId, Code> {
        let presence = self.presence(view, Evidence::SelfReport)?;
        self.enter(Record::Claim(Claim::CheckIn(presence))).await
    }

    /// 签退: enters the owner's own word of leaving.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn check_out(self, view: &ActivityView) -> Result<EntryId, Code> {
        let presence = self.presence(view, Evidence::SelfReport)?;
        self.enter(Record::Claim(Claim::CheckOut(presence))).await
    }

    fn presence(self, view: &ActivityView, evidence: Evidence) -> Result<Presence, Code> {
        let current = &view.activity.current;
        self.presence_at(current.organisation, current.plan.activity, evidence)
    }

    fn presence_at(
        self,
        organisation: OrganisationId,
        activity: ActivityId,
        evidence: Evidence,
    ) -> Result<Presence, Code> {
        let city = self
            .directory
            .with_untracked(|slice| slice.as_ref().map(|slice| slice.city.code.clone()));
        Ok(Presence {
            city: city.ok_or(Code::ActivityUnknown)?,
            organisation,
            activity,
            evidence,
            installation: driver::installation(),
        })
    }

    /// 投诉建议: enters words for the coordinators.
    ///
    /// # Errors
    /// As [`AppState::enter`].
    pub async fn send_feedback(self, text: String) -> Result<EntryId, Code> {
        let text = text.trim().to_owned();
        self.enter(Record::Claim(Claim::Feedback { text })).await
    }

    /// Uploads what is unsent and fetches what is new, now.
    pub fn sync_now(self) {
        self.driver().wake();
    }

    /// Makes this tab the one that works, instead of the other.
    pub fn take_lead(self) {
        self.driver().open();
    }

    /// Tries again to open the phone's storage, after [`AppPhase::StorageFailed`].
    pub fn open_again(self) {
        self.driver().open();
    }

    /// Tells whether [`AppState::apply_update`] would put the new version in place: never while
    /// something is unsent, unless the server wants a newer version before it takes it.
    pub fn may_update(self) -> bool {
        self.status.with(mirror::may_update)
    }

    /// Puts the waiting version in the place of this one, and the page loads anew; while it may
    /// not, uploads instead.
    pub fn apply_update(self) {
        if untrack(|| self.may_update()) {
            self.driver().apply_update();
        } else {
            self.sync_now();
        }
    }

    /// Keeps the program's later parts on this phone, for use without a network.
    pub fn keep_later_parts(self) {
        self.driver().keep_later_parts();
    }

    /// Shows the sheet for feedback.
    pub fn open_feedback(self) {
        self.feedback_open.set(true);
    }

    /// Returns whether the sheet for feedback is shown.
    pub fn feedback_open(self) -> RwSignal<bool> {
        self.feedback_open
    }

    /// Returns the path in the page's address, such as `/records`.
    pub fn path(self) -> Signal<String> {
        self.path.into()
    }

    /// Returns what the address names behind its first part while that is `place`, such as the id in
    /// `/activities/ID`. A page that is being left keeps what it had.
    pub fn named(self, place: &'static str) -> Memo<Option<String>> {
        Memo::new(move |before: Option<&Option<String>>| {
            self.path.with(|path| {
                let mut parts = path.split('/').filter(|part| !part.is_empty());
                if parts.next() == Some(place) {
                    parts.next().map(str::to_owned)
                } else {
                    before.cloned().flatten()
                }
            })
        })
    }

    /// Goes to another place of the app.
    pub fn go(self, path: &str, going: Going) {
        self.driver().go(path, going);
    }

    fn driver(self) -> Rc<Driver> {
        self.driver.get_value()
    }
}
