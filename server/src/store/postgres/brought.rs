//! What devices bring in a day: one row a device, which a later day begins anew.

use deadpool_postgres::Transaction;
use shared::ids::DeviceId;
use shared::time::Day;
use shared::volume::{Allowance, Volume};

use super::rows::{one, run, stored, version};
use crate::store::StoreError;

/// Returns what a device brought on a day. A day that another server's clock has begun already is
/// this one too.
pub(super) async fn brought(
    transaction: &Transaction<'_>,
    device: DeviceId,
    day: Day,
) -> Result<Volume, StoreError> {
    let found = one(
        transaction,
        "select changes, bytes from device_day where device = $1 and day >= $2",
        &[&device.0, &day.0],
        |row| {
            Ok(Volume {
                changes: version(row, 0)?,
                bytes: version(row, 1)?,
            })
        },
    )
    .await?;
    Ok(found.unwrap_or_default())
}

/// Counts changes, unless they are more than the device may bring. Tells whether they were counted.
pub(super) async fn take(
    transaction: &Transaction<'_>,
    device: DeviceId,
    allowance: Allowance,
    volume: Volume,
) -> Result<bool, StoreError> {
    if !volume.fits(allowance.limit) {
        return Ok(false);
    }
    let counted = run(
        transaction,
        "insert into device_day as d (device, day, changes, bytes) values ($1, $2, $3, $4)
         on conflict (device) do update set
             changes = case when d.day < excluded.day then 0 else d.changes end
                 + excluded.changes,
             bytes = case when d.day < excluded.day then 0 else d.bytes end + excluded.bytes,
             day = greatest(d.day, excluded.day)
         where d.day < excluded.day
             or (d.changes + excluded.changes <= $5 and d.bytes + excluded.bytes <= $6)",
        &[
            &device.0,
            &allowance.day.0,
            &stored(volume.changes),
            &stored(volume.bytes),
            &stored(allowance.limit.changes),
            &stored(allowance.limit.bytes),
        ],
    )
    .await?;
    Ok(counted > 0)
}

/// Counts changes that were brought and refused.
pub(super) async fn charge(
    transaction: &Transaction<'_>,
    device: DeviceId,
    day: Day,
    volume: Volume,
) -> Result<(), StoreError> {
    let limit = Volume {
        changes: u64::MAX,
        bytes: u64::MAX,
    };
    let allowance = Allowance { day, limit };
    take(transaction, device, allowance, volume).await.map(drop)
}
