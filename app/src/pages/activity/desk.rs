//! What every part of a roll call works with, and why marks are entered once an activity is over.

use leptos::prelude::*;
use shared::client::ActivityView;
use shared::codes::Code;
use shared::ids::{ActivityId, MemberId};
use shared::records::{MarkEntry, Phase};

use super::Attended;
use super::roster::Person;
use crate::components::TextInput;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// One roll call, as it is taken.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) activity: ActivityId,
    pub(super) people: Memo<Vec<Person>>,
    /// Why the last tap was not taken.
    pub(super) failure: RwSignal<Option<Code>>,
    /// The person whose 更多 is open.
    pub(super) opened: RwSignal<Option<MemberId>>,
    attended: Option<Attended>,
    /// Whether marks come after the fact.
    over: Memo<bool>,
    /// Why they do; asked for once, and kept for the whole sitting.
    reason: RwSignal<String>,
    reason_missing: RwSignal<bool>,
}

impl Desk {
    /// Opens a roll call.
    pub(super) fn new(
        view: Signal<ActivityView>,
        people: Memo<Vec<Person>>,
        attended: Option<Attended>,
    ) -> Self {
        let now = use_app_state().now();
        Self {
            activity: view.with_untracked(|view| view.activity.current.plan.activity),
            people,
            failure: RwSignal::new(None),
            opened: RwSignal::new(None),
            attended,
            over: Memo::new(move |_| {
                view.with(|view| view.activity.current.plan.phase(now.get()) == Phase::Over)
            }),
            reason: RwSignal::new(String::new()),
            reason_missing: RwSignal::new(false),
        }
    }

    /// Returns one person of the roll call.
    pub(super) fn person(self, id: MemberId) -> Memo<Option<Person>> {
        Memo::new(move |_| {
            self.people
                .with(|people| people.iter().find(|person| person.id == id).cloned())
        })
    }

    /// Returns how a mark is entered now: what was seen on the spot is a late entry once the
    /// activity is over. `None` while that lacks its reason, which is then asked for.
    pub(super) fn entered(self, entered: MarkEntry) -> Option<MarkEntry> {
        if !entered.is_seen() || !self.over.get_untracked() {
            return Some(entered);
        }
        let reason = self.reason.get_untracked().trim().to_owned();
        self.reason_missing.set(reason.is_empty());
        (!reason.is_empty()).then_some(MarkEntry::LateEntry { reason })
    }

    /// Has the server's list read again.
    pub(super) fn read_again(self) {
        if let Some(attended) = self.attended {
            attended.read_again();
        }
    }
}

/// The longest reason of a mark; the same as its record may have.
pub(super) const LONGEST_REASON: usize = 200;

/// Cuts a reason where its record would end it.
pub(super) fn shortened(reason: &str) -> String {
    reason.chars().take(LONGEST_REASON).collect()
}

/// Asks why marks are entered after the activity; nothing before it is over.
#[component]
pub(super) fn LateReason(desk: Desk) -> impl IntoView {
    let error = move || {
        let missing = desk.reason_missing.get();
        missing.then(|| t!(sitting.late_reason_missing))
    };
    view! {
        <Show when=move || desk.over.get()>
            <TextInput
                label=move || t!(sitting.late_reason)
                hint=said(move || t!(sitting.late_reason_hint))
                error=MaybeProp::derive(error)
                value=desk.reason
                on_input=move |typed: String| {
                    desk.reason_missing.set(false);
                    desk.reason.set(shortened(&typed));
                }
            />
        </Show>
    }
}
