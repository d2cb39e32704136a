//! What coordinators ask of registrations, service and claims.

use std::collections::BTreeMap;

use deadpool_postgres::Transaction;
use shared::api::{ListingTally, ServiceGroup, ServiceTotals};
use shared::ids::{OrganisationId, OrganisationPath};
use shared::records::Topic;
use shared::time::Day;
use shared::wire::MatterRow;
use shared::words::ServiceCategory;
use tokio_postgres::Row;

use super::super::oversight::{places, read_person, read_summary};
use super::super::rows::{all, damaged, get, limited, one, topic, version, word};
use super::{COLUMNS, LINE, NAMED, rows};
use crate::store::StoreError;
use crate::store::matters::{
    Communities, Edition, MattersWanted, RegistrationRows, ServiceRows, counted_services,
};

pub(in super::super) async fn communities(
    transaction: &Transaction<'_>,
    known: Option<Edition>,
) -> Result<Communities, StoreError> {
    let sql = "select epoch, directory_version from meta";
    let edition = one(transaction, sql, &[], |row| {
        Ok(Edition {
            epoch: version(row, 0)?,
            version: version(row, 1)?,
        })
    })
    .await?
    .ok_or(StoreError::Unfounded)?;
    let organisations = match known {
        Some(known) if known == edition => None,
        Some(_) | None => {
            let found = all(
                transaction,
                "select id, name, kind, area from (
                     select o.*, row_number() over (
                         partition by o.area order by length(o.path), o.path
                     ) as place
                     from organisation o join area a on a.code = o.area
                     where a.level = 'village' and o.kind not in
                         ('unit', 'vanguard_team', 'provisional_branch', 'task_force')
                 ) o where place = 1 order by path",
                &[],
                |row| read_summary(row, 0),
            )
            .await?;
            let places = places(transaction, found.iter().map(|(_, area)| area)).await?;
            let placed = found.into_iter().map(|(mut organisation, area)| {
                organisation.place = places.get(&area).cloned().unwrap_or_default();
                organisation
            });
            Some(placed.collect())
        }
    };
    Ok(Communities {
        edition,
        organisations,
    })
}

pub(in super::super) async fn listings(
    transaction: &Transaction<'_>,
    organisation: OrganisationId,
) -> Result<Vec<ListingTally>, StoreError> {
    all(
        transaction,
        "select topic,
             sum(case when state in ('taken', 'accepted', 'corrected') then places else 0 end)::bigint,
             sum(case when state = 'contested' then places else 0 end)::bigint
         from matter where to_organisation = $1 and kind = 'claim' group by topic order by topic",
        &[&organisation.0],
        |row| {
            let Topic::Listing(listing) = topic(row, 0, "matter")? else {
                return Err(damaged("matter"));
            };
            Ok(ListingTally {
                listing,
                taken: get(row, 1)?,
                contested: get(row, 2)?,
            })
        },
    )
    .await
}

pub(in super::super) async fn matters(
    transaction: &Transaction<'_>,
    wanted: &MattersWanted,
) -> Result<Vec<MatterRow>, StoreError> {
    let after = wanted.after;
    let found = rows(
        transaction,
        &format!(
            "with {LINE}, found as ({}), page as (
                 select request, topic from found where day between $2 and $3 {}
                     and ($4::integer is null or (day, request, topic) < ($4::integer, $5::uuid, $6::bytea))
                 order by day desc, request desc, topic desc limit $7
             )
             select {COLUMNS} from page
             join matter x on x.request = page.request and x.topic = page.topic {NAMED}
             order by x.day desc, x.request desc, x.topic desc",
            wanted.found(),
            wanted.condition(),
        ),
        &[
            &wanted.path.as_str(),
            &wanted.from.0,
            &wanted.to.0,
            &after.map(|place| place.day.0),
            &after.map(|place| place.key.0.0),
            &after.map(|place| place.key.1.key().to_vec()),
            &limited(wanted.limit),
        ],
    )
    .await?;
    Ok(found.into_iter().map(|(_, row)| row).collect())
}

