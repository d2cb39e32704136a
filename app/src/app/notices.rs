//! What every screen says above its content: something in the way, something lost, something new.

use leptos::prelude::*;
use shared::client::{NetworkFault, SyncStatus, Trouble};
use shared::codes::Code;

use crate::components::{Button, ButtonKind, Icon, Notice, Tone};
use crate::locale::error_text;
use crate::state::{AppPhase, StorageNotice, use_app_state};
use crate::t;

/// The notices, each only while there is reason for it.
#[component]
pub(super) fn Notices() -> impl IntoView {
    view! {
        <StorageWord />
        <Obstacle />
        <Update />
    }
}

/// What happened to the phone's data; goes when the person has read it.
#[component]
fn StorageWord() -> impl IntoView {
    let state = use_app_state();
    let notice = state.notice();
    let words = move || {
        notice.get().map(|notice| {
            let title = move || match notice {
                StorageNotice::Evicted => t!(storage.lost_title),
                StorageNotice::Damaged(_) => t!(storage.damaged_title),
            };
            let text = move || match notice {
                StorageNotice::Evicted => t!(storage.lost),
                StorageNotice::Damaged(rows) => t!(storage.damaged, n = rows),
            };
            view! {
                <Notice
                    text=text
                    title=MaybeProp::derive(move || Some(title()))
                    tone=Tone::Notice
                    icon=Icon::Storage
                >
                    <Button
                        label=move || t!(action.ok)
                        kind=ButtonKind::Secondary
                        on_press=move |()| state.dismiss_notice()
                    />
                </Notice>
            }
        })
    };
    view! { <div role="status">{words}</div> }
}

/// What keeps records from being saved or uploaded and does not pass by itself.
#[component]
fn Obstacle() -> impl IntoView {
    let state = use_app_state();
    let (status, refused) = (state.status(), state.session_refused());
    let code = Memo::new(move |_| {
        let in_the_way = status.with(obstacle).or(refused.get());
        in_the_way.filter(|_| state.phase().get() == AppPhase::Ready)
    });
    let words = move || {
        code.get().map(|code| {
            let (message, next) = (
                move || error_text(code.as_str()).0,
                move || error_text(code.as_str()).1,
            );
            view! {
                <Notice
                    text=next
                    title=MaybeProp::derive(move || Some(message()))
                    tone=Tone::Trouble
                />
            }
        })
    };
    view! { <div role="status">{words}</div> }
}

/// 有新版本, offered and never forced.
#[component]
fn Update() -> impl IntoView {
    let state = use_app_state();
    let available = state.update_available();
    let may_update = Memo::new(move |_| state.may_update());
    let text = move || {
        if may_update.get() {
            t!(update.explain)
        } else {
            t!(update.wait_unsent)
        }
    };
    let words = move || {
        available.get().then(|| {
            view! {
                <Notice
                    text=text
                    title=MaybeProp::derive(move || Some(t!(update.available)))
                    tone=Tone::Info
                    icon=Icon::Refresh
                >
                    <Button
                        label=move || t!(update.apply)
                        kind=ButtonKind::Secondary
                        disabled=Signal::derive(move || !may_update.get())
                        on_press=move |()| state.apply_update()
                    />
                </Notice>
            }
        })
    };
    view! { <div role="status">{words}</div> }
}

/// Returns the code of what does not pass by itself; a missing network has its own badge, and an
/// ended session is renewed.
fn obstacle(status: &SyncStatus) -> Option<Code> {
    match status.trouble? {
        Trouble::Storage(fault) => Some(fault.code()),
        Trouble::Network(NetworkFault::Unreachable) => None,
        Trouble::Network(NetworkFault::Refused { code, .. }) => {
            let passes = matches!(
                code,
                Code::SessionExpired | Code::ServerError | Code::ServerBusy | Code::TooManyRequests
            );
            (!passes).then_some(code)
        }
    }
}
