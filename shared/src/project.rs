//! Turns documents into rows. Never reads a clock or a database, and never fails: damage becomes an
//! [`Anomaly`] that someone can see.

mod activity;
mod attest;
mod rows;
mod statement;

use std::collections::BTreeMap;

use crate::documents::{ChangeHash, Document, DocumentName, HeldEntry};
use crate::ids::DeviceId;
use crate::records::{Claim, Record};
use crate::time::Timestamp;
use crate::witness::CLOCKS_APART_MS;

pub use activity::{Activity, activities};
pub use attest::{DeviceFacts, Verify};
pub use rows::{
    Anomaly, ClaimRow, FeedbackRow, HostKeyRow, MarkRow, PlanRow, Proof, RulingRow, Said,
    VisitorRow,
};
pub use statement::{Party, Statement, StatementRow};

/// The rows of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Projection {
    /// What members say of themselves at activities.
    pub claims: Vec<ClaimRow>,
    /// Plans.
    pub plans: Vec<PlanRow>,
    /// Devices that show codes.
    pub host_keys: Vec<HostKeyRow>,
    /// Marks.
    pub marks: Vec<MarkRow>,
    /// People whom no roster knows.
    pub visitors: Vec<VisitorRow>,
    /// Rulings.
    pub rulings: Vec<RulingRow>,
    /// What is said about registrations, service and the lists.
    pub statements: Vec<StatementRow>,
    /// Feedback.
    pub feedback: Vec<FeedbackRow>,
    /// What could not be read.
    pub anomalies: Vec<Anomaly>,
}

/// Returns a document's rows, in the order of their ids. `received` says when each change reached
/// the server; what stands on nobody's word but the devices' is attested by [`Projection::attest`].
pub fn project(
    name: &DocumentName,
    document: &Document,
    received: &BTreeMap<ChangeHash, Timestamp>,
) -> Projection {
    let (entries, anomalies) = document.entries();
    let mut projection = Projection {
        anomalies,
        ..Projection::default()
    };
    for held in entries.into_values() {
        projection.add(name, held);
    }
    if !projection.claims.is_empty() {
        projection.place_claims(document, received);
    }
    projection
}

impl Projection {
    /// Adds the row of one record of the document `name`.
    pub fn add(&mut self, name: &DocumentName, held: HeldEntry) {
        let HeldEntry { entry, device } = held;
        let (id, by, recorded_at) = (entry.id, entry.by, entry.recorded_at);
        if entry.record.is_statement() {
            match StatementRow::of(name, entry, device) {
                Some(row) => self.statements.push(row),
                None => self.anomalies.push(Anomaly::EntryMisplaced { entry: id }),
            }
            return;
        }
        match (name, entry.record) {
            (DocumentName::Journal { member, .. }, Record::Claim(Claim::Feedback { text })) => {
                let member = *member;
                self.feedback.push(FeedbackRow {
                    id,
                    member,
                    recorded_at,
                    text,
                });
            }
            (DocumentName::Journal { member, .. }, Record::Claim(claim)) => {
                let row = ClaimRow::of(claim, (id, *member, device), recorded_at);
                self.claims.extend(row);
            }
            (DocumentName::Calendar { organisation, .. }, Record::Plan(plan)) => {
                let organisation = *organisation;
                self.plans.push(PlanRow {
                    id,
                    organisation,
                    by,
                    recorded_at,
                    plan,
                });
            }
            (DocumentName::Calendar { organisation, .. }, Record::HostKey(key))
                if key.organisation == *organisation =>
            {
                let organisation = *organisation;
                self.host_keys.push(HostKeyRow {
                    id,
                    organisation,
                    device,
                    public_key: key.public_key,
                    proof: Proof::Unasked,
                    revoked_at: None,
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
                    by,
                    device,
                    recorded_at,
                    mark,
                    proof: Proof::Unasked,
                });
            }
            (
                DocumentName::Rollcall {
                    organisation,
                    activity,
                },
                Record::Visitor(visitor),
            ) if visitor.activity == *activity => {
                let organisation = *organisation;
                self.visitors.push(VisitorRow {
                    id,
                    organisation,
                    by,
                    recorded_at,
                    visitor,
                });
            }
            (DocumentName::Ledger { organisation, .. }, Record::Ruling(ruling)) => {
                let organisation = *organisation;
                self.rulings.push(RulingRow {
                    id,
                    organisation,
                    by,
                    device,
                    recorded_at,
                    ruling,
                });
            }
            (
                DocumentName::Journal { .. }
                | DocumentName::Calendar { .. }
                | DocumentName::Rollcall { .. }
                | DocumentName::Ledger { .. }
                | DocumentName::Board { .. },
                Record::Claim(_)
                | Record::Plan(_)
                | Record::HostKey(_)
                | Record::Mark(_)
                | Record::Visitor(_)
                | Record::Ruling(_)
                | Record::Request(_)
                | Record::Withdrawal(_)
                | Record::Reply(_)
                | Record::Rating(_)
                | Record::Listing(_),
            ) => self.anomalies.push(Anomaly::EntryMisplaced { entry: id }),
        }
    }

    /// Says of each claim when it reached the server, and whether its device's clock ran back before
    /// it.
    fn place_claims(&mut self, document: &Document, received: &BTreeMap<ChangeHash, Timestamp>) {
        let places = document.places();
        let mut written: Vec<(u64, &mut ClaimRow)> = Vec::new();
        for claim in &mut self.claims {
            let Some(place) = places.get(&claim.id) else {
                continue;
            };
            claim.received_at = received.get(&place.change).copied();
            written.push((place.operation, claim));
        }
        written.sort_by_key(|(operation, claim)| (claim.device, *operation));
        let mut last: Option<(DeviceId, Timestamp)> = None;
        for (_, claim) in written {
            let before = last.filter(|(device, _)| *device == claim.device);
            let newest = before.map_or(claim.recorded_at, |(_, at)| at.max(claim.recorded_at));
            claim.out_of_order = newest.since(claim.recorded_at) > CLOCKS_APART_MS;
            last = Some((claim.device, newest));
        }
    }
}
