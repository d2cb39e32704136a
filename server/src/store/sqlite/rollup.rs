//! Roll-ups: cells that are moved, and what still counts of people.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};
use shared::ids::{OrganisationId, OrganisationPath};
use shared::project::PlanRow;
use shared::reconcile::{Matter, Outcome};
use shared::rollup::{Counted, of_activity, of_outcome, of_request};
use uuid::Uuid;

use super::rows::{all, body, damaged, id, one, path, run};
use crate::rollup::{Cell, CellChange, CellDamaged, CellKey, CellRow, Ordinals, Paths, of_scope};
use crate::store::StoreError;
use crate::store::figures::{CountedRows, CountedWanted};

/// Records that are added at a time when a scope is summed anew.
const AT_A_TIME: usize = 1_000;

impl From<CellDamaged> for StoreError {
    fn from(_: CellDamaged) -> Self {
        damaged("rollup")
    }
}

/// Moves cells by what changed; those that come to nothing go.
pub(super) fn apply(
    connection: &Connection,
    changes: &BTreeMap<CellKey, CellChange>,
) -> Result<(), StoreError> {
    let ordinals = ordinals(connection, &ids(changes.values()))?;
    for (key, change) in changes {
        let found = one(
            connection,
            "select rowid, figures, distinct_sets, facets from rollup
             where scope = ?1 and span = ?2 and start = ?3",
            params![key.scope.text(), key.span.number(), key.start.0],
            |row| {
                let cell = CellRow {
                    figures: row.get(1)?,
                    distinct: row.get(2)?,
                    facets: row.get(3)?,
                    ..CellRow::default()
                };
                Ok((row.get(0)?, Cell::of(&cell)?))
            },
        )?;
        let (number, mut cell): (Option<i64>, Cell) = match found {
            Some((number, cell)) => (Some(number), cell),
            None => (None, Cell::default()),
        };
        cell.change(change, &ordinals);
        put(connection, key, number, &cell)?;
    }
    Ok(())
}

/// Puts a cell in the place of the row of a number, if it has one.
fn put(
    connection: &Connection,
    key: &CellKey,
    number: Option<i64>,
    cell: &Cell,
) -> Result<(), StoreError> {
    match (cell.row(), number) {
        (Some(row), Some(number)) => run(
            connection,
            "update rollup
             set held = ?2, mark = ?3, figures = ?4, distinct_sets = ?5, facets = ?6
             where rowid = ?1",
            params![
                number,
                cell.held(),
                row.mark,
                row.figures,
                row.distinct,
                row.facets
            ],
        ),
        (Some(row), None) => run(
            connection,
            "insert into rollup (scope, span, start, held, mark, figures, distinct_sets, facets)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                key.scope.text(),
                key.span.number(),
                key.start.0,
                cell.held(),
                row.mark,
                row.figures,
                row.distinct,
                row.facets
            ],
        ),
        (None, Some(number)) => run(connection, "delete from rollup where rowid = ?1", [number]),
        (None, None) => Ok(0),
    }
    .map(drop)
}

fn ids<'a>(changes: impl Iterator<Item = &'a CellChange>) -> BTreeSet<Uuid> {
    changes
        .flat_map(|cell| cell.whole.distinct.keys().map(|(_, id)| *id))
        .collect()
}

/// Returns what stands for people and organisations in sets; who has no number gets the next.
fn ordinals(connection: &Connection, ids: &BTreeSet<Uuid>) -> Result<Ordinals, StoreError> {
    let mut ordinals = Ordinals::new();
    for id in ids {
        let key = [id.into_bytes()];
        let read = |row: &rusqlite::Row<'_>| Ok(row.get(0)?);
        let known = one(
            connection,
            "select number from ordinal where id = ?1",
            key,
            read,
        )?;
        let number = match known {
            Some(number) => Some(number),
            None => one(
                connection,
                "insert into ordinal (id) values (?1) returning number",
                key,
                read,
            )?,
        };
        ordinals.extend(number.map(|number: u32| (*id, number)));
    }
    Ok(ordinals)
}

