//! 投诉建议: a few words for the coordinators, from any screen, with or without a network.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;

use super::trouble::TroublePlace;
use crate::components::{Button, ButtonKind, Icon, Notice, Sheet, TextArea, Tone};
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// Characters that feedback may have; the same as its record may.
const LONGEST: u32 = 2_000;

/// The sheet; shown while `open`.
#[component]
pub fn FeedbackSheet(open: RwSignal<bool>) -> impl IntoView {
    let state = use_app_state();
    let text = RwSignal::new(String::new());
    let (busy, sent) = (RwSignal::new(false), RwSignal::new(false));
    let (failure, missing) = (RwSignal::new(None::<Code>), RwSignal::new(false));
    let close = move || {
        open.set(false);
        sent.set(false);
        failure.set(None);
        missing.set(false);
    };
    let send = move || {
        let words = text.get_untracked();
        missing.set(words.trim().is_empty());
        failure.set(None);
        if missing.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let result = state.send_feedback(words).await;
            busy.set(false);
            match result {
                Ok(_) => {
                    text.set(String::new());
                    sent.set(true);
                }
                Err(code) => failure.set(Some(code)),
            }
        });
    };
    let send = Callback::new(move |()| send());
    let close = Callback::new(move |()| close());
    view! {
        <Sheet
            open=open
            on_close=close
            title=move || t!(feedback.title)
            actions=move || view! { <Actions sent busy send close /> }
        >
            <div aria-live="polite">
                <Show when=move || sent.get()>
                    <Notice text=move || t!(feedback.sent) tone=Tone::Good icon=Icon::CheckCircle />
                </Show>
            </div>
            <Show when=move || !sent.get()>
                <p>{move || t!(feedback.lead)}</p>
                <TextArea
                    label=move || t!(feedback.message_label)
                    value=text
                    on_input=move |typed: String| {
                        missing.set(false);
                        text.set(typed);
                    }
                    max_length=LONGEST
                    hint=said(move || t!(feedback.message_hint))
                    error=MaybeProp::derive(move || missing.get().then(|| t!(feedback.empty_message)))
                />
                <TroublePlace code=failure />
            </Show>
        </Sheet>
    }
}

/// The one button at the foot: first to send, then to leave.
#[component]
fn Actions(
    sent: RwSignal<bool>,
    busy: RwSignal<bool>,
    send: Callback<()>,
    close: Callback<()>,
) -> impl IntoView {
    move || {
        if sent.get() {
            view! {
                <Button label=move || t!(action.done) kind=ButtonKind::Primary on_press=close />
            }
            .into_any()
        } else {
            view! {
                <Button
                    label=move || t!(action.send)
                    kind=ButtonKind::Primary
                    busy=busy
                    on_press=send
                />
            }
            .into_any()
        }
    }
}
