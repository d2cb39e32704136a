//! Appends changes to documents. Rows are locked in one order for everybody: documents by their ids,
//! then the device's day, then the queue's rows in the order of the documents.

use std::collections::BTreeMap;

use deadpool_postgres::Transaction;
use shared::documents::DocumentName;
use shared::ids::{DeviceId, DocumentId};
use shared::server::{Append, Appended};
use shared::wire;
use uuid::Uuid;

use super::brought::take;
use super::rows::{all, id, run, stored, version};
use crate::store::{StoreError, unique};

pub(super) async fn append(
    transaction: &Transaction<'_>,
    device: DeviceId,
    appends: &[Append],
) -> Result<Vec<Appended>, StoreError> {
    let mut versions = lock(transaction, appends).await?;
    let mut by_document: Vec<(usize, &Append)> = appends.iter().enumerate().collect();
    by_document.sort_by_key(|(_, append)| append.name.id());
    let mut appended = vec![Appended::Moved; appends.len()];
    for (place, append) in by_document {
        let id = append.name.id();
        // A document that another server has just made was not there to be locked.
        let Some(version) = versions.get_mut(&id) else {
            continue;
        };
        if *version != append.base {
            continue;
        }
        if append.changes.is_empty() {
            appended[place] = Appended::Stored;
            continue;
        }
        if let Some(allowance) = append.allowance
            && !take(transaction, device, allowance, append.volume()).await?
        {
            continue;
        }
        *version = store(transaction, device, id, append).await?;
        appended[place] = Appended::Stored;
    }
    let unused = versions.into_iter().filter(|(_, version)| *version == 0);
    let unused: Vec<Uuid> = unused.map(|(id, _)| id.0).collect();
    if !unused.is_empty() {
        let sql = "delete from document where id = any($1) and version = 0";
        run(transaction, sql, &[&unused]).await?;
    }
    Ok(appended)
}

/// Locks the documents that are there, makes those that are not, and returns the versions.
async fn lock(
    transaction: &Transaction<'_>,
    appends: &[Append],
) -> Result<BTreeMap<DocumentId, u64>, StoreError> {
    let ids: Vec<Uuid> = unique(appends.iter().map(|append| append.name.id().0));
    // Rows that only refer to a document do not wait for this lock.
    let found = all(
        transaction,
        "select id, version from document where id = any($1) order by id for no key update",
        &[&ids],
        |row| Ok((id(row, 0)?, version(row, 1)?)),
    )
    .await?;
    let mut versions: BTreeMap<DocumentId, u64> = found.into_iter().collect();
    let new: BTreeMap<DocumentId, &DocumentName> = appends
        .iter()
        .filter(|append| !append.changes.is_empty() && append.base == 0)
        .map(|append| (append.name.id(), &append.name))
        .filter(|(id, _)| !versions.contains_key(id))
        .collect();
    for (id, name) in new {
        if insert_document(transaction, id, name).await? {
            versions.insert(id, 0);
        }
    }
    for append in appends.iter().filter(|append| append.changes.is_empty()) {
        versions.entry(append.name.id()).or_insert(0);
    }
    Ok(versions)
}

/// Makes a document, and tells whether it was not there.
async fn insert_document(
    transaction: &Transaction<'_>,
    id: DocumentId,
    name: &DocumentName,
) -> Result<bool, StoreError> {
    let owner = match name {
        DocumentName::Journal { member, .. } => member.0,
        DocumentName::Calendar { organisation, .. }
        | DocumentName::Rollcall { organisation, .. }
        | DocumentName::Ledger { organisation, .. }
        | DocumentName::Board { organisation } => organisation.0,
    };
    let made = run(
        transaction,
        "insert into document (id, kind, owner, name, version) values ($1, $2, $3, $4, 0)
         on conflict (id) do nothing",
        &[&id.0, &name.kind().as_str(), &owner, &wire::encode(name)],
    )
    .await?;
    Ok(made > 0)
}

/// Stores the changes after the base, and returns the document's new version.
async fn store(
    transaction: &Transaction<'_>,
    device: DeviceId,
    document: DocumentId,
    append: &Append,
) -> Result<u64, StoreError> {
    let changes = append.changes.iter();
    let hashes: Vec<&[u8]> = changes.clone().map(|change| &change.hash.0[..]).collect();
    let bytes: Vec<&[u8]> = changes.map(|change| &change.bytes[..]).collect();
    run(
        transaction,
        "insert into change (document, version, hash, bytes, device, received_at)
         select $1::uuid, $2::bigint + c.place, c.hash, c.bytes, $5::uuid, $6::bigint
         from unnest($3::bytea[], $4::bytea[]) with ordinality as c (hash, bytes, place)",
        &[
            &document.0,
            &stored(append.base),
            &hashes,
            &bytes,
            &device.0,
            &append.received_at.0,
        ],
    )
    .await?;
    let version = append.base + append.changes.len() as u64;
    run(
        transaction,
        "update document set version = $2 where id = $1",
        &[&document.0, &stored(version)],
    )
    .await?;
    run(
        transaction,
        "insert into projection_queue (document, version) values ($1, $2)
         on conflict (document) do update set version = excluded.version",
        &[&document.0, &stored(version)],
    )
    .await?;
    Ok(version)
}
