//! 双报到: how the owner's registration stands, every former one, and the ways on from it.

mod draft;
mod fields;
mod paper;
mod skills;

use leptos::prelude::*;
use shared::client::MatterView;
use shared::reconcile::Matter;
use shared::words::RequestKind;

pub(super) use self::fields::RegistrationFormPage;
pub(super) use self::paper::RegistrationPaperPage;
use super::facts::facts;
use super::own::{Registrations, follow, own_matters, registration};
use super::refused::RefusedRequests;
use super::standing::{Answers, Standing};
use super::withdraw::{WithdrawSheet, Withdrawing};
use crate::components::{
    Button, ButtonKind, ButtonLink, ButtonSize, EmptyState, Icon, Screen, Section,
};
use crate::locale::{format_date, format_day_time};
use crate::pages::community::target_name;
use crate::pages::reason_sheet::ReasonWords;
use crate::pages::service_words::{category_name, free_time_name};
use crate::pages::words::{self, said};
use crate::t;

/// The registrations in force or waiting, and the former ones.
#[component]
pub(super) fn RegistrationPage() -> impl IntoView {
    let matters = own_matters();
    let registrations = Memo::new(move |_| matters.with(|views| Registrations::of(views)));
    let standing = Memo::new(move |_| registrations.with(|all| all.standing.clone()));
    let former = Memo::new(move |_| registrations.with(|all| all.former.clone()));
    let withdrawing = Withdrawing::new();
    view! {
        <Screen>
            <RefusedRequests kind=RequestKind::MemberRegistration />
            <Show
                when=move || !standing.with(Vec::is_empty)
                fallback=|| {
                    view! {
                        <EmptyState
                            title=move || t!(register.none)
                            text=said(move || t!(register.none_hint))
                            icon=Icon::Building
                        >
                            <ButtonLink
                                label=move || t!(register.ask)
                                href="/service/register/new"
                                kind=ButtonKind::Primary
                                icon=Icon::Check
                            />
                        </EmptyState>
                    }
                }
            >
                <ul class="stack" role="list">
                    <For each=move || standing.get() key=|view| view.row.matter.request let:view>
                        <li>
                            <Current
                                view=follow(standing.into(), view)
                                registrations
                                withdrawing
                            />
                        </li>
                    </For>
                </ul>
            </Show>
            <Show when=move || !former.with(Vec::is_empty)>
                <Section title=move || t!(register.former)>
                    <ul class="stack" role="list">
                        <For each=move || former.get() key=|view| view.row.matter.request let:view>
                            <li class="card service-card">
                                <Told view=follow(former.into(), view) />
                            </li>
                        </For>
                    </ul>
                </Section>
            </Show>
            <WithdrawSheet
                withdrawing
                words=ReasonWords {
                    title: || t!(register.end_title),
                    lead: || t!(register.end_lead),
                    label: || t!(register.end_reason),
                    hint: Some(|| t!(register.end_reason_hint)),
                    missing: || t!(register.end_missing),
                    send: || t!(action.send),
                }
            />
        </Screen>
    }
}

/// One registration with what can be done about it.
#[component]
fn Current(
    view: Memo<MatterView>,
    registrations: Memo<Registrations>,
    withdrawing: Withdrawing,
) -> impl IntoView {
    let matter = Memo::new(move |_| view.with(|view| view.row.matter.clone()));
    let accepted = Memo::new(move |_| matter.with(Matter::is_accepted));
    let live = Memo::new(move |_| matter.with(Matter::is_live));
    let replaceable = Memo::new(move |_| {
        let request = matter.with(|matter| matter.request);
        registrations.with(|all| {
            let found = all.replaceable();
            found.is_some_and(|view| view.row.matter.request == request)
        })
    });
    let again = move || {
        if accepted.get() {
            t!(register.move_on)
        } else {
            t!(register.again)
        }
    };
    let end = move || {
        if accepted.get() {
            t!(register.end)
        } else {
            t!(register.take_back)
        }
    };
    view! {
        <div class="card service-card">
            <Told view />
            <div class="service-actions">
                <Show when=move || replaceable.get()>
                    <ButtonLink
                        label=again
                        href="/service/register/new"
                        size=ButtonSize::Wide
                        icon=Icon::Pencil
                    />
                </Show>
                <Show when=move || accepted.get()>
                    <ButtonLink
                        label=move || t!(register.paper)
                        href="/service/register/paper"
                        size=ButtonSize::Wide
                        icon=Icon::Printer
                    />
                </Show>
                <Show when=move || live.get()>
                    <Button
                        label=end
                        kind=ButtonKind::Quiet
                        size=ButtonSize::Wide
                        on_press=move || withdrawing.ask(matter.get_untracked())
                    />
                </Show>
            </div>
        </div>
    }
}

/// Where, when, how it stands, what the form says and what the community answered.
#[component]
fn Told(view: Memo<MatterView>) -> impl IntoView {
    let place = move || view.with(|view| target_name(&view.row));
    let lines = move || view.with(|view| facts(form_lines(&view.row.matter)));
    view! {
        <h3 class="service-title">{place}</h3>
        <Standing view />
        <Answers view />
        <details class="service-details">
            <summary>{move || t!(register.form)}</summary>
            {lines}
        </details>
    }
}

/// What the form says, line by line; what was left empty is left out.
pub(super) fn form_lines(matter: &Matter) -> Vec<(String, String)> {
    let Some(form) = registration(matter) else {
        return Vec::new();
    };
    let joined = |parts: Vec<String>| words::joined(parts);
    let lines = [
        (
            t!(register.asked_at),
            Some(format_day_time(matter.recorded_at.0)),
        ),
        (t!(register.name), Some(form.name.clone())),
        (t!(register.phone), Some(form.phone.clone())),
        (t!(register.workplace), Some(form.workplace.clone())),
        (t!(register.branch), Some(form.branch.clone())),
        (t!(register.party_post), form.party_post.clone()),
        (t!(register.grid), form.grid.clone()),
        (t!(register.skills), joined(form.skills.clone())),
        (
            t!(register.interests),
            joined(form.interests.iter().copied().map(category_name).collect()),
        ),
        (
            t!(register.times),
            joined(form.times.iter().copied().map(free_time_name).collect()),
        ),
        (
            t!(register.until),
            form.until.map(|day| format_date(day.start().0)),
        ),
        (t!(register.note), form.note.clone()),
    ];
    let filled = lines.into_iter();
    filled
        .filter_map(|(label, text)| Some((label, text.filter(|text| !text.is_empty())?)))
        .collect()
}