pub(in super::super) async fn registrations(
    transaction: &Transaction<'_>,
    path: &OrganisationPath,
    limit: usize,
) -> Result<RegistrationRows, StoreError> {
    let limit = limited(limit);
    let counts = one(
        transaction,
        &format!(
            "with {LINE}
             select count(*), count(*) filter (where exists (
                 select from matter x where x.member = m.id
                     and x.kind = 'member_registration' and x.state in ('accepted', 'corrected')
             ))
             from member m where m.branch in (select id from line)"
        ),
        &[&path.as_str()],
        |row| Ok((get(row, 0)?, get(row, 1)?)),
    )
    .await?;
    let (members, registered) = counts.unwrap_or_default();
    let missing = all(
        transaction,
        &format!(
            "with {LINE}
             select m.id, m.name, o.name
             from member m join organisation o on o.id = m.branch
             where m.branch in (select id from line) and not exists (
                 select from matter x
                 where x.member = m.id and x.kind = 'member_registration' and x.live = 1
             )
             order by m.name, m.id limit $2"
        ),
        &[&path.as_str(), &limit],
        read_person,
    )
    .await?;
    let found = rows(
        transaction,
        &format!(
            "with {LINE}, page as (
                 select x.request, x.topic from member p join matter x on x.member = p.id
                 where p.branch in (select id from line)
                     and x.kind = 'member_registration' and x.live = 1
                 order by p.name, p.id, x.request limit $2
             )
             select {COLUMNS} from page
             join matter x on x.request = page.request and x.topic = page.topic {NAMED}
             order by m.name, x.member, x.request"
        ),
        &[&path.as_str(), &limit],
    )
    .await?;
    Ok(RegistrationRows {
        members,
        registered,
        missing,
        rows: found.into_iter().map(|(_, row)| row).collect(),
    })
}

/// Whom one service served counts once, however many did it together.
const TOTALS: &str = "count(*), coalesce(sum(minutes), 0)::bigint,
     coalesce(sum(case when place = 1 then beneficiaries else 0 end), 0)::bigint,
     count(distinct member)";

/// What counts of a period as `counted`; `place` is 1 once for those of a service that are counted
/// `together`.
fn counted(together: &str) -> String {
    format!(
        "with {LINE}, counted as (
             select x.member, x.minutes, x.beneficiaries, x.category,
                 coalesce(x.asker_organisation, m.branch) as organisation,
                 row_number() over (
                     partition by x.request{together} order by x.beneficiaries desc, x.topic
                 ) as place
             from {}
         )",
        counted_services("$2 and $3"),
    )
}

pub(in super::super) async fn service(
    transaction: &Transaction<'_>,
    path: &OrganisationPath,
    from: Day,
    to: Day,
) -> Result<ServiceRows, StoreError> {
    let totals = one(
        transaction,
        &format!("{} select {TOTALS} from counted", counted("")),
        &[&path.as_str(), &from.0, &to.0],
        |row| Ok((read_totals(row, 0)?, get(row, 3)?)),
    )
    .await?;
    let (totals, people) = totals.unwrap_or_default();
    let categories = all(
        transaction,
        &format!(
            "{} select category, {TOTALS} from counted group by category",
            counted(", x.category"),
        ),
        &[&path.as_str(), &from.0, &to.0],
        |row| {
            let category = word(row, 0, ServiceCategory::parse, "matter")?;
            Ok((category, read_totals(row, 1)?))
        },
    )
    .await?;
    let categories: BTreeMap<ServiceCategory, ServiceTotals> = categories.into_iter().collect();
    Ok(ServiceRows {
        totals,
        people,
        categories: categories.into_iter().collect(),
        groups: groups(transaction, path, from, to).await?,
    })
}

async fn groups(
    transaction: &Transaction<'_>,
    path: &OrganisationPath,
    from: Day,
    to: Day,
) -> Result<Vec<ServiceGroup>, StoreError> {
    let found = all(
        transaction,
        &format!(
            "{} select o.id, o.name, o.kind, o.area, {TOTALS}
             from counted join organisation o on o.id = counted.organisation
             group by o.id order by o.name, o.id",
            counted(""),
        ),
        &[&path.as_str(), &from.0, &to.0],
        |row| Ok((read_summary(row, 0)?, read_totals(row, 4)?, get(row, 7)?)),
    )
    .await?;
    let places = places(transaction, found.iter().map(|((_, area), _, _)| area)).await?;
    Ok(found
        .into_iter()
        .map(|((mut organisation, area), totals, people)| {
            organisation.place = places.get(&area).cloned().unwrap_or_default();
            ServiceGroup {
                organisation,
                people,
                totals,
            }
        })
        .collect())
}

/// Reads services, minutes and beneficiaries from a column on.
fn read_totals(row: &Row, first: usize) -> Result<ServiceTotals, StoreError> {
    Ok(ServiceTotals {
        services: get(row, first)?,
        minutes: get(row, first + 1)?,
        beneficiaries: get(row, first + 2)?,
    })
}
