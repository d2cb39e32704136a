//! Who is expected, what was marked of each, what each says of themselves, and the counts of it.

use std::collections::BTreeMap;

use shared::api::AttendanceList;
use shared::client::{RecordState, RecordView};
use shared::directory::{DirectorySlice, Member};
use shared::ids::{EntryId, MemberId, OrganisationId};
use shared::project::MarkRow;
use shared::reconcile::{Attendance, Confirmation, Outcome, Source};
use shared::records::Record;
use shared::time::Timestamp;
use shared::words::MarkKind;

use crate::state::standing_mark;

/// One expected person, as far as this phone knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) member: Member,
    /// What stands in the roll call, and how far that mark has come.
    pub(super) mark: Option<(MarkKind, RecordState)>,
    /// What the server made of both sides when it was last asked.
    pub(super) outcome: Option<Outcome>,
}

impl Expected {
    /// Returns when the person checked in, by their own phone.
    pub(super) fn claimed_at(&self) -> Option<Timestamp> {
        let pieces = &self.outcome.as_ref()?.evidence;
        let claims = pieces.iter().filter(|piece| match piece.source {
            Source::Claim(_) => true,
            Source::Left
            | Source::Leave
            | Source::Objection
            | Source::Mark { .. }
            | Source::LateEntry { .. }
            | Source::ProxyEntry { .. }
            | Source::Witness { .. }
            | Source::Ruling { .. } => false,
        });
        claims.map(|piece| piece.recorded_at).min()
    }

    /// Returns what both sides come to: the mark on this phone may be newer than the server's word.
    pub(super) fn attendance(&self) -> Option<Attendance> {
        let settled = self.outcome.as_ref().map(|outcome| outcome.attendance);
        let claim_counts = match settled {
            Some(Attendance::Unmatched(_) | Attendance::Expected) | None => false,
            Some(_) => self.claimed_at().is_some(),
        };
        match (self.mark, claim_counts) {
            (Some((MarkKind::Absent | MarkKind::Excused, _)), true) => Some(Attendance::Disputed),
            (Some((MarkKind::Present, _)), _) => Some(Attendance::Present),
            (Some((MarkKind::Late, _)), _) => Some(Attendance::Late),
            (Some((MarkKind::Excused, _)), false) => Some(Attendance::Excused),
            (Some((MarkKind::Absent, _)), false) => Some(Attendance::Absent),
            (Some((MarkKind::MadeUp, _)), true) => Some(Attendance::Present),
            (Some((MarkKind::MadeUp, _)), false) => Some(Attendance::MadeUp),
            (Some((MarkKind::Expected | MarkKind::Withdrawn, _)) | None, _) => settled,
        }
    }

    /// Returns the mark that would confirm what the person says, where it waits for one.
    pub(super) fn to_confirm(&self) -> Option<MarkKind> {
        let outcome = self.outcome.as_ref()?;
        if self.mark.is_some() || outcome.confirmation != Confirmation::Waiting {
            return None;
        }
        match outcome.attendance {
            Attendance::Present => Some(MarkKind::Present),
            Attendance::Late => Some(MarkKind::Late),
            Attendance::Expected
            | Attendance::Excused
            | Attendance::LeaveAsked
            | Attendance::Absent
            | Attendance::MadeUp
            | Attendance::Disputed
            | Attendance::Unmatched(_) => None,
        }
    }
}

/// The counts above a roll call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// 应到
    pub(super) expected: usize,
    /// 实到, late ones among them.
    pub(super) present: usize,
    /// 请假
    pub(super) excused: usize,
    /// 缺席
    pub(super) absent: usize,
    /// 待核实
    pub(super) disputed: usize,
    /// Nothing is known, or nothing that counts.
    pub(super) unknown: usize,
    /// 已点: those whom a host has marked, whatever they say themselves.
    pub(super) marked: usize,
}

pub(super) fn counts(roster: &[Expected]) -> Counts {
    let mut counts = Counts {
        expected: roster.len(),
        ..Counts::default()
    };
    for expected in roster {
        let count = match expected.attendance() {
            Some(Attendance::Present | Attendance::Late) => &mut counts.present,
            Some(Attendance::Excused) => &mut counts.excused,
            Some(Attendance::Absent | Attendance::MadeUp) => &mut counts.absent,
            Some(Attendance::Disputed) => &mut counts.disputed,
            Some(Attendance::Expected | Attendance::LeaveAsked | Attendance::Unmatched(_))
            | None => &mut counts.unknown,
        };
        *count += 1;
        counts.marked += usize::from(expected.mark.is_some());
    }
    counts
}

