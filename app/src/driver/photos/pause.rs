//! When a photo is tried again.

use shared::client::NetworkFault;
use shared::codes::Code;
use shared::limits;
use shared::time::Timestamp;

/// A pause after a failure: of a length from `least_ms` to `spread_ms` more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pause {
    pub(super) least_ms: i64,
    pub(super) spread_ms: i64,
}

impl Pause {
    /// Returns the pause that sync would make: longer with each failure, at least what the server asks
    /// for, and to the city's next day when the device has brought what it may.
    pub(super) fn after(fault: NetworkFault, failures: u32, city: Timestamp) -> Self {
        let doubled_ms = limits::RETRY_FIRST_MS << failures.min(16);
        let backoff_ms = doubled_ms.min(limits::RETRY_LONGEST_MS);
        match fault {
            NetworkFault::Refused {
                retry_after_ms: Some(asked_ms),
                ..
            } => {
                let asked_ms = asked_ms.clamp(0, limits::HOLD_LONGEST_MS);
                Self {
                    least_ms: asked_ms,
                    spread_ms: backoff_ms.max(asked_ms).max(limits::RETURN_SPREAD_MS),
                }
            }
            NetworkFault::Refused {
                code: Code::QuotaExceeded,
                retry_after_ms: None,
            } => Self {
                least_ms: city.day().plus(1).start().since(city).max(0),
                spread_ms: limits::RETURN_SPREAD_MS,
            },
            NetworkFault::Unreachable
            | NetworkFault::Refused {
                retry_after_ms: None,
                ..
            } => Self {
                least_ms: 0,
                spread_ms: backoff_ms,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::time::{Day, HOUR_MS};

    use super::super::super::enrolment::refused;
    use super::*;

    #[test]
    fn each_failure_makes_the_pause_longer_and_a_wish_of_the_server_is_obeyed() {
        let city = Day::of(2026, 11, 22).start().plus(23 * HOUR_MS);
        let after = |fault, failures| {
            let pause = Pause::after(fault, failures, city);
            (pause.least_ms, pause.spread_ms)
        };
        assert_eq!(after(NetworkFault::Unreachable, 0), (0, 2_000));
        assert_eq!(after(refused(Code::NotFound), 2), (0, 8_000));
        assert_eq!(after(NetworkFault::Unreachable, 99), (0, 300_000));
        let busy = NetworkFault::Refused {
            code: Code::ServerBusy,
            retry_after_ms: Some(90_000),
        };
        assert_eq!(after(busy, 0), (90_000, 90_000));
        let quota = refused(Code::QuotaExceeded);
        assert_eq!(after(quota, 0), (HOUR_MS, 60_000));
    }
}
