//! The form of a registration: where, who, what the member is good at and when.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;
use shared::records::Subject;
use shared::words::{FreeTime, ServiceCategory};

use super::super::form::{DraftForm, Form};
use super::super::own::{Registrations, own_matters};
use super::draft::{NOTE_CHARACTERS, Place, RegistrationDraft};
use super::skills::Skills;
use crate::components::{
    Choice, EmptyState, Icon, InputKind, LoadingState, Notice, Screen, Section, TextArea,
    TextInput, Ticks, Tone,
};
use crate::pages::community::{self, CommunityChoice};
use crate::pages::service_words::{category_name, free_time_name};
use crate::pages::trouble::TroublePlace;
use crate::pages::words::said;
use crate::state::{Going, use_app_state};
use crate::t;

/// The form, for the first registration, for one put right, or for one elsewhere.
#[component]
pub(in crate::pages::service) fn RegistrationFormPage() -> impl IntoView {
    let state = use_app_state();
    let directory = state.directory();
    let arrived = Memo::new(move |_| directory.with(Option::is_some));
    let matters = own_matters();
    // The form keeps what is typed whatever arrives meanwhile.
    let shown = move || {
        if !arrived.get() {
            return view! { <LoadingState rows=4 /> }.into_any();
        }
        let registrations = matters.with_untracked(|views| Registrations::of(views));
        if registrations.may_ask() {
            view! { <RegistrationForm registrations /> }.into_any()
        } else {
            view! {
                <EmptyState
                    title=move || t!(register.one_stands)
                    text=said(move || t!(register.one_stands_hint))
                    icon=Icon::Info
                />
            }
            .into_any()
        }
    };
    view! { <Screen>{shown}</Screen> }
}

