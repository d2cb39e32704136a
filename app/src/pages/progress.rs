//! How a check-in stands, from the tap to the host's yes, as a chip and in a sentence.

use leptos::prelude::*;
use shared::client::RecordState;
use shared::codes::Code;
use shared::reconcile::{Attendance, Confirmation, Outcome};

use crate::components::{Chip, Icon, RecordStatus, StatusChip, Tone};
use crate::locale::error_text;
use crate::t;

/// How a check-in stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// On its way to the server, or kept back by it.
    Record(RecordState),
    /// Counted; the host has still to say yes.
    Waiting,
    /// Leave is asked for; the host has still to answer.
    LeaveAsked,
    /// Nothing is said any more.
    TakenBack,
    /// Both sides agree on this.
    Settled(Attendance),
    /// The sides contradict each other.
    Disputed,
    /// It cannot count as it stands.
    Unmatched(Code),
}

impl Progress {
    /// What this phone knows of its own record comes first: what is not uploaded is not settled.
    pub(super) fn of(state: RecordState, outcome: Option<&Outcome>) -> Self {
        match (state, outcome) {
            (RecordState::Uploaded, Some(outcome)) => Self::of_outcome(outcome),
            (state, _) => Self::Record(state),
        }
    }

    pub(super) fn of_outcome(outcome: &Outcome) -> Self {
        if outcome.is_taken_back() {
            return Self::TakenBack;
        }
        match (outcome.attendance, outcome.confirmation) {
            (Attendance::Disputed, _) => Self::Disputed,
            (Attendance::Unmatched(code), _) => Self::Unmatched(code),
            (Attendance::LeaveAsked, _) => Self::LeaveAsked,
            (attendance, Confirmation::Confirmed) => Self::Settled(attendance),
            (_, Confirmation::Waiting) => Self::Waiting,
        }
    }

    /// A word for tests and styles; never shown.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Record(RecordState::Saved) => "saved",
            Self::Record(RecordState::Sending) => "sending",
            Self::Record(RecordState::Uploaded) => "uploaded",
            Self::Record(RecordState::Refused(_)) => "refused",
            Self::Waiting => "waiting",
            Self::LeaveAsked => "leave_asked",
            Self::TakenBack => "taken_back",
            Self::Settled(_) => "confirmed",
            Self::Disputed => "disputed",
            Self::Unmatched(_) => "unmatched",
        }
    }

    fn text(self) -> String {
        match self {
            Self::Record(state) => status(state).text(),
            Self::Waiting => t!(outcome.waiting),
            Self::LeaveAsked => t!(outcome.leave_asked),
            Self::TakenBack => t!(outcome.taken_back),
            Self::Settled(Attendance::Late) => t!(outcome.confirmed_late),
            Self::Settled(Attendance::Excused) => t!(outcome.recorded_excused),
            Self::Settled(Attendance::Absent) => t!(outcome.recorded_absent),
            Self::Settled(Attendance::MadeUp) => t!(outcome.recorded_made_up),
            Self::Settled(Attendance::Expected) => t!(outcome.invited),
            Self::Settled(
                Attendance::Present
                | Attendance::LeaveAsked
                | Attendance::Disputed
                | Attendance::Unmatched(_),
            ) => t!(outcome.confirmed),
            Self::Disputed => t!(outcome.disputed),
            Self::Unmatched(_) => t!(outcome.unmatched),
        }
    }

    pub(super) fn explanation(self) -> String {
        match self {
            Self::Record(state) => status(state).explanation(),
            Self::Waiting => t!(outcome.waiting_explain),
            Self::LeaveAsked => t!(outcome.leave_asked_explain),
            Self::TakenBack => t!(outcome.taken_back_explain),
            Self::Settled(Attendance::Excused | Attendance::Absent | Attendance::MadeUp) => {
                t!(outcome.recorded_explain)
            }
            Self::Settled(Attendance::Expected) => t!(outcome.invited_explain),
            Self::Settled(
                Attendance::Present
                | Attendance::Late
                | Attendance::LeaveAsked
                | Attendance::Disputed
                | Attendance::Unmatched(_),
            ) => t!(outcome.confirmed_explain),
            Self::Disputed => t!(outcome.disputed_explain),
            Self::Unmatched(code) => {
                let (message, next) = error_text(code.as_str());
                t!(outcome.unmatched_explain, message = message, next = next)
            }
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::Record(_) | Self::Waiting | Self::LeaveAsked => Tone::Info,
            Self::Settled(Attendance::Present | Attendance::Late) => Tone::Good,
            Self::Settled(_) | Self::TakenBack => Tone::Neutral,
            Self::Disputed | Self::Unmatched(_) => Tone::Notice,
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Record(_) | Self::Waiting | Self::LeaveAsked => Icon::Clock,
            Self::Settled(Attendance::Present | Attendance::Late) => Icon::CheckCircle,
            Self::Settled(_) | Self::TakenBack => Icon::Info,
            Self::Disputed | Self::Unmatched(_) => Icon::Warning,
        }
    }
}

/// Returns the status that a record's state is shown as.
pub(super) fn status(state: RecordState) -> RecordStatus {
    match state {
        RecordState::Saved => RecordStatus::Saved,
        RecordState::Sending => RecordStatus::Sending,
        RecordState::Uploaded => RecordStatus::Uploaded,
        RecordState::Refused(_) => RecordStatus::Refused,
    }
}

/// A check-in's progress as a chip, in an element whose `data-progress` names it.
#[component]
pub(super) fn ProgressChip(#[prop(into)] progress: Signal<Progress>) -> impl IntoView {
    view! {
        <span class="progress" data-progress=move || progress.get().word()>
            {move || match progress.get() {
                Progress::Record(state) => view! { <StatusChip status=status(state) /> }.into_any(),
                settled => {
                    view! {
                        <Chip
                            text=move || settled.text()
                            tone=settled.tone()
                            icon=settled.icon()
                        />
                    }
                        .into_any()
                }
            }}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use shared::ids::{ActivityId, MemberId, OrganisationId};
    use shared::time::Day;

    use super::*;

    fn outcome(attendance: Attendance, confirmation: Confirmation) -> Outcome {
        Outcome {
            activity: ActivityId(uuid::Uuid::nil()),
            member: MemberId(uuid::Uuid::nil()),
            organisation: OrganisationId(uuid::Uuid::nil()),
            day: Day(0),
            attendance,
            grade: None,
            confirmation,
            evidence: Vec::new(),
            flags: Vec::new(),
            decision: None,
            objection: None,
            left_at: None,
            study_minutes: 0,
        }
    }

    #[test]
    fn what_is_not_uploaded_is_never_shown_as_settled() {
        let settled = outcome(Attendance::Present, Confirmation::Confirmed);
        let unsent = [
            RecordState::Saved,
            RecordState::Sending,
            RecordState::Refused(Code::ActivityOver),
        ];
        for state in unsent {
            assert_eq!(Progress::of(state, Some(&settled)), Progress::Record(state));
        }
        assert_eq!(
            Progress::of(RecordState::Uploaded, Some(&settled)),
            Progress::Settled(Attendance::Present)
        );
        assert_eq!(
            Progress::of(RecordState::Uploaded, None),
            Progress::Record(RecordState::Uploaded)
        );
    }

    #[test]
    fn a_dispute_is_a_dispute_whatever_else_is_said() {
        for confirmation in [Confirmation::Confirmed, Confirmation::Waiting] {
            let progress = Progress::of_outcome(&outcome(Attendance::Disputed, confirmation));
            assert_eq!(progress, Progress::Disputed);
        }
    }
}
