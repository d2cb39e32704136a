//! Registrations, service and claims, as phones and coordinators read them.

mod lists;

use deadpool_postgres::Transaction;
use shared::ids::AreaCode;
use shared::permission::Authority;
use shared::server::Read;
use shared::wire::MatterRow;
use tokio_postgres::Row;
use uuid::Uuid;

use super::oversight::places;
use super::rows::{Params, all, area_code, body, get, limited, one, path, stored, version};
use crate::store::StoreError;
use crate::store::matters::{MatterKey, MatterRecord, TOLD_AT_MOST, TOLD_DAYS, coordinated, told};

pub(super) use lists::{communities, listings, matters, registrations, service};

/// The organisations at and beneath a path.
pub(super) const LINE: &str = "line as (select id from organisation where starts_with(path, $1))";

/// A matter `x` with the names of those concerned.
pub(super) const COLUMNS: &str = "x.body, x.revision,
     coalesce(m.name, case when x.member is null then a.name end, ''),
     case when x.member is null then '' else coalesce(a.name, b.name, '') end,
     coalesce(t.name, ''), t.area";

/// Who decides on a matter `x`, who asks, the member and the home branch.
pub(super) const NAMED: &str = "left join organisation t on t.id = x.to_organisation
     left join organisation a on a.id = x.asker_organisation
     left join member m on m.id = x.member
     left join organisation b on b.id = m.branch";

/// Reads the matters that concern the owner of a phone or wait for the owner, as far as the phone has
/// not seen them; the revision up to which they are all of them, and whether there are more.
pub(super) async fn read_matters(
    transaction: &Transaction<'_>,
    read: &Read,
    authority: &Authority,
) -> Result<(Vec<MatterRow>, u64, bool), StoreError> {
    let Some(asked) = read.matters else {
        return Ok((Vec::new(), 0, false));
    };
    let coordinated = coordinated(authority);
    let organisations: Vec<Uuid> = coordinated.iter().map(|id| id.0).collect();
    let newest = newest(transaction, authority.member.0, &organisations).await?;
    let Some(newest) = newest.filter(|newest| *newest > asked) else {
        return Ok((Vec::new(), asked, false));
    };
    // What others did long ago is told no more unless something is left to decide.
    let found = rows(
        transaction,
        &format!(
            "select {COLUMNS} from matter x {NAMED}
             where x.revision > $1 and (
                 x.member = $2
                 or (x.to_organisation = any($3) or x.asker_organisation = any($3)) and (
                     x.open = 1 or x.day >= $4
                     or x.kind in ('member_registration', 'org_registration')
                 )
             )
             order by x.revision limit $5"
        ),
        &[
            &stored(asked),
            &authority.member.0,
            &organisations,
            &read.today.plus(-TOLD_DAYS).0,
            &limited(TOLD_AT_MOST + 1),
        ],
    )
    .await?;
    let (found, more) = told(found.into_iter().collect(), authority.member, &coordinated);
    let last = found.keys().next_back().copied().filter(|_| more);
    Ok((found.into_values().collect(), last.unwrap_or(newest), more))
}

/// The revision of the newest matter of a member and of some organisations: a look at the ends of
/// indices.
async fn newest(
    transaction: &Transaction<'_>,
    member: Uuid,
    organisations: &[Uuid],
) -> Result<Option<u64>, StoreError> {
    let newest = one(
        transaction,
        "select greatest(
             (select max(revision) from matter where member = $1),
             (select max((select max(revision) from matter where to_organisation = o))
              from unnest($2::uuid[]) o),
             (select max((select max(revision) from matter where asker_organisation = o))
              from unnest($2::uuid[]) o)
         )",
        &[&member, &organisations],
        |row| get::<Option<i64>>(row, 0),
    )
    .await?;
    Ok(newest.flatten().map(i64::unsigned_abs))
}

/// Returns the matters of a query of [`COLUMNS`], with their revisions.
pub(super) async fn rows(
    transaction: &Transaction<'_>,
    sql: &str,
    params: Params<'_>,
) -> Result<Vec<(u64, MatterRow)>, StoreError> {
    let found = all(transaction, sql, params, read_row).await?;
    let areas = found.iter().filter_map(|(_, _, area)| area.as_ref());
    let places = places(transaction, areas).await?;
    Ok(found
        .into_iter()
        .map(|(revision, mut row, area)| {
            let place = area.and_then(|area| places.get(&area).cloned());
            row.place = place.unwrap_or_default();
            (revision, row)
        })
        .collect())
}

/// Reads [`COLUMNS`]; the place is still to be found.
fn read_row(row: &Row) -> Result<(u64, MatterRow, Option<AreaCode>), StoreError> {
    let area = match get::<Option<&str>>(row, 5)? {
        Some(_) => Some(area_code(row, 5)?),
        None => None,
    };
    let found = MatterRow {
        matter: body(row, 0, "matter")?,
        name: get(row, 2)?,
        from: get(row, 3)?,
        to: get(row, 4)?,
        place: Vec::new(),
    };
    Ok((version(row, 1)?, found, area))
}

pub(super) async fn matter(
    transaction: &Transaction<'_>,
    (request, topic): MatterKey,
) -> Result<Option<MatterRecord>, StoreError> {
    let topic = topic.key();
    let key: Params<'_> = &[&request.0, &&topic[..]];
    let sql = "select body from matter where request = $1 and topic = $2";
    let matter = one(transaction, sql, key, |row| body(row, 0, "matter")).await?;
    let Some(matter) = matter else {
        return Ok(None);
    };
    let paths = all(
        transaction,
        "select o.path from matter x
         left join member m on m.id = x.member
         join organisation o on o.id in (x.to_organisation, x.asker_organisation, m.branch)
         where x.request = $1 and x.topic = $2 order by o.path",
        key,
        |row| path(row, 0),
    )
    .await?;
    Ok(Some(MatterRecord { matter, paths }))
}
