//! Documents and their changes.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use shared::documents::{ChangeHash, DocumentName, SealedChange};
use shared::ids::{DeviceId, OrganisationId, OrganisationPath};
use shared::limits;
use shared::permission::Authority;
use shared::reconcile::Outcome;
use shared::server::{
    Append, Appended, Load, Loaded, Read, ReadResult, StoredDocument, StoredNews, StoredSnapshot,
};
use shared::wire;

use super::brought::{brought, take};
use super::matters::read_matters;
use super::rows::{all, body, damaged, one, path, run};
use super::slice::slice;
use crate::store::{StoreError, unique};

pub(super) fn load(connection: &Connection, load: &Load) -> Result<Loaded, StoreError> {
    let mut loaded = Loaded::default();
    for id in &load.documents {
        let head = one(
            connection,
            "select number, name, version, compacted from document where id = ?1",
            [id.0.into_bytes()],
            |row| {
                let name: DocumentName = body(row, 1, "document")?;
                Ok((row.get::<_, i64>(0)?, name, version(row, 2)?, row.get(3)?))
            },
        )?;
        if let Some((number, name, version, compacted)) = head {
            let changes = changes(connection, number, compacted)?;
            loaded.documents.insert(
                *id,
                StoredDocument {
                    name,
                    version,
                    changes,
                },
            );
        }
    }
    loaded.paths = paths(connection, load.organisations.iter().copied())?;
    if let Some((device, day)) = load.brought {
        loaded.brought = brought(connection, device, day)?;
    }
    Ok(loaded)
}

/// Returns a document's changes, concatenated; those up to `compacted` as their snapshot.
pub(super) fn changes(
    connection: &Connection,
    number: i64,
    compacted: i64,
) -> Result<Vec<u8>, StoreError> {
    // Without its snapshot a document is what is left of its changes: one that is damaged must not
    // stop those beside it.
    let snapshot = match compacted {
        0 => None,
        _ => snapshot(connection, number)?,
    };
    let after = snapshot.as_ref().map_or(0, |_| compacted);
    let mut bytes = snapshot.map_or(Vec::new(), |snapshot| snapshot.bytes);
    let mut statement = connection.prepare_cached(
        "select bytes from change where document = ?1 and version > ?2 order by version",
    )?;
    let mut rows = statement.query([number, after])?;
    while let Some(row) = rows.next()? {
        let chunk = row.get_ref(0)?.as_blob().map_err(|_| damaged("change"))?;
        bytes.extend_from_slice(chunk);
    }
    Ok(bytes)
}

fn paths(
    connection: &Connection,
    organisations: impl IntoIterator<Item = OrganisationId>,
) -> Result<BTreeMap<OrganisationId, OrganisationPath>, StoreError> {
    let mut paths = BTreeMap::new();
    for organisation in unique(organisations) {
        let found = one(
            connection,
            "select path from organisation where id = ?1",
            [organisation.0.into_bytes()],
            |row| path(row, 0),
        )?;
        paths.extend(found.map(|path| (organisation, path)));
    }
    Ok(paths)
}

pub(super) fn append(
    connection: &Connection,
    device: DeviceId,
    appends: &[Append],
) -> Result<Vec<Appended>, StoreError> {
    appends
        .iter()
        .map(|append| append_one(connection, device, append))
        .collect()
}

fn append_one(
    connection: &Connection,
    device: DeviceId,
    append: &Append,
) -> Result<Appended, StoreError> {
    let id = append.name.id().0.into_bytes();
    let head = one(
        connection,
        "select number, version from document where id = ?1",
        [id],
        |row| Ok((row.get::<_, i64>(0)?, version(row, 1)?)),
    )?;
    let base = head.map_or(0, |(_, version)| version);
    if base != append.base {
        return Ok(Appended::Moved);
    }
    if append.changes.is_empty() {
        return Ok(Appended::Stored);
    }
    if let Some(allowance) = append.allowance
        && !take(connection, device, allowance, append.volume())?
    {
        return Ok(Appended::Moved);
    }
    let number = match head {
        Some((number, _)) => number,
        None => insert_document(connection, &append.name)?,
    };
    let mut version = i64::try_from(base).map_err(|_| damaged("document"))?;
    for change in &append.changes {
        version += 1;
        run(
            connection,
            "insert into change (document, version, hash, bytes, device, received_at)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                number,
                version,
                change.hash.0,
                change.bytes,
                device.0.into_bytes(),
                append.received_at.0,
            ],
        )?;
    }
    run(
        connection,
        "update document set version = ?2 where number = ?1",
        [number, version],
    )?;
    run(
        connection,
        "insert into projection_queue (document, version) values (?1, ?2)
         on conflict (document) do update set version = excluded.version",
        [number, version],
    )?;
    Ok(Appended::Stored)
}

fn insert_document(connection: &Connection, name: &DocumentName) -> Result<i64, StoreError> {
    let owner = match name {
        DocumentName::Journal { member, .. } => member.0,
        DocumentName::Calendar { organisation, .. }
        | DocumentName::Rollcall { organisation, .. }
        | DocumentName::Ledger { organisation, .. }
        | DocumentName::Board { organisation } => organisation.0,
    };
    run(
        connection,
        "insert into document (id, kind, owner, name, version) values (?1, ?2, ?3, ?4, 0)",
        params![
            name.id().0.into_bytes(),
            name.kind().as_str(),
            owner.into_bytes(),
            wire::encode(name),
        ],
    )?;
    Ok(connection.last_insert_rowid())
}

