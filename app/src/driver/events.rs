//! The server's pokes: an open stream on which `sync` says that something new is there.

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
    /// Opens the stream. `on_return` runs when it is there again after a cut, because pokes may have
    /// been missed; `on_end` runs when the browser gave it up.
    pub(super) fn open(
        on_poke: impl Fn() + 'static,
        on_return: impl Fn() + 'static,
        on_end: impl Fn() + 'static,
    ) -> Option<Self> {
        let source = EventSource::new(PATH).ok()?;
        let mut first = true;
        let opened = EventListener::new(&source, "open", move |_| {
            if !std::mem::take(&mut first) {
                on_return();
            }
        });
        let poked = EventListener::new(&source, POKE, move |_| on_poke());
        let watched = source.clone();
        let failed = EventListener::new(&source, "error", move |_| {
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
