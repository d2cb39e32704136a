//! 服务台账: what service was done in a period, in totals, by category and by team or branch. Sorted by
//! name, never a ranking; the workbook is the server's.

mod period;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{ServiceReport, ServiceTotals};
use shared::codes::Code;
use shared::ids::OrganisationId;
use shared::time::Day;

use self::period::Period;
use super::entries::coordinated;
use super::one_of::{OneOf, OneOfWords};
use crate::components::{
    Align, Button, Column, DataTable, EmptyState, Icon, InputKind, LoadingState, Notice, Screen,
    ScreenWidth, Section, Segmented, StatGrid, StatTile, TableRow, TextInput, Tone,
};
use crate::locale::{error_text, format_number};
use crate::pages::fresh::{Answer, Fresh, Source};
use crate::pages::service_words::{category_name, hours};
use crate::pages::trouble::{Trouble, TroublePlace};
use crate::pages::words::{self, said};
use crate::state::{AppState, use_app_state};
use crate::t;

/// The service of an organisation that the owner coordinates.
#[component]
pub(in crate::pages) fn ReportPage() -> impl IntoView {
    let coordinated = coordinated(use_app_state());
    let all = Memo::new(move |_| {
        coordinated.with(|all| {
            let all = all.branches.iter().chain(&all.teams);
            all.cloned().collect()
        })
    });
    view! {
        <Screen width=ScreenWidth::Wide>
            <OneOf
                organisations=all
                words=OneOfWords {
                    which: || t!(affairs.organisation),
                    none: || t!(overview.nothing_to_see),
                    none_hint: || t!(overview.nothing_to_see_next),
                }
                shown=|organisation| view! { <Report organisation /> }.into_any()
            />
        </Screen>
    }
}

/// What is to be read; nothing while the typed days are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wanted {
    organisation: OrganisationId,
    days: Option<(Day, Day)>,
}

struct Reports(AppState);

impl Source<Wanted, Option<ServiceReport>> for Reports {
    fn ask(&self, wanted: Wanted) -> Answer<Option<ServiceReport>> {
        let state = self.0;
        Box::pin(async move {
            match wanted.days {
                Some((from, to)) => {
                    let report = state.service_report(wanted.organisation, from, to);
                    report.await.map(Some)
                }
                None => Ok(None),
            }
        })
    }
}

#[component]
fn Report(organisation: OrganisationId) -> impl IntoView {
    let state = use_app_state();
    let now = state.now();
    let period = RwSignal::new(Period::ThisQuarter);
    let (from, to) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let wanted = Memo::new(move |_| {
        let today = now.get().day();
        let days = from.with(|from| to.with(|to| period.get().days(today, from, to)));
        Wanted { organisation, days }
    });
    let read = Fresh::begin(wanted.into(), Reports(state));
    let (shown, trouble) = (read.shown(), read.trouble());
    let retry = move || view! { <Button label=move || t!(action.retry) icon=Icon::Refresh on_press=move || read.read_again() /> };
    let contents = move || match (shown.get(), trouble.get()) {
        (Some(Some(report)), _) => view! { <Contents report /> }.into_any(),
        (Some(None), _) => ().into_any(),
        (None, Some(code)) => view! { <Trouble code>{retry()}</Trouble> }.into_any(),
        (None, None) => view! { <LoadingState rows=4 /> }.into_any(),
    };
    // Numbers that are shown already stay where the network fails, and say so.
    let is_old = Memo::new(move |_| {
        let has_numbers = shown.with(|shown| matches!(shown, Some(Some(_))));
        trouble.get().filter(|_| has_numbers)
    });
    view! {
        <Segmented
            label=move || t!(affairs.report.period)
            choices=Signal::stored(Period::choices())
            value=move || period.get().word().to_owned()
            on_change=move |word: String| {
                if let Some(chosen) = Period::parse(&word) {
                    period.set(chosen);
                }
            }
        />
        <Show when=move || period.get() == Period::Days>
            <TypedDays from to />
        </Show>
        {move || {
            is_old
                .get()
                .map(|code| {
                    let text = move || error_text(code.as_str()).0;
                    view! { <Notice text tone=Tone::Notice icon=Icon::CloudOff /> }
                })
        }}
        {contents}
        <Download wanted />
    }
}

