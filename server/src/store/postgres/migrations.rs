//! The schema, as numbered steps that are never edited once released.

use deadpool_postgres::{Client, Transaction};

use crate::store::StoreError;

const MIGRATIONS: [(i32, &str); 9] = [
    (
        1,
        include_str!("../../../migrations/postgres/0001_city.sql"),
    ),
    (
        2,
        include_str!("../../../migrations/postgres/0002_documents.sql"),
    ),
    (
        3,
        include_str!("../../../migrations/postgres/0003_devices.sql"),
    ),
    (
        4,
        include_str!("../../../migrations/postgres/0004_snapshots.sql"),
    ),
    (
        5,
        include_str!("../../../migrations/postgres/0005_lectures.sql"),
    ),
    (
        6,
        include_str!("../../../migrations/postgres/0006_matters.sql"),
    ),
    (
        7,
        include_str!("../../../migrations/postgres/0007_teams.sql"),
    ),
    (
        8,
        include_str!("../../../migrations/postgres/0008_photos.sql"),
    ),
    (
        9,
        include_str!("../../../migrations/postgres/0009_rollups.sql"),
    ),
];

/// The lock under which the schema changes: "baodao" in ASCII.
const LOCK: i64 = 0x6261_6f64_616f;

/// Applies the steps that the database has not seen, in one transaction: servers that start together
/// wait for the first.
pub(super) async fn migrate(client: &mut Client) -> Result<(), StoreError> {
    let transaction = client.transaction().await?;
    transaction
        .execute("select pg_advisory_xact_lock($1)", &[&LOCK])
        .await?;
    transaction
        .batch_execute("create table if not exists migration (number integer primary key)")
        .await?;
    let applied = applied(&transaction).await?;
    if applied > MIGRATIONS[MIGRATIONS.len() - 1].0 {
        return Err(StoreError::Newer);
    }
    for (number, sql) in MIGRATIONS.iter().filter(|(number, _)| *number > applied) {
        transaction.batch_execute(sql).await?;
        transaction
            .execute("insert into migration values ($1)", &[number])
            .await?;
    }
    Ok(transaction.commit().await?)
}

async fn applied(transaction: &Transaction<'_>) -> Result<i32, StoreError> {
    let sql = "select coalesce(max(number), 0) from migration";
    Ok(transaction.query_one(sql, &[]).await?.try_get(0)?)
}
