//! Carrying records out of the phone: as a file, or as text to copy where the browser takes none.

use leptos::prelude::*;
use shared::ids::EntryId;

use crate::components::{Sheet, TextArea};
use crate::state::AppState;
use crate::t;

/// Hands over a file of everything; where that fails, `text` opens the sheet.
pub(super) fn export_all(state: AppState, text: RwSignal<Option<String>>) {
    if !state.export() {
        text.set(state.export_text());
    }
}

/// Hands over a file of one record; where that fails, the sheet shows everything.
pub(super) fn export_one(state: AppState, id: EntryId, text: RwSignal<Option<String>>) {
    if !state.export_record(id) {
        text.set(state.export_text());
    }
}

/// The text to copy, while there is one.
#[component]
pub(super) fn ExportSheet(text: RwSignal<Option<String>>) -> impl IntoView {
    view! {
        <Sheet
            open=move || text.with(Option::is_some)
            on_close=move || text.set(None)
            title=move || t!(settings.export_my_data)
        >
            <TextArea
                label=move || t!(settings.export_by_hand)
                value=move || text.get().unwrap_or_default()
                on_input=|_| ()
                max_length=u32::MAX
            />
        </Sheet>
    }
}
