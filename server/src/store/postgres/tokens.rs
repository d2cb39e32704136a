//! Tokens of other systems.

use deadpool_postgres::Transaction;
use shared::ids::AreaCode;
use shared::time::{Day, Timestamp};
use tokio_postgres::Row;

use super::oversight::{places, read_summary};
use super::rows::{Params, all, get, id, path, run, word};
use crate::store::StoreError;
use crate::store::oversight::OrganisationRecord;
use crate::store::tokens::{NewToken, TokenId, TokenRecord, TokenScope};

const TOKENS: &str = "select t.id, t.scope, t.name, t.created_at, t.expires_at, t.revoked_at,
         t.used_on, o.id, o.name, o.kind, o.area, o.path
     from api_token t join organisation o on o.id = t.organisation";

pub(super) async fn issue(
    transaction: &Transaction<'_>,
    token: &NewToken,
) -> Result<(), StoreError> {
    run(
        transaction,
        "insert into api_token (id, token_hash, organisation, scope, name, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            &token.id.0,
            &&token.hash[..],
            &token.organisation.0,
            &token.scope.as_str(),
            &token.name,
            &token.created_at.0,
            &token.expires_at.0,
        ],
    )
    .await
    .map(drop)
}

pub(super) async fn tokens(transaction: &Transaction<'_>) -> Result<Vec<TokenRecord>, StoreError> {
    let sql = format!("{TOKENS} order by t.created_at, t.id");
    records(transaction, &sql, &[]).await
}

pub(super) async fn token(
    transaction: &Transaction<'_>,
    hash: [u8; 32],
) -> Result<Option<TokenRecord>, StoreError> {
    let sql = format!("{TOKENS} where t.token_hash = $1");
    Ok(records(transaction, &sql, &[&&hash[..]]).await?.pop())
}

pub(super) async fn note_use(
    transaction: &Transaction<'_>,
    token: TokenId,
    day: Day,
) -> Result<(), StoreError> {
    run(
        transaction,
        "update api_token set used_on = $2 where id = $1 and (used_on is null or used_on < $2)",
        &[&token.0, &day.0],
    )
    .await
    .map(drop)
}

pub(super) async fn revoke(
    transaction: &Transaction<'_>,
    token: TokenId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let changed = run(
        transaction,
        "update api_token set revoked_at = coalesce(revoked_at, $2) where id = $1",
        &[&token.0, &at.0],
    )
    .await?;
    Ok(changed > 0)
}

async fn records(
    transaction: &Transaction<'_>,
    sql: &str,
    params: Params<'_>,
) -> Result<Vec<TokenRecord>, StoreError> {
    let found = all(transaction, sql, params, read).await?;
    let places = places(transaction, found.iter().map(|(_, area)| area)).await?;
    Ok(found
        .into_iter()
        .map(|(mut record, area)| {
            record.organisation.summary.place = places.get(&area).cloned().unwrap_or_default();
            record
        })
        .collect())
}

/// Reads a row of [`TOKENS`]; the place is still to be found.
fn read(row: &Row) -> Result<(TokenRecord, AreaCode), StoreError> {
    let (summary, area) = read_summary(row, 7)?;
    let record = TokenRecord {
        id: id(row, 0)?,
        scope: word(row, 1, TokenScope::parse, "api_token")?,
        name: get(row, 2)?,
        created_at: Timestamp(get(row, 3)?),
        expires_at: Timestamp(get(row, 4)?),
        revoked_at: get::<Option<i64>>(row, 5)?.map(Timestamp),
        used_on: get::<Option<i32>>(row, 6)?.map(Day),
        organisation: OrganisationRecord {
            summary,
            path: path(row, 11)?,
        },
    };
    Ok((record, area))
}
