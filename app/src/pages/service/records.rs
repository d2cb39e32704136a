//! The owner's service: what counts of it, every record, and one record in full. Never a ranking or a
//! comparison.

use leptos::prelude::*;
use shared::client::MatterView;
use shared::ids::EntryId;
use shared::reconcile::Matter;
use shared::time::Day;
use shared::words::{RequestKind, RequestState};

use super::facts::facts;
use super::own::{find, follow, of_kind, own_matters, service};
use super::refused::RefusedRequests;
use super::standing::{Answers, Standing};
use super::withdraw::{WithdrawSheet, Withdrawing};
use crate::components::{
    Button, ButtonKind, ButtonLink, ButtonSize, Chip, EmptyState, Icon, List, ListRow,
    LoadingState, Screen, StatGrid, StatTile, Tone,
};
use crate::locale::{format_date, format_day, format_day_time};
use crate::pages::NotFoundPage;
use crate::pages::reason_sheet::ReasonWords;
use crate::pages::service_words::{category_name, flag_name, hours, is_by_team};
use crate::pages::words::{self, said};
use crate::state::use_app_state;
use crate::t;

/// Records shown at first, and with every press on 更多.
const PAGE: usize = 60;

/// Minutes that count, and records that do not yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Approved {
    quarter: i64,
    year: i64,
    all: i64,
    /// Records on which nobody has decided.
    waiting: usize,
}

impl Approved {
    fn of(services: &[MatterView], today: Day) -> Self {
        let mut approved = Self::default();
        for matter in services.iter().map(|view| &view.row.matter) {
            let minutes = i64::from(matter.minutes());
            approved.all += minutes;
            if matter.day.date().0 == today.date().0 {
                approved.year += minutes;
            }
            if matter.day.quarter() == today.quarter() {
                approved.quarter += minutes;
            }
            if matter.is_open() {
                approved.waiting += 1;
            }
        }
        approved
    }
}

