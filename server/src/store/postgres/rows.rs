//! How the domain's types stand in columns: ids as uuid, words as text, bodies as CBOR.

use deadpool_postgres::Transaction;
use serde::de::DeserializeOwned;
use shared::ids::{AreaCode, OrganisationPath};
use shared::records::Topic;
use shared::wire;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, ToSql};
use uuid::Uuid;

use crate::store::StoreError;

/// What stands in the place of `$1`, `$2`, ….
pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// Reads a column.
pub(super) fn get<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Result<T, StoreError> {
    Ok(row.try_get(column)?)
}

/// Reads an id.
pub(super) fn id<T: From<Uuid>>(row: &Row, column: usize) -> Result<T, StoreError> {
    Ok(T::from(get::<Uuid>(row, column)?))
}

/// Reads an id that may be missing.
pub(super) fn id_or_none<T: From<Uuid>>(row: &Row, column: usize) -> Result<Option<T>, StoreError> {
    Ok(get::<Option<Uuid>>(row, column)?.map(T::from))
}

/// Reads a topic's key.
pub(super) fn topic(row: &Row, column: usize, table: &'static str) -> Result<Topic, StoreError> {
    Topic::of_key(get(row, column)?).ok_or(damaged(table))
}

/// Reads a path.
pub(super) fn path(row: &Row, column: usize) -> Result<OrganisationPath, StoreError> {
    let text: String = get(row, column)?;
    OrganisationPath::try_from(text).map_err(|_| damaged("organisation"))
}

/// Reads an area code.
pub(super) fn area_code(row: &Row, column: usize) -> Result<AreaCode, StoreError> {
    let text: String = get(row, column)?;
    AreaCode::try_from(text).map_err(|_| damaged("area"))
}

/// Reads a word of a closed list.
pub(super) fn word<T>(
    row: &Row,
    column: usize,
    parse: impl FnOnce(&str) -> Option<T>,
    table: &'static str,
) -> Result<T, StoreError> {
    parse(get(row, column)?).ok_or(damaged(table))
}

/// Reads a CBOR body.
pub(super) fn body<T: DeserializeOwned>(
    row: &Row,
    column: usize,
    table: &'static str,
) -> Result<T, StoreError> {
    wire::decode(get(row, column)?).map_err(|_| damaged(table))
}

/// Reads a number that only counts upwards.
pub(super) fn version(row: &Row, column: usize) -> Result<u64, StoreError> {
    Ok(get::<i64>(row, column)?.unsigned_abs())
}

/// Reads a SHA-256.
pub(super) fn hash(row: &Row, column: usize) -> Result<[u8; 32], StoreError> {
    let bytes: &[u8] = get(row, column)?;
    bytes.try_into().map_err(|_| damaged("change"))
}

/// Returns a number as the database counts.
pub(super) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Returns a limit as the database counts.
pub(super) fn limited(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

pub(super) const fn damaged(table: &'static str) -> StoreError {
    StoreError::Damaged { table }
}

/// Returns every row of a query.
pub(super) async fn all<T>(
    transaction: &Transaction<'_>,
    sql: &str,
    params: Params<'_>,
    read: impl FnMut(&Row) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let statement = transaction.prepare_cached(sql).await?;
    let rows = transaction.query(&statement, params).await?;
    rows.iter().map(read).collect()
}

/// Returns the one row of a query, if there is one.
pub(super) async fn one<T>(
    transaction: &Transaction<'_>,
    sql: &str,
    params: Params<'_>,
    read: impl FnOnce(&Row) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let statement = transaction.prepare_cached(sql).await?;
    let row = transaction.query_opt(&statement, params).await?;
    row.as_ref().map(read).transpose()
}

/// Runs a statement and returns how many rows it changed.
pub(super) async fn run(
    transaction: &Transaction<'_>,
    sql: &str,
    params: Params<'_>,
) -> Result<u64, StoreError> {
    let statement = transaction.prepare_cached(sql).await?;
    Ok(transaction.execute(&statement, params).await?)
}
