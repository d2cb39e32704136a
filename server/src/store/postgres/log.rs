//! The audit log's rows, and what the store says about itself.

use deadpool_postgres::Transaction;
use shared::time::Timestamp;

use super::rows::{all, get, id_or_none, limited, one, run, version};
use crate::audit::AuditRecord;
use crate::store::{StoreError, Vitals};

pub(super) async fn ready(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    one(transaction, "select 1", &[], |_| Ok(()))
        .await
        .map(drop)
}

pub(super) async fn vitals(transaction: &Transaction<'_>) -> Result<Vitals, StoreError> {
    let found = one(
        transaction,
        "select pg_database_size(current_database()), (select count(*) from projection_queue)",
        &[],
        |row| {
            Ok(Vitals {
                bytes: version(row, 0)?,
                queued: version(row, 1)?,
            })
        },
    )
    .await?;
    found.ok_or(StoreError::Unfounded)
}

pub(super) async fn record(
    transaction: &Transaction<'_>,
    records: &[AuditRecord],
) -> Result<(), StoreError> {
    for record in records {
        run(
            transaction,
            "insert into audit (at, type, member, device, object, result)
             values ($1, $2, $3, $4, $5, $6)",
            &[
                &record.at.0,
                &record.event,
                &record.member.map(|id| id.0),
                &record.device.map(|id| id.0),
                &record.object,
                &record.result,
            ],
        )
        .await?;
    }
    Ok(())
}

pub(super) async fn audit_log(
    transaction: &Transaction<'_>,
    limit: usize,
) -> Result<Vec<AuditRecord>, StoreError> {
    all(
        transaction,
        "select at, type, member, device, object, result from audit order by id desc limit $1",
        &[&limited(limit)],
        |row| {
            Ok(AuditRecord {
                at: Timestamp(get(row, 0)?),
                event: get(row, 1)?,
                member: id_or_none(row, 2)?,
                device: id_or_none(row, 3)?,
                object: get(row, 4)?,
                result: get(row, 5)?,
            })
        },
    )
    .await
}
