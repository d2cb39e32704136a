//! The form with which a team's service is logged: who, when, what, and who approves.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;
use shared::directory::{DirectorySlice, Member};
use shared::ids::{ListingId, OrganisationId};
use shared::words::ServiceCategory;

use super::draft::{Draft, Place};
use crate::components::{
    Button, ButtonKind, Choice, Icon, InputKind, Select, Sheet, TextArea, TextInput, Tone,
};
use crate::pages::affairs::entries::is_community;
use crate::pages::affairs::facts;
use crate::pages::affairs::form::Form;
use crate::pages::affairs::tick::{Tick, Ticks};
use crate::pages::name_search::finds;
use crate::pages::trouble::TroublePlace;
use crate::pages::words::{self, said};
use crate::state::use_app_state;
use crate::t;

/// Names shown at a time; the search finds the others.
const SHOWN: usize = 100;
/// From so many people on, a search stands above the names.
const WORTH_SEARCHING: usize = 12;
/// The value of a choice that is none.
const NONE: &str = "";

type TeamForm = Form<Draft, Place>;

/// The form in a sheet, while it is open.
#[component]
pub(super) fn LogSheet(team: OrganisationId, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Sheet open=open on_close=move || open.set(false) title=move || t!(team.log)>
            <Show when=move || open.get()>
                <Logging team open />
            </Show>
        </Sheet>
    }
}

#[component]
fn Logging(team: OrganisationId, open: RwSignal<bool>) -> impl IntoView {
    let state = use_app_state();
    let (directory, now) = (state.directory(), state.now());
    let approvers = directory.with_untracked(|slice| {
        let slice = slice.as_ref();
        slice.map_or_else(Vec::new, |slice| approvers(slice, team))
    });
    let first = approvers.first().map_or(team, |(id, _)| *id);
    let form = Form::new(Draft::new(first, now.get_untracked().day()));
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let save = Callback::new(move |()| {
        let (read, to, count) = form
            .draft
            .with_untracked(|draft| (draft.subject(), draft.to, draft.people.len()));
        let subject = match read {
            Ok(subject) => subject,
            Err(faults) => return form.tell(faults),
        };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let result = state.ask(to, Some(team), None, subject).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    state.toast(Tone::Good, move || t!(team.saved, n = words::count(count)));
                    open.try_set(false);
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    });
    view! {
        <p>{move || t!(team.log_lead)}</p>
        <div class="affair-fields">
            <Who team form />
            <When form />
            <What form approvers />
        </div>
        <TroublePlace code=failure />
        <Button
            label=move || t!(team.save)
            kind=ButtonKind::Primary
            icon=Icon::Check
            busy=busy
            on_press=save
        />
    }
}

/// The people of the team, all or some.
#[component]
fn Who(team: OrganisationId, form: TeamForm) -> impl IntoView {
    let directory = use_app_state().directory();
    let wanted = RwSignal::new(String::new());
    let roster = Memo::new(move |_| {
        directory.with(|slice| {
            let members = slice.iter().flat_map(|slice| slice.team_members(team));
            members.cloned().collect::<Vec<Member>>()
        })
    });
    let found = Memo::new(move |_| {
        let wanted = wanted.get();
        roster.with(|roster| {
            let found = roster.iter().filter(|member| finds(&member.name, &wanted));
            found.take(SHOWN).cloned().collect::<Vec<_>>()
        })
    });
    let has_all = Memo::new(move |_| {
        let chosen = form.draft.with(|draft| draft.people.len());
        roster.with(|roster| !roster.is_empty() && roster.len() == chosen)
    });
    let turn_all = move |on: bool| {
        let everybody = roster.with_untracked(|roster| roster.iter().map(|one| one.id).collect());
        form.change(Place::People, |draft| {
            if on {
                draft.people = everybody;
            } else {
                draft.people.clear();
            }
        });
    };
    let person = move |member: Member| view! { <Person form member /> };
    let missing = move || {
        form.faults
            .with(|faults| faults.contains_key(&Place::People))
    };
    view! {
        <div class="ticks-names" class:has-error=missing>
            <Show when=move || { WORTH_SEARCHING <= roster.with(Vec::len) }>
                <TextInput
                    label=move || t!(team.search)
                    kind=InputKind::Search
                    value=wanted
                    on_input=move |typed| wanted.set(typed)
                />
            </Show>
            <Show
                when=move || !roster.with(Vec::is_empty)
                fallback=|| view! { <p>{move || t!(team.people_none)}</p> }
            >
                <Tick label=move || t!(team.people_all) on=has_all on_change=turn_all />
            </Show>
            <Ticks label=move || t!(team.people)>
                <For each=move || found.get() key=|member| member.id children=person />
            </Ticks>
            <p aria-live="polite">
                {move || {
                    let chosen = form.draft.with(|draft| draft.people.len());
                    t!(team.people_count, n = words::count(chosen))
                }}
            </p>
            <div aria-live="polite">
                {move || {
                    missing()
                        .then(|| view! { <p class="field-error">{t!(team.people_missing)}</p> })
                }}
            </div>
        </div>
    }
}

