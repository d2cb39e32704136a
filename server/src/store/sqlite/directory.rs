//! The directory's rows: areas, organisations, venues, people, rights.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};
use shared::directory::{Area, City, Organisation, Venue};
use shared::ids::{MemberId, OrganisationId, OrganisationPath};
use shared::words::{AreaLevel, OrganisationKind, VenueKind};

use super::identity;
use super::rollup;
use super::rows::{all, area_code, damaged, id, one, path, run, word};
use crate::directory::{
    Appointment, DirectoryChanges, DirectorySnapshot, Membership, Merger, Person,
};
use crate::store::StoreError;
use crate::store::identity::MemberRecord;

pub(super) fn found(
    connection: &Connection,
    city: &City,
    epoch: u64,
    changes: &DirectoryChanges,
) -> Result<(), StoreError> {
    if self::city(connection)?.is_some() {
        return Err(StoreError::Founded);
    }
    let text =
        serde_json::to_string(city).map_err(|error| StoreError::Database(Box::new(error)))?;
    run(
        connection,
        "insert into meta (id, city, epoch) values (1, ?1, ?2)",
        params![text, i64::try_from(epoch).unwrap_or(i64::MAX)],
    )?;
    change(connection, changes).map(drop)
}

pub(super) fn begin_epoch(connection: &Connection, epoch: u64) -> Result<(), StoreError> {
    let epoch = i64::try_from(epoch).unwrap_or(i64::MAX);
    match run(connection, "update meta set epoch = ?1", [epoch])? {
        0 => Err(StoreError::Unfounded),
        _ => Ok(()),
    }
}

pub(super) fn city(connection: &Connection) -> Result<Option<City>, StoreError> {
    one(connection, "select city from meta", [], |row| {
        let text = row.get_ref(0)?.as_str().map_err(|_| damaged("meta"))?;
        serde_json::from_str(text).map_err(|_| damaged("meta"))
    })
}

pub(super) fn member(
    connection: &Connection,
    member: MemberId,
) -> Result<Option<MemberRecord>, StoreError> {
    let found = one(
        connection,
        "select m.id, m.name, m.branch, o.path
         from member m join organisation o on o.id = m.branch where m.id = ?1",
        [member.0.into_bytes()],
        |row| {
            Ok(MemberRecord {
                id: id(row, 0)?,
                name: row.get(1)?,
                branch: id(row, 2)?,
                path: path(row, 3)?,
                grants: Vec::new(),
            })
        },
    )?;
    let Some(mut found) = found else {
        return Ok(None);
    };
    found.grants = identity::grants(connection, member)?;
    Ok(Some(found))
}

/// Inserts or replaces rows. The version moves only when a row really changed.
pub(super) fn change(
    connection: &Connection,
    changes: &DirectoryChanges,
) -> Result<u64, StoreError> {
    let mut changed = 0;
    for area in &changes.areas {
        changed += put_area(connection, area)?;
    }
    let mut moved = BTreeSet::new();
    for organisation in &changes.organisations {
        moved.extend(moves(connection, organisation)?);
        changed += put_organisation(connection, organisation)?;
    }
    for venue in &changes.venues {
        changed += put_venue(connection, venue)?;
    }
    for person in &changes.people {
        changed += put_person(connection, person)?;
    }
    for appointment in &changes.appointments {
        changed += put_appointment(connection, appointment)?;
    }
    for membership in &changes.memberships {
        changed += put_membership(connection, *membership)?;
    }
    for merger in &changes.mergers {
        changed += put_merger(connection, *merger)?;
    }
    if !moved.is_empty() {
        rollup::sum_anew(connection, &moved)?;
    }
    if changed > 0 {
        run(
            connection,
            "update meta set directory_version = directory_version + 1",
            [],
        )?;
    }
    one(
        connection,
        "select directory_version from meta",
        [],
        |row| Ok(row.get::<_, i64>(0)?.unsigned_abs()),
    )?
    .ok_or(StoreError::Unfounded)
}

/// Returns the organisations whose roll-ups a new path adds to or takes from: those above the one place
/// and not the other.
fn moves(
    connection: &Connection,
    organisation: &Organisation,
) -> Result<BTreeSet<OrganisationPath>, StoreError> {
    let key = organisation.id.0.into_bytes();
    let sql = "select path from organisation where id = ?1";
    let before = one(connection, sql, [key], |row| path(row, 0))?;
    if before.as_ref() == Some(&organisation.path) {
        return Ok(BTreeSet::new());
    }
    let counts = one(
        connection,
        "select 1 where exists (select 1 from outcome where organisation = ?1)
             or exists (select 1 from activity where organisation = ?1)
             or exists (select 1 from matter where to_organisation = ?1)
             or exists (select 1 from matter where asker_organisation = ?1)",
        [key],
        |_| Ok(()),
    )?;
    if counts.is_none() {
        return Ok(BTreeSet::new());
    }
    let old: BTreeSet<_> = before.iter().flat_map(OrganisationPath::line).collect();
    let new: BTreeSet<_> = organisation.path.line().collect();
    Ok(old.symmetric_difference(&new).cloned().collect())
}

fn put_area(connection: &Connection, area: &Area) -> Result<usize, StoreError> {
    run(
        connection,
        "insert into area (code, name, level, parent) values (?1, ?2, ?3, ?4)
         on conflict (code) do update
         set name = excluded.name, level = excluded.level, parent = excluded.parent
         where (name, level, parent) is not (excluded.name, excluded.level, excluded.parent)",
        params![
            area.code.as_str(),
            area.name,
            area.level.as_str(),
            area.parent.as_ref().map(|code| code.as_str()),
        ],
    )
}

