//! How far something is that takes a while.

use leptos::prelude::*;

/// A bar with its words; the bar only moves where the part is known.
#[component]
pub fn Progress(
    #[prop(into)] label: Signal<String>,
    /// How much is done, in thousandths.
    part: Signal<Option<u64>>,
) -> impl IntoView {
    view! {
        <div class="progress">
            <p class="progress-words" role="status">
                {label}
            </p>
            <progress
                class="progress-bar"
                max="1000"
                value=move || part.get().map(|part| part.to_string())
                aria-label=move || label.get()
            ></progress>
        </div>
    }
}