#[component]
fn TypedDays(from: RwSignal<String>, to: RwSignal<String>) -> impl IntoView {
    let backwards = move || {
        let typed = from.with(|from| to.with(|to| !from.is_empty() && !to.is_empty() && to < from));
        typed.then(|| t!(affairs.report.not_after))
    };
    view! {
        <div class="affair-pair">
            <TextInput
                label=move || t!(affairs.report.from)
                kind=InputKind::Date
                value=from
                on_input=move |typed| from.set(typed)
            />
            <TextInput
                label=move || t!(affairs.report.to)
                kind=InputKind::Date
                value=to
                on_input=move |typed| to.set(typed)
                error=MaybeProp::derive(backwards)
            />
        </div>
    }
}

#[component]
fn Contents(report: ServiceReport) -> impl IntoView {
    if report.totals == ServiceTotals::default() {
        return view! {
            <EmptyState
                title=move || t!(affairs.report.empty)
                text=said(move || t!(affairs.report.empty_hint))
                icon=Icon::Chart
            />
        }
        .into_any();
    }
    let (totals, people) = (report.totals, report.people);
    let by_category = StoredValue::new(report.categories);
    let by_group = StoredValue::new(report.groups);
    let categories = Signal::derive(move || {
        by_category.with_value(|categories| {
            let row = |(category, totals): &(_, ServiceTotals)| TableRow {
                cells: cells(category_name(*category), totals, totals.beneficiaries),
                href: None,
            };
            categories.iter().map(row).collect::<Vec<_>>()
        })
    });
    let groups = Signal::derive(move || {
        by_group.with_value(|groups| {
            let row = |group: &shared::api::ServiceGroup| {
                let name = words::with_place(&group.organisation.name, &group.organisation.place);
                TableRow {
                    cells: cells(name, &group.totals, group.people),
                    href: None,
                }
            };
            groups.iter().map(row).collect::<Vec<_>>()
        })
    });
    view! {
        <p class="small-print">{move || t!(affairs.report.lead)}</p>
        <StatGrid>
            <StatTile
                label=move || t!(affairs.report.services)
                value=format_number(totals.services)
            />
            <StatTile label=move || t!(affairs.report.hours) value=move || hours(totals.minutes) />
            <StatTile
                label=move || t!(affairs.report.beneficiaries)
                value=format_number(totals.beneficiaries)
            />
            <StatTile label=move || t!(affairs.report.people) value=format_number(people) />
        </StatGrid>
        <Section title=move || t!(affairs.report.by_category)>
            <DataTable
                caption=move || t!(affairs.report.by_category)
                columns=columns(|| t!(affairs.field.category), Counted::Beneficiaries)
                rows=categories
            />
        </Section>
        <Section title=move || t!(affairs.report.by_group)>
            <DataTable
                caption=move || t!(affairs.report.by_group)
                columns=columns(|| t!(affairs.report.group), Counted::People)
                rows=groups
            />
        </Section>
    }
    .into_any()
}

/// What is counted beside services and hours: who did it, or for whom; a phone has room for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    People,
    Beneficiaries,
}

fn columns(name: fn() -> String, counted: Counted) -> Signal<Vec<Column>> {
    let counted = move || match counted {
        Counted::People => t!(affairs.report.people_short),
        Counted::Beneficiaries => t!(affairs.report.beneficiaries_short),
    };
    Signal::stored(vec![
        Column::new(name, Align::Words),
        Column::new(move || t!(affairs.report.services_short), Align::Numbers),
        Column::new(move || t!(affairs.report.hours_short), Align::Numbers),
        Column::new(counted, Align::Numbers),
    ])
}

fn cells(name: String, totals: &ServiceTotals, counted: i64) -> Vec<String> {
    vec![
        name,
        format_number(totals.services),
        hours(totals.minutes),
        format_number(counted),
    ]
}

#[component]
fn Download(wanted: Memo<Wanted>) -> impl IntoView {
    let state = use_app_state();
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let untaken = RwSignal::new(false);
    let download = Callback::new(move |()| {
        let wanted = wanted.get_untracked();
        let Some((from, to)) = wanted.days else {
            return;
        };
        busy.set(true);
        failure.set(None);
        untaken.set(false);
        spawn_local(async move {
            let taken = state.download_service(wanted.organisation, from, to).await;
            busy.try_set(false);
            match taken {
                Ok(taken) => untaken.try_set(!taken).map_or((), drop),
                Err(code) => failure.try_set(Some(code)).map_or((), drop),
            }
        });
    });
    view! {
        <div>
            <Button
                label=move || t!(affairs.report.download)
                icon=Icon::Download
                busy=busy
                disabled=Signal::derive(move || wanted.with(|wanted| wanted.days.is_none()))
                on_press=download
            />
        </div>
        <Show when=move || untaken.get()>
            <Notice text=move || t!(paper.untaken) tone=Tone::Notice />
        </Show>
        <TroublePlace code=failure />
    }
}
