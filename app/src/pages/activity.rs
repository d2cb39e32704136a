//! 活动详情: what is held; for those who come their own check-in, for hosts and coordinators the
//! roll call and who was there.

mod attendance;
mod confirm;
mod desk;
mod guests;
mod host_code;
mod invitations;
mod judged;
mod more;
mod own;
mod roll_call;
mod roster;
mod settle;

use leptos::prelude::*;
use shared::api::{ActivitySummary, AttendanceList};
use shared::client::ActivityView;
use shared::codes::Code;
use shared::ids::{ActivityId, OrganisationId};
use shared::time::Timestamp;

pub(super) use self::attendance::AttendanceSection;
pub(super) use self::attendance::Attendances;
pub(super) use self::host_code::HostCodeSection;
use self::own::OwnOutcome;
pub(super) use self::roll_call::RollCallSection;
pub(super) use self::roster::{Person, Sources, counts, roster};
use super::NotFoundPage;
use super::check_in::{CheckInPanel, CheckOutPanel};
use super::facts::{ActivityFacts, Extent, Fact};
use super::fresh::Fresh;
use super::later::{LaterAttendance, LaterHostCode, LaterPlan, LaterRollCall};
use super::leave::LeavePanel;
use super::phase::{PhaseChip, ShownPhase};
use super::trouble::Trouble;
use super::words;
use crate::components::{Button, ButtonKind, ButtonLink, Icon, LoadingState, Notice, Screen, Tone};
use crate::locale::format_day;
use crate::state::use_app_state;
use crate::t;

/// The server's list of who was there, kept fresh.
pub(super) type Attended = Fresh<ActivityId, AttendanceList>;

/// The activity in the address.
#[component]
pub fn ActivityPage() -> impl IntoView {
    let named = use_app_state().named("activities");
    let id = Memo::new(move |_| named.get().and_then(|id| id.parse::<ActivityId>().ok()));
    move || match id.get() {
        Some(id) => view! { <ActivityScreen id /> }.into_any(),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

#[component]
fn ActivityScreen(id: ActivityId) -> impl IntoView {
    let state = use_app_state();
    let directory = state.directory();
    // Rights arrive with the directory; before it nobody may ask who was there.
    let asks = Memo::new(move |_| directory.with(Option::is_some) && state.can_host());
    view! {
        <Screen>
            {move || {
                let attended = asks.get().then(|| Attended::begin(Signal::stored(id), Attendances(state)));
                view! { <Contents id attended /> }
            }}
        </Screen>
    }
}

#[component]
fn Contents(id: ActivityId, attended: Option<Attended>) -> impl IntoView {
    let state = use_app_state();
    let (view, directory) = (state.activity(id), state.directory());
    let held = Memo::new(move |before: Option<&Option<ActivityView>>| {
        view.get().or_else(|| before.cloned().flatten())
    });
    let list = Signal::derive(move || attended.and_then(|attended| attended.shown().get()));
    let trouble = Signal::derive(move || attended.and_then(|attended| attended.trouble().get()));
    let summary =
        Memo::new(move |_| list.with(|list| list.as_ref().map(|list| list.activity.clone())));
    let (known, listed) = (
        Memo::new(move |_| held.with(Option::is_some)),
        Memo::new(move |_| summary.with(Option::is_some)),
    );
    let head = move || match (known.get(), listed.get()) {
        (true, _) => {
            let view = Signal::derive(move || held.get().expect("shown only while it is held"));
            view! { <Held view attended list /> }.into_any()
        }
        (false, true) => {
            let summary =
                Signal::derive(move || summary.get().expect("shown only while it is listed"));
            view! { <Summary summary /> }.into_any()
        }
        (false, false) => {
            let code = Signal::derive(move || {
                let arrived = directory.with(Option::is_some);
                trouble
                    .get()
                    .or((arrived && attended.is_none()).then_some(Code::ActivityUnknown))
            });
            view! { <Missing code /> }.into_any()
        }
    };
    view! {
        {head}
        {attended
            .map(|attended| view! { <LaterAttendance list trouble attended known=known.into() /> })}
    }
}

/// An activity of a calendar on this phone.
#[component]
fn Held(
    view: Signal<ActivityView>,
    attended: Option<Attended>,
    list: Signal<Option<AttendanceList>>,
) -> impl IntoView {
    let state = use_app_state();
    let now = state.now();
    let phase = Memo::new(move |_| {
        view.with(|view| ShownPhase::of(&view.activity.current.plan, now.get()))
    });
    let organisation: Memo<OrganisationId> =
        Memo::new(move |_| view.with(|view| view.activity.current.organisation));
    let marks = Memo::new(move |_| state.may_mark(organisation.get()));
    let contested = Memo::new(move |_| view.with(|view| !view.activity.contested.is_empty()));
    let topic = move || view.with(|view| view.activity.current.plan.topic.clone());
    let times = Memo::new(move |_| {
        view.with(|view| {
            let plan = &view.activity.current.plan;
            (plan.starts_at, plan.ends_at)
        })
    });
    let (day, time) = written(times.into());
    view! {
        <div class="card activity-card" data-activity=move || {
            view.with(|view| view.activity.current.plan.activity.to_string())
        }>
            <div class="activity-head">
                <div>
                    <p class="activity-day">{day}</p>
                    <p class="activity-time">{time}</p>
                </div>
                <PhaseChip phase />
            </div>
            <h2 class="activity-topic">{topic}</h2>
            <ActivityFacts view extent=Extent::Full />
            <Show when=move || contested.get() && !marks.get()>
                <Notice text=move || t!(activity.contested) tone=Tone::Notice />
            </Show>
            <CheckInPanel view />
            <CheckOutPanel view />
            <LeavePanel view />
            <OwnOutcome view />
        </div>
        <Show when=move || marks.get()>
            <LaterHostCode view />
            <LaterRollCall view attended list />
            <LaterPlan view />
        </Show>
    }
}

/// The day and the hours of an activity, in words.
fn written(times: Signal<(Timestamp, Timestamp)>) -> (Signal<String>, Signal<String>) {
    let day = Signal::derive(move || format_day(times.get().0.0));
    let time = Signal::derive(move || {
        let (from, to) = times.get();
        words::span(from, to)
    });
    (day, time)
}

/// An activity of a calendar that is not on this phone, as the server tells it.
#[component]
fn Summary(summary: Signal<ActivitySummary>) -> impl IntoView {
    let (day, time) = written(Signal::derive(move || {
        summary.with(|summary| (summary.starts_at, summary.ends_at))
    }));
    let cancelled = move || summary.with(|summary| summary.cancelled);
    view! {
        <div class="card activity-card">
            <p class="activity-day">{day}</p>
            <p class="activity-time">{time}</p>
            <h2 class="activity-topic">{move || summary.with(|summary| summary.topic.clone())}</h2>
            <Show when=cancelled>
                <ul class="facts" role="list">
                    <Fact icon=Icon::Info text=move || t!(activity.phase.cancelled) />
                </ul>
            </Show>
        </div>
    }
}

#[component]
fn Missing(code: Signal<Option<Code>>) -> impl IntoView {
    let state = use_app_state();
    move || match code.get() {
        Some(code) => view! {
            <Trouble code>
                <ButtonLink
                    label=move || t!(state.to_today)
                    href="/"
                    kind=ButtonKind::Primary
                />
                <Button
                    label=move || t!(action.refresh)
                    icon=Icon::Refresh
                    on_press=move || state.sync_now()
                />
            </Trouble>
        }
        .into_any(),
        None => view! { <LoadingState rows=4 /> }.into_any(),
    }
}
