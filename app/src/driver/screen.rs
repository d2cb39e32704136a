//! Keeps the screen lit while a code is shown, where the browser can.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::wake;

/// While it lives the screen stays lit. A browser that cannot do it lets the screen go dark.
pub(crate) struct Awake {
    lock: Rc<RefCell<Lock>>,
    _again: Option<EventListener>,
}

#[derive(Default)]
struct Lock {
    sentinel: Option<JsValue>,
    ended: bool,
}

impl Awake {
    /// Asks for the screen to stay lit; again whenever the page comes back to the front, because the
    /// browser lets go of it when the page is hidden.
    pub(crate) fn keep() -> Self {
        let lock = Rc::new(RefCell::new(Lock::default()));
        ask(&lock);
        let document = web_sys::window().and_then(|window| window.document());
        let again = document.map(|document| {
            let lock = Rc::clone(&lock);
            EventListener::new(&document, "visibilitychange", move |_| {
                if wake::is_visible() {
                    ask(&lock);
                }
            })
        });
        Self {
            lock,
            _again: again,
        }
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        let mut lock = self.lock.borrow_mut();
        lock.ended = true;
        if let Some(sentinel) = lock.sentinel.take() {
            release(&sentinel);
        }
    }
}

fn ask(lock: &Rc<RefCell<Lock>>) {
    let lock = Rc::clone(lock);
    spawn_local(async move {
        let Ok(promise) = request() else {
            return;
        };
        let Ok(sentinel) = JsFuture::from(promise).await else {
            return;
        };
        let mut lock = lock.borrow_mut();
        if lock.ended {
            release(&sentinel);
        } else {
            lock.sentinel = Some(sentinel);
        }
    });
}

fn request() -> Result<Promise, JsValue> {
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let locks = Reflect::get(window.navigator().as_ref(), &"wakeLock".into())?;
    let request: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
    request.call1(&locks, &"screen".into())?.dyn_into()
}

fn release(sentinel: &JsValue) {
    let released = Reflect::get(sentinel, &"release".into())
        .and_then(JsCast::dyn_into::<Function>)
        .and_then(|release| release.call0(sentinel));
    // What cannot be let go ends with the page.
    drop(released);
}
