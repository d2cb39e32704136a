//! A sheet that comes up over the screen and keeps the focus until it is closed.

use leptos::html::Dialog;
use leptos::prelude::*;

use super::{Glyph, Icon, fresh_id};
use crate::t;

/// A modal sheet: at the bottom of a phone, in the middle of a larger screen.
///
/// The caller owns `open`; Esc, the cross and a press beside the sheet run `on_close`.
#[component]
pub fn Sheet(
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] on_close: Callback<()>,
    #[prop(into)] title: Signal<String>,
    /// The buttons at the foot, the main one first.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let heading = fresh_id("sheet");
    let labelled_by = heading.clone();
    Effect::new(move || {
        let wanted = open.get();
        let Some(dialog) = dialog.get() else { return };
        if wanted == dialog.open() {
            return;
        }
        if !wanted {
            dialog.close();
        } else if dialog.show_modal().is_err() {
            // An engine without modal dialogs still shows the sheet, only not modally.
            dialog.set_open(true);
        }
    });
    let close_beside = move |event: leptos::ev::MouseEvent| {
        // The dialog has no padding: a press that hits the element itself is beside the sheet.
        if event.target() == event.current_target() {
            on_close.run(());
        }
    };
    let closed = move |_| {
        if open.get_untracked() {
            on_close.run(());
        }
    };
    view! {
        <dialog
            class="sheet"
            node_ref=dialog
            aria-labelledby=labelled_by
            on:cancel=move |event: leptos::ev::Event| {
                event.prevent_default();
                on_close.run(());
            }
            on:close=closed
            on:click=close_beside
        >
            <div class="sheet-panel">
                <div class="sheet-head">
                    <h2 class="sheet-title" id=heading tabindex="-1" autofocus>
                        {title}
                    </h2>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=move || t!(action.close)
                        on:click=move |_| on_close.run(())
                    >
                        <Glyph icon=Icon::Close />
                    </button>
                </div>
                <div class="sheet-content">{children()}</div>
                {actions.map(|actions| view! { <div class="sheet-actions">{actions.run()}</div> })}
            </div>
        </dialog>
    }
}
