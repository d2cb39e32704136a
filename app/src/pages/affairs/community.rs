//! Choosing a community: found by name or initials among those that the server lists, or, without it,
//! among those that this phone knows.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use shared::api::OrganisationSummary;
use shared::ids::OrganisationId;

use super::entries::is_community;
use crate::components::{Button, ButtonKind, Icon, InputKind, List, ListRow, TextInput};
use crate::pages::name_search::finds;
use crate::pages::words;
use crate::state::{AppState, use_app_state};
use crate::t;

/// Communities shown at a time; the search finds the others.
const SHOWN: usize = 20;

/// A community that was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Chosen {
    pub(super) id: OrganisationId,
    /// The name with county and town.
    pub(super) title: String,
}

/// The communities to choose from.
#[derive(Clone, Copy)]
struct Known {
    listed: RwSignal<Vec<Chosen>>,
    is_whole: RwSignal<bool>,
}

/// A chosen community, or the search for one.
#[component]
pub(super) fn CommunityChoice(
    #[prop(into)] chosen: Signal<Option<Chosen>>,
    #[prop(into)] on_choose: Callback<Option<Chosen>>,
    #[prop(optional, into)] error: MaybeProp<String>,
) -> impl IntoView {
    let known = known(use_app_state());
    let title = move || chosen.with(|chosen| chosen.as_ref().map(|chosen| chosen.title.clone()));
    view! {
        <div class="community" class:has-error=move || error.get().is_some()>
            <Show
                when=move || chosen.with(Option::is_some)
                fallback=move || view! { <Search known on_choose error /> }
            >
                <p class="field-label">{move || t!(unit.community)}</p>
                <p data-community=move || {
                    chosen.with(|chosen| chosen.as_ref().map(|chosen| chosen.id.to_string()))
                }>{title}</p>
                <Button
                    label=move || t!(unit.community_chosen)
                    kind=ButtonKind::Quiet
                    on_press=move || on_choose.run(None)
                />
            </Show>
        </div>
    }
}

#[component]
fn Search(
    known: Known,
    on_choose: Callback<Option<Chosen>>,
    error: MaybeProp<String>,
) -> impl IntoView {
    let wanted = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let wanted = wanted.get();
        known.listed.with(|listed| {
            let found = listed.iter().filter(|one| finds(&one.title, &wanted));
            found.take(SHOWN).cloned().collect::<Vec<_>>()
        })
    });
    let row = move |community: Chosen| {
        let title = community.title.clone();
        view! {
            <ListRow
                title=title
                icon=Icon::Building
                on_press=Callback::new(move |()| on_choose.run(Some(community.clone())))
            />
        }
    };
    view! {
        <TextInput
            label=move || t!(unit.choose_community)
            kind=InputKind::Search
            hint=words::said(move || t!(unit.search_community))
            value=wanted
            on_input=move |typed| wanted.set(typed)
            error=error
        />
        <Show when=move || !known.is_whole.get()>
            <p class="field-hint">{move || t!(unit.communities_offline)}</p>
        </Show>
        <Show
            when=move || !found.with(Vec::is_empty)
            fallback=|| view! { <p>{move || t!(unit.community_none)}</p> }
        >
            <List label=words::said(move || t!(unit.choose_community))>
                <For each=move || found.get() key=|community| community.id children=row />
            </List>
        </Show>
    }
}

/// Those that this phone knows at once, then those that the server lists.
fn known(state: AppState) -> Known {
    let directory = state.directory();
    let held = directory.with_untracked(|slice| {
        let slice = slice.iter();
        slice
            .flat_map(|slice| {
                let all = slice.organisations.iter();
                all.filter(|one| is_community(slice, one))
                    .map(|one| Chosen {
                        id: one.id,
                        title: words::organisation_title(slice, one),
                    })
            })
            .collect::<Vec<_>>()
    });
    let known = Known {
        listed: RwSignal::new(held),
        is_whole: RwSignal::new(false),
    };
    spawn_local(async move {
        // Without an answer there is what the phone knows, which the screen says.
        if let Ok(listed) = state.places_to_register().await {
            known
                .listed
                .try_set(listed.into_iter().map(of_summary).collect());
            known.is_whole.try_set(true);
        }
    });
    known
}

fn of_summary(summary: OrganisationSummary) -> Chosen {
    Chosen {
        id: summary.id,
        title: words::with_place(&summary.name, &summary.place),
    }
}
