//! Passing words: any page may say one, the frame shows them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use leptos::prelude::*;

use super::AppState;
use crate::components::{ToastMessage, Tone};

/// How long a passing word stays.
const STAY: Duration = Duration::from_secs(6);

impl AppState {
    /// Says a passing word; `text` may follow the locale.
    pub fn toast(self, tone: Tone, text: impl Fn() -> String + Send + Sync + 'static) {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let text = self.root.get_value().with(|| Signal::derive(text));
        let toast = ToastMessage {
            id,
            tone,
            text,
            action: None,
        };
        self.toasts.update(|toasts| toasts.push(toast));
        set_timeout(move || self.dismiss_toast(id), STAY);
    }

    /// Returns the passing words on the screen.
    pub fn toasts(self) -> Signal<Vec<ToastMessage>> {
        self.toasts.into()
    }

    /// Takes a passing word off the screen.
    pub fn dismiss_toast(self, id: u64) {
        self.toasts
            .update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}
