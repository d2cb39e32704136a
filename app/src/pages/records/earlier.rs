//! 更早的记录: quarters that are over, each opened when somebody wants to read it.

use leptos::prelude::*;
use shared::client::SealedRecord;
use shared::time::Quarter;

use super::row::sealed_title;
use crate::components::{Button, Icon, List, ListRow, Section};
use crate::locale::format_day_time;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

#[component]
pub(super) fn EarlierSection() -> impl IntoView {
    let quarters = use_app_state().sealed_quarters();
    let quarters = Memo::new(move |_| quarters.get());
    view! {
        <Show when=move || !quarters.with(Vec::is_empty)>
            <Section title=move || t!(record.earlier)>
                <For each=move || quarters.get() key=|quarter| *quarter let:quarter>
                    <EarlierQuarter quarter />
                </For>
            </Section>
        </Show>
    }
}

#[component]
fn EarlierQuarter(quarter: Quarter) -> impl IntoView {
    let state = use_app_state();
    let records = RwSignal::new(None::<Vec<SealedRecord>>);
    let label = move || t!(record.quarter, year = quarter.year, number = quarter.number);
    view! {
        <Show when=move || records.with(Option::is_none)>
            <Button
                label=label
                icon=Icon::List
                on_press=move || records.set(Some(state.open_quarter(quarter)))
            />
        </Show>
        <Show when=move || records.with(Option::is_some)>
            <h3 class="day-title">{label}</h3>
            <List>
                <For
                    each=move || records.get().unwrap_or_default()
                    key=|record| record.view.entry.id
                    let:record
                >
                    <EarlierRow record />
                </For>
            </List>
        </Show>
    }
}

#[component]
fn EarlierRow(record: SealedRecord) -> impl IntoView {
    let state = use_app_state();
    let at = record.view.entry.recorded_at;
    let record = StoredValue::new(record);
    view! {
        <ListRow
            lead=said(move || format_day_time(at.0))
            title=move || record.with_value(|record| sealed_title(state, record))
        />
    }
}
