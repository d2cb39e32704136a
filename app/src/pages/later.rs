//! The parts of the program that are not in the first download. The pages of coordinators and hosts
//! are fetched when they are first wanted: the phones of most people never need them. The owner's own
//! pages, which every phone keeps, are fetched once the phone is somebody's.

use std::future::Future;

use futures::FutureExt;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::AttendanceList;
use shared::client::ActivityView;
use shared::codes::Code;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::activity::{AttendanceSection, Attended, HostCodeSection, RollCallSection};
use super::affairs::{
    AffairsEntries, AffairsPage, BoardPage, ReceiptPage, ReportPage, TeamPage, UnitPage,
};
use super::attended::AttendedPage;
use super::members::MembersPage;
use super::overview::OverviewPage;
use super::paper::PaperPage;
use super::planning::{CopyPage, EditPlanPage, NewPlanPage, PlanSection, PlanningPage};
use super::records::RecordsPage;
use super::service::ServiceScreen;
use super::settings::SettingsPage;
use super::trouble::Trouble;
use crate::components::{Button, ButtonKind, Icon, LoadingState};
use crate::state::{AppPhase, AppState};
use crate::t;

/// A view that comes with a later part, or why it did not come.
type Fetched = Result<AnyView, SplitLoaderError>;

/// Fetches each part ahead as soon as it may be wanted, and has the one of hosts and coordinators kept.
pub fn fetch_ahead(state: AppState) {
    let phase = state.phase();
    let is_ready = Memo::new(move |_| phase.get() == AppPhase::Ready);
    // What fails is asked for again by the page that needs it.
    Effect::new(move || {
        if is_ready.get() {
            spawn_local(async { drop(Part::Own.arrives().await) });
        }
    });
    Effect::new(move || {
        if state.can_host() {
            state.keep_later_parts();
            spawn_local(async { drop(Part::Coordinators.arrives().await) });
        }
    });
}

/// [`RecordsPage`], fetched.
#[component]
pub fn LaterRecords() -> impl IntoView {
    view! { <Later part=Part::Own shown=move || here(records()) /> }
}

/// [`AttendedPage`], fetched.
#[component]
pub fn LaterAttended() -> impl IntoView {
    view! { <Later part=Part::Own shown=move || here(attended()) /> }
}

/// [`SettingsPage`], fetched.
#[component]
pub fn LaterSettings() -> impl IntoView {
    view! { <Later part=Part::Own shown=move || here(settings()) /> }
}

/// A screen of 服务, fetched.
#[component]
pub fn LaterService(screen: ServiceScreen) -> impl IntoView {
    view! { <Later part=Part::Own shown=move || here(service(screen)) /> }
}

/// [`OverviewPage`], fetched.
#[component]
pub fn LaterOverview() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(overview()) /> }
}

/// [`MembersPage`], fetched.
#[component]
pub fn LaterMembers() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(members()) /> }
}

/// [`PlanningPage`], fetched.
#[component]
pub fn LaterPlanning() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(plans()) /> }
}

/// [`NewPlanPage`], fetched.
#[component]
pub fn LaterNewPlan() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(new_plan()) /> }
}

/// [`CopyPage`], fetched.
#[component]
pub fn LaterCopy() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(copy()) /> }
}

/// [`EditPlanPage`], fetched.
#[component]
pub fn LaterEditPlan() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(edit_plan()) /> }
}

/// [`PlanSection`], fetched.
#[component]
pub(super) fn LaterPlan(view: Signal<ActivityView>) -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(plan(view)) /> }
}

/// [`AffairsPage`], fetched.
#[component]
pub fn LaterAffairs() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(affairs()) /> }
}

/// [`AffairsEntries`], fetched.
#[component]
pub(super) fn LaterAffairsEntries() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(affairs_entries()) /> }
}

/// [`BoardPage`], fetched.
#[component]
pub fn LaterBoard() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(board()) /> }
}

/// [`UnitPage`], fetched.
#[component]
pub fn LaterUnit() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(unit()) /> }
}

/// [`TeamPage`], fetched.
#[component]
pub fn LaterTeam() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(team()) /> }
}

/// [`ReportPage`], fetched.
#[component]
pub fn LaterReport() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(report()) /> }
}

/// [`ReceiptPage`], fetched.
#[component]
pub fn LaterReceipt() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(receipt()) /> }
}

/// [`PaperPage`], fetched.
#[component]
pub fn LaterPaper() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(paper()) /> }
}

/// [`HostCodeSection`], fetched.
#[component]
pub(super) fn LaterHostCode(view: Signal<ActivityView>) -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(host_code(view)) /> }
}

