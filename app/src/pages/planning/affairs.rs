//! What those who plan do with an activity on its page: edit it, call it off, record what came of
//! it, choose between two versions.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::ActivityView;
use shared::codes::Code;
use shared::directory::DirectorySlice;
use shared::ids::EntryId;
use shared::project::PlanRow;
use shared::records::{Plan, Standing};

use super::day_and_span;
use super::held::HeldSheet;
use crate::components::{Button, ButtonKind, ButtonLink, Chip, Icon, Notice, Section, Tone};
use crate::locale::format_day_time;
use crate::pages::reason_sheet::{ReasonSheet, ReasonWords, Sent};
use crate::pages::trouble::TroublePlace;
use crate::pages::words::{self, said};
use crate::state::use_app_state;
use crate::t;

/// Characters that the reason for calling off may have.
const REASON_CHARACTERS: u32 = 200;

/// The part of an activity's page for those who plan it.
#[component]
pub(in crate::pages) fn PlanSection(view: Signal<ActivityView>) -> impl IntoView {
    let state = use_app_state();
    let now = state.now();
    let (cancelling, recording) = (RwSignal::new(false), RwSignal::new(false));
    let cancelled = Memo::new(move |_| view.with(|view| view.activity.current.plan.is_cancelled()));
    let begun =
        Memo::new(move |_| view.with(|view| view.activity.current.plan.starts_at <= now.get()));
    let contested = Memo::new(move |_| view.with(|view| !view.activity.contested.is_empty()));
    let to_come =
        Memo::new(move |_| view.with(|view| now.get() < view.activity.current.plan.ends_at));
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let restore = Callback::new(move |()| {
        let current = view.with_untracked(|view| view.activity.current.clone());
        let plan = Plan {
            standing: Standing::Planned,
            ..current.plan.clone()
        };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match state.revise(&current, plan, String::new()).await {
                Ok(()) => state.toast(Tone::Good, || t!(plan.restored)),
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
            busy.try_set(false);
        });
    });
    let cancel = move |reason: String| -> Sent {
        let current = view.with_untracked(|view| view.activity.current.clone());
        let plan = Plan {
            standing: Standing::Cancelled { reason },
            ..current.plan.clone()
        };
        Box::pin(async move {
            state.revise(&current, plan, String::new()).await?;
            state.toast(Tone::Good, || t!(plan.cancelled));
            Ok(())
        })
    };
    let edit = Signal::derive(move || {
        view.with(|view| format!("/activities/{}/edit", view.activity.current.plan.activity))
    });
    view! {
        <Section title=move || t!(plan.affairs)>
            <Show when=move || contested.get()>
                <Versions view />
            </Show>
            <div class="button-row">
                <Show when=move || !cancelled.get()>
                    <ButtonLink label=move || t!(plan.edit) href=edit icon=Icon::Pencil />
                </Show>
                <Show when=move || !cancelled.get() && begun.get()>
                    <Button
                        label=move || t!(plan.held)
                        icon=Icon::List
                        on_press=move || recording.set(true)
                    />
                </Show>
                <Show when=move || !cancelled.get()>
                    <Button
                        label=move || t!(plan.cancel)
                        kind=ButtonKind::Danger
                        icon=Icon::Close
                        on_press=move || cancelling.set(true)
                    />
                </Show>
                <Show when=move || cancelled.get() && to_come.get()>
                    <Button
                        label=move || t!(plan.restore)
                        icon=Icon::Refresh
                        busy=busy
                        on_press=restore
                    />
                </Show>
            </div>
            <TroublePlace code=failure />
        </Section>
        <ReasonSheet
            open=cancelling
            words=ReasonWords {
                title: || t!(plan.cancel_title),
                lead: || t!(plan.cancel_lead),
                label: || t!(plan.cancel_reason),
                hint: None,
                missing: || t!(plan.cancel_reason_missing),
                send: || t!(plan.cancel),
            }
            kind=ButtonKind::Danger
            longest=REASON_CHARACTERS
            on_send=cancel
        />
        <HeldSheet view open=recording />
    }
}

/// The plans that two people made apart, each with a button that lets it stand.
#[component]
fn Versions(view: Signal<ActivityView>) -> impl IntoView {
    let state = use_app_state();
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let choose = Callback::new(move |chosen: EntryId| {
        let activity = view.with_untracked(|view| view.activity.clone());
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let result = state.settle_plans(&activity, chosen).await;
            busy.try_set(false);
            match result {
                Ok(()) => state.toast(Tone::Good, || t!(plan.chosen)),
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    });
    let versions = Memo::new(move |_| {
        view.with(|view| {
            let current = std::iter::once(&view.activity.current);
            current
                .chain(&view.activity.contested)
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let current = Memo::new(move |_| view.with(|view| view.activity.current.id));
    view! {
        <Notice
            title=said(move || t!(plan.contested))
            text=move || t!(plan.contested_lead)
            tone=Tone::Notice
        />
        <ul class="stack" role="list">
            <For each=move || versions.get() key=|row| row.id let:row>
                <Version row current busy choose />
            </For>
        </ul>
        <TroublePlace code=failure />
    }
}

#[component]
fn Version(
    row: PlanRow,
    current: Memo<EntryId>,
    busy: RwSignal<bool>,
    choose: Callback<EntryId>,
) -> impl IntoView {
    let directory = use_app_state().directory();
    let id = row.id;
    let row = StoredValue::new(row);
    let who = move || {
        row.with_value(|row| {
            let name = directory.with(|slice| {
                let slice = slice.as_ref()?;
                let mut people = slice.members.iter().chain([&slice.owner]);
                Some(people.find(|member| member.id == row.by)?.name.clone())
            });
            let name = name.unwrap_or_else(|| t!(role.coordinator));
            let time = format_day_time(row.recorded_at.0);
            t!(plan.contested_version, name = name, time = time)
        })
    };
    let facts = move || row.with_value(|row| said_by(&row.plan, directory));
    view! {
        <li class="card plan-version" data-version=id.to_string()>
            <p class="plan-version-who">{who}</p>
            <Show when=move || current.get() == id>
                <Chip text=move || t!(plan.contested_new) tone=Tone::Info icon=Icon::Info />
            </Show>
            <p class="plan-version-topic">{row.with_value(|row| row.plan.topic.clone())}</p>
            <p>{facts}</p>
            <Button
                label=move || t!(plan.contested_choose)
                icon=Icon::Check
                busy=busy
                on_press=move || choose.run(id)
            />
        </li>
    }
}

/// What a plan says, on one line: when, where, who speaks, whether it is called off.
fn said_by(plan: &Plan, directory: Signal<Option<DirectorySlice>>) -> Option<String> {
    let venue = directory.with(|slice| {
        let venue = slice.as_ref()?.venue(plan.venue?)?;
        Some(venue.name.clone())
    });
    let cancelled = match &plan.standing {
        Standing::Planned => None,
        Standing::Cancelled { reason } => Some(t!(plan.contested_cancelled, reason = reason)),
    };
    let parts = [
        Some(day_and_span(plan)),
        Some(words::kind_of(plan)),
        venue,
        plan.speaker.clone(),
        cancelled,
    ];
    words::joined(parts.into_iter().flatten())
}
