//! 清单: what the communities whose lists are on this phone need and offer, what of it suits the owner
//! first, with why.

mod claim;
mod listing;
mod matching;
mod tallies;

use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::client::MatterView;
use shared::ids::{ListingId, OrganisationId};
use shared::reconcile::BoardItem;
use shared::records::MemberRegistration;
use shared::time::Day;
use shared::words::{ListingKind, RequestKind};

pub(super) use self::listing::ListingPage;
use self::matching::{Reason, reasons};
use self::tallies::Tallies;
use super::own::{Registrations, own_matters, pledges_on};
use super::refused::RefusedRequests;
use super::standing::Standing;
use crate::components::{
    ButtonLink, ButtonSize, Chip, Choice, EmptyState, Icon, List, ListRow, Screen, Section, Select,
    Tone,
};
use crate::pages::community::organisation_name;
use crate::pages::service_words::{category_name, free_time_name, listing_kind_name};
use crate::pages::words::{self, said};
use crate::state::use_app_state;
use crate::t;

/// What suits the owner that the first screen shows.
const SUITING: usize = 3;
/// The value of the choice of every kind.
const EVERY_KIND: &str = "";

/// Something on the lists, with why it suits the owner.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Listed {
    item: BoardItem,
    open: bool,
    reasons: Vec<Reason>,
    /// What became of the owner's newest claim on it.
    pledge: Option<MatterView>,
}

impl Listed {
    /// Tells whether a claim of the owner stands or waits.
    fn is_claimed(&self) -> bool {
        let pledge = self.pledge.as_ref();
        pledge.is_some_and(|view| view.row.matter.is_live())
    }

    fn id(&self) -> ListingId {
        self.item.listing.listing
    }
}

/// What the lists hold, by community; what suits the owner first, what is closed last, else by kind and
/// title.
fn listed(
    items: Vec<BoardItem>,
    views: &[MatterView],
    form: Option<&MemberRegistration>,
    today: Day,
) -> Vec<Listed> {
    let mut listed: Vec<Listed> = items
        .into_iter()
        .map(|item| Listed {
            open: item.listing.is_open(today),
            reasons: form.map_or_else(Vec::new, |form| reasons(&item.listing, form)),
            pledge: pledges_on(views, item.listing.listing).into_iter().next(),
            item,
        })
        .collect();
    listed.sort_by(|one, other| {
        let key = |listed: &Listed| {
            let listing = &listed.item.listing;
            let unsuited = listed.reasons.is_empty();
            (!listed.open, unsuited, listing.kind, listing.title.clone())
        };
        key(one).cmp(&key(other))
    });
    listed
}

/// The lists of the home line and of the communities where the owner registered.
fn own_lists(matters: Memo<Vec<MatterView>>) -> Memo<Vec<Listed>> {
    let state = use_app_state();
    let (boards, directory, now) = (state.boards(), state.directory(), state.now());
    let today = Memo::new(move |_| now.get().day());
    Memo::new(move |_| {
        matters.with(|views| {
            let registrations = Registrations::of(views);
            let registered: BTreeSet<OrganisationId> = registrations
                .standing
                .iter()
                .map(|view| view.row.matter.to)
                .collect();
            let in_line = |id| {
                directory.with(|slice| slice.as_ref().is_some_and(|slice| slice.in_home_line(id)))
            };
            let is_own = |id| registered.contains(&id) || in_line(id);
            let items = boards.get().into_iter();
            let items = items.filter(|item| is_own(item.organisation)).collect();
            listed(items, views, registrations.last_form(), today.get())
        })
    })
}

fn communities(lists: Memo<Vec<Listed>>) -> Memo<BTreeSet<OrganisationId>> {
    Memo::new(move |_| {
        lists.with(|lists| {
            lists
                .iter()
                .map(|listed| listed.item.organisation)
                .collect()
        })
    })
}

/// What the community needs, on the first screen: the few that suit the owner best.
#[component]
pub(super) fn SuitingLists(matters: Memo<Vec<MatterView>>) -> impl IntoView {
    let lists = own_lists(matters);
    let tallies = Tallies::begin(communities(lists));
    let open = Memo::new(move |_| {
        lists.with(|lists| {
            let open = lists.iter().filter(|listed| listed.open);
            open.cloned().collect::<Vec<_>>()
        })
    });
    let first = Memo::new(move |_| {
        open.with(|open| open.iter().take(SUITING).cloned().collect::<Vec<_>>())
    });
    let all = move || t!(lists.all, n = words::count(open.with(Vec::len)));
    view! {
        <Section title=move || t!(lists.title) lead=said(move || t!(lists.lead))>
            <Show
                when=move || !first.with(Vec::is_empty)
                fallback=|| view! { <p class="section-lead">{move || t!(lists.none_open)}</p> }
            >
                <Rows lists=first tallies />
            </Show>
            <ButtonLink label=all href="/service/lists" size=ButtonSize::Wide icon=Icon::List />
        </Section>
    }
}

