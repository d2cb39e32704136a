//! Rows derived from documents. Knows how they are kept, not what they mean.

mod apply;

use std::collections::{BTreeMap, BTreeSet};

use deadpool_postgres::Transaction;
use serde::de::DeserializeOwned;
use shared::documents::DocumentName;
use shared::ids::DocumentId;
use shared::project::{PlanRow, Projection};
use shared::reconcile::Outcome;
use shared::server::StoredDocument;
use uuid::Uuid;

use super::documents::contents;
use super::rows::{all, body, id, limited, one, version};
use crate::store::StoreError;
use crate::store::derived::{Facts, FactsWanted, Queue, Queued};

pub(super) use apply::apply;

/// Bytes of documents that one batch loads, about.
const BATCH_BYTES: i64 = 16 * 1024 * 1024;

pub(super) async fn queued(
    transaction: &Transaction<'_>,
    limit: usize,
) -> Result<Queue, StoreError> {
    let heads = all(
        transaction,
        "select id, name, version from (
             select q.*, sum(q.size) over (order by q.queued_at, q.id) - q.size as before from (
                 select d.id, d.name, d.version, q.queued_at,
                     coalesce((select octet_length(s.bytes) from snapshot s
                               where s.document = d.id), 0)
                     + coalesce((select sum(octet_length(c.bytes)) from change c
                                 where c.document = d.id and c.version > d.compacted), 0) as size
                 from projection_queue q join document d on d.id = q.document
                 order by q.queued_at, q.document limit $1
             ) q
         ) q where before <= $2::bigint order by queued_at, id",
        &[&limited(limit), &BATCH_BYTES],
        |row| {
            let name: DocumentName = body(row, 1, "document")?;
            Ok((id::<DocumentId>(row, 0)?, name, version(row, 2)?))
        },
    )
    .await?;
    let mut contents = contents(transaction, heads.iter().map(|(id, _, _)| *id)).await?;
    let documents = heads.into_iter().map(|(id, name, version)| Queued {
        id,
        document: StoredDocument {
            name,
            version,
            changes: contents.remove(&id).unwrap_or_default(),
        },
    });
    Ok(Queue {
        documents: documents.collect(),
        derived: derived_version(transaction).await?,
    })
}

async fn derived_version(transaction: &Transaction<'_>) -> Result<u64, StoreError> {
    let sql = "select derived_version from meta";
    let found = one(transaction, sql, &[], |row| version(row, 0)).await?;
    Ok(found.unwrap_or_default())
}

pub(super) async fn projections(
    transaction: &Transaction<'_>,
    documents: &[DocumentId],
) -> Result<BTreeMap<DocumentId, Projection>, StoreError> {
    let ids: Vec<Uuid> = documents.iter().map(|id| id.0).collect();
    let known = all(
        transaction,
        "select id from document where id = any($1)",
        &[&ids],
        |row| id(row, 0),
    )
    .await?;
    let mut found: BTreeMap<DocumentId, Projection> = known
        .into_iter()
        .map(|id| (id, Projection::default()))
        .collect();
    for (id, row) in bodies(transaction, "claim", "id", &ids).await? {
        found.entry(id).or_default().claims.push(row);
    }
    for (id, row) in bodies(transaction, "plan", "id", &ids).await? {
        found.entry(id).or_default().plans.push(row);
    }
    for (id, row) in bodies(transaction, "mark", "id", &ids).await? {
        found.entry(id).or_default().marks.push(row);
    }
    for (id, row) in bodies(transaction, "feedback", "id", &ids).await? {
        found.entry(id).or_default().feedback.push(row);
    }
    for (id, row) in bodies(transaction, "anomaly", "position", &ids).await? {
        found.entry(id).or_default().anomalies.push(row);
    }
    Ok(found)
}

/// Returns the bodies of a table's rows of some documents, in the order of a column.
async fn bodies<T: DeserializeOwned>(
    transaction: &Transaction<'_>,
    table: &'static str,
    order: &str,
    documents: &[Uuid],
) -> Result<Vec<(DocumentId, T)>, StoreError> {
    let sql = format!(
        "select document, body from {table} where document = any($1) order by document, {order}"
    );
    all(transaction, &sql, &[&documents], |row| {
        Ok((id(row, 0)?, body(row, 1, table)?))
    })
    .await
}

pub(super) async fn facts(
    transaction: &Transaction<'_>,
    wanted: &FactsWanted,
) -> Result<Facts, StoreError> {
    let whole: Vec<Uuid> = wanted.activities.iter().map(|id| id.0).collect();
    let single = wanted.facts.iter();
    let single = single.filter(|(activity, _)| !wanted.activities.contains(activity));
    let (activities, members): (Vec<Uuid>, Vec<Uuid>) = single
        .map(|(activity, member)| (activity.0, member.0))
        .unzip();
    let of_facts = Asked {
        whole: &whole,
        activities: &activities,
        members: &members,
    };
    let every: BTreeSet<Uuid> = wanted
        .facts
        .iter()
        .map(|(activity, _)| activity.0)
        .chain(whole.iter().copied())
        .collect();
    let every: Vec<Uuid> = every.into_iter().collect();
    let outcomes: Vec<(Uuid, Outcome)> = of_facts.rows(transaction, "outcome", "activity").await?;
    let outcomes = outcomes.into_iter().map(|(_, outcome)| outcome);
    Ok(Facts {
        claims: of_facts.rows(transaction, "claim", "document").await?,
        marks: of_facts.rows(transaction, "mark", "document").await?,
        outcomes: outcomes
            .map(|outcome| ((outcome.activity, outcome.member), outcome))
            .collect(),
        plans: all(
            transaction,
            "select document, body from plan where activity = any($1)",
            &[&every],
            |row| Ok((id(row, 0)?, body(row, 1, "plan")?)),
        )
        .await?,
        activities: all(
            transaction,
            "select id, body from activity where id = any($1)",
            &[&whole],
            |row| Ok((id(row, 0)?, body::<PlanRow>(row, 1, "activity")?)),
        )
        .await?
        .into_iter()
        .collect(),
    })
}

/// Facts that are asked for: all of some activities, and single ones.
struct Asked<'a> {
    whole: &'a [Uuid],
    activities: &'a [Uuid],
    members: &'a [Uuid],
}

impl Asked<'_> {
    /// Returns a column and the body of a table's rows of these facts.
    async fn rows<K: From<Uuid>, T: DeserializeOwned>(
        &self,
        transaction: &Transaction<'_>,
        table: &'static str,
        key: &str,
    ) -> Result<Vec<(K, T)>, StoreError> {
        let sql = format!(
            "select {key}, body from {table} where activity = any($1)
             union all
             select r.{key}, r.body
             from unnest($2::uuid[], $3::uuid[]) as f (activity, member)
             join {table} r on r.activity = f.activity and r.member = f.member"
        );
        let params: super::rows::Params<'_> = &[&self.whole, &self.activities, &self.members];
        all(transaction, &sql, params, |row| {
            Ok((id(row, 0)?, body(row, 1, table)?))
        })
        .await
    }
}
