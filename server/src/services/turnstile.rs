//! Lets as many syncs in as the server can work on, has some wait, and tells the others when to come
//! again: a city that reconnects at once must pile up on the phones, not in memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use shared::codes::Code;
use shared::ids::DeviceId;
use shared::limits;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::ServiceError;
use super::pace::Pace;
use crate::config::Limits;

/// Syncs with large documents worked on at a time.
const HEAVY: usize = 8;
/// Syncs a second that the server is taken to manage before it has shown its own pace.
const FIRST_RATE: f64 = 1_000.0;
/// The slowest pace by which appointments are made.
const SLOWEST_RATE: f64 = 50.0;
/// How much of a faster pace is still believed after each slower window.
const SLOWING: f64 = 0.98;
/// How long the pace is measured before it counts.
const WINDOW: Duration = Duration::from_millis(200);
/// The part of the pace that is given away again: phones that were not sent away come as well.
const BOOKED_SHARE: f64 = 0.8;
/// The shortest time after which a phone may come again.
const SOONEST: Duration = Duration::from_secs(1);

/// The way into a sync.
#[derive(Debug)]
pub struct Turnstile {
    places: Semaphore,
    heavy: Semaphore,
    waiting: AtomicUsize,
    waiting_limit: usize,
    appointments: Mutex<Appointments>,
    pace: Pace<DeviceId>,
}

/// The right to be worked on, given back on drop.
#[derive(Debug)]
pub struct Turn<'a> {
    turnstile: &'a Turnstile,
    _place: SemaphorePermit<'a>,
}

impl Turnstile {
    /// Returns a turnstile that nobody has passed.
    pub fn new(limits: &Limits) -> Self {
        Self {
            places: Semaphore::new(limits.syncs),
            heavy: Semaphore::new(HEAVY),
            waiting: AtomicUsize::new(0),
            waiting_limit: limits.waiting,
            appointments: Mutex::new(Appointments::new(Instant::now())),
            pace: Pace::new(limits.burst, f64::from(limits.refill_per_s)),
        }
    }

    /// Returns the number of syncs that wait.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Says at once that there is no room, before anything was done for the request.
    ///
    /// # Errors
    /// [`Code::ServerBusy`] with the time to come again.
    pub fn check_room(&self) -> Result<(), ServiceError> {
        if self.waiting() < self.waiting_limit || self.places.available_permits() > 0 {
            return Ok(());
        }
        Err(self.busy())
    }

    /// Counts a device's sync.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] with the time to come again.
    pub fn count(&self, device: DeviceId) -> Result<(), ServiceError> {
        self.pace
            .count(device, Instant::now())
            .map_err(|wait| refused(Code::TooManyRequests, wait))
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// [`Code::ServerBusy`] with the time to come again, when too many wait already.
    pub async fn enter(&self) -> Result<Turn<'_>, ServiceError> {
        if let Ok(place) = self.places.try_acquire() {
            return Ok(self.turn(place));
        }
        let waiting = Waiting::begin(self).ok_or_else(|| self.busy())?;
        let place = self.places.acquire().await.map_err(|_| self.busy())?;
        drop(waiting);
        Ok(self.turn(place))
    }

    /// Waits for the turn of a sync that is large in memory; a sync has a place already.
    ///
    /// # Errors
    /// Never while the server runs.
    pub async fn heavy(&self) -> Result<SemaphorePermit<'_>, ServiceError> {
        self.heavy.acquire().await.map_err(|_| self.busy())
    }

    fn turn<'a>(&'a self, place: SemaphorePermit<'a>) -> Turn<'a> {
        Turn {
            turnstile: self,
            _place: place,
        }
    }

    /// Returns the answer that there is no room.
    pub fn busy(&self) -> ServiceError {
        refused(Code::ServerBusy, self.come_again())
    }

    /// Returns how long one who finds no room is to stay away.
    pub fn come_again(&self) -> Duration {
        self.appointments().book(Instant::now(), self.waiting())
    }

    fn appointments(&self) -> MutexGuard<'_, Appointments> {
        self.appointments
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.turnstile.appointments().finished(Instant::now());
    }
}

/// Returns the answer that something is refused for a while.
pub(super) fn refused(code: Code, wait: Duration) -> ServiceError {
    ServiceError::Refused {
        code,
        retry_after_ms: Some(i64::try_from(wait.as_millis()).unwrap_or(limits::RETRY_LONGEST_MS)),
    }
}

