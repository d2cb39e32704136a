//! 出示签到码: the code that changes every quarter of a minute, over the whole screen, and beside it
//! the camera that takes the members' answers.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::ActivityView;
use shared::codes::Code;

use crate::components::{
    Button, ButtonKind, ButtonSize, FullScreen, Icon, LoadingState, QrCode, Section,
};
use crate::pages::scan::TakenWord;
use crate::pages::scanner::Scanner;
use crate::pages::trouble::{Trouble, TroublePlace};
use crate::pages::words::{self, said};
use crate::state::{ShownCode, Witnessed, use_app_state};
use crate::t;

/// How often the time left is counted down.
const SECOND: Duration = Duration::from_secs(1);

/// The button, and the sheet that it opens.
#[component]
pub(in crate::pages) fn HostCodeSection(view: Signal<ActivityView>) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <Section title=move || t!(host_code.section) lead=said(move || t!(host_code.lead))>
            <Button
                label=move || t!(roll_call.show_code)
                kind=ButtonKind::Primary
                size=ButtonSize::Wide
                icon=Icon::Qr
                on_press=move || open.set(true)
            />
        </Section>
        <FullScreen
            open=open
            on_close=move |()| open.set(false)
            title=move || t!(host_code.title)
            content=move || view! { <HostCodes view /> }
        />
    }
}

#[component]
fn HostCodes(view: Signal<ActivityView>) -> impl IntoView {
    let state = use_app_state();
    let scanning = RwSignal::new(false);
    let taken = RwSignal::new(None::<Result<Witnessed, Code>>);
    let count = RwSignal::new(0_usize);
    let lit = StoredValue::new_local(Some(state.keep_screen_lit()));
    on_cleanup(move || drop(lit.try_set_value(None)));
    let hear = Callback::new(move |text: String| {
        let activity = view.with_untracked(|view| view.activity.current.plan.activity);
        spawn_local(async move {
            let result = state.witness(&text, Some(activity)).await;
            if result.as_ref().is_ok_and(|witnessed| !witnessed.again) {
                count.try_update(|count| *count += 1);
            }
            taken.try_set(Some(result));
        });
    });
    let topic = move || view.with(|view| view.activity.current.plan.topic.clone());
    view! {
        <div class="host-code" class:scanning=move || scanning.get()>
            <p class="scan-topic">{topic}</p>
            <RotatingCode view />
            <Show
                when=move || scanning.get()
                fallback=move || {
                    view! {
                        <p class="scan-note">{move || t!(roll_call.show_code_hint)}</p>
                        <Button
                            label=move || t!(roll_call.scan_member)
                            kind=ButtonKind::Primary
                            size=ButtonSize::Big
                            icon=Icon::Scan
                            on_press=move || scanning.set(true)
                        />
                    }
                }
            >
                <div class="host-taken" aria-live="assertive">
                    {move || match taken.get() {
                        Some(Ok(witnessed)) => view! { <TakenWord witnessed /> }.into_any(),
                        Some(Err(code)) => view! { <Trouble code=code /> }.into_any(),
                        None => ().into_any(),
                    }}
                </div>
                <Scanner hint=move || t!(host_code.scan_hint) on_text=hear />
                <p class="scan-note">
                    {move || t!(host_code.count, n = words::count(count.get()))}
                </p>
                <Button
                    label=move || t!(host_code.stop_scanning)
                    size=ButtonSize::Wide
                    on_press=move || scanning.set(false)
                />
            </Show>
        </div>
    }
}

/// The code that stands now, its digits, and the time that is left.
#[component]
fn RotatingCode(view: Signal<ActivityView>) -> impl IntoView {
    let state = use_app_state();
    let code = RwSignal::new(None::<ShownCode>);
    let failure = RwSignal::new(None::<Code>);
    let left = RwSignal::new(0_i64);
    let making = StoredValue::new(false);
    let tick = move || {
        let now = state.clock();
        let due = code.with_untracked(|code| code.as_ref().is_none_or(|code| code.is_over(now)));
        left.set(
            code.with_untracked(|code| code.as_ref().map_or(0, |code| code.seconds_left(now))),
        );
        if !due || making.get_value() {
            return;
        }
        making.set_value(true);
        let activity = view.get_untracked();
        spawn_local(async move {
            let made = state.show_code(&activity).await;
            making.try_set_value(false);
            failure.try_set(made.as_ref().err().copied());
            if let Ok(made) = made {
                left.try_set(made.seconds_left(made.shown_at));
                code.try_set(Some(made));
            }
        });
    };
    tick();
    if let Ok(ticking) = set_interval_with_handle(tick, SECOND) {
        on_cleanup(move || ticking.clear());
    }
    let address = Memo::new(move |_| {
        code.with(|code| code.as_ref().map(|code| code.address.clone()))
            .unwrap_or_default()
    });
    let digits = move || {
        code.with(|code| {
            let digits = code.as_ref().map_or(0, |code| code.digits);
            format!("{:03} {:03}", digits / 1_000, digits % 1_000)
        })
    };
    view! {
        <TroublePlace code=failure />
        <Show
            when=move || code.with(Option::is_some)
            fallback=move || {
                failure.get().is_none().then(|| view! { <LoadingState rows=4 /> })
            }
        >
            <div class="host-code-shown" data-code=move || address.get()>
                <div class="code-frame">
                    <QrCode content=address title=move || t!(host_code.title) />
                </div>
                <p class="host-code-digits">{digits}</p>
                <p class="scan-note">
                    {move || t!(roll_call.code_changes_in, seconds = left.get())}
                </p>
            </div>
        </Show>
    }
}
