//! What becomes of requests.

use std::collections::BTreeMap;

use deadpool_postgres::Transaction;
use shared::reconcile::Matter;
use shared::wire;
use uuid::Uuid;

use super::super::rows::{all, get, id, run, topic};
use crate::store::StoreError;
use crate::store::matters::{MatterColumns, MatterKey};

/// Puts matters, or removes them; the revision counts on from that of the outcomes.
pub(super) async fn put(
    transaction: &Transaction<'_>,
    matters: &BTreeMap<MatterKey, Option<Matter>>,
    revision: &mut i64,
) -> Result<(), StoreError> {
    if matters.is_empty() {
        return Ok(());
    }
    let before = before(transaction, matters.keys()).await?;
    for (key, matter) in matters {
        let Some(matter) = matter else {
            let (request, topic) = (key.0.0, key.1.key());
            let sql = "delete from matter where request = $1 and topic = $2";
            run(transaction, sql, &[&request, &&topic[..]]).await?;
            continue;
        };
        let body = wire::encode(matter);
        // In a rebuild a matter that is as it was keeps its revision.
        let kept = before.get(key).filter(|(_, known)| *known == body);
        let number = kept.map_or(*revision + 1, |(number, _)| *number);
        *revision = (*revision).max(number);
        put_matter(transaction, matter, number, &body).await?;
    }
    Ok(())
}

/// What matters were before a rebuild.
async fn before(
    transaction: &Transaction<'_>,
    keys: impl Iterator<Item = &MatterKey>,
) -> Result<BTreeMap<MatterKey, (i64, Vec<u8>)>, StoreError> {
    let keys: (Vec<Uuid>, Vec<Vec<u8>>) = keys
        .map(|(request, topic)| (request.0, topic.key().to_vec()))
        .unzip();
    let before = all(
        transaction,
        "select request, topic, revision, body from matter_before
         where (request, topic) in (select * from unnest($1::uuid[], $2::bytea[]))",
        &[&keys.0, &keys.1],
        |row| {
            let key = (id(row, 0)?, topic(row, 1, "matter_before")?);
            Ok((key, (get(row, 2)?, get(row, 3)?)))
        },
    )
    .await?;
    Ok(before.into_iter().collect())
}

async fn put_matter(
    transaction: &Transaction<'_>,
    matter: &Matter,
    revision: i64,
    body: &[u8],
) -> Result<(), StoreError> {
    let columns = MatterColumns::of(matter);
    run(
        transaction,
        "insert into matter (request, topic, to_organisation, asker_organisation, member, kind,
             state, open, live, day, minutes, beneficiaries, category, places, revision, body, photo)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         on conflict (request, topic) do update set to_organisation = excluded.to_organisation,
             asker_organisation = excluded.asker_organisation, member = excluded.member,
             kind = excluded.kind, state = excluded.state, open = excluded.open,
             live = excluded.live, day = excluded.day, minutes = excluded.minutes,
             beneficiaries = excluded.beneficiaries, category = excluded.category,
             places = excluded.places, revision = excluded.revision, body = excluded.body,
             photo = excluded.photo",
        &[
            &matter.request.0,
            &&matter.topic.key()[..],
            &matter.to.0,
            &columns.asker_organisation.map(|id| id.0),
            &columns.member.map(|id| id.0),
            &matter.kind().as_str(),
            &matter.state.as_str(),
            &i32::from(matter.is_open()),
            &i32::from(matter.is_live()),
            &columns.day.0,
            &columns.minutes,
            &columns.beneficiaries,
            &columns.category,
            &columns.places,
            &revision,
            &body,
            &columns.photo.map(|hash| hash.0.to_vec()),
        ],
    )
    .await
    .map(drop)
}
