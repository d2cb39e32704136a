//! The server's derived rows: projections of documents, outcomes with revisions, and roll-ups.

use std::collections::{BTreeMap, BTreeSet};

use shared::documents::DocumentName;
use shared::ids::{
    ActivityId, DeviceId, DocumentId, EntryId, MemberId, OrganisationId, OrganisationPath,
};
use shared::project::{
    Activity, ClaimRow, HostKeyRow, MarkRow, Projection, RulingRow, Statement, StatementRow,
    activities,
};
use shared::reconcile::{Case, Matter, Outcome, Tally, matters, reconcile};
use shared::records::Topic;
use shared::time::Day;

use super::city::Directory;

/// One member at one activity.
pub(super) type Fact = (ActivityId, MemberId);

/// Everything that may be deleted at any time and made again from documents.
#[derive(Clone, Default)]
pub(super) struct Derived {
    rows: BTreeMap<DocumentId, Projection>,
    plans: BTreeMap<ActivityId, BTreeSet<DocumentId>>,
    /// The documents in which devices announce that they show codes.
    announcements: BTreeMap<OrganisationId, BTreeSet<DocumentId>>,
    /// The documents in which a fact has claims or marks.
    facts: BTreeMap<Fact, BTreeSet<DocumentId>>,
    pub(super) outcomes: BTreeMap<Fact, (u64, Outcome)>,
    /// The documents that say something about a topic.
    topics: BTreeMap<Topic, BTreeSet<DocumentId>>,
    pub(super) matters: BTreeMap<(EntryId, Topic), (u64, Matter)>,
    pub(super) revision: u64,
    rollups: BTreeMap<(OrganisationPath, Day), Tally>,
}

impl Derived {
    /// Replaces the rows of one document and moves everything that follows from them by the
    /// difference.
    pub(super) fn replace(&mut self, name: &DocumentName, rows: Projection, directory: &Directory) {
        let id = name.id();
        let mut touched = BTreeSet::new();
        let mut replanned = BTreeSet::new();
        for row in &rows.claims {
            touched.insert((row.activity, row.member));
        }
        for row in &rows.marks {
            touched.insert((row.mark.activity, row.mark.member));
        }
        for row in &rows.rulings {
            touched.insert((row.ruling.activity, row.ruling.member));
        }
        for fact in &touched {
            self.facts.entry(*fact).or_default().insert(id);
        }
        for row in &rows.plans {
            replanned.insert(row.plan.activity);
            self.plans.entry(row.plan.activity).or_default().insert(id);
        }
        if !rows.host_keys.is_empty() {
            let organisation = rows.host_keys[0].organisation;
            self.announcements
                .entry(organisation)
                .or_default()
                .insert(id);
            touched.extend(self.resting_on(&rows));
        }
        let topics: BTreeSet<Topic> = rows
            .statements
            .iter()
            .flat_map(StatementRow::topics)
            .collect();
        for topic in &topics {
            self.topics.entry(*topic).or_default().insert(id);
        }
        self.rows.insert(id, rows);
        for topic in topics {
            self.settle_topic(topic);
        }
        for activity in replanned {
            let first = (activity, MemberId(uuid::Uuid::nil()));
            let facts = self.facts.range(first..).map(|(fact, _)| *fact);
            touched.extend(facts.take_while(|fact| fact.0 == activity));
        }
        for fact in touched {
            self.settle(fact, directory);
        }
    }

    fn settle(&mut self, fact: Fact, directory: &Directory) {
        let activity = self.activity(fact.0);
        let evidence = self.evidence(fact);
        let outcome = reconcile(Case {
            activity: activity.as_ref(),
            host_keys: &self.host_keys(activity.as_ref()),
            claims: &evidence.claims,
            marks: &evidence.marks,
            rulings: &evidence.rulings,
        });
        let before = self.outcomes.get(&fact).map(|(_, outcome)| outcome.clone());
        if before == outcome {
            return;
        }
        if let Some(before) = &before {
            self.move_rollups(before, -1, directory);
        }
        if let Some(outcome) = outcome {
            self.move_rollups(&outcome, 1, directory);
            self.revision += 1;
            self.outcomes.insert(fact, (self.revision, outcome));
        }
    }

    fn settle_topic(&mut self, topic: Topic) {
        let documents = self.topics.get(&topic).into_iter().flatten();
        let statements: Vec<StatementRow> = documents
            .flat_map(|document| &self.rows[document].statements)
            .filter(|row| row.topics().contains(&topic))
            .cloned()
            .collect();
        for matter in matters(topic, &statements) {
            let key = (matter.request, topic);
            let before = self.matters.get(&key).map(|(_, before)| before);
            if before != Some(&matter) {
                self.revision += 1;
                self.matters.insert(key, (self.revision, matter));
            }
        }
    }

