//! The owner's service records: every one, and one in full.

use leptos::prelude::*;
use shared::client::MatterView;
use shared::ids::EntryId;
use shared::reconcile::Matter;
use shared::words::{RequestKind, RequestState};

use super::facts::facts;
use super::hours::ApprovedHours;
use super::own::{find, follow, of_kind, own_matters, replaced, service};
use super::refused::RefusedRequests;
use super::standing::{Answers, Standing};
use super::withdraw::{WithdrawSheet, Withdrawing};
use crate::components::{
    Button, ButtonKind, ButtonLink, ButtonSize, Chip, EmptyState, Icon, List, ListRow,
    LoadingState, Screen, Tone,
};
use crate::locale::{format_date, format_day, format_day_time};
use crate::pages::NotFoundPage;
use crate::pages::community::target_name;
use crate::pages::facts::activity_topic;
use crate::pages::photo::{PhotoProgress, PhotoView};
use crate::pages::reason_sheet::ReasonWords;
use crate::pages::service_words::{category_name, flag_name, hours, is_by_team};
use crate::pages::words::{self, said};
use crate::state::use_app_state;
use crate::t;

/// Records shown at first, and with every press on 更多.
const PAGE: usize = 60;

/// Every record, the newest first.
#[component]
pub(super) fn ServicesPage() -> impl IntoView {
    let matters = own_matters();
    let services = Memo::new(move |_| matters.with(|views| of_kind(views, RequestKind::Service)));
    let limit = RwSignal::new(PAGE);
    let total = Memo::new(move |_| services.with(Vec::len));
    let shown = Memo::new(move |_| {
        services.with(|views| views.iter().take(limit.get()).cloned().collect::<Vec<_>>())
    });
    view! {
        <Screen>
            <RefusedRequests kind=RequestKind::Service />
            <ApprovedHours services />
            <ButtonLink
                label=move || t!(service.enter)
                href="/service/new"
                kind=ButtonKind::Primary
                size=ButtonSize::Wide
                icon=Icon::Plus
            />
            <Show
                when=move || total.get() != 0
                fallback=|| {
                    view! {
                        <EmptyState
                            title=move || t!(service.empty)
                            text=said(move || t!(service.empty_hint))
                            icon=Icon::List
                        />
                    }
                }
            >
                <ServiceRows services=shown />
            </Show>
            <Show when=move || limit.get() < total.get()>
                <Button
                    label=move || t!(action.more)
                    on_press=move || limit.update(|limit| *limit += PAGE)
                />
            </Show>
        </Screen>
    }
}

/// Records as rows that lead to their pages.
#[component]
pub(super) fn ServiceRows(#[prop(into)] services: Signal<Vec<MatterView>>) -> impl IntoView {
    view! {
        <List label=said(move || t!(service.records))>
            <For each=move || services.get() key=|view| view.row.matter.request let:view>
                <ServiceRow view=follow(services, view) />
            </For>
        </List>
    }
}

#[component]
fn ServiceRow(view: Memo<MatterView>) -> impl IntoView {
    let request = view.with_untracked(|view| view.row.matter.request);
    let title = move || view.with(|view| service_title(&view.row.matter));
    let details = move || {
        view.with(|view| {
            let matter = &view.row.matter;
            let team = is_by_team(matter).then(|| t!(service.by_team, name = view.row.from));
            let flags = matter.flags.iter().copied().map(flag_name);
            words::joined(
                std::iter::once(target_name(&view.row))
                    .chain(team)
                    .chain(flags),
            )
        })
    };
    view! {
        <ListRow
            lead=said(move || view.with(|view| format_day(view.row.matter.day.start().0)))
            title=title
            subtitle=MaybeProp::derive(details)
            trailing=move || view! { <Standing view /> }
            href=format!("/service/records/{request}")
        />
    }
}

/// What was done and for how long, as it now counts.
fn service_title(matter: &Matter) -> String {
    let Some(service) = service(matter) else {
        return String::new();
    };
    let minutes = match matter.minutes() {
        0 => service.minutes,
        counted => counted,
    };
    let category = matter.served().map_or(service.category, |served| served.1);
    let parts = [category_name(category), hours(minutes.into())];
    words::joined(parts).unwrap_or_default()
}

/// The record in the address.
#[component]
pub(super) fn ServicePage() -> impl IntoView {
    let request = super::named("records");
    let matters = own_matters();
    let directory = use_app_state().directory();
    let arrived = Memo::new(move |_| directory.with(Option::is_some));
    let view = Memo::new(move |_| {
        let request: EntryId = request.get()?.parse().ok()?;
        matters.with(|views| find(views, request))
    });
    let withdrawing = Withdrawing::new();
    // What is looked at stays on the screen whatever becomes of the record meanwhile.
    let request = Memo::new(move |_| view.with(|view| Some(view.as_ref()?.row.matter.request)));
    let shown = move || match request.get().and_then(|_| view.get_untracked()) {
        Some(first) => {
            let view = follow(matters.into(), first);
            view! { <Service view withdrawing /> }.into_any()
        }
        None if arrived.get() => view! { <NotFoundPage /> }.into_any(),
        None => view! { <LoadingState rows=4 /> }.into_any(),
    };
    view! {
        <Screen>
            {shown}
            <WithdrawSheet
                withdrawing
                words=ReasonWords {
                    title: || t!(service.withdraw_title),
                    lead: || t!(service.withdraw_lead),
                    label: || t!(service.withdraw_reason),
                    hint: None,
                    missing: || t!(service.withdraw_missing),
                    send: || t!(action.send),
                }
            />
        </Screen>
    }
}

