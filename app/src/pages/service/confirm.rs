//! A sheet that asks whether something is really meant.

use leptos::prelude::*;

use crate::components::{Button, ButtonKind, Sheet};
use crate::t;

/// Words that follow the locale.
type Words = fn() -> String;

/// Asks while `open`; a yes runs `on_yes` and closes.
#[component]
pub(super) fn ConfirmSheet(
    open: RwSignal<bool>,
    title: Words,
    text: Words,
    /// The button that says yes.
    yes: Words,
    kind: ButtonKind,
    #[prop(into)] on_yes: Callback<()>,
) -> impl IntoView {
    let confirm = Callback::new(move |()| {
        open.set(false);
        on_yes.run(());
    });
    view! {
        <Sheet
            open=open
            on_close=move || open.set(false)
            title=title
            actions=move || {
                view! {
                    <Button label=yes kind=kind on_press=confirm />
                    <Button label=move || t!(action.cancel) on_press=move || open.set(false) />
                }
            }
        >
            <p>{text}</p>
        </Sheet>
    }
}
