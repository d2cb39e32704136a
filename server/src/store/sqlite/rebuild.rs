//! Derived rows as a whole: dropped and compared.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use sha2::{Digest, Sha256};

use super::rows::{one, run};
use crate::store::StoreError;
use crate::store::derived::{DERIVED, hash_bytes, hash_number};

pub(super) fn begin(connection: &Connection) -> Result<(), StoreError> {
    run(
        connection,
        "insert or ignore into outcome_before (activity, member, revision, body)
         select activity, member, revision, body from outcome",
        [],
    )?;
    run(
        connection,
        "insert or ignore into matter_before (request, topic, revision, body)
         select request, topic, revision, body from matter",
        [],
    )?;
    for table in DERIVED {
        run(connection, &format!("delete from {table}"), [])?;
    }
    run(
        connection,
        "replace into projection_queue (document, version) select number, version from document",
        [],
    )?;
    run(
        connection,
        "update meta set rebuilding = 1, derived_version = derived_version + 1",
        [],
    )
    .map(drop)
}

pub(super) fn is_rebuilding(connection: &Connection) -> Result<bool, StoreError> {
    let found = one(connection, "select rebuilding from meta", [], |row| {
        Ok(row.get(0)?)
    })?;
    Ok(found.unwrap_or_default())
}

pub(super) fn end(connection: &Connection) -> Result<(), StoreError> {
    run(connection, "delete from outcome_before", [])?;
    run(connection, "delete from matter_before", [])?;
    run(connection, "update meta set rebuilding = 0", []).map(drop)
}

/// Returns the number of rows and the SHA-256 of every derived table.
pub(super) fn digest(
    connection: &Connection,
) -> Result<BTreeMap<&'static str, (u64, String)>, StoreError> {
    let mut digests = BTreeMap::new();
    for table in DERIVED {
        digests.insert(table, digest_of(connection, table)?);
    }
    Ok(digests)
}

/// A document counts as its id, for its number is this database's own.
fn digest_of(connection: &Connection, table: &str) -> Result<(u64, String), StoreError> {
    let of_document = |order| {
        format!(
            "select d.id as document, r.* from {table} r join document d on d.number = r.document
             order by d.id, r.{order}"
        )
    };
    let (sql, number) = match table {
        "activity" => ("select * from activity order by id".to_owned(), None),
        "outcome" => {
            let sql = "select * from outcome order by activity, member";
            (sql.to_owned(), None)
        }
        "rollup" => {
            let sql = "select * from rollup order by scope, span, start";
            (sql.to_owned(), None)
        }
        "matter" => {
            let sql = "select * from matter order by request, topic";
            (sql.to_owned(), None)
        }
        "anomaly" => (of_document("position"), Some(1)),
        "statement_topic" => (of_document("id, r.topic"), Some(1)),
        _ => (of_document("id"), Some(1)),
    };
    let mut statement = connection.prepare(&sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut hash = Sha256::new();
    let mut count = 0;
    while let Some(row) = rows.next()? {
        count += 1;
        for column in (0..columns).filter(|column| Some(*column) != number) {
            match row.get_ref(column)? {
                ValueRef::Null => hash_number(&mut hash, None),
                ValueRef::Integer(number) => hash_number(&mut hash, Some(number)),
                ValueRef::Real(number) => hash_bytes(&mut hash, 2, Some(&number.to_be_bytes())),
                ValueRef::Text(bytes) => hash_bytes(&mut hash, 3, Some(bytes)),
                ValueRef::Blob(bytes) => hash_bytes(&mut hash, 4, Some(bytes)),
            }
        }
    }
    Ok((count, HEXLOWER.encode(&hash.finalize())))
}
