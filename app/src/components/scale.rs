//! How much, in five steps that are told apart by shade, and by size or by the number beside it.

use leptos::prelude::*;

use crate::locale::format_number;
use crate::t;

/// Steps above nothing.
const STEPS: u64 = 4;

/// Four equal steps of a round number each, from one up to at least the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    step: u64,
}

impl Scale {
    /// Makes the scale of some numbers by the largest of them.
    pub(super) fn of(most: u64) -> Self {
        const ROUND: [u64; 8] = [1, 2, 3, 4, 5, 6, 8, 10];
        let need = most.div_ceil(STEPS).max(1);
        let mut ten = 1;
        while ten * 10 < need {
            ten *= 10;
        }
        let round = ROUND.into_iter().map(|digit| digit * ten);
        let step = round.into_iter().find(|step| need <= *step);
        Self {
            step: step.unwrap_or(need),
        }
    }

    /// Returns the step of a number: 0 for nothing, else 1 to 4.
    pub(super) fn level(self, value: u64) -> u64 {
        value.div_ceil(self.step).min(STEPS)
    }

    /// Returns the class of a number's step.
    pub(super) fn class(self, value: u64) -> &'static str {
        class(self.level(value))
    }

    fn bounds(self, level: u64) -> (u64, u64) {
        (level.saturating_sub(1) * self.step + 1, level * self.step)
    }
}

fn class(level: u64) -> &'static str {
    match level {
        0 => "level none",
        1 => "level first",
        2 => "level second",
        3 => "level third",
        _ => "level fourth",
    }
}

/// What the shades of a picture mean.
#[component]
pub(super) fn ScaleLegend(#[prop(into)] scale: Signal<Scale>) -> impl IntoView {
    let number = |value: u64| format_number(i64::try_from(value).unwrap_or(i64::MAX));
    let step = move |level: u64| {
        let words = move || match scale.get().bounds(level) {
            _ if level == 0 => number(0),
            (from, to) if from == to => number(from),
            (from, to) => t!(overview.range, from = number(from), to = number(to)),
        };
        view! {
            <li class="scale-step">
                <span class=format!("scale-key {}", class(level))></span>
                <span>{words}</span>
            </li>
        }
    };
    view! {
        <ul class="scale" role="list" aria-label=move || t!(overview.scale)>
            {(0..=STEPS).map(step).collect_view()}
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_reach_the_most() {
        for (most, step) in [
            (0, 1),
            (1, 1),
            (4, 1),
            (5, 2),
            (84, 30),
            (120, 30),
            (3_001, 800),
        ] {
            assert_eq!(Scale::of(most).step, step, "{most}");
            assert_eq!(Scale::of(most).level(0), 0);
            assert!(most == 0 || Scale::of(most).level(1) == 1);
            assert!(most <= 4 * step);
        }
        let scale = Scale::of(84);
        assert_eq!(
            [30, 31, 60, 61, 84].map(|n| scale.level(n)),
            [1, 2, 2, 3, 3]
        );
        assert_eq!(scale.bounds(2), (31, 60));
    }
}
