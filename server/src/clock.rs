//! The server's clock, passed in so that tests turn it by hand.

use std::time::{SystemTime, UNIX_EPOCH};

use shared::time::Timestamp;

/// A clock.
pub trait Clock: Send + Sync + 'static {
    /// Returns the instant.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}
