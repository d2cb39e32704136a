//! The organisation's own activities of the period, the latest first.

use leptos::prelude::*;
use shared::api::{ActivitySummary, Overview};

use super::Part;
use crate::components::{Chip, Icon, List, ListRow, Tone};
use crate::locale::{format_day, format_number};
use crate::pages::words::{self, said};
use crate::t;

#[component]
pub(super) fn ActivitiesSection(#[prop(into)] overview: Signal<Overview>) -> impl IntoView {
    let activities = Memo::new(move |_| {
        overview.with(|overview| {
            overview
                .activities
                .iter()
                .rev()
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    view! {
        <Part title=move || t!(overview.own_activities) when=move || !activities.with(Vec::is_empty)>
            <List>
                <For each=move || activities.get() key=|summary| summary.activity let:summary>
                    <Row first=summary activities />
                </For>
            </List>
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
    let subtitle = move || {
        summary.with(|summary| {
            let tally = &summary.tally;
            let mut parts = vec![t!(activity.present, n = format_number(tally.attendances))];
            if tally.waiting != 0 {
                parts.push(t!(overview.n_to_confirm, n = format_number(tally.waiting)));
            }
            if tally.disputed != 0 {
                parts.push(t!(overview.n_disputed, n = format_number(tally.disputed)));
            }
            words::joined(parts)
        })
    };
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
