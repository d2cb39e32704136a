//! What a member says of themselves.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteArray;

use super::says;
use crate::ids::{ActivityId, AreaCode, DeviceId, InstallationId, OrganisationId};
use crate::time::Timestamp;

/// What a member says of themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// 签到: I am here.
    CheckIn(Presence),
    /// 签退: I am leaving.
    CheckOut(Presence),
    /// 请假: I cannot come, and ask to be excused. The host answers with a mark.
    Leave(Petition),
    /// 申诉: what was decided about me is not right. Once for an activity; a coordinator answers with
    /// a ruling.
    Objection(Petition),
    /// 投诉建议: feedback on the app or on how it is used, for the coordinators of the home branch.
    Feedback {
        /// The words, at most 2,000 characters.
        text: String,
    },
}

/// A presence at an activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// The city of the activity.
    pub city: AreaCode,
    /// The organisation whose calendar holds it.
    pub organisation: OrganisationId,
    /// The activity.
    pub activity: ActivityId,
    /// How the member knows.
    pub evidence: Evidence,
    /// The copy of the app that entered it, the same whoever is enrolled on it, so that one phone
    /// that speaks for two members can be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<InstallationId>,
}

/// What stands behind a claim.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The member's word: grade D.
    SelfReport,
    /// The six digits under the host's code, typed: grade D.
    Typed {
        /// The digits.
        digits: u32,
    },
    /// The host's code, scanned: grade B or C.
    Scan(Scan),
}

/// A host's code as a member's phone read it; [`crate::witness::HostCode`] without what the
/// presence says already.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scan {
    /// The device that showed it.
    pub host: DeviceId,
    /// Which of that device's codes for the activity it was.
    pub counter: u32,
    /// When it was made, by the host's clock set right by what its phone knew of the server's.
    pub issued_at: Timestamp,
    /// Eight random bytes.
    pub nonce: ByteArray<8>,
    /// The host's ECDSA P-256 signature (r, s; SHA-256) over [`crate::witness::HostCode::message`].
    pub signature: ByteArray<64>,
}

/// What a member asks of an activity's organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Petition {
    /// The city of the activity.
    pub city: AreaCode,
    /// The organisation whose calendar holds it.
    pub organisation: OrganisationId,
    /// The activity.
    pub activity: ActivityId,
    /// Why, in 1 to 500 characters.
    pub reason: String,
}

impl Claim {
    /// Returns the activity that the claim is about.
    pub fn activity(&self) -> Option<ActivityId> {
        match self {
            Self::CheckIn(presence) | Self::CheckOut(presence) => Some(presence.activity),
            Self::Leave(petition) | Self::Objection(petition) => Some(petition.activity),
            Self::Feedback { .. } => None,
        }
    }

    /// Returns the city that the claim is about.
    pub fn city(&self) -> Option<&AreaCode> {
        match self {
            Self::CheckIn(presence) | Self::CheckOut(presence) => Some(&presence.city),
            Self::Leave(petition) | Self::Objection(petition) => Some(&petition.city),
            Self::Feedback { .. } => None,
        }
    }

    pub(super) fn is_well_formed(&self) -> bool {
        match self {
            Self::CheckIn(presence) | Self::CheckOut(presence) => match presence.evidence {
                Evidence::Typed { digits } => digits < 1_000_000,
                Evidence::SelfReport | Evidence::Scan(_) => true,
            },
            Self::Leave(petition) | Self::Objection(petition) => says(&petition.reason, 500),
            Self::Feedback { text } => says(text, 2_000),
        }
    }
}
