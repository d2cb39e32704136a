//! What a camera sees, with a frame to hold a code in; and the button that takes a photo instead.

use leptos::html::{Input, Video};
use leptos::prelude::*;
use leptos::web_sys::File;

use super::{Glyph, Icon, fresh_id};

/// The picture of a camera; whoever owns `video` opens one into it.
#[component]
pub fn Viewfinder(
    video: NodeRef<Video>,
    /// What the picture is, for those who cannot see it.
    #[prop(into)]
    label: Signal<String>,
    /// Whether the camera sees already.
    #[prop(into)]
    is_live: Signal<bool>,
) -> impl IntoView {
    view! {
        <div class="viewfinder" class:live=move || is_live.get()>
            <video
                class="viewfinder-picture"
                node_ref=video
                muted=true
                prop:muted=true
                playsinline="true"
                aria-label=label
            ></video>
            <span class="viewfinder-frame" aria-hidden="true"></span>
        </div>
    }
}

/// A button that takes or chooses a photo.
#[component]
pub fn PhotoButton(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] on_photo: Callback<File>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let id = fresh_id("photo");
    let take = move |_| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        let photo = input.files().and_then(|files| files.get(0));
        // The same photo may be chosen again.
        input.set_value("");
        if let Some(photo) = photo {
            on_photo.run(photo);
        }
    };
    view! {
        <div class="photo-button">
            <input
                class="photo-input"
                id=id.clone()
                type="file"
                accept="image/*"
                node_ref=input
                on:change=take
            />
            <label class="button secondary regular" for=id>
                <Glyph icon=Icon::Camera />
                <span class="button-label">{label}</span>
            </label>
        </div>
    }
}
