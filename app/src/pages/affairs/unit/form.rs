//! The form with which a unit registers with the community where it sits.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;
use shared::ids::{EntryId, OrganisationId};
use shared::words::OrganisationKind;

use super::draft::{Draft, Place};
use crate::components::{
    Button, ButtonKind, Choice, Icon, InputKind, Select, Sheet, TextArea, TextInput, Tone,
};
use crate::pages::affairs::facts::organisation_kind_name;
use crate::pages::affairs::form::{self, Form};
use crate::pages::community::CommunityChoice;
use crate::pages::trouble::TroublePlace;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// What is being filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filling {
    /// The registration that this one takes the place of.
    pub(super) replaces: Option<EntryId>,
    pub(super) draft: Draft,
}

type UnitForm = Form<Draft, Place>;

/// The name under which a unit's draft is kept.
pub(super) fn draft_name(unit: OrganisationId) -> String {
    format!("unit.{unit}")
}

/// The form in a sheet, while it is filled in.
#[component]
pub(super) fn FormSheet(unit: OrganisationId, filling: RwSignal<Option<Filling>>) -> impl IntoView {
    view! {
        <Sheet
            open=Signal::derive(move || filling.with(Option::is_some))
            on_close=move || filling.set(None)
            title=move || t!(unit.register_title)
        >
            {move || filling.get().map(|what| view! { <Filled unit what filling /> })}
        </Sheet>
    }
}

#[component]
fn Filled(
    unit: OrganisationId,
    what: Filling,
    filling: RwSignal<Option<Filling>>,
) -> impl IntoView {
    let state = use_app_state();
    let name = draft_name(unit);
    let form = Form::new(what.draft);
    let replaces = what.replaces;
    let kept_as = name.clone();
    Effect::new(move |before: Option<()>| {
        form.draft.with(|draft| {
            // What the form opened with need not be kept.
            if before.is_some() {
                form::keep(&kept_as, draft);
            }
        });
    });
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let name = StoredValue::new(name);
    let send = Callback::new(move |()| {
        let (to, subject) = match form.draft.with_untracked(Draft::request) {
            Ok(request) => request,
            Err(faults) => return form.tell(faults),
        };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let result = state.ask(to, Some(unit), replaces, subject).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    name.try_with_value(|name| form::forget(name));
                    state.toast(Tone::Good, || t!(unit.sent));
                    filling.try_set(None);
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    });
    view! {
        <p>{move || t!(unit.draft_kept)}</p>
        <div class="affair-fields">
            <CommunityChoice
                label=move || t!(unit.community)
                chosen=Memo::new(move |_| form.draft.with(|draft| draft.community.clone()))
                on_choose=move |chosen| {
                    form.change(Place::Community, |draft| draft.community = Some(chosen));
                }
                error=form.error(Place::Community)
            />
            <Fields form />
        </div>
        <TroublePlace code=failure />
        <Button
            label=move || t!(unit.send)
            kind=ButtonKind::Primary
            icon=Icon::Check
            busy=busy
            on_press=send
        />
    }
}

#[component]
fn Fields(form: UnitForm) -> impl IntoView {
    let kinds = OrganisationKind::ALL.iter();
    let kinds: Vec<Choice> = kinds
        .map(|kind| Choice::new(kind.as_str(), move || organisation_kind_name(*kind)))
        .collect();
    view! {
        <TextInput
            label=move || t!(affairs.field.unit)
            value=form.value(|draft| draft.name.clone())
            on_input=form.on_input(Place::Name, |draft, typed| draft.name = typed)
            error=form.error(Place::Name)
        />
        <Select
            label=move || t!(affairs.field.kind)
            choices=Signal::stored(kinds)
            value=form.value(|draft| draft.kind.as_str().to_owned())
            on_change=move |word: String| {
                if let Some(kind) = OrganisationKind::parse(&word) {
                    form.change(Place::Kind, |draft| draft.kind = kind);
                }
            }
        />
        <TextInput
            label=move || t!(affairs.field.contact)
            value=form.value(|draft| draft.contact.clone())
            on_input=form.on_input(Place::Contact, |draft, typed| draft.contact = typed)
            error=form.error(Place::Contact)
        />
        <TextInput
            label=move || t!(affairs.field.phone)
            kind=InputKind::Telephone
            value=form.value(|draft| draft.phone.clone())
            on_input=form.on_input(Place::Phone, |draft, typed| draft.phone = typed)
            error=form.error(Place::Phone)
        />
        <TextInput
            label=move || t!(affairs.field.address)
            hint=said(move || t!(unit.address_hint))
            value=form.value(|draft| draft.address.clone())
            on_input=form.on_input(Place::Address, |draft, typed| draft.address = typed)
            error=form.error(Place::Address)
        />
        <Offers form />
    }
}

/// What may be left out.
#[component]
fn Offers(form: UnitForm) -> impl IntoView {
    view! {
        <TextArea
            label=move || t!(affairs.field.services)
            optional=true
            hint=said(move || t!(unit.services_hint))
            value=form.value(|draft| draft.services.clone())
            on_input=form.on_input(Place::Services, |draft, typed| draft.services = typed)
            max_length=500
            error=form.error(Place::Services)
        />
        <TextInput
            label=move || t!(affairs.field.members)
            optional=true
            kind=InputKind::Number
            value=form.value(|draft| draft.members.clone())
            on_input=form.on_input(Place::Members, |draft, typed| draft.members = typed)
            error=form.error(Place::Members)
        />
        <TextArea
            label=move || t!(affairs.field.note)
            optional=true
            value=form.value(|draft| draft.note.clone())
            on_input=form.on_input(Place::Note, |draft, typed| draft.note = typed)
            max_length=500
            error=form.error(Place::Note)
        />
    }
}
