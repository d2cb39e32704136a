//! Rows derived from documents. Knows how they are kept, not what they mean.

mod apply;

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use serde::de::DeserializeOwned;
use shared::ids::{ActivityId, DocumentId};
use shared::project::{PlanRow, Projection};
use shared::reconcile::Outcome;
use shared::server::StoredDocument;

use super::documents::{changes, version};
use super::rows::{all, body, id, one};
use crate::store::StoreError;
use crate::store::derived::{Fact, Facts, FactsWanted, Queue, Queued};

pub(super) use apply::apply;

/// Bytes of documents that one batch loads, about.
const BATCH_BYTES: usize = 16 * 1024 * 1024;

pub(super) fn queued(connection: &Connection, limit: usize) -> Result<Queue, StoreError> {
    let heads = all(
        connection,
        "select d.number, d.id, d.name, d.version, d.compacted
         from projection_queue q join document d on d.number = q.document
         order by q.document limit ?1",
        [i64::try_from(limit).unwrap_or(i64::MAX)],
        |row| {
            let name = body(row, 2, "document")?;
            let head = (id(row, 1)?, name, version(row, 3)?);
            Ok((row.get::<_, i64>(0)?, row.get(4)?, head))
        },
    )?;
    let mut documents = Vec::new();
    let mut size = 0;
    for (number, compacted, (id, name, version)) in heads {
        if size > BATCH_BYTES {
            break;
        }
        let changes = changes(connection, number, compacted)?;
        size += changes.len();
        let document = StoredDocument {
            name,
            version,
            changes,
        };
        documents.push(Queued { id, document });
    }
    Ok(Queue {
        derived: derived_version(connection)?,
        documents,
    })
}

/// Returns the version of the derived rows, and whether a document waits for projection.
pub(super) fn position(connection: &Connection) -> Result<(u64, bool), StoreError> {
    one(
        connection,
        "select derived_version, exists (select 1 from projection_queue) from meta",
        [],
        |row| Ok((version(row, 0)?, row.get(1)?)),
    )?
    .ok_or(StoreError::Unfounded)
}

fn derived_version(connection: &Connection) -> Result<u64, StoreError> {
    let found = one(connection, "select derived_version from meta", [], |row| {
        version(row, 0)
    })?;
    Ok(found.unwrap_or_default())
}

pub(super) fn projections(
    connection: &Connection,
    documents: &[DocumentId],
) -> Result<BTreeMap<DocumentId, Projection>, StoreError> {
    let mut found = BTreeMap::new();
    for document in documents {
        let Some(number) = number(connection, *document)? else {
            continue;
        };
        let projection = Projection {
            claims: bodies(
                connection,
                "select body from claim where document = ?1 order by id",
                number,
                "claim",
            )?,
            plans: bodies(
                connection,
                "select body from plan where document = ?1 order by id",
                number,
                "plan",
            )?,
            marks: bodies(
                connection,
                "select body from mark where document = ?1 order by id",
                number,
                "mark",
            )?,
            feedback: bodies(
                connection,
                "select body from feedback where document = ?1 order by id",
                number,
                "feedback",
            )?,
            anomalies: bodies(
                connection,
                "select body from anomaly where document = ?1 order by position",
                number,
                "anomaly",
            )?,
        };
        found.insert(*document, projection);
    }
    Ok(found)
}

fn number(connection: &Connection, document: DocumentId) -> Result<Option<i64>, StoreError> {
    one(
        connection,
        "select number from document where id = ?1",
        [document.0.into_bytes()],
        |row| Ok(row.get(0)?),
    )
}

fn bodies<T: DeserializeOwned>(
    connection: &Connection,
    sql: &str,
    number: i64,
    table: &'static str,
) -> Result<Vec<T>, StoreError> {
    all(connection, sql, [number], |row| body(row, 0, table))
}

pub(super) fn facts(connection: &Connection, wanted: &FactsWanted) -> Result<Facts, StoreError> {
    let mut facts = Facts::default();
    for activity in &wanted.activities {
        let key = [activity.0.into_bytes()];
        facts.claims.extend(all(
            connection,
            "select d.id, r.body from claim r join document d on d.number = r.document
             where r.activity = ?1",
            key,
            |row| Ok((id(row, 0)?, body(row, 1, "claim")?)),
        )?);
        facts.marks.extend(all(
            connection,
            "select d.id, r.body from mark r join document d on d.number = r.document
             where r.activity = ?1",
            key,
            |row| Ok((id(row, 0)?, body(row, 1, "mark")?)),
        )?);
        let outcomes = all(
            connection,
            "select body from outcome where activity = ?1",
            key,
            |row| body::<Outcome>(row, 0, "outcome"),
        )?;
        facts.outcomes.extend(by_fact(outcomes));
        let current = one(
            connection,
            "select body from activity where id = ?1",
            key,
            |row| body::<PlanRow>(row, 0, "activity"),
        )?;
        facts
            .activities
            .extend(current.map(|plan| (*activity, plan)));
    }
    let single = wanted.facts.iter();
    for fact in single.filter(|(activity, _)| !wanted.activities.contains(activity)) {
        add_fact(connection, fact, &mut facts)?;
    }
    let activities: BTreeSet<ActivityId> = wanted
        .activities
        .iter()
        .copied()
        .chain(wanted.facts.iter().map(|(activity, _)| *activity))
        .collect();
    for activity in activities {
        facts.plans.extend(all(
            connection,
            "select d.id, r.body from plan r join document d on d.number = r.document
             where r.activity = ?1",
            [activity.0.into_bytes()],
            |row| Ok((id(row, 0)?, body(row, 1, "plan")?)),
        )?);
    }
    Ok(facts)
}

fn add_fact(
    connection: &Connection,
    (activity, member): &Fact,
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let key = [activity.0.into_bytes(), member.0.into_bytes()];
    facts.claims.extend(all(
        connection,
        "select d.id, r.body from claim r join document d on d.number = r.document
         where r.activity = ?1 and r.member = ?2",
        key,
        |row| Ok((id(row, 0)?, body(row, 1, "claim")?)),
    )?);
    facts.marks.extend(all(
        connection,
        "select d.id, r.body from mark r join document d on d.number = r.document
         where r.activity = ?1 and r.member = ?2",
        key,
        |row| Ok((id(row, 0)?, body(row, 1, "mark")?)),
    )?);
    let outcome = one(
        connection,
        "select body from outcome where activity = ?1 and member = ?2",
        key,
        |row| body::<Outcome>(row, 0, "outcome"),
    )?;
    facts.outcomes.extend(by_fact(outcome));
    Ok(())
}

fn by_fact(outcomes: impl IntoIterator<Item = Outcome>) -> impl Iterator<Item = (Fact, Outcome)> {
    outcomes
        .into_iter()
        .map(|outcome| ((outcome.activity, outcome.member), outcome))
}
