//! Choosing a community: that of the home line first, all others by name or initials. The list is kept
//! from the last time that there was a network.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::OrganisationSummary;
use shared::directory::{DirectorySlice, Organisation};
use shared::ids::OrganisationId;
use shared::wire::MatterRow;

use super::name_search::finds;
use super::words::{self, said};
use crate::components::{
    Button, Glyph, Icon, InputKind, List, ListRow, LoadingState, Notice, TextInput, Tone,
    takes_enter,
};
use crate::state::{AppState, use_app_state};
use crate::t;

/// Communities shown at most; who looks for more types more.
const SHOWN: usize = 20;

/// The communities at which one can register, as far as this phone knows.
#[derive(Clone, Copy)]
struct Communities {
    known: RwSignal<Vec<OrganisationSummary>>,
    asking: RwSignal<bool>,
}

impl Communities {
    /// Begins with those kept, and asks the server for newer ones now and when it can be reached.
    fn begin() -> Self {
        let state = use_app_state();
        let communities = Self {
            known: RwSignal::new(state.known_communities()),
            asking: RwSignal::new(false),
        };
        let online = state.online();
        let online = Memo::new(move |_| online.get());
        Effect::new(move || {
            if !online.get() {
                return;
            }
            communities.asking.set(true);
            spawn_local(async move {
                let answer = state.refresh_communities().await;
                // Nobody looks any more when the page was left.
                communities.asking.try_set(false);
                if answer == Ok(true) {
                    communities.known.try_set(state.known_communities());
                }
            });
        });
        communities
    }
}

/// Fetches the communities ahead, so that the form can be filled where there is no network.
pub(super) fn fetch_ahead() {
    let state = use_app_state();
    let online = state.online();
    let online = Memo::new(move |_| online.get());
    Effect::new(move || {
        if online.get() {
            spawn_local(async move {
                // What fails is asked for again by the form.
                let _ = state.refresh_communities().await;
            });
        }
    });
}

/// One community, with a search for another.
#[component]
pub(super) fn CommunityChoice(
    /// What the community is to whoever chooses it.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] chosen: Signal<Option<OrganisationSummary>>,
    #[prop(into)] on_choose: Callback<OrganisationSummary>,
    #[prop(into)] error: MaybeProp<String>,
) -> impl IntoView {
    let communities = Communities::begin();
    let looking = RwSignal::new(false);
    let choose = Callback::new(move |community| {
        looking.set(false);
        on_choose.run(community);
    });
    let shown = Memo::new(move |_| chosen.get().filter(|_| !looking.get()));
    view! {
        <div class="field" class:has-error=move || error.get().is_some()>
            {move || match shown.get() {
                Some(community) => {
                    view! {
                        <p class="field-label">{label}</p>
                        <Chosen community on_change=move || looking.set(true) />
                    }
                    .into_any()
                }
                None => view! { <Search communities on_choose=choose /> }.into_any(),
            }}
            <div class="field-error-place" aria-live="polite">
                {move || {
                    error
                        .get()
                        .map(|error| {
                            view! {
                                <p class="field-error">
                                    <Glyph icon=Icon::Warning />
                                    <span>{error}</span>
                                </p>
                            }
                        })
                }}
            </div>
        </div>
    }
}

#[component]
fn Chosen(community: OrganisationSummary, #[prop(into)] on_change: Callback<()>) -> impl IntoView {
    let id = community.id;
    let name = words::with_place(&community.name, &community.place);
    view! {
        <div class="community-chosen" data-community=id.to_string()>
            <span>{name}</span>
            <Button label=move || t!(community.change) on_press=on_change />
        </div>
    }
}

#[component]
fn Search(communities: Communities, on_choose: Callback<OrganisationSummary>) -> impl IntoView {
    let directory = use_app_state().directory();
    let wanted = RwSignal::new(String::new());
    let home = Memo::new(move |_| directory.with(|slice| home(slice.as_ref()?)));
    let found = Memo::new(move |_| {
        let home = home.get();
        communities
            .known
            .with(|known| wanted.with(|wanted| search(known, home.as_ref(), wanted)))
    });
    let nothing = Memo::new(move |_| communities.known.with(Vec::is_empty));
    let row = move |community: OrganisationSummary| {
        let (name, place) = (community.name.clone(), community.place.join(" "));
        view! {
            <ListRow
                title=name
                subtitle=MaybeProp::derive(move || Some(place.clone()).filter(|it| !it.is_empty()))
                icon=Icon::Building
                on_press=Callback::new(move |()| on_choose.run(community.clone()))
            />
        }
    };
    view! {
        <div on:keydown=|event| {
            takes_enter(&event);
        }>
            <TextInput
                label=move || t!(community.search)
                kind=InputKind::Search
                value=wanted
                on_input=move |typed| wanted.set(typed)
                hint=said(move || t!(community.search_hint))
            />
        </div>
        <Show when=move || nothing.get()>
            <Show
                when=move || communities.asking.get()
                fallback=|| {
                    view! {
                        <Notice
                            text=move || t!(community.not_fetched)
                            tone=Tone::Notice
                            icon=Icon::CloudOff
                        />
                    }
                }
            >
                <LoadingState rows=2 />
            </Show>
        </Show>
        <Show
            when=move || !found.with(Vec::is_empty)
            fallback=move || {
                (!nothing.get())
                    .then(|| view! { <p class="field-hint">{move || t!(community.no_match)}</p> })
            }
        >
            <div class="community-found">
                <List label=said(move || t!(community.found))>
                    <For each=move || found.get() key=|community| community.id children=row />
                </List>
            </div>
        </Show>
    }
}

