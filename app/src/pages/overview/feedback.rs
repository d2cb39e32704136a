//! 投诉建议 as the coordinators read it, the newest first. Never kept on the phone.

use leptos::prelude::*;
use shared::api::FeedbackItem;
use shared::ids::OrganisationId;

use super::Part;
use crate::components::{Button, List};
use crate::locale::format_near;
use crate::pages::fresh::{Answer, Fresh, Source};
use crate::pages::words::said;
use crate::state::{AppState, use_app_state};
use crate::t;

/// Items shown at first, and with every press on 更多.
const PAGE: usize = 10;

struct Received(AppState);

impl Source<OrganisationId, Vec<FeedbackItem>> for Received {
    fn ask(&self, organisation: OrganisationId) -> Answer<Vec<FeedbackItem>> {
        Box::pin(self.0.feedback(organisation))
    }
}

#[component]
pub(super) fn FeedbackSection(organisation: OrganisationId) -> impl IntoView {
    let state = use_app_state();
    // What was read stays where the network fails; the totals above say that it did.
    let read = Fresh::begin(Signal::stored(organisation), Received(state)).shown();
    let items = Memo::new(move |_| read.get().unwrap_or_default());
    let limit = RwSignal::new(PAGE);
    let shown =
        move || items.with(|items| items.iter().take(limit.get()).cloned().collect::<Vec<_>>());
    let key = |item: &FeedbackItem| (item.recorded_at, item.name.clone(), item.text.clone());
    view! {
        <Part
            title=move || t!(feedback.received)
            lead=said(move || t!(feedback.received_lead))
            when=move || !items.with(Vec::is_empty)
        >
            <List>
                <For each=shown key=key let:item>
                    <Item item />
                </For>
            </List>
            <Show when=move || limit.get() < items.with(Vec::len)>
                <Button
                    label=move || t!(action.more)
                    on_press=move || limit.update(|limit| *limit += PAGE)
                />
            </Show>
        </Part>
    }
}

#[component]
fn Item(item: FeedbackItem) -> impl IntoView {
    let now = use_app_state().now();
    let at = item.recorded_at;
    let (name, branch) = (item.name, item.branch);
    let from = move || {
        let time = format_near(at.0, now.get().0);
        t!(feedback.from, name = name, branch = branch, time = time)
    };
    view! {
        <li class="row feedback-item">
            <p class="feedback-text">{item.text}</p>
            <p class="feedback-from">{from}</p>
        </li>
    }
}
