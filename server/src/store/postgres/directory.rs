//! The directory's rows: areas, organisations, venues, people, rights.

use std::collections::{BTreeMap, BTreeSet};

use deadpool_postgres::Transaction;
use shared::directory::{Area, City, Organisation, Venue};
use shared::ids::{MemberId, OrganisationId, OrganisationPath};
use shared::words::{AreaLevel, OrganisationKind, VenueKind};
use tokio_postgres::Row;

use super::identity;
use super::rollup;
use super::rows::{all, area_code, damaged, get, id, one, path, run, stored, version, word};
use crate::directory::{
    Appointment, DirectoryChanges, DirectorySnapshot, Membership, Merger, Person,
};
use crate::store::StoreError;
use crate::store::identity::MemberRecord;

pub(super) async fn found(
    transaction: &Transaction<'_>,
    city: &City,
    epoch: u64,
    changes: &DirectoryChanges,
) -> Result<(), StoreError> {
    let text =
        serde_json::to_string(city).map_err(|error| StoreError::Database(Box::new(error)))?;
    let made = run(
        transaction,
        "insert into meta (id, city, epoch) values (1, $1, $2) on conflict do nothing",
        &[&text, &stored(epoch)],
    )
    .await?;
    if made == 0 {
        return Err(StoreError::Founded);
    }
    change(transaction, changes).await.map(drop)
}

pub(super) async fn begin_epoch(
    transaction: &Transaction<'_>,
    epoch: u64,
) -> Result<(), StoreError> {
    match run(transaction, "update meta set epoch = $1", &[&stored(epoch)]).await? {
        0 => Err(StoreError::Unfounded),
        _ => Ok(()),
    }
}

pub(super) async fn city(transaction: &Transaction<'_>) -> Result<Option<City>, StoreError> {
    one(transaction, "select city from meta", &[], |row| {
        serde_json::from_str(get(row, 0)?).map_err(|_| damaged("meta"))
    })
    .await
}

pub(super) async fn member(
    transaction: &Transaction<'_>,
    member: MemberId,
) -> Result<Option<MemberRecord>, StoreError> {
    let found = one(
        transaction,
        "select m.id, m.name, m.branch, o.path
         from member m join organisation o on o.id = m.branch where m.id = $1",
        &[&member.0],
        |row| {
            Ok(MemberRecord {
                id: id(row, 0)?,
                name: get(row, 1)?,
                branch: id(row, 2)?,
                path: path(row, 3)?,
                grants: Vec::new(),
            })
        },
    )
    .await?;
    let Some(mut found) = found else {
        return Ok(None);
    };
    found.grants = identity::grants(transaction, member).await?;
    Ok(Some(found))
}

/// Inserts or replaces rows. The version moves only when a row really changed.
pub(super) async fn change(
    transaction: &Transaction<'_>,
    changes: &DirectoryChanges,
) -> Result<u64, StoreError> {
    // Whoever applies a projection holds this row as well: totals never move under its hands.
    one(
        transaction,
        "select directory_version from meta for update",
        &[],
        |_| Ok(()),
    )
    .await?
    .ok_or(StoreError::Unfounded)?;
    let mut changed = 0;
    for area in &changes.areas {
        changed += put_area(transaction, area).await?;
    }
    let mut moved = BTreeSet::new();
    for organisation in &changes.organisations {
        moved.extend(moves(transaction, organisation).await?);
        changed += put_organisation(transaction, organisation).await?;
    }
    for venue in &changes.venues {
        changed += put_venue(transaction, venue).await?;
    }
    for person in &changes.people {
        changed += put_person(transaction, person).await?;
    }
    for appointment in &changes.appointments {
        changed += put_appointment(transaction, appointment).await?;
    }
    for membership in &changes.memberships {
        changed += put_membership(transaction, *membership).await?;
    }
    for merger in &changes.mergers {
        changed += put_merger(transaction, *merger).await?;
    }
    if !moved.is_empty() {
        rollup::sum_anew(transaction, &moved).await?;
    }
    let step = i64::from(changed > 0);
    one(
        transaction,
        "update meta set directory_version = directory_version + $1 returning directory_version",
        &[&step],
        |row| version(row, 0),
    )
    .await?
    .ok_or(StoreError::Unfounded)
}

