//! What time it is in the city, by a phone whose clock may be years off.
//!
//! A record keeps the phone's own time, and the server, which sees both clocks at every exchange,
//! flags what is off. Only a time that no server would take (`clock_insane`) is put right before
//! the record is offered: by the server's clock as the phone last saw it. The document that a record
//! belongs in follows the city's clock always; nothing reads the time within an id.

use crate::documents::DocumentName;
use crate::limits;
use crate::time::Timestamp;

use super::engine::Engine;
use super::rows::Command;

impl Engine {
    /// Returns the server's time by the offset last seen, and never less than the server's time
    /// then: a phone whose battery died says 1970.
    pub(super) fn city_time(&self, now: Timestamp) -> Timestamp {
        match self.meta.synced_at {
            Some(synced_at) => now.max(synced_at).plus(self.meta.clock_offset_ms),
            None => now,
        }
    }

    /// Returns the time for a record made now: the phone's unless it is years off.
    pub(super) fn record_time(&self, now: Timestamp) -> Timestamp {
        let city = self.city_time(now);
        if is_sane(now, city) { now } else { city }
    }

    /// Returns the right time of a record that the phone wrote with a clock years off, `None` when
    /// its time can stand.
    pub(super) fn right_time(&self, now: Timestamp, recorded_at: Timestamp) -> Option<Timestamp> {
        let city = self.city_time(now);
        if is_sane(recorded_at, city) {
            return None;
        }
        let moved = recorded_at.plus(self.meta.clock_offset_ms);
        // The clock was changed in between: all that is known is that it was before now.
        let right = if is_sane(moved, city) { moved } else { city };
        Some(right.min(city))
    }
}

impl Command {
    /// Puts the record's time right, and with it the journal it belongs in.
    pub(super) fn move_to(&mut self, at: Timestamp) {
        self.entry.recorded_at = at;
        match &mut self.document {
            DocumentName::Journal { quarter, .. } | DocumentName::Ledger { quarter, .. } => {
                *quarter = at.day().quarter();
            }
            DocumentName::Calendar { .. }
            | DocumentName::Rollcall { .. }
            | DocumentName::Board { .. } => {}
        }
    }
}

fn is_sane(at: Timestamp, city: Timestamp) -> bool {
    city.since(at).saturating_abs() <= limits::CLOCK_SKEW_MS
}
