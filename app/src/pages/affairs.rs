//! 待办: what waits for a coordinator's word about activities, registrations, the lists and service, and
//! what was dealt with. A decision works without a network: it is one more record. Which activities
//! wait to be confirmed only the server knows.

mod answer;
mod board;
mod case_sheet;
mod contest;
mod desk;
mod entries;
mod facts;
mod form;
mod one_of;
mod rating;
mod receipt;
mod report;
mod row;
mod said;
mod team;
mod telephone;
mod tick;
mod unit;
mod waiting;

use leptos::prelude::*;
use shared::client::MatterView;
use shared::ids::{EntryId, ListingId, OrganisationId};
use shared::reconcile::BoardItem;

pub(super) use self::board::BoardPage;
use self::case_sheet::CaseSheet;
use self::contest::{ContestSheet, contests};
use self::desk::{Case, Task};
pub(super) use self::entries::AffairsEntries;
pub(super) use self::receipt::ReceiptPage;
pub(super) use self::report::ReportPage;
use self::row::CaseRow;
pub(super) use self::team::TeamPage;
pub(super) use self::unit::UnitPage;
use self::waiting::{ClaimSection, TaskSection};
use crate::components::{
    Button, Choice, EmptyState, Icon, List, LoadingState, Screen, Section, Select,
};
use crate::pages::unconfirmed::{self, UnconfirmedSection, Waiting};
use crate::pages::words::{self, said};
use crate::state::{AppState, use_app_state};
use crate::t;

/// Rows of what was dealt with shown at first, and with every press on 更多.
const PAGE: usize = 20;

/// The value of a choice that is all of them.
const ALL: &str = "";

/// What waits for the owner's word, and what had it.
#[component]
pub(super) fn AffairsPage() -> impl IntoView {
    let state = use_app_state();
    let directory = state.directory();
    let arrived = Memo::new(move |_| directory.with(Option::is_some));
    view! {
        <Screen>
            <Show when=move || arrived.get() fallback=|| view! { <LoadingState rows=6 /> }>
                <Affairs />
            </Show>
        </Screen>
    }
}

/// Takes every draft and everything that was seen of others out of the browser.
pub(super) fn forget_affairs() {
    form::forget_drafts();
    unit::forget_seen();
}

/// What the owner decides on, as far as this phone knows.
fn decided_here(state: AppState) -> Memo<Vec<MatterView>> {
    let matters = state.matters();
    Memo::new(move |_| {
        matters.with(|views| {
            let mine = |view: &&MatterView| state.may_coordinate(view.row.matter.to);
            views.iter().filter(mine).cloned().collect()
        })
    })
}

#[component]
fn Affairs() -> impl IntoView {
    let state = use_app_state();
    let (boards, all) = (state.boards(), state.matters());
    let decided_here = decided_here(state);
    let only = RwSignal::new(None::<OrganisationId>);
    let views = Memo::new(move |_| {
        let only = only.get();
        decided_here.with(|views| {
            let of = |view: &&MatterView| only.is_none_or(|only| view.row.matter.to == only);
            views.iter().filter(of).cloned().collect::<Vec<_>>()
        })
    });
    let waiting = Memo::new(move |_| views.with(|views| desk::waiting(views)));
    let now = state.now();
    let since = Memo::new(move |_| now.get().day().plus(-desk::DAYS_SHOWN));
    let handled = Memo::new(move |_| views.with(|views| desk::handled(views, since.get())));
    let opened = RwSignal::new(None::<EntryId>);
    let reopened = RwSignal::new(None::<EntryId>);
    let contested = RwSignal::new(None::<ListingId>);
    let contests = Memo::new(move |_| {
        waiting.with(|cases| {
            let claims: Vec<Case> = cases
                .iter()
                .filter(|case| case.task() == Task::Claim)
                .cloned()
                .collect();
            contests(&claims)
        })
    });
    let of_task = move |task: Task| match task {
        Task::Claim => {
            view! { <ClaimSection contests boards on_open=move |id| contested.set(Some(id)) /> }
                .into_any()
        }
        Task::Dispute
        | Task::MemberRegistration
        | Task::OrganisationRegistration
        | Task::Service => {
            view! { <TaskSection task waiting boards on_open=move |id| opened.set(Some(id)) /> }
                .into_any()
        }
    };
    let unconfirmed = unconfirmed::read_own(state);
    let read = unconfirmed.shown();
    let activities = Memo::new(move |_| read.with(|read| read.as_ref().map_or(0, Waiting::count)));
    view! {
        <UnconfirmedSection reading=unconfirmed />
        <OrganisationFilter views=decided_here only />
        <Show
            when=move || activities.get() != 0 || !waiting.with(Vec::is_empty)
            fallback=|| {
                view! {
                    <EmptyState
                        title=move || t!(affairs.nothing_waits)
                        text=said(move || t!(affairs.nothing_waits_hint))
                        icon=Icon::CheckCircle
                    />
                }
            }
        >
            {Task::ALL.map(of_task).into_iter().collect_view()}
        </Show>
        <Handled handled boards=boards on_open=move |id| reopened.set(Some(id)) />
        <CaseSheet opened cases=waiting.into() views=all boards />
        <CaseSheet opened=reopened cases=handled.into() views=all boards />
        <ContestSheet opened=contested contests boards />
    }
}

/// Which of several organisations is asked; nothing where there is one.
#[component]
fn OrganisationFilter(
    views: Memo<Vec<MatterView>>,
    only: RwSignal<Option<OrganisationId>>,
) -> impl IntoView {
    let asked = Memo::new(move |_| views.with(|views| desk::asked(views)));
    let choices = move || {
        let all = Choice::new(ALL, move || t!(affairs.every_organisation));
        let asked = asked.get().into_iter();
        let asked = asked.map(|(id, name)| Choice::new(id.to_string(), move || name.clone()));
        std::iter::once(all).chain(asked).collect::<Vec<_>>()
    };
    view! {
        <Show when=move || { 1 < asked.with(Vec::len) }>
            <Select
                label=move || t!(affairs.organisation)
                choices=Signal::derive(choices)
                value=Signal::derive(move || {
                    only.get().map(|id| id.to_string()).unwrap_or_default()
                })
                on_change=move |id: String| only.set(id.parse().ok())
            />
        </Show>
    }
}

/// 已处理: what was decided lately, to be looked up, changed or rated.
#[component]
fn Handled(
    handled: Memo<Vec<Case>>,
    boards: Signal<Vec<BoardItem>>,
    #[prop(into)] on_open: Callback<EntryId>,
) -> impl IntoView {
    let limit = RwSignal::new(PAGE);
    let ids = move || {
        let ids = |cases: &Vec<Case>| cases.iter().take(limit.get()).map(Case::request).collect();
        handled.with(ids)
    };
    let ids = Memo::new(move |_| -> Vec<EntryId> { ids() });
    view! {
        <Show when=move || !handled.with(Vec::is_empty)>
            <Section
                title=move || t!(affairs.handled, n = words::count(handled.with(Vec::len)))
                lead=said(move || t!(affairs.handled_lead))
            >
                <List>
                    <For each=move || ids.get() key=|id| *id let:request>
                        <CaseRow request cases=handled boards on_open />
                    </For>
                </List>
                <Show when=move || limit.get() < handled.with(Vec::len)>
                    <Button
                        label=move || t!(action.more)
                        on_press=move || limit.update(|limit| *limit += PAGE)
                    />
                </Show>
            </Section>
        </Show>
    }
}
