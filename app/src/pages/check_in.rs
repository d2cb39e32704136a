//! The one tap of this app, and what became of it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::{ActivityView, RecordState};
use shared::codes::Code;
use shared::ids::ActivityId;
use shared::limits;
use shared::reconcile::{Attendance, Outcome};
use shared::records::{Claim, Record};
use shared::time::Timestamp;

use super::by_code::{ByCode, ByCodeAfterwards};
use super::phase::ShownPhase;
use super::progress::{Progress, ProgressChip};
use super::trouble::Trouble;
use crate::components::{Button, ButtonKind, ButtonSize, Icon, Notice, Tone};
use crate::locale::{error_text, format_clock, format_near};
use crate::pages::words::said;
use crate::state::{AppState, use_app_state};
use crate::t;

/// What the place of the button shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// The owner checked in at this time, and how that stands.
    Recorded(Timestamp, Progress),
    /// The owner did not check in; this is what a host noted.
    Noted(Progress),
    /// Check-in opens at this time.
    NotOpen(Timestamp),
    /// The button; where the activity has ended, until when.
    Open(Option<Timestamp>),
    /// Too late.
    Over,
    /// Called off.
    Cancelled,
}

impl Standing {
    fn of(view: &ActivityView, now: Timestamp) -> Self {
        let plan = &view.activity.current.plan;
        if let Some(record) = &view.check_in {
            let progress = Progress::of(record.state, view.outcome.as_ref());
            return Self::Recorded(record.entry.recorded_at, progress);
        }
        // An invitation and leave keep nobody from coming.
        let said = view
            .outcome
            .as_ref()
            .filter(|outcome| !is_open_to_come(outcome));
        match (ShownPhase::of(plan, now), said) {
            (ShownPhase::Cancelled, _) => Self::Cancelled,
            (_, Some(outcome)) => Self::Noted(Progress::of_outcome(outcome)),
            (ShownPhase::Upcoming, None) => Self::NotOpen(plan.opens_at()),
            (ShownPhase::Open | ShownPhase::Running, None) => Self::Open(None),
            (ShownPhase::Ended, None) => {
                Self::Open(Some(plan.ends_at.plus(limits::LATE_WINDOW_MS)))
            }
            (ShownPhase::Over, None) => match &view.outcome {
                Some(outcome) => Self::Noted(Progress::of_outcome(outcome)),
                None => Self::Over,
            },
        }
    }
}

/// Tells whether what is said of somebody who did not check in leaves them free to come.
fn is_open_to_come(outcome: &Outcome) -> bool {
    match outcome.attendance {
        Attendance::Expected | Attendance::LeaveAsked | Attendance::Excused => true,
        Attendance::Present
        | Attendance::Late
        | Attendance::Absent
        | Attendance::MadeUp
        | Attendance::Disputed
        | Attendance::Unmatched(_) => false,
    }
}

/// The button 签到, or why there is none, or what became of it.
#[component]
pub(super) fn CheckInPanel(#[prop(into)] view: Signal<ActivityView>) -> impl IntoView {
    let state = use_app_state();
    let now = state.now();
    let standing = Memo::new(move |_| view.with(|view| Standing::of(view, now.get())));
    let failure = RwSignal::new(None::<Code>);
    let busy = RwSignal::new(false);
    let check_in = Callback::new(move |()| {
        failure.set(None);
        busy.set(true);
        let activity = view.get_untracked();
        spawn_local(async move {
            let result = state.check_in(&activity).await;
            busy.try_set(false);
            // What is recorded already needs no second word: the list shows it.
            failure.try_set(result.err().filter(|code| *code != Code::AlreadyRecorded));
        });
    });
    let words = move || match standing.get() {
        Standing::Recorded(at, progress) => view! {
            <Recorded at progress />
            <ByCodeAfterwards view />
        }
        .into_any(),
        Standing::Noted(progress) => view! { <Noted progress /> }.into_any(),
        Standing::NotOpen(opens_at) => view! { <OpensAt opens_at /> }.into_any(),
        Standing::Open(until) => {
            let until = until.map(|until| {
                let words = move || t!(check_in.until, time = format_clock(until.0));
                view! { <p class="check-in-note">{words}</p> }
            });
            view! {
                <Button
                    label=move || t!(check_in.action)
                    kind=ButtonKind::Primary
                    size=ButtonSize::Big
                    icon=Icon::Check
                    busy=busy
                    on_press=check_in
                />
                <ByCode view failure />
                {until}
            }
            .into_any()
        }
        Standing::Over => {
            let words = move || t!(check_in.closed);
            let next = move || error_text(Code::ActivityOver.as_str()).1;
            view! { <p class="check-in-note">{words} {next}</p> }.into_any()
        }
        Standing::Cancelled => {
            let words = move || error_text(Code::ActivityCancelled.as_str()).0;
            view! { <p class="check-in-note">{words}</p> }.into_any()
        }
    };
    view! {
        <div class="check-in">
            <RefusedBefore view />
            <div class="check-in-state" aria-live="polite">
                {words}
            </div>
            {move || failure.get().map(|code| view! { <Trouble code=code /> })}
        </div>
    }
}