/// One that waits, counted until dropped: its client may go away.
struct Waiting<'a>(&'a Turnstile);

impl<'a> Waiting<'a> {
    fn begin(turnstile: &'a Turnstile) -> Option<Self> {
        let before = turnstile.waiting.fetch_add(1, Ordering::Relaxed);
        let waiting = Self(turnstile);
        (before < turnstile.waiting_limit).then_some(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Times to come again, one after another at the pace at which the server works: those who are sent
/// away come back as a queue and not as a crowd.
#[derive(Debug)]
struct Appointments {
    rate_per_s: f64,
    window_began: Instant,
    finished: u32,
    /// Those who were sent away and are not due yet, reckoned at `counted_at`.
    away: f64,
    counted_at: Instant,
}

impl Appointments {
    fn new(now: Instant) -> Self {
        Self {
            rate_per_s: FIRST_RATE,
            window_began: now,
            finished: 0,
            away: 0.0,
            counted_at: now,
        }
    }

    fn finished(&mut self, now: Instant) {
        self.finished += 1;
        let elapsed = now.saturating_duration_since(self.window_began);
        if elapsed < WINDOW {
            return;
        }
        // A calm moment says nothing of what the server could do.
        let rate = f64::from(self.finished) / elapsed.as_secs_f64();
        self.rate_per_s = rate.max(self.rate_per_s * SLOWING).max(SLOWEST_RATE);
        self.window_began = now;
        self.finished = 0;
    }

    /// Returns how long the next one is to stay away.
    fn book(&mut self, now: Instant, waiting: usize) -> Duration {
        let longest = Duration::from_millis(limits::RETRY_LONGEST_MS.unsigned_abs());
        let booked_rate = self.rate_per_s * BOOKED_SHARE;
        let passed = now.saturating_duration_since(self.counted_at);
        self.away = (self.away - passed.as_secs_f64() * booked_rate).max(0.0) + 1.0;
        self.counted_at = now;
        let seconds = waiting as f64 / self.rate_per_s + self.away / booked_rate;
        let wait = Duration::from_secs_f64(seconds);
        if wait > longest {
            // Whoever comes after the longest pause stands in line with those who came first.
            self.away = 1.0;
        }
        wait.clamp(SOONEST, longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_sent_away_come_back_as_a_queue() {
        let begin = Instant::now();
        let mut appointments = Appointments::new(begin);
        // 2,000 in one second: the pace.
        for sync in 1..=2_000_u32 {
            appointments.finished(begin + Duration::from_micros(500) * sync);
        }
        let now = begin + Duration::from_secs(1);
        let waits: Vec<Duration> = (0..32_000).map(|_| appointments.book(now, 0)).collect();
        assert!(waits.is_sorted());
        for second in 2..20 {
            let coming = waits.iter().filter(|wait| wait.as_secs() == second).count();
            assert!((1_500..=1_700).contains(&coming), "{coming} in {second}");
        }
        // When they are due, the next ones need not wait for them.
        let later = now + Duration::from_secs(20);
        assert_eq!(appointments.book(later, 0), SOONEST);
        let longest = Duration::from_millis(limits::RETRY_LONGEST_MS.unsigned_abs());
        let many = (0..1_000_000).map(|_| appointments.book(later, 0)).max();
        assert!(many.unwrap() <= longest);
    }

    #[tokio::test]
    async fn one_more_than_may_wait_is_sent_away_and_a_turn_given_back_lets_the_next_in() {
        let limits = Limits {
            syncs: 1,
            waiting: 1,
            ..Limits::default()
        };
        let turnstile = Turnstile::new(&limits);
        let first = turnstile.enter().await.unwrap();
        let mut second = Box::pin(turnstile.enter());
        assert!(futures::poll!(&mut second).is_pending());
        assert_eq!(turnstile.waiting(), 1);
        assert!(turnstile.check_room().is_err());
        let third = turnstile.enter().await.unwrap_err();
        assert_eq!(third.code(), Code::ServerBusy);
        drop(first);
        drop(second.await.unwrap());
        assert_eq!(turnstile.waiting(), 0);
        // One who goes away while waiting leaves the line.
        let first = turnstile.enter().await.unwrap();
        let mut gone = Box::pin(turnstile.enter());
        assert!(futures::poll!(&mut gone).is_pending());
        drop(gone);
        assert_eq!(turnstile.waiting(), 0);
        drop(first);
    }
}
