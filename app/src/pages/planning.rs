//! 活动安排: what an organisation planned, the form for a new activity and for another version of
//! one, last week once more, and what is done with a plan on the activity's own page.

mod affairs;
mod copy;
mod draft;
mod form;
mod held;
mod options;
mod series;
mod write;

use leptos::prelude::*;
use shared::client::ActivityView;
use shared::ids::{ActivityId, OrganisationId};
use shared::records::Plan;
use shared::time::{DAY_MS, Timestamp};

pub(super) use self::affairs::PlanSection;
pub(super) use self::copy::CopyPage;
use self::options::OrganisationChoice;
pub(super) use self::write::{EditPlanPage, NewPlanPage};
use super::words;
use crate::components::{
    ButtonKind, ButtonLink, ButtonSize, Chip, EmptyState, Icon, List, ListRow, LoadingState,
    Screen, Section, Tone,
};
use crate::locale::format_day;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// Days back that the list of what was planned shows.
const RECENT_MS: i64 = 14 * DAY_MS;

/// What an organisation planned, with the ways to plan more.
#[component]
pub(super) fn PlanningPage() -> impl IntoView {
    view! { <ForPlanners shown=|organisation| view! { <Plans organisation /> }.into_any() /> }
}

/// Shows something of an organisation that the owner plans for, with a choice where there are more.
#[component]
fn ForPlanners(shown: fn(RwSignal<OrganisationId>) -> AnyView) -> impl IntoView {
    let state = use_app_state();
    let directory = state.directory();
    let first = Memo::new(move |_| state.planned_for().first().copied());
    view! {
        <Screen>
            {move || match first.get() {
                Some(first) => {
                    let organisation = RwSignal::new(first);
                    view! {
                        <OrganisationChoice organisation />
                        {shown(organisation)}
                    }
                        .into_any()
                }
                None if directory.with(Option::is_none) => {
                    view! { <LoadingState rows=4 /> }.into_any()
                }
                None => {
                    view! {
                        <EmptyState
                            title=move || t!(plan.nothing_to_plan)
                            text=said(move || t!(plan.nothing_to_plan_next))
                            icon=Icon::Calendar
                        />
                    }
                        .into_any()
                }
            }}
        </Screen>
    }
}

#[component]
fn Plans(organisation: RwSignal<OrganisationId>) -> impl IntoView {
    let state = use_app_state();
    let (activities, now) = (state.activities(), state.now());
    let sorted =
        Memo::new(move |_| activities.with(|views| sorted(views, organisation.get(), now.get())));
    let (upcoming, recent) = (
        Memo::new(move |_| sorted.with(|(upcoming, _)| upcoming.clone())),
        Memo::new(move |_| sorted.with(|(_, recent)| recent.clone())),
    );
    view! {
        <div class="plan-ways">
            <ButtonLink
                label=move || t!(plan.new)
                href="/plans/new"
                kind=ButtonKind::Primary
                size=ButtonSize::Wide
                icon=Icon::Plus
            />
            <ButtonLink
                label=move || t!(plan.copy)
                href="/plans/copy"
                size=ButtonSize::Wide
                icon=Icon::Calendar
            />
        </div>
        <Section title=move || t!(plan.upcoming) lead=said(move || t!(plan.lead))>
            <Show
                when=move || !upcoming.with(Vec::is_empty)
                fallback=|| {
                    view! {
                        <EmptyState
                            title=move || t!(plan.empty)
                            text=said(move || t!(plan.empty_hint))
                            icon=Icon::Calendar
                        />
                    }
                }
            >
                <PlanRows ids=upcoming />
            </Show>
        </Section>
        <Show when=move || !recent.with(Vec::is_empty)>
            <Section title=move || t!(plan.recent)>
                <PlanRows ids=recent />
            </Section>
        </Show>
    }
}

/// An organisation's activities to come, the next first, and those of the last days, the newest
/// first. `views` are sorted by start.
fn sorted(
    views: &[ActivityView],
    organisation: OrganisationId,
    now: Timestamp,
) -> (Vec<ActivityId>, Vec<ActivityId>) {
    let own = || {
        let current = views.iter().map(|view| &view.activity.current);
        let own = current.filter(|row| row.organisation == organisation);
        own.map(|row| &row.plan)
    };
    let upcoming = own().filter(|plan| now <= plan.ends_at);
    let recent = own().filter(|plan| plan.ends_at < now && now.since(plan.ends_at) < RECENT_MS);
    let mut recent: Vec<ActivityId> = recent.map(|plan| plan.activity).collect();
    recent.reverse();
    (upcoming.map(|plan| plan.activity).collect(), recent)
}

#[component]
fn PlanRows(#[prop(into)] ids: Signal<Vec<ActivityId>>) -> impl IntoView {
    view! {
        <List>
            <For each=move || ids.get() key=|id| *id let:id>
                <PlanRow id />
            </For>
        </List>
    }
}

#[component]
fn PlanRow(id: ActivityId) -> impl IntoView {
    let view = use_app_state().activity(id);
    let read = move |read: fn(&ActivityView) -> String| {
        move || view.with(|view| view.as_ref().map(read).unwrap_or_default())
    };
    let cancelled = Memo::new(move |_| {
        view.with(|view| {
            view.as_ref()
                .is_some_and(|view| view.activity.current.plan.is_cancelled())
        })
    });
    let chip = move || {
        cancelled.get().then(|| {
            view! {
                <Chip
                    text=move || t!(activity.phase.cancelled)
                    tone=Tone::Notice
                    icon=Icon::Close
                />
            }
        })
    };
    view! {
        <ListRow
            lead=said(read(|view| day_and_span(&view.activity.current.plan)))
            title=read(|view| view.activity.current.plan.topic.clone())
            subtitle=said(read(|view| words::kind_of(&view.activity.current.plan)))
            trailing=chip
            href=format!("/activities/{id}")
        />
    }
}

/// The day and the hours of a plan.
fn day_and_span(plan: &Plan) -> String {
    t!(
        date.day_span,
        day = format_day(plan.starts_at.0),
        span = words::span(plan.starts_at, plan.ends_at)
    )
}
