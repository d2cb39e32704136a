//! Photos of services.

use rusqlite::{Connection, params};
use shared::ids::{EntryId, PhotoHash};
use shared::records::Topic;

use super::documents::version;
use super::matters::matter;
use super::rows::{all, damaged, id, one, run};
use crate::store::StoreError;
use crate::store::photos::{PhotoEnd, PhotoKept, PhotoPart, PhotoProgress, PhotoRecord, Placing};

pub(super) fn photo(connection: &Connection, hash: PhotoHash) -> Result<PhotoRecord, StoreError> {
    let keys: Vec<(EntryId, Topic)> = all(
        connection,
        "select request, topic from matter where photo = ?1 order by request, topic",
        [hash.0.into_array()],
        |row| {
            let topic: Vec<u8> = row.get(1)?;
            let topic = Topic::of_key(&topic).ok_or(damaged("matter"))?;
            Ok((id(row, 0)?, topic))
        },
    )?;
    let mut shown_in = Vec::new();
    for key in keys {
        shown_in.extend(matter(connection, key)?);
    }
    Ok(PhotoRecord {
        progress: progress(connection, hash)?.unwrap_or_default(),
        shown_in,
    })
}

fn progress(connection: &Connection, hash: PhotoHash) -> Result<Option<PhotoProgress>, StoreError> {
    one(
        connection,
        "select received, whole from photo where hash = ?1",
        [hash.0.into_array()],
        |row| {
            Ok(PhotoProgress {
                received: version(row, 0)?,
                is_whole: row.get(1)?,
            })
        },
    )
}

pub(super) fn keep_part(
    connection: &Connection,
    part: &PhotoPart,
) -> Result<PhotoKept, StoreError> {
    let hash = part.hash.0.into_array();
    let device = part.device.0.into_bytes();
    let there = progress(connection, part.hash)?;
    let begun = one(
        connection,
        "select coalesce(sum(bytes), 0) from photo where device = ?1 and day = ?2",
        params![device, part.day.0],
        |row| version(row, 0),
    )?;
    if let Placing::Refuse(answer) = part.placing(there, begun.unwrap_or_default()) {
        return Ok(answer);
    }
    let kept = part.progress();
    run(
        connection,
        "insert into photo (hash, bytes, device, day) values (?1, ?2, ?3, ?4)
         on conflict (hash) do nothing",
        params![hash, number(part.bytes), device, part.day.0],
    )?;
    run(
        connection,
        "insert into photo_part (hash, start, data) values (?1, ?2, ?3)",
        params![hash, number(part.start), part.data],
    )?;
    run(
        connection,
        "update photo set received = ?2 where hash = ?1",
        params![hash, number(kept.received)],
    )?;
    Ok(PhotoKept::Kept(kept))
}

pub(super) fn photo_bytes(connection: &Connection, hash: PhotoHash) -> Result<Vec<u8>, StoreError> {
    let parts: Vec<Vec<u8>> = all(
        connection,
        "select data from photo_part where hash = ?1 order by start",
        [hash.0.into_array()],
        |row| Ok(row.get(0)?),
    )?;
    Ok(parts.concat())
}

pub(super) fn end_photo(
    connection: &Connection,
    hash: PhotoHash,
    end: PhotoEnd,
) -> Result<(), StoreError> {
    let key = [hash.0.into_array()];
    match end {
        PhotoEnd::Kept => run(
            connection,
            "update photo set whole = 1 where hash = ?1",
            key,
        ),
        // What it took of the device's day stays taken.
        PhotoEnd::Dropped => {
            run(connection, "delete from photo_part where hash = ?1", key)?;
            run(
                connection,
                "update photo set received = 0 where hash = ?1",
                key,
            )
        }
    }
    .map(drop)
}

fn number(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
