//! 服务: where the owner is registered, the service they did, and what the communities' lists hold.

mod confirm;
mod entry;
#[cfg(test)]
mod examples;
mod facts;
mod form;
mod hours;
mod lists;
mod own;
mod records;
mod refused;
mod register;
mod screen;
mod standing;
mod timer;
mod withdraw;

use leptos::prelude::*;
use shared::client::MatterView;
use shared::words::RequestKind;

use self::entry::{EditServicePage, NewServicePage};
use self::hours::ApprovedHours;
use self::lists::{ListingPage, ListsPage, SuitingLists};
use self::own::{Registrations, follow, of_kind, own_matters};
use self::records::{ServicePage, ServiceRows, ServicesPage};
use self::register::{RegistrationFormPage, RegistrationPage, RegistrationPaperPage};
pub use self::screen::ServiceScreen;
use self::standing::{Standing, explanation};
use self::timer::TimerCard;
use super::community::{fetch_ahead, target_name};
use super::later::LaterAffairsEntries;
use super::words;
use crate::components::{ButtonKind, ButtonLink, ButtonSize, Icon, LoadingState, Screen, Section};
use crate::locale::format_date;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// Service records shown on the first screen.
const NEWEST: usize = 3;

impl ServiceScreen {
    /// Returns the screen.
    pub(super) fn view(self) -> AnyView {
        match self {
            Self::Hub => view! { <HubPage /> }.into_any(),
            Self::Registration => view! { <RegistrationPage /> }.into_any(),
            Self::RegistrationForm => view! { <RegistrationFormPage /> }.into_any(),
            Self::RegistrationPaper => view! { <RegistrationPaperPage /> }.into_any(),
            Self::NewService => view! { <NewServicePage /> }.into_any(),
            Self::Services => view! { <ServicesPage /> }.into_any(),
            Self::Service => view! { <ServicePage /> }.into_any(),
            Self::EditService => view! { <EditServicePage /> }.into_any(),
            Self::Lists => view! { <ListsPage /> }.into_any(),
            Self::Listing => view! { <ListingPage /> }.into_any(),
        }
    }
}

/// Everything of 服务 at a glance.
#[component]
fn HubPage() -> impl IntoView {
    let directory = use_app_state().directory();
    let arrived = Memo::new(move |_| directory.with(Option::is_some));
    view! {
        <Screen>
            <Show when=move || arrived.get() fallback=|| view! { <LoadingState rows=5 /> }>
                <Hub />
            </Show>
        </Screen>
    }
}

#[component]
fn Hub() -> impl IntoView {
    fetch_ahead();
    let state = use_app_state();
    let matters = own_matters();
    view! {
        <Show when=move || state.can_coordinate()>
            <LaterAffairsEntries />
        </Show>
        <OwnRegistration matters />
        <OwnService matters />
        <SuitingLists matters />
    }
}

/// Where the owner is registered, or the way to it.
#[component]
fn OwnRegistration(matters: Memo<Vec<MatterView>>) -> impl IntoView {
    let standing = Memo::new(move |_| matters.with(|views| Registrations::of(views).standing));
    let none = Memo::new(move |_| standing.with(Vec::is_empty));
    view! {
        <Section
            title=move || t!(register.title)
            lead=MaybeProp::derive(move || none.get().then(|| t!(register.lead)))
        >
            <For each=move || standing.get() key=|view| view.row.matter.request let:view>
                <RegistrationCard view=follow(standing.into(), view) />
            </For>
            <ButtonLink
                label=move || if none.get() { t!(register.ask) } else { t!(register.look) }
                href=Signal::derive(move || {
                    let path = if none.get() { "/service/register/new" } else { "/service/register" };
                    path.to_owned()
                })
                kind=ButtonKind::Secondary
                size=ButtonSize::Wide
                icon=Icon::Building
            />
        </Section>
    }
}

#[component]
fn RegistrationCard(view: Memo<MatterView>) -> impl IntoView {
    let place = move || view.with(|view| target_name(&view.row));
    let since = move || {
        view.with(|view| {
            let matter = &view.row.matter;
            match matter.reply.as_ref().filter(|_| matter.is_accepted()) {
                Some(reply) => t!(register.since, day = format_date(reply.at.0)),
                None => t!(register.asked_on, day = format_date(matter.recorded_at.0)),
            }
        })
    };
    view! {
        <div class="card service-card">
            <h3 class="service-title">{place}</h3>
            <Standing view />
            <p class="service-since">{since}</p>
            {move || view.with(explanation).map(|words| view! { <p>{words}</p> })}
        </div>
    }
}

/// The timer, what counts, and the newest records.
#[component]
fn OwnService(matters: Memo<Vec<MatterView>>) -> impl IntoView {
    let services = Memo::new(move |_| matters.with(|views| of_kind(views, RequestKind::Service)));
    let newest = Memo::new(move |_| {
        services.with(|views| views.iter().take(NEWEST).cloned().collect::<Vec<_>>())
    });
    view! {
        <Section title=move || t!(service.log) lead=said(move || t!(service.lead))>
            <TimerCard />
            <ApprovedHours services />
            <Show when=move || !newest.with(Vec::is_empty)>
                <ServiceRows services=newest />
                <ButtonLink
                    label=move || {
                        t!(service.all_records, n = words::count(services.with(Vec::len)))
                    }
                    href="/service/records"
                    size=ButtonSize::Wide
                    icon=Icon::List
                />
            </Show>
        </Section>
    }
}

/// Returns what the address names behind a part beneath `/service`, such as the id in
/// `/service/records/ID`. A page that is being left keeps what it had.
fn named(place: &'static str) -> Memo<Option<String>> {
    let path = use_app_state().path();
    Memo::new(move |before: Option<&Option<String>>| {
        path.with(|path| {
            let mut parts = path.split('/').filter(|part| !part.is_empty());
            if parts.next() == Some("service") && parts.next() == Some(place) {
                parts.next().map(str::to_owned)
            } else {
                before.cloned().flatten()
            }
        })
    })
}
