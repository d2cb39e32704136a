//! Rows derived from documents. Knows how they are kept, not what they mean.

mod apply;
mod facts;
mod matters;
mod put;

use std::collections::BTreeMap;

use deadpool_postgres::Transaction;
use serde::de::DeserializeOwned;
use shared::documents::{ChangeHash, DocumentKind, DocumentName};
use shared::ids::DocumentId;
use shared::project::Projection;
use shared::server::StoredDocument;
use shared::time::Timestamp;
use uuid::Uuid;

use super::documents::contents;
use super::rows::{all, body, get, hash, id, limited, one, version};
use crate::store::StoreError;
use crate::store::derived::{Queue, Queued};

pub(super) use apply::apply;
pub(super) use facts::facts;

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
    let journals = heads
        .iter()
        .filter(|(_, name, _)| name.kind() == DocumentKind::Journal);
    let received = arrivals(transaction, journals.map(|(id, _, _)| *id)).await?;
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
        received,
        derived: derived_version(transaction).await?,
    })
}

/// When each change of some documents arrived, those that a snapshot replaced among them.
async fn arrivals(
    transaction: &Transaction<'_>,
    documents: impl Iterator<Item = DocumentId>,
) -> Result<BTreeMap<DocumentId, BTreeMap<ChangeHash, Timestamp>>, StoreError> {
    let ids: Vec<Uuid> = documents.map(|id| id.0).collect();
    let rows = all(
        transaction,
        "select document, hash, received_at from change where document = any($1)
         union select document, hash, received_at from receipt where document = any($1)",
        &[&ids],
        |row| {
            let arrival = (ChangeHash(hash(row, 1)?), Timestamp(get(row, 2)?));
            Ok((id::<DocumentId>(row, 0)?, arrival))
        },
    )
    .await?;
    let mut arrivals: BTreeMap<DocumentId, BTreeMap<ChangeHash, Timestamp>> = BTreeMap::new();
    for (document, (hash, at)) in rows {
        arrivals.entry(document).or_default().insert(hash, at);
    }
    Ok(arrivals)
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
    for (id, row) in bodies(transaction, "ruling", "id", &ids).await? {
        found.entry(id).or_default().rulings.push(row);
    }
    for (id, row) in bodies(transaction, "visitor", "id", &ids).await? {
        found.entry(id).or_default().visitors.push(row);
    }
    for (id, row) in bodies(transaction, "host_key", "id", &ids).await? {
        found.entry(id).or_default().host_keys.push(row);
    }
    for (id, row) in bodies(transaction, "statement", "id", &ids).await? {
        found.entry(id).or_default().statements.push(row);
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
