//! What becomes of one member at one activity, and what that adds up to.

use serde::{Deserialize, Serialize};

use crate::codes::Code;
use crate::ids::{ActivityId, DeviceId, EntryId, InstallationId, MemberId, OrganisationId};
use crate::records::Evidence;
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
    /// Whether a host or coordinator has still to say something.
    pub confirmation: Confirmation,
    /// Every piece of evidence, by id.
    pub evidence: Vec<Piece>,
    /// What somebody should look at, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// The ruling in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// What the member objects to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objection: Option<Objection>,
    /// When the member checked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<Timestamp>,
    /// Study time that counts, in minutes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub study_minutes: u32,
}

/// Whether the member was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attendance {
    /// 应到: invited, and nothing else is said.
    Expected,
    /// 实到
    Present,
    /// 迟到: there, after the start. It counts as being there.
    Late,
    /// 请假
    Excused,
    /// 请假 asked for, and not answered.
    LeaveAsked,
    /// 缺席
    Absent,
    /// 补课: not there, and made up for it.
    MadeUp,
    /// The sides contradict each other.
    Disputed,
    /// A claim that cannot count as it stands, and why; it is kept.
    Unmatched(Code),
}

/// Whether a host or coordinator has still to say something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// Nothing is left to do.
    Confirmed,
    /// It stands on the confirm list.
    Waiting,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Piece {
    /// The claim, mark or ruling.
    pub entry: EntryId,
    /// The device that wrote it.
    pub device: DeviceId,
    /// Which side it comes from.
    pub source: Source,
    /// The clock of that device.
    pub recorded_at: Timestamp,
    /// The words that came with it: why somebody asks for leave, objects or enters late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The copy of the app that a member used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<InstallationId>,
}

/// The side that a piece of evidence comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The member's own check-in.
    Claim(Basis),
    /// The member checked out.
    Left,
    /// The member asked for leave.
    Leave,
    /// The member objected.
    Objection,
    /// A host's or coordinator's mark.
    Mark {
        /// Who marked.
        by: MemberId,
        /// What was seen.
        kind: MarkKind,
    },
    /// A mark that was entered afterwards.
    LateEntry {
        /// Who entered it.
        by: MemberId,
        /// What is said.
        kind: MarkKind,
    },
    /// A mark that was entered for somebody without a phone, or from paper.
    ProxyEntry {
        /// Who entered it.
        by: MemberId,
        /// What is said.
        kind: MarkKind,
    },
    /// A mark for which the host scanned the member's answer.
    Witness {
        /// Who marked.
        by: MemberId,
        /// What was seen.
        kind: MarkKind,
    },
    /// A coordinator's ruling.
    Ruling {
        /// Who decided.
        by: MemberId,
        /// What.
        decision: MarkKind,
    },
}

/// What a check-in rests on; [`Evidence`] without its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The member's word.
    SelfReport,
    /// Six digits, typed.
    Typed {
        /// The digits.
        digits: u32,
    },
    /// A scanned code.
    Scan,
}

/// Something about the evidence that somebody should look at. It is shown and drops nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The scanned code was no longer fresh: it may have been passed on.
    CodeStale,
    /// The scanned code was not made by the host's device, or for another activity.
    CodeForged,
    /// The device that showed the code does not host for the organisation.
    HostUnknown,
    /// The device that showed the code had been revoked.
    HostRevoked,
    /// The answer that the host scanned is not of the member's device.
    AnswerForged,
    /// The code was no longer fresh when the host scanned the answer.
    AnswerStale,
    /// A phone's clock is ahead of the server's, or of the host's.
    ClockOff,
    /// The phone had written a record of a later time before.
    OutOfOrder,
    /// The member was there outside the planned time.
    OutsideWindow,
}

/// A ruling in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The ruling.
    pub ruling: EntryId,
    /// Who decided.
    pub by: MemberId,
    /// The name that they signed with.
    pub signed_by: String,
    /// When, by their device's clock.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// What a member objects to, once for an activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// The claim.
    pub entry: EntryId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// Whether a ruling names it.
    pub answered: bool,
}

/// What outcomes add up to for one activity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tally {
    /// 人次: people counted present, late ones among them.
    pub attendances: i64,
    /// Of these, by grade A to D.
    pub grades: [i64; 4],
    /// Outcomes that wait for a host or a coordinator.
    pub waiting: i64,
    /// Disputes.
    pub disputed: i64,
}

impl Outcome {
    /// Tells whether the member counts as present, in time or late.
    pub const fn is_attended(&self) -> bool {
        matches!(self.attendance, Attendance::Present | Attendance::Late)
    }

    /// Returns what the outcome adds to the figures of its activity.
    pub fn tally(&self) -> Tally {
        let counts = self.is_attended();
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

impl Attendance {
    /// Returns what a ruling makes of it.
    pub(super) fn decided(decision: MarkKind) -> Self {
        match decision {
            MarkKind::Present => Self::Present,
            MarkKind::Late => Self::Late,
            MarkKind::Excused => Self::Excused,
            MarkKind::Absent => Self::Absent,
            MarkKind::MadeUp => Self::MadeUp,
            // A ruling of these is not well-formed; it decides nothing.
            MarkKind::Expected | MarkKind::Withdrawn => Self::Disputed,
        }
    }
}

impl Outcome {
    /// Tells whether nothing is said any more: what a host had entered, or an invitation, was taken
    /// back.
    pub fn is_taken_back(&self) -> bool {
        let marks = self.evidence.iter().filter_map(|piece| {
            let kind = piece.source.mark()?;
            Some((piece.recorded_at, piece.entry, kind))
        });
        let last = marks.max().map(|(_, _, kind)| kind);
        self.attendance == Attendance::Expected && last == Some(MarkKind::Withdrawn)
    }
}

impl Source {
    /// Returns the host or coordinator who says it; `None` for what the member says.
    pub fn by(&self) -> Option<MemberId> {
        match self {
            Self::Claim(_) | Self::Left | Self::Leave | Self::Objection => None,
            Self::Mark { by, .. }
            | Self::LateEntry { by, .. }
            | Self::ProxyEntry { by, .. }
            | Self::Witness { by, .. }
            | Self::Ruling { by, .. } => Some(*by),
        }
    }

    /// Returns what a host marked; `None` for what somebody else says.
    pub fn mark(&self) -> Option<MarkKind> {
        match self {
            Self::Claim(_) | Self::Left | Self::Leave | Self::Objection | Self::Ruling { .. } => {
                None
            }
            Self::Mark { kind, .. }
            | Self::LateEntry { kind, .. }
            | Self::ProxyEntry { kind, .. }
            | Self::Witness { kind, .. } => Some(*kind),
        }
    }
}

impl Basis {
    /// Returns what a check-in rests on.
    pub fn of(evidence: &Evidence) -> Self {
        match evidence {
            Evidence::SelfReport => Self::SelfReport,
            Evidence::Typed { digits } => Self::Typed { digits: *digits },
            Evidence::Scan(_) => Self::Scan,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}