#[component]
fn Person(form: TeamForm, member: Member) -> impl IntoView {
    let id = member.id;
    let on = Memo::new(move |_| form.draft.with(|draft| draft.people.contains(&id)));
    let turn = move |on| {
        form.change(Place::People, |draft| {
            if on {
                draft.people.insert(id);
            } else {
                draft.people.remove(&id);
            }
        });
    };
    view! { <Tick label=member.name on=on on_change=turn /> }
}

#[component]
fn When(form: TeamForm) -> impl IntoView {
    view! {
        <TextInput
            label=move || t!(team.day)
            kind=InputKind::Date
            value=form.value(|draft| draft.day.clone())
            on_input=form.on_input(Place::Day, |draft, typed| draft.day = typed)
            error=form.error(Place::Day)
        />
        <div class="affair-pair">
            <TextInput
                label=move || t!(team.starts)
                kind=InputKind::Time
                value=form.value(|draft| draft.starts.clone())
                on_input=form.on_input(Place::Starts, |draft, typed| draft.starts = typed)
                error=form.error(Place::Starts)
            />
            <TextInput
                label=move || t!(team.ends)
                kind=InputKind::Time
                value=form.value(|draft| draft.ends.clone())
                on_input=form.on_input(Place::Ends, |draft, typed| draft.ends = typed)
                error=form.error(Place::Ends)
            />
        </div>
        <TextInput
            label=move || t!(team.minutes)
            optional=true
            kind=InputKind::Number
            hint=said(move || t!(team.minutes_hint))
            value=form.value(|draft| draft.minutes.clone())
            on_input=form.on_input(Place::Minutes, |draft, typed| draft.minutes = typed)
            error=form.error(Place::Minutes)
        />
    }
}

#[component]
fn What(form: TeamForm, approvers: Vec<(OrganisationId, String)>) -> impl IntoView {
    let choices: Vec<Choice> = approvers
        .into_iter()
        .map(|(id, name)| Choice::new(id.to_string(), move || name.clone()))
        .collect();
    view! {
        <Select
            label=move || t!(affairs.field.category)
            choices=facts::categories()
            value=form.value(|draft| draft.category.as_str().to_owned())
            on_change=move |word: String| {
                if let Some(category) = ServiceCategory::parse(&word) {
                    form.change(Place::Category, |draft| draft.category = category);
                }
            }
        />
        <TextInput
            label=move || t!(affairs.field.beneficiaries)
            optional=true
            kind=InputKind::Number
            value=form.value(|draft| draft.beneficiaries.clone())
            on_input=form
                .on_input(Place::Beneficiaries, |draft, typed| draft.beneficiaries = typed)
            error=form.error(Place::Beneficiaries)
        />
        <TextInput
            label=move || t!(affairs.field.place)
            optional=true
            value=form.value(|draft| draft.place.clone())
            on_input=form.on_input(Place::Where, |draft, typed| draft.place = typed)
            error=form.error(Place::Where)
        />
        <TextArea
            label=move || t!(team.note)
            optional=true
            value=form.value(|draft| draft.note.clone())
            on_input=form.on_input(Place::Note, |draft, typed| draft.note = typed)
            max_length=500
            error=form.error(Place::Note)
        />
        <Select
            label=move || t!(team.to)
            choices=Signal::stored(choices)
            value=form.value(|draft| draft.to.to_string())
            on_change=move |id: String| {
                if let Ok(to) = id.parse() {
                    form.change(Place::To, |draft| {
                        draft.to = to;
                        draft.listing = None;
                    });
                }
            }
        />
        <OfLists form />
    }
}

/// What of the approver's lists it was for; nothing where it has none.
#[component]
fn OfLists(form: TeamForm) -> impl IntoView {
    let boards = use_app_state().boards();
    let listings = Memo::new(move |_| {
        let to = form.draft.with(|draft| draft.to);
        boards.with(|boards| {
            let open = boards
                .iter()
                .filter(|item| item.organisation == to && item.listing.closed.is_none());
            open.map(|item| (item.listing.listing, item.listing.title.clone()))
                .collect::<Vec<_>>()
        })
    });
    let choices = move || {
        let none = Choice::new(NONE, move || t!(team.listing_none));
        let listings = listings.get().into_iter();
        let listings =
            listings.map(|(id, title)| Choice::new(id.to_string(), move || title.clone()));
        std::iter::once(none).chain(listings).collect::<Vec<_>>()
    };
    view! {
        <Show when=move || !listings.with(Vec::is_empty)>
            <Select
                label=move || t!(team.listing)
                choices=Signal::derive(choices)
                value=form
                    .value(|draft| draft.listing.map(|id| id.to_string()).unwrap_or_default())
                on_change=move |id: String| {
                    form.change(Place::Listing, |draft| draft.listing = id.parse::<ListingId>().ok());
                }
            />
        </Show>
    }
}

/// Who may approve a team's service: the community of its area, or the team itself.
fn approvers(slice: &DirectorySlice, team: OrganisationId) -> Vec<(OrganisationId, String)> {
    let Some(team) = slice.organisation(team) else {
        return Vec::new();
    };
    let community = slice
        .organisations
        .iter()
        .find(|found| found.id != team.id && found.area == team.area && is_community(slice, found));
    community
        .into_iter()
        .chain([team])
        .map(|found| (found.id, words::organisation_title(slice, found)))
        .collect()
}
