//! The organisation's own activities of the period, the newest first.

use leptos::prelude::*;
use shared::api::{ActivitySummary, Dashboard};

use super::Part;
use crate::components::{Button, Chip, Icon, List, ListRow, Tone};
use crate::locale::format_day;
use crate::pages::unconfirmed::tally_words;
use crate::pages::words::{self, said};
use crate::t;

/// Activities shown at first, and with every press on 更多.
const PAGE: usize = 10;

#[component]
pub(super) fn ActivitiesSection(#[prop(into)] dashboard: Signal<Dashboard>) -> impl IntoView {
    let activities = Memo::new(move |_| dashboard.with(|dashboard| dashboard.activities.clone()));
    let limit = RwSignal::new(PAGE);
    let shown = move || {
        let shown = |all: &Vec<ActivitySummary>| all.iter().take(limit.get()).cloned().collect();
        activities.with(shown)
    };
    let shown = Memo::new(move |_| -> Vec<ActivitySummary> { shown() });
    view! {
        <Part title=move || t!(overview.own_activities) when=move || !activities.with(Vec::is_empty)>
            <List>
                <For each=move || shown.get() key=|summary| summary.activity let:summary>
                    <Row first=summary activities />
                </For>
            </List>
            <Show when=move || limit.get() < activities.with(Vec::len)>
                <Button
                    label=move || t!(action.more)
                    on_press=move || limit.update(|limit| *limit += PAGE)
                />
            </Show>
        </Part>
    }
}

#[component]
fn Row(
    first: ActivitySummary,
    #[prop(into)] activities: Signal<Vec<ActivitySummary>>,
) -> impl IntoView {
    let href = format!("/activities/{}", first.activity);
    // The row stays in its place when its numbers change.
    let summary = Memo::new(move |_| {
        activities.with(|all| {
            let found = all
                .iter()
                .find(|summary| summary.activity == first.activity);
            found.cloned().unwrap_or_else(|| first.clone())
        })
    });
    let lead = move || {
        summary.with(|summary| {
            let time = words::span(summary.starts_at, summary.ends_at);
            t!(
                date.day_span,
                day = format_day(summary.starts_at.0),
                span = time
            )
        })
    };
    let subtitle = move || summary.with(|summary| words::joined(tally_words(&summary.tally)));
    let chip = move || {
        summary.with(|summary| summary.cancelled).then(|| {
            view! {
                <Chip
                    text=move || t!(activity.phase.cancelled)
                    tone=Tone::Notice
                    icon=Icon::Close
                />
            }
        })
    };
    view! {
        <ListRow
            lead=said(lead)
            title=move || summary.with(|summary| summary.topic.clone())
            subtitle=MaybeProp::derive(subtitle)
            trailing=chip
            href=href
        />
    }
}
