//! The rows that documents are turned into, each with who said it, on which device, and when.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteArray;

use crate::ids::{ActivityId, DeviceId, EntryId, InstallationId, MemberId, OrganisationId};
use crate::records::{Claim, Evidence, Mark, Plan, Ruling, Scan, Visitor};
use crate::time::Timestamp;

/// Something in a document that could not be turned into a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anomaly {
    /// The value at a key is not a record, or two writers met at it.
    EntryUnreadable {
        /// The key.
        key: String,
    },
    /// A record stands in a document of another kind or owner.
    EntryMisplaced {
        /// The record.
        entry: EntryId,
    },
}

/// Whether a signature that a record carries is what it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// It carries none, or nobody has looked yet.
    #[default]
    Unasked,
    /// The device that it names has signed it.
    Valid,
    /// The device that it names has not signed it, or is not known.
    Invalid,
}

/// What one member says of themselves at one activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimRow {
    /// The claim.
    pub id: EntryId,
    /// The member.
    pub member: MemberId,
    /// The device that wrote it.
    pub device: DeviceId,
    /// The activity.
    pub activity: ActivityId,
    /// The organisation whose calendar holds the activity, as the claim says.
    pub organisation: OrganisationId,
    /// What is said.
    pub said: Said,
    /// The device's clock.
    pub recorded_at: Timestamp,
    /// The copy of the app.
    pub installation: Option<InstallationId>,
    /// When it reached the server; unknown on phones.
    pub received_at: Option<Timestamp>,
    /// Whether a scanned code is the host's.
    pub proof: Proof,
    /// Whether the device had written a record of a later time before.
    pub out_of_order: bool,
}

/// What a member says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// 签到
    CheckIn(Evidence),
    /// 签退
    CheckOut(Evidence),
    /// 请假, and why.
    Leave(String),
    /// 申诉, and why.
    Objection(String),
}

/// One plan of an activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRow {
    /// The plan's record.
    pub id: EntryId,
    /// The organisation that holds the activity.
    pub organisation: OrganisationId,
    /// Who entered it.
    pub by: MemberId,
    /// The device's clock.
    pub recorded_at: Timestamp,
    /// The plan.
    pub plan: Plan,
}

/// A device that shows codes for an organisation's activities.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostKeyRow {
    /// The record.
    pub id: EntryId,
    /// The organisation.
    pub organisation: OrganisationId,
    /// The device.
    pub device: DeviceId,
    /// The key that it announces: the 65-byte uncompressed P-256 point.
    pub public_key: ByteArray<65>,
    /// Whether it is the key that the device is enrolled with.
    pub proof: Proof,
    /// When the device was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// One mark in a roll call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkRow {
    /// The mark's record.
    pub id: EntryId,
    /// The organisation that holds the activity.
    pub organisation: OrganisationId,
    /// Who marked.
    pub by: MemberId,
    /// The device that wrote it.
    pub device: DeviceId,
    /// The device's clock.
    pub recorded_at: Timestamp,
    /// The mark.
    pub mark: Mark,
    /// Whether a witnessed answer is the member's.
    pub proof: Proof,
}

/// Somebody at an activity whom no roster here knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorRow {
    /// The record.
    pub id: EntryId,
    /// The organisation that holds the activity.
    pub organisation: OrganisationId,
    /// Who entered it.
    pub by: MemberId,
    /// The device's clock.
    pub recorded_at: Timestamp,
    /// Who came.
    pub visitor: Visitor,
}

/// One ruling of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulingRow {
    /// The record.
    pub id: EntryId,
    /// The organisation whose ledger holds it.
    pub organisation: OrganisationId,
    /// Who decided.
    pub by: MemberId,
    /// The device that wrote it.
    pub device: DeviceId,
    /// The device's clock.
    pub recorded_at: Timestamp,
    /// The ruling.
    pub ruling: Ruling,
}

/// Words for the coordinators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackRow {
    /// The record.
    pub id: EntryId,
    /// Who wrote them.
    pub member: MemberId,
    /// The device's clock.
    pub recorded_at: Timestamp,
    /// The words.
    pub text: String,
}

impl ClaimRow {
    /// Returns the row of a claim about an activity; `None` for one about something else.
    pub(super) fn of(
        claim: Claim,
        (id, member, device): (EntryId, MemberId, DeviceId),
        recorded_at: Timestamp,
    ) -> Option<Self> {
        let (activity, organisation, said, installation) = match claim {
            Claim::CheckIn(presence) => (
                presence.activity,
                presence.organisation,
                Said::CheckIn(presence.evidence),
                presence.installation,
            ),
            Claim::CheckOut(presence) => (
                presence.activity,
                presence.organisation,
                Said::CheckOut(presence.evidence),
                presence.installation,
            ),
            Claim::Leave(petition) => (
                petition.activity,
                petition.organisation,
                Said::Leave(petition.reason),
                None,
            ),
            Claim::Objection(petition) => (
                petition.activity,
                petition.organisation,
                Said::Objection(petition.reason),
                None,
            ),
            Claim::Feedback { .. } => return None,
        };
        Some(Self {
            id,
            member,
            device,
            activity,
            organisation,
            said,
            recorded_at,
            installation,
            received_at: None,
            proof: Proof::Unasked,
            out_of_order: false,
        })
    }

    /// Returns the host's code that a check-in rests on.
    pub fn scan(&self) -> Option<&Scan> {
        match &self.said {
            Said::CheckIn(Evidence::Scan(scan)) => Some(scan),
            Said::CheckIn(Evidence::SelfReport | Evidence::Typed { .. })
            | Said::CheckOut(_)
            | Said::Leave(_)
            | Said::Objection(_) => None,
        }
    }
}
