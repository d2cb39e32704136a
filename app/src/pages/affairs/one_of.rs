//! A page about one of the organisations that the owner coordinates.

use leptos::prelude::*;
use shared::directory::Organisation;
use shared::ids::OrganisationId;

use crate::components::{Choice, EmptyState, Icon, LoadingState, Select};
use crate::pages::words;
use crate::state::use_app_state;

/// Words that follow the locale.
type Words = fn() -> String;

/// What the page says of its organisations.
#[derive(Clone, Copy)]
pub(super) struct OneOfWords {
    /// Asks which.
    pub(super) which: Words,
    /// Says that there is none.
    pub(super) none: Words,
    /// Says what to do then.
    pub(super) none_hint: Words,
}

/// Shows a page about one of several organisations, which can be chosen where there are several.
#[component]
pub(super) fn OneOf(
    organisations: Memo<Vec<Organisation>>,
    words: OneOfWords,
    shown: fn(OrganisationId) -> AnyView,
) -> impl IntoView {
    let directory = use_app_state().directory();
    let arrived = Memo::new(move |_| directory.with(Option::is_some));
    let chosen = RwSignal::new(None::<OrganisationId>);
    let current = Memo::new(move |_| {
        organisations.with(|organisations| {
            let of = |id| organisations.iter().find(|found| Some(found.id) == id);
            of(chosen.get())
                .or_else(|| organisations.first())
                .map(|found| found.id)
        })
    });
    let choices = move || {
        let organisations = organisations.get().into_iter();
        organisations
            .map(|organisation| {
                let title = directory.with(|slice| {
                    let slice = slice.as_ref()?;
                    Some(words::organisation_title(slice, &organisation))
                });
                let title = title.unwrap_or(organisation.name);
                Choice::new(organisation.id.to_string(), move || title.clone())
            })
            .collect::<Vec<_>>()
    };
    view! {
        <Show when=move || { 1 < organisations.with(Vec::len) }>
            <Select
                label=Signal::derive(words.which)
                choices=Signal::derive(choices)
                value=Signal::derive(move || {
                    current.get().map(|id| id.to_string()).unwrap_or_default()
                })
                on_change=move |id: String| chosen.set(id.parse().ok())
            />
        </Show>
        {move || match current.get() {
            Some(organisation) => shown(organisation),
            None if arrived.get() => {
                view! {
                    <EmptyState
                        title=Signal::derive(words.none)
                        text=words::said(words.none_hint)
                        icon=Icon::Building
                    />
                }
                    .into_any()
            }
            None => view! { <LoadingState rows=4 /> }.into_any(),
        }}
    }
}
