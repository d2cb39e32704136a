//! What dashboards read: cells of the roll-ups, the organisations beneath, activities, venues.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};
use shared::api::{OrganisationSummary, UnconfirmedActivity, VenueFigures, VenueSummary};
use shared::ids::{ActivityId, AreaCode, OrganisationId, OrganisationPath, VenueId};
use shared::project::PlanRow;
use shared::rollup::{Facet, Range, of_activity};
use shared::time::Day;
use shared::words::{OrganisationKind, VenueKind};

use super::oversight::{place, read_organisation, read_summary, summary};
use super::rows::{all, area_code, body, id, one, path, word};
use crate::rollup::{CellRow, Scope, Sum};
use crate::store::StoreError;
use crate::store::figures::{
    ActivitiesWanted, BeneathRow, CellRun, CellsWanted, DashboardRows, DashboardWanted, Depth,
    Marks, Memory, NoMemory, UnconfirmedPlace, UnconfirmedRows, VenueRows, VenuesWanted,
};

pub(super) fn dashboard(
    connection: &Connection,
    wanted: &DashboardWanted,
) -> Result<Option<DashboardRows>, StoreError> {
    let mut line = Vec::new();
    for path in wanted.path.line() {
        line.extend(one(
            connection,
            "select id, name, kind, area, path from organisation where path = ?1",
            [path.as_str()],
            |row| read_organisation(connection, row),
        )?);
    }
    let Some(own) = line.last().filter(|last| last.path == wanted.path) else {
        return Ok(None);
    };
    let activities = activities(connection, own.summary.id, &wanted.activities)?;
    let memory = &*wanted.memory;
    let own = wanted
        .own
        .iter()
        .map(|list| cells(connection, wanted.path.as_str(), list, memory))
        .collect::<Result<_, _>>()?;
    Ok(Some(DashboardRows {
        own,
        beneath: beneath(connection, &wanted.path, &wanted.beneath, memory)?,
        activities,
        line,
    }))
}

/// Returns the columns of a cell that are read, from `figures` on.
const fn columns(depth: Depth) -> &'static str {
    match depth {
        Depth::Figures => "figures",
        Depth::Sets => "figures, distinct_sets",
        Depth::Facets => "figures, distinct_sets, facets",
    }
}

/// Reads the cells of one scope, those alone that are not remembered.
fn cells(
    connection: &Connection,
    scope: &str,
    wanted: &CellsWanted,
    memory: &dyn Memory,
) -> Result<Vec<CellRun>, StoreError> {
    let runs = wanted.ranges.iter();
    runs.map(|range| run(connection, scope, *range, wanted.depth, memory))
        .collect()
}

fn run(
    connection: &Connection,
    scope: &str,
    range: Range,
    depth: Depth,
    memory: &dyn Memory,
) -> Result<CellRun, StoreError> {
    let place = params![scope, range.span.number(), range.first.0, range.last.0];
    let marks: Marks = all(
        connection,
        "select start, mark from rollup
         where scope = ?1 and span = ?2 and start between ?3 and ?4 order by start",
        place,
        |row| Ok((Day(row.get(0)?), row.get(1)?)),
    )?;
    if memory.remembers(scope, range, depth, &marks) {
        let rows = None;
        return Ok(CellRun { range, marks, rows });
    }
    let columns = columns(depth);
    let sql = format!(
        "select start, {columns} from rollup
         where scope = ?1 and span = ?2 and start between ?3 and ?4 order by start"
    );
    let rows = all(connection, &sql, place, |row| {
        Ok((Day(row.get(0)?), read_cell(row, 1, depth)?))
    })?;
    Ok(CellRun {
        range,
        marks,
        rows: Some(rows),
    })
}

fn read_cell(row: &Row<'_>, first: usize, depth: Depth) -> Result<CellRow, StoreError> {
    let mut cell = CellRow {
        figures: row.get(first)?,
        ..CellRow::default()
    };
    match depth {
        Depth::Figures => {}
        Depth::Sets => cell.distinct = row.get(first + 1)?,
        Depth::Facets => {
            cell.distinct = row.get(first + 1)?;
            cell.facets = row.get(first + 2)?;
        }
    }
    Ok(cell)
}

