//! The pages of coordinators and hosts, as a part of the program that is fetched when it is first
//! wanted: the phones of most people never need it.

use std::future::Future;

use futures::FutureExt;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::AttendanceList;
use shared::client::ActivityView;
use shared::codes::Code;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::activity::{AttendanceSection, Attended, HostCodeSection, RollCallSection};
use super::members::MembersPage;
use super::overview::OverviewPage;
use super::trouble::Trouble;
use crate::components::{Button, ButtonKind, Icon, LoadingState};
use crate::state::AppState;
use crate::t;

/// A view that comes with the later part, or why it did not come.
type Fetched = Result<AnyView, SplitLoaderError>;

/// Fetches the later part ahead, and has it kept, as soon as the owner is known to host or coordinate.
pub fn fetch_ahead(state: AppState) {
    Effect::new(move || {
        if state.can_host() {
            state.keep_later_parts();
            // What fails is asked for again by the page that needs it.
            spawn_local(async { drop(later_part_arrives().await) });
        }
    });
}

/// [`OverviewPage`], fetched.
#[component]
pub fn LaterOverview() -> impl IntoView {
    view! { <Later shown=move || here(overview()) /> }
}

/// [`MembersPage`], fetched.
#[component]
pub fn LaterMembers() -> impl IntoView {
    view! { <Later shown=move || here(members()) /> }
}

/// [`HostCodeSection`], fetched.
#[component]
pub(super) fn LaterHostCode(view: Signal<ActivityView>) -> impl IntoView {
    view! { <Later shown=move || here(host_code(view)) /> }
}

/// [`RollCallSection`], fetched.
#[component]
pub(super) fn LaterRollCall(
    view: Signal<ActivityView>,
    attended: Option<Attended>,
    list: Signal<Option<AttendanceList>>,
) -> impl IntoView {
    view! { <Later shown=move || here(roll_call(view, attended, list)) /> }
}

/// [`AttendanceSection`], fetched.
#[component]
pub(super) fn LaterAttendance(
    list: Signal<Option<AttendanceList>>,
    trouble: Signal<Option<Code>>,
    attended: Attended,
    known: Signal<bool>,
) -> impl IntoView {
    view! { <Later shown=move || here(attendance(list, trouble, Some(attended), known)) /> }
}

/// Whether the later part is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arrival {
    Coming,
    Here,
    Failed,
}

/// Fetches the later part, then shows a view of it.
#[component]
fn Later(#[prop(into)] shown: ViewFn) -> impl IntoView {
    let arrival = RwSignal::new(Arrival::Coming);
    let fetch = move || {
        arrival.set(Arrival::Coming);
        spawn_local(async move {
            let arrived = match later_part_arrives().await {
                Ok(()) => Arrival::Here,
                Err(_) => Arrival::Failed,
            };
            // Nobody waits any more when the page was left.
            arrival.try_set(arrived);
        });
    };
    fetch();
    let shown = StoredValue::new(shown);
    move || match arrival.get() {
        Arrival::Coming => view! { <LoadingState rows=4 /> }.into_any(),
        Arrival::Here => shown.with_value(ViewFn::run),
        Arrival::Failed => view! {
            <Trouble code=Code::NetworkUnreachable>
                <Button
                    label=move || t!(action.retry)
                    kind=ButtonKind::Primary
                    icon=Icon::Refresh
                    on_press=fetch
                />
            </Trouble>
        }
        .into_any(),
    }
}

/// Fetches the later part, once for all; every way into it has to be told that it is there.
async fn later_part_arrives() -> Result<(), SplitLoaderError> {
    overview_arrives().await?;
    members_arrives().await?;
    host_code_arrives().await?;
    roll_call_arrives().await?;
    attendance_arrives().await
}

/// Returns a view of the later part, which is here.
fn here(view: impl Future<Output = Fetched>) -> Option<AnyView> {
    view.now_or_never()?.ok()
}

#[wasm_split(coordinators, fallible, preload(overview_arrives))]
fn overview() -> Fetched {
    Ok(view! { <OverviewPage /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(members_arrives))]
fn members() -> Fetched {
    Ok(view! { <MembersPage /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(host_code_arrives))]
fn host_code(view: Signal<ActivityView>) -> Fetched {
    Ok(view! { <HostCodeSection view /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(roll_call_arrives))]
fn roll_call(
    view: Signal<ActivityView>,
    attended: Option<Attended>,
    list: Signal<Option<AttendanceList>>,
) -> Fetched {
    Ok(view! { <RollCallSection view attended list /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(attendance_arrives))]
fn attendance(
    list: Signal<Option<AttendanceList>>,
    trouble: Signal<Option<Code>>,
    attended: Option<Attended>,
    known: Signal<bool>,
) -> Fetched {
    Ok(view! { <AttendanceSection list trouble attended known /> }.into_any())
}
