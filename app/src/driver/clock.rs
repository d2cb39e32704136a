//! The phone's clock, randomness, and what is made of them: ids and alarms.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use shared::time::Timestamp;
use uuid::Uuid;

/// The longest that a browser's timer can wait.
const LONGEST_MS: i64 = 0x7fff_ffff;
/// Browsers round both clocks: an alarm rings a little late rather than too early for the engine.
const MARGIN_MS: i64 = 20;
/// Twelve bits count the ids of one millisecond.
const COUNTER_END: u16 = 1 << 12;

/// Returns the phone's clock.
#[allow(clippy::cast_possible_truncation)]
pub(crate) fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// Returns random bytes of the browser; nought where it has none, which no secure page meets.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    if let Some(crypto) = crypto {
        // Fails only above 65,536 bytes.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

/// Makes ids that sort in the order in which they were made, even when the clock is set back: the
/// engine takes what was entered in the order of the ids.
#[derive(Default)]
pub(super) struct IdSource {
    last_ms: u64,
    counter: u16,
}

impl IdSource {
    /// Returns a new UUIDv7. Source: RFC 9562, section 6.2, method 1, a counter of 12 bits.
    pub(super) fn next(&mut self, now: Timestamp, mut random: [u8; 10]) -> Uuid {
        let now_ms = now.0.max(0).unsigned_abs();
        if now_ms > self.last_ms {
            self.last_ms = now_ms;
            self.counter = 0;
        } else {
            self.counter += 1;
            if self.counter == COUNTER_END {
                self.last_ms += 1;
                self.counter = 0;
            }
        }
        [random[0], random[1]] = self.counter.to_be_bytes();
        uuid::Builder::from_unix_timestamp_millis(self.last_ms, &random).into_uuid()
    }
}

/// Returns the milliseconds since the page began. Unlike the phone's clock nobody sets them.
#[allow(clippy::cast_possible_truncation)]
fn elapsed_ms() -> i64 {
    let performance = web_sys::window().and_then(|window| window.performance());
    performance.map_or_else(|| now().0, |performance| performance.now() as i64)
}

/// Returns a random span below a bound.
pub(super) fn random_ms(below_ms: i64) -> i64 {
    i64::from(u32::from_le_bytes(random())) % below_ms.max(1)
}

/// Runs something at the earliest of the instants it was set to, then at the next.
#[derive(Clone, Default)]
pub(super) struct Alarm {
    shared: Rc<AlarmState>,
}

#[derive(Default)]
struct AlarmState {
    /// The instants, each behind the milliseconds since the page began at which it comes.
    due: RefCell<BTreeSet<(i64, Timestamp)>>,
    timer: Cell<Option<Timeout>>,
}

impl Alarm {
    /// Runs `ring` when the time from now to the instant has passed, however the phone's clock is
    /// set meanwhile; and so for every instant set before that is still to come.
    pub(super) fn set(&self, at: Timestamp, ring: impl Fn(Timestamp) + 'static) {
        let wait_ms = at.since(now()).max(0).saturating_add(MARGIN_MS);
        let due_ms = elapsed_ms().saturating_add(wait_ms);
        self.shared.due.borrow_mut().insert((due_ms, at));
        self.arm(Rc::new(ring));
    }

    /// Forgets every instant.
    pub(super) fn clear(&self) {
        self.shared.due.borrow_mut().clear();
        self.shared.timer.take();
    }

    fn arm(&self, ring: Rc<dyn Fn(Timestamp)>) {
        let Some((next_ms, _)) = self.shared.due.borrow().first().copied() else {
            self.shared.timer.take();
            return;
        };
        let wait_ms = next_ms.saturating_sub(elapsed_ms()).clamp(0, LONGEST_MS);
        let alarm = self.clone();
        let timer = Timeout::new(u32::try_from(wait_ms).unwrap_or(0), move || {
            alarm.ring(ring);
        });
        self.shared.timer.set(Some(timer));
    }

    fn ring(&self, ring: Rc<dyn Fn(Timestamp)>) {
        let due = pop_due(&mut self.shared.due.borrow_mut(), elapsed_ms());
        self.arm(Rc::clone(&ring));
        for at in due {
            ring(at);
        }
    }
}

/// Removes and returns the instants that have come.
fn pop_due(due: &mut BTreeSet<(i64, Timestamp)>, elapsed_ms: i64) -> Vec<Timestamp> {
    let later = due.split_off(&(elapsed_ms.saturating_add(1), Timestamp(i64::MIN)));
    let come = std::mem::replace(due, later);
    come.into_iter().map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_in_the_order_in_which_they_were_made_whatever_the_clock_does() {
        let mut source = IdSource::default();
        let clock = [5, 5, 9, 7, 9, 10].into_iter().chain([10; 5_000]);
        let ids: Vec<Uuid> = clock
            .map(|ms| source.next(Timestamp(1_790_000_000_000 + ms), [0xff; 10]))
            .collect();
        assert!(ids.is_sorted_by(|earlier, later| earlier < later));
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn an_alarm_forgets_the_instants_that_have_come_and_keeps_the_others() {
        let mut due = BTreeSet::from([1, 2, 9].map(|ms| (ms, Timestamp(70 - ms))));
        let come = pop_due(&mut due, 2);
        assert_eq!(come, [Timestamp(69), Timestamp(68)]);
        assert!(pop_due(&mut due, 8).is_empty());
        assert_eq!(due.len(), 1);
    }
}
