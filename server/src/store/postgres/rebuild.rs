//! Derived rows as a whole: dropped, summed anew, compared; and the totals.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use deadpool_postgres::Transaction;
use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use shared::ids::OrganisationPath;
use shared::time::Day;
use tokio_postgres::types::Type;
use tokio_postgres::{Column, Row};
use uuid::Uuid;

use super::rows::{get, one, run};
use crate::store::StoreError;
use crate::store::derived::{DERIVED, Numbers, hash_bytes, hash_number};

/// The order of a derived table's rows.
fn order(table: &str) -> &'static str {
    match table {
        "anomaly" => "document, position",
        "activity" => "id",
        "outcome" => "activity, member",
        "matter" => "request, topic",
        "statement_topic" => "document, id, topic",
        "rollup" => "path, day",
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

/// Sums the roll-ups anew after organisations moved in the tree or appeared in it.
pub(super) async fn sum_rollups(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    run(transaction, "delete from rollup", &[]).await?;
    run(
        transaction,
        "insert into rollup (path, day, activities, attendances,
             grade_a, grade_b, grade_c, grade_d, waiting, disputed)
         with part (organisation, day, activities, attendances, a, b, c, d, waiting, disputed) as (
             select organisation, day, 0, attendances,
                 grade_a, grade_b, grade_c, grade_d, waiting, disputed from outcome
             union all
             select organisation, day, planned, 0, 0, 0, 0, 0, 0, 0 from activity
         )
         select substr(o.path, 1, step.length), part.day, sum(part.activities),
             sum(part.attendances), sum(a), sum(b), sum(c), sum(d), sum(waiting), sum(disputed)
         from part
         join organisation o on o.id = part.organisation
         join generate_series(3, 36, 3) as step (length) on step.length <= length(o.path)
         group by 1, 2
         having sum(part.activities) <> 0 or sum(part.attendances) <> 0 or sum(waiting) <> 0
             or sum(disputed) <> 0",
        &[],
    )
    .await?;
    run(
        transaction,
        "update meta set derived_version = derived_version + 1",
        &[],
    )
    .await
    .map(drop)
}

/// Adds to the roll-ups; those that come to nothing go.
pub(super) async fn add_rollups(
    transaction: &Transaction<'_>,
    rollups: &BTreeMap<(OrganisationPath, Day), Numbers>,
) -> Result<(), StoreError> {
    if rollups.is_empty() {
        return Ok(());
    }
    let paths: Vec<&str> = rollups.keys().map(|(path, _)| path.as_str()).collect();
    let days: Vec<i32> = rollups.keys().map(|(_, day)| day.0).collect();
    let numbers = |of: fn(&Numbers) -> i64| rollups.values().map(of).collect::<Vec<i64>>();
    run(
        transaction,
        "insert into rollup as r (path, day, activities, attendances,
             grade_a, grade_b, grade_c, grade_d, waiting, disputed)
         select * from unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[], $5::bigint[],
             $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[])
         on conflict (path, day) do update set
             activities = r.activities + excluded.activities,
             attendances = r.attendances + excluded.attendances,
             grade_a = r.grade_a + excluded.grade_a,
             grade_b = r.grade_b + excluded.grade_b,
             grade_c = r.grade_c + excluded.grade_c,
             grade_d = r.grade_d + excluded.grade_d,
             waiting = r.waiting + excluded.waiting,
             disputed = r.disputed + excluded.disputed",
        &[
            &paths,
            &days,
            &numbers(|numbers| numbers.activities),
            &numbers(|numbers| numbers.tally.attendances),
            &numbers(|numbers| numbers.tally.grades[0]),
            &numbers(|numbers| numbers.tally.grades[1]),
            &numbers(|numbers| numbers.tally.grades[2]),
            &numbers(|numbers| numbers.tally.grades[3]),
            &numbers(|numbers| numbers.tally.waiting),
            &numbers(|numbers| numbers.tally.disputed),
        ],
    )
    .await?;
    run(
        transaction,
        "delete from rollup
         where (path, day) in (select * from unnest($1::text[], $2::integer[]))
             and activities = 0 and attendances = 0 and grade_a = 0 and grade_b = 0
             and grade_c = 0 and grade_d = 0 and waiting = 0 and disputed = 0",
        &[&paths, &days],
    )
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
