//! What a phone keeps, and what of it is in memory.
//!
//! The owner's journals stay for good: they are small, they are the owner's own evidence, and they
//! bring back what a restored server lost. Calendars stay for a year, so that the owner's records
//! say what they were about; roll calls, which name other people, for a month, and only with the
//! right. Of a period that is over a document is asleep: on the disk, neither loaded nor followed.
//! What is over is judged by the server's time as last seen, never by the phone's clock alone, which
//! may be years off: nothing is dropped for that.

use std::collections::{BTreeMap, BTreeSet};

use crate::documents::DocumentName;
use crate::ids::{ActivityId, DocumentId};
use crate::project::{Projection, activities};
use crate::time::{Day, Quarter, Timestamp};

use super::engine::{Engine, delete_row};
use super::held::Held;
use super::rows::{Table, Write};
use super::scope;
use super::view::RecordView;

/// Days for which a calendar is kept after its quarter.
const CALENDAR_DAYS: i32 = 366;
/// Days for which a roll call is kept after its activity.
const ROLLCALL_DAYS: i32 = 31;

/// What becomes of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keeping {
    Awake,
    Asleep,
    Dropped,
}

impl Engine {
    /// Lays to sleep what is over and drops what is kept no longer.
    pub(super) fn retire(&mut self) -> Vec<Write> {
        let Some(server_day) = self.server_day() else {
            return Vec::new();
        };
        let mut busy: BTreeSet<DocumentId> = BTreeSet::new();
        busy.extend(self.changes.values().map(|change| change.document.id()));
        busy.extend(self.commands.values().map(|command| command.document.id()));
        let keepings: Vec<(DocumentId, Keeping)> = self
            .held
            .iter()
            .filter(|(id, held)| !held.kept.doubted && !busy.contains(id))
            .map(|(id, held)| (*id, self.keeping(held, server_day)))
            .collect();
        let mut writes = Vec::new();
        let before = self.held.values().filter(|held| held.is_asleep()).count();
        for (id, keeping) in keepings {
            match keeping {
                Keeping::Awake => {
                    if let Some(held) = self.held.get_mut(&id) {
                        held.wake();
                    }
                }
                Keeping::Asleep => {
                    if let Some(held) = self.held.get_mut(&id) {
                        held.lay_to_sleep();
                    }
                }
                Keeping::Dropped => {
                    self.held.remove(&id);
                    writes.push(delete_row(Table::Documents, id.0));
                }
            }
        }
        let after = self.held.values().filter(|held| held.is_asleep()).count();
        if before != after || !writes.is_empty() {
            self.derive_activities();
        }
        writes
    }

    fn keeping(&self, held: &Held, today: Day) -> Keeping {
        // What was entered afterwards, from paper, is as young as its entry, whatever it is about.
        let is_young = |held: &Held, days: i32| {
            let newest = held.newest_day();
            newest.is_some_and(|newest| today.0 - newest.0 <= days)
        };
        match &held.kept.name {
            DocumentName::Journal { quarter, .. } if is_over(*quarter, today) => Keeping::Asleep,
            DocumentName::Journal { .. } => Keeping::Awake,
            // As long as the calendar whose activities it settles.
            DocumentName::Calendar { quarter, .. } | DocumentName::Ledger { quarter, .. } => {
                let days = today.0 - quarter.next().first_day().0;
                if !is_over(*quarter, today) {
                    Keeping::Awake
                } else if days <= CALENDAR_DAYS || is_young(held, CALENDAR_DAYS) {
                    Keeping::Asleep
                } else {
                    Keeping::Dropped
                }
            }
            // A board is followed for as long as it is in scope; [`Engine::follow`] asks for it again.
            DocumentName::Board { .. } => {
                if self.follows_board(&held.kept.name) {
                    Keeping::Awake
                } else {
                    Keeping::Dropped
                }
            }
            DocumentName::Rollcall {
                organisation,
                activity,
            } => {
                let slice = self.meta.directory.as_ref();
                let may = slice.is_some_and(|slice| scope::may_mark(slice, *organisation));
                let known = self.activities.get(activity);
                let held_on = known.map(|activity| activity.current.plan.starts_at.day());
                let age = held_on.map(|day| today.0 - day.0);
                // Its calendar is still to come, or not one is loaded yet.
                let is_new = held.kept.version == 0 && held_on.is_none();
                let is_to_come = is_new || self.activities.is_empty();
                let is_within = |days: i32| age.is_some_and(|age| age <= days);
                if is_to_come
                    || is_within(scope::ROLLCALL_DAYS)
                    || is_young(held, scope::ROLLCALL_DAYS)
                {
                    Keeping::Awake
                } else if may && (is_within(ROLLCALL_DAYS) || is_young(held, ROLLCALL_DAYS)) {
                    Keeping::Asleep
                } else {
                    Keeping::Dropped
                }
            }
        }
    }

