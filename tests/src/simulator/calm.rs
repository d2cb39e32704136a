//! The end of a world: the faults stop, and everybody who can reach the server must come to rest by
//! themselves within a bounded time. A phone that does not is stalled, and that is a failure.

use std::hash::{DefaultHasher, Hash, Hasher};

use shared::client::{Binding, Engine, Input};
use shared::time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};

use super::faults::Fault;
use super::phone::Link;
use super::world::World;

/// How long a phone may take to come to rest: the longest pause that a server asked for twice over,
/// and a few exchanges.
const QUIET_MS: i64 = HOUR_MS;
/// As long, when the device has to wait for the next day.
const QUIET_TOMORROW_MS: i64 = DAY_MS + HOUR_MS;
/// Rounds in which people enrol and let go phones, and in which a woken world must stay the same.
const ROUNDS: u32 = 12;

impl World {
    /// Stops the faults, brings everybody online and runs until nothing moves.
    pub(super) fn settle(&mut self) -> Result<(), String> {
        self.faults.stop();
        self.note(|| "calm".into());
        self.overloaded_until = Timestamp::default();
        for number in 0..self.phones.len() {
            self.phones[number].link = Link::Up;
            self.phones[number].storage = None;
            self.start(number)?;
            self.give(number, Input::Wake)?;
        }
        self.everybody_comes_to_rest()?;
        // What is only in a phone's memory must not be what makes it agree.
        for number in 0..self.phones.len() {
            self.phones[number].kill();
            self.start(number)?;
        }
        self.everybody_comes_to_rest()?;
        self.nothing_moves()
    }

    /// Waits until every phone is quiet, without waking any. People go on to enrol phones and to let
    /// them go, after which these have to come to rest as well.
    fn everybody_comes_to_rest(&mut self) -> Result<(), String> {
        let tomorrow = self.faults.counts().contains_key(&Fault::QuotaExceeded);
        let span_ms = if tomorrow {
            QUIET_TOMORROW_MS
        } else {
            QUIET_MS
        };
        for _ in 0..ROUNDS {
            let end = self.now.plus(span_ms);
            while self.now < end && !self.is_quiet() {
                self.run_until(self.now.plus(MINUTE_MS))?;
                self.now = self.now.plus(MINUTE_MS).max(self.now);
            }
            if let Some(stalled) = self.stalled() {
                return Err(stalled);
            }
            if !self.people_look()? {
                return Ok(());
            }
        }
        Err(format!("phones are enrolled over and over, {ROUNDS} times"))
    }

    fn is_quiet(&self) -> bool {
        self.stalled().is_none()
    }

    /// Names a phone that has something left to do.
    fn stalled(&self) -> Option<String> {
        let mut phones = self.phones.iter().enumerate();
        phones.find_map(|(number, phone)| {
            let status = phone.engine.as_ref().map(Engine::status)?;
            let waits = matches!(status.binding, Binding::Loose(_));
            let left = status.unsent > 0 && !waits;
            (left || status.busy).then(|| format!("phone {number} is stalled: {status:?}"))
        })
    }

    /// Whoever has to enrol or to let go a phone does it now. Tells whether anybody had to.
    fn people_look(&mut self) -> Result<bool, String> {
        let mut any = false;
        for number in 0..self.phones.len() {
            let binding = self.phones[number]
                .engine
                .as_ref()
                .map_or(Binding::Bound, |engine| engine.status().binding);
            match binding {
                Binding::Loose(_) => self.enrol(number)?,
                Binding::Revoked => self.let_go(number)?,
                Binding::Bound if self.phones[number].is_retired() => self.enrol(number)?,
                Binding::Bound => continue,
            }
            any = true;
        }
        Ok(any)
    }

    /// A woken world at rest stays as it is.
    fn nothing_moves(&mut self) -> Result<(), String> {
        for _ in 0..ROUNDS {
            let before = self.picture();
            for number in 0..self.phones.len() {
                self.give(number, Input::Wake)?;
            }
            self.run_until(Timestamp(i64::MAX))?;
            if self.picture() == before {
                return Ok(());
            }
        }
        Err(format!("the world is not at rest after {ROUNDS} rounds"))
    }

    /// Returns what must stay the same in a world at rest.
    fn picture(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for stored in self.server.documents.values() {
            stored.changes.len().hash(&mut hasher);
        }
        self.server.derived.revision.hash(&mut hasher);
        for phone in &self.phones {
            for row in phone.disk.documents() {
                (row.name, row.version).hash(&mut hasher);
            }
            let status = phone.engine.as_ref().map(Engine::status);
            status
                .map(|status| (status.unsent, status.refused, status.busy))
                .hash(&mut hasher);
        }
        hasher.finish()
    }
}
