//! Documents and their changes.

use std::collections::BTreeMap;

use deadpool_postgres::Transaction;
use shared::documents::{ChangeHash, DocumentName, SealedChange};
use shared::ids::{DocumentId, OrganisationId, OrganisationPath};
use shared::limits;
use shared::permission::Authority;
use shared::reconcile::Outcome;
use shared::server::{Load, Loaded, Read, ReadResult, StoredDocument, StoredNews, StoredSnapshot};
use uuid::Uuid;

use super::brought::brought;
use super::matters::read_matters;
use super::rows::{all, body, get, hash, id, one, path, stored, version};
use super::slice::slice;
use crate::store::{StoreError, unique};

pub(super) async fn load(transaction: &Transaction<'_>, load: &Load) -> Result<Loaded, StoreError> {
    let mut loaded = Loaded::default();
    let heads = heads(transaction, load.documents.iter().copied()).await?;
    let mut contents = contents(transaction, heads.keys().copied()).await?;
    for (id, head) in heads {
        let document = StoredDocument {
            name: head.name,
            version: head.version,
            changes: contents.remove(&id).unwrap_or_default(),
        };
        loaded.documents.insert(id, document);
    }
    loaded.paths = paths(transaction, load.organisations.iter().copied()).await?;
    if let Some((device, day)) = load.brought {
        loaded.brought = brought(transaction, device, day).await?;
    }
    Ok(loaded)
}

/// A document's row.
struct Head {
    name: DocumentName,
    version: u64,
    compacted: u64,
}

async fn heads(
    transaction: &Transaction<'_>,
    documents: impl Iterator<Item = DocumentId>,
) -> Result<BTreeMap<DocumentId, Head>, StoreError> {
    let ids: Vec<Uuid> = documents.map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let heads = all(
        transaction,
        "select id, name, version, compacted from document where id = any($1)",
        &[&ids],
        |row| {
            let head = Head {
                name: body(row, 1, "document")?,
                version: version(row, 2)?,
                compacted: version(row, 3)?,
            };
            Ok((id(row, 0)?, head))
        },
    )
    .await?;
    Ok(heads.into_iter().collect())
}

/// Returns the changes of each document, concatenated; those in its snapshot as that.
pub(super) async fn contents(
    transaction: &Transaction<'_>,
    documents: impl Iterator<Item = DocumentId>,
) -> Result<BTreeMap<DocumentId, Vec<u8>>, StoreError> {
    let ids: Vec<Uuid> = documents.map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let snapshots = all(
        transaction,
        "select s.document, s.bytes from snapshot s
         join document d on d.id = s.document
         where d.id = any($1) and d.compacted > 0",
        &[&ids],
        |row| Ok((id(row, 0)?, get::<Vec<u8>>(row, 1)?)),
    )
    .await?;
    let mut contents: BTreeMap<DocumentId, Vec<u8>> = snapshots.into_iter().collect();
    // Without its snapshot a document is what is left of its changes: one that is damaged must not
    // stop those beside it.
    let statement = transaction
        .prepare_cached(
            "select c.document, c.bytes from change c
             join document d on d.id = c.document
             left join snapshot s on s.document = d.id
             where d.id = any($1)
               and c.version > case when s.document is null then 0 else d.compacted end
             order by c.document, c.version",
        )
        .await?;
    for row in transaction.query(&statement, &[&ids]).await? {
        let bytes = contents.entry(id(&row, 0)?).or_default();
        bytes.extend_from_slice(get(&row, 1)?);
    }
    Ok(contents)
}

async fn paths(
    transaction: &Transaction<'_>,
    organisations: impl IntoIterator<Item = OrganisationId>,
) -> Result<BTreeMap<OrganisationId, OrganisationPath>, StoreError> {
    let ids: Vec<Uuid> = unique(organisations).into_iter().map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = all(
        transaction,
        "select id, path from organisation where id = any($1)",
        &[&ids],
        |row| Ok((id(row, 0)?, path(row, 1)?)),
    )
    .await?;
    Ok(found.into_iter().collect())
}

