//! Routes and frame: which screen is shown, and what stands around every screen.

mod notices;

use leptos::prelude::*;

use crate::components::{
    AppFrame, BottomTabs, DemoRibbon, Glyph, Icon, LoadingState, OnlineBadge, Screen, Tab, Toasts,
    TopBar, UnsentBadge,
};
use crate::driver;
use crate::pages::{
    ActivityPage, ElsewherePage, EnrolPage, FeedbackSheet, LaterMembers, LaterOverview,
    LaterRecords, LaterSettings, NotFoundPage, StoragePage, TodayPage, fetch_ahead,
};
use crate::state::{AppPhase, AppState, Going, provide_app_state, use_app_state};
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
    view! { <Frame /> }
}

#[component]
fn Frame() -> impl IntoView {
    let state = use_app_state();
    let path = state.path();
    let phase = state.phase();
    let is_ready = Memo::new(move |_| phase.get() == AppPhase::Ready);
    let is_demo = Memo::new(move |_| {
        let directory = state.directory();
        directory.with(|slice| slice.as_ref().is_some_and(|slice| slice.city.demo))
    });
    name_the_document(state, path);
    focus_what_is_new(path);
    fetch_ahead(state);
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
                AppPhase::Ready => view! { <Pages path /> }.into_any(),
                AppPhase::Elsewhere => view! { <ElsewherePage /> }.into_any(),
                AppPhase::StorageFailed(code) => view! { <StoragePage code=code /> }.into_any(),
            }}
        </AppFrame>
        <FeedbackSheet open=state.feedback_open() />
        <Toasts
            toasts=state.toasts()
            on_dismiss=move |id: u64| state.dismiss_toast(id)
        />
    }
}

#[component]
fn Pages(path: Signal<String>) -> impl IntoView {
    let page = Memo::new(move |_| path.with(|path| Page::of(path)));
    move || match page.get() {
        Page::Place(Place::Today) => view! { <TodayPage /> }.into_any(),
        Page::Place(Place::Records) => view! { <LaterRecords /> }.into_any(),
        Page::Place(Place::Overview) | Page::Overview => view! { <LaterOverview /> }.into_any(),
        Page::Place(Place::Members) => view! { <LaterMembers /> }.into_any(),
        Page::Place(Place::Settings) => view! { <LaterSettings /> }.into_any(),
        Page::Activity => view! { <ActivityPage /> }.into_any(),
        Page::Enrol => view! { <EnrolPage /> }.into_any(),
        Page::Nowhere => view! { <NotFoundPage /> }.into_any(),
    }
}

/// What an address leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    /// A place of the tabs.
    Place(Place),
    /// `/overview/ORGANISATION`.
    Overview,
    /// `/activities/ACTIVITY`.
    Activity,
    /// `/enrol`.
    Enrol,
    /// Nothing.
    Nowhere,
}

impl Page {
    fn of(path: &str) -> Self {
        let path = tidy(path);
        if let Some(place) = Place::at(path) {
            return Self::Place(place);
        }
        let mut parts = path.split('/').skip(1);
        match (parts.next(), parts.next(), parts.next()) {
            (Some("enrol"), None, None) => Self::Enrol,
            (Some("overview"), Some(_), None) => Self::Overview,
            (Some("activities"), Some(_), None) => Self::Activity,
            _ => Self::Nowhere,
        }
    }
}

/// The bar above: the title, the count of what is unsent, and the way to complain.
#[component]
fn Top(path: Signal<String>, is_ready: Memo<bool>) -> impl IntoView {
    let state = use_app_state();
    let open_records = Callback::new(move |()| state.go("/records", Going::Onward));
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

    /// Returns the place that a tidy path leads to.
    fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.path() == path)
    }

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
        AppPhase::Ready => match Page::of(path) {
            Page::Place(place) => place.name(),
            Page::Overview => t!(overview.title),
            Page::Activity => t!(activity.title),
            Page::Enrol => t!(enrol.title),
            Page::Nowhere => t!(app.name),
        },
    }
}

/// Returns where 返回 leads, `None` from a place that the tabs lead to.
fn parent(path: &str) -> Option<&'static str> {
    match Page::of(path) {
        Page::Place(_) => None,
        Page::Overview => Some(Place::Overview.path()),
        Page::Activity | Page::Enrol | Page::Nowhere => Some(Place::Today.path()),
    }
}

fn tidy(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => "/",
        path => path,
    }
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

    #[test]
    fn an_address_leads_to_its_page_or_nowhere() {
        assert_eq!(Page::of("/"), Page::Place(Place::Today));
        assert_eq!(Page::of("/records/"), Page::Place(Place::Records));
        assert_eq!(Page::of("/activities/0190"), Page::Activity);
        assert_eq!(Page::of("/activities/0190/"), Page::Activity);
        assert_eq!(Page::of("/overview/0190"), Page::Overview);
        assert_eq!(Page::of("/enrol"), Page::Enrol);
        for nowhere in [
            "/activities",
            "/activities/0190/more",
            "/enrol/more",
            "/record",
        ] {
            assert_eq!(Page::of(nowhere), Page::Nowhere, "{nowhere}");
        }
    }
}
