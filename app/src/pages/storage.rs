//! The phone's storage could not be opened: nothing can be kept, so nothing may be promised.

use leptos::prelude::*;
use shared::codes::Code;

use super::trouble::Trouble;
use crate::components::{Button, ButtonKind, Icon, Notice, Screen, Tone};
use crate::state::use_app_state;
use crate::t;

/// Says what the browser does not allow, what to do, and tries again.
#[component]
pub fn StoragePage(code: Code) -> impl IntoView {
    let state = use_app_state();
    let reload = move || {
        // A page that cannot be loaded anew still has the other button.
        let _ = window().location().reload();
    };
    view! {
        <Screen>
            <Trouble code>
                <Button
                    label=move || t!(action.retry)
                    kind=ButtonKind::Primary
                    icon=Icon::Refresh
                    on_press=move || state.take_lead()
                />
                <Button label=move || t!(action.reload) on_press=reload />
            </Trouble>
            <Notice text=move || t!(storage.nothing_lost) tone=Tone::Info />
        </Screen>
    }
}
