//! Rows that coordinators read.

use shared::api::{
    ActivitySummary, AttendanceRow, DayTotals, FeedbackItem, OrganisationSummary,
    OrganisationTotals, Totals,
};
use shared::ids::{OrganisationId, OrganisationPath};

/// An organisation with its place in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationRecord {
    /// As lists show it.
    pub summary: OrganisationSummary,
    /// Its path.
    pub path: OrganisationPath,
}

/// The totals of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverviewRows {
    /// The organisations from the root to it.
    pub line: Vec<OrganisationRecord>,
    /// The totals of the period.
    pub totals: Totals,
    /// The organisations directly beneath, by path.
    pub beneath: Vec<OrganisationTotals>,
    /// The days that hold anything.
    pub days: Vec<DayTotals>,
    /// The organisation's own activities, by start, then id.
    pub activities: Vec<ActivitySummary>,
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
    /// One row a person.
    pub rows: Vec<AttendanceRow>,
}

/// Words of members, the newest first.
pub type FeedbackRows = Vec<FeedbackItem>;
