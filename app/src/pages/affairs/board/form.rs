//! The form of a listing.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;
use shared::ids::OrganisationId;
use shared::reconcile::BoardItem;
use shared::words::{FreeTime, ListingKind, ServiceCategory};

use super::draft::{Draft, Place};
use crate::components::{
    Button, ButtonKind, Choice, Glyph, Icon, InputKind, Select, Sheet, TextArea, TextInput, Tone,
};
use crate::pages::affairs::facts;
use crate::pages::affairs::form::Form;
use crate::pages::affairs::tick::{Tick, Ticks};
use crate::pages::service_words::{free_time_name, listing_kind_name};
use crate::pages::trouble::TroublePlace;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// What the form is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Editing {
    /// Something new.
    New,
    /// What stands on the list.
    Standing(Box<BoardItem>),
}

type ListingForm = Form<Draft, Place>;

/// The form in a sheet, while something is edited.
#[component]
pub(super) fn ListingSheet(
    community: OrganisationId,
    editing: RwSignal<Option<Editing>>,
) -> impl IntoView {
    let title = move || match editing.get() {
        Some(Editing::New) | None => t!(board.new),
        Some(Editing::Standing(_)) => t!(board.edit),
    };
    view! {
        <Sheet
            open=Signal::derive(move || editing.with(Option::is_some))
            on_close=move || editing.set(None)
            title=title
        >
            {move || {
                editing.get().map(|what| view! { <Editor community what editing /> })
            }}
        </Sheet>
    }
}

#[component]
fn Editor(
    community: OrganisationId,
    what: Editing,
    editing: RwSignal<Option<Editing>>,
) -> impl IntoView {
    let state = use_app_state();
    let form = Form::new(match &what {
        Editing::New => Draft::new(),
        Editing::Standing(item) => Draft::of(&item.listing),
    });
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let what = StoredValue::new(what);
    let save = Callback::new(move |()| {
        let read = form.draft.with_untracked(|draft| match what.get_value() {
            Editing::New => draft.listing(community, state.new_seed()),
            Editing::Standing(item) => draft.revision(&item),
        });
        let listing = match read {
            Ok(listing) => listing,
            Err(faults) => return form.tell(faults),
        };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let result = state.list(listing).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    state.toast(Tone::Good, || t!(board.saved));
                    editing.try_set(None);
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    });
    view! {
        <div class="affair-fields">
            <What form />
            <Skills form />
            <When form />
        </div>
        <TroublePlace code=failure />
        <Button
            label=move || t!(board.save)
            kind=ButtonKind::Primary
            icon=Icon::Check
            busy=busy
            on_press=save
        />
    }
}

#[component]
fn What(form: ListingForm) -> impl IntoView {
    let kinds = ListingKind::ALL.iter();
    let kinds: Vec<Choice> = kinds
        .map(|kind| Choice::new(kind.as_str(), move || listing_kind_name(*kind)))
        .collect();
    view! {
        <Select
            label=move || t!(board.kind)
            choices=Signal::stored(kinds)
            value=form.value(|draft| draft.kind.as_str().to_owned())
            on_change=move |word: String| {
                if let Some(kind) = ListingKind::parse(&word) {
                    form.change(Place::Kind, |draft| draft.kind = kind);
                }
            }
        />
        <TextInput
            label=move || t!(board.name)
            hint=said(move || t!(board.name_hint))
            value=form.value(|draft| draft.title.clone())
            on_input=form.on_input(Place::Title, |draft, typed| draft.title = typed)
            error=form.error(Place::Title)
        />
        <TextArea
            label=move || t!(board.text)
            optional=true
            hint=said(move || t!(board.text_hint))
            value=form.value(|draft| draft.text.clone())
            on_input=form.on_input(Place::Text, |draft, typed| draft.text = typed)
            max_length=2_000
            error=form.error(Place::Text)
        />
        <Select
            label=move || t!(board.category)
            choices=facts::categories()
            value=form.value(|draft| draft.category.as_str().to_owned())
            on_change=move |word: String| {
                if let Some(category) = ServiceCategory::parse(&word) {
                    form.change(Place::Category, |draft| draft.category = category);
                }
            }
        />
    }
}

#[component]
fn Skills(form: ListingForm) -> impl IntoView {
    let error = MaybeProp::derive(move || {
        let wrong = form
            .faults
            .with(|faults| faults.contains_key(&Place::Skills));
        wrong.then(|| t!(board.many_skills))
    });
    let chip = move |skill: String| {
        let (own, named) = (skill.clone(), skill.clone());
        view! {
            <button
                type="button"
                class="skill-chip"
                aria-label=move || t!(board.skill_remove, skill = named)
                on:click=move |_| {
                    form.change(Place::Skills, |draft| draft.skills.retain(|other| *other != own));
                }
            >
                <span>{skill}</span>
                <Glyph icon=Icon::Close />
            </button>
        }
    };
    view! {
        <div class="skills">
            <div class="skill-add">
                <TextInput
                    label=move || t!(board.skills)
                    optional=true
                    hint=said(move || t!(board.skills_hint))
                    value=form.value(|draft| draft.skill.clone())
                    on_input=form.on_input(Place::Skills, |draft, typed| draft.skill = typed)
                    error=error
                />
                <Button
                    label=move || t!(board.skill_add)
                    icon=Icon::Plus
                    on_press=move || form.change(Place::Skills, Draft::add_skill)
                />
            </div>
            <div class="skill-chips">
                {move || {
                    let skills = form.draft.with(|draft| draft.skills.clone());
                    skills.into_iter().map(chip).collect_view()
                }}
            </div>
        </div>
    }
}

#[component]
fn When(form: ListingForm) -> impl IntoView {
    let time = move |time: FreeTime| {
        let on = Memo::new(move |_| form.draft.with(|draft| draft.times.contains(&time)));
        view! {
            <Tick
                label=move || free_time_name(time)
                on=on
                on_change=move |on| {
                    form.change(
                        Place::Times,
                        |draft| {
                            if on {
                                draft.times.insert(time);
                            } else {
                                draft.times.remove(&time);
                            }
                        },
                    );
                }
            />
        }
    };
    view! {
        <Ticks label=move || t!(board.times)>
            {FreeTime::ALL.iter().copied().map(time).collect_view()}
        </Ticks>
        <TextInput
            label=move || t!(board.places)
            kind=InputKind::Number
            hint=said(move || t!(board.places_hint))
            value=form.value(|draft| draft.places.clone())
            on_input=form.on_input(Place::Places, |draft, typed| draft.places = typed)
            error=form.error(Place::Places)
        />
        <TextInput
            label=move || t!(board.place)
            optional=true
            value=form.value(|draft| draft.place.clone())
            on_input=form.on_input(Place::Where, |draft, typed| draft.place = typed)
            error=form.error(Place::Where)
        />
        <TextInput
            label=move || t!(board.until)
            optional=true
            kind=InputKind::Date
            value=form.value(|draft| draft.until.clone())
            on_input=form.on_input(Place::Until, |draft, typed| draft.until = typed)
            error=form.error(Place::Until)
        />
    }
}
