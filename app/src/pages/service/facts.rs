//! What is known, each with what it is called.

use leptos::prelude::*;

/// A list of names and values; nothing where there are none.
pub(super) fn facts(lines: Vec<(String, String)>) -> impl IntoView + use<> {
    let line = |(label, text): (String, String)| {
        view! {
            <div class="service-fact">
                <dt>{label}</dt>
                <dd>{text}</dd>
            </div>
        }
    };
    (!lines.is_empty()).then(|| {
        view! { <dl class="service-facts">{lines.into_iter().map(line).collect_view()}</dl> }
    })
}
