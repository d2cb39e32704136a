//! 今日: what is held today, with the one button that matters, and what comes next.

mod agenda;
mod card;

use leptos::prelude::*;
use shared::ids::ActivityId;
use shared::time::Day;

use self::agenda::{Agenda, agenda};
use self::card::{ActivityCard, ActivityRow};
use super::words;
use crate::components::{
    Button, ButtonKind, ButtonLink, ButtonSize, EmptyState, Icon, List, LoadingState, Notice,
    Screen, Section, Tone,
};
use crate::pages::words::said;
use crate::state::{ScanRequest, use_app_state};
use crate::t;

/// Today's activities, each with its button, and those of the week after.
#[component]
pub fn TodayPage() -> impl IntoView {
    let state = use_app_state();
    let directory = state.directory();
    let arrived = Memo::new(move |_| directory.with(Option::is_some));
    view! {
        <Screen>
            {move || {
                if arrived.get() {
                    view! { <Arrived /> }.into_any()
                } else {
                    view! { <NotArrived /> }.into_any()
                }
            }}
        </Screen>
    }
}

/// Before the first sync there is nothing to show but why.
#[component]
fn NotArrived() -> impl IntoView {
    let state = use_app_state();
    let online = state.online();
    move || {
        if online.get() {
            view! {
                <Notice
                    title=said(move || t!(today.first_title))
                    text=move || t!(today.first_text)
                    tone=Tone::Info
                />
                <LoadingState />
            }
            .into_any()
        } else {
            view! {
                <EmptyState
                    title=move || t!(today.first_offline_title)
                    text=said(move || t!(today.first_offline_text))
                    icon=Icon::CloudOff
                >
                    <Button
                        label=move || t!(action.retry)
                        icon=Icon::Refresh
                        on_press=move || state.sync_now()
                    />
                </EmptyState>
            }
            .into_any()
        }
    }
}

#[component]
fn Arrived() -> impl IntoView {
    let state = use_app_state();
    let (directory, activities, now) = (state.directory(), state.activities(), state.now());
    let agenda = Memo::new(move |_| {
        let now = now.get();
        directory.with(|slice| match slice {
            Some(slice) => activities.with(|views| agenda(slice, views, now)),
            None => Agenda::default(),
        })
    });
    let own = Memo::new(move |_| agenda.with(|agenda| agenda.own.clone()));
    let others = Memo::new(move |_| agenda.with(|agenda| agenda.others.clone()));
    let days = Memo::new(move |_| agenda.with(|agenda| agenda.days.clone()));
    view! {
        <Greeting />
        <Button
            label=move || t!(scan.action)
            kind=ButtonKind::Primary
            size=ButtonSize::Big
            icon=Icon::Scan
            on_press=move || state.scan().set(Some(ScanRequest::Camera(None)))
        />
        <Show when=move || state.can_host()>
            <ButtonLink
                label=move || t!(plan.title)
                href="/plans"
                size=ButtonSize::Wide
                icon=Icon::Calendar
            />
        </Show>
        <Section title=move || t!(today.lectures)>
            <Show when=move || own.with(Vec::is_empty)>
                <EmptyState
                    title=move || t!(today.empty)
                    text=said(move || t!(today.empty_hint))
                    icon=Icon::Calendar
                />
            </Show>
            <ul class="stack" role="list">
                <For each=move || own.get() key=|id| *id let:id>
                    <li>
                        <ActivityCard id />
                    </li>
                </For>
            </ul>
        </Section>
        <Show when=move || !others.with(Vec::is_empty)>
            <Section title=move || t!(today.coordinated)>
                <Rows ids=others />
            </Section>
        </Show>
        <Show when=move || !days.with(Vec::is_empty)>
            <Section title=move || t!(today.upcoming_days)>
                <For each=move || days.get() key=|group| group.clone() let:group>
                    <DayGroup day=group.0 ids=group.1 />
                </For>
            </Section>
        </Show>
    }
}

#[component]
fn Greeting() -> impl IntoView {
    let state = use_app_state();
    let (directory, now) = (state.directory(), state.now());
    let name = Memo::new(move |_| {
        directory.with(|slice| slice.as_ref().map(|slice| slice.owner.name.clone()))
    });
    let today = Memo::new(move |_| now.get().day());
    view! {
        <div class="greeting">
            <p class="greeting-name">
                {move || t!(today.greeting, name = name.get().unwrap_or_default())}
            </p>
            <p class="greeting-day">{move || words::day_name(today.get())}</p>
        </div>
    }
}

#[component]
fn DayGroup(day: Day, ids: Vec<ActivityId>) -> impl IntoView {
    view! {
        <div class="day-group">
            <h3 class="day-title">{move || words::day_name(day)}</h3>
            <Rows ids=ids />
        </div>
    }
}

#[component]
fn Rows(#[prop(into)] ids: Signal<Vec<ActivityId>>) -> impl IntoView {
    view! {
        <List>
            <For each=move || ids.get() key=|id| *id let:id>
                <ActivityRow id />
            </For>
        </List>
    }
}
