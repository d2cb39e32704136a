//! A sheet that asks for a reason in words and does something with it: leave, an objection, calling
//! an activity off.

use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;

use super::trouble::TroublePlace;
use super::words::said;
use crate::components::{Button, ButtonKind, Sheet, TextArea};

/// Words that follow the locale.
type Words = fn() -> String;

/// What the sheet says.
#[derive(Clone, Copy)]
pub(super) struct ReasonWords {
    pub(super) title: Words,
    /// What comes of it.
    pub(super) lead: Words,
    pub(super) label: Words,
    /// What a good reason is.
    pub(super) hint: Option<Words>,
    /// Asks for the reason that was not given.
    pub(super) missing: Words,
    /// The button.
    pub(super) send: Words,
}

/// What is done with a reason, until it is durable.
pub(super) type Sent = Pin<Box<dyn Future<Output = Result<(), Code>>>>;

/// Asks for a reason while `open`; closes when what is done with it is done.
#[component]
pub(super) fn ReasonSheet(
    open: RwSignal<bool>,
    words: ReasonWords,
    kind: ButtonKind,
    /// Characters that the reason may have.
    longest: u32,
    #[prop(into)] on_send: Callback<String, Sent>,
) -> impl IntoView {
    let (reason, missing) = (RwSignal::new(String::new()), RwSignal::new(false));
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let send = Callback::new(move |()| {
        let given = reason.get_untracked().trim().to_owned();
        missing.set(given.is_empty());
        failure.set(None);
        if given.is_empty() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let result = on_send.run(given).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    open.try_set(false);
                    reason.try_set(String::new());
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    });
    view! {
        <Sheet
            open=open
            on_close=move || open.set(false)
            title=words.title
            actions=move || {
                view! { <Button label=words.send kind=kind busy=busy on_press=send /> }
            }
        >
            <p>{words.lead}</p>
            <TextArea
                label=words.label
                hint=words.hint.map(said).unwrap_or_default()
                value=reason
                on_input=move |typed: String| {
                    missing.set(false);
                    reason.set(typed);
                }
                max_length=longest
                error=MaybeProp::derive(move || missing.get().then(words.missing))
            />
            <TroublePlace code=failure />
        </Sheet>
    }
}
