//! The one pure function where the two sides of a fact meet: a member's claims and the hosts' marks
//! become an outcome with a grade of evidence, or a dispute that a human settles by a ruling. The
//! order in which claims, marks and rulings arrive never matters.
//!
//! Nobody who counted as present ceases to count without it being seen: somebody else's mark, a
//! cancellation or a new time that contradicts a presence makes a dispute. Only who marked may take
//! the own mark back, and only a ruling ends a dispute against somebody's word.

mod evidence;
mod matter;
mod one_phone;
mod outcome;
mod rulings;

use crate::codes::Code;
use crate::ids::{ActivityId, MemberId, OrganisationId};
use crate::limits;
use crate::project::{Activity, ClaimRow, HostKeyRow, MarkRow, RulingRow, Said};
use crate::records::Phase;
use crate::time::Timestamp;
use crate::words::{Grade, MarkKind};

use evidence::Evidences;
pub use matter::{BoardItem, Matter, MatterFlag, Rated, Replied, Withdrawn, board, matters};
pub use one_phone::spoke_through_one_phone;
pub use outcome::{
    Attendance, Basis, Confirmation, Decision, Flag, Objection, Outcome, Piece, Source, Tally,
};

/// Everything that is said of one member at one activity.
#[derive(Clone, Copy, Debug, Default)]
pub struct Case<'a> {
    /// The activity, as far as it is known.
    pub activity: Option<&'a Activity>,
    /// The devices that show codes for the activity's organisation.
    pub host_keys: &'a [HostKeyRow],
    /// What the member says.
    pub claims: &'a [ClaimRow],
    /// What hosts say.
    pub marks: &'a [MarkRow],
    /// What coordinators decided.
    pub rulings: &'a [RulingRow],
}

/// Returns the outcome of one member at one activity, `None` when neither side says anything.
pub fn reconcile(case: Case<'_>) -> Option<Outcome> {
    let evidences = Evidences::of(case);
    let (id, member, organisation, at) = subject(&evidences)?;
    let (organisation, day) = case.activity.map_or((organisation, at.day()), |activity| {
        let current = &activity.current;
        (current.organisation, current.plan.starts_at.day())
    });
    let ruled = rulings::ruled(&evidences);
    let attendance = match &ruled {
        rulings::Ruled::Decided(row) => Attendance::decided(row.ruling.decision),
        rulings::Ruled::Contradicted => Attendance::Disputed,
        rulings::Ruled::Open => attend(case.activity, &evidences),
    };
    let objection = rulings::objection(&evidences);
    let grade = matches!(attendance, Attendance::Present | Attendance::Late)
        .then(|| evidences.best_grade().unwrap_or(Grade::D));
    let decided = matches!(ruled, rulings::Ruled::Decided(_));
    Some(Outcome {
        activity: id,
        member,
        organisation,
        day,
        attendance,
        grade,
        confirmation: confirm(attendance, grade, decided, objection.as_ref(), &evidences),
        evidence: evidences.pieces(),
        flags: evidences.flags(),
        decision: ruled.decision(),
        objection,
        left_at: evidences.left_at(),
        study_minutes: study_minutes(case.activity, attendance),
    })
}

/// Who and what the outcome is about, by whatever names them first.
fn subject(evidences: &Evidences<'_>) -> Option<(ActivityId, MemberId, OrganisationId, Timestamp)> {
    let claim = evidences.claims.iter().find(|claim| match claim.said {
        Said::CheckIn(_) | Said::Leave(_) | Said::Objection(_) => true,
        Said::CheckOut(_) => false,
    });
    if let Some(claim) = claim {
        return Some((
            claim.activity,
            claim.member,
            claim.organisation,
            claim.recorded_at,
        ));
    }
    if let Some(row) = evidences.marks.first() {
        let mark = &row.mark;
        return Some((
            mark.activity,
            mark.member,
            row.organisation,
            row.recorded_at,
        ));
    }
    let row = evidences.rulings.first()?;
    let ruling = &row.ruling;
    Some((
        ruling.activity,
        ruling.member,
        row.organisation,
        row.recorded_at,
    ))
}