/// Returns the organisations whose roll-ups a new path adds to or takes from: those above the one place
/// and not the other.
async fn moves(
    transaction: &Transaction<'_>,
    organisation: &Organisation,
) -> Result<BTreeSet<OrganisationPath>, StoreError> {
    let key = organisation.id.0;
    let sql = "select path from organisation where id = $1";
    let before = one(transaction, sql, &[&key], |row| path(row, 0)).await?;
    if before.as_ref() == Some(&organisation.path) {
        return Ok(BTreeSet::new());
    }
    let counts = one(
        transaction,
        "select 1 where exists (select 1 from outcome where organisation = $1)
             or exists (select 1 from activity where organisation = $1)
             or exists (select 1 from matter where to_organisation = $1)
             or exists (select 1 from matter where asker_organisation = $1)",
        &[&key],
        |_| Ok(()),
    )
    .await?;
    if counts.is_none() {
        return Ok(BTreeSet::new());
    }
    let old: BTreeSet<_> = before.iter().flat_map(OrganisationPath::line).collect();
    let new: BTreeSet<_> = organisation.path.line().collect();
    Ok(old.symmetric_difference(&new).cloned().collect())
}

async fn put_area(transaction: &Transaction<'_>, area: &Area) -> Result<u64, StoreError> {
    run(
        transaction,
        "insert into area as a (code, name, level, parent) values ($1, $2, $3, $4)
         on conflict (code) do update
         set name = excluded.name, level = excluded.level, parent = excluded.parent
         where (a.name, a.level, a.parent)
            is distinct from (excluded.name, excluded.level, excluded.parent)",
        &[
            &area.code.as_str(),
            &area.name,
            &area.level.as_str(),
            &area.parent.as_ref().map(|code| code.as_str()),
        ],
    )
    .await
}

async fn put_organisation(
    transaction: &Transaction<'_>,
    organisation: &Organisation,
) -> Result<u64, StoreError> {
    run(
        transaction,
        "insert into organisation as o (id, path, parent, name, kind, area)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (id) do update
         set path = excluded.path, parent = excluded.parent, name = excluded.name,
             kind = excluded.kind, area = excluded.area
         where (o.path, o.name, o.kind, o.area)
            is distinct from (excluded.path, excluded.name, excluded.kind, excluded.area)",
        &[
            &organisation.id.0,
            &organisation.path.as_str(),
            &organisation.path.parent().map(String::from),
            &organisation.name,
            &organisation.kind.as_str(),
            &organisation.area.as_str(),
        ],
    )
    .await
}

async fn put_venue(transaction: &Transaction<'_>, venue: &Venue) -> Result<u64, StoreError> {
    run(
        transaction,
        "insert into venue as v (id, name, kind, area, organisation) values ($1, $2, $3, $4, $5)
         on conflict (id) do update
         set name = excluded.name, kind = excluded.kind, area = excluded.area,
             organisation = excluded.organisation
         where (v.name, v.kind, v.area, v.organisation)
            is distinct from
               (excluded.name, excluded.kind, excluded.area, excluded.organisation)",
        &[
            &venue.id.0,
            &venue.name,
            &venue.kind.as_str(),
            &venue.area.as_str(),
            &venue.organisation.0,
        ],
    )
    .await
}

async fn put_person(transaction: &Transaction<'_>, person: &Person) -> Result<u64, StoreError> {
    run(
        transaction,
        "insert into member as m (id, code, name, branch, phone) values ($1, $2, $3, $4, $5)
         on conflict (id) do update
         set code = excluded.code, name = excluded.name, branch = excluded.branch,
             phone = excluded.phone
         where (m.code, m.name, m.branch, m.phone)
            is distinct from (excluded.code, excluded.name, excluded.branch, excluded.phone)",
        &[
            &person.id.0,
            &person.code,
            &person.name,
            &person.branch.0,
            &person.phone,
        ],
    )
    .await
}

async fn put_appointment(
    transaction: &Transaction<'_>,
    appointment: &Appointment,
) -> Result<u64, StoreError> {
    run(
        transaction,
        "insert into appointment (member, role, organisation) values ($1, $2, $3)
         on conflict do nothing",
        &[
            &appointment.member.0,
            &appointment.role.as_str(),
            &appointment.organisation.0,
        ],
    )
    .await
}

