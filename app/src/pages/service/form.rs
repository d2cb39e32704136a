//! A form whose draft survives the page: what is typed, what is wrong in it, and when that is told.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::components::{Button, ButtonKind, ButtonRole, ButtonSize, Icon, Notice, Tone};
use crate::pages::words;
use crate::state::use_app_state;
use crate::t;

/// What is wrong in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing is typed or chosen.
    Missing,
    /// More characters than the record takes.
    TooLong(usize),
    /// No number from the first to the second.
    NoNumber(u32, u32),
    /// No telephone number.
    NoPhone,
    /// No day.
    NoDay,
    /// More of them than the record takes.
    TooMany(usize),
    /// The end is not after the start.
    NotAfter,
    /// Longer than a week.
    OverAWeek,
    /// More minutes than there were.
    OverSpan(i64),
}

impl Fault {
    /// Tells whether it is said while people type: what is missing waits until they are done.
    const fn is_told_at_once(self) -> bool {
        match self {
            Self::TooLong(_)
            | Self::TooMany(_)
            | Self::NotAfter
            | Self::OverAWeek
            | Self::OverSpan(_) => true,
            Self::Missing | Self::NoNumber(..) | Self::NoPhone | Self::NoDay => false,
        }
    }

    fn text(self) -> String {
        match self {
            Self::Missing => t!(service.fault.missing),
            Self::TooLong(most) => t!(service.fault.too_long, n = most),
            Self::NoNumber(least, most) => t!(service.fault.no_number, least = least, most = most),
            Self::NoPhone => t!(service.fault.phone),
            Self::NoDay => t!(service.fault.day),
            Self::TooMany(most) => t!(service.fault.too_many, n = most),
            Self::NotAfter => t!(service.fault.not_after),
            Self::OverAWeek => t!(service.fault.over_a_week),
            Self::OverSpan(minutes) => t!(service.fault.over_span, n = minutes),
        }
    }
}

/// What is wrong in a form, by field.
pub(super) type Faults<P> = BTreeMap<P, Fault>;

/// What is typed into a form.
pub(super) trait Draft:
    Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// A field.
    type Place: Copy + Ord + Send + Sync + 'static;

    /// Returns what is wrong.
    fn faults(&self) -> Faults<Self::Place>;
}

/// What the fields work on.
pub(super) struct Form<D: Draft> {
    pub(super) draft: RwSignal<D>,
    faults: Memo<Faults<D::Place>>,
    tried: RwSignal<bool>,
}

impl<D: Draft> Clone for Form<D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: Draft> Copy for Form<D> {}

impl<D: Draft> Form<D> {
    /// Makes a form that begins with the draft kept under the name, or with `first`, and keeps what is
    /// typed there.
    pub(super) fn begin(name: &str, first: D) -> Self {
        let state = use_app_state();
        let draft = RwSignal::new(state.draft(name).unwrap_or(first));
        let name = name.to_owned();
        Effect::new(move |is_later: Option<bool>| {
            draft.with(|draft| {
                if is_later == Some(true) {
                    state.keep_draft(&name, draft);
                }
            });
            true
        });
        Self {
            draft,
            faults: Memo::new(move |_| draft.with(D::faults)),
            tried: RwSignal::new(false),
        }
    }

    pub(super) fn value(self, read: fn(&D) -> String) -> Signal<String> {
        Memo::new(move |_| self.draft.with(read)).into()
    }

    pub(super) fn on_input(self, write: fn(&mut D, String)) -> Callback<String> {
        Callback::new(move |typed| self.draft.update(|draft| write(draft, typed)))
    }

    pub(super) fn error(self, place: D::Place) -> MaybeProp<String> {
        MaybeProp::derive(move || {
            let fault = self.faults.with(|faults| faults.get(&place).copied())?;
            (self.tried.get() || fault.is_told_at_once()).then(|| fault.text())
        })
    }

    /// Tells whether nothing is wrong; else says what is, and shows the first field in which it is.
    pub(super) fn is_ready(self) -> bool {
        self.tried.set(true);
        let ready = self.faults.with_untracked(BTreeMap::is_empty);
        if !ready {
            request_animation_frame(|| {
                let found = document().query_selector(".has-error").ok().flatten();
                if let Some(field) = found {
                    field.scroll_into_view();
                }
            });
        }
        ready
    }

    /// The number of fields in which something is wrong, once somebody has tried to submit them.
    fn told(self) -> usize {
        if self.tried.get() {
            self.faults.with(BTreeMap::len)
        } else {
            0
        }
    }
}

/// The form around its fields, with the one button at its foot.
#[component]
pub(super) fn DraftForm<D: Draft>(
    form: Form<D>,
    #[prop(into)] busy: Signal<bool>,
    on_submit: Callback<()>,
    children: Children,
) -> impl IntoView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() && form.is_ready() {
            on_submit.run(());
        }
    };
    let told = Memo::new(move |_| form.told());
    view! {
        <form class="plan-form" novalidate on:submit=submit>
            {children()}
            <div aria-live="polite">
                <Show when=move || told.get() != 0>
                    <Notice
                        text=move || t!(service.faults, n = words::count(told.get()))
                        tone=Tone::Trouble
                    />
                </Show>
            </div>
            <Button
                label=move || t!(action.send)
                kind=ButtonKind::Primary
                size=ButtonSize::Wide
                role=ButtonRole::Submit
                icon=Icon::Check
                busy=busy
            />
        </form>
    }
}

/// Returns a text that may be left out, without the space around it.
pub(super) fn text<P: Ord>(
    faults: &mut Faults<P>,
    place: P,
    typed: &str,
    most: usize,
) -> Option<String> {
    let typed = typed.trim();
    if most < typed.chars().count() {
        faults.insert(place, Fault::TooLong(most));
    }
    (!typed.is_empty()).then(|| typed.to_owned())
}

/// Returns a text that has to be there.
pub(super) fn needed<P: Copy + Ord>(
    faults: &mut Faults<P>,
    place: P,
    typed: &str,
    most: usize,
) -> String {
    text(faults, place, typed, most).unwrap_or_else(|| {
        faults.insert(place, Fault::Missing);
        String::new()
    })
}
