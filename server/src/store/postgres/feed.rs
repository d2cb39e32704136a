//! What servers tell each other: who projects, and what each projection changed.

use std::time::Duration;

use deadpool_postgres::Transaction;
use shared::wire;
use tokio_postgres::Row;
use uuid::Uuid;

use super::rows::{all, body, get, one, run, stored, version};
use crate::store::StoreError;
use crate::store::derived::{Feed, POKES_KEPT, Poke};

/// Writes down what a projection changed. The caller holds the row that numbers them, so that no
/// number is ever committed before a smaller one.
pub(super) async fn tell(
    transaction: &Transaction<'_>,
    version: u64,
    poke: &Poke,
) -> Result<(), StoreError> {
    run(
        transaction,
        "insert into poke (version, body) values ($1, $2)",
        &[&stored(version), &wire::encode(poke)],
    )
    .await?;
    run(
        transaction,
        "delete from poke where version <= $1",
        &[&stored(version.saturating_sub(POKES_KEPT))],
    )
    .await
    .map(drop)
}

pub(super) async fn feed(transaction: &Transaction<'_>, after: u64) -> Result<Feed, StoreError> {
    let found = one(
        transaction,
        "select derived_version, exists (select 1 from projection_queue) from meta",
        &[],
        |row| Ok((version(row, 0)?, get(row, 1)?)),
    )
    .await?;
    let (position, waiting) = found.ok_or(StoreError::Unfounded)?;
    let pokes = if after >= position {
        Some(Vec::new())
    } else if position - after > POKES_KEPT {
        None
    } else {
        let sql = "select body from poke where version > $1 order by version";
        let read = |row: &Row| body(row, 0, "poke");
        Some(all(transaction, sql, &[&stored(after)], read).await?)
    };
    Ok(Feed {
        position,
        pokes,
        waiting,
    })
}

/// Makes a process the one that projects, or lets it stay so, unless another's time is not up.
pub(super) async fn lead(
    transaction: &Transaction<'_>,
    process: Uuid,
    lease: Duration,
) -> Result<bool, StoreError> {
    // Whoever leads is a matter of speed: a crash may forget it.
    run(transaction, "set local synchronous_commit = off", &[]).await?;
    let taken = run(
        transaction,
        "update projector set process = $1, until = clock_timestamp() + $2 * interval '1 second'
         where process = $1 or until < clock_timestamp()",
        &[&process, &lease.as_secs_f64()],
    )
    .await?;
    Ok(taken > 0)
}
