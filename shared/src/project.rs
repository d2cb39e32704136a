//! Turns documents into rows. Never reads a clock or a database, and never fails: damage becomes an
//! [`Anomaly`] that someone can see.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::documents::{Document, DocumentName, HeldEntry};
use crate::ids::{ActivityId, DeviceId, EntryId, MemberId, OrganisationId};
use crate::records::{Claim, Evidence, Mark, Plan, Record};
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

/// A check-in or check-out as one member claims it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// Coming or going.
    pub direction: Direction,
    /// What stands behind it.
    pub evidence: Evidence,
    /// The device's clock.
    pub recorded_at: Timestamp,
}

/// Coming or going.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// 签到
    In,
    /// 签退
    Out,
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

/// The rows of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Projection {
    /// Check-ins and check-outs.
    pub claims: Vec<ClaimRow>,
    /// Plans.
    pub plans: Vec<PlanRow>,
    /// Marks.
    pub marks: Vec<MarkRow>,
    /// Feedback.
    pub feedback: Vec<FeedbackRow>,
    /// What could not be read.
    pub anomalies: Vec<Anomaly>,
}

/// Returns a document's rows, in the order of their ids.
pub fn project(name: &DocumentName, document: &Document) -> Projection {
    let (entries, anomalies) = document.entries();
    let mut projection = Projection {
        anomalies,
        ..Projection::default()
    };
    for held in entries.into_values() {
        projection.add(name, held);
    }
    projection
}

impl Projection {
    /// Adds the row of one record of the document `name`.
    pub fn add(&mut self, name: &DocumentName, held: HeldEntry) {
        let HeldEntry { entry, device } = held;
        let (id, recorded_at) = (entry.id, entry.recorded_at);
        match (name, entry.record) {
            (DocumentName::Journal { member, .. }, Record::Claim(claim)) => {
                let row = |presence: crate::records::Presence, direction| ClaimRow {
                    id,
                    member: *member,
                    device,
                    activity: presence.activity,
                    organisation: presence.organisation,
                    direction,
                    evidence: presence.evidence,
                    recorded_at,
                };
                match claim {
                    Claim::CheckIn(presence) => self.claims.push(row(presence, Direction::In)),
                    Claim::CheckOut(presence) => self.claims.push(row(presence, Direction::Out)),
                    Claim::Feedback { text } => {
                        self.feedback.push(FeedbackRow {
                            id,
                            member: *member,
                            recorded_at,
                            text,
                        });
                    }
                }
            }
            (DocumentName::Calendar { organisation, .. }, Record::Plan(plan)) => {
                let organisation = *organisation;
                self.plans.push(PlanRow {
                    id,
                    organisation,
                    by: entry.by,
                    recorded_at,
                    plan,
                });
            }
            (
                DocumentName::Rollcall {
                    organisation,
                    activity,
                },
                Record::Mark(mark),
            ) if mark.activity == *activity => {
                let organisation = *organisation;
                self.marks.push(MarkRow {
                    id,
                    organisation,
                    by: entry.by,
                    device,
                    recorded_at,
                    mark,
                });
            }
            (
                DocumentName::Journal { .. }
                | DocumentName::Calendar { .. }
                | DocumentName::Rollcall { .. },
                Record::Claim(_) | Record::Plan(_) | Record::Mark(_),
            ) => self.anomalies.push(Anomaly::EntryMisplaced { entry: id }),
        }
    }
}

/// An activity as the newest plan has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// The plan in force.
    pub current: PlanRow,
    /// Other plans that revise the same one: two coordinators edited it apart. The newest is in
    /// force, the others are shown.
    pub contested: Vec<EntryId>,
}

/// Returns each activity with the plan in force: of the plans that no other revises the one
/// recorded last, by id where that is equal.
pub fn activities(plans: impl IntoIterator<Item = PlanRow>) -> BTreeMap<ActivityId, Activity> {
    let mut by_activity: BTreeMap<ActivityId, Vec<PlanRow>> = BTreeMap::new();
    for row in plans {
        by_activity.entry(row.plan.activity).or_default().push(row);
    }
    by_activity
        .into_iter()
        .filter_map(|(activity, rows)| Some((activity, in_force(rows)?)))
        .collect()
}

fn in_force(mut rows: Vec<PlanRow>) -> Option<Activity> {
    rows.sort_by_key(|row| (row.recorded_at, row.id));
    let revised: BTreeSet<EntryId> = rows.iter().filter_map(|row| row.plan.revises).collect();
    let mut open: Vec<PlanRow> = rows
        .iter()
        .filter(|row| !revised.contains(&row.id))
        .cloned()
        .collect();
    // Plans that revise each other in a circle leave none open; the last recorded stands.
    let current = open.pop().or_else(|| rows.pop())?;
    let contested = open.into_iter().map(|row| row.id).collect();
    Some(Activity { current, contested })
}
