//! Registrations, service and claims, as phones and coordinators read them.

mod lists;

use std::collections::BTreeMap;

use rusqlite::{Connection, Params, Row, params};
use shared::ids::AreaCode;
use shared::permission::Authority;
use shared::reconcile::Matter;
use shared::server::Read;
use shared::wire::MatterRow;

use super::documents::version;
use super::oversight::place;
use super::rows::{all, area_code, body, one, path};
use crate::store::StoreError;
use crate::store::matters::{MatterKey, MatterRecord, TOLD_AT_MOST, TOLD_DAYS, coordinated, told};

pub(super) use lists::{communities, listings, matters, registrations, service};

/// The organisations at and beneath a path.
pub(super) const LINE: &str =
    "line as (select id from organisation where substr(path, 1, length(?1)) = ?1)";

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

/// What others are told no more: service and claims of long ago on which nothing is left to decide.
const TOLD: &str = "(x.open = 1 or x.day >= ?4
     or x.kind in ('member_registration', 'org_registration'))";

/// Reads the matters that concern the owner of a phone or wait for the owner, as far as the phone has
/// not seen them; the revision up to which they are all of them, and whether there are more.
pub(super) fn read_matters(
    connection: &Connection,
    read: &Read,
    authority: &Authority,
) -> Result<(Vec<MatterRow>, u64, bool), StoreError> {
    let Some(asked) = read.matters else {
        return Ok((Vec::new(), 0, false));
    };
    let own = ("x.member", authority.member.0, "?4 = ?4");
    let coordinated = coordinated(authority);
    let others = coordinated.iter().flat_map(|organisation| {
        ["x.to_organisation", "x.asker_organisation"].map(|column| (column, organisation.0, TOLD))
    });
    let (mut newest, mut found) = (asked, BTreeMap::new());
    for (column, id, told) in std::iter::once(own).chain(others) {
        let id = id.into_bytes();
        let last = one(
            connection,
            &format!(
                "select x.revision from matter x where {column} = ?1
                 order by x.revision desc limit 1"
            ),
            [id],
            |row| version(row, 0),
        )?;
        let Some(last) = last.filter(|last| *last > asked) else {
            continue;
        };
        newest = newest.max(last);
        let after = i64::try_from(asked).unwrap_or(i64::MAX);
        let since = read.today.plus(-TOLD_DAYS).0;
        let limit = i64::try_from(TOLD_AT_MOST + 1).unwrap_or(i64::MAX);
        found.extend(rows(
            connection,
            &format!(
                "select {COLUMNS} from matter x {NAMED}
                 where {column} = ?1 and x.revision > ?2 and {told} order by x.revision limit ?3"
            ),
            params![id, after, limit, since],
        )?);
    }
    let (found, more) = told(found.into_iter().collect(), authority.member, &coordinated);
    let last = found.keys().next_back().copied().filter(|_| more);
    let revision = last.unwrap_or(newest);
    Ok((found.into_values().collect(), revision, more))
}

/// Returns the matters of a query of [`COLUMNS`], with their revisions.
pub(super) fn rows(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Vec<(u64, MatterRow)>, StoreError> {
    let mut places = BTreeMap::new();
    all(connection, sql, params, |row| {
        read_row(connection, row, &mut places)
    })
}

/// Many rows are of one community: each place is looked up once.
fn read_row(
    connection: &Connection,
    row: &Row<'_>,
    places: &mut BTreeMap<AreaCode, Vec<String>>,
) -> Result<(u64, MatterRow), StoreError> {
    let area: Option<String> = row.get(5)?;
    let place = match area {
        Some(_) => {
            let area = area_code(row, 5)?;
            match places.get(&area) {
                Some(place) => place.clone(),
                None => {
                    let found = place(connection, &area)?;
                    places.entry(area).or_insert(found).clone()
                }
            }
        }
        None => Vec::new(),
    };
    let found = MatterRow {
        matter: body(row, 0, "matter")?,
        name: row.get(2)?,
        from: row.get(3)?,
        to: row.get(4)?,
        place,
    };
    Ok((version(row, 1)?, found))
}

pub(super) fn matter(
    connection: &Connection,
    (request, topic): MatterKey,
) -> Result<Option<MatterRecord>, StoreError> {
    let key = params![request.0.into_bytes(), topic.key()];
    let matter = one(
        connection,
        "select body from matter where request = ?1 and topic = ?2",
        key,
        |row| body::<Matter>(row, 0, "matter"),
    )?;
    let Some(matter) = matter else {
        return Ok(None);
    };
    let paths = all(
        connection,
        "select o.path from matter x
         left join member m on m.id = x.member
         join organisation o on o.id in (x.to_organisation, x.asker_organisation, m.branch)
         where x.request = ?1 and x.topic = ?2 order by o.path",
        key,
        |row| path(row, 0),
    )?;
    Ok(Some(MatterRecord { matter, paths }))
}
