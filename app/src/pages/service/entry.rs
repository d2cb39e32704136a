//! The form of a service: a new one, or one that was returned and is put right.

mod draft;
mod fields;
mod photo;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::MatterView;
use shared::codes::Code;
use shared::ids::{EntryId, OrganisationId};
use shared::records::Subject;
use shared::words::RequestState;

use self::draft::Doubt;
pub(super) use self::draft::ServiceDraft;
use self::fields::{Targets, What, When, targets};
use self::photo::PhotoField;
use super::confirm::ConfirmSheet;
use super::form::{DraftForm, Form};
use super::own::{find, own_matters, service};
use crate::components::{Button, ButtonKind, ButtonSize, LoadingState, Screen, Tone};
use crate::pages::NotFoundPage;
use crate::pages::community::organisation_name;
use crate::pages::trouble::TroublePlace;
use crate::state::{Going, use_app_state};
use crate::t;

/// The form of a new service.
#[component]
pub(super) fn NewServicePage() -> impl IntoView {
    let state = use_app_state();
    let directory = state.directory();
    let arrived = Memo::new(move |_| directory.with(Option::is_some));
    let matters = own_matters();
    let shown = move || {
        if !arrived.get() {
            return view! { <LoadingState rows=4 /> }.into_any();
        }
        let targets = matters.with_untracked(|views| targets(views));
        let first = ServiceDraft::on(state.clock(), targets.first().map(|target| target.0));
        view! { <ServiceForm name=ServiceDraft::NEW.to_owned() first targets replaces=None /> }
            .into_any()
    };
    view! { <Screen>{shown}</Screen> }
}

/// The form of the returned service in the address.
#[component]
pub(super) fn EditServicePage() -> impl IntoView {
    let request = super::named("records");
    let matters = own_matters();
    let directory = use_app_state().directory();
    let arrived = Memo::new(move |_| directory.with(Option::is_some));
    // The form keeps what is typed whatever arrives meanwhile.
    let shown = move || {
        if !arrived.get() {
            return view! { <LoadingState rows=4 /> }.into_any();
        }
        let request: Option<EntryId> = request.get().and_then(|id| id.parse().ok());
        let found = matters.with_untracked(|views| Some((find(views, request?)?, targets(views))));
        match found.and_then(|(view, targets)| Some((again(&view)?, view, targets))) {
            Some((first, view, targets)) => {
                let request = view.row.matter.request;
                let name = format!("service.{request}");
                view! { <ServiceForm name first targets replaces=Some(request) /> }.into_any()
            }
            None => view! { <NotFoundPage /> }.into_any(),
        }
    };
    view! { <Screen>{shown}</Screen> }
}

/// Returns the form of a service that was returned.
fn again(view: &MatterView) -> Option<ServiceDraft> {
    let matter = &view.row.matter;
    let service = service(matter).filter(|_| matter.state == RequestState::Returned)?;
    Some(ServiceDraft::of(matter.to, service))
}

#[component]
fn ServiceForm(
    name: String,
    first: ServiceDraft,
    mut targets: Targets,
    replaces: Option<EntryId>,
) -> impl IntoView {
    let state = use_app_state();
    let usual = first.to;
    let form = Form::begin(&name, first);
    name_target(form, usual, &mut targets);
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let sure = RwSignal::new(false);
    let own_name = name.clone();
    let enter = Callback::new(move |()| {
        let Ok((to, service)) = form.draft.with_untracked(ServiceDraft::read) else {
            return;
        };
        busy.set(true);
        failure.set(None);
        let name = name.clone();
        spawn_local(async move {
            let asked = state
                .ask(to, None, replaces, Subject::Service(service))
                .await;
            busy.try_set(false);
            match asked {
                Ok(_) => {
                    state.drop_draft(&name);
                    state.toast(Tone::Good, || t!(service.saved));
                    state.go("/service/records", Going::Onward);
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    });
    let submit = Callback::new(move |()| {
        let doubts = form
            .draft
            .with_untracked(|draft| draft.doubts(state.clock()));
        if doubts.contains(&Doubt::Overlong) {
            sure.set(true);
        } else {
            enter.run(());
        }
    });
    view! {
        <DraftForm form busy on_submit=submit>
            <When form />
            <What form targets />
            <PhotoField form />
        </DraftForm>
        <TroublePlace code=failure />
        <ConfirmSheet
            open=sure
            title=|| t!(service.sure_title)
            text=|| t!(service.sure_text)
            yes=|| t!(service.sure_yes)
            kind=ButtonKind::Primary
            on_yes=enter
        />
        <DropDraft name=own_name />
    }
}

/// A draft that a timer began names nobody; and what is chosen is shown, or it would seem that nothing
/// were.
fn name_target(form: Form<ServiceDraft>, usual: Option<OrganisationId>, targets: &mut Targets) {
    match form.draft.with_untracked(|draft| draft.to) {
        None => form.draft.update(|draft| draft.to = usual),
        Some(to) if targets.iter().all(|target| target.0 != to) => {
            targets.push((to, organisation_name(to).get_untracked()));
        }
        Some(_) => {}
    }
}

/// Lets what is typed go, once that is really meant.
#[component]
fn DropDraft(name: String) -> impl IntoView {
    let state = use_app_state();
    let asked = RwSignal::new(false);
    view! {
        <Button
            label=move || t!(service.drop_draft)
            kind=ButtonKind::Quiet
            size=ButtonSize::Wide
            on_press=move || asked.set(true)
        />
        <ConfirmSheet
            open=asked
            title=|| t!(service.drop_title)
            text=|| t!(service.drop_text)
            yes=|| t!(service.drop_draft)
            kind=ButtonKind::Danger
            on_yes=move |()| {
                state.drop_draft(&name);
                state.forget_unnamed_photos();
                state.go("/service", Going::Onward);
            }
        />
    }
}