/// All lists, by community.
#[component]
pub(super) fn ListsPage() -> impl IntoView {
    let matters = own_matters();
    let lists = own_lists(matters);
    let tallies = Tallies::begin(communities(lists));
    let kind = RwSignal::new(None::<ListingKind>);
    let of_kind = Memo::new(move |_| {
        let kind = kind.get();
        lists.with(|lists| {
            let wanted = lists
                .iter()
                .filter(|listed| kind.is_none_or(|kind| listed.item.listing.kind == kind));
            wanted.cloned().collect::<Vec<_>>()
        })
    });
    let suiting = Memo::new(move |_| {
        of_kind.with(|lists| {
            let suiting = lists
                .iter()
                .filter(|listed| listed.open && !listed.reasons.is_empty());
            suiting.cloned().collect::<Vec<_>>()
        })
    });
    let claimed = Memo::new(move |_| {
        lists.with(|lists| {
            let claimed = lists.iter().filter(|listed| listed.is_claimed());
            claimed.cloned().collect::<Vec<_>>()
        })
    });
    let shown = communities(of_kind);
    let none = Memo::new(move |_| lists.with(Vec::is_empty));
    view! {
        <Screen>
            <RefusedRequests kind=RequestKind::Pledge />
            <Show when=move || !none.get() fallback=Nothing>
                <Show when=move || !claimed.with(Vec::is_empty)>
                    <Section title=move || t!(lists.own_claims)>
                        <Rows lists=claimed tallies />
                    </Section>
                </Show>
                <KindChoice kind />
                <Show when=move || !suiting.with(Vec::is_empty)>
                    <Section
                        title=move || t!(lists.suiting)
                        lead=said(move || t!(lists.suiting_lead))
                    >
                        <Rows lists=suiting tallies />
                    </Section>
                </Show>
                <Show when=move || shown.with(BTreeSet::is_empty)>
                    <p class="section-lead">{move || t!(lists.none_of_kind)}</p>
                </Show>
                <For each=move || shown.get() key=|id| *id let:id>
                    <CommunityLists id lists=of_kind tallies />
                </For>
            </Show>
        </Screen>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <EmptyState
            title=move || t!(lists.empty)
            text=said(move || t!(lists.empty_hint))
            icon=Icon::List
        />
    }
}

#[component]
fn KindChoice(kind: RwSignal<Option<ListingKind>>) -> impl IntoView {
    let every = Choice::new(EVERY_KIND, move || t!(lists.every_kind));
    let kinds = ListingKind::ALL.iter().map(|kind| {
        let kind = *kind;
        Choice::new(kind.as_str(), move || listing_kind_name(kind))
    });
    view! {
        <Select
            label=move || t!(lists.kind)
            choices=Signal::stored(std::iter::once(every).chain(kinds).collect::<Vec<_>>())
            value=Signal::derive(move || kind.get().map_or(EVERY_KIND, ListingKind::as_str).to_owned())
            on_change=move |word: String| kind.set(ListingKind::parse(&word))
        />
    }
}

#[component]
fn CommunityLists(id: OrganisationId, lists: Memo<Vec<Listed>>, tallies: Tallies) -> impl IntoView {
    let name = organisation_name(id);
    let own = Memo::new(move |_| {
        lists.with(|lists| {
            let own = lists.iter().filter(|listed| listed.item.organisation == id);
            own.cloned().collect::<Vec<_>>()
        })
    });
    view! {
        <Section title=name>
            <Rows lists=own tallies />
        </Section>
    }
}

#[component]
fn Rows(#[prop(into)] lists: Signal<Vec<Listed>>, tallies: Tallies) -> impl IntoView {
    view! {
        <List>
            <For each=move || lists.get() key=|listed| listed.id() let:listed>
                <Row listed=follow(lists, listed) tallies />
            </For>
        </List>
    }
}

/// Follows one of the lists' things; what was last known of it stays while its row goes.
fn follow(lists: Signal<Vec<Listed>>, first: Listed) -> Memo<Listed> {
    Memo::new(move |_| {
        let found = lists.with(|lists| find_listed(lists, first.id()));
        found.unwrap_or_else(|| first.clone())
    })
}

#[component]
fn Row(listed: Memo<Listed>, tallies: Tallies) -> impl IntoView {
    let id = listed.with_untracked(Listed::id);
    let details = move || {
        listed.with(|listed| {
            let places = tallies.words(id, listed.item.listing.places);
            let why = listed.reasons.iter().map(reason_text);
            words::joined(std::iter::once(places).chain(why))
        })
    };
    let trailing = move || {
        listed.with(|listed| match &listed.pledge {
            Some(view) => view! { <Standing view=Signal::stored(view.clone()) /> }.into_any(),
            None if !listed.open => view! {
                <Chip text=move || t!(lists.closed) tone=Tone::Neutral icon=Icon::Close />
            }
            .into_any(),
            None => ().into_any(),
        })
    };
    view! {
        <ListRow
            lead=said(move || listed.with(|listed| listing_kind_name(listed.item.listing.kind)))
            title=move || listed.with(|listed| listed.item.listing.title.clone())
            subtitle=MaybeProp::derive(details)
            trailing=move || trailing
            href=format!("/service/lists/{id}")
        />
    }
}

/// Why something suits the owner.
fn reason_text(reason: &Reason) -> String {
    match reason {
        Reason::Skill(skill) => t!(lists.reason.skill, skill = skill),
        Reason::Interest(category) => {
            t!(lists.reason.interest, category = category_name(*category))
        }
        Reason::Time(time) => t!(lists.reason.time, time = free_time_name(*time)),
    }
}

/// Finds something on the lists of this phone.
fn find_listed(lists: &[Listed], id: ListingId) -> Option<Listed> {
    let found = lists.iter().find(|listed| listed.id() == id);
    found.cloned()
}
