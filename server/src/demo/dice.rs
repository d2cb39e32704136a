//! Reproducible chance. Each part of the city has a stream of its own, so that one part can change
//! without changing the others.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use shared::time::Timestamp;
use uuid::{Builder, Uuid};

/// A part of the city.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Places = 1,
    Tree = 2,
    People = 3,
    Plans = 4,
    Details = 5,
    Communities = 6,
    Growth = 7,
    Houses = 8,
    Lectures = 9,
    Turnout = 10,
    Phones = 11,
    Past = 12,
    History = 13,
}

/// A source of chance.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// Returns the dice of one part of the city of a seed.
    pub(super) fn new(seed: u64, part: Part) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(part as u64);
        Self(generator)
    }

    /// Returns a number below `bound`, 0 when that is 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let scaled = (u128::from(self.0.next_u64()) * bound as u128) >> 64;
        usize::try_from(scaled).unwrap_or(0)
    }

    /// Returns one of `items`, which are never empty: the words of the binary are tested.
    pub(super) fn pick<'i, T>(&mut self, items: &'i [T]) -> &'i T {
        &items[self.below(items.len())]
    }

    /// Tells whether something that happens `percent` times in a hundred happens.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Returns the id of something that was made at an instant: a UUIDv7, so that ids sort by time.
    pub(super) fn id(&mut self, at: Timestamp) -> Uuid {
        let millis = u64::try_from(at.0).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// Returns a number from `least` to `most`, both included.
    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        let width = usize::try_from(most - least + 1).unwrap_or(0);
        least + i64::try_from(self.below(width)).unwrap_or(0)
    }

    /// Returns bytes of chance.
    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}
