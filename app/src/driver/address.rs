//! Where the page is: the path in its address, links within the app, and the browser's way back.
//!
//! No router of a crate: a dozen addresses need a signal and these listeners, and a phone would download
//! what matches patterns that nobody writes here.

use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlAnchorElement, MouseEvent};

use super::{Driver, News};

/// How a place is gone to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Going {
    /// As a further step, which the browser's way back undoes.
    Onward,
    /// In the place of the present one.
    Instead,
}

/// Returns the path in the page's address, such as `/records`.
pub(crate) fn path() -> String {
    let path = web_sys::window().and_then(|window| window.location().pathname().ok());
    path.unwrap_or_else(|| "/".to_owned())
}

/// Listens for as long as the page lives.
pub(super) fn listen(driver: &Rc<Driver>) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let going_back = Rc::clone(driver);
    EventListener::new(&window, "popstate", move |_| {
        (going_back.tell)(News::Path(path()));
    })
    .forget();
    let following = Rc::clone(driver);
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window, "click", options, move |event| {
        if let Some(path) = followed(event) {
            event.prevent_default();
            following.go(&path, Going::Onward);
        }
    })
    .forget();
}

impl Driver {
    /// Goes to a place of the app.
    pub(crate) fn go(&self, to: &str, going: Going) {
        let Some(window) = web_sys::window() else {
            return;
        };
        if let Ok(history) = window.history() {
            // A browser refuses only who goes a hundred times in a few seconds.
            let _ = match going {
                Going::Onward if to == path() => Ok(()),
                Going::Onward => history.push_state_with_url(&JsValue::NULL, "", Some(to)),
                Going::Instead => history.replace_state_with_url(&JsValue::NULL, "", Some(to)),
            };
        }
        (self.tell)(News::Path(path()));
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Returns the path of the link that was pressed, if it leads to a place of the app in this window.
fn followed(event: &Event) -> Option<String> {
    let press = event.dyn_ref::<MouseEvent>()?;
    let is_plain = press.button() == 0
        && !(press.meta_key() || press.ctrl_key() || press.shift_key() || press.alt_key());
    if event.default_prevented() || !is_plain {
        return None;
    }
    let pressed: Element = event.target()?.dyn_into().ok()?;
    let link: HtmlAnchorElement = pressed.closest("a[href]").ok()??.dyn_into().ok()?;
    let location = web_sys::window()?.location();
    let stays = link.target().is_empty() && !link.has_attribute("download");
    let is_ours = location.origin().ok()? == link.origin();
    // A link into the present screen is the browser's: it moves the focus as well.
    (stays && is_ours && link.hash().is_empty()).then(|| link.pathname())
}
