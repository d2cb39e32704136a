//! Which tab leads. The newest takes the lead and the one that had it is told at once.
//!
//! This is for people: two tabs must not both look alive. That a tab without the lead writes
//! nothing is held by the storage, which checks in every transaction who claimed it last.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

const NAME: &str = "baodao-leader";

/// The lead, held until it is dropped or taken.
#[derive(Default)]
pub(super) struct Lead {
    release: Rc<RefCell<Option<Function>>>,
    was_taken: Rc<Cell<bool>>,
}

impl Lead {
    /// Takes the lead from whichever tab has it; `on_lost` runs when another takes it from this
    /// one. A browser without locks gives it at once.
    pub(super) async fn take(on_lost: impl FnOnce() + 'static) -> Self {
        let lead = Self::default();
        let (granted, wait) = oneshot::channel();
        let was_granted = Rc::new(Cell::new(false));
        let callback = lead.on_grant(granted, Rc::clone(&was_granted));
        let Some(request) = request(&callback) else {
            return lead;
        };
        let was_taken = Rc::clone(&lead.was_taken);
        spawn_local(async move {
            let ended = JsFuture::from(request).await;
            drop(callback);
            if ended.is_err() && was_granted.get() {
                was_taken.set(true);
                on_lost();
            }
        });
        // A request that fails before it is granted drops the sender: then without a lock.
        let _ = wait.await;
        lead
    }

    /// Tells whether no other tab has taken it since.
    pub(super) fn is_held(&self) -> bool {
        !self.was_taken.get()
    }

    /// Makes the function that the browser calls with the lock; the lock is held until the promise
    /// it returns is resolved.
    fn on_grant(
        &self,
        granted: oneshot::Sender<()>,
        was_granted: Rc<Cell<bool>>,
    ) -> Closure<dyn FnMut(JsValue) -> Promise> {
        let release = Rc::clone(&self.release);
        Closure::once(move |_lock: JsValue| {
            let held = Promise::new(&mut |resolve, _| *release.borrow_mut() = Some(resolve));
            was_granted.set(true);
            // Nobody waits any more when the page is going away.
            let _ = granted.send(());
            held
        })
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        if let Some(release) = self.release.borrow_mut().take() {
            // Resolving a promise does not throw.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Asks for the lock; `None` where the browser has no locks. By reflection, because the bindings
/// still call the interface unstable.
fn request(callback: &Closure<dyn FnMut(JsValue) -> Promise>) -> Option<Promise> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request = Reflect::get(&locks, &"request".into()).ok()?;
    let request: Function = request.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &"steal".into(), &JsValue::TRUE).ok()?;
    let promise = request.call3(&locks, &NAME.into(), &options, callback.as_ref());
    promise.ok()?.dyn_into().ok()
}
