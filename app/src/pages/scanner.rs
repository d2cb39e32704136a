//! The camera with its words: what it hears goes to whoever asked; where there is no camera, a photo
//! is read instead.

use leptos::html::Video;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::File;

use crate::components::{Button, Icon, Notice, PhotoButton, Switch, Tone, Viewfinder};
use crate::pages::words::said;
use crate::state::{Camera, CameraFault, use_app_state};
use crate::t;

/// Words that follow the locale.
pub(super) type Words = fn() -> String;

/// How the camera stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sight {
    Opening,
    Live,
    None(CameraFault),
}

/// The camera, its torch, and the way by a photo; every text that is read goes to `on_text`.
#[component]
pub(super) fn Scanner(
    /// What to hold into the frame.
    #[prop(into)]
    hint: Signal<String>,
    #[prop(into)] on_text: Callback<String>,
) -> impl IntoView {
    let state = use_app_state();
    let video = NodeRef::<Video>::new();
    let sight = RwSignal::new(Sight::Opening);
    let camera = StoredValue::new_local(None::<Camera>);
    let (has_torch, torch) = (RwSignal::new(false), RwSignal::new(false));
    let open = move || {
        let Some(video) = video.get() else { return };
        sight.set(Sight::Opening);
        spawn_local(async move {
            match state
                .open_camera(video, move |text| on_text.run(text))
                .await
            {
                Ok(opened) => {
                    has_torch.try_set(opened.has_torch());
                    sight.try_set(Sight::Live);
                    // The sheet may be closed by now; the camera then closes here.
                    camera.try_set_value(Some(opened));
                }
                Err(fault) => {
                    sight.try_set(Sight::None(fault));
                }
            }
        });
    };
    Effect::new(open);
    on_cleanup(move || {
        camera.try_set_value(None);
    });
    let light = move |on: bool| {
        torch.set(on);
        camera.with_value(|camera| {
            if let Some(camera) = camera {
                camera.light(on);
            }
        });
    };
    let fault = move || match sight.get() {
        Sight::None(fault) => Some(fault),
        Sight::Opening | Sight::Live => None,
    };
    view! {
        <div class="scanner">
            <Show when=move || fault().is_none()>
                <Viewfinder
                    video
                    label=move || t!(scan.picture)
                    is_live=Signal::derive(move || sight.get() == Sight::Live)
                />
                <p class="scanner-hint">{hint}</p>
            </Show>
            <Show when=move || has_torch.get()>
                <Switch label=move || t!(scan.torch) on=torch on_change=light />
            </Show>
            {move || {
                let again = move || sight.set(Sight::Opening);
                fault().map(|fault| view! { <NoCamera fault on_again=again /> })
            }}
            <ByPhoto on_text />
        </div>
    }
}

/// Says why the camera does not open, and what to do instead.
#[component]
fn NoCamera(fault: CameraFault, #[prop(into)] on_again: Callback<()>) -> impl IntoView {
    let (title, text): (Words, Words) = match fault {
        CameraFault::Refused => (|| t!(scan.refused), || t!(scan.refused_next)),
        CameraFault::Missing => (|| t!(scan.missing), || t!(scan.missing_next)),
    };
    view! {
        <Notice title=said(title) text=text tone=Tone::Notice icon=Icon::Camera>
            <Button
                label=move || t!(action.retry)
                icon=Icon::Refresh
                on_press=move || on_again.run(())
            />
        </Notice>
    }
}

/// Reads the code in a photo.
#[component]
fn ByPhoto(on_text: Callback<String>) -> impl IntoView {
    let state = use_app_state();
    let (working, nothing) = (RwSignal::new(false), RwSignal::new(false));
    let read = move |photo: File| {
        nothing.set(false);
        working.set(true);
        spawn_local(async move {
            let text = state.read_photo(&photo).await;
            working.try_set(false);
            match text {
                Some(text) => on_text.run(text),
                None => {
                    nothing.try_set(true);
                }
            }
        });
    };
    let words = move || {
        if working.get() {
            t!(state.working)
        } else if nothing.get() {
            t!(enrol.scan_nothing)
        } else {
            String::new()
        }
    };
    view! {
        <PhotoButton label=move || t!(enrol.scan_photo) on_photo=read />
        <p class="scanner-word" role="status">
            {words}
        </p>
    }
}
