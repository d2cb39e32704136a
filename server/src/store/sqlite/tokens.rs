//! Tokens of other systems.

use rusqlite::{Connection, Row, params};
use shared::time::{Day, Timestamp};

use super::oversight::read_summary;
use super::rows::{all, id, one, path, run, word};
use crate::store::StoreError;
use crate::store::oversight::OrganisationRecord;
use crate::store::tokens::{NewToken, TokenId, TokenRecord, TokenScope};

const COLUMNS: &str = "t.id, t.scope, t.name, t.created_at, t.expires_at, t.revoked_at, t.used_on,
     o.id, o.name, o.kind, o.area, o.path";

pub(super) fn issue(connection: &Connection, token: &NewToken) -> Result<(), StoreError> {
    run(
        connection,
        "insert into api_token (id, token_hash, organisation, scope, name, created_at, expires_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            token.id.0.into_bytes(),
            token.hash,
            token.organisation.0.into_bytes(),
            token.scope.as_str(),
            token.name,
            token.created_at.0,
            token.expires_at.0,
        ],
    )
    .map(drop)
}

pub(super) fn tokens(connection: &Connection) -> Result<Vec<TokenRecord>, StoreError> {
    all(
        connection,
        &format!(
            "select {COLUMNS} from api_token t join organisation o on o.id = t.organisation
             order by t.created_at, t.id"
        ),
        [],
        |row| read(connection, row),
    )
}

pub(super) fn token(
    connection: &Connection,
    hash: [u8; 32],
) -> Result<Option<TokenRecord>, StoreError> {
    one(
        connection,
        &format!(
            "select {COLUMNS} from api_token t join organisation o on o.id = t.organisation
             where t.token_hash = ?1"
        ),
        [hash],
        |row| read(connection, row),
    )
}

pub(super) fn note_use(
    connection: &Connection,
    token: TokenId,
    day: Day,
) -> Result<(), StoreError> {
    run(
        connection,
        "update api_token set used_on = ?2 where id = ?1 and (used_on is null or used_on < ?2)",
        params![token.0.into_bytes(), day.0],
    )
    .map(drop)
}

pub(super) fn revoke(
    connection: &Connection,
    token: TokenId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let changed = run(
        connection,
        "update api_token set revoked_at = coalesce(revoked_at, ?2) where id = ?1",
        params![token.0.into_bytes(), at.0],
    )?;
    Ok(changed > 0)
}

/// Reads [`COLUMNS`].
fn read(connection: &Connection, row: &Row<'_>) -> Result<TokenRecord, StoreError> {
    Ok(TokenRecord {
        id: id(row, 0)?,
        scope: word(row, 1, TokenScope::parse, "api_token")?,
        name: row.get(2)?,
        created_at: Timestamp(row.get(3)?),
        expires_at: Timestamp(row.get(4)?),
        revoked_at: row.get::<_, Option<i64>>(5)?.map(Timestamp),
        used_on: row.get::<_, Option<i32>>(6)?.map(Day),
        organisation: OrganisationRecord {
            summary: read_summary(connection, row, 7)?,
            path: path(row, 11)?,
        },
    })
}
