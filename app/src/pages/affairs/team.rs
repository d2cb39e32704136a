//! 队伍服务: a vanguard team's leader logs what the team did, for its people and visible as such, and
//! sees what became of it.

mod draft;
mod form;

use leptos::prelude::*;
use shared::client::MatterView;
use shared::codes::Code;
use shared::ids::{EntryId, OrganisationId};
use shared::project::Party;
use shared::words::RequestKind;

use self::form::LogSheet;
use super::case_sheet::CaseFacts;
use super::desk::{self, Case};
use super::entries::coordinated;
use super::one_of::{OneOf, OneOfWords};
use super::row::CaseRow;
use crate::components::{
    Button, ButtonKind, ButtonSize, EmptyState, Icon, List, Screen, Section, Sheet, StatGrid,
    StatTile, Tone,
};
use crate::pages::reason_sheet::{ReasonSheet, ReasonWords, Sent};
use crate::pages::service_words::hours;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// Rows shown at first, and with every press on 更多.
const PAGE: usize = 20;

const TAKING_BACK: ReasonWords = ReasonWords {
    title: || t!(team.take_back_title),
    lead: || t!(team.take_back_lead),
    label: || t!(team.take_back_reason),
    hint: None,
    missing: || t!(team.take_back_missing),
    send: || t!(team.take_back),
};

/// The teams that the owner leads.
#[component]
pub(in crate::pages) fn TeamPage() -> impl IntoView {
    let coordinated = coordinated(use_app_state());
    let teams = Memo::new(move |_| coordinated.with(|all| all.teams.clone()));
    view! {
        <Screen>
            <OneOf
                organisations=teams
                words=OneOfWords {
                    which: || t!(team.which),
                    none: || t!(team.none),
                    none_hint: || t!(team.none_hint),
                }
                shown=|team| view! { <Team team /> }.into_any()
            />
        </Screen>
    }
}

#[component]
fn Team(team: OrganisationId) -> impl IntoView {
    let state = use_app_state();
    let (matters, boards) = (state.matters(), state.boards());
    let logged = Memo::new(move |_| matters.with(|views| logged(views, team)));
    let approved = Memo::new(move |_| logged.with(|cases| approved_minutes(cases)));
    let (open, opened) = (RwSignal::new(false), RwSignal::new(None::<EntryId>));
    let limit = RwSignal::new(PAGE);
    let ids = Memo::new(move |_| {
        logged.with(|cases| {
            let shown = cases.iter().take(limit.get());
            shown.map(Case::request).collect::<Vec<_>>()
        })
    });
    view! {
        <Button
            label=move || t!(team.log)
            kind=ButtonKind::Primary
            size=ButtonSize::Wide
            icon=Icon::Plus
            on_press=move || open.set(true)
        />
        <div data-team=team.to_string()>
            <StatGrid>
                <StatTile
                    label=move || t!(team.total)
                    value=move || hours(approved.get())
                    delta=said(move || t!(team.total_waiting))
                />
            </StatGrid>
        </div>
        <Section title=move || t!(team.logged)>
            <Show
                when=move || !logged.with(Vec::is_empty)
                fallback=|| {
                    view! {
                        <EmptyState
                            title=move || t!(team.logged_empty)
                            text=said(move || t!(team.logged_empty_hint))
                            icon=Icon::Users
                        />
                    }
                }
            >
                <List>
                    <For each=move || ids.get() key=|id| *id let:request>
                        <CaseRow request cases=logged boards on_open=move |id| opened.set(Some(id)) />
                    </For>
                </List>
                <Show when=move || limit.get() < logged.with(Vec::len)>
                    <Button
                        label=move || t!(action.more)
                        on_press=move || limit.update(|limit| *limit += PAGE)
                    />
                </Show>
            </Show>
        </Section>
        <LogSheet team open />
        <LoggedSheet opened logged />
    }
}

/// One service that was logged, and taking it back.
#[component]
fn LoggedSheet(opened: RwSignal<Option<EntryId>>, logged: Memo<Vec<Case>>) -> impl IntoView {
    let state = use_app_state();
    let (views, boards) = (state.matters(), state.boards());
    let case = Memo::new(move |_| {
        let request = opened.get()?;
        logged.with(|cases| {
            let found = cases.iter().find(|case| case.request() == request);
            found.cloned()
        })
    });
    let taking_back = RwSignal::new(false);
    let take_back = Callback::new(move |reason: String| -> Sent {
        Box::pin(async move {
            let case = case.get_untracked().ok_or(Code::NotFound)?;
            state.take_back_for(&case.matters(), reason).await?;
            state.toast(Tone::Good, || t!(team.taken_back));
            Ok(())
        })
    });
    let is_live = Memo::new(move |_| {
        case.with(|case| {
            let case = case.as_ref();
            case.is_some_and(|case| case.rows().any(|row| row.matter.is_live()))
        })
    });
    view! {
        <Sheet
            open=Signal::derive(move || case.with(Option::is_some))
            on_close=move || opened.set(None)
            title=move || t!(record.service)
        >
            {move || case.get().map(|case| view! { <CaseFacts case views boards /> })}
            <Show when=move || is_live.get()>
                <div class="affair-part">
                    <Button
                        label=move || t!(team.take_back)
                        kind=ButtonKind::Danger
                        on_press=move || taking_back.set(true)
                    />
                </div>
            </Show>
        </Sheet>
        <ReasonSheet
            open=taking_back
            words=TAKING_BACK
            kind=ButtonKind::Danger
            longest=500
            on_send=take_back
        />
    }
}

/// What was entered in the name of a team, the newest first.
fn logged(views: &[MatterView], team: OrganisationId) -> Vec<Case> {
    let of = views.iter().filter(|view| {
        let matter = &view.row.matter;
        matter.asker == Party::Organisation(team) && matter.kind() == RequestKind::Service
    });
    desk::cases(of)
}

fn approved_minutes(cases: &[Case]) -> i64 {
    let matters = cases.iter().flat_map(Case::rows).map(|row| &row.matter);
    matters.map(|matter| i64::from(matter.minutes())).sum()
}
