//! One activity: a card with the button for today, a row for the days after.

use leptos::prelude::*;
use shared::client::ActivityView;
use shared::ids::ActivityId;

use crate::components::{Chip, Glyph, Icon, ListRow, Tone};
use crate::pages::check_in::CheckInPanel;
use crate::pages::facts::{self, ActivityFacts};
use crate::pages::phase::{PhaseChip, ShownPhase};
use crate::pages::words::{self, said};
use crate::state::use_app_state;
use crate::t;

/// Time, topic, place, speaker and the button of one of today's activities.
#[component]
pub(super) fn ActivityCard(id: ActivityId) -> impl IntoView {
    let view = use_app_state().activity(id);
    // An activity that left the calendar keeps its last words until the list drops the card.
    let last = Memo::new(move |before: Option<&Option<ActivityView>>| {
        view.get().or_else(|| before.cloned().flatten())
    });
    move || {
        last.with(Option::is_some).then(|| {
            let view = Signal::derive(move || last.get().expect("shown only while there is one"));
            view! { <Card view id /> }
        })
    }
}

#[component]
fn Card(view: Signal<ActivityView>, id: ActivityId) -> impl IntoView {
    let now = use_app_state().now();
    let phase = Memo::new(move |_| {
        view.with(|view| ShownPhase::of(&view.activity.current.plan, now.get()))
    });
    let topic = Memo::new(move |_| view.with(|view| view.activity.current.plan.topic.clone()));
    let time = move || {
        view.with(|view| {
            let plan = &view.activity.current.plan;
            words::span(plan.starts_at, plan.ends_at)
        })
    };
    view! {
        <article class="card activity-card" data-activity=id.to_string()>
            <div class="activity-head">
                <p class="activity-time">{time}</p>
                <PhaseChip phase />
            </div>
            <h3 class="activity-topic">
                <a class="activity-link" href=format!("/activities/{id}")>
                    <span>{topic}</span>
                    <Glyph icon=Icon::Chevron />
                </a>
            </h3>
            <ActivityFacts view />
            <CheckInPanel view />
        </article>
    }
}

/// A row that leads to an activity.
#[component]
pub(super) fn ActivityRow(id: ActivityId) -> impl IntoView {
    let state = use_app_state();
    let (view, directory) = (state.activity(id), state.directory());
    let read = move |read: fn(&ActivityView) -> String| {
        move || view.with(|view| view.as_ref().map(read).unwrap_or_default())
    };
    let subtitle = move || {
        directory.with(|slice| {
            view.with(|view| {
                let (slice, view) = (slice.as_ref()?, view.as_ref()?);
                facts::hall(view, slice).or_else(|| facts::organiser(view, slice))
            })
        })
    };
    let cancelled = Memo::new(move |_| {
        view.with(|view| {
            view.as_ref()
                .is_some_and(|view| view.activity.current.plan.is_cancelled())
        })
    });
    let chip = move || {
        cancelled.get().then(|| {
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
            lead=said(read(|view| {
                let plan = &view.activity.current.plan;
                words::span(plan.starts_at, plan.ends_at)
            }))
            title=read(|view| view.activity.current.plan.topic.clone())
            subtitle=MaybeProp::derive(subtitle)
            trailing=chip
            href=format!("/activities/{id}")
        />
    }
}
