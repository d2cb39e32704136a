//! Snapshots, and everything that is kept of a document.

use deadpool_postgres::Transaction;
use shared::documents::ChangeHash;
use shared::ids::DocumentId;
use shared::server::StoredSnapshot;
use shared::time::Timestamp;
use tokio_postgres::Row;

use super::documents::snapshot;
use super::rows::{all, body, get, hash, id, limited, one, run, stored, version};
use crate::store::StoreError;
use crate::store::kept::{Compacted, Head, Kept, KeptChange};

pub(super) async fn heads(
    transaction: &Transaction<'_>,
    after: Option<DocumentId>,
    limit: usize,
) -> Result<Vec<Head>, StoreError> {
    all(
        transaction,
        "select id, name, version, compacted from document
         where $1::uuid is null or id > $1 order by id limit $2",
        &[&after.map(|id| id.0), &limited(limit)],
        read_head,
    )
    .await
}

fn read_head(row: &Row) -> Result<Head, StoreError> {
    Ok(Head {
        id: id(row, 0)?,
        name: body(row, 1, "document")?,
        version: version(row, 2)?,
        compacted: version(row, 3)?,
    })
}

pub(super) async fn kept(
    transaction: &Transaction<'_>,
    document: DocumentId,
) -> Result<Option<Kept>, StoreError> {
    let head = one(
        transaction,
        "select id, name, version, compacted from document where id = $1",
        &[&document.0],
        read_head,
    )
    .await?;
    let Some(head) = head else {
        return Ok(None);
    };
    let changes = all(
        transaction,
        "select version, hash, bytes from change where document = $1 order by version",
        &[&document.0],
        |row| {
            Ok(KeptChange {
                version: version(row, 0)?,
                hash: ChangeHash(hash(row, 1)?),
                bytes: get(row, 2)?,
            })
        },
    )
    .await?;
    Ok(Some(Kept {
        head,
        snapshot: snapshot(transaction, document).await?,
        changes,
    }))
}

pub(super) async fn compact(
    transaction: &Transaction<'_>,
    document: DocumentId,
    snapshot: &StoredSnapshot,
    at: Timestamp,
) -> Result<Compacted, StoreError> {
    let covers = stored(snapshot.version);
    let taken = run(
        transaction,
        "update document set compacted = $2
         where id = $1 and compacted < $2 and version >= $2",
        &[&document.0, &covers],
    )
    .await?;
    if taken == 0 {
        return Ok(Compacted::Stale);
    }
    run(
        transaction,
        "insert into snapshot (document, version, bytes) values ($1, $2, $3)
         on conflict (document) do update
         set version = excluded.version, bytes = excluded.bytes",
        &[&document.0, &covers, &snapshot.bytes],
    )
    .await?;
    run(
        transaction,
        "update change set replaced_at = $3
         where document = $1 and version <= $2 and replaced_at is null",
        &[&document.0, &covers, &at.0],
    )
    .await?;
    Ok(Compacted::Done)
}

pub(super) async fn drop_replaced(
    transaction: &Transaction<'_>,
    before: Timestamp,
    limit: usize,
) -> Result<usize, StoreError> {
    // Oldest first, so that what stays is every change after some version. When a change arrived is
    // kept: the grade of a scan depends on it.
    run(
        transaction,
        "insert into receipt (document, hash, received_at)
         select document, hash, received_at from change where (document, version) in
         (select document, version from change where replaced_at < $1
          order by replaced_at, document, version limit $2)
         on conflict do nothing",
        &[&before.0, &limited(limit)],
    )
    .await?;
    let removed = run(
        transaction,
        "delete from change where (document, version) in
         (select document, version from change where replaced_at < $1
          order by replaced_at, document, version limit $2)
         and (document, hash) in (select document, hash from receipt)",
        &[&before.0, &limited(limit)],
    )
    .await?;
    Ok(usize::try_from(removed).unwrap_or(usize::MAX))
}
