//! What dashboards read: cells of the roll-ups, the organisations beneath, activities, venues.

use std::collections::BTreeMap;

use deadpool_postgres::Transaction;
use shared::api::{ActivitySummary, UnconfirmedActivity, VenueFigures, VenueSummary};
use shared::ids::{ActivityId, OrganisationId, OrganisationPath};
use shared::project::PlanRow;
use shared::rollup::{Range, cover, of_activity};
use shared::time::Day;
use shared::words::VenueKind;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::oversight::{placed, places, read_organisation, read_summary, summary, tallies};
use super::rows::{all, body, get, id, limited, path, word};
use crate::rollup::{CellRow, Scope, Sum};
use crate::store::StoreError;
use crate::store::figures::{
    ActivitiesWanted, BeneathRow, CellRun, CellsWanted, DashboardRows, DashboardWanted, Depth,
    Marks, Memory, NoMemory, UnconfirmedPlace, UnconfirmedRows, VenueRows, VenuesWanted,
};

/// Cells by their scope.
type RunsByScope = BTreeMap<String, Vec<CellRun>>;

pub(super) async fn dashboard(
    transaction: &Transaction<'_>,
    wanted: &DashboardWanted,
) -> Result<Option<DashboardRows>, StoreError> {
    let line: Vec<String> = wanted.path.line().map(String::from).collect();
    let sql = "select id, name, kind, area, path from organisation where path = any($1)
               order by path";
    let line = all(transaction, sql, &[&line], read_organisation).await?;
    let line = placed(transaction, line).await?;
    let Some(last) = line.last().filter(|last| last.path == wanted.path) else {
        return Ok(None);
    };
    let scope = vec![wanted.path.as_str().to_owned()];
    let memory = &*wanted.memory;
    let mut own = Vec::with_capacity(wanted.own.len());
    for cells_wanted in &wanted.own {
        let mut found = cells(transaction, &scope, cells_wanted, memory).await?;
        own.push(found.remove(&scope[0]).unwrap_or_default());
    }
    Ok(Some(DashboardRows {
        own,
        beneath: beneath(transaction, &wanted.path, &wanted.beneath, memory).await?,
        activities: activities(transaction, last.summary.id, &wanted.activities).await?,
        line,
    }))
}

/// Returns the columns of a cell that are read, those that are not as nothing.
const fn columns(depth: Depth) -> &'static str {
    match depth {
        Depth::Figures => "figures, ''::bytea, ''::bytea",
        Depth::Sets => "figures, distinct_sets, ''::bytea",
        Depth::Facets => "figures, distinct_sets, facets",
    }
}

/// Reads the cells of some scopes, those alone that are not remembered.
async fn cells(
    transaction: &Transaction<'_>,
    scopes: &[String],
    wanted: &CellsWanted,
    memory: &dyn Memory,
) -> Result<RunsByScope, StoreError> {
    let mut runs = RunsByScope::new();
    for range in &wanted.ranges {
        let mut marks = marks(transaction, scopes, *range).await?;
        let mut unknown = Vec::new();
        for scope in scopes {
            let marks = marks.remove(scope).unwrap_or_default();
            let is_known = memory.remembers(scope, *range, wanted.depth, &marks);
            if !is_known {
                unknown.push(scope.clone());
            }
            runs.entry(scope.clone()).or_default().push(CellRun {
                range: *range,
                marks,
                rows: (!is_known).then(Vec::new),
            });
        }
        if unknown.is_empty() {
            continue;
        }
        for (scope, cell) in rows(transaction, &unknown, *range, wanted.depth).await? {
            let last = runs.get_mut(&scope).and_then(|runs| runs.last_mut());
            if let Some(rows) = last.and_then(|run| run.rows.as_mut()) {
                rows.push(cell);
            }
        }
    }
    Ok(runs)
}

async fn marks(
    transaction: &Transaction<'_>,
    scopes: &[String],
    range: Range,
) -> Result<BTreeMap<String, Marks>, StoreError> {
    let span = i32::from(range.span.number());
    let found = all(
        transaction,
        "select scope, start, mark from rollup
         where scope = any($1) and span = $2 and start between $3 and $4 order by scope, start",
        &[&scopes, &span, &range.first.0, &range.last.0],
        |row| Ok((get::<String>(row, 0)?, (Day(get(row, 1)?), get(row, 2)?))),
    )
    .await?;
    let mut marks: BTreeMap<String, Marks> = BTreeMap::new();
    for (scope, mark) in found {
        marks.entry(scope).or_default().push(mark);
    }
    Ok(marks)
}

