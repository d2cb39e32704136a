//! Rows that coordinators read.

use std::collections::BTreeSet;

use shared::api::{ActivitySummary, AttendanceRow, FeedbackItem, OrganisationSummary};
use shared::ids::{MemberId, OrganisationId, OrganisationPath};
use shared::project::VisitorRow;
use shared::records::Plan;

/// An organisation with its place in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationRecord {
    /// As lists show it.
    pub summary: OrganisationSummary,
    /// Its path.
    pub path: OrganisationPath,
}

/// Who was at an activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttendanceRows {
    /// The organisation that holds it.
    pub organisation: OrganisationId,
    /// Its path; none when the organisation is unknown.
    pub path: Option<OrganisationPath>,
    /// The activity.
    pub activity: ActivitySummary,
    /// The plan in force.
    pub plan: Plan,
    /// The venue's name.
    pub venue: Option<String>,
    /// One row a person.
    pub rows: Vec<AttendanceRow>,
    /// People whom no roster knows, by record.
    pub visitors: Vec<VisitorRow>,
}

/// Which people are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterWanted {
    /// Organisations with all members at and beneath them.
    pub organisations: BTreeSet<OrganisationId>,
    /// Single people.
    pub members: BTreeSet<MemberId>,
    /// How many at most.
    pub limit: usize,
}

/// A person of the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterRow {
    /// The person.
    pub member: MemberId,
    /// The name.
    pub name: String,
    /// The name of the home branch.
    pub branch: String,
}

/// Words of members, the newest first.
pub type FeedbackRows = Vec<FeedbackItem>;
