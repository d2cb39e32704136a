//! 绑定: binding this phone to its owner with a one-use code.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::Binding;
use shared::codes::Code;

use super::trouble::TroublePlace;
use crate::components::{
    Button, ButtonKind, ButtonLink, ButtonRole, ButtonSize, Card, EmptyState, Icon, InputKind,
    Notice, Screen, TextInput, Tone,
};
use crate::pages::words::said;
use crate::state::{AppPhase, Going, use_app_state};
use crate::t;

/// Asks for the code; after it was taken, goes to 今日.
#[component]
pub fn EnrolPage() -> impl IntoView {
    let state = use_app_state();
    let phase = state.phase();
    let binding = state.binding();
    let bound = Memo::new(move |_| {
        let is_loose = matches!(binding.get(), Binding::Loose(_));
        phase.get() == AppPhase::Ready && !is_loose
    });
    view! {
        <Screen>
            {move || {
                if bound.get() {
                    view! { <Bound /> }.into_any()
                } else {
                    view! { <EnrolForm /> }.into_any()
                }
            }}
        </Screen>
    }
}

#[component]
fn Bound() -> impl IntoView {
    view! {
        <EmptyState title=move || t!(enrol.bound) icon=Icon::CheckCircle>
            <ButtonLink label=move || t!(nav.today) href="/" kind=ButtonKind::Primary />
        </EmptyState>
    }
}

#[component]
fn EnrolForm() -> impl IntoView {
    let state = use_app_state();
    let (online, scanned) = (state.online(), state.enrolment_code());
    let code = RwSignal::new(scanned.get_untracked().unwrap_or_default());
    Effect::new(move || {
        if let Some(scanned) = scanned.get() {
            code.set(scanned);
        }
    });
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let missing = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        failure.set(None);
        let typed = code.get_untracked();
        missing.set(typed.trim().is_empty());
        if busy.get_untracked() || missing.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let result = state.enrol(typed).await;
            busy.try_set(false);
            match result {
                Ok(enrolled) => {
                    let name = enrolled.name;
                    state.toast(Tone::Good, move || t!(enrol.welcome, name = name));
                    state.go("/", Going::Instead);
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    };
    let error = move || missing.get().then(|| t!(enrol.code_missing));
    view! {
        <p class="lead">{move || t!(enrol.lead)}</p>
        <Card>
            <form class="enrol-form" novalidate on:submit=submit>
                <TextInput
                    label=move || t!(enrol.code_label)
                    kind=InputKind::Code
                    value=code
                    on_input=move |typed: String| {
                        missing.set(false);
                        code.set(typed);
                    }
                    hint=said(move || t!(enrol.code_hint))
                    error=MaybeProp::derive(error)
                />
                <TroublePlace code=failure />
                <Button
                    label=move || if busy.get() { t!(enrol.submitting) } else { t!(enrol.submit) }
                    kind=ButtonKind::Primary
                    size=ButtonSize::Big
                    role=ButtonRole::Submit
                    busy=busy
                />
            </form>
        </Card>
        <Show when=move || !online.get()>
            <Notice text=move || t!(enrol.needs_network) tone=Tone::Notice icon=Icon::CloudOff />
        </Show>
        <SmallPrint />
    }
}

/// What binding does, what the phone keeps, and where to do it on an iPhone.
#[component]
fn SmallPrint() -> impl IntoView {
    view! {
        <div class="small-print">
            <p>{move || t!(enrol.what_it_does)}</p>
            <p>{move || t!(enrol.privacy)}</p>
            <p>{move || t!(enrol.installed_first)}</p>
        </div>
    }
}