#[component]
fn Service(view: Memo<MatterView>, withdrawing: Withdrawing) -> impl IntoView {
    let boards = use_app_state().boards();
    // What was asked never changes.
    let (by_team, photo) = view.with_untracked(|view| {
        let matter = &view.row.matter;
        let photo = service(matter).and_then(|service| Some(service.photo?.hash));
        (is_by_team(matter), photo)
    });
    let matter = Memo::new(move |_| view.with(|view| view.row.matter.clone()));
    let lines = move || {
        view.with(|view| {
            let listing = boards.with(|items| {
                let wanted = service(&view.row.matter)?.listing?;
                let found = items.iter().find(|item| item.listing.listing == wanted);
                found.map(|item| item.listing.title.clone())
            });
            facts(service_lines(view, listing))
        })
    };
    let proxy = move || {
        view! {
            <Chip text=move || t!(service.proxy) tone=Tone::Info icon=Icon::Users />
            <p>{move || t!(service.proxy_explain)}</p>
        }
    };
    view! {
        <div class="card service-card">
            <h2 class="service-title">
                {move || view.with(|view| service_title(&view.row.matter))}
            </h2>
            <Standing view />
            <Answers view />
            {by_team.then(proxy)}
            {lines}
            {photo.map(|hash| view! { <PhotoProgress hash /> <PhotoView hash /> })}
        </div>
        {move || view! { <Actions matter=matter.get() withdrawing /> }}
    }
}

/// The way to other records of the same service, and what can be done with an own one.
#[component]
fn Actions(matter: Matter, withdrawing: Withdrawing) -> impl IntoView {
    let records = use_app_state().records();
    let request = matter.request;
    let is_own = !is_by_team(&matter);
    let returned = is_own && matter.state == RequestState::Returned && matter.replaced_by.is_none();
    // One that only this phone knows takes its place already.
    let may_send_again =
        Memo::new(move |_| returned && records.with(|views| !replaced(views).contains(&request)));
    let may_withdraw = is_own && matter.is_live();
    let others = matter.same_as.iter().copied().chain(matter.replaced_by);
    let other = |other: EntryId| {
        view! {
            <ButtonLink
                label=move || t!(service.other)
                href=format!("/service/records/{other}")
                size=ButtonSize::Wide
                icon=Icon::List
            />
        }
    };
    let others = others.map(other).collect_view();
    let withdraw = move || {
        view! {
            <Button
                label=move || t!(service.withdraw)
                kind=ButtonKind::Quiet
                size=ButtonSize::Wide
                on_press=move || withdrawing.ask(matter.clone())
            />
        }
    };
    view! {
        <div class="service-actions">
            {others}
            <Show when=move || may_send_again.get()>
                <ButtonLink
                    label=move || t!(service.again)
                    href=format!("/service/records/{request}/edit")
                    kind=ButtonKind::Primary
                    size=ButtonSize::Wide
                    icon=Icon::Pencil
                />
            </Show>
            {may_withdraw.then(withdraw)}
        </div>
    }
}

/// What was entered, line by line; what was left empty is left out.
fn service_lines(view: &MatterView, listing: Option<String>) -> Vec<(String, String)> {
    let matter = &view.row.matter;
    let Some(service) = service(matter) else {
        return Vec::new();
    };
    let one_day = service.starts_at.day() == service.ends_at.day();
    let when = if one_day {
        let day = format_date(service.starts_at.0);
        t!(
            date.day_span,
            day = day,
            span = words::span(service.starts_at, service.ends_at)
        )
    } else {
        t!(
            activity.between,
            start = format_day_time(service.starts_at.0),
            end = format_day_time(service.ends_at.0)
        )
    };
    let team = is_by_team(matter).then(|| view.row.from.clone());
    let lines = [
        (t!(service.to), Some(target_name(&view.row))),
        (t!(service.when), Some(when)),
        (t!(service.duration), Some(hours(service.minutes.into()))),
        (
            t!(service.category_label),
            Some(category_name(service.category)),
        ),
        (
            t!(service.beneficiaries),
            Some(t!(service.people, n = service.beneficiaries)),
        ),
        (t!(service.place), service.place.clone()),
        (t!(service.listing), listing),
        (
            t!(service.activity),
            service.activity.and_then(activity_topic),
        ),
        (t!(service.note), service.note.clone()),
        (t!(service.team), team),
        (
            t!(record.recorded_at),
            Some(format_day_time(matter.recorded_at.0)),
        ),
    ];
    let filled = lines.into_iter();
    filled
        .filter_map(|(label, text)| Some((label, text.filter(|text| !text.is_empty())?)))
        .collect()
}
