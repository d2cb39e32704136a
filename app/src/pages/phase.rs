//! Where an activity stands by the clock, as a chip.

use leptos::prelude::*;
use shared::records::{Phase, Plan};
use shared::time::Timestamp;

use crate::components::{Chip, Icon, Tone};
use crate::t;

/// Where an activity stands, from a visitor's side of the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShownPhase {
    /// Check-in has not opened.
    Upcoming,
    /// Check-in is open, the activity has not begun.
    Open,
    /// It is being held.
    Running,
    /// It ended a short while ago; check-in is still taken.
    Ended,
    /// Check-in is closed.
    Over,
    /// It was called off.
    Cancelled,
}

impl ShownPhase {
    pub(super) fn of(plan: &Plan, now: Timestamp) -> Self {
        match plan.phase(now) {
            _ if plan.is_cancelled() => Self::Cancelled,
            Phase::NotOpen => Self::Upcoming,
            Phase::Open if now < plan.starts_at => Self::Open,
            Phase::Open if now <= plan.ends_at => Self::Running,
            Phase::Open => Self::Ended,
            Phase::Over => Self::Over,
        }
    }

    /// Tells whether there is nothing more to do for those who come.
    pub(super) fn is_past(self) -> bool {
        match self {
            Self::Over | Self::Cancelled => true,
            Self::Upcoming | Self::Open | Self::Running | Self::Ended => false,
        }
    }

    fn text(self) -> String {
        match self {
            Self::Upcoming => t!(activity.phase.upcoming),
            Self::Open => t!(activity.phase.open),
            Self::Running => t!(activity.phase.running),
            Self::Ended | Self::Over => t!(activity.phase.over),
            Self::Cancelled => t!(activity.phase.cancelled),
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::Upcoming | Self::Ended | Self::Over => Tone::Neutral,
            Self::Open | Self::Running => Tone::Good,
            Self::Cancelled => Tone::Notice,
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Upcoming => Icon::Clock,
            Self::Open | Self::Running => Icon::CheckCircle,
            Self::Ended | Self::Over => Icon::Minus,
            Self::Cancelled => Icon::Close,
        }
    }
}

#[component]
pub(super) fn PhaseChip(#[prop(into)] phase: Signal<ShownPhase>) -> impl IntoView {
    view! {
        <Chip
            text=move || phase.get().text()
            tone=move || phase.get().tone()
            icon=move || phase.get().icon()
        />
    }
}
