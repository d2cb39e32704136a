//! The one pure function where the two sides of a fact meet: a member's claims and the hosts' marks
//! become an outcome with a grade of evidence, or a dispute that a human settles. The order in
//! which claims and marks arrive never matters.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::codes::Code;
use crate::ids::{ActivityId, DeviceId, EntryId, MemberId, OrganisationId};
use crate::limits;
use crate::project::{Activity, ClaimRow, Direction, MarkRow};
use crate::records::{Evidence, Phase};
use crate::time::{Day, Timestamp};
use crate::words::{Grade, MarkKind};

/// What became of one member at one activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The activity.
    pub activity: ActivityId,
    /// The member.
    pub member: MemberId,
    /// The organisation that holds the activity.
    pub organisation: OrganisationId,
    /// The city's day on which the activity starts; the day of the claim while it is unknown.
    pub day: Day,
    /// Whether the member was there.
    pub attendance: Attendance,
    /// The best grade of the evidence for presence.
    pub grade: Option<Grade>,
    /// Whether a host has still to say yes.
    pub confirmation: Confirmation,
    /// Every piece of evidence, by id.
    pub evidence: Vec<Piece>,
}

/// Whether the member was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attendance {
    /// 实到
    Present,
    /// 迟到: there, after the start. It counts as being there.
    Late,
    /// 请假
    Excused,
    /// 缺席
    Absent,
    /// The sides contradict each other.
    Disputed,
    /// A claim that cannot count as it stands, and why; it is kept.
    Unmatched(Code),
}

/// Whether a host has still to say yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// Nothing is left to do.
    Confirmed,
    /// It stands on the host's confirm list.
    Waiting,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Piece {
    /// The claim or mark.
    pub entry: EntryId,
    /// The device that wrote it.
    pub device: DeviceId,
    /// Which side it comes from.
    pub source: Source,
    /// The clock of that device.
    pub recorded_at: Timestamp,
}

/// The side that a piece of evidence comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The member's own claim.
    Claim(Evidence),
    /// A host's or coordinator's mark.
    Mark {
        /// Who marked.
        by: MemberId,
        /// What was seen.
        kind: MarkKind,
    },
}

/// What an outcome adds to the roll-ups of its organisation, of all above it, and of its day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// 人次: people counted present, late ones among them.
    pub attendances: i64,
    /// Of these, by grade A to D.
    pub grades: [i64; 4],
    /// Outcomes that wait for a host.
    pub waiting: i64,
    /// Disputes.
    pub disputed: i64,
}

/// Returns the outcome of one member at one activity, `None` when neither side says anything.
pub fn reconcile(
    activity: Option<&Activity>,
    claims: &[ClaimRow],
    marks: &[MarkRow],
) -> Option<Outcome> {
    let claims = sorted(
        claims
            .iter()
            .filter(|claim| claim.direction == Direction::In),
        |c| c.id,
    );
    // Only the activity's own organisation marks its roll call.
    let marks = sorted(
        marks.iter().filter(|mark| {
            activity.is_none_or(|activity| activity.current.organisation == mark.organisation)
        }),
        |mark| mark.id,
    );
    let standing = standing_marks(&marks);
    let (id, member, organisation, at) = match (claims.first(), marks.first()) {
        (Some(claim), _) => (
            claim.activity,
            claim.member,
            claim.organisation,
            claim.recorded_at,
        ),
        (None, Some(mark)) => (
            mark.mark.activity,
            mark.mark.member,
            mark.organisation,
            mark.recorded_at,
        ),
        (None, None) => return None,
    };
    let attendance = attend(activity, &claims, &standing);
    let (organisation, day) = activity.map_or((organisation, at.day()), |activity| {
        (
            activity.current.organisation,
            activity.current.plan.starts_at.day(),
        )
    });
    Some(Outcome {
        activity: id,
        member,
        organisation,
        day,
        attendance,
        grade: grade(attendance),
        confirmation: confirm(attendance, &standing),
        evidence: pieces(&claims, &marks),
    })
}

impl Outcome {
    /// Returns what the outcome adds to the roll-ups.
    pub fn tally(&self) -> Tally {
        let counts = matches!(self.attendance, Attendance::Present | Attendance::Late);
        let mut grades = [0; 4];
        if let (true, Some(grade)) = (counts, self.grade) {
            grades[grade as usize] = 1;
        }
        Tally {
            attendances: i64::from(counts),
            grades,
            waiting: i64::from(self.confirmation == Confirmation::Waiting),
            disputed: i64::from(self.attendance == Attendance::Disputed),
        }
    }
}