#[component]
fn OpensAt(opens_at: Timestamp) -> impl IntoView {
    let now = use_app_state().now();
    let words = move || {
        t!(
            check_in.opens_at,
            time = format_near(opens_at.0, now.get().0)
        )
    };
    view! { <p class="check-in-note">{words}</p> }
}

#[component]
fn Recorded(at: Timestamp, progress: Progress) -> impl IntoView {
    view! {
        <p class="check-in-done">
            <span class="check-in-time">
                {move || t!(check_in.done_at, time = format_clock(at.0))}
            </span>
            <ProgressChip progress=progress />
        </p>
        <p class="check-in-note">{move || progress.explanation()}</p>
    }
}

#[component]
fn Noted(progress: Progress) -> impl IntoView {
    view! {
        <p class="check-in-done">
            <span class="check-in-time">{move || t!(check_in.noted)}</span>
            <ProgressChip progress=progress />
        </p>
        <p class="check-in-note">{move || progress.explanation()}</p>
    }
}

/// Says that an earlier check-in was not accepted, and why; the record itself is under 我的记录.
#[component]
fn RefusedBefore(#[prop(into)] view: Signal<ActivityView>) -> impl IntoView {
    let state = use_app_state();
    let records = state.records();
    let code = Memo::new(move |_| {
        let (activity, checked_in) =
            view.with(|view| (view.activity.current.plan.activity, view.check_in.is_some()));
        if checked_in {
            return None;
        }
        records.with(|records| {
            records.iter().find_map(|record| match record.state {
                RecordState::Refused(code) if is_check_in(&record.entry.record, activity) => {
                    Some(code)
                }
                _ => None,
            })
        })
    });
    move || {
        code.get().map(|code| {
            let words = move || {
                let (message, next) = error_text(code.as_str());
                t!(outcome.unmatched_explain, message = message, next = next)
            };
            view! {
                <Notice title=said(move || t!(check_in.refused_before)) text=words tone=Tone::Trouble />
            }
        })
    }
}

/// Tells whether a record is a check-in at an activity.
pub(super) fn is_check_in(record: &Record, activity: ActivityId) -> bool {
    matches!(record, Record::Claim(Claim::CheckIn(presence)) if presence.activity == activity)
}

/// 签退, for those who checked in at something that has begun; once.
#[component]
pub(super) fn CheckOutPanel(#[prop(into)] view: Signal<ActivityView>) -> impl IntoView {
    let state = use_app_state();
    let (now, records) = (state.now(), state.records());
    let checked_out = Memo::new(move |_| {
        let activity = view.with(|view| view.activity.current.plan.activity);
        records.with(|records| {
            let of_it = |record: &Record| {
                matches!(record, Record::Claim(Claim::CheckOut(presence)) if presence.activity == activity)
            };
            let found = records.iter().find(|view| of_it(&view.entry.record))?;
            Some((found.entry.recorded_at, Progress::Record(found.state)))
        })
    });
    let offered = Memo::new(move |_| {
        view.with(|view| {
            let plan = &view.activity.current.plan;
            let phase = ShownPhase::of(plan, now.get());
            let under_way = matches!(phase, ShownPhase::Running | ShownPhase::Ended);
            plan.kind.checks_out() && view.check_in.is_some() && under_way
        })
    });
    move || match (checked_out.get(), offered.get()) {
        (Some((at, progress)), _) => view! {
            <p class="check-in-done" aria-live="polite">
                <span class="check-in-time">
                    {move || t!(check_in.checked_out_at, time = format_clock(at.0))}
                </span>
                <ProgressChip progress=progress />
            </p>
        }
        .into_any(),
        (None, true) => view! { <CheckOutButton view /> }.into_any(),
        (None, false) => ().into_any(),
    }
}

#[component]
fn CheckOutButton(#[prop(into)] view: Signal<ActivityView>) -> impl IntoView {
    let state: AppState = use_app_state();
    let failure = RwSignal::new(None::<Code>);
    let busy = RwSignal::new(false);
    let check_out = Callback::new(move |()| {
        failure.set(None);
        busy.set(true);
        let activity = view.get_untracked();
        spawn_local(async move {
            let result = state.check_out(&activity).await;
            busy.try_set(false);
            failure.try_set(result.err().filter(|code| *code != Code::AlreadyRecorded));
        });
    });
    view! {
        <Button
            label=move || t!(check_in.check_out)
            size=ButtonSize::Wide
            busy=busy
            on_press=check_out
        />
        {move || failure.get().map(|code| view! { <Trouble code=code /> })}
    }
}