pub(super) fn counted(
    connection: &Connection,
    wanted: &CountedWanted,
) -> Result<CountedRows, StoreError> {
    let mut rows = CountedRows::default();
    for member in &wanted.people {
        rows.outcomes.extend(all(
            connection,
            "select r.body, a.body from outcome r left join activity a on a.id = r.activity
             where r.member = ?1 and r.attendances > 0",
            [member.0.into_bytes()],
            read_outcome,
        )?);
    }
    let mut matters: BTreeMap<_, Matter> = BTreeMap::new();
    let mut add = |condition: &str, key: [u8; 16]| {
        let sql = format!("select body from matter where {condition}");
        let found = all(connection, &sql, [key], |row| {
            body::<Matter>(row, 0, "matter")
        })?;
        let found = found.into_iter();
        matters.extend(found.map(|matter| ((matter.request, matter.topic), matter)));
        Ok::<_, StoreError>(())
    };
    let served = "kind = 'service_record' and minutes > 0";
    for member in &wanted.volunteers {
        add(&format!("member = ?1 and {served}"), member.0.into_bytes())?;
    }
    for team in &wanted.teams {
        let of_team = format!("asker_organisation = ?1 and {served}");
        add(&of_team, team.0.into_bytes())?;
    }
    for request in &wanted.requests {
        add("request = ?1", request.0.into_bytes())?;
    }
    rows.matters = matters.into_values().collect();
    Ok(rows)
}

/// Reads the bodies of an outcome and of its activity.
fn read_outcome(row: &rusqlite::Row<'_>) -> Result<(Outcome, Option<PlanRow>), StoreError> {
    let plan = match row.get_ref(1)? {
        rusqlite::types::ValueRef::Null => None,
        _ => Some(body(row, 1, "activity")?),
    };
    Ok((body(row, 0, "outcome")?, plan))
}

/// Sums the cells of some organisations anew, after others came beneath them or left them.
pub(super) fn sum_anew(
    connection: &Connection,
    scopes: &BTreeSet<OrganisationPath>,
) -> Result<(), StoreError> {
    for scope in scopes {
        run(
            connection,
            "delete from rollup where scope = ?1",
            [scope.as_str()],
        )?;
        let mut summing = Summing {
            connection,
            scope,
            paths: beneath(connection, scope)?,
            cells: BTreeMap::new(),
            waiting: Vec::new(),
        };
        summing.outcomes()?;
        summing.activities()?;
        summing.requests()?;
        summing.flush()?;
        for (key, cell) in &summing.cells {
            put(connection, key, None, cell)?;
        }
    }
    run(
        connection,
        "update meta set derived_version = derived_version + 1",
        [],
    )
    .map(drop)
}

/// The organisations at and beneath a path.
fn beneath(connection: &Connection, scope: &OrganisationPath) -> Result<Paths, StoreError> {
    let found = all(
        connection,
        "select id, path from organisation where substr(path, 1, length(?1)) = ?1",
        [scope.as_str()],
        |row| Ok((id::<OrganisationId>(row, 0)?, path(row, 1)?)),
    )?;
    Ok(found.into_iter().collect())
}

/// The cells of one organisation as they grow.
struct Summing<'a> {
    connection: &'a Connection,
    scope: &'a OrganisationPath,
    paths: Paths,
    cells: BTreeMap<CellKey, Cell>,
    waiting: Vec<Counted>,
}

impl Summing<'_> {
    fn outcomes(&mut self) -> Result<(), StoreError> {
        self.each(
            "select r.body, a.body from outcome r
             join organisation o on o.id = r.organisation
             left join activity a on a.id = r.activity
             where substr(o.path, 1, length(?1)) = ?1",
            |row| {
                let (outcome, plan) = read_outcome(row)?;
                Ok(vec![of_outcome(&outcome, plan.as_ref())])
            },
        )
    }

    fn activities(&mut self) -> Result<(), StoreError> {
        self.each(
            "select a.body from activity a join organisation o on o.id = a.organisation
             where substr(o.path, 1, length(?1)) = ?1",
            |row| Ok(vec![of_activity(&body(row, 0, "activity")?)]),
        )
    }

    fn requests(&mut self) -> Result<(), StoreError> {
        let connection = self.connection;
        self.each(
            "with line (id) as (
                 select id from organisation where substr(path, 1, length(?1)) = ?1
             )
             select distinct request from matter
             where to_organisation in (select id from line)
                 or asker_organisation in (select id from line)",
            |row| {
                let request: [u8; 16] = row.get(0)?;
                let sql = "select body from matter where request = ?1 order by topic";
                let matters = all(connection, sql, [request], |row| {
                    body::<Matter>(row, 0, "matter")
                })?;
                Ok(of_request(&matters.iter().collect::<Vec<_>>()))
            },
        )
    }

    fn each(
        &mut self,
        sql: &str,
        counted: impl Fn(&rusqlite::Row<'_>) -> Result<Vec<Counted>, StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([self.scope.as_str()])?;
        while let Some(row) = rows.next()? {
            self.waiting.extend(counted(row)?);
            if self.waiting.len() >= AT_A_TIME {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        let changes = of_scope(self.scope, &std::mem::take(&mut self.waiting), &self.paths);
        let ordinals = ordinals(self.connection, &ids(changes.values()))?;
        for (key, change) in changes {
            self.cells
                .entry(key)
                .or_default()
                .change(&change, &ordinals);
        }
        Ok(())
    }
}