/// Sorts rows by id and takes each once.
fn sorted<'a, T, K: Ord>(rows: impl Iterator<Item = &'a T>, key: impl Fn(&T) -> K) -> Vec<&'a T> {
    let mut rows: Vec<&T> = rows.collect();
    rows.sort_by_key(|row| key(row));
    rows.dedup_by_key(|row| key(row));
    rows
}

/// The marks that no other mark corrects. A circle of corrections leaves none; then all stand.
fn standing_marks<'a>(marks: &[&'a MarkRow]) -> Vec<&'a MarkRow> {
    let corrected: BTreeSet<EntryId> = marks.iter().filter_map(|row| row.mark.corrects).collect();
    let open: Vec<&MarkRow> = marks
        .iter()
        .copied()
        .filter(|row| !corrected.contains(&row.id))
        .collect();
    if open.is_empty() {
        marks.to_vec()
    } else {
        open
    }
}

fn attend(activity: Option<&Activity>, claims: &[&ClaimRow], marks: &[&MarkRow]) -> Attendance {
    let Some(activity) = activity else {
        return Attendance::Unmatched(Code::ActivityUnknown);
    };
    let plan = &activity.current.plan;
    if plan.is_cancelled() {
        return Attendance::Unmatched(Code::ActivityCancelled);
    }
    let seen: BTreeSet<MarkKind> = marks.iter().map(|row| row.mark.kind).collect();
    let seen_here = seen.contains(&MarkKind::Present) || seen.contains(&MarkKind::Late);
    let seen_away = seen.contains(&MarkKind::Absent) || seen.contains(&MarkKind::Excused);
    let in_time = claims
        .iter()
        .find(|claim| plan.phase(claim.recorded_at) == Phase::Open);
    match (seen_here, seen_away, in_time) {
        (true, true, _) | (false, true, Some(_)) => Attendance::Disputed,
        (true, false, _) if seen.contains(&MarkKind::Present) => Attendance::Present,
        (true, false, _) => Attendance::Late,
        (false, true, None) if seen.contains(&MarkKind::Excused) => Attendance::Excused,
        (false, true, None) => Attendance::Absent,
        (false, false, Some(_)) => arrival(claims, plan.starts_at),
        (false, false, None) => Attendance::Unmatched(
            match claims.first().map(|claim| plan.phase(claim.recorded_at)) {
                Some(Phase::NotOpen) => Code::ActivityNotOpen,
                Some(Phase::Open | Phase::Over) | None => Code::ActivityOver,
            },
        ),
    }
}

/// A member who checked in on two phones came when the first of them says.
fn arrival(claims: &[&ClaimRow], starts_at: Timestamp) -> Attendance {
    let first = claims.iter().map(|claim| claim.recorded_at).min();
    if first.is_some_and(|at| at > starts_at.plus(limits::GRACE_MS)) {
        Attendance::Late
    } else {
        Attendance::Present
    }
}

/// A member's own word and a roll call without a witnessed code are both grade D.
fn grade(attendance: Attendance) -> Option<Grade> {
    match attendance {
        Attendance::Present | Attendance::Late => Some(Grade::D),
        Attendance::Excused
        | Attendance::Absent
        | Attendance::Disputed
        | Attendance::Unmatched(_) => None,
    }
}

fn confirm(attendance: Attendance, marks: &[&MarkRow]) -> Confirmation {
    match attendance {
        Attendance::Present | Attendance::Late | Attendance::Excused | Attendance::Absent
            if !marks.is_empty() =>
        {
            Confirmation::Confirmed
        }
        // Nobody has to look at a claim for something that was called off.
        Attendance::Unmatched(Code::ActivityCancelled) => Confirmation::Confirmed,
        Attendance::Present
        | Attendance::Late
        | Attendance::Excused
        | Attendance::Absent
        | Attendance::Disputed
        | Attendance::Unmatched(_) => Confirmation::Waiting,
    }
}

fn pieces(claims: &[&ClaimRow], marks: &[&MarkRow]) -> Vec<Piece> {
    let claims = claims.iter().map(|claim| Piece {
        entry: claim.id,
        device: claim.device,
        source: Source::Claim(claim.evidence),
        recorded_at: claim.recorded_at,
    });
    let marks = marks.iter().map(|row| Piece {
        entry: row.id,
        device: row.device,
        source: Source::Mark {
            by: row.by,
            kind: row.mark.kind,
        },
        recorded_at: row.recorded_at,
    });
    let mut pieces: Vec<Piece> = claims.chain(marks).collect();
    pieces.sort();
    pieces
}
