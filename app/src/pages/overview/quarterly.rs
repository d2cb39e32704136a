//! The quarter on paper: what was done, with the quarter before, and what waits. No names of persons.

use leptos::prelude::*;
use shared::api::{Dashboard, VenueList};
use shared::ids::OrganisationId;
use shared::rollup::{Facet, Figures, before};
use shared::time::Quarter;
use shared::words::{Measure, VenueKind};

use super::help::Need;
use super::parts::facet_name;
use super::period::{Period, between, parse_quarter, quarter_name};
use super::place::View;
use super::reading::{Dashboards, Reading, Wanted};
use super::tiles::Tile;
use super::venues::{UnusedVenues, Venues, by_kind};
use crate::components::{Button, ButtonKind, ButtonLink, Icon, LoadingState, Notice, Screen, Tone};
use crate::locale::{format_date, format_number};
use crate::pages::NotFoundPage;
use crate::pages::service_words::hours_number;
use crate::pages::trouble::Trouble;
use crate::pages::words;
use crate::state::use_app_state;
use crate::t;

/// The report that the address names.
#[component]
pub(in crate::pages) fn QuarterlyPage() -> impl IntoView {
    let path = use_app_state().path();
    let named = Memo::new(move |before: Option<&Option<(OrganisationId, Quarter)>>| {
        path.with(|path| {
            let mut parts = path.split('/').filter(|part| !part.is_empty());
            if parts.next() != Some("report") {
                return before.copied().flatten();
            }
            let organisation = parts.next()?.parse().ok()?;
            Some((organisation, parse_quarter(parts.next()?)?))
        })
    });
    move || match named.get() {
        Some((organisation, quarter)) => {
            view! { <Screen><Report organisation quarter /></Screen> }.into_any()
        }
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

/// Returns where the report of a quarter is.
pub(super) fn path(organisation: OrganisationId, quarter: Quarter) -> String {
    format!("/report/{organisation}/{quarter}")
}

#[component]
fn Report(organisation: OrganisationId, quarter: Quarter) -> impl IntoView {
    let state = use_app_state();
    let now = state.now();
    let today = Memo::new(move |_| now.get().day());
    let view = View {
        organisation,
        period: Period::Quarter(quarter),
        facet: None,
    };
    let back = view.path();
    let wanted = Memo::new(move |_| Wanted {
        view: view.clone(),
        today: today.get(),
    });
    let reading = Reading::begin(wanted.into(), Dashboards(state));
    let venues = Venues::begin(wanted.into(), UnusedVenues(state)).shown();
    let (shown, trouble) = (reading.shown(), reading.trouble());
    let steps = move || {
        let to = |period: Period, label: fn() -> String| {
            let Period::Quarter(quarter) = period else {
                return None;
            };
            Some(view! { <ButtonLink label=label href=path(organisation, quarter) /> })
        };
        let period = Period::Quarter(quarter);
        view! {
            {period.earlier().and_then(|it| to(it, || t!(quarterly.earlier)))}
            {period.later(today.get()).and_then(|it| to(it, || t!(quarterly.later)))}
        }
    };
    view! {
        <div class="paper-tools">
            <ButtonLink
                label=move || t!(quarterly.back)
                href=back
                kind=ButtonKind::Quiet
                icon=Icon::ChevronBack
            />
            <div class="paper-actions">
                <Button
                    label=move || t!(action.print)
                    kind=ButtonKind::Primary
                    icon=Icon::Printer
                    on_press=move || state.print()
                />
                {steps}
            </div>
            <Show when=move || trouble.get().is_some() && shown.with(Option::is_some)>
                <Notice text=move || t!(quarterly.stale) tone=Tone::Notice icon=Icon::CloudOff />
            </Show>
        </div>
        {move || match (shown.get(), trouble.get()) {
            (Some(dashboard), _) => {
                view! { <Sheet dashboard quarter venues=venues.get() /> }.into_any()
            }
            (None, Some(code)) => {
                view! {
                    <Trouble code>
                        <Button
                            label=move || t!(action.retry)
                            icon=Icon::Refresh
                            on_press=move || reading.read_again()
                        />
                    </Trouble>
                }
                    .into_any()
            }
            (None, None) => view! { <LoadingState rows=8 /> }.into_any(),
        }}
    }
}

#[component]
fn Sheet(dashboard: Dashboard, quarter: Quarter, venues: Option<VenueList>) -> impl IntoView {
    let (from, to) = (dashboard.from, dashboard.to);
    let (before_from, before_to) = before(from, to);
    let name = dashboard.organisation.name.clone();
    let title = move || {
        t!(
            quarterly.heading,
            name = name,
            quarter = quarter_name(quarter)
        )
    };
    let read_on = dashboard.read_at.day();
    let facts = move || {
        let read_on = format_date(read_on.start().0);
        t!(
            quarterly.facts,
            days = between(from, to),
            before = between(before_from, before_to),
            read_on = read_on
        )
    };
    let dashboard = StoredValue::new(dashboard);
    let rows = move |read: fn(&Dashboard) -> Vec<Vec<String>>| {
        Signal::derive(move || dashboard.with_value(read))
    };
    let halls = venues.clone();
    let halls = Signal::derive(move || {
        let venues = halls.iter().flat_map(by_kind);
        venues.map(|row| row.cells).collect::<Vec<_>>()
    });
    view! {
        <article class="paper quarterly">
            <h2 class="paper-title">{title}</h2>
            <p class="paper-head">{facts}</p>
            <Table
                title=|| t!(quarterly.key_figures)
                columns=move || {
                    vec![
                        t!(quarterly.figure),
                        quarter_name(quarter),
                        t!(quarterly.before),
                    ]
                }
                rows=rows(key_figures)
            />
            <Table
                title=|| t!(overview.by_kind)
                columns=|| {
                    vec![
                        t!(overview.by_kind_column),
                        t!(overview.column_activities),
                        t!(overview.column_attendances),
                    ]
                }
                rows=rows(kinds)
            />
            <Table
                title=|| t!(overview.by_category)
                columns=|| {
                    vec![
                        t!(affairs.field.category),
                        t!(affairs.report.services),
                        t!(overview.hours),
                    ]
                }
                rows=rows(categories)
            />
            <Table
                title=|| t!(overview.by_organisation)
                columns=|| {
                    vec![
                        t!(overview.organisation),
                        t!(overview.column_activities),
                        t!(overview.column_attendances),
                        t!(overview.column_people),
                        t!(overview.column_services),
                    ]
                }
                rows=rows(beneath)
            />
            <Table
                title=|| t!(overview.venue.title)
                columns=|| {
                    vec![
                        t!(overview.venue.kind),
                        t!(overview.venue.all),
                        t!(overview.venue.used),
                        t!(overview.venue.unused),
                    ]
                }
                rows=halls
            />
            <UnusedHalls venues />
            <Table
                title=|| t!(quarterly.waits)
                columns=|| vec![t!(quarterly.matter), t!(overview.count), t!(quarterly.overdue)]
                rows=rows(waits)
            />
            <p class="paper-signed">
                <span>{move || t!(quarterly.signed)}</span>
                <span>{move || t!(quarterly.checked)}</span>
                <span>{move || t!(quarterly.dated)}</span>
            </p>
        </article>
    }
}

/// A headed table on paper; nothing without rows.
#[component]
fn Table(
    title: fn() -> String,
    columns: impl Fn() -> Vec<String> + Copy + Send + Sync + 'static,
    rows: Signal<Vec<Vec<String>>>,
) -> impl IntoView {
    let headings = move || {
        let heading = |word: String| view! { <th scope="col">{word}</th> };
        columns().into_iter().map(heading).collect_view()
    };
    let row = |cells: Vec<String>| {
        let mut cells = cells.into_iter();
        let name = cells.next();
        let rest = cells.map(|cell| view! { <td class="paper-figure">{cell}</td> });
        view! {
            <tr>
                <th scope="row">{name}</th>
                {rest.collect_view()}
            </tr>
        }
    };
    view! {
        <Show when=move || !rows.with(Vec::is_empty)>
            <h3 class="paper-part">{move || title()}</h3>
            <table class="paper-table quarterly-table">
                <thead>
                    <tr>{headings}</tr>
                </thead>
                <tbody>{move || rows.get().into_iter().map(row).collect_view()}</tbody>
            </table>
        </Show>
    }
}

/// Which halls were not used, as far as one answer tells.
#[component]
fn UnusedHalls(venues: Option<VenueList>) -> impl IntoView {
    let has_more = venues.as_ref().is_some_and(|list| list.next.is_some());
    let names = venues.as_ref().map(unused_halls).unwrap_or_default();
    (!names.is_empty()).then(|| {
        let told = move || {
            let names = names.join(&t!(roll_call.name_separator));
            if has_more {
                t!(quarterly.unused_more, names = names)
            } else {
                t!(quarterly.unused, names = names)
            }
        };
        view! { <p class="paper-head">{told}</p> }
    })
}

fn unused_halls(venues: &VenueList) -> Vec<String> {
    let at = venues.organisation.place.as_slice();
    let rows = venues.rows.iter();
    rows.filter(|row| row.venue.kind == VenueKind::Hall)
        .map(|row| {
            let place = &row.organisation.place;
            words::with_place(&row.venue.name, place.strip_prefix(at).unwrap_or(place))
        })
        .collect()
}

fn key_figures(dashboard: &Dashboard) -> Vec<Vec<String>> {
    let row = |tile: Tile| {
        vec![
            tile.name(),
            tile.value(&dashboard.figures),
            tile.value(&dashboard.before),
        ]
    };
    Tile::ALL.map(row).to_vec()
}

fn kinds(dashboard: &Dashboard) -> Vec<Vec<String>> {
    let row = |(facet, figures): &(Facet, Figures)| match facet {
        Facet::Kind(_) => Some(vec![
            facet_name(facet),
            format_number(figures.get(Measure::Activities)),
            format_number(figures.get(Measure::Attendances)),
        ]),
        Facet::Sector(_) | Facet::Campaign(_) | Facet::Category(_) => None,
    };
    dashboard.facets.iter().filter_map(row).collect()
}

fn categories(dashboard: &Dashboard) -> Vec<Vec<String>> {
    let row = |(facet, figures): &(Facet, Figures)| match facet {
        Facet::Category(_) => Some(vec![
            facet_name(facet),
            format_number(figures.get(Measure::Services)),
            hours_number(figures.get(Measure::ServiceMinutes)),
        ]),
        Facet::Kind(_) | Facet::Sector(_) | Facet::Campaign(_) => None,
    };
    dashboard.facets.iter().filter_map(row).collect()
}

fn beneath(dashboard: &Dashboard) -> Vec<Vec<String>> {
    let at = &dashboard.organisation.place;
    let row = |one: &shared::api::OrganisationFigures| {
        let organisation = &one.organisation;
        let place = organisation.place.strip_prefix(at.as_slice());
        let number = |measure| format_number(one.figures.get(measure));
        vec![
            words::with_place(&organisation.name, place.unwrap_or(&organisation.place)),
            number(Measure::Activities),
            number(Measure::Attendances),
            number(Measure::People),
            number(Measure::Services),
        ]
    };
    dashboard.beneath.iter().map(row).collect()
}

fn waits(dashboard: &Dashboard) -> Vec<Vec<String>> {
    Need::MEASURED
        .iter()
        .filter(|(_, measure)| dashboard.waiting.get(*measure) != 0)
        .map(|(need, measure)| {
            vec![
                need.name(),
                format_number(dashboard.waiting.get(*measure)),
                format_number(dashboard.overdue.get(*measure)),
            ]
        })
        .collect()
}
