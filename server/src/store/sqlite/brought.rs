//! What devices bring in a day: one row a device, which a later day begins anew.

use rusqlite::{Connection, params};
use shared::ids::DeviceId;
use shared::time::Day;
use shared::volume::{Allowance, Volume};

use super::documents::version;
use super::rows::{one, run};
use crate::store::StoreError;

/// Returns what a device brought on a day. A day that another server's clock has begun already is
/// this one too.
pub(super) fn brought(
    connection: &Connection,
    device: DeviceId,
    day: Day,
) -> Result<Volume, StoreError> {
    let found = one(
        connection,
        "select changes, bytes from device_day where device = ?1 and day >= ?2",
        params![device.0.into_bytes(), day.0],
        |row| {
            Ok(Volume {
                changes: version(row, 0)?,
                bytes: version(row, 1)?,
            })
        },
    )?;
    Ok(found.unwrap_or_default())
}

/// Counts changes, unless they are more than the device may bring. Tells whether they were counted.
pub(super) fn take(
    connection: &Connection,
    device: DeviceId,
    allowance: Allowance,
    volume: Volume,
) -> Result<bool, StoreError> {
    if !volume.fits(allowance.limit) {
        return Ok(false);
    }
    let counted = run(
        connection,
        "insert into device_day (device, day, changes, bytes) values (?1, ?2, ?3, ?4)
         on conflict (device) do update set
             changes = iif(day < excluded.day, 0, changes) + excluded.changes,
             bytes = iif(day < excluded.day, 0, bytes) + excluded.bytes,
             day = max(day, excluded.day)
         where day < excluded.day
             or (changes + excluded.changes <= ?5 and bytes + excluded.bytes <= ?6)",
        params![
            device.0.into_bytes(),
            allowance.day.0,
            stored(volume.changes),
            stored(volume.bytes),
            stored(allowance.limit.changes),
            stored(allowance.limit.bytes),
        ],
    )?;
    Ok(counted > 0)
}

/// Counts changes that were brought and refused.
pub(super) fn charge(
    connection: &Connection,
    device: DeviceId,
    day: Day,
    volume: Volume,
) -> Result<(), StoreError> {
    let limit = Volume {
        changes: u64::MAX,
        bytes: u64::MAX,
    };
    take(connection, device, Allowance { day, limit }, volume).map(drop)
}

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
