//! How the domain's types stand in columns: ids as 16 bytes, words as text, bodies as CBOR.

use rusqlite::{Connection, OptionalExtension, Params, Row};
use serde::de::DeserializeOwned;
use shared::ids::{AreaCode, OrganisationPath};
use shared::wire;
use uuid::Uuid;

use crate::store::StoreError;

/// Reads an id.
pub(super) fn id<T: From<Uuid>>(row: &Row<'_>, column: usize) -> Result<T, StoreError> {
    let bytes: [u8; 16] = row.get(column)?;
    Ok(T::from(Uuid::from_bytes(bytes)))
}

/// Reads an id that may be missing.
pub(super) fn id_or_none<T: From<Uuid>>(
    row: &Row<'_>,
    column: usize,
) -> Result<Option<T>, StoreError> {
    let bytes: Option<[u8; 16]> = row.get(column)?;
    Ok(bytes.map(|bytes| T::from(Uuid::from_bytes(bytes))))
}

/// Reads a path.
pub(super) fn path(row: &Row<'_>, column: usize) -> Result<OrganisationPath, StoreError> {
    let text: String = row.get(column)?;
    OrganisationPath::try_from(text).map_err(|_| damaged("organisation"))
}

/// Reads an area code.
pub(super) fn area_code(row: &Row<'_>, column: usize) -> Result<AreaCode, StoreError> {
    let text: String = row.get(column)?;
    AreaCode::try_from(text).map_err(|_| damaged("area"))
}

/// Reads a word of a closed list.
pub(super) fn word<T>(
    row: &Row<'_>,
    column: usize,
    parse: impl FnOnce(&str) -> Option<T>,
    table: &'static str,
) -> Result<T, StoreError> {
    let text = row.get_ref(column)?.as_str().map_err(|_| damaged(table))?;
    parse(text).ok_or(damaged(table))
}

/// Reads a CBOR body.
pub(super) fn body<T: DeserializeOwned>(
    row: &Row<'_>,
    column: usize,
    table: &'static str,
) -> Result<T, StoreError> {
    let bytes = row.get_ref(column)?.as_blob().map_err(|_| damaged(table))?;
    wire::decode(bytes).map_err(|_| damaged(table))
}

pub(super) const fn damaged(table: &'static str) -> StoreError {
    StoreError::Damaged { table }
}

/// Returns every row of a query.
pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// Returns the one row of a query, if there is one.
pub(super) fn one<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement
        .query_row(params, |row| Ok(read(row)))
        .optional()?;
    found.transpose()
}

/// Runs a statement and returns how many rows it changed.
pub(super) fn run(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<usize, StoreError> {
    Ok(connection.prepare_cached(sql)?.execute(params)?)
}
