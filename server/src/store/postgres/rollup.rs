//! Roll-ups: cells that are moved, and what still counts of people.

use std::collections::{BTreeMap, BTreeSet};

use deadpool_postgres::Transaction;
use futures::TryStreamExt;
use shared::ids::{EntryId, OrganisationId, OrganisationPath};
use shared::project::PlanRow;
use shared::reconcile::{Matter, Outcome};
use shared::rollup::{Counted, of_activity, of_outcome, of_request};
use shared::wire;
use tokio_postgres::Row;
use uuid::Uuid;

use super::rows::{all, body, damaged, get, id, path, run};
use crate::rollup::{Cell, CellChange, CellKey, CellRow, Ordinals, Paths, of_scope};
use crate::store::StoreError;
use crate::store::figures::{CountedRows, CountedWanted};

/// Records that are added at a time when a scope is summed anew.
const AT_A_TIME: usize = 1_000;

/// The scope, span and first day of a cell.
type Place = (String, i32, i32);

/// Moves cells by what changed; those that come to nothing go.
pub(super) async fn apply(
    transaction: &Transaction<'_>,
    changes: &BTreeMap<CellKey, CellChange>,
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let ordinals = ordinals(transaction, &ids(changes.values())).await?;
    let mut cells = load(transaction, changes.keys()).await?;
    for (key, change) in changes {
        let cell = cells.entry(place(key)).or_default();
        cell.change(change, &ordinals);
    }
    put(transaction, &cells).await
}

fn place(key: &CellKey) -> Place {
    (key.scope.text(), key.span.number().into(), key.start.0)
}

async fn load(
    transaction: &Transaction<'_>,
    keys: impl Iterator<Item = &CellKey>,
) -> Result<BTreeMap<Place, Cell>, StoreError> {
    let (scopes, spans, starts) = columns(keys.map(place));
    let found = all(
        transaction,
        "select scope, span, start, figures, distinct_sets, facets from rollup
         where (scope, span, start)
             in (select * from unnest($1::text[], $2::integer[], $3::integer[]))",
        &[&scopes, &spans, &starts],
        |row| {
            let cell = CellRow {
                figures: get(row, 3)?,
                distinct: get(row, 4)?,
                facets: get(row, 5)?,
                ..CellRow::default()
            };
            Ok(((get(row, 0)?, get(row, 1)?, get(row, 2)?), Cell::of(&cell)?))
        },
    )
    .await?;
    Ok(found.into_iter().collect())
}

fn columns(places: impl Iterator<Item = Place>) -> (Vec<String>, Vec<i32>, Vec<i32>) {
    let mut columns = (Vec::new(), Vec::new(), Vec::new());
    for (scope, span, start) in places {
        columns.0.push(scope);
        columns.1.push(span);
        columns.2.push(start);
    }
    columns
}

async fn put(
    transaction: &Transaction<'_>,
    cells: &BTreeMap<Place, Cell>,
) -> Result<(), StoreError> {
    let (scopes, spans, starts) = columns(cells.keys().cloned());
    run(
        transaction,
        "delete from rollup where (scope, span, start)
             in (select * from unnest($1::text[], $2::integer[], $3::integer[]))",
        &[&scopes, &spans, &starts],
    )
    .await?;
    let rows = cells.iter();
    let rows = rows.filter_map(|(place, cell)| Some((place.clone(), cell.held(), cell.row()?)));
    let (mut places, mut held, mut marks) = (Vec::new(), Vec::new(), Vec::new());
    let (mut figures, mut distinct, mut facets) = (Vec::new(), Vec::new(), Vec::new());
    for (place, number, row) in rows {
        places.push(place);
        held.push(number);
        marks.push(row.mark);
        figures.push(row.figures);
        distinct.push(row.distinct);
        facets.push(row.facets);
    }
    let (scopes, spans, starts) = columns(places.into_iter());
    run(
        transaction,
        "insert into rollup (scope, span, start, held, mark, figures, distinct_sets, facets)
         select * from unnest($1::text[], $2::integer[], $3::integer[], $4::bigint[],
             $5::bigint[], $6::bytea[], $7::bytea[], $8::bytea[])",
        &[
            &scopes, &spans, &starts, &held, &marks, &figures, &distinct, &facets,
        ],
    )
    .await
    .map(drop)
}

