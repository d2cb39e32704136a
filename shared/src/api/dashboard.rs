//! What coordinators look at: the numbers of an organisation and a period, its venues, and what waits
//! to be confirmed.

use serde::{Deserialize, Serialize};

use super::{ActivitySummary, OrganisationSummary};
use crate::ids::VenueId;
use crate::rollup::{Facet, Figures};
use crate::time::{Day, Timestamp};
use crate::words::VenueKind;

/// The numbers of one organisation with all beneath it, of those directly beneath it, and by day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dashboard {
    /// The organisation.
    pub organisation: OrganisationSummary,
    /// The way down to it: the organisations above it that the reader oversees, the highest first.
    pub above: Vec<OrganisationSummary>,
    /// First day, included.
    pub from: Day,
    /// Last day, included.
    pub to: Day,
    /// What alone is counted; everything when none.
    pub facet: Option<Facet>,
    /// The numbers of the period.
    pub figures: Figures,
    /// The numbers of as many days right before it; of a whole month, quarter or year, those of the
    /// one before it.
    pub before: Figures,
    /// The numbers of each facet in the period, by facet; under a facet none.
    pub facets: Vec<(Facet, Figures)>,
    /// What waits now, whatever its day.
    pub waiting: Figures,
    /// Of that, what belongs to a day more than [`crate::rollup::OVERDUE_DAYS`] ago.
    pub overdue: Figures,
    /// The organisations directly beneath, sorted by path, with their numbers of the period.
    pub beneath: Vec<OrganisationFigures>,
    /// The days of the period that hold anything, in order; of a longer one those of its last
    /// [`crate::rollup::DAYS_SHOWN`] days. They have the measures that pictures show:
    /// activities, attendances, services.
    pub days: Vec<DayFigures>,
    /// The same by month, each named by its first day, of a period of more than
    /// [`crate::rollup::DAYS_SHOWN`] days; clipped to the period.
    pub months: Vec<DayFigures>,
    /// The organisation's own activities of the period, the newest first; at most
    /// [`crate::rollup::ACTIVITIES_SHOWN`].
    pub activities: Vec<ActivitySummary>,
    /// The server's clock when it was read.
    pub read_at: Timestamp,
}

/// An organisation with its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganisationFigures {
    /// The organisation.
    pub organisation: OrganisationSummary,
    /// Its numbers, with all beneath it.
    pub figures: Figures,
    /// Whether anything stands beneath it.
    pub has_beneath: bool,
}

/// A day, or a month by its first day, with its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayFigures {
    /// The day.
    pub day: Day,
    /// Its numbers.
    pub figures: Figures,
}

/// Which venues are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum VenueUse {
    /// All of them.
    #[default]
    Any,
    /// Those where nothing was held in the period.
    Unused,
}

/// The venues of the organisations at and beneath one, by the path of their organisation, then name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VenueList {
    /// The organisation.
    pub organisation: OrganisationSummary,
    /// First day, included.
    pub from: Day,
    /// Last day, included.
    pub to: Day,
    /// How many there are of each kind.
    pub all: Vec<(VenueKind, i64)>,
    /// How many of each kind were used in the period.
    pub used: Vec<(VenueKind, i64)>,
    /// At most 100.
    pub rows: Vec<VenueFigures>,
    /// What to ask after to get those behind them; none when these are the last.
    pub next: Option<String>,
}

/// A venue with what was held there, by whomever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VenueFigures {
    /// The venue.
    pub venue: VenueSummary,
    /// The organisation that it belongs to.
    pub organisation: OrganisationSummary,
    /// What was held there in the period.
    pub figures: Figures,
    /// The last day on which anything was held there, whatever the period.
    pub last_used: Option<Day>,
}

/// A venue as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VenueSummary {
    /// The id.
    pub id: VenueId,
    /// The name.
    pub name: String,
    /// The kind.
    pub kind: VenueKind,
}

/// Activities at and beneath an organisation of which something waits to be confirmed or is in
/// dispute, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnconfirmedList {
    /// The organisation.
    pub organisation: OrganisationSummary,
    /// At most 100.
    pub rows: Vec<UnconfirmedActivity>,
    /// What to ask after to get those behind them; none when these are the last.
    pub next: Option<String>,
}

/// An activity of which something waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnconfirmedActivity {
    /// The organisation that holds it.
    pub organisation: OrganisationSummary,
    /// The activity.
    pub activity: ActivitySummary,
}
