//! What a phone keeps, and what of it is in memory.
//!
//! The owner's journals stay for good: they are small, they are the owner's own evidence, and they
//! bring back what a restored server lost. Calendars stay for a year, so that the owner's records
//! say what they were about; roll calls, which name other people, for a month, and only with the
//! right. Of a period that is over a document is asleep: on the disk, neither loaded nor followed.
//! What is over is judged by the server's time as last seen, never by the phone's clock alone, which
//! may be years off: nothing is dropped for that.

use std::collections::BTreeSet;

use crate::documents::DocumentName;
use crate::ids::DocumentId;
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
        writes
    }

    fn keeping(&self, held: &Held, today: Day) -> Keeping {
        match &held.kept.name {
            DocumentName::Journal { quarter, .. } if is_over(*quarter, today) => Keeping::Asleep,
            DocumentName::Journal { .. } => Keeping::Awake,
            DocumentName::Calendar { quarter, .. } => {
                if !is_over(*quarter, today) {
                    Keeping::Awake
                } else if today.0 - quarter.next().first_day().0 <= CALENDAR_DAYS {
                    Keeping::Asleep
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
                let day = known.map(|activity| activity.current.plan.starts_at.day());
                match day {
                    Some(day) if today.0 - day.0 <= scope::ROLLCALL_DAYS => Keeping::Awake,
                    Some(day) if may && today.0 - day.0 <= ROLLCALL_DAYS => Keeping::Asleep,
                    Some(_) => Keeping::Dropped,
                    // Its calendar is still to come, or is asleep.
                    None if held.kept.version == 0 => Keeping::Awake,
                    None => Keeping::Dropped,
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
                DocumentName::Calendar { .. } | DocumentName::Rollcall { .. } => None,
            })
            .collect();
        quarters.sort_by_key(|quarter| std::cmp::Reverse((quarter.year, quarter.number)));
        quarters
    }

    /// Returns the records of a sealed quarter's journal, newest first, and leaves it asleep.
    pub fn sealed_records(&self, quarter: Quarter) -> Vec<RecordView> {
        let of_quarter = |held: &&Held| matches!(held.kept.name, DocumentName::Journal { quarter: of, .. } if of == quarter);
        let asleep = self.held.values().filter(|held| held.is_asleep());
        let mut views: Vec<RecordView> = asleep
            .filter(of_quarter)
            .flat_map(|held| {
                let name = held.kept.name;
                let entries = held.read().into_values();
                entries.map(move |entry| RecordView::uploaded(name, entry))
            })
            .collect();
        views.sort_by_key(RecordView::newest_first);
        views
    }
}

/// Tells whether a quarter is over, with the days after it in which phones still come with records.
fn is_over(quarter: Quarter, today: Day) -> bool {
    today.0 - quarter.next().first_day().0 >= scope::EDGE_DAYS
}
