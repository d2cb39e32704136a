//! What somebody should look at in an outcome, what was decided, by whom and why, and what its member
//! objects to, in plain words.

use leptos::prelude::*;
use shared::reconcile::{Attendance, Decision, Flag, Objection, Outcome};

use crate::locale::format_day_time;
use crate::t;

/// Flags, the decision in force and the objection; nothing where there is none of them.
#[component]
pub(super) fn Judged(#[prop(into)] outcome: Signal<Outcome>) -> impl IntoView {
    let flags = move || outcome.with(|outcome| outcome.flags.clone());
    let decision = move || outcome.with(|outcome| outcome.decision.clone());
    let objection = move || outcome.with(|outcome| outcome.objection.clone());
    view! {
        <div class="judged">
            {move || {
                let flag = |flag| view! { <p class="judged-flag">{flag_words(flag)}</p> };
                flags().into_iter().map(flag).collect_view()
            }}
            {move || {
                decision()
                    .map(|decision| {
                        view! {
                            <p class="judged-decision" data-decided="">
                                {decision_words(&decision)}
                            </p>
                        }
                    })
            }}
            {move || {
                objection()
                    .map(|objection| {
                        let answered = if objection.answered { "yes" } else { "no" };
                        view! {
                            <p class="judged-objection" data-answered=answered>
                                {objection_words(&objection)}
                            </p>
                        }
                    })
            }}
        </div>
    }
}

/// Tells whether only a coordinator's ruling can settle it.
pub(super) fn needs_ruling(outcome: &Outcome) -> bool {
    let objected = outcome
        .objection
        .as_ref()
        .is_some_and(|objection| !objection.answered);
    objected || outcome.attendance == Attendance::Disputed
}

/// Tells whether its member may have another view of it.
pub(super) fn may_be_objected_to(outcome: &Outcome) -> bool {
    let unwelcome = match outcome.attendance {
        Attendance::Late | Attendance::Excused | Attendance::Absent | Attendance::Disputed => true,
        Attendance::Expected
        | Attendance::Present
        | Attendance::LeaveAsked
        | Attendance::MadeUp
        | Attendance::Unmatched(_) => false,
    };
    outcome.objection.is_none() && (unwelcome || outcome.decision.is_some())
}

fn decision_words(decision: &Decision) -> String {
    t!(
        judged.decided,
        by = decision.signed_by,
        time = format_day_time(decision.at.0),
        reason = decision.reason
    )
}

fn objection_words(objection: &Objection) -> String {
    let (time, reason) = (format_day_time(objection.at.0), &objection.reason);
    if objection.answered {
        t!(judged.objection_answered, time = time, reason = reason)
    } else {
        t!(judged.objection_open, time = time, reason = reason)
    }
}

fn flag_words(flag: Flag) -> String {
    match flag {
        Flag::CodeStale => t!(judged.code_stale),
        Flag::CodeForged => t!(judged.code_forged),
        Flag::HostUnknown => t!(judged.host_unknown),
        Flag::HostRevoked => t!(judged.host_revoked),
        Flag::AnswerForged => t!(judged.answer_forged),
        Flag::AnswerStale => t!(judged.answer_stale),
        Flag::ClockOff => t!(judged.clock_off),
        Flag::OutOfOrder => t!(judged.out_of_order),
        Flag::OutsideWindow => t!(judged.outside_window),
    }
}

#[cfg(test)]
mod tests {
    use shared::codes::Code;
    use shared::ids::{ActivityId, EntryId, MemberId, OrganisationId};
    use shared::reconcile::Confirmation;
    use shared::time::{Day, Timestamp};
    use uuid::Uuid;

    use super::*;

    fn outcome(attendance: Attendance) -> Outcome {
        Outcome {
            activity: ActivityId(Uuid::nil()),
            member: MemberId(Uuid::nil()),
            organisation: OrganisationId(Uuid::nil()),
            day: Day(0),
            attendance,
            grade: None,
            confirmation: Confirmation::Waiting,
            evidence: Vec::new(),
            flags: Vec::new(),
            decision: None,
            objection: None,
            left_at: None,
            study_minutes: 0,
        }
    }

    fn objected(outcome: Outcome, answered: bool) -> Outcome {
        let objection = Objection {
            entry: EntryId(Uuid::nil()),
            at: Timestamp(0),
            reason: String::new(),
            answered,
        };
        Outcome {
            objection: Some(objection),
            ..outcome
        }
    }

    #[test]
    fn a_member_may_object_once_and_only_to_what_may_be_wrong() {
        for attendance in [Attendance::Absent, Attendance::Late, Attendance::Disputed] {
            assert!(may_be_objected_to(&outcome(attendance)), "{attendance:?}");
        }
        let fine = [
            Attendance::Present,
            Attendance::Expected,
            Attendance::Unmatched(Code::ActivityOver),
        ];
        for attendance in fine {
            assert!(!may_be_objected_to(&outcome(attendance)), "{attendance:?}");
        }
        for answered in [false, true] {
            let objected = objected(outcome(Attendance::Absent), answered);
            assert!(!may_be_objected_to(&objected));
        }
    }

    #[test]
    fn a_coordinator_is_asked_for_disputes_and_open_objections_alone() {
        assert!(needs_ruling(&outcome(Attendance::Disputed)));
        assert!(!needs_ruling(&outcome(Attendance::Absent)));
        assert!(needs_ruling(&objected(outcome(Attendance::Present), false)));
        assert!(!needs_ruling(&objected(outcome(Attendance::Absent), true)));
    }
}
