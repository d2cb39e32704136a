//! 未被接受: what the server did not take, why, what to do, and a way to carry it out of the phone.

use leptos::prelude::*;
use shared::client::{RecordState, RecordView};
use shared::codes::Code;
use shared::ids::EntryId;

use super::row::{record_subtitle, record_title};
use crate::components::{Button, ButtonSize, Icon, List, ListRow, Section};
use crate::locale::{error_text, format_day_time};
use crate::pages::export::{ExportSheet, export_all, export_one};
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

#[component]
pub(super) fn RefusedSection() -> impl IntoView {
    let state = use_app_state();
    let copied_by_hand = RwSignal::new(None::<String>);
    let records = state.records();
    let refused = Memo::new(move |_| {
        records.with(|views| {
            let is_refused = |view: &&RecordView| matches!(view.state, RecordState::Refused(_));
            views.iter().filter(is_refused).cloned().collect::<Vec<_>>()
        })
    });
    let key = |view: &RecordView| -> EntryId { view.entry.id };
    view! {
        <Show when=move || !refused.with(Vec::is_empty)>
            <Section title=move || t!(refused.title) lead=said(move || t!(refused.lead))>
                <List>
                    <For each=move || refused.get() key=key let:record>
                        <RefusedRow record copied_by_hand />
                    </For>
                </List>
                <div class="button-row">
                    <Button
                        label=move || t!(refused.export_all)
                        icon=Icon::Download
                        on_press=move || export_all(state, copied_by_hand)
                    />
                    <Button
                        label=move || t!(refused.ask_coordinator)
                        icon=Icon::Chat
                        on_press=move || state.open_feedback()
                    />
                </div>
                <ExportSheet text=copied_by_hand />
            </Section>
        </Show>
    }
}

#[component]
fn RefusedRow(record: RecordView, copied_by_hand: RwSignal<Option<String>>) -> impl IntoView {
    let state = use_app_state();
    let id = record.entry.id;
    let at = record.entry.recorded_at;
    let code = match record.state {
        RecordState::Refused(code) => code,
        RecordState::Saved | RecordState::Sending | RecordState::Uploaded => Code::ServerError,
    };
    let record = StoredValue::new(record);
    let title = move || record.with_value(|record| record_title(state, record));
    let subtitle = move || record.with_value(|record| record_subtitle(state, record));
    view! {
        <ListRow
            lead=said(move || format_day_time(at.0))
            title=title
            subtitle=MaybeProp::derive(subtitle)
        >
            <div class="refused-reason" data-code=code.as_str()>
                <p class="refused-message">
                    {move || t!(refused.because, reason = error_text(code.as_str()).0)}
                </p>
                <p class="refused-next">{move || error_text(code.as_str()).1}</p>
                <p class="failure-code">{move || t!(error_page.code, code = code.as_str())}</p>
            </div>
            <Button
                label=move || t!(refused.export)
                size=ButtonSize::Wide
                icon=Icon::Download
                on_press=move || export_one(state, id, copied_by_hand)
            />
        </ListRow>
    }
}
