//! The fields of a service: when and how long, what, for whom, and who is asked to approve.

use leptos::prelude::*;
use shared::client::MatterView;
use shared::ids::OrganisationId;
use shared::words::{ActivityKind, RequestState, ServiceCategory};

use super::super::form::Form;
use super::super::own::{Registrations, teams};
use super::draft::{Doubt, NOTE_CHARACTERS, Place, ServiceDraft};
use crate::components::{
    ButtonLink, Choice, Icon, InputKind, Notice, Section, Select, TextArea, TextInput, Tone,
};
use crate::locale::format_minutes;
use crate::pages::community::{home, summary, target_name};
use crate::pages::service_words::category_name;
use crate::pages::words::{self, said};
use crate::state::use_app_state;
use crate::t;

/// Days for which a service action is offered after it was held.
const LATELY_DAYS: i32 = 31;
/// The value of a choice that is none.
const UNCHOSEN: &str = "";

/// Who may be asked to approve, with the names.
pub(super) type Targets = Vec<(OrganisationId, String)>;

/// The communities where the owner is registered or asks to be, that of the home line, the teams.
pub(super) fn targets(views: &[MatterView]) -> Targets {
    let mut registered: Vec<MatterView> = Registrations::of(views).standing;
    registered.retain(|view| view.row.matter.is_live());
    // Where the owner is accepted comes before where the owner waits.
    registered.sort_by_key(|view| view.row.matter.state != RequestState::Accepted);
    let mut targets: Targets = Vec::new();
    let mut add = |id, name| {
        if targets.iter().all(|target| target.0 != id) {
            targets.push((id, name));
        }
    };
    for view in registered {
        add(view.row.matter.to, target_name(&view.row));
    }
    let directory = use_app_state().directory();
    directory.with_untracked(|slice| {
        let Some(slice) = slice else {
            return;
        };
        let teams = teams(slice).filter_map(|team| summary(slice, team.id));
        for one in home(slice).into_iter().chain(teams) {
            add(one.id, words::with_place(&one.name, &one.place));
        }
    });
    targets
}

#[component]
pub(super) fn When(form: Form<ServiceDraft>) -> impl IntoView {
    let now = use_app_state().now();
    let doubts = Memo::new(move |_| form.draft.with(|draft| draft.doubts(now.get())));
    let counted = move || {
        let minutes = form.draft.with(ServiceDraft::minutes_counted);
        minutes.map(|minutes| t!(service.counted, time = format_minutes(minutes)))
    };
    view! {
        <Section title=move || t!(service.when)>
            <div class="card plan-fields">
                <TextInput
                    label=move || t!(service.day)
                    kind=InputKind::Date
                    value=form.value(|draft| draft.day.clone())
                    on_input=form.on_input(|draft, typed| draft.day = typed)
                    error=form.error(Place::Day)
                />
                <div class="plan-times">
                    <TextInput
                        label=move || t!(service.starts)
                        kind=InputKind::Time
                        value=form.value(|draft| draft.starts.clone())
                        on_input=form.on_input(|draft, typed| draft.starts = typed)
                        error=form.error(Place::Starts)
                    />
                    <TextInput
                        label=move || t!(service.ends)
                        kind=InputKind::Time
                        value=form.value(|draft| draft.ends.clone())
                        on_input=form.on_input(|draft, typed| draft.ends = typed)
                        error=form.error(Place::Ends)
                    />
                </div>
                <TextInput
                    label=move || t!(service.last_day)
                    kind=InputKind::Date
                    optional=true
                    value=form.value(|draft| draft.last_day.clone())
                    on_input=form.on_input(|draft, typed| draft.last_day = typed)
                    hint=said(move || t!(service.last_day_hint))
                    error=form.error(Place::LastDay)
                />
                <TextInput
                    label=move || t!(service.minutes)
                    kind=InputKind::Number
                    optional=true
                    value=form.value(|draft| draft.minutes.clone())
                    on_input=form.on_input(|draft, typed| draft.minutes = typed)
                    hint=said(move || t!(service.minutes_hint))
                    error=form.error(Place::Minutes)
                />
                <div aria-live="polite">
                    {move || counted().map(|words| view! { <p class="service-counted">{words}</p> })}
                    {move || {
                        let notice = |doubt| {
                            view! { <Notice text=move || doubt_text(doubt) tone=Tone::Notice /> }
                        };
                        doubts.get().into_iter().map(notice).collect_view()
                    }}
                </div>
            </div>
        </Section>
    }
}

fn doubt_text(doubt: Doubt) -> String {
    match doubt {
        Doubt::Overlong => t!(service.doubt.overlong),
        Doubt::InFuture => t!(service.doubt.in_future),
        Doubt::BackDated => t!(service.doubt.back_dated),
    }
}

