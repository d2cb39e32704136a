//! 统计: what needs help and what was done, of an organisation with all beneath it, in a period; down to
//! the branch and its activities. Never a ranking.

mod activities;
mod beneath;
mod course;
mod exports;
mod feedback;
mod help;
mod kept;
mod parts;
mod period;
mod periods;
mod place;
mod quarterly;
mod reading;
mod tiles;
mod venues;

use leptos::prelude::*;
use shared::api::{Dashboard, OrganisationSummary};
use shared::time::Day;

use self::activities::ActivitiesSection;
use self::beneath::{BeneathSection, MapSection};
use self::course::CourseSections;
use self::exports::ExportsSection;
use self::feedback::FeedbackSection;
use self::help::HelpSection;
pub(super) use self::kept::forget_overviews;
use self::parts::{FacetChip, PartsSections};
use self::period::between;
use self::periods::Periods;
use self::place::{Place, View};
pub(super) use self::quarterly::QuarterlyPage;
use self::reading::{Dashboards, Reading, Wanted};
use self::tiles::Tiles;
use self::venues::{UnusedVenues, Venues, VenuesSection};
use super::affairs::AffairsEntries;
use super::trouble::Trouble;
use crate::components::{
    Button, ButtonLink, EmptyState, Icon, LoadingState, Notice, Screen, ScreenWidth, Section, Tone,
};
use crate::locale::{error_text, format_date, format_near};
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// The table of the organisations beneath, for links within the page.
const BENEATH_ID: &str = "beneath";

/// The dashboard that the address names, or that of the first organisation that the owner coordinates.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let state = use_app_state();
    let (path, directory, now) = (state.path(), state.directory(), state.now());
    let today = Memo::new(move |_| now.get().day());
    // A page that is being left keeps what it had.
    let place = Memo::new(move |before: Option<&Place>| {
        path.with(|path| Place::parse(path))
            .or_else(|| before.cloned())
            .unwrap_or_default()
    });
    let own = Memo::new(move |_| state.coordinated().first().map(|first| first.id));
    let view = Memo::new(move |_| {
        let place = place.get();
        let own = place.organisation.or_else(|| own.get())?;
        Some(place.view(own, today.get()))
    });
    let is_known = Memo::new(move |_| view.with(Option::is_some));
    view! {
        <Screen width=ScreenWidth::Wide>
            {move || {
                if is_known.get() {
                    // Shown only while there is one.
                    let view = Memo::new(move |before: Option<&View>| {
                        view.get().or_else(|| before.cloned()).expect("shown only while there is one")
                    });
                    view! { <Oversight view today /> }.into_any()
                } else if directory.with(Option::is_none) {
                    view! { <LoadingState rows=5 /> }.into_any()
                } else {
                    view! {
                        <EmptyState
                            title=move || t!(overview.nothing_to_see)
                            text=said(move || t!(overview.nothing_to_see_next))
                            icon=Icon::Chart
                        />
                    }
                        .into_any()
                }
            }}
        </Screen>
    }
}

#[component]
fn Oversight(view: Memo<View>, today: Memo<Day>) -> impl IntoView {
    let state = use_app_state();
    let wanted = Memo::new(move |_| Wanted {
        view: view.get(),
        today: today.get(),
    });
    let reading = Reading::begin(wanted.into(), Dashboards(state));
    let venues = Venues::begin(wanted.into(), UnusedVenues(state));
    let shown = reading.shown();
    let present = Memo::new(move |_| shown.with(Option::is_some));
    let organisation = Memo::new(move |_| view.with(|view| view.organisation));
    view! {
        <Head reading view />
        <AffairsEntries />
        <Periods view today />
        <FacetChip view />
        <Freshness reading view />
        {move || {
            if present.get() {
                // Shown only while there is one; the numbers inside change in their places.
                let dashboard = Memo::new(move |before: Option<&Dashboard>| {
                    shown.get().or_else(|| before.cloned()).expect("shown only while there is one")
                });
                view! { <Contents dashboard view venues /> }.into_any()
            } else {
                view! { <Show when=move || reading.trouble().get().is_none()><LoadingState rows=5 /></Show> }
                    .into_any()
            }
        }}
        {move || view! { <FeedbackSection organisation=organisation.get() /> }}
    }
}