async fn put_membership(
    transaction: &Transaction<'_>,
    membership: Membership,
) -> Result<u64, StoreError> {
    run(
        transaction,
        "insert into membership (member, organisation) values ($1, $2) on conflict do nothing",
        &[&membership.member.0, &membership.organisation.0],
    )
    .await
}

async fn put_merger(transaction: &Transaction<'_>, merger: Merger) -> Result<u64, StoreError> {
    run(
        transaction,
        "update organisation set successor = $2 where id = $1 and successor is distinct from $2",
        &[&merger.organisation.0, &merger.successor.map(|id| id.0)],
    )
    .await
}

pub(super) async fn snapshot(
    transaction: &Transaction<'_>,
) -> Result<DirectorySnapshot, StoreError> {
    let areas = all(
        transaction,
        "select code, name, level, parent from area",
        &[],
        read_area,
    );
    let areas = areas.await?;
    let organisations = all(
        transaction,
        "select id, path, name, kind, area from organisation",
        &[],
        read_organisation,
    );
    let organisations = organisations.await?;
    let venues = all(
        transaction,
        "select id, name, kind, area, organisation from venue",
        &[],
        read_venue,
    );
    let venues = venues.await?;
    let people = all(
        transaction,
        "select id, code, name, branch, phone from member",
        &[],
        read_person,
    );
    let people = people.await?;
    let memberships: Vec<Membership> = all(
        transaction,
        "select member, organisation from membership",
        &[],
        |row| {
            Ok(Membership {
                member: id(row, 0)?,
                organisation: id(row, 1)?,
            })
        },
    )
    .await?;
    let successors: Vec<(OrganisationId, OrganisationId)> = all(
        transaction,
        "select id, successor from organisation where successor is not null",
        &[],
        |row| Ok((id(row, 0)?, id(row, 1)?)),
    )
    .await?;
    Ok(DirectorySnapshot {
        memberships: BTreeSet::from_iter(memberships),
        successors: BTreeMap::from_iter(successors),
        areas: by(areas, |area| area.code.clone()),
        organisations: by(organisations, |organisation| organisation.path.clone()),
        venues: by(venues, |venue| venue.id),
        people: by(people, |person| person.code.clone()),
    })
}

fn by<K: Ord, T>(rows: Vec<T>, key: impl Fn(&T) -> K) -> BTreeMap<K, T> {
    rows.into_iter().map(|row| (key(&row), row)).collect()
}

/// Reads `id, code, name, branch, phone`.
fn read_person(row: &Row) -> Result<Person, StoreError> {
    Ok(Person {
        id: id(row, 0)?,
        code: get(row, 1)?,
        name: get(row, 2)?,
        branch: id(row, 3)?,
        phone: get(row, 4)?,
    })
}

/// Reads `code, name, level, parent`.
pub(super) fn read_area(row: &Row) -> Result<Area, StoreError> {
    let parent: Option<String> = get(row, 3)?;
    Ok(Area {
        code: area_code(row, 0)?,
        name: get(row, 1)?,
        level: word(row, 2, AreaLevel::parse, "area")?,
        parent: parent
            .map(TryInto::try_into)
            .transpose()
            .map_err(|_| damaged("area"))?,
    })
}

/// Reads `id, path, name, kind, area`.
pub(super) fn read_organisation(row: &Row) -> Result<Organisation, StoreError> {
    Ok(Organisation {
        id: id(row, 0)?,
        path: path(row, 1)?,
        name: get(row, 2)?,
        kind: word(row, 3, OrganisationKind::parse, "organisation")?,
        area: area_code(row, 4)?,
    })
}

/// Reads `id, name, kind, area, organisation`.
pub(super) fn read_venue(row: &Row) -> Result<Venue, StoreError> {
    Ok(Venue {
        id: id(row, 0)?,
        name: get(row, 1)?,
        kind: word(row, 2, VenueKind::parse, "venue")?,
        area: area_code(row, 3)?,
        organisation: id(row, 4)?,
    })
}
