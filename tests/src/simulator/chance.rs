//! The one source of randomness of a world.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use shared::time::Timestamp;
use uuid::{Builder, Uuid};

/// A seeded generator with the questions that the world asks.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Returns any number.
    pub(super) fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Returns a number from 0 to `bound`, exclusive; 0 for a bound of 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.number() % bound }
    }

    /// Returns an index of a list of this length.
    pub(super) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("an index is below a length")
    }

    /// Returns a number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.abs_diff(low).saturating_add(1);
        low.saturating_add_unsigned(self.below(width))
    }

    /// Answers yes this many times in a thousand.
    pub(super) fn happens(&mut self, permille: u64) -> bool {
        self.below(1_000) < permille
    }

    /// Returns one of the list, `None` of an empty one.
    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        if list.is_empty() {
            None
        } else {
            Some(&list[self.index(list.len())])
        }
    }

    /// Returns a new UUIDv7 of an instant.
    pub(super) fn uuid(&mut self, at: Timestamp) -> Uuid {
        let mut random = [0; 10];
        self.0.fill_bytes(&mut random);
        Builder::from_unix_timestamp_millis(at.0.unsigned_abs(), &random).into_uuid()
    }

    /// Returns this many random bytes.
    pub(super) fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}
