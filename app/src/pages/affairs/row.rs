//! One request in a list: who, what, when, what somebody should look at, and how it stands.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::ids::EntryId;
use shared::reconcile::BoardItem;
use shared::words::RequestState;

use super::desk::Case;
use super::facts;
use super::tick::TickBox;
use crate::components::{Chip, Glyph, Icon, Tone};
use crate::locale::format_near;
use crate::pages::progress::{Progress, ProgressChip};
use crate::pages::service_words::{flag_name, is_by_team, state_name};
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// What is ticked of a list, to be dealt with together.
pub(super) type Ticked = RwSignal<BTreeSet<EntryId>>;

/// A row that opens; with `ticked` it can also be chosen.
#[component]
pub(super) fn CaseRow(
    request: EntryId,
    cases: Memo<Vec<Case>>,
    boards: Signal<Vec<BoardItem>>,
    #[prop(optional)] ticked: Option<Ticked>,
    #[prop(into)] on_open: Callback<EntryId>,
) -> impl IntoView {
    // What leaves the list is still read until its row is gone.
    let case = Memo::new(move |before: Option<&Option<Case>>| {
        let found = cases.with(|cases| {
            let found = cases.iter().find(|case| case.request() == request);
            found.cloned()
        });
        found.or_else(|| before.cloned().flatten())
    });
    let tick = ticked.map(|ticked| {
        let on = Signal::derive(move || ticked.with(|ticked| ticked.contains(&request)));
        let name = move || case.with(|case| case.as_ref().map(facts::who));
        view! {
            <label class="affair-tick">
                <TickBox
                    on
                    label=said(move || t!(affairs.choose, name = name().unwrap_or_default()))
                    on_change=move |on| {
                        ticked
                            .update(|ticked| {
                                if on {
                                    ticked.insert(request);
                                } else {
                                    ticked.remove(&request);
                                }
                            });
                    }
                />
            </label>
        }
    });
    let kind = move || case.with(|case| case.as_ref().map(|case| case.matter().kind().as_str()));
    let state = move || case.with(|case| case.as_ref().map(|case| case.matter().state.as_str()));
    view! {
        <li
            class="row affair"
            data-matter=request.to_string()
            data-kind=kind
            data-state=state
        >
            {tick}
            <button
                type="button"
                class="row-body pressable"
                on:click=move |_| on_open.run(request)
            >
                {move || case.get().map(|case| view! { <Words case boards /> })}
                <span class="row-chevron">
                    <Glyph icon=Icon::Chevron />
                </span>
            </button>
        </li>
    }
}

#[component]
fn Words(case: Case, boards: Signal<Vec<BoardItem>>) -> impl IntoView {
    let now = use_app_state().now();
    let at = case.matter().recorded_at;
    let by_team = is_by_team(case.matter()) && super::answer::service(case.matter()).is_some();
    let (named, told) = (case.clone(), case.clone());
    let flags = facts::flags(&case);
    let flag = |flag| {
        view! {
            <span class="affair-flag">
                <Glyph icon=Icon::Warning />
                <span>{move || flag_name(flag)}</span>
            </span>
        }
    };
    view! {
        <span class="row-text">
            <span class="row-first-line">
                <span class="row-lead">{move || format_near(at.0, now.get().0)}</span>
                <span class="row-trailing">
                    {by_team
                        .then(|| {
                            view! {
                                <Chip
                                    text=move || t!(check_in.proxy_entry)
                                    tone=Tone::Neutral
                                    icon=Icon::Pencil
                                />
                            }
                        })}
                    <StateChips case />
                </span>
            </span>
            <span class="row-title">{move || facts::who(&named)}</span>
            <span class="row-subtitle">
                {move || boards.with(|boards| facts::what(&told, boards))}
            </span>
            {flags.into_iter().map(flag).collect_view()}
        </span>
    }
}

/// How it stands, and how far this phone's newest word about it has come.
#[component]
pub(super) fn StateChips(case: Case) -> impl IntoView {
    let state = case.matter().state;
    let matter = case.matter().clone();
    view! {
        <Chip text=move || state_name(&matter) tone=tone(state) icon=tone_icon(state) />
        {case
            .sending
            .map(|state| {
                view! { <ProgressChip progress=Signal::stored(Progress::Record(state)) /> }
            })}
    }
}

fn tone(state: RequestState) -> Tone {
    match state {
        RequestState::Waiting => Tone::Info,
        RequestState::Contested | RequestState::Disputed => Tone::Notice,
        RequestState::Taken | RequestState::Accepted | RequestState::Corrected => Tone::Good,
        RequestState::Returned
        | RequestState::Withdrawn
        | RequestState::Replaced
        | RequestState::Joined => Tone::Neutral,
    }
}

fn tone_icon(state: RequestState) -> Icon {
    match state {
        RequestState::Waiting => Icon::Clock,
        RequestState::Contested | RequestState::Disputed => Icon::Warning,
        RequestState::Taken | RequestState::Accepted | RequestState::Corrected => Icon::CheckCircle,
        RequestState::Returned
        | RequestState::Withdrawn
        | RequestState::Replaced
        | RequestState::Joined => Icon::Minus,
    }
}