/// Returns the people expected at an activity of an organisation: the members on this phone whose
/// branch is that organisation or stands beneath it, sorted by name as the directory is.
pub(super) fn roster(
    slice: &DirectorySlice,
    organisation: OrganisationId,
    marks: &[MarkRow],
    records: &[RecordView],
    list: Option<&AttendanceList>,
) -> Vec<Expected> {
    let Some(holder) = slice.organisation(organisation) else {
        return Vec::new();
    };
    let under_way = under_way(records);
    let outcomes: BTreeMap<MemberId, &Outcome> = list
        .iter()
        .flat_map(|list| &list.rows)
        .map(|row| (row.outcome.member, &row.outcome))
        .collect();
    let expected = slice.members.iter().filter(|member| {
        member.branch == organisation
            || slice
                .organisation(member.branch)
                .is_some_and(|branch| holder.path.covers(&branch.path))
    });
    expected
        .map(|member| Expected {
            member: member.clone(),
            mark: standing_mark(marks, member.id).map(|row| {
                let state = under_way.get(&row.id).copied();
                (row.mark.kind, state.unwrap_or(RecordState::Uploaded))
            }),
            outcome: outcomes.get(&member.id).map(|&outcome| outcome.clone()),
        })
        .collect()
}

/// The marks that the server does not have yet.
fn under_way(records: &[RecordView]) -> BTreeMap<EntryId, RecordState> {
    let marks = records.iter().filter(|view| match view.entry.record {
        Record::Mark(_) => true,
        Record::Claim(_)
        | Record::Plan(_)
        | Record::HostKey(_)
        | Record::Visitor(_)
        | Record::Ruling(_) => false,
    });
    marks.map(|view| (view.entry.id, view.state)).collect()
}

#[cfg(test)]
mod tests {
    use shared::ids::{ActivityId, DeviceId};
    use shared::reconcile::{Basis, Piece};
    use shared::time::Day;
    use uuid::Uuid;

    use super::*;

    fn expected(mark: Option<MarkKind>, attendance: Option<Attendance>) -> Expected {
        let outcome = |attendance| Outcome {
            activity: ActivityId(Uuid::nil()),
            member: MemberId(Uuid::nil()),
            organisation: OrganisationId(Uuid::nil()),
            day: Day(0),
            attendance,
            grade: None,
            confirmation: Confirmation::Waiting,
            evidence: vec![Piece {
                entry: EntryId(Uuid::nil()),
                device: DeviceId(Uuid::nil()),
                source: Source::Claim(Basis::SelfReport),
                recorded_at: Timestamp(7),
                note: None,
                installation: None,
            }],
            flags: Vec::new(),
            decision: None,
            objection: None,
            left_at: None,
            study_minutes: 0,
        };
        Expected {
            member: Member {
                id: MemberId(Uuid::nil()),
                name: String::new(),
                branch: OrganisationId(Uuid::nil()),
                phone_masked: None,
            },
            mark: mark.map(|kind| (kind, RecordState::Saved)),
            outcome: attendance.map(outcome),
        }
    }

    #[test]
    fn a_mark_against_a_claim_is_a_dispute_before_the_server_says_so() {
        for kind in [MarkKind::Absent, MarkKind::Excused] {
            let person = expected(Some(kind), Some(Attendance::Present));
            assert_eq!(person.attendance(), Some(Attendance::Disputed));
        }
        let settled = expected(Some(MarkKind::Present), Some(Attendance::Disputed));
        assert_eq!(settled.attendance(), Some(Attendance::Present));
    }

    #[test]
    fn everybody_is_counted_once() {
        let roster = [
            expected(None, None),
            expected(Some(MarkKind::Present), None),
            expected(Some(MarkKind::Late), None),
            expected(None, Some(Attendance::Present)),
            expected(Some(MarkKind::Excused), None),
            expected(Some(MarkKind::Absent), None),
            expected(Some(MarkKind::Absent), Some(Attendance::Present)),
        ];
        let counts = counts(&roster);
        assert_eq!((counts.expected, counts.present, counts.excused), (7, 3, 1));
        assert_eq!((counts.absent, counts.disputed, counts.unknown), (1, 1, 1));
    }

    #[test]
    fn a_claim_alone_is_not_marked() {
        let roster = [
            expected(None, Some(Attendance::Present)),
            expected(Some(MarkKind::Late), None),
        ];
        assert_eq!(counts(&roster).marked, 1);
    }

    #[test]
    fn only_what_waits_and_is_not_marked_is_to_be_confirmed() {
        let waiting = expected(None, Some(Attendance::Late));
        assert_eq!(waiting.to_confirm(), Some(MarkKind::Late));
        let marked = expected(Some(MarkKind::Present), Some(Attendance::Late));
        assert_eq!(marked.to_confirm(), None);
        assert_eq!(expected(None, None).to_confirm(), None);
    }
}