/// What the evidence says, where nobody has decided.
fn attend(activity: Option<&Activity>, evidences: &Evidences<'_>) -> Attendance {
    let Some(activity) = activity else {
        return Attendance::Unmatched(Code::ActivityUnknown);
    };
    let plan = &activity.current.plan;
    let here = evidences.seen(MarkKind::Present) || evidences.seen(MarkKind::Late);
    let made_up = evidences.seen(MarkKind::MadeUp);
    let away = evidences.seen(MarkKind::Absent) || evidences.seen(MarkKind::Excused);
    let came = evidences.came_in_time();
    if plan.is_cancelled() {
        return if here || came || evidences.came_by_a_former_plan() {
            Attendance::Disputed
        } else {
            Attendance::Unmatched(Code::ActivityCancelled)
        };
    }
    match (here, away, came) {
        (true, true, _) | (false, true, true) => Attendance::Disputed,
        (true, false, _) if evidences.seen(MarkKind::Present) => Attendance::Present,
        (true, false, _) => Attendance::Late,
        (false, _, false) if evidences.taken_back_by_another() => Attendance::Disputed,
        (false, false, true) => arrival(evidences, plan.starts_at),
        (false, _, false) if evidences.came_by_a_former_plan() => Attendance::Disputed,
        (false, _, false) if made_up => Attendance::MadeUp,
        (false, true, false) if evidences.seen(MarkKind::Excused) => Attendance::Excused,
        (false, true, false) => Attendance::Absent,
        (false, false, false) => unmarked(plan, evidences),
    }
}

/// What is said of somebody whom no host marked and who did not come in time.
fn unmarked(plan: &crate::records::Plan, evidences: &Evidences<'_>) -> Attendance {
    if evidences.asked_for_leave() {
        return Attendance::LeaveAsked;
    }
    let phase = evidences
        .check_ins()
        .next()
        .map(|claim| plan.phase(claim.recorded_at));
    match phase {
        Some(Phase::NotOpen) => Attendance::Unmatched(Code::ActivityNotOpen),
        Some(Phase::Open | Phase::Over) => Attendance::Unmatched(Code::ActivityOver),
        // Somebody of whom nothing is said objects to just that.
        None if evidences.objections().next().is_some() => Attendance::Disputed,
        None => Attendance::Expected,
    }
}

/// A member who checked in on two phones came when the first of them says.
fn arrival(evidences: &Evidences<'_>, starts_at: Timestamp) -> Attendance {
    let first = evidences.check_ins().map(|claim| claim.recorded_at).min();
    if first.is_some_and(|at| at > starts_at.plus(limits::GRACE_MS)) {
        Attendance::Late
    } else {
        Attendance::Present
    }
}

fn confirm(
    attendance: Attendance,
    grade: Option<Grade>,
    decided: bool,
    objection: Option<&Objection>,
    evidences: &Evidences<'_>,
) -> Confirmation {
    if objection.is_some_and(|objection| !objection.answered) {
        return Confirmation::Waiting;
    }
    let witnessed = matches!(grade, Some(Grade::A | Grade::B));
    match attendance {
        Attendance::Present
        | Attendance::Late
        | Attendance::Excused
        | Attendance::Absent
        | Attendance::MadeUp
            if decided || witnessed || evidences.is_marked() =>
        {
            Confirmation::Confirmed
        }
        // Nobody has to look at a claim for something that was called off, or at an invitation.
        Attendance::Unmatched(Code::ActivityCancelled) | Attendance::Expected => {
            Confirmation::Confirmed
        }
        Attendance::Present
        | Attendance::Late
        | Attendance::Excused
        | Attendance::Absent
        | Attendance::MadeUp
        | Attendance::LeaveAsked
        | Attendance::Disputed
        | Attendance::Unmatched(_) => Confirmation::Waiting,
    }
}

/// Study time counts for those who were there or made up for it.
fn study_minutes(activity: Option<&Activity>, attendance: Attendance) -> u32 {
    let counts = matches!(
        attendance,
        Attendance::Present | Attendance::Late | Attendance::MadeUp
    );
    activity
        .filter(|_| counts)
        .and_then(|activity| activity.current.plan.details.study_minutes)
        .unwrap_or_default()
}