#[component]
fn Contents(dashboard: Memo<Dashboard>, view: Memo<View>, venues: Venues) -> impl IntoView {
    let state = use_app_state();
    let plans = Memo::new(move |_| {
        let shown = dashboard.with(|dashboard| dashboard.organisation.id);
        state.planned_for().contains(&shown)
    });
    let is_empty = Memo::new(move |_| dashboard.with(|dashboard| dashboard.figures.is_empty()));
    let is_everything = Memo::new(move |_| view.with(|view| view.facet.is_none()));
    let extent = Signal::derive(move || view.with(|view| view.period.extent()));
    let report = move || {
        let quarter = dashboard.with(|dashboard| dashboard.to.quarter());
        view.with(|view| quarterly::path(view.organisation, quarter))
    };
    let read = venues.shown();
    let unused = Signal::derive(move || read.get());
    view! {
        <Show when=move || is_everything.get()>
            <HelpSection dashboard venues=unused />
        </Show>
        <Show
            when=move || !is_empty.get()
            fallback=move || view! { <NothingYet plans /> }
        >
            <Tiles dashboard extent />
            <div class="columns">
                <CourseSections dashboard />
                <MapSection dashboard view />
                <PartsSections dashboard view />
            </div>
        </Show>
        <BeneathSection dashboard view />
        <Show when=move || plans.get() && !is_empty.get()>
            <div>
                <ButtonLink label=move || t!(plan.title) href="/plans" icon=Icon::Calendar />
            </div>
        </Show>
        <ActivitiesSection dashboard />
        <Show when=move || is_everything.get()>
            <VenuesSection venues />
            <ExportsSection dashboard />
            <div>
                <ButtonLink
                    label=move || t!(quarterly.open)
                    href=Signal::derive(report)
                    icon=Icon::Printer
                />
            </div>
        </Show>
    }
}

/// A period without anything, said calmly, with what to do.
#[component]
fn NothingYet(plans: Memo<bool>) -> impl IntoView {
    view! {
        <EmptyState
            title=move || t!(overview.empty)
            text=said(move || t!(overview.empty_hint))
            icon=Icon::Calendar
        >
            <Show when=move || plans.get()>
                <ButtonLink label=move || t!(plan.title) href="/plans" icon=Icon::Calendar />
            </Show>
        </EmptyState>
    }
}

/// The way down, the name, the place.
#[component]
fn Head(reading: Reading, view: Memo<View>) -> impl IntoView {
    let directory = use_app_state().directory();
    let shown = reading.shown();
    let above = Memo::new(move |_| {
        shown.with(|dashboard| dashboard.as_ref().map(|dashboard| dashboard.above.clone()))
    });
    let name = Memo::new(move |_| {
        let read = shown.with(|dashboard| {
            let organisation = &dashboard.as_ref()?.organisation;
            Some((organisation.name.clone(), organisation.place.clone()))
        });
        // Before the first answer the phone's own directory may know the name.
        read.or_else(|| {
            directory.with(|slice| {
                let slice = slice.as_ref()?;
                let found = slice.organisation(view.with(|view| view.organisation))?;
                let place = slice.place(&found.area);
                Some((
                    found.name.clone(),
                    place.into_iter().map(str::to_owned).collect(),
                ))
            })
        })
    });
    let crumbs = move || {
        let (above, view) = (above.get().unwrap_or_default(), view.get());
        let crumb = |organisation: OrganisationSummary| {
            let href = view.of(organisation.id).path();
            view! {
                <li class="crumb">
                    <a class="crumb-link" href=href>{organisation.name}</a>
                </li>
            }
        };
        (!above.is_empty()).then(|| {
            view! {
                <nav class="crumbs" aria-label=move || t!(overview.above)>
                    <ol class="crumbs-list" role="list">{above.into_iter().map(crumb).collect_view()}</ol>
                </nav>
            }
        })
    };
    let title = move || name.get().map(|(name, _)| name).unwrap_or_default();
    // The name may tell its place already.
    let place = move || {
        let (name, place) = name.get()?;
        let untold: Vec<String> = place
            .into_iter()
            .filter(|part| !name.contains(part))
            .collect();
        (!untold.is_empty()).then(|| untold.join(" "))
    };
    view! {
        <div class="page-head">
            {crumbs}
            <h2 class="page-title">{title}</h2>
            {move || place().map(|place| view! { <p class="page-place">{place}</p> })}
        </div>
    }
}

