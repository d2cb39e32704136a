//! Another tab of this browser is the one that works.

use leptos::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState, Icon, Screen};
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// Says so and offers to go on here.
#[component]
pub fn ElsewherePage() -> impl IntoView {
    let state = use_app_state();
    view! {
        <Screen>
            <EmptyState
                title=move || t!(elsewhere.title)
                text=said(move || t!(elsewhere.text))
                icon=Icon::Phone
            >
                <Button
                    label=move || t!(elsewhere.take_over)
                    kind=ButtonKind::Primary
                    on_press=move || state.take_lead()
                />
            </EmptyState>
        </Screen>
    }
}