/// The organisations directly beneath one; the places of many are few, so each is looked up once.
fn beneath(
    connection: &Connection,
    parent: &OrganisationPath,
    wanted: &CellsWanted,
    memory: &dyn Memory,
) -> Result<Vec<BeneathRow>, StoreError> {
    let found = all(
        connection,
        "select o.id, o.name, o.kind, o.area, o.path,
             exists (select 1 from organisation b where b.parent = o.path)
         from organisation o where o.parent = ?1 order by o.path",
        [parent.as_str()],
        |row| {
            let summary = OrganisationSummary {
                id: id(row, 0)?,
                name: row.get(1)?,
                kind: word(row, 2, OrganisationKind::parse, "organisation")?,
                place: Vec::new(),
            };
            Ok((summary, area_code(row, 3)?, path(row, 4)?, row.get(5)?))
        },
    )?;
    let mut places: BTreeMap<AreaCode, Vec<String>> = BTreeMap::new();
    let mut rows = Vec::with_capacity(found.len());
    for (mut organisation, area, path, has_beneath) in found {
        if !places.contains_key(&area) {
            places.insert(area.clone(), place(connection, &area)?);
        }
        organisation.place = places.get(&area).cloned().unwrap_or_default();
        rows.push(BeneathRow {
            organisation,
            has_beneath,
            cells: cells(connection, path.as_str(), wanted, memory)?,
            path,
        });
    }
    Ok(rows)
}

fn activities(
    connection: &Connection,
    organisation: OrganisationId,
    wanted: &ActivitiesWanted,
) -> Result<Vec<shared::api::ActivitySummary>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select body from activity
         where organisation = ?1 and starts_at >= ?2 and starts_at < ?3
         order by starts_at desc, id desc",
    )?;
    let mut rows = statement.query(params![
        organisation.0.into_bytes(),
        wanted.from.start().0,
        wanted.to.plus(1).start().0,
    ])?;
    let counts = |row: &PlanRow, facet: &Facet| of_activity(row).facets.contains(facet);
    let mut found = Vec::new();
    while found.len() < wanted.limit
        && let Some(row) = rows.next()?
    {
        let row: PlanRow = body(row, 0, "activity")?;
        if wanted
            .facet
            .as_ref()
            .is_none_or(|facet| counts(&row, facet))
        {
            found.push(summary(connection, row)?);
        }
    }
    Ok(found)
}

/// Tells whether anything was held at the venue `v` on the days `?2` to `?3`.
const USED: &str = "exists (
     select 1 from rollup r where r.scope = '~' || hex(v.id) and r.span = 0
         and r.start between ?2 and ?3 and r.held > 0
 )";

