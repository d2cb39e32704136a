//! What hosts and coordinators open.

use leptos::prelude::*;
use shared::api::AttendanceList;
use shared::client::ActivityView;
use shared::codes::Code;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::{Fetched, Later, Part, here};
use crate::pages::activity::{AttendanceSection, Attended, HostCodeSection, RollCallSection};
use crate::pages::affairs::{
    AffairsEntries, AffairsPage, BoardPage, ReceiptPage, ReportPage, TeamPage, UnitPage,
};
use crate::pages::members::MembersPage;
use crate::pages::overview::{OverviewPage, QuarterlyPage};
use crate::pages::paper::PaperPage;
use crate::pages::planning::{CopyPage, EditPlanPage, NewPlanPage, PlanSection, PlanningPage};
use crate::pages::unconfirmed::UnconfirmedPage;

/// [`OverviewPage`], fetched.
#[component]
pub fn LaterOverview() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(overview()) /> }
}

/// [`QuarterlyPage`], fetched.
#[component]
pub fn LaterQuarterly() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(quarterly()) /> }
}

/// [`UnconfirmedPage`], fetched.
#[component]
pub fn LaterUnconfirmed() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(unconfirmed()) /> }
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
pub(in crate::pages) fn LaterPlan(view: Signal<ActivityView>) -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(plan(view)) /> }
}

/// [`AffairsPage`], fetched.
#[component]
pub fn LaterAffairs() -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(affairs()) /> }
}

/// [`AffairsEntries`], fetched.
#[component]
pub(in crate::pages) fn LaterAffairsEntries() -> impl IntoView {
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
pub(in crate::pages) fn LaterHostCode(view: Signal<ActivityView>) -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(host_code(view)) /> }
}

/// [`RollCallSection`], fetched.
#[component]
pub(in crate::pages) fn LaterRollCall(
    view: Signal<ActivityView>,
    attended: Option<Attended>,
    list: Signal<Option<AttendanceList>>,
) -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(roll_call(view, attended, list)) /> }
}

/// [`AttendanceSection`], fetched.
#[component]
pub(in crate::pages) fn LaterAttendance(
    list: Signal<Option<AttendanceList>>,
    trouble: Signal<Option<Code>>,
    attended: Attended,
    known: Signal<bool>,
) -> impl IntoView {
    view! { <Later part=Part::Coordinators shown=move || here(attendance(list, trouble, Some(attended), known)) /> }
}

/// Fetches the part; every way into it has to be told that it is there.
pub(super) async fn arrives() -> Result<(), SplitLoaderError> {
    overview_arrives().await?;
    quarterly_arrives().await?;
    unconfirmed_arrives().await?;
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

#[wasm_split(coordinators, fallible, preload(overview_arrives))]
fn overview() -> Fetched {
    Ok(view! { <OverviewPage /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(quarterly_arrives))]
fn quarterly() -> Fetched {
    Ok(view! { <QuarterlyPage /> }.into_any())
}

#[wasm_split(coordinators, fallible, preload(unconfirmed_arrives))]
fn unconfirmed() -> Fetched {
    Ok(view! { <UnconfirmedPage /> }.into_any())
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
