//! Photos of services.

use deadpool_postgres::Transaction;
use shared::ids::{EntryId, PhotoHash};
use shared::records::Topic;

use super::matters::matter;
use super::rows::{all, get, id, one, run, stored, topic, version};
use crate::store::StoreError;
use crate::store::photos::{PhotoEnd, PhotoKept, PhotoPart, PhotoProgress, PhotoRecord, Placing};

pub(super) async fn photo(
    transaction: &Transaction<'_>,
    hash: PhotoHash,
) -> Result<PhotoRecord, StoreError> {
    let keys: Vec<(EntryId, Topic)> = all(
        transaction,
        "select request, topic from matter where photo = $1 order by request, topic",
        &[&&hash.0[..]],
        |row| Ok((id(row, 0)?, topic(row, 1, "matter")?)),
    )
    .await?;
    let mut shown_in = Vec::new();
    for key in keys {
        shown_in.extend(matter(transaction, key).await?);
    }
    let progress = one(
        transaction,
        "select received, whole from photo where hash = $1",
        &[&&hash.0[..]],
        read_progress,
    )
    .await?;
    Ok(PhotoRecord {
        progress: progress.unwrap_or_default(),
        shown_in,
    })
}

fn read_progress(row: &tokio_postgres::Row) -> Result<PhotoProgress, StoreError> {
    Ok(PhotoProgress {
        received: version(row, 0)?,
        is_whole: get::<i32>(row, 1)? == 1,
    })
}

pub(super) async fn keep_part(
    transaction: &Transaction<'_>,
    part: &PhotoPart,
) -> Result<PhotoKept, StoreError> {
    let hash = &part.hash.0[..];
    // Two that send the same photo take turns, and the second sees what the first has brought.
    let there = one(
        transaction,
        "select received, whole from photo where hash = $1 for update",
        &[&hash],
        read_progress,
    )
    .await?;
    let begun = one(
        transaction,
        "select coalesce(sum(bytes), 0)::bigint from photo where device = $1 and day = $2",
        &[&part.device.0, &part.day.0],
        |row| version(row, 0),
    )
    .await?;
    if let Placing::Refuse(answer) = part.placing(there, begun.unwrap_or_default()) {
        return Ok(answer);
    }
    let kept = part.progress();
    run(
        transaction,
        "insert into photo (hash, bytes, device, day) values ($1, $2, $3, $4)
         on conflict (hash) do nothing",
        &[&hash, &stored(part.bytes), &part.device.0, &part.day.0],
    )
    .await?;
    run(
        transaction,
        "insert into photo_part (hash, start, data) values ($1, $2, $3)",
        &[&hash, &stored(part.start), &part.data],
    )
    .await?;
    run(
        transaction,
        "update photo set received = $2 where hash = $1",
        &[&hash, &stored(kept.received)],
    )
    .await?;
    Ok(PhotoKept::Kept(kept))
}

pub(super) async fn photo_bytes(
    transaction: &Transaction<'_>,
    hash: PhotoHash,
) -> Result<Vec<u8>, StoreError> {
    let parts: Vec<Vec<u8>> = all(
        transaction,
        "select data from photo_part where hash = $1 order by start",
        &[&&hash.0[..]],
        |row| get(row, 0),
    )
    .await?;
    Ok(parts.concat())
}

pub(super) async fn end_photo(
    transaction: &Transaction<'_>,
    hash: PhotoHash,
    end: PhotoEnd,
) -> Result<(), StoreError> {
    let key = &hash.0[..];
    match end {
        PhotoEnd::Kept => {
            let sql = "update photo set whole = 1 where hash = $1";
            run(transaction, sql, &[&key]).await
        }
        // What it took of the device's day stays taken.
        PhotoEnd::Dropped => {
            let sql = "delete from photo_part where hash = $1";
            run(transaction, sql, &[&key]).await?;
            let sql = "update photo set received = 0 where hash = $1";
            run(transaction, sql, &[&key]).await
        }
    }
    .map(drop)
}
