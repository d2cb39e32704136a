//! What every screen says above its content: something in the way, something lost, something new.

use leptos::prelude::*;
use shared::client::{Binding, NetworkFault, SyncStatus, Trouble};
use shared::codes::Code;

use crate::components::{Button, ButtonKind, ButtonLink, Icon, Notice, Tone};
use crate::locale::error_text;
use crate::state::{AppPhase, StorageNotice, use_app_state};
use crate::t;

/// The notices, each only while there is reason for it.
#[component]
pub(super) fn Notices() -> impl IntoView {
    view! {
        <StorageWord />
        <Loosened />
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
                StorageNotice::Emptied => t!(storage.emptied_title),
                StorageNotice::Revoked => t!(binding.cleared_title),
                StorageNotice::Damaged(_) => t!(storage.damaged_title),
            };
            let text = move || match notice {
                StorageNotice::Evicted => t!(storage.lost),
                StorageNotice::Emptied => t!(storage.emptied),
                StorageNotice::Revoked => t!(binding.cleared),
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

/// 需要重新绑定, or a revoked phone with records that it could not hand over.
#[component]
fn Loosened() -> impl IntoView {
    let state = use_app_state();
    let (binding, status) = (state.binding(), state.status());
    let binding = Memo::new(move |_| binding.get());
    let left = Memo::new(move |_| status.with(|status| (status.unsent, status.refused)));
    let words = move || match binding.get() {
        Binding::Bound => None,
        Binding::Loose(_) => Some(
            view! {
                <Notice
                    title=MaybeProp::derive(move || Some(t!(binding.again_title)))
                    text=move || t!(binding.again, n = left.get().0)
                    tone=Tone::Trouble
                >
                    <ButtonLink
                        label=move || t!(binding.again_action)
                        href="/enrol"
                        kind=ButtonKind::Primary
                    />
                </Notice>
            }
            .into_any(),
        ),
        Binding::Revoked => Some(
            view! {
                <Notice
                    title=MaybeProp::derive(move || Some(t!(binding.revoked_title)))
                    text=move || match left.get() {
                        (0, refused) => t!(binding.revoked_refused, n = refused),
                        (unsent, _) => t!(binding.revoked_unsent, n = unsent),
                    }
                    tone=Tone::Trouble
                >
                    <Show when=move || matches!(left.get(), (0, 1..))>
                        <ButtonLink
                            label=move || t!(binding.revoked_export)
                            href="/records"
                            kind=ButtonKind::Primary
                        />
                    </Show>
                </Notice>
            }
            .into_any(),
        ),
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
    // The notice of the binding says it already.
    if status.binding != Binding::Bound {
        return None;
    }
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
