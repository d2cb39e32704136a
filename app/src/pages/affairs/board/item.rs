//! One listing in full: what it says, who claims it, and editing, closing or reopening it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::codes::Code;
use shared::ids::ListingId;
use shared::reconcile::BoardItem;
use shared::records::{Listing, Topic};

use super::draft::revising;
use super::form::Editing;
use super::{Taken, tally, wanted_words};
use crate::components::{Button, ButtonKind, Icon, Sheet, Tone};
use crate::locale::format_date;
use crate::pages::affairs::facts;
use crate::pages::reason_sheet::{ReasonSheet, ReasonWords, Sent};
use crate::pages::service_words::{category_name, state_name};
use crate::pages::trouble::TroublePlace;
use crate::pages::words;
use crate::state::use_app_state;
use crate::t;

const CLOSING: ReasonWords = ReasonWords {
    title: || t!(board.close),
    lead: || t!(board.close_lead),
    label: || t!(board.close_reason),
    hint: Some(|| t!(board.close_hint)),
    missing: || t!(affairs.fault.missing),
    send: || t!(board.close),
};

/// The sheet of the listing that is opened.
#[component]
pub(super) fn ItemSheet(
    opened: RwSignal<Option<ListingId>>,
    items: Memo<Vec<BoardItem>>,
    taken: Taken,
    editing: RwSignal<Option<Editing>>,
) -> impl IntoView {
    let state = use_app_state();
    let item = Memo::new(move |_| {
        let listing = opened.get()?;
        items.with(|items| {
            let found = items.iter().find(|item| item.listing.listing == listing);
            found.cloned()
        })
    });
    let closing = RwSignal::new(false);
    let close = Callback::new(move |reason: String| -> Sent {
        Box::pin(async move {
            let item = item.get_untracked().ok_or(Code::NotFound)?;
            let listing = Listing {
                closed: Some(reason),
                ..revising(&item, item.listing.clone())
            };
            state.list(listing).await?;
            state.toast(Tone::Good, || t!(board.closed_now));
            Ok(())
        })
    });
    let title = move || {
        let title = item.with(|item| item.as_ref().map(|item| item.listing.title.clone()));
        title.unwrap_or_default()
    };
    view! {
        <Sheet
            open=Signal::derive(move || item.with(Option::is_some))
            on_close=move || opened.set(None)
            title=title
        >
            {move || {
                item.get()
                    .map(|item| {
                        let changed = item.clone();
                        view! {
                            <Told item taken />
                            <Change item=changed opened editing closing />
                        }
                    })
            }}
        </Sheet>
        <ReasonSheet
            open=closing
            words=CLOSING
            kind=ButtonKind::Primary
            longest=500
            on_send=close
        />
    }
}

#[component]
fn Told(item: BoardItem, taken: Taken) -> impl IntoView {
    let matters = use_app_state().matters();
    let id = item.listing.listing;
    let shown = item.clone();
    let fact = |(label, text): facts::Fact| {
        view! {
            <div class="affair-fact">
                <dt class="affair-fact-label">{label}</dt>
                <dd class="affair-fact-text">{text}</dd>
            </div>
        }
    };
    let facts = move || {
        let taken = taken.with(|taken| tally(taken.as_deref(), id));
        of_listing(&shown, words::joined(wanted_words(&shown, taken)))
            .into_iter()
            .map(fact)
            .collect_view()
    };
    let claims = move || {
        let claims = matters.with(|views| {
            let of = views
                .iter()
                .filter(|view| view.row.matter.topic == Topic::Listing(id));
            let told = of.map(|view| {
                let parts = [view.row.name.clone(), state_name(&view.row.matter)];
                words::joined(parts).unwrap_or_default()
            });
            told.collect::<Vec<_>>()
        });
        if claims.is_empty() {
            return view! { <p>{t!(board.no_claims)}</p> }.into_any();
        }
        let line = |text| view! { <li class="affair-line">{text}</li> };
        view! { <ul role="list">{claims.into_iter().map(line).collect_view()}</ul> }.into_any()
    };
    view! {
        <dl class="affair-facts" data-listing=id.to_string()>
            {facts}
        </dl>
        <div class="affair-part">
            <h3 class="affair-part-title">{move || t!(board.claims)}</h3>
            {claims}
        </div>
    }
}

fn of_listing(item: &BoardItem, wanted: Option<String>) -> Vec<facts::Fact> {
    let listing = &item.listing;
    let until = listing.until.map(|day| format_date(day.start().0));
    let closed = listing.closed.clone();
    let facts = [
        (t!(board.text), listing.text.clone()),
        (t!(board.category), category_name(listing.category)),
        (
            t!(board.skills),
            listing.skills.join(&t!(roll_call.name_separator)),
        ),
        (t!(board.times), facts::times(&listing.times)),
        (t!(board.places), wanted.unwrap_or_default()),
        (t!(board.place), listing.place.clone().unwrap_or_default()),
        (t!(board.until), until.unwrap_or_default()),
        (t!(board.close_reason), closed.unwrap_or_default()),
    ];
    let told = facts.into_iter().filter(|(_, text)| !text.is_empty());
    told.collect()
}

#[component]
fn Change(
    item: BoardItem,
    opened: RwSignal<Option<ListingId>>,
    editing: RwSignal<Option<Editing>>,
    closing: RwSignal<bool>,
) -> impl IntoView {
    let state = use_app_state();
    let is_closed = item.listing.closed.is_some();
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<Code>));
    let item = StoredValue::new(item);
    let edit = move || {
        editing.set(Some(Editing::Standing(Box::new(item.get_value()))));
        opened.set(None);
    };
    let reopen = Callback::new(move |()| {
        busy.set(true);
        failure.set(None);
        let item = item.get_value();
        let listing = Listing {
            closed: None,
            ..revising(&item, item.listing.clone())
        };
        spawn_local(async move {
            let result = state.list(listing).await;
            busy.try_set(false);
            match result {
                Ok(_) => state.toast(Tone::Good, || t!(board.reopened)),
                Err(code) => failure.try_set(Some(code)).map_or((), drop),
            }
        });
    });
    view! {
        <TroublePlace code=failure />
        <div class="button-row affair-part">
            <Button label=move || t!(board.edit) icon=Icon::Pencil on_press=edit />
            {if is_closed {
                view! {
                    <Button
                        label=move || t!(board.reopen)
                        icon=Icon::Refresh
                        busy=busy
                        on_press=reopen
                    />
                }
                    .into_any()
            } else {
                view! {
                    <Button
                        label=move || t!(board.close)
                        kind=ButtonKind::Danger
                        icon=Icon::Close
                        on_press=move || closing.set(true)
                    />
                }
                    .into_any()
            }}
        </div>
    }
}
