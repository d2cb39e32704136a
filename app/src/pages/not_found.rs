//! Where no page is.

use leptos::prelude::*;

use crate::components::{ButtonKind, ButtonLink, EmptyState, Icon, Screen};
use crate::pages::words::said;
use crate::t;

/// Says so and leads back to 今日.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <Screen>
            <EmptyState
                title=move || t!(state.page_missing)
                text=said(move || t!(state.page_missing_next))
                icon=Icon::Search
            >
                <ButtonLink
                    label=move || t!(state.to_today)
                    href="/"
                    kind=ButtonKind::Primary
                    icon=Icon::Home
                />
            </EmptyState>
        </Screen>
    }
}
