//! The server's pokes: an open stream on which `sync` says that something new is there.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::EventListener;
use web_sys::EventSource;

const PATH: &str = "/api/events";
const POKE: &str = "sync";

/// A stream that the server ended is opened again after this, and as long again at most: so was
/// every other phone's.
pub(super) const PAUSE_MS: i64 = 30_000;

/// An open stream; closed when dropped. The browser itself reconnects after a cut.
pub(super) struct Stream {
    source: EventSource,
    _listeners: [EventListener; 3],
}

impl Stream {
    /// Opens the stream. `missed` says that pokes may have been missed: it is set when the way is cut,
    /// and cleared when `on_return` runs because the way is there again. `on_end` runs when the browser
    /// gave the stream up.
    pub(super) fn open(
        missed: &Rc<Cell<bool>>,
        on_poke: impl Fn() + 'static,
        on_return: impl Fn() + 'static,
        on_end: impl Fn() + 'static,
    ) -> Option<Self> {
        let source = EventSource::new(PATH).ok()?;
        let (is_back, is_cut) = (Rc::clone(missed), Rc::clone(missed));
        let opened = EventListener::new(&source, "open", move |_| {
            if is_back.take() {
                on_return();
            }
        });
        let poked = EventListener::new(&source, POKE, move |_| on_poke());
        let watched = source.clone();
        let failed = EventListener::new(&source, "error", move |_| {
            is_cut.set(true);
            if watched.ready_state() == EventSource::CLOSED {
                on_end();
            }
        });
        Some(Self {
            source,
            _listeners: [opened, poked, failed],
        })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}
