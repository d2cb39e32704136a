//! 计时: a service that is going on. When it began is kept in the browser, so that an app that was
//! closed goes on counting.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::time::{MINUTE_MS, Timestamp};

use super::confirm::ConfirmSheet;
use super::entry::ServiceDraft;
use crate::components::{Button, ButtonKind, ButtonLink, ButtonSize, Icon};
use crate::locale::{format_minutes, format_near};
use crate::state::{AppState, Going, use_app_state};
use crate::t;

const NAME: &str = "timer";

/// A service that is going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Timer {
    started_at: Timestamp,
}

impl Timer {
    /// Whole minutes since the start; none by a clock that was set back.
    fn minutes(self, now: Timestamp) -> u64 {
        u64::try_from(now.since(self.started_at) / MINUTE_MS).unwrap_or(0)
    }
}

/// 开始服务 and 结束服务; stopping opens the form with the times filled in.
#[component]
pub(super) fn TimerCard() -> impl IntoView {
    let state = use_app_state();
    let timer = RwSignal::new(state.draft::<Timer>(NAME));
    let discarding = RwSignal::new(false);
    let has_draft = state.draft::<ServiceDraft>(ServiceDraft::NEW).is_some();
    let start = move || {
        let begun = Timer {
            started_at: state.clock(),
        };
        state.keep_draft(NAME, &begun);
        timer.set(Some(begun));
    };
    let running = Memo::new(move |_| timer.with(Option::is_some));
    view! {
        <div class="card timer" data-timer=move || if running.get() { "running" } else { "idle" }>
            {move || match timer.get() {
                Some(begun) => view! { <Running timer=begun discarding /> }.into_any(),
                None => {
                    view! {
                        <p>{move || t!(service.timer_lead)}</p>
                        <Button
                            label=move || t!(service.start)
                            kind=ButtonKind::Primary
                            size=ButtonSize::Wide
                            icon=Icon::Clock
                            on_press=start
                        />
                    }
                        .into_any()
                }
            }}
            <ButtonLink
                label=move || if has_draft { t!(service.go_on) } else { t!(service.enter_later) }
                href="/service/new"
                size=ButtonSize::Wide
                icon=Icon::Pencil
            />
        </div>
        <ConfirmSheet
            open=discarding
            title=|| t!(service.discard_title)
            text=|| t!(service.discard_text)
            yes=|| t!(service.discard)
            kind=ButtonKind::Danger
            on_yes=move |()| {
                state.drop_draft(NAME);
                timer.set(None);
            }
        />
    }
}

#[component]
fn Running(timer: Timer, discarding: RwSignal<bool>) -> impl IntoView {
    let state = use_app_state();
    let now = state.now();
    let elapsed = move || {
        t!(
            service.elapsed,
            time = format_minutes(timer.minutes(now.get()))
        )
    };
    let since = move || {
        let time = format_near(timer.started_at.0, now.get().0);
        t!(service.since, time = time)
    };
    view! {
        <p class="timer-elapsed" role="timer">
            {elapsed}
        </p>
        <p>{since}</p>
        <Button
            label=move || t!(service.stop)
            kind=ButtonKind::Primary
            size=ButtonSize::Wide
            icon=Icon::Check
            on_press=move || stop(state, timer)
        />
        <Button
            label=move || t!(service.discard)
            kind=ButtonKind::Quiet
            size=ButtonSize::Wide
            on_press=move || discarding.set(true)
        />
    }
}

/// What else was typed already into the form stays.
fn stop(state: AppState, timer: Timer) {
    let draft: ServiceDraft = state.draft(ServiceDraft::NEW).unwrap_or_default();
    let draft = draft.timed(timer.started_at, state.clock());
    state.keep_draft(ServiceDraft::NEW, &draft);
    state.drop_draft(NAME);
    state.go("/service/new", Going::Onward);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_counts_on_while_the_app_is_closed_and_not_backwards() {
        let timer = Timer {
            started_at: Timestamp(1_795_347_000_000),
        };
        let text = serde_json::to_string(&timer).unwrap();
        let reopened: Timer = serde_json::from_str(&text).unwrap();
        let later = timer.started_at.plus(95 * MINUTE_MS + 59_000);
        assert_eq!(reopened.minutes(later), 95);
        assert_eq!(reopened.minutes(timer.started_at.plus(-MINUTE_MS)), 0);
    }
}
