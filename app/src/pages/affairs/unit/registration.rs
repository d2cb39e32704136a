//! A unit's own registration: how it stands, and sending, moving or ending it.

use leptos::prelude::*;
use shared::api::OrganisationSummary;
use shared::client::MatterView;
use shared::codes::Code;
use shared::ids::{EntryId, OrganisationId};
use shared::project::Party;
use shared::records::Subject;
use shared::words::{OrganisationKind, RequestKind, RequestState};

use super::draft::Draft;
use super::form::{Filling, FormSheet, draft_name};
use crate::components::{Button, ButtonKind, ButtonSize, Icon, List, Notice, Section, Sheet, Tone};
use crate::pages::affairs::case_sheet::CaseFacts;
use crate::pages::affairs::desk::{self, Case};
use crate::pages::affairs::entries::is_community;
use crate::pages::affairs::form;
use crate::pages::affairs::row::CaseRow;
use crate::pages::community;
use crate::pages::reason_sheet::{ReasonSheet, ReasonWords, Sent};
use crate::pages::words::said;
use crate::state::{AppState, use_app_state};
use crate::t;

const ENDING: ReasonWords = ReasonWords {
    title: || t!(unit.end_title),
    lead: || t!(unit.end_lead),
    label: || t!(unit.end_reason),
    hint: None,
    missing: || t!(unit.end_missing),
    send: || t!(unit.end),
};

/// The registration of a unit; a community itself has none.
#[component]
pub(super) fn Registration(unit: OrganisationId) -> impl IntoView {
    let directory = use_app_state().directory();
    let is_community = Memo::new(move |_| {
        directory.with(|slice| {
            let slice = slice.as_ref()?;
            Some(is_community(slice, slice.organisation(unit)?))
        })
    });
    view! {
        <Section
            title=move || t!(unit.register_title)
            lead=said(move || t!(unit.register_lead))
        >
            <Show
                when=move || is_community.get() != Some(true)
                fallback=|| {
                    view! { <Notice text=move || t!(unit.is_community) tone=Tone::Info /> }
                }
            >
                <Own unit />
            </Show>
        </Section>
    }
}

#[component]
fn Own(unit: OrganisationId) -> impl IntoView {
    let state = use_app_state();
    let (matters, boards) = (state.matters(), state.boards());
    let own = Memo::new(move |_| matters.with(|views| own_cases(views, unit)));
    let is_live = |case: &Case| case.matter().is_live();
    let live = Memo::new(move |_| own.with(|cases| ids(cases, is_live)));
    let former = Memo::new(move |_| own.with(|cases| ids(cases, |case| !is_live(case))));
    let (opened, filling) = (
        RwSignal::new(None::<EntryId>),
        RwSignal::new(None::<Filling>),
    );
    let begin = move || {
        let last = own.with_untracked(|cases| cases.first().cloned());
        filling.set(Some(first_filling(state, unit, last.as_ref())));
    };
    let rows = move |shown: Memo<Vec<EntryId>>| {
        view! {
            <List>
                <For each=move || shown.get() key=|id| *id let:request>
                    <CaseRow request cases=own boards on_open=move |id| opened.set(Some(id)) />
                </For>
            </List>
        }
    };
    let returned = Memo::new(move |_| {
        own.with(|cases| {
            let last = cases.first().map(|case| case.matter().state);
            last == Some(RequestState::Returned)
        })
    });
    view! {
        <Show
            when=move || !live.with(Vec::is_empty)
            fallback=move || {
                view! {
                    <Button
                        label=move || {
                            if returned.get() { t!(unit.again) } else { t!(unit.register) }
                        }
                        kind=ButtonKind::Primary
                        size=ButtonSize::Wide
                        icon=Icon::Pencil
                        on_press=begin
                    />
                }
            }
        >
            {rows(live)}
        </Show>
        <Show when=move || !former.with(Vec::is_empty)>
            <h3 class="affair-part-title">{move || t!(unit.former)}</h3>
            {rows(former)}
        </Show>
        <OwnSheet unit opened own filling />
        <FormSheet unit filling />
    }
}

