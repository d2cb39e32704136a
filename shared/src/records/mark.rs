//! What hosts and coordinators say of people at activities.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteArray;

use super::says;
use crate::ids::{ActivityId, DeviceId, EntryId, MemberId};
use crate::words::MarkKind;

/// What a host or coordinator says of one person at one activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The activity.
    pub activity: ActivityId,
    /// The person.
    pub member: MemberId,
    /// What was seen.
    pub kind: MarkKind,
    /// The mark that this one corrects.
    pub corrects: Option<EntryId>,
    /// How it came to be entered.
    #[serde(default, skip_serializing_if = "MarkEntry::is_seen")]
    pub entered: MarkEntry,
    /// The answer of the person's phone, where the host scanned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witness>,
}

/// How a mark came to be entered. All but the first are visible wherever the mark is.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkEntry {
    /// On the spot, by somebody who saw it.
    #[default]
    Seen,
    /// 补录: afterwards.
    LateEntry {
        /// Why, in 1 to 200 characters.
        reason: String,
    },
    /// 代录: for somebody without a phone, or from paper.
    ProxyEntry {
        /// Why, in 1 to 200 characters.
        reason: String,
    },
}

/// A member's answer as the host's phone read it; [`crate::witness::AnswerCode`] without what the
/// mark says already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// The member's claim that the answer belongs to.
    pub claim: EntryId,
    /// The member's device.
    pub device: DeviceId,
    /// Which of the host's codes was answered.
    pub counter: u32,
    /// Its random bytes.
    pub nonce: ByteArray<8>,
    /// How old that code was when the answer was scanned, by the host's clock alone.
    pub age_ms: i64,
    /// The member's ECDSA P-256 signature (r, s; SHA-256) over
    /// [`crate::witness::AnswerCode::message`].
    pub signature: ByteArray<64>,
}

/// Somebody at an activity whom the roster here does not know: a walk-in from elsewhere. Shown and
/// counted apart, and never matched to a member by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// The activity.
    pub activity: ActivityId,
    /// The name as it was told, 1 to 40 characters.
    pub name: String,
    /// Where they come from, as it was told, at most 80 characters.
    pub from: String,
    /// What was seen.
    pub kind: MarkKind,
    /// The visitor's record that this one corrects.
    pub corrects: Option<EntryId>,
}

/// What a coordinator decides about one person at one activity: it settles what it names, and what
/// comes later and says otherwise is a dispute again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// The activity.
    pub activity: ActivityId,
    /// The person.
    pub member: MemberId,
    /// What is to stand.
    pub decision: MarkKind,
    /// Why, in 1 to 500 characters, for those concerned.
    pub reason: String,
    /// Every claim, mark, objection and ruling that the coordinator had before them, sorted.
    pub settles: Vec<EntryId>,
    /// The coordinator's name, for those who do not know the roster, 1 to 40 characters.
    pub signed_by: String,
}

impl MarkEntry {
    /// Tells whether it was entered on the spot.
    pub fn is_seen(&self) -> bool {
        *self == Self::Seen
    }

    /// Returns why it was entered otherwise.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Seen => None,
            Self::LateEntry { reason } | Self::ProxyEntry { reason } => Some(reason),
        }
    }
}

impl Mark {
    pub(super) fn is_well_formed(&self) -> bool {
        let reason = self.entered.reason();
        let here = matches!(self.kind, MarkKind::Present | MarkKind::Late);
        // A phone that is answered is a person who is here.
        reason.is_none_or(|reason| says(reason, 200)) && (self.witness.is_none() || here)
    }
}

impl Visitor {
    pub(super) fn is_well_formed(&self) -> bool {
        says(&self.name, 40)
            && self.from.chars().count() <= 80
            && matches!(
                self.kind,
                MarkKind::Present | MarkKind::Late | MarkKind::Withdrawn
            )
    }
}

impl Ruling {
    /// Records that one ruling may name.
    const SETTLES_AT_MOST: usize = 200;

    pub(super) fn is_well_formed(&self) -> bool {
        let decides = match self.decision {
            MarkKind::Present
            | MarkKind::Late
            | MarkKind::Excused
            | MarkKind::Absent
            | MarkKind::MadeUp => true,
            MarkKind::Expected | MarkKind::Withdrawn => false,
        };
        decides
            && says(&self.reason, 500)
            && says(&self.signed_by, 40)
            && self.settles.len() <= Self::SETTLES_AT_MOST
            && self.settles.is_sorted_by(|one, other| one < other)
    }
}