/// Of which days the numbers are and of which those before, when they were read, and why they are not
/// newer.
#[component]
fn Freshness(reading: Reading, view: Memo<View>) -> impl IntoView {
    let state = use_app_state();
    let now = state.now();
    let (shown, trouble) = (reading.shown(), reading.trouble());
    let read = Memo::new(move |_| {
        let read = |it: &Dashboard| (it.from, it.to, it.read_at);
        shown.with(|dashboard| dashboard.as_ref().map(read))
    });
    let has_before = Memo::new(move |_| view.with(|view| view.period.has_before()));
    let days = move || {
        let (from, to, _) = read.get()?;
        Some(if has_before.get() {
            let (first, last) = shared::rollup::before(from, to);
            t!(
                overview.days_compared,
                days = between(from, to),
                before = between(first, last)
            )
        } else {
            t!(overview.until, day = format_date(to.start().0))
        })
    };
    let again = move || reading.read_again();
    let words = move || match (read.get(), trouble.get()) {
        (Some((.., at)), None) => {
            let words = move || t!(overview.updated_at, time = format_near(at.0, now.get().0));
            view! { <p class="updated-at">{words}</p> }.into_any()
        }
        (Some((.., at)), Some(code)) => {
            let title = move || Some(t!(overview.as_of, time = format_near(at.0, now.get().0)));
            let text = move || error_text(code.as_str()).0;
            view! {
                <Notice title=MaybeProp::derive(title) text tone=Tone::Notice icon=Icon::CloudOff>
                    <Button label=move || t!(action.retry) icon=Icon::Refresh on_press=again />
                </Notice>
            }
            .into_any()
        }
        (None, Some(code)) => view! {
            <Trouble code>
                <Button label=move || t!(action.retry) icon=Icon::Refresh on_press=again />
            </Trouble>
        }
        .into_any(),
        (None, None) => ().into_any(),
    };
    view! {
        <div class="freshness">
            {move || days().map(|days| view! { <p class="updated-at">{days}</p> })}
            {words}
        </div>
    }
}

/// A headed part that is only there when it has something in it.
#[component]
fn Part(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] lead: MaybeProp<String>,
    #[prop(into)] when: Signal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    view! {
        <Show when=move || when.get()>
            <Section title lead>
                {children.with_value(|children| children())}
            </Section>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use shared::ids::OrganisationId;
    use shared::rollup::Figures;
    use shared::time::Timestamp;
    use shared::words::OrganisationKind;
    use uuid::Uuid;

    use super::*;

    /// Returns a dashboard without anything.
    pub(super) fn dashboard(from: Day, to: Day) -> Dashboard {
        Dashboard {
            organisation: OrganisationSummary {
                id: OrganisationId(Uuid::nil()),
                name: String::new(),
                kind: OrganisationKind::Branch,
                place: Vec::new(),
            },
            above: Vec::new(),
            from,
            to,
            facet: None,
            figures: Figures::default(),
            before: Figures::default(),
            facets: Vec::new(),
            waiting: Figures::default(),
            overdue: Figures::default(),
            beneath: Vec::new(),
            days: Vec::new(),
            months: Vec::new(),
            activities: Vec::new(),
            read_at: Timestamp(0),
        }
    }
}
