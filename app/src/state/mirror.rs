//! Keeps the signals in step with the engine: takes the driver's news.

use leptos::prelude::*;
use shared::client::{Binding, Engine, NetworkFault, SyncStatus, Trouble};
use shared::codes::Code;

use super::{AppPhase, AppState, ScanRequest, preferences};
use crate::components::Tone;
use crate::driver::{self, Driver, News, StorageNotice};
use crate::locale::provide_locale;
use crate::t;

/// Provides the state and the locale to everything beneath the current owner and starts the driver.
pub fn provide_app_state() -> AppState {
    let kept = preferences::kept();
    preferences::apply(kept);
    // The driver needs the signals to tell its news, the state needs the driver: a place between.
    let place = StoredValue::new_local(None::<AppState>);
    let driver = Driver::new(move |news| {
        if let Some(state) = place.get_value() {
            state.hear(news);
        }
    });
    let state = AppState {
        phase: RwSignal::new(AppPhase::Opening),
        status: RwSignal::new(nothing_yet()),
        browser_online: RwSignal::new(true),
        directory: RwSignal::new(None),
        activities: RwSignal::new(Vec::new()),
        records: RwSignal::new(Vec::new()),
        revision: RwSignal::new(0),
        now: RwSignal::new(driver::now()),
        server_news: RwSignal::new(0),
        update_available: RwSignal::new(false),
        notice: RwSignal::new(None),
        session_refused: RwSignal::new(None),
        persistence: RwSignal::default(),
        enrolment_code: RwSignal::new(None),
        path: RwSignal::new(driver::path()),
        feedback_open: RwSignal::new(false),
        scan: RwSignal::new(None),
        toasts: RwSignal::new(Vec::new()),
        preferences: RwSignal::new(kept),
        locale: provide_locale(kept.locale),
        root: StoredValue::new(Owner::current().unwrap_or_default()),
        driver: StoredValue::new_local(driver),
    };
    place.set_value(Some(state));
    provide_context(state);
    state.driver().start();
    state
}

impl AppState {
    fn hear(self, news: News<'_>) {
        match news {
            News::Phase(phase) => self.enter_phase(phase),
            News::Changed(engine) => self.copy(engine),
            News::Notice(notice) => self.notice.set(Some(notice)),
            News::Persistence(answer) => set(self.persistence, answer),
            News::Online(online) => set(self.browser_online, online),
            News::Clock(at) => set(self.now, at),
            News::Poked => self.server_news.update(|count| *count += 1),
            News::SignIn(result) => set(self.session_refused, result.err()),
            News::PhotoRefused => self.toast(Tone::Trouble, || t!(photo.refused_told)),
            News::UpdateWaits => set(self.update_available, true),
            News::EnrolmentCode(code) => self.enrolment_code.set(Some(code)),
            News::Path(path) => set(self.path, path),
            News::Scanned(address) => self.scan.set(Some(ScanRequest::Link(address))),
        }
    }

    fn enter_phase(self, phase: AppPhase) {
        match phase {
            AppPhase::Opening => {}
            // Bound again: what the browser had emptied is being fetched.
            AppPhase::Ready => {
                if untrack(|| self.notice.get()) == Some(StorageNotice::Evicted) {
                    self.notice.set(None);
                }
            }
            // There is no engine: nothing of the last one may stay on the screen.
            AppPhase::NotEnrolled | AppPhase::Elsewhere | AppPhase::StorageFailed(_) => {
                set(self.status, nothing_yet());
                set(self.directory, None);
                set(self.activities, Vec::new());
                set(self.records, Vec::new());
                self.revision.update(|count| *count += 1);
            }
        }
        set(self.phase, phase);
    }

    fn copy(self, engine: &Engine) {
        set(self.status, engine.status());
        let directory = engine.directory();
        if self
            .directory
            .with_untracked(|held| held.as_ref() != directory)
        {
            self.directory.set(directory.cloned());
        }
        set(self.activities, engine.activities());
        set(self.records, engine.records());
        self.revision.update(|count| *count += 1);
    }
}

/// Sets a signal unless it says so already: a screen is drawn anew only for a change.
fn set<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|held| *held != value) {
        signal.set(value);
    }
}

fn nothing_yet() -> SyncStatus {
    SyncStatus {
        unsent: 0,
        refused: 0,
        busy: false,
        synced_at: None,
        clock_offset_ms: 0,
        trouble: None,
        held_until: None,
        binding: Binding::Bound,
    }
}

/// Tells whether the last exchange did not find the server.
pub(super) fn is_unreachable(status: &SyncStatus) -> bool {
    status.trouble == Some(Trouble::Network(NetworkFault::Unreachable))
}

/// Tells whether a new version may take the place of this one.
pub(super) fn may_update(status: &SyncStatus) -> bool {
    let wanted = match status.trouble {
        Some(Trouble::Network(NetworkFault::Refused { code, .. })) => {
            matches!(code, Code::VersionUnsupported | Code::RequestMalformed)
        }
        Some(Trouble::Network(NetworkFault::Unreachable) | Trouble::Storage(_)) | None => false,
    };
    status.unsent == 0 || wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_waits_for_what_is_unsent_unless_the_server_asks_for_it() {
        let mut status = nothing_yet();
        assert!(may_update(&status));
        status.unsent = 1;
        assert!(!may_update(&status));
        status.trouble = Some(Trouble::Network(NetworkFault::Unreachable));
        assert!(!may_update(&status));
        status.trouble = Some(Trouble::Network(NetworkFault::Refused {
            code: Code::VersionUnsupported,
            retry_after_ms: None,
        }));
        assert!(may_update(&status));
    }
}