async fn rows(
    transaction: &Transaction<'_>,
    scopes: &[String],
    range: Range,
    depth: Depth,
) -> Result<Vec<(String, (Day, CellRow))>, StoreError> {
    let columns = columns(depth);
    let sql = format!(
        "select scope, start, {columns} from rollup
         where scope = any($1) and span = $2 and start between $3 and $4 order by scope, start"
    );
    let span = i32::from(range.span.number());
    all(
        transaction,
        &sql,
        &[&scopes, &span, &range.first.0, &range.last.0],
        |row| {
            let cell = CellRow {
                figures: get(row, 2)?,
                distinct: get(row, 3)?,
                facets: get(row, 4)?,
                ..CellRow::default()
            };
            Ok((get::<String>(row, 0)?, (Day(get(row, 1)?), cell)))
        },
    )
    .await
}

async fn beneath(
    transaction: &Transaction<'_>,
    parent: &OrganisationPath,
    wanted: &CellsWanted,
    memory: &dyn Memory,
) -> Result<Vec<BeneathRow>, StoreError> {
    let found = all(
        transaction,
        "select o.id, o.name, o.kind, o.area, o.path,
             exists (select 1 from organisation b where b.parent = o.path)
         from organisation o where o.parent = $1 order by o.path",
        &[&parent.as_str()],
        |row| {
            let (summary, area) = read_summary(row, 0)?;
            Ok((summary, area, path(row, 4)?, get::<bool>(row, 5)?))
        },
    )
    .await?;
    let places = places(transaction, found.iter().map(|(_, area, _, _)| area)).await?;
    let paths = found.iter().map(|(_, _, path, _)| path.to_string());
    let mut cells = cells(transaction, &paths.collect::<Vec<_>>(), wanted, memory).await?;
    let rows = found.into_iter();
    let rows = rows.map(|(mut organisation, area, path, has_beneath)| {
        organisation.place = places.get(&area).cloned().unwrap_or_default();
        BeneathRow {
            organisation,
            has_beneath,
            cells: cells.remove(path.as_str()).unwrap_or_default(),
            path,
        }
    });
    Ok(rows.collect())
}

async fn activities(
    transaction: &Transaction<'_>,
    organisation: OrganisationId,
    wanted: &ActivitiesWanted,
) -> Result<Vec<ActivitySummary>, StoreError> {
    // Facets stand in the bodies: of all of them then the newest are taken.
    let limit = match wanted.facet {
        None => limited(wanted.limit),
        Some(_) => i64::MAX,
    };
    let mut plans = all(
        transaction,
        "select body from activity
         where organisation = $1 and starts_at >= $2 and starts_at < $3
         order by starts_at desc, id desc limit $4",
        &[
            &organisation.0,
            &wanted.from.start().0,
            &wanted.to.plus(1).start().0,
            &limit,
        ],
        |row| body::<PlanRow>(row, 0, "activity"),
    )
    .await?;
    if let Some(facet) = &wanted.facet {
        plans.retain(|row| of_activity(row).facets.contains(facet));
        plans.truncate(wanted.limit);
    }
    let tallies = tallies(transaction, plans.iter().map(|row| row.plan.activity)).await?;
    let summaries = plans.into_iter().map(|row| summary(row, &tallies));
    Ok(summaries.collect())
}

/// Tells whether anything was held at the venue `v` on the days `$2` to `$3`.
const USED: &str = "exists (
     select 1 from rollup r where r.scope = '~' || upper(replace(v.id::text, '-', ''))
         and r.span = 0 and r.start between $2 and $3 and r.held > 0
 )";