/// [`RollCallSection`], fetched.
#[component]
pub(super) fn LaterRollCall(
    view: Signal<ActivityView>,
    attended: Option<Attended>,
    list: Signal<Option<AttendanceList>>,
) -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(roll_call(view, attended, list)) /> }
}

/// [`AttendanceSection`], fetched.
#[component]
pub(super) fn LaterAttendance(
    list: Signal<Option<AttendanceList>>,
    trouble: Signal<Option<Code>>,
    attended: Attended,
    known: Signal<bool>,
) -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(attendance(list, trouble, Some(attended), known)) /> }
}

/// A part of the program that is fetched later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// What every owner of a phone may open.
    Own,
    /// What hosts and coordinators open.
    Coordinators,
}

impl Part {
    /// Fetches the part, once for all; every way into it has to be told that it is there.
    async fn arrives(self) -> Result<(), SplitLoaderError> {
        match self {
            Self::Own => {
                records_arrive().await?;
                settings_arrive().await?;
                attended_arrives().await?;
                service_arrives().await
            }
            Self::Coordinators => {
                overview_arrives().await?;
                members_arrives().await?;
                paper_arrives().await?;
                host_code_arrives().await?;
                roll_call_arrives().await?;
                attendance_arrives().await?;
                plans_arrives().await?;
                new_plan_arrives().await?;
                copy_arrives().await?;
                edit_plan_arrives().await?;
                plan_arrives().await?;
                affairs_entries_arrives().await?;
                board_arrives().await?;
                unit_arrives().await?;
                team_arrives().await?;
                report_arrives().await?;
                receipt_arrives().await?;
                affairs_arrives().await
            }
        }
    }
}

/// Whether a part is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arrival {
    Coming,
    Here,
    Failed,
}

/// Fetches a part, then shows a view of it.
#[component]
fn Later(part: Part, #[prop(into)] shown: ViewFn) -> impl IntoView {
    let arrival = RwSignal::new(Arrival::Coming);
    let fetch = move || {
        arrival.set(Arrival::Coming);
        spawn_local(async move {
            let arrived = match part.arrives().await {
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

/// Returns a view of a part that is here.
fn here(view: impl Future<Output = Fetched>) -> Option<AnyView> {
    view.now_or_never()?.ok()
}

#[wasm_split(own, fallible, preload(records_arrive))]
fn records() -> Fetched {
    Ok(view! { <RecordsPage /> }.into_any())
}

#[wasm_split(own, fallible, preload(settings_arrive))]
fn settings() -> Fetched {
    Ok(view! { <SettingsPage /> }.into_any())
}

#[wasm_split(own, fallible, preload(attended_arrives))]
fn attended() -> Fetched {
    Ok(view! { <AttendedPage /> }.into_any())
}

#[wasm_split(own, fallible, preload(service_arrives))]
fn service(screen: ServiceScreen) -> Fetched {
    Ok(screen.view())
}

#[wasm_split(coordinators, fallible, preload(overview_arrives))]
fn overview() -> Fetched {
    Ok(view! { <OverviewPage /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(members_arrives))]
fn members() -> Fetched {
    Ok(view! { <MembersPage /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(paper_arrives))]
fn paper() -> Fetched {
    Ok(view! { <PaperPage /> }.into_any())
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

#[wasm_split(coordinators, fallible, preload(plans_arrives))]
fn plans() -> Fetched {
    Ok(view! { <PlanningPage /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(new_plan_arrives))]
fn new_plan() -> Fetched {
    Ok(view! { <NewPlanPage /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(copy_arrives))]
fn copy() -> Fetched {
    Ok(view! { <CopyPage /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(edit_plan_arrives))]
fn edit_plan() -> Fetched {
    Ok(view! { <EditPlanPage /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(plan_arrives))]
fn plan(view: Signal<ActivityView>) -> Fetched {
    Ok(view! { <PlanSection view /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(affairs_arrives))]
fn affairs() -> Fetched {
    Ok(view! { <AffairsPage /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(affairs_entries_arrives))]
fn affairs_entries() -> Fetched {
    Ok(view! { <AffairsEntries /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(board_arrives))]
fn board() -> Fetched {
    Ok(view! { <BoardPage /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(unit_arrives))]
fn unit() -> Fetched {
    Ok(view! { <UnitPage /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(team_arrives))]
fn team() -> Fetched {
    Ok(view! { <TeamPage /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(report_arrives))]
fn report() -> Fetched {
    Ok(view! { <ReportPage /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(receipt_arrives))]
fn receipt() -> Fetched {
    Ok(view! { <ReceiptPage /> }.into_any())
}
