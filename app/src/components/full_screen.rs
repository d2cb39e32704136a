//! A sheet that takes the whole screen, for a code to be shown or a camera to look.

use leptos::html::Dialog;
use leptos::prelude::*;

use super::{Glyph, Icon, fresh_id};
use crate::t;

/// A modal sheet over the whole screen. What is in it is made when it opens and dropped when it
/// closes, so that a camera in it ends.
///
/// The caller owns `open`; Esc, the way back and the cross run `on_close`.
#[component]
pub fn FullScreen(
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] on_close: Callback<()>,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] content: ViewFn,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let heading = fresh_id("full-screen");
    let labelled_by = heading.clone();
    let is_open = Memo::new(move |_| open.get());
    Effect::new(move || {
        let wanted = is_open.get();
        let Some(dialog) = dialog.get() else { return };
        if wanted == dialog.open() {
            return;
        }
        if !wanted {
            dialog.close();
        } else if dialog.show_modal().is_err() {
            // An engine without modal dialogs still shows it, only not modally.
            dialog.set_open(true);
        }
    });
    let closed = move |_| {
        if is_open.get_untracked() {
            on_close.run(());
        }
    };
    let content = StoredValue::new(content);
    view! {
        <dialog
            class="full-screen"
            node_ref=dialog
            aria-labelledby=labelled_by
            on:cancel=move |event: leptos::ev::Event| {
                event.prevent_default();
                on_close.run(());
            }
            on:close=closed
        >
            <div class="full-screen-head">
                <h2 class="full-screen-title" id=heading tabindex="-1" autofocus>
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
            <div class="full-screen-content">
                {move || is_open.get().then(|| content.with_value(ViewFn::run))}
            </div>
        </dialog>
    }
}