/// 已通过的服务时长 of the quarter, of the year and in all.
#[component]
pub(super) fn ApprovedHours(services: Memo<Vec<MatterView>>) -> impl IntoView {
    let now = use_app_state().now();
    let today = Memo::new(move |_| now.get().day());
    let approved = Memo::new(move |_| services.with(|views| Approved::of(views, today.get())));
    let tile = move |minutes: fn(Approved) -> i64| move || hours(minutes(approved.get()));
    let waiting = move || match approved.get().waiting {
        0 => t!(service.approved_explain),
        waiting => t!(service.approved_waiting, n = words::count(waiting)),
    };
    view! {
        <div class="service-hours" data-minutes=move || approved.get().all.to_string()>
            <h3 class="service-title">{move || t!(service.approved)}</h3>
            <StatGrid>
                <StatTile
                    label=move || t!(record.this_quarter)
                    value=tile(|approved| approved.quarter)
                />
                <StatTile label=move || t!(record.this_year) value=tile(|approved| approved.year) />
                <StatTile label=move || t!(record.all_time) value=tile(|approved| approved.all) />
            </StatGrid>
            <p class="small-print">{waiting}</p>
        </div>
    }
}

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
            let parts = std::iter::once(view.row.to.clone())
                .chain(team)
                .chain(flags);
            words::joined(parts.filter(|part| !part.is_empty()))
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
    let shown = move || match view.get() {
        Some(view) => view! { <Service view withdrawing /> }.into_any(),
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
fn Service(view: MatterView, withdrawing: Withdrawing) -> impl IntoView {
    let boards = use_app_state().boards();
    let matter = view.row.matter.clone();
    let request = matter.request;
    let is_own = !is_by_team(&matter);
    let returned = is_own && matter.state == RequestState::Returned && matter.replaced_by.is_none();
    let may_withdraw = is_own && matter.is_live();
    let others: Vec<EntryId> = matter
        .same_as
        .iter()
        .copied()
        .chain(matter.replaced_by)
        .collect();
    let view = Signal::stored(view);
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
    view! {
        <div class="card service-card">
            <h2 class="service-title">
                {move || view.with(|view| service_title(&view.row.matter))}
            </h2>
            <Standing view />
            <Answers view />
            {move || {
                (!is_own)
                    .then(|| {
                        view! {
                            <Chip
                                text=move || t!(service.proxy)
                                tone=Tone::Info
                                icon=Icon::Users
                            />
                            <p>{move || t!(service.proxy_explain)}</p>
                        }
                    })
            }}
            {lines}
        </div>
        <div class="service-actions">
            {others
                .into_iter()
                .map(|other| {
                    view! {
                        <ButtonLink
                            label=move || t!(service.other)
                            href=format!("/service/records/{other}")
                            size=ButtonSize::Wide
                            icon=Icon::List
                        />
                    }
                })
                .collect_view()}
            {returned
                .then(|| {
                    view! {
                        <ButtonLink
                            label=move || t!(service.again)
                            href=format!("/service/records/{request}/edit")
                            kind=ButtonKind::Primary
                            size=ButtonSize::Wide
                            icon=Icon::Pencil
                        />
                    }
                })}
            {may_withdraw
                .then(|| {
                    view! {
                        <Button
                            label=move || t!(service.withdraw)
                            kind=ButtonKind::Quiet
                            size=ButtonSize::Wide
                            on_press=move || withdrawing.ask(matter.clone())
                        />
                    }
                })}
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
        (
            t!(service.to),
            Some(words::with_place(&view.row.to, &view.row.place)),
        ),
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

#[cfg(test)]
mod tests {
    use shared::ids::{MemberId, OrganisationId};
    use shared::project::Party;
    use shared::records::{Service, Subject, Topic};
    use shared::time::{HOUR_MS, Timestamp};
    use shared::wire::MatterRow;
    use shared::words::ServiceCategory;
    use uuid::Uuid;

    use super::*;

    fn view(day: Day, minutes: u32, state: RequestState) -> MatterView {
        let member = MemberId(Uuid::from_u128(1));
        let starts_at = day.start().plus(9 * HOUR_MS);
        let matter = Matter {
            request: EntryId(Uuid::from_u128(u128::from(minutes))),
            topic: Topic::Member(member),
            asker: Party::Member(member),
            by: member,
            to: OrganisationId(Uuid::from_u128(2)),
            subject: Subject::Service(Service {
                starts_at,
                ends_at: starts_at.plus(HOUR_MS * 8),
                minutes,
                category: ServiceCategory::Health,
                beneficiaries: 3,
                place: None,
                note: None,
                listing: None,
                activity: None,
                people: Vec::new(),
            }),
            recorded_at: Timestamp(0),
            day,
            state,
            reply: None,
            withdrawal: None,
            rating: None,
            replaced_by: None,
            same_as: Vec::new(),
            flags: Vec::new(),
            said: Vec::new(),
        };
        MatterView {
            row: MatterRow {
                matter,
                name: String::new(),
                from: String::new(),
                to: String::new(),
                place: Vec::new(),
            },
            sending: None,
        }
    }

    #[test]
    fn only_what_is_approved_counts_and_each_period_by_the_day_of_the_service() {
        let today = Day::of(2026, 11, 22);
        let views = [
            view(Day::of(2026, 10, 1), 60, RequestState::Accepted),
            view(Day::of(2026, 9, 30), 90, RequestState::Accepted),
            view(Day::of(2025, 12, 31), 30, RequestState::Accepted),
            view(today, 240, RequestState::Waiting),
            view(today, 120, RequestState::Returned),
            view(today, 180, RequestState::Joined),
        ];
        assert_eq!(
            Approved::of(&views, today),
            Approved {
                quarter: 60,
                year: 150,
                all: 180,
                waiting: 1,
            }
        );
    }
}