    /// Returns what is said on the boards.
    pub(super) fn listings(&self) -> Vec<StatementRow> {
        let statements = self.rows.values().flat_map(|rows| &rows.statements);
        statements
            .filter(|row| matches!(row.said, Statement::Listing(_)))
            .cloned()
            .collect()
    }

    /// Returns the matters without their revisions.
    pub(super) fn bare_matters(&self) -> BTreeMap<(EntryId, Topic), Matter> {
        let matters = self.matters.iter();
        matters
            .map(|(key, (_, matter))| (*key, matter.clone()))
            .collect()
    }

    /// The facts that rest on codes of the devices that a document announces.
    fn resting_on(&self, rows: &Projection) -> BTreeSet<Fact> {
        let hosts: BTreeSet<DeviceId> = rows.host_keys.iter().map(|key| key.device).collect();
        let claims = self.rows.values().flat_map(|rows| &rows.claims);
        claims
            .filter(|claim| claim.scan().is_some_and(|scan| hosts.contains(&scan.host)))
            .map(|claim| (claim.activity, claim.member))
            .collect()
    }

    fn host_keys(&self, activity: Option<&Activity>) -> Vec<HostKeyRow> {
        let organisation = activity.map(|activity| activity.current.organisation);
        let documents = organisation.and_then(|id| self.announcements.get(&id));
        documents
            .into_iter()
            .flatten()
            .flat_map(|document| self.rows[document].host_keys.iter().cloned())
            .collect()
    }

    /// Returns the documents in which a device announces itself.
    pub(super) fn announced_by(&self, device: DeviceId) -> Vec<DocumentId> {
        let announces = |rows: &Projection| rows.host_keys.iter().any(|key| key.device == device);
        let found = self.rows.iter().filter(|(_, rows)| announces(rows));
        found.map(|(id, _)| *id).collect()
    }

    pub(super) fn activity(&self, id: ActivityId) -> Option<Activity> {
        let documents = self.plans.get(&id)?;
        let plans = documents
            .iter()
            .flat_map(|document| &self.rows[document].plans)
            .filter(|row| row.plan.activity == id)
            .cloned();
        activities(plans).remove(&id)
    }

    /// What is said of one fact, as if it stood in one document.
    fn evidence(&self, fact: Fact) -> Projection {
        let mut evidence = Projection::default();
        for document in self.facts.get(&fact).into_iter().flatten() {
            let rows = &self.rows[document];
            let own = |row: &&ClaimRow| (row.activity, row.member) == fact;
            evidence
                .claims
                .extend(rows.claims.iter().filter(own).cloned());
            let seen = |row: &&MarkRow| (row.mark.activity, row.mark.member) == fact;
            evidence
                .marks
                .extend(rows.marks.iter().filter(seen).cloned());
            let ruled = |row: &&RulingRow| (row.ruling.activity, row.ruling.member) == fact;
            evidence
                .rulings
                .extend(rows.rulings.iter().filter(ruled).cloned());
        }
        evidence
    }

    fn move_rollups(&mut self, outcome: &Outcome, sign: i64, directory: &Directory) {
        let Some(path) = directory.path(outcome.organisation) else {
            return;
        };
        for line in path.line() {
            let sum = self.rollups.entry((line, outcome.day)).or_default();
            add(sum, outcome.tally(), sign);
        }
    }

    /// Returns the roll-ups that hold anything.
    pub(super) fn rollups(&self) -> BTreeMap<(OrganisationPath, Day), Tally> {
        let mut rollups = self.rollups.clone();
        rollups.retain(|_, tally| *tally != Tally::default());
        rollups
    }

    /// Returns the outcomes without their revisions, which tell the order of arrival.
    pub(super) fn bare_outcomes(&self) -> BTreeMap<Fact, Outcome> {
        self.outcomes
            .iter()
            .map(|(fact, (_, outcome))| (*fact, outcome.clone()))
            .collect()
    }

    /// Returns what could not be read of any document.
    pub(super) fn anomalies(&self) -> Vec<String> {
        self.rows
            .values()
            .flat_map(|rows| &rows.anomalies)
            .map(|anomaly| format!("{anomaly:?}"))
            .collect()
    }
}

fn add(sum: &mut Tally, tally: Tally, sign: i64) {
    sum.attendances += sign * tally.attendances;
    sum.waiting += sign * tally.waiting;
    sum.disputed += sign * tally.disputed;
    for (grade, more) in sum.grades.iter_mut().zip(tally.grades) {
        *grade += sign * more;
    }
}
