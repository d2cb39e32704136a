//! The photo of a service, which nobody has to add.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::File;

use super::super::form::Form;
use super::draft::ServiceDraft;
use crate::components::{Button, ButtonKind, Notice, PhotoButton, Tone};
use crate::locale::error_text;
use crate::pages::photo::PhotoView;
use crate::state::{PhotoFault, use_app_state};
use crate::t;

/// Folded away until somebody wants to add one.
#[component]
pub(super) fn PhotoField(form: Form<ServiceDraft>) -> impl IntoView {
    let state = use_app_state();
    let photo = Memo::new(move |_| form.draft.with(|draft| draft.photo));
    let begins_open = photo.get_untracked().is_some();
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<PhotoFault>));
    let take = move |file: File| {
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match state.take_photo(&file).await {
                Ok(photo) => {
                    // Nobody wants it any more when the page was left.
                    form.draft.try_update(|draft| draft.photo = Some(photo));
                }
                Err(fault) => {
                    failure.try_set(Some(fault));
                }
            }
            busy.try_set(false);
        });
    };
    let remove = move || {
        form.draft.update(|draft| draft.photo = None);
        state.forget_unnamed_photos();
    };
    let shown = move || match photo.get() {
        Some(photo) => view! {
            <PhotoView hash=photo.hash />
            <Button
                label=move || t!(photo.remove)
                kind=ButtonKind::Quiet
                on_press=remove
            />
        }
        .into_any(),
        None if busy.get() => view! { <p>{move || t!(photo.working)}</p> }.into_any(),
        None => view! { <PhotoButton label=move || t!(photo.choose) on_photo=take /> }.into_any(),
    };
    view! {
        <details class="service-details" open=begins_open>
            <summary>{move || t!(photo.add)}</summary>
            <p class="field-hint">{move || t!(photo.explain)}</p>
            <div class="photo-field" aria-live="polite">
                {shown}
                {move || {
                    failure
                        .get()
                        .map(|fault| {
                            view! {
                                <Notice text=move || fault_text(fault) tone=Tone::Trouble />
                            }
                        })
                }}
            </div>
        </details>
    }
}

fn fault_text(fault: PhotoFault) -> String {
    match fault {
        PhotoFault::Unreadable => t!(photo.unreadable),
        PhotoFault::NotKept(code) => error_text(code.as_str()).0,
    }
}
