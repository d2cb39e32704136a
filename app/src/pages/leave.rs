//! 请假: asking to be excused from an activity, and what the host answered.

use leptos::prelude::*;
use shared::client::{ActivityView, RecordState, RecordView};
use shared::codes::Code;
use shared::reconcile::{Attendance, Outcome};
use shared::records::{Claim, Record};
use shared::time::Timestamp;

use super::phase::ShownPhase;
use super::progress::status;
use super::reason_sheet::{ReasonSheet, ReasonWords, Sent};
use crate::components::{Button, ButtonKind, ButtonSize, Chip, Icon, StatusChip, Tone};
use crate::state::use_app_state;
use crate::t;

/// Characters that a reason may have; the same as its record may.
const LONGEST: u32 = 500;

/// How the owner's leave from an activity stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It can be asked for.
    Offered,
    /// It can neither be asked for nor was.
    Away,
    /// It is not uploaded yet.
    OnItsWay(RecordState),
    /// The host has not answered.
    Waiting,
    /// 准假
    Granted,
    /// The owner was there all the same.
    Came,
    /// The host said something else.
    NotGranted,
}

impl Standing {
    fn of(view: &ActivityView, now: Timestamp) -> Self {
        let Some(leave) = asked(view) else {
            return if may_ask(view, now) {
                Self::Offered
            } else {
                Self::Away
            };
        };
        match (leave.state, &view.outcome) {
            (RecordState::Uploaded, Some(outcome)) => Self::answered(outcome),
            (RecordState::Uploaded, None) => Self::Waiting,
            (state, _) => Self::OnItsWay(state),
        }
    }

    fn answered(outcome: &Outcome) -> Self {
        match outcome.attendance {
            Attendance::LeaveAsked | Attendance::Expected => Self::Waiting,
            Attendance::Excused => Self::Granted,
            Attendance::Present | Attendance::Late => Self::Came,
            Attendance::Absent => Self::NotGranted,
            // The check-in says what there is to say.
            Attendance::MadeUp | Attendance::Disputed | Attendance::Unmatched(_) => Self::Away,
        }
    }

    /// A word for tests and styles; never shown.
    fn word(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Away => "away",
            Self::OnItsWay(_) => "on_its_way",
            Self::Waiting => "waiting",
            Self::Granted => "granted",
            Self::Came => "came",
            Self::NotGranted => "not_granted",
        }
    }
}

/// The leave that the owner asked for; a refused one does not stand in the way of another.
fn asked(view: &ActivityView) -> Option<&RecordView> {
    view.claims.iter().find(|claim| {
        let stands = !matches!(claim.state, RecordState::Refused(_));
        stands && matches!(claim.entry.record, Record::Claim(Claim::Leave(_)))
    })
}

/// Leave is asked for before the end, by who has not checked in and was not marked.
fn may_ask(view: &ActivityView, now: Timestamp) -> bool {
    let is_to_come = match ShownPhase::of(&view.activity.current.plan, now) {
        ShownPhase::Upcoming | ShownPhase::Open | ShownPhase::Running => true,
        ShownPhase::Ended | ShownPhase::Over | ShownPhase::Cancelled => false,
    };
    let unmarked = view
        .outcome
        .as_ref()
        .is_none_or(|outcome| outcome.attendance == Attendance::Expected);
    is_to_come && unmarked && view.check_in.is_none()
}

/// The button 请假, or how the leave stands.
#[component]
pub(super) fn LeavePanel(#[prop(into)] view: Signal<ActivityView>) -> impl IntoView {
    let state = use_app_state();
    let now = state.now();
    let open = RwSignal::new(false);
    let ask = move |reason: String| -> Sent {
        let activity = view.get_untracked();
        Box::pin(async move {
            match state.ask_leave(&activity, reason).await {
                Ok(_) | Err(Code::AlreadyRecorded) => Ok(()),
                Err(code) => Err(code),
            }
        })
    };
    let standing = Memo::new(move |_| view.with(|view| Standing::of(view, now.get())));
    let reason = Memo::new(move |_| {
        view.with(|view| match &asked(view)?.entry.record {
            Record::Claim(Claim::Leave(petition)) => Some(petition.reason.clone()),
            _ => None,
        })
    });
    let chip = move |text: fn() -> String, tone, icon| {
        view! { <Chip text=Signal::derive(text) tone=tone icon=icon /> }.into_any()
    };
    let shown = move || match standing.get() {
        Standing::Offered => view! {
            <Button
                label=move || t!(leave.ask)
                kind=ButtonKind::Quiet
                size=ButtonSize::Wide
                on_press=move || open.set(true)
            />
        }
        .into_any(),
        Standing::Away => ().into_any(),
        Standing::OnItsWay(state) => view! { <StatusChip status=status(state) /> }.into_any(),
        Standing::Waiting => chip(|| t!(leave.waiting), Tone::Info, Icon::Clock),
        Standing::Granted => chip(|| t!(leave.granted), Tone::Good, Icon::CheckCircle),
        Standing::Came => chip(|| t!(leave.came), Tone::Neutral, Icon::Info),
        Standing::NotGranted => chip(|| t!(leave.not_granted), Tone::Notice, Icon::Warning),
    };
    let because = move || {
        let told = !matches!(standing.get(), Standing::Offered | Standing::Away);
        reason.get().filter(|_| told).map(|reason| {
            view! {
                <p class="check-in-note">
                    {move || t!(leave.because, reason = reason.clone())}
                </p>
            }
        })
    };
    let titled = move || {
        let on_its_way = matches!(standing.get(), Standing::OnItsWay(_));
        on_its_way.then(|| view! { <span class="leave-title">{move || t!(leave.title)}</span> })
    };
    view! {
        <div class="leave" aria-live="polite" data-leave=move || standing.get().word()>
            <div class="leave-state">{titled} {shown}</div>
            {because}
        </div>
        <ReasonSheet
            open
            words=ReasonWords {
                title: || t!(leave.title),
                lead: || t!(leave.lead),
                label: || t!(leave.reason),
                hint: Some(|| t!(leave.reason_hint)),
                missing: || t!(leave.reason_missing),
                send: || t!(action.send),
            }
            kind=ButtonKind::Primary
            longest=LONGEST
            on_send=ask
        />
    }
}
