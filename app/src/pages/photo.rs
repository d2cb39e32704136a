//! A photo of a service: looking at it, and how far it has come.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;
use shared::ids::PhotoHash;

use crate::components::{Button, Chip, Icon, Notice, Tone};
use crate::locale::error_text;
use crate::state::{ObjectUrl, PhotoStanding, use_app_state};
use crate::t;

/// What is to be seen of a photo.
enum Look {
    /// It is not on this phone, and nobody has asked for it.
    Away,
    Coming,
    Here(ObjectUrl),
    Failed(Code),
}

/// A photo: at once where this phone has it, else when somebody asks for it.
#[component]
pub(super) fn PhotoView(hash: PhotoHash) -> impl IntoView {
    let state = use_app_state();
    let look = RwSignal::new(Look::Away);
    spawn_local(async move {
        if let Some(url) = state.kept_photo(hash).await {
            // Nobody looks any more when the page was left.
            look.try_set(Look::Here(url));
        }
    });
    let ask = move || {
        look.set(Look::Coming);
        spawn_local(async move {
            let answer = state.fetch_photo(hash).await;
            look.try_set(answer.map_or_else(Look::Failed, Look::Here));
        });
    };
    let is_coming = Memo::new(move |_| look.with(|look| matches!(look, Look::Coming)));
    let shown = move || {
        look.with(|look| match look {
            Look::Here(url) => {
                let address = url.as_str().to_owned();
                view! { <img class="photo" src=address alt=move || t!(photo.label) /> }.into_any()
            }
            Look::Failed(code) => {
                let code = *code;
                view! {
                    <Notice text=move || trouble_text(code) tone=Tone::Notice icon=Icon::Info />
                }
                .into_any()
            }
            Look::Away | Look::Coming => ().into_any(),
        })
    };
    let is_here = Memo::new(move |_| look.with(|look| matches!(look, Look::Here(_))));
    view! {
        <div class="photo-place" data-photo=hash.to_string()>
            <div aria-live="polite">{shown}</div>
            <Show when=move || !is_here.get()>
                <Button
                    label=move || t!(photo.look)
                    icon=Icon::Camera
                    busy=is_coming
                    on_press=ask
                />
            </Show>
        </div>
    }
}

fn trouble_text(code: Code) -> String {
    match code {
        Code::NotFound => t!(photo.not_here),
        Code::NetworkUnreachable => t!(photo.offline),
        _ => error_text(code.as_str()).0,
    }
}

/// How far a photo that was taken on this phone has come; nothing of another.
#[component]
pub(super) fn PhotoProgress(hash: PhotoHash) -> impl IntoView {
    let standing = use_app_state().photo_standing(hash);
    move || {
        let (text, tone, icon): (fn() -> String, _, _) = match standing.get()? {
            PhotoStanding::Waiting => (|| t!(photo.waiting), Tone::Neutral, Icon::Phone),
            PhotoStanding::Uploaded => (|| t!(photo.uploaded), Tone::Good, Icon::CloudCheck),
            PhotoStanding::Refused => (|| t!(photo.refused), Tone::Trouble, Icon::Warning),
        };
        Some(view! { <Chip text=Signal::derive(text) tone=tone icon=icon /> })
    }
}
