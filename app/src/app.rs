//! Routes and frame: which screen is shown, and what stands around every screen.

mod notices;
mod page;

use leptos::prelude::*;

use crate::components::{
    AppFrame, BottomTabs, DemoRibbon, Glyph, Icon, LoadingState, OnlineBadge, Screen, Toasts,
    TopBar, UnsentBadge,
};
use crate::driver;
use crate::pages::{ElsewherePage, EnrolPage, FeedbackSheet, ScanSheet, StoragePage, fetch_ahead};
use crate::state::{AppPhase, AppState, Going, provide_app_state, use_app_state};
use crate::t;
use notices::Notices;
use page::{Page, Place, parent, screen_of};

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
                AppPhase::Ready => view! { <Pages path /> }.into_any(),
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
fn Pages(path: Signal<String>) -> impl IntoView {
    let page = Memo::new(move |_| path.with(|path| Page::of(path)));
    move || page.get().view()
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
                Place::Service,
                Place::Overview,
                Place::Members,
                Place::Settings,
            ][..]
        } else {
            &[
                Place::Today,
                Place::Records,
                Place::Service,
                Place::Settings,
            ][..]
        };
        places.iter().copied().map(Place::tab).collect::<Vec<_>>()
    });
    view! { <BottomTabs tabs=tabs path=path /> }
}

/// Returns the title of the screen that is shown.
fn title(state: AppState, path: &str) -> String {
    match state.phase().get() {
        AppPhase::NotEnrolled => t!(enrol.title),
        AppPhase::Opening | AppPhase::Elsewhere | AppPhase::StorageFailed(_) => t!(app.name),
        AppPhase::Ready => Page::of(path).title(),
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
    let screen = Memo::new(move |_| path.with(|path| screen_of(path)));
    Effect::new(move |before: Option<String>| {
        let screen = screen.get();
        if before.is_some_and(|before| before != screen) {
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
        screen
    });
}
