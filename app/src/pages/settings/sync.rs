//! Whether everything is uploaded, whether the clock is right, whether the browser keeps the data.

use leptos::prelude::*;
use shared::time::MINUTE_MS;

use crate::components::{Button, ButtonLink, Icon, List, ListRow, Notice, Section, Tone};
use crate::locale::format_near;
use crate::pages::words;
use crate::state::{Persistence, use_app_state};
use crate::t;

/// From this offset on, the owner should set the phone's clock.
const CLOCK_TOLERANCE_MS: i64 = 5 * MINUTE_MS;

#[component]
pub(super) fn SyncSection() -> impl IntoView {
    let state = use_app_state();
    let (status, now, unsent) = (state.status(), state.now(), state.unsent());
    let busy = Memo::new(move |_| status.with(|status| status.busy));
    let last = Memo::new(move |_| status.with(|status| status.synced_at));
    let sync_words = move || match last.get() {
        Some(at) => t!(sync.last_success, time = format_near(at.0, now.get().0)),
        None => t!(sync.never),
    };
    let unsent_words = move || match unsent.get() {
        0 => t!(sync.all_uploaded),
        waiting => t!(sync.unsent, n = words::count(waiting)),
    };
    view! {
        <Section title=move || t!(settings.storage)>
            <ClockNotice />
            <List>
                <ListRow
                    title=unsent_words
                    subtitle=MaybeProp::derive(move || Some(sync_words()))
                    icon=Icon::CloudUp
                />
                <PersistenceRow />
            </List>
            <div class="button-row">
                <Button
                    label=move || t!(sync.send_now)
                    icon=Icon::Refresh
                    busy=busy
                    on_press=move || state.sync_now()
                />
                <ButtonLink label=move || t!(nav.records) href="/records" icon=Icon::List />
            </div>
        </Section>
    }
}

#[component]
fn ClockNotice() -> impl IntoView {
    let status = use_app_state().status();
    // The server's clock less the phone's: positive where the phone is behind.
    let offset_ms = Memo::new(move |_| status.with(|status| status.clock_offset_ms));
    let words = move || {
        let offset_ms = offset_ms.get();
        let minutes = offset_ms.unsigned_abs() / MINUTE_MS.unsigned_abs();
        if offset_ms < 0 {
            t!(sync.clock_ahead, minutes = minutes)
        } else {
            t!(sync.clock_behind, minutes = minutes)
        }
    };
    view! {
        <Show when=move || CLOCK_TOLERANCE_MS < offset_ms.get().saturating_abs()>
            <Notice text=words tone=Tone::Notice icon=Icon::Clock />
        </Show>
    }
}

#[component]
fn PersistenceRow() -> impl IntoView {
    let persistence = use_app_state().persistence();
    let title = move || match persistence.get() {
        Persistence::Granted => t!(settings.storage_kept),
        Persistence::Refused => t!(settings.storage_not_kept),
        Persistence::Unknown => t!(settings.storage_unknown),
    };
    let hint = move || match persistence.get() {
        Persistence::Granted => None,
        Persistence::Refused | Persistence::Unknown => Some(t!(settings.storage_not_kept_hint)),
    };
    view! { <ListRow title=title subtitle=MaybeProp::derive(hint) icon=Icon::Storage /> }
}
