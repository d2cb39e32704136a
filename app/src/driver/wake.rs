//! What the browser says that should wake the app: the network is back, the page came to the front,
//! the service worker asks, a new version waits, a link was followed.

use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Interval;
use web_sys::VisibilityState;

use super::{Driver, News, clock, local};

/// How often the screens are told what time it is.
const TICK_MS: u32 = 15_000;

/// Listens for as long as the page lives.
pub(super) fn listen(driver: &Rc<Driver>) {
    let Some(window) = web_sys::window() else {
        return;
    };
    on(&window, "online", driver, |driver| {
        (driver.tell)(News::Online(true));
        driver.wake();
    });
    on(&window, "offline", driver, |driver| {
        (driver.tell)(News::Online(false));
        driver.follow_server();
    });
    on(&window, "baodao:flush", driver, Driver::wake);
    on(&window, "baodao:update", driver, |driver| {
        (driver.tell)(News::UpdateWaits);
    });
    on(&window, "hashchange", driver, take_code);
    let returning = Rc::clone(driver);
    EventListener::new(&window, "pageshow", move |event| {
        // A page that comes out of the browser's cache of pages has missed everything.
        let kept = js_sys::Reflect::get(event, &"persisted".into());
        if kept.is_ok_and(|kept| kept.is_truthy()) {
            come_to_front(&returning);
        }
    })
    .forget();
    if let Some(document) = window.document() {
        on(&document, "visibilitychange", driver, come_to_front);
    }
    let ticking = Rc::clone(driver);
    Interval::new(TICK_MS, move || ticking.tick(clock::now())).forget();
    (driver.tell)(News::Online(is_online()));
    take_code(driver);
}

/// Tells whether the page is in front.
pub(super) fn is_visible() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Tells whether the browser says that there is a network. It may be wrong about there being none
/// only rarely, about there being one often.
pub(super) fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

fn come_to_front(driver: &Rc<Driver>) {
    if is_visible() {
        driver.tick(clock::now());
        (driver.tell)(News::Online(is_online()));
        driver.wake();
    } else {
        driver.follow_server();
    }
}

fn take_code(driver: &Rc<Driver>) {
    if let Some(code) = local::take_enrolment_code() {
        (driver.tell)(News::EnrolmentCode(code));
    }
    if let Some(address) = local::take_scanned_link() {
        (driver.tell)(News::Scanned(address));
    }
}

fn on(
    target: &web_sys::EventTarget,
    name: &'static str,
    driver: &Rc<Driver>,
    react: impl Fn(&Rc<Driver>) + 'static,
) {
    let driver = Rc::clone(driver);
    EventListener::new(target, name, move |_| react(&driver)).forget();
}
