//! The schema, as numbered steps that are never edited once released.

use rusqlite::Connection;

use crate::store::StoreError;

const MIGRATIONS: [(u32, &str); 9] = [
    (1, include_str!("../../../migrations/sqlite/0001_city.sql")),
    (
        2,
        include_str!("../../../migrations/sqlite/0002_documents.sql"),
    ),
    (
        3,
        include_str!("../../../migrations/sqlite/0003_devices.sql"),
    ),
    (
        4,
        include_str!("../../../migrations/sqlite/0004_snapshots.sql"),
    ),
    (
        5,
        include_str!("../../../migrations/sqlite/0005_lectures.sql"),
    ),
    (
        6,
        include_str!("../../../migrations/sqlite/0006_matters.sql"),
    ),
    (7, include_str!("../../../migrations/sqlite/0007_teams.sql")),
    (
        8,
        include_str!("../../../migrations/sqlite/0008_photos.sql"),
    ),
    (
        9,
        include_str!("../../../migrations/sqlite/0009_rollups.sql"),
    ),
];

/// Returns the number of the last step that this program knows.
pub(super) fn newest() -> u32 {
    MIGRATIONS[MIGRATIONS.len() - 1].0
}

/// Applies the steps that the database has not seen, each in a transaction of its own.
pub(super) fn migrate(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(
        "create table if not exists migration (number integer primary key) strict",
    )?;
    if applied(connection)? > newest() {
        return Err(StoreError::Newer);
    }
    for (number, sql) in MIGRATIONS {
        connection.execute_batch("begin immediate")?;
        let step = apply(connection, number, sql);
        connection.execute_batch(if step.is_ok() { "commit" } else { "rollback" })?;
        step?;
    }
    Ok(())
}

/// Two programs may open a new database at once: the second finds the step done.
fn apply(connection: &Connection, number: u32, sql: &str) -> Result<(), StoreError> {
    if applied(connection)? >= number {
        return Ok(());
    }
    connection.execute_batch(sql)?;
    connection.execute("insert into migration values (?1)", [number])?;
    Ok(())
}

fn applied(connection: &Connection) -> Result<u32, StoreError> {
    let sql = "select coalesce(max(number), 0) from migration";
    Ok(connection.query_one(sql, [], |row| row.get(0))?)
}
