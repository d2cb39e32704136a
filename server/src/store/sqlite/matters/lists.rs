//! What coordinators ask of registrations, service and claims.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};
use shared::api::{ListingTally, ServiceGroup, ServiceTotals};
use shared::ids::{OrganisationId, OrganisationPath};
use shared::records::Topic;
use shared::time::Day;
use shared::wire::MatterRow;
use shared::words::ServiceCategory;

use super::super::documents::version;
use super::super::oversight::{read_person, read_summary};
use super::super::rows::{all, damaged, one, word};
use super::{COLUMNS, LINE, NAMED, rows};
use crate::store::StoreError;
use crate::store::matters::{
    Communities, Edition, MattersWanted, RegistrationRows, ServiceRows, counted_services,
};

pub(in super::super) fn communities(
    connection: &Connection,
    known: Option<Edition>,
) -> Result<Communities, StoreError> {
    let sql = "select epoch, directory_version from meta";
    let edition = one(connection, sql, [], |row| {
        Ok(Edition {
            epoch: version(row, 0)?,
            version: version(row, 1)?,
        })
    })?
    .ok_or(StoreError::Unfounded)?;
    let organisations = match known {
        Some(known) if known == edition => None,
        Some(_) | None => Some(all(
            connection,
            "select id, name, kind, area from (
                 select o.*, row_number() over (
                     partition by o.area order by length(o.path), o.path
                 ) as place
                 from organisation o join area a on a.code = o.area
                 where a.level = 'village' and o.kind not in
                     ('unit', 'vanguard_team', 'provisional_branch', 'task_force')
             ) where place = 1 order by path",
            [],
            |row| read_summary(connection, row, 0),
        )?),
    };
    Ok(Communities {
        edition,
        organisations,
    })
}

pub(in super::super) fn listings(
    connection: &Connection,
    organisation: OrganisationId,
) -> Result<Vec<ListingTally>, StoreError> {
    all(
        connection,
        "select topic,
             sum(case when state in ('taken', 'accepted', 'corrected') then places else 0 end),
             sum(case when state = 'contested' then places else 0 end)
         from matter where to_organisation = ?1 and kind = 'claim' group by topic order by topic",
        [organisation.0.into_bytes()],
        |row| {
            let key = row.get_ref(0)?.as_blob().map_err(|_| damaged("matter"))?;
            let Some(Topic::Listing(listing)) = Topic::of_key(key) else {
                return Err(damaged("matter"));
            };
            Ok(ListingTally {
                listing,
                taken: row.get(1)?,
                contested: row.get(2)?,
            })
        },
    )
}

pub(in super::super) fn matters(
    connection: &Connection,
    wanted: &MattersWanted,
) -> Result<Vec<MatterRow>, StoreError> {
    let after = wanted.after;
    let found = rows(
        connection,
        &format!(
            "with {LINE}, found as ({}), page as (
                 select request, topic from found where day between ?2 and ?3 {}
                     and (?4 is null or (day, request, topic) < (?4, ?5, ?6))
                 order by day desc, request desc, topic desc limit ?7
             )
             select {COLUMNS} from page
             join matter x on x.request = page.request and x.topic = page.topic {NAMED}
             order by x.day desc, x.request desc, x.topic desc",
            wanted.found(),
            wanted.condition(),
        ),
        params![
            wanted.path.as_str(),
            wanted.from.0,
            wanted.to.0,
            after.map(|place| place.day.0),
            after.map(|place| place.key.0.0.into_bytes()),
            after.map(|place| place.key.1.key()),
            i64::try_from(wanted.limit).unwrap_or(i64::MAX),
        ],
    )?;
    Ok(found.into_iter().map(|(_, row)| row).collect())
}

pub(in super::super) fn registrations(
    connection: &Connection,
    path: &OrganisationPath,
    limit: usize,
) -> Result<RegistrationRows, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let counts = one(
        connection,
        &format!(
            "with {LINE}
             select count(*), coalesce(sum(exists (
                 select 1 from matter x where x.member = m.id
                     and x.kind = 'member_registration' and x.state in ('accepted', 'corrected')
             )), 0)
             from member m where m.branch in (select id from line)"
        ),
        [path.as_str()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let (members, registered) = counts.unwrap_or_default();
    let missing = all(
        connection,
        &format!(
            "with {LINE}
             select m.id, m.name, o.name
             from member m join organisation o on o.id = m.branch
             where m.branch in (select id from line) and not exists (
                 select 1 from matter x
                 where x.member = m.id and x.kind = 'member_registration' and x.live = 1
             )
             order by m.name, m.id limit ?2"
        ),
        params![path.as_str(), limit],
        read_person,
    )?;
    let found = rows(
        connection,
        &format!(
            "with {LINE}, page as (
                 select x.request, x.topic from member p join matter x on x.member = p.id
                 where p.branch in (select id from line)
                     and x.kind = 'member_registration' and x.live = 1
                 order by p.name, p.id, x.request limit ?2
             )
             select {COLUMNS} from page
             join matter x on x.request = page.request and x.topic = page.topic {NAMED}
             order by m.name, x.member, x.request"
        ),
        params![path.as_str(), limit],
    )?;
    Ok(RegistrationRows {
        members,
        registered,
        missing,
        rows: found.into_iter().map(|(_, row)| row).collect(),
    })
}

/// Whom one service served counts once, however many did it together.
const TOTALS: &str = "count(*), coalesce(sum(minutes), 0),
     coalesce(sum(case when place = 1 then beneficiaries else 0 end), 0), count(distinct member)";

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
        counted_services("?2 and ?3"),
    )
}

pub(in super::super) fn service(
    connection: &Connection,
    path: &OrganisationPath,
    from: Day,
    to: Day,
) -> Result<ServiceRows, StoreError> {
    let totals = one(
        connection,
        &format!("{} select {TOTALS} from counted", counted("")),
        params![path.as_str(), from.0, to.0],
        |row| Ok((read_totals(row, 0)?, row.get(3)?)),
    )?;
    let (totals, people) = totals.unwrap_or_default();
    let categories = all(
        connection,
        &format!(
            "{} select category, {TOTALS} from counted group by category",
            counted(", x.category"),
        ),
        params![path.as_str(), from.0, to.0],
        |row| {
            let category = word(row, 0, ServiceCategory::parse, "matter")?;
            Ok((category, read_totals(row, 1)?))
        },
    )?;
    let categories: BTreeMap<ServiceCategory, ServiceTotals> = categories.into_iter().collect();
    let groups = all(
        connection,
        &format!(
            "{} select o.id, o.name, o.kind, o.area, {TOTALS}
             from counted join organisation o on o.id = counted.organisation
             group by o.id order by o.name, o.id",
            counted(""),
        ),
        params![path.as_str(), from.0, to.0],
        |row| {
            Ok(ServiceGroup {
                organisation: read_summary(connection, row, 0)?,
                totals: read_totals(row, 4)?,
                people: row.get(7)?,
            })
        },
    )?;
    Ok(ServiceRows {
        totals,
        people,
        categories: categories.into_iter().collect(),
        groups,
    })
}

/// Reads services, minutes and beneficiaries from a column on.
fn read_totals(row: &Row<'_>, first: usize) -> Result<ServiceTotals, StoreError> {
    Ok(ServiceTotals {
        services: row.get(first)?,
        minutes: row.get(first + 1)?,
        beneficiaries: row.get(first + 2)?,
    })
}
