//! Ledgers as rows: a row for each outcome, activity, registration or service of an organisation with
//! all beneath it, read in pages that go on where the last one ended.

use std::sync::Arc;

use shared::ids::{ActivityId, MemberId, OrganisationPath};
use shared::project::PlanRow;
use shared::reconcile::{Outcome, Tally};
use shared::time::Day;

/// What a ledger is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The organisation, with all beneath it.
    pub path: OrganisationPath,
    /// First day, included.
    pub from: Day,
    /// Last day, included.
    pub to: Day,
}

/// Which ledger is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ledger {
    /// The outcomes of activities.
    Attendance,
    /// Activities.
    Activities,
    /// Registrations of members and units.
    Registrations,
    /// Services that count.
    Service,
}

/// The place of an activity in a ledger: by day, then id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActivityPlace {
    /// The day.
    pub day: Day,
    /// The activity.
    pub activity: ActivityId,
}

/// The place of an outcome in a ledger: by activity, name, then id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttendancePlace {
    /// The activity.
    pub activity: ActivityPlace,
    /// The member's name.
    pub name: String,
    /// The member.
    pub member: MemberId,
}

/// An activity with the names of where it was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityHeld {
    /// The plan in force.
    pub plan: PlanRow,
    /// The organisation that holds it.
    pub organisation: String,
    /// County and town of the organisation, the county first.
    pub place: Vec<String>,
    /// The venue's name.
    pub venue: Option<String>,
}

/// A line of the ledger of activities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityLine {
    /// The activity.
    pub held: Arc<ActivityHeld>,
    /// What its outcomes add up to.
    pub tally: Tally,
}

/// A line of the ledger of attendance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttendanceLine {
    /// The activity.
    pub held: Arc<ActivityHeld>,
    /// The member's name; it may say nothing.
    pub name: String,
    /// The name of the home branch; it may say nothing.
    pub branch: String,
    /// What became of the member.
    pub outcome: Outcome,
}

/// Registrations, `x`, of the days `between` two, in which an organisation of `line` has a part; `m` is
/// the member.
pub(super) fn registrations(between: &str) -> String {
    format!(
        "matter x left join member m on m.id = x.member
         where x.kind in ('member_registration', 'org_registration') and x.day between {between} and (
             x.to_organisation in (select id from line)
             or x.asker_organisation in (select id from line)
             or m.branch in (select id from line)
         )"
    )
}

impl Extent {
    /// Returns the days that are still to be read upwards, after a page.
    pub(super) fn upwards(&self, after: Option<Day>) -> (Day, Day) {
        (after.unwrap_or(self.from).max(self.from), self.to)
    }

    /// Returns the days that are still to be read downwards, after a page.
    pub(super) fn downwards(&self, after: Option<Day>) -> (Day, Day) {
        (self.from, after.unwrap_or(self.to).min(self.to))
    }
}

impl ActivityHeld {
    /// Returns where the activity stands.
    pub fn at(&self) -> ActivityPlace {
        ActivityPlace {
            day: self.plan.plan.starts_at.day(),
            activity: self.plan.plan.activity,
        }
    }
}

impl AttendanceLine {
    /// Returns where the line stands.
    pub fn at(&self) -> AttendancePlace {
        AttendancePlace {
            activity: self.held.at(),
            name: self.name.clone(),
            member: self.outcome.member,
        }
    }
}
