//! 评价: how the community found the work. It is about the work, and never summed.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;
use shared::words::Satisfaction;

use super::case_sheet::most;
use super::desk::Case;
use crate::components::{Button, ButtonKind, Choice, Segmented, TextArea, Tone};
use crate::pages::service_words::satisfaction_name;
use crate::pages::trouble::TroublePlace;
use crate::state::use_app_state;
use crate::t;

/// Three words and free words, of what was accepted.
#[component]
pub(super) fn Rating(case: Case, on_done: Callback<()>) -> impl IntoView {
    let state = use_app_state();
    let found = RwSignal::new(None::<Satisfaction>);
    let words = RwSignal::new(String::new());
    let missing = RwSignal::new(false);
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let case = StoredValue::new(case);
    let send = Callback::new(move |()| {
        let Some(satisfaction) = found.get_untracked() else {
            missing.set(true);
            return;
        };
        busy.set(true);
        failure.set(None);
        let matters = case.with_value(Case::matters);
        spawn_local(async move {
            let result = state
                .rate(&matters, satisfaction, words.get_untracked())
                .await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    state.toast(Tone::Good, || t!(affairs.rated));
                    on_done.try_run(());
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    });
    let choices = Satisfaction::ALL
        .iter()
        .map(|word| Choice::new(word.as_str(), move || satisfaction_name(*word)));
    view! {
        <div class="affair-part" data-rating="">
            <h3 class="affair-part-title">{move || t!(affairs.rate)}</h3>
            <p class="field-hint">{move || t!(affairs.rate_hint)}</p>
            <Segmented
                label=move || t!(affairs.rate_found)
                choices=Signal::stored(choices.collect::<Vec<_>>())
                value=Signal::derive(move || {
                    found.get().map(|found| found.as_str().to_owned()).unwrap_or_default()
                })
                on_change=move |word: String| {
                    missing.set(false);
                    found.set(Satisfaction::parse(&word));
                }
            />
            <TextArea
                label=move || t!(affairs.rate_words)
                optional=true
                value=words
                on_input=move |typed| words.set(typed)
                max_length=most()
                error=MaybeProp::derive(move || missing.get().then(|| t!(affairs.rate_missing)))
            />
            <TroublePlace code=failure />
            <Button
                label=move || t!(affairs.rate_send)
                kind=ButtonKind::Secondary
                busy=busy
                on_press=send
            />
        </div>
    }
}