/// One registration with its receipt, and what its unit can do about it.
#[component]
fn OwnSheet(
    unit: OrganisationId,
    opened: RwSignal<Option<EntryId>>,
    own: Memo<Vec<Case>>,
    filling: RwSignal<Option<Filling>>,
) -> impl IntoView {
    let state = use_app_state();
    let (views, boards) = (state.matters(), state.boards());
    let case = Memo::new(move |_| {
        let request = opened.get()?;
        own.with(|cases| {
            let found = cases.iter().find(|case| case.request() == request);
            found.cloned()
        })
    });
    let ending = RwSignal::new(false);
    let end = Callback::new(move |reason: String| -> Sent {
        Box::pin(async move {
            let case = case.get_untracked().ok_or(Code::NotFound)?;
            state.take_back(case.matter(), reason).await?;
            state.toast(Tone::Good, || t!(unit.ended));
            Ok(())
        })
    });
    let move_away = move || {
        let case = case.get_untracked();
        let filled = case.map(|case| Filling {
            replaces: Some(case.request()),
            draft: draft_of(state, unit, &case, None),
        });
        opened.set(None);
        filling.set(filled);
    };
    let title = move || case.with(|case| case.as_ref().map(place_of).unwrap_or_default());
    let is_live = Memo::new(move |_| {
        case.with(|case| case.as_ref().is_some_and(|case| case.matter().is_live()))
    });
    view! {
        <Sheet
            open=Signal::derive(move || case.with(Option::is_some))
            on_close=move || opened.set(None)
            title=title
        >
            {move || case.get().map(|case| view! { <CaseFacts case views boards /> })}
            <Show when=move || is_live.get()>
                <div class="affair-part">
                    <div class="button-row">
                        <Button label=move || t!(unit.move_away) on_press=move_away />
                        <Button
                            label=move || t!(unit.end)
                            kind=ButtonKind::Danger
                            on_press=move || ending.set(true)
                        />
                    </div>
                    <p class="field-hint">{move || t!(unit.move_hint)}</p>
                </div>
            </Show>
        </Sheet>
        <ReasonSheet
            open=ending
            words=ENDING
            kind=ButtonKind::Danger
            longest=500
            on_send=end
        />
    }
}

/// The community with county and town.
fn place_of(case: &Case) -> String {
    community::target_name(&case.row)
}

/// The registrations of a unit, the newest first.
fn own_cases(views: &[MatterView], unit: OrganisationId) -> Vec<Case> {
    let own = views.iter().filter(|view| {
        let matter = &view.row.matter;
        matter.asker == Party::Organisation(unit)
            && matter.kind() == RequestKind::OrganisationRegistration
    });
    desk::cases(own)
}

fn ids(cases: &[Case], wanted: impl Fn(&Case) -> bool) -> Vec<EntryId> {
    let found = cases.iter().filter(|case| wanted(case));
    found.map(Case::request).collect()
}

/// What the form opens with: what was typed before, what was returned, or what the directory knows.
fn first_filling(state: AppState, unit: OrganisationId, last: Option<&Case>) -> Filling {
    let returned = last.filter(|case| case.matter().state == RequestState::Returned);
    let replaces = returned.map(Case::request);
    let draft = form::kept(&draft_name(unit)).unwrap_or_else(|| match returned {
        Some(case) => {
            let community = community::known(state, case.matter().to);
            draft_of(state, unit, case, community)
        }
        None => empty(state, unit),
    });
    Filling { replaces, draft }
}

fn draft_of(
    state: AppState,
    unit: OrganisationId,
    case: &Case,
    community: Option<OrganisationSummary>,
) -> Draft {
    match &case.matter().subject {
        Subject::OrganisationRegistration(form) => Draft::of(form, community),
        Subject::MemberRegistration(_) | Subject::Service(_) | Subject::Pledge(_) => {
            empty(state, unit)
        }
    }
}

fn empty(state: AppState, unit: OrganisationId) -> Draft {
    let directory = state.directory();
    directory.with_untracked(|slice| {
        let slice = slice.as_ref();
        let organisation = slice.and_then(|slice| slice.organisation(unit));
        let owner = slice.map(|slice| slice.owner.name.clone());
        let kind = organisation.map_or(OrganisationKind::Unit, |found| found.kind);
        let name = organisation.map(|found| found.name.clone());
        Draft::new(name.unwrap_or_default(), kind, owner.unwrap_or_default())
    })
}
