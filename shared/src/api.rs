//! The JSON bodies of the interface beside sync: signing in, and what coordinators ask the server.
//!
//! | request | body | answer |
//! | --- | --- | --- |
//! | `POST /api/enrol` | [`EnrolRequest`] | [`Enrolled`] and a session cookie |
//! | `POST /api/session/challenge` | [`ChallengeRequest`] | [`Challenge`] |
//! | `POST /api/session` | [`SessionRequest`] | 204 and a session cookie |
//! | `POST /api/session/end` | | 204; the session is over |
//! | `GET /api/devices?member` | | `[`[`DeviceSummary`]`]` |
//! | `POST /api/devices/{id}/revoke` | | 204 |
//! | `POST /api/enrolments` | [`IssueRequest`] | [`Issued`] |
//! | `GET /api/dashboard?organisation&from&to&facet` | | [`Dashboard`] |
//! | `GET /api/venues?organisation&from&to&use&after` | | [`VenueList`] |
//! | `GET /api/unconfirmed?organisation&after` | | [`UnconfirmedList`] |
//! | `GET /api/activities/{id}/attendance` | | [`AttendanceList`] |
//! | `GET /api/activities/{id}/attendance.xlsx` | | the same as a workbook with 签到表 and 讲坛记录 |
//! | `GET /api/communities` | | `[`[`OrganisationSummary`]`]`: where one can register |
//! | `GET /api/listings?organisation` | | `[`[`ListingTally`]`]` of a community's board |
//! | `GET /api/matters?organisation&side&kind&state&from&to&after` | | [`MatterList`] |
//! | `POST /api/matters/phone` | [`PhoneRequest`] | [`Phone`]; the audit log notes who looked |
//! | `GET /api/registrations?organisation` | | [`RegistrationList`] |
//! | `GET /api/service?organisation&from&to` | | [`ServiceReport`] |
//! | `GET /api/service.xlsx?organisation&from&to` | | the same as a workbook: 服务汇总, 服务台账 |
//! | `HEAD /api/photos/{hash}` | | 204 with `Upload-Offset` and `Upload-Complete` |
//! | `PATCH /api/photos/{hash}` | a part, `application/partial-upload` with `Upload-Offset`; at most 64 KiB | the same; 409 `photo_misplaced` says where to go on |
//! | `GET /api/photos/{hash}` | | `image/jpeg` |
//! | `GET /api/export/{table}.{csv,xlsx}?organisation&from&to&progress&part` | | a file; the tables are those of [`ExportTable`], `part` names a table of the figures' CSV |
//! | `GET /api/export/progress/{uuid}` | | [`ExportProgress`], while the server makes the file |
//! | `GET /api/openapi.json` | | the OpenAPI description of what other systems may read |
//! | `GET /api/feedback?organisation` | | `[`[`FeedbackItem`]`]` |
//! | `GET /api/events` | | server-sent events: `sync` when something new is there |
//!
//! What figures and exports read, another system may read with a token as well: `Authorization: Bearer`.
//!
//! Every error is `{"error": `[`ErrorBody`]`}`.

mod dashboard;
mod export;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{ActivityId, DeviceId, EntryId, ListingId, MemberId, OrganisationId};
use crate::reconcile::{Outcome, Tally};
use crate::records::{Plan, Topic, Visitor};
use crate::time::{Day, Timestamp};
use crate::wire::MatterRow;
use crate::words::{OrganisationKind, ServiceCategory};

pub use dashboard::{
    Dashboard, DayFigures, OrganisationFigures, UnconfirmedActivity, UnconfirmedList, VenueFigures,
    VenueList, VenueSummary, VenueUse,
};
pub use export::{ExportProgress, ExportTable, FiguresPart};

/// The body of every error answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// A code of [`crate::codes::Code`].
    pub code: String,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub next: String,
}

/// What an error answer looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorAnswer {
    /// The error.
    pub error: ErrorBody,
}

/// Binds a new device to the person an enrolment code was made for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// The code as typed or scanned; case, spaces and hyphens do not matter.
    pub code: String,
    /// The device's public key: base64url without padding of the 65-byte uncompressed P-256 point.
    pub public_key: String,
    /// base64url without padding of the 64-byte ECDSA signature (r, s; SHA-256) over
    /// `baodao-enrol:` and the code as typed.
    pub signature: String,
    /// What the owner may call the device, such as its platform; at most 80 characters.
    pub label: String,
}

/// The answer to an enrolment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// The device.
    pub device: DeviceId,
    /// Its owner.
    pub member: MemberId,
    /// The owner's name, to greet with.
    pub name: String,
}

/// A person's device as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceSummary {
    /// The device.
    pub device: DeviceId,
    /// What it is called.
    pub label: String,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// Asks for a challenge to sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeRequest {
    /// The device.
    pub device: DeviceId,
}

/// A challenge, good for one use within two minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// base64url without padding of 32 random bytes.
    pub challenge: String,
}

/// Renews a session by proof of the device's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRequest {
    /// The device.
    pub device: DeviceId,
    /// The challenge.
    pub challenge: String,
    /// base64url without padding of the 64-byte ECDSA signature over `baodao-session:` and the
    /// challenge as written.
    pub signature: String,
}

