//! 我的记录: what is not uploaded yet, what was not accepted, and everything the owner recorded.

mod detail;
mod earlier;
mod refused;
mod row;
mod waiting;

use leptos::prelude::*;
use shared::client::{RecordState, RecordView};
use shared::records::Record;
use shared::time::Day;

use self::detail::RecordSheet;
use self::earlier::EarlierSection;
use self::refused::RefusedSection;
use self::row::RecordRow;
use self::waiting::WaitingSection;
use super::words;
use crate::components::{Button, ButtonLink, ButtonSize, EmptyState, Icon, List, Screen, Section};
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// Records shown at first, and with every press on 更多.
const PAGE: usize = 60;

/// The owner's records, those that need something first.
#[component]
pub fn RecordsPage() -> impl IntoView {
    let opened = RwSignal::new(None::<RecordView>);
    view! {
        <Screen>
            <ButtonLink
                label=move || t!(attended.open)
                href="/attended"
                size=ButtonSize::Wide
                icon=Icon::CheckCircle
            />
            <WaitingSection />
            <RefusedSection />
            <AllRecords opened />
            <EarlierSection />
            <RecordSheet opened />
        </Screen>
    }
}

#[component]
fn AllRecords(opened: RwSignal<Option<RecordView>>) -> impl IntoView {
    let records = use_app_state().records();
    let limit = RwSignal::new(PAGE);
    let total = Memo::new(move |_| records.with(|views| views.iter().filter(is_listed).count()));
    let days = Memo::new(move |_| {
        records.with(|views| by_day(views.iter().filter(is_listed).take(limit.get())))
    });
    view! {
        <Section title=move || t!(record.all)>
            <Show when=move || total.get() == 0>
                <EmptyState
                    title=move || t!(record.empty)
                    text=said(move || t!(record.empty_hint))
                    icon=Icon::List
                />
            </Show>
            <For each=move || days.get() key=|(day, _)| *day let:group>
                <DayOfRecords day=group.0 days=days opened />
            </For>
            <Show when=move || limit.get() < total.get()>
                <Button
                    label=move || t!(action.more)
                    on_press=move || limit.update(|limit| *limit += PAGE)
                />
            </Show>
        </Section>
    }
}

type Days = Vec<(Day, Vec<RecordView>)>;

#[component]
fn DayOfRecords(
    day: Day,
    #[prop(into)] days: Signal<Days>,
    opened: RwSignal<Option<RecordView>>,
) -> impl IntoView {
    let views = Memo::new(move |_| {
        days.with(|days| {
            let found = days.iter().find(|(of, _)| *of == day);
            found.map(|(_, views)| views.clone()).unwrap_or_default()
        })
    });
    // A row is made anew when its record changes; what it shows of the outcome follows by itself.
    let key = |view: &RecordView| (view.entry.id, state_rank(view.state));
    view! {
        <div class="day-group">
            <h3 class="day-title">{move || words::day_name(day)}</h3>
            <List>
                <For each=move || views.get() key=key let:record>
                    <RecordRow record on_press=Callback::new(move |record| opened.set(Some(record))) />
                </For>
            </List>
        </div>
    }
}

/// What was refused stands in a section of its own; plans and marks are shown until uploaded.
fn is_listed(view: &&RecordView) -> bool {
    let refused = matches!(view.state, RecordState::Refused(_));
    match &view.entry.record {
        Record::Claim(_)
        | Record::Plan(_)
        | Record::HostKey(_)
        | Record::Mark(_)
        | Record::Visitor(_)
        | Record::Ruling(_)
        | Record::Request(_)
        | Record::Withdrawal(_)
        | Record::Reply(_)
        | Record::Rating(_)
        | Record::Listing(_) => !refused,
    }
}

fn state_rank(state: RecordState) -> u8 {
    match state {
        RecordState::Saved => 0,
        RecordState::Sending => 1,
        RecordState::Uploaded => 2,
        RecordState::Refused(_) => 3,
    }
}

/// `views` are sorted, newest first.
fn by_day<'a>(views: impl Iterator<Item = &'a RecordView>) -> Days {
    let mut days: Days = Vec::new();
    for view in views {
        let day = view.entry.recorded_at.day();
        match days.last_mut() {
            Some((last, group)) if *last == day => group.push(view.clone()),
            _ => days.push((day, vec![view.clone()])),
        }
    }
    days
}