/// The community of the home line as the list has communities.
pub(super) fn home(slice: &DirectorySlice) -> Option<OrganisationSummary> {
    summary(slice, home_community(slice)?.id)
}

/// Returns the community of the owner's home line: the highest organisation of a village there.
/// Source: GB/T 10114, where a village's code has 12 digits.
fn home_community(slice: &DirectorySlice) -> Option<&Organisation> {
    let line = slice.organisations.iter().filter(|organisation| {
        organisation.area.as_str().len() == 12 && slice.in_home_line(organisation.id)
    });
    line.min_by_key(|organisation| organisation.path.level())
}

/// An organisation of the slice as lists have them.
pub(super) fn summary(slice: &DirectorySlice, id: OrganisationId) -> Option<OrganisationSummary> {
    let organisation = slice.organisation(id)?;
    let place = slice.place(&organisation.area);
    Some(OrganisationSummary {
        id,
        name: organisation.name.clone(),
        kind: organisation.kind,
        place: place.into_iter().map(str::to_owned).collect(),
    })
}

/// A community that this phone knows: of the list, or of its directory.
pub(super) fn known(state: AppState, id: OrganisationId) -> Option<OrganisationSummary> {
    let listed = state.known_communities();
    let listed = listed.into_iter().find(|community| community.id == id);
    let directory = state.directory();
    listed.or_else(|| directory.with_untracked(|slice| summary(slice.as_ref()?, id)))
}

/// What the one that is asked is called, with its place. Before the server has answered it is what this
/// phone knows.
pub(super) fn target_name(row: &MatterRow) -> String {
    if !row.to.is_empty() {
        return words::with_place(&row.to, &row.place);
    }
    known(use_app_state(), row.matter.to).map_or_else(
        || t!(state.unknown),
        |found| words::with_place(&found.name, &found.place),
    )
}

/// What an organisation is called, with its place: from the directory, or from what the owner asked of
/// it.
pub(super) fn organisation_name(id: OrganisationId) -> Memo<String> {
    let state = use_app_state();
    let (directory, matters) = (state.directory(), state.matters());
    Memo::new(move |_| {
        let known = directory.with(|slice| {
            let found = summary(slice.as_ref()?, id)?;
            Some(words::with_place(&found.name, &found.place))
        });
        let asked = || {
            matters.with(|views| {
                let found = views.iter().find(|view| view.row.matter.to == id)?;
                Some(target_name(&found.row))
            })
        };
        known.or_else(asked).unwrap_or_else(|| t!(state.unknown))
    })
}

/// What is found, the home line's own first; it is there before anything is typed or fetched.
fn search(
    known: &[OrganisationSummary],
    home: Option<&OrganisationSummary>,
    wanted: &str,
) -> Vec<OrganisationSummary> {
    let is_wanted = |community: &&OrganisationSummary| {
        finds(&community.name, wanted) || finds(&community.place.join(" "), wanted)
    };
    let own = home.into_iter().filter(is_wanted);
    let others = known
        .iter()
        .filter(|community| home.is_none_or(|home| home.id != community.id))
        .filter(is_wanted);
    own.chain(others).take(SHOWN).cloned().collect()
}

#[cfg(test)]
mod tests {
    use shared::words::OrganisationKind;
    use uuid::Uuid;

    use super::*;

    fn community(id: u128, name: &str, town: &str) -> OrganisationSummary {
        OrganisationSummary {
            id: OrganisationId(Uuid::from_u128(id)),
            name: name.to_owned(),
            kind: OrganisationKind::Branch,
            place: vec!["county".to_owned(), town.to_owned()],
        }
    }

    #[test]
    fn the_own_community_comes_first_and_once_and_two_of_one_name_are_told_apart_by_town() {
        let home = community(3, "和平社区", "东镇");
        let known = [
            community(1, "和平社区", "西镇"),
            community(2, "新风社区", "东镇"),
            home.clone(),
        ];
        let ids = |wanted| {
            let found = search(&known, Some(&home), wanted);
            let ids = found.into_iter().map(|community| community.id.0.as_u128());
            ids.collect::<Vec<_>>()
        };
        assert_eq!(ids(""), [3, 1, 2]);
        assert_eq!(ids("和平"), [3, 1]);
        assert_eq!(ids("xf"), [2]);
        assert_eq!(ids("东镇"), [3, 2]);
        assert_eq!(search(&[], Some(&home), "hp"), [home]);
    }
}
