//! Rows of dashboards: what is asked for of the roll-ups, and what is read beside them.

use std::collections::BTreeSet;
use std::sync::Arc;

use shared::api::{ActivitySummary, OrganisationSummary, UnconfirmedActivity, VenueFigures};
use shared::ids::{ActivityId, EntryId, MemberId, OrganisationId, OrganisationPath, VenueId};
use shared::project::PlanRow;
use shared::reconcile::{Matter, Outcome};
use shared::rollup::{Facet, Range};
use shared::time::Day;
use shared::words::VenueKind;

use super::oversight::OrganisationRecord;
use crate::rollup::CellRow;

/// What is asked for of one organisation.
#[derive(Clone)]
pub struct DashboardWanted {
    /// Where it stands.
    pub path: OrganisationPath,
    /// Cells of its own, list by list.
    pub own: Vec<CellsWanted>,
    /// Cells of the organisations directly beneath.
    pub beneath: CellsWanted,
    /// Its own activities.
    pub activities: ActivitiesWanted,
    /// What need not be read again.
    pub memory: Arc<dyn Memory>,
}

/// Knows cells that were read before.
pub trait Memory: Send + Sync {
    /// Tells whether the cells of a scope and range are those that were read before, so deep.
    fn remembers(&self, scope: &str, range: Range, depth: Depth, marks: &Marks) -> bool;
}

/// Remembers nothing.
pub struct NoMemory;

/// The cells that there are of a range, and by what they are told from others.
pub type Marks = Vec<(Day, i64)>;

/// Cells of one scope that lie side by side.
#[derive(Clone, Debug)]
pub struct CellRun {
    /// Where they lie.
    pub range: Range,
    /// Which there are.
    pub marks: Marks,
    /// The cells, by day; `None` when they are those that are remembered.
    pub rows: Option<Vec<(Day, CellRow)>>,
}

impl Memory for NoMemory {
    fn remembers(&self, _: &str, _: Range, _: Depth, _: &Marks) -> bool {
        false
    }
}

/// Some cells.
#[derive(Clone, Debug)]
pub struct CellsWanted {
    /// Which.
    pub ranges: Vec<Range>,
    /// What of them.
    pub depth: Depth,
}

/// What is read of a cell: the rest is large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Depth {
    /// The numbers.
    Figures,
    /// The sets too.
    Sets,
    /// The facets too.
    Facets,
}

/// Some activities.
#[derive(Clone, Debug)]
pub struct ActivitiesWanted {
    /// First day, included.
    pub from: Day,
    /// Last day, included.
    pub to: Day,
    /// Those that count under it alone.
    pub facet: Option<Facet>,
    /// How many at most, the newest.
    pub limit: usize,
}

/// The rows of a dashboard.
#[derive(Clone, Debug)]
pub struct DashboardRows {
    /// The organisations from the root to it.
    pub line: Vec<OrganisationRecord>,
    /// The cells, list by list.
    pub own: Vec<Vec<CellRun>>,
    /// The organisations directly beneath, by path.
    pub beneath: Vec<BeneathRow>,
    /// Its own activities, the newest first.
    pub activities: Vec<ActivitySummary>,
}

/// An organisation directly beneath.
#[derive(Clone, Debug)]
pub struct BeneathRow {
    /// The organisation.
    pub organisation: OrganisationSummary,
    /// Whether anything stands beneath it.
    pub has_beneath: bool,
    /// Its path.
    pub path: OrganisationPath,
    /// Its cells.
    pub cells: Vec<CellRun>,
}

/// Which venues are asked for.
#[derive(Clone, Debug)]
pub struct VenuesWanted {
    /// Those of the organisations at and beneath this one.
    pub path: OrganisationPath,
    /// First day, included.
    pub from: Day,
    /// Last day, included.
    pub to: Day,
    /// Those alone where nothing was held.
    pub unused: bool,
    /// What comes after this one.
    pub after: Option<VenuePlace>,
    /// How many at most.
    pub limit: usize,
}

/// The place of a venue in a list: by its organisation's path, name, id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VenuePlace {
    /// The path.
    pub path: OrganisationPath,
    /// The name.
    pub name: String,
    /// The venue.
    pub venue: VenueId,
}

/// Some venues.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VenueRows {
    /// How many there are of each kind.
    pub all: Vec<(VenueKind, i64)>,
    /// How many were used in the period.
    pub used: Vec<(VenueKind, i64)>,
    /// The venues, each with the place of its organisation.
    pub rows: Vec<(OrganisationPath, VenueFigures)>,
}

/// The place of an activity in the list of what is not confirmed: the oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnconfirmedPlace {
    /// Its day.
    pub day: Day,
    /// The activity.
    pub activity: ActivityId,
}

/// Activities of which something waits, each with its day.
pub type UnconfirmedRows = Vec<(Day, UnconfirmedActivity)>;

/// What is asked for to tell what still counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountedWanted {
    /// People whose attendances are asked for.
    pub people: BTreeSet<MemberId>,
    /// People whose services are asked for.
    pub volunteers: BTreeSet<MemberId>,
    /// Teams and units whose services are asked for.
    pub teams: BTreeSet<OrganisationId>,
    /// Requests with all their matters.
    pub requests: BTreeSet<EntryId>,
}

/// What counts as it stands.
#[derive(Clone, Debug, Default)]
pub struct CountedRows {
    /// Outcomes, each with the plan in force of its activity.
    pub outcomes: Vec<(Outcome, Option<PlanRow>)>,
    /// Matters, each once.
    pub matters: Vec<Matter>,
}
