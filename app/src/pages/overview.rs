//! 统计: totals of an organisation with all beneath it, and what needs help. Never a ranking.

mod activities;
mod beneath;
mod feedback;
mod figures;
mod kept;
mod period;
mod reading;

use leptos::prelude::*;
use shared::api::Overview;
use shared::ids::OrganisationId;

use self::activities::ActivitiesSection;
use self::beneath::BeneathSection;
use self::feedback::FeedbackSection;
use self::figures::Figures;
pub(super) use self::kept::forget_overviews;
use self::period::Period;
use self::reading::{Overviews, Reading, Wanted};
use super::affairs::AffairsEntries;
use super::trouble::Trouble;
use crate::components::{
    Button, ButtonLink, ButtonSize, EmptyState, Icon, LabelPlace, LoadingState, Notice, Screen,
    ScreenWidth, Section, Segmented, Tone,
};
use crate::locale::{error_text, format_near};
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// The overview of the organisation in the address, or of the first that the owner coordinates.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let state = use_app_state();
    let named = state.named("overview");
    let period = RwSignal::new(Period::Today);
    let directory = state.directory();
    let organisation =
        Memo::new(
            move |_| match named.get().and_then(|id| id.parse::<OrganisationId>().ok()) {
                Some(id) => Some(id),
                None => state.coordinated().first().map(|first| first.id),
            },
        );
    view! {
        <Screen width=ScreenWidth::Wide>
            {move || match organisation.get() {
                Some(organisation) => view! { <Oversight organisation period /> }.into_any(),
                None if directory.with(Option::is_none) => view! { <LoadingState rows=5 /> }.into_any(),
                None => {
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
fn Oversight(organisation: OrganisationId, period: RwSignal<Period>) -> impl IntoView {
    let state = use_app_state();
    let now = state.now();
    let today = Memo::new(move |_| now.get().day());
    let wanted = Memo::new(move |_| Wanted {
        organisation,
        period: period.get(),
        today: today.get(),
    });
    let reading = Reading::begin(wanted.into(), Overviews(state));
    let shown = reading.shown();
    let present = Memo::new(move |_| shown.with(Option::is_some));
    view! {
        <Head reading organisation />
        <AffairsEntries />
        <Segmented
            label=move || t!(period.label)
            label_place=LabelPlace::Hidden
            choices=Period::choices()
            value=move || period.get().as_str().to_owned()
            on_change=move |word: String| {
                if let Some(chosen) = Period::parse(&word) {
                    period.set(chosen);
                }
            }
        />
        <Freshness reading />
        {move || {
            if present.get() {
                // Shown only while there is one; the numbers inside change in their places.
                let overview = Memo::new(move |before: Option<&Overview>| {
                    shown.get().or_else(|| before.cloned()).expect("shown only while there is one")
                });
                view! { <Contents overview /> }.into_any()
            } else {
                view! { <Show when=move || reading.trouble().get().is_none()><LoadingState rows=5 /></Show> }
                    .into_any()
            }
        }}
        <FeedbackSection organisation />
    }
}

#[component]
fn Contents(#[prop(into)] overview: Signal<Overview>) -> impl IntoView {
    let state = use_app_state();
    let plans = Memo::new(move |_| {
        let shown = overview.with(|overview| overview.organisation.id);
        state.planned_for().contains(&shown)
    });
    view! {
        <Figures overview />
        <BeneathSection overview />
        <Show when=move || plans.get()>
            <ButtonLink
                label=move || t!(plan.title)
                href="/plans"
                size=ButtonSize::Wide
                icon=Icon::Calendar
            />
        </Show>
        <ActivitiesSection overview />
    }
}

/// The way down, the name, the place.
#[component]
fn Head(reading: Reading, organisation: OrganisationId) -> impl IntoView {
    let directory = use_app_state().directory();
    let shown = reading.shown();
    let above = Memo::new(move |_| {
        shown.with(|overview| overview.as_ref().map(|overview| overview.above.clone()))
    });
    let name = Memo::new(move |_| {
        let read = shown.with(|overview| {
            let organisation = &overview.as_ref()?.organisation;
            Some((organisation.name.clone(), organisation.place.clone()))
        });
        // Before the first answer the phone's own directory may know the name.
        read.or_else(|| {
            directory.with(|slice| {
                let slice = slice.as_ref()?;
                let found = slice.organisation(organisation)?;
                let place = slice.place(&found.area);
                Some((
                    found.name.clone(),
                    place.into_iter().map(str::to_owned).collect(),
                ))
            })
        })
    });
    let crumbs = move || {
        let above = above.get().unwrap_or_default();
        let crumb = |organisation: shared::api::OrganisationSummary| {
            let href = format!("/overview/{}", organisation.id);
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

/// When the numbers were read, and why they are not newer.
#[component]
fn Freshness(reading: Reading) -> impl IntoView {
    let state = use_app_state();
    let now = state.now();
    let (shown, trouble) = (reading.shown(), reading.trouble());
    let read_at = Memo::new(move |_| {
        shown.with(|overview| overview.as_ref().map(|overview| overview.read_at))
    });
    let again = move || reading.read_again();
    let words = move || match (read_at.get(), trouble.get()) {
        (Some(at), None) => {
            let words = move || t!(overview.updated_at, time = format_near(at.0, now.get().0));
            view! { <p class="updated-at">{words}</p> }.into_any()
        }
        (Some(at), Some(code)) => {
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
    view! { <div class="freshness">{words}</div> }
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
