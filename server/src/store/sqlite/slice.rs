//! The part of the directory that one phone holds.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use shared::directory::{
    Area, DirectorySlice, Member, Organisation, TeamRoster, Venue, mask_phone,
};
use shared::ids::{AreaCode, MemberId, OrganisationId, OrganisationPath};
use shared::permission::Authority;
use shared::words::Role;

use super::directory::{city, read_area, read_organisation, read_venue};
use super::rows::{all, damaged, id, one, path};
use crate::store::{StoreError, unique};

pub(super) fn slice(
    connection: &Connection,
    authority: &Authority,
) -> Result<DirectorySlice, StoreError> {
    let city = city(connection)?.ok_or(StoreError::Unfounded)?;
    let owner = owner(connection, authority.member)?;
    let organisations = organisations(connection, authority)?;
    let mut venues = Vec::new();
    for organisation in &organisations {
        venues.extend(venues_of(connection, organisation)?);
    }
    let codes = organisations
        .iter()
        .map(|organisation| &organisation.area)
        .chain(venues.iter().map(|venue: &Venue| &venue.area));
    let areas = areas(connection, codes)?;
    let teams = teams(connection, authority, &organisations)?;
    Ok(DirectorySlice {
        city,
        owner,
        grants: authority.grants.clone(),
        organisations,
        areas,
        venues,
        members: members(connection, authority)?,
        teams,
    })
}

fn owner(connection: &Connection, member: MemberId) -> Result<Member, StoreError> {
    one(
        connection,
        "select id, name, branch, phone from member where id = ?1",
        [member.0.into_bytes()],
        read_member,
    )?
    .ok_or(damaged("member"))
}

/// The owner's line and those of the teams and of the rights, the root first; then those directly
/// beneath.
fn organisations(
    connection: &Connection,
    authority: &Authority,
) -> Result<Vec<Organisation>, StoreError> {
    let grants = authority.grants.iter();
    let teams = all(
        connection,
        "select o.path from membership m join organisation o on o.id = m.organisation
         where m.member = ?1",
        [authority.member.0.into_bytes()],
        |row| path(row, 0),
    )?;
    let own = grants.clone().map(|grant| &grant.path).chain(&teams);
    let lines: BTreeSet<OrganisationPath> = own
        .chain([&authority.home])
        .flat_map(OrganisationPath::line)
        .collect();
    let mut organisations = Vec::new();
    for line in &lines {
        organisations.extend(one(
            connection,
            "select id, path, name, kind, area from organisation where path = ?1",
            [line.as_str()],
            read_organisation,
        )?);
    }
    let coordinated = grants.filter(|grant| match grant.role {
        Role::Coordinator | Role::Administrator => true,
        Role::Host => false,
    });
    for above in unique(coordinated.map(|grant| grant.path.clone())) {
        let beneath = all(
            connection,
            "select id, path, name, kind, area from organisation where parent = ?1 order by path",
            [above.as_str()],
            read_organisation,
        )?;
        organisations.extend(
            beneath
                .into_iter()
                .filter(|organisation| !lines.contains(&organisation.path)),
        );
    }
    Ok(organisations)
}

fn venues_of(
    connection: &Connection,
    organisation: &Organisation,
) -> Result<Vec<Venue>, StoreError> {
    all(
        connection,
        "select id, name, kind, area, organisation from venue where organisation = ?1 order by id",
        [organisation.id.0.into_bytes()],
        read_venue,
    )
}

/// The divisions and those above them, by code.
fn areas<'a>(
    connection: &Connection,
    codes: impl Iterator<Item = &'a AreaCode>,
) -> Result<Vec<Area>, StoreError> {
    let mut found: BTreeMap<AreaCode, Area> = BTreeMap::new();
    for code in codes {
        let mut next = Some(code.clone());
        while let Some(code) = next.take().filter(|code| !found.contains_key(code)) {
            let area = one(
                connection,
                "select code, name, level, parent from area where code = ?1",
                [code.as_str()],
                read_area,
            )?;
            if let Some(area) = area {
                next.clone_from(&area.parent);
                found.insert(code, area);
            }
        }
    }
    Ok(found.into_values().collect())
}

/// The members of the organisations of the rights: of branches and of teams, each once.
fn members(connection: &Connection, authority: &Authority) -> Result<Vec<Member>, StoreError> {
    let mut members = Vec::new();
    for organisation in unique(authority.grants.iter().map(|grant| grant.organisation)) {
        members.extend(all(
            connection,
            "select id, name, branch, phone from member where branch = ?1
             union
             select m.id, m.name, m.branch, m.phone
             from membership s join member m on m.id = s.member where s.organisation = ?1",
            [organisation.0.into_bytes()],
            read_member,
        )?);
    }
    members.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    members.dedup_by_key(|member| member.id);
    Ok(members)
}

/// Who is in the teams of the rights.
fn teams(
    connection: &Connection,
    authority: &Authority,
    organisations: &[Organisation],
) -> Result<Vec<TeamRoster>, StoreError> {
    let roster = |team: OrganisationId| {
        let members = all(
            connection,
            "select id from member where branch = ?1
             union
             select member from membership where organisation = ?1
             order by 1",
            [team.0.into_bytes()],
            |row| id(row, 0),
        )?;
        Ok(TeamRoster {
            organisation: team,
            members,
        })
    };
    authority.teams(organisations).map(roster).collect()
}

fn read_member(row: &rusqlite::Row<'_>) -> Result<Member, StoreError> {
    let phone: Option<String> = row.get(3)?;
    Ok(Member {
        id: id(row, 0)?,
        name: row.get(1)?,
        branch: id(row, 2)?,
        phone_masked: phone.as_deref().map(mask_phone),
    })
}