pub(super) fn venues(
    connection: &Connection,
    wanted: &VenuesWanted,
) -> Result<VenueRows, StoreError> {
    let under = "venue v join organisation o on o.id = v.organisation
         where o.path >= ?1 and o.path < ?1 || '~'";
    let kinds = all(
        connection,
        &format!("select v.kind, count(*), sum({USED}) from {under} group by v.kind"),
        params![wanted.path.as_str(), wanted.from.0, wanted.to.0],
        |row| {
            let kind = word(row, 0, VenueKind::parse, "venue")?;
            Ok((kind, row.get(1)?, row.get(2)?))
        },
    )?;
    let mut rows = VenueRows::default();
    for (kind, all, used) in kinds {
        rows.all.push((kind, all));
        rows.used.push((kind, used));
    }
    rows.all.sort_unstable();
    rows.used.sort_unstable();
    let mut values = vec![
        Value::Text(wanted.path.as_str().to_owned()),
        Value::Integer(wanted.from.0.into()),
        Value::Integer(wanted.to.0.into()),
        Value::Integer(i64::try_from(wanted.limit).unwrap_or(i64::MAX)),
    ];
    let mut condition = String::new();
    if wanted.unused {
        condition = format!(" and not {USED}");
    }
    if let Some(after) = &wanted.after {
        condition.push_str(" and (o.path, v.name, v.id) > (?5, ?6, ?7)");
        values.push(Value::Text(after.path.as_str().to_owned()));
        values.push(Value::Text(after.name.clone()));
        values.push(Value::Blob(after.venue.0.as_bytes().to_vec()));
    }
    let sql = format!(
        "select o.id, o.name, o.kind, o.area, o.path, v.id, v.name, v.kind
         from {under} and ?2 <= ?3{condition} order by o.path, v.name, v.id limit ?4"
    );
    let found = all(connection, &sql, params_from_iter(values), |row| {
        Ok((read_organisation(connection, row)?, read_venue(row, 5)?))
    })?;
    for (organisation, venue) in found {
        let path = organisation.path;
        let figures = VenueFigures {
            figures: held_at(connection, venue.id, wanted)?,
            last_used: last_used(connection, venue.id)?,
            organisation: organisation.summary,
            venue,
        };
        rows.rows.push((path, figures));
    }
    Ok(rows)
}

/// Reads `id, name, kind` from a column on.
fn read_venue(row: &Row<'_>, first: usize) -> Result<VenueSummary, StoreError> {
    Ok(VenueSummary {
        id: id(row, first)?,
        name: row.get(first + 1)?,
        kind: word(row, first + 2, VenueKind::parse, "venue")?,
    })
}

fn held_at(
    connection: &Connection,
    venue: VenueId,
    wanted: &VenuesWanted,
) -> Result<shared::rollup::Figures, StoreError> {
    let cells = cells(
        connection,
        &Scope::Venue(venue).text(),
        &CellsWanted {
            ranges: shared::rollup::cover(wanted.from, wanted.to),
            depth: Depth::Sets,
        },
        &NoMemory,
    )?;
    let mut sum = Sum::default();
    for (_, cell) in cells.iter().flat_map(|run| &run.rows).flatten() {
        sum.add(cell, None)?;
    }
    Ok(sum.figures())
}

fn last_used(connection: &Connection, venue: VenueId) -> Result<Option<Day>, StoreError> {
    one(
        connection,
        "select start from rollup where scope = ?1 and span = 0 and held > 0
         order by start desc limit 1",
        [Scope::Venue(venue).text()],
        |row| Ok(Day(row.get(0)?)),
    )
}

pub(super) fn unconfirmed(
    connection: &Connection,
    path: &OrganisationPath,
    after: Option<UnconfirmedPlace>,
    limit: usize,
) -> Result<UnconfirmedRows, StoreError> {
    // Before every activity.
    let after = after.unwrap_or(UnconfirmedPlace {
        day: Day(i32::MIN),
        activity: ActivityId(uuid::Uuid::nil()),
    });
    let found = all(
        connection,
        "select distinct r.day, a.body, o.id, o.name, o.kind, o.area, r.activity from outcome r
         join organisation o on o.id = r.organisation
         join activity a on a.id = r.activity
         where (r.waiting > 0 or r.disputed > 0) and o.path >= ?1 and o.path < ?1 || '~'
             and (r.day, r.activity) > (?2, ?3)
         order by r.day, r.activity limit ?4",
        params![
            path.as_str(),
            after.day.0,
            after.activity.0.into_bytes(),
            i64::try_from(limit).unwrap_or(i64::MAX),
        ],
        |row| {
            let plan: PlanRow = body(row, 1, "activity")?;
            Ok((Day(row.get(0)?), plan, read_summary(connection, row, 2)?))
        },
    )?;
    let mut rows = UnconfirmedRows::new();
    for (day, plan, organisation) in found {
        let activity = summary(connection, plan)?;
        rows.push((
            day,
            UnconfirmedActivity {
                organisation,
                activity,
            },
        ));
    }
    Ok(rows)
}
