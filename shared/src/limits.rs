//! Every limit of the system, in one place. Each is answered with a stable code.

use crate::time::{DAY_MS, HOUR_MS, MINUTE_MS};

/// Bytes of a sync request, answered with `request_too_large`.
pub const REQUEST_BYTES: usize = 1024 * 1024;
/// Bytes of the documents in one sync response; what is left comes with the next request.
pub const RESPONSE_DOCUMENT_BYTES: usize = 768 * 1024;
/// Changes of a sync request, answered with `too_many_changes`.
pub const REQUEST_CHANGES: usize = 1_000;
/// Documents that a sync request may follow, answered with `too_many_changes`.
pub const REQUEST_FOLLOWS: usize = 4_000;
/// Bytes of a change, answered with `change_too_large`.
pub const CHANGE_BYTES: usize = 64 * 1024;
/// Operations of a change, answered with `change_too_large`.
pub const CHANGE_OPERATIONS: u64 = 1_000;
/// Bytes of a document's changes, answered with `document_too_large`.
pub const DOCUMENT_BYTES: usize = 2 * 1024 * 1024;
/// Changes of a document, answered with `document_too_large`: the gate loads it for each that comes,
/// and must be done within 50 ms.
pub const DOCUMENT_CHANGES: u64 = 4_000;
/// Documents that the server loads at a time for one request.
pub const ROUND_DOCUMENTS: usize = 32;
/// Changes that a device may bring in a day, stored or refused, answered with `quota_exceeded`.
pub const DEVICE_DAY_CHANGES: u64 = 5_000;
/// Bytes of the changes that a device may bring in a day, answered with `quota_exceeded`.
pub const DEVICE_DAY_BYTES: u64 = 8 * 1024 * 1024;
/// How long a revoked device may hand over its owner's claims, from its first contact after the
/// revocation; then, and for everything else, it is answered with `device_revoked`.
pub const HAND_OVER_MS: i64 = DAY_MS;
/// Bytes of one record, answered with `change_too_large`.
pub const ENTRY_BYTES: usize = 8 * 1024;
/// Entries that the phone puts into one change.
pub const ENTRIES_PER_CHANGE: usize = 200;
/// Bytes of a photo.
pub const PHOTO_BYTES: u32 = 512 * 1024;
/// Bytes of one part of a photo, answered with `request_too_large`.
pub const PHOTO_PART_BYTES: usize = 64 * 1024;
/// Bytes of the photos that a device may begin in a day, answered with `quota_exceeded`.
pub const PHOTO_DAY_BYTES: u64 = 16 * 1024 * 1024;
/// How far a record's clock may lie from the server's, answered with `clock_insane`. Smaller
/// offsets are recorded and flagged.
pub const CLOCK_SKEW_MS: i64 = 400 * DAY_MS;

/// How long before the planned start a check-in is welcome.
pub const EARLY_WINDOW_MS: i64 = 30 * MINUTE_MS;
/// How long after the planned end a check-in is still taken.
pub const LATE_WINDOW_MS: i64 = 2 * HOUR_MS;
/// How long after the planned start an arrival is not called late.
pub const GRACE_MS: i64 = 5 * MINUTE_MS;

/// The pause after a failed exchange lies within this; doubled each time.
pub const RETRY_FIRST_MS: i64 = 2_000;
/// While the server is out of reach, what is entered shortly one after the other waits this long for
/// one try.
pub const GATHER_MS: i64 = 5_000;
/// The longest pause between two tries.
pub const RETRY_LONGEST_MS: i64 = 5 * MINUTE_MS;
/// The longest pause that a phone lets a server ask for.
pub const HOLD_LONGEST_MS: i64 = HOUR_MS;
/// Phones that were sent away together come back spread over at least this span.
pub const RETURN_SPREAD_MS: i64 = MINUTE_MS;
/// How long a phone waits for an answer before it tries again.
pub const ANSWER_WAIT_MS: i64 = 30_000;
/// Changes from which on a phone keeps a document as one snapshot.
pub const COMPACT_CHANGES: usize = 64;
