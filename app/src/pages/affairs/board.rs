//! 清单管理: what a community needs and offers, kept by its coordinators, also without a network. Of two
//! edits made apart the newest stands.

mod draft;
mod form;
mod item;

use leptos::prelude::*;
use shared::api::ListingTally;
use shared::ids::{ListingId, OrganisationId};
use shared::reconcile::BoardItem;
use shared::time::Day;
use shared::words::ListingKind;

use self::form::{Editing, ListingSheet};
use self::item::ItemSheet;
use super::entries::coordinated;
use super::one_of::{OneOf, OneOfWords};
use crate::components::{
    Button, ButtonKind, ButtonSize, Chip, EmptyState, Icon, List, ListRow, Notice, Screen, Section,
    Tone,
};
use crate::locale::format_number;
use crate::pages::fresh::{Answer, Fresh, Source};
use crate::pages::service_words::{category_name, listing_kind_name};
use crate::pages::words::{self, said};
use crate::state::{AppState, use_app_state};
use crate::t;

/// The lists of the communities that the owner coordinates.
#[component]
pub(in crate::pages) fn BoardPage() -> impl IntoView {
    let coordinated = coordinated(use_app_state());
    let communities = Memo::new(move |_| coordinated.with(|all| all.communities.clone()));
    view! {
        <Screen>
            <OneOf
                organisations=communities
                words=OneOfWords {
                    which: || t!(board.community),
                    none: || t!(board.none),
                    none_hint: || t!(board.none_hint),
                }
                shown=|community| view! { <Board community /> }.into_any()
            />
        </Screen>
    }
}

struct Tallies(AppState);

impl Source<OrganisationId, Vec<ListingTally>> for Tallies {
    fn ask(&self, community: OrganisationId) -> Answer<Vec<ListingTally>> {
        Box::pin(self.0.listing_tallies(community))
    }
}

/// How much of each listing is taken, as far as the server told.
type Taken = Signal<Option<Vec<ListingTally>>>;

#[component]
fn Board(community: OrganisationId) -> impl IntoView {
    let state = use_app_state();
    let boards = state.boards();
    let items = Memo::new(move |_| {
        boards.with(|boards| {
            let own = boards.iter().filter(|item| item.organisation == community);
            own.cloned().collect::<Vec<_>>()
        })
    });
    let read = Fresh::begin(Signal::stored(community), Tallies(state));
    let taken = read.shown();
    let opened = RwSignal::new(None::<ListingId>);
    let editing = RwSignal::new(None::<Editing>);
    let section = move |kind: &ListingKind| view! { <OfKind kind=*kind items taken opened /> };
    view! {
        <Button
            label=move || t!(board.new)
            kind=ButtonKind::Primary
            size=ButtonSize::Wide
            icon=Icon::Plus
            on_press=move || editing.set(Some(Editing::New))
        />
        <Show when=move || read.trouble().get().is_some()>
            <Notice text=move || t!(board.offline) tone=Tone::Notice icon=Icon::CloudOff />
        </Show>
        <Show
            when=move || !items.with(Vec::is_empty)
            fallback=|| {
                view! {
                    <EmptyState
                        title=move || t!(board.empty)
                        text=said(move || t!(board.empty_hint))
                        icon=Icon::List
                    />
                }
            }
        >
            {ListingKind::ALL.iter().map(section).collect_view()}
        </Show>
        <ItemSheet opened items taken editing />
        <ListingSheet community editing />
    }
}

/// The listings of one kind; those that are open come first, then by title.
#[component]
fn OfKind(
    kind: ListingKind,
    items: Memo<Vec<BoardItem>>,
    taken: Taken,
    opened: RwSignal<Option<ListingId>>,
) -> impl IntoView {
    let now = use_app_state().now();
    let today = Memo::new(move |_| now.get().day());
    let shown = Memo::new(move |_| {
        let today = today.get();
        items.with(|items| {
            let of = items.iter().filter(|item| item.listing.kind == kind);
            let mut of: Vec<BoardItem> = of.cloned().collect();
            of.sort_by_key(|item| (!item.listing.is_open(today), item.listing.title.clone()));
            of
        })
    });
    let row = move |item: BoardItem| {
        let id = item.listing.listing;
        let title = item.listing.title.clone();
        let told = item.clone();
        let subtitle = move || {
            let taken = taken.with(|taken| tally(taken.as_deref(), id));
            words::joined(
                [category_name(told.listing.category)]
                    .into_iter()
                    .chain(wanted_words(&told, taken)),
            )
        };
        view! {
            <ListRow
                title=title
                subtitle=MaybeProp::derive(subtitle)
                trailing=move || view! { <Standing item=item.clone() today=today.get() /> }
                on_press=Callback::new(move |()| opened.set(Some(id)))
            />
        }
    };
    view! {
        <Show when=move || !shown.with(Vec::is_empty)>
            <div data-kind=kind.as_str()>
                <Section title=move || {
                    t!(
                        board.counted,
                        name = listing_kind_name(kind),
                        n = words::count(shown.with(Vec::len))
                    )
                }>
                    <List>{move || shown.get().into_iter().map(row).collect_view()}</List>
                </Section>
            </div>
        </Show>
    }
}

/// Whether it can be taken on.
#[component]
fn Standing(item: BoardItem, today: Day) -> impl IntoView {
    let listing = item.listing;
    let (is_open, is_closed) = (listing.is_open(today), listing.closed.is_some());
    let text = move || match (is_open, is_closed) {
        (true, _) => t!(board.open),
        (false, true) => t!(board.closed_now),
        (false, false) => t!(board.over),
    };
    let (tone, icon) = if is_open {
        (Tone::Good, Icon::CheckCircle)
    } else {
        (Tone::Neutral, Icon::Minus)
    };
    view! { <Chip text=Signal::derive(text) tone=tone icon=icon /> }
}

/// Places wanted, taken, and claimed beyond them.
fn wanted_words(item: &BoardItem, tally: Option<ListingTally>) -> Vec<String> {
    let wanted = format_number(item.listing.places.into());
    let Some(tally) = tally else {
        return vec![t!(board.wanted, n = wanted)];
    };
    let taken = t!(
        board.taken,
        taken = format_number(tally.taken),
        wanted = wanted
    );
    let more =
        (0 < tally.contested).then(|| t!(board.contested, n = format_number(tally.contested)));
    [taken].into_iter().chain(more).collect()
}

fn tally(tallies: Option<&[ListingTally]>, listing: ListingId) -> Option<ListingTally> {
    let found = tallies?.iter().find(|tally| tally.listing == listing);
    // What nobody claims, the server need not count.
    Some(found.copied().unwrap_or(ListingTally {
        listing,
        taken: 0,
        contested: 0,
    }))
}