pub(super) async fn venues(
    transaction: &Transaction<'_>,
    wanted: &VenuesWanted,
) -> Result<VenueRows, StoreError> {
    let under = "venue v join organisation o on o.id = v.organisation
         where starts_with(o.path, $1)";
    let kinds = all(
        transaction,
        &format!(
            "select v.kind, count(*), count(*) filter (where {USED}) from {under} group by v.kind"
        ),
        &[&wanted.path.as_str(), &wanted.from.0, &wanted.to.0],
        |row| {
            let kind = word(row, 0, VenueKind::parse, "venue")?;
            Ok((kind, get(row, 1)?, get(row, 2)?))
        },
    )
    .await?;
    let mut rows = VenueRows::default();
    for (kind, all, used) in kinds {
        rows.all.push((kind, all));
        rows.used.push((kind, used));
    }
    rows.all.sort_unstable();
    rows.used.sort_unstable();
    let path_text = wanted.path.as_str();
    let limit = limited(wanted.limit);
    let mut params: Vec<&(dyn ToSql + Sync)> =
        vec![&path_text, &wanted.from.0, &wanted.to.0, &limit];
    let mut condition = String::new();
    if wanted.unused {
        condition = format!(" and not {USED}");
    }
    let after = wanted.after.as_ref();
    let after_path = after.map(|after| after.path.as_str());
    if let Some(after) = after {
        condition.push_str(
            " and (o.path, v.name collate \"C\", v.id) > ($5::text collate \"C\", $6, $7)",
        );
        params.extend([
            &after_path as &(dyn ToSql + Sync),
            &after.name,
            &after.venue.0,
        ]);
    }
    let sql = format!(
        "select o.id, o.name, o.kind, o.area, o.path, v.id, v.name, v.kind
         from {under} and $2::integer <= $3::integer{condition}
         order by o.path, v.name collate \"C\", v.id limit $4"
    );
    let found = all(transaction, &sql, &params, |row| {
        Ok((read_organisation(row)?, read_venue(row, 5)?))
    })
    .await?;
    let (organisations, venues): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let organisations = placed(transaction, organisations).await?;
    let scopes: Vec<String> = venues
        .iter()
        .map(|venue: &VenueSummary| Scope::Venue(venue.id).text())
        .collect();
    let cells_wanted = CellsWanted {
        ranges: cover(wanted.from, wanted.to),
        depth: Depth::Sets,
    };
    let cells = cells(transaction, &scopes, &cells_wanted, &NoMemory).await?;
    let last_used = last_used(transaction, &scopes).await?;
    for ((organisation, venue), scope) in organisations.into_iter().zip(venues).zip(scopes) {
        let mut sum = Sum::default();
        let runs = cells.get(&scope).into_iter().flatten();
        for (_, cell) in runs.flat_map(|run| &run.rows).flatten() {
            sum.add(cell, None)?;
        }
        let figures = VenueFigures {
            figures: sum.figures(),
            last_used: last_used.get(&scope).copied(),
            organisation: organisation.summary,
            venue,
        };
        rows.rows.push((organisation.path, figures));
    }
    Ok(rows)
}

/// Reads `id, name, kind` from a column on.
fn read_venue(row: &Row, first: usize) -> Result<VenueSummary, StoreError> {
    Ok(VenueSummary {
        id: id(row, first)?,
        name: get(row, first + 1)?,
        kind: word(row, first + 2, VenueKind::parse, "venue")?,
    })
}

async fn last_used(
    transaction: &Transaction<'_>,
    scopes: &[String],
) -> Result<BTreeMap<String, Day>, StoreError> {
    let found = all(
        transaction,
        "select s.scope, r.start from unnest($1::text[]) as s (scope)
         cross join lateral (
             select start from rollup
             where scope = s.scope and span = 0 and held > 0 order by start desc limit 1
         ) r",
        &[&scopes],
        |row| Ok((get(row, 0)?, Day(get(row, 1)?))),
    )
    .await?;
    Ok(found.into_iter().collect())
}

pub(super) async fn unconfirmed(
    transaction: &Transaction<'_>,
    path: &OrganisationPath,
    after: Option<UnconfirmedPlace>,
    limit: usize,
) -> Result<UnconfirmedRows, StoreError> {
    // Before every activity.
    let after = after.unwrap_or(UnconfirmedPlace {
        day: Day(i32::MIN),
        activity: ActivityId(Uuid::nil()),
    });
    let found = all(
        transaction,
        "select distinct r.day, r.activity, a.body, o.id, o.name, o.kind, o.area from outcome r
         join organisation o on o.id = r.organisation
         join activity a on a.id = r.activity
         where (r.waiting > 0 or r.disputed > 0) and starts_with(o.path, $1)
             and (r.day, r.activity) > ($2, $3)
         order by r.day, r.activity limit $4",
        &[
            &path.as_str(),
            &after.day.0,
            &after.activity.0,
            &limited(limit),
        ],
        |row| {
            let plan: PlanRow = body(row, 2, "activity")?;
            Ok((Day(get(row, 0)?), plan, read_summary(row, 3)?))
        },
    )
    .await?;
    let activities = found.iter().map(|(_, plan, _)| plan.plan.activity);
    let tallies = tallies(transaction, activities).await?;
    let places = places(transaction, found.iter().map(|(_, _, (_, area))| area)).await?;
    let rows = found.into_iter();
    let rows = rows.map(|(day, plan, (mut organisation, area))| {
        organisation.place = places.get(&area).cloned().unwrap_or_default();
        let activity = summary(plan, &tallies);
        let unconfirmed = UnconfirmedActivity {
            organisation,
            activity,
        };
        (day, unconfirmed)
    });
    Ok(rows.collect())
}
