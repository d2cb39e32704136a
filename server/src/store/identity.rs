//! Rows of people's devices and sessions.

use shared::directory::Grant;
use shared::ids::{DeviceId, MemberId, OrganisationId, OrganisationPath};
use shared::permission::Authority;
use shared::time::Timestamp;

/// A person with the path of the home branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRecord {
    /// The id.
    pub id: MemberId,
    /// The name.
    pub name: String,
    /// The home branch.
    pub branch: OrganisationId,
    /// Its path.
    pub path: OrganisationPath,
    /// The person's rights.
    pub grants: Vec<Grant>,
}

/// An enrolment code as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// The SHA-256 of the normalised code.
    pub code_hash: [u8; 32],
    /// Whom it enrols.
    pub member: MemberId,
    /// Who gave it out; none for the command line.
    pub created_by: Option<MemberId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ceases to be good.
    pub expires_at: Timestamp,
}

/// The use of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolling {
    /// The SHA-256 of the normalised code.
    pub code_hash: [u8; 32],
    /// The id of the new device.
    pub device: DeviceId,
    /// The 65-byte uncompressed point.
    pub public_key: Vec<u8>,
    /// What the owner may call the device.
    pub label: String,
    /// The SHA-256 of the session's token.
    pub token_hash: [u8; 32],
    /// When the session ends.
    pub session_expires_at: Timestamp,
    /// The server's clock.
    pub now: Timestamp,
}

/// What became of the use of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnrolmentResult {
    /// The device is bound, and a session is open.
    Enrolled {
        /// The device: the one of the first answer when a request is repeated with the same key.
        device: DeviceId,
        /// Its owner.
        member: MemberId,
        /// The owner's name.
        name: String,
    },
    /// There is no such code.
    Unknown,
    /// It was used, with another key.
    Used,
    /// It is no longer good.
    Expired,
}

/// A device to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDevice {
    /// The id.
    pub id: DeviceId,
    /// The owner.
    pub member: MemberId,
    /// What it is called.
    pub label: String,
    /// When.
    pub at: Timestamp,
}

/// A device as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRecord {
    /// The id.
    pub id: DeviceId,
    /// The owner.
    pub member: MemberId,
    /// The 65-byte uncompressed point; none for a device of the server's own.
    pub public_key: Option<Vec<u8>>,
    /// What it is called.
    pub label: String,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it first came back after that.
    pub met_at: Option<Timestamp>,
}

/// A challenge to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChallenge {
    /// Its SHA-256.
    pub hash: [u8; 32],
    /// The device it was made for.
    pub device: DeviceId,
    /// When it ceases to be good.
    pub expires_at: Timestamp,
    /// The server's clock.
    pub now: Timestamp,
}

/// A session to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// The SHA-256 of its token.
    pub token_hash: [u8; 32],
    /// The device.
    pub device: DeviceId,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What became of a renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// The session is open.
    Opened,
    /// The challenge was not given out to this device, was used, or is too old.
    ChallengeUnknown,
}

/// A session with its owner's rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRecord {
    /// When it ends.
    pub expires_at: Timestamp,
    /// When its device was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When the device first came back after that.
    pub met_at: Option<Timestamp>,
    /// The device, its owner and the owner's rights.
    pub authority: Authority,
}
