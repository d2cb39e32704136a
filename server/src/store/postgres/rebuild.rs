//! Derived rows as a whole: dropped and compared.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use deadpool_postgres::Transaction;
use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use tokio_postgres::types::Type;
use tokio_postgres::{Column, Row};
use uuid::Uuid;

use super::rows::{get, one, run};
use crate::store::StoreError;
use crate::store::derived::{DERIVED, hash_bytes, hash_number};

/// The order of a derived table's rows.
fn order(table: &str) -> &'static str {
    match table {
        "anomaly" => "document, position",
        "activity" => "id",
        "outcome" => "activity, member",
        "matter" => "request, topic",
        "statement_topic" => "document, id, topic",
        "rollup" => "scope, span, start",
        _ => "document, id",
    }
}

pub(super) async fn begin(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    run(
        transaction,
        "update meta set rebuilding = 1, derived_version = derived_version + 1",
        &[],
    )
    .await?;
    run(
        transaction,
        "insert into outcome_before (activity, member, revision, body)
         select activity, member, revision, body from outcome on conflict do nothing",
        &[],
    )
    .await?;
    run(
        transaction,
        "insert into matter_before (request, topic, revision, body)
         select request, topic, revision, body from matter on conflict do nothing",
        &[],
    )
    .await?;
    for table in DERIVED {
        run(transaction, &format!("delete from {table}"), &[]).await?;
    }
    // A document that is stored into meanwhile is queued by its own append.
    run(
        transaction,
        "insert into projection_queue (document, version)
         select id, version from document order by id
         on conflict (document) do update
         set version = greatest(projection_queue.version, excluded.version)",
        &[],
    )
    .await
    .map(drop)
}

pub(super) async fn is_rebuilding(transaction: &Transaction<'_>) -> Result<bool, StoreError> {
    let sql = "select rebuilding = 1 from meta";
    let found = one(transaction, sql, &[], |row| get(row, 0)).await?;
    Ok(found.unwrap_or_default())
}

pub(super) async fn end(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    run(transaction, "update meta set rebuilding = 0", &[]).await?;
    run(transaction, "delete from outcome_before", &[]).await?;
    run(transaction, "delete from matter_before", &[])
        .await
        .map(drop)
}

/// Returns the number of rows and the SHA-256 of every derived table.
pub(super) async fn digest(
    transaction: &Transaction<'_>,
) -> Result<BTreeMap<&'static str, (u64, String)>, StoreError> {
    let mut digests = BTreeMap::new();
    for table in DERIVED {
        digests.insert(table, digest_of(transaction, table).await?);
    }
    Ok(digests)
}

async fn digest_of(
    transaction: &Transaction<'_>,
    table: &str,
) -> Result<(u64, String), StoreError> {
    let sql = format!("select * from {table} order by {}", order(table));
    let statement = transaction.prepare_cached(&sql).await?;
    let no_params: [i64; 0] = [];
    let rows = transaction.query_raw(&statement, no_params).await?;
    futures::pin_mut!(rows);
    let mut hash = Sha256::new();
    let mut count = 0;
    while let Some(row) = rows.try_next().await? {
        count += 1;
        for (place, column) in row.columns().iter().enumerate() {
            hash_column(&mut hash, &row, place, column)?;
        }
    }
    Ok((count, HEXLOWER.encode(&hash.finalize())))
}

/// Hashes a value as the other store does: ids as their bytes, numbers whatever their width.
fn hash_column(
    hash: &mut Sha256,
    row: &Row,
    place: usize,
    column: &Column,
) -> Result<(), StoreError> {
    match *column.type_() {
        Type::INT4 => hash_number(hash, get::<Option<i32>>(row, place)?.map(i64::from)),
        Type::INT8 => hash_number(hash, get(row, place)?),
        Type::UUID => {
            let id: Option<Uuid> = get(row, place)?;
            hash_bytes(hash, 4, id.as_ref().map(|id| &id.as_bytes()[..]));
        }
        Type::BYTEA => hash_bytes(hash, 4, get(row, place)?),
        _ => hash_bytes(hash, 3, get::<Option<&str>>(row, place)?.map(str::as_bytes)),
    }
    Ok(())
}
