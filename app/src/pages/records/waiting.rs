//! 未上传: how many records wait, that they are safe, and 马上上传.

use leptos::prelude::*;

use crate::components::{Button, ButtonKind, Icon, Notice, Tone};
use crate::locale::{format_clock, format_near};
use crate::pages::words;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

#[component]
pub(super) fn WaitingSection() -> impl IntoView {
    let state = use_app_state();
    let unsent = state.unsent();
    let unsent = Memo::new(move |_| unsent.get());
    view! {
        <div class="sync-state" aria-live="polite" data-unsent=move || unsent.get().to_string()>
            {move || match unsent.get() {
                0 => view! { <AllUploaded /> }.into_any(),
                waiting => view! { <Waiting waiting /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Waiting(waiting: usize) -> impl IntoView {
    let state = use_app_state();
    let (status, online, held) = (state.status(), state.online(), state.held_until());
    let busy = Memo::new(move |_| status.with(|status| status.busy));
    let words = move || {
        if let Some(until) = held.get() {
            t!(sync.held_until, time = format_clock(until.0))
        } else if online.get() {
            t!(unsent.lead)
        } else {
            t!(unsent.lead_offline)
        }
    };
    view! {
        <Notice
            title=said(move || t!(sync.unsent, n = words::count(waiting)))
            text=words
            tone=Tone::Notice
            icon=Icon::CloudUp
        >
            <Button
                label=move || t!(sync.send_now)
                kind=ButtonKind::Primary
                icon=Icon::CloudUp
                busy=busy
                on_press=move || state.sync_now()
            />
        </Notice>
        <LastSuccess />
    }
}

#[component]
fn AllUploaded() -> impl IntoView {
    view! {
        <Notice text=move || t!(sync.all_uploaded) tone=Tone::Good icon=Icon::CloudCheck />
        <LastSuccess />
    }
}

/// When the server was last reached.
#[component]
pub(in crate::pages) fn LastSuccess() -> impl IntoView {
    let state = use_app_state();
    let (status, now) = (state.status(), state.now());
    let at = Memo::new(move |_| status.with(|status| status.synced_at));
    let words = move || match at.get() {
        Some(at) => t!(sync.last_success, time = format_near(at.0, now.get().0)),
        None => t!(sync.never),
    };
    view! { <p class="sync-last">{words}</p> }
}
