//! Where the rows of a table come from, page by page.

use std::sync::Arc;

use super::ledgers;
use super::table::Row;
use crate::store::ledgers::{ActivityPlace, AttendanceLine, AttendancePlace, Extent, Ledger};
use crate::store::matters::MatterPlace;
use crate::store::{Store, StoreError};

/// Lines of one page.
const PAGE: usize = 1_000;

/// The rows of a table that are still to be read.
pub(super) enum Pages {
    /// They are there.
    Ready(Vec<Row>),
    /// They stand in the store.
    Stored(Arc<dyn Store>, Extent, Left),
}

/// What is left of a ledger: all that comes after a place.
pub(super) enum Left {
    Attendance(Option<AttendancePlace>),
    Activities(Option<ActivityPlace>),
    Registrations(Option<MatterPlace>),
    Service(Option<MatterPlace>),
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
        Self::Stored(store, extent, left)
    }

    /// Returns how many rows there are, before any is read.
    pub(super) async fn count(&self) -> Result<u64, StoreError> {
        match self {
            Self::Ready(rows) => Ok(rows.len() as u64),
            Self::Stored(store, extent, left) => {
                store.ledger_lines(left.ledger(), extent.clone()).await
            }
        }
    }

    /// Returns the next page; an empty one at the end.
    pub(super) async fn next(&mut self) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Ready(rows) => Ok(std::mem::take(rows)),
            Self::Stored(store, extent, left) => left.next(&**store, extent.clone()).await,
        }
    }
}

impl Left {
    fn ledger(&self) -> Ledger {
        match self {
            Self::Attendance(_) => Ledger::Attendance,
            Self::Activities(_) => Ledger::Activities,
            Self::Registrations(_) => Ledger::Registrations,
            Self::Service(_) => Ledger::Service,
        }
    }

    async fn next(&mut self, store: &dyn Store, extent: Extent) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Attendance(after) => {
                let lines = store.attendance_ledger(extent, after.clone(), PAGE).await?;
                *after = lines.last().map(AttendanceLine::at).or(after.take());
                Ok(lines.iter().map(ledgers::attendance).collect())
            }
            Self::Activities(after) => {
                let lines = store.activity_ledger(extent, *after, PAGE).await?;
                *after = lines.last().map(|line| line.held.at()).or(*after);
                Ok(lines.iter().map(ledgers::activity).collect())
            }
            Self::Registrations(after) => {
                let lines = store.registration_ledger(extent, *after, PAGE).await?;
                let last = lines.last().map(|line| MatterPlace::of(&line.matter));
                *after = last.or(*after);
                let rows = lines.into_iter().filter_map(ledgers::registration);
                Ok(rows.collect())
            }
            Self::Service(after) => {
                let lines = store.service_ledger(extent, *after, PAGE).await?;
                let last = lines.last().map(|line| MatterPlace::of(&line.matter));
                *after = last.or(*after);
                Ok(lines.iter().filter_map(ledgers::service).collect())
            }
        }
    }
}
