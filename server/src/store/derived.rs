//! Rows that the projector derives from documents, and what it changes in them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::documents::ChangeHash;
use shared::ids::{
    ActivityId, DeviceId, DocumentId, EntryId, MemberId, OrganisationId, OrganisationPath,
};
use shared::project::{
    Anomaly, ClaimRow, FeedbackRow, HostKeyRow, MarkRow, PlanRow, RulingRow, StatementRow,
    VisitorRow,
};
use shared::reconcile::{Matter, Outcome};
use shared::records::Topic;
use shared::server::StoredDocument;
use shared::time::Timestamp;

use super::matters::MatterKey;
use crate::rollup::{CellChange, CellKey};

/// One member at one activity.
pub type Fact = (ActivityId, MemberId);

/// Documents that wait for projection.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// The version of the derived rows when it was read.
    pub derived: u64,
    /// The documents, those first that wait longest or were made first.
    pub documents: Vec<Queued>,
    /// When the changes of the journals among them arrived.
    pub received: BTreeMap<DocumentId, BTreeMap<ChangeHash, Timestamp>>,
}

/// A document that waits for projection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// The id that it stands under; of a damaged row it is not that of its name.
    pub id: DocumentId,
    /// The document.
    pub document: StoredDocument,
}

/// What a batch changed, for those who show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poke {
    /// Organisations whose calendars or boards changed.
    pub calendars: BTreeSet<OrganisationPath>,
    /// Organisations whose roll calls, outcomes, totals or matters changed.
    pub overseen: BTreeSet<OrganisationPath>,
    /// People whose journals, outcomes or matters changed.
    pub members: BTreeSet<MemberId>,
    /// The number of documents that were projected.
    pub documents: usize,
}

/// How many versions back a store can tell what changed.
pub const POKES_KEPT: u64 = 1_000;

/// What became of the derived rows since a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Their version now.
    pub position: u64,
    /// What changed, oldest first; `None` when that is no longer known.
    pub pokes: Option<Vec<Poke>>,
    /// Whether a document waits for projection.
    pub waiting: bool,
}

/// Which facts are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactsWanted {
    /// Activities with all their facts.
    pub activities: BTreeSet<ActivityId>,
    /// Single facts.
    pub facts: BTreeSet<Fact>,
    /// Facts with a check-in that rests on a code of one of these devices.
    pub hosts: BTreeSet<DeviceId>,
    /// Organisations whose devices that show codes are asked for, beside those of the activities.
    pub organisations: BTreeSet<OrganisationId>,
    /// Topics with all that is said about them.
    pub topics: BTreeSet<Topic>,
}

/// The rows that decide facts.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Every plan of the activities of the facts.
    pub plans: Vec<(DocumentId, PlanRow)>,
    /// The claims.
    pub claims: Vec<(DocumentId, ClaimRow)>,
    /// The marks.
    pub marks: Vec<(DocumentId, MarkRow)>,
    /// The rulings.
    pub rulings: Vec<(DocumentId, RulingRow)>,
    /// The devices that show codes, of the organisations that hold the activities.
    pub host_keys: Vec<(DocumentId, HostKeyRow)>,
    /// The outcomes as they stand.
    pub outcomes: BTreeMap<Fact, Outcome>,
    /// The plans in force as they stand, of the activities asked for whole.
    pub activities: BTreeMap<ActivityId, PlanRow>,
    /// What is said about the topics, each record once, by document, then record.
    pub statements: Vec<(DocumentId, StatementRow)>,
    /// The matters of the topics as they stand.
    pub matters: BTreeMap<MatterKey, Matter>,
}

/// What a projection changes.
#[derive(Clone, Debug, Default)]
pub struct Delta {
    /// The version of the derived rows that it was made from.
    pub base: u64,
    /// Changes of the rows of each document.
    pub documents: Vec<DocumentDelta>,
    /// New outcomes; `None` removes one.
    pub outcomes: BTreeMap<Fact, Option<Outcome>>,
    /// New plans in force; `None` removes an activity.
    pub activities: BTreeMap<ActivityId, Option<PlanRow>>,
    /// New matters; `None` removes one.
    pub matters: BTreeMap<MatterKey, Option<Matter>>,
    /// What changes in the roll-ups.
    pub rollups: BTreeMap<CellKey, CellChange>,
    /// What all this means to those who show it.
    pub poke: Poke,
}

/// Changes of the rows of one document.
#[derive(Clone, Debug)]
pub struct DocumentDelta {
    /// The document.
    pub id: DocumentId,
    /// The version that was projected; it leaves the queue unless it has moved on.
    pub version: u64,
    /// Check-ins and check-outs.
    pub claims: RowDelta<ClaimRow>,
    /// Plans.
    pub plans: RowDelta<PlanRow>,
    /// Marks.
    pub marks: RowDelta<MarkRow>,
    /// Rulings.
    pub rulings: RowDelta<RulingRow>,
    /// People whom no roster knows.
    pub visitors: RowDelta<VisitorRow>,
    /// Devices that show codes.
    pub host_keys: RowDelta<HostKeyRow>,
    /// What is said about registrations, service and the lists.
    pub statements: RowDelta<StatementRow>,
    /// Feedback.
    pub feedback: RowDelta<FeedbackRow>,
    /// What could not be read, all of it.
    pub anomalies: Vec<Anomaly>,
}

/// Rows to put and rows to remove.
#[derive(Clone, Debug)]
pub struct RowDelta<T> {
    /// New or changed rows.
    pub put: Vec<T>,
    /// Rows that are no more.
    pub removed: Vec<EntryId>,
}

/// What became of a [`Delta`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It stands.
    Done,
    /// The derived rows have moved on; nothing was changed.
    Moved,
}

/// Every derived table.
pub(super) const DERIVED: [&str; 14] = [
    "claim",
    "plan",
    "mark",
    "ruling",
    "visitor",
    "host_key",
    "statement",
    "statement_topic",
    "feedback",
    "anomaly",
    "activity",
    "outcome",
    "matter",
    "rollup",
];

/// Adds a number, or nothing, to a digest that is the same in every store.
pub(super) fn hash_number(hash: &mut Sha256, number: Option<i64>) {
    match number {
        None => hash.update([0]),
        Some(number) => {
            hash.update([1]);
            hash.update(number.to_be_bytes());
        }
    }
}

/// Adds bytes of a kind, or nothing, to a digest that is the same in every store.
pub(super) fn hash_bytes(hash: &mut Sha256, kind: u8, bytes: Option<&[u8]>) {
    match bytes {
        None => hash.update([0]),
        Some(bytes) => {
            hash.update([kind]);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
    }
}
