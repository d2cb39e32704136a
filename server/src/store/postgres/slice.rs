//! The part of the directory that one phone holds.

use std::collections::{BTreeMap, BTreeSet};

use deadpool_postgres::Transaction;
use shared::directory::{
    Area, DirectorySlice, Member, Organisation, TeamRoster, Venue, mask_phone,
};
use shared::ids::{AreaCode, MemberId, OrganisationId, OrganisationPath};
use shared::permission::Authority;
use shared::words::Role;
use tokio_postgres::Row;
use uuid::Uuid;

use super::directory::{city, read_area, read_organisation, read_venue};
use super::rows::{all, damaged, get, id, one, path};
use crate::store::{StoreError, unique};

pub(super) async fn slice(
    transaction: &Transaction<'_>,
    authority: &Authority,
) -> Result<DirectorySlice, StoreError> {
    let city = city(transaction).await?.ok_or(StoreError::Unfounded)?;
    let owner = owner(transaction, authority.member).await?;
    let organisations = organisations(transaction, authority).await?;
    let venues = venues(transaction, &organisations).await?;
    let codes = organisations
        .iter()
        .map(|organisation| &organisation.area)
        .chain(venues.iter().map(|venue| &venue.area));
    let areas = areas(transaction, unique(codes.cloned())).await?;
    let teams = teams(transaction, authority, &organisations).await?;
    Ok(DirectorySlice {
        city,
        owner,
        grants: authority.grants.clone(),
        organisations,
        areas,
        venues,
        members: members(transaction, authority).await?,
        teams,
    })
}

async fn owner(transaction: &Transaction<'_>, member: MemberId) -> Result<Member, StoreError> {
    one(
        transaction,
        "select id, name, branch, phone from member where id = $1",
        &[&member.0],
        read_member,
    )
    .await?
    .ok_or(damaged("member"))
}

/// The owner's line and those of the teams and of the rights, the root first; then those directly
/// beneath.
async fn organisations(
    transaction: &Transaction<'_>,
    authority: &Authority,
) -> Result<Vec<Organisation>, StoreError> {
    let grants = authority.grants.iter();
    let teams = all(
        transaction,
        "select o.path from membership m join organisation o on o.id = m.organisation
         where m.member = $1",
        &[&authority.member.0],
        |row| path(row, 0),
    )
    .await?;
    let own = grants.clone().map(|grant| &grant.path).chain(&teams);
    let lines: BTreeSet<OrganisationPath> = own
        .chain([&authority.home])
        .flat_map(OrganisationPath::line)
        .collect();
    let coordinated = grants.filter(|grant| match grant.role {
        Role::Coordinator | Role::Administrator => true,
        Role::Host => false,
    });
    let above: BTreeSet<&str> = coordinated.map(|grant| grant.path.as_str()).collect();
    let above: Vec<&str> = above.into_iter().collect();
    let on_lines: Vec<&str> = lines.iter().map(OrganisationPath::as_str).collect();
    let mut organisations = all(
        transaction,
        "select id, path, name, kind, area from organisation where path = any($1) order by path",
        &[&on_lines],
        read_organisation,
    )
    .await?;
    let beneath = all(
        transaction,
        "select id, path, name, kind, area from organisation where parent = any($1)
         order by parent, path",
        &[&above],
        read_organisation,
    )
    .await?;
    organisations.extend(
        beneath
            .into_iter()
            .filter(|organisation| !lines.contains(&organisation.path)),
    );
    Ok(organisations)
}

/// Venues in the order of their organisations, then by id.
async fn venues(
    transaction: &Transaction<'_>,
    organisations: &[Organisation],
) -> Result<Vec<Venue>, StoreError> {
    let ids: Vec<Uuid> = organisations.iter().map(|o| o.id.0).collect();
    let found = all(
        transaction,
        "select id, name, kind, area, organisation from venue where organisation = any($1)
         order by id",
        &[&ids],
        read_venue,
    )
    .await?;
    let mut by_organisation: BTreeMap<OrganisationId, Vec<Venue>> = BTreeMap::new();
    for venue in found {
        let venues = by_organisation.entry(venue.organisation).or_default();
        venues.push(venue);
    }
    let venues = organisations
        .iter()
        .filter_map(|organisation| by_organisation.remove(&organisation.id));
    Ok(venues.flatten().collect())
}

/// The divisions and those above them, by code.
async fn areas(
    transaction: &Transaction<'_>,
    codes: Vec<AreaCode>,
) -> Result<Vec<Area>, StoreError> {
    let codes: Vec<&str> = codes.iter().map(AreaCode::as_str).collect();
    all(
        transaction,
        "with recursive above as (
             select code, name, level, parent from area where code = any($1)
             union
             select a.code, a.name, a.level, a.parent
             from above join area a on a.code = above.parent
         )
         select code, name, level, parent from above order by code",
        &[&codes],
        read_area,
    )
    .await
}

/// The members of the organisations of the rights: of branches and of teams, each once.
async fn members(
    transaction: &Transaction<'_>,
    authority: &Authority,
) -> Result<Vec<Member>, StoreError> {
    let organisations = authority.grants.iter().map(|grant| grant.organisation.0);
    let organisations: Vec<Uuid> = unique(organisations);
    all(
        transaction,
        "select id, name, branch, phone from member where branch = any($1)
         union
         select m.id, m.name, m.branch, m.phone
         from membership s join member m on m.id = s.member where s.organisation = any($1)
         order by name, id",
        &[&organisations],
        read_member,
    )
    .await
}

/// Who is in the teams of the rights.
async fn teams(
    transaction: &Transaction<'_>,
    authority: &Authority,
    organisations: &[Organisation],
) -> Result<Vec<TeamRoster>, StoreError> {
    let teams: Vec<OrganisationId> = authority.teams(organisations).collect();
    let ids: Vec<Uuid> = teams.iter().map(|team| team.0).collect();
    let places = all(
        transaction,
        "select branch, id from member where branch = any($1)
         union
         select organisation, member from membership where organisation = any($1)
         order by 1, 2",
        &[&ids],
        |row| Ok((id(row, 0)?, id(row, 1)?)),
    )
    .await?;
    let mut by_team: BTreeMap<OrganisationId, Vec<MemberId>> = BTreeMap::new();
    for (team, member) in places {
        by_team.entry(team).or_default().push(member);
    }
    let rosters = teams.into_iter().map(|organisation| TeamRoster {
        organisation,
        members: by_team.remove(&organisation).unwrap_or_default(),
    });
    Ok(rosters.collect())
}

fn read_member(row: &Row) -> Result<Member, StoreError> {
    let phone: Option<&str> = get(row, 3)?;
    Ok(Member {
        id: id(row, 0)?,
        name: get(row, 1)?,
        branch: id(row, 2)?,
        phone_masked: phone.map(mask_phone),
    })
}