#[component]
fn RegistrationForm(registrations: Registrations) -> impl IntoView {
    let state = use_app_state();
    let replaced = registrations.replaceable().cloned();
    let replaces = replaced.as_ref().map(|view| view.row.matter.request);
    let moves = replaced.is_some_and(|view| view.row.matter.is_accepted());
    let name = match replaces {
        Some(request) => format!("registration.{request}"),
        None => "registration".to_owned(),
    };
    let form = Form::begin(&name, first_draft(&registrations, moves));
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let submit = Callback::new(move |()| {
        let Ok((to, registration)) = form.draft.with_untracked(RegistrationDraft::read) else {
            return;
        };
        busy.set(true);
        failure.set(None);
        let name = name.clone();
        spawn_local(async move {
            let subject = Subject::MemberRegistration(registration);
            let asked = state.ask(to, None, replaces, subject).await;
            busy.try_set(false);
            match asked {
                Ok(_) => {
                    state.drop_draft(&name);
                    state.toast(Tone::Good, || t!(register.saved));
                    state.go("/service/register", Going::Onward);
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    });
    view! {
        {moves.then(|| view! { <Notice text=move || t!(register.move_lead) tone=Tone::Info /> })}
        <DraftForm form busy on_submit=submit>
            <Where form />
            <Who form />
            <Offers form />
        </DraftForm>
        <TroublePlace code=failure />
    }
}

/// The form as it begins: with what was last written into it, else with what the directory knows.
fn first_draft(registrations: &Registrations, moves: bool) -> RegistrationDraft {
    let directory = use_app_state().directory();
    directory.with_untracked(|slice| {
        let slice = slice.as_ref();
        let home = slice.and_then(community::home);
        if let Some(form) = registrations.last_form() {
            return RegistrationDraft::of(form, home.filter(|_| !moves));
        }
        let owner = slice.map(|slice| &slice.owner);
        let branch = slice.and_then(|slice| slice.organisation(slice.owner.branch));
        RegistrationDraft {
            community: home,
            name: owner.map(|owner| owner.name.clone()).unwrap_or_default(),
            branch: branch.map(|branch| branch.name.clone()).unwrap_or_default(),
            ..RegistrationDraft::default()
        }
    })
}

#[component]
fn Where(form: Form<RegistrationDraft>) -> impl IntoView {
    view! {
        <Section title=move || t!(register.place) lead=said(move || t!(register.lead))>
            <div class="card plan-fields">
                <CommunityChoice
                    label=move || t!(register.community)
                    chosen=Signal::derive(move || form.draft.with(|draft| draft.community.clone()))
                    on_choose=move |community| {
                        form.draft.update(|draft| draft.community = Some(community));
                    }
                    error=form.error(Place::Community)
                />
                <TextInput
                    label=move || t!(register.grid)
                    optional=true
                    value=form.value(|draft| draft.grid.clone())
                    on_input=form.on_input(|draft, typed| draft.grid = typed)
                    hint=said(move || t!(register.grid_hint))
                    error=form.error(Place::Grid)
                />
                <TextInput
                    label=move || t!(register.until)
                    optional=true
                    kind=InputKind::Date
                    value=form.value(|draft| draft.until.clone())
                    on_input=form.on_input(|draft, typed| draft.until = typed)
                    hint=said(move || t!(register.until_hint))
                    error=form.error(Place::Until)
                />
            </div>
        </Section>
    }
}

#[component]
fn Who(form: Form<RegistrationDraft>) -> impl IntoView {
    view! {
        <Section title=move || t!(register.who)>
            <div class="card plan-fields">
                <TextInput
                    label=move || t!(register.name)
                    value=form.value(|draft| draft.name.clone())
                    on_input=form.on_input(|draft, typed| draft.name = typed)
                    error=form.error(Place::Name)
                />
                <TextInput
                    label=move || t!(register.phone)
                    kind=InputKind::Telephone
                    value=form.value(|draft| draft.phone.clone())
                    on_input=form.on_input(|draft, typed| draft.phone = typed)
                    hint=said(move || t!(register.phone_hint))
                    error=form.error(Place::Phone)
                />
                <TextInput
                    label=move || t!(register.workplace)
                    value=form.value(|draft| draft.workplace.clone())
                    on_input=form.on_input(|draft, typed| draft.workplace = typed)
                    error=form.error(Place::Workplace)
                />
                <TextInput
                    label=move || t!(register.branch)
                    value=form.value(|draft| draft.branch.clone())
                    on_input=form.on_input(|draft, typed| draft.branch = typed)
                    error=form.error(Place::Branch)
                />
                <TextInput
                    label=move || t!(register.party_post)
                    optional=true
                    value=form.value(|draft| draft.party_post.clone())
                    on_input=form.on_input(|draft, typed| draft.party_post = typed)
                    error=form.error(Place::PartyPost)
                />
            </div>
        </Section>
    }
}

/// What the member is good at, would like to do, and when.
#[component]
fn Offers(form: Form<RegistrationDraft>) -> impl IntoView {
    let interests = ServiceCategory::ALL.iter().map(|category| {
        let category = *category;
        Choice::new(category.as_str(), move || category_name(category))
    });
    let times = FreeTime::ALL.iter().map(|time| {
        let time = *time;
        Choice::new(time.as_str(), move || free_time_name(time))
    });
    let (interests, times): (Vec<Choice>, Vec<Choice>) = (interests.collect(), times.collect());
    let ticked_interests = Signal::derive(move || {
        let words = |draft: &RegistrationDraft| {
            let words = draft.interests.iter().map(|one| one.as_str().to_owned());
            words.collect::<Vec<_>>()
        };
        form.draft.with(words)
    });
    let ticked_times = Signal::derive(move || {
        let words = |draft: &RegistrationDraft| {
            let words = draft.times.iter().map(|one| one.as_str().to_owned());
            words.collect::<Vec<_>>()
        };
        form.draft.with(words)
    });
    view! {
        <Section title=move || t!(register.offers) lead=said(move || t!(register.offers_lead))>
            <div class="card plan-fields">
                <Skills form />
                <Ticks
                    label=move || t!(register.interests)
                    optional=true
                    choices=interests
                    ticked=ticked_interests
                    on_toggle=move |word: String| {
                        if let Some(category) = ServiceCategory::parse(&word) {
                            form.draft.update(|draft| turn(&mut draft.interests, category));
                        }
                    }
                />
                <Ticks
                    label=move || t!(register.times)
                    optional=true
                    choices=times
                    ticked=ticked_times
                    on_toggle=move |word: String| {
                        if let Some(time) = FreeTime::parse(&word) {
                            form.draft.update(|draft| turn(&mut draft.times, time));
                        }
                    }
                />
                <TextArea
                    label=move || t!(register.note)
                    optional=true
                    value=form.value(|draft| draft.note.clone())
                    on_input=form.on_input(|draft, typed| draft.note = typed)
                    max_length=u32::try_from(NOTE_CHARACTERS).unwrap_or(u32::MAX)
                    error=form.error(Place::Note)
                />
            </div>
        </Section>
    }
}

fn turn<T: Ord>(set: &mut BTreeSet<T>, one: T) {
    if !set.remove(&one) {
        set.insert(one);
    }
}