pub(super) async fn read(
    transaction: &Transaction<'_>,
    read: &Read,
    authority: &Authority,
) -> Result<ReadResult, StoreError> {
    let (epoch, directory_version) = one(
        transaction,
        "select epoch, directory_version from meta",
        &[],
        |row| Ok((version(row, 0)?, version(row, 1)?)),
    )
    .await?
    .ok_or(StoreError::Unfounded)?;
    let documents = news(transaction, &read.follows).await?;
    let organisations = documents.iter().filter_map(|news| news.name.organisation());
    let paths = paths(transaction, organisations).await?;
    let directory = if directory_version == read.directory {
        None
    } else {
        Some((directory_version, slice(transaction, authority).await?))
    };
    let (outcomes, outcomes_revision) = outcomes(transaction, read, authority).await?;
    let (matters, matters_revision, more) = read_matters(transaction, read, authority).await?;
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
async fn news(
    transaction: &Transaction<'_>,
    follows: &[(DocumentId, u64)],
) -> Result<Vec<StoredNews>, StoreError> {
    let mut heads = heads(transaction, follows.iter().map(|(id, _)| *id)).await?;
    let mut found = Vec::new();
    let mut size = 0;
    for (id, after) in follows {
        let Some(head) = heads.remove(id) else {
            continue;
        };
        let (mut snapshot, mut changes, mut base) = (None, Vec::new(), *after);
        if head.version > *after && size <= limits::RESPONSE_DOCUMENT_BYTES {
            if needs_snapshot(transaction, *id, *after, head.compacted).await? {
                snapshot = self::snapshot(transaction, *id).await?;
                base = head.compacted;
                size += snapshot.as_ref().map_or(0, |snapshot| snapshot.bytes.len());
            }
            changes = changes_after(transaction, *id, base, &mut size).await?;
        }
        found.push(StoredNews {
            name: head.name,
            version: base.saturating_add(changes.len() as u64),
            snapshot,
            changes,
        });
    }
    Ok(found)
}

/// A phone that has nothing gets the snapshot; one that has a part gets it only when a change that it
/// lacks is no longer kept.
async fn needs_snapshot(
    transaction: &Transaction<'_>,
    document: DocumentId,
    after: u64,
    compacted: u64,
) -> Result<bool, StoreError> {
    if after >= compacted {
        return Ok(false);
    }
    let kept = one(
        transaction,
        "select 1 from change where document = $1 and version = $2",
        &[&document.0, &stored(after).saturating_add(1)],
        |_| Ok(()),
    )
    .await?;
    Ok(after == 0 || kept.is_none())
}

pub(super) async fn snapshot(
    transaction: &Transaction<'_>,
    document: DocumentId,
) -> Result<Option<StoredSnapshot>, StoreError> {
    one(
        transaction,
        "select version, bytes from snapshot where document = $1",
        &[&document.0],
        |row| {
            Ok(StoredSnapshot {
                version: version(row, 0)?,
                bytes: get(row, 1)?,
            })
        },
    )
    .await
}

/// Reads changes as long as those before them leave room.
async fn changes_after(
    transaction: &Transaction<'_>,
    document: DocumentId,
    after: u64,
    size: &mut usize,
) -> Result<Vec<SealedChange>, StoreError> {
    let Some(room) = limits::RESPONSE_DOCUMENT_BYTES.checked_sub(*size) else {
        return Ok(Vec::new());
    };
    let changes = all(
        transaction,
        "select hash, bytes from (
             select version, hash, bytes,
                 sum(octet_length(bytes)) over (order by version) - octet_length(bytes) as before
             from change where document = $1 and version > $2
         ) c where before <= $3::bigint order by version",
        &[
            &document.0,
            &stored(after),
            &i64::try_from(room).unwrap_or(i64::MAX),
        ],
        |row| {
            Ok(SealedChange {
                hash: ChangeHash(hash(row, 0)?),
                bytes: get(row, 1)?,
            })
        },
    )
    .await?;
    *size += changes
        .iter()
        .map(|change| change.bytes.len())
        .sum::<usize>();
    Ok(changes)
}

async fn outcomes(
    transaction: &Transaction<'_>,
    read: &Read,
    authority: &Authority,
) -> Result<(Vec<Outcome>, u64), StoreError> {
    let rows = all(
        transaction,
        "select body, revision from outcome where member = $1 and revision > $2
         order by revision",
        &[&authority.member.0, &stored(read.outcomes)],
        |row| Ok((body::<Outcome>(row, 0, "outcome")?, version(row, 1)?)),
    )
    .await?;
    let revision = rows.last().map_or(read.outcomes, |(_, revision)| *revision);
    Ok((
        rows.into_iter().map(|(outcome, _)| outcome).collect(),
        revision,
    ))
}
