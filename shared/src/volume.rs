//! Volumes of changes: what a document holds, and what a device may bring in a day.

use crate::limits;
use crate::time::Day;

/// A number of changes and of their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// How many.
    pub changes: u64,
    /// How many bytes together.
    pub bytes: u64,
}

impl Volume {
    /// What a document holds at most.
    pub const DOCUMENT: Self = Self {
        changes: limits::DOCUMENT_CHANGES,
        bytes: limits::DOCUMENT_BYTES as u64,
    };

    /// What a device brings in a day at most.
    pub const DEVICE_DAY: Self = Self {
        changes: limits::DEVICE_DAY_CHANGES,
        bytes: limits::DEVICE_DAY_BYTES,
    };

    /// Returns the volume with one more change.
    #[must_use]
    pub const fn with_change(self, bytes: usize) -> Self {
        Self {
            changes: self.changes.saturating_add(1),
            bytes: self.bytes.saturating_add(bytes as u64),
        }
    }

    /// Tells whether the volume stays within a limit.
    pub const fn fits(self, limit: Self) -> bool {
        self.changes <= limit.changes && self.bytes <= limit.bytes
    }
}

/// What a device may still have stored: the stores count it in the transaction that stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The day in the city by the server's clock.
    pub day: Day,
    /// What may be stored on that day, together with what was stored before.
    pub limit: Volume,
}

impl Allowance {
    /// Returns what every phone may bring on a day.
    pub const fn of(day: Day) -> Self {
        Self {
            day,
            limit: Volume::DEVICE_DAY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_change_that_fits_fits_and_the_next_does_not() {
        let limit = Volume {
            changes: 2,
            bytes: 10,
        };
        let one = Volume::default().with_change(4);
        assert!(one.with_change(6).fits(limit));
        assert!(!one.with_change(7).fits(limit), "one byte more");
        assert!(
            !one.with_change(0).with_change(0).fits(limit),
            "one change more"
        );
    }
}
