//! The owner's own data: taking it along, and leaving this phone.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;

use crate::components::{Button, ButtonKind, Icon, Notice, Section, Sheet, Tone};
use crate::pages::affairs::forget_affairs;
use crate::pages::export::{ExportSheet, export_all};
use crate::pages::overview::forget_overviews;
use crate::pages::trouble::TroublePlace;
use crate::pages::words;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

#[component]
pub(super) fn DataSection() -> impl IntoView {
    let state = use_app_state();
    let text = RwSignal::new(None::<String>);
    let leaving = RwSignal::new(false);
    view! {
        <Section
            title=move || t!(settings.my_data)
            lead=said(move || t!(settings.export_my_data_hint))
        >
            <div class="button-row">
                <Button
                    label=move || t!(settings.export_my_data)
                    icon=Icon::Download
                    on_press=move || export_all(state, text)
                />
                <Button
                    label=move || t!(settings.sign_out)
                    kind=ButtonKind::Danger
                    on_press=move || leaving.set(true)
                />
            </div>
            <ExportSheet text />
            <SignOutSheet open=leaving />
        </Section>
    }
}

#[component]
fn SignOutSheet(open: RwSignal<bool>) -> impl IntoView {
    let state = use_app_state();
    let (unsent, photos) = (state.unsent(), state.photos_waiting());
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let close = move || {
        open.set(false);
        failure.set(None);
    };
    let leave = move || {
        failure.set(None);
        busy.set(true);
        spawn_local(async move {
            let result = state.sign_out().await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    forget_overviews();
                    forget_affairs();
                    open.try_set(false);
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    };
    let actions = move || {
        view! {
            <Button
                label=move || t!(settings.sign_out)
                kind=ButtonKind::Danger
                busy=busy
                on_press=leave
            />
            <Button label=move || t!(action.cancel) on_press=close />
        }
    };
    view! {
        <Sheet open=open on_close=close title=move || t!(settings.sign_out) actions=actions>
            <p>{move || t!(settings.sign_out_ask)}</p>
            <Show when=move || unsent.get() != 0>
                <Notice
                    title=said(move || t!(sync.unsent, n = words::count(unsent.get())))
                    text=move || t!(settings.sign_out_unsent)
                    tone=Tone::Notice
                    icon=Icon::CloudUp
                />
            </Show>
            <Show when=move || photos.get() != 0>
                <Notice
                    text=move || t!(photo.sign_out_waiting, n = words::count(photos.get()))
                    tone=Tone::Notice
                    icon=Icon::Camera
                />
            </Show>
            <TroublePlace code=failure />
        </Sheet>
    }
}
