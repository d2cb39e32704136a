//! Rows derived from documents. Knows how they are kept, not what they mean.

mod apply;
mod facts;
mod put;

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde::de::DeserializeOwned;
use shared::documents::{ChangeHash, DocumentKind, DocumentName};
use shared::ids::DocumentId;
use shared::project::Projection;
use shared::server::StoredDocument;
use shared::time::Timestamp;

use super::documents::{changes, version};
use super::rows::{all, body, id, one};
use crate::store::StoreError;
use crate::store::derived::{Queue, Queued};

pub(super) use apply::apply;
pub(super) use facts::facts;

/// Bytes of documents that one batch loads, about.
const BATCH_BYTES: usize = 16 * 1024 * 1024;

pub(super) fn queued(connection: &Connection, limit: usize) -> Result<Queue, StoreError> {
    let heads = all(
        connection,
        "select d.number, d.id, d.name, d.version, d.compacted
         from projection_queue q join document d on d.number = q.document
         order by q.document limit ?1",
        [i64::try_from(limit).unwrap_or(i64::MAX)],
        |row| {
            let name = body(row, 2, "document")?;
            let head = (id(row, 1)?, name, version(row, 3)?);
            Ok((row.get::<_, i64>(0)?, row.get(4)?, head))
        },
    )?;
    let (mut documents, mut received) = (Vec::new(), BTreeMap::new());
    let mut size = 0;
    for (number, compacted, (id, name, version)) in heads {
        if size > BATCH_BYTES {
            break;
        }
        let changes = changes(connection, number, compacted)?;
        size += changes.len();
        let name: DocumentName = name;
        if name.kind() == DocumentKind::Journal {
            received.insert(id, arrivals(connection, number)?);
        }
        let document = StoredDocument {
            name,
            version,
            changes,
        };
        documents.push(Queued { id, document });
    }
    Ok(Queue {
        derived: derived_version(connection)?,
        documents,
        received,
    })
}

/// Returns the version of the derived rows, and whether a document waits for projection.
pub(super) fn position(connection: &Connection) -> Result<(u64, bool), StoreError> {
    one(
        connection,
        "select derived_version, exists (select 1 from projection_queue) from meta",
        [],
        |row| Ok((version(row, 0)?, row.get(1)?)),
    )?
    .ok_or(StoreError::Unfounded)
}

/// When each change of a document arrived, those that a snapshot replaced among them.
fn arrivals(
    connection: &Connection,
    number: i64,
) -> Result<BTreeMap<ChangeHash, Timestamp>, StoreError> {
    let rows = all(
        connection,
        "select hash, received_at from change where document = ?1
         union select hash, received_at from receipt where document = ?1",
        [number],
        |row| Ok((ChangeHash(row.get(0)?), Timestamp(row.get(1)?))),
    )?;
    Ok(rows.into_iter().collect())
}

fn derived_version(connection: &Connection) -> Result<u64, StoreError> {
    let found = one(connection, "select derived_version from meta", [], |row| {
        version(row, 0)
    })?;
    Ok(found.unwrap_or_default())
}

pub(super) fn projections(
    connection: &Connection,
    documents: &[DocumentId],
) -> Result<BTreeMap<DocumentId, Projection>, StoreError> {
    let mut found = BTreeMap::new();
    for document in documents {
        let Some(number) = number(connection, *document)? else {
            continue;
        };
        let projection = Projection {
            claims: bodies(
                connection,
                "select body from claim where document = ?1 order by id",
                number,
                "claim",
            )?,
            plans: bodies(
                connection,
                "select body from plan where document = ?1 order by id",
                number,
                "plan",
            )?,
            marks: bodies(
                connection,
                "select body from mark where document = ?1 order by id",
                number,
                "mark",
            )?,
            rulings: bodies(
                connection,
                "select body from ruling where document = ?1 order by id",
                number,
                "ruling",
            )?,
            visitors: bodies(
                connection,
                "select body from visitor where document = ?1 order by id",
                number,
                "visitor",
            )?,
            host_keys: bodies(
                connection,
                "select body from host_key where document = ?1 order by id",
                number,
                "host_key",
            )?,
            statements: bodies(
                connection,
                "select body from statement where document = ?1 order by id",
                number,
                "statement",
            )?,
            feedback: bodies(
                connection,
                "select body from feedback where document = ?1 order by id",
                number,
                "feedback",
            )?,
            anomalies: bodies(
                connection,
                "select body from anomaly where document = ?1 order by position",
                number,
                "anomaly",
            )?,
        };
        found.insert(*document, projection);
    }
    Ok(found)
}

fn number(connection: &Connection, document: DocumentId) -> Result<Option<i64>, StoreError> {
    one(
        connection,
        "select number from document where id = ?1",
        [document.0.into_bytes()],
        |row| Ok(row.get(0)?),
    )
}

fn bodies<T: DeserializeOwned>(
    connection: &Connection,
    sql: &str,
    number: i64,
    table: &'static str,
) -> Result<Vec<T>, StoreError> {
    all(connection, sql, [number], |row| body(row, 0, table))
}
