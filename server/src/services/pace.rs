//! How often somebody asks: a burst, and a refill each second.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many are remembered before those that rest are forgotten.
const REMEMBERED: usize = 100_000;

/// What each of many may ask.
#[derive(Debug)]
pub(super) struct Pace<K> {
    burst: f64,
    refill_per_s: f64,
    allowances: Mutex<HashMap<K, Allowance>>,
}

#[derive(Clone, Copy, Debug)]
struct Allowance {
    left: f64,
    at: Instant,
}

impl<K: Eq + Hash> Pace<K> {
    /// Returns a pace at which nobody has asked; a refill of nothing is one an hour.
    pub(super) fn new(burst: u32, refill_per_s: f64) -> Self {
        Self {
            burst: f64::from(burst.max(1)),
            refill_per_s: refill_per_s.max(1.0 / 3_600.0),
            allowances: Mutex::default(),
        }
    }

    /// Counts a question, or returns how long to wait before the next.
    pub(super) fn count(&self, asker: K, now: Instant) -> Result<(), Duration> {
        let mut allowances = self
            .allowances
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if allowances.len() >= REMEMBERED {
            allowances.retain(|_, allowance| self.refilled(*allowance, now) < self.burst);
        }
        let allowance = allowances.entry(asker).or_insert(Allowance {
            left: self.burst,
            at: now,
        });
        let left = self.refilled(*allowance, now);
        let taken = left >= 1.0;
        *allowance = Allowance {
            left: if taken { left - 1.0 } else { left },
            at: now,
        };
        if taken {
            Ok(())
        } else {
            Err(Duration::from_secs_f64((1.0 - left) / self.refill_per_s))
        }
    }

    fn refilled(&self, allowance: Allowance, now: Instant) -> f64 {
        let seconds = now.saturating_duration_since(allowance.at).as_secs_f64();
        (allowance.left + seconds * self.refill_per_s).min(self.burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_too_often_is_told_when_to_come_again() {
        let pace = Pace::new(3, 2.0);
        let now = Instant::now();
        let (eager, calm) = (1, 2);
        for _ in 0..3 {
            assert_eq!(pace.count(eager, now), Ok(()));
        }
        assert_eq!(pace.count(eager, now), Err(Duration::from_millis(500)));
        assert_eq!(pace.count(calm, now), Ok(()));
        let later = now + Duration::from_millis(500);
        assert_eq!(pace.count(eager, later), Ok(()));
        assert!(pace.count(eager, later).is_err());
    }
}