#[component]
pub(super) fn What(form: Form<ServiceDraft>, targets: Targets) -> impl IntoView {
    let nobody = targets.is_empty();
    let none = || Choice::new(UNCHOSEN, move || t!(service.choose));
    let communities: Vec<Choice> = std::iter::once(none())
        .chain(
            targets
                .into_iter()
                .map(|(id, name)| Choice::new(id.to_string(), move || name.clone())),
        )
        .collect();
    let categories: Vec<Choice> = std::iter::once(none())
        .chain(ServiceCategory::ALL.iter().map(|category| {
            let category = *category;
            Choice::new(category.as_str(), move || category_name(category))
        }))
        .collect();
    view! {
        <Section title=move || t!(service.what)>
            <div class="card plan-fields">
                {nobody.then(|| view! { <Nobody /> })}
                <Select
                    label=move || t!(service.to)
                    choices=Signal::stored(communities)
                    value=form.value(|draft| draft.to.map(|id| id.to_string()).unwrap_or_default())
                    on_change=form.on_input(|draft, id| draft.to = id.parse().ok())
                    hint=said(move || t!(service.to_hint))
                    error=form.error(Place::To)
                />
                <Listing form />
                <ServiceAction form />
                <Select
                    label=move || t!(service.category_label)
                    choices=Signal::stored(categories)
                    value=form
                        .value(|draft| {
                            draft.category.map_or(UNCHOSEN, ServiceCategory::as_str).to_owned()
                        })
                    on_change=form
                        .on_input(|draft, word| draft.category = ServiceCategory::parse(&word))
                    error=form.error(Place::Category)
                />
                <TextInput
                    label=move || t!(service.beneficiaries)
                    kind=InputKind::Number
                    value=form.value(|draft| draft.beneficiaries.clone())
                    on_input=form.on_input(|draft, typed| draft.beneficiaries = typed)
                    hint=said(move || t!(service.beneficiaries_hint))
                    error=form.error(Place::Beneficiaries)
                />
                <TextInput
                    label=move || t!(service.place)
                    optional=true
                    value=form.value(|draft| draft.place.clone())
                    on_input=form.on_input(|draft, typed| draft.place = typed)
                    error=form.error(Place::Where)
                />
                <TextArea
                    label=move || t!(service.note)
                    optional=true
                    value=form.value(|draft| draft.note.clone())
                    on_input=form.on_input(|draft, typed| draft.note = typed)
                    max_length=u32::try_from(NOTE_CHARACTERS).unwrap_or(u32::MAX)
                    hint=said(move || t!(service.note_hint))
                    error=form.error(Place::Note)
                />
            </div>
        </Section>
    }
}

/// Nobody is known who could approve: the owner registers first.
#[component]
fn Nobody() -> impl IntoView {
    view! {
        <Notice text=move || t!(service.nobody) tone=Tone::Notice>
            <ButtonLink
                label=move || t!(register.ask)
                href="/service/register"
                icon=Icon::Building
            />
        </Notice>
    }
}

/// Part of which service action of the calendars it was; nothing where there was none lately.
#[component]
fn ServiceAction(form: Form<ServiceDraft>) -> impl IntoView {
    let state = use_app_state();
    let (activities, now) = (state.activities(), state.now());
    let today = Memo::new(move |_| now.get().day());
    let chosen = Memo::new(move |_| form.draft.with(|draft| draft.activity));
    let held = Memo::new(move |_| {
        let (today, chosen) = (today.get(), chosen.get());
        activities.with(|views| {
            let plans = views.iter().map(|view| &view.activity.current.plan);
            let offered = plans.filter(|plan| {
                let days = today.0 - plan.starts_at.day().0;
                let lately = plan.kind == ActivityKind::ServiceAction
                    && !plan.is_cancelled()
                    && (0..=LATELY_DAYS).contains(&days);
                lately || Some(plan.activity) == chosen
            });
            offered
                .map(|plan| (plan.activity, plan.topic.clone(), plan.starts_at.day()))
                .collect::<Vec<_>>()
        })
    });
    let choices = Signal::derive(move || {
        let none = Choice::new(UNCHOSEN, move || t!(service.no_activity));
        let held = held.get().into_iter().map(|(id, topic, day)| {
            let title = move || words::joined([words::day_name(day), topic.clone()]);
            Choice::new(id.to_string(), move || title().unwrap_or_default())
        });
        std::iter::once(none).chain(held).collect::<Vec<_>>()
    });
    view! {
        <Show when=move || !held.with(Vec::is_empty)>
            <Select
                label=move || t!(service.activity)
                choices=choices
                value=form.value(|draft| draft.activity.map(|id| id.to_string()).unwrap_or_default())
                on_change=form.on_input(|draft, id| draft.activity = id.parse().ok())
            />
        </Show>
    }
}

/// For what of the lists of the chosen community; nothing where its lists are not on this phone.
#[component]
fn Listing(form: Form<ServiceDraft>) -> impl IntoView {
    let boards = use_app_state().boards();
    let to = Memo::new(move |_| form.draft.with(|draft| (draft.to, draft.listing)));
    let listed = Memo::new(move |_| {
        let (to, chosen) = to.get();
        boards.with(|items| {
            // What is chosen is shown, or nobody could take it out.
            let offered = items.iter().filter(|item| {
                let listing = &item.listing;
                let open = Some(item.organisation) == to && listing.closed.is_none();
                open || Some(listing.listing) == chosen
            });
            offered
                .map(|item| (item.listing.listing, item.listing.title.clone()))
                .collect::<Vec<_>>()
        })
    });
    let choices = Signal::derive(move || {
        let none = Choice::new(UNCHOSEN, move || t!(service.no_listing));
        let listed = listed.get().into_iter();
        let listed = listed.map(|(id, title)| Choice::new(id.to_string(), move || title.clone()));
        std::iter::once(none).chain(listed).collect::<Vec<_>>()
    });
    view! {
        <Show when=move || !listed.with(Vec::is_empty)>
            <Select
                label=move || t!(service.listing)
                choices=choices
                value=form.value(|draft| draft.listing.map(|id| id.to_string()).unwrap_or_default())
                on_change=form.on_input(|draft, id| draft.listing = id.parse().ok())
            />
        </Show>
    }
}
