//! What every part of a roll call works with, and why marks are entered once an activity is over.

use std::collections::BTreeMap;

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
    rows: StoredValue<BTreeMap<MemberId, ArcRwSignal<Option<Person>>>>,
}

impl Desk {
    /// Opens a roll call.
    pub(super) fn new(
        view: Signal<ActivityView>,
        people: Memo<Vec<Person>>,
        attended: Option<Attended>,
    ) -> Self {
        let now = use_app_state().now();
        let desk = Self {
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
            rows: StoredValue::default(),
        };
        desk.follow();
        desk
    }

    /// Returns one person of the roll call. Of hundreds only those whose word changed are drawn anew.
    pub(super) fn person(self, id: MemberId) -> RwSignal<Option<Person>> {
        let row = self.rows.try_update_value(|rows| {
            let read = || {
                let people = self.people.read_untracked();
                let found = people.iter().find(|person| person.id == id);
                ArcRwSignal::new(found.cloned())
            };
            rows.entry(id).or_insert_with(read).clone()
        });
        row.unwrap_or_default().into()
    }

    /// Keeps the rows in step with the roll call.
    fn follow(self) {
        Effect::new(move |_| {
            let people = self.people.read();
            let mut known: BTreeMap<MemberId, &Person> =
                people.iter().map(|person| (person.id, person)).collect();
            self.rows.with_value(|rows| {
                for (id, row) in rows {
                    let person = known.remove(id);
                    if row.read_untracked().as_ref() != person {
                        row.set(person.cloned());
                    }
                }
            });
        });
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
