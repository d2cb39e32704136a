//! Routes and frame: which screen is shown, and what stands around every screen.

mod notices;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::path;

use crate::components::{
    AppFrame, BottomTabs, DemoRibbon, Glyph, Icon, LoadingState, OnlineBadge, Screen, Tab, Toasts,
    TopBar, UnsentBadge,
};
use crate::driver;
use crate::pages::{
    ActivityPage, ElsewherePage, EnrolPage, FeedbackSheet, LaterMembers, LaterOverview,
    NotFoundPage, RecordsPage, ScanSheet, SettingsPage, StoragePage, TodayPage, fetch_ahead,
};
use crate::state::{AppPhase, AppState, provide_app_state, use_app_state};
use crate::t;
use notices::Notices;

/// Mounts the app and tells the page's scripts that it is there.
pub fn start() {
    driver::report_crashes();
    mount_to_body(App);
    driver::announce_ready();
}

#[component]
fn App() -> impl IntoView {
    provide_app_state();
    view! {
        <Router>
            <Frame />
        </Router>
    }
}

#[component]
fn Frame() -> impl IntoView {
    let state = use_app_state();
    let path = Signal::from(use_location().pathname);
    let phase = state.phase();
    let is_ready = Memo::new(move |_| phase.get() == AppPhase::Ready);
    let is_demo = Memo::new(move |_| {
        let directory = state.directory();
        directory.with(|slice| slice.as_ref().is_some_and(|slice| slice.city.demo))
    });
    name_the_document(state, path);
    focus_what_is_new(path);
    fetch_ahead(state);
    state.announce_host();
    view! {
        <AppFrame
            top=move || view! { <Top path=path is_ready=is_ready /> }
            tabs=move || view! { <Show when=move || is_ready.get()><Tabs path=path /></Show> }
            above=move || {
                view! {
                    <Show when=move || is_demo.get()>
                        <DemoRibbon />
                    </Show>
                    <Notices />
                }
            }
        >
            {move || match phase.get() {
                AppPhase::Opening => view! { <Screen><LoadingState /></Screen> }.into_any(),
                AppPhase::NotEnrolled => view! { <EnrolPage /> }.into_any(),
                AppPhase::Ready => view! { <Pages /> }.into_any(),
                AppPhase::Elsewhere => view! { <ElsewherePage /> }.into_any(),
                AppPhase::StorageFailed(code) => view! { <StoragePage code=code /> }.into_any(),
            }}
        </AppFrame>
        <Show when=move || is_ready.get()>
            <ScanSheet />
        </Show>
        <FeedbackSheet open=state.feedback_open() />
        <Toasts
            toasts=state.toasts()
            on_dismiss=move |id: u64| state.dismiss_toast(id)
        />
    }
}

#[component]
fn Pages() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NotFoundPage>
            <Route path=path!("/") view=TodayPage />
            <Route path=path!("/records") view=RecordsPage />
            <Route path=path!("/enrol") view=EnrolPage />
            <Route path=path!("/overview") view=LaterOverview />
            <Route path=path!("/overview/:organisation") view=LaterOverview />
            <Route path=path!("/activities/:id") view=ActivityPage />
            <Route path=path!("/members") view=LaterMembers />
            <Route path=path!("/settings") view=SettingsPage />
        </FlatRoutes>
    }
}

/// The bar above: the title, the count of what is unsent, and the way to complain.
#[component]
fn Top(path: Signal<String>, is_ready: Memo<bool>) -> impl IntoView {
    let state = use_app_state();
    let navigate = use_navigate();
    let open_records = move |()| navigate("/records", NavigateOptions::default());
    let open_records = Callback::new(open_records);
    let back = MaybeProp::derive(move || {
        let is_shown = is_ready.get();
        path.with(|path| parent(path).filter(|_| is_shown).map(str::to_owned))
    });
    view! {
        <TopBar title=move || title(state, &path.get()) back_href=back>
            <OnlineBadge online=state.online() />
            <Show when=move || is_ready.get()>
                <UnsentBadge count=state.unsent() on_press=open_records />
                <button
                    type="button"
                    class="icon-button"
                    aria-label=move || t!(feedback.title)
                    on:click=move |_| state.open_feedback()
                >
                    <Glyph icon=Icon::Chat />
                </button>
            </Show>
        </TopBar>
    }
}

