//! 未被接受: what the server did not take, why, what to do, and a way to carry it out of the phone.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::client::{Binding, RecordState, RecordView};
use shared::codes::Code;
use shared::ids::EntryId;
use shared::records::{Claim, Record};

use super::row::{record_subtitle, record_title};
use crate::components::{Button, ButtonKind, Icon, List, ListRow, Section, Sheet, TextArea};
use crate::locale::{error_text, format_day_time};
use crate::pages::export::{ExportSheet, export_all, export_one};
use crate::pages::trouble::TroublePlace;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// Characters that feedback may have; the same as its record may.
const FEEDBACK_CHARACTERS: u32 = 2_000;

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
                <LetGo />
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
    let words = StoredValue::new(match &record.entry.record {
        Record::Claim(Claim::Feedback { text }) => Some(text.clone()),
        Record::Claim(
            Claim::CheckIn(_) | Claim::CheckOut(_) | Claim::Leave(_) | Claim::Objection(_),
        )
        | Record::Plan(_)
        | Record::HostKey(_)
        | Record::Mark(_)
        | Record::Visitor(_)
        | Record::Ruling(_)
        | Record::Request(_)
        | Record::Withdrawal(_)
        | Record::Reply(_)
        | Record::Rating(_)
        | Record::Listing(_) => None,
    });
    let edited = RwSignal::new(None::<String>);
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let send_again = move || {
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let result = state.resend(id).await;
            busy.try_set(false);
            failure.try_set(result.err());
        });
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
            <TroublePlace code=failure />
            <div class="button-row">
                {words
                    .with_value(Option::is_some)
                    .then(|| {
                        view! {
                            <Button
                                label=move || t!(refused.edit)
                                icon=Icon::Pencil
                                on_press=move || edited.set(words.get_value())
                            />
                        }
                    })}
                <Button
                    label=move || t!(refused.send_again)
                    icon=Icon::CloudUp
                    busy=busy
                    on_press=move || send_again()
                />
                <Button
                    label=move || t!(refused.export)
                    icon=Icon::Download
                    on_press=move || export_one(state, id, copied_by_hand)
                />
            </div>
            <EditSheet id edited />
        </ListRow>
    }
}

/// The words of a refused record, to be written anew.
#[component]
fn EditSheet(id: EntryId, edited: RwSignal<Option<String>>) -> impl IntoView {
    let state = use_app_state();
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let send = move || {
        let text = edited.get_untracked().unwrap_or_default().trim().to_owned();
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let result = state
                .amend(id, Record::Claim(Claim::Feedback { text }))
                .await;
            busy.try_set(false);
            match result {
                // The refused record is gone, and this sheet with it.
                Ok(_) => {
                    edited.try_set(None);
                }
                Err(code) => {
                    failure.try_set(Some(code));
                }
            }
        });
    };
    view! {
        <Sheet
            open=move || edited.with(Option::is_some)
            on_close=move || edited.set(None)
            title=move || t!(refused.edit)
        >
            <TextArea
                label=move || t!(feedback.message_label)
                value=move || edited.get().unwrap_or_default()
                on_input=move |typed: String| edited.set(Some(typed))
                max_length=FEEDBACK_CHARACTERS
            />
            <TroublePlace code=failure />
            <Button
                label=move || t!(refused.send_edited)
                kind=ButtonKind::Primary
                icon=Icon::CloudUp
                busy=busy
                on_press=send
            />
        </Sheet>
    }
}

/// What the owner of a revoked phone does last: everything leaves the phone.
#[component]
fn LetGo() -> impl IntoView {
    let state = use_app_state();
    let binding = state.binding();
    view! {
        <Show when=move || binding.get() == Binding::Revoked>
            <Button
                label=move || t!(binding.let_go)
                kind=ButtonKind::Primary
                icon=Icon::Check
                on_press=move || state.let_go()
            />
        </Show>
    }
}