pub(super) fn read(
    connection: &Connection,
    read: &Read,
    authority: &Authority,
) -> Result<ReadResult, StoreError> {
    let (epoch, directory_version) = one(
        connection,
        "select epoch, directory_version from meta",
        [],
        |row| Ok((version(row, 0)?, version(row, 1)?)),
    )?
    .ok_or(StoreError::Unfounded)?;
    let documents = news(connection, &read.follows)?;
    let organisations = documents.iter().filter_map(|news| news.name.organisation());
    let paths = paths(connection, organisations)?;
    let directory = if directory_version == read.directory {
        None
    } else {
        Some((directory_version, slice(connection, authority)?))
    };
    let (outcomes, outcomes_revision) = outcomes(connection, read, authority)?;
    let (matters, matters_revision, more) = read_matters(connection, read, authority)?;
    Ok(ReadResult {
        epoch,
        documents,
        paths,
        directory,
        outcomes,
        outcomes_revision,
        matters,
        matters_revision,
        more,
    })
}

/// Reads what follows, until one answer is more than full: the exchange cuts it and asks for more.
fn news(
    connection: &Connection,
    follows: &[(shared::ids::DocumentId, u64)],
) -> Result<Vec<StoredNews>, StoreError> {
    let mut found = Vec::new();
    let mut size = 0;
    for (id, after) in follows {
        let head = one(
            connection,
            "select number, name, version, compacted from document where id = ?1",
            [id.0.into_bytes()],
            |row| {
                let name: DocumentName = body(row, 1, "document")?;
                Ok((
                    row.get::<_, i64>(0)?,
                    name,
                    version(row, 2)?,
                    version(row, 3)?,
                ))
            },
        )?;
        let Some((number, name, last, compacted)) = head else {
            continue;
        };
        let (mut snapshot, mut changes, mut base) = (None, Vec::new(), *after);
        if last > *after && size <= limits::RESPONSE_DOCUMENT_BYTES {
            if needs_snapshot(connection, number, *after, compacted)? {
                snapshot = self::snapshot(connection, number)?;
                base = compacted;
                size += snapshot.as_ref().map_or(0, |snapshot| snapshot.bytes.len());
            }
            changes = changes_after(connection, number, base, &mut size)?;
        }
        found.push(StoredNews {
            name,
            version: base.saturating_add(changes.len() as u64),
            snapshot,
            changes,
        });
    }
    Ok(found)
}

/// A phone that has nothing gets the snapshot; one that has a part gets it only when a change that it
/// lacks is no longer kept.
fn needs_snapshot(
    connection: &Connection,
    number: i64,
    after: u64,
    compacted: u64,
) -> Result<bool, StoreError> {
    if after >= compacted {
        return Ok(false);
    }
    let next = i64::try_from(after).unwrap_or(i64::MAX) + 1;
    let kept = one(
        connection,
        "select 1 from change where document = ?1 and version = ?2",
        [number, next],
        |_| Ok(()),
    )?;
    Ok(after == 0 || kept.is_none())
}

pub(super) fn snapshot(
    connection: &Connection,
    number: i64,
) -> Result<Option<StoredSnapshot>, StoreError> {
    one(
        connection,
        "select version, bytes from snapshot where document = ?1",
        [number],
        |row| {
            Ok(StoredSnapshot {
                version: version(row, 0)?,
                bytes: row.get(1)?,
            })
        },
    )
}

fn changes_after(
    connection: &Connection,
    number: i64,
    after: u64,
    size: &mut usize,
) -> Result<Vec<SealedChange>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select hash, bytes from change where document = ?1 and version > ?2 order by version",
    )?;
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let mut rows = statement.query([number, after])?;
    let mut changes = Vec::new();
    while *size <= limits::RESPONSE_DOCUMENT_BYTES
        && let Some(row) = rows.next()?
    {
        let change = SealedChange {
            hash: ChangeHash(row.get(0)?),
            bytes: row.get(1)?,
        };
        *size += change.bytes.len();
        changes.push(change);
    }
    Ok(changes)
}

fn outcomes(
    connection: &Connection,
    read: &Read,
    authority: &Authority,
) -> Result<(Vec<Outcome>, u64), StoreError> {
    let after = i64::try_from(read.outcomes).unwrap_or(i64::MAX);
    let rows = all(
        connection,
        "select body, revision from outcome where member = ?1 and revision > ?2 order by revision",
        params![authority.member.0.into_bytes(), after],
        |row| Ok((body::<Outcome>(row, 0, "outcome")?, version(row, 1)?)),
    )?;
    let revision = rows.last().map_or(read.outcomes, |(_, revision)| *revision);
    Ok((
        rows.into_iter().map(|(outcome, _)| outcome).collect(),
        revision,
    ))
}

/// Reads a number that only counts upwards.
pub(super) fn version(row: &rusqlite::Row<'_>, column: usize) -> Result<u64, StoreError> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}