fn put_organisation(
    connection: &Connection,
    organisation: &Organisation,
) -> Result<usize, StoreError> {
    run(
        connection,
        "insert into organisation (id, path, parent, name, kind, area)
         values (?1, ?2, ?3, ?4, ?5, ?6)
         on conflict (id) do update
         set path = excluded.path, parent = excluded.parent, name = excluded.name,
             kind = excluded.kind, area = excluded.area
         where (path, name, kind, area)
            is not (excluded.path, excluded.name, excluded.kind, excluded.area)",
        params![
            organisation.id.0.into_bytes(),
            organisation.path.as_str(),
            organisation.path.parent().map(String::from),
            organisation.name,
            organisation.kind.as_str(),
            organisation.area.as_str(),
        ],
    )
}

fn put_venue(connection: &Connection, venue: &Venue) -> Result<usize, StoreError> {
    run(
        connection,
        "insert into venue (id, name, kind, area, organisation) values (?1, ?2, ?3, ?4, ?5)
         on conflict (id) do update
         set name = excluded.name, kind = excluded.kind, area = excluded.area,
             organisation = excluded.organisation
         where (name, kind, area, organisation)
            is not (excluded.name, excluded.kind, excluded.area, excluded.organisation)",
        params![
            venue.id.0.into_bytes(),
            venue.name,
            venue.kind.as_str(),
            venue.area.as_str(),
            venue.organisation.0.into_bytes(),
        ],
    )
}

fn put_person(connection: &Connection, person: &Person) -> Result<usize, StoreError> {
    run(
        connection,
        "insert into member (id, code, name, branch, phone) values (?1, ?2, ?3, ?4, ?5)
         on conflict (id) do update
         set code = excluded.code, name = excluded.name, branch = excluded.branch,
             phone = excluded.phone
         where (code, name, branch, phone)
            is not (excluded.code, excluded.name, excluded.branch, excluded.phone)",
        params![
            person.id.0.into_bytes(),
            person.code,
            person.name,
            person.branch.0.into_bytes(),
            person.phone,
        ],
    )
}

fn put_appointment(
    connection: &Connection,
    appointment: &Appointment,
) -> Result<usize, StoreError> {
    run(
        connection,
        "insert into appointment (member, role, organisation) values (?1, ?2, ?3)
         on conflict do nothing",
        params![
            appointment.member.0.into_bytes(),
            appointment.role.as_str(),
            appointment.organisation.0.into_bytes(),
        ],
    )
}

fn put_membership(connection: &Connection, membership: Membership) -> Result<usize, StoreError> {
    run(
        connection,
        "insert into membership (member, organisation) values (?1, ?2) on conflict do nothing",
        params![
            membership.member.0.into_bytes(),
            membership.organisation.0.into_bytes(),
        ],
    )
}

fn put_merger(connection: &Connection, merger: Merger) -> Result<usize, StoreError> {
    run(
        connection,
        "update organisation set successor = ?2 where id = ?1 and successor is not ?2",
        params![
            merger.organisation.0.into_bytes(),
            merger.successor.map(|id| id.0.into_bytes()),
        ],
    )
}

pub(super) fn snapshot(connection: &Connection) -> Result<DirectorySnapshot, StoreError> {
    let areas = all(
        connection,
        "select code, name, level, parent from area",
        [],
        read_area,
    )?;
    let organisations = all(
        connection,
        "select id, path, name, kind, area from organisation",
        [],
        read_organisation,
    )?;
    let venues = all(
        connection,
        "select id, name, kind, area, organisation from venue",
        [],
        read_venue,
    )?;
    let people = all(
        connection,
        "select id, code, name, branch, phone from member",
        [],
        |row| {
            Ok(Person {
                id: id(row, 0)?,
                code: row.get(1)?,
                name: row.get(2)?,
                branch: id(row, 3)?,
                phone: row.get(4)?,
            })
        },
    )?;
    let memberships: Vec<Membership> = all(
        connection,
        "select member, organisation from membership",
        [],
        |row| {
            Ok(Membership {
                member: id(row, 0)?,
                organisation: id(row, 1)?,
            })
        },
    )?;
    let successors: Vec<(OrganisationId, OrganisationId)> = all(
        connection,
        "select id, successor from organisation where successor is not null",
        [],
        |row| Ok((id(row, 0)?, id(row, 1)?)),
    )?;
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

/// Reads `code, name, level, parent`.
pub(super) fn read_area(row: &rusqlite::Row<'_>) -> Result<Area, StoreError> {
    let parent: Option<String> = row.get(3)?;
    Ok(Area {
        code: area_code(row, 0)?,
        name: row.get(1)?,
        level: word(row, 2, AreaLevel::parse, "area")?,
        parent: parent
            .map(TryInto::try_into)
            .transpose()
            .map_err(|_| damaged("area"))?,
    })
}

/// Reads `id, path, name, kind, area`.
pub(super) fn read_organisation(row: &rusqlite::Row<'_>) -> Result<Organisation, StoreError> {
    Ok(Organisation {
        id: id(row, 0)?,
        path: path(row, 1)?,
        name: row.get(2)?,
        kind: word(row, 3, OrganisationKind::parse, "organisation")?,
        area: area_code(row, 4)?,
    })
}

/// Reads `id, name, kind, area, organisation`.
pub(super) fn read_venue(row: &rusqlite::Row<'_>) -> Result<Venue, StoreError> {
    Ok(Venue {
        id: id(row, 0)?,
        name: row.get(1)?,
        kind: word(row, 2, VenueKind::parse, "venue")?,
        area: area_code(row, 3)?,
        organisation: id(row, 4)?,
    })
}