#[component]
fn Tabs(path: Signal<String>) -> impl IntoView {
    let state = use_app_state();
    let coordinates = Memo::new(move |_| state.can_coordinate());
    let tabs = Signal::derive(move || {
        let places = if coordinates.get() {
            &[
                Place::Today,
                Place::Records,
                Place::Overview,
                Place::Members,
                Place::Settings,
            ][..]
        } else {
            &[Place::Today, Place::Records, Place::Settings][..]
        };
        places.iter().copied().map(Place::tab).collect::<Vec<_>>()
    });
    view! { <BottomTabs tabs=tabs path=path /> }
}

/// A place that the tabs lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Today,
    Records,
    Overview,
    Members,
    Settings,
}

impl Place {
    const ALL: [Self; 5] = [
        Self::Today,
        Self::Records,
        Self::Overview,
        Self::Members,
        Self::Settings,
    ];

    const fn path(self) -> &'static str {
        match self {
            Self::Today => "/",
            Self::Records => "/records",
            Self::Overview => "/overview",
            Self::Members => "/members",
            Self::Settings => "/settings",
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Today => Icon::Home,
            Self::Records => Icon::List,
            Self::Overview => Icon::Chart,
            Self::Members => Icon::Users,
            Self::Settings => Icon::Settings,
        }
    }

    fn name(self) -> String {
        match self {
            Self::Today => t!(nav.today),
            Self::Records => t!(nav.records),
            Self::Overview => t!(nav.overview),
            Self::Members => t!(nav.members),
            Self::Settings => t!(nav.settings),
        }
    }

    fn tab(self) -> Tab {
        Tab {
            href: self.path().to_owned(),
            icon: self.icon(),
            label: Signal::derive(move || self.name()),
        }
    }
}

/// Returns the title of the screen that is shown.
fn title(state: AppState, path: &str) -> String {
    match state.phase().get() {
        AppPhase::NotEnrolled => t!(enrol.title),
        AppPhase::Opening | AppPhase::Elsewhere | AppPhase::StorageFailed(_) => t!(app.name),
        AppPhase::Ready => {
            let path = tidy(path);
            let place = Place::ALL.into_iter().find(|place| place.path() == path);
            match (place, first_part(path)) {
                (Some(place), _) => place.name(),
                (None, "overview") => t!(overview.title),
                (None, "activities") => t!(activity.title),
                (None, "enrol") => t!(enrol.title),
                (None, _) => t!(app.name),
            }
        }
    }
}

/// Returns where 返回 leads, `None` from a place that the tabs lead to.
fn parent(path: &str) -> Option<&'static str> {
    let path = tidy(path);
    if Place::ALL.into_iter().any(|place| place.path() == path) {
        return None;
    }
    match first_part(path) {
        "overview" => Some(Place::Overview.path()),
        _ => Some(Place::Today.path()),
    }
}

fn tidy(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => "/",
        path => path,
    }
}

fn first_part(path: &str) -> &str {
    path.trim_start_matches('/').split('/').next().unwrap_or("")
}

fn name_the_document(state: AppState, path: Signal<String>) {
    Effect::new(move || {
        let (screen, app) = (title(state, &path.get()), t!(app.name));
        let name = if screen == app {
            app
        } else {
            format!("{screen} · {app}")
        };
        document().set_title(&name);
    });
}

/// Moves the focus to a screen that was gone to, so that it is read from its beginning.
fn focus_what_is_new(path: Signal<String>) {
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            let content = document().get_element_by_id("content");
            let content = content.and_then(|content| {
                use wasm_bindgen::JsCast;
                content.dyn_into::<leptos::web_sys::HtmlElement>().ok()
            });
            if let Some(content) = content {
                // An element with a tabindex takes the focus.
                let _ = content.focus();
            }
        }
        path
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_screens_beneath_a_tab_have_a_way_back() {
        for place in Place::ALL {
            assert_eq!(parent(place.path()), None);
        }
        assert_eq!(parent("/records/"), None);
        assert_eq!(parent("/overview/0190"), Some("/overview"));
        assert_eq!(parent("/activities/0190"), Some("/"));
        assert_eq!(parent("/enrol"), Some("/"));
        assert_eq!(parent("/nowhere"), Some("/"));
    }
}
