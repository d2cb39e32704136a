//! What projections changed, and who projects. One process serves the file, so it is kept in memory.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::store::derived::{Feed, POKES_KEPT, Poke};

#[derive(Default)]
pub(super) struct Told {
    pokes: Mutex<VecDeque<(u64, Poke)>>,
    leader: Mutex<Option<(Uuid, Instant)>>,
}

impl Told {
    pub(super) fn tell(&self, version: u64, poke: Poke) {
        let mut pokes = lock(&self.pokes);
        let place = pokes.partition_point(|(other, _)| *other < version);
        pokes.insert(place, (version, poke));
        while let Some((oldest, _)) = pokes.front()
            && *oldest + POKES_KEPT <= version
        {
            pokes.pop_front();
        }
    }

    pub(super) fn feed(&self, after: u64, position: u64, waiting: bool) -> Feed {
        let pokes = (position.saturating_sub(after) <= POKES_KEPT).then(|| {
            lock(&self.pokes)
                .iter()
                .filter(|(version, _)| *version > after)
                .map(|(_, poke)| poke.clone())
                .collect()
        });
        Feed {
            position,
            pokes,
            waiting,
        }
    }

    pub(super) fn lead(&self, process: Uuid, lease: Duration) -> bool {
        let now = Instant::now();
        let mut leader = lock(&self.leader);
        let taken = leader.is_some_and(|(other, until)| other != process && until > now);
        if !taken {
            *leader = Some((process, now + lease));
        }
        !taken
    }
}

/// Nothing is left half done by who panics while holding it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