    /// Returns the city's day by the server's clock at the last exchange.
    fn server_day(&self) -> Option<Day> {
        let synced_at: Timestamp = self.meta.synced_at?;
        Some(synced_at.plus(self.meta.clock_offset_ms).day())
    }

    /// Returns the quarters of the owner's journals that are not in memory, the newest first.
    pub fn sealed_quarters(&self) -> Vec<Quarter> {
        let asleep = self.held.values().filter(|held| held.is_asleep());
        let mut quarters: Vec<Quarter> = asleep
            .filter_map(|held| match held.kept.name {
                DocumentName::Journal { quarter, .. } => Some(quarter),
                DocumentName::Calendar { .. }
                | DocumentName::Rollcall { .. }
                | DocumentName::Ledger { .. }
                | DocumentName::Board { .. } => None,
            })
            .collect();
        quarters.sort_by_key(|quarter| std::cmp::Reverse((quarter.year, quarter.number)));
        quarters
    }

    /// Returns the records of a sealed quarter's journal, newest first, and leaves it asleep.
    pub fn sealed_records(&self, quarter: Quarter) -> Vec<SealedRecord> {
        let topics = self.sealed_topics(quarter);
        let asleep = self.held.values().filter(|held| held.is_asleep());
        let of_quarter = asleep.filter(|held| {
            matches!(held.kept.name, DocumentName::Journal { quarter: of, .. } if of == quarter)
        });
        let mut records: Vec<SealedRecord> = of_quarter
            .flat_map(|held| {
                let name = held.kept.name;
                let entries = held.read().into_values();
                entries.map(move |entry| RecordView::uploaded(name, entry))
            })
            .map(|view| {
                let activity = view.entry.record.activity();
                let topic = activity.and_then(|activity| topics.get(&activity).cloned());
                SealedRecord { view, topic }
            })
            .collect();
        records.sort_by_key(|record| record.view.newest_first());
        records
    }

    /// Returns what the activities of a quarter were about, as far as this phone keeps its calendars;
    /// at its end one may stand in the next.
    pub fn sealed_topics(&self, quarter: Quarter) -> BTreeMap<ActivityId, String> {
        let mut projection = Projection::default();
        for held in self.held.values().filter(|held| held.is_asleep()) {
            let name = held.kept.name;
            if matches!(name, DocumentName::Calendar { quarter: of, .. } if of == quarter || of == quarter.next())
            {
                for entry in held.read().into_values() {
                    projection.add(&name, entry);
                }
            }
        }
        let mut known = activities(projection.plans);
        known.extend(self.activities.clone());
        let topics = known.into_iter();
        topics
            .map(|(id, activity)| (id, activity.current.plan.topic))
            .collect()
    }
}

/// A record of a quarter that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRecord {
    /// The record.
    pub view: RecordView,
    /// What its activity was about, where the phone still knows it.
    pub topic: Option<String>,
}

/// Tells whether a quarter is over, with the days after it in which phones still come with records.
fn is_over(quarter: Quarter, today: Day) -> bool {
    today.0 - quarter.next().first_day().0 >= scope::EDGE_DAYS
}
