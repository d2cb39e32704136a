//! Some of many, spread evenly.

/// Says of one after the other whether it is chosen, so that of `whole` exactly `chosen` are.
pub(super) struct Share {
    chosen: usize,
    whole: usize,
    at: usize,
}

impl Share {
    pub(super) const fn new(chosen: usize, whole: usize) -> Self {
        Self {
            chosen,
            whole,
            at: 0,
        }
    }

    /// Tells whether the next one is chosen.
    pub(super) fn next(&mut self) -> bool {
        let before = self.at * self.chosen / self.whole.max(1);
        self.at += 1;
        self.at * self.chosen / self.whole.max(1) > before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_are_chosen_as_were_to_be() {
        for (chosen, whole) in [(308, 327), (2, 1_220), (0, 5), (5, 5), (0, 0)] {
            let mut share = Share::new(chosen, whole);
            let found = (0..whole).filter(|_| share.next()).count();
            assert_eq!(found, chosen);
        }
    }
}
