//! The pages with the form: a new activity or a series of them, and another version of one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::ActivityView;
use shared::codes::Code;
use shared::directory::DirectorySlice;
use shared::ids::{ActivityId, OrganisationId, VenueId};
use shared::records::Plan;
use shared::words::VenueKind;

use super::ForPlanners;
use super::draft::{Draft, Faults};
use super::form::{Form, PlanFields, SeriesFields};
use super::series;
use crate::components::{
    Button, ButtonKind, ButtonRole, ButtonSize, Icon, LoadingState, Notice, Screen, Tone,
};
use crate::locale::format_day_time;
use crate::pages::NotFoundPage;
use crate::pages::trouble::TroublePlace;
use crate::pages::words::{self, said};
use crate::state::{Going, use_app_state};
use crate::t;

/// The form of a new activity.
#[component]
pub(in crate::pages) fn NewPlanPage() -> impl IntoView {
    view! { <ForPlanners shown=|organisation| view! { <NewPlan organisation /> }.into_any() /> }
}

#[component]
fn NewPlan(organisation: RwSignal<OrganisationId>) -> impl IntoView {
    let state = use_app_state();
    let form = empty_form(organisation);
    // What the phone's storage did not take of a series; it alone is tried again.
    let left = RwSignal::new(Vec::<Plan>::new());
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let enter = Callback::new(move |plans: Vec<Plan>| {
        let count = plans.len();
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let result = state.plan_all(plans).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    state.toast(Tone::Good, move || t!(plan.saved, n = words::count(count)));
                    state.go("/plans", Going::Onward);
                }
                Err((plans, code)) => {
                    left.try_set(plans);
                    failure.try_set(Some(code));
                }
            }
        });
    });
    let save = Callback::new(move |()| {
        let draft = form.draft.get_untracked();
        match draft.plan(state.new_seed()) {
            Ok(plan) => {
                let times = draft.count().unwrap_or(1);
                let days = series::days(plan.starts_at.day(), draft.repeat, times);
                let seed = || state.new_seed();
                enter.run(series::series(&plan, draft.organisation, &days, seed));
            }
            Err(faults) => tell(form, faults),
        }
    });
    let retry = Callback::new(move |()| enter.run(left.get_untracked()));
    view! {
        <Show
            when=move || left.with(Vec::is_empty)
            fallback=move || view! { <Left left busy retry /> }
        >
            <PlanForm form busy save>
                <PlanFields form />
                <SeriesFields form />
            </PlanForm>
        </Show>
        <TroublePlace code=failure />
    }
}

/// A form for the day after, which follows the chosen organisation.
fn empty_form(organisation: RwSignal<OrganisationId>) -> Form {
    let state = use_app_state();
    let venue = move |organisation| {
        let directory = state.directory();
        directory.with_untracked(|slice| own_venue(slice.as_ref()?, organisation))
    };
    let first = organisation.get_untracked();
    let tomorrow = state.now().get_untracked().day().plus(1);
    let form = Form::new(Draft::new(first, venue(first), tomorrow));
    Effect::new(move || {
        let chosen = organisation.get();
        if form.draft.with_untracked(|draft| draft.organisation) != chosen {
            form.draft.update(|draft| {
                draft.organisation = chosen;
                draft.venue = venue(chosen);
                draft.organisations.clear();
            });
        }
    });
    form
}

/// What of a series is not saved.
#[component]
fn Left(left: RwSignal<Vec<Plan>>, busy: RwSignal<bool>, retry: Callback<()>) -> impl IntoView {
    view! {
        <Notice
            title=said(move || t!(plan.partly, n = words::count(left.with(Vec::len))))
            text=move || t!(plan.partly_next)
            tone=Tone::Trouble
        >
            <Button
                label=move || t!(action.retry)
                kind=ButtonKind::Primary
                icon=Icon::Refresh
                busy=busy
                on_press=retry
            />
        </Notice>
    }
}

/// The form around the fields, with the one button at its foot.
#[component]
fn PlanForm(
    form: Form,
    busy: RwSignal<bool>,
    save: Callback<()>,
    children: Children,
) -> impl IntoView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            save.run(());
        }
    };
    let faults = Memo::new(move |_| form.faults.with(Faults::len));
    view! {
        <form class="plan-form" novalidate on:submit=submit>
            {children()}
            <div aria-live="polite">
                <Show when=move || faults.get() != 0>
                    <Notice
                        text=move || t!(plan.faults, n = words::count(faults.get()))
                        tone=Tone::Trouble
                    />
                </Show>
            </div>
            <Button
                label=move || t!(plan.save)
                kind=ButtonKind::Primary
                size=ButtonSize::Wide
                role=ButtonRole::Submit
                icon=Icon::Check
                busy=busy
            />
        </form>
    }
}

/// Says what is wrong, and shows the first field in which something is.
fn tell(form: Form, faults: Faults) {
    form.faults.set(faults);
    request_animation_frame(|| {
        let found = document().query_selector(".has-error").ok().flatten();
        if let Some(field) = found {
            field.scroll_into_view();
        }
    });
}

/// The organisation's hall, or another venue that it runs.
fn own_venue(slice: &DirectorySlice, organisation: OrganisationId) -> Option<VenueId> {
    let own = || {
        let venues = slice.venues.iter();
        venues.filter(move |venue| venue.organisation == organisation)
    };
    let hall = own().find(|venue| venue.kind == VenueKind::Hall);
    hall.or_else(|| own().next()).map(|venue| venue.id)
}

/// The form of the activity in the address.
#[component]
pub(in crate::pages) fn EditPlanPage() -> impl IntoView {
    let state = use_app_state();
    let named = state.named("activities");
    let id = Memo::new(move |_| named.get().and_then(|id| id.parse::<ActivityId>().ok()));
    move || match id.get() {
        Some(id) => {
            let view = state.activity(id);
            // The form keeps what is typed whatever arrives meanwhile.
            let known = Memo::new(move |_| {
                view.with(|view| {
                    let view = view.as_ref()?;
                    let organisation = view.activity.current.organisation;
                    Some(state.may_mark(organisation))
                })
            });
            let directory = state.directory();
            let shown = move || match known.get() {
                Some(true) => {
                    let view = view.get_untracked();
                    view.map(|view| view! { <Edit view /> }).into_any()
                }
                Some(false) => view! { <NotFoundPage /> }.into_any(),
                None if directory.with(Option::is_some) => view! { <NotFoundPage /> }.into_any(),
                None => view! { <LoadingState rows=4 /> }.into_any(),
            };
            view! { <Screen>{shown}</Screen> }.into_any()
        }
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

#[component]
fn Edit(view: ActivityView) -> impl IntoView {
    let state = use_app_state();
    let current = view.activity.current;
    let form = Form::new(Draft::of(current.organisation, &current.plan));
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let current = StoredValue::new(current);
    let save = Callback::new(move |()| {
        let revision = current.with_value(|current| {
            form.draft
                .with_untracked(|draft| draft.revision(&current.plan))
        });
        let plan = match revision {
            Ok(plan) => plan,
            Err(faults) => return tell(form, faults),
        };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let moved = t!(plan.moved, time = format_day_time(plan.starts_at.0));
            let activity = plan.activity;
            let result = state.revise(&current.get_value(), plan, moved).await;
            busy.try_set(false);
            match result {
                Ok(()) => {
                    state.toast(Tone::Good, || t!(plan.edited));
                    state.go(&format!("/activities/{activity}"), Going::Onward);
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    });
    view! {
        <PlanForm form busy save>
            <PlanFields form />
        </PlanForm>
        <TroublePlace code=failure />
    }
}