fn ids<'a>(changes: impl Iterator<Item = &'a CellChange>) -> BTreeSet<Uuid> {
    changes
        .flat_map(|cell| cell.whole.distinct.keys().map(|(_, id)| *id))
        .collect()
}

/// Returns what stands for people and organisations in sets; who has no number gets the next. Whoever
/// asks holds the city's row.
async fn ordinals(
    transaction: &Transaction<'_>,
    ids: &BTreeSet<Uuid>,
) -> Result<Ordinals, StoreError> {
    let wanted: Vec<Uuid> = ids.iter().copied().collect();
    let sql = "select id, number from ordinal where id = any($1)";
    let read = |row: &Row| Ok((get::<Uuid>(row, 0)?, get::<i32>(row, 1)?.unsigned_abs()));
    let mut ordinals: Ordinals = all(transaction, sql, &[&wanted], read)
        .await?
        .into_iter()
        .collect();
    let unknown: Vec<Uuid> = wanted
        .into_iter()
        .filter(|id| !ordinals.contains_key(id))
        .collect();
    if !unknown.is_empty() {
        let added = all(
            transaction,
            "insert into ordinal (number, id)
             select (select coalesce(max(number), 0) from ordinal) + n.place::integer, n.id
             from unnest($1::uuid[]) with ordinality as n (id, place)
             returning id, number",
            &[&unknown],
            read,
        )
        .await?;
        ordinals.extend(added);
    }
    Ok(ordinals)
}

pub(super) async fn counted(
    transaction: &Transaction<'_>,
    wanted: &CountedWanted,
) -> Result<CountedRows, StoreError> {
    let people: Vec<Uuid> = wanted.people.iter().map(|member| member.0).collect();
    let volunteers: Vec<Uuid> = wanted.volunteers.iter().map(|member| member.0).collect();
    let teams: Vec<Uuid> = wanted.teams.iter().map(|team| team.0).collect();
    let requests: Vec<Uuid> = wanted.requests.iter().map(|request| request.0).collect();
    let outcomes = all(
        transaction,
        "select r.body, a.body from outcome r left join activity a on a.id = r.activity
         where r.member = any($1) and r.attendances > 0 order by r.member, r.activity",
        &[&people],
        read_outcome,
    )
    .await?;
    let matters = all(
        transaction,
        "select body from matter where request = any($3)
             or kind = 'service_record' and minutes > 0
                 and (member = any($1) or asker_organisation = any($2))
         order by request, topic",
        &[&volunteers, &teams, &requests],
        |row| body(row, 0, "matter"),
    )
    .await?;
    Ok(CountedRows { outcomes, matters })
}

/// Reads the bodies of an outcome and of its activity.
fn read_outcome(row: &Row) -> Result<(Outcome, Option<PlanRow>), StoreError> {
    let plan: Option<&[u8]> = get(row, 1)?;
    let plan = plan.map(|bytes| wire::decode(bytes).map_err(|_| damaged("activity")));
    Ok((body(row, 0, "outcome")?, plan.transpose()?))
}

/// Sums the cells of some organisations anew, after others came beneath them or left them.
pub(super) async fn sum_anew(
    transaction: &Transaction<'_>,
    scopes: &BTreeSet<OrganisationPath>,
) -> Result<(), StoreError> {
    // Held until the commit, as by a projection.
    let sql = "update meta set derived_version = derived_version + 1";
    run(transaction, sql, &[]).await?;
    for scope in scopes {
        let sql = "delete from rollup where scope = $1";
        run(transaction, sql, &[&scope.as_str()]).await?;
        let mut summing = Summing {
            transaction,
            scope,
            paths: beneath(transaction, scope).await?,
            cells: BTreeMap::new(),
            waiting: Vec::new(),
        };
        summing.outcomes().await?;
        summing.activities().await?;
        summing.requests().await?;
        summing.flush().await?;
        put(transaction, &summing.cells).await?;
    }
    Ok(())
}

