//! What is read from the server and kept fresh: again when the server has news, never blanking what
//! is shown, at most one question at a time.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;

use crate::state::use_app_state;

/// How long to wait for more news before reading again.
const NEWS_PAUSE: Duration = Duration::from_millis(400);

/// The answer to a question, some time later.
pub(super) type Answer<T> = Pin<Box<dyn Future<Output = Result<T, Code>>>>;

/// Where an answer comes from.
pub(super) trait Source<K, T> {
    /// Asks the server.
    fn ask(&self, wanted: K) -> Answer<T>;

    /// Returns what may be shown at once, before the server answers.
    fn at_once(&self, _wanted: K) -> Option<T> {
        None
    }

    /// Returns what may be shown, said to be old, when the server does not answer.
    fn last_seen(&self, _wanted: K) -> Option<T> {
        None
    }

    /// Keeps an answer for later.
    fn keep(&self, _wanted: K, _answer: &T) {}
}

/// An answer on the screen, followed by newer ones.
pub(super) struct Fresh<K, T>
where
    K: Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    wanted: Signal<K>,
    source: StoredValue<Rc<dyn Source<K, T>>, LocalStorage>,
    shown: RwSignal<Option<T>>,
    trouble: RwSignal<Option<Code>>,
    under_way: RwSignal<bool>,
    again: RwSignal<bool>,
}

impl<K, T> Clone for Fresh<K, T>
where
    K: Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, T> Copy for Fresh<K, T>
where
    K: Send + Sync + 'static,
    T: Send + Sync + 'static,
{
}

impl<K, T> Fresh<K, T>
where
    K: Clone + PartialEq + Send + Sync + 'static,
    T: Clone + PartialEq + Send + Sync + 'static,
{
    /// Begins to read what is wanted, and reads on until the screen is gone.
    pub(super) fn begin(wanted: Signal<K>, source: impl Source<K, T> + 'static) -> Self {
        let fresh = Self {
            wanted,
            source: StoredValue::new_local(Rc::new(source)),
            shown: RwSignal::new(None),
            trouble: RwSignal::new(None),
            under_way: RwSignal::new(false),
            again: RwSignal::new(false),
        };
        Effect::new(move || {
            let wanted = wanted.get();
            fresh.trouble.set(None);
            fresh.shown.set(fresh.source.get_value().at_once(wanted));
            fresh.read_again();
        });
        let news = use_app_state().server_news();
        Effect::new(move |before: Option<u64>| {
            let news = news.get();
            if before.is_some_and(|before| before != news) {
                set_timeout(move || fresh.read_again(), NEWS_PAUSE);
            }
            news
        });
        fresh
    }

    /// Returns the answer to show.
    pub(super) fn shown(self) -> Signal<Option<T>> {
        self.shown.into()
    }

    /// Returns why the last question was not answered.
    pub(super) fn trouble(self) -> Signal<Option<Code>> {
        self.trouble.into()
    }

    /// Asks the server once more; while a question is under way, after it.
    pub(super) fn read_again(self) {
        match self.under_way.try_get_untracked() {
            // The screen is gone.
            None => {}
            Some(true) => self.again.set(true),
            Some(false) => {
                self.under_way.set(true);
                self.again.set(false);
                self.ask();
            }
        }
    }

    fn ask(self) {
        let wanted = self.wanted.get_untracked();
        let answer = self.source.get_value().ask(wanted.clone());
        spawn_local(async move {
            let answer = answer.await;
            // The screen may be gone, or want something else by now.
            let Some(current) = self.wanted.try_get_untracked() else {
                return;
            };
            self.under_way.set(false);
            if current == wanted {
                self.take(wanted, answer);
            } else {
                self.again.set(true);
            }
            if self.again.get_untracked() {
                self.read_again();
            }
        });
    }

    fn take(self, wanted: K, answer: Result<T, Code>) {
        match answer {
            Ok(answer) => {
                self.source.get_value().keep(wanted, &answer);
                self.shown.set(Some(answer));
                self.trouble.set(None);
            }
            Err(code) => {
                if self.shown.with_untracked(Option::is_none) {
                    self.shown.set(self.source.get_value().last_seen(wanted));
                }
                self.trouble.set(Some(code));
            }
        }
    }
}
