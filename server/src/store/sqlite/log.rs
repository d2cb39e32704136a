//! The audit log's rows, and what the store says about itself.

use rusqlite::{Connection, params};
use shared::time::Timestamp;

use super::rows::{all, id_or_none, one, run};
use crate::audit::AuditRecord;
use crate::store::{StoreError, Vitals};

pub(super) fn ready(connection: &Connection) -> Result<(), StoreError> {
    one(connection, "select 1", [], |_| Ok(())).map(drop)
}

pub(super) fn vitals(connection: &Connection) -> Result<Vitals, StoreError> {
    let found = one(
        connection,
        "select (select page_count from pragma_page_count) * (select page_size from pragma_page_size),
             (select count(*) from projection_queue)",
        [],
        |row| {
            Ok(Vitals {
                bytes: row.get::<_, i64>(0)?.unsigned_abs(),
                queued: row.get::<_, i64>(1)?.unsigned_abs(),
            })
        },
    )?;
    found.ok_or(StoreError::Unfounded)
}

pub(super) fn record(connection: &Connection, records: &[AuditRecord]) -> Result<(), StoreError> {
    for record in records {
        run(
            connection,
            "insert into audit (at, type, member, device, object, result)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                record.at.0,
                record.event,
                record.member.map(|id| id.0.into_bytes()),
                record.device.map(|id| id.0.into_bytes()),
                record.object,
                record.result,
            ],
        )?;
    }
    Ok(())
}

pub(super) fn audit_log(
    connection: &Connection,
    limit: usize,
) -> Result<Vec<AuditRecord>, StoreError> {
    all(
        connection,
        "select at, type, member, device, object, result from audit order by id desc limit ?1",
        [i64::try_from(limit).unwrap_or(i64::MAX)],
        |row| {
            Ok(AuditRecord {
                at: Timestamp(row.get(0)?),
                event: row.get(1)?,
                member: id_or_none(row, 2)?,
                device: id_or_none(row, 3)?,
                object: row.get(4)?,
                result: row.get(5)?,
            })
        },
    )
}