/// The organisations at and beneath a path.
async fn beneath(
    transaction: &Transaction<'_>,
    scope: &OrganisationPath,
) -> Result<Paths, StoreError> {
    let found = all(
        transaction,
        "select id, path from organisation where starts_with(path, $1)",
        &[&scope.as_str()],
        |row| Ok((id::<OrganisationId>(row, 0)?, path(row, 1)?)),
    )
    .await?;
    Ok(found.into_iter().collect())
}

/// The cells of one organisation as they grow.
struct Summing<'a> {
    transaction: &'a Transaction<'a>,
    scope: &'a OrganisationPath,
    paths: Paths,
    cells: BTreeMap<Place, Cell>,
    waiting: Vec<Counted>,
}

impl Summing<'_> {
    async fn outcomes(&mut self) -> Result<(), StoreError> {
        self.each(
            "select r.body, a.body from outcome r
             join organisation o on o.id = r.organisation
             left join activity a on a.id = r.activity where starts_with(o.path, $1)",
            |row| {
                let (outcome, plan) = read_outcome(row)?;
                Ok(of_outcome(&outcome, plan.as_ref()))
            },
        )
        .await
    }

    async fn activities(&mut self) -> Result<(), StoreError> {
        self.each(
            "select a.body from activity a join organisation o on o.id = a.organisation
             where starts_with(o.path, $1)",
            |row| Ok(of_activity(&body(row, 0, "activity")?)),
        )
        .await
    }

    /// The matters of a request come together, so that each request is counted whole.
    async fn requests(&mut self) -> Result<(), StoreError> {
        let sql = "with line as (select id from organisation where starts_with(path, $1)),
             asked as (
                 select distinct request from matter
                 where to_organisation in (select id from line)
                     or asker_organisation in (select id from line)
             )
             select m.body from matter m join asked on asked.request = m.request
             order by m.request, m.topic";
        let statement = self.transaction.prepare_cached(sql).await?;
        let rows = self
            .transaction
            .query_raw(&statement, [self.scope.as_str()]);
        let rows = rows.await?;
        futures::pin_mut!(rows);
        let mut matters: BTreeMap<EntryId, Vec<Matter>> = BTreeMap::new();
        while let Some(row) = rows.try_next().await? {
            let matter: Matter = body(&row, 0, "matter")?;
            if matters.len() > 1 && !matters.contains_key(&matter.request) {
                self.count(&std::mem::take(&mut matters));
                if self.waiting.len() >= AT_A_TIME {
                    self.flush().await?;
                }
            }
            matters.entry(matter.request).or_default().push(matter);
        }
        self.count(&matters);
        Ok(())
    }

    fn count(&mut self, requests: &BTreeMap<EntryId, Vec<Matter>>) {
        for matters in requests.values() {
            let matters: Vec<&Matter> = matters.iter().collect();
            self.waiting.extend(of_request(&matters));
        }
    }

    async fn each(
        &mut self,
        sql: &str,
        counted: impl Fn(&Row) -> Result<Counted, StoreError>,
    ) -> Result<(), StoreError> {
        let statement = self.transaction.prepare_cached(sql).await?;
        let rows = self
            .transaction
            .query_raw(&statement, [self.scope.as_str()]);
        let rows = rows.await?;
        futures::pin_mut!(rows);
        while let Some(row) = rows.try_next().await? {
            self.waiting.push(counted(&row)?);
            if self.waiting.len() >= AT_A_TIME {
                self.flush().await?;
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), StoreError> {
        let changes = of_scope(self.scope, &std::mem::take(&mut self.waiting), &self.paths);
        let ordinals = ordinals(self.transaction, &ids(changes.values())).await?;
        for (key, change) in changes {
            self.cells
                .entry(place(&key))
                .or_default()
                .change(&change, &ordinals);
        }
        Ok(())
    }
}
