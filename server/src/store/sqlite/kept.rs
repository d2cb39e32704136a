//! Snapshots, and everything that is kept of a document.

use rusqlite::{Connection, params};
use shared::documents::ChangeHash;
use shared::ids::DocumentId;
use shared::server::StoredSnapshot;
use shared::time::Timestamp;

use super::documents::{snapshot, version};
use super::rows::{all, body, id, one, run};
use crate::store::StoreError;
use crate::store::kept::{Compacted, Head, Kept, KeptChange};

pub(super) fn heads(
    connection: &Connection,
    after: Option<DocumentId>,
    limit: usize,
) -> Result<Vec<Head>, StoreError> {
    // The empty blob stands before every id.
    let after = after.map_or(Vec::new(), |id| id.0.as_bytes().to_vec());
    all(
        connection,
        "select id, name, version, compacted from document where id > ?1 order by id limit ?2",
        params![after, i64::try_from(limit).unwrap_or(i64::MAX)],
        read_head,
    )
}

fn read_head(row: &rusqlite::Row<'_>) -> Result<Head, StoreError> {
    Ok(Head {
        id: id(row, 0)?,
        name: body(row, 1, "document")?,
        version: version(row, 2)?,
        compacted: version(row, 3)?,
    })
}

pub(super) fn kept(
    connection: &Connection,
    document: DocumentId,
) -> Result<Option<Kept>, StoreError> {
    let found = one(
        connection,
        "select id, name, version, compacted, number from document where id = ?1",
        [document.0.into_bytes()],
        |row| Ok((read_head(row)?, row.get::<_, i64>(4)?)),
    )?;
    let Some((head, number)) = found else {
        return Ok(None);
    };
    let changes = all(
        connection,
        "select version, hash, bytes from change where document = ?1 order by version",
        [number],
        |row| {
            Ok(KeptChange {
                version: version(row, 0)?,
                hash: ChangeHash(row.get(1)?),
                bytes: row.get(2)?,
            })
        },
    )?;
    Ok(Some(Kept {
        head,
        snapshot: snapshot(connection, number)?,
        changes,
    }))
}

pub(super) fn compact(
    connection: &Connection,
    document: DocumentId,
    snapshot: &StoredSnapshot,
    at: Timestamp,
) -> Result<Compacted, StoreError> {
    let covers = i64::try_from(snapshot.version).unwrap_or(i64::MAX);
    let number = one(
        connection,
        "update document set compacted = ?2
         where id = ?1 and compacted < ?2 and version >= ?2 returning number",
        params![document.0.into_bytes(), covers],
        |row| Ok(row.get::<_, i64>(0)?),
    )?;
    let Some(number) = number else {
        return Ok(Compacted::Stale);
    };
    run(
        connection,
        "replace into snapshot (document, version, bytes) values (?1, ?2, ?3)",
        params![number, covers, snapshot.bytes],
    )?;
    run(
        connection,
        "update change set replaced_at = ?3
         where document = ?1 and version <= ?2 and replaced_at is null",
        params![number, covers, at.0],
    )?;
    Ok(Compacted::Done)
}

pub(super) fn drop_replaced(
    connection: &Connection,
    before: Timestamp,
    limit: usize,
) -> Result<usize, StoreError> {
    // Oldest first, so that what stays is every change after some version. When a change arrived is
    // kept: the grade of a scan depends on it.
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    run(
        connection,
        "insert or ignore into receipt (document, hash, received_at)
         select document, hash, received_at from change where (document, version) in
         (select document, version from change where replaced_at < ?1
          order by replaced_at, document, version limit ?2)",
        params![before.0, limit],
    )?;
    run(
        connection,
        "delete from change where (document, version) in
         (select document, version from change where replaced_at < ?1
          order by replaced_at, document, version limit ?2)",
        params![before.0, limit],
    )
}
