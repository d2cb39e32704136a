//! What the app has to say: notices that stay in the page and toasts that pass.

use leptos::prelude::*;

use super::{Glyph, Icon, Tone};
use crate::t;

/// A sentence or two that stay in the page, with buttons as children.
#[component]
pub fn Notice(
    #[prop(into)] text: Signal<String>,
    #[prop(optional, into)] title: MaybeProp<String>,
    #[prop(optional)] tone: Tone,
    #[prop(optional)] icon: Option<Icon>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let icon = icon.unwrap_or(tone.icon());
    view! {
        <div class=format!("notice-box {}", tone.class())>
            <span class="notice-icon">
                <Glyph icon />
            </span>
            <div class="notice-words">
                {move || title.get().map(|title| view! { <p class="notice-title">{title}</p> })}
                <p class="notice-text">{text}</p>
                {children.map(|children| view! { <div class="notice-actions">{children()}</div> })}
            </div>
        </div>
    }
}

/// A passing word, with at most one thing to do about it.
#[derive(Clone, Debug)]
pub struct ToastMessage {
    /// Tells toasts apart.
    pub id: u64,
    /// How it is meant.
    pub tone: Tone,
    /// What it says.
    pub text: Signal<String>,
    /// The words and the work of its button.
    pub action: Option<(Signal<String>, Callback<()>)>,
}

/// The place where toasts appear and are read aloud; whoever owns the list ends them.
#[component]
pub fn Toasts(
    #[prop(into)] toasts: Signal<Vec<ToastMessage>>,
    #[prop(into)] on_dismiss: Callback<u64>,
) -> impl IntoView {
    let show = move |toast: ToastMessage| {
        let id = toast.id;
        let action = toast.action.map(|(label, run)| {
            view! {
                <button type="button" class="toast-action" on:click=move |_| run.run(())>
                    {label}
                </button>
            }
        });
        view! {
            <li class=format!("toast {}", toast.tone.class())>
                <Glyph icon=toast.tone.icon() />
                <span class="toast-text">{toast.text}</span>
                {action}
                <button
                    type="button"
                    class="toast-close"
                    aria-label=move || t!(action.close)
                    on:click=move |_| on_dismiss.run(id)
                >
                    <Glyph icon=Icon::Close />
                </button>
            </li>
        }
    };
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <ul class="toasts-list" role="list">
                <For each=move || toasts.get() key=|toast| toast.id children=show />
            </ul>
        </div>
    }
}
