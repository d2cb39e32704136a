//! A stable code as a person reads it: what happened, what to do next.

use leptos::prelude::*;
use shared::codes::Code;

use crate::components::ErrorState;
use crate::locale::error_text;

/// What went wrong, with the next step; children are the buttons.
#[component]
pub(super) fn Trouble(
    #[prop(into)] code: Signal<Code>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <ErrorState
            message=move || error_text(code.get().as_str()).0
            next=move || error_text(code.get().as_str()).1
            code=move || code.get().as_str().to_owned()
        >
            {children.map(|children| children())}
        </ErrorState>
    }
}

/// A place where a failure is told when there is one, with a button to try again.
#[component]
pub(super) fn TroublePlace(
    #[prop(into)] code: Signal<Option<Code>>,
    #[prop(optional, into)] actions: ViewFn,
) -> impl IntoView {
    let actions = StoredValue::new(actions);
    move || {
        code.get().map(|code| {
            view! { <Trouble code=code>{actions.with_value(ViewFn::run)}</Trouble> }
        })
    }
}