/// Asks for an enrolment code for one member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueRequest {
    /// The member.
    pub member: MemberId,
}

/// A new enrolment code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The code, in groups of four: `K7QM-2XTR-9B`. Its path in the app is `/enrol#CODE`.
    pub code: String,
    /// When it ceases to be good.
    pub expires_at: Timestamp,
}

/// An organisation as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganisationSummary {
    /// The id.
    pub id: OrganisationId,
    /// The name.
    pub name: String,
    /// The kind.
    pub kind: OrganisationKind,
    /// County and town, the county first, to tell two of one name apart.
    pub place: Vec<String>,
}

/// An activity as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivitySummary {
    /// The activity.
    pub activity: ActivityId,
    /// 主题
    pub topic: String,
    /// Planned start.
    pub starts_at: Timestamp,
    /// Planned end.
    pub ends_at: Timestamp,
    /// Whether it was called off.
    pub cancelled: bool,
    /// What its outcomes add up to.
    pub tally: Tally,
}

/// Who was at an activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttendanceList {
    /// The activity.
    pub activity: ActivitySummary,
    /// The plan in force.
    pub plan: Plan,
    /// The organisation that holds it.
    pub organisation: OrganisationSummary,
    /// The venue's name.
    pub venue: Option<String>,
    /// One row for each person of whom anything is said, sorted by name, then id.
    pub rows: Vec<AttendanceRow>,
    /// 应到 of whom nothing is said, sorted by name, then id: the members of the audience, where it
    /// is not larger than a hall.
    pub expected: Vec<ExpectedPerson>,
    /// People whom no roster knows, in the order in which they were entered; those that a later
    /// record corrects are left out.
    pub visitors: Vec<Visitor>,
    /// The names of those who marked and decided.
    pub names: BTreeMap<MemberId, String>,
}

/// Somebody expected of whom nothing is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectedPerson {
    /// The person.
    pub member: MemberId,
    /// The name.
    pub name: String,
    /// The name of the home branch.
    #[serde(default)]
    pub branch: String,
}

/// One person at an activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttendanceRow {
    /// The person's name.
    pub name: String,
    /// The name of the home branch.
    #[serde(default)]
    pub branch: String,
    /// Whether the person is of those for whom the activity is: 应到.
    #[serde(default)]
    pub expected: bool,
    /// What became of them.
    pub outcome: Outcome,
}

/// Words of a member for the coordinators of the branch and above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackItem {
    /// Who wrote.
    pub name: String,
    /// The branch.
    pub branch: String,
    /// When, by the phone's clock.
    pub recorded_at: Timestamp,
    /// The words.
    pub text: String,
}

/// How much of a listing is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingTally {
    /// The listing.
    pub listing: ListingId,
    /// 已认领数: places taken, the community's choice or because there was room.
    pub taken: i64,
    /// Places claimed beyond what there is, on which the community has still to decide.
    pub contested: i64,
}

/// On which side of a request an organisation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// It decides.
    Asked,
    /// It asks, or a member of it or beneath it does.
    Asking,
}

/// Requests, the newest first; telephone numbers are masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatterList {
    /// The organisation.
    pub organisation: OrganisationSummary,
    /// At most 200.
    pub rows: Vec<MatterRow>,
    /// What to ask after to get those before them; none when these are the last.
    pub next: Option<String>,
}

/// Asks for the telephone number of a registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneRequest {
    /// The registration.
    pub request: EntryId,
    /// Whom it is about.
    pub topic: Topic,
}

/// A telephone number in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// The number as it was entered.
    pub phone: String,
}

/// Who of an organisation's members has registered where they live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationList {
    /// The organisation.
    pub organisation: OrganisationSummary,
    /// Members at and beneath it.
    pub members: i64,
    /// Of these, members whose registration a community has accepted.
    pub registered: i64,
    /// Members without a registration in force or waiting, who may need help, sorted by name, then id;
    /// at most 2,000.
    pub missing: Vec<ExpectedPerson>,
    /// The registrations in force or waiting, sorted by name, then id; at most 2,000.
    pub rows: Vec<MatterRow>,
}

/// The service done for a community, or by a team, or by a unit's members, in a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceReport {
    /// The organisation.
    pub organisation: OrganisationSummary,
    /// First day, included.
    pub from: Day,
    /// Last day, included.
    pub to: Day,
    /// What counts in the period: approved, by the day of the service.
    pub totals: ServiceTotals,
    /// Different people.
    pub people: i64,
    /// By category; those with nothing are left out.
    pub categories: Vec<(ServiceCategory, ServiceTotals)>,
    /// By the team that entered it, or by the branch that a member belongs to, sorted by name, then id.
    pub groups: Vec<ServiceGroup>,
}

/// The service of one team, or of one branch's members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceGroup {
    /// The team or branch.
    pub organisation: OrganisationSummary,
    /// Different people.
    pub people: i64,
    /// What they did.
    pub totals: ServiceTotals,
}

/// Numbers of service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceTotals {
    /// 服务人次: one a person and service.
    pub services: i64,
    /// Minutes served.
    pub minutes: i64,
    /// People who were served, as they were counted service by service.
    pub beneficiaries: i64,
}
