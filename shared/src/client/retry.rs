//! When the phone tries again: exponential backoff with full jitter, the pause that a server asks
//! for, and how a city's phones keep from coming back in one second.

use crate::limits;
use crate::time::Timestamp;

use super::engine::{Engine, SyncPhase};
use super::{Effect, NetworkFault};

/// A span of the phone's clock. A clock that was set back before its beginning ends it: a phone
/// whose year was put right would otherwise wait for years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pause {
    from: Timestamp,
    pub(super) until: Timestamp,
}

impl Pause {
    pub(super) fn new(from: Timestamp, length_ms: i64) -> Self {
        Self {
            from,
            until: from.plus(length_ms),
        }
    }

    pub(super) fn is_over(self, now: Timestamp) -> bool {
        now >= self.until || now < self.from
    }
}

/// Random numbers of one run. Source: splitmix64, Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators".
pub(super) struct Jitter(u64);

impl Jitter {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a span from 0 to `longest_ms`, both included.
    fn draw(&mut self, longest_ms: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let width = longest_ms.max(0).unsigned_abs() + 1;
        i64::try_from(mixed % width).unwrap_or(longest_ms)
    }
}

impl Engine {
    /// Takes note that an exchange failed and plans the next try.
    pub(super) fn failed(
        &mut self,
        now: Timestamp,
        fault: NetworkFault,
        effects: &mut Vec<Effect>,
    ) {
        self.network_fault = Some(fault);
        let asked_ms = match fault {
            NetworkFault::Unreachable => None,
            NetworkFault::Refused { retry_after_ms, .. } => retry_after_ms,
        };
        self.pause(now, asked_ms, effects);
        effects.push(Effect::Changed);
    }

    /// Plans the next try. Without a wish of the server: any time within twice the last span. With
    /// one: nothing is sent before it is over, whoever asks, and the phones that were sent away
    /// together come back spread over a further span.
    pub(super) fn pause(
        &mut self,
        now: Timestamp,
        asked_ms: Option<i64>,
        effects: &mut Vec<Effect>,
    ) {
        let doubled_ms = limits::RETRY_FIRST_MS << self.failures.min(16);
        let backoff_ms = doubled_ms.min(limits::RETRY_LONGEST_MS);
        self.failures = self.failures.saturating_add(1);
        let pause = match asked_ms {
            None => Pause::new(now, self.jitter.draw(backoff_ms)),
            Some(asked_ms) => {
                let asked_ms = asked_ms.clamp(0, limits::HOLD_LONGEST_MS);
                let spread_ms = backoff_ms.max(asked_ms).max(limits::RETURN_SPREAD_MS);
                let pause = Pause::new(now, asked_ms + self.jitter.draw(spread_ms));
                self.hold = Some(pause);
                pause
            }
        };
        self.retry = Some(pause);
        effects.push(Effect::WakeAt(pause.until));
    }

    /// Something new waits: begins an exchange. While the server is out of reach the next try comes
    /// soon instead, so that a sitting without signal is one change and not one for each tap.
    pub(super) fn start_soon(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let planned = self.retry.filter(|pause| !pause.is_over(now));
        match planned {
            Some(planned) if self.network_fault == Some(NetworkFault::Unreachable) => {
                let soon = Pause::new(now, limits::GATHER_MS);
                if soon.until < planned.until {
                    self.retry = Some(soon);
                    effects.push(Effect::WakeAt(soon.until));
                }
            }
            Some(_) | None => self.start(now, effects),
        }
    }

    /// The server is there again after a cut, and every open page hears of it at once.
    pub(super) fn reconnected(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.retry.is_none() {
            let pause = Pause::new(now, self.jitter.draw(limits::RETURN_SPREAD_MS));
            self.retry = Some(pause);
            effects.push(Effect::WakeAt(pause.until));
        }
    }

    /// Tells whether the server asked for a pause that is not over. Forgets one that is.
    pub(super) fn is_held(&mut self, now: Timestamp) -> bool {
        self.hold = self.hold.filter(|hold| !hold.is_over(now));
        self.hold.is_some()
    }

    /// The device has brought what it may in a day: its changes wait for the city's next one.
    pub(super) fn wait_for_tomorrow(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let city = self.city_time(now);
        let tomorrow_ms = city.day().plus(1).start().since(city);
        let spread_ms = self.jitter.draw(limits::RETURN_SPREAD_MS);
        let pause = Pause::new(now, tomorrow_ms.max(0) + spread_ms);
        self.quota = Some(pause);
        effects.push(Effect::WakeAt(pause.until));
    }

    pub(super) fn may_offer(&mut self, now: Timestamp) -> bool {
        self.quota = self.quota.filter(|quota| !quota.is_over(now));
        self.quota.is_none()
    }

    /// An instant that was asked for has come, whatever the clock shows: it may have been set.
    pub(super) fn tick(&mut self, now: Timestamp, at: Timestamp, effects: &mut Vec<Effect>) {
        let comes = |pause: &Pause| pause.until == at || pause.is_over(now);
        self.hold = self.hold.filter(|hold| !comes(hold));
        match self.phase {
            SyncPhase::Sending { since, .. } | SyncPhase::SigningIn { since } => {
                if comes(&Pause::new(since, limits::ANSWER_WAIT_MS)) {
                    self.phase = SyncPhase::Idle;
                    self.failed(now, NetworkFault::Unreachable, effects);
                }
            }
            SyncPhase::Idle => {
                let is_due = [self.retry, self.quota].iter().flatten().any(comes);
                self.quota = self.quota.filter(|quota| !comes(quota));
                if is_due {
                    self.start(now, effects);
                }
            }
            SyncPhase::Keeping { .. } | SyncPhase::Sealing { .. } => {
                let quota = self.quota.filter(|quota| !comes(quota));
                self.again |= self.quota != quota;
                self.quota = quota;
            }
        }
    }
}
