//! Where the rows of a table come from, page by page.

use std::sync::Arc;

use super::ledgers;
use super::table::Row;
use crate::store::ledgers::{ActivityPlace, AttendancePlace, Extent, Ledger};
use crate::store::matters::MatterPlace;
use crate::store::{Store, StoreError};

/// Lines of one page.
const PAGE: usize = 1_000;

/// The rows of a table that are still to be read.
pub(super) struct Pages {
    store: Arc<dyn Store>,
    extent: Extent,
    left: Left,
}

/// What is left: all that comes after a place, or rows that are there.
enum Left {
    Attendance(Option<AttendancePlace>),
    Activities(Option<ActivityPlace>),
    Registrations(Option<MatterPlace>),
    Service(Option<MatterPlace>),
    Ready(Vec<Row>),
}

impl Pages {
    /// Returns the pages of a ledger.
    pub(super) fn of(store: Arc<dyn Store>, ledger: Ledger, extent: Extent) -> Self {
        let left = match ledger {
            Ledger::Attendance => Left::Attendance(None),
            Ledger::Activities => Left::Activities(None),
            Ledger::Registrations => Left::Registrations(None),
            Ledger::Service => Left::Service(None),
        };
        Self {
            store,
            extent,
            left,
        }
    }

    /// Returns rows that are there as one page.
    pub(super) fn ready(store: Arc<dyn Store>, extent: Extent, rows: Vec<Row>) -> Self {
        Self {
            store,
            extent,
            left: Left::Ready(rows),
        }
    }

    /// Returns the next page; an empty one at the end.
    pub(super) async fn next(&mut self) -> Result<Vec<Row>, StoreError> {
        let (store, extent) = (&self.store, self.extent.clone());
        match &mut self.left {
            Left::Attendance(after) => {
                let lines = store.attendance_ledger(extent, after.clone(), PAGE).await?;
                *after = lines.last().map(|line| line.at()).or(after.take());
                Ok(lines.iter().map(ledgers::attendance).collect())
            }
            Left::Activities(after) => {
                let lines = store.activity_ledger(extent, *after, PAGE).await?;
                *after = lines.last().map(|line| line.held.at()).or(*after);
                Ok(lines.iter().map(ledgers::activity).collect())
            }
            Left::Registrations(after) => {
                let lines = store.registration_ledger(extent, *after, PAGE).await?;
                let last = lines.last().map(|line| MatterPlace::of(&line.matter));
                *after = last.or(*after);
                Ok(lines
                    .into_iter()
                    .filter_map(ledgers::registration)
                    .collect())
            }
            Left::Service(after) => {
                let lines = store.service_ledger(extent, *after, PAGE).await?;
                let last = lines.last().map(|line| MatterPlace::of(&line.matter));
                *after = last.or(*after);
                Ok(lines.iter().filter_map(ledgers::service).collect())
            }
            Left::Ready(rows) => Ok(std::mem::take(rows)),
        }
    }
}
