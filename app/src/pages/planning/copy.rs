//! 复制上周的安排: last week's activities, ticked, seven days later.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;
use shared::ids::{ActivityId, OrganisationId};
use shared::records::Plan;

use super::series::{LastWeeks, Wanted, copies, last_week};
use super::{ForPlanners, day_and_span};
use crate::components::{Button, ButtonKind, ButtonSize, EmptyState, Icon, Section, Switch, Tone};
use crate::locale::format_day_time;
use crate::pages::trouble::TroublePlace;
use crate::pages::words::{self, said};
use crate::state::{Going, use_app_state};
use crate::t;

/// Last week's activities of an organisation, to be held again.
#[component]
pub(in crate::pages) fn CopyPage() -> impl IntoView {
    view! { <ForPlanners shown=|organisation| view! { <Copy organisation /> }.into_any() /> }
}

#[component]
fn Copy(organisation: RwSignal<OrganisationId>) -> impl IntoView {
    let state = use_app_state();
    let (activities, now) = (state.activities(), state.now());
    let offered = Memo::new(move |_| {
        activities.with(|views| last_week(views, organisation.get(), now.get()))
    });
    // Who unticks what makes sense, or ticks what does not, is asked no more.
    let turned = RwSignal::new(BTreeSet::<ActivityId>::new());
    let ticked = Memo::new(move |_| {
        offered.with(|offered| {
            let is_ticked = |row: &&LastWeeks| {
                let turned = turned.with(|turned| turned.contains(&row.plan.activity));
                (row.wanted == Wanted::Yes) != turned
            };
            let ticked = offered.iter().filter(is_ticked);
            ticked.map(|row| row.plan.clone()).collect::<Vec<Plan>>()
        })
    });
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let save = Callback::new(move |()| {
        let seed = || state.new_seed();
        let plans =
            ticked.with_untracked(|ticked| copies(ticked, organisation.get_untracked(), seed));
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
                // What is saved stands in this week's calendar, and is ticked no more.
                Err((_, code)) => {
                    turned.try_set(BTreeSet::new());
                    failure.try_set(Some(code));
                }
            }
        });
    });
    view! {
        <Section title=move || t!(plan.copy) lead=said(move || t!(plan.copy_lead))>
            <Show
                when=move || !offered.with(Vec::is_empty)
                fallback=|| {
                    view! {
                        <EmptyState
                            title=move || t!(plan.copy_empty)
                            text=said(move || t!(plan.copy_empty_hint))
                            icon=Icon::Calendar
                        />
                    }
                }
            >
                <div class="card plan-fields">
                    <For each=move || offered.get() key=|row| row.plan.activity let:row>
                        <Row row ticked turned />
                    </For>
                </div>
                <TroublePlace code=failure />
                <Button
                    label=move || t!(plan.copy_save, n = words::count(ticked.with(Vec::len)))
                    kind=ButtonKind::Primary
                    size=ButtonSize::Wide
                    icon=Icon::Check
                    busy=busy
                    disabled=Signal::derive(move || ticked.with(Vec::is_empty))
                    on_press=save
                />
            </Show>
        </Section>
    }
}

#[component]
fn Row(
    row: LastWeeks,
    ticked: Memo<Vec<Plan>>,
    turned: RwSignal<BTreeSet<ActivityId>>,
) -> impl IntoView {
    let id = row.plan.activity;
    let (starts_at, wanted) = (row.starts_at, row.wanted);
    let is_ticked =
        Signal::derive(move || ticked.with(|ticked| ticked.iter().any(|plan| plan.activity == id)));
    let toggle = move |_| {
        turned.update(|turned| {
            if !turned.remove(&id) {
                turned.insert(id);
            }
        });
    };
    let hint = move || match wanted {
        Wanted::Yes => t!(plan.copy_becomes, time = format_day_time(starts_at.0)),
        Wanted::Planned => t!(plan.copy_planned),
        Wanted::Over => t!(plan.copy_over),
    };
    let plan = StoredValue::new(row.plan);
    let label = move || {
        plan.with_value(|plan| {
            let parts = [plan.topic.clone(), day_and_span(plan)];
            words::joined(parts).unwrap_or_default()
        })
    };
    view! { <Switch label=Signal::derive(label) on=is_ticked on_change=toggle hint=said(hint) /> }
}
