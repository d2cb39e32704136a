//! Halls and the other venues: how many of each kind were used in the period, and which were not.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{VenueFigures, VenueList};
use shared::codes::Code;
use shared::words::VenueKind;

use super::Part;
use super::reading::Wanted;
use crate::components::{Align, Button, Column, DataTable, List, ListRow, Section, TableRow};
use crate::locale::{format_date, format_number};
use crate::pages::fresh::{Answer, Fresh, Source};
use crate::pages::trouble::TroublePlace;
use crate::pages::words::{self, said};
use crate::state::{AppState, use_app_state};
use crate::t;

/// The section, for links within the page.
pub(super) const VENUES_ID: &str = "venues";
/// Venues shown at first, and with every press on 更多.
const PAGE: usize = 10;

/// The venues of the period, followed by newer ones.
pub(super) type Venues = Fresh<Wanted, VenueList>;

/// Where they come from.
pub(super) struct UnusedVenues(pub(super) AppState);

impl Source<Wanted, VenueList> for UnusedVenues {
    fn ask(&self, wanted: Wanted) -> Answer<VenueList> {
        let state = self.0;
        let (from, to) = wanted.days();
        let organisation = wanted.view.organisation;
        Box::pin(async move { state.unused_venues(organisation, from, to, None).await })
    }
}

/// Returns how many venues of a kind were not used.
pub(super) fn unused(venues: &VenueList, kind: VenueKind) -> i64 {
    let count = |counts: &[(VenueKind, i64)]| {
        let found = counts.iter().find(|(found, _)| *found == kind);
        found.map_or(0, |(_, count)| *count)
    };
    count(&venues.all) - count(&venues.used)
}

/// What a kind of venue is called.
pub(super) fn venue_kind_name(kind: VenueKind) -> String {
    match kind {
        VenueKind::Hall => t!(overview.venue.hall),
        VenueKind::ServiceCentre => t!(overview.venue.service_centre),
        VenueKind::PartySchool => t!(overview.venue.party_school),
        VenueKind::EduBase => t!(overview.venue.edu_base),
    }
}

/// A row for each kind of venue: all, used, not used.
pub(super) fn by_kind(venues: &VenueList) -> Vec<TableRow> {
    let row = |(kind, all): &(VenueKind, i64)| {
        let unused = unused(venues, *kind);
        TableRow {
            cells: vec![
                venue_kind_name(*kind),
                format_number(*all),
                format_number(*all - unused),
                format_number(unused),
            ],
            href: None,
        }
    };
    venues.all.iter().map(row).collect()
}

/// The headings of [`by_kind`].
pub(super) fn kind_columns() -> Signal<Vec<Column>> {
    Signal::stored(vec![
        Column::new(move || t!(overview.venue.kind), Align::Words),
        Column::new(move || t!(overview.venue.all), Align::Numbers),
        Column::new(move || t!(overview.venue.used), Align::Numbers),
        Column::new(move || t!(overview.venue.unused), Align::Numbers),
    ])
}

#[component]
pub(super) fn VenuesSection(venues: Venues) -> impl IntoView {
    let shown = venues.shown();
    let rows =
        Memo::new(move |_| shown.with(|venues| venues.as_ref().map(by_kind).unwrap_or_default()));
    view! {
        <div class="linked-part" id=VENUES_ID>
            <Part
                title=move || t!(overview.venue.title)
                lead=said(move || t!(overview.venue.lead))
                when=move || !rows.with(Vec::is_empty)
            >
                <DataTable caption=move || t!(overview.venue.title) columns=kind_columns() rows />
                <UnusedList shown />
            </Part>
        </div>
    }
}

/// The venues that were not used; those behind the first hundred are fetched when they are asked for.
#[component]
fn UnusedList(shown: Signal<Option<VenueList>>) -> impl IntoView {
    let state = use_app_state();
    let first = Memo::new(move |_| shown.get());
    let more = RwSignal::new(Vec::<VenueFigures>::new());
    let next = RwSignal::new(None::<String>);
    let limit = RwSignal::new(PAGE);
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    Effect::new(move || {
        next.set(first.with(|list| list.as_ref().and_then(|list| list.next.clone())));
        more.set(Vec::new());
    });
    let known = Memo::new(move |_| {
        let first = first.with(|list| list.as_ref().map_or(0, |list| list.rows.len()));
        first + more.with(Vec::len)
    });
    let rows = Memo::new(move |_| {
        let first = first.with(|list| list.as_ref().map(|list| list.rows.clone()));
        let rows = first.unwrap_or_default().into_iter().chain(more.get());
        rows.take(limit.get()).collect::<Vec<_>>()
    });
    let fetch = move || {
        let wanted = first.with_untracked(|list| {
            let list = list.as_ref()?;
            Some((list.organisation.id, list.from, list.to))
        });
        let (Some((organisation, from, to)), Some(after)) = (wanted, next.get_untracked()) else {
            return;
        };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = state
                .unused_venues(organisation, from, to, Some(&after))
                .await;
            busy.try_set(false);
            match answer {
                // What was asked for may have been read anew meanwhile.
                Ok(list) if next.try_get_untracked().flatten().as_ref() == Some(&after) => {
                    more.update(|more| more.extend(list.rows));
                    next.set(list.next);
                }
                Ok(_) => {}
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    };
    let show_more = Callback::new(move |()| {
        limit.update(|limit| *limit += PAGE);
        if known.get_untracked() < limit.get_untracked() {
            fetch();
        }
    });
    let has_more = move || limit.get() < known.get() || next.with(Option::is_some);
    view! {
        <Show when=move || !rows.with(Vec::is_empty)>
            <Section title=move || t!(overview.venue.unused_list)>
                <List>
                    <For each=move || rows.get() key=|row| row.venue.id let:row>
                        <Row row />
                    </For>
                </List>
                <Show when=has_more>
                    <Button label=move || t!(action.more) busy on_press=show_more />
                </Show>
                <TroublePlace code=failure />
            </Section>
        </Show>
    }
}

#[component]
fn Row(row: VenueFigures) -> impl IntoView {
    let place = row.organisation.place;
    let title = words::with_place(&row.venue.name, &place);
    let (kind, organisation) = (row.venue.kind, row.organisation.name);
    let subtitle = move || {
        let used = match row.last_used {
            Some(day) => t!(overview.venue.last_used, day = format_date(day.start().0)),
            None => t!(overview.venue.never_used),
        };
        words::joined([venue_kind_name(kind), organisation.clone(), used])
    };
    view! { <ListRow title subtitle=MaybeProp::derive(subtitle) /> }
}
